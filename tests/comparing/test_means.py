"""Means on scales: the figures are metafor's, changes and endpoints stay apart, and text, page, JSON and SQL say the same."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import pytest
from jsonschema import Draft202012Validator
from scipy.stats import norm

from registry.answers import comparison_html, comparison_json, comparison_text
from registry.answers.mean_words import mean_words
from registry.comparing import score_stored
from registry.comparing.asking import ask
from registry.comparing.comparison import Comparison
from registry.comparing.means import compare_scores
from registry.comparing.score_stored import MEANS
from registry.pooling.score_effects import PRIOR, Mean, MeanPair, combined_means
from registry.strata.rows import LADDER
from registry.strata.score_rows import ScoreRow, read_scores
from tests.comparing import fixtures
from tests.comparing.one_stratum import pooled_scores

NAMES = {"MD": "mean difference", "SMD": "standardised mean difference"}
FIGURES = fixtures.rows(fixtures.FOLDER / "metafor.scores.csv")


@cache
def pairs(name: str) -> list[MeanPair]:
    def side(row: dict[str, str], of: str) -> Mean:
        return Mean(int(row[f"n_{of}"]), float(row[f"mean_{of}"]), float(row[f"sd_{of}"]))

    return [
        MeanPair(row["trial"], side(row, "a"), side(row, "b"))
        for row in fixtures.rows(fixtures.FOLDER / "scores.csv")
        if row["set"] == name
    ]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['set']}-{row['measure']}")
def test_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    found = pooled_scores(NAMES[row["measure"]], pairs(row["set"]))
    got = (found.k, found.estimate, found.low, found.high, found.tau or 0.0, found.trials[0].estimate, found.trials[0].se)
    names = ("k", "estimate", "low", "high", "tau", "first", "first_se")
    assert got == pytest.approx([float(row[name]) for name in names], rel=1e-6, abs=1e-9)


@pytest.mark.slow
def test_figures_are_fresh(tmp_path: Path) -> None:
    if not fixtures.has_metafor():
        pytest.skip("R with metafor isn't installed")
    script = fixtures.FOLDER.parent / "scores.R"
    subprocess.run(["Rscript", str(script), str(fixtures.FOLDER / "scores.csv"), str(tmp_path / "new.csv")], check=True)
    for new, old in zip(fixtures.rows(tmp_path / "new.csv"), FIGURES, strict=True):
        assert [float(new[name]) for name in new if name not in ("set", "measure")] == pytest.approx(
            [float(old[name]) for name in old if name not in ("set", "measure")], rel=1e-7
        )


@pytest.mark.parametrize("measure", NAMES.values())
def test_a_prediction_never_ends_within_the_interval(measure: str) -> None:
    """Trials many times as far apart as the prior of the prediction expects, in an interval that has no prior."""
    apart = [MeanPair(f"t{i}", Mean(500, 3.0 * i**2 / 10, 1.0), Mean(500, 0.0, 1.0)) for i in range(8)]
    found = pooled_scores(measure, apart)
    assert found.tau is not None
    assert found.tau > 5 * PRIOR
    assert found.prediction_low <= found.low
    assert found.high <= found.prediction_high


@pytest.mark.parametrize("measure", NAMES.values())
@pytest.mark.parametrize("k", [1, 2, 3])
def test_few_trials_are_integrated_as_on_a_dense_grid(measure: str, k: int) -> None:
    some = pairs("normand1999")[:k]
    found = pooled_scores(measure, some)
    free = [one.a.n + one.b.n - 2 for one in some]
    unit = np.sqrt(sum(of * one.sd**2 for of, one in zip(free, some, strict=True)) / sum(free)) if measure == NAMES["MD"] else 1.0
    y, v = (np.array([getattr(trial, name) for trial in found.trials]) for name in ("estimate", "se"))
    tau = np.linspace(0, 8 * PRIOR * unit, 40_001)
    weight = 1 / (v**2 + tau[:, None] ** 2)
    mean, variance = (weight * y).sum(axis=1) / weight.sum(axis=1), 1 / weight.sum(axis=1)
    logs = np.log(weight).sum(axis=1) / 2 + np.log(variance) / 2 - (weight * (y - mean[:, None]) ** 2).sum(axis=1) / 2
    share = np.exp(logs - logs.max() - (tau / PRIOR / unit) ** 2 / 2)
    share[0] /= 2
    share /= share.sum()

    def below(value: float, extra: Any) -> float:
        return float(share @ norm.cdf((value - mean) / np.sqrt(variance + extra)))

    assert below(found.prediction_low, tau**2) == pytest.approx(0.025, abs=1e-5)
    assert below(found.prediction_high, tau**2) == pytest.approx(0.975, abs=1e-5)
    if k > 1:
        for value, expected in ((found.low, 0.025), (found.estimate, 0.5), (found.high, 0.975)):
            assert below(value, 0) == pytest.approx(expected, abs=1e-5)
        assert found.half is not None
        assert found.double is not None
        widths = [one.high - one.low for one in (found.half, found, found.double)]
        assert widths == sorted(widths)
    else:
        assert (found.estimate, found.tau, found.half) == (pytest.approx(found.trials[0].estimate, rel=1e-12), None, None)


def test_arms_combined_are_all_their_participants() -> None:
    one, other = np.array([1.0, 2, 4, 9]), np.array([3.0, 3, 8])
    sides = [Mean(len(of), float(of.mean()), float(of.std(ddof=1))) for of in (one, other)]
    whole = np.concatenate([one, other])
    found = combined_means(sides)
    assert (found.n, found.mean, found.sd) == pytest.approx((7, whole.mean(), whole.std(ddof=1)))
    for n in range(2, 200):
        assert combined_means([Mean(n, 13.21, 6.88)]) == Mean(n, 13.21, 6.88)


def test_swapping_sides_and_changing_points_does_what_it_must() -> None:
    some = pairs("normand1999")[:3]
    turned = [MeanPair(one.label, one.b, one.a) for one in some]
    tenfold = [MeanPair(one.label, *(Mean(side.n, 10 * side.mean, 10 * side.sd) for side in (one.a, one.b))) for one in some]
    for measure, times in ((NAMES["MD"], 10), (NAMES["SMD"], 1)):
        found = pooled_scores(measure, some)
        assert pooled_scores(measure, turned).low == pytest.approx(-found.high, rel=1e-6)
        assert pooled_scores(measure, tenfold).high == pytest.approx(times * found.high, rel=1e-6)


def test_means_without_a_spread_are_refused() -> None:
    for n, sd in ((1, 2.0), (10, 0.0)):
        with pytest.raises(ValueError, match="n must be above 1 and sd above 0"):
            Mean(n, 1.0, sd)
    with pytest.raises(ValueError, match="a trial counts once"):
        pooled_scores(NAMES["MD"], pairs("one") * 2)


PLAIN = ScoreRow(
    "", "madrs", "change", "mdd", "days 21-41", "start", "acute, none", "randomised", "t1", "p", "t1", "Trial 1", "a", None, "ketamine", "nmda",
    28.0, "randomisation", "full-analysis", "mmrm", "unstated", 50, -12.0, 9.0, (), False, "doi:10.1000/1", "table 1",
)  # fmt: skip


def score(trial: str, node: str, mean: float, **more: Any) -> ScoreRow:
    made = replace(
        PLAIN, trial=trial, study_id=trial, study=trial, arm_id=f"{node}{mean}", node=node, class_=f"{node}-class", mean=mean
    )
    made = replace(made, **more)
    return replace(made, stratum=" | ".join((made.instrument, made.statistic, made.population, made.window)))


def test_means_of_randomised_trials_lead_over_those_of_larger_cohorts() -> None:
    rows = [
        made
        for trial, n, kind in (("cohort", 600, "not-randomised"), ("trial", 95, "randomised"))
        for made in (score(trial, node, mean, n=n, arm_kind=kind) for node, mean in (("up", -10.0), ("down", -8.0)))
    ]
    rows = [replace(one, stratum=f"{one.stratum} | {one.arm_kind}") for one in rows]
    assert [one.arm_kind for one in compare_scores(rows, "up", "down")] == ["randomised", "not-randomised"]


EIGHT_WEEKS = {"window": "days 42-70", "day": 56.0}


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"strategy": "relapse-prevention, none", "trials": 3}),
        ({}, {"arm_kind": "withdrawal", "trials": 3}),
        ({"n": 20}, {"trials": 1, "n": 500}),
        (EIGHT_WEEKS, {"window": "days 113-210", "day": 168.0, "n": 60}),
        (EIGHT_WEEKS, {"window": "days 11-20", "day": 14.0, "n": 60}),
        ({"n": 60}, {"population": "another"}),
        ({"instrument": "qids-sr16"}, {"instrument": "cgi-s", "n": 60}),
    ],
)
def test_means_lead_as_rates_do(first: dict[str, Any], other: dict[str, Any]) -> None:
    """Those of people who begin it, then of most trials, then about eight weeks, then of most people; never by the names of windows."""
    rows = [
        made
        for place, some in (("first", first), ("other", other))
        for i in range(some.get("trials", 2))
        for made in (
            replace(
                score(f"{place}{i}", node, mean, **{name: of for name, of in some.items() if name != "trials"}), stratum=place
            )
            for node, mean in (("up", -10.0), ("down", -8.0))
        )
    ]
    for turned in ({"first": "a", "other": "b"}, {"first": "b", "other": "a"}):
        named = [replace(one, stratum=turned[one.stratum]) for one in rows]
        assert [one.stratum for one in compare_scores(named, "up", "down")] == [turned["first"], turned["other"]]


def test_changes_and_endpoints_are_never_pooled() -> None:
    rows = [
        score(f"t{i}", node, mean, statistic=of)
        for i, of in enumerate(("change", "endpoint"))
        for node, mean in (("up", -10.0), ("down", -8.0))
    ]
    found = compare_scores(rows, "up", "down")
    assert sorted((one.statistic, one.effects[NAMES["SMD"]].k) for one in found) == [("change", 1), ("endpoint", 1)]


@pytest.mark.parametrize(
    "apart", [{"day": 30.0}, {"analysis_set": "completers"}, {"missing_data": "locf"}, {"estimate": "model"}, {"trial": "other"}]
)
def test_arms_are_compared_at_one_setting_of_one_trial(apart: dict[str, Any]) -> None:
    assert compare_scores([score("t", "up", -10.0), replace(score("t", "down", -8.0), **apart)], "up", "down") == ()


@pytest.mark.parametrize("kind", ["crossover", "cluster"])
def test_means_that_are_not_independent_and_unstated_rows_are_left_out(kind: str) -> None:
    rows = [score("t", "up", -10.0), score("t", "down", -8.0)]
    assert compare_scores([replace(row, arm_kind=kind) for row in rows], "up", "down") == ()
    vague = [replace(row, unstated=("analysis set",)) for row in rows]
    assert compare_scores(vague, "up", "down") == ()
    (found,) = compare_scores(vague, "up", "down", ("with-unstated",))
    assert "(something is unstated)" in mean_words(found, str)[0]
    (context,) = compare_scores([replace(row, unstated=("phase",)) for row in rows], "up", "down")
    assert context.pooling == "with-unstated-context"


def test_points_of_versions_that_nobody_states_are_not_pooled() -> None:
    rows = [
        score(f"t{i}", node, mean, instrument="hamd.unstated") for i in range(2) for node, mean in (("up", -10.0), ("down", -8.0))
    ]
    (found,) = compare_scores(rows, "up", "down")
    assert [*found.effects] == [NAMES["SMD"]]
    assert "Standardised mean difference" in mean_words(found, str)[1]
    (single,) = compare_scores(rows[:2], "up", "down")
    assert [*single.effects] == [NAMES["MD"], NAMES["SMD"]]


def test_a_trial_with_two_doses_counts_once() -> None:
    rows = [score("t", "up", -10.0), score("t", "up", -14.0), score("t", "down", -8.0)]
    (found,) = compare_scores(rows, "up", "down-class")
    assert found.effects[NAMES["MD"]].k == 1
    assert found.effects[NAMES["MD"]].estimate == pytest.approx(-4)
    assert found.pairs[0].a.n == 100


def test_means_are_also_told_without_those_that_have_a_finding() -> None:
    """A standard error as standard deviation: the trial's own difference is one of many standard deviations."""
    sound = [score(f"t{i}", node, mean) for i in range(2) for node, mean in (("up", -10.0), ("down", -8.0))]
    odd = [score("odd", node, mean, sd=0.9, flagged=True) for node, mean in (("up", -14.0), ("down", -8.0))]
    (found,) = compare_scores([*sound, *odd], "up", "down")
    (without,) = compare_scores(sound, "up", "down")
    assert (found.effects[NAMES["SMD"]].k, found.flagged) == (3, 2)
    assert found.unflagged == without.effects
    assert (without.flagged, without.unflagged) == (0, {})
    said = [line for line in mean_words(found, str) if line.startswith("Excluding figures with a finding (2 of the means): ")]
    assert [line.endswith("; 2 trials.") for line in said] == [True]
    assert "finding" not in " ".join(mean_words(without, str))
    (alone,) = compare_scores(odd, "up", "down")
    assert (alone.flagged, alone.unflagged) == (2, {})
    assert "Excluding figures with a finding (2 of the means): no trial is left." in mean_words(alone, str)


