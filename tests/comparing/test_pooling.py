"""What pooling and contrasts say of strata that are small, empty, full or given wrongly."""

from __future__ import annotations

import math
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from registry.pooling.contrasts import indirect
from registry.pooling.counts import Counts, Pair, combined
from registry.pooling.inverse_variance import paule_mandel
from registry.pooling.measures import MEASURES, Measure
from registry.pooling.method import Route
from registry.pooling.random_effects import Pooled, Range, pooled_effects, pooled_proportion
from registry.pooling.segments import Segments
from tests.comparing.one_stratum import pooled_effect

RATIO, DIFFERENCE = MEASURES["risk ratio"], MEASURES["risk difference"]
POOLS: tuple[Callable[..., Pooled | None], ...] = (
    pooled_proportion,
    *(partial(pooled_effect, measure) for measure in MEASURES.values()),
)


sizes = st.integers(1, 60)


def effect_of(measure: Measure[Pair], pairs: list[Pair]) -> Pooled:
    found = pooled_effect(measure, pairs)
    assert found is not None
    return found


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
    nothing = ("common", "half", "double", "mean", "tau2", "i2", "q", "q_p")
    assert all(getattr(pooled, name) is None for name in nothing)
    # Of another trial one trial says little, and the prior the rest.
    assert pooled.prediction_low is not None
    assert pooled.prediction_high is not None
    assert pooled.prediction_low < pooled.low < pooled.high < pooled.prediction_high
    assert pooled.trials[0].weight == 100
    assert pooled.method.words == "one trial: its own rate, Wilson interval"


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
    pooled = effect_of(DIFFERENCE, [pair])  # 1998, Table II, method 10
    assert (round(pooled.low, 4), round(pooled.high, 4)) == (low, high)


def test_two_trials_take_a_prior_and_say_so() -> None:
    pooled = pooled_proportion([Counts("a", 12, 40), Counts("b", 30, 55)])
    assert "2 trials: binomial likelihood, prior on how much trials differ, half-normal(1)" in pooled.method.words
    assert pooled.common is not None
    assert pooled.half is not None
    assert pooled.double is not None
    widths = [one.high - one.low for one in (pooled.common, pooled.half, pooled, pooled.double)]
    assert widths == sorted(widths)
    assert pooled.prediction_low is not None
    assert pooled.prediction_low < pooled.low
    with pytest.warns(DeprecationWarning, match=r"Pooled\.common\.low"):
        assert pooled.normal_low == pooled.common.low


def test_trials_that_agree_are_not_surer_than_a_common_effect() -> None:
    pooled = pooled_proportion([Counts("a", 10, 40), Counts("b", 20, 80), Counts("c", 5, 20), Counts("d", 11, 44)])
    assert (pooled.tau2, pooled.i2) == (0, 0)
    assert pooled.common is not None
    assert pooled.low < pooled.common.low < pooled.estimate == pytest.approx(0.25) == pooled.mean


def test_a_rate_is_never_moved_by_halves() -> None:
    rates = pooled_proportion([Counts("a", 0, 80), Counts("b", 1, 60), Counts("c", 2, 120)])
    assert rates.estimate < 3 / 260 < rates.high
    assert rates.common == Range(pytest.approx(3 / 260), *(pytest.approx(limit, abs=1e-4) for limit in (0.0039, 0.0334)))
    assert [trial.estimate for trial in rates.trials] == [0, 1 / 60, 2 / 120]


@pytest.mark.parametrize("k", [2, 4])
def test_no_event_at_all_is_the_summed_counts(k: int) -> None:
    none = pooled_proportion([Counts(f"t{i}", 0, 20) for i in range(k)])
    whole = pooled_proportion([Counts("t", 0, 20 * k)])
    assert (none.estimate, none.low, none.high) == pytest.approx((0, 0, whole.high))
    assert none.method.words == f"no events in any of {k} trials: summed counts, Wilson interval"
    assert none.half is none.double is None


def test_an_effect_of_two_trials_is_no_riddle() -> None:
    """Two trials that hardly differ, by t with one degree of freedom: 0.23 to 8.27 and the like."""
    ratio = effect_of(RATIO, [Pair("a", 30, 60, 20, 58), Pair("b", 45, 101, 31, 99)])
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx((1.436, 0.922, 2.255), abs=1e-3)
    assert str(ratio.method) == (
        "from the odds ratio, given both sides' pooled rates; 2 trials: prior on how much trials differ, half-normal(0.5) on log odds ratios"
    )


