"""Every estimator on any counts: n from 1 to 10,000, events from 0 to n, trials from 1 to 20, which differ by a tau from 0 to 2.

What is compared with is integration written here on nodes that follow each integrand, with no thought for speed, and the equations that define an estimate.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.special import expit, gammaln, logsumexp, xlogy

from registry.pooling.counts import Counts, Pair
from registry.pooling.figures import fit_effects
from registry.pooling.likelihoods import Binomial, Hypergeometric
from registry.pooling.marginal import log_marginal
from registry.pooling.maximum import mean_given_tau
from registry.pooling.random_effects import pooled_effects, pooled_proportion
from registry.pooling.rates import fit_rates
from registry.pooling.segments import Array, Segments
from tests.comparing.test_posterior import of_counts, of_normal_effects

few = settings(deadline=None, max_examples=max(6, settings.default.max_examples // 4))
fewer = settings(deadline=None, max_examples=max(2, settings.default.max_examples // 12))

sizes = st.integers(1, 40) | st.integers(1, 10_000)
taus = st.sampled_from([0.0, 2.0]) | st.floats(0, 2)


@st.composite
def rates(draw: st.DrawFn, fewest: int = 1, most: int = 20, largest: int = 10_000) -> list[tuple[int, int]]:
    """Events and n of trials about one rate, which differ by some tau; or any counts at all."""
    n = [min(one, largest) for one in draw(st.lists(sizes, min_size=fewest, max_size=most))]
    if draw(st.booleans()):
        return [(draw(st.integers(0, one)), one) for one in n]
    middle, tau = draw(st.floats(-5, 5)), draw(taus)
    return [(round(one * float(expit(middle + tau * draw(st.floats(-2, 2))))), one) for one in n]


@st.composite
def tables(draw: st.DrawFn, fewest: int = 1, most: int = 20) -> list[tuple[int, int, int, int]]:
    """The same on two sides, the sides of a trial about as large; sums over tables are of 400 terms at most, as brute force wants it."""
    effect, tau, rate = draw(st.floats(-2, 2)), draw(taus), draw(st.floats(-6, 1))
    found = []
    for _ in range(draw(st.integers(fewest, most))):
        n_a = draw(sizes)
        n_b = draw(st.integers(max(1, n_a // 3), min(10_000, 3 * n_a)))
        odds = rate + effect + tau * draw(st.floats(-2, 2))
        sides = [min(round(n * float(expit(one))), 200) for n, one in ((n_a, odds), (n_b, rate))]
        found.append((sides[0], n_a, sides[1], n_b))
    return found


def binomial(events: int, n: int, at: Array) -> Array:
    p = expit(at)
    top = xlogy(events, events / n) + xlogy(n - events, 1 - events / n)
    # Far out, 1 - p loses its digits; its logarithm doesn't.
    return np.asarray(xlogy(events, p) - (n - events) * np.logaddexp(0, at) - top if events < n else n * -np.logaddexp(0, -at))


def hypergeometric(a: int, n_a: int, b: int, n_b: int, at: Array) -> Array:
    j = np.arange(max(0, a + b - n_b), min(n_a, a + b) + 1)
    ways = -gammaln(j + 1) - gammaln(n_a - j + 1) - gammaln(a + b - j + 1) - gammaln(n_b - a - b + j + 1)
    return np.asarray(a * at - logsumexp(ways + at[..., None] * j, axis=-1))


def integrated(log: Array, at: Array, step: Array, mean: float, tau: float) -> float:
    """The logarithm of the mean of a likelihood over normals about the mean: a sum over nodes, each with its own step."""
    return float(logsumexp(log - ((at - mean) / tau) ** 2 / 2, b=step) - math.log(tau * math.sqrt(2 * math.pi)))


def nodes(centre: float, width: float, number: int = 6001) -> tuple[Array, Array]:
    """Nodes that are close about the centre and reach 45 to either side."""
    last = np.arcsinh(45 / width)
    even = np.linspace(-last, last, number)
    return centre + width * np.sinh(even), width * np.cosh(even) * (even[1] - even[0])


def likelihood_of_counts(trials: list[tuple[int, int]], mean: float, tau: float) -> float:
    total = 0.0
    for events, n in trials:
        if tau < 1e-6:
            total += float(binomial(events, n, np.array(mean)))
            continue
        peak, spread = 0.0, 45.0
        for _ in range(8):  # a grid about the highest of the last, ever finer
            grid = np.linspace(peak - spread, peak + spread, 401)
            peak = float(grid[np.argmax(binomial(events, n, grid) - ((grid - mean) / tau) ** 2 / 2)])
            spread /= 20
        width = min(tau, 1 / math.sqrt(n)) / 3
        at, step = nodes(peak, width)
        total += integrated(binomial(events, n, at), at, step, mean, tau)
    return total


@few
@given(rates(1, 4), st.floats(-6, 6), st.floats(1e-3, 2))
@example([(10, 10)], 3.0, 2.0)
@example([(0, 644), (1, 1)], 1.0, 2.0)
def test_a_trials_integral_is_that_of_many_nodes(trials: list[tuple[int, int]], mean: float, tau: float) -> None:
    events, n = np.array(trials, dtype=float).T
    found = log_marginal(Binomial(events, n), np.full(len(n), mean), np.full(len(n), tau))
    for one, value in zip(trials, found, strict=True):
        assert value == pytest.approx(likelihood_of_counts([one], mean, tau), abs=1e-4, rel=1e-6), one


@few
@given(tables(1, 3), st.floats(-3, 3), st.floats(1e-3, 2))
def test_a_tables_integral_is_that_of_many_nodes(trials: list[tuple[int, int, int, int]], mean: float, tau: float) -> None:
    trials = [(a, n_a, b, n_b) for a, n_a, b, n_b in trials if 0 < a + b < n_a + n_b]
    assume(trials)
    likelihood = Hypergeometric(*np.array(trials, dtype=float).T)
    k = len(trials)
    found = log_marginal(likelihood, np.full(k, mean), np.full(k, tau)) - likelihood(np.full(k, mean))
    for one, value in zip(trials, found, strict=True):
        coarse = np.linspace(-25, 25, 2001)
        peak = coarse[np.argmax(hypergeometric(*one, coarse) - ((coarse - mean) / tau) ** 2 / 2)]
        at, step = nodes(float(peak), min(tau, 0.05) / 2, 3001)
        expected = integrated(hypergeometric(*one, at), at, step, mean, tau) - float(hypergeometric(*one, np.array(mean)))
        assert value == pytest.approx(expected, abs=1e-4, rel=1e-6), one


@pytest.mark.parametrize("pattern", [[1, 0, 0], [0, 0, 0, 0, 0, 1], [3, 2, 4]])
def test_the_mean_given_tau_is_where_the_likelihood_is_highest(pattern: list[int]) -> None:
    events, n = np.array(pattern * (120 // len(pattern)), dtype=float), np.full(120, 150.0)
    segments, likelihood, tau = Segments([120]), Binomial(events, n), np.array([[0.0, 0.2, 1.0, 3.0]])
    start = np.full_like(tau, likelihood.centre.mean())  # corrected, and so too high where most trials have no event
    mean, variance, height = mean_given_tau(segments, likelihood, tau, start)
    z = np.linspace(-9, 9, 2001)

    def heights(by: float) -> Array:
        values = (mean[0] + by)[:, None] + tau[0][:, None] * z
        whole = [logsumexp(likelihood(np.broadcast_to(one, (120, len(z)))) - z**2 / 2, axis=1).sum() for one in values]
        return np.array(whole) - 120 * logsumexp(-(z**2) / 2)

    below, top, above = heights(-0.01), heights(0), heights(0.01)
    assert (above - below) / 0.02 * np.sqrt(variance[0]) == pytest.approx(0, abs=2e-3)
    assert (below + above - 2 * top) / 1e-4 == pytest.approx(-1 / variance[0], rel=5e-3)
    assert height[0] == pytest.approx(top, abs=1e-2)


@fewer
@given(rates(4))
@example([(0, 1), (0, 1), (0, 1), (1, 644)])
def test_a_pooled_rate_is_where_the_likelihood_is_highest(trials: list[tuple[int, int]]) -> None:
    events, n = np.array(trials, dtype=float).T
    # Where each trial has all or none, the likelihood rises with tau for ever.
    assume(((events > 0) & (events < n)).any())
    found = fit_rates(Segments([len(trials)]), events, n)
    mean, tau = float(found.estimate[0]), math.sqrt(float(found.tau2[0]))
    height = likelihood_of_counts(trials, mean, tau)
    for away in (0.02, 0.3):
        for other in ((mean + away, tau), (mean - away, tau), (mean, tau + away), (mean, max(0.0, tau - away))):
            assert likelihood_of_counts(trials, *other) <= height + 1e-5
    assert found.low[0] < mean < found.high[0]


@pytest.mark.slow
@fewer
@given(rates(2, 3, largest=300))
def test_two_or_three_rates_are_those_of_a_grid(trials: list[tuple[int, int]]) -> None:
    """As large as the grid's step lets them be; larger ones have the same integrals, which are held above."""
    events, n = np.array(trials, dtype=float).T
    assume(0 < events.sum() < n.sum())
    found = fit_rates(Segments([len(trials)]), events, n)
    mean, ahead = of_counts(events, n)
    shares = [float(expit(x)) for x in (found.low[0], found.estimate[0], found.high[0], *found.prediction[0])]
    assert shares == pytest.approx([float(expit(x)) for x in (*mean, ahead[0], ahead[2])], abs=1e-3)


