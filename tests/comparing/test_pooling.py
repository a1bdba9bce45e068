"""What pooling and contrasts say of strata that are small, empty, full or given wrongly."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from registry.pooling.contrasts import indirect, pooled_effect
from registry.pooling.counts import Counts, Pair, combined
from registry.pooling.measures import MEASURES
from registry.pooling.random_effects import pooled_proportion

RATIO, DIFFERENCE = MEASURES["risk ratio"], MEASURES["risk difference"]
POOLS = (pooled_proportion, *(partial(pooled_effect, measure) for measure in MEASURES.values()))


def test_nothing_to_pool() -> None:
    for pool in POOLS:
        with pytest.raises(ValueError, match="no trial was given"):
            pool([])


@pytest.mark.parametrize(("events", "n"), [(-1, 10), (11, 10), (0, 0), (1, -1)])
def test_counts_that_cannot_be(events: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"KetECT: {events} events of {n} participants"):
        Counts("KetECT", events, n)
    with pytest.raises(ValueError, match=f"KetECT, side a: {events} events of {n}"):
        Pair("KetECT", events, n, 1, 2)
    with pytest.raises(ValueError, match=f"KetECT, side b: {events} events of {n}"):
        Pair("KetECT", 1, 2, events, n)


def test_a_trial_counts_once() -> None:
    with pytest.raises(ValueError, match="more than once: ASPIRE; combine their arms first"):
        pooled_proportion([Counts("ASPIRE", 3, 10), Counts("KetECT", 3, 10), Counts("ASPIRE", 5, 10)])
    # Two doses against one placebo arm, as two pairs, would count the placebo arm twice.
    shared = [Pair("ASPIRE", 3, 10, 2, 11), Pair("ASPIRE", 5, 10, 2, 11)]
    for pool in POOLS[1:]:
        with pytest.raises(ValueError, match="a trial counts once"):
            pool(shared)


def test_arms_are_combined() -> None:
    low, high = Counts("ASPIRE", 3, 10), Counts("ASPIRE", 5, 12)
    assert combined([low, high]) == Counts("ASPIRE", 8, 22)
    assert combined([low]) == low
    assert combined([Counts("56 mg", 3, 10), Counts("84 mg", 5, 12)]) == Counts("56 mg + 84 mg", 8, 22)
    with pytest.raises(ValueError, match="no arm was given"):
        combined([])


def test_one_trial_is_not_pooled() -> None:
    pooled = pooled_proportion([Counts("KetECT", 12, 40)])
    assert (pooled.k, pooled.n, pooled.events, pooled.estimate) == (1, 40, 12, 0.3)
    # Wilson's, as R's prop.test(12, 40, correct = FALSE) gives it
    assert (pooled.low, pooled.high) == pytest.approx((0.1807485, 0.4543002), abs=1e-7)
    nothing = ("prediction_low", "prediction_high", "normal_low", "normal_high", "tau2", "i2", "q", "q_p")
    assert all(getattr(pooled, name) is None for name in nothing)
    assert pooled.trials[0].weight == 100
    assert pooled.method == "one trial, nothing pooled; its interval is Wilson's"


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0, 0.2038833), (15, 0.7961167, 1)])
def test_one_trial_with_no_events_or_nothing_but(events: int, low: float, high: float) -> None:
    pooled = pooled_proportion([Counts("KetECT", events, 15)])
    assert pooled.estimate == events / 15  # its own, not the corrected
    assert (pooled.low, pooled.high) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize(
    ("pair", "low", "high"),
    [
        (Pair("a", 56, 70, 48, 80), 0.0524, 0.3339),
        (Pair("b", 9, 10, 3, 10), 0.1705, 0.8090),
        (Pair("c", 5, 56, 0, 29), -0.0381, 0.1926),
        (Pair("d", 0, 10, 0, 20), -0.1611, 0.2775),
        (Pair("e", 10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_own_interval_of_a_difference_is_that_printed_by_newcombe(pair: Pair, low: float, high: float) -> None:
    pooled = pooled_effect(DIFFERENCE, [pair])  # 1998, Table II, method 10
    assert (round(pooled.low, 4), round(pooled.high, 4)) == (low, high)


def test_two_trials_have_a_spread_but_no_prediction() -> None:
    pooled = pooled_proportion([Counts("a", 12, 40), Counts("b", 30, 55)])
    assert pooled.tau2 is not None
    assert pooled.tau2 > 0
    assert pooled.prediction_low is pooled.prediction_high is None
    assert "two trials can't show" in pooled.method
    assert "1 degree of freedom" in pooled.method
    assert pooled.normal_low is not None
    assert pooled.low < pooled.normal_low < pooled.estimate


def test_trials_that_agree_are_not_surer_than_a_common_effect() -> None:
    """Hartung and Knapp's factor alone would make this interval empty."""
    pooled = pooled_proportion([Counts("a", 10, 40), Counts("b", 20, 80), Counts("c", 5, 20)])
    assert (pooled.tau2, pooled.i2) == (0, 0)
    assert pooled.normal_low is not None
    assert pooled.low < pooled.normal_low < pooled.estimate == pytest.approx(0.25)
    assert (pooled.prediction_low, pooled.prediction_high) == (pooled.low, pooled.high)


