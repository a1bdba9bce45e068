"""What one trial counted, under one treatment or under two, and what it says about a measure.

A trial counts once: its arms of one side are ``combined`` first, and pooling refuses a trial that comes twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["FEW_TRIALS", "Counts", "Effect", "Pair", "check_labels", "combined"]

FEW_TRIALS = 4
"""Trials from which on they themselves say how far they differ; fewer need a prior."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One trial's participants under one treatment: ``events`` of ``n`` met the definition; the label names the trial.

    ValueError if n is below 1 or events aren't within 0 and n.
    """

    label: str
    events: int
    n: int

    def __post_init__(self) -> None:
        _check(self.label, self.events, self.n)


@dataclass(frozen=True, slots=True)
class Pair:
    """One trial's two sides: a against b. The label names the trial.

    ValueError if a side's n is below 1 or its events aren't within 0 and n.
    """

    label: str
    events_a: int
    n_a: int
    events_b: int
    n_b: int

    def __post_init__(self) -> None:
        _check(f"{self.label}, side a", self.events_a, self.n_a)
        _check(f"{self.label}, side b", self.events_b, self.n_b)

    @property
    def turned(self) -> Pair:
        """The same trial, b against a."""
        return Pair(self.label, self.events_b, self.n_b, self.events_a, self.n_a)

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Events and non-events of a, then of b."""
        return self.events_a, self.n_a - self.events_a, self.events_b, self.n_b - self.events_b

    @property
    def uninformative(self) -> bool:
        """Whether none of either side met the definition, or all of both: nothing to tell a ratio by."""
        return self.events_a == self.events_b == 0 or (self.events_a == self.n_a and self.events_b == self.n_b)


@dataclass(frozen=True, slots=True)
class Effect:
    """One trial's result, as a row of a forest plot."""

    label: str
    events: int
    """Participants who met the definition; of a pair, on both sides."""
    n: int
    """Participants analysed; of a pair, on both sides."""
    estimate: float
    low: float
    high: float
    """The trial's own 95% interval, of the kind that the measure has."""
    model_estimate: float
    model_se: float
    """What the model pools: the estimate on its scale, after any correction, and its standard error."""
    corrected: bool
    """Whether something was added to cells for the model."""
    weight: float = 100.0
    """Share of the pooled estimate in per cent."""


def _check(label: str, events: int, n: int) -> None:
    """ValueError, with the values, unless ``events`` of ``n`` can be."""
    if not (n >= 1 and 0 <= events <= n):
        raise ValueError(f"{label}: {events} events of {n} participants: n must be at least 1 and events within 0 and n")


def check_labels(labels: Iterable[str]) -> None:
    """ValueError unless there is a trial, and none comes twice: its participants would be counted twice."""
    seen = Counter(labels)
    if not seen:
        raise ValueError("nothing to pool: no trial was given")
    if twice := sorted(label for label, times in seen.items() if times > 1):
        raise ValueError(f"a trial counts once, but these are given more than once: {', '.join(twice)}; combine their arms first")


def combined(arms: Sequence[Counts]) -> Counts:
    """The arms of one trial on one side as one arm, so that the trial counts once and what they share a comparator with, too.

    So the Cochrane Handbook (chapter 23) treats a trial of three arms in a comparison of two. The label is the arms' own where
    they agree, and otherwise all of theirs joined by ``+``. ValueError for no arm.
    """
    if not arms:
        raise ValueError("nothing to combine: no arm was given")
    if len(arms) == 1:
        return arms[0]
    return Counts(
        label=" + ".join(dict.fromkeys(arm.label for arm in arms)),
        events=sum(arm.events for arm in arms),
        n=sum(arm.n for arm in arms),
    )
