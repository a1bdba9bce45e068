"""The nine checks that every peer makes of one ``outcomes.csv``, in the words of no library.

Nothing heavy is imported: every peer imports this, and its own start is part of what is measured.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["ANALYSIS_SETS", "CHECKS", "KEY", "REQUIRED", "VALUE_ORIGINS", "WHOLE", "tell"]

CHECKS = (
    "required-filled",
    "events-whole",
    "analysed-whole",
    "events-not-negative",
    "events-within-analysed",
    "analysis-set-known",
    "value-origin-known",
    "day-numeric",
    "key-unique",
)
REQUIRED = (
    "study_id",
    "arm_id",
    "definition_id",
    "timepoint_anchor",
    "analysis_set",
    "missing_data",
    "value_origin",
)
KEY = ("study_id", "arm_id", "definition_id", "timepoint_days", "analysis_set")
WHOLE = "^-?[0-9]+$"


def _terms(vocabulary: str) -> tuple[str, ...]:
    path = Path(__file__).parents[2] / "schemas" / "vocabularies" / f"{vocabulary}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row["term"] for row in csv.DictReader(file))


ANALYSIS_SETS = _terms("analysis_sets")
VALUE_ORIGINS = _terms("value_origins")


def tell(broken: Iterable[str]) -> None:
    """Print the broken checks in the order of :data:`CHECKS` and leave: with 0 where there are none, else with 1."""
    found = set(broken)
    print(*(name for name in CHECKS if name in found), sep="\n")
    sys.exit(bool(found))