def test_what_was_corrected_is_said() -> None:
    rates = pooled_proportion([Counts("a", 0, 10), Counts("b", 4, 10), Counts("c", 10, 10)])
    assert rates.method.endswith("the cells of 2 of 3 trials corrected by 1/2 because of an empty cell")
    assert [trial.corrected for trial in rates.trials] == [True, False, True]
    assert [trial.estimate for trial in rates.trials] == [0, 0.4, 1]
    pairs = [Pair("a", 0, 10, 3, 10), Pair("b", 0, 10, 0, 10), Pair("c", 5, 10, 3, 10)]
    assert "the cells of 2 of 3 trials corrected" in pooled_effect(RATIO, pairs).method
    assert "the variance of 1 of 3 trials corrected" in pooled_effect(DIFFERENCE, pairs).method
    assert [trial.estimate for trial in pooled_effect(DIFFERENCE, pairs).trials] == pytest.approx([-0.3, 0, 0.2])


def test_trials_that_say_nothing_of_a_ratio() -> None:
    pairs = [Pair("none", 0, 10, 0, 12), Pair("some", 5, 10, 3, 10), Pair("all", 9, 9, 8, 8), Pair("one side", 0, 9, 8, 8)]
    assert pooled_effect(RATIO, pairs).k == 4
    without = pooled_effect(RATIO, pairs, drop_uninformative=True)
    assert (without.k, without.left_out) == (2, ("none", "all"))
    assert without.method.endswith("left out because all or none of the participants on both sides met the definition: none, all")
    assert pooled_effect(DIFFERENCE, pairs).k == 4
    with pytest.raises(ValueError, match="in every trial all or none"):
        pooled_effect(RATIO, [pairs[0], pairs[2]], drop_uninformative=True)


def test_indirect_says_so() -> None:
    ac = pooled_effect(RATIO, [Pair("a1", 30, 60, 20, 58), Pair("a2", 45, 101, 31, 99)])
    bc = pooled_effect(RATIO, [Pair("b1", 25, 62, 22, 63)])
    found = indirect(ac, bc)
    assert (found.measure, found.k_ac, found.k_bc, found.n_ac, found.n_bc) == ("risk ratio", 2, 1, 318, 125)
    assert found.method.startswith("indirect, through a common comparator (Bucher): 2 trials on one side, 1 trial on the other")
    assert found.shared == ()
    assert found.estimate == pytest.approx(ac.estimate / bc.estimate)
    assert found.low < found.estimate < found.high


def test_indirect_between_single_trials_is_buchers() -> None:
    ac, bc = pooled_effect(RATIO, [Pair("a1", 30, 60, 20, 58)]), pooled_effect(RATIO, [Pair("b1", 25, 62, 22, 63)])
    found = indirect(ac, bc)
    half = 1.959963984540054 * found.model_se
    assert (np.log(found.low), np.log(found.high)) == pytest.approx((found.model_estimate - half, found.model_estimate + half))


def test_indirect_names_trials_on_both_sides() -> None:
    ac = pooled_effect(DIFFERENCE, [Pair("three arms", 30, 60, 20, 58), Pair("a2", 45, 101, 31, 99)])
    bc = pooled_effect(DIFFERENCE, [Pair("three arms", 25, 62, 20, 58)])
    found = indirect(ac, bc)
    assert found.shared == ("three arms",)
    assert found.method.endswith("on both sides, so not independent: three arms")


def test_indirect_wants_two_contrasts_of_a_kind() -> None:
    pair, rate = [Pair("a", 3, 10, 2, 10)], [Counts("a", 3, 10)]
    for ac, bc in (
        (pooled_effect(RATIO, pair), pooled_effect(DIFFERENCE, pair)),
        (pooled_proportion(rate), pooled_proportion(rate)),
        (pooled_effect(DIFFERENCE, pair), pooled_proportion(rate)),
    ):
        with pytest.raises(ValueError, match="two effects on one measure of two sides"):
            indirect(ac, bc)


def test_statsmodels_own_iteration_agrees_as_far_as_it_goes() -> None:
    trials = [Counts(f"trial {n}", events, n) for events, n in ((12, 40), (30, 55), (9, 61), (14, 30), (50, 90))]
    pooled = pooled_proportion(trials)
    effects = np.array([trial.model_estimate for trial in pooled.trials])
    variances = np.array([trial.model_se**2 for trial in pooled.trials])
    assert pooled.tau2 == pytest.approx(combine_effects(effects, variances, method_re="iterated").tau2, abs=1e-4)


def test_reading_the_modules_loads_nothing_heavy() -> None:
    code = (
        "import sys, registry.pooling.contrasts; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'pandas', 'statsmodels', 'polars', 'duckdb'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
