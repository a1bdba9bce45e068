"""The ladder: what has to be assumed before two treatments can be set side by side, the fewest assumptions first.

Rung 0 is like with like: one class of definitions, population, window of days, anchor, strategy, kind of arm and denominator, all stated.
Each assumption lets one of these go. What a rate leaves unstated then agrees with anything that it may be; what it states must still be the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from registry.comparing.places import Near, Place, agree
from registry.comparing.rung import ASSUMPTIONS, Rung
from registry.pooling.by_subject import TrialArms, at_one_setting, compared, counts_of
from registry.pooling.measures import LEADING
from registry.pooling.network_rows import network_effects
from registry.pooling.once import BOUNDS, EFFECTS, RATES, Pooling, pooled_once
from registry.pooling.random_effects import Pooled
from registry.strata.comparable import is_after_response
from registry.strata.possible import broadest, holds_at_one_visit, in_band, possible_backgrounds, possible_classes
from registry.strata.rows import Row, cited, one_an_arm
from schemas.windows import distance

if TYPE_CHECKING:
    from registry.pooling.counts import Pair
    from registry.pooling.extremes import Bounds

__all__ = ["fewest_assumptions", "ladder", "ladders"]

_WORDS = frozenset({"definition", "population", "day", "phase", "background", "arm kind", "analysis set"})
"""What a rate may leave unstated, other than the anchor."""

_OF_ROWS: Mapping[str, Callable[[Row], bool]] = {"imputed": lambda row: row.imputed, "allocation": lambda row: row.not_randomised}
"""The assumptions that a rate needs for what it is itself, whatever it is set beside."""

_Asked = TypeVar("_Asked", bound=Hashable)
_Given = TypeVar("_Given")


def ladder(rows: Sequence[Row], a: str, b: str, *, strict: bool = False) -> tuple[Rung, ...]:
    """The rungs that set two subjects side by side in the rates of one outcome: every set of assumptions of which none can be left out.

    The first has the fewest assumptions and, of as many, the mildest. ``strict`` leaves out all that assume anything. Empty if the registry has
    no rate of one of the two, or none that may be there.
    """
    if strict:
        rows = [row for row in rows if not row.unstated]
    found = ladders(rows, [(a, b)])[0]
    return tuple(rung for rung in found if not (strict and rung.assumptions))


def fewest_assumptions(rows: Sequence[Row], a: str, b: str) -> tuple[str, ...]:
    """Those of the rung that leads; empty where it has none, and where there is no rung."""
    return next((some.assumptions for some in _Places(rows).ladder(a, b)), ())


def ladders(rows: Sequence[Row], pairs: Sequence[tuple[str, str]]) -> list[tuple[Rung, ...]]:
    """The ladder of each pair, all pooled at once."""
    places = _Places(rows)
    chosen = [(i, some) for i, (a, b) in enumerate(pairs) for some in places.ladder(a, b)]
    rungs = iter(_pooled([(*pairs[i], some) for i, some in chosen]))
    found: list[list[Rung]] = [[] for _ in pairs]
    for (i, _), rung in zip(chosen, rungs, strict=True):
        found[i].append(rung)
    return [tuple(some) for some in found]


@dataclass(frozen=True)
class _Chosen:
    """The rows of a rung: one an arm, of one part of each trial; and trials whose rule is a band that may be this one.

    Rates have denominators of one kind. How arms compare ``within`` trials is read of those with the other kind too: both arms have the same.
    """

    assumptions: tuple[str, ...]
    rows: tuple[Row, ...]
    within: tuple[Row, ...]
    banded: tuple[Row, ...]

    @cached_property
    def arms(self) -> TrialArms:
        """The rows by trial, for what compares two subjects."""
        return TrialArms(self.within)

    @cached_property
    def of(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each subject: pairs of subjects ask for the same again and again."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            for subject in row.subjects:
                found[subject].append(row)
        return found


@dataclass(frozen=True)
class _Alike:
    """Rates that state the same, and so have one place under each set of assumptions, by their numbers; and how many each subject has.

    ``needs`` is what has to be assumed of each of them by itself.
    """

    stated: Mapping[str, frozenset[object] | None]
    unstated: frozenset[str]
    needs: frozenset[str]
    rows: tuple[int, ...]
    subjects: Counter[str]


class _Places:
    """The rates of one outcome, each where it belongs under each set of assumptions. Pairs of subjects ask for the same places again and again,
    so what was found of a place is kept.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.alike = list(_alike(rows))
        self.assumptions = [name for name in ASSUMPTIONS if name not in _OF_ROWS or any(map(_OF_ROWS[name], rows))]
        self.found: dict[tuple[str, ...], tuple[Mapping[Place, list[int]], Mapping[str, Counter[Place]]]] = {}
        self.by_value: dict[tuple[str, ...], Near] = {}
        self.near: dict[tuple[tuple[str, ...], Place], tuple[Place, ...]] = {}
        self.kept: dict[tuple[tuple[str, ...], Place], _Chosen] = {}
        self.of_subject: dict[str, list[int]] = defaultdict(list)
        for n, some in enumerate(self.alike):
            for subject in some.subjects:
                self.of_subject[subject].append(n)
        self.apart: dict[tuple[int, int], frozenset[str] | None] = {}

    def ladder(self, a: str, b: str) -> list[_Chosen]:
        found: list[_Chosen] = []
        together = self.together(a, b)
        for size in range(len(self.assumptions) + 1):
            for assumed in combinations(self.assumptions, size):
                if any(set(one.assumptions) <= set(assumed) for one in found):
                    continue
                if any(one <= set(assumed) for one in together):
                    chosen = self.chosen(assumed, a, b)
                    found += [chosen] if chosen is not None else []
        return found

    def together(self, a: str, b: str) -> set[frozenset[str]]:
        """The assumptions that bring some rate of one to some rate of the other: under any that have none of these, the two share no place."""
        pairs = ((x, y) for x in self.of_subject.get(a, ()) for y in self.of_subject.get(b, ()))
        return {needed for x, y in pairs if (needed := self.needed(x, y)) is not None}

    def needed(self, x: int, y: int) -> frozenset[str] | None:
        """What has to be assumed before two rates have places that agree; None where nothing brings them together."""
        if (x, y) not in self.apart:
            self.apart[x, y] = _needed(self.alike[x], self.alike[y])
        return self.apart[x, y]

    def chosen(self, assumed: tuple[str, ...], a: str, b: str) -> _Chosen | None:
        _, by_subject = self.under(assumed)
        sides = {subject: by_subject.get(subject, Counter()) for subject in (a, b)}
        shared = {_both(x, y) for x in sides[a] for y in self.agreeing(assumed, x) if y in sides[b]}
        for place in self.best_first(assumed, sides, shared):
            found = self.at(assumed, self.settled(assumed, sides, place))
            # Else one side was there by another part of a trial alone.
            if a in found.of and b in found.of:
                return found
        return None

    def at(self, assumed: tuple[str, ...], place: Place) -> _Chosen:
        """The rows that agree with a place, those that agree but for the kind of denominator, and those by a band that has its rule in it."""
        if (assumed, place) not in self.kept:
            here = self.arms_at(assumed, place)
            either = (*place[:_SET], None, *place[_SET + 1 :])
            within = here if place[_SET] is None else self.arms_at(assumed, either)
            there = {row.trial for row in here}
            banded = tuple(one_an_arm(row for row in self.banded(assumed, place) if row.trial not in there))
            self.kept[assumed, place] = _Chosen(assumed, here, within, banded)
        return self.kept[assumed, place]

    def arms_at(self, assumed: tuple[str, ...], place: Place) -> tuple[Row, ...]:
        """The rows that agree with a place, one an arm."""
        placed, _ = self.under(assumed)
        return tuple(one_an_arm(self.rows[n] for n in sorted(n for near in self.agreeing(assumed, place) for n in placed[near])))

    def agreeing(self, assumed: tuple[str, ...], place: Place) -> tuple[Place, ...]:
        """The places of rates, under the assumptions, that agree with one."""
        if (assumed, place) not in self.near:
            placed, _ = self.under(assumed)
            if assumed not in self.by_value:
                self.by_value[assumed] = Near(placed)
            self.near[assumed, place] = self.by_value[assumed].agreeing(place)
        return self.near[assumed, place]

    def best_first(self, assumed: tuple[str, ...], subjects: Iterable[str], places: Iterable[Place]) -> list[Place]:
        """The places: those of people who had done well on the treatment before come last. First is that in which most trials had both; where none had
        anywhere, one in which each was compared with one third. Of equals, that with the most trials of either, the smaller number deciding, then that of
        rules of one visit, of all randomised, nearest to eight weeks, and with most participants.
        """
        a, b = subjects
        some = list(places)
        return some if len(some) == 1 else sorted(some, key=lambda place: self.order(assumed, a, b, place))

    def order(self, assumed: tuple[str, ...], a: str, b: str, place: Place) -> tuple[object, ...]:
        """Where a place comes among others."""
        found = self.at(assumed, place)
        pairs = len(found.arms.pairs(a, b))
        sides = [found.of.get(subject, ()) for subject in (a, b)]
        fewer, more = sorted(len({row.trial for row in rows}) for rows in sides)
        rows = [row for some in sides for row in some]
        days = place[_DAY]
        return (
            _after_response(place),
            -pairs,
            not pairs and "population" not in assumed and compared(found.arms, a, b) is None,
            -fewer,
            -more,
            not all(holds_at_one_visit(row.definition) for row in rows),
            place[_SET] != frozenset({True}),
            math.inf if days is None else min(distance(str(day)) for day in days),
            -sum(row.n for row in rows),
            _named(place),
        )

    def settled(self, assumed: tuple[str, ...], sides: Mapping[str, Counter[Place]], place: Place) -> Place:
        """The place with one value in each dimension in which its rates state several: the one that leaves the most of either side."""
        for at, values in enumerate(place):
            if values is not None and len(values) == 1:
                continue
            here = (other for side in sides.values() for other in self.agreeing(assumed, place) if other in side)
            stated = [some for other in here if (some := other[at]) is not None]
            told = {value for some in stated for value in some if values is None or value in values}
            if stated and len(told) > 1 and not frozenset.intersection(*stated):
                choices = [(*place[:at], frozenset({value}), *place[at + 1 :]) for value in told]
                place = self.best_first(assumed, sides, choices)[0]
        return place

    def under(self, assumed: tuple[str, ...]) -> tuple[Mapping[Place, list[int]], Mapping[str, Counter[Place]]]:
        """The rates that have a place under the assumptions, by place, and how many each subject has in each."""
        if assumed not in self.found:
            allowed = (_WORDS if "unstated" in assumed else frozenset()) | ({"anchor"} if "anchor" in assumed else frozenset())
            placed: dict[Place, list[int]] = defaultdict(list)
            counts: dict[str, Counter[Place]] = defaultdict(Counter)
            for some in self.alike:
                if some.unstated <= allowed and some.needs.issubset(assumed):
                    place = _place(some.stated, assumed)
                    placed[place] += some.rows
                    for subject, count in some.subjects.items():
                        counts[subject][place] += count
            self.found[assumed] = placed, counts
        return self.found[assumed]

    def banded(self, assumed: tuple[str, ...], best: Place) -> Iterator[Row]:
        """The rates by a band that has the rung's one rule in it, and that agree in all else."""
        placed, _ = self.under(assumed)
        rule, *others = best
        if rule is not None and "class" not in assumed:
            for place, some in placed.items():
                if not agree(place, best) and agree((None, *place[1:]), (None, *others)):
                    yield from (row for row in map(self.rows.__getitem__, some) if not rule.isdisjoint(in_band(row.definition)))