@few
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=1, max_size=20),
    st.sampled_from([0.276, 0.5, 1.0]),
)
def test_effects_are_those_of_their_equations(trials: list[tuple[float, float]], scale: float) -> None:
    y, se = np.array(trials).T
    found = fit_effects(Segments([len(y)]), y, se, np.array([scale]), str)
    mean, ahead = of_normal_effects(y, se, scale)
    assert list(found.prediction[0]) == pytest.approx([ahead[0], ahead[2]], abs=1e-5)
    if len(y) == 1:
        assert (found.estimate[0], found.se[0]) == (pytest.approx(y[0]), pytest.approx(se[0]))
    elif len(y) < 4:
        assert [found.low[0], found.estimate[0], found.high[0]] == pytest.approx(mean, abs=1e-5)
    else:
        weight = 1 / (se**2 + found.tau2[0])
        middle = float((weight * y).sum() / weight.sum())
        assert found.estimate[0] == pytest.approx(middle, abs=1e-9)
        q = float((weight * (y - middle) ** 2).sum())
        # Paule and Mandel's equation, or none at all.
        assert q == pytest.approx(len(y) - 1, rel=1e-8) if found.tau2[0] > 0 else q <= len(y) - 1 + 1e-9


@few
@given(tables())
def test_effects_of_any_tables_keep_their_order(trials: list[tuple[int, int, int, int]]) -> None:
    """The odds ratio is the further from one than the risk ratio, and turning sides about turns both; nothing is not a number."""
    pairs = [Pair(str(i), *one) for i, one in enumerate(trials)]
    found = pooled_effects([pairs])[0]
    turned = pooled_effects([[Pair(one.label, one.events_b, one.n_b, one.events_a, one.n_a) for one in pairs]])[0]
    assert "risk difference" in found
    assert set(found) == set(turned)
    for name, one in found.items():
        other = turned[name]
        assert all(math.isfinite(x) for x in (one.model_estimate, one.estimate, one.low))
        assert one.low <= one.estimate <= one.high
        if "pooled rate" not in one.method.words:
            assert one.model_estimate == pytest.approx(-other.model_estimate, abs=1e-5)
            assert one.model_se == pytest.approx(other.model_se, rel=1e-4)


@few
@given(rates())
def test_rates_of_any_counts_keep_their_order(trials: list[tuple[int, int]]) -> None:
    found = pooled_proportion([Counts(str(i), *one) for i, one in enumerate(trials)])
    own = [events / n for events, n in trials]
    if found.half is None:
        assert min(own) - 1e-6 <= found.estimate <= max(own) + 1e-6
    # A posterior median may lie beyond all trials, where they are of a handful each; its interval doesn't.
    assert found.low <= max(own)
    assert found.high >= min(own)
    assert found.low <= found.estimate <= found.high
    assert found.prediction_low is not None
    assert found.prediction_high is not None
    # Where there is no event at all, the estimate is 0, and every other trial's rate is above it.
    if 0 < found.events < found.n:
        assert found.prediction_low <= found.estimate <= found.prediction_high
