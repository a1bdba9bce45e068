"""What the command `frictionless validate` is given: a Table Schema and a checklist that say the nine checks.

A Table Schema can say eight of them; that events must not exceed the analysed takes a `row-constraint` in a checklist. Its
`primaryKey` also wants every cell of the key filled, which the tables measured here keep.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.checks import ANALYSIS_SETS, KEY, REQUIRED, VALUE_ORIGINS

__all__ = ["arguments", "broken"]


def _field(name: str) -> dict[str, Any]:
    kinds = {"events": "integer", "n_analysed": "integer", "timepoint_days": "number"}
    enums = {"analysis_set": ANALYSIS_SETS, "value_origin": VALUE_ORIGINS}
    constraints = {
        "required": True if name in REQUIRED else None,
        "minimum": 0 if name == "events" else None,
        "enum": list(enums[name]) if name in enums else None,
    }
    return {
        "name": name,
        "type": kinds.get(name, "string"),
        "constraints": {k: v for k, v in constraints.items() if v is not None},
    }


def arguments(table: Path, to: Path) -> list[str]:
    """Write the schema and the checklist into the folder ``to``; the arguments of the command for that table."""
    with table.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    schema = {"fields": [_field(c) for c in header], "primaryKey": list(KEY), "missingValues": [""]}
    checklist = {
        "checks": [{"type": "row-constraint", "formula": "events is None or n_analysed is None or events <= n_analysed"}]
    }
    (to / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (to / "checklist.json").write_text(json.dumps(checklist), encoding="utf-8")
    return [str(table), "--schema", str(to / "schema.json"), "--checklist", str(to / "checklist.json"), "--trusted"]


def broken(report: str) -> set[str]:
    """The checks that a report of the command, written with ``--json``, says are broken."""
    names = {
        ("type-error", "events"): "events-whole",
        ("type-error", "n_analysed"): "analysed-whole",
        ("type-error", "timepoint_days"): "day-numeric",
        ("constraint-error", "analysis_set"): "analysis-set-known",
        ("constraint-error", "value_origin"): "value-origin-known",
        ("constraint-error", "events"): "events-not-negative",
    }
    found = set()
    for task in json.loads(report)["tasks"]:
        for error in task["errors"]:
            kind, field = error["type"], error.get("fieldName", "")
            if kind == "constraint-error" and '"required"' in error["note"]:
                found.add("required-filled")
            elif kind == "primary-key":
                found.add("key-unique")
            elif kind == "row-constraint":
                found.add("events-within-analysed")
            else:
                found.add(names.get((kind, field), f"{kind} {field}"))
    return found
