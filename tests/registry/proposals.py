"""Packages that propose terms: the sample's trial under another registration, with a definition, a drug, a scale and a population of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import sample

__all__ = ["DEFINITION", "DRUG", "INSTRUMENT", "POPULATION", "tables", "write"]

_SAID = {"description": "What the trial's report says.", "source": "10.1000/xyz123"}

INSTRUMENT = {
    "vocabulary": "instruments",
    "id": "x.mood5",
    "label": "Mood, 5 items",
    "items": "5",
    "minimum": "0",
    "maximum": "20",
    "whole_numbers": "true",
    "direction": "higher-is-worse",
    "rater": "self",
    "percentages": "true",
    **_SAID,
}
DEFINITION = {
    "vocabulary": "definitions",
    "id": "x.remission.mood5.le4",
    "label": "Mood ≤ 4",
    "outcome": "remission",
    "instrument_id": "x.mood5",
    "comparator": "<=",
    "threshold": "4",
    "ascertainment": "point",
    **_SAID,
}
DRUG = {
    "vocabulary": "treatments",
    "id": "x.mono",
    "label": "Monoxetine",
    "class_id": "ssri",
    "routes": "oral",
    **_SAID,
}
POPULATION = {
    "vocabulary": "populations",
    "id": "x.farmers",
    "label": "Farmers",
    "parent_id": "mdd",
    "bipolar_allowed": "false",
    **_SAID,
}


def tables(number: int, **terms: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """The tables of a package's trial, by a number; ``terms`` are cells laid over the proposed terms, by the vocabulary's name."""
    made = {name: [dict(row) for row in rows] for name, rows in sample.TABLES.items() if name != "participants"}
    (study,), (source,) = made["studies"], made["sources"]
    study |= {
        "registration_id": f"NCT{number:08}",
        "study_id": f"trial-{number}",
        "population_id": "x.farmers",
        "n_randomised": str(80 + 2 * number),
    }
    study |= {"entry_instrument_id": "x.mood5", "entry_score_min": "10"}
    source["doi"] = f"10.1000/trial-{number}"
    for row in (*made["arms"], *made["outcomes"]):
        row["study_id"] = f"trial-{number}"
    for arm in made["arms"]:
        arm["n_randomised"] = str(40 + number)
    for row in made["outcomes"]:
        row |= {"n_analysed": str(40 + number), "percent_reported": ""}
        if row["definition_id"].startswith("remission"):
            row["definition_id"] = "x.remission.mood5.le4"
    made["arms"][0]["treatment_id"] = "x.mono"
    made["terms"] = [{**row, **terms.get(row["vocabulary"], {})} for row in (INSTRUMENT, DEFINITION, DRUG, POPULATION)]
    return made


def write(root: Path, name: str, number: int, descriptor: Mapping[str, Any] | None = None, **terms: Mapping[str, str]) -> Path:
    """A package in a registry."""
    folder = sample.write(root / "datapackages" / name, tables(number, **terms), descriptor)
    (folder / "README.md").write_text(f"# {name}\n\nA trial, with terms of its own.\n", encoding="utf-8")
    return folder