def _alike(rows: Sequence[Row]) -> Iterator[_Alike]:
    found: dict[tuple[object, ...], tuple[Mapping[str, frozenset[object] | None], frozenset[str], list[int]]] = {}
    classes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        classes[row.package, row.study_id].add(row.class_)
    for n, row in enumerate(rows):
        stated = _stated(row, classes[row.package, row.study_id])
        needs = frozenset(name for name, is_needed in _OF_ROWS.items() if is_needed(row))
        found.setdefault((*stated.values(), row.unstated, needs), (stated, needs, []))[2].append(n)
    for stated, needs, numbers in found.values():
        first = rows[numbers[0]]
        subjects = Counter(subject for n in numbers for subject in rows[n].subjects)
        yield _Alike(stated, frozenset(first.unstated), needs, tuple(numbers), subjects)


def _stated(row: Row, given: Iterable[str]) -> Mapping[str, frozenset[object] | None]:
    """What a rate states, by dimension, as the values it may have; None where it leaves that open. Its trial gave treatments of some classes."""
    phase, _, background = row.strategy.partition(", ")
    stated: dict[str, object] = {
        "population": row.population, "day": row.window, "anchor": row.counted_from, "phase": phase, "background": background,
        "arm kind": row.arm_kind, "analysis set": row.of_all_randomised,
    }  # fmt: skip
    left = set(row.unstated)
    classes = possible_classes(row.definition) if "definition" in left else frozenset({row.comparability_class})
    broad = None if classes is None else frozenset(map(broadest, classes))
    found = {word: None if word in left else frozenset({value}) for word, value in stated.items()}
    if "background" in left:
        found["background"] = possible_backgrounds(given)
    return {"definition": classes, "class": broad} | found


