"""What was read of a figure, and whether the figures of one measure can be what each of them says alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.trialregistry.figures import Figure
from registry.trialregistry.rules import CountingRule
from registry.trialregistry.texts import UNSTATED, Read, clean
from registry.trialregistry.times import UNTIMED, Time
from registry.trialregistry.values import Count

__all__ = ["Reading", "plausible"]

_MAY_WORSEN = re.compile(
    r"relaps|mainten|\bMA\b|withdrawal (?:phase|period)|randomi[sz]ed withdrawal|continuation|(?:follow-?up|post-?treatment) (?:phase|period)|extension"
    r"|\bstable (?:respon|remi)|\b(?:in|among|of) (?:the )?(?:responders|remitters)\b",
    re.IGNORECASE,
)
"""Those who are well already may get worse."""

_RESPONSE = re.compile(r"\brespon(?:se|ders?|ded)\b", re.IGNORECASE)
_RESPONSE_OR_NONE = re.compile(r"respon(?:se|d)", re.IGNORECASE)
_REMISSION = re.compile(r"\bremi(?:ssion|tters?|tted)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """What was read of a figure. ``refused`` says why it isn't taken, and is empty where it is.

    An outcome has a ``definition`` and a ``count``, a score a ``statistic`` (``change``, ``endpoint``, ``baseline``) and its ``mean``, as
    printed (``printed``; with its sign turned if it is stated to be the baseline minus the later score), with the standard deviation ``sd`` where one is printed. ``untaken`` says what isn't taken of a figure that is. Each ``Read`` has the words it was read from.
    """

    figure: Figure
    refused: str = ""
    word: Read = UNSTATED
    scale: Read = UNSTATED
    rule: CountingRule | None = None
    definition: str = ""
    statistic: str = ""
    estimate: str = ""
    time: Time = UNTIMED
    anchor: Read = UNSTATED
    people: Read = UNSTATED
    missing: Read = UNSTATED
    subset: str = ""
    n: int | None = None
    count: Count | None = None
    mean: str = ""
    printed: str = ""
    sd: str = ""
    untaken: str = ""
    stated: str = ""
    """What a person goes by who says in the mapping what the figure is; empty where it was read."""

    @property
    def taken(self) -> bool:
        return not self.refused

    @property
    def read_from(self) -> dict[str, str]:
        """The words that each thing was read from, or what a person goes by."""
        if self.stated:
            return {"stated in the mapping": self.stated}
        rule, turned = self.rule, self.printed != self.mean
        return {
            "rule" if self.count else "statistic": f'{rule.place} "{rule.words}"' if rule and rule.words else self.word.quoted,
            "scale": self.scale.quoted,
            **({"sign": f"turned, as {self.printed} is printed, of the baseline minus the later score"} if turned else {}),
            "day": self.time.read.quoted,
            "set": self.people.quoted,
            "missing data": self.missing.quoted,
        }


def plausible(readings: list[Reading]) -> list[Reading]:
    """The readings of a measure, without those that the others contradict. What a person states stands."""
    read = iter(_not_exclusive(_falls([reading for reading in readings if not reading.stated])))
    return [reading if reading.stated else next(read) for reading in readings]


def _falls(readings: list[Reading]) -> list[Reading]:
    """The readings of a measure; without its changes where the largest is a rise of what a treatment lowers, outside the phases in which people may
    get worse.
    """
    changes = [r for r in readings if r.taken and r.statistic == "change"]
    if not changes:
        return readings
    measure = readings[0].figure.measure
    classes = " ".join(r.figure.class_title for r in changes)
    largest = max((float(r.mean) for r in changes), key=abs)
    rises = largest > 0 or -largest in {float(r.mean) for r in changes if float(r.mean) > 0}
    if not rises or _MAY_WORSEN.search(f"{measure.title} {measure.time_frame} {classes}"):
        return readings
    which = "all are" if all(float(r.mean) >= 0 for r in changes) else "the largest is"
    turned = any(r.printed != r.mean for r in changes)
    why = (
        f"{which} below 0 (or 0), though it is said to be the baseline minus the later score, by which falls are above 0"
        if turned
        else f"{which} above 0 (or 0): these may be rises, falls without their minus, or levels"
    )
    return [Reading(r.figure, refused=why) if r in changes else r for r in readings]


def _not_exclusive(readings: list[Reading]) -> list[Reading]:
    """Without the responses of a measure whose classes or categories part everybody in an arm, remitters being a part of their own."""
    named = {r.figure.row: clean(f"{r.figure.class_title} {r.figure.category_title}") for r in readings}
    responders = [r for r in readings if _RESPONSE.search(named[r.figure.row]) and not _REMISSION.search(named[r.figure.row])]
    if (
        not responders
        or not any(_REMISSION.search(words) for words in named.values())
        or not (_part_everybody(readings) or _beside_the_rest(readings))
    ):
        return readings
    why = "the measure's classes part its participants (responders, remitters and others), so those in remission aren't among its responders, or may not be"
    return [Reading(r.figure, refused=why) if r in responders and r.taken else r for r in readings]


def _part_everybody(readings: list[Reading]) -> bool:
    """Whether the values of each group add up to all who were analysed, or to 100%."""
    groups: dict[str, list[Figure]] = {}
    for reading in readings:
        groups.setdefault(reading.figure.group.id, []).append(reading.figure)
    return all(len(own) > 1 and _adds_up(own) for own in groups.values())


def _beside_the_rest(readings: list[Reading]) -> bool:
    """Whether those without response have a class too, and aren't all who aren't in the class of responders."""
    groups: dict[str, list[Figure]] = {}
    for reading in readings:
        words = clean(f"{reading.figure.class_title} {reading.figure.category_title}")
        if _RESPONSE_OR_NONE.search(words) and not _REMISSION.search(words):
            groups.setdefault(reading.figure.group.id, []).append(reading.figure)
    return all(len(own) > 1 for own in groups.values()) and not all(_adds_up(own) for own in groups.values())


def _adds_up(figures: list[Figure]) -> bool:
    try:
        total = sum(float(figure.value) for figure in figures)
    except ValueError:
        return False
    share = re.search(r"percent|%", clean(figures[0].measure.unit), re.IGNORECASE) is not None
    return abs(total - 100) < 0.1 * len(figures) if share else total == figures[0].n
