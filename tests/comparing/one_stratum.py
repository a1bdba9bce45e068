"""What is pooled of many strata at once, of one."""

from __future__ import annotations

from collections.abc import Sequence

from registry.pooling.counts import Pair
from registry.pooling.measures import Measure
from registry.pooling.random_effects import Pooled, pooled_effects
from registry.pooling.score_effects import MeanPair, PooledScore, every_pooled_score


def pooled_effect(measure: Measure[Pair], pairs: Sequence[Pair]) -> Pooled | None:
    """The measure of a against b; None where no trial says anything of it."""
    return pooled_effects([pairs])[0].get(measure.name)


def pooled_scores(measure: str, pairs: Sequence[MeanPair]) -> PooledScore:
    """A measure of means."""
    return every_pooled_score(measure, [pairs])[0]
