"""`outcomes corroborate`: a package laid beside its trials' entries."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import registry.cli
from tests.cli.invoking import Done, outcomes
from tests.trialregistry.entries import measure, put, study

RULE = "A responder has at least a 50% reduction from baseline in the MADRS total score."
SCHEMA = json.loads((Path(registry.cli.__file__).parent / "corroborate.schema.json").read_text(encoding="utf-8"))
ENTRY = study(
    measure("Response (LOCF Data)", description=RULE, frame="Weeks 4 and 8", population="Full analysis set",
            groups=("Esketamine 56 mg", "Placebo"), n=(111, 108), classes={"Week 4": ["36", "20.4"], "Week 8": ["54.1", "38.9"]}),
    measure("Change From Baseline in MADRS (LOCF Data)", frame="Baseline, Week 8", population="Full analysis set", param="MEAN", unit="points",
            dispersion="Standard Deviation", groups=("Esketamine 56 mg", "Placebo"), n=(111, 108), values=[("-19.0", "13.86"), ("-14.8", "15.07")]),
)  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("imported")
    put(place, ENTRY)
    done = outcomes("import", "NCT01234567.json", "--preset", "clinicaltrials", "--to", "mine", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def place(imported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(imported, tmp_path / "place")


def change(place: Path, table: str, row: int, **cells: str) -> None:
    path = place / "mine" / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def compared(place: Path, *words: str) -> tuple[Done, dict[str, Any]]:
    done = outcomes("corroborate", "./mine", "NCT01234567.json", "--format", "json", *words, cwd=place)
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    return done, found


def test_package_of_an_entry_is_the_same(place: Path) -> None:
    done, found = compared(place)
    assert done.returncode == 0
    assert found["counts"] == {"same": 6, "different": 0, "not checkable": 0}
    assert "beside 1 entry: 6 same, 0 different" in outcomes("corroborate", "./mine", "NCT01234567.json", cwd=place).stdout


CHANGES: list[tuple[str, int, dict[str, str], str, str]] = [
    ("outcomes", 0, {"events": "41"}, "different", "events differs"),
    ("outcomes", 0, {"n_analysed": "112"}, "different", "n_analysed differs"),
    ("outcomes", 0, {"events": "60"}, "different", "the entry has this figure on day 56"),
    ("outcomes", 0, {"timepoint_days": "14"}, "not checkable", "for other days: 28, 56"),
    (
        "outcomes",
        0,
        {"missing_data": "observed", "analysis_set": "observed-cases"},
        "not checkable",
        "another set or another handling",
    ),
    ("outcomes", 0, {"missing_data": "unstated"}, "same", ""),
    ("outcomes", 0, {"missing_data": "unstated", "n_analysed": "90"}, "not checkable", "may be two analyses"),
    ("outcomes", 0, {"missing_data": "unstated", "events": "41"}, "different", "events differs"),
    ("outcomes", 0, {"definition_id": "remission.madrs.le12"}, "not checkable", "no such figure"),
    ("outcomes", 0, {"events": ""}, "not checkable", "a number is missing"),
    ("scores", 0, {"mean": "-18.0", "mean_reported": "-18.0"}, "different", "mean differs"),
    ("scores", 0, {"sd": "13.9", "sd_reported": "13.9"}, "same", ""),
    ("scores", 0, {"sd": "", "sd_reported": ""}, "same", ""),
]


@pytest.mark.parametrize(("table", "row", "cells", "verdict", "why"), CHANGES)
def test_figure_that_is_changed_is_found(
    place: Path, table: str, row: int, cells: dict[str, str], verdict: str, why: str
) -> None:
    change(place, table, row, **cells)
    done, found = compared(place)
    mine = [v for v in found["verdicts"] if v["table"] == table][row]
    assert (mine["verdict"], why in mine["why"]) == (verdict, True), mine
    assert done.returncode == int(verdict == "different")
    text = outcomes("corroborate", "./mine", "NCT01234567.json", cwd=place).stdout
    assert why in text


def test_arms_are_matched_by_treatment_and_dose(place: Path) -> None:
    change(place, "arms", 0, dose="28")
    assert {v["why"] for v in compared(place)[1]["verdicts"]} == {"no part of the entry has these arms"}
    change(place, "arms", 0, dose="28", dose_max="56")
    assert compared(place)[1]["counts"]["same"] == 6


def test_trials_without_a_partner_are_named(place: Path) -> None:
    put(place, study(measure("Response", description=RULE, groups=("Esketamine", "Placebo")), nct="NCT00000009"), "other.json")
    done = outcomes("corroborate", "./mine", "other.json", cwd=place)
    assert done.returncode == 0
    assert "no entry was given for: NCT01234567" in done.stdout
    assert "of no trial in the package: NCT00000009" in done.stdout


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda place: put(place, "{", "x.json"), "this isn't JSON"),
        (lambda place: None, "there is no such file"),
        (lambda place: (place / "x.json").mkdir(), "there is no .json file in it"),
    ],
)
def test_file_that_is_no_entry_is_a_usage_error(place: Path, write: Callable[[Path], object], said: str) -> None:
    write(place)
    done = outcomes("corroborate", "./mine", "x.json", cwd=place)
    assert done.returncode == 2
    assert said in done.stderr
    assert outcomes("corroborate", "./nowhere", "NCT01234567.json", cwd=place).returncode == 2
