"""What is pooled of a stratum's rows: the rate of a treatment or class, and two of them against each other.

A trial counts once: its arms of one subject are combined first, so that a trial with three doses, or with one comparator for two arms,
counts nobody twice.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from registry.pooling.contrasts import Indirect, indirect
from registry.pooling.counts import Counts, Pair, combined
from registry.pooling.measures import MEASURES, ODDS_RATIO, Measure
from registry.pooling.once import EFFECTS, RATES, pooled_once
from registry.pooling.random_effects import Pooled
from registry.strata.rows import ALL_RANDOMISED, BASES, EITHER, MAIN, THOSE_ANALYSED, WITH_IMPUTED, Row, cited, rows_of, variant
from registry.strata.subjects import overlapping

__all__ = [
    "Compared",
    "Contrast",
    "PairedArms",
    "TrialArms",
    "at_one_setting",
    "compared",
    "contrast",
    "contrasts",
    "counts_of",
    "grouped",
    "of_one_denominator",
    "paired_arms",
    "pairs_of",
    "pooled_rate",
    "pooled_rates_of",
    "rate_rows",
]

_One = TypeVar("_One")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Contrast:
    """Two subjects in one stratum: from trials that had both where there are any, else through a third (``via``)."""

    effects: Mapping[str, Pooled | Indirect]
    """By the measure's name, in the order of the measures: ``Pooled`` throughout where trials had both, else ``Indirect``.

    A ratio is absent where no trial says anything of it: in each, none met the definition, or all. Of indirect ones there is the odds ratio alone where
    they would point in different directions.
    """
    via: str | None = None

    @property
    def is_direct(self) -> bool:
        return self.via is None

    @property
    def trials(self) -> tuple[str, ...]:
        """The labels of the trials that had both, those included that say nothing about a ratio."""
        pooled = [effect for effect in self.effects.values() if isinstance(effect, Pooled)]
        whole = max(pooled, key=lambda effect: effect.k, default=None)
        return () if whole is None else (*(trial.label for trial in whole.trials), *whole.left_out)

    @property
    def silent(self) -> tuple[str, ...]:
        """Those of them that say nothing about a ratio: on both sides all or none met the definition."""
        by_measure = [self.effects.get(name) for name in MEASURES]
        told = [{trial.label for trial in effect.trials} if isinstance(effect, Pooled) else set() for effect in by_measure]
        informing = set[str].intersection(*told)
        return tuple(label for label in self.trials if label not in informing)

    def led_by(self, leading: str) -> list[tuple[Measure[Pair], Pooled | Indirect]]:
        """Each measure with its effect, the one of that name first and the others in their order."""
        told = sorted(self.effects, key=lambda name: name != leading)
        return [(MEASURES[name], self.effects[name]) for name in told]

    @property
    def ratio(self) -> Pooled | Indirect:
        """Deprecated: ``effects["risk ratio"]``."""
        return self._by_old_name("ratio", "risk ratio")

    @property
    def difference(self) -> Pooled | Indirect:
        """Deprecated: ``effects["risk difference"]``."""
        return self._by_old_name("difference", "risk difference")

    def _by_old_name(self, old: str, measure: str) -> Pooled | Indirect:
        told = f'Contrast.{old} is deprecated and goes in 0.3; use Contrast.effects["{measure}"]'
        warnings.warn(told, DeprecationWarning, stacklevel=3)
        return self.effects[measure]


def grouped(rows: Iterable[_One], key: Callable[[_One], _Key]) -> dict[_Key, list[_One]]:
    """The rows by key, in the order in which they come."""
    found: dict[_Key, list[_One]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def _together(arms: Sequence[Row]) -> Counts:
    """Arms of one trial as one."""
    return combined([Counts(cited(arms[0].study, arms[0].trial), arm.events, arm.n) for arm in arms])


def of_one_denominator(rows: Sequence[Row], as_of: Sequence[Row] = ()) -> list[Row]:
    """The rows whose denominators are of one kind, all randomised or those analysed: of the two, the kind that more trials have, of those ``as_of``
    which the rows are taken where there are any.
    """

    def trials(kind: bool) -> int:
        return len({row.trial for row in as_of or rows if row.of_all_randomised is kind})

    kind = trials(True) >= trials(False)
    return [row for row in rows if row.of_all_randomised is kind]


def rate_rows(rows: Sequence[Row], name: str, base: str = MAIN, beside: Sequence[Row] = ()) -> list[Row]:
    """The rows of one subject that go into a pooled rate in that variant: of one kind of denominator, that of what it leaves rows out of, but where the variant
    is about denominators, and of each trial at one setting, that of the subject ``beside`` where it has it too.
    """
    taken = variant(rows, name, base)
    whole = () if name in (*BASES, WITH_IMPUTED) else variant(rows, base)
    own = taken if name in (EITHER, ALL_RANDOMISED, THOSE_ANALYSED) else of_one_denominator(taken, whole)
    return at_one_setting(own, variant(beside, name, base))


def at_one_setting(rows: Iterable[Row], beside: Iterable[Row] = ()) -> list[Row]:
    """Of one subject's rows, of each trial those at one setting: one that its rows of the subject ``beside`` have too, then that of the most arms, then of the
    most participants, then the earliest. One rate holds no arms at another visit, by another rule or in another set.
    """
    there = {(row.trial, row.study_id, row.setting) for row in beside}

    def order(some: Sequence[Row]) -> tuple[bool, int, int, float]:
        first = some[0]
        return (first.trial, first.study_id, first.setting) in there, len(some), sum(row.n for row in some), -(first.day or 0.0)

    kept: list[Row] = []
    for arms in grouped(rows, lambda row: row.trial).values():
        chosen = arms if len(arms) == 1 else max(_by_setting(arms), key=order)
        kept += chosen
    return kept


def _by_setting(arms: Iterable[Row]) -> list[list[Row]]:
    """The arms of one trial that have one setting, and so can be on two sides of a comparison or in one rate."""
    return list(grouped(arms, lambda row: (row.study_id, row.setting)).values())


def pooled_rate(rows: Sequence[Row], subject: str) -> Pooled | None:
    """The pooled rate of a subject in the rows of one stratum; None where it has none."""
    return pooled_rates_of([(rows, subject)])[0]


def pooled_rates_of(asked: Sequence[tuple[Sequence[Row], str]]) -> list[Pooled | None]:
    """``pooled_rate`` of each, all computed at once.

    An audit or a comparison asks for the same rate many times, so what was computed is kept.
    """
    counts = [tuple(counts_of(rows, subject)) for rows, subject in asked]
    found = pooled_once(RATES, [trials for trials in counts if trials])
    return [found.get(trials) for trials in counts]


def counts_of(rows: Sequence[Row], subject: str) -> list[Counts]:
    """The counts of the trials that had the subject; arms of one trial, at one setting, as one."""
    trials = grouped(at_one_setting(rows_of(rows, subject)), lambda row: row.trial)
    return [_together(arms) for _, arms in sorted(trials.items())]


@dataclass(frozen=True)
class PairedArms:
    """The arms of one trial that are compared with each other, all at one setting."""

    trial: str
    a: tuple[Row, ...]
    b: tuple[Row, ...]

    @property
    def counts(self) -> Pair:
        """Both sides' counts; arms of one side as one."""
        a, b = _together(self.a), _together(self.b)
        return Pair(a.label, a.events, a.n, b.events, b.n)


