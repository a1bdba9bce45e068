"""How many started in each group, by an entry's participant flow, and which figures of "all randomised" that leaves standing.

Those analysed are all randomised only if they are as many as started. A number randomised is never made out of one analysed where the
flow gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from registry.trialregistry.groups import group_key, is_whole, phase_of
from registry.trialregistry.places import JsonAt
from registry.trialregistry.reading import Reading
from registry.trialregistry.texts import UNSTATED

__all__ = ["held_to_flow", "started_in"]


def started_in(module: JsonAt, *, masked: bool) -> dict[str, int]:
    """How many started in each group, by the key of its title: in the first period that the group is in, without a run-in or another part
    of the trial. A title that two groups share gives none.
    """
    titles = {group.get("id").needed(): group_key(group.get("title").text()) for group in module.get("groups").items()}
    found: dict[str, int] = {}
    for period in module.get("periods").items():
        if not is_whole(phase_of((period.get("title").text(),)), masked=masked):
            continue
        for group, number in dict(_started(period)).items():
            if number and group in titles:
                found.setdefault(group, number)
    keys = [titles[group] for group in found]
    return {titles[group]: number for group, number in found.items() if titles[group] and keys.count(titles[group]) == 1}


def _started(period: JsonAt) -> Iterator[tuple[str, int]]:
    for milestone in period.get("milestones").items():
        if milestone.get("type").text().upper() == "STARTED":
            for achieved in milestone.get("achievements").items():
                number = achieved.get("numSubjects").count()
                if number is not None:
                    yield achieved.get("groupId").needed(), number


def held_to_flow(reading: Reading, started: Mapping[str, int]) -> Reading:
    """The reading, without its set if that is all randomised and the numbers say otherwise: fewer in the class than in the measure, or
    another number than started in the group (in any group, if the flow doesn't name it).
    """
    if reading.people.term != "randomised" or reading.n is None:
        return reading
    whole, own = reading.figure.n_measure, started.get(group_key(reading.figure.group.title))
    if whole is not None and reading.n < whole:
        why = f"{reading.n} of the measure's {whole} were analysed"
    elif own is not None and reading.n != own:
        why = f"{reading.n} were analysed, and {own} started"
    elif own is None and started and reading.n not in started.values():
        why = f"{reading.n} were analysed, and no group started with so many"
    else:
        return reading
    said = f"the figure is taken without its set, `{reading.people.words}`: {why}"
    return replace(reading, people=UNSTATED, untaken="; ".join(filter(None, [reading.untaken, said])))
