"""What a description says that its measure counts, or how a change is worked out, against what the title alone would mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.others import counts_those_without
from registry.trialregistry.people import is_of_those_seen
from registry.trialregistry.rules import turned
from registry.trialregistry.scales import OTHER, scales_in
from registry.trialregistry.texts import Text, clean, sentences
from registry.trialregistry.values import MODEL, NotTakenError
from schemas.vocabulary import rows

__all__ = [
    "FORMULAS",
    "OF_A_SHARE",
    "is_turned",
    "refuse_counts_of_others",
    "refuse_estimates",
    "refuse_other_values",
    "refuse_some",
    "rule_not_understood",
    "unbracketed",
]


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


_INSTEAD = _p(
    rf"\b(?:those|{_PEOPLE}) (?:who|that) (?:did|do|were|had|have|has) not\b(?=\s*(?:[.;,)]|$))|\bthe (?:remainder|rest|complement|inverse|opposite|reverse)\b|\b(?:1|one|100 ?%?) ?(?:minus|-) (?:the )?(?:rate|percent|proportion|respon|remi)\w*"
    rf"|\bwithout (?:it|this|the outcome)\b|\b(?:above|over|exceed\w*|beyond) (?:this|that|the) (?:\w+ )?(?:threshold|cut-?\s?off|limit)|\b(?:treatment|therap\w+|clinical) failures?\b|\b1 ?(?:denotes|means|indicates|represents|stands for|=|is) (?:no\b|non|not\b)"
)
"""That the figures are of the others than those the outcome is defined for."""

_ABOUT_FIGURES = _p(r"\b(?:percent\w*|proportions?|rates?|estimates?|values?|results?|data|figures?|numbers?)\b|%")
_ESTIMATED = _p(
    r"\bkaplan\b|\bmodel[- ](?:based|estimated|adjusted|derived)|\bGEE\b|\bgenerali[sz]ed (?:estimating|linear)|\b(?<!to be )estimate(?:s|d)?\b|\badjusted\b|\bweighted\b|\bpredicted\b|\bprojected\b|\bstandardi[sz]ed\b|\bprobabilit"
)
_BY_MODEL = _p(rf"(?:{_ABOUT_FIGURES.pattern})[^.;]{{0,40}}\b(?:from|by|of|in|are|were|using)\b[^.;]{{0,40}}(?:{MODEL.pattern})")
_COMPARED = _p(
    r"\banaly[sz]|\bcompar|\btest(?:s|ed|ing)?\b|\bodds\b|\bdifferen|\btreatment effect|\bp[ -]?values?\b|\bintervals?\b|\bimput"
)


def refuse_estimates(description: Text) -> None:
    """Raise where a percentage is said to be estimated or adjusted: it is of no whole number of participants. How groups were compared is another matter."""
    for part in sentences(description):
        found = _ESTIMATED.search(part.words) or _BY_MODEL.search(part.words)
        if found and not _COMPARED.search(part.words):
            raise NotTakenError(f"the value is an estimate, not a share of participants, as its description says `{found[0]}`")


_OF_SOME = _p(
    rf"\b(?:only|exclusively|restricted|limited|confined)\b[^.;]{{0,40}}\b(?:{_PEOPLE}|males|females|responders|remitters|completers|sites?|cent(?:re|er)s?|country|countries)\b|\b(?:{_PEOPLE}|males|females|responders|remitters|completers)\s+only\b"
    rf"|\baged? (?:of )?(?:[<>]=? ?)?\d|\b\d+ years (?:of age|old|or)\b|\b(?:(?:fe)?males?|wom[ae]n|m[ae]n|girls|boys|elderly|adolescents?|child(?:ren)?)\b"
    rf"|\bdenominators?\b[^.;]{{0,40}}\b(?:responders|remitters|completers|with|who)\b|\b(?:based on|among|calculated (?:in|for|from)) (?:the |those )?(?:responders|remitters|{_PEOPLE} (?:with|who had) an? (?:respon|remi)\w*)|\bsub-?(?:groups?|stud(?:y|ies)|samples?|cohorts?)\b"
)
"""That the figures of a description are of some of the participants."""

_ABOUT_FEW = _p(r"\b(?:adults?|scale|questionnaire|instrument|inventory|validated|designed|developed)\b")


def refuse_some(description: Text) -> None:
    """Raise where a description says that its figures are of some of the participants alone; what a scale is for is another matter."""
    for part in sentences(description):
        if (found := _OF_SOME.search(part.words)) and not _ABOUT_FEW.search(part.words) and not is_of_those_seen(part):
            raise NotTakenError(f"`{found[0]}` in the description: it may be of a part of the participants")


_OTHER_VALUES = _p(
    r"\bitems? (?:#|no\.? ?|numbers? )?\d|\b(?:mean|average) of (?:the |all )*(?:\w+ )?items?\b|\b(?:transformed|rescaled|re-scaled|normali[sz]ed|standardi[sz]ed (?:scores?|values?)|converted|percentiles?)\b|\b[zt][- ](?:scores?|transform\w*)\b"
    r"|\b(?:scores?|sum|total) (?:of|for|on) (?:the )?(?:core|first|selected|mood|six|6)\b[^.;]{0,15}\bitems?\b"
)


def refuse_other_values(description: Text) -> None:
    """Raise where a description says that the values are of some items, or worked out from the scale's points."""
    if found := _OTHER_VALUES.search(description.words):
        raise NotTakenError(f"`{found[0]}` in the description: the values may not be the whole scale's points")


