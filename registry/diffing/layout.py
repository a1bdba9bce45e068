"""What the comparison has to know of a table: its key, and what each column is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from registry.packages.descriptor import resources
from schemas.table import Field
from schemas.tables import TABLES

__all__ = ["WHOLES", "Column", "Layout", "Role", "layout_of"]


class Role(StrEnum):
    """What a column is for, by which its changes are read."""

    FIGURE = "figure"
    TERM = "term"
    MOMENT = "moment"
    NAME = "name"
    REFERENCE = "reference"
    CODE = "code"
    WORDS = "words"
    PLAIN = "plain"
    MEANING = "meaning"
    """Part of what a proposed term means, and so of every figure under it."""
    IDENTITY = "identity"
    """Which trial a row is of; nothing where that isn't known."""
    LABEL = "label"
    """The same, in the words of a citation."""
    WHOLE = "whole"
    """Whose participants a row counts that another counts too; nothing where none are."""
    LICENCE = "licence"
    """What users may do with a document."""
    READINGS = "readings"
    """How many people read a figure."""


@dataclass(frozen=True)
class Column:
    """A column of a table, in the role it has there."""

    name: str
    role: Role
    key: bool = False
    vocabulary: str | None = None
    references: str | None = None


@dataclass(frozen=True)
class Layout:
    """A table's columns, in the order of the file."""

    table: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def own(self) -> Column | None:
        """The identifier that the table gives its rows, where other tables may refer to them by it."""
        return next((c for c in self.columns if c.role is Role.NAME), None)


_MOMENTS = {"timepoint_days", "visit_day"}
_UNITS = {"unit", "randomised"}
"""Words or a flag by the schema, and what a figure means."""

_WHOM = {"prior_failures_min", "entry_score_min", "age_min", "age_max"}
"""Figures by the schema, but part of a trial's eligibility, like the population's label."""

_COUNTED_ONCE = {"registration_id": Role.IDENTITY, "part_of": Role.WHOLE, "includes": Role.WHOLE}
"""Words by the schema, by which a trial and its participants count once."""

WHOLES = {name for name, role in _COUNTED_ONCE.items() if role is Role.WHOLE}
"""Columns in which nothing says that no participant is counted elsewhere too."""

_CODES = {"doi", "pmid", "url", "sha256"}
"""Words by the schema, and identifiers by what they are."""

_BOOKKEEPING = {"source_kinds", "correction_statuses", "sexes"}
"""Vocabularies whose terms are data themselves and don't say what another figure means."""

_READINGS = {"extractions"}

_OF_A_TABLE = {
    ("studies", "label"): Role.LABEL,
    ("studies", "doi"): Role.IDENTITY,
    ("studies", "pmid"): Role.IDENTITY,
    ("sources", "licence"): Role.LICENCE,
}
"""Columns that are more in one table than in others of theirs: by its report and its citation a trial counts once, and a source's licence binds users."""

_ABOUT_TERMS = {"label", "description", "source"}
"""Columns of proposed terms that are words about them."""

_KINDS = {
    "identifier": Role.NAME,
    "reference": Role.REFERENCE,
    "term": Role.TERM,
    "text": Role.WORDS,
    "verbatim": Role.FIGURE,
    "count": Role.FIGURE,
    "number": Role.FIGURE,
}
_TYPES = {"integer": Role.FIGURE, "number": Role.FIGURE, "string": Role.WORDS}


def layout_of(table: str, shared: Sequence[str], descriptors: Sequence[Mapping[str, Any]]) -> Layout:
    """The layout of the columns that two versions of a table share.

    A table or column of the registry is as its model declares it; another is as a descriptor says, of which the first that has a word
    counts. A table without a key in either is compared by whole rows.
    """
    known = TABLES.get(table)
    fields = {f.name: f for f in known.fields()} if known is not None else {}
    schemas = [s for d in descriptors if (s := _schema(d, table))]
    key = tuple(f.name for f in fields.values() if f.key) or next((k for s in schemas if (k := _key(s))), tuple(shared))
    types: dict[str, str] = {}
    for schema in reversed(schemas):
        types.update(_types(schema))
    order = [n for n in fields if n in shared] + [n for n in shared if n not in fields]
    made = (_column(n, fields.get(n), types.get(n, ""), n in key) for n in order)
    columns = (replace(c, role=_OF_A_TABLE.get((table, c.name), c.role)) for c in made)
    if table == "terms":
        columns = (c if c.key or c.name in _ABOUT_TERMS else replace(c, role=Role.MEANING) for c in columns)
    return Layout(table, tuple(columns))


def _column(name: str, field: Field | None, stated: str, key: bool) -> Column:
    if field is None:
        return Column(name, _TYPES.get(stated, Role.PLAIN), key)
    role = _KINDS.get(field.kind, Role.PLAIN)
    if name in _WHOM:
        return Column(name, Role.TERM, key, "populations")
    if name in _MOMENTS:
        role = Role.MOMENT
    elif name in _UNITS:
        role = Role.TERM
    elif name in _COUNTED_ONCE:
        role = _COUNTED_ONCE[name]
    elif name in _CODES:
        role = Role.CODE
    elif field.vocabulary in _BOOKKEEPING:
        role = Role.PLAIN
    elif name in _READINGS:
        role = Role.READINGS
    return Column(name, role, key, field.vocabulary, field.references)


def _schema(descriptor: Mapping[str, Any], table: str) -> Mapping[str, Any]:
    for resource in resources(descriptor):
        if resource.get("name") == table and isinstance(resource.get("schema"), dict):
            schema: dict[str, Any] = resource["schema"]
            return schema
    return {}


def _key(schema: Mapping[str, Any]) -> tuple[str, ...]:
    stated = schema.get("primaryKey")
    if stated is None and isinstance(schema.get("uniqueKeys"), list) and schema["uniqueKeys"]:
        stated = schema["uniqueKeys"][0]
    names = [stated] if isinstance(stated, str) else stated
    return tuple(names) if isinstance(names, list) and all(isinstance(n, str) for n in names) else ()


def _types(schema: Mapping[str, Any]) -> dict[str, str]:
    fields = schema.get("fields")
    listed = [f for f in fields if isinstance(f, dict)] if isinstance(fields, list) else []
    return {str(f.get("name")): str(f.get("type")) for f in listed}
