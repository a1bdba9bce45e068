"""Which row of one version is which row of the other: by the key, in joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

__all__ = ["Matching", "joined", "matched"]

PAIRS = pl.Schema({"old": pl.UInt32(), "new": pl.UInt32()})


@dataclass(frozen=True)
class Matching:
    """Row numbers. ``pairs`` has the columns ``old`` and ``new``; the others are the rows that have no partner."""

    pairs: pl.DataFrame
    removed: pl.Series
    added: pl.Series

    def with_more(self, pairs: pl.DataFrame) -> Matching:
        """The same with further pairs, made of rows that had no partner."""
        if pairs.is_empty():
            return self
        return Matching(
            pl.concat([self.pairs, pairs.select("old", "new").cast(PAIRS)]).sort("new"),
            self.removed.filter(~self.removed.is_in(pairs["old"].implode())),
            self.added.filter(~self.added.is_in(pairs["new"].implode())),
        )


def matched(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> Matching:
    """Match the rows that have the same key; an empty cell is a value of its own, and words are the same in any Unicode normal form.

    Rows that share a key within a version, which no valid table has, are matched in the order of their content.
    """
    if not key:
        return Matching(pl.DataFrame(schema=PAIRS), _numbers(old), _numbers(new))
    left, right = _keyed(old, key), _keyed(new, key)
    names = [n for n in left.columns if n != "row"]
    if left.height == right.height and left.select(names).equals(right.select(names)):
        return Matching(pl.DataFrame({"old": left["row"], "new": right["row"]}), _numbers(old.clear()), _numbers(new.clear()))
    if left.select(names).is_duplicated().any() or right.select(names).is_duplicated().any():
        pairs = _by_content(left, right, old, new, names)
    else:
        pairs = joined(left, right, names)
    return Matching(
        pairs.sort("new"),
        left.join(pairs, left_on="row", right_on="old", how="anti").sort("row")["row"],
        right.join(pairs, left_on="row", right_on="new", how="anti").sort("row")["row"],
    )


def joined(left: pl.DataFrame, right: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The row numbers, ``old`` and ``new``, of the rows that agree in these columns; nulls agree with one another."""
    return left.rename({"row": "old"}).join(right.rename({"row": "new"}), on=list(names), nulls_equal=True).select("old", "new")


def _numbers(frame: pl.DataFrame) -> pl.Series:
    return pl.int_range(frame.height, dtype=pl.UInt32, eager=True).alias("row")


def _keyed(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The key's columns, fit to be joined, and the number of the row."""
    return frame.select(
        _numbers(frame),
        *(_composed(frame[name]).alias(f"key {i}") for i, name in enumerate(key)),
    )


def _composed(cells: pl.Series) -> pl.Series:
    if cells.dtype != pl.String or not cells.str.contains(r"[^\x00-\x7F]").any():
        return cells
    return cells.str.normalize("NFC")


def _by_content(
    left: pl.DataFrame, right: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame, names: Sequence[str]
) -> pl.DataFrame:
    """Pairs where keys repeat: first the rows that agree in all, then, key by key, the rest in the order of their content."""
    content = [f"cell {n}" for n in sorted({*old.columns} & {*new.columns})]
    sides = [
        pl.concat(
            [keyed, frame.select(pl.col(c.removeprefix("cell ")).cast(pl.String).alias(c) for c in content)], how="horizontal"
        )
        for keyed, frame in ((left, old), (right, new))
    ]
    pairs = pl.DataFrame(schema=PAIRS)
    for agreed in ([*names, *content], list(names)):
        before, after = (
            side.join(pairs, left_on="row", right_on=which, how="anti")
            .sort(content)
            .with_columns(nth=pl.int_range(pl.len()).over(agreed))
            .select("row", "nth", *agreed)
            for side, which in zip(sides, ("old", "new"), strict=True)
        )
        pairs = pl.concat([pairs, joined(before, after, [*agreed, "nth"])])
    return pairs
