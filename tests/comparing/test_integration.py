"""What a prior gives is what plain integration gives, written here on even grids and without a thought for speed; and the coverage of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, gammaln, logsumexp, ndtr

from registry.pooling.counts import Counts, Pair
from registry.pooling.random_effects import pooled_effects, pooled_proportion
from registry.pooling.segments import Array
from tests.comparing.coverage import covered

SHARES = (0.5, 0.025, 0.975)


def by_integration(logs: list[Array], at: Array, scale: float, most: float = 5) -> tuple[Array, Array]:
    """Quantiles of the mean and of another trial's value, from trials' log likelihoods at an even grid of values, tau up to ``most`` of the scale."""
    tau = most * scale * (np.arange(80) + 0.5) / 80
    posterior = np.zeros((len(tau), len(at)))
    for i, one in enumerate(tau):
        kernel = np.exp(-(((at[:, None] - at) / one) ** 2) / 2)
        kernel /= kernel.sum(axis=1, keepdims=True)
        for log in logs:
            posterior[i] += np.log(np.maximum(kernel @ np.exp(log - log.max()), 1e-300))
        posterior[i] -= (one / scale) ** 2 / 2
    share = np.exp(posterior - posterior.max())
    share /= share.sum()
    mean = np.interp(SHARES, np.cumsum(share.sum(axis=0)) - share.sum(axis=0) / 2, at)
    below = sum(share[i] @ ndtr((at - at[:, None]) / one) for i, one in enumerate(tau))
    return mean, np.interp(SHARES, below, at)


@pytest.mark.parametrize("trials", [[(3, 20), (9, 40)], [(12, 40), (30, 55), (5, 61)], [(0, 30), (4, 35)]])
def test_rates(trials: list[tuple[int, int]]) -> None:
    at = np.linspace(-14, 8, 500)
    mean, another = by_integration([x * at - n * np.logaddexp(0, at) for x, n in trials], at, 1.0)
    found = pooled_proportion([Counts(str(i), x, n) for i, (x, n) in enumerate(trials)])
    assert (found.estimate, found.low, found.high) == pytest.approx(expit(mean), abs=2e-3)
    assert (found.prediction_low, found.prediction_high) == pytest.approx(expit(another[1:]), abs=2e-3)


def test_rates_of_many_trials_that_hardly_differ() -> None:
    at = np.linspace(-1.6, 0, 600)
    trials = [(round(n * p), n) for n, p in zip(range(60, 260, 10), [0.29, 0.32, 0.31, 0.27] * 5, strict=True)]
    _, another = by_integration([x * at - n * np.logaddexp(0, at) for x, n in trials], at, 1.0, most=0.6)
    found = pooled_proportion([Counts(str(i), x, n) for i, (x, n) in enumerate(trials)])
    assert (found.prediction_low, found.prediction_high) == pytest.approx(expit(another[1:]), abs=5e-4)


@pytest.mark.parametrize("trials", [[(3, 20, 4, 20), (2, 30, 9, 33)], [(1, 25, 6, 24), (8, 40, 4, 41), (0, 30, 2, 31)]])
def test_sparse_odds_ratios(trials: list[tuple[int, int, int, int]]) -> None:
    at = np.linspace(-9, 7, 500)
    logs = []
    for a, n_a, b, n_b in trials:
        j = np.arange(max(0, a + b - n_b), min(n_a, a + b) + 1)
        ways = -gammaln(j + 1) - gammaln(n_a - j + 1) - gammaln(a + b - j + 1) - gammaln(n_b - a - b + j + 1)
        logs.append(a * at - logsumexp(ways[:, None] + j[:, None] * at, axis=0))
    mean, another = by_integration(logs, at, 0.5)
    found = pooled_effects([[Pair(str(i), *trial) for i, trial in enumerate(trials)]])[0]["odds ratio"]
    assert "conditional likelihood" in found.method.words
    assert np.log([found.estimate, found.low, found.high]) == pytest.approx(mean, abs=5e-3)
    assert found.prediction_low is not None
    assert found.prediction_high is not None
    assert np.log([found.prediction_low, found.prediction_high]) == pytest.approx(another[1:], abs=1e-2)


def test_odds_ratios_of_normal_likelihoods() -> None:
    at = np.linspace(-6, 7, 500)
    pairs = [Pair("a", 30, 60, 20, 58), Pair("b", 45, 101, 31, 99)]
    found = pooled_effects([pairs])[0]["odds ratio"]
    mean, another = by_integration([-(((at - t.model_estimate) / t.model_se) ** 2) / 2 for t in found.trials], at, 0.5)
    assert np.log([found.estimate, found.low, found.high]) == pytest.approx(mean, abs=5e-3)
    assert found.prediction_low is not None
    assert found.prediction_high is not None
    assert np.log([found.prediction_low, found.prediction_high]) == pytest.approx(another[1:], abs=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 3])
def test_with_a_prior_coverage_is_right_on_average_over_it(k: int) -> None:
    for mean, prediction in covered(k, None, 800, 1).values():
        assert 0.93 < mean < 0.97
        assert 0.93 < prediction < 0.97
