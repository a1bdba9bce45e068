"""Each measure is one record, and text, page, JSON, database, plots and documentation go through the records."""

from __future__ import annotations

import io
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from registry.answers import comparison_html, comparison_text, measure_pages
from registry.answers.comparison_json import as_data
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.errors import RequestError
from registry.forest.lines import Words, contrast_block
from registry.forest.plotting import forest, rendered
from registry.pooling.by_subject import Contrast
from registry.pooling.counts import Pair
from registry.pooling.intervals import Own
from registry.pooling.measures import MEASURES, PROPORTION, Measure
from registry.pooling.random_effects import pooled_effects
from registry.pooling.scales import DIFFERENCE, RATIO, SHARE, whole_percent
from registry.pooling.segments import Array
from registry.pooling.stored import POOLED, store
from tests.comparing.made import compared, head_to_head
from tests.registry.small_registry import arm, registry_of, study

ROOT = Path(__file__).parents[2]


def told(comparison: Comparison, **how: str) -> str:
    words = io.StringIO()
    comparison_text.render(comparison, console=Console(file=words, width=400), verbose=True, **how)  # type: ignore[arg-type]
    return words.getvalue()


def contrast_of(comparison: Comparison) -> Contrast:
    found = comparison.outcomes[0].shared[0].contrast
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.0, "<0.01"), (1e-12, "<0.01"), (0.00499, "<0.01"), (0.005, "0.01"), (1, "1.00"), (1.234, "1.23"), (9.994, "9.99"),
        (9.996, "10.0"), (31.26, "31.3"), (99.94, "99.9"), (99.96, "100"), (100, "100"), (100.4, ">100"), (4123204.63, ">100"),
        (3e6, ">100"), (math.inf, ">100"),
    ],
)  # fmt: skip
def test_a_ratio_is_said_to_the_places_that_say_anything(ratio: float, said: str) -> None:
    assert RATIO.said(ratio) == RATIO.number(ratio) == said


def test_shares_and_differences_are_said_within_their_limits() -> None:
    assert (SHARE.said(0.4512), SHARE.interval(0.401, 0.5), SHARE.numbers(0.401, 0.5)) == ("45.1%", "40% to 50%", "40.1 to 50.0")
    assert (DIFFERENCE.said(0.0512), DIFFERENCE.interval(-3.2, 7)) == ("+5 points", "−100 to +100")
    assert (DIFFERENCE.number(-0.0512), DIFFERENCE.ends(-0.1, 0.2)) == ("−5.1", "[−10.0\u00a0to\u00a0+20.0]")
    assert RATIO.ends(1.1, 4123204.63) == "[1.10–>100]"


@pytest.mark.parametrize(
    ("share", "said", "end"),
    [
        (0.0, "0.0%", "0%"), (1e-12, "0.0%", "0%"), (0.0001, "<0.1%", "<0.1%"), (0.002, "0.2%", "0.2%"), (0.0049, "0.5%", "0.5%"),
        (0.006, "0.6%", "1%"), (0.9961, "99.6%", "99.6%"), (0.9999, ">99.9%", ">99.9%"), (1.0, "100.0%", "100%"),
    ],
)  # fmt: skip
def test_nobody_and_everybody_are_said_of_no_other_share(share: float, said: str, end: str) -> None:
    assert (SHARE.said(share), SHARE.interval(share, share).split(" to ")[0], whole_percent(share)) == (said, end, end)
    assert f"{SHARE.number(share)}%" == said


@pytest.mark.parametrize(
    ("difference", "said", "points"),
    [
        (0.0, "+0 points", "+0.0"), (0.004, "+0.4 points", "+0.4"), (-0.0003, "−0.03 points", "−0.03"), (0.0049, "+0.5 points", "+0.5"),
        (0.006, "+1 point", "+0.6"), (-0.01, "−1 point", "−1.0"), (-0.12, "−12 points", "−12.0"),
    ],
)  # fmt: skip
def test_no_difference_is_said_of_no_other(difference: float, said: str, points: str) -> None:
    assert (DIFFERENCE.said(difference), DIFFERENCE.number(difference)) == (said, points)


@pytest.mark.parametrize("scale", [SHARE, DIFFERENCE, RATIO])
def test_the_way_there_and_the_way_back_are_one(scale: object) -> None:
    for value in (0.001, 0.2, 0.5, 0.999):
        assert scale.back(scale.there(value)) == pytest.approx(value, rel=1e-12)  # type: ignore[attr-defined]
    assert (RATIO.there(0.0), RATIO.back(-1e9), RATIO.back(1e9)) == (-math.inf, 0.0, math.inf)


