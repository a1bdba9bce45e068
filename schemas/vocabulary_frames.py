"""A vocabulary as a typed frame, checked by its pandera model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl

from schemas import vocabulary_models
from schemas.vocabulary import VOCABULARIES, rows

__all__ = ["Broken", "broken", "columns_of", "faults", "frame", "typed"]


def columns_of(name: str) -> dict[str, Any]:
    """The columns of a vocabulary as its pandera model declares them."""
    columns: dict[str, Any] = _model(name).to_schema().columns
    return columns


def frame(name: str) -> pl.DataFrame:
    """The vocabulary as a polars frame, typed and checked by its pandera model.

    Raises ``pandera.errors.SchemaErrors`` where the file breaks its own rules.
    """
    checked: pl.DataFrame = _model(name).validate(typed(name, rows(name)), lazy=True)
    return checked


def typed(name: str, listed: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    """Rows of a vocabulary as text in its columns' types. Raises ``polars.exceptions.PolarsError`` for a cell of another type."""
    columns = columns_of(name)
    text = pl.DataFrame(listed, schema=dict.fromkeys(columns, pl.String), orient="row")
    return text.with_columns(
        (
            pl.col(c).replace_strict({"true": True, "false": False, "": None}, return_dtype=pl.Boolean)
            if column.dtype.type == pl.Boolean
            else pl.col(c).replace("", None).cast(column.dtype.type)
        )
        for c, column in columns.items()
    )


def faults(name: str) -> list[str]:
    """What is wrong with a vocabulary's file, each with the file, the line, the column, what was found and what must hold."""
    columns = columns_of(name)
    for line, row in enumerate(rows(name), 2):
        if list(row) != list(columns) or None in row.values():
            return [f"{name}.csv, line {line}: the columns must be {', '.join(columns)}"]
    try:
        return [_told(name, fault) for fault in broken(name, typed(name, rows(name)))]
    except pl.exceptions.PolarsError as error:
        return [f"{name}.csv: a cell isn't of its column's type: {str(error).partition(chr(10))[0]}"]


@dataclass(frozen=True)
class Broken:
    """A row of a vocabulary that breaks its model: its number, counted from 0, and None for the whole; the column, what is there, and what
    must hold.
    """

    row: int | None
    column: str | None
    found: Any
    must: str


def broken(name: str, rows: pl.DataFrame, without: Sequence[str] = ()) -> Iterator[Broken]:
    """What a vocabulary's model says against rows, which have its columns and types, but for those it goes ``without``."""
    schema = _model(name).to_schema()
    try:
        (schema.remove_columns(list(without)) if without else schema).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        for case in error.failure_cases.iter_rows(named=True):
            row, column, found = case["index"], case["column"], case["failure_case"]
            if case["schema_context"] == "DataFrameSchema" and case["check_number"] is not None:
                column = schema.checks[case["check_number"]].title
                found = rows[column][row] if column is not None and row is not None else found
            yield Broken(row, column, found, _must(name, str(column), str(case["check"])))


_MUST = {"field_uniqueness": "each term may be there only once", "not_nullable": "the cell must be filled"}
_BOUNDS = {
    "greater_than": "above",
    "greater_than_or_equal_to": "at least",
    "less_than": "below",
    "less_than_or_equal_to": "at most",
}
_CHECK = re.compile(r"(\w+)\((.*)\)", re.DOTALL)


def _must(name: str, column: str, check: str) -> str:
    """What a check asks for, in words."""
    if check in _MUST:
        return _MUST[check]
    called = _CHECK.fullmatch(check)
    if called is None:
        return f"it must hold that {check.replace('-', ' ')}"
    if called[1] in _BOUNDS:
        return f"it must be {_BOUNDS[called[1]]} {called[2]}"
    if called[1] != "isin":
        return f"it must keep {check}"
    known = VOCABULARIES[name].refers.get(column)
    return f"it must be a term of {known}.csv" if known else f"it must be one of {called[2].strip('[]').replace(chr(39), '`')}"


def _told(name: str, fault: Broken) -> str:
    place = f"line {fault.row + 2}" if fault.row is not None else "the whole file"
    column = "" if fault.column is None else f"`{fault.column}` "
    return f"{name}.csv, {place}: {column}is {fault.found!r}; {fault.must}"


def _model(name: str) -> type[pa.DataFrameModel]:
    model: type[pa.DataFrameModel] = getattr(vocabulary_models, VOCABULARIES[name].model)
    return model
