"""How every input row was used: nothing is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from registry.importing.problems import ranges
from schemas.wording import counted, counted_rows

__all__ = ["Dropped", "ImportReport", "InputUse"]


@dataclass(frozen=True)
class Dropped:
    """Rows that made no row of a table, and why. ``count`` counts them after a split, so it may exceed the
    input rows listed.
    """

    table: str
    reason: str
    count: int
    rows: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        return {"table": self.table, "reason": self.reason, "count": self.count, "rows": ranges(self.rows)}


@dataclass
class InputUse:
    """An input's rows: how many were read, from how many at least one table's row was made, and what was
    dropped where.
    """

    file: str
    rows: int
    used: int = 0
    dropped: list[Dropped] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "rows": self.rows,
            "used": self.used,
            "dropped": [d.plain() for d in self.dropped],
        }

    def told(self) -> list[str]:
        """What was dropped, a line for each reason."""
        return [f"  {d.table}: {d.count} dropped, {d.reason} (rows {ranges(d.rows)})" for d in self.dropped]


@dataclass
class ImportReport:
    """What an import did: rows written by table, rows read, used and dropped by input, and notes worth a
    look.
    """

    package: str
    tables: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, InputUse] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> ImportReport:
        """The report of which ``dataclasses.asdict`` made the dictionary, be it by way of JSON."""
        inputs = {
            name: InputUse(**{**use, "dropped": [Dropped(**{**d, "rows": tuple(d["rows"])}) for d in use["dropped"]]})
            for name, use in plain["inputs"].items()
        }
        return cls(plain["package"], plain["tables"], inputs, plain["notes"])

    def __str__(self) -> str:
        written = ", ".join(counted_rows(rows, table) for table, rows in self.tables.items())
        lines = [f"{self.package}: {written or 'no rows'}"]
        for name, use in self.inputs.items():
            lines.append(f"input {name} ({use.file}): {use.used:,} of {counted(use.rows, 'row')} used")
            lines += use.told()
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])
