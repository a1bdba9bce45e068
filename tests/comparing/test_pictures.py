"""Every picture beside the forest plot: no words on each other or cut, the figures beside it are those drawn, R draws them, and a page holds no other."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from registry.answers.comparison_html import render
from registry.answers.pictured import pictured
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.errors import RequestError
from registry.forest.blocks import draw_block
from registry.forest.columns import SMALL
from registry.forest.drawing import COLOURS, INK, RULE
from registry.forest.inline_sheet import InlineSheet
from registry.forest.kinds import PICTURES, pictures_of
from registry.forest.ladder_picture import ladder_of, ladder_picture, stored_step
from registry.forest.lines import Words, contrast_block
from registry.forest.network_picture import NetworkGraph, network_picture, networks_of
from registry.forest.pictures import COLUMN, PAGE, PHONE, SCREEN, Picture, csv_of, figure_of, inline
from registry.forest.plotting import rendered, save
from registry.forest.rules_picture import ByRule, by_rules, rules_picture, spread_picture
from registry.forest.sheet import Sheet
from registry.forest.times_picture import times_of, windows_shown
from registry.pooling.measures import MEASURES
from tests.comparing.made import HOSTILE, compared, hostile, row
from tests.comparing.pictured import boxes, height_of, lines_of, overlaps, svg_of, table_of, words_of
from tests.loading.test_plain_tools import there

_LONG = "A treatment with a name that is much longer than any column of a journal is wide"


@cache
def stepped() -> Comparison:
    """A ladder of several rungs, some with bounds."""
    open_ = {"unstated": ("background",), "strategy": "acute, unstated"}
    made = [
        *(row(f"u{i}", "up", 20 + 3 * i, 50) for i in range(2)),
        *(row(f"o{i}", "up", 5 + 9 * i, 40, **open_) for i in range(3)),
        row("d1", "down", 9, 40, window="days 5-10"),
        row("d2", "down", 11, 44, population="mdd"),
        *(row(f"d{i}", "down", 2 * i, 30, **open_) for i in (3, 7)),
    ]
    return compare_rows(made, "up", "down")


@cache
def pictures() -> tuple[Picture, ...]:
    """Pictures of each kind, and some with words that are long, or strange."""
    found: list[Picture] = []
    for comparison in (compared(), stepped(), networked(), visited(), hostile()):
        for kind in PICTURES[1:]:
            for labels in ({}, {"up": _LONG, "down": HOSTILE}):
                try:
                    found += pictures_of(comparison, kind, Words(labels))
                except RequestError:
                    continue
    return (*found, rules_picture(ruled(), _LONG), spread_picture(ruled()))


def test_there_is_a_picture_of_each_kind() -> None:
    names = {picture.name.split("-")[0] for picture in pictures()}
    assert names == {*PICTURES[1:], "rules"}
    assert len(stepped().outcomes[0].rungs) == 3


@pytest.mark.parametrize("width", [PHONE, SCREEN, COLUMN, PAGE])
def test_no_words_of_a_picture_lie_on_each_other_or_are_cut(width: float) -> None:
    for picture in pictures():
        found = boxes(picture, width)
        assert overlaps(found) == [], picture.name
        height = height_of(picture, width)
        for box in found:
            assert box.left >= -0.05, box
            assert box.right <= width + 0.05, box
            assert 0 <= box.top < box.bottom <= height + 0.05, box
        sizes = {float(text.get("font-size", "0")) * 72 / 25.4 for text in svg_of(picture, width).iter("text")}
        assert min(sizes) >= SMALL - 0.1


def test_letters_are_as_wide_as_in_the_font() -> None:
    """Matplotlib measures the font itself, where this machine has it."""
    from matplotlib.font_manager import fontManager

    if "Liberation Sans" not in fontManager.get_font_names():
        pytest.skip("Liberation Sans isn't installed")
    for bold in (False, True):
        for words in ("Rate, % [95% CI]", "The quick brown fox: 1,234–5.6 (≥ 50%)", "Venlafaxine → Österreich’s “MADRS” ½"):
            assert InlineSheet.width_of(words, 7, bold=bold) == pytest.approx(Sheet.width_of(words, 7, bold=bold), rel=0.01)


def test_a_page_has_the_words_and_no_markup_of_a_package() -> None:
    for picture in pictures():
        told = str(pictured(picture))
        assert "<script" not in told
        assert "\x1b" not in told
    assert "<script>" in words_of(next(p for p in pictures() if p.name.startswith("ladder") and "alert" in p.title))


def test_colours_are_those_that_a_page_may_change() -> None:
    told = "".join(str(inline(picture.draw, SCREEN, picture.named)) for picture in pictures())
    for colour, name in ((INK, "ink"), (RULE, "rule"), (COLOURS[0], "series-a"), (COLOURS[1], "series-b")):
        assert f"var(--{name},{colour})" in told
        assert told.count(colour) == told.count(f"var(--{name},{colour})")


def test_what_a_page_gives_to_download_is_the_table() -> None:
    for picture in pictures():
        told = str(pictured(picture))
        start = told.index("data:text/csv;charset=utf-8,") + len("data:text/csv;charset=utf-8,")
        assert unquote(told[start : told.index('"', start)]) == csv_of(picture)
        assert f'href="beside/{picture.file}"' in str(pictured(picture, f"beside/{picture.file}"))
        assert ("<table>" in told, "<table>" in str(pictured(picture, table=False))) == (True, False)


@pytest.mark.slow
def test_r_draws_every_picture_from_its_file(tmp_path: Path) -> None:
    there("Rscript")
    for number, picture in enumerate(pictures()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / picture.file).write_text(csv_of(picture), encoding="utf-8")
        (folder / "draw.R").write_text(
            f'pdf("out.pdf", 7, 9)\noptions(warn = 2)\n{picture.script}\ninvisible(dev.off())\n', encoding="utf-8"
        )
        done = subprocess.run(["Rscript", "draw.R"], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (picture.name, done.stderr)
        assert (folder / "out.pdf").stat().st_size > 3000


def test_a_file_of_pictures_has_each_with_its_title_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    for kind in PICTURES[1:]:
        one, other = tmp_path / "one.svg", tmp_path / "other.svg"
        for path in (one, other):
            save(networked(), path, picture=kind)
        assert one.read_bytes() == other.read_bytes()
    with pytest.raises(RequestError, match=r"forest, ladder.*, not as 'pie'"):
        save(stepped(), tmp_path / "pie.svg", picture="pie")
    with pytest.raises(RequestError, match="up and down have no ladder to draw"):
        save(compare_rows([], "up", "down"), tmp_path / "none.svg", picture="ladder")
    assert not (tmp_path / "none.svg").exists()


def test_a_picture_is_as_wide_as_it_was_asked_to_be() -> None:
    figure = figure_of(ladder_of(stepped().outcomes[0], ("up", "down"), Words()), PAGE)
    assert figure.get_figwidth() * 25.4 == pytest.approx(PAGE)
    assert b"%PDF" in rendered(figure, ".pdf", "x")


def test_the_ladder_has_each_rung_with_rates_intervals_and_bounds() -> None:
    answer = stepped().outcomes[0]
    (picture,) = ladder_of(answer, ("up", "down"), Words({"up": "Upward"}))
    table = table_of(picture)
    assert [row["assumptions"] for row in table[::2]] == [", ".join(rung.assumptions) for rung in answer.rungs]
    assert {row["subject"] for row in table} == {"Upward", "down"}
    words = words_of(picture)
    bands = 0
    for number, rung in enumerate(answer.rungs, 1):
        for row_, pooled, bounds in zip(table[2 * number - 2 :], (rung.a, rung.b), (rung.bounds_a, rung.bounds_b), strict=False):
            assert float(row_["rate"]) == pooled.estimate
            assert (float(row_["low"]), float(row_["high"])) == (pooled.low, pooled.high)
            assert int(row_["trials"]) == pooled.k
            assert f"{100 * pooled.estimate:.1f} [{100 * pooled.low:.1f}–{100 * pooled.high:.1f}]" in words
            assert row_["lowest"] == ("" if bounds is None else repr(bounds.lowest.estimate))
            bands += bounds is not None
    assert len(lines_of(picture, "stroke-width:2.12")) == bands > 0
    assert "They bound the mark" in " ".join(words.split())


def test_the_ladder_says_what_compares_the_two_where_the_rates_point_the_other_way() -> None:
    """In trials of both, down does better; up has the better rate for a trial of its own. Of other populations nothing is compared."""
    both = [row(f"b{n}", name, events, 100) for n in range(3) for name, events in (("up", 40), ("down", 50))]
    alone = [row(f"u{n}", "up", 90, 100) for n in range(3)]
    answer = compare_rows([*both, *alone], "up", "down").outcomes[0]
    (picture,) = ladder_of(answer, ("up", "down"), Words({"up": "Upward"}))
    first, words = answer.rungs[0], " ".join(words_of(picture).split())
    assert first.effect is not None
    ratio = first.effect.effects["risk ratio"]
    assert (first.a.estimate > first.b.estimate, ratio.estimate < 1) == (True, True)
    assert f"Risk ratio of Upward to down: {ratio.estimate:.2f} (95% CI " in words
    assert "need not follow the two rates" in words
    assert f"Risk ratio of Upward to down: {ratio.estimate:.2f}" in picture.says
    assert float(table_of(picture)[0]["ratio"]) == ratio.estimate
    apart = compare_rows([*alone, row("d", "down", 50, 100, population="mdd")], "up", "down").outcomes[0]
    (picture,) = ladder_of(apart, ("up", "down"), Words())
    words = " ".join(words_of(picture).split())
    assert "Side by side, not compared" in words
    assert "need not follow" not in words
    assert table_of(picture)[0]["ratio"] == ""


@pytest.mark.parametrize("of_network", [True, False])
def test_the_ladder_of_the_table_leads_with_what_the_comparison_does(of_network: bool) -> None:
    """With the network's odds ratio where there is one."""
    (answer,) = (networked() if of_network else compared()).outcomes[:1]
    rung = answer.rungs[0]
    assert (rung.network is not None) == of_network
    side = {f"{name}_{of}": 0.5 for name in ("rate", "low", "high", "lowest", "highest") for of in "ab"} | {"k_a": 1, "n_a": 2}
    flags = {"assumptions": [], "alike": False, "one_spread": False, "same_trials": True, "k_b": 1, "n_b": 2}
    effect = {"measure": "risk ratio", "estimate": 1.5, "low": 1.2, "high": 1.8}
    network = {"network": 2.5 if of_network else None, "network_low": 2.25, "network_high": 2.75}
    words = " ".join(
        words_of(ladder_picture([stored_step({**side, **flags, **effect, **network})], ("up", "down"), "response")).split()
    )
    assert ("Odds ratio of up to down: 2.50 (95% CI 2.25 to 2.75)" if of_network else "Risk ratio of up to down: 1.50") in words
    (picture,) = ladder_of(answer, ("up", "down"), Words())
    assert ("Odds ratio of up to down" if of_network else "Risk ratio of up to down") in " ".join(words_of(picture).split())


