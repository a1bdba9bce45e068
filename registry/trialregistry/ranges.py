"""Whether a text says that its scale isn't the one that it is called by: another range of scores, or one on which more is better."""

from __future__ import annotations

import re
from itertools import pairwise

from schemas.vocabulary import rows

__all__ = ["direction_turned", "other_range"]

_START = r"(?<![\w.%/<>-])(?<![<>]=)"
_END = r"(?![\w%/]|\.\d)"
_JOINED = re.compile(
    rf"{_START}(?P<low>-?\d{{1,3}})(?:\s*\([^()]*\))?\s*(?:to|-|through|up to|until|(?<=\d )and)\s*(?P<high>-?\d{{1,3}}){_END}",
    re.IGNORECASE,
)
"""Two numbers that a text joins: `0 to 60`, `0 (none) to 60`, `between 0 and 60`."""

_ANCHOR = re.compile(
    rf"{_START}(?P<number>\d{{1,3}})(?![\d.%])\s*(?:\((?P<aside>[^()\d]*)\)|(?:=|:|\b(?:is|means?|indicat\w+|represent\w*|signif\w*)\b)\s*(?P<said>[^.;,=\d()]{{1,60}}))",
    re.IGNORECASE,
)
"""A number of a scale, with what it stands for: `0 (no depression)`, `60 = most severe`."""

_LIMIT = re.compile(
    rf"\b(?:max(?:imum|imal|\.)?|highest)\b[^.;\d]{{0,40}}?(?P<high>\d{{1,3}}){_END}|\bout of (?P<of>\d{{1,3}}){_END}",
    re.IGNORECASE,
)
_UP_FROM = re.compile(
    r"(?:>=?|\babove|\bover) ?(?P<least>\d{1,3})\b|\b(?P<low>\d{1,3}) (?:or|and) (?:higher|more|greater|above|over)\b",
    re.IGNORECASE,
)
"""The uppermost band of a scale: `35 and greater`."""

_COUNTED_OTHERWISE = re.compile(
    r"\b(?:days?|weeks?|wks?|visits?|months?|hours?|years?|items?|questions?|age[ds]?|phases?|periods?|numbers?|no\.?)[\s:,-]*(?:(?:of|from|between|\d+,?) )*$",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"[\s-]*(?:items?|point|days?|weeks?|wks?|months?|hours?|hrs?|min\w*|years?|percent|per ?cent|participants|patients|mg|doses?|infusions?|visits?)\b|\s*-\s*\d",
    re.IGNORECASE,
)
"""What is before and after numbers that are none of scores."""

_OF_ITEMS = re.compile(
    r"\b(?:(?<!\d-)(?<!\d )items?|items?(?! ?(?:[\w-]+ ){0,4}(?:scale|questionnaire|instrument|measure|inventory|tool|version|form|test)\b)|each|per|individual(?!'?s)|questions?|options?|sub-?scales?)\b",
    re.IGNORECASE,
)
"""Words of a range that is that of an item; how many items a scale has (`a 10-item scale`) is about the scale."""

_BAD = re.compile(
    r"\b(?:worst|worse|sever\w*|extreme\w*|depress\w*|poor\w*|ill|symptom\w*|maxim\w*|highest|most)\b", re.IGNORECASE
)
_GOOD = re.compile(
    r"\b(?:no|not|none|non|never|without|absen\w*|absence|normal\w*|best|better|well|healthy|good|least|less|low\w*|minim\w*|mild\w*|free|improve\w*|zero|euthymi\w*|remi\w*|few\w*)\b",
    re.IGNORECASE,
)
"""What the worse and the better end of a scale are called."""

_NOT_BAD = re.compile(rf"\b(?:no|not|non|without|absen\w+|free)\b(?:[\s-]+\w+){{0,3}}?[\s-]+{_BAD.pattern}", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:higher|lower|greater|larger|smaller)\b", re.IGNORECASE)

