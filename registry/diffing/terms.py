"""The kind of change of a vocabulary term or a time point."""

from __future__ import annotations

import polars as pl

from registry.diffing.kinds import KINDS, Kind
from registry.diffing.layout import Column, Role

__all__ = ["changed_term", "is_unstated", "term_kind"]

_UNSTATED = "unstated"
_KINDS = {"definitions": Kind.DEFINITION, "populations": Kind.POPULATION}


def is_unstated(column: str) -> pl.Expr:
    """Whether the cell says nothing: it is empty or ``unstated``."""
    return pl.col(column).is_null() | (pl.col(column) == _UNSTATED)


def changed_term(column: Column) -> Kind:
    """The kind that a term in place of another is."""
    return Kind.TIMEPOINT if column.role is Role.MOMENT else _KINDS.get(column.vocabulary or "", Kind.TERM)


def term_kind(column: Column) -> pl.Expr:
    """The kind of change between the columns ``old`` and ``new``, of terms.

    ``remission.unstated`` to ``remission.madrs.le10``, or ``bdi.unstated`` to ``bdi-1a``, states what was not stated;
    ``remission.unstated`` to ``response.madrs.ge50pct`` is another definition.
    """
    return (
        pl.when(is_unstated("old") & ~is_unstated("new") | _narrows("old", "new"))
        .then(pl.lit(Kind.STATED.value))
        .when(is_unstated("new") & ~is_unstated("old") | _narrows("new", "old"))
        .then(pl.lit(Kind.EMPTIED.value))
        .when(is_unstated("old") & is_unstated("new"))
        .then(pl.lit(Kind.VALUE.value))
        .otherwise(pl.lit(changed_term(column).value))
        .cast(KINDS)
    )


def _narrows(wide: str, narrow: str) -> pl.Expr:
    stem = pl.col(wide).str.strip_suffix(f".{_UNSTATED}")
    is_wide = pl.col(wide).str.ends_with(f".{_UNSTATED}") & ~pl.col(narrow).str.ends_with(f".{_UNSTATED}")
    return (is_wide & pl.col(narrow).str.starts_with(stem)).fill_null(False)