def test_two_intervals_from_the_same_trials_are_said_to_go_by_other_spreads() -> None:
    """The trials that had both, pooled alone and as direct evidence of a network."""
    both = [row(f"b{n}", name, events + n, 60, class_=name) for n in range(3) for name, events in (("up", 30), ("down", 25))]
    others = [
        row(f"{name}{n}", of, events + n, 60, class_=of, role="placebo" if of == "placebo" else "experimental")
        for n in range(3)
        for name in ("up", "down")
        for of, events in ((name, 30), ("placebo", 20))
    ]
    notes = {}
    for arms, made in (("alone", both), ("network", [*both, *others])):
        (stratum,) = compare_rows(made, "up", "down").outcomes[0].shared
        for measure in MEASURES.values():
            block = contrast_block(stratum, "response", Words(), measure)
            assert block is not None
            notes[arms, measure.name] = "vary" in block.note
    assert [key for key, note in notes.items() if note] == [("network", "odds ratio")]


def test_on_narrow_paper_each_mark_is_below_its_words_on_an_axis_of_the_whole_width() -> None:
    """Where the marks stand is read off the drawing, against the axis's own ends and the base lines of the figures."""
    answer = stepped().outcomes[0]
    (picture,) = ladder_of(answer, ("up", "down"), Words())
    rates = [pooled.estimate for rung in answer.rungs for pooled in (rung.a, rung.b)]
    for width, stacked in ((PHONE, True), (SCREEN, False)):
        found, drawn = boxes(picture, width), svg_of(picture, width)
        figures = [box for box in found if box.words.endswith("]") and box.words[0].isdigit()]
        assert len(figures) == len(rates)
        assert all(box.right == pytest.approx(width - 1) for box in figures)
        squares = [list(map(float, re.findall(r"[\d.]+", p.get("d", "")))) for p in drawn.iter("path") if "Z" in p.get("d", "")]
        marks = [((s[0] + s[2]) / 2, (s[1] + s[5]) / 2) for s in squares]
        marks += [(float(c.get("cx", "nan")), float(c.get("cy", "nan"))) for c in drawn.iter("circle")]
        marks.sort(key=lambda mark: mark[1])
        rules = lines_of(picture, "stroke-width:0.14", width)
        left, right = min(x for x, *_ in rules), max(x for x, *_ in rules)
        assert ((right - left) > 0.85 * width) == stacked
        for (x, y), box, rate in zip(marks, figures, rates, strict=True):
            assert (x - left) / (right - left) == pytest.approx(rate, abs=0.002)
            assert (y > box.bottom) == stacked
        # No rule goes through words.
        crossed = [
            box.words
            for x, y0, _, y1 in rules
            for box in found
            if box.left < x < box.right and min(y1, box.bottom) - max(y0, box.top) > 0.1
        ]
        assert crossed == []