def _place(stated: Mapping[str, frozenset[object] | None], assumed: tuple[str, ...]) -> Place:
    """Where a rate belongs under the assumptions."""
    return (
        stated["class" if "class" in assumed else "definition"],
        None if "population" in assumed else stated["population"],
        None if "window" in assumed else stated["day"],
        *(stated[name] for name in ("anchor", "phase", "background", "arm kind")),
        None if "denominator" in assumed else stated["analysis set"],
    )


_DAY, _PHASE, _KIND, _SET = 2, 4, 6, 7
"""Where the window of days, the phase, the kind of arm and that of denominator are in a place."""


def _after_response(place: Place) -> bool:
    """Whether all that have it were people who had done well on the treatment before; what it leaves open may be anything."""
    phases, kinds = (place[at] or {""} for at in (_PHASE, _KIND))
    return all(is_after_response(str(phase), str(kind)) for phase in phases for kind in kinds)


_LET_GO = {"definition": "class", "population": "population", "day": "window", "analysis set": "denominator"}
"""Which assumption lets a dimension go; of definitions, down to their broadest classes."""


def _needed(one: _Alike, other: _Alike) -> frozenset[str] | None:
    """What ``_place`` and ``under`` must be given before the two have places that agree."""
    left = one.unstated | other.unstated
    if left - _WORDS - {"anchor"}:
        return None
    apart = {name for name in one.stated if _disjoint(one.stated[name], other.stated[name])}
    if apart - _LET_GO.keys():
        return None
    own = {"unstated": left & _WORDS, "anchor": left & {"anchor"}}
    return one.needs | other.needs | {_LET_GO[name] for name in apart} | {name for name, words in own.items() if words}


