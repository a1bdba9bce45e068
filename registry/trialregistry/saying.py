"""What a description says that its measure counts, or how a change is worked out, against what the title alone would mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.others import counts_those_without
from registry.trialregistry.rules import turned
from registry.trialregistry.scales import OTHER, scales_in
from registry.trialregistry.texts import Text, clean, sentences
from registry.trialregistry.values import NotTakenError
from schemas.vocabulary import rows

__all__ = ["is_turned", "refuse_counts_of_others", "rule_not_understood"]


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PEOPLE = r"(?:participants|patients|subjects|individuals|people|persons|those|women|men|adults)"
_NUMBER_OF = _p(r"\b(?:numbers?|percent\w*|proportions?|counts?|shares?|fractions?|rates?|%)\s+(?:\([^)]*\)\s*)?of\b")
_COUNTED = _p(
    rf"{_NUMBER_OF.pattern}|^(?:the |all |here,? )*{_PEOPLE}\b|^(?:this|it|the (?:measure|outcome|table|value|figure|data))\w*\b[^.;]{{0,30}}\b(?:counts?|gives?|shows?|reports?|lists?|are|is)\b"
)
"""A sentence that says who is counted, beside those that define the outcome."""

_OF_THE_REST = _p(
    r"\b(?:consider|count(?:ed|ing)? as|count(?:ed)? (?:to|among)|classif|treat(?:ed)? as|regard|imput|assign|analy[sz]ed as|assume|categori[sz]|set to|deem|label|defined as|termed|called)"
)
"""How those who aren't counted are called or handled, if the sentence isn't about a number of them."""

_GONE = _p(
    r"\b(?:discontinu|missing|missed|withdr[ae]w|drop(?:ped)?[ -]?out|lost to follow|terminat|rescue|early|excursion|allow|permit)"
)
_OUTCOME = r"(?:respon(?:se|d|ded|ders?)|remi(?:ssions?|tters?|tted|t)|(?:remission|response) criteri\w+)\b"
_NOT_REACHED = _p(
    r"\b(?:not|fail\w*|never|unable|without|short of|\w+n't)\b[^.;()]{0,25}\b(?:achiev|meet|met\b|reach|attain|fulfil|satisf)\w*[^.;()]{0,20}\b(?:this|that|these|those|it|criteri\w+|threshold|definition|cut-?off|outcome|target|goal|respon\w+|remi\w+)\b"
)
_LOST = _p(
    rf"\blo(?:st|ss|se|sing)\b(?! to )[^.;]{{0,30}}\b{_OUTCOME}|\b{_OUTCOME}[^.;]{{0,25}}\b(?:was|were|is|are|had been|has been|been|had)?\s*(?:lost|ended|ceased|no longer)\b|\bno longer\b[^.;]{{0,30}}\b{_OUTCOME}"
)
_STILL_ILL = _p(r"\b(?:still|remain\w*|persist\w*|continu\w*)\s+(?:\w+\s+)?(?:depressed|ill|symptomatic|unwell)\b")


def refuse_counts_of_others(description: Text, word: str) -> None:
    """Raise where the description says that those without the outcome are counted, whatever the title is called."""
    for part in sentences(description):
        number = _NUMBER_OF.search(part.words)
        if not _COUNTED.search(part.words) or (not number and (_OF_THE_REST.search(part.words) or _GONE.search(part.words))):
            continue
        said = part.words[number.start() :] if number else part.words
        told = re.split(r"\b(?:defined|considered|counted|classified) as\b", said)[0] if _OF_THE_REST.search(said) else said
        if counts_those_without(told) or _NOT_REACHED.search(told) or _LOST.search(told) or _STILL_ILL.search(told):
            raise NotTakenError(f"it counts those without {word}, as its description says: `{part.words[:120]}`")
        if any(scale.term != OTHER for scale in scales_in(Text("", told))) and (other := turned(told)):
            raise NotTakenError(f"`{other}` in the description is not what a rule for {word} counts")


_NO_RULE = _p(
    r"\b(?:days?|weeks?|wks?|visits?|months?|hours?|years?|phase|period|part|panel|cohort)[\s-]*\d+(?:(?:\s*(?:,|and|or|to|through|-|&)\s*)+\d+)*"
    r"|\d+(?:\.\d+)?[\s-]*(?:days?|weeks?|wks?|months?|hours?|years?|items?|point (?:scale|range)|mg\S*|participants|patients|subjects|doses?|infusions?|visits?)\b|\b[nN]\s*=\s*\d+|\b\d+% (?:confidence|CI)"
)
"""Numbers of a sentence that don't belong to a rule: days, items, doses."""


