"""All randomised are as many as started: a set and a number randomised are never made out of those analysed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.people import set_of
from registry.trialregistry.tables import EntryRows, rows_of
from registry.trialregistry.texts import UNSTATED, Text
from tests.trialregistry.entries import measure, put, study

ARMS = ("Esketamine 56 mg", "Placebo")
ALL = "All randomized participants."
OF_A_CLASS = {"Week 4": {"values": ["60.0", "40.0"], "n": (50, 50)}}


def flow(*started: int, titles: tuple[str, ...] = ARMS, period: str = "Overall Study") -> dict[str, Any]:
    ids = [f"FG00{number}" for number in range(len(titles))]
    achieved = [{"groupId": i, "numSubjects": str(n)} for i, n in zip(ids, started, strict=True)]
    return {
        "groups": [{"id": i, "title": t} for i, t in zip(ids, titles, strict=True)],
        "periods": [{"title": period, "milestones": [{"type": "STARTED", "achievements": achieved}]}],
    }


def drafted(
    folder: Path,
    module: dict[str, Any] | None,
    allocation: str = "RANDOMIZED",
    masking: str = "",
    model: str = "PARALLEL",
    **about: Any,
) -> EntryRows:
    about = {"population": ALL, "groups": ARMS, "n": (100, 100), **about}
    document = study(
        measure("MADRS Remission", description="Remission was a MADRS total score of 10 or less.", **about),
        designModule={"designInfo": {"allocation": allocation, "interventionModel": model, "maskingInfo": {"masking": masking}}},
    )
    if module:
        document["resultsSection"]["participantFlowModule"] = module
    return rows_of(read_entries([put(folder, document)])[0], TrialOptions())


@pytest.mark.parametrize(
    ("module", "about", "people", "randomised"),
    [
        (flow(100, 100), {}, "randomised", "100"),
        (flow(110, 110), {}, "unstated", "110"),
        (flow(100, 100), {"classes": OF_A_CLASS}, "unstated", "100"),
        (None, {"classes": OF_A_CLASS}, "unstated", ""),
        (None, {}, "randomised", "100"),
        (flow(110, 110, titles=("Drug", "Sham")), {}, "unstated", ""),
        (flow(100, 100, titles=("Drug", "Sham")), {}, "randomised", "100"),
        (flow(110, 110, period="Placebo Run-in Period"), {}, "randomised", "100"),
        (flow(110, 110), {"population": "Full analysis set"}, "full-analysis", "110"),
        (flow(110, 110), {"population": "Full analysis set", "allocation": "NA"}, "full-analysis", ""),
    ],
)
def test_number_randomised_is_that_of_the_flow(
    tmp_path: Path, module: dict[str, Any] | None, about: dict[str, Any], people: str, randomised: str
) -> None:
    rows = drafted(tmp_path, module, **about)
    assert {row["analysis_set"] for row in rows.tables["outcomes"]} == {people}
    assert {row["n_randomised"] for row in rows.tables["arms"]} == {randomised}
    assert bool(rows.in_part) == (people == "unstated")


@pytest.mark.parametrize(
    ("population", "people"),
    [
        ("All randomized participants.", "randomised"),
        ("ITT: all participants randomly assigned to treatment.", "randomised"),
        ("Not all randomized participants were analyzed: 11 in each group had no data at Week 4.", "unstated"),
        ("Nearly all randomized participants", "unstated"),
        ("All randomized participants except those without data", "unstated"),
        ("Of all randomized participants, 90 were analyzed; 11 were excluded.", "unstated"),
        ("A subset of all randomized participants", "unstated"),
        ("Full analysis set. Only participants with Week 4 data were analyzed.", "unstated"),
        ("FAS: all randomized subjects who received at least 1 dose. Only those assessed at Week 4 are included.", "unstated"),
        ("Full analysis set: all randomized participants with at least one dose.", "full-analysis"),
    ],
)
def test_not_all_randomised_are_not_all_randomised(population: str, people: str) -> None:
    assert set_of(Text("title", ""), Text("population", population), UNSTATED).term == people


def periods(*given: tuple[str, tuple[int, ...]]) -> dict[str, Any]:
    module = flow(*given[0][1])
    module["periods"] = [flow(*started, period=title)["periods"][0] for title, started in given]
    return module


@pytest.mark.parametrize(
    "first",
    [
        "Screening",
        "Enrollment",
        "Pre-randomization",
        "Prior to Randomization",
        "Single-blind prospective phase",
        "Period 1: Prospective Treatment",
        "Titration Phase",
        "Part 1: Open-label Treatment",
        "Open-label",
        "Stabilization",
        "Baseline Assessment",
    ],
)
def test_number_randomised_is_of_the_period_to_which_they_were(tmp_path: Path, first: str) -> None:
    rows = drafted(tmp_path, periods((first, (150, 140)), ("Part 2: Randomized Withdrawal", (100, 100))), masking="DOUBLE")
    assert {row["n_randomised"] for row in rows.tables["arms"]} == {"100"}
    assert {row["analysis_set"] for row in rows.tables["outcomes"]} == {"randomised"}


@pytest.mark.parametrize(
    ("given", "n", "randomised", "people"),
    [
        ((("Double-blind Titration", (150, 140)), ("Double-blind Maintenance", (100, 100))), (150, 140), {"150", "140"}, "randomised"),
        ((("Stage 1", (150, 140)), ("Stage 2 (re-randomised)", (100, 100))), (150, 140), {"150", "140"}, "randomised"),
        ((("Treatment", (150, 140)), ("Randomized Withdrawal", (100, 100))), (90, 90), {""}, "unstated"),
        ((("Treatment", (150, 140)), ("Randomized Withdrawal", (100, 100))), (100, 100), {"100"}, "randomised"),
        ((("Follow-up", (80, 80)),), (90, 90), {"90"}, "randomised"),
        ((("Screening", (150, 140)), ("8-Week Study", (100, 100))), (100, 100), {"100"}, "randomised"),
    ],
)  # fmt: skip
def test_number_that_may_be_of_two_periods_is_not_taken_from_either(
    tmp_path: Path, given: tuple[tuple[str, tuple[int, ...]], ...], n: tuple[int, ...], randomised: set[str], people: str
) -> None:
    rows = drafted(tmp_path, periods(*given), n=n, values=["50", "50"], masking="DOUBLE")
    assert {row["n_randomised"] for row in rows.tables["arms"]} == randomised
    assert {row["analysis_set"] for row in rows.tables["outcomes"]} == {people}


def test_open_label_period_of_an_unmasked_trial_is_the_randomised_one(tmp_path: Path) -> None:
    rows = drafted(tmp_path, periods(("Open-label Treatment", (100, 100)), ("Follow-up", (90, 80))), masking="NONE")
    assert {row["n_randomised"] for row in rows.tables["arms"]} == {"100"}


def milestones(*given: tuple[str, tuple[int, ...]]) -> dict[str, Any]:
    module = flow(*given[0][1])
    module["periods"][0]["milestones"] = [
        {"type": kind, "achievements": [{"groupId": f"FG00{i}", "numSubjects": str(n)} for i, n in enumerate(numbers)]}
        for kind, numbers in given
    ]
    return module


@pytest.mark.parametrize(
    ("given", "randomised"),
    [
        ((("STARTED", (120, 120)), ("Randomized", (100, 100))), "100"),
        ((("STARTED", (120, 120)), ("Participants Randomised", (100, 100)), ("COMPLETED", (80, 70))), "100"),
        ((("STARTED", (100, 100)), ("Not Randomized", (20, 20))), "100"),
        ((("STARTED", (100, 100)), ("Randomized and Treated", (90, 90))), "100"),
    ],
)
def test_randomised_are_those_of_a_milestone_of_that_name(
    tmp_path: Path, given: tuple[tuple[str, tuple[int, ...]], ...], randomised: str
) -> None:
    rows = drafted(tmp_path, milestones(*given))
    assert {row["n_randomised"] for row in rows.tables["arms"]} == {randomised}
    assert {row["analysis_set"] for row in rows.tables["outcomes"]} == {"randomised"}


def test_group_with_two_numbers_of_one_milestone_has_none(tmp_path: Path) -> None:
    module = flow(100, 100)
    module["periods"][0]["milestones"][0]["achievements"].append({"groupId": "FG000", "numSubjects": "110"})
    rows = drafted(tmp_path, module, population="Full analysis set")
    assert [row["n_randomised"] for row in rows.tables["arms"]] == ["", "100"]


@pytest.mark.parametrize(("n", "people", "randomised"), [((20, 20), "randomised", {"20"}), ((20, 19), "unstated", {"20", ""})])
def test_all_who_started_a_crossover_had_each_treatment(
    tmp_path: Path, n: tuple[int, int], people: str, randomised: set[str]
) -> None:
    module = periods(("First Intervention", (10, 10)), ("Second Intervention", (10, 10)))
    rows = drafted(
        tmp_path, module, n=n, model="CROSSOVER", param="COUNT_OF_PARTICIPANTS", unit="Participants", values=["8", "4"]
    )
    assert rows.tables["outcomes"][1]["analysis_set"] == people
    assert {row["n_randomised"] for row in rows.tables["arms"]} == randomised
