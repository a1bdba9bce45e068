"""What would change the verdict on a claimed rate: what it could state, trials that could settle it, the rate that is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from registry.auditing.changing import more_trials, supported_instead, undone
from registry.auditing.claims import Claim
from registry.auditing.grounds import Evidence, Word
from registry.auditing.holding import Held, may_mean, spans_of, spoken, wanted
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import settled
from registry.auditing.spans import Span
from registry.pooling.scales import whole_percent
from registry.strata.rows import CONTEXT, Row
from registry.strata.stratum import DIMENSIONS
from schemas.wording import counted, listed

__all__ = ["needed_rate", "other_readings"]

_PLACES = {"definition": 0, "scale": 0, "population": 1, "time point": 2}
"""What a claim can leave unstated, and where it is in a stratum's values."""
_NAMES = tuple(DIMENSIONS)


def other_readings(
    span: Span, readings: Sequence[Held], evidence: Sequence[Evidence], missing: Sequence[str], known: Knowledge
) -> str:
    """What would change the verdict that the readings of a claim lead to."""
    views = [item.agrees for item in evidence]
    means = [spans_of(one.pooled)[0] for one in readings]
    word = settled(views)
    if word is Word.SUPPORTED:
        of = "an interval of the mean" if any(one.pooled.k > 1 for one in readings) else "an interval for a new trial"
        return undone(span, means, f"With more trials, {of}")
    if word is Word.CONTRADICTED:
        return supported_instead(span, means)
    if len(readings) > 1:
        stated = sorted({_PLACES[name] for name in missing if name in _PLACES})
        if told := _if(readings, views, stated, known, "it stated"):
            return told
        # No claim can state what all were given besides, or in which kind of arm.
        if word is Word.UNVERIFIABLE and (told := _if(readings, views, range(len(_NAMES)), known, "it meant")):
            return told
    open_ = [one for one, view in zip(readings, views, strict=True) if view is None]
    one = max(open_, key=lambda reading: reading.pooled.n)
    more = more_trials(span, one.pooled)
    if len(readings) == 1:
        return more
    every = "both" if len(open_) == 2 else f"all {len(open_)}"
    lead = (
        "The one undecided reading"
        if len(open_) == 1
        else f"Trials would have to settle {every} undecided readings. In the largest"
    )
    return f"{lead} ({whole_percent(one.pooled.estimate)} in {counted(one.pooled.k, 'trial')}): {more[0].lower()}{more[1:]}"


def _if(readings: Sequence[Held], views: Sequence[bool | None], open_: Sequence[int], known: Knowledge, had: str) -> str | None:
    """The fewest words of the strata, at these places, that would decide, ``had`` the claim those; what they would lead to. None where none would."""
    parts = [one.stratum.values for one in readings]
    for size in range(1, len(open_) + 1):
        found: dict[Word, list[tuple[int, str]]] = {}
        for places in combinations(open_, size):
            stated: dict[tuple[str, ...], list[int]] = {}
            for i, values in enumerate(parts):
                stated.setdefault(tuple(values[place] for place in places), []).append(i)
            for value, some in stated.items():
                word = settled([views[i] for i in some])
                if word in {Word.SUPPORTED, Word.CONTRADICTED}:
                    n = sum(readings[i].pooled.n for i in some)
                    words = [f"“{spoken(_NAMES[place], part, known)}”" for place, part in zip(places, value, strict=True)]
                    found.setdefault(word, []).append((n, listed(words)))
        if found:
            return _stating(found, had)
    return None


def _stating(found: dict[Word, list[tuple[int, str]]], had: str) -> str:
    told = []
    for word in (Word.SUPPORTED, Word.CONTRADICTED):
        if ways := sorted(found.get(word, ()), reverse=True):
            more = f" (one of {len(ways)} such ways)" if len(ways) > 1 else ""
            told.append(f"{word.value} if {had} {ways[0][1]}{more}")
    return f"It would be {', and '.join(told)}."


def needed_rate(claim: Claim, rows: Sequence[Row], known: Knowledge) -> str:
    """The rate that a claim could be compared with: one that is held but leaves something unstated, or one that is missing."""
    near = [row for row in rows if may_mean(claim, [row], known)]
    lacking = Counter(tuple(word for word in row.unstated if word not in CONTEXT) for row in near)
    if lacking:
        words, count = min(lacking.items(), key=lambda item: (len(item[0]), -item[1], item[0]))
        held = f"{count} of the {len(near)} rates that it could mean" if len(near) > 1 else "The one rate that it could mean"
        return f"{held} would be compared with it if the source also stated {listed([f'the {word}' for word in words])}."
    return f"A {wanted(claim, known)} would be compared with it: so many of so many, of a trial that isn't the claim's own."