def rule_not_understood(description: Text, word: re.Pattern[str], scale: str) -> str:
    """The sentence about an outcome that has a number which may be its rule, if there is one; other than days, and the scale's own range."""
    highest = next((row["maximum"] for row in rows("instruments") if row["instrument_id"] == scale), "")
    for part in sentences(description):
        words = part.words
        for named in scales_in(part):
            words = words.replace(named.words, " ")
        words = _NO_RULE.sub(" ", words)
        if highest:
            words = re.sub(rf"\b0\s*(?:\([^)]*\)\s*)?(?:to|-|and|through)\s*{highest}\b", " ", words)
        about = word.search(part.words) or re.search(r"\bnon-?\s?(?:respon|remi)", part.words, re.IGNORECASE)
        if about and re.search(r"\d", words):
            return part.words
    return ""


_SCORE = (
    r"(?:\s+(?:total|score|value|scores|values|assessment|visit|measurement|MADRS|HAM-?D\w*|QIDS\S*|PHQ\S*|rating|level|mean))*"
)
_BEFORE = (
    rf"(?:the\s+)?(?:MADRS\s+|HAM-?D\w*\s+|total\s+|scores?\s+|mean\s+)*(?:(?:at|of)\s+)?(?:the\s+)?"
    rf"(?:(?<!post-)(?<!post )\bbaseline|\bpre(?:-?(?:treatment|dose|test|intervention|therapy))?(?!-\w)|initial|(?:day|week) 0|(?:day|visit|week) -?1|first visit|start)\b{_SCORE}"
)
_AFTER = (
    rf"(?:the\s+)?(?:MADRS\s+|HAM-?D\w*\s+|total\s+|scores?\s+|mean\s+)*(?:(?:at|of)\s+)?(?:the\s+)?"
    rf"(?:week|day|month|visit|hour)s?[\s-]*\d+{_SCORE}|(?:the\s+)?(?:end-?\s?point|end of (?:the )?(?:treatment|study)|post-?\w*|final|last|follow-?up|later|current|EOT)\b{_SCORE}"
)
_MINUS = r"\s*\b(?:minus|less)\b\s*"
_SIGN = r"\s+-\s+"
_IS = r"(?:=|\b(?:calculated|defined|computed|determined|derived|expressed|obtained|scored|given|reported|presented)\s+as\b)[\s:]*(?:the\s+)?(?:difference\s+|change\s+)?(?:of\s+)?"
"""What comes before a formula: beside it a dash is a minus, and elsewhere it may only join two visits."""

_FALLS = (
    _p(rf"{_BEFORE}{_MINUS}(?:{_AFTER})"),
    _p(rf"{_IS}{_BEFORE}\s*-\s*(?:{_AFTER})"),
    _p(rf"baseline\s+(?:\w+\s+)?(?:score|value)s?{_SIGN}(?:{_AFTER})"),
    _p(rf"\b(?:subtract|deduct)\w*\s+(?:{_AFTER})\s+from\s+{_BEFORE}"),
    _p(rf"(?:{_AFTER})\s+(?:(?:was|were|is|are|being)\s+)?(?:subtracted|deducted)\s+from\s+{_BEFORE}"),
)
"""How a change is worked out so that a fall is above 0."""

_RISES = (
    _p(rf"(?:{_AFTER}){_MINUS}{_BEFORE}"),
    _p(rf"{_IS}(?:{_AFTER})\s*-\s*{_BEFORE}"),
    _p(rf"(?:{_AFTER}){_SIGN}baseline\s+(?:\w+\s+)?(?:score|value)"),
    _p(rf"\b(?:subtract|deduct)\w*\s+{_BEFORE}\s+from\s+(?:{_AFTER})"),
    _p(rf"{_BEFORE}\s+(?:(?:was|were|is|are|being)\s+)?(?:subtracted|deducted)\s+from\s+(?:{_AFTER})"),
)
_PERHAPS_FALLS = _p(rf"{_BEFORE}\s+minus\b|\b(?:subtract|deduct)\w*[^.;]{{0,40}}\bfrom\s+{_BEFORE}")
"""What looks like a formula for a fall, of words that aren't known."""

