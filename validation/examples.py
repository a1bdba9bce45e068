"""A rule's examples in words, for somebody who never saw the code: what its `breaks` and `keeps` say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from validation.rule import Rule

__all__ = ["code", "examples"]

_LONGEST = 200

_NOTHING = {
    "descriptor": "the sample package's descriptor as it is",
    "resource": "the sample package's resource as it is",
    "file": "the sample package's file as it is",
    "cells": "the sample package's tables as they are",
    "terms": "the sample package's tables as they are",
    "waivers": "a waiver without members",
}


def examples(rule: Rule, listed: Sequence[Any]) -> list[str]:
    """Each example as a line of Markdown; examples that differ in one cell only share a line."""
    lines: dict[str, list[str]] = {}
    for example in listed:
        head, tail = _parts(rule, example)
        lines.setdefault(head, []).extend([tail] if tail else [])
    return [f"{head}: {', '.join(tails)}" if tails else head for head, tails in lines.items()]


def _parts(rule: Rule, example: object) -> tuple[str, str]:
    """What an example is of, and the one value it gives, if it gives one."""
    if isinstance(example, Mapping):
        if not example:
            return _NOTHING.get(rule.over, "nothing"), ""
        if rule.stage is not None:
            return _tables(example) if rule.stage in {"cells", "terms"} else (_members(example), "")
        return _cell(example) or (_row(example), "")
    if isinstance(example, str | bytes):
        return code(example) if example else "an empty file", ""
    if isinstance(example, Sequence):
        return _rows(example), ""
    return "no such file" if example is None else code(example), ""


def _members(example: Mapping[str, Any]) -> str:
    """Members of a descriptor, a resource or a waiver as they are in JSON, or names of those left out."""
    if any(value is not None for value in example.values()):
        return code(json.dumps(example, ensure_ascii=False, default=str))
    return f"no {' and no '.join(code(name) for name in example)}"


def _tables(example: Mapping[str, Any]) -> tuple[str, str]:
    """Tables of the sample with something else in them: cells, rows, or a whole text."""
    if len(example) == 1:
        ((table, changed),) = example.items()
        one = _cell(changed) if isinstance(changed, Mapping) else None
        if one is not None:
            return f"{one[0]} of {code(table)}", one[1]
    return ", ".join(f"{code(table)} with {_changed(changed)}" for table, changed in example.items()), ""


def _changed(changed: object) -> str:
    if isinstance(changed, Mapping):
        return _row(changed)
    if isinstance(changed, str | bytes) or not isinstance(changed, Sequence):
        return code(changed)
    return _rows(changed) or "no rows"


def _rows(rows: Sequence[object]) -> str:
    return "; ".join(_row(row) if isinstance(row, Mapping) else code(row) for row in rows)


def _cell(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """The column and the value of a row that says one cell only."""
    if len(row) != 1:
        return None
    ((column, value),) = row.items()
    return code(column), _value(value)


def _row(row: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{code(column)} empty" if value in (None, "") else code(f"{column} = {_plain(value)}") for column, value in row.items()
    )


def _value(value: object) -> str:
    return "empty" if value in (None, "") else code(_plain(value))


def _plain(value: object) -> object:
    """A value as it is written in a file: no trailing ``.0``, truth values in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else value


def code(value: object) -> str:
    """A value as code in Markdown, in one line, cut where it is long; controls are written as escapes."""
    if isinstance(value, bytes):
        text = repr(value)[2:-1]
    else:
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(value))
    if len(text) > _LONGEST:
        text = f"{text[:40]}… ({len(text):,} characters)"
    # A fence is longer than any run of backticks inside; blanks at the edges are kept by one more.
    fence = "`"
    while fence in text:
        fence += "`"
    edge = " " if len(fence) > 1 or text != text.strip() or not text else ""
    return f"{fence}{edge}{text}{edge}{fence}"