def test_a_side_without_events_gives_a_corrected_ratio_and_says_so() -> None:
    found = pooled_effects([[Pair("a", 0, 20, 3, 20), Pair("b", 0, 30, 2, 30)]])[0]
    assert "treatment-arm continuity correction because one side has none" in found["odds ratio"].method.words
    assert str(found["risk ratio"].method) == (
        "sparse: Mantel–Haenszel, treatment-arm continuity correction because one side has none in any trial, common effect of 2 trials"
    )
    assert found["risk difference"].estimate == pytest.approx(-0.1)
    nothing = pooled_effects([[Pair("a", 0, 20, 0, 20), Pair("b", 0, 30, 0, 30)]])[0]["risk difference"]
    assert (nothing.estimate, nothing.low) == (0.0, -nothing.high)
    assert nothing.method.words == "sparse: Mantel–Haenszel, common effect of 2 trials, Newcombe interval of the summed counts"


@pytest.mark.parametrize(("a", "b", "expected"), [(19, 0, 0.317), (60, 41, 0.317), (0, 19, -0.317)])
def test_where_one_side_has_none_or_all_in_every_trial_the_difference_is_that_of_the_rates(
    a: int, b: int, expected: float
) -> None:
    """With 1/2 in every cell of six trials the odds ratio is far from what it tends to, and a difference would be half of this."""
    found = pooled_effects([[Pair(str(i), a, 60, b, 60) for i in range(6)]])[0]["risk difference"]
    p, q = proportion_confint(6 * a, 360, method="wilson"), proportion_confint(6 * b, 360, method="wilson")
    one, other = a / 60, b / 60
    limits = one - other - np.hypot(one - p[0], q[1] - other), one - other + np.hypot(p[1] - one, other - q[0])
    assert found.estimate == pytest.approx(expected, abs=1e-3)
    assert (found.low, found.high) == pytest.approx(limits, abs=1e-9)
    single = effect_of(RATIO, [Pair("a", 0, 20, 3, 20)])
    assert single.method.words.endswith("treatment-arm continuity correction because a cell is empty")


@given(trials=st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=4), is_full=st.booleans(), turned=st.booleans())
def test_a_ratio_with_an_empty_cell_points_where_the_rates_do(
    trials: list[tuple[int, int, int]], is_full: bool, turned: bool
) -> None:
    """One side has none (or all) in every trial, arms are of any sizes: by 1/2 in each cell the side without events could do better."""
    pairs = [Pair(str(i), n * is_full, n, min(events, m), m) for i, (n, m, events) in enumerate(trials)]
    pairs = [pair.turned if turned else pair for pair in pairs]
    found = pooled_effects([pairs])[0]
    if "odds ratio" not in found:
        return  # no trial says anything
    sign = 1 if is_full != turned else -1
    assert sign * found["risk difference"].estimate > 0
    assert all(sign * math.log(found[name].estimate) > 0 for name in ("risk ratio", "odds ratio"))
    assert all(sign * math.log(one.estimate) > 0 for name in ("risk ratio", "odds ratio") for one in found[name].trials)


@pytest.mark.parametrize(
    "trials",
    [
        [(10, 10, 160, 200)],
        [(5, 5, 85, 100)],
        [(3, 3, 40, 60), (2, 2, 30, 40)],
        [(24, 24, 388, 480), (8, 8, 100, 120), (4, 4, 50, 60)],
    ],
)
def test_a_ratio_where_all_of_a_side_did_is_as_sure_as_the_difference(trials: list[tuple[int, int, int, int]]) -> None:
    """Nothing varies in a small arm in which all met the definition, and by the variance of its logarithm the ratio would be all but certain."""
    pairs = [Pair(str(i), *counts) for i, counts in enumerate(trials)]
    for turned in (False, True):
        found = pooled_effects([[pair.turned if turned else pair for pair in pairs]])[0]
        ratio, difference = found["risk ratio"], found["risk difference"]
        assert (ratio.low < 1 < ratio.high) == (difference.low < 0 < difference.high)
        if len(pairs) == 1:
            a, n, b, m = trials[0]
            assert ratio.estimate == pytest.approx((b / m) / (a / n) if turned else (a / n) / (b / m))
    # Of a limit of each rate, and the ratio's distance from both.
    (p, _), (_, q_high) = proportion_confint(10, 10, method="wilson"), proportion_confint(160, 200, method="wilson")
    single = effect_of(RATIO, [Pair("t", 10, 10, 160, 200)])
    assert single.low == pytest.approx(math.exp(math.log(1.25) - math.hypot(math.log(p), math.log(q_high / 0.8))))


