"""The figures of many strata pooled by one measure, as arrays, and the rules by number of trials that fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from registry.pooling import inverse_variance
from registry.pooling.counts import FEW_TRIALS
from registry.pooling.intervals import Own
from registry.pooling.likelihoods import Likelihood
from registry.pooling.maximum import Maximum, maximum
from registry.pooling.method import Estimator, Method
from registry.pooling.mixtures import CENTRAL
from registry.pooling.posterior import Exact, Posterior, of_counts, of_effects
from registry.pooling.segments import Array, Segments
from registry.pooling.special import stdtrit
from schemas.intervals import Z

__all__ = [
    "SCALES",
    "Figures",
    "by_normal",
    "by_posteriors",
    "by_t",
    "described",
    "empty",
    "fit_counts",
    "fit_effects",
    "fit_middles",
    "own_of",
    "own_of_single",
    "random_effects",
]

SCALES = (0.5, 1.0, 2.0)
"""What the prior's scale is multiplied by: half, itself, double."""


@dataclass
class Figures:
    """By stratum, on the model's scale; nan where a figure isn't there. ``weight`` is by trial, in per cent of its stratum."""

    k: Array
    estimate: Array
    low: Array
    high: Array
    common: Array
    """The common effect and its interval, in three columns."""
    prediction: Array
    """The prediction interval, in two."""
    half: Array
    """Estimate and interval with the prior's scale halved, in three."""
    double: Array
    """The same with it doubled."""
    mean: Array
    """Of rates: the mean over trials, as a rate."""
    i2: Array
    tau2: Array
    q: Array
    q_p: Array
    se: Array
    method: Array
    """Of each stratum a ``Method``."""
    weight: Array

    def put(self, strata: Array, of: Figures, trials: Array | None = None) -> None:
        """Those strata's figures from ``of``, which has them alone, and its trials' weights."""
        for field in fields(self):
            if field.name != "weight":
                getattr(self, field.name)[strata] = getattr(of, field.name)
        if trials is not None:
            self.weight[trials] = of.weight


def empty(segments: Segments) -> Figures:
    """No figure as yet, but how many trials."""

    def nothing(*more: int) -> Array:
        return np.full((len(segments), *more), np.nan)

    return Figures(
        k=segments.sizes.copy(), estimate=nothing(), low=nothing(), high=nothing(), common=nothing(3), prediction=nothing(2), half=nothing(3),
        double=nothing(3), mean=nothing(), i2=nothing(), tau2=nothing(), q=nothing(), q_p=nothing(), se=nothing(),
        method=np.full(len(segments), None, dtype=object), weight=np.full(int(segments.sizes.sum()), 100.0),
    )  # fmt: skip


def described(figures: Figures, segments: Segments, effects: Array, variances: Array, *, between: Array, tau2: Array) -> None:
    """What the trials' own variances say about the spread, ``between`` being Paule and Mandel's; and the trials' weights at tau²."""
    seen = inverse_variance.spread(segments, effects, variances)
    several = segments.sizes > 1
    figures.tau2 = np.where(several, tau2, np.nan)
    figures.i2 = np.where(several, seen.i2(between), np.nan)
    figures.q, figures.q_p = seen.q, seen.q_p
    weights = 1 / (variances + tau2[segments.of])
    figures.weight = 100 * weights / segments.sums(weights)[segments.of]


def by_t(figures: Figures, strata: Array, mean: Array, se: Array) -> None:
    """Mean and interval with t, k − 1 degrees of freedom."""
    half = stdtrit(figures.k[strata] - 1, 0.975) * se
    figures.estimate[strata], figures.low[strata], figures.high[strata], figures.se[strata] = mean, mean - half, mean + half, se


def by_posteriors(figures: Figures, scale: Array, found: Iterator[tuple[Array, Posterior | Exact]]) -> None:
    """The prediction of all strata; of those with two or three trials the median and central 95%, with the prior's scale as it is, halved and doubled."""
    for strata, known in found:
        figures.prediction[strata] = known.another(scale[strata], CENTRAL[1:])
        several = figures.k[strata] > 1
        if several.any() and figures.k[strata].max() < FEW_TRIALS:
            half, middle, double = (known.mean(scale[strata] * times)[several] for times in SCALES)
            to = np.flatnonzero(strata)[several]
            figures.half[to], figures.double[to] = half, double
            figures.estimate[to], figures.low[to], figures.high[to] = middle.T
            figures.se[to] = (middle[:, 2] - middle[:, 1]) / (2 * Z)


def by_normal(mean: Array, se: Array) -> Array:
    """Mean and interval with the normal quantile, in three columns."""
    return np.stack([mean, mean - Z * se, mean + Z * se], axis=1)


