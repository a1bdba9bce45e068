"""What a measure's own words say that makes it another figure than the outcome or score which they also name: those without the outcome, or a
difference of shares.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.ranges import other_range
from registry.trialregistry.scales import may_be, scales_in
from registry.trialregistry.texts import Text, listed_words
from registry.trialregistry.values import NotTakenError

__all__ = [
    "OTHER_FORM",
    "counts_those_without",
    "refuse_differences",
    "refuse_not_points",
    "refuse_others",
    "says_no",
    "whole_of",
]

_NOT_OURS = {
    "it is about relapse": re.compile(r"\brelaps", re.IGNORECASE),
    "it is a time until something": re.compile(r"\btime to\b|\btime until\b|\bduration of\b|\bmedian time\b", re.IGNORECASE),
    "it is about suicidal thoughts": re.compile(
        r"\bsuicid\w*(?:[ -]ideation)?[^.]{0,20}(?:remission|resol|respon)|(?:remission|respon\w*)(?: of| in)? suicid",
        re.IGNORECASE,
    ),
}
_COMPOSITE = re.compile(r"\brelapse-?\s?free|\bboth remission\b|\bwithout relapse|\bno relapse", re.IGNORECASE)

_NON = r"\bnon-?\s?(?:respon|remi)"
_OUTCOME = r"(?:respon(?:se|ses|d|ded|ders?|ding)|remi(?:ssions?|tters?|tted|t))\b"
_SAYS_NO = re.compile(
    rf"(?:^|[:;,\-(]\s*)no\b(?!\.? of\b)|{_NON}|\bnot\b|\bwithout\b|\bdid not\b|\bfail|\bnever\b|\bun(?:respon|remit)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    rf"{_NON}|\bun(?:respon|remit)"
    rf"|\b(?:no(?! of\b)|not|non|without|never|neither|nor|lack\w*|absence|absent|insufficient\w*|inadequate\w*|incomplete\w*|unsatisfactory|suboptimal|limited|poor\w*|fail\w*|unable|\w+n't)\b[^.;()]{{0,40}}\b(?:{_OUTCOME}|reduction|improve|decrease)"
    r"|\b(?:respon\w*|remi(?:ssion|tt)\w*)(?:[\s-]+loss\b|\s*[:,-]\s*no\b(?!\.? of\b))|\b(?:respon\w*|remi(?:ssion|tt)\w*)[\s-]+(?:(?:was|were|is|status|criteria|criterion)\s+){0,2}(?:not\b|fail\w*|absent|lacking|unmet|never\b)"
    r"|\bnot (?:met|reached|achieved|attained)\b",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"\b(?:treatment|therap\w+|clinical|drug|medication)[\s-]+(?:(?:was|were|is)\s+)?(?:fail|not\b)|\b(?:refractory|resistant)\b(?! (?:major )?depress)",
    re.IGNORECASE,
)
"""Of the treatment, which a title without the outcome's word counts; beside that word it is what was tried before."""

_FILLED_IN = re.compile(
    rf"{_NON}\w*[- ]+imput\w*|(?:=|\bas|\bconsidered|\bcounted|\bimputed|\btreated|\bregarded|\bassumed|\bclassified)\s+(?:to be\s+|as\s+|being\s+)?{_NON}\w*",
    re.IGNORECASE,
)
"""How those not seen are counted, which says nothing about who is counted."""

_PRIOR = re.compile(
    r"(?<=\s)(?:in|among)\s+(?:[\w-]+\s+){0,4}?(?:non-?\s?(?:responders|remitters)\b|(?:participants|patients|subjects|individuals)\s+(?:with|who|whose|without)\b).*"
    r"|(?<=\s)(?:after|following|despite)\s.*?(?:respon|remi|fail|resist).*",
    re.IGNORECASE,
)
"""Who the outcome is about: `Response Among Non-responders to Placebo` counts responses."""

_SHARES = r"(?:percent\w*|proportions?|numbers?|fractions?|shares?|rates?|incidence|probabilit\w+|(?:[\w-]+ ){0,3}(?:respon(?:se|ders?)|remi(?:ssion|tters?)))\b"
_DIFFERENCE = re.compile(
    rf"\b(?:changes?|differences?|increases?|decreases?|shifts?|gains?|reductions?|improvements?)\s+(?:from (?:\w+ )?baseline\s+)?(?:in|of|between|for)\s+(?:the\s+)?{_SHARES}"
    rf"|(?<!\d )(?<!\d)\b{_SHARES}\s+(?:differences?|changes?|ratios?)\b"
    r"|\b(?:relative|absolute) (?:risk|rate|difference|benefit)|\b(?:risk|odds|rate|hazard)s? (?:ratios?|differences?)|\bodds of\b|\bnumber needed\b"
    r"|\b(?:placebo|vehicle|sham|baseline)[- ](?:adjusted|corrected|subtracted)|\btreatment (?:difference|effect)",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:percent\w*|proportion|number|fraction|share) of (?:the )?(?:total |study |all )?(?:visits?|assessments?|days?|weeks?|time|ratings?|sites?|infusions?|sessions?|events?|episodes?|treatments?)\b"
    r"|\b(?:expected|predicted|projected|simulated|imputed) (?:percent|proportion|number|rate|respon|remi)|\bper \d* ?(?:100 |1,?000 )?(?:patient|person|participant|subject)[- ](?:years?|months?|weeks?)",
    re.IGNORECASE,
)
_UNIT_OF_POINTS = """
    a adjusted assessment baseline by change changes clinical clinician depression depressive difference endpoint from global impression impressions
    in inventory item items least likert ls mean means of on point points questionnaire range rated rating ratings raw report reported scale scales score scored scores self
    severity square squares sum the to total unit units
"""
"""Words that a unit of points has, besides its scale's name."""