def test_names_of_columns_never_run_into_each_other() -> None:
    """Where figures are a little narrower than what their column is called, that is in two lines."""
    near = {"rate": 0.13, "low": 0.081, "high": 0.204}
    picture = rules_picture(
        by_rules([_ruled(**near), _ruled(**near, definition="r2", definition_label="HAM-D ≥ 50%")]), "Trial s"
    )
    for width in (PHONE, SCREEN):
        heads = {box.words.replace("\u00a0", " "): box for box in boxes(picture, width)}
        assert heads["Events/n"].right + 1.0 < min(
            box.left for words, box in heads.items() if words.startswith(("Rate,", "[95%"))
        )


def test_names_that_counts_leave_no_room_have_a_line_of_their_own_on_narrow_paper() -> None:
    """Two counts of many people beside a ratio are as wide as the paper."""
    made = [
        row(trial, t, e, n)
        for trial in ("Alphabetical", "Bibliographical")
        for t, e, n in (("up", 30303, 60606), ("down", 20202, 60606))
    ]
    (stratum,) = compare_rows(made, "up", "down").outcomes[0].shared
    block = contrast_block(stratum, "response", Words())
    assert block is not None
    picture = Picture("made", "Made", "", [{"none": None}], "", lambda sheet, x, y, width: draw_block(sheet, block, x, y, width))
    for width, apart in ((PHONE, True), (COLUMN, False)):
        found = boxes(picture, width)
        assert overlaps(found) == []
        assert all(0 <= box.left < box.right <= width for box in found)
        names, counts = ([box for box in found if word in box.words] for word in ("ical", "30,303/60,606"))
        assert len(names) == len(counts) == 2
        assert all((name.bottom < count.top + 0.5) == apart for name, count in zip(names, counts, strict=True))


