"""From a value of the mapping to an SQL expression over the text columns of a block.

A ``{sql: …}`` must be one scalar expression of the block's own columns, made of what :mod:`registry.importing.functions` lists,
and never give a binary float: an import that is run again must give the same bytes, and digits must be those that were
printed.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from registry.importing.bounds import says_full
from registry.importing.functions import CASTS, CLASSES, NAMES, OPERATORS, SIGNS
from registry.importing.mapping import Value
from registry.importing.problems import Problems, listed, nearest, sentence
from schemas.sql import identifier, literal
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["MOST_DEEP", "blaming", "check_sql", "column_of", "columns_in", "template"]

_WHOLE = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
_SINGLE = {"VARCHAR", "BOOLEAN", "DATE", "DECIMAL", "INTEGER", "UINTEGER", '"NULL"', *_WHOLE}
_REFUSED = {
    "SUBQUERY": "it contains a subquery; use `join` to use another input",
    "STAR": "a star isn't one value; name a column",
    "WINDOW": "it uses other rows; a value may depend only on its own row",
    "LAMBDA": "it contains a lambda; a value may depend only on columns",
    "PARAMETER": "it contains a parameter",
}
MOST_DEEP = 100
"""Levels of nested expressions. DuckDB allows more, but its time grows with the square; the number differs by version."""


def column_of(value: Value, columns: Mapping[str, str], problems: Problems) -> str:
    """The column that a value names, as an SQL identifier."""
    name = value.text or ""
    if name not in columns:
        alike = [column for column in _offered(columns) if _as_seen(column) == _as_seen(name)]
        hint = (
            f"One looks the same, but has other characters: write it as {json.dumps(alike[0])}."
            if alike
            else nearest(name, _offered(columns))
        )
        problems.add(value.place, f"There is no column `{name}` here. {hint}")
    return identifier(name)


def _as_seen(name: str) -> str:
    """A name without what nobody sees: whether é is one character or two, and which space it is."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


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
                    f"The template `{value.text}` formats `{name}`. A template may only name a column: `{{{name}}}`.",
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

    said = _refusal(connection, value.text or "", columns)
    if not said:
        try:
            # the newline ends a comment that the expression may end with
            query = f"DESCRIBE SELECT ({value.text}\n) AS result FROM block AS b"
            kind = str(connection.execute(query).fetchall()[0][1])
            if condition and kind != "BOOLEAN":
                said = f"it gives {kind}, and a condition must give true or false"
            elif kind in {"DOUBLE", "FLOAT"}:
                said = "it gives a binary float, which changes digits; cast to DECIMAL instead, or use `times`"
            elif kind == "TIMESTAMP":
                said = "it gives a time, and a field holds a day at most; cast it to DATE"
            elif kind.partition("(")[0] not in _SINGLE:
                said = f"it gives {kind}, and a field holds one text, number, day or truth value"
        except duckdb.Error as error:
            said = _first_lines(str(error))
    if said:
        problems.add(value.place, f"The SQL expression {_quoted(value)} can't be used: {sentence(said)}")


def _quoted(value: Value) -> str:
    return f"`{shortened(value.text or '', 200)}`"


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.partition("\n\n")[0].splitlines() if line.strip()]
    return shortened(" ".join(line for line in lines if not line.startswith(("LINE ", "^"))).rstrip("."), 300)


def _refusal(connection: duckdb.DuckDBPyConnection, text: str, columns: Mapping[str, str]) -> str:
    """Why the expression isn't one that a mapping may hold, judged by what DuckDB makes of it; nothing where it is one."""
    too_deep = f"it has more than {MOST_DEEP} nested levels; write `concat`, `IN` or a `map` instead"
    try:
        parsed, empty = _parsed(connection, text), _parsed(connection, "NULL")
    except RecursionError:
        return too_deep
    if parsed["error"]:
        message = _first_lines(parsed["error_message"])
        if says_full(message):
            raise MemoryError(message)  # which says nothing about the expression
        return too_deep if message.startswith("Max expression depth") else message
    node, nothing = (tree["statements"][0]["node"] for tree in (parsed, empty))
    made = node.pop("select_list", [])
    # whoever closes the bracket that it stands in could add whatever a query may have: sets, filters, an order, a limit
    if len(parsed["statements"]) > 1 or len(made) != 1 or {**node, "select_list": nothing["select_list"]} != nothing:
        return "it must be one expression"
    types = dict(connection.execute("SELECT type_name, logical_type FROM duckdb_types()").fetchall())
    for part, depth in _walk(made[0]):
        if depth > MOST_DEEP:
            return too_deep
        if fault := _fault(part, text, columns, types):
            return fault
    return ""


