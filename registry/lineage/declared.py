"""What a package's descriptor declares of its lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.rules.lineage import RELATIONS

__all__ = ["DERIVED_FROM", "SAME_TRIALS", "declared"]

DERIVED_FROM, SAME_TRIALS = RELATIONS


def declared(package: str, descriptor: Mapping[str, Any]) -> list[list[str | None]]:
    """The rows of the table ``lineage`` for a package: itself, the other, the relation, the note.

    The descriptor's member ``lineage`` is a list of objects with ``package``, ``relation`` and perhaps ``note``. What isn't of
    that form is passed over: a build uses only what was validated, and reports nothing itself.
    """
    listed = descriptor.get("lineage")
    rows: dict[tuple[str, str], list[str | None]] = {}
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict):
            continue
        other, relation, note = (entry.get(name) for name in ("package", "relation", "note"))
        if isinstance(other, str) and other not in ("", package) and relation in RELATIONS:
            rows.setdefault((other, relation), [package, other, relation, note if isinstance(note, str) else None])
    return list(rows.values())
