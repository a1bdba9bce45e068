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

from registry.pooling.network_known import integrated
from registry.pooling.network_model import NetworkModel, Part
from schemas.intervals import Z

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["SCORE_MEASURES", "Mean", "MeanPair", "PooledScore", "ScoreEffect", "combined_means", "pooled_scores"]

PRIOR = 0.276
"""Scale of the half-normal prior of tau, in standard deviations: 0.5 √3/π, what 0.5 is on log odds ratios."""

_FEW = 4


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
    prediction_low: float
    prediction_high: float
    tau: float | None
    """Standard deviation between trials; None of one trial."""
    trials: tuple[ScoreEffect, ...]
    method: str


def combined_means(arms: Sequence[Mean]) -> Mean:
    """Arms of one side as one: the mean and standard deviation of all their participants (Cochrane Handbook, section 6.5.2.10)."""
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
    "mean difference": (_difference, "a − b, in points of the scale"),
    "standardised mean difference": (_standardised, "a − b, in standard deviations (Hedges' g)"),
}
"""Each measure of two means: its formula, which gives estimate and standard error, and what it is."""


def pooled_scores(measure: str, pairs: Sequence[MeanPair]) -> PooledScore:
    """A measure of means, pooled over trials. ValueError for no trial, or one that comes twice."""
    import numpy as np

    labels = [pair.label for pair in pairs]
    if not pairs or len(set(labels)) < len(labels):
        raise ValueError("a trial counts once, and there must be one")
    formula, _ = SCORE_MEASURES[measure]
    trials = tuple(ScoreEffect(pair.label, pair.a.n + pair.b.n, *formula(pair)) for pair in pairs)
    # All is computed in standard deviations, in which the prior is.
    unit = _unit(pairs) if measure == "mean difference" else 1.0
    y, v = np.array([one.estimate for one in trials]) / unit, (np.array([one.se for one in trials]) / unit) ** 2
    known = integrated(NetworkModel((_effects(y, v),), 1), PRIOR)
    one = np.ones(1)
    ahead = known.of(one, in_another_trial=True)
    tau: float | None = None
    if len(trials) == 1:
        estimate, low, high = (of / unit for of in (trials[0].estimate, trials[0].low, trials[0].high))
        method = "one trial, its own normal interval"
    elif len(trials) < _FEW:
        low, estimate, high = (known.of(one).quantile(share) for share in (0.025, 0.5, 0.975))
        tau, method = (
            known.tau,
            f"{len(trials)} trials: half-normal({PRIOR}) prior on how much they differ, in standard deviations",
        )
    else:
        estimate, half, tau = _hartung_knapp(y, v)
        low, high = estimate - half, estimate + half
        method = f"Paule–Mandel tau², Hartung–Knapp interval, t({len(trials) - 1})"
    return PooledScore(
        measure=measure,
        k=len(trials),
        n=sum(trial.n for trial in trials),
        estimate=estimate * unit,
        low=low * unit,
        high=high * unit,
        prediction_low=ahead.quantile(0.025) * unit,
        prediction_high=ahead.quantile(0.975) * unit,
        tau=None if tau is None else tau * unit,
        trials=trials,
        method=method,
    )


def _unit(pairs: Sequence[MeanPair]) -> float:
    free = [pair.a.n + pair.b.n - 2 for pair in pairs]
    return math.sqrt(sum(of * pair.sd**2 for of, pair in zip(free, pairs, strict=True)) / sum(free))


def _effects(y: Array, v: Array) -> Part:
    """Trials by their effects: a network of one parameter."""
    import numpy as np

    def at(d: Array, tau: Array) -> tuple[Array, Array, Array]:
        weight = 1 / (v + tau[:, None] ** 2)
        rest = y - d
        value = (np.log(weight) - weight * rest**2).sum(axis=1) / 2
        return value, (weight * rest).sum(axis=1, keepdims=True), -weight.sum(axis=1)[:, None, None]

    return at


def _hartung_knapp(y: Array, v: Array) -> tuple[float, float, float]:
    """Estimate, half of the 95% interval, and tau. Where tau² is above zero the factor is 1 by Paule and Mandel's equation, and never below 1."""
    from scipy.special import stdtrit

    from registry.pooling.inverse_variance import common, paule_mandel
    from registry.pooling.segments import Segments

    trials = Segments([len(y)])
    (tau2,) = paule_mandel(trials, y, v)
    (mean,), (se,) = common(trials, y, v + tau2)
    return float(mean), float(stdtrit(len(y) - 1, 0.975) * se), math.sqrt(tau2)
