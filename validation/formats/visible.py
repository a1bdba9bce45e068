"""Text from a package, made fit to be shown or handed on: the one place through which words of strangers go.

A cell may hold anything: a line feed, a code that paints the terminal, a mark that turns the reading direction round, a formula that a
spreadsheet would run. Whatever isn't seen when it is printed is written as its escape instead. JSON keeps every value exactly.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from json.encoder import encode_basestring as _quoted
from types import NoneType
from typing import Any, NamedTuple

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
    return _one(data, _Layout(", ", None, "") if indent is None else _Layout(",", "\n", " " * indent))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class _Layout(NamedTuple):
    """``line`` begins the line that a value ends on, where each member has one of its own, set in by ``step``. Python's own writer, which can
    do that too, takes ten times as long.
    """

    comma: str
    line: str | None
    step: str

    @property
    def inner(self) -> _Layout:
        return self if self.line is None else _Layout(self.comma, self.line + self.step, self.step)

    def between(self, opening: str, parts: list[str], closing: str) -> str:
        if not parts:
            return opening + closing
        inner = self.inner.line or ""
        return "".join((opening, inner, f"{self.comma}{inner}".join(parts), self.line or "", closing))


def _one(value: Any, layout: _Layout) -> str:
    return _each([value], layout)[0]


def _each(values: Sequence[Any], layout: _Layout) -> list[str]:
    """Values as JSON, each by itself. A long report is thousands of objects alike, so they are written member by member and not one by one."""
    kinds = set(map(type, values))
    if len(kinds) > 1:
        return [_one(value, layout) for value in values]
    kind = kinds.pop() if kinds else NoneType
    if issubclass(kind, dict):
        return [text for names, some in groupby(values, tuple) for text in _alike(names, list(some), layout)]
    if issubclass(kind, list | tuple):
        entries = iter(_each([one for value in values for one in value], layout.inner))
        return [layout.between("[", list(islice(entries, len(value))), "]") for value in values]
    if issubclass(kind, str) or kind in {int, bool, NoneType}:
        # Most of them come again.
        write = repr if kind is int else _word if issubclass(kind, str) else _encode
        written = {value: write(value) for value in set(values)}
        return list(map(written.__getitem__, values))
    return list(map(_encode, values))


def _alike(names: tuple[Any, ...], objects: list[dict[Any, Any]], layout: _Layout) -> list[str]:
    """Objects with the same names in the same order."""
    columns = [_each([one[name] for one in objects], layout.inner) for name in names]
    texts = (_word(name if isinstance(name, str) else _encode(name)) for name in names)
    members = [f"{text}: ".replace("%", "%%") + "%s" for text in texts]
    form = layout.between("{", members, "}")
    return [form % cells for cells in zip(*columns, strict=True)] if names else ["{}"] * len(objects)


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
