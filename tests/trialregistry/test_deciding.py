"""Any sentence of a description may make a measure another figure: one with a word that can is understood, or the figure isn't taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.importing.problems import MappingError
from registry.trialregistry.drafting import draft_package
from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import rows_of
from tests.trialregistry.entries import figures, measure, one, put, study

MEAN: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}
CHANGES: dict[str, Any] = {**MEAN, "values": [("-14.2", "9.1"), ("-11.7", "8.8")]}
LEVELS: dict[str, Any] = {**MEAN, "values": [("14.2", "6.1"), ("9.7", "6.8")]}
RESPONSE = "Response was a reduction of at least 50% from baseline in MADRS total score."
REMISSION = "Remission was a MADRS total score of 10 or less."


@pytest.mark.parametrize(
    "said",
    [
        "Change in HAM-D score from baseline to Week 8.",
        "Difference between baseline and Week 8.",
        "The HAM-D total score improvement is the baseline score minus the Week 8 score.",
        "A higher score means more improvement.",
        "Decrease in points.",
        "Points lost since baseline.",
        "How much lower the score was than at baseline.",
    ],
)
def test_level_is_not_one_where_any_sentence_speaks_of_a_change(tmp_path: Path, said: str) -> None:
    why = one(tmp_path, "Hamilton Depression Rating Scale Score", description=said, **LEVELS).refused
    assert f"the sentence isn't understood: `{said}`" in why or "the description says" in why


@pytest.mark.parametrize(
    "said",
    [
        "Percent change from baseline in the MADRS total score.",
        "Expressed as percent of the maximum.",
        "Calculated as (baseline - endpoint) / baseline.",
        "Mean reduction from baseline.",
        "Placebo-adjusted change.",
        "The change is from the end of the lead-in phase.",
        "Change from pre-ECT.",
        "Change from Day 1 pre-dose of the second infusion.",
        "Best score across visits.",
        "Average of the scores at Weeks 6 and 8.",
        "Area under the curve.",
        "Slope of the change per week.",
        "The lowest score during treatment counts.",
        "Reported sadness item only.",
        "The 6-item core subscale was used.",
        "Excludes the sleep items.",
        "Nine of the ten items were summed.",
        "Change on the dysphoria cluster.",
        "Modified MADRS with 24-hour recall.",
        "Self-rated version was used.",
        "Change at 24 hours is reported.",
        "Results shown are for Day 2.",
        "Measured six months later.",
        "Change between Weeks 4 and 8.",
        "Scores of patients who improved.",
        "Scores relative to placebo.",
    ],
)
def test_change_is_another_where_a_sentence_says_so(tmp_path: Path, said: str) -> None:
    about = "The MADRS is a 10-item scale (0 to 60)."
    why = one(tmp_path, "Change From Baseline in MADRS Total Score", description=f"{about} {said}", **CHANGES).refused
    assert f"the sentence isn't understood: `{said}`" in why
    assert "list it under `sentences` in the mapping" in why


@pytest.mark.parametrize(
    "said",
    [
        "Participants also had to have a CGI-I score of 1 or 2.",
        "In addition, a CGI-S score of 2 or less was required.",
        "The CGI-I had to be at most 2.",
        "Responders also had to complete the treatment phase.",
        "A responder must not have used benzodiazepines.",
        "No benzodiazepines were allowed in responders.",
        "The criterion had to be met at Week 6 and Week 8.",
        "This was confirmed at a second visit.",
        "Participants needed a rating of much improved.",
        "Participants had to hold this for a week.",
        "Participants who used rescue medication were not counted as responders.",
        "Those with rescue medication count as non-responders.",
        "Participants in remission are not included.",
        "Counts exclude participants who remitted.",
        "Remitters are shown separately.",
        "Number of participants with less than 50% reduction is reported.",
        "Patients on lithium were left out.",
        "Assessed during the follow-up.",
        "Reported at 2 weeks.",
    ],
)
def test_outcome_is_another_where_a_second_sentence_adds_to_the_rule(tmp_path: Path, said: str) -> None:
    assert said in one(tmp_path, "MADRS Response", description=f"{RESPONSE} {said}").refused


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Response", "a >=50% reduction in MADRS total score or a CGI-I rating of much improved or very much improved"),
        ("Response", "a >=50% reduction in MADRS total score and were much improved"),
        ("Response", "at least a 50% reduction from baseline (Week 6) in MADRS total score"),
        ("Response", "a >=50% reduction from the maximum MADRS score"),
        ("Response", "a >=50% reduction in MADRS for participants who had severe depression at baseline"),
        ("Response", "at least a 50% reduction from baseline in MADRS total score at 24 hours post infusion"),
        ("Response", "a >=50% reduction in MADRS for 1 week"),
        ("Response", "a >=50% reduction in MADRS if clinically improved"),
        ("Remission", "a MADRS total score of 10 or less for at least 1 week"),
        ("Remission", "MADRS <=10 and improvement on the HAM-D"),
        ("Remission", "MADRS <=10 and no depressive symptoms"),
        ("Remission", "MADRS <=10 and treatment response to the first infusion"),
        ("Remission", "a MADRS total score of 10 or less and a stable dose"),
    ],
)
def test_rule_with_more_behind_it_is_another(tmp_path: Path, title: str, rule: str) -> None:
    assert one(tmp_path, f"MADRS {title}", description=f"{title} was {rule}.").refused


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Depression Response", "Response was at least a 50% reduction in score. The CDRS-R was used; the QIDS-SR16 was used at screening."),
        ("Depression Response", "Response was a 50% or greater reduction in score. Entry required a MADRS of at least 20."),
        ("Depression Response", "Response was a 50% or greater reduction in score. Scales were the CDRS-R and the MADRS."),
        ("Remission", "Remission was a HAM-D score of 7 or less. The HAM-D24 was used for entry."),
        ("Remission", "Remission was a HAM-D score of 7 or less. The 24-item version was used for eligibility."),
        ("Remission", "Remission was a HAM-D score of 7 or less. To get in, the HAM-D17 was 18 or more."),
        ("PHQ-9 Remission", "Remission was a score of 4 or less. The PHQ-8 was used."),
        ("CGI-I Response", "Response is a CGI-I score of 1 or 2. The CGI-I rates PTSD symptoms."),
    ],
)  # fmt: skip
def test_scale_is_not_that_of_entry_another_form_or_another_illness(tmp_path: Path, title: str, description: str) -> None:
    assert one(tmp_path, title, description=description).refused


@pytest.mark.parametrize(
    "said",
    [
        "The MADRS consists of 10 items, each rated from 0 (no symptoms) to 6 (severe symptoms); higher scores indicate more severe depression.",
        "The 10 items represent the core symptoms of depressive illness, such as reduced sleep or appetite, over the past 7 days.",
        "The total score is calculated as the sum of the 10 individual item scores, with a maximum of 60.",
        "MADRS items are rated on a 7-point scale, with 0 being the \"best\" rating and 6 being the \"worst\" rating.",
        "The scale is designed to measure depression severity and to detect changes due to antidepressant treatment.",
        "Higher MADRS scores indicate higher levels of depressive symptoms. A decrease in score indicates improvement.",
        "Missing data were imputed using last observation carried forward (LOCF).",
        "Assessed at Week 8.",
        "The MADRS was assessed at the end of the double-blind treatment phase.",
    ],
)  # fmt: skip
def test_what_a_scale_is_and_what_title_and_frame_say_already_changes_nothing(tmp_path: Path, said: str) -> None:
    assert one(tmp_path, "MADRS Remission", description=f"{REMISSION} {said}").refused == ""
    assert one(tmp_path, "MADRS Total Score", description=said, **LEVELS).refused == ""
    assert one(tmp_path, "Change From Baseline in MADRS Total Score", description=said, **CHANGES).refused == ""


@pytest.mark.parametrize(
    "said",
    [
        "Change from baseline to Week 8 in the MADRS total score was assessed.",
        "Change: mean score at Week 8 minus mean score at baseline. Negative change indicates improvement.",
        "Baseline was defined as the last non-missing assessment prior to the first dose of study drug.",
        "An MMRM with treatment, visit, treatment-by-visit interaction and baseline MADRS total score as covariates was used.",
    ],
)
def test_change_that_is_said_to_be_one_is_taken(tmp_path: Path, said: str) -> None:
    assert one(tmp_path, "Change From Baseline in MADRS Total Score", description=said, **CHANGES).mean == "-14.2"


@pytest.mark.parametrize("place", ["class", "category"])
@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({"Response": ["10", "8"], "Remission": ["15", "10"], "Neither": ["25", "32"]}, ["remission.madrs.le10"]),
        ({"Remitters": ["15", "10"], "Responders": ["10", "8"], "Non-responders": ["25", "32"]}, ["remission.madrs.le10"]),
        ({"Response": ["20", "18"], "Remission": ["15", "10"]}, ["response.madrs.ge50pct", "remission.madrs.le10"]),
    ],
)
def test_responders_beside_remitters_who_make_up_everybody_are_not_all_responders(
    tmp_path: Path, place: str, values: dict[str, Any], taken: list[str]
) -> None:
    about = {"param": "COUNT_OF_PARTICIPANTS", "unit": "Participants", "n": (50, 50), "description": f"{RESPONSE} {REMISSION}"}
    classes = values if place == "class" else {"": {"categories": values}}
    found = figures(tmp_path, measure("MADRS Response and Remission", classes=classes, **about))
    assert [r.definition for r in found[::2] if r.taken] == taken


def test_mapping_says_which_sentences_change_nothing(tmp_path: Path) -> None:
    said = "Both raters were trained."
    path = put(tmp_path, study(measure("MADRS Remission", description=f"{REMISSION} {said}", groups=("Sertraline", "Placebo"))))
    (entry,) = read_entries([path])
    assert f"`{said}`" in rows_of(entry, TrialOptions()).left_out[0].reason
    mapping = tmp_path / "mapping.yaml"
    text = (
        "preset: clinicaltrials\npackage: {name: drafted, version: 0.1.0, title: T, licenses: [{name: CC0-1.0}]}\n"
        f"inputs: {{a: {{file: {path.name}, sha256: {entry.sha256}, origin: {{url: 'https://clinicaltrials.gov/', licence: public domain}}}}}}\n"
        "trials: {NCT01234567: {sentences: ['SAID']}}\n"
    )
    mapping.write_text(text.replace("SAID", said))
    assert draft_package([path], mapping, tmp_path / "drafted").tables["outcomes"] == 2
    mapping.write_text(text.replace("SAID", "Both raters were blind."))
    with pytest.raises(MappingError, match=r"no measure whose description has the sentence `Both raters were blind\.`"):
        draft_package([path], mapping, tmp_path / "other")


@pytest.mark.parametrize(
    ("title", "unit", "said"),
    [
        ("Week 8: Percentage of Participants With MADRS Response", "participants", ""),
        ("MADRS Response Rate (%)", "participants", ""),
        ("MADRS Response: Proportion of Participants", "participants", ""),
        ("MADRS Response", "participants", "Percentage of participants with response is given."),
        ("MADRS Response", "Number (%) of participants", ""),
        ("MADRS Response", "participants (%)", ""),
        ("MADRS Response", "Count (percentage) of participants", ""),
    ],
)
def test_number_that_may_be_a_percentage_is_not_taken_for_either(tmp_path: Path, title: str, unit: str, said: str) -> None:
    why = one(tmp_path, title, unit=unit, values=["25", "20"], description=f"{RESPONSE} {said}").refused
    assert "gives a percentage, and the unit is" in why or "may be a number or a percentage" in why


def test_name_of_a_set_within_another_word_is_not_cut_out_of_it(tmp_path: Path) -> None:
    assert "`mFAS`" in one(tmp_path, "MADRS Response", description=RESPONSE, population="FAS; mFAS").refused
