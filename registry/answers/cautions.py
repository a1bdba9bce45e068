"""The warning beside a ratio that no trial measured and that its interval hardly narrows down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING, MEASURES
from registry.pooling.scales import RATIO

if TYPE_CHECKING:
    from registry.comparing.rung import Rung
    from registry.pooling.by_subject import Contrast

__all__ = ["WIDE", "caution", "caution_of_contrast", "caution_of_rung"]

WIDE = 4.0
"""How many times its lower end the upper end of a wide interval is, at least: the ratio may be half of what is printed, or twice.

docs/decisions/0016-when-an-indirect-ratio-is-called-wide.md says why four.
"""

_MOST = 100.0


def caution(low: float, high: float) -> str:
    """The warning for an indirect ratio with this 95% interval; empty where it isn't wide."""
    if high < WIDE * low:
        return ""
    factor = f"{high / low:.0f}" if high < _MOST * low else "over 100"
    settles = ", and it leaves open which of the two does better" if low < 1 < high else ""
    return (
        f"Wide and indirect: no trial gives it head to head, the upper end of the interval is {factor} times the lower{settles}."
    )


def caution_of_contrast(found: Contrast | None, measure: str = LEADING) -> str:
    """The warning for a contrast by that measure; empty where there is none to give, as of differences."""
    effect = None if found is None else found.effects.get(measure)
    if not isinstance(effect, Indirect) or MEASURES[measure].scale is not RATIO:
        return ""
    return caution(effect.low, effect.high)


def caution_of_rung(rung: Rung, measure: str = LEADING) -> str:
    """The warning for the ratio that a rung leads with: by the network, where there is one, if none of its trials had both."""
    if "population" in rung.assumptions:
        return ""
    if rung.network is None:
        return caution_of_contrast(rung.effect, measure)
    return "" if rung.network.k_direct else caution(rung.network.network.low, rung.network.network.high)
