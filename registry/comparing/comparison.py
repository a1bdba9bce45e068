"""Two treatments or classes side by side: what is the same in both, what isn't, and what the registry can therefore say.

Where a stratum holds both, their rates are pooled in it and compared with each other. Where it holds one, it is shown alone, with the strata of
the other that lie nearest and the dimensions in which they differ. There is never one number across strata, unless somebody asks to cross a
dimension and says why: then the crossing is shown with the number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from registry.comparing.ladder import Rung, ladder
from registry.comparing.sensitivity import Sensitivity, sensitivity
from registry.comparing.sides import Side, sides
from registry.errors import RequestError
from registry.pooling.by_subject import Contrast, contrasts
from registry.pooling.measures import LEADING
from registry.pooling.network_rows import network_of, of_classes
from registry.shown import Shown, drawn
from registry.strata.rows import (
    EITHER,
    IN_OPEN_CONTEXT,
    MAIN,
    VARIANTS,
    Obstacle,
    Row,
    leading_variants,
    obstacle_between,
    one_an_arm,
    rows_of,
    variant,
)
from registry.strata.stratum import CROSSED, DIMENSIONS, Stratum
from schemas.outcome_words import COMPARED

if TYPE_CHECKING:
    from registry.comparing.means import MeanContrast
    from registry.pooling.network_effects import NetworkEffect, NoEstimate

__all__ = [
    "OUTCOMES",
    "ApartStratum",
    "Comparison",
    "Nearest",
    "OutcomeAnswer",
    "SharedStratum",
    "Unpooled",
    "compare_rows",
    "lacking",
]

OUTCOMES = COMPARED
"""The outcomes that are compared, from the vocabulary of outcomes."""

_MOST_NEAREST = 3


@dataclass(frozen=True)
class SharedStratum:
    """A stratum that holds both. ``contrast`` is None where neither a trial nor a common comparator has them together."""

    stratum: Stratum
    a: Side
    b: Side
    contrast: Contrast | None
    contrast_variants: Callable[[], Mapping[str, Contrast]] = field(repr=False, compare=False)
    rows: tuple[Row, ...] = ()
    """What the contrast is made of: every arm of the stratum, those of third treatments too."""
    network: NetworkEffect | None = None
    """The odds ratio by all trials of the stratum, from three treatments on that hang together. Never where a dimension is crossed."""
    network_gap: NoEstimate | None = None
    """Why there is none, where trials join the two and yet give no finite odds ratio."""

    @property
    def contrasts(self) -> Mapping[str, Contrast]:
        """By name, those of the variants of which other rows or figures went in."""
        return self.contrast_variants()

    @property
    def of_classes(self) -> bool:
        """Whether the network is one of classes."""
        return of_classes(self.rows, self.a.subject, self.b.subject)

    @property
    def is_direct(self) -> bool:
        """Whether a trial had both."""
        return self.contrast is not None and self.contrast.is_direct

    @property
    def is_compared(self) -> bool:
        """Whether anything compares the two, directly or not."""
        return self.contrast is not None or self.network is not None

    @property
    def obstacle(self) -> Obstacle:
        """Why nothing compares the two, where nothing does."""
        return obstacle_between(self.a.rows, self.b.rows)

    @property
    def no_contrast(self) -> str:
        """The same in words."""
        return _NO_CONTRAST[self.obstacle]


_NO_CONTRAST = {
    Obstacle.SAME_PEOPLE: "in a crossover the same people are in both arms, and their counts are not independent",
    Obstacle.CLUSTERS: "groups of people were randomised whole, and counts that take no account of it are not compared",
    Obstacle.SETTINGS: "the trials that had both counted them at different visits, by different rules or in different sets",
    Obstacle.TRIALS: "no trial had both, and their trials share no comparator",
}


@dataclass(frozen=True)
class Nearest:
    """A stratum of the other subject, and how it differs. ``sets`` are both sides' analysis sets, where they have none in common."""

    stratum: Stratum
    side: Side
    differences: dict[str, tuple[str, str]]
    sets: tuple[tuple[str, ...], tuple[str, ...]] | None


