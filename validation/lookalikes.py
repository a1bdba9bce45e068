"""Which texts look alike: the skeleton of UTS #39, section 4, for names in Latin letters.

Unicode's own table, confusables.txt, has some 6,000 pairs, most of them among scripts that no name here is written in. This one has what it takes for
a Latin letter of Cyrillic, Greek, Armenian and Latin letters, dashes and apostrophes. Case makes no difference: `Smith` and `smith` are one author.
"""

from __future__ import annotations

import unicodedata

from schemas.sql import folded, literal
from validation.unseen import unseen

__all__ = ["MIXED_IN_SQL", "skeleton", "skeleton_in_sql"]

_CYRILLIC = ("АВЕЗІЈКМНОРСТУХЅЬԌҮӀԜѴаеорсухіјѕһԁԛԝүгҽӏѵѡ", "ABE3lJKMHOPCTYXSbGYlWVaeopcyxijshdqwyreivw")
_ARMENIAN = ("ցհոռօգզՏսՍաք", "ghnnoqqSuUwf")
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺͿοι", "ABEZHIKMNOPTYXCMJoi")
_GREEK_OF_SCIENCE = ("αγνρσυ", "ayvpou")
"""They are in words of Latin letters, too: TNFα, hν."""

_LATIN = ("ıɑɡǀᴏᴜᴠᴡᴢꜱʏɪƽ", "iaglouvwzsyis")
_SIGNS = ("‐‑‒–—―−﹣⁃˗‘’‛′ʹʻʼʽ´", "-" * 10 + "'" * 9)

_LOOKS = {
    ord(a): b
    for letters, latin in (_CYRILLIC, _ARMENIAN, _GREEK, _GREEK_OF_SCIENCE, _LATIN, _SIGNS)
    for a, b in zip(letters, latin, strict=True)
}

_ALIKE = ("01i|`", "olll'")
"""What is taken for another ASCII letter, in small letters: `O` and `0`; `I`, `l`, `1`. And `rn` is `m`."""

_OTHERS = f"[{_CYRILLIC[0]}{_ARMENIAN[0]}{_GREEK[0]}]"
MIXED_IN_SQL = rf"\p{{Latin}}\p{{M}}*{_OTHERS}|{_OTHERS}\p{{M}}*\p{{Latin}}"
"""A pattern of RE2: a Latin letter next to a letter of another script that looks Latin."""


def skeleton(text: str) -> str:
    """What a text has in common with those that look like it, and with no others."""
    parts, end = [], 0
    for start, stop in unseen(text):
        parts.append(text[end:start])
        end = stop
    shown = unicodedata.normalize("NFKC", "".join([*parts, text[end:]]).translate(_LOOKS)).translate(_LOOKS)
    return " ".join(shown.casefold().translate(str.maketrans(*_ALIKE)).replace("rn", "m").split())


def skeleton_in_sql(text: str) -> str:
    """SQL: the skeleton of the ASCII text that an SQL expression gives."""
    return f"replace(translate({folded(text)}, {literal(_ALIKE[0])}, {literal(_ALIKE[1])}), 'rn', 'm')"