_OF_A_SHARE = _p(r"%|\bper ?cent|\bdivided by\b|\)\s*/")
_BRACKETS = re.compile(r"[()\[\]\"]")
_MEANS = r"(?:indicat\w*|represent\w*|mean(?:s|ing)?|reflect\w*|signif\w*|correspond\w*(?: to)?|denot\w*|show\w*|impl\w*|suggest\w*|=|is|are|being|equals?)"
_GAP = r"(?:\s+(?!sever|worse|negative|and\b|with\b|while\b|whereas\b|but\b)[\w-]+){0,4}?\s+"
_BETTER = r"(?:improv\w*|better\w*|reduc\w*|decreas\w*|drops?\b|declin\w*|falls?\b|less\s+(?:sever|depress|symptom)\w*|fewer|lower sever\w*|relief|benefi\w*|recover\w*|amelior\w*)"
_VALUE = r"(?:scores?|values?|numbers?|changes?|differences?|means?|results?|figures?)"
_WORSE = r"(?:worse\w*|deteriorat\w*|increase\w*|(?:more|greater|higher|increased)\s+(?:sever|depress|symptom)\w*)"
_UP_IS_BETTER = (
    _p(
        rf"\b(?:positive|higher|greater|larger|bigger)\s+(?:\w+\s+)?{_VALUE}(?:\s+(?:in|of|from)\s+(?:\w+\s+){{1,4}}?|\s+(?:scores?|values?)\s*)?\s*(?:{_MEANS}|:){_GAP}?\s*{_BETTER}"
    ),
    _p(rf"\b(?:positive|higher|greater|larger|bigger)\s*(?:{_MEANS}|:){_GAP}?\s*{_BETTER}"),
    _p(
        rf"\bthe\s+(?:higher|greater|larger|bigger|more)\s+(?:the\s+)?(?:\w+\s+)?{_VALUE}\b[^.;]{{0,40}}?\bthe\s+(?:better\b|(?:greater|larger|more|bigger|higher)(?:\s+the)?(?:\s+\w+)?\s+(?:improv|benefi|recover|relief))"
    ),
    _p(rf"\ban?\s+increase\b[^.;]{{0,30}}?{_MEANS}{_GAP}(?:improv\w*|better\w*)"),
    _p(rf"\b(?:negative|lower|smaller)(?:\s+\w+)?(?:\s+{_VALUE})?\s*(?:{_MEANS}|:){_GAP}?\s*{_WORSE}"),
    _p(
        rf"\b{_BETTER}[^.;]{{0,40}}\b(?:(?:is|are|was|were|being)\s+)?(?:given|indicated|shown|expressed|reported|presented|represented|coded|scored|denoted)\s+(?:as|by|with)\s+(?:an?\s+)?(?:positive|higher|greater)"
    ),
    _p(rf"\b{_BETTER}(?:\s+\w+){{0,4}}?\s*(?:\b(?:is|are|was|were)\b|=|:)\s*(?:an?\s+)?positive\b"),
    _p(
        r"\babsolute values?\b|\b(?:sign|direction)s?\b[^.;]{0,20}\b(?:reversed|inverted|flipped|changed)|\b(?:reversed|inverted|opposite) signs?\b|\bwithout (?:the |their |its |a )?minus"
    ),
)
"""That a change above 0 is an improvement, on a scale where less is better."""

_DOWN_IS_BETTER = _p(
    rf"\b(?:negative|lower)\s+(?:\w+\s+)?{_VALUE}(?:\s+(?:in|of|from)\s+(?:\w+\s+){{1,4}}?)?\s*{_MEANS}{_GAP}(?:improv\w*|better\w*)"
)


def is_turned(texts: Sequence[str]) -> bool:
    """Whether a change is stated to be the baseline minus the later score. Raises where only its sign is said to be turned, where both ways
    are said, or where a formula isn't understood.
    """
    told = [clean(text) for text in texts]
    formulas = [
        _unbracketed(part.words) for text in told for part in sentences(Text("", text)) if not _OF_A_SHARE.search(part.words)
    ]
    falls, rises = (next((m[0] for p in patterns for t in formulas if (m := p.search(t))), "") for patterns in (_FALLS, _RISES))
    if falls and rises:
        raise NotTakenError(f"it is said to be both `{falls}` and `{rises}`")
    if not (falls or rises) and (odd := next((m[0] for t in formulas if (m := _PERHAPS_FALLS.search(t))), "")):
        raise NotTakenError(f"`{odd}`: whether a fall is above 0 isn't clear")
    up = next((m[0] for p in _UP_IS_BETTER for t in told if (m := p.search(t))), "")
    down = next((m[0] for t in told if (m := _DOWN_IS_BETTER.search(t))), "")
    if falls and down:
        raise NotTakenError(f"it is said to be `{falls}`, and `{down}`")
    if up and not falls:
        raise NotTakenError(
            f"`{up}`: a change above 0 is an improvement, and that it is the baseline minus the later score isn't said"
        )
    return bool(falls)


def _unbracketed(words: str) -> str:
    """A formula without brackets and quotation marks: `(baseline) minus (Week 8)`."""
    return " ".join(_BRACKETS.sub(" ", words).split())
