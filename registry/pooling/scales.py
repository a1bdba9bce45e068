"""Scales that figures are on: how they are pooled and carried back, where they end, how they are said, and which axis draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["DIFFERENCE", "RATIO", "SHARE", "Scale", "in_points", "p_said", "whole_percent", "whole_percents"]


@dataclass(frozen=True)
class Scale:
    """One scale. Figures are said within its limits, and kept as they were computed."""

    there: Callable[[float], float]
    """To the scale that the model pools on."""
    back: Callable[[float], float]
    """From it."""
    limits: tuple[float, float]
    """Between which every value lies; the ends of an interval may lie beyond, where they exclude nothing."""
    none: float | None
    """The value of no effect; None where figures are of one side alone."""
    axis: Literal["whole", "linear", "log"]
    """How it is drawn: whole from limit to limit, or about no effect on a linear or a logarithmic axis."""
    sentence: Callable[[float], str]
    """A figure in a sentence."""
    end: Callable[[float], str]
    """An end of an interval in a sentence."""
    cell: Callable[[float], str]
    """A figure in a table or plot whose head has named the unit."""
    tick: Callable[[float], str]
    """A mark on the axis."""
    unit: str = ""
    """What a head adds to a measure's name."""
    between: str = "–"
    """What is between the ends of an interval in a plot."""

    def within(self, value: float) -> float:
        """The value, or the limit beyond which it lies."""
        return min(max(value, self.limits[0]), self.limits[1])

    def said(self, value: float) -> str:
        """A figure in a sentence: ``1.23``, ``+5 points``, ``45.1%``."""
        return self.sentence(self.within(value))

    def interval(self, low: float, high: float) -> str:
        """An interval in a sentence: ``1.10 to 1.40``."""
        return f"{self.end(self.within(low))} to {self.end(self.within(high))}"

    def number(self, value: float) -> str:
        """A figure under a head that names the unit."""
        return self.cell(self.within(value))

    def numbers(self, low: float, high: float) -> str:
        """An interval under such a head: ``3.1 to 15.6``."""
        return f"{self.number(low)} to {self.number(high)}"

    def ends(self, low: float, high: float) -> str:
        """An interval in a plot: ``[3.1–15.6]``."""
        return f"[{self.number(low)}{self.between}{self.number(high)}]"


def p_said(p: float) -> str:
    """A p value: ``p = 0.24``, and never ``p = 0.00``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.{3 if p < 0.01 else 2}f}"


_NOBODY = 1e-9
"""A share that a sum of floats may give in place of 0."""


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -math.inf


def _exp(value: float) -> float:
    # Of hundreds of millions of participants an interval may go beyond what a float can hold.
    return math.exp(value) if value < 709 else math.inf


def _logit(share: float) -> float:
    return _log(share) - _log(1 - share)


def _expit(value: float) -> float:
    from registry.pooling.special import expit

    return float(expit(value))


def _times(ratio: float) -> str:
    """A ratio, to as many places as say anything."""
    if ratio < 0.005:
        return "<0.01"
    return f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.1f}" if ratio < 99.95 else f"{ratio:.0f}" if ratio <= 100 else ">100"


def whole_percent(share: float) -> str:
    """A share in whole per cent, to a place more where that would be nobody or everybody and isn't."""
    return _percent(share, 0)


def whole_percents(shares: Sequence[float]) -> str:
    """The least and the greatest of some shares in whole per cent; of one, that: ``12% to 45%``."""
    low, high = min(shares), max(shares)
    return whole_percent(low) if len(shares) == 1 else SHARE.interval(low, high)


def _percent(share: float, places: int) -> str:
    said = f"{share:.{places}%}"
    if not (_NOBODY < share < 1 - _NOBODY) or float(said[:-1]) not in {0, 100}:
        return said
    return f"{share:.1%}" if 0.0005 <= share < 0.9995 else "<0.1%" if share < 0.5 else ">99.9%"


def _whole_points(difference: float) -> str:
    """A difference of shares in whole points, to the first place that says anything."""
    small = _NOBODY < abs(difference) < 0.005
    return f"{100 * difference:+{'.1g' if small else '.0f'}}".replace("-", "−")


def in_points(difference: float) -> str:
    """A difference of shares in a sentence: ``+9 points``, ``−1 point``."""
    points = _whole_points(difference)
    return f"{points} point{'' if points in {'+1', '−1'} else 's'}"


def _points(difference: float) -> str:
    """A difference of shares in points, to the first place that says anything."""
    small = _NOBODY < abs(difference) < 0.0005
    return f"{100 * difference:+{'.1g' if small else '.1f'}}".replace("-", "−")


def _point_tick(difference: float) -> str:
    return f"{100 * difference:+.3g}".replace("-", "−") if difference else "0"


SHARE = Scale(
    there=_logit,
    back=_expit,
    limits=(0.0, 1.0),
    none=None,
    axis="whole",
    sentence=lambda share: _percent(share, 1),
    end=whole_percent,
    cell=lambda share: _percent(share, 1).removesuffix("%"),
    tick=lambda share: f"{100 * share:.0f}",
    unit=",\u00a0%",
)
"""Shares of participants, pooled on the logit scale."""

DIFFERENCE = Scale(
    there=float,
    back=float,
    limits=(-1.0, 1.0),
    none=0.0,
    axis="linear",
    sentence=in_points,
    end=_whole_points,
    cell=_points,
    tick=_point_tick,
    unit=", in\u00a0points",
    between="\u00a0to\u00a0",
)
"""Differences of two shares, pooled as they are."""

RATIO = Scale(
    there=_log,
    back=_exp,
    limits=(0.0, math.inf),
    none=1.0,
    axis="log",
    sentence=_times,
    end=_times,
    cell=_times,
    tick="{:g}".format,
)
"""Ratios, pooled as logarithms."""
