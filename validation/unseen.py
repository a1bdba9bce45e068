"""Invisible characters in a text, and characters that change how the text around them looks.

Controls, marks of writing direction, characters without a width, private ones of which each program has its own, and accents piled over the
lines above. Some of it belongs to honest text: the joiners of Arabic and Indic scripts, the parts of an emoji, the directions in Hebrew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

__all__ = ["IN_SQL", "odd", "suspect", "unseen", "written_out"]

MOST_MARKS = 4
"""Accents over one letter. Vietnamese has two, pointed Hebrew up to four; UTS #39, section 5.4, treats more as an attack."""

# Controls but tabs and line ends; Unicode's Default_Ignorable_Code_Point; interlinear annotations, the empty Braille cell; private use and what will never be a character.
_RANGES = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160)),
    *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800)),
    *((0x3164, 0x3164), (0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    *((0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0xF0000, 0x10FFFF)),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x10000, 0xF0000, 0x10000)),
)

_CLASS = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _RANGES)
# What is neither letter, digit nor space, beyond the Latin blocks: only there are accents that stand alone.
_SUSPECT = re.compile(rf"[{_CLASS}\ud800-\udfff]|[^\w\s\x00-\u02ff]{{{MOST_MARKS + 1},}}")
_PLAIN = re.compile("[\t\n\r -~]+")
"""In which there is nothing suspect."""
_UNSEEN = re.compile(f"[{_CLASS}\u2028\u2029]")

IN_SQL = "[{}]|\\p{{M}}{{{}}}".format("".join(f"\\x{{{a:x}}}-\\x{{{b:x}}}" for a, b in _RANGES), MOST_MARKS + 1)
"""A pattern of RE2 that every text matches in which there is anything :func:`odd`."""

_ZWSP, _ZWNJ, _ZWJ = "\u200b\u200c\u200d"
_DIRECTIONS = "\u200e\u200f\u061c"
_EMOJI_BASES = "0123456789#*‼⁉ℹ〰〽"
_JOINED = (
    "ARABIC", "SYRIAC", "NKO", "MANDAIC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA",
    "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN", "BALINESE", "JAVANESE", "SUNDANESE", "CHAKMA", "TAI",
)  # fmt: skip
"""The scripts in which letters join or not as a joiner says, by the first word of their letters' names."""

_UNSPACED = ("THAI", "LAO", "KHMER", "MYANMAR", "TAI")
"""The scripts without spaces, in which a space of no width says where a line may break."""


def suspect(text: str) -> bool:
    """Whether there may be anything :func:`odd` in the text; a quick answer for a long one that is plain."""
    # What is plain is passed over at once; the little that isn't says the same over and over.
    return any(map(_SUSPECT.search, set(_PLAIN.split(text))))


def odd(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the text holds what isn't seen and doesn't belong to it, from left to right."""
    right_to_left: bool | None = None
    for found in _SUSPECT.finditer(text):
        if len(found.group()) > 1:
            yield from _floods(text, *found.span())
        elif found.group() in _DIRECTIONS:
            if right_to_left is None:
                right_to_left = any(c.isalpha() and unicodedata.bidirectional(c) in {"R", "AL"} for c in text)
            if not right_to_left:
                yield found.span()
        elif not _belongs(text, found.start()):
            yield found.span()


def written_out(text: str, spans: Iterable[tuple[int, int]]) -> str:
    r"""The text with escapes such as ``\x1b`` for what is there, from left to right."""
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], text[start:stop].encode("unicode_escape").decode("ascii")]
        end = stop
    return "".join([*parts, text[end:]])


def unseen(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the text holds what isn't seen, whether it belongs there or not; floods of accents aren't looked for."""
    return (found.span() for found in _UNSEEN.finditer(text))


def _floods(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The accents above the most that a letter has, and what can't be seen, among signs."""
    marks = 0
    for at in range(start, end):
        marks = marks + 1 if unicodedata.category(text[at]) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS or (_UNSEEN.match(text, at) and not _belongs(text, at)):
            yield at, at + 1


def _belongs(text: str, at: int) -> bool:
    """Whether a character that can't be seen is one that honest text has in its place."""
    character, before = text[at], text[at - 1 : at]
    if character == _ZWSP:
        return _script(before) in _UNSPACED
    if character in {_ZWNJ, _ZWJ} and _script(before) in _JOINED:
        return True
    if character == _ZWJ:
        base = text[at - 2 : at - 1] if before in {"\ufe0f", "\ufe0e"} else before
        return _is_symbol(base) and _is_symbol(text[at + 1 : at + 2])
    if "\u180b" <= character <= "\u180f":
        return _script(before) == "MONGOLIAN"
    if "\ufe00" <= character <= "\ufe0f":
        return (
            (bool(before) and before in _EMOJI_BASES)
            or _is_symbol(before)
            or (character <= "\ufe02" and _script(before) == "CJK")
        )
    return "\U000e0100" <= character <= "\U000e01ef" and _script(before) == "CJK"


def _script(character: str) -> str:
    """The first word of the name of a letter or of what belongs to one; nothing for what is neither."""
    if not character or unicodedata.category(character)[0] not in "LM":
        return ""
    return unicodedata.name(character, "").partition(" ")[0]


def _is_symbol(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] == "S"
