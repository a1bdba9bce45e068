"""Comparisons of arms that an entry prints: taken where the entry and the arms' own figures say what they are, else left out with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.drafting import draft_package
from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import EntryRows, rows_of
from tests.trialregistry.entries import measure, put, study
from validation.engine import validate_package

GROUPS = ("Esketamine 56 mg", "Placebo")
BOTH = ["OG000", "OG001"]
LS = {
    "groupIds": BOTH,
    "paramType": "Difference of Least Square (LS) Means",
    "paramValue": "-4.0",
    "ciPctValue": "95",
    "ciNumSides": "TWO_SIDED",
    "ciLowerLimit": "-7.31",
    "ciUpperLimit": "-0.64",
    "pValue": "=0.020",
    "statisticalMethod": "Mixed Model for Repeated Measures",
    "dispersionType": "STANDARD_ERROR_OF_MEAN",
    "dispersionValue": "1.69",
}
CRUDE = {
    "groupIds": BOTH,
    "paramType": "Odds Ratio (OR)",
    "paramValue": "2.25",
    "ciPctValue": "95",
    "ciLowerLimit": "1.28",
    "ciUpperLimit": "3.96",
    "pValue": "0.005",
}


def means(*analyses: dict[str, Any], values: Any = (("-19.6", "12.3"), ("-15.2", "13.9")), **about: Any) -> dict[str, Any]:
    made = measure(
        "Change From Baseline in MADRS Total Score at Day 28",
        frame="Baseline, Day 28",
        param="MEAN",
        dispersion="Standard Deviation",
        unit="Units on a scale",
        groups=GROUPS,
        values=values,
        **about,
    )
    return {**made, "analyses": list(analyses)}


def counts(*analyses: dict[str, Any], values: Any = ("60.0", "40.0"), **about: Any) -> dict[str, Any]:
    made = measure(
        "Percentage of Responders at Week 4",
        frame="Week 4",
        description="Response is a reduction of at least 50% from baseline on the MADRS.",
        groups=GROUPS,
        values=values,
        **about,
    )
    return {**made, "analyses": list(analyses)}


def taken(folder: Path, *measures: dict[str, Any]) -> EntryRows:
    return rows_of(read_entries([put(folder, study(*measures))])[0], TrialOptions())


def test_adjusted_difference_is_taken_as_it_is_printed(tmp_path: Path) -> None:
    (row,) = taken(tmp_path, means(LS)).tables["contrasts"]
    assert (row["arm_id"], row["other_arm_id"], row["instrument_id"], row["definition_id"]) == (
        "esketamine-56-mg",
        "placebo",
        "madrs",
        "",
    )
    assert (row["measure"], row["adjusted"], row["timepoint_days"], row["missing_data"]) == (
        "mean-difference",
        "true",
        "28",
        "mmrm",
    )
    assert [row[name] for name in ("value", "se", "low", "high", "level", "p")] == [
        "-4.0",
        "1.69",
        "-7.31",
        "-0.64",
        "95",
        "0.020",
    ]
    assert row["source_locator"] == (
        'outcome measure 0, comparison 1; "Difference of Least Square (LS) Means"; method "Mixed Model for Repeated Measures"'
    )


def test_order_of_the_groups_says_nothing(tmp_path: Path) -> None:
    """Entries print esketamine minus placebo with the placebo's id first."""
    (row,) = taken(tmp_path, means({**LS, "groupIds": BOTH[::-1]})).tables["contrasts"]
    assert (row["arm_id"], row["other_arm_id"], row["value"]) == ("esketamine-56-mg", "placebo", "-4.0")
    turned = {**LS, "paramValue": "4.0", "ciLowerLimit": "0.64", "ciUpperLimit": "7.31"}
    (row,) = taken(tmp_path, means(turned)).tables["contrasts"]
    assert (row["arm_id"], row["other_arm_id"], row["value"]) == ("placebo", "esketamine-56-mg", "4.0")


