"""What BibTeX writes in TeX: accents, letters and signs of a title, read as plain text and written again.

Only what stands for one character is read; any other command stays as it is, since a command left out can take a meaning with it. The
signs are pylatexenc's, which bibtexparser brings; its reader would take text away: a command it doesn't know, or all after a bare ``%``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

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
_SIGNS = "&%$#_{}"
_LACKING = {"textless": "<", "textgreater": ">"}
"""Commands for a sign that pylatexenc lacks."""

_WRITTEN = re.compile(
    rf"""\\ (?: (?P<accent> [`'^~=."] | [{"".join(filter(str.isalpha, _ACCENTS))}](?![A-Za-z]) ) \s*
                 (?P<braced> \{{ \s* )? (?: \\ (?P<dotless> [ij] )(?![A-Za-z]) \s* | (?P<under> [A-Za-z] ) ) (?(braced) (?: \s* \}} )? )
            | (?: emph | text(?:it|bf|sc|rm|sf|tt|up|md|normal) ) \s* (?= \{{ )
            | (?P<command> [A-Za-z]+ ) (?P<after> \s* (?: \{{ [^{{}}]* \}} \s* )* )
            | (?P<sign> [{re.escape(_SIGNS)}] ) )
      | \$ \s* (?: \\ (?P<symbol> [A-Za-z]+ ) | (?P<relation> [<>=] ) ) \s* \$
      | (?P<kept> \$ [^$]* \$ )
      | [{{}}]""",
    re.VERBOSE,
)
"""A character that is written in TeX, in mathematics too; longer mathematics, to be kept; else what only sets how the text looks: a font's
command, and braces, which keep capitals too."""


def from_tex(text: str) -> str:
    """A field's value as plain text."""
    return _WRITTEN.sub(_plain, text)


def to_tex(text: str) -> str:
    """Plain text as a field's value that ``from_tex`` reads as the same."""
    return re.sub(rf"[\\{re.escape(_SIGNS)}]", lambda sign: r"\textbackslash{}" if sign[0] == "\\" else "\\" + sign[0], text)


def _plain(found: re.Match[str]) -> str:
    if found["accent"]:
        return unicodedata.normalize("NFC", (found["under"] or found["dotless"]) + _ACCENTS[found["accent"]])
    if name := found["command"] or found["symbol"]:
        sign = _sign(name)
        return sign + from_tex((found["after"] or "").lstrip()) if sign else found[0]
    return found["sign"] or found["relation"] or found["kept"] or ""


@cache
def _sign(command: str) -> str:
    """The one character a command stands for; empty where it stands for none, or isn't known."""
    from pylatexenc.latex2text import get_default_latex_context_db

    if command in _LACKING:
        return _LACKING[command]
    known = get_default_latex_context_db().get_macro_spec(command)
    shown = known.simplify_repl if known else None
    return shown if isinstance(shown, str) and len(shown) == 1 else ""
