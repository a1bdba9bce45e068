"""What happened to a column and not to a cell: one kind of change in many of the cells that could have changed so."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from registry.diffing.cells import Beside
from registry.diffing.figures import decimals, number
from registry.diffing.frames import as_text
from registry.diffing.kinds import DAMAGE, Kind
from registry.diffing.layout import Column, Role
from registry.diffing.rules import FEWEST, LEAST_SHARE, REWRITTEN_FEWEST, REWRITTEN_SHARE
from registry.diffing.terms import is_unstated
from registry.diffing.texts import FOREIGN, LEADING_ZEROS

__all__ = ["Pattern", "patterns"]

_SCALED = {Kind.SIGN, Kind.TIMES_10, Kind.TIMES_100, Kind.DIVIDED_BY_10, Kind.DIVIDED_BY_100}
_LETTERS = {Kind.ENCODING, Kind.NORMALISATION}
_STATISTIC = "statistic"
_SHARES = {Kind.EXCHANGED: 0.0, Kind.SHORTENED: 0.8}
"""Of some kinds another share of the cells counts as throughout: figures in the wrong rows of two trials come from a process, and a title may be made shorter."""

_NO_REWRITING = (Kind.GAINED_PRECISION.value, Kind.STATED.value)
"""Changes of a figure that leave what it said."""


@dataclass(frozen=True)
class Pattern:
    """A kind of change throughout a column: in ``count`` cells of the ``possible`` ones that could have changed so."""

    table: str
    column: str
    kind: Kind
    count: int
    possible: int

    @property
    def is_damage(self) -> bool:
        """Whether the column no longer means what it did."""
        return self.kind in DAMAGE

    def __str__(self) -> str:
        return f"`{self.table}.{self.column}`: {self.count:,} of {self.possible:,} cells {self.kind.said}"


def patterns(changed: dict[str, pl.DataFrame], beside: Beside) -> tuple[Pattern, ...]:
    """The patterns of a table's changed cells, in the order of the columns."""
    found = []
    for column in beside.layout.columns:
        cells = changed.get(column.name)
        if cells is None or cells.height < FEWEST:
            continue
        counts = dict(cells["kind"].cast(pl.String).value_counts(sort=True).iter_rows())
        before = as_text(beside.column(column.name)[0]).alias("old").to_frame()
        for kind in (k for k in Kind if k is not Kind.VALUE and counts.get(k.value, 0) >= FEWEST):
            rows = cells.filter(pl.col("kind") == kind.value)["row"]
            possible = max(_alike(before, rows, beside).select(_could(kind).sum()).item(), counts[kind.value])
            if counts[kind.value] >= _SHARES.get(kind, LEAST_SHARE) * possible:
                found.append(Pattern(beside.layout.table, column.name, kind, counts[kind.value], possible))
        found += _rewritten(counts, before, column, beside.layout.table)
    return tuple(found)


def _alike(before: pl.DataFrame, rows: pl.Series, beside: Beside) -> pl.DataFrame:
    """The cells of the same statistics as those in these rows: a column of means holds baselines, which have no sign to change, too."""
    if _STATISTIC not in beside.new.columns:
        return before
    statistic = beside.column(_STATISTIC)[1]
    return before.filter(statistic.is_in(statistic.gather(rows).unique().implode(), nulls_equal=True))


def _could(kind: Kind) -> pl.Expr:
    """Whether a cell could have changed in this way, from how it stood."""
    if kind in _SCALED:
        return number("old").fill_null(0) != 0
    if kind is Kind.LOST_PRECISION:
        return decimals("old") > 0
    if kind is Kind.LOST_ZEROS:
        return pl.col("old").str.contains(LEADING_ZEROS).fill_null(False)
    if kind in _LETTERS:
        return pl.col("old").str.contains(FOREIGN).fill_null(False)
    if kind is Kind.STATED:
        return is_unstated("old")
    return pl.col("old").is_not_null()


def _rewritten(counts: dict[str, int], before: pl.DataFrame, column: Column, table: str) -> list[Pattern]:
    if column.role not in {Role.FIGURE, Role.CODE, Role.IDENTITY, Role.WHOLE} or column.key:
        return []
    count = sum(n for kind, n in counts.items() if kind not in _NO_REWRITING)
    possible = before["old"].count()
    # An identifier is copied, never computed: three that are others at once weren't each looked up.
    if count < (REWRITTEN_FEWEST if column.role is Role.FIGURE else FEWEST) or count < REWRITTEN_SHARE * possible:
        return []
    # Where one kind is most of it, that has been said, and more exactly.
    kind, most = max(counts.items(), key=lambda item: item[1])
    if most > count / 2 and kind != Kind.VALUE.value:
        return []
    return [Pattern(table, column.name, Kind.REWRITTEN, count, possible)]
