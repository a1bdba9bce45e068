"""Two sides against each other, trial by trial a table of two by two: odds ratio, risk ratio and risk difference of many strata at once.

*Sparse* is a stratum in which a cell is below 5. There the odds ratio has its conditional likelihood. Risk ratio and difference follow from it, and from
that of two or three trials, given both sides' pooled rates: the same whichever side is named first. Mantel and Haenszel's common effects are beside them.
Where one side has no event in any trial, or nothing but, they are all there is. Where what follows lies outside the trials' own, no trial has rates like those
pooled, and the measure itself is pooled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from registry.pooling import intervals, mantel_haenszel
from registry.pooling.counts import FEW_TRIALS
from registry.pooling.figures import (
    Figures,
    by_normal,
    by_t,
    described,
    empty,
    fit_counts,
    fit_effects,
    own_of,
    own_of_single,
    random_effects,
)
from registry.pooling.intervals import Own
from registry.pooling.inverse_variance import common, paule_mandel
from registry.pooling.likelihoods import Hypergeometric
from registry.pooling.method import CORRECTED, Estimator, Method, Route
from registry.pooling.rates import fit_medians
from registry.pooling.segments import Array, Segments
from registry.pooling.special import expit, logit
from schemas.intervals import Z

__all__ = ["PRIOR", "SPARSE_BELOW", "TwoByTwo", "fit_tables"]

PRIOR = 0.5
"""Scale of the half-normal prior on tau, for log odds ratios."""

SPARSE_BELOW = 5
"""A cell below it makes a stratum sparse."""

_ROUNDED = 1e-9

_ADDED = f"{CORRECTED} because one side has none in any trial"

_MOST_TABLES = 10_000
"""Tables whose exact likelihoods are held together, 14 kB each and twice while they are added up."""

_PRIOR_WORDS = f"half-normal({PRIOR:g}) on log odds ratios"


@dataclass(frozen=True)
class TwoByTwo:
    """The trials of many strata, as arrays of floats."""

    segments: Segments
    events_a: Array
    n_a: Array
    events_b: Array
    n_b: Array

    @property
    def cells(self) -> tuple[Array, Array, Array, Array]:
        """Events and non-events of a, then of b."""
        return self.events_a, self.n_a - self.events_a, self.events_b, self.n_b - self.events_b

    @property
    def counts(self) -> tuple[Array, Array, Array, Array]:
        return self.events_a, self.n_a, self.events_b, self.n_b

    @property
    def informative(self) -> Array:
        """The trials that say something of a ratio: those with events, and with non-events, on some side."""
        a, not_a, b, not_b = self.cells
        return np.asarray((a + b > 0) & (not_a + not_b > 0))

    @property
    def sparse(self) -> Array:
        """The strata with a cell below 5."""
        smallest = np.stack(self.cells).min(axis=0)
        return np.asarray(self.segments.over(np.minimum, smallest) < SPARSE_BELOW)

    def kept(self, trials: Array) -> tuple[TwoByTwo, Array]:
        """Of those trials alone, and the strata that have any."""
        segments, strata = self.segments.kept(trials)
        return TwoByTwo(segments, *(one[trials] for one in self.counts)), strata

    def chosen(self, strata: Array) -> TwoByTwo:
        segments, trials = self.segments.chosen(strata)
        return TwoByTwo(segments, *(one[trials] for one in self.counts))


def fit_tables(tables: TwoByTwo) -> dict[str, tuple[Figures, Array]]:
    """By measure, the figures of the strata that have one, and which these are; ratios' in logarithms.

    Ratios leave out trials that say nothing about them.
    """
    ratio, there = tables.kept(tables.informative)
    odds, odds_everywhere = _odds_ratio(ratio), empty(tables.segments)
    odds_everywhere.put(there, odds)
    rates = _rates(tables)
    ratio_rates = rates[:, there]
    fewer = ratio.segments.sizes < tables.segments.sizes[there]
    ratio_rates[:, fewer] = _rates(ratio.chosen(fewer))
    everywhere = np.ones(len(tables.segments), dtype=bool)
    ratios, turned = _other(ratio, _RISK_RATIO, odds, ratio_rates)
    differences, also_turned = _other(tables, _RISK_DIFFERENCE, odds_everywhere, rates)
    # Both or neither, so that ratio and difference point in one direction.
    outside = also_turned & _outside(differences.estimate, tables, _RISK_DIFFERENCE)
    outside[there] |= turned & _outside(ratios.estimate, ratio, _RISK_RATIO)
    _pool_itself(ratios, turned & outside[there], ratio, _RISK_RATIO)
    _pool_itself(differences, also_turned & outside, tables, _RISK_DIFFERENCE)
    return {
        "risk ratio": (ratios, there),
        "risk difference": (differences, everywhere),
        "odds ratio": (odds, there),
    }


def _rates(tables: TwoByTwo) -> Array:
    """What both sides' rates are given a log odds ratio, by stratum: where side a's logit is at none, how much of the log odds ratio it lies above that, side
    b's lying the rest of it below, and how far both may lie elsewhere together, as a standard error.

    Given the difference of two logits the one that is known less moves more, in proportion to their variances; what is then left unknown of both is independent of
    the difference. How the trials' own rates differ is the same on either side, and so is left too.
    """
    (a, of_a, more_a), (b, of_b, more_b) = (
        _pooled_logit(tables.segments, *side) for side in (tables.counts[:2], tables.counts[2:])
    )
    share = of_a / (of_a + of_b)
    return np.stack([(1 - share) * a + share * b, share, np.sqrt(of_a * of_b / (of_a + of_b) + (more_a + more_b) / 2)])


def _pooled_logit(segments: Segments, events: Array, n: Array) -> tuple[Array, Array, Array]:
    """Of one side, with its variance by the summed counts, and what is added to that by how trials differ. With no events, or nothing but, half an event from
    the end: an odds ratio can't be applied to it.
    """
    total, everyone = segments.sums(events), segments.sums(n)
    found: Array = logit((total + 0.5) / (everyone + 1))
    inside = (total > 0) & (total < everyone)
    some, trials = segments.chosen(inside)
    found[inside] = fit_medians(some, events[trials], n[trials])
    own = intervals.rate(events, n)
    tau2 = paule_mandel(segments, own.model_estimate, own.model_se**2)
    _, alike = common(segments, own.model_estimate, own.model_se**2)
    _, apart = common(segments, own.model_estimate, own.model_se**2 + tau2[segments.of])
    return found, 1 / (total + 0.5) + 1 / (everyone - total + 0.5), np.maximum(apart**2 - alike**2, 0)


def _odds_ratio(tables: TwoByTwo) -> Figures:
    segments, own = tables.segments, intervals.odds_ratio(*tables.counts)
    k, scale = segments.sizes, np.full(len(segments), PRIOR)
    figures = fit_effects(segments, own.model_estimate, own.model_se, scale, lambda _: _PRIOR_WORDS)
    figures.method[k == 1] = Method(Estimator.ITS_OWN, "one trial: its own, Wald interval of the log odds ratio")
    sparse, bounded = tables.sparse, _bounded(tables)
    for exact in segments.batches(sparse & bounded, _MOST_TABLES):
        some, (inner, trials) = tables.chosen(exact), segments.chosen(exact)
        total, everyone = inner.sums(some.events_a + some.events_b), inner.sums(some.n_a + some.n_b)
        likelihood = Hypergeometric(*some.counts)
        found = fit_counts(inner, likelihood, own_of(own, trials), scale[exact], np.minimum(total, everyone - total))
        found.method = np.array([_conditional(size) for size in inner.sizes.tolist()], dtype=object)
        single = inner.sizes == 1
        for name in ("estimate", "low", "high", "se", "method"):
            getattr(found, name)[single] = getattr(figures, name)[exact][single]
        figures.put(exact, found, trials)
    for stratum in np.flatnonzero(sparse & ~bounded & (k > 1)).tolist():
        plain = figures.method[stratum]
        figures.method[stratum] = replace(plain, words=f"{plain.words}, {_ADDED}", corrected=True)
    several = sparse & (k > 1)
    value, error, _ = _mantel_haenszel(tables.chosen(several), mantel_haenszel.odds_ratio)
    figures.common[several] = by_normal(value, error)
    return figures


def _bounded(tables: TwoByTwo) -> Array:
    """The strata whose conditional likelihood has a maximum: not every trial's table is as far to one side as it can be."""
    a, _, b, _ = tables.cells
    first, last = np.maximum(0, a + b - tables.n_b), np.minimum(tables.n_a, a + b)
    return np.asarray((tables.segments.sums(a - first) > 0) & (tables.segments.sums(last - a) > 0))


