"""The pages of populations: who was eligible, which trials were of them, and how wider, narrower and neighbouring populations differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.site import places
from registry.site.facts import Facts, Row, upwards
from registry.site.rendering import Page
from registry.site.showing import rate_pages
from registry.site.uses import use_of

__all__ = ["PopulationPages"]

_REQUIRED = (
    "prior_failures_min",
    "prior_failures_max",
    "prior_failures_window",
    "failure_improvement_below",
    "failure_prospective",
    "psychotic_allowed",
    "bipolar_allowed",
    "age_min",
    "age_max",
)

_ELIGIBLE = {True: "eligible", False: "a reason for exclusion", None: "not stated"}


@dataclass(frozen=True)
class PopulationPages:
    """The populations of a registry, and the tree that they form."""

    facts: Facts

    def pages(self) -> Iterator[Page]:
        """A page a population."""
        trials, rates = defaultdict(list), defaultdict(list)
        for study in self.facts.studies:
            trials[study["population_id"]].append(study)
        for row in (row for some in self.facts.rates.values() for row in some):
            rates[row["population"]].append(row)
        for row in self._rows.values():
            term = row["population_id"]
            studies = trials.get(term, ())
            given = {
                "of": row,
                "requirements": self._requirements(row),
                "wider": self._above(row)[1:],
                "use": use_of(_told(studies)),
                "near": self._near(row, {name: use_of(_told(some)).trials for name, some in trials.items()}),
            }
            page = Page(
                places.population(term),
                "population",
                row["label"],
                "population.html.jinja",
                given,
                f"{term} {row['description']}",
            )
            told = [{**one, "design_told": self.facts.design(one)} for one in studies]
            yield from rate_pages(page, rates.get(term, ()), studies=told)

    @cached_property
    def _rows(self) -> dict[str, Row]:
        found = self.facts.asked(
            "SELECT * REPLACE (population_id::VARCHAR AS population_id, parent_id::VARCHAR AS parent_id) FROM vocabulary.populations ORDER BY label"
        )
        return {row["population_id"]: row for row in found}

    def _above(self, row: Row) -> list[Row]:
        """A population and the wider ones that it is in."""
        return upwards(self._rows, row["population_id"], "parent_id")

    def _required(self, row: Row) -> dict[str, Any]:
        """What is required, by a population itself or by one that it is in."""
        above = self._above(row)
        return {name: next((one[name] for one in above if one[name] is not None), None) for name in _REQUIRED}

    def _requirements(self, row: Row) -> dict[str, str]:
        return _in_words(self._required(row), self.facts)

    def _near(self, row: Row, trials: Mapping[str, int]) -> list[dict[str, Any]]:
        """The wider population, the narrower ones, and those beside it, each with the requirements that are otherwise."""
        here = self._requirements(row)
        found = []
        for other in self._rows.values():
            if other is row or not (how := _kinship(row, other)):
                continue
            there = self._requirements(other)
            otherwise = [f"{name}: {words}" for name, words in there.items() if here.get(name) != words]
            otherwise += [f"{name}: not stated" for name in here if name not in there]
            found.append(
                {
                    "of": other,
                    "how": how,
                    "differences": otherwise or [other["description"]],
                    "trials": trials.get(other["population_id"], 0),
                }
            )
        return sorted(found, key=lambda one: ((_WIDER, _NARROWER, _BESIDE).index(one["how"]), one["of"]["label"]))


_WIDER, _NARROWER, _BESIDE = "wider: it contains this one", "narrower: part of this one", "beside it; the two may overlap"


def _kinship(row: Row, other: Row) -> str:
    """How another population is related, in words; empty where nothing says so."""
    if other["population_id"] == row["parent_id"]:
        return _WIDER
    if other["parent_id"] == row["population_id"]:
        return _NARROWER
    return (
        _BESIDE if other["parent_id"] == row["parent_id"] and row["population_id"] != "unstated" != other["population_id"] else ""
    )


def _in_words(required: Mapping[str, Any], facts: Facts) -> dict[str, str]:
    """Requirements by a heading each; failures and ages only where they are stated."""
    told = {}
    least, most, window = (required[f"prior_failures_{name}"] for name in ("min", "max", "window"))
    if least is not None or most is not None:
        number = f"{least} or more" if most is None else f"{most} at most" if least is None else f"{least} to {most}"
        over = "" if window is None else f", counted over: {facts.label('failure_windows', window).lower()}"
        told["Failed treatments"] = f"{number}{over}"
        below = required["failure_improvement_below"]
        told["A treatment failed"] = "as its clinician judged" if below is None else f"with less than {below:g}% improvement"
    if required["failure_prospective"] is not None:
        told["A failure seen by the trial itself"] = "required" if required["failure_prospective"] else "not required"
    told["Psychotic features"] = _ELIGIBLE[required["psychotic_allowed"]]
    told["Bipolar disorder"] = _ELIGIBLE[required["bipolar_allowed"]]
    ages = [
        f"{required[name]} {words}"
        for name, words in (("age_min", "or older"), ("age_max", "or younger"))
        if required[name] is not None
    ]
    if ages:
        told["Age"] = " and ".join(ages)
    return told


def _told(studies: Sequence[Row]) -> Iterator[Row]:
    """Studies as rows of their use."""
    for one in studies:
        yield {**one, "study": one["label"], "trial": one["trial_id"]}
