"""Who uses a term of a vocabulary: which packages and trials, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Use", "use_of"]


@dataclass(frozen=True)
class Use:
    """``trials`` counts a trial once, whichever packages have it; ``rows`` are those of all packages. ``packages`` has both of each package, by
    name, and ``studies`` each study's package and name, with what it is called.
    """

    trials: int
    rows: int
    packages: Mapping[str, tuple[int, int]]
    studies: Mapping[tuple[str, str], str]


def use_of(rows: Iterable[Mapping[str, Any]]) -> Use:
    """The use in rows that have a ``package``, a ``study_id``, what the study is called and the ``trial`` that it is of."""
    trials: dict[str, set[str]] = defaultdict(set)
    count: dict[str, int] = defaultdict(int)
    studies = {}
    for row in rows:
        package = row["package"]
        trials[package].add(row["trial"])
        count[package] += 1
        studies[package, row["study_id"]] = row["study"] or row["study_id"]
    return Use(
        trials=len({trial for some in trials.values() for trial in some}),
        rows=sum(count.values()),
        packages={package: (len(trials[package]), count[package]) for package in sorted(count)},
        studies=dict(sorted(studies.items(), key=lambda one: (one[1].lower(), one[0]))),
    )