def test_a_page_has_a_picture_for_a_window_and_one_for_a_phone_unless_it_is_heavy() -> None:
    light, heavy = spread_picture(ruled()), spread_picture(ruled() * 100)
    told = str(pictured(light))
    assert re.findall(r'<div class="(\w+)"><svg viewBox="0 0 (\d+)', told) == [("broad", f"{SCREEN:g}"), ("slim", f"{PHONE:g}")]
    told = str(pictured(heavy))
    assert re.findall(r'<div class="(\w+)"><svg viewBox="0 0 (\d+)', told) == [("once", f"{PHONE:g}")]
    assert " id=" not in told.partition("<figcaption>")[0]


@cache
def networked() -> Comparison:
    """Trials of three drugs and placebo: two of up and placebo, one of three arms, one of down and another drug."""
    arms = {
        "n1": (("up", 30, 60), ("placebo", 20, 60)),
        "n2": (("up", 35, 70), ("placebo", 22, 70)),
        "n3": (("up", 30, 60), ("down", 25, 50), ("placebo", 20, 60)),
        "n4": (("down", 30, 60), ("other", 20, 40)),
    }
    made = [
        row(trial, treatment, e, n, role="placebo" if treatment == "placebo" else "experimental", class_=treatment)
        for trial, some in arms.items()
        for treatment, e, n in some
    ]
    return compare_rows(made, "up", "down")


