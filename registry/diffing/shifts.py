"""Values that are in the wrong place: two columns swapped, a column moved into the next, or figures moved to the next row or exchanged with another."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from registry.diffing.cells import Beside
from registry.diffing.frames import as_text
from registry.diffing.kinds import KINDS, Kind
from registry.diffing.layout import Role
from registry.diffing.rules import FEWEST

__all__ = ["with_shifts"]

_SAMPLE = 2000
"""Changed cells of a column that are sampled before joining it with all those of another."""

_MOST = 0.5
_NEARLY_ALL = 0.8
_DISTINCT = 3
"""Different values that must have moved a row: in a column of few values one often is the next row's."""

_TRIAL, _TRIALS = "study_id", 2
"""The column that names a trial, and how many must have figures of other rows."""

_TELLING = 2
"""Figures of a row that must be another's: one number often is."""

Changed = dict[str, pl.DataFrame]


def with_shifts(changed: Changed, beside: Beside) -> Changed:
    """The changed cells with the kinds ``swapped``, ``shifted-column``, ``shifted-rows`` and ``exchanged`` wherever these are what happened."""
    names = [c.name for c in beside.layout.columns if not c.key]
    columns = [n for n in names if n in changed]
    if not columns:
        return changed
    may_move = {c.name for c in beside.layout.columns if c.role is not Role.PLAIN or beside.new[c.name].dtype.is_temporal()}
    marks: dict[str, list[pl.Series]] = {n: [] for n in columns}
    found = dict(changed)
    for kind, of_kind in (
        (Kind.EXCHANGED, _exchanged(changed, beside)),
        (Kind.SHIFTED_ROWS, {n: _moved_rows(changed[n], beside, n) for n in columns if n in may_move}),
        (Kind.SHIFTED_COLUMN, _moved_columns(changed, names)),
        (Kind.SWAPPED, _swapped(changed, columns)),
    ):
        for name, rows in of_kind.items():
            if rows.len():
                marks[name].append(rows)
                is_marked = pl.col("row").is_in(rows.implode())
                kinds = pl.when(is_marked).then(pl.lit(kind.value, dtype=KINDS)).otherwise("kind")
                found[name] = found[name].with_columns(kind=kinds.cast(KINDS))
    return found


def _exchanged(changed: Changed, beside: Beside) -> dict[str, pl.Series]:
    """By column the rows whose figures are all those of another row that changed, which has given them away: arms that were exchanged, or
    rows that were shuffled under their keys.

    In one trial somebody may have put two arms right. In two it is a process.
    """
    figures = [c.name for c in beside.layout.columns if c.role is Role.FIGURE and not c.key]
    named = [n for n in figures if n in changed]
    if not named or _TRIAL not in beside.layout.key:
        return {}
    if len(named) >= _TELLING:
        figures = named
    rows = pl.concat([changed[n]["row"] for n in named]).unique()
    both = {
        f"{side} {n}": as_text(column.gather(rows))
        for n in figures
        for side, column in zip(("old", "new"), beside.column(n), strict=True)
    }
    some = pl.DataFrame({"row": rows, _TRIAL: beside.column(_TRIAL)[1].gather(rows), **both})
    told = pl.sum_horizontal(pl.col(f"new {n}").is_not_null() for n in figures) >= _TELLING
    old, new = ([f"{side} {n}" for n in figures] for side in ("old", "new"))
    hits = some.filter(told)
    for one, other in ((new, old), (old, new)):
        hits = hits.join(some, left_on=one, right_on=other, how="semi", nulls_equal=True)
    if hits[_TRIAL].n_unique() < _TRIALS:
        return {}
    return {n: changed[n].filter(pl.col("row").is_in(hits["row"].implode()))["row"] for n in named}


def _swapped(changed: Changed, columns: list[str]) -> dict[str, pl.Series]:
    """By column the rows in which it holds what another held, and the other what it held."""
    cells = pl.concat([changed[n].select("row", "old", "new", column=pl.lit(n)) for n in columns])
    # No changed cell answers itself, since it holds something else than before: one look at all of them finds every pair.
    answered = cells.join(cells, left_on=["row", "old", "new"], right_on=["row", "new", "old"], how="semi", nulls_equal=True)
    return {str(n): rows["row"] for (n,), rows in answered.partition_by("column", as_dict=True).items()}


def _worth_it(a: pl.DataFrame, b: pl.DataFrame) -> bool:
    """Whether some of the values of one are found in the other; a sample is asked where there are many."""
    if a.height <= _SAMPLE:
        return True
    some = a.gather_every(a.height // _SAMPLE).join(b, on="row", suffix=" b")
    return bool(some.select((pl.col("new") == pl.col("old b")).any()).item())


def _moved_columns(changed: Changed, names: list[str]) -> dict[str, pl.Series]:
    """By column the rows in which it holds what a neighbour held before, and the neighbour doesn't any more.

    One such cell proves nothing where the neighbour was corrected too: the neighbour must have been left empty, or it must have
    happened in several rows and in most of those in which the column changed.
    """
    rows: dict[str, list[pl.Series]] = {}
    neighbours = list(pairwise(names))
    for source, target in [*neighbours, *((b, a) for a, b in neighbours)]:
        if source not in changed or target not in changed or not _worth_it(changed[target], changed[source]):
            continue
        both = changed[target].join(changed[source], on="row", suffix=" s")
        hits = both.filter(pl.col("new") == pl.col("old s"))
        if hits.height < max(FEWEST, _MOST * changed[target].height):
            hits = hits.filter(pl.col("new s").is_null())
        rows.setdefault(target, []).append(hits["row"])
        # What was left empty has moved away and was not withdrawn.
        rows.setdefault(source, []).append(hits.filter(pl.col("new s").is_null())["row"])
    return {n: pl.concat(found).unique() for n, found in rows.items()}


def _moved_rows(cells: pl.DataFrame, beside: Beside, name: str) -> pl.Series:
    """The rows that hold what the row before or after held, if that is so of nearly all that changed; else none.

    Rows have no order that means anything, but a value slips in somebody's: that of the old file, or of the new one.
    """
    nothing = cells["row"].clear()
    if cells.height < FEWEST:
        return nothing
    old, new = beside.column(name)
    table = (
        pl.DataFrame({"old": old, "new": new})
        .with_row_index("row")
        .with_columns(changed=pl.col("row").is_in(cells["row"].implode()), place=beside.found.pairs["old"])
    )
    best = nothing
    for order in ("place", "row"):  # matched rows stand in the new file's order
        ordered = table.sort(order)
        for step in (1, -1):
            follows = (pl.col("new") == pl.col("old").shift(step)).fill_null(False)
            # A cell is pushed by one that was pushed too: alone among rows that stayed, it has been corrected.
            pushed = follows.shift(1, fill_value=False) | follows.shift(-1, fill_value=False)
            hits = ordered.filter(pl.col("changed") & follows & pushed)
            if hits.height > best.len() and hits["new"].n_unique() >= _DISTINCT:
                best = hits["row"]
    return best if best.len() >= max(FEWEST, _NEARLY_ALL * cells.height) else nothing
