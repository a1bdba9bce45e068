"""A comparison as JSON, the same bytes for the same comparison."""

from __future__ import annotations

from typing import Any

from registry.diffing.result import CellChange, Difference, TableDifference
from registry.diffing.sufficiency import Refusal, sufficient
from validation.formats.visible import as_json

__all__ = ["SCHEMA_VERSION", "as_data", "render"]

SCHEMA_VERSION = "1.0"
"""Of the form. The second number grows with a new member, the first when one changes its meaning."""


def render(difference: Difference, *, max_changes: int = 20, indent: int | None = 2, **_: object) -> str:
    """The comparison as JSON that ends with a newline."""
    return as_json(as_data(difference, max_changes=max_changes), indent=indent) + "\n"


def as_data(difference: Difference, *, max_changes: int = 20) -> dict[str, Any]:
    """The comparison as dictionaries and lists. Of each table at most so many changes, and keys of removed and of added rows, are listed;
    all are counted.
    """
    d = difference
    return {
        "schema_version": SCHEMA_VERSION,
        "old": {"name": d.old_name, "version": d.old_version},
        "new": {"name": d.new_name, "version": d.new_version},
        "summary": {
            "removed": sum(t.removed.height for t in d.tables),
            "added": sum(t.added.height for t in d.tables),
            "rows_changed": sum(t.rows_changed for t in d.tables),
            "cells_changed": sum(t.cells_changed for t in d.tables),
        },
        "owed": None if d.owed is None else str(d.owed),
        "refusal": _refusal(sufficient(d, d.old_version, d.new_version)),
        "reasons": [
            {
                "rule": r.rule.id,
                "bump": str(r.bump),
                "table": r.table,
                "column": r.column,
                "kinds": [str(k) for k in r.kinds],
                "count": r.count,
                "said": r.said,
                "why": r.rule.why,
            }
            for r in d.reasons
        ],
        "systematic": [
            {"table": p.table, "column": p.column, "kind": str(p.kind), "count": p.count, "possible": p.possible}
            for p in d.systematic
        ],
        "descriptor": [{"path": c.path, "old": c.old, "new": c.new, "rule": c.rule} for c in d.descriptor],
        "tables_removed": list(d.tables_removed),
        "tables_added": list(d.tables_added),
        "tables": [_table(t, max_changes) for t in d.tables],
    }


def _refusal(refusal: Refusal | None) -> dict[str, str | None] | None:
    if refusal is None:
        return None
    made = None if refusal.made is None else str(refusal.made)
    return {"made": made, "smallest": refusal.smallest, "message": refusal.message}


def _table(table: TableDifference, limit: int) -> dict[str, Any]:
    return {
        "name": table.name,
        "key": list(table.layout.key),
        "rows": {
            "old": table.old_rows,
            "new": table.new_rows,
            "removed": table.removed.height,
            "added": table.added.height,
            "changed": table.rows_changed,
        },
        "cells_changed": table.cells_changed,
        "columns_removed": list(table.columns_removed),
        "columns_added": list(table.columns_added),
        "columns_retyped": [{"name": n, "old": a, "new": b} for n, a, b in table.columns_retyped],
        "removed": table.removed_keys(limit),
        "added": table.added_keys(limit),
        "changes": [_change(c) for c in table.changes(limit)],
    }


def _change(change: CellChange) -> dict[str, Any]:
    return {"key": change.key, "column": change.column, "old": change.old, "new": change.new, "kind": str(change.kind)}
