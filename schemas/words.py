"""The words of a text in the one form in which texts about terms are compared.

``HAM-D17 ≥ 50%``, ``hamd17.ge50pct`` and ``17-item Hamilton, at least 50 percent`` have the same words: case, accents, marks and order of
writing are gone, a sign is one word with its number, and words that people use for a word of the terms (vocabulary ``synonyms``) are
replaced by it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from schemas.vocabulary import rows

__all__ = ["SIGNED", "UNSTATED", "number_of", "words_of"]

UNSTATED = frozenset({"unstated"})
"""What a word says that says nothing."""

_NOISE = frozenset({"the", "an", "of", "in", "on", "for", "item", "score", "total", "version", "edition"})
"""Words that change no meaning where they are left out."""

_MARKS = (
    (re.compile(r"[‐-―−_]"), "-"),
    (re.compile(r"['’`]"), ""),
    (re.compile(r"per\W?cent\b|\bpct\b|%"), "pct "),
    (re.compile(r"≥|⩾|≧|>=|=>|\bat least\b|\b(?:no|not) (?:less|fewer) than\b|\b(?:more|greater) than or equal to\b"), " ge "),
    (re.compile(r"≤|⩽|≦|<=|=<|\bat most\b|\b(?:no|not) more than\b|\bless than or equal to\b"), " le "),
    (re.compile(r">|\b(?:more|greater|higher) than\b(?=\s*\d)|\b(?:over|above)\b(?=\s*\d)"), " gt "),
    (re.compile(r"<|\b(?:less|fewer|lower) than\b(?=\s*\d)|\b(?:under|below)\b(?=\s*\d)"), " lt "),
    (re.compile(r"="), " eq "),
    (re.compile(r"[+&]|\bwith\b|\bplus\b"), " and "),
    (re.compile(r"(\d+(?:\s*pct)?)\s*or (?:more|greater|higher|above)\b"), r" ge \1"),
    (re.compile(r"(\d+(?:\s*pct)?)\s*or (?:less|fewer|lower|below)\b"), r" le \1"),
)
_WORD = re.compile(r"(?:(?<![^\W\d_])(ge|le|gt|lt|eq)\W*)?(\d+)\s*(pct(?![^\W\d_]))?|([^\W\d_]+)")

SIGNED = re.compile(r"(ge|le|gt|lt|eq)?(\d+)(pct)?")
"""A word with a number: its sign, the digits, and whether it is a percentage."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in its order; none is empty."""
    return _rewritten(_plain(text))


def number_of(word: str) -> re.Match[str] | None:
    """The parts of a word with a number; None for any other."""
    return SIGNED.fullmatch(word)


def _plain(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    for mark, written in _MARKS:
        folded = mark.sub(written, folded)
    return tuple(word for found in _WORD.finditer(folded) if (word := _word(found)) not in _NOISE)


def _word(found: re.Match[str]) -> str:
    sign, digits, percent, letters = found.groups()
    if letters is None:
        return f"{sign or ''}{digits.lstrip('0') or '0'}{percent or ''}"
    plural = len(letters) > 3 and letters.endswith("s") and not letters.endswith(("ss", "us", "is"))
    return str(letters[:-1] if plural else letters)


@cache
def _meanings() -> dict[tuple[str, ...], tuple[str, ...]]:
    """What people write for words of the terms, each with the words of the terms."""
    return {_plain(row["synonym"]): _plain(row["means"]) for row in rows("synonyms") if not row["vocabulary"]}


def _rewritten(words: tuple[str, ...]) -> tuple[str, ...]:
    meanings = _meanings()
    longest = max(map(len, meanings), default=0)
    written: list[str] = []
    at = 0
    while at < len(words):
        for width in range(min(longest, len(words) - at), 0, -1):
            if (means := meanings.get(words[at : at + width])) is not None:
                written += means
                at += width
                break
        else:
            written.append(words[at])
            at += 1
    return tuple(written)
