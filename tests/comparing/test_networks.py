"""A network's figures are metafor's, the published ones, and those of the same model written out at length."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import gammaln, logsumexp
from scipy.stats import norm

from registry.pooling import networks as module
from registry.pooling.network_effects import PRIOR
from registry.pooling.network_model import conditional
from registry.pooling.network_paths import unbounded
from registry.pooling.network_sparse import _saddlepoint, log_likelihood, marginal
from registry.pooling.networks import FEW_DEGREES, Network, NetworkArm, NetworkTrial, networks
from tests.comparing import fixtures
from tests.comparing.fixtures import networks as published

FIGURES = fixtures.rows(fixtures.FOLDER / published.FIGURES)
PRINTED = fixtures.rows(fixtures.FOLDER / "printed.networks.csv")


def trial(label: str, **arms: tuple[int, int]) -> NetworkTrial:
    return NetworkTrial(label, tuple(NetworkArm(name, *counts) for name, counts in arms.items()))


@cache
def without_sparse(name: str) -> Network:
    (network,) = networks([one for one in published.trials(name) if not one.is_sparse])
    return network


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['network']}-{row['a']}-{row['b']}")
def test_figures_are_those_of_metafor(row: dict[str, str]) -> None:
    network = without_sparse(row["network"])
    assert not network.has_prior
    found = network.effect(row["a"], row["b"])
    got = {"k": found.k, "tau2": found.tau**2, "estimate": found.network.model_estimate, "se": found.network.model_se}
    if found.direct and found.indirect:
        got |= {"direct": found.direct.model_estimate, "direct_se": found.direct.model_se, "p": found.p}
        got |= {"indirect": found.indirect.model_estimate, "indirect_se": found.indirect.model_se}
    expected = {name: float(row[name]) for name in row if name not in ("network", "a", "b") and row[name]}
    assert got == pytest.approx(expected, abs=1e-6)
    assert found.network.low == pytest.approx(math.exp(float(row["estimate"]) - norm.ppf(0.975) * float(row["se"])), rel=1e-6)


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: f"{row['network']}-{row['a']}-{row['b']}")
def test_published_network_comes_out_as_printed(row: dict[str, str]) -> None:
    # Theirs is of another estimate of the heterogeneity, and drawn at random besides: the same to some hundredths.
    (network,) = networks(published.trials(row["network"]))
    found = network.effect(row["a"], row["b"]).network
    assert found.estimate == pytest.approx(float(row["estimate"]), rel=0.03)
    assert (found.low, found.high) == pytest.approx((float(row["low"]), float(row["high"])), rel=0.08)


@pytest.mark.slow
def test_figures_are_fresh(tmp_path: Path) -> None:
    if not fixtures.has_metafor():
        pytest.skip("R with metafor isn't installed")
    published.remake(tmp_path)
    for new, old in zip(fixtures.rows(tmp_path / published.FIGURES), FIGURES, strict=True):
        for name, cell in old.items():
            assert (
                new[name] == cell
                if not cell or name in "ab" or name == "network"
                else float(new[name]) == pytest.approx(float(cell), abs=1e-7)
            )


# The same model at length: contrasts against each trial's first arm, their whole covariance, and generalised least squares.

NAMES = ("a", "b", "c", "d")


@st.composite
def made(draw: st.DrawFn, smallest: int = 5) -> list[NetworkTrial]:
    """Trials of two arms or more that hang together, no cell below that."""
    found = []
    for number in range(draw(st.integers(3, 7))):
        arms = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4 if smallest else 3, unique=True))
        counts = []
        for name in arms:
            n = draw(st.integers(2 * smallest + 5, draw(st.sampled_from((30, 300, 10_000) if smallest else (12, 40)))))
            counts.append(NetworkArm(name, draw(st.integers(smallest, n - smallest)), n))
        found.append(NetworkTrial(f"t{number}", tuple(counts)))
    return found


_THREE_ARMS = [
    {"c": (2, 9), "d": (4, 8), "b": (4, 5)},
    {"a": (5, 11), "c": (2, 15), "d": (6, 13)},
    {"b": (12, 23), "a": (1, 6), "c": (20, 37)},
    {"a": (6, 10), "d": (32, 33), "c": (0, 6)},
    {"a": (0, 6), "c": (6, 11), "d": (1, 9)},
    {"c": (8, 33), "d": (17, 21), "a": (5, 10)},
    {"d": (6, 7), "c": (11, 35), "b": (1, 7)},
]
FAR_APART = [trial(str(number), **arms) for number, arms in enumerate(_THREE_ARMS)]
"""Trials that differ by several times what the prior of the prediction expects, in a network whose interval has no prior."""


def at_length(network: Network, tau: float) -> tuple[Any, Any, float]:
    """Mean, covariance, and the restricted log likelihood but for a constant."""
    y, designs, blocks = [], [], []
    for one in network.trials:
        odds = np.array([math.log(arm.events / (arm.n - arm.events)) for arm in one.arms])
        own = np.array([1 / arm.events + 1 / (arm.n - arm.events) for arm in one.arms])
        design = np.array([[float(arm.treatment == name) for name in network.treatments[1:]] for arm in one.arms])
        many = len(odds) - 1
        y.append(odds[1:] - odds[0])
        designs.append(design[1:] - design[0])
        blocks.append(np.diag(own[1:]) + own[0] + tau**2 * (np.eye(many) + 1) / 2)
    size = sum(len(block) for block in blocks)
    whole, place = np.zeros((size, size)), 0
    for block in blocks:
        whole[place : place + len(block), place : place + len(block)] = block
        place += len(block)
    inverse, x, values = np.linalg.inv(whole), np.concatenate(designs), np.concatenate(y)
    covariance = np.linalg.inv(x.T @ inverse @ x)
    mean = covariance @ x.T @ inverse @ values
    rest = values - x @ mean
    logs = np.linalg.slogdet(whole)[1] - np.linalg.slogdet(covariance)[1] + rest @ inverse @ rest
    return mean, covariance, -logs / 2


@settings(deadline=None, max_examples=60)
@given(made(), st.floats(0, 2))
def test_network_is_generalised_least_squares(trials: list[NetworkTrial], tau: float) -> None:
    for network in networks(trials):
        found = conditional(network._model, np.array([[tau, 0.3]]))
        mean, covariance, log_likelihood_ = at_length(network, tau)
        assert found.mean[0, 0] == pytest.approx(mean, rel=1e-6, abs=1e-8)
        assert found.covariance[0, 0] == pytest.approx(covariance, rel=1e-6, abs=1e-10)
        assert found.log_weight[0, 0] - found.log_weight[0, 1] == pytest.approx(
            log_likelihood_ - at_length(network, 0.3)[2], rel=1e-6, abs=1e-7
        )


@settings(deadline=None, max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(made(smallest=0))
@example(FAR_APART)
def test_swapping_sides_or_events_turns_the_odds_ratio_over(trials: list[NetworkTrial]) -> None:
    turned = [
        NetworkTrial(one.label, tuple(NetworkArm(arm.treatment, arm.n - arm.events, arm.n) for arm in one.arms)) for one in trials
    ]
    for network, other in zip(networks(trials), networks(turned), strict=True):
        a, b = network.treatments[:2]
        found = network.effect(a, b)
        assert found.network.low <= found.network.estimate <= found.network.high
        assert found.prediction_low <= found.network.low
        assert found.prediction_high >= found.network.high
        for back in (network.effect(b, a), other.effect(a, b)):
            assert back.network.model_estimate == pytest.approx(-found.network.model_estimate, abs=1e-5)
            assert math.log(back.network.low) == pytest.approx(-math.log(found.network.high), abs=1e-4)
            assert (back.p is None) == (found.p is None)


@settings(deadline=None, max_examples=max(3, settings.default.max_examples // 8), phases=[Phase.explicit, Phase.generate])
@given(made() | made(smallest=0))
def test_all_pairs_at_once_are_one_by_one(trials: list[NetworkTrial]) -> None:
    for network in networks(trials):
        pairs = list(itertools.permutations(network.treatments, 2))
        for (a, b), together in zip(pairs, network.effects(pairs), strict=True):
            (fresh,) = (one for one in networks(trials) if one.treatments == network.treatments)
            alone = fresh.effect(a, b)
            assert (together.k_direct, together.through, together.method) == (alone.k_direct, alone.through, alone.method)
            assert (together.p is None) == (alone.p is None)
            for one, other in (
                (together.network, alone.network),
                (together.direct, alone.direct),
                (together.indirect, alone.indirect),
            ):
                assert one is other is None or (one is not None and other is not None)
                if one is not None and other is not None:
                    assert (one.model_estimate, one.model_se) == pytest.approx(
                        (other.model_estimate, other.model_se), rel=1e-6, abs=1e-6
                    )
                    assert np.log([one.low, one.high]) == pytest.approx(np.log([other.low, other.high]), rel=1e-6, abs=1e-6)


@given(made(), st.integers(0, 2**32 - 1))
@example(
    [trial("1", a=(5, 15), b=(5, 15), c=(5, 15), d=(5, 15)), trial("2", a=(5, 15), b=(5, 15))], 1
)  # c and d are between themselves what they are in the one trial
def test_other_trials_tell_what_the_estimate_by_least_squares_leans_on(trials: list[NetworkTrial], seed: int) -> None:
    """Of log odds made by chance: whether an estimate changes as those of trials without both do, by weights made by chance."""
    chance = np.random.default_rng(seed)
    for network in networks(trials):
        arms = [(number, arm.treatment) for number, one in enumerate(network.trials) for arm in one.arms]
        treated = np.array([[float(name == one) for one in network.treatments[1:]] for _, name in arms])
        trial_of = np.array([[float(number == one) for one in range(len(network.trials))] for number, _ in arms])
        weights = np.sqrt(chance.uniform(0.5, 2, len(arms)))
        design = np.hstack([treated, trial_of]) * weights[:, None]
        odds, changed = chance.normal(size=(2, len(arms)))
        pairs = list(itertools.combinations(network.treatments, 2))
        for (a, b), found in zip(pairs, network.effects(pairs), strict=True):
            between = np.array([(one == a) - float(one == b) for one in network.treatments[1:]])
            others = np.array([not {a, b} <= network.trials[number].treatments for number, _ in arms])
            was, now = (
                between @ np.linalg.lstsq(design, weights * some, rcond=None)[0][: len(between)]
                for some in (odds, np.where(others, changed, odds))
            )
            assert found.others_tell == (abs(was - now) > 1e-8)


def test_networks_that_do_not_hang_together_come_by_name_whichever_way_events_lead() -> None:
    """Events lead from one pair to the other and not back: which is found first would depend on the direction."""
    trials = [
        trial("1", a=(5, 10), b=(4, 10)),
        trial("2", c=(5, 10), d=(4, 10)),
        trial("3", b=(10, 10), c=(0, 10)),
    ]
    turned = [
        NetworkTrial(one.label, tuple(NetworkArm(arm.treatment, arm.n - arm.events, arm.n) for arm in one.arms)) for one in trials
    ]
    for some in (trials, turned):
        assert [network.treatments for network in networks(some)] == [("a", "b"), ("c", "d")]


# Few trials: tau integrated out.

FEW_TRIALS = [
    trial("1", a=(10, 50), b=(20, 50)),
    trial("2", a=(30, 90), b=(25, 80)),
    trial("3", b=(12, 40), c=(20, 41)),
    trial("4", a=(15, 60), b=(19, 60), c=(30, 62)),
]


def test_prior_is_integrated_over_as_on_a_dense_grid() -> None:
    (network,) = networks(FEW_TRIALS)
    assert network.has_prior
    assert network.free == 3 < FEW_DEGREES
    found = network.effect("a", "c")
    taus = np.linspace(0, 5, 5001)
    solved = [at_length(network, tau) for tau in taus]
    logs = np.array([of[2] for of in solved]) - (taus / PRIOR) ** 2 / 2
    weight = np.exp(logs - logs.max())
    weight[0] /= 2
    weight /= weight.sum()
    mean = np.array([-of[0][1] for of in solved])
    variance = np.array([of[1][1, 1] for of in solved])

    def share(value: float, extra: Any) -> float:
        return float(weight @ norm.cdf((value - mean) / np.sqrt(variance + extra)))

    for value, expected in ((found.network.low, 0.025), (found.network.estimate, 0.5), (found.network.high, 0.975)):
        assert share(math.log(value), 0) == pytest.approx(expected, abs=1e-5)
    assert share(math.log(found.prediction_low), taus**2) == pytest.approx(0.025, abs=1e-5)
    assert share(math.log(found.prediction_high), taus**2) == pytest.approx(0.975, abs=1e-5)
    assert found.tau == pytest.approx(weight @ taus, abs=1e-4)


# Small cells: the counts' own likelihood.


def tables(events: Sequence[int], n: Sequence[int], ratios: Any) -> Any:
    """The log likelihood of counts given their total, every table added up; ``ratios`` is points by arms but the first."""
    total = sum(events)
    some = [x for x in itertools.product(*[range(min(of, total) + 1) for of in n]) if sum(x) == total]
    ways = np.array([sum(-gammaln(x + 1) - gammaln(of - x + 1) for x, of in zip(one, n, strict=True)) for one in some])
    odds = np.concatenate([np.zeros((len(ratios), 1)), ratios], axis=1)
    return odds @ np.array(events) - logsumexp(ways + odds @ np.array(some).T, axis=1)


def integral(events: Sequence[int], n: Sequence[int], ratios: Any, tau: float) -> float:
    """The log of the mean of that over a dense grid of how the trial differs."""
    many = len(n) - 1
    line = np.linspace(-6, 6, 73) if many > 1 else np.linspace(-25, 25, 2_001)
    z = np.array(list(itertools.product(line, repeat=many)))
    root = np.linalg.cholesky((np.eye(many) + 1) / 2)
    logs = tables(events, n, np.asarray(ratios) + tau * z @ root.T) + norm.logpdf(z).sum(axis=1)
    return float(logsumexp(logs) + many * math.log(line[1] - line[0]))


SMALL = [
    ((0, 5), (20, 20)),
    ((1, 3), (4, 7)),
    ((4, 300), (900, 1000)),
    pytest.param((4, 3000), (9000, 10_000), marks=pytest.mark.slow),
    ((0, 2, 5), (20, 20, 20)),
    ((1, 0, 4), (30, 12, 25)),
]


@pytest.mark.parametrize(("events", "n"), SMALL)
@pytest.mark.parametrize("tau", [pytest.param(0.0, marks=pytest.mark.slow), 0.3, pytest.param(1.0, marks=pytest.mark.slow), 2.0])
def test_counts_are_integrated_as_on_a_dense_grid(events: tuple[int, ...], n: tuple[int, ...], tau: float) -> None:
    likelihood = log_likelihood(np.array([events]), np.array([n]))
    places = np.array([[0.4, -0.7][: len(n) - 1], [-0.5, 1.0][: len(n) - 1]])
    found = [marginal(likelihood, place[None, None], np.array([tau]))[0][0, 0] for place in places]
    expected = [integral(events, n, place, tau) for place in places]
    # Constants drop out of the difference.
    assert found[1] - found[0] == pytest.approx(expected[1] - expected[0], abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_saddlepoint_is_close_to_all_tables(data: st.DataObject) -> None:
    n = data.draw(st.lists(st.integers(8, 25), min_size=3, max_size=3))
    events = [data.draw(st.integers(0, of)) for of in n]
    if not 0 < sum(events) < sum(n):
        return
    likelihood = _saddlepoint(np.array([events]), np.array([n]))
    places = np.array([[[0.0, 0.0]], [data.draw(st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)))]])
    value, slope, _ = likelihood(places)
    expected = tables(events, n, places[:, 0])
    assert value[1, 0] - value[0, 0] == pytest.approx(expected[1] - expected[0], abs=0.01)
    for arm in range(2):
        nudge = np.zeros((1, 1, 2))
        nudge[..., arm] = 1e-5
        assert slope[1, 0, arm] == pytest.approx(
            float(likelihood(places[1:] + nudge)[0][0, 0] - likelihood(places[1:] - nudge)[0][0, 0]) / 2e-5, abs=1e-5
        )


SPARSE_TRIALS = [
    trial("1", a=(0, 30), b=(6, 31)),
    trial("2", a=(2, 40), c=(3, 38)),
    trial("3", b=(4, 25), c=(1, 26)),
    trial("4", a=(3, 50), b=(9, 52)),
    trial("5", a=(20, 90), b=(31, 92)),
]


def test_sparse_network_has_the_mode_of_the_likelihood_at_length() -> None:
    (network,) = networks(SPARSE_TRIALS)
    tau = 0.4
    found = conditional(network._model, np.array([[tau]]))

    def loss(d: Any) -> float:
        total = 0.0
        for one in network.trials:
            first, second = (dict(zip(network.treatments, (0.0, *d), strict=True))[arm.treatment] for arm in one.arms)
            events, n = zip(*((arm.events, arm.n) for arm in one.arms), strict=True)
            if one.is_sparse:
                total += integral(events, n, [second - first], tau)
            else:
                own = sum(1 / x + 1 / (of - x) for x, of in zip(events, n, strict=True)) + tau**2
                odds = [math.log(x / (of - x)) for x, of in zip(events, n, strict=True)]
                total += float(norm.logpdf(odds[1] - odds[0] - (second - first), scale=math.sqrt(own)))
        return -total

    least = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12})
    assert found.mean[0, 0] == pytest.approx(least.x, abs=1e-4)


def test_method_says_which_trials_are_taken_by_their_counts() -> None:
    (network,) = networks(SPARSE_TRIALS)
    assert "4 trials with a cell below 5 by the likelihood of the counts" in network.effect("a", "b").method.words


def test_trials_of_no_or_only_events_are_left_out_and_named() -> None:
    more = [trial("none", a=(0, 40), c=(0, 40)), trial("all", a=(9, 9), b=(12, 12))]
    (network,) = networks([*SPARSE_TRIALS, *more])
    found, before = network.effect("a", "c"), networks(SPARSE_TRIALS)[0].effect("a", "c")
    assert found.left_out == ("none", "all")
    assert found.network == before.network
    assert "none, all" in found.method.words


def test_networks_that_do_not_hang_together_are_apart() -> None:
    found = networks([trial("1", a=(5, 20), b=(9, 20)), trial("2", c=(5, 20), d=(9, 20)), trial("3", c=(3, 20), d=(9, 20))])
    assert [one.treatments for one in found] == [("a", "b"), ("c", "d")]


def test_a_treatment_without_events_has_no_odds_ratio_and_spoils_no_other() -> None:
    found = networks([*SPARSE_TRIALS, trial("6", a=(3, 30), d=(0, 30)), trial("7", d=(0, 9), e=(4, 9))])
    assert [one.treatments for one in found] == [("a", "b", "c")]
    assert found[0].left_out == ("6",)
    with pytest.raises(ValueError, match="a and d are not two of the network's treatments: a, b, c"):
        found[0].effect("a", "d")


def test_every_treatment_without_a_finite_odds_ratio_is_told_of() -> None:
    told = {
        (one.a, one.b): one
        for one in unbounded([*SPARSE_TRIALS, trial("6", a=(3, 30), d=(0, 30)), trial("7", d=(0, 9), e=(4, 9))])
    }
    # Trial 7 is of d, of whom nobody had an event, and of e.
    assert set(told) == {("a", "d"), ("b", "d"), ("c", "d"), ("d", "e"), ("a", "e"), ("b", "e"), ("c", "e")}
    assert (told["a", "d"].towards, told["a", "d"].nobody, told["a", "d"].k) == ("infinity", ("d",), 7)
    assert told["d", "e"].towards == "0"
    assert told["a", "e"].towards == "either end"
    assert told["a", "d"].in_words() == (
        "no odds ratio by the network, a vs d: nobody given d met the definition, so the estimate runs off to infinity"
    )
    assert told["a", "d"].turned().towards == "0"
    assert unbounded(SPARSE_TRIALS) == []
    assert unbounded([trial("1", a=(0, 9), b=(3, 9))]) == []


def test_everybody_is_as_nobody() -> None:
    (one, *_) = unbounded([trial("1", a=(9, 9), b=(3, 9)), trial("2", b=(3, 9), c=(5, 9))])
    assert (one.a, one.b, one.towards, one.everybody) == ("a", "b", "infinity", ("a",))


EXTREME = [
    [
        trial("0", a=(0, 200), c=(2, 2), e=(6179, 10_000)),
        trial("1", b=(292, 10_000), d=(0, 20)),
        trial("2", d=(1, 2), b=(85, 200), a=(4098, 10_000)),
        trial("3", d=(2, 5), b=(1, 2), c=(1, 5)),
    ],
    [
        trial("0", d=(7789, 10_000), e=(1, 20), b=(6, 200)),
        trial("1", d=(1, 5), a=(1, 2), b=(1, 1)),
        trial("2", e=(5, 5), d=(0, 200)),
        trial("3", c=(121, 200), b=(199, 200)),
        trial("4", e=(5, 5), d=(0, 10_000)),
    ],
    [
        trial("0", b=(627, 10_000), a=(0, 2), d=(0, 5)),
        trial("1", c=(2, 20), e=(9999, 10_000), a=(9999, 10_000)),
        trial("2", d=(9999, 10_000), a=(0, 10_000)),
        trial("3", d=(2, 5), a=(179, 200), c=(2149, 10_000)),
        trial("4", c=(1, 20), b=(105, 200)),
    ],
]


@pytest.mark.parametrize("trials", EXTREME)
def test_the_maximum_is_found_where_cells_are_as_uneven_as_can_be(trials: list[NetworkTrial]) -> None:
    """The middle of a trial's integrand is followed, however far Newton's step leads past it."""
    (network,) = networks(trials)
    for found in network.effects(list(itertools.combinations(network.treatments, 2))):
        assert found.network.low < found.network.estimate < found.network.high


def test_a_loop_within_one_trial_is_no_loop() -> None:
    (network,) = networks([trial("1", a=(10, 50), b=(20, 50), c=(25, 50)), trial("2", a=(10, 50), c=(12, 40))])
    found = network.effect("a", "b")
    assert (found.k_direct, found.direct, found.indirect, found.p) == (1, None, None, None)
    assert network.effect("a", "c").p is None
    assert network.effect("b", "c").k_direct == 1


def test_what_disagrees_is_seen_to() -> None:
    round_about = [trial(f"{i}", a=(50, 100), c=(50, 100)) for i in range(6)] + [
        trial(f"x{i}", b=(50, 100), c=(50, 101)) for i in range(6)
    ]
    (network,) = networks([*round_about, trial("direct", a=(80, 100), b=(20, 100))])
    found = network.effect("a", "b")
    assert found.direct is not None
    assert found.indirect is not None
    assert found.p is not None
    assert found.direct.estimate == pytest.approx(16, rel=1e-3)
    assert found.indirect.estimate == pytest.approx(1, abs=0.05)
    assert found.p < 1e-6


def test_a_trial_counts_once() -> None:
    with pytest.raises(ValueError, match="a trial counts once, but these are given more than once: 1"):
        networks([trial("1", a=(1, 5), b=(2, 5))] * 2)
    with pytest.raises(ValueError, match="1: two arms of one treatment; combine them first"):
        networks([NetworkTrial("1", (NetworkArm("a", 1, 5), NetworkArm("a", 2, 5)))])
    with pytest.raises(ValueError, match="1: 6 events of 5 participants"):
        networks([trial("1", a=(6, 5), b=(2, 5))])


def test_modes_do_not_depend_on_few_or_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many trials, the prior hardly matters: the two ways agree."""
    name = "linde2015-response"
    mode = networks(published.trials(name))[0].effect("SSRI", "Placebo").network
    monkeypatch.setattr(module, "FEW_DEGREES", 10_000)
    prior = networks(published.trials(name))[0].effect("SSRI", "Placebo").network
    assert (prior.estimate, prior.low, prior.high) == pytest.approx((mode.estimate, mode.low, mode.high), rel=0.03)
