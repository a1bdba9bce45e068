"""Rates: binomial–normal from four trials on, a prior on tau for two or three, one trial's own. On the logit scale."""

from __future__ import annotations

import numpy as np

from registry.pooling import intervals
from registry.pooling.counts import FEW_TRIALS
from registry.pooling.figures import Figures, by_posteriors, described, empty, fit_counts, fit_middles, own_of, own_of_single
from registry.pooling.inverse_variance import common, paule_mandel
from registry.pooling.likelihoods import Binomial
from registry.pooling.method import Estimator, Method
from registry.pooling.posterior import of_effects
from registry.pooling.segments import Array, Segments
from registry.pooling.special import expit, logit

__all__ = ["PRIOR", "fit_medians", "fit_rates"]

PRIOR = 1.0
"""Scale of the half-normal prior on tau, for logit rates."""


def fit_rates(segments: Segments, events: Array, n: Array) -> Figures:
    """The pooled rate of each stratum, in logits but for ``mean``."""
    own, figures = intervals.rate(events, n), empty(segments)
    k, scale = segments.sizes, np.full(len(segments), PRIOR)
    total, everyone = segments.sums(events), segments.sums(n)
    extreme = (total == 0) | (total == everyone)
    for strata, fit in ((extreme, _summed), (~extreme, _likely)):
        if strata.any():
            some, trials = segments.chosen(strata)
            figures.put(strata, fit(some, events[trials], n[trials], scale[strata]), trials)
    with np.errstate(divide="ignore"):
        summed = logit(np.stack([total / everyone, *intervals.wilson(total, everyone)], axis=1))
        own_of_single(figures, segments, own, logit)
    figures.common[k > 1] = summed[k > 1]
    settled = (k > 1) & extreme
    figures.estimate[settled], figures.low[settled], figures.high[settled] = summed[settled].T
    # No prior made these: another wouldn't change them.
    figures.half[settled] = figures.double[settled] = np.nan
    many = (k >= FEW_TRIALS) & ~extreme
    figures.mean[many] = _mean_rate(figures.estimate[many], np.sqrt(figures.tau2[many]))
    told = zip(k.tolist(), extreme.tolist(), (total == 0).tolist(), strict=True)
    figures.method = np.array([_method(*one) for one in told], dtype=object)
    return figures


def fit_medians(segments: Segments, events: Array, n: Array) -> Array:
    """The logit of the median trial's rate alone, of strata with some events, but not only events: what ``fit_rates`` estimates."""
    own = intervals.rate(events, n)
    total, logits = segments.sums(events), own.model_estimate[segments.starts] if len(segments) else np.zeros(0)
    single = segments.sizes == 1
    logits[single] = logit(own.estimate[segments.starts[single]])
    if not single.all():
        some, trials = segments.chosen(~single)
        fewest = np.minimum(total, segments.sums(n) - total)[~single]
        likelihood, scale = Binomial(events[trials], n[trials]), np.full(len(some), PRIOR)
        logits[~single] = fit_middles(some, likelihood, own_of(own, trials), scale, fewest)
    return logits


def _likely(segments: Segments, events: Array, n: Array, scale: Array) -> Figures:
    total = segments.sums(events)
    fewest = np.minimum(total, segments.sums(n) - total)
    return fit_counts(segments, Binomial(events, n), intervals.rate(events, n), scale, fewest)


def _summed(segments: Segments, events: Array, n: Array, scale: Array) -> Figures:
    """Where there is no event at all, or nothing but, a flat prior on the mean leaves it without bounds: the corrected logits do."""
    own, figures = intervals.rate(events, n), empty(segments)
    variances = own.model_se**2
    tau2 = paule_mandel(segments, own.model_estimate, variances)
    described(figures, segments, own.model_estimate, variances, between=tau2, tau2=tau2)
    by_posteriors(figures, scale, of_effects(segments, own.model_estimate, variances, scale))
    figures.se = common(segments, own.model_estimate, variances)[1]
    return figures


def _mean_rate(mean: Array, tau: Array) -> Array:
    """The mean over trials of rates whose logits are normal."""
    at, weights = np.polynomial.hermite_e.hermegauss(41)
    # Not as a product of matrices, which adds up in another order for another number of strata.
    return np.asarray((expit(mean[:, None] + tau[:, None] * at) * weights).sum(axis=1) / weights.sum())


def _method(k: int, extreme: bool, none: bool) -> Method:
    if k == 1:
        return Method(Estimator.ITS_OWN, "one trial: its own rate, Wilson interval")
    if extreme:
        return Method(Estimator.SUMMED, f"{'no' if none else 'only'} events in any of {k} trials: summed counts, Wilson interval")
    if k < FEW_TRIALS:
        prior = f"prior on how much trials differ, half-normal({PRIOR:g}) on logit rates"
        return Method(Estimator.PRIOR, f"{k} trials: binomial likelihood, {prior}")
    return Method(Estimator.EXACT, f"binomial–normal, exact likelihood, t({k - 1})")
