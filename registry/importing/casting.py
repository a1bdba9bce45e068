"""Making casts to whole numbers exact: DuckDB rounds 7.5 to 8 where it is cast to a whole number, and says nothing.

The text of what is cast is spoilt where the cast would round it, so that it fails as every other text does that is no such number; and a
``TRY_CAST`` gives nothing. What is compared with a number is compared as a number that keeps its decimals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemas.sql import literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["exact"]

_WHOLE = {f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")}
_FRACTION = r"(?s)^(.*(?:\.[0-9]*[1-9]|[0-9][eE]-).*)$"
_WHY = r"\1 (the cast would round it: write round or trunc first)"
_SPOILT = f"regexp_replace(CAST(operand AS VARCHAR), {literal(_FRACTION)}, {literal(_WHY)})"
_NUMBER = "CAST(operand AS DECIMAL(38, 9))"
_TEXT = "CAST(operand AS VARCHAR)"


def exact(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """An expression over ``block``, which has been checked, in which nothing is rounded to a whole number on the way."""
    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT ({text}\n)"]).fetchall()[0]
    parsed = json.loads(serialised)
    types = dict(connection.execute("SELECT type_name, logical_type FROM duckdb_types()").fetchall())
    before = json.dumps(parsed)
    for part in reversed(list(_parts(parsed))):  # the inner ones first
        match part.get("class"), part.get("type"):
            case "CAST", _:
                name, scale = _target(part)
                kind = types.get(name.casefold(), name)
                if kind in _WHOLE or (kind == "DECIMAL" and scale == 0):
                    of = _type_of(connection, part["child"])
                    # a truth value is 0 or 1; and a quotient, which is a binary float, is rounded by whoever says to how many decimals
                    if of != "BOOLEAN" and (kind in _WHOLE or of == "VARCHAR"):
                        part["child"] = _filled(connection, _SPOILT, part["child"])
            case "COMPARISON", _:
                part["left"], part["right"] = _compared(connection, [part["left"], part["right"]])
            case "OPERATOR", "COMPARE_IN" | "COMPARE_NOT_IN":
                part["children"] = _compared(connection, part["children"])
            case "FUNCTION", _ if part["function_name"].casefold() == "nullif":
                _as_texts(connection, part)
    return text if json.dumps(parsed) == before else _text(connection, parsed)


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        if isinstance(node, dict):
            yield node
            ahead += node.values()
        elif isinstance(node, list):
            ahead += node


def _target(part: dict[str, Any]) -> tuple[str, int]:
    """The type that is cast to, and how many decimals it keeps. Its form in the tree is another before DuckDB 1.5."""
    if "cast_type" in part:
        info = part["cast_type"].get("type_info") or {}
        return str(part["cast_type"]["id"]), int(info.get("scale", 3))
    kind = part["type_expr"]
    given = [child["literal"]["text"] if "literal" in child else child["value"]["value"] for child in kind.get("children", [])]
    return str(kind["type_name"]), int(given[1]) if len(given) > 1 else 0 if given else 3


def _type_of(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> str:
    (described,) = connection.execute(f"DESCRIBE SELECT {_alone(connection, node)} AS result FROM block AS b").fetchall()
    return str(described[1])


def _alone(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> str:
    """One part of an expression as text."""
    (frame,) = connection.execute("SELECT json_serialize_sql('SELECT NULL')").fetchall()[0]
    tree = json.loads(frame)
    tree["statements"][0]["node"]["select_list"] = [node]
    return _text(connection, tree)


def _text(connection: duckdb.DuckDBPyConnection, tree: dict[str, Any]) -> str:
    (text,) = connection.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)]).fetchall()[0]
    return str(text).removeprefix("SELECT ")


def _compared(connection: duckdb.DuckDBPyConnection, sides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sides of a comparison. A text that is compared with a number would be rounded as that number is: `'7.5' = 8` would hold."""
    kinds = [_type_of(connection, side) for side in sides]
    if not any(kind.partition("(")[0] in {*_WHOLE, "DECIMAL"} for kind in kinds):
        return sides
    return [_filled(connection, _NUMBER, side) if kind == "VARCHAR" else side for side, kind in zip(sides, kinds, strict=True)]


def _as_texts(connection: duckdb.DuckDBPyConnection, part: dict[str, Any]) -> None:
    """Make texts of the arguments of ``nullif``, if one is: it gives the first as it is, so that it can't be made a number."""
    held = part.get("arguments") or part["children"]  # the latter before DuckDB 2.0
    sides = [side.get("expression", side) for side in held]
    kinds = [_type_of(connection, side) for side in sides]
    if "VARCHAR" not in kinds:
        return
    made = [side if kind == "VARCHAR" else _filled(connection, _TEXT, side) for side, kind in zip(sides, kinds, strict=True)]
    key = "arguments" if "arguments" in part else "children"
    part[key] = [{**h, "expression": m} if "expression" in h else m for h, m in zip(held, made, strict=True)]


def _filled(connection: duckdb.DuckDBPyConnection, template: str, node: dict[str, Any]) -> dict[str, Any]:
    """An expression with the node in the place of what the first cast of the template casts."""
    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT {template}"]).fetchall()[0]
    tree = json.loads(serialised)["statements"][0]["node"]["select_list"][0]
    cast = next(part for part in _parts(tree) if part.get("class") == "CAST")
    cast["child"] = node
    return dict(tree)
