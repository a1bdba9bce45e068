"""Means of two sides: their difference, plain and standardised, of one trial and pooled over trials.

* *Mean difference*: a − b in the scale's points; its variance sd²/n of either side, added (Cochrane Handbook, section 6.5.1).
* *Standardised mean difference*: Hedges' g, the difference by the pooled standard deviation times the exact correction J (10.3102/10769986006002107), with
  variance 1/n_a + 1/n_b + g²/(2(n_a + n_b)), as in metafor's ``escalc``. Only of changes among each other, or of endpoints: standard deviations of
  changes and of endpoints measure different things (Cochrane Handbook, section 10.5.2). Strata keep them apart.
* *Pooled*: of one trial its own, normal interval; of two or three the median with tau integrated over a half-normal prior of 0.276 standard deviations;
  from four on Paule and Mandel's tau² and Hartung and Knapp's interval, the factor never below 1. The prediction is by the prior throughout
  (docs/decisions/0009-estimators-for-few-trials-and-few-events.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.pooling.counts import check_labels
from registry.pooling.method import Method
from registry.pooling.predictions import prediction
from registry.pooling.random_effects import Range
from schemas.intervals import Z

if TYPE_CHECKING:
    from registry.pooling.segments import Array

__all__ = [
    "IN_POINTS",
    "SCORE_MEASURES",
    "Mean",
    "MeanPair",
    "PooledScore",
    "ScoreEffect",
    "combined_means",
    "every_pooled_score",
]

IN_POINTS = "mean difference"
"""The measure that needs one scale."""

PRIOR = 0.276
"""Scale of the half-normal prior of tau, in standard deviations: 0.5 √3/π, what 0.5 is on log odds ratios."""


@dataclass(frozen=True, slots=True)
class Mean:
    """n participants' mean, and their standard deviation. ValueError if n is below 2 or the deviation isn't above 0."""

    n: int
    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not (self.n > 1 and self.sd > 0 and math.isfinite(self.mean)):
            raise ValueError(f"mean {self.mean}, sd {self.sd} of {self.n} participants: n must be above 1 and sd above 0")


@dataclass(frozen=True, slots=True)
class MeanPair:
    """One trial's two sides; the label names the trial."""

    label: str
    a: Mean
    b: Mean

    @property
    def sd(self) -> float:
        """The standard deviation pooled over both sides."""
        free = self.a.n + self.b.n - 2
        return math.sqrt(((self.a.n - 1) * self.a.sd**2 + (self.b.n - 1) * self.b.sd**2) / free)


@dataclass(frozen=True, slots=True)
class ScoreEffect:
    """One trial's result, with its 95% interval."""

    label: str
    n: int
    estimate: float
    se: float

    @property
    def low(self) -> float:
        return self.estimate - Z * self.se

    @property
    def high(self) -> float:
        return self.estimate + Z * self.se


@dataclass(frozen=True, slots=True)
class PooledScore:
    """Trials' differences pooled, with 95% intervals; the prediction is for another such trial."""

    measure: str
    k: int
    n: int
    estimate: float
    low: float
    high: float
    half: Range | None
    double: Range | None
    """The estimate with the prior's scale halved and doubled; None where no prior makes it."""
    prediction_low: float
    prediction_high: float
    tau: float | None
    """Standard deviation between trials, by Paule and Mandel; None of one trial."""
    trials: tuple[ScoreEffect, ...]
    method: Method


def combined_means(arms: Sequence[Mean]) -> Mean:
    """Arms of one side as one: the mean and standard deviation of all their participants (Cochrane Handbook, section 6.5.2.10). A single arm
    is itself, to the last digit.
    """
    if len(arms) == 1:
        return arms[0]
    n = sum(arm.n for arm in arms)
    mean = sum(arm.n * arm.mean for arm in arms) / n
    squares = sum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    return Mean(n, mean, math.sqrt(squares / (n - 1)))


def _difference(pair: MeanPair) -> tuple[float, float]:
    return pair.a.mean - pair.b.mean, math.sqrt(pair.a.sd**2 / pair.a.n + pair.b.sd**2 / pair.b.n)


def _standardised(pair: MeanPair) -> tuple[float, float]:
    n, free = pair.a.n + pair.b.n, pair.a.n + pair.b.n - 2
    exact = math.exp(math.lgamma(free / 2) - math.log(math.sqrt(free / 2)) - math.lgamma((free - 1) / 2))
    g = exact * (pair.a.mean - pair.b.mean) / pair.sd
    return g, math.sqrt(1 / pair.a.n + 1 / pair.b.n + g**2 / (2 * n))


SCORE_MEASURES: Mapping[str, tuple[Callable[[MeanPair], tuple[float, float]], str]] = {
    IN_POINTS: (_difference, "a − b, in points of the scale"),
    "standardised mean difference": (_standardised, "a − b, in standard deviations (Hedges' g)"),
}
"""Each measure of two means: its formula, which gives estimate and standard error, and what it is."""


def every_pooled_score(measure: str, strata: Sequence[Sequence[MeanPair]]) -> list[PooledScore]:
    """A measure of means, pooled over the trials of each stratum, all computed at once. ValueError for a stratum with no trial, or with one twice."""
    if not strata:
        return []
    import numpy as np

    from registry.pooling.figures import fit_effects
    from registry.pooling.segments import Segments

    for pairs in strata:
        check_labels(pair.label for pair in pairs)
    formula, _ = SCORE_MEASURES[measure]
    trials = [tuple(ScoreEffect(pair.label, pair.a.n + pair.b.n, *formula(pair)) for pair in pairs) for pairs in strata]
    effects, errors = np.array([(one.estimate, one.se) for some in trials for one in some]).T
    # The prior is in standard deviations.
    scale = PRIOR * np.array([_unit(pairs) if measure == IN_POINTS else 1.0 for pairs in strata])
    figures = fit_effects(
        Segments([len(pairs) for pairs in strata]),
        effects,
        errors,
        scale,
        lambda _: f"half-normal({PRIOR}) in standard deviations",
    )

    def range_of(values: Array) -> Range | None:
        return None if np.isnan(values).any() else Range(*values.tolist())

    return [
        PooledScore(
            measure=measure,
            k=len(some),
            n=sum(trial.n for trial in some),
            estimate=float(figures.estimate[i]),
            low=float(figures.low[i]),
            high=float(figures.high[i]),
            half=range_of(figures.half[i]),
            double=range_of(figures.double[i]),
            prediction_low=below,
            prediction_high=above,
            tau=None if len(some) == 1 else math.sqrt(figures.tau2[i]),
            trials=some,
            method=figures.method[i],
        )
        for i, some in enumerate(trials)
        for below, above in [prediction(figures.prediction[i].tolist(), float(figures.low[i]), float(figures.high[i]))]
    ]


def _unit(pairs: Sequence[MeanPair]) -> float:
    free = [pair.a.n + pair.b.n - 2 for pair in pairs]
    return math.sqrt(sum(of * pair.sd**2 for of, pair in zip(free, pairs, strict=True)) / sum(free))
