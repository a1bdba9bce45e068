"""The common parent of the pandera models, and what a model says about its table."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa

from schemas.table import Field, Table

__all__ = ["Model"]


class Model(pa.DataFrameModel):
    """The model of a table of the registry. The order of its fields is the order of the columns in a file."""

    class Config:
        strict = True
        ordered = True

    @classmethod
    def table(cls) -> Table:
        """The table, by the resource's name, which is the model's in lower case."""
        about = (cls.__doc__ or "").strip().splitlines()[0]
        return Table(cls.__name__.lower(), about, tuple(_field(*item) for item in cls.to_schema().columns.items()))


def _field(name: str, column: Any) -> Field:
    return Field(
        name=name,
        title=str(column.title),
        description=str(column.description),
        required=not column.nullable,
        **column.metadata,
    )
