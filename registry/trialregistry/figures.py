"""The outcome measures of an entry as rows: a figure for each measure, class, category and group, with the denominator that is its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.trialregistry.places import JsonAt
from validation.hints import shortened

__all__ = ["Analysis", "Figure", "OutcomeMeasure", "ResultGroup", "analyses_of", "figures_of"]

PARTICIPANTS = "participants"
_TOLD = ("groupDescription", "statisticalComment", "estimateComment", "otherAnalysisDescription")
"""Where an analysis has words of its own."""


@dataclass(frozen=True)
class ResultGroup:
    """A group of a measure. Its id means nothing in another measure."""

    id: str
    title: str
    description: str


@dataclass(frozen=True)
class OutcomeMeasure:
    """An outcome measure, in its own words. ``number`` counts the measures of the entry from 0, as the path to it does."""

    number: int
    title: str
    description: str
    time_frame: str
    population: str
    param: str
    dispersion: str
    unit: str
    groups: Mapping[str, ResultGroup]
    counted: str = ""
    """What was analysed, where the entry says it: participants, eyes, observations, …"""

    status: str = ""
    """Whether the results are posted."""


@dataclass(frozen=True)
class Figure:
    """One value of a measure. ``row`` counts those of the entry from 1; ``n`` is how many were analysed, by the denominators of the
    class where it has some, else by the measure's (``n_measure``). Value and spread are as they are printed.
    """

    row: int
    measure: OutcomeMeasure
    class_title: str
    category_title: str
    group: ResultGroup
    n: int | None
    value: str
    spread: str
    lower: str
    upper: str
    n_measure: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Analysis:
    """A comparison of groups that a measure prints. ``number`` counts those of the entry from 1; all texts are as they are printed."""

    number: int
    measure: OutcomeMeasure
    groups: tuple[ResultGroup, ...]
    param: str
    value: str
    level: str
    sides: str
    low: str
    high: str
    p: str
    comment: str
    method: str
    dispersion: str
    spread: str
    told: str = ""
    """What is said about it beside its numbers."""


def analyses_of(measures: JsonAt) -> Iterable[Analysis]:
    """The comparisons of an entry's outcome measures, in their order. Raises ``ImportProblem`` for a shape that the API doesn't have."""
    number = 0
    for place, found in enumerate(measures.items()):
        measure = _measure(place, found)
        for item in found.get("analyses").items():
            number += 1
            yield Analysis(
                number=number,
                measure=measure,
                groups=tuple(_group(group, measure) for group in item.get("groupIds").texts()),
                param=item.get("paramType").text(),
                value=item.get("paramValue").text(),
                level=item.get("ciPctValue").text(),
                sides=item.get("ciNumSides").text(),
                low=item.get("ciLowerLimit").text(),
                high=item.get("ciUpperLimit").text(),
                p=item.get("pValue").text(),
                comment=item.get("pValueComment").text(),
                method=item.get("statisticalMethod").text(),
                dispersion=item.get("dispersionType").text(),
                spread=item.get("dispersionValue").text(),
                told=" ".join(words.rstrip(".") + "." for name in _TOLD if (words := item.get(name).text().strip())),
            )


def figures_of(measures: JsonAt) -> Iterable[Figure]:
    """The figures of an entry's outcome measures, in their order. Raises ``ImportProblem`` for a shape that the API doesn't have."""
    row = 0
    for number, found in enumerate(measures.items()):
        measure = _measure(number, found)
        whole = _denominators(found, measure)
        for group_class in found.get("classes").items():
            own = _denominators(group_class, measure)
            for category in group_class.get("categories").items():
                seen: set[str] = set()
                for value in category.get("measurements").items():
                    group = _group(value.get("groupId"), measure)
                    if group.id in seen:
                        raise value.problem(
                            f"the group `{shortened(group.id)}` has a value here already, so one of them would be lost"
                        )
                    seen.add(group.id)
                    row += 1
                    yield Figure(
                        row=row,
                        measure=measure,
                        class_title=group_class.get("title").text(),
                        category_title=category.get("title").text(),
                        group=group,
                        n=own.get(group.id, whole.get(group.id)),
                        value=value.get("value").text(),
                        spread=value.get("spread").text(),
                        lower=value.get("lowerLimit").text(),
                        upper=value.get("upperLimit").text(),
                        n_measure=whole.get(group.id),
                        comment=value.get("comment").text(),
                    )


def _measure(number: int, found: JsonAt) -> OutcomeMeasure:
    groups: dict[str, ResultGroup] = {}
    for item in found.get("groups").items():
        group = ResultGroup(item.get("id").needed(), item.get("title").needed(), item.get("description").text())
        if group.id in groups:
            raise item.get("id").problem(f"the group `{shortened(group.id)}` is here twice")
        groups[group.id] = group
    return OutcomeMeasure(
        number=number,
        title=found.get("title").needed(),
        description=found.get("description").text(),
        time_frame=found.get("timeFrame").text(),
        population=found.get("populationDescription").text(),
        param=found.get("paramType").text().upper().replace(" ", "_"),
        dispersion=found.get("dispersionType").text(),
        unit=found.get("unitOfMeasure").text(),
        groups=groups,
        counted=found.get("typeUnitsAnalyzed").text(),
        status=found.get("reportingStatus").text().upper(),
    )


def _denominators(found: JsonAt, measure: OutcomeMeasure) -> dict[str, int]:
    """How many participants of each group were analysed; denominators in other units, such as eyes, are passed over."""
    counted: dict[str, int] = {}
    for denominator in found.get("denoms").items():
        if denominator.get("units").text().lower() in {PARTICIPANTS, ""}:
            for item in denominator.get("counts").items():
                group, n = _group(item.get("groupId"), measure), item.get("value").count()
                if n is not None and counted.setdefault(group.id, n) != n:
                    raise item.problem(f"the group `{shortened(group.id)}` has another denominator here: {counted[group.id]}")
    return counted


def _group(found: JsonAt, measure: OutcomeMeasure) -> ResultGroup:
    group = measure.groups.get(found.needed())
    if group is None:
        raise found.problem(f"there is no group `{shortened(found.text())}` in the measure's `groups`")
    return group
