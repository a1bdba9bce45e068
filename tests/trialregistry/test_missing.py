"""What stands in for those not seen is only what was done for this figure: no negation, no plan, no other analysis."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.trialregistry.people import missing_of
from registry.trialregistry.texts import UNSTATED, Read, Text
from tests.trialregistry.entries import one

NOTHING = Text("", "")


@pytest.mark.parametrize(
    "said",
    [
        "Missing values were treated as missing, no imputation was made.",
        "Missing values were treated as missing; no imputation was made.",
        "Missing data were not imputed, and no data were carried forward.",
        "Missing data were not imputed (no LOCF, no BOCF).",
        "Missing assessments were considered missing with no imputation.",
        "Data after discontinuation were considered missing and no imputation was performed.",
        "If the visit was missed, it was treated as missing (no imputation).",
        "Dropouts weren't imputed as non-responders.",
        "Dropouts were excluded rather than counted as non-responders.",
        "Participants who discontinued were analyzed separately from non-responders.",
        "Missing participants were not considered as part of the denominator.",
        "Missing data were left missing: neither carried forward nor imputed as non-response.",
        "LOCF and BOCF were not used.",
        "No missing data were imputed using multiple imputation.",
        "Multiple imputation was considered but not done.",
        "There was no plan to impute by LOCF.",
        "Nothing was carried forward (LOCF).",
        "LOCF: not applicable.",
        "Data were analysed as they are, with no LOCF/BOCF.",
        "LOCF in the primary analysis; in this table no imputation was done.",
        "LOCF had been used in the previous study.",
        "NRI was planned but not performed.",
        "The protocol foresaw NRI; this was not carried out.",
        "Missing data will be imputed by LOCF.",
        "LOCF could be used.",
        "LOCF was applied only for safety outcomes.",
        "LOCF was used for the secondary outcomes.",
        "LOCF was used for all measures except the MADRS.",
        "Similar results were found with LOCF.",
        "Results with LOCF were similar.",
    ],
)
def test_what_was_not_done_for_the_figure_is_unstated(tmp_path: Path, said: str) -> None:
    rule = "Remission was a MADRS total score of 10 or less."
    assert one(tmp_path, "MADRS Remission", description=f"{rule} {said}").missing == UNSTATED
    assert one(tmp_path, "MADRS Remission", description=rule, population=f"Full analysis set. {said}").missing == UNSTATED


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("Missing data for those who did not have a Week 8 assessment were imputed using LOCF.", "locf"),
        ("LOCF was used, BOCF was not.", "locf"),
        ("BOCF was not used but LOCF was.", "locf"),
        ("LOCF was used, as planned.", "locf"),
        ("Participants who discontinued and were not assessed were considered non-responders.", "non-responder"),
        ("Participants with missing data were considered as not having met the remission criteria.", "non-responder"),
        ("Missing scores were not counted as responses.", "non-responder"),
        ("Those lost to follow-up were assumed not to have responded.", "non-responder"),
        ("Missing outcomes were imputed using the non-responder approach.", "non-responder"),
        ("Missing data were counted as 'no'.", "non-responder"),
        ("Participants with missing data were analyzed as observed with no imputation.", "observed"),
        ("MMRM was used, with no imputation of missing data.", "mmrm"),
    ],
)
def test_what_was_done_is_read_beside_other_negations(said: str, missing: str) -> None:
    assert missing_of(NOTHING, Text("description", said), NOTHING).term == missing


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("LOCF was used for the HAM-D.", "unstated"),
        ("LOCF was used for the HAM-A.", "unstated"),
        ("LOCF was used for the MADRS and the HAM-D.", "locf"),
    ],
)
def test_method_of_another_scale_is_not_the_figures(said: str, missing: str) -> None:
    assert missing_of(NOTHING, Text("description", said), NOTHING, Read("madrs")).term == missing
