"""Changing what is in a column: value maps, exact multiplication, decimal commas.

Each distinct value is checked once and the results go into a small table, so that a large input costs one
join, and a value that can't be changed is named with its rows.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING

from registry.importing.expressions import column_of
from registry.importing.mapping import Value
from registry.importing.problems import MOST_TOLD, Problems, in_rows, nearest, or_empty
from registry.importing.reading_blocks import DECIMAL
from schemas.table import Field
from schemas.wording import counted
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["changed_column"]

NUMERIC = {"count", "number", "verbatim"}
_EXACT = decimal.Context(prec=200, traps=[decimal.Inexact, decimal.InvalidOperation])
_serial = count(1)


class _CannotChangeError(Exception):
    """Why a value can't be changed."""


def changed_column(
    connection: duckdb.DuckDBPyConnection,
    value: Value,
    f: Field,
    columns: Mapping[str, str],
    problems: Problems,
) -> str:
    """The column as an SQL expression over ``b``, with the changes that its value and its field ask for."""
    column = f"b.{column_of(value, columns, problems)}"
    comma = columns.get(value.text or "") == "," and f.kind in NUMERIC
    if value.text not in columns or (value.map is None and value.times is None and not comma):
        return column
    results: dict[str, str | None] = {}
    found = connection.execute(
        f"SELECT CAST({column} AS VARCHAR) AS found, list_sort(list(DISTINCT _row)) FROM block b "
        f"WHERE _dropped = 0 AND {column} IS NOT NULL GROUP BY ALL ORDER BY found"
    ).fetchall()
    wrong = 0
    for n, (text, rows) in enumerate(found):
        if wrong == MOST_TOLD:
            problems.add(value.place, f"Left unchecked: {counted(len(found) - n, 'more value')} of `{value.text}`.")
            break
        try:
            results[text] = _changed(text, value, comma=comma)
        except _CannotChangeError as why:
            wrong += 1
            problems.add(value.place, f"`{value.text}` is `{shortened(text)}` {in_rows(rows)}. {why}")
    table = f"change_{next(_serial)}"
    connection.execute(f"CREATE TEMP TABLE {table} (found VARCHAR, gives VARCHAR)")
    connection.execute(
        f"INSERT INTO {table} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [list(results), list(results.values())],
    )
    empty = (value.map or {}).get("")
    changed = f"(SELECT m.gives FROM {table} m WHERE m.found = {column})"
    return (
        changed
        if empty is None
        else f"CASE WHEN {column} IS NULL THEN '{empty.replace(chr(39), chr(39) * 2)}' ELSE {changed} END"
    )


def _changed(text: str, value: Value, *, comma: bool) -> str | None:
    if value.map is not None:
        if text in value.map:
            return value.map[text]
        if value.otherwise is None:
            raise _CannotChangeError(f"The map has no such value. Add it, or `otherwise`. {nearest(text, value.map)}")
        return value.otherwise
    if comma:
        if "." in text:
            raise _CannotChangeError("The input's decimal sign is the comma, so a point is ambiguous. Convert it with `sql`.")
        text = text.replace(",", ".")
    if value.times is None:
        return text
    if not re.fullmatch(DECIMAL, text):
        raise _CannotChangeError(f"`times` needs a decimal number. Drop the rows with a reason, or use `map`.{or_empty(text)}")
    try:
        return format(_EXACT.multiply(decimal.Decimal(text), decimal.Decimal(value.times)), "f")
    except decimal.DecimalException:
        raise _CannotChangeError(
            f"Multiplied by `times`, it has more than {_EXACT.prec} digits, the most that can be computed exactly. Drop the rows with a reason."
        ) from None