@pytest.mark.parametrize(
    ("param", "printed", "expected"),
    [
        ("Odds Ratio (OR)", ("2.25", "1.28", "3.96"), ("odds-ratio", "esketamine-56-mg", "2.25", "1.28", "3.96")),
        ("Odds Ratio (OR)", ("0.44", "0.25", "0.78"), ("odds-ratio", "placebo", "0.44", "0.25", "0.78")),
        ("Risk Ratio (RR)", ("1.5", "1.13", "2.0"), ("risk-ratio", "esketamine-56-mg", "1.5", "1.13", "2.0")),
        ("Risk Difference (RD)", ("20.0", "6.4", "33.6"), ("risk-difference", "esketamine-56-mg", "0.200", "0.064", "0.336")),
        ("Difference in proportions", ("-20.0", "-33.6", "-6.4"), ("risk-difference", "placebo", "-0.200", "-0.336", "-0.064")),
    ],
)
def test_effects_of_counts(tmp_path: Path, param: str, printed: tuple[str, ...], expected: tuple[str, ...]) -> None:
    value, low, high = printed
    analysis = {**CRUDE, "paramType": param, "paramValue": value, "ciLowerLimit": low, "ciUpperLimit": high}
    (row,) = taken(tmp_path, counts(analysis)).tables["contrasts"]
    assert (row["measure"], row["arm_id"], row["value"], row["low"], row["high"]) == expected
    assert (row["value_reported"], row["definition_id"], row["adjusted"]) == (value, "response.madrs.ge50pct", "")


@pytest.mark.parametrize(
    ("change", "p", "about"),
    [
        ({"pValue": "<0.05"}, "<0.05", ""),
        ({"pValue": "> 0.05"}, ">0.05", ""),
        ({"pValue": "0.020", "pValueComment": "2-sided"}, "0.020", 'p "2-sided"'),
        ({"pValue": "0.010", "pValueComment": "One-sided"}, "", 'p 0.010 is left out: "One-sided"'),
        ({"pValue": "0.010"}, "", "p 0.010 is left out: how many sides it has isn't said"),
        ({"pValue": "NS"}, "", 'p "NS" isn\'t a number'),
        ({"pValue": None}, "", ""),
    ],
)
def test_p_is_kept_if_it_is_two_sided(tmp_path: Path, change: dict[str, Any], p: str, about: str) -> None:
    (row,) = taken(tmp_path, means({**LS, **change})).tables["contrasts"]
    assert row["p_reported"] == p
    assert row["p"] == ("" if p.startswith(">") else p.lstrip("<"))
    assert about in row["source_locator"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pValue": "NS"}, 'p "NS" isn\'t a number'),
        ({"pValue": "0.000"}, "p 0.000 is left out: how many sides it has isn't said, and its interval gives 0.0049 for two"),
        ({"dispersionType": "STANDARD_ERROR_OF_MEAN", "dispersionValue": "0.29"}, "standard error of mean 0.29 is left out: whether it is of the ratio"),
        ({"dispersionType": "STANDARD_DEVIATION", "dispersionValue": "0.29"}, "standard deviation 0.29 is left out: it isn't a standard error"),
        ({"pValue": ">0.004"}, ""),
    ],
)  # fmt: skip
def test_what_is_not_taken_of_a_comparison_is_told(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    report = draft_package([put(tmp_path, study(counts({**CRUDE, **change})))], None, tmp_path / "drafted")
    assert report.tables["contrasts"] == 1
    assert [note.startswith(f"NCT01234567, contrasts: {told}") and note.endswith("(rows 3)") for note in report.notes] == (
        [True] if told else []
    )
    assert validate_package(tmp_path / "drafted").verdict == "valid"


@pytest.mark.parametrize(
    ("measures", "reason"),
    [
        (means({**LS, "groupIds": ["OG000"]}), "it names 1 groups"),
        (means({**LS, "groupIds": ["OG000", "OG000"]}), "which two arms are compared isn't said"),
        (means({**LS, "paramValue": "-1.0", "ciLowerLimit": "-5.7", "ciUpperLimit": "5.8"}), "fit both ways round"),
        (means({**LS, "paramValue": "-40", "ciLowerLimit": "-42", "ciUpperLimit": "-38"}), "are outside its interval both ways round"),
        (means({**LS, "ciNumSides": "ONE_SIDED"}), "its interval is one-sided"),
        (means({**LS, "ciPctValue": ""}), "no interval with a level"),
        (means({**LS, "ciUpperLimit": "NA"}), "its upper limit is `NA`"),
        (means({**LS, "paramType": "Median Difference (Final Values)"}), "is none of the measures"),
        (means({**LS, "paramType": "Hazard Ratio (HR)"}), "isn't one of the arms' counts or means"),
        (means({**LS, "paramType": ""}), "the effect is `unnamed`"),
        (means(CRUDE), "its measure gives means"),
        (counts({**LS, "paramType": "Mean Difference (Final Values)"}), "its measure counts participants"),
        (counts({**CRUDE, "paramType": "Odds Ratio, log"}), "is none of the measures"),
        (counts({**CRUDE, "ciLowerLimit": "-1.28"}), "a figure of it isn't above 0"),
        (counts(CRUDE, values=("60.0", "0.0")), "an arm has none or all"),
        (counts(CRUDE, classes={"Day 8": ["60.0", "40.0"], "Day 28": ["60.0", "40.0"]}), "several classes or categories"),
        (counts(CRUDE, values=("60.0", "40.7")), "the figures of one of its groups aren't taken"),
        (counts(CRUDE, param="MEDIAN"), "the figures of its measure aren't taken"),
    ],
)  # fmt: skip
def test_what_does_not_say_enough_is_left_out_with_its_reason(tmp_path: Path, measures: dict[str, Any], reason: str) -> None:
    rows = taken(
        tmp_path,
        measures,
        counts(values=("61.0", "41.0"), n=(100, 100)) | {"title": "Remission, MADRS <= 12, at Week 5", "timeFrame": "Week 5"},
    )
    assert "contrasts" not in rows.tables
    (out,) = [out for out in rows.left_out if out.table == "contrasts"]
    assert reason in out.reason


def test_comparison_given_twice_counts_once_and_two_that_differ_count_never(tmp_path: Path) -> None:
    same = taken(tmp_path, means(LS, LS))
    assert len(same.tables["contrasts"]) == 1
    assert [out.reason for out in same.left_out] == ["another measure prints the same comparison"]
    differ = taken(tmp_path, means(LS, {**LS, "paramValue": "-4.1"}))
    assert "contrasts" not in differ.tables
    assert sum("prints different comparisons" in out.reason for out in differ.left_out) == 2


def test_package_with_contrasts_is_valid(tmp_path: Path) -> None:
    protocol = {"designModule": {"designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"}}}
    report = draft_package([put(tmp_path, study(means(LS), counts(CRUDE), **protocol))], None, tmp_path / "drafted")
    assert report.tables["contrasts"] == 2
    found = validate_package(tmp_path / "drafted")
    assert found.verdict == "valid"
    assert not [f for f in found.findings if f.rule.startswith("CON")]