class TrialArms:
    """The arms of a stratum by trial, and in a trial by setting: definition, visit, set and handling of missing data alike.

    What is asked of many pairs of subjects is sorted once. A crossover is left out: the same people are on both sides, and what they have in common
    isn't in two counts. So are clusters: what people of one group have in common isn't in them either.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        trials = grouped((row for row in rows if row.independent), lambda row: row.trial)
        self._trials = sorted(trials)
        # By subject, trial and setting, by their places in the order: its arms.
        self._had: dict[str, dict[int, dict[int, list[Row]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for i, trial in enumerate(self._trials):
            for j, row in ((j, row) for j, some in enumerate(_by_setting(trials[trial])) for row in some):
                for subject in row.subjects:
                    self._had[subject][i][j].append(row)
        self._held = overlapping(row.subjects for row in rows)
        self._counts: dict[tuple[str, str | None, int, int], Counts | None] = {}
        self._pairs: dict[tuple[str, str], list[Pair]] = {}

    def paired(self, a: str, b: str) -> list[PairedArms]:
        """The trials that had both subjects, by the trial's name, each with its two sides at one setting, the one with most participants.

        An arm that is of both subjects is on neither side.
        """
        return [
            PairedArms(self._trials[i], tuple(self._arms(a, b, i, j)), tuple(self._arms(b, a, i, j)))
            for i, j, _, _ in self._compared(a, b)
        ]

    def pairs(self, a: str, b: str) -> list[Pair]:
        """The counts of the trials that had both subjects. A third is asked about by every two: what was found is kept, for either side's turn."""
        if (a, b) not in self._pairs:
            turned = self._pairs.get((b, a))
            self._pairs[a, b] = (
                [Pair(x.label, x.events, x.n, y.events, y.n) for _, _, x, y in self._compared(a, b)]
                if turned is None
                else [pair.turned for pair in turned]
            )
        return self._pairs[a, b]

    def _compared(self, a: str, b: str) -> Iterator[tuple[int, int, Counts, Counts]]:
        """Each trial and setting in which the two are compared, with both sides' counts."""
        had_a, had_b = (self._had.get(subject, {}) for subject in (a, b))
        not_a, not_b = (a, b) if (a, b) in self._held else (None, None)
        for i in sorted(had_a.keys() & had_b.keys()):
            sides = (
                (i, j, self._side(a, not_b, i, j), self._side(b, not_a, i, j)) for j in sorted(had_a[i].keys() & had_b[i].keys())
            )
            whole = [(i, j, x, y) for i, j, x, y in sides if x is not None and y is not None]
            if whole:
                yield max(whole, key=lambda side: side[2].n + side[3].n)

    def _side(self, subject: str, other: str | None, i: int, j: int) -> Counts | None:
        """Its arms that aren't the other's as well, as one; None if there are none."""
        key = subject, other, i, j
        if key not in self._counts:
            arms = self._arms(*key)
            self._counts[key] = _together(arms) if arms else None
        return self._counts[key]

    def _arms(self, subject: str, other: str | None, i: int, j: int) -> list[Row]:
        return [arm for arm in self._had[subject][i][j] if other not in arm.subjects]