_SCORE = r"(?:total |overall |mean )*(?:\w+ )?(?:scores?|values?|numbers?|ratings?)\b"
_IS = r"(?:indicat\w*|represent\w*|means?|reflect\w*|signif\w*|correspond\w* to|denot\w*|show\w*|suggest\w*|impl\w*|=|is|are)"
_TURNED = re.compile(
    rf"\b(?:lower|smaller|low) {_SCORE}[^.;,]{{0,30}}?(?<!\w){_IS}\s+(?:(?!less|lower|milder|fewer|better|improv|reduc|decreas|not?\b|absen|minimal|mild)[\w-]+\s+){{0,4}}?(?:more\b|greater|higher|increased|worse\w*|severe\w*)\b(?! (?:improv|reduc|benefi))"
    rf"|\b(?:higher|larger|greater|high) {_SCORE}[^.;,]{{0,30}}?(?<!\w){_IS}\s+(?:(?!more|greater|higher|worse|increas)[\w-]+\s+){{0,3}}?(?:less|lower|fewer|milder|better|improved|good)\b(?! (?:improv|benefi|reduc))",
    re.IGNORECASE,
)


def direction_turned(words: str, scale: str) -> str:
    """The words that say that more is better, of scores on a scale where less is."""
    found = _TURNED.search(words)
    if found and not re.search(r"\bnegative\b|\bchange", found[0], re.IGNORECASE):
        return found[0]
    least, most = ({row[name] for row in _editions(scale)} for name in ("minimum", "maximum"))
    for anchor in _ANCHOR.finditer(words):
        said = _NOT_BAD.sub(" none ", anchor["aside"] or anchor["said"] or "")
        good, bad = _GOOD.search(said), _BAD.search(said)
        wrong = (bad and not good and anchor["number"] in least) or (good and not bad and anchor["number"] in most)
        if wrong and not _COMPARED.search(said):
            return anchor[0].strip()
    return ""


def other_range(words: str, scale: str, *, changes: bool = False) -> str:
    """The words of a range that isn't the scale's, nor that of its ``changes``; nothing where one is, or the sentence is of an item or of several
    bands of the scale.
    """
    editions, found = _editions(scale), _ranges(words)
    if not editions or not found or _OF_ITEMS.search(words):
        return ""
    if any(_is_range(low, high, row, scale, changes=changes) for low, high, _ in found for row in editions):
        return ""
    most = max(int(row["maximum"]) for row in editions)
    limits = [(low, high) for low, high, _ in found] + [(int(m["least"] or m["low"]), most) for m in _UP_FROM.finditer(words)]
    bands = all(one[1] <= two[0] for one, two in pairwise(sorted(limits))) and len(limits) > 1
    return "" if bands and all(high <= most for _, high in limits) else found[0][2]


def _ranges(words: str) -> list[tuple[int, int, str]]:
    """The least and highest number of each range that a text gives, with its words: numbers that are joined, limits, and those that stand for something."""
    found = [
        (int(match["low"]), int(match["high"]), match[0])
        for match in _JOINED.finditer(words)
        if not (_COUNTED_OTHERWISE.search(words[: match.start()]) or _UNITS.match(words[match.end() :]))
    ]
    limits = (match for match in _LIMIT.finditer(words) if not _UNITS.match(words[match.end() :]))
    found += [(0, int(match["high"] or match["of"]), match[0]) for match in limits]
    anchors = sorted((int(match["number"]), match[0].strip()) for match in _ANCHOR.finditer(words))
    return found + ([(anchors[0][0], anchors[-1][0], f"{anchors[0][1]} … {anchors[-1][1]}")] if len(anchors) > 1 else [])


def _editions(scale: str) -> list[dict[str, str]]:
    """The scales with a range that a term may mean: an edition that is left open may be any."""
    stem = scale.removesuffix(".unstated")
    return [
        row
        for row in rows("instruments")
        if row["maximum"]
        and (row["instrument_id"] == scale or (stem != scale and row["instrument_id"].startswith(stem.partition("-")[0])))
    ]


def _is_range(low: int, high: int, row: dict[str, str], scale: str, *, changes: bool) -> bool:
    """Whether limits are those of an edition's scores or changes. Of the HAM-D one edition's highest score is printed in several ways."""
    least, most = int(row["minimum"]), int(row["maximum"])
    spare = most // 12 if scale.startswith("hamd") else 0
    return abs(high - most) <= spare + (least if low else 0) and (
        low in {0, least} or (changes and abs(low + most) <= spare + least)
    )
