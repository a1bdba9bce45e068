"""Making casts to numbers exact: DuckDB rounds 7.5 to 8 where it is cast to a whole number, 59.44 to 59.4 where one decimal is kept, and says nothing.

The text of what is cast is spoilt where the cast would round it, so that it fails as every other text does that is no such number; and a
``TRY_CAST`` gives nothing. What is compared with a number is compared as a number that keeps its decimals. Where the decimal sign of a column is
the comma, it is read as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from schemas.sql import literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["exact"]

_WHOLE = {f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")}
_ENOUGH = 9  # decimals: more were left over by a binary float
_FLOATING = {"DOUBLE", "FLOAT"}
_NUMBER = "CAST(operand AS DECIMAL(38, 9))"
_TEXT = "CAST(operand AS VARCHAR)"
_POINT = literal(r"\1 (the decimal sign is the comma: what the point means is ambiguous)")
_SIGNED = rf"replace(regexp_replace(CAST(operand AS VARCHAR), '(?s)^(.*[.].*)$', {_POINT}), ',', '.')"


def _spoilt(decimals: int) -> str:
    fraction = rf"(?s)^(.*(?:\.[0-9]{{{decimals}}}[0-9]*[1-9]|[0-9][eE]-).*)$"
    why = rf"\1 (the cast would round it{f' to {decimals} decimals' if decimals else ''}: write round or trunc first)"
    return f"regexp_replace(CAST(operand AS VARCHAR), {literal(fraction)}, {literal(why)})"


def exact(connection: duckdb.DuckDBPyConnection, text: str, columns: Mapping[str, str]) -> str:
    """An expression over ``block``, which has been checked, in which nothing is rounded on the way to a number. ``columns`` have their decimal signs."""
    (serialised,) = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT ({text}\n)"]).fetchall()[0]
    parsed = json.loads(serialised)
    types = dict(connection.execute("SELECT type_name, logical_type FROM duckdb_types()").fetchall())
    commas = {name.casefold() for name, sign in columns.items() if sign == ","}
    before = json.dumps(parsed)
    for part in reversed(list(_parts(parsed))):  # the inner ones first
        match part.get("class"), part.get("type"):
            case "CAST", _:
                name, scale = _target(part)
                kind = types.get(name.casefold(), name)
                if kind in _WHOLE or kind == "DECIMAL" or kind in _FLOATING:
                    of = _type_of(connection, part["child"])
                    if of == "VARCHAR" and commas:
                        part["child"] = _signed(connection, part["child"], commas)
                    if _rounds(kind, scale, of):
                        part["child"] = _filled(connection, _spoilt(0 if kind in _WHOLE else scale), part["child"])
            case "COMPARISON", _:
                part["left"], part["right"] = _compared(connection, [part["left"], part["right"]], commas)
            case "BETWEEN", _:
                names = ("input", "lower", "upper")
                part |= dict(zip(names, _compared(connection, [part[name] for name in names], commas), strict=True))
            case "OPERATOR", "COMPARE_IN" | "COMPARE_NOT_IN":
                part["children"] = _compared(connection, part["children"], commas)
            case "FUNCTION", _ if part["function_name"].casefold() == "nullif":
                _as_texts(connection, part)
    return text if json.dumps(parsed) == before else _text(connection, parsed)


def _rounds(kind: str, scale: int, of: str) -> bool:
    """Whether a cast may round. A truth value is 0 or 1; and a quotient, which is a binary float, is rounded to the decimals that somebody names."""
    if kind in _WHOLE:
        return of != "BOOLEAN"
    if kind in _FLOATING:
        return False
    decimals = int(of.rpartition(",")[2].rstrip(")")) if of.startswith("DECIMAL(") else 0
    return scale < _ENOUGH and (of == "VARCHAR" or decimals > scale)


def _signed(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], commas: set[str]) -> dict[str, Any]:
    """A text that becomes a number, in which the comma of a column's numbers is the point that DuckDB reads.

    It is changed where the number comes from: in the column itself, or in what a function makes of it, unless that names a comma and so sees to
    it by itself.
    """
    match node.get("class"), node.get("type"):
        case "CASE", _:
            for check in node["case_checks"]:
                check["then_expr"] = _signed(connection, check["then_expr"], commas)
            node["else_expr"] = _signed(connection, node["else_expr"], commas)
            return node
        case "OPERATOR", "OPERATOR_COALESCE":
            node["children"] = [_signed(connection, child, commas) for child in node["children"]]
            return node
    named = {".".join(part["column_names"]).casefold() for part in _parts(node) if part.get("class") == "COLUMN_REF"}
    texts = [
        p.get("literal", p.get("value")) for p in _parts(node) if p.get("class") == "CONSTANT"
    ]  # the latter before DuckDB 2.0
    sees_to_it = any("," in str(text.get("text", text.get("value"))) for text in texts if isinstance(text, dict))
    return _filled(connection, _SIGNED, node) if named & commas and not sees_to_it else node


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


def _compared(connection: duckdb.DuckDBPyConnection, sides: list[dict[str, Any]], commas: set[str]) -> list[dict[str, Any]]:
    """The sides of a comparison. A text that is compared with a number would be rounded as that number is: `'7.5' = 8` would hold."""
    kinds = [_type_of(connection, side) for side in sides]
    if not any(kind.partition("(")[0] in {*_WHOLE, "DECIMAL"} for kind in kinds):
        return sides
    return [
        _filled(connection, _NUMBER, _signed(connection, side, commas)) if kind == "VARCHAR" else side
        for side, kind in zip(sides, kinds, strict=True)
    ]


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
