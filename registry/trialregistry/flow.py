"""How many started in each group, by an entry's participant flow, and which figures of "all randomised" that leaves standing.

Those analysed are all randomised only if they are as many as started. A number randomised is never made out of one analysed where the
flow gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from registry.trialregistry.groups import group_key, is_whole
from registry.trialregistry.phases import phase_of
from registry.trialregistry.places import JsonAt
from registry.trialregistry.reading import Reading
from registry.trialregistry.texts import UNSTATED, clean

__all__ = ["held_to_flow", "started_in"]


_RANDOMISED = re.compile(
    r"\b(?:double|triple)[- ]?blind|\bDB\b|\bblinded\b|\bplacebo[- ]controlled|(?<![A-Za-z-])(?:post-?)?randomi[sz]",
    re.IGNORECASE,
)
"""A period to which people were randomised, by its title."""

_RANDOMISED_HERE = re.compile(
    r"(?:number )?(?:of )?(?:participants |patients |subjects )?(?:who )?(?:were )?randomi[sz](?:ed|ation)(?: (?:participants|patients|subjects))?(?: to (?:study )?(?:treatment|drug))?",
    re.IGNORECASE,
)
"""A milestone of those who were randomised, where those who started were enrolled."""

_NOT_YET = re.compile(r"\b(?:prior to|before|until|not(?: yet)?|pre) randomi[sz]", re.IGNORECASE)
_NOT_RANDOMISING = re.compile(
    r"\bscreen|\benrol|\bconsent|\beligib|\bpre-?randomi[sz]|\bprospective|\btitration|\bopen[- ]?label|\bOL\b|\bsingle[- ]?blind|\bstabili[sz]|\boptimi[sz]|\bwash-?out"
    r"|\bbaseline|\bobservation|\brun-?in|\blead-?in|\bqualif|\bfollow-?up|\bpost-?treatment|\bextension|\btaper|\bre-?randomi[sz]",
    re.IGNORECASE,
)
"""A period that may come before people are randomised, or after the trial, where its title doesn't say that it is the randomised one."""


def started_in(module: JsonAt, *, masked: bool, crossed: bool = False) -> dict[str, tuple[int, ...]]:
    """How many started in each group, by the key of its title: in the first period that the group is in, without a run-in, what comes before people
    are randomised, or another part of the trial. Where a later period alone is said to be the randomised one, each number may be meant. A
    title that two groups share gives none. In a crossover trial (``crossed``) all who started are of no group, but had every treatment.
    """
    titles = {group.get("id").needed(): group_key(group.get("title").text()) for group in module.get("groups").items()}
    found: dict[str, tuple[int, ...]] = {}
    settled: set[str] = set()
    for period in module.get("periods").items():
        title = clean(period.get("title").text())
        randomised = bool(_RANDOMISED.search(title)) and not _NOT_YET.search(title)
        if not is_whole(phase_of((title,)), masked=masked) or (not randomised and _passed_over(title, masked=masked)):
            continue
        for group, number in _started(period).items():
            if number and group in titles and group not in settled and (randomised or group not in found):
                found[group] = tuple(dict.fromkeys((*found.get(group, ()), number)))
                settled |= {group} if randomised else set()
    if crossed:
        return {"": (sum(numbers[0] for numbers in found.values()),)} if found else {}
    keys = [titles[group] for group in found]
    return {titles[group]: numbers for group, numbers in found.items() if titles[group] and keys.count(titles[group]) == 1}


def _passed_over(title: str, *, masked: bool) -> bool:
    """Whether people needn't have been randomised to a period; an open-label one is passed over in a masked trial only."""
    words = title if masked else re.sub(r"\bopen[- ]?label\b|\bOL\b", " ", title, flags=re.IGNORECASE)
    return bool(_NOT_RANDOMISING.search(words) or _NOT_YET.search(words))


def _started(period: JsonAt) -> dict[str, int]:
    """How many of each group were randomised in a period, by a milestone of that name, else how many started it; none that two numbers are given for."""
    found: dict[bool, dict[str, set[int | None]]] = {True: {}, False: {}}
    for milestone in period.get("milestones").items():
        kind = clean(milestone.get("type").text())
        if kind.upper() == "STARTED" or _RANDOMISED_HERE.fullmatch(kind):
            for achieved in milestone.get("achievements").items():
                groups = found[kind.upper() != "STARTED"]
                groups.setdefault(achieved.get("groupId").needed(), set()).add(achieved.get("numSubjects").count())
    every = found[False] | found[True]
    return {group: number for group, numbers in every.items() if len(numbers) == 1 and (number := next(iter(numbers)))}


def held_to_flow(reading: Reading, started: Mapping[str, tuple[int, ...]], allocation: str) -> Reading:
    """The reading, without its set if that is all randomised and nobody was, or the numbers say otherwise: fewer in the class than in the measure, or
    another number than started in the group (in any group, if the flow doesn't name it).
    """
    if reading.people.term != "randomised" or reading.n is None:
        return reading
    whole, own = reading.figure.n_measure, started.get(group_key(reading.figure.group.title))
    if allocation in {"NON_RANDOMIZED", "NA"}:
        why = "the entry says that nobody was randomised"
    elif whole is not None and reading.n < whole:
        why = f"{reading.n} of the measure's {whole} were analysed"
    elif own is not None and reading.n not in own:
        why = f"{reading.n} were analysed, and {' or '.join(map(str, own))} started"
    elif own is None and started and not any(reading.n in numbers for numbers in started.values()):
        why = f"{reading.n} were analysed, and no group started with so many"
    else:
        return reading
    said = f"the figure is taken without its set, `{reading.people.words}`: {why}"
    return replace(reading, people=UNSTATED, untaken="; ".join(filter(None, [reading.untaken, said])))
