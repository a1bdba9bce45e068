"""From a value of the mapping to an SQL expression over the text columns of a block.

A ``{sql: …}`` must be one scalar expression of the block's own columns, give the same result every time, and
never a binary float: an import that is run again must give the same bytes, and digits must be those that were
printed.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from registry.importing.mapping import Value
from registry.importing.problems import Problems, nearest
from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["check_sql", "column_of", "culprit", "template"]

_WHOLE = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
_SINGLE = {"VARCHAR", "BOOLEAN", "DATE", "DECIMAL", "INTEGER", "UINTEGER", '"NULL"', *_WHOLE}
_REFUSED = {
    "SUBQUERY": "it holds a query of its own; use `join` to bring in another input",
    "STAR": "a star isn't one value",
    "WINDOW": "it looks at other rows; a value must follow from its own row",
    "LAMBDA": "it holds a lambda; a value must follow from the columns",
    "PARAMETER": "it holds a parameter",
}
_AMPLE = {"repeat", "range", "generate_series", "list_resize", "array_resize"}
"""Functions that make of a number as much as it says. DuckDB holds a list to no limit and can't be stopped while it makes one."""


def column_of(value: Value, columns: Mapping[str, str], problems: Problems) -> str:
    """The column that a value names, as an SQL identifier."""
    name = value.text or ""
    if name not in columns:
        problems.add(
            value.place,
            f"There is no column `{name}` here. {nearest(name, _offered(columns))}",
        )
    return identifier(name)


def _offered(columns: Mapping[str, str]) -> list[str]:
    return [name for name in columns if not name.startswith("_")]


def template(value: Value, columns: Mapping[str, str], problems: Problems) -> str:
    """A text with columns in braces: empty where one of them is empty, since half a name would name something
    else.
    """
    parts = []
    try:
        pieces = list(string.Formatter().parse(value.text or ""))
    except ValueError as error:
        problems.add(
            value.place,
            f"The template `{value.text}` can't be read: {error}. A column is `{{name}}`, a brace `{{{{`.",
        )
        return "NULL"
    for words, name, spec, conversion in pieces:
        if words:
            parts.append(literal(words))
        if name is not None:
            if spec or conversion:
                problems.add(
                    value.place,
                    f"The template `{value.text}` formats `{name}`. It may only name it: `{{{name}}}`.",
                )
            parts.append(column_of(Value("column", value.place, name), columns, problems))
    return " || ".join(f"CAST({p} AS VARCHAR)" for p in parts)


def check_sql(
    connection: duckdb.DuckDBPyConnection,
    value: Value,
    columns: Mapping[str, str],
    problems: Problems,
    *,
    condition: bool,
) -> None:
    """Note what is wrong with an SQL expression over the block; a condition must give true or false."""
    import duckdb

    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT ({value.text}\n)"]).fetchall()[0]
    said = _refusal(connection, json.loads(serialised), columns)
    if not said:
        try:
            # the newline ends a comment that the expression may end with
            query = f"DESCRIBE SELECT ({value.text}\n) AS result FROM block AS b"
            kind = str(connection.execute(query).fetchall()[0][1])
            if condition and kind != "BOOLEAN":
                said = f"it gives {kind}, and a condition must give true or false"
            elif kind in {"DOUBLE", "FLOAT"}:
                said = "it gives a binary float, which changes digits; cast to DECIMAL instead, or use `times`"
            elif kind.partition("(")[0] not in _SINGLE:
                said = f"it gives {kind}, and a field holds one text, number, day or truth value"
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            said = _first_lines(str(error))
    if said:
        problems.add(value.place, f"The SQL expression `{value.text}` can't be used: {said}.")


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.partition("\n\n")[0].splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith(("LINE ", "^"))).rstrip(".")


def _refusal(connection: duckdb.DuckDBPyConnection, parsed: dict[str, Any], columns: Mapping[str, str]) -> str:
    if parsed["error"]:
        return _first_lines(parsed["error_message"])
    select = parsed["statements"][0]["node"]
    if len(parsed["statements"]) > 1 or len(select["select_list"]) > 1 or select["from_table"]["type"] != "EMPTY":
        return "it must be one expression"
    steady = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'scalar' AND stability = 'CONSISTENT'"
    ).fetchall()
    functions = {name for (name,) in steady} | {"nullif", "ifnull"}
    known = {name.casefold() for name in columns}
    for node in _walk(select["select_list"]):
        kind = node.get("class")
        if kind in _REFUSED:
            return _REFUSED[kind]
        if kind == "FUNCTION" and (name := node["function_name"]) not in functions - _AMPLE:
            unsteady = "isn't a function of one row that always gives the same result"
            return f"`{name}` {'makes texts or lists of any length' if name in _AMPLE else unsteady}"
        if kind == "COLUMN_REF" and ".".join(node["column_names"]).casefold() not in known:
            name = ".".join(node["column_names"])
            return f"there is no column `{name}` here. {nearest(name, _offered(columns))}".rstrip(".")
    return ""


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child)


def culprit(connection: duckdb.DuckDBPyConnection, values: list[Value], problems: Problems, error: Exception) -> None:
    """A query of several expressions failed: note which of them fails by itself, and how."""
    import duckdb

    before = len(problems.found)
    if isinstance(error, duckdb.InterruptException):
        raise error
    for value in values:
        try:
            # kept as the rows are, since it may be too large to be
            connection.execute(f"CREATE OR REPLACE TEMP TABLE tried AS SELECT ({value.text}\n) AS result FROM block AS b")
        except duckdb.InterruptException:
            raise
        except duckdb.Error as own:
            problems.add(
                value.place,
                f"The SQL expression `{value.text}` fails on these rows: {_first_lines(str(own))}.",
            )
    if len(problems.found) == before:
        raise error  # no expression of the mapping fails by itself, so the fault is ours