def paired_arms(rows: Sequence[Row], a: str, b: str) -> list[PairedArms]:
    """The trials of a stratum that had both subjects: see ``TrialArms.paired``."""
    return TrialArms(rows).paired(a, b)


def pairs_of(rows: Sequence[Row], a: str, b: str) -> list[Pair]:
    """The counts of the trials that had both subjects."""
    return TrialArms(rows).pairs(a, b)


@dataclass(frozen=True)
class Compared:
    """What is pooled to compare two subjects: the trials that had both, or else those of each against a third (``via``)."""

    pairs: tuple[list[Pair], ...]
    via: str | None = None

    def contrast(self, pooled: Sequence[Mapping[str, Pooled]]) -> Contrast:
        """The contrast, from what ``pooled_effects`` gives for ``pairs``."""
        if self.via is None:
            return Contrast(pooled[0])
        ac, bc = pooled
        return Contrast(
            _in_one_direction({name: indirect(ac[name], bc[name]) for name in MEASURES if name in ac and name in bc}), self.via
        )


def _in_one_direction(found: Mapping[str, Indirect]) -> Mapping[str, Indirect]:
    """The odds ratio alone where ratio or difference of risks points the other way: with the third treatment the two sides' trials had other rates, and what is
    taken from one rate to another as a ratio isn't what is taken as a difference.
    """
    odds = found.get(ODDS_RATIO.name)
    alike = odds is None or all(of.model_estimate * odds.model_estimate >= 0 for of in found.values())
    return found if odds is None or alike else {ODDS_RATIO.name: odds}


def compared(arms: TrialArms, a: str, b: str) -> Compared | None:
    """What there is to compare the two subjects by; None where neither a trial nor a common comparator has them together."""
    direct = arms.pairs(a, b)
    if direct:
        return Compared((direct,))
    sides = {via: (arms.pairs(a, via), arms.pairs(b, via)) for via in _others(arms.rows, a, b)}
    both = {via: pairs for via, pairs in sides.items() if all(pairs)}
    if not both:
        return None

    def order(via: str) -> tuple[int, float, str]:
        """The most trials come first, and of as many those with the largest effective sample size: that of a trial of both that
        would say as much (10.1186/2046-4053-1-41).
        """
        ac, bc = both[via]
        n_ac, n_bc = (sum(pair.n_a + pair.n_b for pair in pairs) for pairs in (ac, bc))
        return -len(ac) - len(bc), -n_ac * n_bc / (n_ac + n_bc), via

    via = min(both, key=order)
    return Compared(both[via], via)


def contrast(rows: Sequence[Row], a: str, b: str) -> Contrast | None:
    """The two subjects against each other in one stratum; None where nothing has them together."""
    return contrasts([(rows, a, b)])[0]


def contrasts(asked: Sequence[tuple[Sequence[Row], str, str]]) -> list[Contrast | None]:
    """Of each stratum's rows, two subjects against each other, all pooled at once; None where nothing has them together."""
    found = [compared(TrialArms(rows), a, b) for rows, a, b in asked]
    pooled = _effects([tuple(pairs) for one in found if one is not None for pairs in one.pairs])
    return [None if one is None else one.contrast([pooled[tuple(pairs)] for pairs in one.pairs]) for one in found]


def _effects(strata: Sequence[tuple[Pair, ...]]) -> Mapping[tuple[Pair, ...], Mapping[str, Pooled]]:
    """The effects of each, by all measures that there are."""
    return pooled_once(EFFECTS, strata)


def _others(rows: Sequence[Row], a: str, b: str) -> list[str]:
    """The classes that either subject may have been compared with."""
    own = {row.class_ for row in rows if {a, b} & row.subjects}
    return sorted({row.class_ for row in rows} - own - {a, b})
