"""Which scale a text names, and its edition: `HAM-D` without a number of items isn't any of the numbered versions."""

from __future__ import annotations

import re
from functools import lru_cache

from registry.trialregistry.texts import UNSTATED, Read, Text

__all__ = ["OTHER", "SEVERAL", "may_be", "other_than", "scale_of", "scales_in", "without_scales"]

OTHER = "other"
"""Stands for all scales that aren't of depression: disability, anxiety, suicidal thoughts, …"""

SEVERAL = "several"
"""Stands for a text that names more than one scale of depression."""

_HAMD = (
    r"(?:HAM-?\s?D|HDRS|HRS-?D|HRDS|GRID-?HAM-?D"
    r"|Hamilton(?:'s)?(?: Psychiatric)?(?: Rating)?(?: Scale)?(?: for)?(?: the)? Depression(?: Rating)?(?: Scale)?)"
)
_QIDS, _IDS = (
    r"(?:QIDS|Quick Inventory (?:of|for) Depressive Symptom\w*)",
    r"(?:\bIDS|(?<!Quick )\bInventory (?:of|for) Depressive Symptom\w*)",
)
_SELF = r"(?:-?\s?SR\b|-?SR(?=\d)|,?[- ](?:\(?16-item\)?\s?)?[- ]?self[- ]?(?:report|rated)\w*)"


def _items(n: str, scale: str) -> str:
    """A scale with its number of items before or after it."""
    gap = r"[\s\-_,(\[]{0,3}"
    other = r"(?:or|and|/)\s*(?:6|7|17|21|24|28|29|31)(?![\d\s]*%|\d)"
    cut_off = rf"%|points?|weeks?|days?|(?:or|and) (?:less|lower|fewer|below|under|smaller)|{'or|and' if len(n) == 1 else other}"
    after = rf"{scale}{gap}(?:\(?(?:HAM-?D|HDRS|HRS-?D)\)?{gap})?{n}(?!\d)(?!\s*(?:{cut_off}))"
    return rf"(?<!\d){n}[\s-]?items?\b[^.;]{{0,20}}{scale}|{after}"


_PATTERNS: tuple[tuple[str, str], ...] = (
    ("madrs-s", r"MADRS-?(?:S|SR)\b|self-rated (?:MADRS|Montgomery)|Montgomery[\s\-/]*(?:and )?[AÅ]sberg[^.;]{0,40}(?:self-(?:rated|assessment)|self rating)"),
    ("madrs", r"\bMADRS\b|Montgomery[\s\-/]*(?:and )?[AÅ]sberg"),
    *((f"hamd{n}", _items(n, _HAMD)) for n in ("17", "21", "24", "28", "29", "31", "6", "7")),
    ("hamd.unstated", rf"{_HAMD}(?![\w-]*A\b)"),
    ("qids-sr16", rf"QIDS-?SR-?\(?16|{_QIDS}[^.;]{{0,30}}16[^.;]{{0,12}}{_SELF}|{_QIDS}[^.;]{{0,4}}16\s*-?\s*SR|16[- ]item {_QIDS}[^.;]{{0,8}}{_SELF}"),
    ("qids-c16", rf"QIDS-?C-?16|16[- ]item {_QIDS}[^.;]{{0,12}}clinician"),
    ("qids-sr.unstated", rf"QIDS{_SELF}|{_QIDS}[^.;]{{0,8}}{_SELF}"),
    ("qids.unstated", rf"\b{_QIDS}"),
    ("ids-sr30", r"\bIDS-?SR-?30|30[- ]item Inventory of Depressive Symptom\w*[^.;]{0,12}self|\bIDS-?SR\b"),
    ("ids-c30", r"\bIDS-?C-?30|30[- ]item Inventory of Depressive Symptom\w*[^.;]{0,12}clinician|\bIDS-?C\b"),
    ("ids.unstated", _IDS),
    ("phq9", r"\bPHQ[\s-]?9\b|Patient Health Questionnaire[\s-]*(?:\(PHQ\)\s*)?[- ]?9|9[- ]item (?:Patient Health Questionnaire|PHQ)|\(PHQ\) 9-item|PHQ 9-item"),
    (OTHER, r"\bCGI[\s-]*SS\b|\bCGI-?SR-?I?\b|(?:Clinical Global Impressions?[\s\-,(:]*)?severity of suicidality\w*|imminent suicide risk"),
    ("cgi-s", r"\bCGI[\s-]*S\b(?!S)|Clinical Global Impressions?[\s\-,(:]*(?:of )?(?:scale )?[\s\-,(]*Severity"),
    ("cgi-i", r"\bCGI[\s-]*(?:I|C)\b|Clinical Global Impressions?[\s\-,(:]*(?:of )?(?:scale )?[\s\-,(]*(?:Improvement|Change)"),
    ("bdi2", r"\bBDI[\s-]*(?:II|2)\b|Beck Depression Inventory[\s\-,(]*(?:II|2|second edition)\b"),
    ("bdi.unstated", r"\bBDI\b(?![\s-]*(?:II|2))|Beck Depression Inventory"),
    ("epds", r"\bEPDS\b|Edinburgh Post-?natal Depression"),
    ("gds15", r"\bGDS[\s-]*15\b|15[- ]item (?:GDS|Geriatric Depression)"),
    ("gds30", r"\bGDS[\s-]*30\b|30[- ]item (?:GDS|Geriatric Depression)"),
    ("gds.unstated", r"\bGDS\b|Geriatric Depression Scale"),
    ("cesd", r"\bCES[\s-]*D\b|Epidemiologic(?:al)? Studies[\s-]*Depression"),
    ("hads-d", r"\bHADS[\s-]*D\b"),
    ("smdds", r"\bSMDDS\b|Symptoms of Major Depressive Disorder Scale"),
    (OTHER, r"suicid\w* ideation|\bC-?SSRS\b|\bBSS\b|\bSSI\b|\bSIBAT\b"),
    (OTHER, r"\bSDS\b|Sheehan|disability|functional|\bWHODAS|\bWSAS\b|\bSOFAS|\bGAF\b|\bFAST\b"),
    (OTHER, r"\bHAM-?A\b|\bHARS\b|Hamilton (?:Anxiety|Rating Scale for Anxiety)|\bGAD-?7|anxiety|\bHADS[\s-]*A\b|\bHADS\b|\bSTAI\b|\bPDSS\b"),
    (OTHER, r"\bYMRS\b|Young Mania|\bBPRS\b|\bPANSS\b|psychotic|\bCADSS\b|dissociat"),
    (OTHER, r"\bSHAPS\b|\bDARS\b|anhedonia|\bQ-?LES-?Q|\bEQ-?5D|quality of life|\bSF-?(?:12|36)\b|satisfaction"),
    (OTHER, r"\bP(?:atient )?G(?:lobal )?I(?:mpressions?)?\b|\bPGI-?[CIS]\b|\bDSST\b|cognit|\bMoCA\b|\bMMSE\b|\bPSQI\b|insomnia|sleep"),
    (OTHER, r"\bpain\b|\bBPI\b|fatigue|\bPSS\b|\bPCL\b|\bCAPS\b|\bY-?BOCS\b|craving|\bMATRS\b|\bRUD\b|\bABC\b"),
)  # fmt: skip
_COMPILED = tuple((scale, re.compile(pattern, re.IGNORECASE)) for scale, pattern in _PATTERNS)
_EDITIONS = {
    "hamd.unstated": "hamd",
    "qids.unstated": "qids",
    "qids-sr.unstated": "qids-sr",
    "ids.unstated": "ids",
    "gds.unstated": "gds",
    "bdi.unstated": "bdi",
}
_ITEMS_OF_HAMD = re.compile(r"(?<!\d)(6|7|17|21|24|28|29|31)[\s-]items?\b", re.IGNORECASE)