def test_a_network_has_its_treatments_people_controls_and_trials() -> None:
    """Counted by hand from the arms: people of n1 to n4, and which trials had both."""
    ((picture,), _) = (networks_of(answer, Words()) for answer in networked().outcomes)
    assert picture is not None
    pairs = {(one["treatment_1"], one["treatment_2"]): int(one["trials"]) for one in table_of(picture)}
    assert pairs == {("down", "other"): 1, ("down", "placebo"): 1, ("down", "up"): 1, ("placebo", "up"): 3}
    people = {one[f"treatment_{n}"]: int(one[f"people_{n}"]) for one in table_of(picture) for n in "12"}
    assert people == {"up": 190, "placebo": 190, "down": 110, "other": 40}
    assert {one[f"treatment_{n}"] for one in table_of(picture) for n in "12" if one[f"control_{n}"] == "TRUE"} == {"placebo"}
    assert "1 trial had both up and down. The most, 3, had placebo and up." in picture.says
    circles = list(svg_of(picture).iter("circle"))
    radii = sorted(float(c.get("r", "0")) for c in circles)
    assert radii[-1] == radii[-2] == pytest.approx(3.4)
    assert radii[1] / radii[-1] == pytest.approx((110 / 190) ** 0.5, abs=0.01)
    assert sum("var(--paper" in c.get("style", "") for c in circles) == 1
    words = [box.words for box in boxes(picture)]
    assert words.count("3") == 1
    assert "1" not in words, "one trial is a thin line"


def test_a_crowded_network_tells_what_it_leaves_out_and_lays_no_words_on_others() -> None:
    """Twenty drugs with long names, each two of them in two trials."""
    names = [f"drug {chr(97 + i)} of a long name" for i in range(20)]
    graph = NetworkGraph(dict.fromkeys(names, 100), frozenset(names[:1]), dict.fromkeys(combinations(names, 2), 2))
    picture = network_picture(graph, (names[1], names[2]), "network-crowded", "a stratum", Words())
    for width in (PHONE, SCREEN, COLUMN, PAGE):
        found = boxes(picture, width)
        assert overlaps(found) == []
        assert min(box.left for box in found) >= 0
        assert max(box.right for box in found) <= width
        told = [box.words for box in found]
        assert all((letter in told) == (width == PHONE) for letter in "ABT"), "names stand below where they leave no circle"
        assert " ".join(told).count("of a long name") == 20
        written = sum(box.words == "2" for box in found)
        assert f"{190 - written} numbers found no room" in " ".join(box.words for box in found).replace("  ", " ")
    assert str(inline(picture.draw, SCREEN, picture.named)) == str(inline(picture.draw, SCREEN, picture.named))


@cache
def visited() -> Comparison:
    """Two trials with several visits by two classes of rules, one whose day counts from the last dose, one without a day, and one
    whose count was worked out from a mean.
    """
    madrs = {"comparability_class": "remission.madrs.le10", "definition": "remission.madrs.le10", "outcome": "remission"}
    made = [
        *(
            row("v1", t, e, 40, day=d, window=w)
            for t, e, d, w in (("up", 8, 1.0, "day 1"), ("up", 16, 28.0, "days 21-41"), ("down", 10, 28.0, "days 21-41"))
        ),
        row("v2", "up", 30, 160, day=0.0833, window="hours 0-11"),
        row("v3", "down", 9, 90, day=800.0, window="from day 400"),
        row("v4", "up", 9, 90, counted_from="last-dose", anchor="last-dose"),
        row("v5", "up", 9, 90, day=None, window="unstated", unstated=("day",)),
        row("v6", "down", 9, 90, **madrs),
        row("v7", "up", 9, 90, value_origin="imputed-from-mean"),
    ]
    return compare_rows(made, "up", "down")


