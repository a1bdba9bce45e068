"""Two treatments or classes by their means on scales, in each stratum that has trials of both: head to head, never through a third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.pooling.score_effects import SCORE_MEASURES, Mean, MeanPair, PooledScore, combined_means, every_pooled_score
from registry.strata.rows import LADDER, cited
from registry.strata.score_rows import ScoreRow, taken_in

__all__ = ["MeanContrast", "compare_scores", "mean_contrasts"]


@dataclass(frozen=True)
class MeanContrast:
    """a against b by means in one stratum: each measure pooled, and the trials' sides. ``pooling`` is the variant that leads."""

    stratum: str
    instrument: str
    statistic: str
    population: str
    window: str
    counted_from: str
    strategy: str
    arm_kind: str
    a: str
    b: str
    pooling: str
    pairs: tuple[MeanPair, ...]
    effects: dict[str, PooledScore]


def compare_scores(rows: Sequence[ScoreRow], a: str, b: str, leading: Sequence[str] = LADDER) -> tuple[MeanContrast, ...]:
    """Every stratum with means of both, in the first of the variants that has any."""
    for variant in leading:
        found = mean_contrasts(rows, a, b, variant)
        if found:
            return found
    return ()


def mean_contrasts(rows: Sequence[ScoreRow], a: str, b: str, variant: str) -> tuple[MeanContrast, ...]:
    """The same in one variant of the pooling."""
    strata: dict[str, list[ScoreRow]] = {}
    for row in taken_in(rows, variant):
        strata.setdefault(row.stratum, []).append(row)
    paired = {name: pairs for name, some in sorted(strata.items()) if (pairs := _pairs(some, a, b))}
    if not paired:
        return ()
    effects = {measure: every_pooled_score(measure, list(paired.values())) for measure in SCORE_MEASURES}
    found = []
    for place, (name, pairs) in enumerate(paired.items()):
        one = strata[name][0]
        where = (one.instrument, one.statistic, one.population, one.window, one.counted_from, one.strategy, one.arm_kind)
        pooled = {measure: of[place] for measure, of in effects.items()}
        found.append(MeanContrast(name, *where, a, b, variant, tuple(pairs), pooled))
    return tuple(sorted(found, key=lambda one: (-sum(pair.a.n + pair.b.n for pair in one.pairs), one.stratum)))


def _pairs(rows: Sequence[ScoreRow], a: str, b: str) -> list[MeanPair]:
    """The trials that had both at one setting, and of several settings the one with the most participants."""
    settings: dict[str, dict[str, list[ScoreRow]]] = {}
    for row in rows:
        if row.arm_kind != "crossover":
            settings.setdefault(row.trial, {}).setdefault(repr(row.setting), []).append(row)
    found = []
    for trial, at in sorted(settings.items()):
        whole = []
        for arms in at.values():
            sides = [
                [
                    Mean(row.n, row.mean, row.sd)
                    for row in arms
                    if one in (row.node, row.class_) and other not in (row.node, row.class_)
                ]
                for one, other in ((a, b), (b, a))
            ]
            if all(sides):
                whole.append(MeanPair(cited(arms[0].study, trial), *(combined_means(side) for side in sides)))
        if whole:
            found.append(max(whole, key=lambda pair: pair.a.n + pair.b.n))
    return found