@dataclass(frozen=True)
class ApartStratum:
    """A stratum that holds one of the two, with the other's nearest ones."""

    stratum: Stratum
    side: Side
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True)
class Unpooled:
    """Rows of a subject that are shown and not pooled: ``words`` says what their sources don't state, be it a count of people."""

    stratum: Stratum
    subject: str
    rows: tuple[Row, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeAnswer:
    """The answer for one outcome; ``summary`` is that in a sentence."""

    outcome: str
    shared: tuple[SharedStratum, ...]
    apart: tuple[ApartStratum, ...]
    unpooled: tuple[Unpooled, ...]
    summary: str
    pooling: str = MAIN
    """The variant of pooling that leads: what had to be assumed for it."""
    rungs: tuple[Rung, ...] = ()
    """What has to be assumed before the two can be set side by side; empty where a dimension is crossed."""
    sensitivity: tuple[Sensitivity, ...] = ()
    """Of the first rung."""
    without: Mapping[str, str | None] = field(default_factory=dict)
    """Those of the two of which there is no rate at all, each with the control as which it has rates, if any."""


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """``across`` names the dimensions that were crossed and ``reason`` says why; ``warnings`` is what that means."""

    a: str
    b: str
    outcomes: tuple[OutcomeAnswer, ...]
    population: str | None = None
    across: tuple[str, ...] = ()
    reason: str | None = None
    with_unstated: bool = False
    warnings: tuple[str, ...] = ()
    means: tuple[MeanContrast, ...] = ()
    """Their means on scales, where trials had both; none if one outcome was asked for, or a dimension is crossed."""
    strict: bool = False
    """Whether all that assumes anything was left out."""
    drafts: tuple[str, ...] = ()
    """The drafts in the database, each with its version: none of them was accepted."""

    def plot(self, measure: str = LEADING, sort: str = "trial") -> Any:
        """The forest plot, which a notebook shows and ``save(file)`` keeps. ``sort`` is the order of the trials: ``trial`` (their names in the
        registry), ``year``, ``effect`` or ``precision``. Raises ``RequestError`` for a measure or an order that there isn't.
        """
        return drawn(self, measure, sort)


def compare_rows(
    rows: Sequence[Row],
    a: str,
    b: str,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    population: str | None = None,
    across: Sequence[str] = (),
    reason: str | None = None,
    with_unstated: bool = False,
    strict: bool = False,
) -> Comparison:
    """Compare two subjects by the rows of ``comparable_rates`` given.

    ``with_unstated`` includes rows with something unstated; ``strict`` leaves out all that assumes anything. Raises ``RequestError`` for an outcome or a dimension that is none, where a
    dimension is crossed without a reason, or the two subjects are one, or one holds the other.
    """
    if across and not (reason and reason.strip()):
        raise RequestError("pooling across a dimension needs a reason; it is printed with every result")
    if unknown := [name for name in across if name not in DIMENSIONS]:
        raise RequestError(f"{unknown[0]!r} is not a dimension of a stratum; the dimensions are {', '.join(DIMENSIONS)}")
    if unknown := [word for word in outcomes if word not in OUTCOMES]:
        raise RequestError(f"{unknown[0]!r} is not an outcome that can be compared; the outcomes are {', '.join(OUTCOMES)}")
    if strict and (across or with_unstated):
        raise RequestError(
            "strict is like with like alone: it goes neither with unstated words nor with a dimension that is crossed"
        )
    if any({a, b} <= {row.node, row.class_} for row in rows) or a == b:
        raise RequestError(f"{a} and {b} overlap: one contains the other, so every arm would be on both sides")
    answers = []
    for word in outcomes:
        own = [row for row in rows if row.outcome == word]
        controls = {row.treatment: row.node for row in own}
        without = {subject: controls.get(subject) for subject in (a, b) if not rows_of(own, subject)}
        leading = leading_variants(with_unstated=with_unstated, strict=strict)
        answer = _answer(own, word, a, b, across, leading=leading, without=without)
        rungs = () if across else ladder(own, a, b, strict=strict)
        found = sensitivity(rungs[0], a, b) if rungs else ()
        answers.append(replace(answer, rungs=rungs, sensitivity=found))
    return Comparison(
        a, b, tuple(answers), population, tuple(across), reason, with_unstated, tuple(_warnings(answers, across)), strict=strict
    )


def _answer(
    rows: Sequence[Row],
    outcome: str,
    a: str,
    b: str,
    across: Sequence[str],
    *,
    leading: Sequence[str],
    without: Mapping[str, str | None],
) -> OutcomeAnswer:
    """The answer with the fewest assumptions under which a stratum holds both; failing that, under which the registry has rates of both."""
    rows = list(one_an_arm(rows)) if across else rows
    answers = []
    for main in leading:
        answer = _answer_by(rows, outcome, a, b, across, main=main, without=without)
        if answer.shared:
            return answer
        answers.append(answer)
    with_both = [answer for answer in answers if {one.side.subject for one in answer.apart} == {a, b}]
    return (with_both or answers)[0]


def _answer_by(
    rows: Sequence[Row],
    outcome: str,
    a: str,
    b: str,
    across: Sequence[str],
    *,
    main: str,
    without: Mapping[str, str | None],
) -> OutcomeAnswer:
    found: dict[Stratum, list[Row]] = {}
    for row in rows:
        found.setdefault(Stratum.of(row, across), []).append(row)
    with_both, alone, unpooled = [], {a: [], b: []}, []  # type: ignore[var-annotated]
    strata = sorted(found.items(), key=lambda one: str(one[0]))
    both = iter(sides([(held, subject) for _, held in strata for subject in (a, b)], main))
    for where, held in strata:
        here = {subject: next(both) for subject in (a, b)}
        side_a, side_b = here[a], here[b]
        if side_a is not None and side_b is not None:
            with_both.append((where, held, side_a, side_b))
        for subject, side in here.items():
            if side is not None and (side_a is None or side_b is None):
                alone[subject].append((where, side))
            left = [r for r in rows_of(held, subject) if not variant([r], main)]
            if left:
                words = sorted({word for r in left for word in r.unstated}) + [_NO_PEOPLE] * any(r.imputed for r in left)
                unpooled.append(Unpooled(where, subject, tuple(left), tuple(words)))
    shared, apart = _shared(with_both, main), []
    for subject, other in ((a, b), (b, a)):
        others = alone[other] + [(s.stratum, s.b if other == b else s.a) for s in shared]
        apart += [ApartStratum(where, side, _nearest(where, side, others)) for where, side in alone[subject]]
    apart.sort(key=lambda one: (one.side.subject != a, -one.side.n, one.stratum))
    shared.sort(key=lambda one: (not one.is_direct, -(one.a.n + one.b.n)))
    answer = OutcomeAnswer(outcome, tuple(shared), tuple(apart), tuple(unpooled), "", main, without=without)
    assumed = _ASSUMED if main == IN_OPEN_CONTEXT and shared else ""
    return replace(answer, summary=f"{assumed}{_summary(answer, a, b)}")


def _shared(strata: Sequence[tuple[Stratum, Sequence[Row], Side, Side]], main: str) -> list[SharedStratum]:
    """The strata that hold both, by their rows and sides: what leads is pooled of all at once, and the variants of all once one is asked for."""
    taken = [variant(rows, main) for _, rows, _, _ in strata]
    found = contrasts([(rows, a.subject, b.subject) for rows, (_, _, a, b) in zip(taken, strata, strict=True)])

    @cache
    def variants() -> list[dict[str, Contrast]]:
        names = [name for name in VARIANTS if name not in (main, EITHER)]
        others = [
            {name: some for name in names if (some := variant(rows, name, main)) != own}
            for own, (_, rows, _, _) in zip(taken, strata, strict=True)
        ]
        pooled = iter(
            contrasts(
                [
                    (rows, a.subject, b.subject)
                    for other, (_, _, a, b) in zip(others, strata, strict=True)
                    for rows in other.values()
                ]
            )
        )
        return [{name: one for name in other if (one := next(pooled)) is not None} for other in others]

    def of_stratum(i: int) -> Mapping[str, Contrast]:
        return variants()[i]

    shared = []
    for i, (where, _, a, b) in enumerate(strata):
        network, gap = network_of(taken[i], a.subject, b.subject) if CROSSED not in where.values else (None, None)
        shared.append(SharedStratum(where, a, b, found[i], partial(of_stratum, i), tuple(taken[i]), network, gap))
    return shared


def _nearest(where: Stratum, side: Side, others: Sequence[tuple[Stratum, Side]]) -> tuple[Nearest, ...]:
    found = []
    for other, theirs in others:
        apart = None if set(side.sets) & set(theirs.sets) else (side.sets, theirs.sets)
        found.append(Nearest(other, theirs, where.differences(other), apart))
    found.sort(key=lambda near: (len(near.differences) + (near.sets is not None), -near.side.n, near.stratum))
    return tuple(found[:_MOST_NEAREST])


_NO_PEOPLE = "count of people (worked out from means)"

_ASSUMED = (
    "No stratum with everything stated has both. In the strata below, the sources leave open what days count from, the phase of treatment "
    "or what was given as well; these are assumed to be alike. "
)


_IN_KIND = {
    Obstacle.SAME_PEOPLE: (
        "in crossover trials only",
        " The same people are in both arms; a contrast needs the first period or paired counts.",
    ),
    Obstacle.CLUSTERS: (
        "in cluster-randomised trials only",
        " People of one group resemble each other; a contrast needs an analysis that takes account of it, as a row of the table contrasts.",
    ),
}
"""Where rates are of one kind of trial alone that compares nothing: which, and what would."""


def _summary(answer: OutcomeAnswer, a: str, b: str) -> str:
    outcome = answer.outcome
    direct = [s for s in answer.shared if s.is_direct]
    indirect = [s for s in answer.shared if s.is_compared and not s.is_direct]
    if direct:
        beside = ", and by all other trials that lead from one to the other" if any(s.network is not None for s in direct) else ""
        return f"{len(direct)} {_strata(direct)} with trials that had both {a} and {b}: {outcome} is compared head to head{beside}.{_disagreeing(direct)}"
    if indirect:
        return f"No trial had both {a} and {b}; {len(indirect)} {_strata(indirect)} where other treatments lead from one to the other: an indirect comparison."
    if answer.shared:
        first, *further = dict.fromkeys(one.obstacle for one in answer.shared)
        otherwise = f"but {'; '.join(_NO_CONTRAST[obstacle] for obstacle in (first, *further))}", ""
        where, why = otherwise if further else _IN_KIND.get(first, otherwise)
        return f"{len(answer.shared)} {_strata(answer.shared)} with both, {where}: rates side by side, no contrast.{why}"
    have = {s.side.subject for s in answer.apart}
    left = {u.subject for u in answer.unpooled}
    if have == {a, b}:
        # A proposed term stays apart even where its dimension is crossed.
        values = zip(*(one.stratum.values for one in answer.apart), strict=True)
        *others, last = (_APART[name] for name, some in zip(DIMENSIONS, values, strict=True) if {*some} != {CROSSED})
        return (
            f"No stratum has both {a} and {b}: the {outcome} rates differ in {', '.join(others)}{' or ' if others else ''}{last}, "
            "so they are shown separately and not compared."
        )
    missing = [subject for subject in (a, b) if subject not in have]
    words = " and ".join(missing)
    if set(missing) <= left:
        return f"Like with like, nothing is compared: every {outcome} rate for {words} leaves something unstated (definition, population, day, what days count from, phase, background, analysis set or the design effect of groups randomised whole) or was worked out from means."
    none = {subject: answer.without.get(subject) for subject in missing if subject not in left}
    return f"Nothing is compared: the registry has no {outcome} rate for {lacking(none)}."


def lacking(without: Mapping[str, str | None], word: Callable[[str], str] = str) -> str:
    """Those of the two of which there is no rate, in ``word``s, and the control as which there is one."""
    return " or ".join(
        word(subject) if control is None else f"{word(subject)} except as a control (`{control}`)"
        for subject, control in without.items()
    )


_APART = {
    "definition": "definition",
    "population": "population",
    "window": "day",
    "anchor": "what days count from",
    "strategy": "strategy",
    "arm-kind": "kind of arm",
}
"""Dimensions in which strata may differ, as a reader has them."""


def _disagreeing(direct: Sequence[SharedStratum]) -> str:
    found = [s for s in direct if s.network is not None and s.network.disagrees]
    where = "" if len(direct) == 1 else f" in {len(found)} of them"
    return f" Direct and indirect evidence disagree{where}." if found else ""


def _strata(found: Sequence[object]) -> str:
    return "stratum" if len(found) == 1 else "strata"


def _warnings(answers: Sequence[OutcomeAnswer], across: Sequence[str]) -> list[str]:
    told = []
    if across:
        dimensions = " and ".join(across)
        told.append(
            f"Rates are pooled across {dimensions}: any difference may come from {dimensions}, not from the treatment. "
            "This is not a comparison of like with like."
        )
        if any(not s.is_direct for answer in answers for s in answer.shared):
            told.append("No trial had both, so rates side by side don't show which treatment is better.")
    shared = (row for answer in answers for s in answer.shared if s.is_compared for row in (*s.a.rows, *s.b.rows))
    rungs = (row for answer in answers for r in answer.rungs if r.effect or r.network for row in (*r.rows_a, *r.rows_b))
    if any(row.arm_kind == "not-randomised" for row in (*shared, *rungs)):
        told.append("Some are compared in trials without randomisation: differences may come from who was in which arm.")
    return told
