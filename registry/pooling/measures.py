"""The measures that are pooled, a record each. Text, page, JSON, SQL, plots and documentation go through them.

To add one, add its record, and a formula for what one trial says about it: that is all. ``python -m registry.answers.measure_pages`` writes
what is rendered of it, and ``tests/comparing`` holds it to metafor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from registry.errors import RequestError
from registry.pooling.counts import Counts, Pair
from registry.pooling.scales import DIFFERENCE, RATIO, SHARE, Scale

if TYPE_CHECKING:
    from registry.pooling.intervals import Own
    from registry.pooling.segments import Array

__all__ = ["LEADING", "MEASURES", "ODDS_RATIO", "PROPORTION", "RISK_RATIO", "Measure", "measure_named"]

Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Measure(Generic[Counted]):
    """What is pooled, of ``Counts`` of one side or a ``Pair`` of two."""

    name: str
    """Its id, and its name in a sentence."""
    meaning: str
    """What it is, of a and b."""
    scale: Scale
    model: str
    """The scale that the model pools on, in words."""
    single: str
    """The interval that a single trial has, in words."""
    own: Callable[..., Own]
    """What each trial says itself, from its counts as arrays."""
    needs_cells: bool
    """Whether a trial says something of it only if some met the definition and some didn't."""
    empty: str
    """What is done about empty cells, for the documentation."""
    prior: float = 0.5
    """Of a measure without rules of its own: the scale of the half-normal prior on tau, on the model's scale."""

    @property
    def head(self) -> str:
        """Its name over a column, with the unit."""
        return self.name.capitalize().replace(" ", "\u00a0") + self.scale.unit


def _interval(name: str) -> Callable[..., Own]:
    """The formula of that name, which needs numpy: the records don't."""

    def own(*counts: Array) -> Own:
        from registry.pooling import intervals

        found: Own = getattr(intervals, name)(*counts)
        return found

    return own


PROPORTION: Measure[Counts] = Measure(
    name="proportion",
    meaning="events / n",
    scale=SHARE,
    model="logit",
    single="Wilson's",
    own=_interval("rate"),
    needs_cells=False,
    empty="as they are; nothing is added",
)
"""The rate of one side."""

_IN_ALL = "left out if both sides are empty, or both full; else as they are, and with a treatment-arm continuity correction for the trial's own line"

RISK_RATIO: Measure[Pair] = Measure(
    name="risk ratio",
    meaning="a / b",
    scale=RATIO,
    model="log risk ratio",
    single="the Wald interval of the log risk ratio",
    own=_interval("risk_ratio"),
    needs_cells=True,
    empty=_IN_ALL,
)

ODDS_RATIO: Measure[Pair] = Measure(
    name="odds ratio",
    meaning="odds of a / odds of b",
    scale=RATIO,
    model="log odds ratio",
    single="the Wald interval of the log odds ratio, by Woolf's standard error",
    own=_interval("odds_ratio"),
    needs_cells=True,
    empty=_IN_ALL,
)
"""What a network of trials is of."""

_CONTRASTS: tuple[Measure[Pair], ...] = (
    RISK_RATIO,
    Measure(
        name="risk difference",
        meaning="a − b",
        scale=DIFFERENCE,
        model="risk difference",
        single="Newcombe's",
        own=_interval("risk_difference"),
        needs_cells=False,
        empty="as they are, both sides empty included; nothing is added to the difference",
    ),
    ODDS_RATIO,
)

MEASURES: dict[str, Measure[Pair]] = {measure.name: measure for measure in _CONTRASTS}
"""The measures that compare two sides, by name, in display order."""

LEADING = RISK_RATIO.name
"""The measure shown first and drawn by default."""


def measure_named(name: str) -> Measure[Pair]:
    """The measure of two sides that has the name. Raises ``RequestError`` where none has."""
    if name not in MEASURES:
        raise RequestError(f"{name!r} is not a measure of comparison; choose one of {', '.join(MEASURES)}")
    return MEASURES[name]
