"""Text from a package, made fit to be shown or handed on: the one place through which words of strangers go.

A cell may hold anything: a line feed, a code that paints the terminal, a mark that turns the reading direction round, a formula that a
spreadsheet would run. Whatever isn't seen when it is printed is written as its escape instead. JSON keeps every value exactly.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from validation.unseen import odd, unseen, written_out

__all__ = ["as_code", "as_json", "finite", "in_cell", "in_markdown", "shortened", "visible", "visible_lines", "well_formed"]

LONGEST = 600
"""Characters of a message that are shown to a person; the JSON report holds them all."""

_HALVES = re.compile("[\ud800-\udfff]")

# They belong to text, and are never printed: line ends and tabs break a table, and directions reach beyond their own words.
_NEVER_PRINTED = re.compile("[\t\n\r\u2028\u2029\u200e\u200f\u061c]")

_NAMED = re.compile("`([^`]+)`")
_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~$]|:(?=\w+:)")
# What a service makes a link or a mention of, wherever it is but in code. A word is looked at from its
# beginning alone, else a long one takes the square of its length.
_LINKED = re.compile(r"(?<!\S)\S*(?:@|://|www\.|#\d)\S*", re.IGNORECASE)
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?")


def visible(text: object, encoding: str = "utf-8", *, keep: str = "") -> str:
    r"""The text in one line, with escapes such as ``\n`` for what can't be seen, or encoded; but for the characters to ``keep``."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    spans = [s for s in odd(words) if words[slice(*s)] not in keep]
    spans += [m.span() for m in _NEVER_PRINTED.finditer(words) if m.group() not in keep]
    words = written_out(words, sorted(set(spans)))
    return words.encode(encoding, "backslashreplace").decode(encoding)


def visible_lines(text: str) -> str:
    """The text as :func:`visible` writes it, line by line."""
    return "\n".join(map(visible, text.split("\n")))


def in_cell(text: str) -> str:
    """The text as a cell of a CSV file that people open: what can't be seen as its escape, and no formula.

    What a spreadsheet would run begins with an apostrophe (OWASP, CSV Injection); a number, negative or not, isn't a formula. Line ends and
    tabs stay: the cell is quoted.
    """
    shown = visible(text, keep="\t\n")
    return f"'{shown}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else shown


def as_code(text: object, *, cell: bool = False) -> str:
    """The text as a code span of Markdown in one line, of a table's cell or not: nothing in it is markup, a link or a mention."""
    words = visible(text) or " "
    words = words.replace("|", r"\|") if cell else words
    fence = "`" * (max(map(len, re.findall("`+", words)), default=0) + 1)
    # One blank on each side is taken away again, so a text may begin or end with a backtick or a blank.
    return f"{fence} {words} {fence}" if words[0] in "` " or words[-1] in "` " else f"{fence}{words}{fence}"


def in_markdown(text: object) -> str:
    """The text as Markdown in one line, in which only what is between backticks, a name or a value, is markup: code. So is what would be
    a link or a mention.
    """
    parts = _NAMED.split(visible(text))
    return "".join(as_code(part) if i % 2 else _prose(part) for i, part in enumerate(parts))


def _prose(text: str) -> str:
    parts, end = [], 0
    for linked in _LINKED.finditer(text):
        parts += [_escaped(text[end : linked.start()]), as_code(linked.group())]
        end = linked.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def as_json(data: Any, *, indent: int | None = None) -> str:
    r"""JSON of the data, in which what can't be seen is written by ``\u``: the value is the same, and no terminal obeys it.

    Raises ``ValueError`` for a number that JSON doesn't have.
    """
    return _json(data, "," if indent is not None else ", ", None if indent is None else "\n", " " * (indent or 0))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


_PLAIN: dict[Any, str] = {None: "null", True: "true", False: "false"}


def _json(value: Any, comma: str, line: str | None, step: str) -> str:
    """A value as JSON. ``line`` begins the line that it ends on, where each member has one of its own: Python's own writer, which can do
    that too, takes ten times as long.
    """
    if value is None or value is True or value is False:
        return _PLAIN[value]
    if isinstance(value, str):
        return _word(value)
    if not value or not isinstance(value, dict | list | tuple):
        return repr(value) if type(value) is int else _encode(value)
    inner = None if line is None else line + step
    if isinstance(value, dict):
        # Names come again in thousands of objects, and so do most short words.
        parts = [
            f"{_name(name)}: {_known(v) if type(v) is str and len(v) < _SHORT else _json(v, comma, inner, step)}"
            for name, v in value.items()
        ]
    else:
        parts = [_json(v, comma, inner, step) for v in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "".join((opening, inner or "", f"{comma}{inner or ''}".join(parts), line or "", closing))


_SHORT = 40


def _name(name: Any) -> str:
    return _known(name) if type(name) is str else _word(name if isinstance(name, str) else _encode(name))


@lru_cache(maxsize=1 << 12)
def _known(word: str) -> str:
    return _word(word)


def _word(word: str) -> str:
    """A text as JSON."""
    text = _quoted(word)
    if text.isascii() and "\x7f" not in text:
        return text
    text = well_formed(text)
    parts, end = [], 0
    for start, stop in sorted({*odd(text), *unseen(text)}):
        parts += [text[end:start], json.dumps(text[start:stop])[1:-1] if text[start] != "\x7f" else "\\u007f"]
        end = stop
    return "".join([*parts, text[end:]])


def finite(value: Any) -> Any:
    """The data with null for every number that JSON doesn't have."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: finite(one) for name, one in value.items()}
    return [finite(one) for one in value] if isinstance(value, list | tuple) else value


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and end where it is longer: what must hold is often said at the end."""
    if len(text) <= longest:
        return text
    head, tail = longest * 2 // 3, longest // 4
    return f"{text[:head]} […{len(text) - head - tail:,} characters…] {text[-tail:]}"


def well_formed(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which no UTF-8 file may hold."""
    if text.isascii():
        return text
    try:
        text.encode()  # a tenth of the time that looking for them takes
    except UnicodeEncodeError:
        return _HALVES.sub("\ufffd", text)
    return text
