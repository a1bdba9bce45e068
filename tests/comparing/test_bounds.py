"""The bounds of a pooled figure over trials that may not belong: held to every subset of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import compress, product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit, logit

from registry.pooling.bounds import bounds_of_effect, bounds_of_rates
from registry.pooling.counts import Counts, Pair
from registry.pooling.random_effects import pooled_effects, pooled_rates


def subsets_of(every: Sequence[Counts], open_: Collection[str]) -> list[list[Counts]]:
    """What is in besides the trials that are not open, in every way."""
    choices = product((False, True), repeat=len(open_))
    chosen = [dict(zip(sorted(open_), taken, strict=True)) for taken in choices]
    return [[one for one in every if taken.get(one.label, True)] for taken in chosen]


counted = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.booleans()))


@pytest.mark.parametrize(
    "trials",
    [
        [(4, 20, True), (9, 20, True), (30, 50, False), (2, 30, True)],
        [(10, 40, False), (12, 40, True), (11, 40, True)],
        [(1, 17, True), (12, 17, True)],
        [(4, 9, False), (12, 21, True)],
        [(0, 20, True), (8, 20, False), (20, 20, True), (15, 40, False), (3, 60, True)],
    ],
)
def test_the_extremes_of_a_rate_are_those_of_every_subset(trials: list[tuple[int, int, bool]]) -> None:
    every = [Counts(f"t{i}", events, n) for i, (events, n, _) in enumerate(trials)]
    open_ = {one.label for one, (_, _, is_open) in zip(every, trials, strict=True) if is_open}
    (found,) = bounds_of_rates([(every, open_)])
    assert found is not None
    assert set(found.open_) == open_
    subsets = [some for some in subsets_of(every, open_) if some]
    pooled = pooled_rates(subsets)
    for extreme, furthest in ((found.lowest, min), (found.highest, max)):
        taken = [one for one in every if one.label not in open_ or one.label in extreme.taken]
        own = pooled[subsets.index(taken)]
        assert (extreme.estimate, extreme.low, extreme.high, extreme.k) == (own.estimate, own.low, own.high, own.k)
        assert extreme.estimate == furthest(one.estimate for one in pooled)


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
        (whole,) = pooled_rates([every])
        assert found.lowest.estimate <= whole.estimate <= found.highest.estimate


def test_nearly_all_extremes_are_those_of_every_subset() -> None:
    """Of strata made at random, as docs/comparing.md tells of more of them."""
    random = np.random.default_rng(20261129)
    strata = []
    for _ in range(60):
        n = random.integers(8, 120, random.integers(2, 7))
        events = random.binomial(n, expit(random.normal(-0.3, 0.6) + random.normal(0, random.uniform(0, 1.2), len(n))))
        every = [Counts(f"t{i}", *map(int, one)) for i, one in enumerate(zip(events, n, strict=True))]
        strata.append((every, {one.label for one in every if random.random() < 0.7}))
    short = []
    for (every, open_), found in zip(strata, bounds_of_rates(strata), strict=True):
        if found is not None:
            rates = [one.estimate for one in pooled_rates([some for some in subsets_of(every, open_) if some])]
            short += [found.lowest.estimate - min(rates), max(rates) - found.highest.estimate]
    assert len(short) > 100
    assert min(short) == 0
    assert np.mean(np.array(short) > 0) < 0.02
    assert max(short) < 0.005


def test_the_best_of_many_is_searched_for_in_steps() -> None:
    every = [Counts(f"t{i}", i, 90) for i in range(1, 80)]
    (found,) = bounds_of_rates([(every, {one.label for one in every[1:]})])
    assert found is not None
    for extreme, furthest in ((found.lowest, min), (found.highest, max)):
        some = ([every[:n] for n in range(1, 80)], [every[:1] + every[-n:] for n in range(1, 79)])
        assert extreme.estimate == furthest(one.estimate for one in pooled_rates([*some[0], *some[1]]))


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
    choices = [set(compress(sorted(open_), taken)) for taken in product((False, True), repeat=len(open_))]
    subsets = [[pair for pair in pairs if pair.label not in open_ or pair.label in taken] for taken in choices]
    estimates = [effects["odds ratio"].estimate for effects in pooled_effects([some for some in subsets if some])]
    for extreme, furthest in ((found.lowest, min), (found.highest, max)):
        (own,) = pooled_effects([[pair for pair in pairs if pair.label not in open_ or pair.label in extreme.taken]])
        assert extreme.estimate == own["odds ratio"].estimate == pytest.approx(furthest(estimates), rel=1e-3)


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
