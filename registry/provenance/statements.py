"""Statements of PROV, gathered in any order and written in one.

Statements about the same thing may come from several places; they are combined.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from registry.extras import must_have
from validation.formats.visible import as_json

__all__ = ["NAMESPACES", "Name", "Statements", "named"]

NAMESPACES = {
    "outcomes": "urn:x-trial-outcomes:",
    "sha256": "urn:sha256:",
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "dcterms": "http://purl.org/dc/terms/",
}

_HARMLESS = "/:@()._;-!$&'*+,=~"
"""Characters besides letters and digits that an identifier contains unescaped."""


@dataclass(frozen=True, order=True)
class Name:
    """The identifier of something: a prefix of :data:`NAMESPACES` and a name."""

    text: str


def named(prefix: str, *parts: str) -> Name:
    """The name of that prefix; its parts are joined by ``/``, and what may not be in an identifier is escaped."""
    return Name(f"{prefix}:{'/'.join(quote(part, safe=_HARMLESS) for part in parts)}")


Attributes = Mapping[str, object]
"""Attributes of something: values by their terms, a text, a number, a :class:`Name` or several in a list. None is left out."""

_Said = tuple[tuple[str, str | int | Name], ...]


@dataclass
class Statements:
    """What is said, and the document that says it."""

    _things: dict[str, dict[Name, set[tuple[str, str | int | Name]]]] = field(
        default_factory=lambda: {"entity": {}, "activity": {}, "agent": {}}
    )
    _times: dict[Name, str] = field(default_factory=dict)
    _relations: set[tuple[str, tuple[Name, ...], _Said]] = field(default_factory=set)

    def entity(self, name: Name, said: Attributes = {}) -> Name:  # noqa: B006  it is read only
        """Something that was made or read."""
        return self._thing("entity", name, said)

    def agent(self, name: Name, said: Attributes) -> Name:
        """Somebody, or a program, that did something."""
        return self._thing("agent", name, said)

    def activity(self, name: Name, said: Attributes, at: str | None = None) -> Name:
        """Something that was done; ``at`` is when, where that is known."""
        if at is not None:
            self._times[name] = at
        return self._thing("activity", name, said)

    def relate(self, relation: str, *names: Name, said: Attributes = {}) -> None:  # noqa: B006
        """A relation of PROV by its name in the library, such as ``wasDerivedFrom``, between what is named."""
        self._relations.add((relation, names, tuple(sorted(_pairs(said), key=_order))))

    def _thing(self, kind: str, name: Name, said: Attributes) -> Name:
        self._things[kind].setdefault(name, set()).update(_pairs(said))
        return name

    def written(self, form: str = "json") -> str:
        """PROV-JSON, or PROV-JSONLD (``jsonld``); the same for the same statements.

        Raises ``MissingError`` where the library ``prov`` isn't installed, and ``RuntimeError`` where what is written doesn't read
        back as what was meant: that would be a bug.
        """
        must_have("prov", "prov")
        from prov.model import ProvDocument

        document = ProvDocument()
        for prefix, address in NAMESPACES.items():
            document.add_namespace(prefix, address)

        def value(of: str | int | Name) -> Any:
            return document.valid_qualified_name(of.text) if isinstance(of, Name) else of

        for kind, things in self._things.items():
            for name in sorted(things):
                said = [(term, value(v)) for term, v in sorted(things[name], key=_order)]
                times = [self._times.get(name)] * 2 if kind == "activity" else []
                getattr(document, kind)(name.text, *times, other_attributes=said)
        for relation, names, pairs in sorted(self._relations, key=lambda r: (r[0], r[1], list(map(_order, r[2])))):
            attributes = {"other_attributes": [(term, value(v)) for term, v in pairs]} if pairs else {}
            getattr(document, relation)(*(n.text for n in names), **attributes)
        text = as_json(_sorted(json.loads(document.serialize(format=form) or "")), indent=2)
        if ProvDocument.deserialize(content=text, format=form) != document:
            raise RuntimeError("the written provenance doesn't read back the same")
        return text + "\n"


def _pairs(said: Attributes) -> list[tuple[str, Any]]:
    listed = ((term, value if isinstance(value, list) else [value]) for term, value in said.items())
    return [(term, value) for term, values in listed for value in values if value is not None]


def _order(pair: tuple[str, str | int | Name]) -> tuple[str, str, str]:
    term, value = pair
    return term, type(value).__name__, str(value)


def _sorted(value: Any) -> Any:
    """Members and lists in an order of their own: the library keeps several values of one term in a set."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda v: json.dumps(v, sort_keys=True))
    return value