def test_figures_of_an_odds_ratio_by_hand() -> None:
    """12 of 40 against 5 of 50: odds 12/28 and 5/45, ratio 27/7."""
    (effect,) = pooled_effects([[Pair("t", 12, 40, 5, 50)]])[0]["odds ratio"].trials
    se = math.sqrt(1 / 12 + 1 / 28 + 1 / 5 + 1 / 45)
    z = 1.959963984540054
    assert (effect.estimate, effect.model_se) == pytest.approx((27 / 7, se))
    assert (effect.low, effect.high) == pytest.approx((27 / 7 * math.exp(-z * se), 27 / 7 * math.exp(z * se)))
    (empty,) = pooled_effects([[Pair("t", 0, 10, 3, 10)]])[0]["odds ratio"].trials
    assert (empty.estimate, empty.corrected) == (pytest.approx((0.5 / 10.5) / (3.5 / 7.5)), True)


def test_every_answer_tells_each_measure_and_the_one_asked_for_first() -> None:
    comparison = compare_rows(head_to_head(), "up", "down")
    effects = contrast_of(comparison).effects
    assert list(effects) == list(MEASURES)
    for name, measure in MEASURES.items():
        figure = measure.scale.said(effects[name].estimate)
        assert f"{name} {figure} (" in told(comparison).lower()
        assert re.search(
            rf"^{name.capitalize()}, up vs down, \S+(?: points?)? \(95% CI ", told(comparison, measure=name), re.MULTILINE
        )
        page = comparison_html.render(comparison, measure=name)
        assert page.index(f"<dt>{measure.head}</dt>") == min(page.index(f"<dt>{m.head}</dt>") for m in MEASURES.values())
    contrast = as_data(comparison, [])["outcomes"][0]["shared"][0]["contrast"]
    assert {name: one["estimate"] for name, one in contrast["effects"].items()} == {n: e.estimate for n, e in effects.items()}
    assert (contrast["ratio"], contrast["difference"]) == (
        contrast["effects"]["risk ratio"],
        contrast["effects"]["risk difference"],
    )
    assert [list(trial["effects"]) for trial in contrast["trials"]] == [list(MEASURES)] * 3


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("indirect", [False, True])
def test_any_measure_is_drawn(name: str, indirect: bool) -> None:
    comparison = compared()
    shared = comparison.outcomes[0].shared[int(indirect)]
    block = contrast_block(shared, "response", Words(), MEASURES[name])
    assert block is not None
    assert shared.contrast is not None
    assert block.figure_head.replace("\u00a0", " ").startswith(name.capitalize())
    # The network's own lines, where it has any, are after it.
    pooled, *_ = [line for line in block.lines if line.kind == "pooled"]
    effect = shared.contrast.effects[name]
    assert (pooled.estimate, pooled.low, pooled.high, pooled.hollow) == (effect.estimate, effect.low, effect.high, indirect)
    svg = rendered(forest(comparison, measure=name), ".svg", "x").decode()
    ticks = {"0", "+20"} if name == "risk difference" else {"1"}
    assert all(f">{tick}<" in svg for tick in ticks)


def test_a_measure_that_there_is_not_is_refused_by_name() -> None:
    for ask in (lambda: told(compared(), measure="hazard ratio"), lambda: forest(compared(), measure="hazard ratio")):
        with pytest.raises(
            RequestError, match=r"'hazard ratio' is not a measure .*; choose one of risk ratio, risk difference, odds ratio"
        ):
            ask()


def test_the_old_names_of_two_effects_still_hold_with_a_warning() -> None:
    found = contrast_of(compare_rows(head_to_head(), "up", "down"))
    with pytest.warns(DeprecationWarning, match=r'Contrast.effects\["risk ratio"\]'):
        assert found.ratio is found.effects["risk ratio"]
    with pytest.warns(DeprecationWarning, match=r'Contrast.effects\["risk difference"\]'):
        assert found.difference is found.effects["risk difference"]


@pytest.mark.parametrize("path", measure_pages.rendered_files(ROOT), ids=lambda path: path.name)
def test_what_is_rendered_of_the_measures_is_fresh(path: Path) -> None:
    written = measure_pages.rendered_files(ROOT)[path]
    assert path.read_text(encoding="utf-8") == written, "`make refresh` writes it anew"