def own_of_single(figures: Figures, segments: Segments, own: Own, there: Callable[[Array], Array]) -> None:
    """Of one trial alone, what it says itself; ``there`` leads to the model's scale."""
    one = segments.sizes == 1
    first = segments.starts[one]
    with np.errstate(divide="ignore"):
        figures.low[one], figures.high[one] = there(own.low[first]), there(own.high[first])
        figures.estimate[one] = there(own.estimate[first])
    figures.se[one] = own.model_se[first]


def fit_effects(segments: Segments, effects: Array, errors: Array, scale: Array, said: Callable[[float], str]) -> Figures:
    """Effects with standard errors, such as mean differences: one trial's own, a prior on tau for two or three, Hartung and Knapp's from four on.

    ``scale`` is the prior's, by stratum; ``said`` gives the words for it: ``half-normal(0.5) on log odds ratios``.
    """
    figures, variances = empty(segments), errors**2
    tau2 = inverse_variance.paule_mandel(segments, effects, variances)
    described(figures, segments, effects, variances, between=tau2, tau2=tau2)
    k = segments.sizes
    mean, error = inverse_variance.common(segments, effects, variances)
    figures.common[k > 1] = by_normal(mean, error)[k > 1]
    one, many = k == 1, k >= FEW_TRIALS
    figures.estimate[one], figures.low[one], figures.high[one], figures.se[one] = (
        mean[one],
        *by_normal(mean, error)[one, 1:].T,
        error[one],
    )
    by_posteriors(figures, scale, of_effects(segments, effects, variances, scale))
    random = inverse_variance.common(segments, effects, variances + tau2[segments.of])
    by_t(figures, many, random[0][many], random[1][many])
    figures.method = np.array(
        [
            Method(Estimator.ITS_OWN, "one trial: its own interval")
            if size == 1
            else Method(Estimator.PRIOR, f"{size} trials: prior on how much trials differ, {said(wide)}", scale=wide)
            if size < FEW_TRIALS
            else random_effects(size)
            for size, wide in zip(k.tolist(), scale.tolist(), strict=True)
        ],
        dtype=object,
    )
    return figures


def random_effects(k: int) -> Method:
    """What from four trials on is done where no counts are small."""
    return Method(Estimator.RANDOM, f"random effects, Paule–Mandel and Hartung–Knapp, t({k - 1})")


def fit_counts(segments: Segments, likelihood: Likelihood, own: Own, scale: Array, fewest: Array) -> Figures:
    """Counts with their exact likelihoods: a prior on tau for two or three trials, maximum likelihood from four on, and every prediction.

    ``fewest`` is the number of events in a stratum, or of non-events if there are fewer; each stratum's likelihood must have a maximum. Single trials get
    their own interval elsewhere.
    """
    figures, variances = empty(segments), own.model_se**2
    between = inverse_variance.paule_mandel(segments, own.model_estimate, variances)
    tau2 = between.copy()
    many = segments.sizes >= FEW_TRIALS
    if many.any():
        top = _maximum(*_chosen(many, segments, likelihood, own), tau2[many])
        by_t(figures, many, top.mean, top.se)
        tau2[many] = top.tau**2
    described(figures, segments, own.model_estimate, variances, between=between, tau2=tau2)
    by_posteriors(figures, scale, of_counts(segments, likelihood, scale, fewest))
    return figures


def fit_middles(segments: Segments, likelihood: Likelihood, own: Own, scale: Array, fewest: Array) -> Array:
    """The estimates of ``fit_counts`` alone, of strata with several trials."""
    found = np.empty(len(segments))
    many = segments.sizes >= FEW_TRIALS
    if many.any():
        some = _chosen(many, segments, likelihood, own)
        tau2 = inverse_variance.paule_mandel(some[0], some[2].model_estimate, some[2].model_se ** 2)
        found[many] = _maximum(*some, tau2).mean
    if not many.all():
        few, trials_likelihood, _ = _chosen(~many, segments, likelihood, own)
        place = np.flatnonzero(~many)
        for strata, known in of_counts(few, trials_likelihood, scale[~many], fewest[~many]):
            found[place[strata]] = known.mean(scale[~many][strata], CENTRAL[:1])[:, 0]
    return found


def _chosen(strata: Array, segments: Segments, likelihood: Likelihood, own: Own) -> tuple[Segments, Likelihood, Own]:
    some, trials = segments.chosen(strata)
    return some, likelihood.chosen(trials), own_of(own, trials)


def _maximum(segments: Segments, likelihood: Likelihood, own: Own, tau2: Array) -> Maximum:
    """Sought from where normal effects with that tau² have it."""
    start, _ = inverse_variance.common(segments, own.model_estimate, own.model_se**2 + tau2[segments.of])
    return maximum(segments, likelihood, start, np.sqrt(tau2))


def own_of(own: Own, trials: Array) -> Own:
    """Of some trials alone."""
    return Own(*(one[trials] for one in own))
