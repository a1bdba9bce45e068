"""From the text of a mapping's ``tables`` to blocks: how the rows of each table are made."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map

from registry.importing.keys import BLOCK, CHANGES, FILTER, JOIN, LITERAL
from registry.importing.mapping import Block, Filter, Input, Join, LiteralRow, Value
from registry.importing.nodes import Node
from registry.importing.problems import Problems, listed, nearest, nearest_term
from registry.importing.shapes import as_count, as_items, as_map, as_text, checked
from schemas.proposing import is_proposed, may_be_proposed
from schemas.table import Field
from schemas.tables import TABLES
from schemas.vocabulary import terms

__all__ = ["DECIMAL", "read_block"]

DECIMAL = r"[+-]?[0-9]+(\.[0-9]+)?"


def read_block(table: str, node: Node, inputs: Map[str, Input], problems: Problems) -> Block:
    """One block of a table. What is wrong with it is noted; what comes back then isn't to be run."""
    fields = {f.name: f for f in TABLES[table].fields()}
    what = f"A block of `{table}`"
    if node.kind == "map" and "rows" in node.entries:
        entries = as_map(node, what, problems, **LITERAL._asdict()).entries
        rows = as_items(entries["rows"], "`rows`", problems)
        return Block(table, node.place, rows=tuple(_row(row, table, fields, problems) for row in rows))
    entries = as_map(node, what, problems, **BLOCK._asdict()).entries
    return Block(
        table,
        node.place,
        source=_input(entries.get("from"), inputs, problems),
        joins=tuple(_join(item, inputs, problems) for item in _one_or_more(entries.get("join"))),
        splits=_splits(entries.get("split"), problems),
        filters=tuple(_filter(item, key, problems) for key in ("keep", "drop") for item in _one_or_more(entries.get(key))),
        unique={"true": "same", "first": "first"}.get(
            checked(entries.get("unique"), "`unique`", "true|false|first", "`true`, `false` or `first`", problems), ""
        ),
        fields=_fields(entries.get("fields"), table, fields, problems),
    )


