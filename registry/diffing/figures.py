"""The kind of change of a figure, from its old and new text."""

from __future__ import annotations

import polars as pl

from registry.diffing.kinds import KINDS, Kind

__all__ = ["decimals", "figure_kind", "number"]

_FACTORS = {
    Kind.TIMES_10: 10.0,
    Kind.TIMES_100: 100.0,
    Kind.DIVIDED_BY_10: 0.1,
    Kind.DIVIDED_BY_100: 0.01,
}
_TINY = 1e-9
_ABOUT = 0.2
"""Relative: a figure on the other side of zero that is as large to within this has changed its sign, whatever else changed."""

_NOISE = 1e-6
"""Relative: what a number loses that goes through 32 bits."""


def figure_kind() -> pl.Expr:
    """The kind of change between the columns ``old`` and ``new``, texts of figures. A figure as printed changes when its digits do: ``63.50`` to ``63.5``."""
    a, b = number("old"), number("new")
    places_a, places_b = decimals("old"), decimals("new")
    same_scale = (a - b).abs() <= a.abs() * _NOISE
    noise = same_scale & (places_b >= places_a + 4)
    lost = (places_b < places_a) & _is_rounded(a, b, places_b)
    gained = (places_b > places_a) & _is_rounded(b, a, places_a)
    scaled = pl.lit(None, dtype=pl.String)
    for kind, factor in _FACTORS.items():
        # Rounded, it is the same factor still, where more than a digit is left to tell it by.
        rounded = _is_rounded(a * factor, b, places_b) & (b.abs() >= 10 * _unit(places_b))
        scaled = pl.when((a != 0) & (((b / a / factor - 1).abs() <= _TINY) | rounded)).then(_lit(kind)).otherwise(scaled)
    return (
        pl.when((a * b < 0) & ((a + b).abs() <= _ABOUT * a.abs()))
        .then(_lit(Kind.SIGN))
        .when(scaled.is_not_null())
        .then(scaled)
        .when(lost | noise)
        .then(_lit(Kind.LOST_PRECISION))
        .when(gained)
        .then(_lit(Kind.GAINED_PRECISION))
        .otherwise(_lit(Kind.VALUE))
        .cast(KINDS)
    )


def number(column: str) -> pl.Expr:
    """The value of a text; null if it isn't a number."""
    return pl.col(column).cast(pl.Float64, strict=False)


def decimals(column: str) -> pl.Expr:
    """How many digits follow the point."""
    return pl.col(column).str.extract(r"\.(\d+)$").str.len_chars().fill_null(0).cast(pl.Int64)


def _is_rounded(fine: pl.Expr, coarse: pl.Expr, places: pl.Expr) -> pl.Expr:
    """Whether the coarse number is the fine one rounded, half either way, or cut off, to that many places."""
    unit = _unit(places)
    away = (fine - coarse).abs()
    slack = fine.abs() * 1e-12 + 1e-12
    return (away <= unit / 2 + slack) | ((away < unit) & (coarse.abs() <= fine.abs()))


def _unit(places: pl.Expr) -> pl.Expr:
    """What the last digit counts."""
    return pl.lit(10.0).pow(-places.cast(pl.Float64))


def _lit(kind: Kind) -> pl.Expr:
    return pl.lit(kind.value)
