"""What a description says of its measure against its title: those without the outcome are counted, or a fall is above 0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import rows_of
from tests.trialregistry.entries import measure, one, put, study

RISES: dict[str, Any] = {"param": "MEAN", "unit": "score", "dispersion": "Standard Deviation", "values": [("17.2", "10.1"), ("12.8", "9.1")]}  # fmt: skip


@pytest.mark.parametrize(
    "description",
    [
        "Number of participants not meeting the remission criterion (MADRS <= 10).",
        "Number of participants who failed to reach remission (MADRS <= 10).",
        "Participants who were not in remission (MADRS total score <= 10 defines remission).",
        "Remission was a MADRS total score <= 10. The number of participants not achieving this is given.",
        "Participants not meeting remission (MADRS <= 10).",
        "Number of participants whose MADRS remission was lost",
        "Percentage of patients who had not remitted (MADRS <= 10)",
        "Remission is MADRS <= 10. The percentage of participants still depressed is reported.",
        "Number of non-remitters (MADRS <= 10)",
        "Number of participants with a MADRS total score above 10. Remission is <= 10.",
        "This measure counts patients without remission (MADRS <= 10).",
        "Remission is MADRS <= 10. Number of participants who did not meet this criterion.",
    ],
)
def test_those_without_the_outcome_are_seen_in_the_description_too(tmp_path: Path, description: str) -> None:
    why = one(tmp_path, "MADRS Remission", description=description).refused
    assert "without remission, as its description says" in why or "in the description is not what a rule" in why


@pytest.mark.parametrize(
    "description",
    [
        "Remission was a MADRS total score <= 10. Participants not meeting this were considered non-remitters.",
        "Number of participants with remission (MADRS <= 10). Participants who discontinued were counted as not in remission.",
        "Number of participants with remission, defined as MADRS <= 10 and no discontinuation.",
        "Percentage of participants in remission (MADRS <= 10). Missing data were imputed as no remission.",
        "Remission was MADRS <= 10. Participants with missing scores were not considered to be in remission.",
    ],
)
def test_how_the_others_are_called_is_no_count_of_them(tmp_path: Path, description: str) -> None:
    assert one(tmp_path, "MADRS Remission", description=description).definition == "remission.madrs.le10"


@pytest.mark.parametrize(
    "description",
    [
        "Calculated as baseline minus Week 8 score, so that positive values indicate improvement. MADRS 0-60.",
        "Difference between baseline and week 8 (baseline score - week 8 score).",
        "Change = Baseline \u2212 Week 8",
        "Change scores were computed by subtracting the Week 8 score from the Baseline score.",
        "Reduction in MADRS total score (baseline minus week 8); positive means improvement",
        "Week 8 score was subtracted from the baseline score.",
        "Pre-treatment minus post-treatment MADRS score",
        "Baseline MADRS score minus MADRS score at Week 8.",
        "Baseline less endpoint.",
    ],
)
def test_baseline_minus_later_is_turned_and_its_locator_has_what_is_printed(tmp_path: Path, description: str) -> None:
    entry = read_entries([put(tmp_path, study(measure("Change in MADRS", description=description, groups=("Ketamine", "Placebo"), **RISES)))])[0]  # fmt: skip
    rows = rows_of(entry, TrialOptions()).tables["scores"]
    assert [(row["mean"], row["mean_reported"]) for row in rows] == [("-17.2", ""), ("-12.8", "")]
    assert ["turned, as 17.2 is printed" in rows[0]["source_locator"], "12.8" in rows[1]["source_locator"]] == [True, True]


@pytest.mark.parametrize(
    "description",
    [
        "A positive change indicates improvement.",
        "Higher values represent a greater reduction in symptoms.",
        "Positive numbers mean a drop in depression severity",
        "Improvement is reported as a positive number.",
        "Negative values indicate worsening.",
        "A higher change score indicates greater improvement.",
        "The absolute value of the change is shown.",
        "Baseline minus Week 4; negative change indicates improvement",
        "Average decrease in MADRS points.",
        "MADRS change, Baseline - Week 4.",
    ],
)
def test_change_whose_sign_is_only_said_to_be_turned_is_not_taken(tmp_path: Path, description: str) -> None:
    assert one(tmp_path, "Change in MADRS", description=description, **RISES).refused


@pytest.mark.parametrize(
    "description",
    [
        "MADRS 0 to 60, higher scores represent more severe depression. Negative change indicates improvement.",
        "Higher scores indicate greater severity and a decrease indicates improvement.",
        "Week 8 minus baseline. Negative change means improvement.",
        "Change was computed by subtracting the baseline score from the Week 8 score.",
        "MADRS change, Baseline - Week 8.",
    ],
)
def test_later_minus_baseline_stays(tmp_path: Path, description: str) -> None:
    falls = {**RISES, "values": [("-17.2", "10.1"), ("-12.8", "9.1")]}
    assert one(tmp_path, "Change in MADRS", description=description, **falls).mean == "-17.2"


FORMULAS = [
    "Change = baseline minus Week 8",
    "Change = baseline - Week 8",
    "Change = baseline\u2013Week 8",
    "Calculated as pre minus post",
    "Calculated as pre - post",
    "(baseline) minus (Week 8)",
    "Defined as (Baseline value) - (Week 8 value)",
    "(pre-dose) \u2013 (post-dose)",
    "The change is baseline - Week 8",
    "Score at baseline minus score at endpoint",
    "Visit 1 minus Visit 8",
    "Day 1 minus Day 57",
]


@pytest.mark.parametrize("description", FORMULAS)
def test_formula_means_the_same_however_it_is_written_and_against_it_nothing_is_taken(tmp_path: Path, description: str) -> None:
    about = {**RISES, "description": description}
    assert one(tmp_path, "Change in MADRS", **about).mean == "-17.2"
    worse = one(tmp_path, "Change in MADRS", **{**about, "values": ["-17.2", "-12.8"]})
    assert "all are below 0" in worse.refused
    assert one(tmp_path, "Change in MADRS", **{**about, "values": ["-0.2", "12.8"]}).mean == "0.2"


@pytest.mark.parametrize(
    "description",
    [
        "",
        "absolute change",
        "difference between baseline and Week 8",
        "Baseline-Week 8",
        "Week 8 minus baseline.",
    ],
)
def test_changes_all_above_0_are_taken_only_where_people_may_get_worse(tmp_path: Path, description: str) -> None:
    about = {**RISES, "description": description}
    assert "all are above 0" in one(tmp_path, "Change in MADRS", **about).refused
    assert one(tmp_path, "Change in MADRS (Maintenance Phase)", **about).mean == "17.2"
    assert one(tmp_path, "Change in MADRS", **{**about, "values": ["-17.2", "-12.8"]}).mean == "-17.2"


@pytest.mark.parametrize(
    "description",
    [
        "Negative indicates worsening",
        "Negative values mean more severe depression",
        "Improvement from baseline is positive",
        "Greater numbers: greater improvement",
        "Higher = better",
        "The higher the change the greater the improvement",
        "The larger the value the better the outcome",
        "Lower values indicate worsening",
        "baseline minus the mean of all visits",
        "Subtracting from the baseline score what was seen last",
    ],
)
def test_falls_below_0_are_not_taken_where_the_text_has_them_above(tmp_path: Path, description: str) -> None:
    falls = {**RISES, "values": ["-17.2", "-12.8"]}
    assert one(tmp_path, "Change in MADRS", description=description, **falls).refused


@pytest.mark.parametrize(
    "description",
    [
        "The higher the score, the greater the severity.",
        "Higher scores: more severe depression. A larger decrease is better.",
        "Day 57 minus Day 1; lower scores indicate less severe depression.",
        "Post-baseline minus pre-dose.",
    ],
)
def test_falls_below_0_stay_where_the_text_has_them_there(tmp_path: Path, description: str) -> None:
    falls = {**RISES, "values": ["-17.2", "-12.8"]}
    assert one(tmp_path, "Change in MADRS", description=description, **falls).mean == "-17.2"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("LOCF was used in a sensitivity analysis.", "unstated"),
        ("As a sensitivity analysis, missing data were imputed by last observation carried forward.", "unstated"),
        ("A sensitivity analysis was done. It used LOCF.", "unstated"),
        ("Results were also analysed using LOCF.", "unstated"),
        ("MMRM was the main method; LOCF was a sensitivity analysis.", "mmrm"),
        ("Missing data: LOCF. A sensitivity analysis used BOCF.", "locf"),
    ],
)
def test_method_of_another_analysis_is_not_the_figures(tmp_path: Path, said: str, missing: str) -> None:
    assert (
        one(tmp_path, "MADRS Remission", description=f"Remission was a MADRS total score <= 10. {said}").missing.term == missing
    )


@pytest.mark.parametrize(
    ("rule", "definition"),
    [
        ("a MADRS total score below or equal to 10.", "remission.madrs.le10"),
        ("a MADRS total score not exceeding 10.", "remission.madrs.le10"),
        ("a MADRS total score lower or equal to 10.", "remission.madrs.le10"),
        ("a MADRS score at or below 10.", "remission.madrs.le10"),
        ("a MADRS score that does not exceed 10.", "remission.madrs.le10"),
        ("a MADRS score of 10 at most.", "remission.madrs.le10"),
        ("a MADRS score under 10.", "remission.madrs.lt10"),
        ("a MADRS score (MADRS ranging from 0 to 10).", ""),
        ("assessed; MADRS > 10 was considered non-remission.", ""),
    ],
)
def test_rule_is_read_or_the_figure_is_not_taken(tmp_path: Path, rule: str, definition: str) -> None:
    found = one(tmp_path, "MADRS Remission", description=f"Remission was {rule}")
    assert found.definition == definition
    assert bool(found.refused) == (not definition)


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        ("4 weeks post treatment", ""),
        ("Week 4 of the follow-up phase", ""),
        ("Week 4 (of 8-week follow-up after treatment)", ""),
        ("4 weeks after last dose", "28"),
        ("4 weeks after treatment start", "28"),
    ],
)
def test_days_after_the_treatment_are_none_of_it(tmp_path: Path, frame: str, day: str) -> None:
    found = one(tmp_path, "MADRS Remission", description="Remission was a MADRS total score <= 10.", frame=frame)
    assert (found.time.day, bool(found.refused)) == (day, not day)


def test_reasons_are_those_that_hold(tmp_path: Path) -> None:
    share = one(tmp_path, "MADRS Response", **{**RISES, "unit": "percentage of participants"})
    assert "whose unit is `percentage of participants`" in share.refused
    assert "`Loss`" in one(tmp_path, "Loss of MADRS Remission").refused
    assert one(tmp_path, "MADRS Response", frame="4 hours", classes={"4 hours post-dose": ["60.0", "40.0"]}).time.day == "0.1667"


@pytest.mark.parametrize(
    "sentence",
    [
        "Estimated by the Kaplan-Meier method with censoring of those participants who left the study early for whatever reason.",
        "Rates from a mixed-effects logistic regression are shown.",
        "Values were obtained from a generalised linear model with treatment and site as fixed effects, with an unstructured covariance.",
        "Predicted by the model with all of the participants who had at least one assessment after the first dose of study drug.",
    ],
)
def test_share_that_a_model_gives_is_none_of_participants(tmp_path: Path, sentence: str) -> None:
    about = {"values": ["45.5", "30.3"], "n": (231, 228)}
    rule = "Response was a reduction of at least 50% from baseline in the MADRS total score."
    plain = "Logistic regression with treatment, site and baseline score as covariates was used to compare the groups."
    assert not one(tmp_path, "MADRS Response", description=f"{rule} {sentence}", **about).taken
    assert one(tmp_path, "MADRS Response", description=f"{rule} {plain}", **about).taken
