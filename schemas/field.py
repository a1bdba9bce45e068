"""How a field of a table is declared: one constructor for each kind of cell.

Every constructor returns a pandera ``Field`` whose metadata holds what pandera has no place for: the unit, the vocabulary or
table that a cell refers to, and whether the field is part of the row's key. The Table Schemas, the DuckDB tables and the data
dictionary are rendered from these declarations, and the reading of cells is driven by them.
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa

from schemas.grammar import IDENTIFIER, PRINTED

__all__ = ["count", "date", "flag", "identifier", "number", "reference", "term", "text", "verbatim"]


def _field(
    kind: str,
    title: str,
    description: str,
    *,
    required: bool,
    key: bool = False,
    joined_key: bool = False,
    unit: str | None = None,
    vocabulary: str | None = None,
    references: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    pattern: str | None = None,
) -> Any:
    return pa.Field(
        title=title,
        description=description,
        nullable=not required,
        ge=minimum,
        le=maximum,
        str_matches=pattern,
        metadata={
            "kind": kind,
            "key": key,
            "joined_key": joined_key or None,
            "unit": unit,
            "vocabulary": vocabulary,
            "references": references,
            "minimum": minimum,
            "maximum": maximum,
            "pattern": pattern,
        },
    )


def identifier(title: str, description: str) -> Any:
    """A row's own name, part of its key: letters, digits, ``.``, ``_``, ``+`` and ``-``."""
    return _field("identifier", title, description, required=True, key=True, pattern=IDENTIFIER)


def reference(table: str, title: str, description: str, *, key: bool = False, required: bool = True) -> Any:
    """The key of a row in another table of the same package; the column carries the name it has there."""
    return _field(
        "reference",
        title,
        description,
        required=required,
        key=key,
        references=table,
        pattern=IDENTIFIER,
    )


def term(
    vocabulary: str, title: str, description: str, *, key: bool = False, joined_key: bool = False, required: bool = True
) -> Any:
    """A term of one of the registry's vocabularies. Most vocabularies have ``unstated``.

    ``joined_key`` says that the column is part of the key today and was not at first: a schema may still state the key without it.
    """
    return _field(
        "term", title, description, required=required, key=key or joined_key, joined_key=joined_key, vocabulary=vocabulary
    )


def text(title: str, description: str, *, key: bool = False, required: bool = False, pattern: str | None = None) -> Any:
    """Words. A pattern, where given, must match the whole cell."""
    return _field("text", title, description, required=required, key=key, pattern=pattern)


def verbatim(title: str, description: str, unit: str) -> Any:
    """A number as it was printed, digit for digit, so that ``60.0`` is not ``60``: the precision is information."""
    return _field("verbatim", title, description, required=False, unit=unit, pattern=PRINTED)


def count(
    title: str, description: str, unit: str, *, required: bool = False, minimum: int = 0, maximum: int | None = None
) -> Any:
    """A whole number, by default of people, never negative."""
    return _field("count", title, description, required=required, unit=unit, minimum=minimum, maximum=maximum)


def number(
    title: str,
    description: str,
    unit: str,
    *,
    key: bool = False,
    required: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Any:
    """A decimal number, written with a point and without an exponent."""
    return _field("number", title, description, required=required, key=key, unit=unit, minimum=minimum, maximum=maximum)


def flag(title: str, description: str, *, key: bool = False) -> Any:
    """``true`` or ``false``; empty means unstated."""
    return _field("flag", title, description, required=False, key=key)


def date(title: str, description: str) -> Any:
    """A calendar day, ``YYYY-MM-DD``."""
    return _field("date", title, description, required=False)