def refuse_counts_of_others(description: Text, word: str) -> None:
    """Raise where the description says that those without the outcome are counted, whatever the title is called."""
    for part in sentences(description):
        number = _NUMBER_OF.search(part.words)
        if (instead := _INSTEAD.search(part.words)) and not (_OF_THE_REST.search(part.words) or _GONE.search(part.words)):
            raise NotTakenError(f"it counts those without {word}, or may, as its description says `{instead[0]}`")
        defines = re.search(r"\d", part.words) and not _COUNTED.search(part.words)
        if defines or (not number and (_OF_THE_REST.search(part.words) or _GONE.search(part.words))):
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
    rf"(?:the\s+)?(?:MADRS\s+|HAM-?D\w*\s+|total\s+|scores?\s+|values?\s+|mean\s+)*(?:(?:at|of)\s+)?(?:the\s+)?"
    rf"(?:(?<!post-)(?<!post )\bbaseline|\bpre(?:-?(?:treatment|dose|test|intervention|therapy))?(?!-\w)|initial|(?:day|week) 0|(?:day|visit|week) -?1|first visit|start)\b{_SCORE}"
)
_AFTER = (
    rf"(?:the\s+)?(?:MADRS\s+|HAM-?D\w*\s+|total\s+|scores?\s+|values?\s+|mean\s+)*(?:(?:at|of)\s+)?(?:the\s+)?"
    rf"(?:(?:week|day|month|visit|hour)s?[\s-]*\d+|(?:end-?\s?point|end of (?:the )?(?:treatment|study)|post-?\w*|final|last|follow-?up|later|current|EOT)\b){_SCORE}"
)
_MINUS = r"\s*\b(?:minus|less)\b\s*"
_SIGN = r"\s+-\s+"
_IS = r"(?:=|\b(?:calculated|defined|computed|determined|derived|expressed|obtained|scored|given|reported|presented)\s+as\b|\b(?:changes?|differences?|values?|scores?)\s+(?:is|are|was|were)\b)[\s:]*(?:the\s+)?(?:difference\s+|change\s+)?(?:of\s+)?"
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
FORMULAS = (*_FALLS, *_RISES)
"""How a change is worked out."""

_PERHAPS_FALLS = _p(rf"{_BEFORE}\s+minus\b|\b(?:subtract|deduct)\w*[^.;]{{0,40}}\bfrom\s+{_BEFORE}")
"""What looks like a formula for a fall, of words that aren't known."""

OF_A_SHARE = _p(r"%|\bper ?cent|\bdivided by\b|\)\s*/")
_BRACKETS = re.compile(r"[()\[\]\"]")
_MEANS = r"(?:indicat\w*|represent\w*|mean(?:s|ing)?|reflect\w*|signif\w*|correspond\w*(?: to)?|denot\w*|show\w*|impl\w*|suggest\w*|=|is|are|being|equals?)"
_GAP = r"(?:\s+(?!sever|worse|negative|and\b|with\b|while\b|whereas\b|but\b)[\w-]+){0,4}?\s+"
_BETTER = r"(?:improv\w*|better\w*|reduc\w*|decreas\w*|drops?\b|declin\w*|falls?\b|less\s+(?:sever|depress|symptom)\w*|fewer|lower sever\w*|relief|benefi\w*|recover\w*|amelior\w*)"
_VALUE = r"(?:scores?|values?|numbers?|changes?|differences?|means?|results?|figures?)"
_WORSE = r"(?:worse\w*|deteriorat\w*|increase\w*|(?:more|greater|higher|increased)\s+(?:sever|depress|symptom)\w*)"
_UP_IS_BETTER = (
    _p(
        rf"\b(?:positive|higher|greater|larger|bigger)\s+(?:(?!negative)\w+\s+)?{_VALUE}(?:\s+(?:in|of|from)\s+(?:\w+\s+){{1,4}}?|\s+(?:scores?|values?)\s*)?\s*(?:{_MEANS}|:){_GAP}?\s*{_BETTER}"
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
        unbracketed(part.words) for text in told for part in sentences(Text("", text)) if not OF_A_SHARE.search(part.words)
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


def unbracketed(words: str) -> str:
    """A formula without brackets and quotation marks: `(baseline) minus (Week 8)`."""
    return " ".join(_BRACKETS.sub(" ", re.sub(r"\)\s*-\s*\(", " minus ", words)).split())
