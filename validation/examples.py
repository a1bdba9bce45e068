"""A rule's examples as small tables, for somebody who never saw the code: what its `breaks` and `keeps` say, cell by cell.

Examples that name the same columns share a table, with a row each. In a table of what breaks a rule some cells are marked: of a rule
over a table those that a finding points at; of any other rule those that differ from the nearest example that keeps it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validation.listing import in_words
from validation.rule import Rule

__all__ = ["Example", "ExampleTable", "Examples", "code", "escaped", "examples", "in_markdown"]

_LONGEST = 200

_SHORT = 40
"""Characters of a value that shares its line with others."""

_UNCHANGED = {
    "descriptor": "the sample package's descriptor as it is",
    "resource": "the sample package's resource as it is",
    "file": "the sample package's file as it is",
    "cells": "the sample package's tables as they are",
    "terms": "the sample package's tables as they are",
    "waivers": "a waiver without members",
}

_OF = {
    "descriptor": "the descriptor",
    "resource": "a resource",
    "waivers": "a waiver",
    "folder": "the descriptor's text",
    "file": "a file",
}
"""What the members, or the text, of an example of a stage are of."""

_IN_JSON = {_OF["descriptor"], _OF["resource"]}
"""Where a text and a number differ, so that values are written as in JSON."""

_AS_PARQUET = " as Parquet"
"""How a table is called that an example gives as a Parquet file."""

_TEXT = "text"
"""The one column of an example that is a whole text."""

_NOT_SAID = "…"
"""In a message, for a cell that the example doesn't name."""


@dataclass(frozen=True)
class Example:
    """One example: rows of cells, each ``None`` where it is empty or left out, with the (row, column) of those that are marked, and
    the finding's message, or nothing.
    """

    rows: tuple[tuple[str | None, ...], ...]
    marked: frozenset[tuple[int, int]] = frozenset()
    message: str = ""


@dataclass(frozen=True)
class ExampleTable:
    """Examples that name the same columns of one thing. ``texts``: the one cell is a file's whole text; ``marks``: what the marks mean."""

    of: str
    columns: tuple[str, ...]
    examples: tuple[Example, ...]
    texts: bool = False
    marks: str = ""

    @property
    def empty(self) -> str:
        """What a cell without a value is."""
        return "left out" if self.of in _OF.values() else "empty"

    @property
    def messages(self) -> bool:
        """Whether any of them has a message."""
        return any(example.message for example in self.examples)


@dataclass(frozen=True)
class Examples:
    """The examples of one sort: tables, and sentences for what doesn't make one."""

    sentences: tuple[str, ...]
    tables: tuple[ExampleTable, ...]


@dataclass(frozen=True)
class _Part:
    """What one example changes in one thing: rows, each by column."""

    of: str
    rows: tuple[Mapping[str, Any], ...]
    texts: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for row in self.rows for name in row))

    @property
    def shape(self) -> tuple[object, ...]:
        return self.of, tuple(tuple(sorted(row)) for row in self.rows)


def examples(rule: Rule, listed: Sequence[Any]) -> Examples:
    """The examples of a rule, ``rule.breaks`` or ``rule.keeps``, as tables."""
    breaks = listed is rule.breaks
    keeps = [part for example in rule.keeps for part in _parts(rule, example)]
    sentences: list[str] = []
    tables: dict[tuple[Any, ...], list[Example]] = {}
    for example in listed:
        if isinstance(example, Mapping) and not example:
            sentences.append(_UNCHANGED.get(rule.over, "nothing"))
        elif example is None:
            sentences.append("no such file")
        elif example in ("", b""):
            sentences.append("an empty file")
        for part in _parts(rule, example):
            columns = (*part.columns, *(_absent(rule, part) if breaks else ()))
            shown = Example(
                rows=tuple(tuple(_written(row.get(name), part.of) for name in columns) for row in part.rows),
                marked=_marked(rule, part, columns, keeps) if breaks else frozenset(),
                message=_message(rule, part.rows[0]) if breaks and rule.stage is None else "",
            )
            tables.setdefault((part.of, columns, part.texts), []).append(shown)
    marks = "what a finding points at" if rule.table is not None else "what differs from the nearest example that keeps the rule"
    return Examples(
        tuple(dict.fromkeys(sentences)),
        tuple(
            ExampleTable(of, columns, tuple(shown), texts, marks if any(one.marked for one in shown) else "")
            for (of, columns, texts), shown in tables.items()
        ),
    )


def _parts(rule: Rule, example: object) -> list[_Part]:
    """What an example says, thing by thing."""
    if not example:
        return []
    if isinstance(example, str | bytes):
        return [_Part(_OF.get(rule.over, rule.over), ({_TEXT: example},), texts=True)]
    if isinstance(example, Mapping):
        if rule.stage in {"cells", "terms"} or any(name.endswith(_AS_PARQUET) for name in example):
            return [_of_table(table, changed) for table, changed in example.items()]
        return [_Part(_OF["resource"] if rule.over == "file" else _OF.get(rule.over, rule.over), (example,))]
    return [_Part(rule.over, tuple(example))] if isinstance(example, Sequence) else []


def _of_table(table: str, changed: object) -> _Part:
    if isinstance(changed, Mapping):
        return _Part(table, (changed,))
    if isinstance(changed, str | bytes):
        return _Part(table, ({_TEXT: changed},), texts=True)
    rows = tuple(changed) if isinstance(changed, Sequence) else (changed,)
    return _Part(table, tuple(row if isinstance(row, Mapping) else {_TEXT: row} for row in rows))


