"""Two and three trials under the prior: every quantile is that of a dense grid, written out here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import binom, norm

from registry.pooling.figures import fit_effects
from registry.pooling.rates import fit_rates
from registry.pooling.segments import Segments

Vector = NDArray[np.float64]
ENDS = (0.025, 0.5, 0.975)


def quantile(below: Callable[[float], float], share: float) -> float:
    return float(brentq(lambda x: below(x) - share, -60, 60, xtol=1e-12))


def quantiles(below: Callable[[float], float]) -> list[float]:
    return [quantile(below, share) for share in ENDS]


def of_normal_effects(y: Vector, se: Vector, scale: float) -> tuple[list[float], list[float]]:
    """Of the mean, and of the value in another trial: given tau all is normal, and tau is on 20,001 even nodes."""
    tau = np.linspace(0, 8 * scale, 20_001)[:, None]
    weight = 1 / (se**2 + tau**2)
    whole = weight.sum(axis=1)
    mean = (weight * y).sum(axis=1) / whole
    log = (
        np.log(weight).sum(axis=1) - np.log(whole) - (weight * (y - mean[:, None]) ** 2).sum(axis=1) - (tau[:, 0] / scale) ** 2
    ) / 2
    share = np.exp(log - log.max())
    share[[0, -1]] /= 2
    share /= share.sum()
    own = [np.sqrt(1 / whole), np.sqrt(1 / whole + tau[:, 0] ** 2)]

    def below(sd: Vector) -> Callable[[float], float]:
        return lambda x: float((share * norm.cdf((x - mean) / sd)).sum())

    return quantiles(below(own[0])), quantiles(below(own[1]))


def of_counts(events: Vector, n: Vector) -> tuple[list[float], list[float]]:
    """The same of binomial counts with a half-normal(1) prior: logits and means on even nodes, a trial's logit integrated for each tau."""
    logit, apart = np.linspace(-15, 15, 1001), np.linspace(-30, 30, 2001)
    likelihood = [binom.pmf(e, m, expit(logit)) for e, m in zip(events, n, strict=True)]
    at, weights = np.polynomial.legendre.leggauss(60)
    root = (at + 1) * 2.5 / 2  # tau is its square: closer together near 0
    density, ahead = np.zeros_like(logit), np.zeros_like(logit)
    for tau, weight in zip(root**2, weights * 2 * root, strict=True):
        # A trial's logit given the mean, a row each, by how far apart they are; near tau 0 the kernel is narrower than a step, and normed so that it still sums to 1.
        kernel = np.lib.stride_tricks.sliding_window_view(norm.pdf(apart, 0, tau), len(logit))[::-1]
        kernel = kernel / kernel.sum(axis=1, keepdims=True)
        given = np.prod([kernel @ one for one in likelihood], axis=0) * weight * np.exp(-(tau**2) / 2)
        density += given
        ahead += kernel.T @ given

    def quantiles_of(weights: Vector) -> list[float]:
        below = (np.cumsum(weights) - weights / 2) / weights.sum()
        return [float(np.interp(share, below, logit)) for share in ENDS]

    return quantiles_of(density), quantiles_of(ahead)


@pytest.mark.parametrize("seed", range(12))
def test_effects_are_those_of_a_dense_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    y, se = rng.normal(0, rng.choice([0.1, 0.5, 1.5]), k), rng.uniform(0.05, 0.9, k)
    found = fit_effects(Segments([k]), y, se, np.array([0.5]), str)
    mean, ahead = of_normal_effects(y, se, 0.5)
    assert [found.low[0], found.estimate[0], found.high[0]] == pytest.approx(mean, abs=1e-8)
    assert list(found.prediction[0]) == pytest.approx([ahead[0], ahead[2]], abs=1e-8)


@pytest.mark.parametrize("k", [5, 12, 13, 60, 200])
def test_predictions_of_many_trials_are_those_of_a_dense_grid(k: int) -> None:
    """The more trials, the narrower is what they say about tau, and the closer its values must lie."""
    rng = np.random.default_rng(k)
    y, se = rng.normal(0, 0.4, k), rng.uniform(0.05, 0.5, k)
    found = fit_effects(Segments([k]), y, se, np.array([0.5]), str)
    _, ahead = of_normal_effects(y, se, 0.5)
    assert list(found.prediction[0]) == pytest.approx([ahead[0], ahead[2]], abs=1e-7)


@pytest.mark.parametrize(
    ("events", "n"),
    [((30, 45), (60, 101)), ((3, 9, 20), (40, 41, 39)), ((0, 4), (25, 30)), ((1, 0, 2), (60, 80, 120)), ((40, 38), (40, 41))],
)
def test_rates_are_those_of_a_dense_grid(events: tuple[int, ...], n: tuple[int, ...]) -> None:
    found = fit_rates(Segments([len(n)]), np.array(events, dtype=float), np.array(n, dtype=float))
    mean, ahead = of_counts(np.array(events), np.array(n))
    shares = [float(expit(x)) for x in (found.low[0], found.estimate[0], found.high[0], *found.prediction[0])]
    assert shares == pytest.approx([float(expit(x)) for x in (*mean, ahead[0], ahead[2])], abs=1e-4)
