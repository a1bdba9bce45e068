"""A small package with nothing wrong with it, and ways of spoiling it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

TODAY = datetime.date(2026, 11, 23)

TABLES: dict[str, list[dict[str, str]]] = {
    "sources": [
        {
            "source_id": "report",
            "kind": "journal-article",
            "title": "A trial of this against that",
            "doi": "10.1000/xyz123",
            "licence": "CC-BY-4.0",
            "accessed": "2026-11-01",
            "correction_status": "none-found",
            "checked_on": "2026-11-01",
        }
    ],
    "studies": [
        {
            "study_id": "trial",
            "label": "Trial 2020",
            "registration_id": "NCT01234567",
            "year": "2020",
            "design": "parallel",
            "randomised": "true",
            "masking": "double",
            "phase": "acute",
            "population_id": "mdd",
            "entry_instrument_id": "madrs",
            "entry_score_min": "24",
            "age_min": "18",
            "age_max": "65",
            "setting": "outpatient",
            "n_randomised": "80",
            "source_id": "report",
        }
    ],
    "arms": [
        {
            "study_id": "trial",
            "arm_id": arm,
            "label": label,
            "treatment_id": treatment,
            "role": role,
            "route": "oral",
            "background_id": "none",
            "n_randomised": "40",
            "n_treated": "40",
            "n_completed": "36",
            "source_id": "report",
        }
        for arm, label, treatment, role in (
            ("drug", "Sertraline", "sertraline", "experimental"),
            ("placebo", "Placebo", "placebo", "placebo"),
        )
    ],
    "outcomes": [
        {
            "study_id": "trial",
            "arm_id": arm,
            "definition_id": definition,
            "timepoint_days": "56",
            "timepoint_anchor": "randomisation",
            "analysis_set": "randomised",
            "missing_data": "non-responder",
            "n_analysed": "40",
            "events": events,
            "percent_reported": percent,
            "value_origin": "reported",
            "source_id": "report",
            "source_locator": "Table 2",
            "extractions": "2",
        }
        for arm, definition, events, percent in (
            ("drug", "response.madrs.ge50pct", "20", "50.0"),
            ("drug", "remission.madrs.le12", "12", "30.0"),
            ("placebo", "response.madrs.ge50pct", "14", "35.0"),
            ("placebo", "remission.madrs.le12", "9", "22.5"),
        )
    ],
    "participants": [
        {
            "participant_id": "p1",
            "study_id": "trial",
            "arm_id": "drug",
            "age": "40",
            "sex": "female",
            "baseline_instrument_id": "madrs",
            "baseline_total": "30",
            "source_id": "report",
        }
    ],
}


def part(*names: str) -> dict[str, list[dict[str, str]]]:
    """Some of the sample's tables with those that they refer to: enough where a rule looks at no other, and quicker to look at."""
    from schemas.rendering import foreign_keys
    from schemas.tables import TABLES as MODELS

    wanted = set(names)
    while parents := {p for n in wanted for p in foreign_keys(MODELS[n])} - wanted:
        wanted |= parents
    return {name: rows for name, rows in TABLES.items() if name in wanted}


def write(
    folder: Path,
    tables: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    descriptor: Mapping[str, Any] | None = None,
) -> Path:
    """Write the sample package, or other tables, and lay members over its descriptor; ``None`` takes one away."""
    from registry.packages.writing import write_package

    texts = {
        name: _as_csv(name, tuple(tuple(row.items()) for row in rows))
        for name, rows in (TABLES if tables is None else tables).items()
    }
    metadata = {
        "name": folder.name,
        "version": "1.0.0",
        "title": "Sample",
        "licenses": [{"name": "CC0-1.0"}],
        "contributors": [{"title": "A Person"}],
    }
    write_package(folder, texts, metadata, beside={} if (folder / "README.md").exists() else {"README.md": b"# Sample\n"})
    if descriptor:
        path = folder / "datapackage.json"
        data = {**json.loads(path.read_text()), **descriptor}
        path.write_text(json.dumps({k: v for k, v in data.items() if v is not None}, indent=2), encoding="utf-8")
    return folder


@lru_cache(maxsize=100)
def _as_csv(table: str, rows: tuple[tuple[tuple[str, str], ...], ...]) -> bytes:
    """The file of a table: of most packages that are spoilt, one table differs from the sample's."""
    import polars as pl

    from registry.packages.writing import as_csv
    from schemas.tables import TABLES as MODELS

    names = [f.name for f in MODELS[table].fields()]
    cells = [{name: row.get(name) for name in names} for row in map(dict, rows)]
    return as_csv(table, pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String)))


def cell(table: str, column: str, value: str, row: int = 0) -> dict[str, list[dict[str, str]]]:
    """The sample's tables with one cell changed."""
    tables = {name: [dict(r) for r in rows] for name, rows in TABLES.items()}
    tables[table][row][column] = value
    return tables
