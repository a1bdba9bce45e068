"""Packages in memory, which are all that a comparison asks for, and ways of making another version of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from registry.diffing import Comparable
from registry.packages.finding import find_entry
from registry.packages.package import Package, draft
from schemas.tables import TABLES
from tests import fixed, sample

ROOT = Path(__file__).parents[2]

_TYPES = {"integer": pl.Int64, "number": pl.Float64}


@dataclass(frozen=True)
class InMemory:
    """A package whose tables are frames."""

    frames: Mapping[str, pl.DataFrame]
    name: str = "sample"
    version: str | None = "1.0.0"
    more: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.frames)

    @property
    def descriptor(self) -> dict[str, Any]:
        resources = [{"name": n, "path": f"data/{n}.csv", "hash": str(id(f))} for n, f in self.frames.items()]
        return {
            "name": self.name,
            "version": self.version,
            "licenses": [{"name": "CC0-1.0"}],
            "resources": resources,
            **self.more,
        }

    def table(self, name: str) -> pl.DataFrame:
        return self.frames[name]

    def having(self, table: str, frame: pl.DataFrame) -> InMemory:
        """With another table."""
        return replace(self, frames={**self.frames, table: frame})

    def with_columns(self, table: str, **columns: pl.Expr | pl.Series) -> InMemory:
        """With other columns in a table."""
        return self.having(table, self.frames[table].with_columns(**columns))

    def setting(self, table: str, row: int, **cells: object) -> InMemory:
        """With other cells in one row."""
        at = pl.int_range(pl.len()) == row
        schema = self.frames[table].schema
        changed = {n: pl.when(at).then(pl.lit(v, dtype=schema[n])).otherwise(pl.col(n)) for n, v in cells.items()}
        return self.with_columns(table, **changed)

    def without(self, table: str, *rows: int) -> InMemory:
        """Without these rows of a table."""
        kept = self.frames[table].with_row_index("row").filter(~pl.col("row").is_in(rows)).drop("row")
        return self.having(table, kept)


def typed(table: str, rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Rows of text as a frame with the types of the table's model."""
    fields = TABLES[table].fields()
    text = pl.DataFrame([{f.name: r.get(f.name) for f in fields} for r in rows], schema={f.name: pl.String for f in fields})
    return text.with_columns(_cells(f.name, f.table_schema_type) for f in fields)


def _cells(name: str, kind: str) -> pl.Expr:
    if kind == "boolean":
        return pl.col(name).replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    return pl.col(name).str.to_date() if kind == "date" else pl.col(name).cast(_TYPES.get(kind, pl.String))


def small() -> InMemory:
    """The sample package."""
    return InMemory({name: typed(name, rows) for name, rows in sample.TABLES.items()})


def scores(means: Sequence[float], **columns: Sequence[object]) -> InMemory:
    """A package with a table of so many change scores."""
    rows = [
        {
            "study_id": f"s{i:03}",
            "arm_id": "drug",
            "instrument_id": "madrs",
            "timepoint_days": "28",
            "statistic": "change",
            "timepoint_anchor": "randomisation",
            "analysis_set": "randomised",
            "missing_data": "mmrm",
            "estimate": "raw",
            "n": str(40 + i),
            "mean": str(mean),
            "sd": str(7.25 + i),
            "mean_reported": str(mean),
            "value_origin": "reported",
            "source_locator": f"Table 2, row {i}",
        }
        for i, mean in enumerate(means)
    ]
    package = InMemory({"scores": typed("scores", rows)})
    return package.with_columns("scores", **{n: pl.Series(v) for n, v in columns.items()})


def real(name: str) -> Package:
    """One of the fixed packages."""
    return draft(find_entry(fixed.registry(), name))


def copied(package: Comparable) -> InMemory:
    """A package's tables and descriptor in memory, to be changed."""
    more = {k: v for k, v in package.descriptor.items() if k not in {"name", "version", "resources"}}
    return InMemory(
        {t: package.table(t) for t in package.tables},
        package.name,
        package.version,
        {**more, "resources": package.descriptor["resources"]},
        package.beside,
    )
