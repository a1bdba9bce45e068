"""Numbers as they were printed, and exact arithmetic with them.

A printed number is whole digits over a power of ten: ``69.3`` is 693/10. Whether a percentage can be a count out of n, or a mean
the mean of n whole scores, is then a question about whole numbers, with no rounding of our own. Both ways of rounding a half
are allowed for: a printed number stands for everything from half a unit below it to half a unit above, both ends included.

Of more than 10 decimals the number is rounded to 10: a spreadsheet's 59.405940594059405 is 60 of 101 but for what it was stored in.
Numbers over 2 × 10¹² in their last unit, and counts over a million, are not checked: null. So nothing here can overflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.lazily import pl

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "TINY",
    "as_printed",
    "count_cut_off",
    "counts_giving",
    "decimals",
    "denominators_giving",
    "half_unit",
    "number_of",
    "percent_of",
    "precision",
    "printed",
    "quotient_fits",
    "whole_between",
]

_DIGITS = 2 * 10**12
_DECIMALS = 10
_COUNT = 10**6
_LONG = rf"^([+-]?[0-9]*\.[0-9]{{{_DECIMALS}}})([0-9])[0-9]*$"
"""A number of more decimals, up to the last that counts, and the next digit."""

TINY = 1e-9
"""How much two numbers may differ because they are stored in binary."""


def decimals(text: pl.Expr) -> pl.Expr:
    """How many digits follow the point."""
    point = text.str.find(".", literal=True)
    return text.str.len_bytes().cast(pl.Int64) - point.cast(pl.Int64) - 1


def printed(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The digits of a printed number as a whole number, and the power of ten that they are over."""
    scales = {d: 10**d for d in range(_DECIMALS + 1)}
    scale = decimals(text).fill_null(0).clip(upper_bound=_DECIMALS).replace_strict(scales, default=None, return_dtype=pl.Int64)
    cut = text.str.replace(_LONG, "$1").str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    up = text.str.extract(_LONG, 2).cast(pl.Int64, strict=False).fill_null(0) >= 5
    digits = cut + pl.when(up).then(pl.when(text.str.starts_with("-")).then(-1).otherwise(1)).otherwise(0)
    return pl.when(digits.is_between(-_DIGITS, _DIGITS)).then(digits), scale


def number_of(count: pl.Expr) -> pl.Expr:
    """A count of people, null if it isn't one or is too large to be one."""
    return pl.when(count.is_between(1, _COUNT)).then(count)


def quotient_fits(text: pl.Expr, count: pl.Expr, n: pl.Expr) -> pl.Expr:
    """Whether the printed percentage is ``count`` out of ``n``: the two differ by half a printed unit at most."""
    digits, scale = printed(text)
    n, count = number_of(n), pl.when(count.is_between(0, _COUNT)).then(count)
    return (100 * count * scale - digits * n).abs() * 2 <= n


def whole_between(text: pl.Expr, n: pl.Expr, unit: int) -> tuple[pl.Expr, pl.Expr]:
    """The lowest and the highest whole k for which ``unit * k / n`` prints as the text; lowest above highest means none."""
    digits, scale = printed(text)
    n = number_of(n)
    lowest = -((-(2 * digits - 1) * n).floordiv(2 * unit * scale))
    return lowest, ((2 * digits + 1) * n).floordiv(2 * unit * scale)


def half_unit(text: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Half a unit in the last printed place; without the text, in the last place that the value needs."""
    halves = {d: 0.5 / 10**d for d in range(_DECIMALS + 1)}
    by_text = decimals(text).fill_null(0).clip(upper_bound=_DECIMALS).replace_strict(halves, default=0.0, return_dtype=pl.Float64)
    by_value = pl.lit(0.0)
    for d in reversed(range(7)):
        by_value = pl.when(value.round(d) == value).then(pl.lit(halves[d])).otherwise(by_value)
    return pl.when(text.is_not_null()).then(by_text).otherwise(by_value)


def _fraction(text: str) -> tuple[int, int]:
    """What :func:`printed` makes of a text, for one that it can read."""
    whole, _, rest = text.partition(".")
    up = len(rest) > _DECIMALS and rest[_DECIMALS] >= "5"
    digits = int(whole + rest[:_DECIMALS]) + up * (-1 if text.startswith("-") else 1)
    return digits, 10 ** min(len(rest), _DECIMALS)


def counts_giving(text: str, n: int) -> range:
    """Every count of n people that the printed percentage may stand for."""
    digits, scale = _fraction(text)
    lowest = -((-(2 * digits - 1) * n) // (200 * scale))
    highest = (2 * digits + 1) * n // (200 * scale)
    return range(max(lowest, 0), min(highest, n) + 1)


def count_cut_off(text: str, n: int) -> int | None:
    """The count of n people whose percentage begins with the digits of the text, if it was cut off there and not rounded; None if there is none."""
    digits, scale = _fraction(text)
    count = -(-digits * n // (100 * scale))
    return count if 0 <= count <= n and 100 * count * scale // n == digits else None


def denominators_giving(text: str, near: int, most: int) -> list[int]:
    """The five denominators nearest to ``near``, from 1 to ``most``, out of which some whole count gives the percentage."""
    candidates: Iterable[int] = range(max(1, near - 500), min(most, near + 500) + 1)
    fitting = [n for n in candidates if counts_giving(text, n)]
    return sorted(sorted(fitting, key=lambda n: (abs(n - near), n))[:5])


def percent_of(count: int, n: int, text: str) -> str:
    """``count`` out of ``n`` as a percentage with as many decimals as the text, a half rounded up."""
    _, scale = _fraction(text)
    digits = (200 * count * scale + n) // (2 * n)
    places = len(str(scale)) - 1
    return f"{digits // scale}.{digits % scale:0{places}d}" if places else str(digits)


def precision(of: str) -> pl.Expr:
    """Half a unit of the printed precision of a column that has its print next to it, in ``<column>_reported``."""
    return half_unit(pl.col(f"{of}_reported"), pl.col(of))


def as_printed(of: str) -> pl.Expr:
    """Whether a column's number is the one printed for it, in ``<column>_reported``."""
    value, text = pl.col(of), pl.col(f"{of}_reported").cast(pl.Float64, strict=False)
    return (value - text).abs() <= TINY * (1 + value.abs())
