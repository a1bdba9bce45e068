"""Text that was read in the wrong encoding: UTF-8 taken for one of the encodings of a byte a character, as ``MÃ¼ller`` for ``Müller``.

In UTF-8 a character beyond ASCII is a lead byte and others that follow it. Taken for letters they make pairs that no language has, such as an
accented capital before a sign. A run of characters is garbled if its bytes, by such an encoding, are characters of Europe's scripts or common signs in UTF-8.
Others happen to be: ``à »`` of French typography would be a letter of Samaritan.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["RUN", "ungarbled"]

RUN = "[\\x{80}-\\x{FFFF}]{2}"
"""For DuckDB: what every garbled text has in it."""

_RUN = re.compile("[^\\x00-\\x7f]{2,}")
_LIKELY = re.compile(
    "[\u00a1-\u017f\u02c6\u02dc\u0370-\u03ff\u0400-\u04ff\u2010-\u203a\u20ac\u2122\u2190-\u22ff\u00a0]+",
)
_SEQUENCE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""What may be one character in UTF-8."""

_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp437": "code page 437"}


def ungarbled(text: str) -> tuple[str, str] | None:
    """What the text was, most likely, and the encoding that it was taken for; None where nothing shows that it is garbled."""
    for codec, name in _ENCODINGS.items():
        # A character for each byte, at the place of the character that it was read as.
        read = "".join(_byte(sign, codec) for sign in text) if _RUN.search(text) else ""
        found, end = "", 0
        for pair in _SEQUENCE.finditer(read):
            meant = pair[0].encode("latin-1").decode(errors="replace")
            if _LIKELY.fullmatch(meant):
                found, end = found + text[end : pair.start()] + meant, pair.end()
        if end:
            return found + text[end:], name
    return None


@cache
def _byte(sign: str, codec: str) -> str:
    """The byte that is read as the character, as a character of that number; a NUL if none is. Programs that meet a byte which Windows-1252
    doesn't have take it for the control of its number.
    """
    try:
        return chr(sign.encode(codec)[0])
    except UnicodeEncodeError:
        return sign if codec == "cp1252" and "\x80" <= sign <= "\x9f" else "\0"
