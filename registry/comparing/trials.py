"""The trials behind a pooled figure, each with the rows, and so the sources, that its numbers were read in.

A pooling knows its trials only by their labels; to show or pass on a figure, you also need the documents it came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.comparing.respects import link_of
from registry.pooling.by_subject import grouped
from registry.pooling.random_effects import Pooled

if TYPE_CHECKING:
    from registry.comparing.comparison import SharedStratum, Side
    from registry.pooling.counts import Effect
    from registry.strata.rows import Row

__all__ = ["PairedTrial", "Trial", "pairs_of_stratum", "trials_of"]


@dataclass(frozen=True)
class Trial:
    """One trial on one side: ``name`` as it is cited, ``trial`` as the registry calls it, its ``rows`` one an arm."""

    name: str
    trial: str
    effect: Effect
    rows: tuple[Row, ...]

    @property
    def link(self) -> str | None:
        """The address of the first source that has one."""
        return next((found for row in self.rows if (found := link_of(row.source))), None)


@dataclass(frozen=True)
class PairedTrial:
    """One trial that had both: its ``effects`` are a's against b's, by the measure's name."""

    a: Trial
    b: Trial
    effects: Mapping[str, Effect]


def trials_of(side: Side) -> list[Trial]:
    """The trials of a side, in the order in which they were pooled. A name that two of them share gives way to the full label."""
    by_trial = sorted(grouped(side.rows, lambda row: row.trial).items())
    names = Counter(rows[0].study for _, rows in by_trial)
    return [
        Trial(rows[0].study if names[rows[0].study] == 1 else effect.label, trial, effect, tuple(rows))
        for effect, (trial, rows) in zip(side.pooled.trials, by_trial, strict=True)
    ]


def pairs_of_stratum(shared: SharedStratum) -> list[PairedTrial]:
    """The trials that had both subjects, in the order in which they were pooled; none where there is no direct contrast."""
    if shared.contrast is None or not shared.contrast.is_direct:
        return []
    a = {one.effect.label: one for one in trials_of(shared.a)}
    b = {one.trial: one for one in trials_of(shared.b)}
    pooled = [effect for effect in shared.contrast.effects.values() if isinstance(effect, Pooled)]
    return [
        PairedTrial(
            a[effects[0].label],
            b[a[effects[0].label].trial],
            {one.measure: effect for one, effect in zip(pooled, effects, strict=True)},
        )
        for effects in zip(*(one.trials for one in pooled), strict=True)
    ]
