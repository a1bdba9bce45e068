"""What is pooled of a stratum's rows: the rate of a treatment or class, and two of them against each other.

A trial counts once: its arms of one subject are combined first, so that a trial with three doses, or with one comparator for two arms,
counts nobody twice.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.pooling.contrasts import Indirect, indirect, pooled_effect
from registry.pooling.counts import Counts, Pair, combined
from registry.pooling.measures import MEASURES, Measure
from registry.pooling.random_effects import Pooled, pooled_proportion
from registry.strata.rows import Row, rows_of

__all__ = ["Contrast", "contrast", "grouped", "pairs_of", "pooled_rate"]


@dataclass(frozen=True)
class Contrast:
    """Two subjects in one stratum: from trials that had both where there are any, else through a third (``via``)."""

    effects: Mapping[str, Pooled | Indirect]
    """By the measure's name, in the order of the measures: ``Pooled`` throughout where trials had both, else ``Indirect``."""
    via: str | None = None

    @property
    def is_direct(self) -> bool:
        return self.via is None

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


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """The rows by key, in the order in which they come."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def _label(row: Row) -> str:
    return f"{row.study} ({row.trial})" if row.study != row.trial else row.study


def _sides(rows: Sequence[Row], subject: str) -> dict[str, Counts]:
    """The participants of a subject in each trial, by trial."""
    trials = grouped(rows_of(rows, subject), lambda row: row.trial)
    return {
        trial: combined([Counts(_label(arms[0]), arm.events, arm.n) for arm in arms]) for trial, arms in sorted(trials.items())
    }


def pooled_rate(rows: Sequence[Row], subject: str) -> Pooled | None:
    """The pooled rate of a subject in the rows of one stratum; None where it has none."""
    sides = _sides(rows, subject)
    return pooled_proportion(list(sides.values())) if sides else None


def pairs_of(rows: Sequence[Row], a: str, b: str) -> list[Pair]:
    """The trials that had both subjects, each with its two sides. An arm that is of both subjects is on neither side."""
    both = [row for row in rows if {a, b} <= {row.treatment, row.class_}]
    apart = [row for row in rows if row not in both]
    sides_a, sides_b = _sides(apart, a), _sides(apart, b)
    return [
        Pair(side.label, side.events, side.n, sides_b[trial].events, sides_b[trial].n)
        for trial, side in sides_a.items()
        if trial in sides_b
    ]


def contrast(rows: Sequence[Row], a: str, b: str) -> Contrast | None:
    """The two subjects against each other in one stratum; None where neither a trial nor a common comparator has them together."""
    direct = pairs_of(rows, a, b)
    if direct:
        return Contrast({measure.name: pooled_effect(measure, direct) for measure in MEASURES.values()})
    comparators = _comparators(rows, a, b)
    if not comparators:
        return None
    _, via = max((len(pairs_of(rows, a, c)) + len(pairs_of(rows, b, c)), c) for c in comparators)
    ac, bc = pairs_of(rows, a, via), pairs_of(rows, b, via)
    through = {measure.name: indirect(pooled_effect(measure, ac), pooled_effect(measure, bc)) for measure in MEASURES.values()}
    return Contrast(through, via)


def _comparators(rows: Sequence[Row], a: str, b: str) -> list[str]:
    """The classes that both subjects were compared with, each in trials of its own."""
    own = {row.class_ for row in rows if {a, b} & {row.treatment, row.class_}}
    others = sorted({row.class_ for row in rows} - own - {a, b})
    return [c for c in others if pairs_of(rows, a, c) and pairs_of(rows, b, c)]
