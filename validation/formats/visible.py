"""Text from a package, made fit to be shown.

A cell may hold anything: a line feed, a code that paints the terminal, a mark that turns the reading
direction round. Whatever isn't seen when it is printed is written as its escape instead.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["shortened", "visible", "well_formed"]

LONGEST = 600
"""Characters of a message that are shown to a person; the JSON report holds them all."""

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, format characters, surrogates, line and paragraph separators."""

_HALVES = re.compile("[\ud800-\udfff]")


@cache
def _escaped(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN:
        return character.encode("unicode_escape").decode("ascii")
    return character


def visible(text: object, encoding: str = "utf-8") -> str:
    r"""The text in one line, with escapes such as ``\n`` for what can't be seen, or encoded."""
    words = str(text)
    if not words.isprintable():
        # Python calls some spaces unprintable that can be seen; only what can't be is escaped.
        words = "".join(map(_escaped, words))
    return words.encode(encoding, "backslashreplace").decode(encoding)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and end where it is longer: what must hold is often said at the end."""
    if len(text) <= longest:
        return text
    head, tail = longest * 2 // 3, longest // 4
    return f"{text[:head]} […{len(text) - head - tail:,} characters…] {text[-tail:]}"


def well_formed(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which no UTF-8 file may hold."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)
