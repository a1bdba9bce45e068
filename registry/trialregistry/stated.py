"""Figures of which a person says in the mapping what they are: their words aren't read.

An entry can say a thing in more ways than are understood here. Who has read it states what a measure's figures are; the numbers stay the entry's, so that
a count must still be one of participants, a percentage that of exactly one whole number of them, and a mean one in the points of its scale. What phase a
figure is of is read as ever: it makes the part of the trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from registry.trialregistry.figures import Figure
from registry.trialregistry.measures import Reading
from registry.trialregistry.others import refuse_not_points
from registry.trialregistry.phases import check_phase
from registry.trialregistry.texts import UNSTATED, Read, Text, clean
from registry.trialregistry.times import Time
from registry.trialregistry.values import (
    COUNTED,
    MEANS,
    NotTakenError,
    analysed,
    check_range,
    count_of,
    estimate_of,
    negative,
    number_of,
    spread_of,
)

__all__ = ["NEEDED", "SETTING", "Stated", "find_stated", "misfit", "read_stated"]

NEEDED: Mapping[str, tuple[str, ...]] = {"outcomes": ("definition_id",), "scores": ("instrument_id", "statistic")}
"""The fields by which a figure is one of a table."""

SETTING = ("timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
"""Fields that may be stated besides; those that aren't are unstated."""

Place = tuple[int, str, str]


@dataclass(frozen=True)
class Stated:
    """What the figures of a measure are: fields of ``outcomes`` or of ``scores``, and what that goes by. ``turned``: printed as the baseline minus the later score."""

    table: str
    fields: Mapping[str, str]
    reason: str
    turned: bool = False

    def read(self, name: str) -> Read:
        """A field, as read in the mapping."""
        term = self.fields.get(name, "")
        return Read(term, term, "mapping") if term else UNSTATED


def find_stated(figure: Figure, stated: Mapping[Place, Stated]) -> Stated | None:
    """What is stated of the figure's class and category, else of its class, its category, or the measure."""
    number, of_class, category = figure.measure.number, figure.class_title, figure.category_title
    places = ((number, of_class, category), (number, of_class, ""), (number, "", category), (number, "", ""))
    return next((stated[place] for place in places if place in stated), None)


def misfit(figure: Figure, stated: Stated) -> str:
    """Why a figure can't be what is stated of it; nothing where it can."""
    kind = figure.measure.param
    if kind not in (MEANS if stated.table == "scores" else COUNTED):
        what = "a mean" if stated.table == "scores" else "a count"
        return f"is of `{kind or 'no kind'}`, and what is stated of it is of {what}"
    return "isn't a change, and only a change is turned" if stated.turned and stated.fields["statistic"] != "change" else ""


def read_stated(figure: Figure, stated: Stated) -> Reading:
    """The figure with what is stated of it, or why its number can't be taken."""
    what, *_ = NEEDED[stated.table]
    if why := misfit(figure, stated):
        return Reading(figure, refused=f"it {why}")
    try:
        titles = (figure.class_title, figure.category_title, figure.measure.title, figure.group.title)
        check_phase(Text("time frame", clean(figure.measure.time_frame)), list(map(clean, titles)))
        reading = Reading(
            figure,
            stated=stated.reason,
            word=stated.read(NEEDED[stated.table][-1]),
            scale=stated.read(what),
            time=Time(stated.fields.get("timepoint_days", ""), stated.read("timepoint_days")),
            anchor=stated.read("timepoint_anchor"),
            people=stated.read("analysis_set"),
            missing=stated.read("missing_data"),
            n=(n := analysed(figure)),
            untaken=spread_of(figure)[1],
        )
        if stated.table == "outcomes":
            return replace(reading, definition=stated.fields[what], count=count_of(figure, n, reading.missing.term))
        mean, statistic = number_of(figure), stated.fields["statistic"]
        refuse_not_points(clean(figure.measure.unit), reading.scale.term)
        check_range(reading.scale.term, statistic, mean)
        return replace(
            reading,
            statistic=statistic,
            estimate=stated.fields.get("estimate") or estimate_of(figure),
            mean=negative(mean) if stated.turned else mean,
            printed=mean,
            sd=spread_of(figure)[0],
        )
    except NotTakenError as why:
        return Reading(figure, refused=str(why))
