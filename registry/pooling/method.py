"""How a figure was made: what it is estimated by, and what else matters about that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["CORRECTED", "Estimator", "Method", "Route"]

CORRECTED = "treatment-arm continuity correction"
"""What is added where a cell is empty."""


class Estimator(Enum):
    """What estimates a figure, in the few words that fit at the end of a line."""

    ITS_OWN = "its own interval"
    SUMMED = "summed counts"
    PRIOR = "prior on tau"
    EXACT = "exact likelihood"
    CONDITIONAL = "exact conditional likelihood"
    MANTEL_HAENSZEL = "Mantel–Haenszel, common effect"
    RANDOM = "random effects, Hartung–Knapp"
    INDIRECT = "indirect, Bucher"
    NETWORK = "network, restricted likelihood"
    NETWORK_PRIOR = "network, prior on tau"


_BESIDE = {
    Estimator.MANTEL_HAENSZEL: "Mantel–Haenszel",
    Estimator.RANDOM: "Hartung–Knapp",
    Estimator.CONDITIONAL: "exact likelihood",
}
"""Fewer words, for use with others."""


class Route(Enum):
    """What a risk ratio or difference is worked out from, in the words that its method begins with."""

    ITSELF = ""
    FROM_ODDS = "from the odds ratio, given both sides' pooled rates; "
    """It follows from the odds ratio, whose own method comes after it."""
    BESIDE_ODDS = "not from the odds ratio, which would lead beyond what its trials found; "
    """It would have followed from it, and is pooled itself."""


@dataclass(frozen=True)
class Method:
    """How a figure was made. As text it is ``words``, after those of its route."""

    by: Estimator
    words: str
    route: Route = Route.ITSELF
    scale: float | None = None
    """That of the half-normal prior on tau, on the measure's own scale, where effects are normal and tau is averaged over it."""
    corrected: bool = False
    """Whether counts have a continuity correction, without which nothing could be estimated."""
    by_rates: bool = False
    """Whether the interval is made of those of both sides' rates."""

    def __str__(self) -> str:
        return self.route.value + self.words

    @property
    def short(self) -> str:
        """The same in few words."""
        beside = _BESIDE.get(self.by, self.by.value)
        if self.route is Route.FROM_ODDS:
            return f"from the odds ratio, {beside}"
        return f"{beside}, continuity correction" if self.corrected else self.by.value
