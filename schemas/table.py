"""What is known of a table: its fields, its key and what it refers to.

The tables are declared as pandera models (:mod:`schemas.models`); :mod:`schemas.tables` has them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandera.polars as pa

from schemas.grammar import IDENTIFIER, PRINTED, PRINTED_AT_FIRST, PRINTED_P, SHA256, URL
from schemas.proposing import ONE_PROPOSABLE, PROPOSABLE, PROPOSED

__all__ = ["FORMS", "WRITTEN", "Field", "Table"]


WRITTEN = {
    "count": "a whole number such as 40, without sign, spaces, leading zeros or exponent",
    "number": "a number such as 12.5, with a point, without spaces, leading zeros or exponent",
    "flag": "`true` or `false`",
    "date": "a date such as 2026-11-23",
    "text": "words",
}
"""How a cell of each kind is written; a term is one of its vocabulary, a reference the name of a row of its table."""

FORMS = {
    IDENTIFIER: "a name of letters, digits and `._+-`, without spaces or accents, that begins with a letter or digit",
    URL: "an address that begins with `http://` or `https://`, without spaces",
    SHA256: "64 hexadecimal digits, letters in lower case",
    PRINTED: "a number digit for digit as it is printed, such as 60.0, without the % sign or a thousands separator",
    PRINTED_AT_FIRST: "a number with a digit before its point, as the package's own schema asks",
    PRINTED_P: "a p value as it is printed, such as 0.04 or <0.001",
    PROPOSED: "a term that begins with `x.`, of lower-case letters, digits and `.+-`",
    ONE_PROPOSABLE: f"one of {', '.join(f'`{name}`' for name in PROPOSABLE)}",
}
"""The same of a cell that must match a pattern, in words."""


@dataclass(frozen=True)
class Field:
    """One column of a table, as declared: everything that is rendered, read and checked from the declaration.

    ``kind`` is the constructor's name in :mod:`schemas.field`; ``table_schema_type`` is the type's name in Frictionless Table
    Schema, ``duckdb_type`` in DuckDB.
    """

    name: str
    kind: str
    title: str
    description: str
    required: bool
    key: bool
    unit: str | None = None
    vocabulary: str | None = None
    references: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    joined_key: bool | None = None
    """Whether the column is part of the key today and was not in the first version of the tables."""

    @property
    def written(self) -> str:
        """What a cell holds, in words."""
        if self.vocabulary is not None:
            return f"a term of `{self.vocabulary}`"
        if self.references is not None:
            return f"the name of a row of `{self.references}`"
        return WRITTEN[self.kind] if self.pattern is None else FORMS[self.pattern]

    @property
    def table_schema_type(self) -> str:
        return {"count": "integer", "number": "number", "flag": "boolean", "date": "date"}.get(self.kind, "string")

    @property
    def duckdb_type(self) -> str:
        return {"count": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "date": "DATE"}.get(self.kind, "VARCHAR")


@dataclass(frozen=True)
class Table:
    """A table of the registry: the resource's name, what a row of it is, and its columns in the order of the file."""

    name: str
    about: str
    columns: tuple[Field, ...]

    def fields(self) -> tuple[Field, ...]:
        """The columns in the order of the file."""
        return self.columns

    def key(self) -> tuple[str, ...]:
        """The columns that together name a row; an empty cell in a key is a value of its own."""
        return tuple(f.name for f in self.columns if f.key)

    def first_key(self) -> tuple[str, ...]:
        """The key of the first version of the tables, which schemas of older packages state."""
        return tuple(f.name for f in self.columns if f.key and not f.joined_key)

    def to_schema(self) -> pa.DataFrameSchema:
        """The pandera schema: types, required cells, bounds and forms; these columns, in this order, and no others."""
        from schemas.models import MODELS

        return MODELS[self.name].to_schema()