def _one_or_more(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return node.items if node.kind == "list" else [node]


def _input(node: Node | None, inputs: Map[str, Input], problems: Problems) -> str:
    name = as_text(node, "The input", problems)
    if node is not None and name and name not in inputs:
        problems.add(node.place, f"There is no input `{name}`. {nearest(name, inputs)}")
    return name


def _join(node: Node, inputs: Map[str, Input], problems: Problems) -> Join:
    entries = as_map(node, "A join", problems, **JOIN._asdict()).entries
    on = entries.get("on", Node("list", node.place))
    if on.kind == "map":
        pairs = {left: as_text(right, "A column to join on", problems) for left, right in on.entries.items()}
    else:
        names = [as_text(item, "A column to join on", problems) for item in _one_or_more(on)]
        pairs = dict(zip(names, names, strict=True))
    if "on" in entries and not pairs:
        problems.add(on.place, "`on` names no columns. Name those that both inputs share.")
    unmatched = entries.get("unmatched")
    text = checked(
        unmatched,
        "`unmatched`",
        "error|empty",
        "`error`, or `empty` to leave the other input's columns empty",
        problems,
    )
    return Join(node.place, _input(entries.get("input"), inputs, problems), pairs, text or "error")


def _splits(node: Node | None, problems: Problems) -> tuple[dict[str, Value], ...]:
    items = as_items(node, "`split`", problems)
    splits = []
    for item in items:
        entries = as_map(item, "A split", problems).entries
        splits.append({name: _value(spec, f"`{name}`", None, problems) for name, spec in entries.items()})
        if items[0].kind == "map" and item.kind == "map" and set(item.entries) != set(items[0].entries):
            odd = set(item.entries) ^ set(items[0].entries)
            problems.add(
                item.place,
                f"This split and the first must have the same names; only one has {listed(sorted(odd))}. Write `~` for an empty value.",
            )
    return tuple(splits)


def _filter(node: Node, key: str, problems: Problems) -> Filter:
    entries = as_map(node, f"A `{key}`", problems, **FILTER._asdict()).entries
    where = entries.get("where", node)
    return Filter(
        place=node.place,
        keeps=key == "keep",
        where=Value("sql", where.place, as_text(entries.get("where"), "`where`", problems)),
        reason=as_text(entries.get("reason"), "The reason", problems),
        count=as_count(entries.get("count"), "`count`", problems),
    )


def _fields(node: Node | None, table: str, fields: Map[str, Field], problems: Problems) -> dict[str, Value]:
    if node is None:
        return {}
    entries = as_map(node, f"The fields of `{table}`", problems).entries
    _check_names(node, table, fields, problems)
    return {name: _value(spec, f"The field `{name}`", fields[name], problems) for name, spec in entries.items() if name in fields}


def _row(node: Node, table: str, fields: Map[str, Field], problems: Problems) -> LiteralRow:
    entries = as_map(node, f"A row of `{table}`", problems).entries
    if node.kind == "map":
        _check_names(node, table, fields, problems)
    cells = {}
    for name, value in entries.items():
        if value.kind != "text":
            problems.add(value.place, f"`{name}` is {value.in_words}. In `rows` it must be a text.")
        elif name in fields:
            _check_term(value, fields[name], problems)
            cells[name] = value.text or None
    return LiteralRow(node.place, cells, {name: value.place for name, value in entries.items()})


def _check_names(node: Node, table: str, fields: Map[str, Field], problems: Problems) -> None:
    for name, place in node.keys.items():
        if name not in fields:
            problems.add(place, f"The table `{table}` has no field `{name}`. {nearest(name, fields)}")
    for f in fields.values():
        value = node.entries.get(f.name)
        if f.required and (value is None or _is_nothing(value)):
            honest = f.vocabulary is not None and "unstated" in terms(f.vocabulary)
            hint = "If the source doesn't state it, write `{value: unstated}`." if honest else "Map it to a column or a value."
            place, found = (node.place, "is missing") if value is None else (value.place, "is mapped to nothing")
            problems.add(place, f"`{f.name}` of `{table}` must be filled, but {found}. {hint}")


def _is_nothing(node: Node) -> bool:
    """Whether a field is said to be always empty."""
    constant = node.entries.get("value", node)
    return constant.kind == "text" and not constant.text


def _check_term(node: Node, f: Field | None, problems: Problems) -> None:
    if f is None or f.vocabulary is None or (is_proposed(node.text) and may_be_proposed(f.vocabulary)):
        return
    if node.text and node.text not in terms(f.vocabulary):
        problems.add(
            node.place,
            f"`{node.text}` is not a term of the vocabulary `{f.vocabulary}`, which `{f.name}` needs. "
            f"{nearest_term(node.text, f.vocabulary)}",
        )


def _value(node: Node, what: str, f: Field | None, problems: Problems) -> Value:
    """A value. ``f`` is the field it is for; without one (in a split) it is a column or a constant."""
    if node.kind == "text":
        return Value("column" if node.text else "constant", node.place, node.text or None)
    kinds = ("column", "value", "template", "sql") if f is not None else ("value",)
    entries = as_map(node, what, problems).entries
    named = [k for k in kinds if k in entries]
    if len(named) != 1:
        must = f"be a column's name or a map with one of {listed(kinds)}"
        problems.add(node.place, f"{what} is {node.in_words} with {listed(named) or 'none of these'}. It must {must}.")
        return Value("constant", node.place, None)
    may = CHANGES.may if named == ["column"] else ()
    as_map(node, what, problems, must=named, may=may)
    inner = entries[named[0]]
    if named == ["value"]:
        if inner.kind != "text":
            problems.add(inner.place, f"The value is {inner.in_words}. It must be a text.")
        _check_term(inner, f, problems)
        return Value("constant", inner.place, inner.text or None)
    text = as_text(inner, what, problems)
    if named == ["column"]:
        return _changed_column(node, text, f, problems)
    return Value(named[0], inner.place, text)


def _changed_column(node: Node, column: str, f: Field | None, problems: Problems) -> Value:
    entries = node.entries
    place = entries["column"].place
    if "map" in entries and "times" in entries:
        problems.add(node.keys["times"], "`map` and `times` can't be combined. Write the results into the map.")
    if "times" in entries:
        by = checked(entries["times"], "`times`", DECIMAL, "a decimal number", problems)
        return Value("column", place, column, times=by if re.fullmatch(DECIMAL, by) else None)
    if "map" not in entries:
        if "otherwise" in entries:
            problems.add(
                node.keys["otherwise"],
                "`otherwise` is for values that are not in the `map`, and there is no `map`. Add one, or remove `otherwise`.",
            )
        return Value("column", place, column)
    pairs = as_map(entries["map"], "The map", problems).entries
    for target in [*pairs.values(), *([entries["otherwise"]] if "otherwise" in entries else [])]:
        if target.kind != "text":
            problems.add(target.place, f"A map's value is {target.in_words}. It must be a text, or `~` for empty.")
        elif target.text != "error" or target is not entries.get("otherwise"):
            _check_term(target, f, problems)
    otherwise = entries["otherwise"].text if "otherwise" in entries else "error"
    return Value(
        "column",
        place,
        column,
        map={key: target.text for key, target in pairs.items()},
        otherwise=None if otherwise == "error" else otherwise or "",
    )