def test_days_are_in_their_windows_and_windows_side_by_side() -> None:
    """The windows are those of the vocabulary; a share of a window is worked out here."""
    shown = windows_shown([0.0833, 28.0, 800.0])
    assert [window.start for window in shown] == [0, 0.5, 2, 5, 11, 21, 42, 71, 113, 211, 400]
    assert [window.start for window in windows_shown([28.0, 56.0])] == [21, 42]
    assert next(w for w in shown if w.holds(28.0)).share(28.0) == pytest.approx(7 / 21)
    assert shown[-1].share(600.0) == pytest.approx(0.5)
    assert shown[-1].share(5000.0) == 1.0
    for day in (0.0833, 0.5, 1.99, 2.0, 41.9, 42.0, 400.0, 9000.0):
        assert sum(window.holds(day) for window in shown) == 1


def test_rates_over_time_are_drawn_at_their_day_and_rate_and_the_rest_is_counted() -> None:
    response, remission = pictures_of(visited(), "times", Words())
    table = table_of(response)
    assert [(one["study"], one["subject"], float(one["day"]), int(one["events"]), int(one["n"])) for one in table] == [
        ("Trial v2", "up", 0.0833, 30, 160),
        ("Trial v1", "up", 1.0, 8, 40),
        ("Trial v1", "down", 28.0, 10, 40),
        ("Trial v1", "up", 28.0, 16, 40),
        ("Trial v3", "down", 800.0, 9, 90),
    ]
    assert "Not drawn: 1 rate worked out from means; 2 rates whose day is unstated or counts from elsewhere." in words_of(
        response
    )
    assert len(table_of(remission)) == 1
    # Where the marks stand, against the lines of 0 and 100% and the edges of the windows.
    circles = [(float(c.get("cx", "0")), float(c.get("cy", "0"))) for c in svg_of(response).iter("circle")][1:]
    ends = lines_of(response)
    levels = sorted({y0 for x0, y0, x1, y1 in ends if y0 == y1 and x1 - x0 > 50})
    edges = sorted({x0 for x0, y0, x1, y1 in ends if x0 == x1 and y1 - y0 > 20})
    assert len(levels) == 5
    assert len(edges) == 11, "the last window has no end"
    (near, far) = sorted(circles)
    assert (levels[-1] - near[1]) / (levels[-1] - levels[0]) == pytest.approx(10 / 40, abs=0.002)
    assert near[0] == pytest.approx(edges[5] + (edges[6] - edges[5]) * 7 / 21, abs=0.02)
    assert far[0] > edges[10]
    joined = [line for line in ends if line[0] != line[2] and line[1] != line[3]]
    assert len(joined) == 1, "the two visits of one arm, and no others"


def test_a_class_with_many_rules_has_six_panels_and_counts_the_others() -> None:
    made = [
        row(f"t{i}", "up", 9, 40, comparability_class=f"response.rule{i:02}", definition=f"response.rule{i:02}") for i in range(9)
    ]
    picture = times_of(made, ("up",), "response", Words())
    assert picture is not None
    assert "Not drawn: 3 rates by 3 other rules, which are in the table." in words_of(picture)
    assert len(table_of(picture)) == 9
    assert overlaps(boxes(picture)) == []


def _ruled(**more: Any) -> dict[str, Any]:
    words: dict[str, Any] = {
        "outcome": "response", "package": "made", "study_id": "s", "study": "Trial s", "arm_id": "a", "arm": "Arm a", "day": 28.0,
        "anchor": "randomisation", "analysis_set": "randomised", "missing_data": "non-responder", "primary": True, "when": "day 28",
        "definition": "r1", "definition_label": "MADRS ≥ 50%", "events": 10, "n": 40, "rate": 0.25, "low": 0.14, "high": 0.4, "link": None,
        "value_origin": "reported",
    }  # fmt: skip
    return words | more


