"""What a group had besides a known treatment: such a group isn't taken for one that had the known treatment alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.given import given_in
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import EntryRows, rows_of
from tests.trialregistry.entries import measure, put, study

REMISSION = {"description": "Remission was a MADRS total score of 10 or less."}


def drafted(folder: Path, *groups: str, options: TrialOptions | None = None) -> EntryRows:
    document = study(measure("MADRS Remission", groups=groups, n=[100] * len(groups), **REMISSION))
    return rows_of(read_entries([put(folder, document)])[0], options or TrialOptions())


@pytest.mark.parametrize(
    ("title", "besides"),
    [
        ("Active rTMS + Sertraline", "rTMS"),
        ("Active tDCS plus placebo pill", "tDCS"),
        ("XYZ-123 10 mg added to Fluoxetine", "XYZ-123"),
        ("Pramipexole augmentation of escitalopram", "Pramipexole"),
        ("Olanzapine/Fluoxetine combination", "Olanzapine, combination"),
        ("Ketamine 0.5 mg/kg followed by D-cycloserine", "D-cycloserine"),
        ("Lithium-augmented sertraline 100 mg", "Lithium"),
        ("Sertraline & T3", "T3"),
        ("rTMS sertraline", "rTMS"),
        ("Study Drug + Sertraline", "Drug"),
        ("Drug X with fluoxetine", "Drug"),
        ("Sertraline augmentation", "augmentation"),
        ("Sertraline plus therapy", "therapy"),
        ("Sertraline exercise (SE)", "exercise"),
        ("Active placebo", "Active"),
        ("Esketamine 56 mg (women)", "women"),
    ],
)
def test_what_is_given_besides_a_known_treatment_is_seen(tmp_path: Path, title: str, besides: str) -> None:
    rows = drafted(tmp_path, title, "Placebo")
    assert given_in(title).besides == besides
    assert [row["label"] for row in rows.tables["arms"]] == ["Placebo"]
    assert [f"besides `{besides}`" in out.reason for out in rows.left_out] == [True]


@pytest.mark.parametrize(
    "title",
    [
        "Esketamine 84 mg + Standard of Care (SOC)",
        "Adjunctive esketamine 56 mg",
        "Experimental: Esketamine Nasal Spray 84 mg Twice Weekly",
        "Placebo Nasal Spray + Newly Initiated Oral Antidepressant",
        "Intranasal Esketamine (Esk) Plus Oral Antidepressant (AD)",
        "Desvenlafaxine Succinate (DVS) 50 mg",
        "Escitalopram (Lexapro) 10 mg",
        "Ketamine 0.5 mg/kg IV Infusion Over 40 Minutes",
        "Treatment with sertraline",
        "Placebo Tablet, Oral, Once Daily",
    ],
)
def test_dose_route_schedule_form_and_brand_are_nothing_besides(title: str) -> None:
    given = given_in(title)
    assert (len(given.treatments), given.besides) == (1, "")


@pytest.mark.parametrize(
    ("title", "treatment", "doses"),
    [
        ("Lumateperone 42 mg + Escitalopram", "escitalopram", ()),
        ("XYZ-123 10 mg added to Fluoxetine", "fluoxetine", ()),
        ("XYZ-123 10 mg added to Fluoxetine", "x.xyz-123", ("10",)),
        ("Esketamine 56 mg + Sertraline 100 mg", "esketamine", ("56",)),
        ("Esketamine 56 mg + Sertraline 100 mg", "sertraline", ("100",)),
        ("CBT + Sertraline 50 mg, oral", "sertraline", ("50",)),
        ("Active 20 mg", "esketamine", ("20",)),
    ],
)
def test_dose_is_that_of_the_treatment_it_is_beside(tmp_path: Path, title: str, treatment: str, doses: tuple[str, ...]) -> None:
    assert given_in(title, treatment).doses == doses
    rows = drafted(tmp_path, title, "Placebo", options=TrialOptions(arms={title: {"treatment_id": treatment}}))
    assert rows.tables["arms"][0]["dose"] == (doses[0] if doses else "")


def test_groups_of_one_treatment_are_arms_of_their_own(tmp_path: Path) -> None:
    rows = drafted(tmp_path, "Zoloft", "Sertraline", "Sertraline Group")
    assert [row["arm_id"] for row in rows.tables["arms"]] == ["sertraline", "sertraline-2", "sertraline-group"]
    assert len(rows.tables["outcomes"]) == 3


@pytest.mark.parametrize(
    ("dose", "doses", "unit"),
    [
        (".5 mg/kg", ("0.5",), "mg/kg"),
        ("0,5 mg/kg", ("0.5",), "mg/kg"),
        ("0.5 mg per kg", ("0.5",), "mg/kg"),
        ("0.5 milligrams per kilogram", ("0.5",), "mg/kg"),
        ("0.5 mg/kg/day", ("0.5",), "mg/kg/day"),
        ("25 mg/70 kg", ("25",), "mg/70kg"),
        ("1,000 mg", ("1000",), "mg"),
        ("10 mg/d", ("10",), "mg/day"),
        ("84 mg or 56 mg", ("56", "84"), "mg"),
        ("28, 56, or 84 mg", ("28", "56", "84"), "mg"),
        ("Cohort 2, 56 mg", ("56",), "mg"),
        ("Arm 2 - 56 or 84 mg", ("56", "84"), "mg"),
    ],
)
def test_dose_is_read_however_its_number_is_written(dose: str, doses: tuple[str, ...], unit: str) -> None:
    given = given_in(f"Ketamine {dose}")
    assert (given.doses, given.unit) == (doses, unit)


@pytest.mark.parametrize(
    "dose",
    [
        "56 mg (not 84 mg)",
        "up to 200 mg",
        "50 mg (maximum 200 mg)",
        "< 0.5 mg/kg",
        "starting at 50 mg",
        "2 x 28 mg",
        "28 mg x 3",
        "56,84 mg",
        "1,25 mg",
        "12,500 mg",
        "1.000 mg",
        "1 000 mg",
        "\u00bd mg/kg",
        "5 mg/mL",
        "100 mcg/kg",
        "0.5 mg kg-1",
        "0.1 mg/kg/h",
    ],
)
def test_dose_that_can_be_read_in_two_ways_is_none(dose: str) -> None:
    given = given_in(f"Ketamine {dose}")
    assert (given.treatments, given.doses, given.unit) == (("ketamine",), (), "")
