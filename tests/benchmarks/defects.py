"""Planted defects: one cell of a sound table changed, and the one check that this breaks."""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["DEFECTS", "spoil"]

DEFECTS: dict[str, dict[str, str]] = {
    "required-filled": {"missing_data": ""},
    "events-whole": {"events": "1.5"},
    "analysed-whole": {"n_analysed": "1e9"},
    "events-not-negative": {"events": "-1"},
    "events-within-analysed": {"events": "100000"},
    "analysis-set-known": {"analysis_set": "ITT"},
    "value-origin-known": {"value_origin": "guessed"},
    "day-numeric": {"timepoint_days": "week 8"},
    "key-unique": {},
}
"""By check: the cells that break it. A key is broken by the row before, given once more."""


def spoil(table: Path, to: Path, check: str, *, row: int = 100) -> Path:
    """Write the table with the defect of one check in one row to ``to``."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for column, cell in DEFECTS[check].items():
        rows[row][rows[0].index(column)] = cell
    if not DEFECTS[check]:
        rows.insert(row, rows[row])
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return to
