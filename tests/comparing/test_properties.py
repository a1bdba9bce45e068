"""What must hold of any stratum."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.pooling.contrasts import Pair, indirect, pooled_difference, pooled_ratio
from registry.pooling.random_effects import Counts, Pooled, combined, pooled_proportion

CLOSE = {"rel": 1e-7, "abs": 1e-9}
property_ = settings(deadline=None, max_examples=60)


@st.composite
def side(draw: st.DrawFn) -> tuple[int, int]:
    """Events and participants of one side, small and large."""
    n = draw(st.integers(1, 40) | st.integers(1, 100_000))
    return draw(st.integers(0, n)), n


strata = st.lists(side(), min_size=1, max_size=8).map(
    lambda sides: [Counts(f"trial {i}", events, n) for i, (events, n) in enumerate(sides)]
)
pairs = st.lists(st.tuples(side(), side()), min_size=1, max_size=8).map(
    lambda trials: [Pair(f"trial {i}", *a, *b) for i, (a, b) in enumerate(trials)]
)


def swapped(pair: Pair) -> Pair:
    return Pair(pair.label, pair.events_b, pair.n_b, pair.events_a, pair.n_a)


def holds_together(pooled: Pooled) -> None:
    """Limits lie about the estimate, the estimate among the trials', and the weights make a whole."""
    assert pooled.low <= pooled.estimate <= pooled.high
    models = [trial.model_estimate for trial in pooled.trials]
    assert min(models) - 1e-9 <= pooled.model_estimate <= max(models) + 1e-9
    assert math.fsum(trial.weight for trial in pooled.trials) == pytest.approx(100)
    assert all(trial.low - 1e-12 <= trial.estimate <= trial.high + 1e-12 for trial in pooled.trials)
    assert (pooled.k, pooled.n) == (len(pooled.trials), sum(trial.n for trial in pooled.trials))
    if pooled.tau2 is not None:
        assert pooled.tau2 >= 0
        assert pooled.i2 is not None
        assert 0 <= pooled.i2 <= 100
        assert pooled.normal_low is not None
        assert pooled.low <= pooled.normal_low
    if pooled.prediction_low is not None:
        assert pooled.prediction_high is not None
        assert pooled.prediction_low <= pooled.low
        assert pooled.high <= pooled.prediction_high


def same(one: Pooled, other: Pooled) -> bool:
    """Whether two results agree, whatever the trials' order."""
    names = ("estimate", "low", "high", "tau2", "i2", "q", "q_p", "prediction_low", "prediction_high")
    values = [[getattr(pooled, name) for name in names] for pooled in (one, other)]
    return all(a is b is None or a == pytest.approx(b, **CLOSE) for a, b in zip(*values, strict=True))


@property_
@given(strata)
def test_a_rate_holds_together(trials: list[Counts]) -> None:
    pooled = pooled_proportion(trials)
    holds_together(pooled)
    assert 0 <= pooled.low <= pooled.high <= 1
    if pooled.k > 1:
        assert 0 < pooled.estimate < 1


@property_
@given(pairs)
def test_contrasts_hold_together(trials: list[Pair]) -> None:
    ratio, difference = pooled_ratio(trials), pooled_difference(trials)
    holds_together(ratio)
    holds_together(difference)
    assert ratio.low > 0
    assert -1 <= difference.estimate <= 1


@property_
@given(strata, pairs, st.randoms(use_true_random=False))
def test_order_changes_nothing(trials: list[Counts], contrasts: list[Pair], random: Random) -> None:
    shuffled, others = random.sample(trials, len(trials)), random.sample(contrasts, len(contrasts))
    assert same(pooled_proportion(trials), pooled_proportion(shuffled))
    assert same(pooled_ratio(contrasts), pooled_ratio(others))
    assert same(pooled_difference(contrasts), pooled_difference(others))


@property_
@given(strata.filter(lambda trials: len(trials) > 1))
def test_the_same_trials_over_again_make_surer(trials: list[Counts]) -> None:
    twice = pooled_proportion([*trials, *(replace(trial, label=f"{trial.label} again") for trial in trials)])
    once = pooled_proportion(trials)
    assert twice.model_se < once.model_se
    assert once.tau2 is not None
    assert twice.tau2 is not None
    assert twice.tau2 <= once.tau2 + 1e-9


@property_
@given(strata)
def test_counting_the_others_mirrors_the_rate(trials: list[Counts]) -> None:
    pooled, mirrored = pooled_proportion(trials), pooled_proportion([replace(t, events=t.n - t.events) for t in trials])
    assert (mirrored.estimate, mirrored.low, mirrored.high) == pytest.approx(
        (1 - pooled.estimate, 1 - pooled.high, 1 - pooled.low), **CLOSE
    )


@property_
@given(pairs)
def test_swapped_sides_invert_the_ratio_and_negate_the_difference(trials: list[Pair]) -> None:
    ratio, inverted = pooled_ratio(trials), pooled_ratio([swapped(pair) for pair in trials])
    assert (1 / inverted.estimate, 1 / inverted.high, 1 / inverted.low) == pytest.approx(
        (ratio.estimate, ratio.low, ratio.high), **CLOSE
    )
    difference, negated = pooled_difference(trials), pooled_difference([swapped(pair) for pair in trials])
    assert (-negated.estimate, -negated.high, -negated.low) == pytest.approx(
        (difference.estimate, difference.low, difference.high), **CLOSE
    )


@property_
@given(pairs, pairs)
def test_indirect_is_never_surer_than_either_side(ac: list[Pair], bc: list[Pair]) -> None:
    for pool, none in ((pooled_ratio, 1.0), (pooled_difference, 0.0)):
        one, other = pool(ac), pool(bc)
        assert indirect(one, one).estimate == pytest.approx(none, abs=1e-12)
        found = indirect(one, other)
        assert found.low <= found.estimate <= found.high
        width = math.log if pool is pooled_ratio else float
        widths = [width(x.high) - width(x.low) for x in (found, one, other)]
        assert widths[0] >= max(widths[1:]) - 1e-9
        back = indirect(other, one)
        if pool is pooled_ratio:
            assert (1 / back.estimate, 1 / back.high, 1 / back.low) == pytest.approx(
                (found.estimate, found.low, found.high), **CLOSE
            )


@property_
@given(strata)
def test_combined_arms_keep_every_participant(arms: list[Counts]) -> None:
    whole = combined(arms)
    assert (whole.events, whole.n) == (sum(arm.events for arm in arms), sum(arm.n for arm in arms))
