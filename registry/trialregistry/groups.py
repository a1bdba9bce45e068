"""The groups of an entry: what each was given, and which of them are arms beside one another.

Ids of groups mean nothing from one measure to the next, so a group is known by its title. Groups that occur in one measure were compared
with one another; a panel, a period or a phase of its own, and a measure of some of the participants, is a part of the trial.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.trialregistry.given import Given
from registry.trialregistry.phases import RUN_IN, mixes_phases, phase_of
from registry.trialregistry.reading import Reading
from registry.trialregistry.texts import clean

__all__ = ["PartKey", "group_key", "is_pooled", "is_whole", "part_of_reading", "tied", "without_single_panels"]

_PANEL = re.compile(r"^((?:panel|cohort|part|stage|sub-?study|study|group)\s+[A-Z0-9]{1,3})\s*[:\-]\s*", re.IGNORECASE)
_PANEL_AFTER = re.compile(
    r"[\s,;:(\[-]+((?:panel|cohort|part|stage|sub-?study|stratum)\s+(?:\d{1,2}|[A-Z]|I{1,3}))\s*[)\]]?(?=$|[,;:)])", re.IGNORECASE
)
_ONE_ARM = re.compile(r"(?:panel|cohort|group)\b", re.IGNORECASE)
_FLEXIBLE = re.compile(r"flexib|titrat|variable|adjust", re.IGNORECASE)
_ADDED = re.compile(r"\d\s*(?:mg\S*)?\s*(?:\+|&|\band\b)\s*\d", re.IGNORECASE)
"""Doses of several groups, where `10-20 mg`, `56/84 mg` and `56 or 84 mg` may be those of one."""

_POOLED = re.compile(r"\b(?:total|all|overall|pooled|combined|any dose|both)\b", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:(?:stable|early|late|sustained|initial|acute) )*(?:non-?\s?)?(?:responders?|remitters?|completers?|relapsers?)\b|\bsub-?(?:group|set|population|cohort)\b[^,;:()]*",
    re.IGNORECASE,
)
"""Words of a group's title by which it is some of an arm's participants."""

_WORDS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, order=True)
class PartKey:
    """Which part of a trial: a panel, a period or phase, a subset of the participants; all empty for the whole."""

    panel: str = ""
    phase: str = ""
    subset: str = ""

    @property
    def slug(self) -> str:
        return slug(" ".join((self.panel, self.phase, self.subset)))


def slug(text: str) -> str:
    """A name made of a text's letters and digits."""
    return "-".join(_WORDS.findall(text.lower()))[:60].strip("-")


def group_key(title: str) -> str:
    """A title without case, signs and spaces: `Panel A:Period 2 Placebo` and `Panel A: Period 2: Placebo` are one group."""
    return "".join(_WORDS.findall(clean(title).lower().replace("milligrams (mg)", "mg").replace("milligrams", "mg")))


def is_whole(phase: str, *, masked: bool) -> bool:
    """Whether a phase may be all of a trial that names it in every figure: a run-in or follow-up never is, an open-label phase isn't of a
    masked trial.
    """
    return phase not in {RUN_IN, "follow-up", "extension"} and not (phase == "open-label" and masked)


def part_of_reading(reading: Reading) -> PartKey:
    """The part that a figure is of: by its class, its group's title, and the measure's title."""
    figure = reading.figure
    group, own, title, frame = map(
        clean, (figure.group.title, figure.class_title, figure.measure.title, figure.measure.time_frame)
    )
    panel = next((match[1] for pattern in (_PANEL, _PANEL_AFTER) if (match := pattern.search(group))), "")
    some = _SOME.search(group)
    texts = (title, "" if mixes_phases(frame) else frame)
    return PartKey(panel, phase_of((own, group)) or phase_of(texts), reading.subset or (some[0] if some else ""))


def without_single_panels(keyed: list[tuple[PartKey, Reading]]) -> list[tuple[PartKey, Reading]]:
    """The figures with their parts, in which groups and cohorts that are one arm each (`Group A: Ketamine`, `Group B: Placebo`) make none: a panel is a
    part only if it has a comparator of its own.
    """
    panels: dict[str, set[str]] = {}
    for key, reading in keyed:
        panels.setdefault(key.panel.lower(), set()).add(group_key(reading.figure.group.title))
    if not all(_ONE_ARM.match(panel) and len(keys) == 1 for panel, keys in panels.items()):
        return keyed
    return [(PartKey("", key.phase, key.subset), reading) for key, reading in keyed]


def is_pooled(
    key: str, groups: Mapping[str, Given], titles: Mapping[str, str], sizes: Sequence[Mapping[str, int | None]]
) -> bool:
    """Whether a group holds others of its trial: its title says so or joins their doses, or it has no dose, or some of which they have one each, and no measure has
    them beside it, or one has it with as many as they have together; a flexible dose holds none. ``sizes`` has the numbers analysed of the groups of each measure.
    """
    mine = groups[key]
    others = [k for k, g in groups.items() if k != key and g.treatments == mine.treatments and len(g.doses) == 1]
    if _POOLED.search(clean(titles[key])):
        return True
    if len(mine.doses) > 1:
        others = [k for k in others if groups[k].doses[0] in mine.doses]
    if _FLEXIBLE.search(titles[key]):
        return False
    if _ADDED.search(titles[key]) and len(others) > 1:
        return True
    beside = [of for of in sizes if key in of and any(k in of for k in others)]
    there = [(of[key], [of[k] for k in others if k in of]) for of in beside if of[key] is not None]
    summed = any(None in parts or own == sum(n for n in parts if n is not None) for own, parts in there)
    return len(mine.doses) != 1 and len(others) > 1 and (summed or not beside)


def tied(measures: Iterable[set[str]]) -> dict[str, int]:
    """Which groups hang together: those that occur in one measure, and those tied to them; the number of its set for each."""
    sets: list[set[str]] = []
    for groups in measures:
        meeting = [s for s in sets if s & groups]
        sets = [s for s in sets if not s & groups] + [set().union(groups, *meeting)]
    return {key: number for number, keys in enumerate(sorted(sets, key=sorted)) for key in keys}
