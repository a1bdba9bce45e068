"""The common parent of the table models, and what can be asked of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandera.polars as pa

__all__ = ["Field", "Table"]


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
    unit: str | None
    vocabulary: str | None
    references: str | None
    minimum: float | None
    maximum: float | None
    pattern: str | None

    @property
    def table_schema_type(self) -> str:
        return {"count": "integer", "number": "number", "flag": "boolean", "date": "date"}.get(self.kind, "string")

    @property
    def duckdb_type(self) -> str:
        return {"count": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "date": "DATE"}.get(self.kind, "VARCHAR")


class Table(pa.DataFrameModel):
    """A table of the registry. The order of its fields is the order of the columns in a file."""

    class Config:
        strict = True
        ordered = True

    @classmethod
    def table_name(cls) -> str:
        """The resource's name, which is the model's in lower case."""
        return cls.__name__.lower()

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """The columns in the order of the file."""
        return tuple(
            Field(
                name=name,
                title=str(column.title),
                description=str(column.description),
                required=not column.nullable,
                **{key: value for key, value in _metadata(column).items() if key in Field.__dataclass_fields__},
            )
            for name, column in cls.to_schema().columns.items()
        )

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that together name a row; an empty cell in a key is a value of its own."""
        return tuple(f.name for f in cls.fields() if f.key)


def _metadata(column: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = column.metadata or {}
    return metadata
