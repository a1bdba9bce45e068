"""What is pooled of a stratum's rows: the rate of a treatment or class, and two of them against each other.

A trial counts once: its arms of one subject are put together first, so that a trial with three doses, or with one comparator for two arms,
counts nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.strata.rows import Row, rows_of

if TYPE_CHECKING:
    from registry.pooling.contrasts import Indirect, Pair
    from registry.pooling.random_effects import Counts, Pooled

__all__ = ["Contrast", "contrast", "grouped", "pairs_of", "pooled_rate"]


@dataclass(frozen=True)
class Contrast:
    """Two subjects in one stratum: from trials that had both where there are any, else through a third (``via``)."""

    ratio: Pooled | Indirect
    difference: Pooled | Indirect
    via: str | None = None

    @property
    def is_direct(self) -> bool:
        return self.via is None


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
    from registry.pooling.random_effects import Counts, combined

    trials = grouped(rows_of(rows, subject), lambda row: row.trial)
    return {
        trial: combined([Counts(_label(arms[0]), arm.events, arm.n) for arm in arms]) for trial, arms in sorted(trials.items())
    }


def pooled_rate(rows: Sequence[Row], subject: str) -> Pooled | None:
    """The pooled rate of a subject in the rows of one stratum; None where it has none."""
    from registry.pooling.random_effects import pooled_proportion

    sides = _sides(rows, subject)
    return pooled_proportion(list(sides.values())) if sides else None


def pairs_of(rows: Sequence[Row], a: str, b: str) -> list[Pair]:
    """The trials that had both subjects, each with its two sides. An arm that is of both subjects is on neither side."""
    from registry.pooling.contrasts import Pair

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
    from registry.pooling.contrasts import indirect, pooled_difference, pooled_ratio

    direct = pairs_of(rows, a, b)
    if direct:
        return Contrast(pooled_ratio(direct), pooled_difference(direct))
    through = _comparators(rows, a, b)
    if not through:
        return None
    _, via = max((len(pairs_of(rows, a, c)) + len(pairs_of(rows, b, c)), c) for c in through)
    ac, bc = pairs_of(rows, a, via), pairs_of(rows, b, via)
    return Contrast(indirect(pooled_ratio(ac), pooled_ratio(bc)), indirect(pooled_difference(ac), pooled_difference(bc)), via)


def _comparators(rows: Sequence[Row], a: str, b: str) -> list[str]:
    """The classes that both subjects were held against, each in trials of its own."""
    own = {row.class_ for row in rows if {a, b} & {row.treatment, row.class_}}
    others = sorted({row.class_ for row in rows} - own - {a, b})
    return [c for c in others if pairs_of(rows, a, c) and pairs_of(rows, b, c)]