def _disjoint(one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
    return one is not None and other is not None and one.isdisjoint(other)


def _both(one: Place, other: Place) -> Place:
    return tuple(y if x is None else x if y is None else x & y for x, y in zip(one, other, strict=True))


def _named(place: Place) -> list[list[str]]:
    return [[] if values is None else sorted(map(str, values)) for values in place]


def _pooled(chosen: Sequence[tuple[str, str, _Chosen]]) -> Iterator[Rung]:
    """The rungs, their rates and effects pooled all at once."""
    own = [(of.of[a], of.of[b]) for a, b, of in chosen]
    sides = [
        (of, subject, at_one_setting(mine, theirs))
        for (a, b, of), (of_a, of_b) in zip(chosen, own, strict=True)
        for subject, mine, theirs in ((a, of_a, of_b), (b, of_b, of_a))
    ]
    rates = _each(RATES, [tuple(counts_of(rows, subject)) for _, subject, rows in sides])
    bounds = _each(
        BOUNDS,
        [(tuple(counts_of([*rows, *of.banded], subject)), _open([*rows, *of.banded], of.banded)) for of, subject, rows in sides],
    )
    asked = [None if "population" in of.assumptions else compared(of.arms, a, b) for a, b, of in chosen]
    effects = iter(_each(EFFECTS, [tuple(pairs) for one in asked if one is not None for pairs in one.pairs]))
    networks = iter(network_effects([(of.within, a, b) for a, b, of in chosen if _is_one_stratum(of)]))
    for i, ((_, _, of), one) in enumerate(zip(chosen, asked, strict=True)):
        kept = {row.arm_in_stratum for _, _, rows in sides[2 * i : 2 * i + 2] for row in rows}
        found = None if one is None else one.contrast([next(effects) for _ in one.pairs])
        effect = None if found is None else found.effects.get(LEADING)
        yield Rung(
            of.assumptions,
            tuple(sides[2 * i][2]),
            tuple(sides[2 * i + 1][2]),
            rates[2 * i],
            rates[2 * i + 1],
            found,
            next(networks) if _is_one_stratum(of) else None,
            bounds[2 * i],
            bounds[2 * i + 1],
            _bounds_of_effect(one.pairs[0], of, effect) if one is not None and isinstance(effect, Pooled) else None,
            of.within,
            tuple(row for side in own[i] for row in side if row.arm_in_stratum not in kept),
            of.banded,
        )


def _is_one_stratum(of: _Chosen) -> bool:
    return "population" not in of.assumptions and len({row.stratum for row in of.within}) == 1


def _each(kind: Pooling[_Asked, _Given], asked: Sequence[_Asked]) -> list[_Given]:
    """What is pooled of each, of those that are asked for several times once: subjects share trials."""
    found = pooled_once(kind, asked)
    return [found[one] for one in asked]


def _bounds_of_effect(pairs: Sequence[Pair], of: _Chosen, effect: Pooled) -> Bounds | None:
    open_ = _open(of.within, ())
    if not any(pair.label in open_ for pair in pairs):
        return None  # as it would say, without the import
    from registry.pooling.bounds import bounds_of_effect

    return bounds_of_effect(pairs, open_, effect)


def _open(rows: Iterable[Row], banded: Sequence[Row]) -> frozenset[str]:
    """The labels of the trials that may or may not belong."""
    trials = {row.trial for row in banded}
    return frozenset(cited(row.study, row.trial) for row in rows if row.unstated or row.trial in trials)
