"""What BibTeX writes in TeX: accents, letters and signs of a title, read as plain text and written again.

Only what stands for one character is read; any other command stays as it is, since a command left out can take a meaning with it.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["from_tex", "to_tex"]

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
}
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł"}
_LETTERS |= {"i": "ı", "j": "ȷ", "textless": "<", "textgreater": ">", "textendash": "–", "textemdash": "—", "textbackslash": "\\"}
_SIGNS = "&%$#_{}"

_WRITTEN = re.compile(
    rf"""\\ (?: (?P<accent> [`'^~=."] | [{"".join(filter(str.isalpha, _ACCENTS))}](?![A-Za-z]) ) \s*
                 \{{? \s* (?P<under> \\[ij](?![A-Za-z]) | [A-Za-z]) \s* \}}?
            | (?P<letter> {"|".join(sorted(_LETTERS, key=len, reverse=True))} ) (?![A-Za-z]) (?: \{{\}} | \s* )
            | (?: emph | text(?:it|bf|sc|rm|sf|tt|up|md|normal) ) \s* (?= \{{ )
            | (?P<sign> [{re.escape(_SIGNS)}] ) )
      | (?P<kept> \\ [A-Za-z]+ (?: \s* \{{ [^{{}}]* \}} )+ | \$ [^$]* \$ )
      | [{{}}]""",
    re.VERBOSE,
)
"""A character that is written in TeX; a command with its arguments, or mathematics, to be kept; else what only sets how the text looks: a
font's command, and braces, which keep capitals too."""


def from_tex(text: str) -> str:
    """A field's value as plain text."""
    return _WRITTEN.sub(_plain, text)


def to_tex(text: str) -> str:
    """Plain text as a field's value that ``from_tex`` reads as the same."""
    return re.sub(rf"[\\{re.escape(_SIGNS)}]", lambda sign: r"\textbackslash{}" if sign[0] == "\\" else "\\" + sign[0], text)


def _plain(found: re.Match[str]) -> str:
    if found["accent"]:
        return unicodedata.normalize("NFC", found["under"].removeprefix("\\") + _ACCENTS[found["accent"]])
    return _LETTERS[found["letter"]] if found["letter"] else found["sign"] or found["kept"] or ""