def scales_in(text: Text) -> list[Read]:
    """The scales that a text names, each once. What one pattern has taken no other takes: `MADRS-S` isn't the MADRS too."""
    found: dict[str, Read] = {}
    for scale, words, _ in _matches(text.words):
        found.setdefault(scale, Read(scale, words, text.place))
    for open_edition, stem in _EDITIONS.items():
        if open_edition in found and any(scale.startswith(stem) and scale != open_edition for scale in found):
            del found[open_edition]  # `HAM-D` beside `HAM-D17` is the same scale in short
    return list(found.values())


def without_scales(words: str) -> str:
    """The words with a sign for each character of a name of a scale of depression."""
    kept = list(words)
    for scale, said, at in _matches(words):
        if scale != OTHER:
            kept[at : at + len(said)] = "\x01" * len(said)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _matches(words: str) -> tuple[tuple[str, str, int], ...]:
    """Each name of a scale in a text: the scale, the words and where they begin. Kept, since each figure asks about the same few texts."""
    found: list[tuple[str, str, int]] = []
    for scale, pattern in _COMPILED:
        if here := [(scale, match[0], match.start()) for match in pattern.finditer(words)]:
            found += here
            words = pattern.sub(lambda m: " " * len(m[0]), words)
    return tuple(found)


def scale_of(texts: list[Text]) -> Read:
    """The one scale of depression that the first text to name any scale names; ``several`` where it names several, ``other`` where it names
    only others. The edition may be in a later text.
    """
    for n, text in enumerate(texts):
        named = scales_in(text)
        ours = [scale for scale in named if scale.term != OTHER]
        if not named:
            continue
        if len(ours) > 1:
            return Read(SEVERAL, ", ".join(scale.words for scale in ours), text.place)
        return _with_edition(ours[0], texts[n + 1 :]) if ours else named[0]
    return UNSTATED


def other_than(scale: Read, texts: list[Text]) -> str:
    """The words of the scales of depression that texts name, where the scale is none of them; an edition that is left open may be any."""
    named = [found for text in texts for found in scales_in(text) if found.term != OTHER]
    if any(may_be(found.term, scale.term) for found in named):
        return ""
    return ", ".join(dict.fromkeys(found.words for found in named))


def may_be(one: str, other: str) -> bool:
    """Whether two scales may be the same one: an edition that is left open may be any."""
    if one == other:
        return True
    return any(
        of_it.startswith(stem) for open_, of_it in ((one, other), (other, one)) if (stem := _EDITIONS.get(open_)) is not None
    )


def _with_edition(scale: Read, later: list[Text]) -> Read:
    """The scale, with the number of items that the text after it gives for it."""
    if scale.term not in _EDITIONS:
        return scale
    stem = _EDITIONS[scale.term]
    told: dict[str, Read] = {}
    for text in later:
        for other in scales_in(text):
            if other.term.startswith(stem) and other.term not in _EDITIONS:
                told.setdefault(other.term, other)
        if stem == "hamd" and not told and [s.term for s in scales_in(text) if s.term != OTHER] in ([scale.term], []):
            for match in _ITEMS_OF_HAMD.finditer(text.words):
                told.setdefault(f"hamd{match[1]}", Read(f"hamd{match[1]}", match[0], text.place))
    if len(told) != 1:
        return scale
    (edition,) = told.values()
    return Read(edition.term, f"{scale.words} … {edition.words}", scale.place)
