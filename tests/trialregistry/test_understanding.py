"""A title is understood only if each of its words is known: any other may make it another figure, or one of a part of the participants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.drafting import draft_package
from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import rows_of
from tests.trialregistry.entries import figures, measure, one, put, study

REMISSION = "Remission was a MADRS total score of 10 or less."
RESPONSE = "Response was a reduction of at least 50% from baseline in MADRS total score."
LEVELS: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation", "values": [("16.2", "9.1"), ("11.7", "8.8")]}  # fmt: skip
MEAN: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation", "values": [("-16.2", "9.1"), ("-11.7", "8.8")]}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("MADRS Remission in Women", "Women"),
        ("MADRS Remission - Females", "Females"),
        ("MADRS Remission by Sex: Female", "Sex, Female"),
        ("MADRS Remission for Participants Aged >=65 Years", "Aged, >=65, Years"),
        ("MADRS Remission (Japan)", "Japan"),
        ("MADRS Remission at Site 12", "Site, 12"),
        ("MADRS Remission, Stage 2", "Stage, 2"),
        ("MADRS Remission, Phase B", "B"),
        ("MADRS Remission, Group A", "A"),
        ("MADRS Remission in the Extension", "Extension"),
        ("Days to MADRS Remission", "Days"),
        ("Weeks Until MADRS Remission", "Weeks, Until"),
        ("Latency to MADRS Remission", "Latency"),
        ("MADRS Remission Duration", "Duration"),
        ("MADRS Remission-Free Survival", "Remission-Free, Survival"),
        ("Maintenance of MADRS Remission", "Maintenance"),
        ("MADRS Remission or Withdrawal", "Withdrawal"),
        ("MADRS Remission (Ever)", "Ever"),
        ("First MADRS Remission", "First"),
        ("MADRS Remission After Second Infusion", "Second"),
        ("Early MADRS Remission", "Early"),
    ],
)
def test_word_that_is_not_known_leaves_the_figure_out_and_is_named(tmp_path: Path, title: str, words: str) -> None:
    assert f"words that aren't understood: `{words}`" in one(tmp_path, title, description=REMISSION).refused


@pytest.mark.parametrize(
    "title",
    [
        "Change From Baseline in MADRS Sadness Score",
        "Change From Baseline in MADRS Suicidal Thoughts",
        "Change From Baseline in MADRS Concentration Difficulties",
        "Change From Baseline in HAM-D Depressed Mood",
        "Change From Baseline in MADRS Total Score Responders",
        "Change From Baseline in MADRS Total Score in Women",
        "Median Change From Baseline in MADRS Total Score",
        "MADRS Difference Score",
        "MADRS Delta Score",
        "MADRS Score Drop",
        "Best MADRS Total Score",
        "Average Change From Baseline in MADRS Total Score Over 8 Weeks",
        "Change in MADRS Total Score Between Visits 2 and 8",
    ],
)
def test_score_of_something_else_is_not_that_of_the_scale(tmp_path: Path, title: str) -> None:
    assert one(tmp_path, title, **MEAN).refused


@pytest.mark.parametrize(
    "title",
    [
        "Percentage of Participants Who Achieved Remission Based on the Montgomery-Asberg Depression Rating Scale (MADRS) Total Score at Week 8",
        "Number of Participants Meeting MADRS Remission Criteria at the End of the Double-blind Treatment Period (Week 8)",
        "Key Secondary Efficacy Endpoint: Remission Rate as Measured by the MADRS",
        "PERCENTAGE OF PATIENTS WITH A MADRS REMISSION",
        "MADRS Remission: Sertraline and Placebo at Week 8 (LOCF)",
        "Remission (MADRS Total Score <=10) at Week 8 - Full Analysis Set, Observed Cases",
        "Proportion of Subjects in Remission (MADRS), Intent-to-treat Population",
        "MADRS Remission in Participants With Treatment-resistant Major Depressive Disorder",
    ],
)
def test_ordinary_title_of_a_count_is_understood(tmp_path: Path, title: str) -> None:
    found = one(tmp_path, title, description=REMISSION, groups=("Sertraline 20 mg", "Placebo"))
    assert (found.refused, found.definition) == ("", "remission.madrs.le10")


@pytest.mark.parametrize(
    "title",
    [
        "Mean Change From Baseline in the 17-Item Hamilton Rating Scale for Depression (HAM-D17) Total Score at Week 8",
        "Change From Baseline to Week 8 in the Hamilton Depression Rating Scale, 17-item (HAMD-17) Total Score (MMRM)",
        "Primary Outcome: Change From Baseline in Montgomery–Åsberg Depression Rating Scale (MADRS) Total Score up to Week 8",
        "Change From Baseline in Depression Symptoms on the Patient Health Questionnaire-9 (PHQ-9) at Week 8",
        "Least Squares Mean Change From Baseline in Clinical Global Impression - Severity (CGI-S) Score at Week 8",
        "Change From Baseline in Quick Inventory of Depressive Symptomatology - Self-report (QIDS-SR) Total Score",
        "Change From Baseline in Beck Depression Inventory II (BDI-II) Total Score",
    ],
)
def test_ordinary_title_of_a_score_is_understood(tmp_path: Path, title: str) -> None:
    low = {**MEAN, "values": [("-3.2", "1.1"), ("-2.7", "1.8")]}
    assert one(tmp_path, title, **low).refused == ""


@pytest.mark.parametrize(
    ("classes", "taken"),
    [
        ({"": {"categories": {"Y": ["40", "30"], "N": ["60", "70"]}}}, [40, None]),
        ({"": {"categories": {"Yes": ["40", "30"], "No": ["60", "70"]}}}, [40, None]),
        ({"": {"categories": {"0": ["60", "70"], "1": ["40", "30"]}}}, [None, None]),
        ({"": {"categories": {"True": ["40", "30"], "False": ["60", "70"]}}}, [None, None]),
        ({"Baseline": ["0", "0"], "Week 8": ["50", "45"]}, [None, 50]),
        ({"MADRS, women": ["40", "30"], "Week 8 (DB)": ["50", "45"]}, [None, 50]),
    ],
)
def test_category_is_understood_by_the_same_words(tmp_path: Path, classes: dict[str, Any], taken: list[int | None]) -> None:
    about = {"param": "COUNT_OF_PARTICIPANTS", "unit": "Participants", "description": REMISSION}
    found = figures(tmp_path, measure("MADRS Remission", classes=classes, **about))
    assert [r.count and r.count.events for r in found[::2]] == taken


def test_mapping_says_which_words_change_nothing(tmp_path: Path) -> None:
    path = put(
        tmp_path, study(measure("MADRS Remission in Kyoto-type Trials", description=REMISSION, groups=("Sertraline", "Placebo")))
    )
    (entry,) = read_entries([path])
    assert "`Kyoto-type, Trials`" in rows_of(entry, TrialOptions()).left_out[0].reason
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "preset: clinicaltrials\npackage: {name: drafted, version: 0.1.0, title: T, licenses: [{name: CC0-1.0}]}\n"
        f"inputs: {{a: {{file: {path.name}, sha256: {entry.sha256}, origin: {{url: 'https://clinicaltrials.gov/', licence: public domain}}}}}}\n"
        "trials: {NCT01234567: {words: [Kyoto-type, Trials]}}\n"
    )
    assert draft_package([path], mapping, tmp_path / "drafted").tables["outcomes"] == 2


@pytest.mark.parametrize(
    "rule",
    [
        "MADRS <= 10 or discharge from hospital",
        "MADRS <= 10 and clinician judgement of recovery",
        "MADRS <= 10 plus return to work",
        "MADRS <= 10 while off all antidepressants",
        "MADRS <= 10, with HAM-A <= 10",
        "MADRS <= 10 at some point during the study",
        "MADRS <= 10 anytime",
        "MADRS <= 10 at one of the visits",
        "MADRS <= 10 at least one time",
        "MADRS <= 10 during the treatment period",
        "MADRS <= 10 by Week 8",
        "MADRS <= 10 (first occurrence)",
        "lowest MADRS <= 10",
        "MADRS <= 10 on two successive visits",
        "MADRS <= 10 at both Week 4 and endpoint",
        "MADRS <= 10 in women",
        "MADRS <= 10 or response",
        "MADRS <= 10 was not achieved",
    ],
)
def test_sentence_of_the_rule_has_nothing_besides(tmp_path: Path, rule: str) -> None:
    assert one(tmp_path, "MADRS Remission", description=f"Remission: {rule}.").refused


def test_rule_of_the_title_has_nothing_besides_in_the_description(tmp_path: Path) -> None:
    title = "MADRS Remission (Total Score <=10)"
    assert (
        "`item, above, 1`"
        in one(tmp_path, title, description="Remission is a MADRS total score <=10 and no item above 1.").refused
    )
    assert one(tmp_path, title, description="Remission is a MADRS total score <=10.").refused == ""


@pytest.mark.parametrize(
    "rule",
    [
        "Remission was defined as a MADRS total score of less than or equal to 10, and was assessed at the Week 8 visit.",
        "Participants were considered to be in remission if their MADRS total score was <= 10 (possible scores range from 0 to 60).",
        "A participant is classified as a remitter if the MADRS total score is 10 or less and there was no study discontinuation before Week 8.",
        "The proportion of subjects who met the criterion for remission (MADRS total score <= 10) is reported.",
    ],
)
def test_ordinary_rule_is_understood(tmp_path: Path, rule: str) -> None:
    assert one(tmp_path, "MADRS Remission", description=rule).definition == "remission.madrs.le10"


@pytest.mark.parametrize(
    "population",
    [
        "Only females.",
        "Japanese participants only.",
        "Responders at Week 4 entering the extension.",
        "Biomarker-positive participants",
        "The PET substudy population",
        "All randomised participants aged under 65",
        "All randomised participants at site 12",
        "All randomised participants entering the extension",
        "Placebo non-responders re-randomized in Stage 2",
        "Participants who entered the open-label extension",
        "Participants with MADRS >= 30 at baseline",
    ],
)
def test_population_of_some_of_the_participants_is_listed_with_its_words(tmp_path: Path, population: str) -> None:
    for about in ({"description": REMISSION}, MEAN):
        title = "MADRS Remission" if "description" in about else "Change From Baseline in MADRS Total Score"
        assert "the population has words" in one(tmp_path, title, population=population, **about).refused


@pytest.mark.parametrize(
    "population",
    [
        "Participants receiving antidepressant medication at baseline.",
        "Participants not receiving antidepressant medication at baseline.",
        "Participants who received oral antidepressants",
        "Participants who discontinued treatment early.",
        "Participants who received every planned dose",
        "Participants who received all doses",
        "Participants who received at least 4 doses of study drug",
        "Participants who missed a dose.",
        "Participants not receiving study drug",
        "Participants who took only placebo.",
        "Participants assigned to a dose increase.",
        "Participants with a sustained improvement",
        "Participants with missing assessments",
        "Participants without protocol deviations",
        "Completers were excluded",
        "All randomised participants. Those on medication at Week 4 are analysed.",
    ],
)
def test_population_that_asks_more_than_an_ordinary_set_is_not_the_arm(tmp_path: Path, population: str) -> None:
    found = one(tmp_path, "MADRS Remission", description=REMISSION, population=population)
    assert "the population has words" in found.refused
    assert "the population has words" in one(tmp_path, "MADRS Total Score", population=population, **LEVELS).refused


@pytest.mark.parametrize(
    ("population", "people"),
    [
        ("The ITT population includes all randomized participants. Safety population was used for this analysis.", "unstated"),
        ("Full analysis set: all randomized participants. The per-protocol set is shown.", "unstated"),
        ("All randomised patients in the FAS", "full-analysis"),
        ("All randomized participants in the safety set", "safety"),
        ("The FAS included all randomized participants.", "randomised"),
        ("Per-protocol set: all participants without major protocol deviations.", "per-protocol"),
        ("Participants who completed the 8-week treatment period", "completers"),
        ("All participants who received at least one dose of study drug or placebo", "unstated"),
        ("All randomized participants who received at least 1 dose of oral study medication during the treatment phase", "modified-itt"),
        ("Participants with data at Week 8", "unstated"),
        ("All participants with at least one dose of study drug", "unstated"),
        ("Full analysis set: all randomized participants with at least one dose.", "full-analysis"),
    ],
)  # fmt: skip
def test_ordinary_set_is_read_as_the_set_that_is_used(tmp_path: Path, population: str, people: str) -> None:
    found = one(tmp_path, "MADRS Remission", description=REMISSION, population=population)
    assert (found.refused, found.people.term) == ("", people)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Number of Placebo Responders", "Placebo"),
        ("Sertraline Response", "Sertraline"),
        ("MADRS Response in Sertraline Responders", "Sertraline"),
        ("MADRS Response After Placebo", "After, Placebo"),
        ("Response to Sertraline After Placebo", "After, Placebo"),
        ("MADRS Response Over Placebo", "Placebo"),
        ("MADRS Response to Placebo", "Placebo"),
        ("MADRS Response After Response", "After"),
        ("Number of MADRS Responses", "Responses"),
        ("MADRS Responses per Visit", "Responses"),
        ("MADRS Response, Repeated", "Repeated"),
        ("Number of Participants With Stable MADRS Response", "Stable"),
    ],
)
def test_title_of_known_words_may_mean_something_else(tmp_path: Path, title: str, words: str) -> None:
    assert (
        f"words that aren't understood: `{words}`"
        in one(tmp_path, title, description=RESPONSE, groups=("Sertraline 20 mg", "Placebo")).refused
    )


@pytest.mark.parametrize(
    "title",
    [
        "MADRS Response in Sertraline Versus Placebo",
        "Sertraline vs Placebo: MADRS Response",
        "MADRS Response With Sertraline",
        "MADRS Response After 8 Weeks With Sertraline or Placebo",
        "Number of Participants With MADRS Responses",
        "MADRS Response After the First Dose",
    ],
)
def test_title_may_name_what_was_given(tmp_path: Path, title: str) -> None:
    assert one(tmp_path, title, description=RESPONSE, groups=("Sertraline 20 mg", "Placebo")).refused == ""


@pytest.mark.parametrize(
    ("population", "people"),
    [
        ("All participants who were randomized, received study drug and had a baseline", "unstated"),
        ("Modified intent-to-treat population: all randomized patients who took study medication and had at least one post-baseline MADRS assessment.", "modified-itt"),
        ("Efficacy analysis set: participants with data available at the given time point.", "unstated"),
        ("All randomized participants; missing data excluded.", "unstated"),
    ],
)  # fmt: skip
def test_ordinary_population_is_understood(tmp_path: Path, population: str, people: str) -> None:
    found = one(tmp_path, "MADRS Remission", description=REMISSION, population=population)
    assert (found.refused, found.people.term) == ("", people)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Reported are those who did not.", "those without"),
        ("Data show the remainder.", "those without"),
        ("Participants above this threshold are reported.", "those without"),
        ("Values represent non-remission.", "those without"),
        ("Non-remission rates are tabulated.", "those without"),
        ("The inverse (non-remission) is reported.", "those without"),
        ("Treatment failures are counted.", "those without"),
        ("Values represent the percentage of participants without it.", "those without"),
        ("A value of 1 denotes no remission.", "those without"),
        ("Kaplan-Meier estimates are shown.", "estimate"),
        ("Percentages were estimated from a GEE model.", "estimate"),
        ("Model-based percentages.", "estimate"),
        ("Percentages are adjusted for baseline.", "estimate"),
        ("Only females were analyzed.", "part of the participants"),
        ("Results are for participants aged 65 or older.", "part of the participants"),
        ("Denominator is the number of responders.", "part of the participants"),
        ("Percentages are based on participants with a response at Week 4.", "part of the participants"),
    ],
)
def test_description_may_say_that_it_is_another_figure(tmp_path: Path, said: str, why: str) -> None:
    assert why in one(tmp_path, "MADRS Remission", description=f"{REMISSION} {said}").refused


@pytest.mark.parametrize(
    "said",
    [
        "The MADRS is a clinician-rated scale designed to be used in adults with MDD to measure depression severity; higher scores represent a more severe condition.",
        "Rates were compared by logistic regression adjusted for baseline.",
        "Participants who discontinued were considered non-responders.",
        "The MADRS total score is the sum of the 10 items.",
    ],
)
def test_ordinary_description_leaves_the_figure(tmp_path: Path, said: str) -> None:
    assert one(tmp_path, "MADRS Remission", description=f"{REMISSION} {said}").refused == ""
    assert one(tmp_path, "Change From Baseline in MADRS Total Score", description=said, **MEAN).refused == ""


@pytest.mark.parametrize(
    "said",
    ["Sum of MADRS items 1-6.", "Mean of the ten items is given.", "Score transformed to 0-100.", "Scores were z-transformed."],
)
def test_description_may_say_that_a_score_is_not_in_points(tmp_path: Path, said: str) -> None:
    assert "whole scale's points" in one(tmp_path, "Change From Baseline in MADRS Total Score", description=said, **MEAN).refused
