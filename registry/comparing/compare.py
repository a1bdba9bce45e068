"""Two treatments or classes side by side: what is the same in both, what isn't, and what the registry can therefore say.

Where a stratum holds both, their rates are pooled in it and compared with each other. Where it holds one, it is shown alone, with the strata of
the other that lie nearest and the dimensions in which they differ. There is never one number across strata, unless somebody asks to cross a
dimension and says why: then the crossing is shown with the number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from registry.comparing.comparison import OUTCOMES, ApartStratum, Comparison, Nearest, OutcomeAnswer, SharedStratum, Unpooled
from registry.comparing.ladder import fewest_assumptions, ladder
from registry.comparing.sensitivity import sensitivity
from registry.comparing.sides import Side, sides
from registry.comparing.summary import summary, unstated_words, warnings
from registry.errors import RequestError
from registry.pooling.by_subject import Contrast, contrasts
from registry.pooling.network_rows import network_of
from registry.strata.rows import EITHER, VARIANTS, Row, leading_variants, one_an_arm, rows_of, variant
from registry.strata.stratum import CROSSED, DIMENSIONS, Stratum

__all__ = ["compare_rows"]

_MOST_NEAREST = 3

_Held = tuple[Stratum, Sequence[Row], Side, Side]
"""A stratum that holds both, with the rows that may compare them and the side of each."""


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
    others: Sequence[Row] = (),
) -> Comparison:
    """Compare two subjects by the rows of ``comparable_rates`` given; those of ``other_rates`` show what depends on the scale.

    ``with_unstated`` includes rows with something unstated; ``strict`` leaves out all that assumes anything. Raises ``RequestError`` for an outcome or a dimension that is none, where a
    dimension is crossed without a reason, or the two subjects are one, or one holds the other.
    """
    if across and not (reason and reason.strip()):
        raise RequestError("pooling across a dimension needs a reason (--reason); it is printed with every result")
    if reason and not across:
        raise RequestError("a reason (--reason) is for pooling across a dimension; name that too (--across)")
    if unknown := [name for name in across if name not in DIMENSIONS]:
        raise RequestError(f"{unknown[0]!r} is not a dimension of a stratum; the dimensions are {', '.join(DIMENSIONS)}")
    if unknown := [word for word in outcomes if word not in OUTCOMES]:
        raise RequestError(f"{unknown[0]!r} is not an outcome that can be compared; the outcomes are {', '.join(OUTCOMES)}")
    if strict and (across or with_unstated):
        raise RequestError(
            "like with like alone (--strict) goes neither with something unstated (--with-unstated) nor across a dimension (--across)"
        )
    if any({a, b} <= row.subjects for row in rows) or a == b:
        raise RequestError(f"{a} and {b} overlap: one contains the other, so every arm would be on both sides")
    answers = []
    for word in outcomes:
        own = [row for row in rows if row.outcome == word]
        controls = {row.treatment: row.node for row in own}
        without = {subject: controls.get(subject) for subject in (a, b) if not rows_of(own, subject)}
        leading = leading_variants(with_unstated=with_unstated, strict=strict)
        answer = _answer(own, word, a, b, across, leading=leading, without=without, strict=strict)
        rungs = () if across else ladder(own, a, b, strict=strict)
        found = sensitivity(rungs[0], a, b, others) if rungs else ()
        assumed = fewest_assumptions(own, a, b) if strict and not rungs else ()
        told = summary(answer, a, b, population, assumed)
        answers.append(replace(answer, rungs=rungs, sensitivity=found, summary=told))
    return Comparison(
        a, b, tuple(answers), population, tuple(across), reason, with_unstated, tuple(warnings(answers, across)), strict=strict
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
    strict: bool,
) -> OutcomeAnswer:
    """The answer with the fewest assumptions under which a stratum holds both; failing that, under which the registry has rates of both."""
    rows = list(one_an_arm(rows)) if across else rows
    answers = []
    for main in leading:
        answer = _answer_by(rows, outcome, a, b, across, main=main, without=without, strict=strict)
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
    strict: bool,
) -> OutcomeAnswer:
    found: dict[Stratum, list[Row]] = {}
    for row in rows:
        found.setdefault(Stratum.of(row, across), []).append(row)
    with_both: list[_Held] = []
    alone: dict[str, list[tuple[Stratum, Side]]] = {a: [], b: []}
    unpooled: list[Unpooled] = []
    strata = sorted(found.items(), key=lambda one: str(one[0]))
    both = sides([held for _, held in strata], a, b, main)
    for (where, held), (side_a, side_b) in zip(strata, both, strict=True):
        if side_a is not None and side_b is not None:
            # That arms to which nobody was randomised compare anything is an assumption.
            with_both.append((where, [] if strict and not where.by_chance else held, side_a, side_b))
        for subject, side in ((a, side_a), (b, side_b)):
            if side is not None and (side_a is None or side_b is None):
                alone[subject].append((where, side))
            left = [r for r in rows_of(held, subject) if not variant([r], main)]
            if left:
                unpooled.append(Unpooled(where, subject, tuple(left), unstated_words(left)))
    shared, apart = _shared(with_both, main), []
    for subject, other in ((a, b), (b, a)):
        others = alone[other] + [(s.stratum, s.b if other == b else s.a) for s in shared]
        apart += [ApartStratum(where, side, _nearest(where, side, others)) for where, side in alone[subject]]
    apart.sort(key=lambda one: (one.side.subject != a, -one.side.n, one.stratum))
    shared.sort(key=lambda one: (not one.is_direct, -(one.a.n + one.b.n)))
    return OutcomeAnswer(outcome, tuple(shared), tuple(apart), tuple(unpooled), "", main, without=without)


def _shared(strata: Sequence[_Held], main: str) -> list[SharedStratum]:
    """The strata that hold both, by their rows and sides: what leads is pooled of all at once, and the variants of all once one is asked for."""
    taken = [variant(rows, main) for _, rows, _, _ in strata]
    found = contrasts([(rows, a.subject, b.subject) for rows, (_, _, a, b) in zip(taken, strata, strict=True)])
    variants = _Variants(strata, taken, main)
    shared = []
    for i, (where, _, a, b) in enumerate(strata):
        network, gap = network_of(taken[i], a.subject, b.subject) if CROSSED not in where.values else (None, None)
        withheld = not strata[i][1]
        shared.append(
            SharedStratum(where, a, b, found[i], partial(variants.of_stratum, i), tuple(taken[i]), network, gap, withheld)
        )
    return shared


@dataclass(frozen=True)
class _Variants:
    """The variants of strata that hold both, pooled once they are asked for. It isn't a closure, which no process could hand to another."""

    strata: Sequence[_Held]
    taken: Sequence[Sequence[Row]]
    main: str

    def of_stratum(self, i: int) -> Mapping[str, Contrast]:
        return self._pooled[i]

    @cached_property
    def _pooled(self) -> list[dict[str, Contrast]]:
        names = [name for name in VARIANTS if name not in (self.main, EITHER)]
        others = [
            {name: some for name in names if (some := variant(rows, name, self.main)) != own}
            for own, (_, rows, _, _) in zip(self.taken, self.strata, strict=True)
        ]
        pooled = iter(
            contrasts(
                [
                    (rows, a.subject, b.subject)
                    for other, (_, _, a, b) in zip(others, self.strata, strict=True)
                    for rows in other.values()
                ]
            )
        )
        return [{name: one for name in other if (one := next(pooled)) is not None} for other in others]


def _nearest(where: Stratum, side: Side, others: Sequence[tuple[Stratum, Side]]) -> tuple[Nearest, ...]:
    found = []
    for other, theirs in others:
        apart = None if set(side.sets) & set(theirs.sets) else (side.sets, theirs.sets)
        found.append(Nearest(other, theirs, where.differences(other), apart))
    found.sort(key=lambda near: (len(near.differences) + (near.sets is not None), -near.side.n, near.stratum))
    return tuple(found[:_MOST_NEAREST])