def test_a_page_without_its_markers_is_told(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "comparing.md").write_text("# Comparing\n")
    (tmp_path / "registry" / "answers").mkdir(parents=True)
    (tmp_path / "registry" / "answers" / "comparison.schema.json").write_text("{}")
    with pytest.raises(ValueError, match=r"docs/comparing\.md has no line '<!-- measures"):
        measure_pages.rendered_files(tmp_path)


def _arcsine(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> Own:
    """The difference of the arcsines of the roots of two rates (10.1002/sim.2971)."""
    estimate = np.arcsin(np.sqrt(events_a / n_a)) - np.arcsin(np.sqrt(events_b / n_b))
    se = np.sqrt(1 / (4 * n_a) + 1 / (4 * n_b))
    return Own(estimate, estimate - 1.96 * se, estimate + 1.96 * se, estimate, se, np.zeros(len(se), dtype=bool))


def test_a_measure_that_is_added_is_in_every_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The record is the whole work."""
    made_up = Measure(
        name="arcsine difference",
        meaning="arcsine of a − arcsine of b",
        scale=DIFFERENCE,
        model="arcsine difference",
        single="the normal interval",
        own=_arcsine,
        needs_cells=False,
        empty="nothing to correct",
    )
    monkeypatch.setitem(MEASURES, made_up.name, made_up)
    comparison = compared()
    direct, through, *_ = comparison.outcomes[0].shared
    assert direct.contrast is not None
    assert through.contrast is not None
    figure = direct.contrast.effects[made_up.name]
    assert f"arcsine difference {DIFFERENCE.said(figure.estimate)} (" in told(comparison)
    page = comparison_html.render(comparison, measure=made_up.name)
    assert page.count(f"<dt>{made_up.head}</dt>") == 2
    assert f"<b>{DIFFERENCE.number(figure.estimate)}</b>" in page
    shared = as_data(comparison, [])["outcomes"][0]["shared"]
    assert [one["contrast"]["effects"][made_up.name]["estimate"] for one in shared[:2]] == [
        figure.estimate,
        through.contrast.effects[made_up.name].estimate,
    ]
    block = contrast_block(direct, "response", Words(), made_up)
    assert block is not None
    assert [line.estimate for line in block.lines if line.kind == "trial"] == [trial.estimate for trial in figure.trials]  # type: ignore[union-attr]
    assert "Arcsine\u00a0difference" in rendered(forest(comparison, measure=made_up.name), ".svg", "x").decode()
    assert f"| {made_up.name} | {made_up.meaning} |" in measure_pages.table()
    studies = [study("s", arm("sertraline", response=(20, 50)), arm("ketamine", response=(30, 50)), randomised=True)]
    with registry_of(tmp_path, p=studies) as con:
        con.execute("DELETE FROM pooled_contrasts; DELETE FROM pooled_rates")
        store(con)
        rows = con.execute(
            "SELECT measure, estimate FROM pooled_contrasts WHERE a = 'nmda-antagonist' AND variant = 'main'"
        ).fetchall()
    assert [name for name, _ in rows] == list(MEASURES)
    assert dict(rows)[made_up.name] == pytest.approx(math.asin(math.sqrt(0.6)) - math.asin(math.sqrt(0.4)))


def test_what_the_database_says_of_the_column_names_every_measure() -> None:
    _, comment = POOLED["pooled_contrasts"][1]["measure"]
    assert comment == "risk ratio (a / b), risk difference (a − b), odds ratio (odds of a / odds of b)."


def test_no_measure_is_told_by_its_name_where_all_are() -> None:
    """Names stand where a record is made, where one is meant, and nowhere in a loop's stead."""
    named = re.compile("|".join(f"[\"'](?:{name})[\"']" for name in (PROPORTION.name, *MEASURES)))
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "registry").rglob("*.py")
        if named.search(path.read_text(encoding="utf-8"))
    }
    # The record itself, and the rules of its own that a measure has; the old names of two effects, in Python and in JSON; an example in the help;
    # what metafor calls each.
    held = (
        "pooling/measures",
        "pooling/tables",
        "pooling/by_subject",
        "answers/comparison_json",
        "cli/compare",
        "exporting/r_code",
    )
    assert found == {f"registry/{name}.py" for name in held}


def test_the_command_offers_the_measures_that_there_are() -> None:
    environment = {**os.environ, "COLUMNS": "200"}
    asked = [sys.executable, "-m", "registry", "compare", "ssri", "ketamine", "--measure", "hazard ratio"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert f"'hazard ratio' is not one of {', '.join(MEASURES)}" in done.stderr
