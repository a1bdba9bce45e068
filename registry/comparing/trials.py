"""The trials behind a pooled figure, each with the rows, and so the sources, that its numbers were read in.

A pooling knows its trials only by their labels; to show or pass on a figure, you also need the documents it came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.comparing.respects import link_of
from registry.pooling.by_subject import grouped, paired_arms
from registry.pooling.random_effects import Pooled

if TYPE_CHECKING:
    from registry.comparing.comparison import SharedStratum
    from registry.comparing.sides import Side
    from registry.pooling.counts import Effect, Pair
    from registry.strata.rows import Row

__all__ = ["PairedTrial", "Trial", "pairs_of_stratum", "trials_in", "trials_of"]


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
        return _link(self.rows)

    @property
    def year(self) -> int | None:
        """The year of its main report, the earliest if packages differ; None if nobody states one."""
        return _year(self.rows)


@dataclass(frozen=True)
class PairedTrial:
    """One trial that had both: ``counts`` are those of both sides at one setting, its ``effects`` are a's against b's, by the measure's name."""

    name: str
    trial: str
    counts: Pair
    effects: Mapping[str, Effect]
    link: str | None
    year: int | None = None
    """The year of its main report, as a trial's."""


def trials_of(side: Side) -> list[Trial]:
    """The trials of a side, in the order in which they were pooled. A name that two of them share gives way to the full label."""
    return trials_in(side.rows, side.pooled)


def trials_in(rows: Sequence[Row], of: Pooled) -> list[Trial]:
    """The trials of a pooled rate of one subject, with the rows that it was pooled from."""
    by_trial = sorted(grouped(rows, lambda row: row.trial).items())
    pooled = list(zip(of.trials, by_trial, strict=True))
    names = _names({trial: rows[0].study for trial, rows in by_trial}, {trial: effect.label for effect, (trial, _) in pooled})
    return [Trial(names[trial], trial, effect, tuple(rows)) for effect, (trial, rows) in pooled]


def pairs_of_stratum(shared: SharedStratum) -> list[PairedTrial]:
    """The trials that had both subjects, in the order in which they were pooled; none where there is no direct contrast."""
    if shared.contrast is None or not shared.contrast.is_direct:
        return []
    pairs = paired_arms(shared.rows, shared.a.subject, shared.b.subject)
    names = _names({pair.trial: pair.a[0].study for pair in pairs}, {pair.trial: pair.counts.label for pair in pairs})
    pooled = [
        (measure, {trial.label: trial for trial in effect.trials})
        for measure, effect in shared.contrast.effects.items()
        if isinstance(effect, Pooled)
    ]
    return [
        PairedTrial(
            names[pair.trial],
            pair.trial,
            pair.counts,
            {measure: trials[pair.counts.label] for measure, trials in pooled if pair.counts.label in trials},
            _link((*pair.a, *pair.b)),
            _year((*pair.a, *pair.b)),
        )
        for pair in pairs
    ]


def _names(cited: Mapping[str, str], whole: Mapping[str, str]) -> dict[str, str]:
    """How each trial is cited; a name that two share gives way to the full label."""
    times = Counter(cited.values())
    return {trial: name if times[name] == 1 else whole[trial] for trial, name in cited.items()}


def _link(rows: Sequence[Row]) -> str | None:
    return next((found for row in rows if (found := link_of(row.source))), None)


def _year(rows: Sequence[Row]) -> int | None:
    return min((row.year for row in rows if row.year is not None), default=None)