def _parsed(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [_query(text)]).fetchall()[0]
    parsed: dict[str, Any] = json.loads(serialised)
    return parsed


def _query(text: str) -> str:
    return f"SELECT ({text}\n)"  # the newline ends a comment that the expression may end with


def _fault(part: dict[str, Any], text: str, columns: Mapping[str, str], types: Mapping[str, str]) -> str:
    """What is wrong with one part of an expression; the names of its members are those of DuckDB from 1.4 on."""
    match part["class"]:
        case "FUNCTION":
            return _fault_of_function(part, text)
        case "OPERATOR" if part["type"] not in OPERATORS:
            return f"`{part['type'].removeprefix('OPERATOR_')}` isn't an operation that a mapping may use"
        case "CAST":
            asked = part["cast_type"]["id"] if "cast_type" in part else part["type_expr"]["type_name"]
            if types.get(asked.casefold(), asked) not in CASTS:
                return f"it casts to `{asked}`; a mapping may cast to {listed(CASTS, len(CASTS))}"
        case "COLUMN_REF":
            name = ".".join(part["column_names"])
            if name.casefold() not in map(str.casefold, columns):
                return f"there is no column `{name}` here. {nearest(name, _offered(columns))}"
        case kind if kind not in CLASSES:
            return _REFUSED.get(kind, f"it contains a {kind.casefold().replace('_', ' ')}, which a mapping may not use")
    return ""


def _fault_of_function(part: dict[str, Any], text: str) -> str:
    name = str(part["function_name"]).casefold()
    if name not in {*NAMES, *SIGNS} or part["schema"] not in {"", "main"}:
        return f"`{name}` isn't a function that a mapping may use. {nearest(name, NAMES)} docs/writing-a-mapping.md lists all"
    # of a sign, DuckDB tells the place of the sign or none
    if name.startswith("regexp_") and re.match(rb"!?~|$", _query(text).encode()[part["query_location"] :]):
        return "`~` depends on the version of DuckDB; write `regexp_matches` or `regexp_full_match`"
    return ""


def _walk(tree: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """The parts of an expression, each with the number of parts that it is within. Without recursion: they may be any number."""
    ahead = [(tree, 0)]
    while ahead:
        node, depth = ahead.pop()
        if isinstance(node, dict):
            if "class" in node:
                yield node, depth
                depth += 1
            ahead += [(child, depth) for child in node.values()]
        elif isinstance(node, list):
            ahead += [(child, depth) for child in node]


def columns_in(connection: duckdb.DuckDBPyConnection, text: str) -> set[str]:
    """The names in an expression that may be columns'; none where it can't be read, which is said where it is used."""
    try:
        parsed = _parsed(connection, text)
    except RecursionError:
        return set()
    return {".".join(part["column_names"]) for part, _ in _walk(parsed) if part["class"] == "COLUMN_REF"}


@contextmanager
def blaming(connection: duckdb.DuckDBPyConnection, queries: Iterable[tuple[Value, str]], problems: Problems) -> Iterator[None]:
    """Within this, a query of several expressions may fail: note which of them fails by itself, and how.

    ``queries`` has one for each expression, in which it stands as in the whole: DuckDB may pass over in one what fails in another.
    """
    import duckdb

    try:
        yield
    except duckdb.Error:
        before = len(problems.found)
        for value, query in queries:
            try:
                # kept as the rows are: it may be too large to be
                connection.execute(f"CREATE OR REPLACE TEMP TABLE tried AS {query}")
            except duckdb.Error as own:
                problems.add(value.place, f"The SQL expression {_quoted(value)} fails on these rows: {_first_lines(str(own))}.")
        if len(problems.found) == before:
            raise  # no expression of the mapping fails by itself, so the fault is ours
