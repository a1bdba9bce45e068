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


def drafted(folder: Path, module: dict[str, Any] | None, allocation: str = "RANDOMIZED", **about: Any) -> EntryRows:
    about = {"population": ALL, "groups": ARMS, "n": (100, 100), **about}
    document = study(
        measure("MADRS Remission", description="Remission was a MADRS total score of 10 or less.", **about),
        designModule={"designInfo": {"allocation": allocation, "interventionModel": "PARALLEL"}},
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
