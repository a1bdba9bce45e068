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
        ("MADRS Remission During Long-term Treatment", "Long-term"),
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