def _conditional(k: int) -> Method:
    if k < FEW_TRIALS:
        return Method(
            Estimator.PRIOR, f"{k} trials, sparse: conditional likelihood, prior on how much trials differ, {_PRIOR_WORDS}"
        )
    return Method(Estimator.CONDITIONAL, f"sparse: conditional binomial–normal, exact likelihood, t({k - 1})")


def _mantel_haenszel(tables: TwoByTwo, how: Callable[..., tuple[Array, Array]]) -> tuple[Array, Array, Array]:
    """Mantel and Haenszel's value and its standard error, and where the value is of corrected counts: a side has none in any trial. Where nothing
    varies, the standard error is that of these.
    """
    if not len(tables.segments):
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)
    value, error = how(tables.segments, *tables.cells)
    padded, padded_error = how(tables.segments, *intervals.with_continuity(*tables.cells))
    missing = np.isnan(value)
    return np.where(missing, padded, value), np.where(missing | (error == 0), padded_error, error), missing


@dataclass(frozen=True)
class _Other:
    """A measure that isn't the odds ratio."""

    own: Callable[..., Own]
    common: Callable[..., tuple[Array, Array]]
    to_model: Callable[[Array], Array]
    of_rates: Callable[[Array, Array], Array]
    """From both sides' rates, on the model's scale."""
    of_logits: Callable[[Array, Array], Array]
    """From the logits of them."""
    single: Method
    limits: Callable[[TwoByTwo, Array], tuple[Array, Array]]
    """Of Mantel and Haenszel's value alone, its interval where that isn't its standard error's; else nan."""
    limited: str
    """That in words."""
    slope: Callable[[Array], Array]
    """By how much it changes as the log odds ratio does, at a rate in the middle of both sides'."""
    several: str
    """What it is called of several trials, on the model's scale."""
    single_limited: Method | None = None
    """How one trial's own figure is found where its interval isn't that of ``single``."""