@pytest.mark.parametrize("unstated", [(), ("phase",), ("analysis set",)])
def test_means_are_stored_without_those_that_have_a_finding(unstated: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they lead: what is unstated of figures that are pooled on request has no variants."""
    sound = [score(f"t{i}", node, mean) for i in range(2) for node, mean in (("up", -10.0), ("down", -8.0))]
    odd = [score("odd", node, mean, flagged=True) for node, mean in (("up", -14.0), ("down", -8.0))]

    def stored(rows: list[ScoreRow]) -> dict[str, dict[str, float]]:
        told: list[dict[str, Any]] = []
        monkeypatch.setattr(score_stored, "read_scores", lambda _: [replace(row, unstated=unstated) for row in rows])
        monkeypatch.setattr(score_stored, "fill_table", lambda _, table, some: told.extend(some))
        score_stored.store_means(cast("duckdb.DuckDBPyConnection", None))
        found: dict[str, dict[str, float]] = {}
        for row in told:
            if (row["a"], row["b"]) == ("down", "up"):
                assert row["measure"] not in found.setdefault(row["variant"], {})
                found[row["variant"]][row["measure"]] = row["estimate"]
        return found

    plain, whole = stored(sound), stored([*sound, *odd])
    without = whole.pop("without-flagged", None)
    assert without == next((plain[name] for name in LADDER if name in plain), None)
    assert whole.keys() == plain.keys()
    assert all(whole[name] != plain[name] for name in plain)


def test_of_two_doses_only_the_one_with_a_finding_is_left_out() -> None:
    rows = [score("t", "up", -10.0), score("t", "up", -14.0, flagged=True), score("t", "down", -8.0)]
    (found,) = compare_scores(rows, "up", "down")
    (without,) = compare_scores([row for row in rows if not row.flagged], "up", "down")
    assert found.flagged == 1
    assert found.unflagged == without.effects


@pytest.fixture(scope="module")
def con(real_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def compared(con: duckdb.DuckDBPyConnection) -> Comparison:
    comparison, _ = ask(con, "esketamine", "placebo")
    assert comparison.means
    return comparison


def test_it_is_said_which_of_the_two_a_negative_difference_favours(compared: Comparison) -> None:
    found = compared.means[0]
    said = " ".join(mean_words(found, str))
    assert "; below 0 favours esketamine; " in said
    assert "favours" not in " ".join(mean_words(replace(found, instrument="a-new-scale"), str))


def test_text_page_json_and_sql_say_the_same(con: duckdb.DuckDBPyConnection, compared: Comparison) -> None:
    text = re.sub(r"\s+", " ", comparison_text.render(compared, verbose=True))
    page = html.unescape(re.sub(r"\s+", " ", comparison_html.render(compared)))
    data = json.loads(comparison_json.render(compared))
    schema = json.loads((Path(comparison_json.__file__).parent / "comparison.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(data)
    for found, said in zip(compared.means, data["means"], strict=True):
        for line in mean_words(found, str):
            assert line in text
            assert line in page
        for name, variant in (("effects", found.pooling), ("unflagged", "without-flagged")):
            for measure, effect in getattr(found, name).items():
                figures = [effect.k, effect.estimate, effect.low, effect.high, effect.prediction_low]
                assert [said[name][measure][key] for key in ("k", "estimate", "low", "high", "prediction_low")] == figures
                (stored,) = con.execute(
                    "SELECT k, estimate, low, high, prediction_low FROM pooled_means WHERE stratum = ? AND variant = ? AND a = ? AND b = ? AND measure = ?",
                    [found.stratum, variant, compared.a, compared.b, measure],
                ).fetchall()
                assert list(stored) == pytest.approx(figures, rel=1e-9)


def test_stored_means_are_of_two_by_name_and_each_once(con: duckdb.DuckDBPyConnection) -> None:
    """As rates are, so that the two can be joined; a variant has what the main one hasn't."""
    assert con.execute("FROM pooled_means WHERE a >= b").fetchall() == []
    again = "SELECT stratum, a, b, measure, k, n, estimate FROM pooled_means WHERE variant"
    assert con.execute(f"{again} = 'main' INTERSECT {again} <> 'main'").fetchall() == []
    assert con.execute("SELECT DISTINCT variant FROM pooled_means ORDER BY 1").fetchall() == [("main",), ("with-unstated",)]


def test_means_that_leave_nothing_unstated_are_not_said_to(con: duckdb.DuckDBPyConnection) -> None:
    stated, with_unstated = (ask(con, "esketamine", "placebo", with_unstated=some)[0].means for some in (False, True))
    same = {one.stratum: one for one in stated}
    assert same
    for one in with_unstated:
        if one.stratum in same and one.pairs == same[one.stratum].pairs:
            assert (one.pooling, mean_words(one, str)) == ("main", mean_words(same[one.stratum], str))


def test_pooled_means_has_the_pairs_that_it_says(con: duckdb.DuckDBPyConnection) -> None:
    """Two classes, two treatments, and one of each; a control, which is both, is with either."""
    both = 'SELECT "class" FROM comparable_scores INTERSECT SELECT node FROM comparable_scores'
    sides = f"""SELECT DISTINCT a IN (SELECT "class" FROM comparable_scores), b IN (SELECT "class" FROM comparable_scores)
        FROM pooled_means WHERE a NOT IN ({both}) AND b NOT IN ({both})"""
    assert {sum(side) for side in con.execute(sides).fetchall()} == {0, 1, 2}
    assert "two treatments, or a treatment and a class" in MEANS["pooled_means"][0]


def test_means_go_with_the_whole_answer_only(con: duckdb.DuckDBPyConnection) -> None:
    assert ask(con, "esketamine", "placebo", outcomes=["remission"])[0].means == ()
    assert ask(con, "esketamine", "placebo", across=["population"], reason="to see")[0].means == ()
    within = ask(con, "esketamine", "placebo", population="trd.late-life")[0].means
    assert {one.population for one in within} == {"trd.late-life"}


def test_scores_are_of_no_baseline_and_have_a_spread(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_scores(con)
    assert {row.statistic for row in rows} == {"change", "endpoint"}
    assert all(row.sd > 0 and row.n > 1 for row in rows)
    assert {"scale" in row.unstated for row in rows} == {True, False}
    assert all(("scale" in row.unstated) == row.instrument.endswith(".unstated") for row in rows)
    assert len({(row.package, row.study_id, row.arm_id, row.stratum) for row in rows}) == len(rows)
