"""A vocabulary as a typed frame, checked by its pandera model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandera.polars as pa
import polars as pl

from schemas import vocabulary_models
from schemas.vocabulary import VOCABULARIES, rows

__all__ = ["columns_of", "faults", "frame"]


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


def faults(name: str) -> list[str]:
    """What is wrong with a vocabulary's file, each with the file, the line, the column, what was found and what must hold."""
    columns = columns_of(name)
    for line, row in enumerate(rows(name), 2):
        if list(row) != list(columns) or None in row.values():
            return [f"{name}.csv, line {line}: the columns must be {', '.join(columns)}"]
    try:
        frame(name)
    except pa.errors.SchemaErrors as error:
        return [_told(name, case) for case in error.failure_cases.iter_rows(named=True)]
    except pl.exceptions.PolarsError as error:
        return [f"{name}.csv: a cell isn't of its column's type: {str(error).partition(chr(10))[0]}"]
    return []


_MUST = {"field_uniqueness": "each term may be there only once", "not_nullable": "the cell must be filled"}


def _told(name: str, case: Mapping[str, Any]) -> str:
    place = f"line {case['index'] + 2}" if case["index"] is not None else "the whole file"
    column = "" if case["column"] in (None, VOCABULARIES[name].model) else f"`{case['column']}` "
    check = str(case["check"])
    known = VOCABULARIES[name].refers.get(str(case["column"]))
    held = f"it must be a term of {known}.csv" if known and check.startswith("isin(") else f"it must keep {check}"
    must = _MUST.get(check, held)
    return f"{name}.csv, {place}: {column}is {case['failure_case']!r}; {must}"


def _model(name: str) -> type[pa.DataFrameModel]:
    model: type[pa.DataFrameModel] = getattr(vocabulary_models, VOCABULARIES[name].model)
    return model
