"""What must hold of any stratum."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.pooling import tables
from registry.pooling.bounds import bounds_of_rates
from registry.pooling.by_subject import rate_rows
from registry.pooling.contrasts import Indirect, indirect
from registry.pooling.counts import Counts, Pair, combined
from registry.pooling.measures import MEASURES, Measure
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_proportion, pooled_rates
from registry.strata.rows import MAIN, Row
from tests.comparing.one_stratum import pooled_effect
from tests.comparing.rows import row

CLOSE = {"rel": 1e-5, "abs": 1e-6}
few = settings(max_examples=max(8, settings.default.max_examples // 4), deadline=None)
by_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))


@st.composite
def side(draw: st.DrawFn) -> tuple[int, int]:
    """Events and participants of one side, small and large."""
    n = draw(st.integers(1, 40) | st.integers(1, 10_000))
    return draw(st.integers(0, n)), n


strata = st.lists(side(), min_size=1, max_size=6).map(
    lambda sides: [Counts(f"trial {i}", events, n) for i, (events, n) in enumerate(sides)]
)
pairs = st.lists(st.tuples(side(), side()), min_size=1, max_size=6).map(
    lambda trials: [Pair(f"trial {i}", *a, *b) for i, (a, b) in enumerate(trials)]
)


def swapped(pair: Pair) -> Pair:
    return Pair(pair.label, pair.events_b, pair.n_b, pair.events_a, pair.n_a)


def holds_together(pooled: Pooled) -> None:
    """Limits lie about the estimate, the estimate among the trials', and the weights make a whole."""
    assert pooled.low <= pooled.estimate <= pooled.high
    assert all(math.isfinite(value) for value in (pooled.estimate, pooled.low) if pooled.measure != "odds ratio")
    assert math.fsum(trial.weight for trial in pooled.trials) == pytest.approx(100)
    assert all(trial.low - 1e-12 <= trial.estimate <= trial.high + 1e-12 for trial in pooled.trials)
    assert (pooled.k, pooled.n) == (len(pooled.trials), sum(trial.n for trial in pooled.trials))
    if pooled.tau2 is not None:
        assert pooled.tau2 >= 0
        assert pooled.i2 is not None
        assert 0 <= pooled.i2 <= 100
        assert pooled.common is not None
        assert pooled.common.low <= pooled.common.estimate <= pooled.common.high
    if pooled.prediction_low is not None:
        assert pooled.prediction_high is not None
        assert pooled.prediction_low <= pooled.low
        assert pooled.high <= pooled.prediction_high


def same(one: Pooled, other: Pooled) -> bool:
    """Whether two results agree, whatever the trials' order."""
    names = ("estimate", "low", "high", "tau2", "i2", "q", "q_p", "prediction_low", "prediction_high")
    values = [[getattr(pooled, name) for name in names] for pooled in (one, other)]
    return all(a is b is None or a == pytest.approx(b, **CLOSE) for a, b in zip(*values, strict=True))


@few
@given(strata)
def test_a_rate_holds_together(trials: list[Counts]) -> None:
    pooled = pooled_proportion(trials)
    holds_together(pooled)
    assert 0 <= pooled.low <= pooled.high <= 1
    assert pooled.prediction_low is not None
    if 0 < pooled.events < pooled.n:
        assert 0 < pooled.estimate < 1


@few
@given(pairs)
@by_measure
def test_contrasts_hold_together(measure: Measure[Pair], trials: list[Pair]) -> None:
    pooled = pooled_effect(measure, trials)
    if pooled is None:
        assert measure.needs_cells
        assert all(pair.uninformative for pair in trials)
        return
    holds_together(pooled)
    assert pooled.left_out == tuple(pair.label for pair in trials if measure.needs_cells and pair.uninformative)
    assert measure.scale.within(pooled.estimate) == pooled.estimate


@few
@given(st.lists(strata, min_size=2, max_size=4), st.lists(pairs, min_size=2, max_size=4))
def test_all_at_once_is_one_by_one_to_the_last_digit(rates: list[list[Counts]], contrasts: list[list[Pair]]) -> None:
    for together, trials in zip(pooled_rates(rates), rates, strict=True):
        assert repr(together) == repr(pooled_proportion(trials))
    for effects, some in zip(pooled_effects(contrasts), contrasts, strict=True):
        assert repr(effects) == repr(pooled_effects([some])[0])
    asked = [(trials, {trial.label for trial in trials[:2]}) for trials in rates]
    for bounds, one in zip(bounds_of_rates(asked), asked, strict=True):
        assert repr(bounds) == repr(bounds_of_rates([one])[0])


@few
@given(strata, pairs, st.randoms(use_true_random=False))
def test_order_changes_nothing(trials: list[Counts], contrasts: list[Pair], random: Random) -> None:
    shuffled, others = random.sample(trials, len(trials)), random.sample(contrasts, len(contrasts))
    assert same(pooled_proportion(trials), pooled_proportion(shuffled))
    for measure in MEASURES.values():
        one, other = pooled_effect(measure, contrasts), pooled_effect(measure, others)
        assert one is other is None or (one is not None and other is not None and same(one, other))


