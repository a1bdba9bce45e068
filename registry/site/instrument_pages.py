"""The pages of instruments: what a scale is, which definitions and trials use it, and which scales have a name like it and aren't it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.site import places
from registry.site.facts import Facts, Row
from registry.site.rendering import Page
from registry.site.showing import rate_pages
from registry.site.uses import use_of

__all__ = ["InstrumentPages"]

_SHORT = 3
"""Letters that a name must share with another, at least, to be like it."""

_YES = {True: "yes", False: "no", None: "not stated"}


@dataclass(frozen=True)
class InstrumentPages:
    """The rating scales of a registry."""

    facts: Facts

    def pages(self) -> Iterator[Page]:
        """A page a scale."""
        rates, scores, entered = defaultdict(list), defaultdict(list), defaultdict(list)
        definitions = {row["definition_id"]: row for row in self._definitions}
        for row in (row for some in (*self.facts.rates.values(), *self.facts.others.values()) for row in some):
            rates[definitions[row["definition"]]["instrument_id"]].append(row)
        for row in self.facts.asked(
            "SELECT s.package, s.study_id, s.instrument_id, any_value(y.label) AS study, any_value(t.trial_id) AS trial, count(*) AS means, "
            "count(DISTINCT s.timepoint_days) AS days FROM scores s JOIN studies y USING (package, study_id) JOIN trials t USING (package, study_id) "
            "GROUP BY ALL ORDER BY lower(study), s.package, s.study_id"
        ):
            scores[row["instrument_id"]].append(row)
        for study in self.facts.studies:
            entered[study["entry_instrument_id"]].append(study)
        for row in self._rows.values():
            term = row["instrument_id"]
            own: list[dict[str, Any]] = [
                {"of": one, "use": use_of(rate for rate in rates.get(term, ()) if rate["definition"] == one["definition_id"])}
                for one in self._definitions
                if one["instrument_id"] == term
            ]
            given = {
                "of": row,
                "facts": _in_words(row),
                "use": use_of(rates.get(term, ())),
                "definitions": sorted(own, key=lambda one: -one["use"].trials),
                "near": self._near(row),
            }
            page = Page(
                places.instrument(term),
                "instrument",
                row["label"],
                "instrument.html.jinja",
                given,
                f"{term} {row['description']}",
            )
            compared = [rate for rate in rates.get(term, ()) if definitions[rate["definition"]]["compared"]]
            yield from rate_pages(page, compared, scores=scores.get(term, ()), entered=entered.get(term, ()))

    @cached_property
    def _rows(self) -> dict[str, Row]:
        found = self.facts.asked(
            "SELECT * REPLACE (instrument_id::VARCHAR AS instrument_id) FROM vocabulary.instruments ORDER BY label"
        )
        return {row["instrument_id"]: row for row in found}

    @cached_property
    def _definitions(self) -> list[Row]:
        return self.facts.asked(
            "SELECT d.definition_id::VARCHAR AS definition_id, d.instrument_id::VARCHAR AS instrument_id, d.label, d.outcome, w.compared "
            "FROM vocabulary.definitions d JOIN vocabulary.outcome_words w ON w.term = d.outcome ORDER BY d.outcome, d.label"
        )

    def _near(self, row: Row) -> list[dict[str, Any]]:
        """The scales with a name like it, each with what is otherwise."""
        here = _in_words(row)
        found = []
        for other in self._rows.values():
            if other is not row and _names(row) & _names(other):
                otherwise = [f"{name}: {words}" for name, words in _in_words(other).items() if here[name] != words]
                found.append({"of": other, "differences": otherwise or [other["description"]]})
        return found


def _names(row: Row) -> frozenset[str]:
    """The parts of a scale's name that other versions of it have too; none of a proposed one, whose name is its package's."""
    if row["instrument_id"].startswith("x."):
        return frozenset()
    return frozenset(part for part in re.findall("[a-z]+", row["instrument_id"]) if len(part) >= _SHORT) - {"unstated"}


def _in_words(row: Row) -> Mapping[str, str]:
    """What is known of a scale, by a heading each."""
    low, high = (f"{row[name]:g}" if row[name] is not None else None for name in ("minimum", "maximum"))
    span = "not stated" if low is high is None else f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}"
    return {
        "Items": f"{row['items']}" if row["items"] is not None else "not stated",
        "Totals": f"{span}{', whole numbers' if row['whole_numbers'] else ''}",
        "A higher total": row["direction"].replace("higher-is-", "is ").replace("unstated", "not stated"),
        "Rated by": {"clinician": "a clinician", "self": "the participant"}.get(row["rater"], "not stated"),
        "A percentage of the baseline means something": _YES[row["percent_reduction"]],
    }
