"""What a comparison found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from registry.diffing.cells import CHANGED
from registry.diffing.descriptors import DescriptorChange
from registry.diffing.frames import as_text
from registry.diffing.kinds import Kind
from registry.diffing.layout import Layout
from registry.diffing.patterns import Pattern
from registry.diffing.rules import VersionRule
from registry.diffing.versions import Bump
from registry.shown import Shown

__all__ = ["CellChange", "Difference", "Reason", "TableDifference"]

Key = dict[str, str | None]


@dataclass(frozen=True)
class CellChange:
    """A cell that changed. ``key`` is that of its row in the new version, as text; so are ``old`` and ``new``."""

    table: str
    key: Key
    column: str
    old: str | None
    new: str | None
    kind: Kind


@dataclass(frozen=True)
class Reason:
    """Why a version is needed: a rule, and the changes it applies to. ``str()`` gives the message.

    ``table`` and ``column`` lead to the changes; ``kinds`` are the kinds of the cells that count, where it is about cells.
    """

    rule: VersionRule
    said: str
    count: int = 1
    table: str | None = None
    column: str | None = None
    kinds: tuple[Kind, ...] = ()

    @property
    def bump(self) -> Bump:
        """The version that is needed for it."""
        return self.rule.bump

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True)
class TableDifference:
    """What changed in a table that both versions have.

    ``removed`` and ``added`` hold the keys of rows; ``changed`` by column the cells that differ: ``row`` (a number to look up in ``keys``), ``old``
    and ``new`` as text, and ``kind``. A row whose key changed is neither removed nor added: its key's cells are among the changed ones.
    """

    name: str
    layout: Layout
    old_rows: int
    new_rows: int
    removed: pl.DataFrame
    added: pl.DataFrame
    keys: pl.DataFrame
    changed: dict[str, pl.DataFrame]
    columns_removed: tuple[str, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_retyped: tuple[tuple[str, str, str], ...] = ()
    systematic: tuple[Pattern, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        columns = self.columns_removed or self.columns_added or self.columns_retyped
        return not (columns or self.changed or self.removed.height or self.added.height)

    @property
    def rows_changed(self) -> int:
        """How many rows have a cell that changed."""
        return self.keys.height

    @property
    def cells_changed(self) -> int:
        """How many cells changed."""
        return sum(cells.height for cells in self.changed.values())

    @property
    def cells(self) -> pl.DataFrame:
        """All changed cells as one frame: the key's columns, ``column``, ``old``, ``new``, ``kind``. The key's own names come first."""
        parts = [c.with_columns(pl.lit(name).alias("column")) for name, c in self.changed.items()]
        empty = pl.DataFrame(schema=CHANGED).with_columns(pl.lit(None, dtype=pl.String).alias("column"))
        cells = pl.concat([empty, *(p.select(empty.columns) for p in parts)])
        key = {n: f"key.{n}" if n in {"row", "column", "old", "new", "kind"} else n for n in self.layout.key}
        keys = self.keys.rename({n: key[n] for n in self.layout.key})
        return cells.join(keys, on="row", how="left", maintain_order="left").select(*key.values(), "column", "old", "new", "kind")

    def changes(self, limit: int | None = None) -> Iterator[CellChange]:
        """The changed cells, row by row in the order of the new file, at most ``limit`` of them."""
        order = {c.name: i for i, c in enumerate(self.layout.columns)}
        # The first so many in any column hold the first so many of all.
        parts = [
            (cells if limit is None else cells.head(limit)).with_columns(column=pl.lit(name), place=pl.lit(order[name]))
            for name, cells in self.changed.items()
        ]
        if not parts:
            return
        first = pl.concat(parts).sort("row", "place")
        first = first if limit is None else first.head(limit)
        keys = dict(_keys(self.keys.filter(pl.col("row").is_in(first["row"].unique().implode()))))
        for cell in first.iter_rows(named=True):
            yield CellChange(self.name, keys[cell["row"]], cell["column"], cell["old"], cell["new"], Kind(cell["kind"]))

    def removed_keys(self, limit: int | None = None) -> list[Key]:
        """The keys of removed rows, as they were, at most ``limit`` of them."""
        return _listed(self.removed, limit)

    def added_keys(self, limit: int | None = None) -> list[Key]:
        """The keys of added rows, at most ``limit`` of them."""
        return _listed(self.added, limit)


def _listed(rows: pl.DataFrame, limit: int | None) -> list[Key]:
    return [key for _, key in _keys((rows if limit is None else rows.head(limit)).with_row_index("row"))]


def _keys(frame: pl.DataFrame) -> Iterator[tuple[int, Key]]:
    texts = frame.select("row", *(as_text(frame[n]).alias(n) for n in frame.columns if n != "row"))
    for row in texts.iter_rows(named=True):
        yield row.pop("row"), row


@dataclass(frozen=True, repr=False)
class Difference(Shown):
    """What changed from one version of a package to another, and which version that needs."""

    old_name: str
    new_name: str
    old_version: str | None
    new_version: str | None
    tables: tuple[TableDifference, ...] = ()
    tables_removed: tuple[str, ...] = ()
    tables_added: tuple[str, ...] = ()
    descriptor: tuple[DescriptorChange, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether nothing changed; :attr:`owed` is then ``None``."""
        return not self.reasons

    @property
    def is_new(self) -> bool:
        """Whether there was no row and no version before: the package is new, and needs no step from one."""
        return self.old_version is None and not self.tables_removed and not any(t.old_rows for t in self.tables)

    @property
    def owed(self) -> Bump | None:
        """The least version step that the changes allow, by the gravest of the reasons."""
        return max((r.bump for r in self.reasons), key=lambda b: b.size, default=None)

    @property
    def systematic(self) -> tuple[Pattern, ...]:
        """What happened to columns and not to cells."""
        return tuple(p for t in self.tables for p in t.systematic)

    def table(self, name: str) -> TableDifference:
        """What changed in a table. Raises ``KeyError`` where it isn't in both versions."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def changes(self, limit: int | None = None) -> Iterator[CellChange]:
        """The changed cells of all tables, at most ``limit`` of them."""
        return islice((c for t in self.tables for c in t.changes(limit)), limit)