def ruled() -> list[ByRule]:
    """One arm by three rules, another by two, and rates that differ in more than the rule."""
    return by_rules(
        [
            _ruled(),
            _ruled(definition="r2", definition_label="HAM-D ≥ 50%", events=30, rate=0.75, low=0.6, high=0.86),
            _ruled(definition="r3", definition_label="CGI-I ≤ 2", events=20, rate=0.5, anchor="first-dose"),
            _ruled(arm_id="b", arm="Arm b", definition="r1", events=4, rate=0.1),
            _ruled(arm_id="b", arm="Arm b", definition="r2", events=None, n=None, rate=0.2, low=None, high=None),
            _ruled(arm_id="c", arm="Arm c", definition="r1"),
            _ruled(arm_id="c", arm="Arm c", definition="r2", day=56.0),
            _ruled(arm_id="c", arm="Arm c", definition="r3", analysis_set="completers"),
            _ruled(arm_id="d", arm="Arm d", definition="r1", primary=False),
            _ruled(arm_id="d", arm="Arm d", definition="r2", primary=False),
            _ruled(arm_id="e", arm="Arm e", definition="r1", day=None),
            _ruled(arm_id="e", arm="Arm e", definition="r2", day=None),
            _ruled(arm_id="f", arm="Arm f", definition="r1"),
            _ruled(arm_id="f", arm="Arm f", definition="r2", value_origin="imputed-from-mean"),
        ]
    )


def test_only_rates_that_differ_by_their_rule_alone_are_joined() -> None:
    found = ruled()
    assert [(one.arm, [rate.rate for rate in one.rates]) for one in found] == [
        ("Arm a", [0.25, 0.5, 0.75]),
        ("Arm b", [0.1, 0.2]),
    ]
    assert [one.spread for one in found] == pytest.approx([0.5, 0.1])


def test_a_trial_has_a_line_a_rule_and_all_trials_a_line_an_arm() -> None:
    one, every = rules_picture(ruled(), "Trial s"), spread_picture(ruled())
    assert {"10/40", "30/40", "20/40", "4/40", "–"} <= {box.words for box in boxes(one)}
    assert len(table_of(one)) == len(table_of(every)) == 5
    rects = [p for p in svg_of(one).iter("path") if "Z" in p.get("d", "")]
    assert len(rects) == 5
    joins = lines_of(one, "stroke-width:0.35")
    assert len(joins) == 2 + 1, "from rule to rule within an arm, and never to the next arm"
    assert len(list(svg_of(every).iter("circle"))) == 5
    words = words_of(every)
    assert "25.0–75.0" in words
    assert "10.0–20.0" in words
    assert "from 25.0% by “MADRS ≥ 50%” to 75.0% by “HAM-D ≥ 50%”" in every.says


def test_a_band_reaches_from_the_lowest_to_the_highest_rate() -> None:
    """The band's ends on the axis, read off the drawing against the axis's own ends."""
    answer = stepped().outcomes[0]
    (picture,) = ladder_of(answer, ("up", "down"), Words())
    bands = lines_of(picture, "stroke-width:2.12")
    rules = sorted({x for x, *_ in lines_of(picture, "stroke-width:0.14")})
    left, right = rules[0], rules[-1]
    bounds = [b for rung in answer.rungs for b in (rung.bounds_a, rung.bounds_b) if b is not None]
    assert bounds
    for (x0, _, x1, _), of in zip(bands, bounds, strict=True):
        assert (x0 + 0.15 - left) / (right - left) == pytest.approx(of.lowest.estimate, abs=0.002)
        assert (x1 - 0.15 - left) / (right - left) == pytest.approx(of.highest.estimate, abs=0.002)


def test_the_page_of_a_comparison_has_its_ladder_and_what_belongs_to_it() -> None:
    page = render(stepped())
    assert page.count('class="picture"') >= 1
    assert 'download="ladder-response.csv"' in page
    assert "read.csv(&#34;ladder-response.csv&#34;)" in page
    none = compare_rows([], "up", "down")
    assert 'class="picture"' not in render(none)
