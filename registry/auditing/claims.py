"""The claims of a package, as the audit works with them, and the packages that have any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.auditing.spans import UNIT
from schemas.claimed_units import IN_TIMES, outcome_in
from schemas.outcome_words import CLAIMED
from schemas.windows import EXIT, counted_from, window_of

if TYPE_CHECKING:
    import duckdb

__all__ = ["Claim", "packages_with_claims", "read_claims"]

_COLUMNS = (
    "claim_id", "statement", "coalesce('doi:' || s.doi, s.url, s.title)", "c.locator", "subject", "attribute", "value_low",
    "value_high", "value_bound", UNIT, "population_id", "definition_id", "timepoint_days", "timepoint_anchor", "n_analysed", "comparator",
    "comparator_population_id", "relation", "related_claim_id",
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """Something that somebody published. None is what its source leaves unsaid, the population too (``unstated`` in the table)."""

    claim_id: str
    statement: str
    source: str | None
    locator: str | None
    subject: str
    attribute: str
    low: float | None = None
    high: float | None = None
    bound: str | None = None
    unit: str | None = None
    population: str | None = None
    definition: str | None = None
    day: float | None = None
    anchor: str | None = None
    n: int | None = None
    comparator: str | None = None
    comparator_population: str | None = None
    relation: str | None = None
    related: str | None = None

    @property
    def outcome(self) -> str | None:
        """The outcome of which a rate is claimed; None where none is."""
        return CLAIMED.get(self.attribute)

    @property
    def ends(self) -> tuple[float, float] | None:
        """Where the claimed rate begins and ends, as fractions, of a bound the figure itself; None where the claim gives none."""
        given = [value / 100 for value in (self.low, self.high) if value is not None]
        return (given[0], given[-1]) if self.outcome and given and self.unit == "%" else None

    @property
    def share(self) -> float | None:
        """The claimed rate, of a range its upper end, as a fraction; None where the claim gives none."""
        return self.ends and self.ends[1]

    @property
    def window(self) -> str | None:
        """The window of its time point: of the end of the study, which needs no day, its own. None where none is stated."""
        return None if self.day is None and self.anchor != EXIT else window_of(self.day, self.anchor)

    @property
    def in_times(self) -> re.Match[str] | None:
        """Where its figure is the ratio of two rates, its unit; None where it is another figure."""
        return IN_TIMES.fullmatch((self.unit or "").lower())

    @property
    def of(self) -> str | None:
        """The word for what it counts, which may be an outcome that isn't compared: by its attribute, definition or unit."""
        return self.outcome or (self.definition or "").partition(".")[0] or outcome_in(self.unit)

    def may_be_at(self, window: str, counted: str) -> bool:
        """Whether rates of that window, counted from there, may be what it means: nothing that it states of its time is different."""
        if self.window is not None and window != self.window:
            return False
        if self.anchor is None:
            return True
        mine = counted_from(self.anchor)
        return counted == mine or (mine == "start" and counted == "unstated")


def read_claims(con: duckdb.DuckDBPyConnection, package: str) -> list[Claim]:
    """The claims of a package in the order of its file."""
    query = (
        f"SELECT {', '.join(_COLUMNS)} FROM claims c "
        "LEFT JOIN sources s ON s.package = c.package AND s.source_id = c.source_id WHERE c.package = ? ORDER BY c.rowid"
    )
    names = list(Claim.__dataclass_fields__)
    found = [dict(zip(names, row, strict=True)) for row in con.execute(query, [package]).fetchall()]
    for row in found:
        row |= {name: None for name in ("population", "comparator_population", "anchor") if row[name] == "unstated"}
    return [Claim(**row) for row in found]


def packages_with_claims(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the packages that hold claims."""
    return [name for (name,) in con.execute("SELECT DISTINCT package FROM claims ORDER BY package").fetchall()]
