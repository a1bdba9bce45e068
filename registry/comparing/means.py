"""Two treatments or classes by their means on scales, in each stratum that has trials of both: head to head, never through a third."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from registry.pooling.by_subject import grouped
from registry.pooling.score_effects import (
    IN_POINTS,
    SCORE_MEASURES,
    Mean,
    MeanPair,
    PooledScore,
    combined_means,
    every_pooled_score,
)
from registry.strata.comparable import NOT_INDEPENDENT, NOT_RANDOMISED, caution, is_after_response
from registry.strata.rows import LADDER, MAIN, cited, taken_in
from registry.strata.score_rows import ScoreRow
from schemas.vocabulary import rows as rows_of_vocabulary
from schemas.windows import distance

__all__ = ["MeanContrast", "PairedMeans", "compare_scores", "every_mean_contrast", "mean_contrasts", "paired_means"]


@dataclass(frozen=True)
class MeanContrast:
    """a against b by means in one stratum: each measure pooled, and the trials' sides. ``pooling`` is the variant, `main` where these trials leave nothing unstated.

    ``flagged`` of its means have a finding; ``unflagged`` is what the others give, empty if those leave no trial or there are none of these.
    """

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
    flagged: int
    unflagged: dict[str, PooledScore]

    @property
    def warning(self) -> str:
        """What it is to be read with; empty where that is nothing."""
        return caution(self.arm_kind)


def compare_scores(rows: Sequence[ScoreRow], a: str, b: str, leading: Sequence[str] = LADDER) -> tuple[MeanContrast, ...]:
    """Every stratum with means of both, in the first of the variants that has any."""
    for variant in leading:
        found = mean_contrasts(rows, a, b, variant)
        if found:
            return found
    return ()


def mean_contrasts(rows: Sequence[ScoreRow], a: str, b: str, variant: str) -> tuple[MeanContrast, ...]:
    """The same in one variant of the pooling."""
    return every_mean_contrast(rows, [(a, b)], variant)[0]


def every_mean_contrast(
    rows: Sequence[ScoreRow], subjects: Sequence[tuple[str, str]], variant: str
) -> list[tuple[MeanContrast, ...]]:
    """The same of every two subjects, all pooled at once."""
    strata = {name: tuple(some) for name, some in sorted(grouped(taken_in(rows, variant), lambda row: row.stratum).items())}
    trials = {name: [*_trials(some)] for name, some in strata.items()}
    sound = {
        name: [*_trials(row for row in some if not row.flagged)]
        for name, some in strata.items()
        if any(row.flagged for row in some)
    }
    paired = [
        (place, name, pairs)
        for place, (a, b) in enumerate(subjects)
        for name, some in trials.items()
        if (pairs := _pairs(some, a, b))
    ]
    flagged = [sum(row.flagged for pair in pairs for row in pair.rows) for *_, pairs in paired]
    rest = [_pairs(sound[name], *subjects[place]) if some else [] for (place, name, _), some in zip(paired, flagged, strict=True)]
    effects = _pooled([*(pairs for *_, pairs in paired), *rest])
    found: list[list[MeanContrast]] = [[] for _ in subjects]
    for i, (place, name, pairs) in enumerate(paired):
        one = strata[name][0]
        where = (one.instrument, one.statistic, one.population, one.window, one.counted_from, one.strategy, one.arm_kind)
        # Where nothing of these trials is unstated, a variant that would take such rows takes the main one's.
        own = MAIN if not any(row.unstated for pair in pairs for row in pair.rows) else variant
        means = tuple(pair.means for pair in pairs)
        found[place].append(
            MeanContrast(name, *where, *subjects[place], own, means, effects[i], flagged[i], effects[len(paired) + i])
        )
    return [tuple(sorted(some, key=_order)) for some in found]


def _pairs(trials: Iterable[_Trial], a: str, b: str) -> list[PairedMeans]:
    return [pair for one in trials if (pair := one.pair(a, b)) is not None]


def _pooled(strata: Sequence[Sequence[PairedMeans]]) -> list[dict[str, PooledScore]]:
    """Each measure of each stratum's trials; none where there are no trials."""
    asked = [i for i, pairs in enumerate(strata) if pairs]
    means = [tuple(pair.means for pair in strata[i]) for i in asked]
    found: list[dict[str, PooledScore]] = [{} for _ in strata]
    for measure in SCORE_MEASURES:
        for i, effect in zip(asked, every_pooled_score(measure, means), strict=True):
            # Several trials by versions that they don't state: no points are theirs together.
            if not (measure == IN_POINTS and effect.k > 1 and strata[i][0].a[0].instrument.endswith(".unstated")):
                found[i][measure] = effect
    return found


def _order(one: MeanContrast) -> tuple[object, ...]:
    """Where a stratum comes among others, as places of rates do; a scale of one item, which is an impression, comes after those that sum several."""
    phase, _, _ = one.strategy.partition(", ")
    return (
        one.arm_kind == NOT_RANDOMISED,
        is_after_response(phase, one.arm_kind),
        -len(one.pairs),
        one.instrument in _of_one_item(),
        distance(one.window),
        -sum(pair.a.n + pair.b.n for pair in one.pairs),
        one.stratum,
    )


@cache
def _of_one_item() -> frozenset[str]:
    return frozenset(row["instrument_id"] for row in rows_of_vocabulary("instruments") if row["items"] == "1")


@dataclass(frozen=True)
class PairedMeans:
    """The arms of one trial that are compared with each other, all at one setting."""

    trial: str
    a: tuple[ScoreRow, ...]
    b: tuple[ScoreRow, ...]

    @property
    def rows(self) -> tuple[ScoreRow, ...]:
        """Both sides'."""
        return *self.a, *self.b

    @property
    def means(self) -> MeanPair:
        """Both sides' means; arms of one side as one."""
        a, b = (combined_means([Mean(row.n, row.mean, row.sd) for row in side]) for side in (self.a, self.b))
        return MeanPair(cited(self.a[0].study, self.trial), a, b)


def paired_means(rows: Sequence[ScoreRow], a: str, b: str) -> list[PairedMeans]:
    """The trials that had both subjects, by the trial's name; the rows are of one stratum."""
    return _pairs(_trials(rows), a, b)


@dataclass(frozen=True)
class _Trial:
    """A trial's arms at each of its settings, and the subjects that it had."""

    name: str
    settings: tuple[tuple[ScoreRow, ...], ...]
    subjects: frozenset[str]

    def pair(self, a: str, b: str) -> PairedMeans | None:
        """Both at one setting, and of several settings at the one with the most participants; None where it had them at none."""
        if not {a, b} <= self.subjects:
            return None
        whole = []
        for arms in self.settings:
            sides = [
                tuple(row for row in arms if one in row.subjects and other not in row.subjects) for one, other in ((a, b), (b, a))
            ]
            if all(sides):
                whole.append(PairedMeans(self.name, *sides))
        return max(whole, key=lambda pair: sum(row.n for row in pair.rows), default=None)


def _trials(rows: Iterable[ScoreRow]) -> Iterator[_Trial]:
    """The trials of a stratum but for crossovers, which have the same people on both sides, and for clusters."""
    trials = grouped((row for row in rows if row.arm_kind not in NOT_INDEPENDENT), lambda row: row.trial)
    for trial, every in sorted(trials.items()):
        settings = grouped(every, lambda row: (row.study_id, row.setting))
        subjects = frozenset(subject for arms in settings.values() for row in arms for subject in row.subjects)
        yield _Trial(trial, tuple(map(tuple, settings.values())), subjects)
