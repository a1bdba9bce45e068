"""A comparison in a sentence: what compares the two, or why nothing does, and what that is to be read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from registry.comparing.comparison import OutcomeAnswer, SharedStratum
from registry.comparing.rung import ALIKE, ASSUMPTIONS
from registry.strata.rows import IN_OPEN_CONTEXT, Row
from registry.strata.stratum import CROSSED, DIMENSIONS
from schemas.wording import counted, listed

__all__ = ["WITHOUT_CHANCE", "elsewhere_words", "lacking", "summary", "unstated_words", "warnings"]

_STRATA = "stratum", "strata"
_MOST_ELSEWHERE = 3

_ASSUMED = (
    "No stratum with everything stated has both. In the strata below, the sources leave open what days count from, the phase of treatment "
    "or what was given as well; these are assumed to be alike. "
)


def summary(answer: OutcomeAnswer, a: str, b: str, population: str | None = None, left_out: Sequence[str] = ()) -> str:
    """The answer for one outcome, in the population asked for, with what was assumed for it first, and last the assumptions that were ``left_out`` and
    would set the two side by side.
    """
    assumed = _ASSUMED if answer.pooling == IN_OPEN_CONTEXT and answer.shared else ""
    return f"{assumed}{_found(answer, a, b, population)}{_unless_strict(left_out)}"


def _unless_strict(left_out: Sequence[str]) -> str:
    if not left_out:
        return ""
    return f" Leave out --strict to see the two side by side, assuming that {listed([ASSUMPTIONS[name] for name in left_out], 'that ')}."


def _found(answer: OutcomeAnswer, a: str, b: str, population: str | None) -> str:
    outcome = answer.outcome
    direct = [s for s in answer.shared if s.is_direct]
    indirect = [s for s in answer.shared if s.is_compared and not s.is_direct]
    if direct:
        beside = ", and by all other trials that lead from one to the other" if any(s.network is not None for s in direct) else ""
        return f"{counted(len(direct), *_STRATA)} with trials that had both {a} and {b}: {outcome} is compared head to head{beside}.{_by_no_chance(direct)}{_disagreeing(direct)}"
    if indirect:
        return f"No trial had both {a} and {b}; {counted(len(indirect), *_STRATA)} where other treatments lead from one to the other: an indirect comparison, which assumes that {ALIKE}.{_by_no_chance(indirect)}"
    if answer.shared:
        first, *further = dict.fromkeys(one.obstacle for one in answer.shared)
        otherwise = f"but {'; '.join(obstacle.value.words for obstacle in (first, *further))}", ""
        where, why = otherwise if further else first.value.alone or otherwise
        return f"{counted(len(answer.shared), *_STRATA)} with both, {where}: rates side by side, no contrast.{why}"
    have = {s.side.subject for s in answer.apart}
    left = {u.subject for u in answer.unpooled}
    if have == {a, b}:
        # A proposed term stays apart even where its dimension is crossed.
        values = zip(*(one.stratum.values for one in answer.apart), strict=True)
        *others, last = (one.words for one, some in zip(DIMENSIONS.values(), values, strict=True) if {*some} != {CROSSED})
        return (
            f"No stratum has both {a} and {b}: the {outcome} rates differ in {', '.join(others)}{' or ' if others else ''}{last}, "
            "so they are shown separately and not compared."
        )
    missing = [subject for subject in (a, b) if subject not in have]
    words = " and ".join(missing)
    if set(missing) <= left:
        return f"Like with like, nothing is compared: every {outcome} rate for {words} {_left_open(answer, missing)}."
    none = {subject: answer.without.get(subject) for subject in missing if subject not in left}
    return f"Nothing is compared: the registry has no {outcome} rate for {lacking(none, population=population)}."


def _left_open(answer: OutcomeAnswer, subjects: Sequence[str]) -> str:
    """Why none of the subjects' rates is pooled: what their sources leave open, or that nobody counted the people."""
    left = [row for one in answer.unpooled if one.subject in subjects for row in one.rows]
    unstated = _left_unstated(left)
    why = [f"leaves something unstated ({', '.join(unstated)})"] if unstated else []
    return " or ".join([*why, *["was worked out from means"] * any(row.imputed for row in left)])


def unstated_words(rows: Sequence[Row]) -> tuple[str, ...]:
    """What the sources of rows don't state, be it a count of people."""
    return (*_left_unstated(rows), *["count of people (worked out from means)"] * any(row.imputed for row in rows))


def _left_unstated(rows: Sequence[Row]) -> list[str]:
    return sorted({word for row in rows for word in row.unstated})


def lacking(without: Mapping[str, str | None], word: Callable[[str], str] = str, population: str | None = None) -> str:
    """Those of the two of which there is no rate, in ``word``s, and the control as which there is one; in the population asked for, if any."""
    subjects = " or ".join(
        word(subject) if control is None else f"{word(subject)} except as a control (`{control}`)"
        for subject, control in without.items()
    )
    return subjects if population is None else f"{subjects} in {word(population)}"


def elsewhere_words(populations: Sequence[str], word: Callable[[str], str] = str) -> str:
    """In which other populations there are rates of both, in a sentence that follows another; empty where there are in none."""
    if not populations:
        return ""
    named = [f"`{one}`" if word(one) == one else f"{word(one)} (`{one}`)" for one in populations[:_MOST_ELSEWHERE]]
    more = len(populations) - len(named)
    return f" It has rates of both in {listed([*named, *[f'{more} more'] * (more > 0)])}."


def _by_no_chance(compared: Sequence[SharedStratum]) -> str:
    found = [s for s in compared if not s.stratum.by_chance]
    where = "" if len(compared) == 1 else f" in {len(found)} of them"
    return f" Nobody was randomised{where}." if found else ""


def _disagreeing(direct: Sequence[SharedStratum]) -> str:
    found = [s for s in direct if s.network is not None and s.network.disagrees]
    where = "" if len(direct) == 1 else f" in {len(found)} of them"
    return f" Direct and indirect evidence disagree{where}." if found else ""


WITHOUT_CHANCE = "Some are compared in trials without randomisation: differences may come from who was in which arm."


def warnings(answers: Sequence[OutcomeAnswer], across: Sequence[str]) -> list[str]:
    """What the figures that lead in the answers are to be read with: dimensions that were crossed, and trials without randomisation. Strata follow the
    rungs, each with a warning of its own; where a dimension is crossed, there are no rungs.
    """
    told = []
    if across:
        dimensions = " and ".join(across)
        told.append(
            f"Rates are pooled across {dimensions}: any difference may come from {dimensions}, not from the treatment. "
            "This is not a comparison of like with like."
        )
        if any(not s.is_direct for answer in answers for s in answer.shared):
            told.append("No trial had both, so rates side by side don't show which treatment is better.")
    strata = [s for answer in answers for s in answer.shared if s.is_compared] if across else []
    shared = (row for s in strata for row in (*s.a.rows, *s.b.rows))
    rungs = (row for answer in answers for r in answer.rungs if r.effect or r.network for row in (*r.rows_a, *r.rows_b))
    if any(row.not_randomised for row in (*shared, *rungs)):
        told.append(WITHOUT_CHANCE)
    return told