@pytest.mark.parametrize(
    "trials",
    [
        [(970, 1000, 920, 1000), (10, 100, 10, 100), (8, 120, 8, 120)],
        [(950, 1000, 900, 1000), (12, 100, 10, 100), (11, 100, 10, 100)],
        [(900, 1000, 800, 1000), (10, 100, 9, 100)],
        [(970, 1000, 920, 1000), (10, 100, 10, 100), (8, 120, 8, 120), (20, 200, 18, 200), (4, 100, 4, 100)],
    ],
)
def test_where_trials_rates_lie_far_apart_the_measure_itself_is_pooled(trials: list[tuple[int, int, int, int]]) -> None:
    """At the rates in the middle, which no trial has, the odds ratio would be a risk ratio of 1.4 or a difference of 12 points."""
    for turned in (False, True):
        pairs = [Pair(str(i), *counts) for i, counts in enumerate(trials)]
        found = pooled_effects([[pair.turned if turned else pair for pair in pairs]])[0]
        for measure in (RATIO, DIFFERENCE):
            pooled = found[measure.name]
            own = [one.estimate for one in pooled.trials]
            assert min(own) < pooled.estimate < max(own)
            assert pooled.low < pooled.estimate < pooled.high
            assert pooled.method.route is Route.BESIDE_ODDS
            assert pooled.common is not None
            assert pooled.prediction_low is not None
        assert found["odds ratio"].method.route is not Route.BESIDE_ODDS
        assert all((found[name].method.route is Route.BESIDE_ODDS) for name in ("risk ratio", "risk difference"))
        # One event more on either side of the last makes it four trials without a small cell, or five: the same figure.
        more = [*trials[:-1], (trials[-1][0] + 1, trials[-1][1], trials[-1][2] + 1, trials[-1][3])]
        if len(trials) > 3:
            dense = pooled_effects([[Pair(str(i), *counts) for i, counts in enumerate(more)]])[0]["risk ratio"]
            assert dense.method.route is not Route.BESIDE_ODDS
            ahead = found["risk ratio"].estimate
            assert dense.estimate == pytest.approx(1 / ahead if turned else ahead, rel=1e-3)


def test_a_trial_without_a_ratio_of_its_own_leads_none_away() -> None:
    """None of 100 on one side is any ratio: the other trials say where theirs is."""
    told = [(970, 1000, 920, 1000), (10, 100, 10, 100), (8, 120, 8, 120), (20, 200, 18, 200)]
    for empty in ((3, 100, 0, 100), (0, 100, 1, 100)):
        ratio = pooled_effects([[Pair(str(i), *counts) for i, counts in enumerate([*told, empty])]])[0]["risk ratio"]
        assert ratio.method.route is Route.BESIDE_ODDS
        assert 1 < ratio.estimate < 1.11
    # Of which there must be two, else nothing is known but by exact likelihoods.
    few = [(12, 40, 11, 41), (0, 30, 4, 30)]
    ratio = pooled_effects([[Pair(str(i), *counts) for i, counts in enumerate(few)]])[0]["risk ratio"]
    assert ratio.method.route is not Route.BESIDE_ODDS


def test_where_a_ratio_is_pooled_itself_the_difference_is_too() -> None:
    """Else one of them goes by the odds ratio, and may point elsewhere."""
    trials = [(20, 1000, 16, 1000), (60, 100, 61, 100), (300, 400, 310, 420)]
    for counts in (trials, [(970, 1000, 920, 1000), (10, 100, 10, 100), (8, 120, 8, 120)]):
        found = pooled_effects([[Pair(str(i), *one) for i, one in enumerate(counts)]])[0]
        assert len({found[name].method.route is Route.BESIDE_ODDS for name in ("risk ratio", "risk difference")}) == 1


