"""Every method has a few words and a record, and what another prior would have made of it is said."""

from __future__ import annotations

import pytest

from registry.answers.mean_words import mean_words
from registry.comparing.means import MeanContrast
from registry.pooling.contrasts import indirect
from registry.pooling.counts import Counts, Pair
from registry.pooling.method import Estimator, Method, Route
from registry.pooling.method_words import how, prior_words
from registry.pooling.networks import DECISION, networks
from registry.pooling.random_effects import METHODS, pooled_effects, pooled_proportion
from registry.pooling.scales import RATIO, SHARE, p_said
from registry.pooling.score_effects import Mean, MeanPair
from tests.comparing import fixtures
from tests.comparing.fixtures import networks as published
from tests.comparing.one_stratum import pooled_scores


def test_every_method_has_a_few_words() -> None:
    methods = {pooled_proportion(trials).method for trials in fixtures.counts().values()}
    effects = pooled_effects(list(fixtures.pairs().values()))
    methods |= {one.method for some in effects for one in some.values()}
    methods |= {indirect(one, one).method for some in effects[:3] for one in some.values()}
    for name in ("linde2015-response", "dogliotti2014-stroke"):
        (network,) = networks(published.trials(name))
        methods.add(network.effect(*network.treatments[:2]).method)
    sides = Mean(40, 10.0, 5.0), Mean(42, 12.0, 5.5)
    methods |= {
        pooled_scores(name, [MeanPair(str(i), *sides) for i in range(k)]).method
        for name in ("mean difference", "standardised mean difference")
        for k in (1, 2, 4)
    }
    short = {method.short for method in methods}
    assert all(len(words) <= 40 for words in short)
    assert {"its own interval", "prior on tau", "exact likelihood", "random effects, Hartung–Knapp"} <= short
    assert {"exact conditional likelihood", "from the odds ratio, prior on tau", "from the odds ratio, exact likelihood"} <= short
    assert {method.by for method in methods} >= set(Estimator) - {Estimator.SUMMED, Estimator.NETWORK_PRIOR}
    assert all(str(method).startswith(method.route.value) and method.words for method in methods)


@pytest.mark.parametrize(
    ("measure", "cells", "short"),
    [
        ("risk ratio", [(0, 10, 2, 100)], "its own interval, continuity correction"),
        ("odds ratio", [(0, 40, 3, 40)] * 3, "prior on tau, continuity correction"),
        ("odds ratio", [(0, 40, 3, 40)] * 4, "Hartung–Knapp, continuity correction"),
        ("risk ratio", [(0, 40, 3, 40)] * 4, "Mantel–Haenszel, continuity correction"),
        ("risk difference", [(0, 40, 0, 40)] * 2, "Mantel–Haenszel, common effect"),
    ],
)
def test_few_words_tell_what_was_done(measure: str, cells: list[tuple[int, int, int, int]], short: str) -> None:
    (found,) = pooled_effects([[Pair(str(i), *counts) for i, counts in enumerate(cells)]])
    assert found[measure].method.short == short


def test_a_method_as_text_begins_with_its_route() -> None:
    assert str(Method(Estimator.RANDOM, "random effects", Route.FROM_ODDS)) == f"{Route.FROM_ODDS.value}random effects"


def test_records_are_named_once() -> None:
    assert how([METHODS, DECISION, METHODS]) == "How: docs/decisions/0009, docs/decisions/0010."


def test_what_another_prior_makes_is_said_of_rates_effects_and_means() -> None:
    rate = pooled_proportion([Counts("1", 5, 20), Counts("2", 12, 30)])
    told = prior_words(rate, lambda of: f"{SHARE.said(of.estimate)} ({SHARE.interval(of.low, of.high)})")
    assert told is not None
    assert told.startswith("with a prior half as wide 33.")
    assert ", twice as wide 32." in told
    ratio = pooled_effects([[Pair("1", 5, 20, 9, 20), Pair("2", 12, 30, 15, 30)]])[0]["odds ratio"]
    assert prior_words(ratio, lambda of: RATIO.said(of.estimate)) is not None
    many = pooled_proportion([Counts(str(i), 5 + i, 20) for i in range(4)])
    assert prior_words(many, lambda of: "") is None
    pairs = [MeanPair(str(i), Mean(40, 10.0 + i, 5.0), Mean(42, 12.0, 5.5)) for i in range(2)]
    score = pooled_scores("mean difference", pairs)
    where = ("madrs", "change", "mdd", "days 21-41", "start", "acute, none", "randomised")
    _, words = mean_words(MeanContrast("s", *where, "a", "b", "main", tuple(pairs), {"mean difference": score}, 0, {}), str)
    assert "; with a prior half as wide −1." in words


def test_a_p_value_is_never_nought() -> None:
    assert [p_said(p) for p in (0.24, 0.099, 0.004, 0.0002)] == ["p = 0.24", "p = 0.10", "p = 0.004", "p < 0.001"]
