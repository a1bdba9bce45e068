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
        "Calculated as baseline minus Week 4 score, so that positive values indicate improvement. MADRS 0-60.",
        "Difference between baseline and week 4 (baseline score - week 4 score).",
        "Change = Baseline \u2212 Week 4",
        "Change scores were computed by subtracting the Week 4 score from the Baseline score.",
        "Reduction in MADRS total score (baseline minus week 4); positive means improvement",
        "Week 4 score was subtracted from the baseline score.",
        "Pre-treatment minus post-treatment MADRS score",
        "Baseline MADRS score minus MADRS score at Week 8.",
        "Baseline less endpoint.",
    ],
)
def test_baseline_minus_later_is_turned_and_kept_as_printed(tmp_path: Path, description: str) -> None:
    entry = read_entries([put(tmp_path, study(measure("Change in MADRS", description=description, groups=("Ketamine", "Placebo"), **RISES)))])[0]  # fmt: skip
    rows = rows_of(entry, TrialOptions()).tables["scores"]
    assert [(row["mean"], row["mean_reported"]) for row in rows] == [("-17.2", "17.2"), ("-12.8", "12.8")]
    assert all("sign: turned" in row["source_locator"] for row in rows)


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
        "Week 4 minus baseline. Negative change means improvement.",
        "Change was computed by subtracting the baseline score from the Week 4 score.",
        "MADRS change, Baseline - Week 4.",
    ],
)
def test_later_minus_baseline_stays(tmp_path: Path, description: str) -> None:
    falls = {**RISES, "values": [("-17.2", "10.1"), ("-12.8", "9.1")]}
    assert one(tmp_path, "Change in MADRS", description=description, **falls).mean == "-17.2"
