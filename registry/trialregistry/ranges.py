"""Whether a text says that its scale isn't the one that it is called by: another range of scores, or one on which more is better."""

from __future__ import annotations

import re

from schemas.vocabulary import rows

__all__ = ["direction_turned", "other_range"]

_TO = r"\s*(?:\([^)]*\)\s*)?(?:to|-|through|and)\s*"
_RANGE = re.compile(
    rf"\b(?:rang(?:e|es|ed|ing)|(?:total|overall)(?: scores?)?|scored|scaled?)\b[^.;\d]{{0,40}}?(?P<low>-?\d+){_TO}(?P<high>-?\d+)\b(?! ?(?:items?|points?|weeks?|days?|hours?))|\((?P<least>-?\d+) ?(?:-|to) ?(?P<most>\d+)(?: points?)?\)",
    re.IGNORECASE,
)
_OF_PARTS = re.compile(
    r"\b(?:items?|each|individual|questions?|options?|symptoms?|responses?|sub-?scales?|sever\w*)\b(?! depress)", re.IGNORECASE
)
"""Words of a range that may be that of an item, or of a band of severity."""

_SCORE = r"(?:total |overall |mean )*(?:\w+ )?(?:scores?|values?|numbers?|ratings?)\b"
_IS = r"(?:indicat\w*|represent\w*|means?|reflect\w*|signif\w*|correspond\w* to|denot\w*|show\w*|suggest\w*|impl\w*|=|is|are)"
_TURNED = re.compile(
    rf"\b(?:lower|smaller|low) {_SCORE}[^.;,]{{0,30}}?(?<!\w){_IS}\s+(?:(?!less|lower|milder|fewer|better|improv|reduc|decreas|not?\b|absen|minimal|mild)[\w-]+\s+){{0,4}}?(?:more\b|greater|higher|increased|worse\w*|severe\w*)\b(?! (?:improv|reduc|benefi))"
    rf"|\b(?:higher|larger|greater|high) {_SCORE}[^.;,]{{0,30}}?(?<!\w){_IS}\s+(?:(?!more|greater|higher|worse|increas)[\w-]+\s+){{0,3}}?(?:less|lower|fewer|milder|better|improved|good)\b(?! (?:improv|benefi|reduc))",
    re.IGNORECASE,
)


def direction_turned(words: str) -> str:
    """The words that say that more is better, of scores on a scale where less is."""
    found = _TURNED.search(words)
    return found[0] if found and not re.search(r"\bnegative\b|\bchange", found[0], re.IGNORECASE) else ""


def other_range(words: str, scale: str, *, changes: bool = False) -> str:
    """The words of a range that isn't the scale's, nor that of its ``changes``; nothing where one is, or it may be that of an item."""
    editions = [row for row in rows("instruments") if row["maximum"] and _may_be(row["instrument_id"], scale)]
    if not editions:
        return ""
    other = ""
    for found in _RANGE.finditer(words):
        low, high = int(found["low"] or found["least"]), int(found["high"] or found["most"])
        if any(_is_range(low, high, row, scale, changes=changes) for row in editions):
            return ""
        other = other or found[0]
    return "" if _OF_PARTS.search(words) else other


def _may_be(term: str, scale: str) -> bool:
    stem = scale.removesuffix(".unstated")
    return term == scale or (stem != scale and term.startswith(stem.partition("-")[0]))


def _is_range(low: int, high: int, row: dict[str, str], scale: str, *, changes: bool) -> bool:
    """Whether limits are those of an edition's scores or changes. Of the HAM-D one edition's highest score is printed in several ways."""
    least, most = int(row["minimum"]), int(row["maximum"])
    spare = most // 12 if scale.startswith("hamd") else 0
    return abs(high - most) <= spare + (least if low else 0) and (
        low in {0, least} or (changes and abs(low + most) <= spare + least)
    )