OTHER_FORM = re.compile(
    r"\bMADRS[\s-]?(?!10\b)[1-9]\d?\b(?=[- ]?(?:items?\b|score|total|scale|version|$|[,;:)(]))|\bMADRS-?(?!10\b)[1-9]\d?\b|(?<![\d-])(?!10\b)[1-9]\d?[- ]items?,? (?:\w+ )?(?:MADRS|Montgomery)"
    r"|\b(?:MADRS|Montgomery[\s\w/-]*scale\)?)[\s,(-]{1,3}(?!10\b)[1-9]\d?[- ]items?\b"
    r"|\b(?:HAM-?\s?D|HDRS|HRS-?D|HRSD)(?:\s*-\s*|)(?!(?:17|21|24|28|29|31)\b)\d{1,2}\b|\bPHQ-?\s?[2-8]\b|\bCES-?D-?R?-?(?!20\b)\d{1,2}\b|\bGDS-?(?!15\b|30\b)\d{1,2}\b"
    r"|\bQIDS[-\s]?(?:SR|C)?-?(?!16\b)\d{1,2}\b|\bIDS-?(?:SR|C)?-?(?!30\b)\d{1,2}\b|\bBDI-?\s?(?:SF|FS|PC)\b|\bBDI-?(?:13|7)\b|\bEPDS-?(?!10\b)\d{1,2}\b"
    r"|\b(?:short|shortened|abbreviated|modified|adapted)[\s-]+(?:form|version|scale|MADRS|HAM-?D|HDRS|Montgomery|Hamilton)|\b(?:short|brief)[- ]form\b",
    re.IGNORECASE,
)
"""A scale with another number of items than the one that its name means, such as `MADRS-6`, or cut down in another way."""


def refuse_others(own: Sequence[Text], title: Text) -> None:
    """Raise where the title, class or category says that the measure is of something else."""
    for text in [*own, title]:
        if _COMPOSITE.search(text.words):
            raise NotTakenError("it joins remission with having no relapse")
        for why, pattern in _NOT_OURS.items():
            if pattern.search(text.words):
                raise NotTakenError(why)
        if found := OTHER_FORM.search(text.words):
            raise NotTakenError(f"`{found[0].strip()}` isn't the whole scale, or another edition of it")


def refuse_differences(title: Text, unit: str) -> None:
    """Raise where a measure isn't the share or number of the participants who had an outcome, but a difference of such, or of other things."""
    for words in (title.words, unit):
        if found := _DIFFERENCE.search(words):
            raise NotTakenError(f"`{found[0]}` is not a count or share of participants, but compares them")
        if found := _OF_SOMETHING_ELSE.search(words):
            raise NotTakenError(f"`{found[0]}` is not a count or share of participants")


def refuse_not_points(unit: str, scale: str) -> None:
    """Raise where a mean isn't in the points of its scale, by its unit."""
    if re.search("percent|%", unit, re.IGNORECASE):
        raise NotTakenError("it is in percent, not in points")
    rest = unit
    for named in scales_in(Text("unit", unit)):
        rest = rest.replace(named.words, " ")
        if not may_be(named.term, scale):
            raise NotTakenError(f"the unit is `{unit}`, which is of another scale")
    if told := other_range(unit, scale):
        raise NotTakenError(f"`{told}` in the unit isn't the range of the scale, nor of its changes")
    if set(re.findall("[a-z]+", rest.lower())) - listed_words(_UNIT_OF_POINTS) or OTHER_FORM.search(unit):
        raise NotTakenError(f"the unit is `{unit}`, which isn't the points of the scale")


def whole_of(title: str) -> str:
    """A title without the words that name a part of the participants."""
    return _PRIOR.sub("", title)


def counts_those_without(words: str) -> bool:
    """Whether a title, or a unit, says that those are counted who had no such outcome: `Non-responders`, `Failure to Respond`."""
    words = _FILLED_IN.sub(" ", words)
    early = whole_of(words)
    if re.search(rf"\b{_OUTCOME}", early, re.IGNORECASE):
        return bool(_WITHOUT.search(early))
    return bool(_WITHOUT.search(words) or _FAILURE.search(words))


def says_no(words: str) -> bool:
    """Whether a class or category is of those without what the measure counts."""
    return bool(_SAYS_NO.search(words))
