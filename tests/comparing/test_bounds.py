"""The bounds of a pooled figure over trials that may not belong: held to every subset of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, logsumexp
from scipy.stats import binom, norm

from registry.pooling.bounds import bounds_of_effect, bounds_of_rates
from registry.pooling.counts import Counts, Pair
from registry.pooling.random_effects import pooled_effects, pooled_rates

counted = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.booleans()))


def given_tau(trials: Sequence[Counts], tau: float) -> float:
    """The rate of the median trial at the maximum of the likelihood, tau held: by integration, and none of the project's code."""

    def height(mean: float) -> float:
        total = 0.0
        for trial in trials:
            if tau < 1e-3:
                total += binom.logpmf(trial.events, trial.n, expit(mean))
                continue
            # A sum over a grid of equal steps is as good as exact where the integrand has died away at both ends.
            at = np.linspace(-25, 25, 5_001)
            total += logsumexp(binom.logpmf(trial.events, trial.n, expit(at)) + norm.logpdf(at, mean, tau)) + np.log(
                at[1] - at[0]
            )
        return -total

    return float(expit(minimize_scalar(height, bounds=(-15, 15), method="bounded", options={"xatol": 1e-8}).x))


@pytest.mark.parametrize(
    "trials",
    [
        [(4, 20, True), (9, 20, True), (30, 50, False), (2, 30, True)],
        [(10, 40, False), (12, 40, True), (11, 40, True)],
        [(1, 17, True), (12, 17, True)],
        [(0, 20, True), (8, 20, False), (20, 20, True), (15, 40, False), (3, 60, True)],
    ],
)
def test_the_extremes_of_a_rate_are_those_of_every_subset(trials: list[tuple[int, int, bool]]) -> None:
    every = [Counts(f"t{i}", events, n) for i, (events, n, _) in enumerate(trials)]
    open_ = {one.label for one, (_, _, is_open) in zip(every, trials, strict=True) if is_open}
    (found,) = bounds_of_rates([(every, open_)])
    assert found is not None
    assert set(found.open_) == open_
    tau = (pooled_rates([every])[0].tau2 or 0) ** 0.5
    kept = [one for one in every if one.label not in open_]
    subsets = [
        [*kept, *some]
        for size in range(len(open_) + 1)
        for some in combinations([one for one in every if one.label in open_], size)
    ]
    rates = [given_tau(some, tau) for some in subsets if some]
    assert found.lowest.estimate == pytest.approx(min(rates), abs=1e-4)
    assert found.highest.estimate == pytest.approx(max(rates), abs=1e-4)
    for extreme in (found.lowest, found.highest):
        own = pooled_rates([[one for one in every if one.label not in open_ or one.label in extreme.taken]])[0]
        assert (extreme.low, extreme.high, extreme.k) == (own.low, own.high, own.k)


@given(st.lists(counted, min_size=2, max_size=8))
@example([(0, 1, True), (0, 1, True)])
def test_the_bounds_of_a_rate_hold_the_rate_of_all_and_need_an_open_trial(trials: list[tuple[int, int, bool]]) -> None:
    every = [Counts(f"t{i}", events, n) for i, (events, n, _) in enumerate(trials)]
    open_ = {one.label for one, (_, _, is_open) in zip(every, trials, strict=True) if is_open}
    alone, (found, again) = bounds_of_rates([(every, open_)]), bounds_of_rates([(every, open_), (every[:1], open_)])
    assert again is None
    assert (found is None) == (not open_)
    if found is not None:
        assert alone == [found]
        assert found.lowest.estimate <= found.highest.estimate + 1e-12


effects = st.tuples(st.integers(5, 40), st.integers(5, 40), st.booleans())


@given(st.lists(effects, min_size=2, max_size=6))
def test_the_extremes_of_an_effect_are_those_of_every_subset(cells: list[tuple[int, int, bool]]) -> None:
    pairs = [Pair(f"t{i}", a, 45, b, 45) for i, (a, b, _) in enumerate(cells)]
    open_ = {pair.label for pair, (_, _, is_open) in zip(pairs, cells, strict=True) if is_open}
    pooled = pooled_effects([pairs])[0]["odds ratio"]
    found = bounds_of_effect(pairs, open_, pooled)
    assert (found is None) == (not open_)
    if found is None:
        return
    by_label = {one.label: one for one in pooled.trials}
    means = []
    for size in range(len(open_) + 1):
        for some in combinations(sorted(open_), size):
            taken = [by_label[pair.label] for pair in pairs if pair.label not in open_ or pair.label in some]
            if taken:
                weights = np.array([1 / (one.model_se**2 + (pooled.tau2 or 0)) for one in taken])
                means.append(float(np.exp(weights @ np.array([one.model_estimate for one in taken]) / weights.sum())))
    assert found.lowest.estimate == pytest.approx(min(means), rel=1e-9)
    assert found.highest.estimate == pytest.approx(max(means), rel=1e-9)


def test_an_effect_with_small_cells_has_no_bounds() -> None:
    pairs = [Pair("t1", 1, 20, 3, 20), Pair("t2", 9, 20, 8, 20)]
    assert bounds_of_effect(pairs, {"t1"}, pooled_effects([pairs])[0]["odds ratio"]) is None


def test_a_trial_without_events_that_may_not_belong_lowers_the_rate_to_none() -> None:
    (found,) = bounds_of_rates([([Counts("t1", 0, 20), Counts("t2", 10, 20)], {"t1", "t2"})])
    assert found is not None
    assert found.lowest.estimate == 0
    assert found.lowest.taken == ("t1",)
    assert found.highest.taken == ("t2",)
    assert found.highest.estimate == pytest.approx(expit(logit(0.5)), abs=1e-6)