def _absent(rule: Rule, part: _Part) -> tuple[str, ...]:
    """Columns that the expression of a rule reads, and a finding points at, and the example leaves empty."""
    if rule.table is None:
        return ()
    read = rule.expression().meta.root_names()
    return tuple(name for name in rule.read if name in read and name not in part.columns)


def _marked(rule: Rule, part: _Part, columns: Sequence[str], keeps: Sequence[_Part]) -> frozenset[tuple[int, int]]:
    if rule.table is not None:
        return frozenset((0, n) for n, name in enumerate(columns) if name in rule.read)
    cells = [(i, n) for i, row in enumerate(part.rows) for n, name in enumerate(columns) if name in row]
    if len(cells) == 1:
        return frozenset(cells)
    apart = [
        [(i, n) for i, n in cells if kept.rows[i][columns[n]] != part.rows[i][columns[n]]]
        for kept in keeps
        if kept.shape == part.shape
    ]
    nearest = min(filter(None, apart), key=len, default=[])
    return frozenset(nearest if len(nearest) < len(cells) else ())


class _Row(dict[str, Any]):
    """A row in which every column that isn't named is empty."""

    def __missing__(self, name: str) -> None:
        return None


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _NOT_SAID


def _message(rule: Rule, row: Mapping[str, Any]) -> str:
    """The finding's message for the row, where the rule has a template and the row gives anything that it quotes."""
    beside = rule.details(_Row(row)) if rule.details is not None else {}
    words = _Words({name: in_words(value) for name, value in {**row, **beside}.items()})
    return rule.message.format_map(words) if rule.message is not None and rule.quoted & words.keys() else ""


def _written(value: object, of: str) -> str | None:
    """A value as it is written in a file, in one line, cut where it is long; controls are written as escapes."""
    if value is None or (value == "" and of not in _OF.values()):
        return None
    if isinstance(value, bytes):
        return _one_line(repr(value)[2:-1])
    if of in _IN_JSON or (of == _OF["waivers"] and (value == "" or not isinstance(value, str))):
        return _one_line(json.dumps(value, ensure_ascii=False, default=str))
    return _one_line(in_words(value))


def _one_line(words: str) -> str:
    text = (
        words
        if words.isprintable()
        else "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in words)
    )
    return f"{text[:40]}… ({len(text):,} characters)" if len(text) > _LONGEST else text


def in_markdown(rule: Rule, listed: Sequence[Any]) -> str:
    """The examples as Markdown: those of one cell in a line, the others as tables, in which what is marked is bold."""
    shown = examples(rule, listed)
    lines = [f"* {sentence}" for sentence in shown.sentences]
    lines += [line for table in shown.tables if len(table.columns) == 1 for line in _listed(rule, table)]
    blocks = ["\n".join(lines)] if lines else []
    blocks += [_table(rule, table) for table in shown.tables if len(table.columns) > 1]
    return "\n\n".join(blocks)


def _listed(rule: Rule, table: ExampleTable) -> list[str]:
    """Lines for the values of one column, in one where they are short; of whole texts one for each."""
    values = [", ".join(_as_code(table, cell) for (cell,) in example.rows) for example in table.examples]
    of = f" of {code(table.of)}" if table.of not in _OF.values() and rule.stage is not None else ""
    if table.texts:
        return [f"* {f'text{of}: ' if of else ''}{value}" for value in values]
    head = f"* {code(table.columns[0])}{of}: "
    if max(map(len, values)) > _SHORT or any(len(example.rows) > 1 for example in table.examples):
        return [head + value for value in values]
    return [head + ", ".join(dict.fromkeys(values))]


def _as_code(table: ExampleTable, cell: str | None) -> str:
    return table.empty if cell is None else code(cell)


def _table(rule: Rule, table: ExampleTable) -> str:
    lines = [
        f"| {' | '.join([*map(code, table.columns), *(['message'] if table.messages else [])])} |",
        "|" + "---|" * (len(table.columns) + table.messages),
    ]
    for example in table.examples:
        for i, row in enumerate(example.rows):
            cells = [_as_code(table, cell) for cell in row]
            cells = [f"**{cell}**" if (i, n) in example.marked else cell for n, cell in enumerate(cells)]
            if table.messages:
                cells.append(escaped(example.message) if i == 0 else "")
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    about = f"In {code(table.of)}:\n\n" if table.of not in _OF.values() and rule.stage is not None else ""
    return about + "\n".join(lines)


def code(value: object) -> str:
    """A value as code in Markdown, in one line, cut where it is long; controls are written as escapes."""
    text = _one_line(repr(value)[2:-1] if isinstance(value, bytes) else str(value))
    # A fence is longer than any run of backticks inside; blanks at the edges are kept by one more.
    fence = "`"
    while fence in text:
        fence += "`"
    edge = " " if len(fence) > 1 or text != text.strip() or not text else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def escaped(words: str) -> str:
    """Words in which `<` before a letter opens no HTML element; what is between backticks stays."""
    parts = re.split("(`[^`]+`)", words)
    return "".join(p if i % 2 else re.sub(r"<(?=[A-Za-z/!])", r"\\<", p) for i, p in enumerate(parts))
