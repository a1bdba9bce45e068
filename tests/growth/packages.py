"""The sample, and as much of one thing in it as is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests import sample

__all__ = ["KEY", "with_rows"]

KEY = ("study_id", "arm_id", "definition_id", "timepoint_days", "analysis_set")


def with_rows(
    folder: Path, rows: int, change: Callable[[int], Mapping[str, str]], descriptor: Mapping[str, Any] | None = None
) -> Path:
    """The sample with so many rows of outcomes, four a study; ``change`` is given a row's number and says what is different in it."""
    tables = {name: [dict(row) for row in listed] for name, listed in sample.TABLES.items() if name != "participants"}
    studies = [f"trial-{n}" for n in range(rows // 4 + 1)]
    (study,), arms, outcomes = tables["studies"], tables["arms"], tables["outcomes"]
    tables["studies"] = [study | {"study_id": s, "registration_id": f"NCT{n:08d}"} for n, s in enumerate(studies)]
    tables["arms"] = [arm | {"study_id": s} for s in studies for arm in arms]
    tables["outcomes"] = [outcomes[n % 4] | {"study_id": studies[n // 4]} | change(n) for n in range(rows)]
    return sample.write(folder, tables, descriptor)
