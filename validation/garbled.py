"""Text that was read in the wrong encoding: UTF-8 taken for one of the encodings of a byte a character, as ``MÃ¼ller`` for ``Müller``.

In UTF-8 a character beyond ASCII is a lead byte and others that follow it. Taken for letters they make pairs that no language has, such as an
accented capital before a sign. A run of characters is garbled if its bytes, by such an encoding, are characters of Europe's scripts or common signs in UTF-8.
Others happen to be: ``à »`` of French typography would be a letter of Samaritan. Where the lead bytes are letters that another language has before
such letters, as in ``SPÓŁKA`` and ``Сёмин``, what is around them must show that they belong to no word.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["RUN", "ungarbled"]

RUN = "[\\x{80}-\\x{FFFF}]{2}"
"""For DuckDB: what every garbled text has in it."""

_RUN = re.compile("[^\\x00-\\x7f]{2,}")
_LATIN = "\u00a1-\u017f\u02c6\u02dc\u2010-\u203a\u20ac\u2122\u2190-\u22ff\u00a0"
_LIKELY, _OF_LATIN = re.compile(f"[{_LATIN}\u0370-\u03ff\u0400-\u04ff]+"), re.compile(f"[{_LATIN}]+")
_SEQUENCE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""What may be one character in UTF-8."""

_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp437": "code page 437"}
_CENTRAL = {"cp1250": "Windows-1250", "iso8859_2": "ISO 8859-2", "cp1257": "Windows-1257"}
_OTHER_SCRIPTS = {"cp1251": "Windows-1251", "cp1253": "Windows-1253"}
_MOST_ROUNDS = 4
_CLOSING = "“”’»–—…"
"""What follows a word."""


def ungarbled(text: str) -> tuple[str, str] | None:
    """What the text was, most likely, and the encoding that it was taken for; None where nothing shows that it is garbled. A text may be
    garbled more than once.
    """
    found = _undone(text)
    for _ in range(_MOST_ROUNDS):
        again = found and _undone(found[0])
        if not found or not again:
            break
        found = again[0], found[1]
    return found


def _undone(text: str) -> tuple[str, str] | None:
    """The text without one round of it."""
    if not _RUN.search(text):
        return None
    for codec, name in {**_ENCODINGS, **_CENTRAL, **_OTHER_SCRIPTS}.items():
        # A character for each byte, at the place of the character that it was read as.
        read = "".join(_byte(sign, codec) for sign in text)
        pairs = [(pair, pair[0].encode("latin-1").decode(errors="replace")) for pair in _SEQUENCE.finditer(read)]
        if codec in _CENTRAL:
            pairs = [(pair, meant) for pair, meant in pairs if _OF_LATIN.fullmatch(meant) and _is_no_words(text, pair)]
        elif codec in _OTHER_SCRIPTS:
            rows = [range(row.start(), row.end()) for row in re.finditer(f"(?:{_SEQUENCE.pattern}){{3,}}", read)]
            pairs = [
                (pair, meant)
                for pair, meant in pairs
                if (len(pair[0]) > 2 and _OF_LATIN.fullmatch(meant))
                or _beside_ascii(text, pair)
                or any(pair.start() in row for row in rows)
            ]
        found, end = "", 0
        for pair, meant in pairs:
            if _LIKELY.fullmatch(meant):
                found, end = found + text[end : pair.start()] + meant, pair.end()
        if end:
            return found + text[end:], name
    return None


def _is_no_words(text: str, pair: re.Match[str]) -> bool:
    """Whether a capital and what follows it are those of no word: a sign in a word, or a capital among small letters."""
    start, end = pair.span()
    before, second, after = text[start - 1 : start], text[start + 1], text[end : end + 1]
    if end - start > 2:
        return True
    if not second.isalpha():
        return second not in _CLOSING or after.isalpha()
    return before.islower() or (second.isupper() and after.islower()) or (second.islower() and before.isalpha())


def _beside_ascii(text: str, pair: re.Match[str]) -> bool:
    """Whether a letter of the Latin alphabet is beside letters of another."""
    start, end = pair.span()
    return any(one.isascii() and one.isalpha() for one in (text[start - 1 : start], text[end : end + 1]))


@cache
def _byte(sign: str, codec: str) -> str:
    """The byte that is read as the character, as a character of that number; a NUL if none is. Programs that meet a byte which a code page of
    Windows doesn't have take it for the control of its number; Windows-1252 is also taken for ISO 8859-1, which has all of them.
    """
    try:
        return chr(sign.encode(codec)[0])
    except UnicodeEncodeError:
        is_control = "\x80" <= sign <= "\x9f"
        lacks = codec == "cp1252" or (codec.startswith("cp125") and not sign.encode("latin-1", "ignore").decode(codec, "ignore"))
        return sign if is_control and lacks else "\0"
