"""The ladder: what has to be assumed before two treatments can be set side by side, the fewest assumptions first.

Rung 0 is like with like: one class of definitions, population, window of days, anchor, strategy, kind of arm and denominator, all stated.
Each assumption lets one of these go. What a rate leaves unstated then agrees with anything; what it states must still be the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from registry.pooling.by_subject import Contrast, contrast, grouped, pooled_rate
from registry.pooling.network_rows import network_effect
from registry.strata.rows import Row, rows_of

if TYPE_CHECKING:
    from registry.pooling.networks import NetworkEffect
    from registry.pooling.random_effects import Pooled

__all__ = ["ASSUMPTIONS", "Rung", "ladder"]

ASSUMPTIONS: Mapping[str, str] = {
    "anchor": "days count from the start of treatment where their anchor is unstated",
    "class": "rules of one broader class count the same people",
    "window": "rates of different days can be read together",
    "denominator": "all randomised and those analysed are the same people",
    "unstated": "what the sources leave unstated is the same",
    "population": "the populations differ, and nothing adjusts for that",
}
"""Each assumption in words, the mildest first."""

_WORDS = {"definition", "population", "day", "phase", "background", "arm kind", "analysis set"}
"""What a rate may leave unstated, other than the anchor."""

_Place = tuple[object, ...]
"""Where a rate belongs, dimension by dimension; None agrees with anything."""


@dataclass(frozen=True)
class Rung:
    """Two treatments under some assumptions: of the places that then hold both, the one with the most rates, and of equals the first by name."""

    assumptions: tuple[str, ...]
    rows_a: tuple[Row, ...]
    rows_b: tuple[Row, ...]
    a: Pooled
    b: Pooled
    effect: Contrast | None
    """None where the populations differ, or nothing connects the trials: then the rates are side by side and no more."""
    network: NetworkEffect | None = None
    """By all trials that are there, from three treatments on, if they are of one stratum."""

    @property
    def difference(self) -> float:
        """The rate of a minus that of b, unadjusted."""
        return self.a.estimate - self.b.estimate

    def left_open(self) -> dict[str, list[str]]:
        """What was assumed of single trials: each word that some left unstated, with these trials."""
        found: dict[str, list[str]] = {}
        for row in (*self.rows_a, *self.rows_b):
            for word in row.unstated:
                found.setdefault(word, []).append(row.study)
        return {word: sorted(set(trials)) for word, trials in sorted(found.items())}


def ladder(rows: Sequence[Row], a: str, b: str) -> tuple[Rung, ...]:
    """The rungs that set two subjects side by side in the rates of one outcome: every set of assumptions of which none can be left out.

    The first has the fewest assumptions and, of as many, the mildest. Empty if the registry has no rate of one of the two.
    """
    found: list[Rung] = []
    for size in range(len(ASSUMPTIONS) + 1):
        for assumed in combinations(ASSUMPTIONS, size):
            if not any(set(rung.assumptions) <= set(assumed) for rung in found):
                rung = _rung(rows, a, b, assumed)
                found += [rung] if rung is not None else []
    return tuple(found)


def _rung(rows: Sequence[Row], a: str, b: str, assumed: tuple[str, ...]) -> Rung | None:
    placed = [(row, place) for row in rows if (place := _place(row, assumed)) is not None]
    by_place = [Counter(place for row, place in placed if subject in (row.node, row.class_)) for subject in (a, b)]
    shared = {_both(x, y) for x in by_place[0] for y in by_place[1] if _agree(x, y)}
    best = min(shared, key=lambda place: (*_fewer(by_place, place), repr(place)), default=None)
    if best is None:
        return None
    here = list(_once([row for row, place in placed if _agree(place, best)]))
    sides = [tuple(row for row in rows_of(here, subject)) for subject in (a, b)]
    pooled = [pooled_rate(side, subject) for side, subject in zip(sides, (a, b), strict=True)]
    if pooled[0] is None or pooled[1] is None:
        return None
    if "population" in assumed:
        return Rung(assumed, sides[0], sides[1], pooled[0], pooled[1], None)
    network = network_effect(here, a, b) if len({row.stratum for row in here}) == 1 else None
    return Rung(assumed, sides[0], sides[1], pooled[0], pooled[1], contrast(here, a, b), network)


def _fewer(by_place: Sequence[Counter[_Place]], place: _Place) -> tuple[int, int]:
    """How many rates either side has there, negated, so that the most come first; the smaller number decides."""
    counts = sorted(sum(n for other, n in side.items() if _agree(other, place)) for side in by_place)
    return -counts[0], -counts[1]


def _place(row: Row, assumed: tuple[str, ...]) -> _Place | None:
    """Where a rate belongs under the assumptions; None if it lacks a word that isn't assumed."""
    left = set(row.unstated)
    allowed = (_WORDS if "unstated" in assumed else set()) | ({"anchor"} if "anchor" in assumed else set())
    if left - allowed:
        return None
    phase, _, background = row.strategy.partition(", ")
    stated: dict[str, object] = {
        "definition": _broadest(row.comparability_class) if "class" in assumed else row.comparability_class,
        "population": None if "population" in assumed else row.population,
        "day": None if "window" in assumed else row.window,
        "anchor": row.counted_from,
        "phase": phase,
        "background": background,
        "arm kind": row.arm_kind,
        "analysis set": None if "denominator" in assumed else row.of_all_randomised,
    }
    return tuple(None if word in left else value for word, value in stated.items())


def _agree(one: _Place, other: _Place) -> bool:
    return all(x is None or y is None or x == y for x, y in zip(one, other, strict=True))


def _both(one: _Place, other: _Place) -> _Place:
    return tuple(y if x is None else x for x, y in zip(one, other, strict=True))


@cache
def _broadest(comparability_class: str) -> str:
    """The class at the top of the tree above a class; itself if there is none above."""
    from schemas.vocabulary import rows

    above = {row["class_id"]: row["broader"] for row in rows("comparability_classes")}
    while above.get(comparability_class):
        comparability_class = above[comparability_class]
    return comparability_class


def _once(rows: Sequence[Row]) -> Iterator[Row]:
    """One part of each trial, its arms at one setting: the one with the most arms, then the most stated, the latest day and most people."""
    for _, trial in sorted(grouped(rows, lambda row: row.trial).items()):
        settings = grouped(trial, lambda row: repr((row.package, row.study_id, row.setting)))

        def order(some: Sequence[Row]) -> tuple[int, int, float, int]:
            return len(some), -sum(len(row.unstated) for row in some), some[0].day or 0.0, sum(row.n for row in some)

        yield from max(settings.values(), key=order)
