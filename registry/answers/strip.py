"""A strip plot: a claimed rate, with its margin, beside every rate that the registry has, and the pooled ones under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.auditing.grounds import Evidence, Placed
from registry.auditing.margins import around
from registry.auditing.spans import Span

__all__ = ["WIDTH", "Strip", "strip_of"]

WIDTH = 320.0
_LEFT, _RIGHT = 20.0, 312.0
_TOP, _ROW = 16.0, 15.0
_HIGHEST = 110.0
"""The most that dots are piled up; where there are more, they are smaller."""
_SIZES = (3.0, 2.4, 1.9, 1.5, 1.1, 0.8)


@dataclass(frozen=True)
class Strip:
    """Where everything is on a sheet that is ``WIDTH`` wide: x grows from 0% to 100%, y downwards. ``band`` is the claim with its margin,
    and ``claim`` the claim itself, each from x to x; both are None where it gives no figure.
    """

    height: float
    axis: float
    radius: float
    dots: tuple[tuple[float, float, str], ...]
    rows: tuple[Mapping[str, Any], ...]
    ticks: tuple[tuple[float, int], ...]
    band: tuple[float, float] | None
    claim: tuple[float, float] | None
    label: float


def strip_of(claim: Span | None, rates: Sequence[Placed], readings: Sequence[Evidence]) -> Strip:
    """The plot of a claim in per cent, or of none, with all rates and those that were pooled in its readings."""
    kinds = sorted(rates, key=lambda one: (not one.read, not one.here, one.row.rate))
    radius, dots = _piled(kinds)
    axis = _TOP + max((y for _, y, _ in dots), default=0.0) + radius + 3
    spots = tuple((x, axis - y - 2, kind) for x, y, kind in dots)
    rows = tuple(
        {
            "y": axis + 26 + _ROW * number,
            "letter": letter_of(number),
            "estimate": _x(item.figures["estimate"]),
            "mean": (_x(item.figures["low"]), _x(item.figures["high"])),
            "new": None
            if item.figures["prediction_low"] is None
            else (_x(item.figures["prediction_low"]), _x(item.figures["prediction_high"])),
        }
        for number, item in enumerate(readings)
    )
    allowed = None if claim is None else around(claim)
    own = None if claim is None else (_x(claim.low / 100), _x(claim.high / 100))
    return Strip(
        height=axis + 20 + _ROW * len(rows) + (4 if rows else 0),
        axis=axis,
        radius=radius,
        dots=spots,
        rows=rows,
        ticks=tuple((_x(tick / 100), tick) for tick in (0, 25, 50, 75, 100)),
        band=None if allowed is None else (_x(allowed.low / 100), _x(allowed.high / 100)),
        claim=own,
        label=0.0 if own is None else min(max(sum(own) / 2, _LEFT + 45), _RIGHT - 45),
    )


def letter_of(number: int) -> str:
    """A, B, …, Z, then AA: what a reading is called in the plot and in its table."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _x(share: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * share, 1)


def _piled(rates: Sequence[Placed]) -> tuple[float, list[tuple[float, float, str]]]:
    """The dots piled up where they would cover each other, with how far each is above the axis; read ones are lowest."""
    for radius in _SIZES:
        step = 2 * radius + 0.5
        piles: Counter[int] = Counter()
        dots = []
        for one in rates:
            place = round((_x(one.row.rate) - _LEFT) / step)
            dots.append((round(_LEFT + place * step, 1), round(radius + piles[place] * step, 1), _kind(one)))
            piles[place] += 1
        if not piles or max(piles.values()) * step <= _HIGHEST:
            break
    return radius, dots


def _kind(one: Placed) -> str:
    return "read" if one.read else "here" if one.here else "others"
