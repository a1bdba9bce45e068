"""Measures that name an outcome or a scale and are of something else: each is refused, with the words that say so; and what looks alike isn't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trialregistry.entries import figures, measure, one

RULE = "Response was a reduction from baseline of at least 50% in the MADRS total score."
REMISSION = "Remission was a MADRS total score of 12 or less."
FAS = "Full analysis set: all randomized participants with at least one dose."
MEAN: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation", "values": [("-16.2", "9.1"), ("-11.7", "8.8")]}  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "Percentage of MADRS Non-responders",
        "Percentage of Nonresponders on the MADRS",
        "Percentage of Non-Responders (MADRS)",
        "MADRS Non-response Rate",
        "MADRS Non Response",
        "MADRS Nonresponse",
        "Percentage of MADRS Response Failures",
        "MADRS Treatment Failure",
        "Failure to Achieve MADRS Response",
        "MADRS Response Not Achieved",
        "MADRS Response Criteria Not Met",
        "Lack of MADRS Response",
        "MADRS Response: No",
        "Loss of MADRS Response",
        "MADRS Response Loss",
        "Percentage With Incomplete MADRS Response",
        "Percentage of Participants Treatment-Resistant on the MADRS",
        "Percentage of Participants With Inadequate MADRS Response",
        "Percentage of Participants Unresponsive on the MADRS",
        "Percentage of Participants Who Never Responded (MADRS)",
        "Percentage of Participants Not Reaching a >=50% Reduction in MADRS",
        "Percentage of Non-responders Among Completers (MADRS)",
    ],
)
def test_title_of_those_without_response_counts_no_responders(tmp_path: Path, title: str) -> None:
    refused = one(tmp_path, title, description=RULE).refused
    assert "without response" in refused or "aren't understood" in refused


@pytest.mark.parametrize("title", ["Percentage of MADRS Non-remitters", "MADRS Nonremission", "MADRS Remission Failures"])
def test_title_of_those_without_remission_counts_no_remitters(tmp_path: Path, title: str) -> None:
    assert "without remission" in one(tmp_path, title, description=REMISSION).refused


def test_title_of_both_leaves_it_to_the_class(tmp_path: Path) -> None:
    classes = {"Responder": ["30.0", "20.0"], "Non-responder": ["70.0", "80.0"]}
    found = figures(tmp_path, measure("MADRS Responders and Non-responders", description=RULE, classes=classes))
    assert [r.count.events if r.count else r.refused for r in found[::2]] == [30, "it counts those without response"]


def test_those_seen_are_no_subgroup(tmp_path: Path) -> None:
    found = one(tmp_path, "MADRS Response", description=RULE, population="The subset of the FAS with available data at Week 8")
    assert (found.refused, found.people.term) == ("", "unstated")


@pytest.mark.parametrize(
    "title",
    [
        "Change From Baseline at Follow-up in MADRS Score",
        "Change From Baseline Over the Open-label Extension in MADRS Score",
        "Change From Baseline (End of Run-in) in MADRS Score",
        "Mean of the Change From Baseline in MADRS Score",
    ],
)
def test_change_from_the_baseline_is_taken(tmp_path: Path, title: str) -> None:
    found = one(tmp_path, title, **MEAN)
    assert (found.refused, found.statistic) == ("", "change")


def test_unit_and_description_may_say_that_those_without_are_counted(tmp_path: Path) -> None:
    by_unit = one(tmp_path, "MADRS Response", description=RULE, unit="percentage of non-responders")
    said = "The percentage of participants who did not achieve a response of at least 50% on the MADRS."
    by_text = one(tmp_path, "MADRS Outcome Category", description=said)
    assert "without response" in by_unit.refused
    assert "without response" in by_text.refused


@pytest.mark.parametrize(
    ("title", "description", "why"),
    [
        ("Percentage of Participants With a MADRS Score > 12", REMISSION, "`> 12` in the title"),
        ("Percentage of Participants With a MADRS Score of 13 or More", REMISSION, "`13 or More` in the title"),
        ("Percentage of Participants With Less Than 50% Reduction in HAM-D17", "Response is ≥50%.", "`Less Than 50%` in the title"),
        ("HAM-D17 Response", "Response was a reduction of less than 50%.", "by `less than 50%`"),
        ("HAM-D17 Response", "Response was an increase of at least 50%.", "by `increase`"),
    ],
)  # fmt: skip
def test_rule_from_the_other_end_is_none(tmp_path: Path, title: str, description: str, why: str) -> None:
    assert why in one(tmp_path, title, description=description).refused


@pytest.mark.parametrize(
    "title",
    [
        "MADRS Response (Non-responder Imputation)",
        "MADRS Response, Missing = Non-responder",
        "MADRS Response With Dropouts Counted as Non-responders",
        "MADRS Response Among Non-responders",
        "MADRS Response in Placebo Non-Responders",
        "MADRS Response After Inadequate Response to an SSRI",
        "MADRS Response Following Treatment Failure",
        "No of Participants With MADRS Response",
        "MADRS Response After a Dose Increase",
        "Percentage of Participants With >=50 Percent Change From Baseline in MADRS (Response)",
    ],
)
def test_those_not_seen_and_earlier_non_responders_are_not_what_is_counted(tmp_path: Path, title: str) -> None:
    assert one(tmp_path, title, description=RULE).definition == "response.madrs.ge50pct"


@pytest.mark.parametrize(
    ("title", "about", "why"),
    [
        ("Change in Percentage of MADRS Responders", {}, "compares them"),
        ("Difference in Percentage of MADRS Responders", {}, "compares them"),
        ("Change From Baseline in MADRS Response Rate", {}, "compares them"),
        ("Placebo-adjusted MADRS Response Rate", {}, "compares them"),
        ("MADRS Response Rate Ratio", {}, "compares them"),
        ("MADRS Response", {"unit": "percentage difference"}, "compares them"),
        ("Percentage of Visits With MADRS Response", {}, "not a count or share of participants"),
        ("Expected Percentage of Participants With MADRS Response", {}, "not a count or share of participants"),
        ("MADRS Responders in Subgroup With Suicidal Ideation", {}, "part of the participants"),
        ("MADRS Response", {"population": "Participants with suicidal ideation (subgroup of the full analysis set)."}, "part of the participants"),
        ("MADRS Responders Excluding Rescue", {}, "part of the participants"),
        ("MADRS Responders Among Completers", {"population": FAS}, "the title is of `Completers`"),
        ("MADRS Response (Per Protocol)", {"population": FAS}, "the title is of `Per Protocol`"),
    ],
)  # fmt: skip
def test_figure_of_something_else_than_the_arm_is_refused(tmp_path: Path, title: str, about: dict[str, Any], why: str) -> None:
    assert why in one(tmp_path, title, description=RULE, **about).refused


def test_subgroup_of_a_mean_is_refused_too(tmp_path: Path) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS", **MEAN, population="A subset of the full analysis set.")
    assert "part of the participants" in found.refused


@pytest.mark.parametrize(
    ("title", "unit", "why"),
    [
        ("Change From Baseline in MADRS-6 Score", "", "isn't the whole scale"),
        ("Change From Baseline in 6-item MADRS", "", "isn't the whole scale"),
        ("Change From Baseline in MADRS6 Score", "", "a scale of depression"),
        ("Change From Baseline in HAMD-8", "", "isn't the whole scale"),
        ("Change From Baseline in Short Form of the HAM-D", "", "isn't the whole scale"),
        ("Change From Baseline in HAM-D17 T-Score", "", "aren't understood"),
        ("Area Under the Curve of MADRS Score", "", "outside what"),
        ("Change From Baseline in MADRS", "z-score", "isn't the points"),
        ("Change From Baseline in MADRS", "T-score", "isn't the points"),
        ("Change From Baseline in MADRS", "participants", "isn't the points"),
        ("Change From Baseline in MADRS", "MADRS-6 score", "isn't the points"),
        ("Change From Week 4 in MADRS Score", "", "not from the baseline"),
        ("Change From Maintenance Baseline in MADRS Score", "", "not from the baseline"),
        ("Change From Baseline (End of Induction) in MADRS Score", "", "not from the baseline"),
    ],
)
def test_mean_that_is_not_in_points_from_the_baseline_is_refused(tmp_path: Path, title: str, unit: str, why: str) -> None:
    assert why in one(tmp_path, title, **MEAN | ({"unit": unit} if unit else {})).refused


@pytest.mark.parametrize(
    "unit",
    [
        "Score on a scale",
        "Points",
        "units on a MADRS scale (0-60)",
        "change in MADRS total score",
        "Scores on scale",
        "Montgomery-Asberg Depression Rating Scale points",
        "Likert scale",
    ],
)
def test_unit_of_points_is_one(tmp_path: Path, unit: str) -> None:
    assert not one(tmp_path, "Change From Baseline in 10-item MADRS Total Score", **MEAN | {"unit": unit}).refused


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("Missing values were not imputed; LOCF was not used.", "unstated"),
        ("Missing values were not imputed by LOCF.", "unstated"),
        ("Analysed without LOCF.", "unstated"),
        ("The last observation was not carried forward.", "unstated"),
        ("Neither LOCF nor BOCF was used.", "unstated"),
        ("MMRM rather than LOCF was used.", "mmrm"),
        ("MMRM was not used.", "unstated"),
        ("Those who discontinued were not considered as non-responders.", "unstated"),
        ("LOCF was used if no later score was available.", "locf"),
        ("For participants not seen at Week 8, LOCF was used.", "locf"),
        ("Those without a score had their last observation carried forward.", "locf"),
        ("Those who discontinued were not considered to have a response.", "non-responder"),
        ("Those who discontinued were considered not to have responded.", "non-responder"),
    ],
)
def test_what_is_said_not_to_be_done_says_nothing(tmp_path: Path, said: str, missing: str) -> None:
    assert one(tmp_path, "MADRS Response", description=f"{RULE} {said}").missing.term == missing


@pytest.mark.parametrize(
    ("population", "people"),
    [
        ("Full analysis set, completers, per protocol set.", "unstated"),
        ("Full analysis set (FAS) and per-protocol set", "unstated"),
        ("FAS; safety set", "unstated"),
        ("ITT and per-protocol populations", "unstated"),
        ("Per-protocol set: all participants of the full analysis set without deviations", "per-protocol"),
        ("Completers of the full analysis set", "completers"),
        ("Full analysis set: all in the safety set with a later score", "full-analysis"),
        ("Non-completers", "unstated"),
        ("All but the per-protocol set wasn't used; not the per-protocol set", "unstated"),
    ],
)
def test_several_sets_are_none(tmp_path: Path, population: str, people: str) -> None:
    assert one(tmp_path, "MADRS Response", description=RULE, population=population).people.term == people


@pytest.mark.parametrize(
    ("title", "description", "why"),
    [
        ("MADRS Response", "Response was a reduction of at least 50% in the HAM-D17 total score.", "on `HAM-D17`"),
        ("HAM-D17 Response", "Response was a reduction of at least 50% in the HAM-D24.", "on `HAM-D24`"),
        ("MADRS Response", "Response was a reduction of at least 50% from the maintenance baseline in the MADRS.", "from the maintenance"),
        ("MADRS Response", "Response was a reduction of at least 50% from Week 4 in the MADRS.", "from Week 4"),
        ("MADRS Response", "Response was a reduction of at least 50% from the open-label baseline in the MADRS.", "from the open-label"),
    ],
)  # fmt: skip
def test_rule_of_another_scale_or_baseline_is_not_the_titles(tmp_path: Path, title: str, description: str, why: str) -> None:
    assert why in one(tmp_path, title, description=description).refused


@pytest.mark.parametrize("day", ["Day 1 predose", "Day 1", "baseline", "double-blind baseline"])
def test_fall_since_the_first_day_is_one_since_baseline(tmp_path: Path, day: str) -> None:
    text = f"Response was a reduction of at least 50% from {day} in the MADRS."
    assert one(tmp_path, "MADRS Response", description=text).definition == "response.madrs.ge50pct"


def test_mean_of_one_scale_described_as_another_is_refused(tmp_path: Path) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS", **MEAN, description="The HAM-D17 has 17 items.")
    assert "the title is of `MADRS`, and the description of `HAM-D17`" in found.refused


@pytest.mark.parametrize(
    ("unit", "taken"),
    [
        ("percentage of participants", True),
        ("% of Patients", True),
        ("Response rate (%)", True),
        ("Percentage", True),
        ("percentage of eyes", False),
        ("percentage of families", False),
        ("percentage of participant-visits", False),
        ("percent per week", False),
        ("percentage of placebo", False),
        ("percentage reduction", False),
        ("percentage points", False),
        ("cumulative percentage", False),
        ("percentage of total score", False),
    ],
)
def test_unit_is_understood_word_by_word(tmp_path: Path, unit: str, taken: bool) -> None:
    found = one(tmp_path, "MADRS Remission", description=REMISSION, unit=unit)
    assert (found.refused == "") == taken
    assert taken or "unit is" in found.refused or "is not a count" in found.refused


@pytest.mark.parametrize(("counted", "taken"), [("Participants", True), ("Eyes", False), ("observations", False)])
def test_what_is_counted_must_be_participants(tmp_path: Path, counted: str, taken: bool) -> None:
    found = figures(tmp_path, measure("MADRS Remission", description=REMISSION) | {"typeUnitsAnalyzed": counted})
    assert [r.taken for r in found] == [taken] * 2
    assert taken or f"counted in `{counted}`" in found[0].refused


@pytest.mark.parametrize(
    "people", ["Non-remitters", "Nonresponders", "Non-remission", "Week 8, non-responders", "Yes", "TRD", "MDD"]
)
def test_class_of_some_is_no_mean_of_the_arm(tmp_path: Path, people: str) -> None:
    mean = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}
    values = [("22.0", "8.0"), ("24.0", "8.1")]
    found = figures(tmp_path, measure("MADRS Total Score at Week 8", classes={people: values, "Week 8": values}, **mean))
    assert [one.taken for one in found] == [False, False, True, True]
    assert all(people.rsplit(maxsplit=1)[-1] in one.refused for one in found[:2])


@pytest.mark.parametrize("people", ["Non-responders", "Full analysis set, non-remitters", "Nonresponders at baseline"])
def test_population_without_the_outcome_is_not_everybody(tmp_path: Path, people: str) -> None:
    assert not one(tmp_path, "MADRS Response", description=RULE, population=people).taken
    counted = "Full analysis set; missing values were counted as non-responders."
    assert one(tmp_path, "MADRS Response", description=RULE, population=counted).taken
