"""A vocabulary as a typed frame, checked by its pandera model."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from schemas import vocabulary_models
from schemas.vocabulary import VOCABULARIES, rows

__all__ = ["columns_of", "frame"]


def columns_of(name: str) -> dict[str, Any]:
    """The columns of a vocabulary as its pandera model declares them."""
    columns: dict[str, Any] = _model(name).to_schema().columns
    return columns


def frame(name: str) -> pl.DataFrame:
    """The vocabulary as a polars frame, typed and checked by its pandera model.

    Raises ``pandera.errors.SchemaErrors`` where the file breaks its own rules.
    """
    columns = columns_of(name)
    text = pl.DataFrame(rows(name), schema=dict.fromkeys(columns, pl.String), orient="row")
    typed = text.with_columns(
        (
            pl.col(c).replace_strict({"true": True, "false": False, "": None}, return_dtype=pl.Boolean)
            if column.dtype.type == pl.Boolean
            else pl.col(c).replace("", None).cast(column.dtype.type)
        )
        for c, column in columns.items()
    )
    checked: pl.DataFrame = _model(name).validate(typed, lazy=True)
    return checked


def _model(name: str) -> type[pa.DataFrameModel]:
    model: type[pa.DataFrameModel] = getattr(vocabulary_models, VOCABULARIES[name].model)
    return model
