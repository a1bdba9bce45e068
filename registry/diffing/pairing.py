"""Rows that seem removed and added, and are one row under another key."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from registry.diffing.frames import tidied
from registry.diffing.layout import Column, Layout, Role
from registry.diffing.matching import PAIRS, Matching, joined

__all__ = ["moved", "renamed"]

_NAMING = ("label", "registration_id", "doi", "pmid", "sha256", "url", "title", "statement")
"""Columns that identify the subject of a row besides its identifier."""

_PLACE = "source_locator"

_LONGEST_NAME = 100
"""Characters of an identifier that another may have been cut off to: each length is tried separately."""


def renamed(old: pl.DataFrame, new: pl.DataFrame, found: Matching, layout: Layout) -> Matching:
    """Pair rows of a table whose identifiers changed: by what is left of the identifier, then by all that the row says, then by a name.

    A pair is made within the rest of the key (an arm within its study) and only where there is no second candidate.
    """
    own = layout.own
    if own is None or found.removed.is_empty() or found.added.is_empty():
        return found
    scope = [n for n in layout.key if n != own.name]
    rest = [c.name for c in layout.columns if not c.key]
    names = [c.name for c in layout.columns]
    left, right = _leftover(old, found.removed, names), _leftover(new, found.added, names)
    name = pl.col(own.name)
    bare = name.str.to_lowercase().str.replace_all(r"[^\pL\pN]", "").replace("", None)
    pairs: list[pl.DataFrame] = []
    for step in ([_without_zeros(name)], [bare]):
        pairs.append(_sole(*_without(left, right, pairs), scope, step, step))
    pairs += _cut(*_without(left, right, pairs), scope, own)
    for evidence in (rest, *([n] for n in _NAMING if n in rest)):
        step = [pl.col(c) for c in evidence]
        pairs.append(_sole(*_without(left, right, pairs), scope, step, step))
    return found.with_more(pl.concat(pairs))


def _cut(left: pl.DataFrame, right: pl.DataFrame, scope: Sequence[str], own: Column) -> list[pl.DataFrame]:
    """Pairs in which the new identifier is the old one cut off, at its end or at its beginning, to no less than half."""
    pairs: list[pl.DataFrame] = []
    name = pl.col(own.name)
    lengths = right.select(name.str.len_chars().unique())[own.name].drop_nulls().sort(descending=True)
    for length in lengths.filter(lengths <= _LONGEST_NAME):
        for piece in (name.str.slice(0, length), name.str.tail(length)):
            a, b = _without(left, right, pairs)
            a = a.filter(name.str.len_chars().is_between(length + 1, length * 2))
            b = b.filter(name.str.len_chars() == length)
            pairs.append(_sole(a, b, scope, [piece], [name]))
    return pairs


def _without_zeros(name: pl.Expr) -> pl.Expr:
    return name.str.replace_all(r"(^|\D)0+(\d)", "${1}${2}")


def _leftover(frame: pl.DataFrame, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    return tidied(frame[rows].select(names), names).with_columns(rows.alias("row"))


def _without(left: pl.DataFrame, right: pl.DataFrame, pairs: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that none of the pairs has yet."""
    done = pl.concat([*pairs, pl.DataFrame(schema=PAIRS)])
    return (
        left.join(done, left_on="row", right_on="old", how="anti", maintain_order="left"),
        right.join(done, left_on="row", right_on="new", how="anti", maintain_order="left"),
    )


def _sole(
    left: pl.DataFrame, right: pl.DataFrame, scope: Sequence[str], of_left: Sequence[pl.Expr], of_right: Sequence[pl.Expr]
) -> pl.DataFrame:
    """The pairs of rows that agree in scope and evidence, where each side has only one such row. Empty cells aren't evidence."""
    if not of_left:
        return pl.DataFrame(schema=PAIRS)
    names = [*(f"scope {i}" for i in range(len(scope))), *(f"evidence {i}" for i in range(len(of_left)))]
    sides = []
    for frame, evidence in ((left, of_left), (right, of_right)):
        side = frame.select(
            "row",
            *(pl.col(c).alias(f"scope {i}") for i, c in enumerate(scope)),
            *(e.alias(f"evidence {i}") for i, e in enumerate(evidence)),
        )
        some = pl.any_horizontal(pl.col(f"evidence {i}").is_not_null() for i in range(len(evidence)))
        sides.append(side.filter(some).filter(pl.struct(names).is_unique()))
    return joined(sides[0], sides[1], names)


def moved(old: pl.DataFrame, new: pl.DataFrame, found: Matching, layout: Layout) -> Matching:
    """Pair rows of figures whose key changed in what isn't a reference: in definition, day, set, instrument, event …

    Two rows are a pair where they refer to the same arm and agree in their figures; first those that differ in one part of the key, then those
    that differ in more. Of several candidates the first in the order of the key goes with the first.
    """
    if found.removed.is_empty() or found.added.is_empty():
        return found
    free = [c.name for c in layout.columns if c.key and c.role is not Role.REFERENCE]
    fixed = [n for n in layout.key if n not in free]
    figures = [c.name for c in layout.columns if not c.key and c.role is Role.FIGURE]
    figures = figures or [c.name for c in layout.columns if not c.key and c.role is Role.WORDS and c.name != _PLACE]
    if not free or not figures:
        return found
    names = [*fixed, *free, *figures]
    stated = pl.any_horizontal(pl.col(n).is_not_null() for n in figures)
    left, right = (_leftover(f, r, names).filter(stated) for f, r in ((old, found.removed), (new, found.added)))
    pairs: list[pl.DataFrame] = []
    for changed in (*([n] for n in free), free):
        kept = [*fixed, *(n for n in free if n not in changed), *figures]
        sides = [f.sort(free).with_columns(nth=pl.int_range(pl.len()).over(kept)) for f in _without(left, right, pairs)]
        before, after = (s.select("row", *kept, "nth") for s in sides)
        pairs.append(joined(before, after, [*kept, "nth"]))
    return found.with_more(pl.concat(pairs))
