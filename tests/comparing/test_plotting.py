from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.errors import RequestError
from registry.forest.columns import SMALL
from registry.forest.drawing import COLOURS
from registry.forest.lines import Words, contrast_block, rates_block
from registry.forest.order import SORTS
from registry.forest.plotting import SUFFIXES, WIDTHS, forest, panels_of_stratum, rendered, save
from registry.forest.sheet import Sheet, quietly
from registry.pooling.measures import MEASURES
from tests.comparing.made import compared, head_to_head, hostile, row, rows

SVG = "{http://www.w3.org/2000/svg}"


def tree(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  we drew it


def drawn(comparison: Comparison, **more: object) -> ET.Element:
    return tree(rendered(forest(comparison, **more), ".svg", "a plot"))  # type: ignore[arg-type]


def texts(svg: ET.Element) -> list[str]:
    return ["".join(text.itertext()).replace("\u00a0", " ") for text in svg.iter(f"{SVG}text")]


def links(svg: ET.Element) -> set[str]:
    return {a.get("{http://www.w3.org/1999/xlink}href", "") for a in svg.iter(f"{SVG}a")}


def boxes(figure: Figure) -> list[tuple[str, Any]]:
    """The texts of a figure with where each stands in it."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    with quietly():
        return [(text.get_text(), text.get_window_extent(renderer)) for text in figure.axes[0].texts]


def test_importing_the_plot_does_not_import_matplotlib() -> None:
    code = "import registry.forest.plotting, sys; print([m for m in ('matplotlib', 'numpy', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plot_has_every_trial_its_counts_its_rate_and_the_pooled_ones() -> None:
    comparison = compare_rows(head_to_head(), "up", "down")
    words = texts(drawn(comparison))
    (shared,) = comparison.outcomes[0].shared
    for side in (shared.a, shared.b):
        for trial in side.pooled.trials:
            assert f"{trial.events}/{trial.n}" in words
            assert f"{100 * trial.estimate:.1f} [{100 * trial.low:.1f}–{100 * trial.high:.1f}]" in words
    assert words.count("Trial t00") == 3, "once a side, and once in the contrast"
    assert " ".join(words).count("Pooled: 3 trials, I² ") == 3
    assert words.count("Prediction interval") == 3
    assert {"← favours down", "favours up →", "1"} <= set(words)
    assert shared.contrast is not None
    assert any(word.startswith(f"{shared.contrast.effects['risk ratio'].estimate:.2f} [") for word in words)


def test_every_stratum_is_named_and_what_is_not_drawn_is_counted() -> None:
    words = texts(drawn(compared()))
    for name in ("trd · days 21-41", "mdd · days 21-41", "cancer · days 21-41"):
        assert any(f"response.ge50pct.clinician · {name} · acute, no other treatment · randomised" in word for word in words)
    assert "Not drawn: 1 stratum with up alone; 1 stratum with down alone; 1 arm with something unstated." in words
    assert any("No contrast" in word for word in words)


def test_an_indirect_contrast_is_called_so_and_drawn_hollow() -> None:
    svg = drawn(compared())
    assert {"Indirect", "Indirect, through placebo-class"} <= set(texts(svg))
    assert "Hollow diamonds: indirect" in " ".join(texts(svg))
    hollow = [p for p in svg.iter(f"{SVG}path") if "fill: #ffffff; stroke: #1d2126" in p.get("style", "")]
    assert len(hollow) == 1


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        (1, "an arrow where one is cut off."),
        (
            2,
            "Diamonds: pooled by prior on tau; from the odds ratio, prior on tau. "
            "Capped bars: 95% prediction intervals; common effects, whose 95% interval no prior makes.",
        ),
        (
            4,
            "Diamonds: pooled by exact likelihood; random effects, Hartung–Knapp. Capped bars: 95% prediction intervals.",
        ),
    ],
)
def test_under_a_plot_stands_how_its_own_diamonds_were_pooled(trials: int, said: str) -> None:
    *_, key = " ".join(texts(drawn(compare_rows(head_to_head(trials), "up", "down")))).partition("Squares and circles")
    assert key.endswith(said)


def test_a_network_is_named_under_the_plot_of_its_measure_alone() -> None:
    words = {measure: " ".join(texts(drawn(compared(), measure=measure))) for measure in ("risk ratio", "odds ratio")}
    assert "network, prior on tau" in words["odds ratio"]
    assert "network, " not in words["risk ratio"]


def test_the_two_differ_in_shape_as_well_as_in_colour() -> None:
    svg = drawn(compare_rows(head_to_head(), "up", "down"))
    shapes = {
        colour: {
            " C" in p.get("d", "").replace("\n", " ") for p in svg.iter(f"{SVG}path") if f"fill: {colour};" in p.get("style", "")
        }
        for colour in COLOURS[:2]
    }
    assert shapes == {COLOURS[0]: {False}, COLOURS[1]: {False, True}}, "b's circles are curves; a has squares alone"


def _linear(colour: str) -> list[float]:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _luminance(rgb: list[float]) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), rgb, strict=True))


@pytest.mark.parametrize(
    "seen",
    [
        # Machado, Oliveira and Fernandes 2009 (10.1109/TVCG.2009.113), severity 1: protan, deutan, tritan.
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    ],
)
def test_colours_are_told_apart_with_any_colour_blindness(seen: tuple[tuple[float, ...], ...]) -> None:
    a, b = ([sum(m * c for m, c in zip(line, _linear(colour), strict=True)) for line in seen] for colour in COLOURS[:2])
    assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 0.2
    for colour in COLOURS:
        assert 1.05 / (_luminance(_linear(colour)) + 0.05) > 3, "graphics stand out from white paper (WCAG 1.4.11)"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_plot_is_as_wide_as_a_column_and_no_text_is_small_or_off_the_sheet(width: str) -> None:
    long = compare_rows(
        head_to_head(study="A trial with a name that is much longer than any column of a journal " * 2), "up", "down"
    )
    for comparison in (compared(), long, compare_rows(head_to_head(54), "up", "down"), hostile()):
        figure = forest(comparison, width=width)  # type: ignore[arg-type]
        assert figure.get_figwidth() * 25.4 == pytest.approx(WIDTHS[width])  # type: ignore[index]
        (axes,) = figure.axes
        for text in axes.texts:
            assert text.get_fontsize() >= SMALL >= 6
        for _, box in boxes(figure):
            assert box.x0 >= -1
            assert box.x1 <= figure.bbox.width + 1
            assert box.y0 >= -1
            assert box.y1 <= figure.bbox.height + 1


@pytest.mark.parametrize("measure", MEASURES)
def test_no_two_texts_lie_on_each_other(measure: str) -> None:
    figure = forest(compared(), measure=measure)
    found = boxes(figure)
    for i, (one, box) in enumerate(found):
        for other, theirs in found[i + 1 :]:
            wide = min(box.x1, theirs.x1) - max(box.x0, theirs.x0)
            high = min(box.y1, theirs.y1) - max(box.y0, theirs.y0)
            assert not (wide > 0.5 and high > 0.35 * min(box.height, theirs.height)), (one, other)


def test_many_trials_make_the_plot_higher() -> None:
    few, many = (forest(compare_rows(head_to_head(k), "up", "down")) for k in (3, 54))
    assert many.get_figheight() * 25.4 > 54 * 2 * 3
    assert few.get_figheight() < many.get_figheight() / 4


def test_the_plot_says_what_was_crossed_and_why() -> None:
    words = " ".join(texts(drawn(compared(across=("population", "window"), reason="To see what an article did"))))
    assert "This is not a comparison of like with like." in words
    assert "Crossed: population, window. Reason: To see what an article did" in words
    assert "any population · any day" in words


def test_nothing_to_draw_is_a_figure_that_says_why() -> None:
    words = " ".join(texts(drawn(compare_rows([], "up", "down"))))
    assert "Nothing is compared: the registry has no response rate for up or down." in words
    assert "Squares" not in words


def test_where_strata_hold_one_alone_they_stand_side_by_side_under_the_names_of_the_two() -> None:
    comparison = compare_rows([r for r in rows() if r.trial in {"alone", "other"}], "up", "down")
    words = texts(drawn(comparison, labels={"up": "Upward", "trd": "Treatment-resistant depression"}))
    assert {"Upward", "down", "Trial alone", "Trial other"} <= set(words)
    assert any("Treatment-resistant depression" in word for word in words)


def test_a_trial_links_to_its_source_and_only_addresses_are_links() -> None:
    assert links(drawn(compared())) >= {"https://doi.org/10.1000/t00", "https://example.org/n2"}
    assert all(link.startswith("https://") for link in links(drawn(hostile())))


def test_words_of_data_are_drawn_as_they_are() -> None:
    words = " ".join(texts(drawn(hostile())))
    assert "<script>" in words
    assert "$" in words
    assert "\x1b" not in words
    assert "\\x1b" in words


def test_the_same_comparison_gives_the_same_bytes(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
        for path in (one, other):
            save(compared(), path)
        assert one.read_bytes() == other.read_bytes()
        assert not re.search(rb"20[2-9]\d-\d\d-\d\d", one.read_bytes())


def test_a_file_has_the_form_that_its_suffix_names(tmp_path: Path) -> None:
    starts = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF", ".html": b"<!doctype html>"}
    for suffix, start in starts.items():
        path = tmp_path / f"forest{suffix.upper()}"
        save(compared(), path, width="single")
        assert path.read_bytes().startswith(start)


def test_an_unknown_suffix_is_refused_with_those_that_work(tmp_path: Path) -> None:
    for name in ("forest.gif", "forest"):
        with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf or \.html") as raised:
            save(compared(), tmp_path / name)
        assert name in str(raised.value)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="single or double"):
        forest(compared(), width="triple")  # type: ignore[arg-type]
    assert forest(compared(), width="single").get_figwidth() * 25.4 == pytest.approx(85)


def test_a_stratum_can_be_drawn_alone_in_panels() -> None:
    answer = compared().outcomes[0]
    panels = panels_of_stratum(answer.shared[0], "response", "a title")
    assert len(panels) == 2
    assert all('aria-label="a title"' in panel for panel in panels)
    (apart,) = panels_of_stratum(answer.apart[1], "response", "a title", series=1)
    assert ">Trial other</text>" in apart


def test_one_trial_has_its_own_interval_and_two_have_the_common_one_beside() -> None:
    (one,) = compare_rows(head_to_head(1), "up", "down").outcomes[0].shared
    assert [line.kind for line in rates_block([(0, one.a)], Words()).lines] == ["group", "trial"]
    (two,) = compare_rows(head_to_head(2), "up", "down").outcomes[0].shared
    assert [line.label for line in rates_block([(0, two.a)], Words()).lines][3:] == [
        f"Pooled: 2 trials, I² {two.a.pooled.i2:.0f}%",
        "Common effect",
        "Prediction interval",
    ]


def test_two_trials_of_one_name_are_told_apart() -> None:
    made = [replace(r, study="Smith 2020") for r in head_to_head(2)]
    (shared,) = compare_rows(made, "up", "down").outcomes[0].shared
    labels = [line.label for line in rates_block([(0, shared.a)], Words()).lines if line.kind == "trial"]
    assert labels == ["Smith 2020 (t00)", "Smith 2020 (t01)"]


@pytest.mark.parametrize("measure", MEASURES)
def test_an_extreme_effect_stays_on_the_sheet(measure: str) -> None:
    made = [row("x", "up", 400, 400), row("x", "down", 0, 400), row("y", "up", 1, 400), row("y", "down", 399, 400)]
    svg = rendered(forest(compare_rows(made, "up", "down"), measure=measure), ".svg", "x")
    numbers = [float(n) for n in re.findall(r"[ML] (-?[\d.]+) ", svg.decode())]
    assert min(numbers) >= 0
    assert max(numbers) <= 180 / 25.4 * 72 + 0.1


def test_words_are_wrapped_to_a_width_and_never_cut() -> None:
    text = "A rather long name of a trial-with-hyphens and response.madrs.ge50pct.sustained"
    assert Sheet.wrapped(text, 200, 7) == [text]
    for width in (25, 6):
        lines = Sheet.wrapped(text, width, 7)
        assert all(Sheet.width_of(line, 7) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for width in range(10, 40):
        assert " ".join(Sheet.wrapped("Pneumonoultramicroscopic trial", width, 7)).endswith(" trial"), (
            "a word after a broken one is another"
        )
    assert Sheet.wrapped("", 25, 7) == []


def test_every_name_is_there_in_full() -> None:
    name = "A trial with a name that is much longer than any column of a journal " * 2
    for width in WIDTHS:
        words = texts(drawn(compare_rows(head_to_head(study=name), "up", "down"), width=width))
        assert name.replace(" ", "") in "".join(words).replace(" ", "")
        assert not any(word.endswith("…") for word in words)


@pytest.mark.parametrize("sort", SORTS)
def test_trials_are_in_the_order_asked_for_in_rates_and_contrast_alike(sort: str) -> None:
    """Each order is that of a column worked out here from the counts: proportions, ratios, and the standard errors of the models."""
    counts = {
        "a": (1990, (30, 60), (20, 60)),
        "b": (None, (10, 400), (8, 400)),
        "c": (1985, (45, 50), (5, 50)),
        "d": (1985, (9, 20), (2, 20)),
    }
    made = [
        row(trial, arm, e, n, year=year)
        for trial, (year, *arms) in counts.items()
        for arm, (e, n) in zip(("up", "down"), arms, strict=True)
    ]

    def logit(e: int, n: int) -> float:
        return 1 / e + 1 / (n - e)

    up = {
        "trial": dict.fromkeys("abcd", 0.0),
        "year": {trial: year or 9999 for trial, (year, *_) in counts.items()},
        "effect": {trial: e / n for trial, (_, (e, n), _) in counts.items()},
        "precision": {trial: logit(e, n) for trial, (_, (e, n), _) in counts.items()},
    }[sort]
    both = {
        "trial": dict.fromkeys("abcd", 0.0),
        "year": {trial: year or 9999 for trial, (year, *_) in counts.items()},
        "effect": {trial: (x[0] / x[1]) / (y[0] / y[1]) for trial, (_, x, y) in counts.items()},
        "precision": {trial: 1 / x[0] - 1 / x[1] + 1 / y[0] - 1 / y[1] for trial, (_, x, y) in counts.items()},
    }[sort]
    (stratum,) = compare_rows(made, "up", "down").outcomes[0].shared
    rates = [one.label for one in rates_block([(0, stratum.a)], Words(), sort=sort).lines if one.kind == "trial"]
    assert rates == [f"Trial {trial}" for trial in sorted("abcd", key=up.__getitem__)]
    contrast = contrast_block(stratum, "response", Words(), sort=sort)
    assert contrast is not None
    assert [one.label for one in contrast.lines if one.kind == "trial"] == [
        f"Trial {trial}" for trial in sorted("abcd", key=both.__getitem__)
    ]


def test_an_order_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(RequestError, match="trial, year, effect, precision, not by 'colour'"):
        compared().plot(sort="colour")
    with pytest.raises(RequestError, match="precision"):
        forest(compared(), sort="colour")
    assert texts(tree(compared().plot(sort="effect")._repr_svg_().encode())) == texts(drawn(compared(), sort="effect"))
