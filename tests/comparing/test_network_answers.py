"""Direct, indirect and network side by side: the same figures in text, page, JSON and SQL."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from registry.answers import comparison_html, comparison_json, comparison_text
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison, SharedStratum
from registry.comparing.rung import ALIKE, SPREAD
from registry.forest.lines import Words, contrast_block
from registry.pooling.measures import LEADING, MEASURES
from registry.pooling.network_effects import NoEstimate
from registry.pooling.network_rows import every_network_effect, network_of
from registry.pooling.network_stored import NETWORKS, of_stratum
from registry.pooling.scales import RATIO
from registry.strata.rows import Row, read_rows
from registry.strata.views import fill_table
from tests.comparing.rows import PLACEBO, row
from tests.comparing.test_json_answer import SCHEMA

CITALOPRAM = {"treatment": "citalopram", "class_": "ssri"}
PAROXETINE = {"treatment": "paroxetine", "class_": "ssri"}
MIRTAZAPINE = {"treatment": "mirtazapine", "class_": "nassa"}


def trial(name: str, *arms: tuple[dict[str, Any], int], **more: Any) -> list[Row]:
    return [row(name, events, 100, **arm, **more) for arm, events in arms]


def loop(direct: int = 70) -> list[Row]:
    """One trial that had both, and others through placebo that say they are alike."""
    return [
        *trial("both", (CITALOPRAM, direct), (PAROXETINE, 50)),
        *(one for i in range(6) for one in trial(f"c{i}", (CITALOPRAM, 50 + i), (PLACEBO, 40))),
        *(one for i in range(6) for one in trial(f"p{i}", (PAROXETINE, 50 + i), (PLACEBO, 40))),
    ]


def shared(comparison: Comparison) -> SharedStratum:
    (one,) = comparison.outcomes[0].shared
    return one


def compared(rows: list[Row], a: str = "citalopram", b: str = "paroxetine", **more: Any) -> Comparison:
    return compare_rows(rows, a, b, outcomes=["response"], **more)


def told(comparison: Comparison) -> str:
    return re.sub(r"\s+", " ", comparison_text.render(comparison, verbose=True))


def test_direct_evidence_does_not_hide_indirect_evidence() -> None:
    comparison = compared(loop(90))
    found = shared(comparison).network
    assert found is not None
    assert found.direct is not None
    assert found.indirect is not None
    assert found.direct.estimate == pytest.approx(9, abs=0.01)
    assert found.indirect.estimate == pytest.approx(1, abs=0.02)
    assert found.indirect.estimate < found.network.estimate < found.direct.estimate
    assert found.disagrees
    assert "Direct and indirect evidence disagree." in comparison.outcomes[0].summary
    assert "The two disagree (p < 0.001)." in told(comparison)
    # That no test tells them apart is no agreement.
    alike = compared(loop(60))
    assert not shared(alike).network.disagrees
    assert "No disagreement shown (p = " in told(alike)
    assert "by a network of 13 trials" in told(comparison).split("What would settle")[0]
    assert "network of 13 trials and 3 treatments." in told(comparison)


def test_text_page_and_json_have_the_same_figures() -> None:
    comparison = compared(loop())
    found = shared(comparison).network
    assert found is not None
    data = json.loads(comparison_json.render(comparison))["outcomes"][0]["shared"][0]["network"]
    pages = [told(comparison), html.unescape(re.sub(r"\s+", " ", comparison_html.render(comparison)))]
    for kind, of in (("network", found.network), ("direct", found.direct), ("indirect", found.indirect)):
        assert of is not None
        figures = data if kind == "network" else data[kind]
        assert (figures["estimate"], figures["low"], figures["high"]) == (of.estimate, of.low, of.high)
        interval = f"{RATIO.said(of.estimate)} ({'95% CI ' if kind == 'network' else ''}{RATIO.interval(of.low, of.high)})"
        assert all(interval in page for page in pages)
    assert data["decision"] == "docs/decisions/0010-networks.md"
    assert f"p = {data['p']:.2f}" in pages[0]
    assert all("Odds ratio, citalopram vs paroxetine" in page for page in pages)


def test_an_indirect_comparison_says_through_what() -> None:
    rows = [one for one in loop() if one.trial != "both"]
    comparison = compared(rows)
    found = shared(comparison).network
    assert found is not None
    assert (found.k_direct, found.through, found.direct) == (0, ("placebo",), None)
    assert "Indirect, through placebo: no trial had both, so it need not follow the two rates." in told(comparison)


def test_treatments_several_steps_apart_are_compared() -> None:
    rows = [
        *trial("1", (CITALOPRAM, 50), (PLACEBO, 40)),
        *trial("2", (PLACEBO, 40), (MIRTAZAPINE, 50)),
        *trial("3", (MIRTAZAPINE, 50), (PAROXETINE, 60)),
    ]
    comparison = compared(rows)
    assert shared(comparison).contrast is None
    assert "Indirect, through several treatments in a row: no trial had both" in told(comparison)
    assert "No contrast" not in told(comparison)
    assert "No contrast" not in comparison_html.render(comparison)
    assert "an indirect comparison" in comparison.outcomes[0].summary


def test_two_treatments_are_no_network() -> None:
    rows = [one for i in range(3) for one in trial(f"t{i}", (CITALOPRAM, 50 + i), (PAROXETINE, 45))]
    assert shared(compared(rows)).network is None


def test_a_trial_by_itself_is_no_network_whatever_arms_it_has() -> None:
    """Two of three arms keep the interval that they have without the third."""
    three = trial("1", (CITALOPRAM, 50), (PAROXETINE, 45), (PLACEBO, 40))
    with_third, without = shared(compared(three)), shared(compared(three[:2]))
    assert (with_third.network, with_third.network_gap) == (None, None)
    assert with_third.contrast == without.contrast
    assert shared(compared([*three, *trial("2", (CITALOPRAM, 52), (PLACEBO, 40))])).network is not None
    again = trial("3", (CITALOPRAM, 52), (PAROXETINE, 44), (PLACEBO, 41))
    assert shared(compared([*three, *again])).network is None
    assert {pair[:2] for pair in every_network_effect([*three, *again])} == set()


def test_trials_without_another_way_round_check_nothing() -> None:
    rows = [*trial("1", (CITALOPRAM, 50), (PAROXETINE, 40)), *trial("2", (CITALOPRAM, 52), (PLACEBO, 40))]
    assert "1 trial had both; no others lead from one to the other, so nothing checks it." in told(compared(rows))


@pytest.mark.parametrize(
    "others",
    [
        [
            ("t1", (CITALOPRAM, 0), (PAROXETINE, 40)),
            ("t2", (CITALOPRAM, 52), (PLACEBO, 40)),
            ("t3", (PAROXETINE, 52), (PLACEBO, 40)),
        ],
        [
            ("t1", (CITALOPRAM, 30), (PAROXETINE, 40)),
            ("t2", (CITALOPRAM, 0), (PLACEBO, 40)),
            ("t3", (PAROXETINE, 52), (PLACEBO, 40)),
        ],
        [("t1", (CITALOPRAM, 30), (PAROXETINE, 40), (PLACEBO, 20)), ("t2", (CITALOPRAM, 52), (PLACEBO, 40))],
    ],
    ids=["both give none", "others give none", "a third arm of both"],
)
def test_other_trials_that_give_no_ratio_by_themselves_are_told_of(others: list[Any]) -> None:
    """They aren't said to lead nowhere, and the ratio that leans on them isn't like with like with nothing assumed."""
    rows = [one for name, *arms in others for one in trial(name, *arms)]
    comparison = compared(rows)
    words = told(comparison)
    assert "Others bear on the ratio too, but one of these two kinds gives none by itself" in words
    assert f"Like with like, head to head in part: assumes that {ALIKE} and that {SPREAD}." in words


@pytest.mark.parametrize(("events", "direct"), [(0, 0), (1, 1), (100, 0)])
def test_a_trial_of_both_in_which_none_or_all_had_events_says_nothing_of_the_two(events: int, direct: int) -> None:
    """Its third arm had other counts, so that it is in the network; of the two alone it gives no ratio."""
    rows = [
        *trial("1", (CITALOPRAM, events), (PAROXETINE, events and 100), (PLACEBO, 20)),
        *trial("2", (CITALOPRAM, 52), (PLACEBO, 40)),
        *trial("3", (PAROXETINE, 30), (PLACEBO, 40)),
    ]
    found = shared(compared(rows)).network
    assert found is not None
    assert found.k_direct == direct
    said = told(compared(rows))
    assert ("head to head in part" in said) == bool(direct)
    assert ("1 trial had both and gives no ratio" in said) == (not direct)
    assert "no trial had both" not in said
    again = [*rows[:-2], *trial("4", (CITALOPRAM, 40), (PAROXETINE, 30))]
    assert ("2 trials had both, 1 of which gives no ratio" in told(compared(again))) == (not direct)


def test_a_network_takes_how_much_trials_vary_from_those_of_other_treatments_too() -> None:
    """They have no part in the ratio, and widen or narrow its interval: that is assumed, and nothing else."""
    both = [*trial("1", (CITALOPRAM, 50), (PAROXETINE, 40)), *trial("2", (CITALOPRAM, 45), (PAROXETINE, 44))]
    others = [one for i in range(3) for one in trial(f"p{i}", (CITALOPRAM, 50 + i), (PLACEBO, 40))]
    assert f"Like with like: assumes that {SPREAD}." in told(compared([*both, *others]))
    assert SPREAD not in told(compared(both))


def test_a_contrast_of_classes_says_so() -> None:
    rows = [*loop(), *trial("m", (MIRTAZAPINE, 55), (PLACEBO, 40)), *trial("s", (MIRTAZAPINE, 55), (CITALOPRAM, 50))]
    comparison = compared(rows, "ssri", "placebo")
    assert shared(comparison).of_classes
    assert "Of classes: the drugs of a class are taken as one." in told(comparison)
    assert "and 3 classes." in told(comparison)
    assert not shared(compared(rows)).of_classes


@pytest.mark.parametrize("kind", ["crossover", "cluster"])
def test_arms_of_one_drug_are_one_and_those_that_are_not_independent_are_none(kind: str) -> None:
    rows = loop()
    doses = [
        *(one for one in rows if one.trial != "both"),
        *trial("both", (PAROXETINE, 50)),
        row("both", 30, 50, **CITALOPRAM, arm_id="low"),
        row("both", 40, 50, **CITALOPRAM, arm_id="high"),
    ]
    other = trial("x", (CITALOPRAM, 99), (PAROXETINE, 1), arm_kind=kind)
    assert network_of([*doses, *other], "citalopram", "paroxetine")[0] == network_of(rows, "citalopram", "paroxetine")[0]


def test_arms_at_different_visits_are_no_trial_of_the_network() -> None:
    later = [*trial("both", (CITALOPRAM, 99), day=42.0), *trial("both", (PAROXETINE, 50))]
    rows = [one for one in loop() if one.trial != "both"]
    found = network_of([*rows, *later], "citalopram", "paroxetine")[0]
    assert found is not None
    assert found.k_direct == 0


def test_no_network_where_strata_are_crossed() -> None:
    rows = [*loop(), *trial("o", (CITALOPRAM, 50), (PAROXETINE, 50), population="mdd.late-life")]
    assert shared(compared(rows, across=["population"], reason="to see")).network is None


def test_a_drug_without_an_event_is_told_of_in_page_json_and_sql() -> None:
    rows = [*loop(), *trial("m", (MIRTAZAPINE, 0), (PLACEBO, 40))]
    comparison = compared(rows, "mirtazapine", "placebo")
    gap = shared(comparison).network_gap
    assert shared(comparison).network is None
    assert gap is not None
    assert (gap.towards, gap.nobody, gap.k) == ("0", ("mirtazapine",), 14)
    why = "no odds ratio by the network, mirtazapine vs placebo: nobody given mirtazapine met the definition, so the estimate runs off to 0"
    assert why[1:] in html.unescape(comparison_html.render(comparison))
    (one,) = json.loads(comparison_json.render(comparison))["outcomes"][0]["shared"]
    assert (one["network"], one["network_gap"]["towards"], one["network_gap"]["why"]) == (None, "0", why)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(comparison_json.render(comparison)))
    stored = [of for a, b, of in every_network_effect(rows) if (a, b) == ("mirtazapine", "placebo")]
    assert [of.in_words() for of in stored if isinstance(of, NoEstimate)] == [why]
    with duckdb.connect() as con:
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in NETWORKS["pooled_networks"][1].items())
        con.execute(f"CREATE TABLE pooled_networks ({columns})")
        fill_table(con, "pooled_networks", list(of_stratum(rows)))
        found = con.execute(
            "SELECT k, estimate, low, method FROM pooled_networks WHERE kind = 'none' AND a = 'mirtazapine' AND b = 'placebo'"
        )
        assert found.fetchall() == [(14, None, None, why)]


@pytest.fixture(scope="module")
def con(real_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize(
    ("a", "b", "with_unstated"),
    [("citalopram", "paroxetine", False), ("escitalopram", "sertraline", False), ("placebo", "ssri", True)],
)
def test_sql_has_the_same_figures(con: duckdb.DuckDBPyConnection, a: str, b: str, with_unstated: bool) -> None:
    networks = 0
    for answer in compare_rows(read_rows(con), a, b, with_unstated=with_unstated).outcomes:
        for one in answer.shared:
            stored = {
                kind: figures
                for kind, *figures in con.execute(
                    "SELECT kind, k, estimate, low, high, prediction_low, p FROM pooled_networks "
                    "WHERE outcome = ? AND stratum = ? AND variant = ? AND least(a, b) = ? AND greatest(a, b) = ?",
                    [answer.outcome, str(one.stratum), answer.pooling, min(a, b), max(a, b)],
                ).fetchall()
            }
            found = one.network
            if found is None:
                assert stored == {}
                continue
            networks += 1
            kinds = {"network": found.network, "direct": found.direct, "indirect": found.indirect}
            assert set(stored) == {kind for kind, of in kinds.items() if of is not None}
            for kind, (k, *figures, ahead, p) in stored.items():
                of = kinds[kind]
                assert of is not None
                assert figures == pytest.approx([of.estimate, of.low, of.high], rel=1e-6)
                assert k == {"network": found.k, "direct": found.k_direct, "indirect": found.k - found.k_direct}[kind]
                assert p == (None if found.p is None else pytest.approx(found.p, rel=1e-6))
                assert ahead == (pytest.approx(found.prediction_low, rel=1e-6) if kind == "network" else None)
    assert networks


def test_a_plot_of_odds_ratios_has_the_network_and_indirect_evidence() -> None:
    one = shared(compared(loop()))
    assert one.network is not None
    panel = contrast_block(one, "response", Words(), MEASURES["odds ratio"])
    assert panel is not None
    drawn = {line.label: line for line in panel.lines}
    for label, of in (("Network: 13 trials", one.network.network), ("Indirect", one.network.indirect)):
        assert of is not None
        assert (drawn[label].estimate, drawn[label].low, drawn[label].high) == (of.estimate, of.low, of.high)
    ratios = contrast_block(one, "response", Words(), MEASURES["risk ratio"])
    assert ratios is not None
    assert "Indirect" not in {line.label for line in ratios.lines}


def test_a_plot_draws_what_a_network_alone_has() -> None:
    rows = [
        *trial("1", (CITALOPRAM, 50), (PLACEBO, 40)),
        *trial("2", (PLACEBO, 40), (MIRTAZAPINE, 50)),
        *trial("3", (MIRTAZAPINE, 50), (PAROXETINE, 60)),
    ]
    comparison = compared(rows)
    panel = contrast_block(shared(comparison), "response", Words(), MEASURES["odds ratio"])
    assert panel is not None
    assert [line.label for line in panel.lines] == ["Network: 3 trials"]
    assert contrast_block(shared(comparison), "response", Words(), MEASURES["risk ratio"]) is None


def test_a_measure_that_a_network_does_not_give_is_said_to_be_none() -> None:
    """It was asked for, and something else leads."""
    found = compared(loop())
    said = re.sub(r"\s+", " ", comparison_text.render(found, measure="risk difference"))
    assert "by a network of 13 trials, which gives no risk difference; direct evidence" in said
    for measure in (LEADING, "odds ratio"):
        assert "which gives no" not in comparison_text.render(found, measure=measure)
