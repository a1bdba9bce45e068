"""The pages of definitions and of the classes that they are pooled in: the rule, who uses it, and what is near it and isn't the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.site import places
from registry.site.facts import Facts, Row, upwards
from registry.site.rendering import Page
from registry.site.rule_words import between, differences, is_within, rule_told
from registry.site.showing import rate_pages
from registry.site.uses import Use, use_of

__all__ = ["DefinitionPages"]


@dataclass(frozen=True)
class DefinitionPages:
    """The definitions of a registry, and the tree of their classes."""

    facts: Facts

    def pages(self) -> Iterator[Page]:
        """A page a definition, and a page a class of them."""
        for row in self._rows.values():
            yield from self._definition(row)
        for row in self._classes.values():
            yield from self._class(row)

    def tree(self) -> list[dict[str, Any]]:
        """By outcome, the classes at the top with what is below them; a class of one definition, with no other below, is that definition."""
        tops = [self._node(name) for name, row in self._classes.items() if row["broader"] not in self._classes]
        by_outcome = defaultdict(list)
        for node in tops:
            for outcome in {row["outcome"] for row in self._below(node["of"]["class_id"])}:
                by_outcome[outcome].append(node)
        words = self.facts.asked("SELECT term, label, description FROM vocabulary.outcome_words")
        return [{**word, "nodes": _sorted(by_outcome[word["term"]])} for word in words if by_outcome[word["term"]]]

    @cached_property
    def _rows(self) -> dict[str, Row]:
        found = self.facts.asked(
            "SELECT * REPLACE (definition_id::VARCHAR AS definition_id) FROM vocabulary.definitions ORDER BY ALL"
        )
        return {row["definition_id"]: row for row in found}

    @cached_property
    def _classes(self) -> dict[str, Row]:
        return {
            row["class_id"]: row for row in self.facts.asked("FROM vocabulary.comparability_classes ORDER BY label, class_id")
        }

    @cached_property
    def _whole(self) -> frozenset[str]:
        """The scales that have whole numbers only."""
        found = self.facts.con.execute("SELECT instrument_id FROM vocabulary.instruments WHERE whole_numbers").fetchall()
        return frozenset(name for (name,) in found)

    @cached_property
    def _members(self) -> Mapping[str, Sequence[Row]]:
        """The definitions of each class itself."""
        members = defaultdict(list)
        for row in self._rows.values():
            members[row["comparability_class"]].append(row)
        return members

    @cached_property
    def _narrower(self) -> Mapping[str, Sequence[str]]:
        """The classes right below each class."""
        narrower = defaultdict(list)
        for name, row in self._classes.items():
            narrower[row["broader"]].append(name)
        return narrower

    @cached_property
    def _rates(self) -> Mapping[str, Sequence[Row]]:
        """Every rate by each definition, of outcomes that are compared and of the others."""
        found = defaultdict(list)
        for rates in (*self.facts.rates.values(), *self.facts.others.values()):
            for row in rates:
                found[row["definition"]].append(row)
        return found

    def _above(self, name: str) -> list[Row]:
        """A class and those above it."""
        return upwards(self._classes, name, "broader")

    def _below(self, name: str) -> list[Row]:
        """The definitions of a class and of those below it."""
        return [*self._members.get(name, ()), *(row for one in self._narrower.get(name, ()) for row in self._below(one))]

    def _used(self, definitions: Sequence[Row]) -> Use:
        return use_of(rate for row in definitions for rate in self._rates.get(row["definition_id"], ()))

    def _node(self, name: str) -> dict[str, Any]:
        return {
            "of": self._classes[name],
            "use": self._used(self._below(name)),
            "definitions": sorted(
                ({"of": row, "use": self._used([row])} for row in self._members.get(name, ())), key=lambda one: one["of"]["label"]
            ),
            "nodes": _sorted([self._node(one) for one in self._narrower.get(name, ())]),
        }

    def _definition(self, row: Row) -> Iterator[Page]:
        term = row["definition_id"]
        above = self._above(row["comparability_class"])
        given = {
            "of": row,
            "outcome": self.facts.label("outcome_words", row["outcome"]),
            "rule": rule_told(row),
            "classes": above,
            "instrument": self.facts.label("instruments", row["instrument_id"]) if row["instrument_id"] else None,
            "use": self._used([row]),
            "near": self._near(row),
        }
        page = Page(
            places.definition(term), "definition", row["label"], "definition.html.jinja", given, f"{term} {row['description']}"
        )
        yield from rate_pages(page, self._rates.get(term, ()))

    def _class(self, row: Row) -> Iterator[Page]:
        name = row["class_id"]
        below = self._below(name)
        use = self._used(below)
        given = {
            "of": row,
            "broader": self._above(name)[1:],
            "narrower": [self._classes[one] for one in self._narrower.get(name, ())],
            "definitions": [
                {"of": one, "class_": self._classes.get(one["comparability_class"]), "use": self._used([one])} for one in below
            ],
            "use": use,
        }
        page = Page(places.definition_class(name), "class of definitions", row["label"], "class.html.jinja", given, name)
        yield from rate_pages(page, (), studies=list(use.studies.items()))

    def _near(self, row: Row) -> list[dict[str, Any]]:
        """The definitions of the same outcome that are on the same scale or below a class that is above this one, the nearest class first: what is
        otherwise, and whether rates by both are pooled.
        """
        own = [one["class_id"] for one in self._above(row["comparability_class"])]
        found = []
        for other in self._rows.values():
            theirs = [one["class_id"] for one in self._above(other["comparability_class"])]
            shared = next((name for name in own if name in theirs), None)
            same_scale = row["instrument_id"] == other["instrument_id"] != "unstated"
            if other is row or other["outcome"] != row["outcome"] or (shared is None and not same_scale):
                continue
            whole = row["instrument_id"] in self._whole
            pooled = row["comparability_class"] == other["comparability_class"]
            found.append(
                {
                    "of": other,
                    "differences": differences(row, other, lambda name: self.facts.label("instruments", name)),
                    "within": is_within(other, row, whole=whole),
                    "contains": is_within(row, other, whole=whole),
                    "between": between(row, other, whole=whole),
                    "pooled": pooled,
                    "shared": None if pooled or shared is None else self._classes[shared],
                    "steps": len(own) if shared is None else own.index(shared),
                    "use": self._used([other]),
                }
            )
        return sorted(found, key=lambda one: (one["steps"], one["of"]["label"]))


def _sorted(nodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most used first."""
    return sorted(nodes, key=lambda node: (-node["use"].trials, node["of"]["label"]))
