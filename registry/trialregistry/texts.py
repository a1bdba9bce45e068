"""An entry's own words, and what is read from them: a term, with the words that say it and where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

__all__ = ["UNSTATED", "Read", "Text", "clean", "first", "listed_words", "sentences", "tokens", "unknown_words"]

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>=~|&])")
_SIGNS = {
    "≥": ">=", "⩾": ">=", "≧": ">=", "≤": "<=", "⩽": "<=", "≦": "<=", "＞": ">", "＜": "<",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "’": "'", "“": '"', "”": '"', "½": "1/2",
    "&gt;": ">", "&lt;": "<", "&amp;": "&",
}  # fmt: skip
_VARIANTS = (
    (re.compile(r"(?:>\s*or\s*=|>\s*/\s*=|=\s*/\s*>|>\s+=|=\s*>)"), ">="),
    (re.compile(r"(?:<\s*or\s*=|<\s*/\s*=|=\s*/\s*<|<\s+=|=\s*<)"), "<="),
)
_CHUNK = re.compile(r"[^\s(),;:+/&\[\]\x00-\x1f]+")
_TOKEN = re.compile(r"[^\W\d_][\w']*|\d+")
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z(\[])")


@dataclass(frozen=True)
class Text:
    """A text of an entry, cleaned, and which it is: ``title``, ``description``, ``time frame``, ``population``, ``class``, …"""

    place: str
    words: str


@dataclass(frozen=True)
class Read:
    """What was read: a term, the words it was read from and which text they are in; no words where nothing says it."""

    term: str
    words: str = ""
    place: str = ""

    @property
    def quoted(self) -> str:
        """The words and their place, for a source's locator."""
        return f'{self.place} "{self.words}"' if self.words else "not stated"


UNSTATED = Read("unstated")


def clean(text: str) -> str:
    """A text as it is meant to be seen: without the escapes of Markdown and HTML, signs in one spelling, single spaces."""
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    text = _ESCAPED.sub(r"\1", text)
    for pattern, plain in _VARIANTS:
        text = pattern.sub(plain, text)
    return " ".join(text.split())


def sentences(text: Text) -> list[Text]:
    """The sentences of a text."""
    return [Text(text.place, part) for part in _SENTENCE.split(text.words)]


def first(patterns: Mapping[str, re.Pattern[str]], texts: Iterable[Text]) -> Read:
    """The term of the first pattern that is found, in the first of the texts in which one is; unstated where none is."""
    for text in texts:
        for term, pattern in patterns.items():
            if found := pattern.search(text.words):
                return Read(term, found[0], text.place)
    return UNSTATED


def tokens(words: str) -> list[str]:
    """The words of a title and its whole numbers, in small letters and one spelling."""
    return [token.rstrip("'").lower().replace("iz", "is").replace("yz", "ys") for token in _TOKEN.findall(words)]


@cache
def listed_words(words: str) -> frozenset[str]:
    """The words of a list of known ones, with spaces between them."""
    return frozenset(words.split())


def unknown_words(words: str, known: Callable[[str], bool]) -> list[str]:
    """The words of a title that aren't known, in one piece where a sign joins them (`D-cycloserine`). What control characters stand for is passed over."""
    return [chunk[0].strip("-.") for chunk in _CHUNK.finditer(words) if not all(map(known, tokens(chunk[0])))]
