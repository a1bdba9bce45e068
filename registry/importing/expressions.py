"""From a value of the mapping to an SQL expression over the text columns of a block.

A ``{sql: …}`` must be one scalar expression of the block's own columns, give the same result every time, and never a binary
float: an import that is run again must give the same bytes, and digits must be those that were printed.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from registry.importing.inputs import identifier, literal
from registry.importing.mapping import Value
from registry.importing.problems import Problems, nearest

if TYPE_CHECKING:
    import duckdb

__all__ = ["check_sql", "column_of", "culprit", "template"]


def column_of(value: Value, columns: Mapping[str, str], problems: Problems) -> str:
    """The column that a value names, as an SQL identifier."""
    name = value.text or ""
    if name not in columns:
        problems.add(value.place, f"There is no column `{name}` here. {nearest(name, [c for c in columns if not c.startswith('_')])}")
    return identifier(name)


def template(value: Value, columns: Mapping[str, str], problems: Problems) -> str:
    """A text with columns in braces: empty where one of them is empty, since half a name would name something else."""
    parts = []
    try:
        pieces = list(string.Formatter().parse(value.text or ""))
    except ValueError as error:
        problems.add(value.place, f"The template `{value.text}` can't be read: {error}. Write a column as `{{name}}`, a brace as `{{{{`.")
        return "NULL"
    for words, name, spec, conversion in pieces:
        if words:
            parts.append(literal(words))
        if name is not None:
            if spec or conversion:
                problems.add(value.place, f"The template `{value.text}` formats `{name}`. It may only name it: `{{{name}}}`.")
            parts.append(column_of(Value("column", value.place, name), columns, problems))
    return " || ".join(f"CAST({p} AS VARCHAR)" for p in parts)


def check_sql(connection: duckdb.DuckDBPyConnection, value: Value, relation: str, problems: Problems, *, condition: bool) -> None:
    """Note what is wrong with an SQL expression over a relation; a condition must give true or false."""
    import duckdb

    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT ({value.text}\n)"]).fetchall()[0]
    said = _refusal(connection, json.loads(serialised))
    if not said:
        try:
            # the newline ends a comment that the expression may end with
            query = f"DESCRIBE SELECT ({value.text}\n) AS result FROM {relation} AS b"
            kind = str(connection.execute(query).fetchall()[0][1])
            if condition and kind != "BOOLEAN":
                said = f"it gives {kind}, and a condition must give true or false"
            elif not condition and kind in {"DOUBLE", "FLOAT"}:
                said = "it gives a binary float, which changes digits; cast to DECIMAL instead, or use `times`"
        except duckdb.Error as error:
            said = _first_lines(error)
    if said:
        problems.add(value.place, f"The SQL expression `{value.text}` can't be used: {said}.")


def _first_lines(error: Exception) -> str:
    lines = [line.strip() for line in str(error).split("\n\n")[0].splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith(("LINE ", "^"))).rstrip(".")


def _refusal(connection: duckdb.DuckDBPyConnection, parsed: dict[str, Any]) -> str:
    if parsed["error"]:
        return _first_lines(ValueError(parsed["error_message"]))
    if len(parsed["statements"]) != 1 or len(parsed["statements"][0]["node"].get("select_list", [])) != 1:
        return "it must be one expression"
    if parsed["statements"][0]["node"].get("from_table", {}).get("type") != "EMPTY":
        return "it must be one expression"
    varying = connection.execute("SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'").fetchall()
    changing = {name for (name,) in varying}
    for node in _walk(parsed["statements"][0]["node"]["select_list"]):
        match node.get("class"):
            case "SUBQUERY":
                return "it holds a query of its own; use `join` to bring in another input"
            case "STAR":
                return "a star isn't one value"
            case "WINDOW":
                return "it looks at other rows; a value must follow from its own row"
            case "FUNCTION" if node.get("function_name") in changing:
                return f"`{node['function_name']}` gives another result another time"
            case "COLUMN_REF" if node["column_names"][-1].lower() in changing:
                return f"`{node['column_names'][-1]}` gives another result another time"
    return ""


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child)


def culprit(
    connection: duckdb.DuckDBPyConnection, values: list[Value], relation: str, problems: Problems, error: Exception
) -> None:
    """A query of several expressions failed: note which of them fails by itself, and how."""
    import duckdb

    before = len(problems.found)
    for value in values:
        try:
            connection.execute(f"SELECT max(hash({value.text}\n)) FROM {relation} AS b").fetchall()
        except duckdb.Error as own:
            problems.add(value.place, f"The SQL expression `{value.text}` fails on these rows: {_first_lines(own)}.")
    if len(problems.found) == before:
        raise error  # no expression of the mapping fails by itself, so the fault is ours
