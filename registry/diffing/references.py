"""Rows that refer to a row which was renamed: they follow it, which doesn't count as a change."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from registry.diffing.layout import Layout, Role
from registry.diffing.matching import Matching

__all__ = ["Renamings"]


@dataclass
class Renamings:
    """The identifiers that were given another name, by the column that holds them. Tables come in the order of their references."""

    _known: list[tuple[tuple[str, ...], str, pl.DataFrame]] = field(default_factory=list)

    def learn(self, old: pl.DataFrame, new: pl.DataFrame, found: Matching, layout: Layout) -> None:
        """Add the identifiers of a table's matched rows."""
        own = layout.own
        if own is None:
            return
        scope = tuple(n for n in layout.key if n != own.name)
        pairs = old[found.pairs["old"]].select(*scope, own.name)
        pairs = pairs.with_columns(new[found.pairs["new"]][own.name].alias("renamed"))
        pairs = pairs.filter(pl.col(own.name) != pl.col("renamed")).unique([*scope, own.name], keep="first", maintain_order=True)
        if not pairs.is_empty():
            self._known.append((scope, own.name, pairs))

    def followed(self, old: pl.DataFrame, layout: Layout) -> pl.DataFrame:
        """The old version of a table with the new identifiers wherever it refers to a row that was renamed."""
        refers = {c.name for c in layout.columns if c.role is Role.REFERENCE}
        for scope, own, pairs in self._known:
            if own in refers and all(old.schema.get(n) == pairs.schema[n] for n in (*scope, own)):
                joined = old.join(pairs, on=[*scope, own], how="left", maintain_order="left")
                old = joined.with_columns(pl.coalesce("renamed", own).alias(own)).drop("renamed")
        return old
