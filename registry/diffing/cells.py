"""The cells that differ between matched rows, and what each change is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from registry.diffing.figures import figure_kind, number
from registry.diffing.frames import as_text
from registry.diffing.kinds import KINDS, Kind
from registry.diffing.layout import Column, Layout, Role
from registry.diffing.matching import Matching
from registry.diffing.terms import term_kind
from registry.diffing.texts import code_kind, identity_kind, label_kind, words_kind

__all__ = ["CHANGED", "Beside", "changed_cells"]

CHANGED = pl.Schema({"row": pl.UInt32(), "old": pl.String(), "new": pl.String(), "kind": KINDS})
"""The columns of the changed cells of a column: ``row`` counts the matched rows."""


@dataclass(frozen=True)
class Beside:
    """Two versions of a table, whose matched rows can be read next to one another."""

    old: pl.DataFrame
    new: pl.DataFrame
    found: Matching
    layout: Layout

    def column(self, name: str) -> tuple[pl.Series, pl.Series]:
        """A column in the matched rows of either version."""
        return self.old[name].gather(self.found.pairs["old"]), self.new[name].gather(self.found.pairs["new"])

    @property
    def alike(self) -> bool:
        """Whether the versions have the same rows in one order, as most tables of a new version have."""
        return self.found.pairs["old"].equals(self.found.pairs["new"]) and self.old.equals(self.new)


def changed_cells(beside: Beside) -> dict[str, pl.DataFrame]:
    """The changed cells by column, of the columns that have any, in the columns of ``CHANGED``."""
    if beside.alike:
        return {}
    changed = {}
    for column in beside.layout.columns:
        old, new = beside.column(column.name)
        rows = old.ne_missing(new).arg_true()
        if rows.is_empty():
            continue
        cells = pl.DataFrame({"row": rows, "old": as_text(old.gather(rows)), "new": as_text(new.gather(rows))})
        # What is left when white space and ways of writing a number are taken away.
        cells = cells.filter(pl.col("old").ne_missing(pl.col("new")))
        if cells.height:
            changed[column.name] = cells.with_columns(_kind(cells, column)).cast(CHANGED)
    return changed


_OF_WORDS = {Role.LABEL: label_kind, Role.WORDS: words_kind}


def _kind(cells: pl.DataFrame, column: Column) -> pl.Series:
    """The kind of each change; shifts and swaps, which need more than the cell, are found later."""
    if column.role in {Role.TERM, Role.MOMENT}:
        return cells.select(kind=term_kind(column))["kind"]
    if column.role is Role.LICENCE:
        respelled = pl.col("old").str.to_lowercase() == pl.col("new").str.to_lowercase()
        return cells.select(kind=pl.when(respelled).then(_lit(Kind.WORDS)).otherwise(term_kind(column)).cast(KINDS))["kind"]
    if column.role is Role.MEANING:
        return pl.Series("kind", [Kind.TERM.value], dtype=KINDS).new_from_index(0, cells.height)
    known = _by_role(cells, column)
    stated, emptied = cells["old"].is_null(), cells["new"].is_null()
    either = pl.when(stated).then(_lit(Kind.STATED)).when(emptied).then(_lit(Kind.EMPTIED)).otherwise(known)
    return cells.select(kind=either.cast(KINDS))["kind"]


def _by_role(cells: pl.DataFrame, column: Column) -> pl.Series:
    if column.role is Role.FIGURE:
        unread = (number("old").is_null() & pl.col("old").is_not_null()) | (number("new").is_null() & pl.col("new").is_not_null())
        if not cells.select(unread.any()).item():
            return cells.select(kind=figure_kind())["kind"]
        return code_kind(cells)
    others: Mapping[Role, Kind] = {Role.NAME: Kind.RENAMED, Role.REFERENCE: Kind.REFERENCE, Role.CODE: Kind.VALUE}
    if column.role in others:
        return code_kind(cells, others[column.role])
    if column.role in {Role.IDENTITY, Role.WHOLE}:
        return identity_kind(cells, has_signs=column.name == "doi")
    if column.role in _OF_WORDS:
        return _OF_WORDS[column.role](cells)
    return pl.Series("kind", [Kind.VALUE.value], dtype=KINDS).new_from_index(0, cells.height)


def _lit(kind: Kind) -> pl.Expr:
    return pl.lit(kind.value, dtype=KINDS)
