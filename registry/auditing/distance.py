"""Two treatments that no stratum holds together: what the registry has of each, and the dimensions in which the two differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.auditing.claims import Claim
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.holding import UNKNOWN, held, left_out, outcomes_of, rate_evidence, spoken, time_of
from registry.auditing.knowledge import Knowledge
from registry.comparing.comparison import ApartStratum, Nearest
from registry.pooling.scales import whole_percent
from registry.strata.rows import Row, rows_of
from registry.strata.stratum import DIMENSIONS, Stratum
from schemas.wording import counted, listed

__all__ = ["own_rates", "populations_of", "set_apart"]

_MOST_RATES = 4
_MOST_NAMED = 2


def set_apart(claim: Claim, rows: Sequence[Row], known: Knowledge) -> Ground:
    """No stratum has both: what each has, and in what the nearest of them differ."""
    subject, comparator = claim.subject, str(claim.comparator)
    words = " or ".join(outcomes_of(claim))
    population = claim.population or claim.comparator_population
    where = f" in {known.word(population)}" if population else ""
    definition = known.definitions.get(claim.definition or "")
    by = f" by “{definition.label}”" if definition is not None and definition.scale is not None else ""
    without = [one for one in (subject, comparator) if not rows_of(_all_of(claim, known), one)]
    lacking = [one for one in (subject, comparator) if not rows_of(rows, one) and one not in without]
    aside, left = left_out(claim, lacking, known, meant=True), left_out(claim, without, known, anywhere=True)
    none = "no other" if aside or left else "no"
    told = [
        " ".join(
            [
                f"No stratum{by}{time_of(claim)}{where} has {words} rates of both treatments: the registry has such rates in",
                f"{_trials(rows, subject, none, known)} and {_trials(rows, comparator, none, known)}.",
                *aside,
            ]
        )
    ]
    change = _trial_wanted(claim, rows, words, where, known)
    if without:
        names = [known.word(one) for one in without]
        told.append(" ".join([f"It has {none} {words} rate of {' or '.join(names)} in any people.", *left]))
        return Ground(Word.NOT_JUDGED, tuple(told), ("rates of " + " and ".join(names),), to_change=change, gap="no-rate")
    near = _nearest(claim, known)
    open_ = [_left(rows, one, words, where, known) for one in (subject, comparator)]
    if near is None:
        return _never_meeting(claim, told, open_, change, known)
    differing = {name: (spoken(name, x, known), spoken(name, y, known)) for name, (x, y) in near.other.differences.items()}
    if near.other.sets is not None:
        differing["analysis set"] = (
            ", ".join(map(known.word, near.other.sets[0])),
            ", ".join(map(known.word, near.other.sets[1])),
        )
    spelt = "; ".join(f"{name} ({x} versus {y})" for name, (x, y) in differing.items())
    a, b = near.one.side, near.other.side
    told.append(f"The nearest rates of the two differ in {listed(list(differing))}.")
    told.append(
        f"They are {known.word(a.subject)} at {whole_percent(a.pooled.estimate)} and {known.word(b.subject)} at {whole_percent(b.pooled.estimate)} "
        f"({near.outcome}); {spelt}."
    )
    return Ground(
        Word.NOT_COMPARABLE,
        (*told, *(sentence for sentence in open_ if sentence)),
        differing={**populations_of(claim, known), **differing},
        evidence=own_rates(claim, known),
        to_change=change,
    )


def _trials(rows: Sequence[Row], subject: str, none: str, known: Knowledge) -> str:
    count = len({row.trial for row in rows_of(rows, subject)})
    return f"{count or none} trial{'' if count == 1 else 's'} of {known.word(subject)}"


def _left(rows: Sequence[Row], subject: str, words: str, where: str, known: Knowledge) -> str:
    """How many trials of a side leave something unstated."""
    own = rows_of(rows, subject)
    trials, whole = len({row.trial for row in own}), len({row.trial for row in own if not row.unstated})
    if trials == whole:
        return ""
    of = (
        "the one trial"
        if trials == 1
        else f"{'all' if not whole else trials - whole} of the {trials} trials"
        if whole
        else f"all {trials} trials"
    )
    return f"Of {known.word(subject)}, {of} with {words} rates{where} leave{'s' if trials == 1 else ''} something unstated."


def _trial_wanted(claim: Claim, rows: Sequence[Row], words: str, where: str, known: Knowledge) -> str:
    """The trial that is missing: both treatments in one stratum, best in one where one of them has been tried."""
    both = f"{known.word(claim.subject)} and {known.word(claim.comparator)}"
    strata = [one for side in (claim.subject, str(claim.comparator)) for one in held(rows, side, outcomes_of(claim))]
    as_in = ""
    if strata:
        best = max(strata, key=lambda one: (not any(row.unstated for row in one.rows), one.pooled.n))
        definition, _, time, *_ = best.stratum.in_words(known.word)
        of = known.word(claim.subject if best.rows[0] in rows_of(best.rows, claim.subject) else claim.comparator)
        as_in = f", best by “{definition}”, {time}, where the registry has {counted(best.pooled.k, 'trial')} of {of}"
    return f"A trial that randomises people{where} to {both} and reports {words} of each would make it one to judge{as_in}."


@dataclass(frozen=True)
class _Near:
    outcome: str
    one: ApartStratum
    other: Nearest

    def distance(self) -> tuple[int, int, Stratum]:
        """In how many dimensions they differ; of those that differ in as many, the larger first."""
        return len(self.other.differences) + (self.other.sets is not None), -self.one.side.pooled.n, self.one.stratum


def _nearest(claim: Claim, known: Knowledge) -> _Near | None:
    """The two strata, one of each treatment, that differ least; None if a side has none with everything stated."""
    answers = known.compared(_all_of(claim, known), claim.subject, str(claim.comparator), outcomes_of(claim)).outcomes
    pairs = [
        _Near(answer.outcome, one, near)
        for answer in answers
        for one in answer.apart
        if one.side.subject == claim.subject and _is_of(one, claim, known)
        for near in one.nearest
    ]
    return min(pairs, key=_Near.distance, default=None)


def _never_meeting(claim: Claim, told: Sequence[str], left: Sequence[str], change: str, known: Knowledge) -> Ground:
    """Every rate of one side leaves something unstated: the dimensions in which no two rates of the two state the same."""
    every = _all_of(claim, known)
    mine = [
        r for r in rows_of(every, claim.subject) if claim.population is None or r.population in known.within(claim.population)
    ]
    sides = mine or rows_of(every, claim.subject), rows_of(every, str(claim.comparator))
    differing = {}
    for name, dimension in DIMENSIONS.items():
        stated = [
            Counter(str(getattr(row, dimension.column)) for row in side if not set(dimension.lacking) & set(row.unstated))
            for side in sides
        ]
        if not set(stated[0]) & set(stated[1]):
            differing[name] = (_commonest(name, stated[0], known), _commonest(name, stated[1], known))
    spelt = "; ".join(f"{name} ({x} versus {y})" for name, (x, y) in differing.items())
    because = (
        (f"No rate of one states the same as a rate of the other in {listed(list(differing))}.", f"They are: {spelt}.")
        if differing
        else ()
    )
    return Ground(
        Word.NOT_COMPARABLE,
        (*told, *because, *(sentence for sentence in left if sentence)),
        differing={**populations_of(claim, known), **differing},
        evidence=own_rates(claim, known),
        to_change=change,
    )


def _commonest(dimension: str, found: Counter[str], known: Knowledge) -> str:
    names = [spoken(dimension, name, known) for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return " / ".join(names[:_MOST_NAMED]) + more if names else UNKNOWN


def _is_of(one: ApartStratum, claim: Claim, known: Knowledge) -> bool:
    return claim.population is None or one.stratum.population in known.within(claim.population)


def _all_of(claim: Claim, known: Knowledge) -> list[Row]:
    return [row for row in known.meant if row.outcome in outcomes_of(claim)]


def populations_of(claim: Claim, known: Knowledge) -> dict[str, tuple[str, str]]:
    """The two populations of the claim itself, where they differ or one is not stated."""
    if claim.population == claim.comparator_population:
        return {}
    return {"population": (known.word(claim.population), known.word(claim.comparator_population))}


def own_rates(claim: Claim, known: Knowledge) -> tuple[Evidence, ...]:
    """The largest strata of either side, so that a reader sees what is there."""
    found = []
    sides = [(claim.subject, claim.population), (str(claim.comparator), claim.comparator_population)]
    # Of one treatment in two populations, those of a population that isn't stated are all it has.
    wide = [side for side in sides if side[1] is None]
    if claim.subject == claim.comparator and wide:
        sides = wide[:1]
    elif claim.outcome is not None:
        sides = sides[1:]  # the claimed rate has a ground of its own, which shows them
    for subject, population in sides:
        within = None if population is None else known.within(population)
        rows = [row for row in known.meant if within is None or row.population in within]
        for one in held(rows, subject, outcomes_of(claim))[:_MOST_RATES]:
            item = rate_evidence(one, None, known)
            found.append(Evidence("rate", f"{known.word(subject)}: {item.text}", item.sources, figures=item.figures))
    return tuple(found)