@few
@given(strata)
def test_counting_the_others_mirrors_the_rate(trials: list[Counts]) -> None:
    pooled, mirrored = pooled_proportion(trials), pooled_proportion([replace(t, events=t.n - t.events) for t in trials])
    assert (mirrored.estimate, mirrored.low, mirrored.high) == pytest.approx(
        (1 - pooled.estimate, 1 - pooled.high, 1 - pooled.low), **CLOSE
    )


def on_the_model(found: Pooled | Indirect, there: Callable[[float], float]) -> tuple[float, float, float]:
    return there(found.low), found.model_estimate, there(found.high)


@few
@given(pairs)
@by_measure
def test_swapped_sides_turn_the_effect_about(measure: Measure[Pair], trials: list[Pair]) -> None:
    there = measure.scale.there
    pooled, turned = pooled_effect(measure, trials), pooled_effect(measure, [swapped(pair) for pair in trials])
    if pooled is None or turned is None:
        assert pooled is turned is None
        return
    low, estimate, high = on_the_model(pooled, there)
    assert on_the_model(turned, there) == pytest.approx((-high, -estimate, -low), **CLOSE)
    assert (pooled.prediction_low is None) == (turned.prediction_low is None)
    if None not in (pooled.prediction_low, pooled.prediction_high, turned.prediction_low, turned.prediction_high):
        ahead, back = ((there(one.prediction_low), there(one.prediction_high)) for one in (pooled, turned))  # type: ignore[arg-type]
        assert back == pytest.approx((-ahead[1], -ahead[0]), **CLOSE)


@few
@given(pairs, pairs)
@by_measure
def test_indirect_is_never_surer_than_either_side(measure: Measure[Pair], ac: list[Pair], bc: list[Pair]) -> None:
    there = measure.scale.there
    one, other = pooled_effect(measure, ac), pooled_effect(measure, bc)
    if one is None or other is None:
        return
    assert indirect(one, one).estimate == pytest.approx(measure.scale.none, abs=1e-12)
    found = indirect(one, other)
    low, estimate, high = on_the_model(found, there)
    assert found.low <= found.estimate <= found.high
    assert high - low >= max(there(x.high) - there(x.low) for x in (one, other)) - 1e-9
    assert on_the_model(indirect(other, one), there) == pytest.approx((-high, -estimate, -low), **CLOSE)


@few
@given(strata)
def test_combined_arms_keep_every_participant(arms: list[Counts]) -> None:
    whole = combined(arms)
    assert (whole.events, whole.n) == (sum(arm.events for arm in arms), sum(arm.n for arm in arms))


ANALYSED = {"analysis_set": "full-analysis", "missing_data": "locf"}
MARKED = {
    "without-flagged": {"flagged": True},
    "without-derived": {"value_origin": "digitised"},
    "without-single-extraction": {"extractions": 1},
    "without-unpublished": {"publication": "unpublished"},
    "without-high-risk": {"rob_overall": "high"},
}


@st.composite
def marked_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of one treatment, some of all randomised and some of those analysed, some with marks by which a variant leaves them out."""
    kinds = draw(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(list(MARKED)))), min_size=1, max_size=6))
    return [
        row(f"t{i}", 10 + i, **{**(ANALYSED if analysed else {}), **{k: v for name in marks for k, v in MARKED[name].items()}})
        for i, (analysed, marks) in enumerate(kinds)
    ]


@given(marked_rows())
def test_what_leaves_rows_out_adds_no_trial(rows: list[Row]) -> None:
    main = {one.trial for one in rate_rows(rows, MAIN)}
    for name in MARKED:
        assert {one.trial for one in rate_rows(rows, name)} <= main


def test_a_rate_without_unpublished_trials_is_of_the_trials_that_are_left() -> None:
    oak = row("oak", 10, 29, publication="unpublished", **ANALYSED)
    hale, moss = row("hale", 50, 148, **ANALYSED), row("moss", 45, 119)
    assert rate_rows([hale, oak, moss], MAIN) == [hale, oak]
    assert rate_rows([hale, oak, moss], "without-unpublished") == [hale]


def test_sparse_strata_some_at_a_time_are_what_all_are_together(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(np.random.default_rng(7).integers(0, 9, 1_000).tolist())
    sparse = [[Pair(f"trial {i}", next(drawn) // 2, 40 + i, next(drawn), 50) for i in range(next(drawn) + 1)] for _ in range(30)]
    together = pooled_effects(sparse)
    batches = []
    made = tables.Hypergeometric
    monkeypatch.setattr(tables, "Hypergeometric", lambda *counts: batches.append(len(counts[0])) or made(*counts))
    monkeypatch.setattr(tables, "_MOST_TABLES", 12)
    assert pooled_effects(sparse) == together
    assert len(batches) > 5
    assert max(batches) <= 12 + 9
