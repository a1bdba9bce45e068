"""Comparing two versions of a package."""

from __future__ import annotations

import polars as pl

from registry.diffing.cells import Beside, changed_cells
from registry.diffing.descriptors import descriptor_changes, name_of
from registry.diffing.frames import Comparable, UnreadableError, as_text, harmonised, read, tidied
from registry.diffing.layout import WHOLES, Layout, Role, layout_of
from registry.diffing.matching import matched
from registry.diffing.owing import reasons
from registry.diffing.pairing import moved, renamed
from registry.diffing.patterns import patterns
from registry.diffing.references import Renamings
from registry.diffing.result import Difference, TableDifference
from registry.diffing.shifts import with_shifts
from schemas.tables import TABLES

__all__ = ["difference"]

_WORDED = {Role.NAME, Role.REFERENCE, Role.TERM, Role.CODE, Role.IDENTITY, Role.WHOLE, Role.WORDS, Role.MEANING}


def difference(old: Comparable, new: Comparable) -> Difference:
    """What changed from one version of a package to another, row by row on the keys, and which version that needs.

    White space, the order of rows, columns and lists, and the ways of writing one number aren't a change; neither are hashes and sizes of
    files. Raises :class:`registry.diffing.UnreadableError` where a package or a table can't be read: nothing is said about half a
    package.
    """
    for package in (old, new):
        if not package.descriptor:
            raise UnreadableError(f"the descriptor of {package.name} can't be read; `outcomes validate` shows why")
    try:
        descriptor = descriptor_changes(old, new)
    except RecursionError:
        raise UnreadableError(f"the descriptor of {new.name} is nested too deeply to compare") from None
    before, after = dict.fromkeys(old.tables), dict.fromkeys(new.tables)
    both = [t for t in before if t in after]
    renamings = Renamings()
    # Tables that are referred to come before those that refer to them: what was renamed there is followed here.
    tables = tuple(_compared(name, old, new, renamings) for name in sorted(both, key=_place))
    removed, added = tuple(t for t in before if t not in after), tuple(t for t in after if t not in before)
    return Difference(
        name_of(old.descriptor, old.name),
        name_of(new.descriptor, new.name),
        old.version,
        new.version,
        tables,
        removed,
        added,
        descriptor,
        reasons(descriptor, removed, added, tables),
    )


def _place(table: str) -> tuple[int, str]:
    known = list(TABLES)
    return (known.index(table), "") if table in known else (len(known), table)


def _compared(name: str, old: Comparable, new: Comparable, renamings: Renamings) -> TableDifference:
    a, b = read(old, name), read(new, name)
    if name == "terms":
        # What a term's file has no column for is empty.
        a, b = _with_columns_of(b, a), _with_columns_of(a, b)
    rows = a.height, b.height
    before, after = dict.fromkeys(a.columns), dict.fromkeys(b.columns)
    gone, come = tuple(c for c in before if c not in after), tuple(c for c in after if c not in before)
    # Nothing in such a cell says something, and so does no such column.
    a = _with_columns_of(b.select(c for c in come if c in WHOLES), a)
    layout = layout_of(name, [c for c in after if c in a.columns], (new.descriptor, old.descriptor))
    shared = [c.name for c in layout.columns]
    a, b, retyped = harmonised(a.select(shared), b.select(shared))
    # What a package's own descriptor takes for numbers is words all the same where the registry's tables have words.
    worded = [c.name for c in layout.columns if c.role in _WORDED and a[c.name].dtype != pl.String]
    a, b = (f.with_columns(as_text(f[n]).alias(n) for n in worded) for f in (a, b))
    named = [c.name for c in layout.columns if c.key or c.role in {Role.NAME, Role.REFERENCE}]
    a, b = tidied(a, named), tidied(b, named)
    followed = renamings.followed(a, layout)
    found = matched(followed, b, layout.key)
    found = (moved if layout.own is None else renamed)(followed, b, found, layout)
    renamings.learn(followed, b, found, layout)
    beside = Beside(followed, b, found, layout)
    changed = with_shifts(changed_cells(beside), beside)
    return TableDifference(
        name,
        layout,
        *rows,
        a[found.removed].select(layout.key),
        b[found.added].select(layout.key),
        _keys(changed, beside, layout),
        changed,
        gone,
        come,
        retyped,
        patterns(changed, beside),
    )


def _with_columns_of(other: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame, with the columns that only the other has, empty."""
    return frame.with_columns(pl.lit(None, other[c].dtype).alias(c) for c in other.columns if c not in frame.columns)


def _keys(changed: dict[str, pl.DataFrame], beside: Beside, layout: Layout) -> pl.DataFrame:
    """The keys of the rows that have a changed cell, in the new version, with the number by which the cells know them."""
    rows = pl.concat([pl.Series("row", dtype=pl.UInt32), *(c["row"] for c in changed.values())]).unique().sort()
    return beside.new[beside.found.pairs["new"].gather(rows)].select(rows.alias("row"), *layout.key)