@given(trials=st.lists(st.tuples(sizes, sizes, st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=7))
def test_a_pooled_effect_lies_among_those_of_its_trials(trials: list[tuple[int, int, float, float]]) -> None:
    pairs = [Pair(str(i), round(p * n), n, round(q * m), m) for i, (n, m, p, q) in enumerate(trials)]
    found = pooled_effects([pairs])[0]
    for measure in (RATIO, DIFFERENCE):
        if measure.name not in found:
            continue
        told = [pair for pair in pairs if not (measure.needs_cells and pair.uninformative)]
        own = [one.estimate for one in found[measure.name].trials]
        for pair in told:
            p, q = pair.events_a / pair.n_a, pair.events_b / pair.n_b
            own.append(p - q if measure is DIFFERENCE else p / q if q else math.inf)
        assert min(own) - 1e-6 <= found[measure.name].estimate <= max(own) + 1e-6


def test_a_trial_with_an_empty_cell_by_hand() -> None:
    """None of 10 against 2 of 100: a tenth and nine tenths of an event more, and as much of those without."""
    found = pooled_effects([[Pair("t", 0, 10, 2, 100)]])[0]
    more_a, more_b = 10 / 110, 100 / 110
    assert found["odds ratio"].estimate == pytest.approx((more_a / (10 + more_a)) / ((2 + more_b) / (98 + more_b)))
    assert found["risk ratio"].estimate == pytest.approx((more_a / (10 + 2 * more_a)) / ((2 + more_b) / (100 + 2 * more_b)))
    same = pooled_effects([[Pair("t", 0, 10, 2, 10)]])[0]["odds ratio"]
    assert same.estimate == pytest.approx((0.5 / 10.5) / (2.5 / 8.5))  # arms of one size have the half event in each cell


def test_a_large_trial_in_a_sparse_stratum_takes_little_memory() -> None:
    """Its table has some 30,000 ways to be filled, at 601 values of the odds ratio each."""
    tracemalloc.start()
    try:
        odds = pooled_effects([[Pair("large", 15_000, 40_000, 15_400, 40_000), Pair("small", 3, 200, 4, 200)]])[0]["odds ratio"]
        assert tracemalloc.get_traced_memory()[1] < 1 << 28
    finally:
        tracemalloc.stop()
    assert "conditional likelihood" in odds.method.words
    assert odds.low < 0.959 < odds.high


def test_trials_that_say_nothing_of_a_ratio() -> None:
    pairs = [Pair("none", 0, 10, 0, 12), Pair("some", 5, 10, 3, 10), Pair("all", 9, 9, 8, 8), Pair("one side", 0, 9, 8, 8)]
    without = effect_of(RATIO, pairs)
    assert (without.k, without.left_out) == (2, ("none", "all"))
    assert without.method.words.endswith(
        "left out because all or none of the participants on both sides met the definition: none, all"
    )
    assert effect_of(DIFFERENCE, pairs).k == 4
    for some in ([pairs[0]], [pairs[2]], [pairs[0], pairs[2]]):
        assert list(pooled_effects([some])[0]) == ["risk difference"]
        assert pooled_effect(RATIO, some) is None
        # Nothing varies, and yet the difference isn't certain.
        assert effect_of(DIFFERENCE, some).low < 0 < effect_of(DIFFERENCE, some).high


def test_indirect_says_so() -> None:
    ac = effect_of(RATIO, [Pair("a1", 30, 60, 20, 58), Pair("a2", 45, 101, 31, 99)])
    bc = effect_of(RATIO, [Pair("b1", 25, 62, 22, 63)])
    found = indirect(ac, bc)
    assert (found.measure, found.k_ac, found.k_bc, found.n_ac, found.n_bc) == ("risk ratio", 2, 1, 318, 125)
    assert found.method.words.startswith(
        "indirect, through a common comparator (Bucher): 2 trials on one side, 1 trial on the other"
    )
    assert found.shared == ()
    assert found.estimate == pytest.approx(ac.estimate / bc.estimate)
    assert found.low < found.estimate < found.high


def test_indirect_between_single_trials_is_buchers() -> None:
    ac, bc = effect_of(RATIO, [Pair("a1", 30, 60, 20, 58)]), effect_of(RATIO, [Pair("b1", 25, 62, 22, 63)])
    found = indirect(ac, bc)
    half = 1.959963984540054 * found.model_se
    assert (np.log(found.low), np.log(found.high)) == pytest.approx((found.model_estimate - half, found.model_estimate + half))


def test_indirect_names_trials_on_both_sides() -> None:
    ac = effect_of(DIFFERENCE, [Pair("three arms", 30, 60, 20, 58), Pair("a2", 45, 101, 31, 99)])
    bc = effect_of(DIFFERENCE, [Pair("three arms", 25, 62, 20, 58)])
    found = indirect(ac, bc)
    assert found.shared == ("three arms",)
    assert found.method.words.endswith("on both sides, so not independent: three arms")


def test_indirect_wants_two_contrasts_of_a_kind() -> None:
    pair, rate = [Pair("a", 3, 10, 2, 10)], [Counts("a", 3, 10)]
    for ac, bc in (
        (effect_of(RATIO, pair), effect_of(DIFFERENCE, pair)),
        (pooled_proportion(rate), pooled_proportion(rate)),
        (effect_of(DIFFERENCE, pair), pooled_proportion(rate)),
    ):
        with pytest.raises(ValueError, match="two effects on one measure of two sides"):
            indirect(ac, bc)


def test_own_intervals_are_those_of_statsmodels() -> None:
    for events, n in [(0, 12), (12, 12), (3, 40), (1, 1), (5000, 10_000)]:
        trial = pooled_proportion([Counts("t", events, n)])
        assert (trial.low, trial.high) == pytest.approx(proportion_confint(events, n, method="wilson"), abs=1e-12)
    for a, n_a, b, n_b in [(3, 40, 5, 41), (12, 30, 0, 25), (20, 20, 0, 20), (400, 1000, 5000, 10_000)]:
        found = pooled_effects([[Pair("t", a, n_a, b, n_b)]])[0]
        newcombe = confint_proportions_2indep(a, n_a, b, n_b, compare="diff", method="newcomb")
        assert (found["risk difference"].low, found["risk difference"].high) == pytest.approx(newcombe, abs=1e-12)
        if 0 in (a, b, n_a - a, n_b - b):
            continue
        table = Table2x2([[a, n_a - a], [b, n_b - b]])
        assert (found["odds ratio"].low, found["odds ratio"].high) == pytest.approx(table.oddsratio_confint(), rel=1e-12)
        assert (found["risk ratio"].low, found["risk ratio"].high) == pytest.approx(table.riskratio_confint(), rel=1e-12)


def test_statsmodels_own_iteration_agrees_as_far_as_it_goes() -> None:
    effects, variances = np.array([-0.8, 0.2, -1.7, -0.1, 0.2]), np.array([0.12, 0.07, 0.13, 0.13, 0.045])
    (tau2,) = paule_mandel(Segments([5]), effects, variances)
    assert tau2 == pytest.approx(combine_effects(effects, variances, method_re="iterated").tau2, abs=1e-4)


def test_reading_the_modules_loads_nothing_heavy_nor_does_pooling_nothing() -> None:
    code = (
        "import sys, registry.pooling.contrasts; "
        "from registry.pooling.score_effects import SCORE_MEASURES, every_pooled_score; "
        "assert [every_pooled_score(measure, []) for measure in SCORE_MEASURES] == [[], []]; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'pandas', 'statsmodels', 'polars', 'duckdb'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_nobody_uses_of_numpy_is_imported_when_somebody_does() -> None:
    code = (
        "import sys, registry.pooling.rates; there = 'numpy.f2py.crackfortran' in sys.modules; "
        "import numpy.testing, numpy.f2py; numpy.testing.assert_equal(1, 1); print(there, bool(numpy.f2py.get_include()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False True\n"


@pytest.mark.parametrize(
    ("sizes", "a", "b"),
    [
        *(([(100, 100)] * 2, a, b) for a, b in [(0.6, 0.3), (0.3, 0.6), (0.45, 0.3), (0.5, 0.5)]),
        # Few events in arms of different sizes: Mantel and Haenszel's difference lies wholly to one side of none in 28 of 100.
        ([(12, 60), (15, 90)], 0.03, 0.03),
        ([(60, 12), (90, 15)], 0.03, 0.03),
        ([(20, 40)] * 4, 0.05, 0.1),
    ],
)
def test_ratio_and_difference_hold_the_true_ones_as_often_as_they_say(sizes: list[tuple[int, int]], a: float, b: float) -> None:
    """What isn't known of two rates is in their odds ratio, and in where both lie together: at one side's rate the other's share would be left out."""
    rng = np.random.default_rng(7)
    aside = rng.normal(0, 0.7, (400, len(sizes)))  # trials' own rates differ
    p, q = (1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + aside))) for rate in (a, b))
    strata = [
        [Pair(str(i), int(rng.binomial(n, p[j, i])), n, int(rng.binomial(m, q[j, i])), m) for i, (n, m) in enumerate(sizes)]
        for j in range(400)
    ]
    true = {"odds ratio": a * (1 - b) / (b * (1 - a)), "risk ratio": a / b, "risk difference": a - b}
    effects = pooled_effects(strata)
    whole = [one for one in effects if "risk ratio" in one and one["risk ratio"].method.route is Route.FROM_ODDS]

    def held(name: str, some: Sequence[Mapping[str, Pooled]]) -> float:
        return sum(one[name].low <= true[name] <= one[name].high for one in some) / len(some)

    assert len(whole) > 150
    assert held("risk ratio", whole) > 0.94
    assert held("risk difference", effects) > 0.94