@pytest.mark.parametrize(
    "name",
    [
        "Risk Ratio (RR) for Non-Remission", "Relative Risk of nonresponse", "Odds Ratio (non-response)", "Risk Difference of Non-response",
        "Odds Ratio (Week 2)", "Odds Ratio for Women", "Odds Ratio per 10 points baseline", "Incidence Rate Ratio", "Inverse Odds Ratio",
        "Odds Ratio, completers", "Odds Ratio in the second stage", "Odds ratio, interaction", "Common Odds Ratio",
    ],
)  # fmt: skip
def test_name_of_an_effect_is_understood_word_by_word(tmp_path: Path, name: str) -> None:
    rows = taken(tmp_path, counts({**CRUDE, "paramType": name}))
    assert "contrasts" not in rows.tables
    assert any("the effect's name has words that aren't understood" in out.reason for out in rows.left_out)


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Odds Ratio of Response", counts), ("Odds ratio vs placebo at Week 4", counts), ("Difference in MADRS response rates (Esketamine - Placebo)", counts),
        ("LS Mean Difference in Change From Baseline in MADRS Total Score at Day 28", means), ("Hedges' g (effect size)", means), ("Standardised mean difference", means),
    ],
)  # fmt: skip
def test_name_of_an_effect_may_say_what_its_figures_are(tmp_path: Path, name: str, of: Any) -> None:
    rows = taken(tmp_path, of({**(CRUDE if of is counts else LS), "paramType": name}))
    assert not any("the effect's name" in out.reason for out in rows.left_out)


def test_mapping_says_that_a_word_of_an_effect_changes_nothing(tmp_path: Path) -> None:
    entry = read_entries([put(tmp_path, study(counts({**CRUDE, "paramType": "Inverse Odds Ratio"})))])[0]
    assert rows_of(entry, TrialOptions(words=frozenset({"inverse"}))).tables["contrasts"]