def _newcombe(tables: TwoByTwo, difference: Array) -> tuple[Array, Array]:
    """As far from a difference as Wilson's limits of each side's summed counts lead: a side without events has a standard error of nearly none."""
    sides = []
    for events, n in (tables.counts[:2], tables.counts[2:]):
        total, everyone = tables.segments.sums(events), tables.segments.sums(n)
        low, high = intervals.wilson(total, everyone)
        sides.append((total / everyone - low, high - total / everyone))
    (a_down, a_up), (b_down, b_up) = sides
    return np.maximum(difference - np.hypot(a_down, b_up), -1), np.minimum(difference + np.hypot(a_up, b_down), 1)


def _by_wilson(tables: TwoByTwo, log: Array) -> tuple[Array, Array]:
    """The same of a log risk ratio, where one side has nothing but events: its variance is nearly none."""
    counts = [tables.segments.sums(count) for count in tables.counts]
    full = intervals.is_full(*counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = intervals.by_wilson(log, *counts)
    return np.where(full, low, np.nan), np.where(full, high, np.nan)


_RISK_RATIO = _Other(
    own=intervals.risk_ratio,
    common=mantel_haenszel.risk_ratio,
    to_model=np.log,
    of_rates=lambda a, b: np.log(a) - np.log(b),
    of_logits=lambda a, b: np.log(expit(a)) - np.log(expit(b)),
    single=Method(Estimator.ITS_OWN, "one trial: its own, Wald interval of the log risk ratio"),
    limits=_by_wilson,
    limited=", interval by Wilson's limits of the summed counts",
    slope=lambda rate: 1 - rate,
    several="log risk ratios",
    single_limited=Method(Estimator.ITS_OWN, "one trial: its own, interval by Wilson's limits of both rates", by_rates=True),
)
_RISK_DIFFERENCE = _Other(
    own=intervals.risk_difference,
    common=mantel_haenszel.risk_difference,
    to_model=np.asarray,
    of_rates=lambda a, b: a - b,
    of_logits=lambda a, b: expit(a) - expit(b),
    single=Method(Estimator.ITS_OWN, "one trial: its own, Newcombe interval", by_rates=True),
    limits=_newcombe,
    limited=", Newcombe interval of the summed counts",
    slope=lambda rate: rate * (1 - rate),
    several="risk differences",
)


def _other(tables: TwoByTwo, measure: _Other, odds: Figures, rates: Array) -> tuple[Figures, Array]:
    """Its figures, and the strata in which they follow from the odds ratio."""
    segments, own = tables.segments, measure.own(*tables.counts)
    k, sparse, figures = segments.sizes, tables.sparse, empty(segments)
    variances = own.model_se**2
    tau2 = paule_mandel(segments, own.model_estimate, variances)
    described(figures, segments, own.model_estimate, variances, between=tau2, tau2=tau2)
    own_of_single(figures, segments, own, measure.to_model)
    figures.common[k > 1] = by_normal(*common(segments, own.model_estimate, variances))[k > 1]
    random = common(segments, own.model_estimate, variances + tau2[segments.of])
    many = (k >= FEW_TRIALS) & ~sparse
    by_t(figures, many, random[0][many], random[1][many])

    alike = sparse & (k > 1)
    value, error, added = _mantel_haenszel(tables.chosen(alike), measure.common)
    figures.common[alike] = by_normal(value, error)
    has_added = np.zeros(len(segments), dtype=bool)
    has_added[alike] = added

    turned = (k > 1) & (sparse | (k < FEW_TRIALS)) & _bounded(tables)
    rest = alike & ~turned
    figures.estimate[rest], figures.low[rest], figures.high[rest] = figures.common[rest].T
    limits = np.stack(measure.limits(tables.chosen(rest), figures.estimate[rest]))
    limited = np.zeros(len(segments), dtype=bool)
    limited[rest] = ~np.isnan(limits[0])
    figures.low[limited], figures.high[limited] = limits[:, ~np.isnan(limits[0])]
    limited |= (k == 1) & intervals.is_full(*(segments.sums(count) for count in tables.counts))
    figures.se[rest] = (figures.high - figures.low)[rest] / (2 * Z)
    own_odds = np.stack([odds.estimate, odds.low, odds.high], axis=1)
    figures.estimate[turned], figures.low[turned], figures.high[turned] = _with_limits(
        measure, own_odds[turned], rates[:, turned]
    ).T
    for name in ("half", "double"):
        getattr(figures, name)[turned] = _with_limits(measure, getattr(odds, name)[turned], rates[:, turned])
    figures.se[turned] = (figures.high - figures.low)[turned] / (2 * Z)
    figures.prediction = _at(measure, odds.prediction, rates)
    figures.method = np.array(
        [
            ((is_limited and measure.single_limited) or measure.single)
            if size == 1
            else replace(by, route=Route.FROM_ODDS)
            if is_turned
            else _common_effect(size, measure.limited if is_limited else "", is_added=is_added)
            if is_rest
            else random_effects(size)
            for size, is_turned, is_rest, is_added, is_limited, by in zip(
                k.tolist(),
                turned.tolist(),
                rest.tolist(),
                has_added.tolist(),
                limited.tolist(),
                odds.method.tolist(),
                strict=True,
            )
        ],
        dtype=object,
    )
    return figures, turned


def _common_effect(k: int, limited: str, *, is_added: bool) -> Method:
    added = f" {_ADDED}," if is_added else ""
    words = f"sparse: Mantel–Haenszel,{added} common effect of {k} trials{limited}"
    return Method(Estimator.MANTEL_HAENSZEL, words, corrected=is_added, by_rates=bool(limited))


def _outside(estimate: Array, tables: TwoByTwo, measure: _Other) -> Array:
    """The strata whose estimate lies below or above all that their trials found. A trial in which one side had no event has no ratio to go by."""
    events_a, n_a, events_b, n_b = tables.counts
    with np.errstate(divide="ignore"):
        found = measure.of_rates(events_a / n_a, events_b / n_b)
    told = np.isfinite(found)
    found = np.where(told, found, np.nan)
    least, greatest = tables.segments.over(np.fmin, found), tables.segments.over(np.fmax, found)
    return np.asarray((tables.segments.sums(told) > 1) & ((estimate < least - _ROUNDED) | (estimate > greatest + _ROUNDED)))


def _pool_itself(figures: Figures, strata: Array, tables: TwoByTwo, measure: _Other) -> None:
    """Those strata's figures from the trials' own of the measure, with as wide a prior as :data:`PRIOR` is at their rates; the common effects stay."""
    if not strata.any():
        return
    some, (inner, trials) = tables.chosen(strata), tables.segments.chosen(strata)
    own = measure.own(*some.counts)
    slopes = measure.slope((some.events_a / some.n_a + some.events_b / some.n_b) / 2)
    # As it is told, so that it can be done again.
    scale = np.array([float(f"{max(one, 0.01):.2g}") for one in PRIOR * inner.sums(slopes) / inner.sizes])
    found = fit_effects(
        inner, own.model_estimate, own.model_se, scale, lambda wide: f"half-normal({wide:g}) on {measure.several}"
    )
    found.common = figures.common[strata]
    found.method = np.array([replace(method, route=Route.BESIDE_ODDS) for method in found.method], dtype=object)
    figures.put(strata, found, trials)


def _at(measure: _Other, log: Array, rates: Array) -> Array:
    """The measure at some log odds ratios, on the model's scale."""
    at, share, _ = rates.reshape(rates.shape + (1,) * (log.ndim - 1))
    return np.asarray(measure.of_logits(at + share * log, at - (1 - share) * log))


def _with_limits(measure: _Other, odds: Array, rates: Array) -> Array:
    """Estimate and interval, from those of the log odds ratio, in three columns.

    What the odds ratio and the rates leave unknown is independent: its distances from the estimate are squared and added (10.1002/sim.3095).
    """
    found = _at(measure, odds, rates)
    aside = Z * rates[2] * np.array([[-1.0], [1.0]])
    elsewhere = np.stack([_at(measure, odds[:, 0], np.stack([rates[0] + off, *rates[1:]])) for off in aside])
    middle = found[:, 0]
    low = middle - np.hypot(middle - found[:, 1], middle - np.minimum(elsewhere.min(axis=0), middle))
    high = middle + np.hypot(found[:, 2] - middle, np.maximum(elsewhere.max(axis=0), middle) - middle)
    return np.stack([middle, low, high], axis=1)
