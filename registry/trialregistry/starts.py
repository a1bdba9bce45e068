"""What the days of a text count from: the start of treatment, randomisation, or a dose; or something else, from which no figure's day counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.given import words_for
from registry.trialregistry.scales import without_scales
from registry.trialregistry.texts import Read, Text, first, listed_words, tokens, unknown_words

__all__ = ["CLOCK", "NUMBER", "NUMBERS", "SINCE", "anchor_of", "counted_otherwise", "names_no_time", "without_starts"]

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "sixteen": 16, "twenty-four": 24,
}  # fmt: skip
NUMBER = rf"(\d{{1,4}}(?:\.\d+)?|{'|'.join(NUMBERS)})"
CLOCK = r"(?:hours?|hrs?|h|minutes?|mins?)\b"
_TIMELESS = """
    a achieve achieved achieving adequate all among an analysis ancova any are as assessed at based baseline both by carried case cases category change changes cgi clinical clinically
    clinician complete confirmed count criteria criterion data decrease decreased defined depression depressive did difference fas fewer forward from full fully fulfilled greater had
    has have having imputation imputed in is item items itt last least less level levels locf lower mdd mean means measure measured meet meeting met method mild minimal mixed mmrm model moderate
    more moderately much n neither no non none normal not nri number numbers observation observed oc of on only onset or partial partially participant participants patient patients people per percent percentage
    percentages point points population proportion raters rate rated rates rating reach reached reduction repeated respond responded responder responders responding response responses
    remission remissions remitted remitter remitters remitting remit repeated score scores self report sample set severe severely severity showed sign status subject subjects subscale sum symptom symptoms
    the their those to total very were who with without worse yes improved improvement improvements unchanged missing unknown value values increase increased change
"""
"""Words of a class that name no time."""

_AFTER_TREATMENT = re.compile(
    r"\b(?:days?|weeks?|wks?|months?)[\s-]*\d+(?:\s*(?:,|and|or|&)+\s*\d+)*\s*\(?(?:of|in|into|during)\s+(?:(?:the|an?|\d+[\s-](?:week|day|month)|[\w-]+)\s+)?(?:follow-?up|post-?treatment|observation|withdrawal|taper\w*)\b"
    r"|\b(?:after|following|post|since|from)[\s-]+(?:the\s+)?(?:end(?! ?point)|completion|cessation|discontinuation|stopping|withdrawal)\b",
    re.IGNORECASE,
)
"""A visit that counts from the end of the treatment, which no anchor says: it isn't that day of the treatment."""

_ELSEWHERE = re.compile(
    rf"\b{NUMBER}[\s-]*(?:days?|weeks?|wks?|months?)\s+(?:after|post|following|since)\s+(?:the\s+)?day\s*1\b(?!\s*\()"
    r"|\b(?:before|prior to|beyond|later than|earlier than)\s+(?:the\s+)?(?:days?|weeks?)\s*(?![01]\b)\d+"
    r"|\d\s+(?:of|in|during)\s+(?:the\s+)?(?:\w+\s+)?(?:months?|years?)\b",
    re.IGNORECASE,
)
"""A visit that counts from another visit."""

SINCE = re.compile(
    rf"(?:\b(?:days?|weeks?|wks?|hours?|months?)[\s-]*\d+|\b(?P<number>{NUMBER})[\s-]*(?P<unit>{CLOCK}|days?|weeks?|wks?|months?|years?))\s*(?:\([^)]*\)\s*)?[\s-]*"
    r"(?:(?:after|following|since|from)\b|post)[\s-]*(?P<start>[^,;.()\[\]]*)",
    re.IGNORECASE,
)
"""A time after something, which must be a known start."""

_AFTER = re.compile(
    rf"(?:\b(?P<number>{NUMBER})[\s-]*(?P<unit>{CLOCK}|days?|weeks?|wks?|months?|years?)\s*(?:\([^)]*\)\s*)?)?[\s-]*"
    rf"\b(?:after|following|since|post)[\s-]*(?:(?=(?:the )?{NUMBER}[\s-]*(?:{CLOCK}|days?|weeks?|wks?)\b)|(?P<start>[^,;.()\[\]]*))",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\b\d+[\s-]*(?:min\w*|hours?)\b", re.IGNORECASE)
"""How long a dose took: `the 40-minute infusion`."""

_BEGINS = """
    1 1st administration administered allocation baseline began beginning begins commencement commencing dose dosed dosing enrolment entry first
    infusion ingestion inhalation initial initiated initiation injection onset postdose randomisation randomised receiving single start started starting starts
"""
_QUALIFIES = """
    0 a acute active administering all an assigned being blind blinded day double drug final in induction intranasal intravenous investigational iv label last medication nasal of
    open oral participants patients product protocol session spray start study taking test the their therapy treatment visit
"""
"""Words of what a time counts from: the start of treatment, randomisation or a dose, and what is said beside."""

_STOPS = "according among as assessment assessments at between based by compared during for from group groups on or through to until up using versus vs when which while with within"

_CHANGES = "change changes decrease decreased increase increased reduced reduction"
"""Words of a dose that was changed: `8 weeks after dose increase`."""

_COUNTS_FROM = {
    _AFTER_TREATMENT: "counts from the end of the treatment, and not from its start",
    _ELSEWHERE: "doesn't count from the start of the treatment",
}
_STARTS = {
    "last-dose": re.compile(r"\b(?:after|post|following|since)[\s-]+(?:the )?(?:last|final) (?:dose|infusion|treatment|administration|study drug)", re.IGNORECASE),
    "first-dose": re.compile(
        r"\b(?:after|post|following|since|from)[\s-]+(?:the )?(?:first|initial|1st) (?:\w+ )?(?:dose|infusion|treatment|administration|injection)|\bdouble-blind first dose", re.IGNORECASE
    ),
    "randomisation": re.compile(r"\bpre-?randomi[sz]ation\b|\b(?:from|since|after|post|following)[\s-]+(?:the )?randomi[sz]ation\b", re.IGNORECASE),
    "unstated": re.compile(r"\bpost-?treatment (?:phase|period)|\bfollow-?up (?:phase|period|visit)", re.IGNORECASE),
    "treatment-start": re.compile(
        r"\bbaseline\b|\b(?:weeks?|days?) of treatment\b|\b(?:double|open|single)[\s-]?(?:blind|label)(?: \w+)? (?:phase|period)|\b(?:treatment|induction|acute)(?: \w+)? (?:phase|period)"
        r"|\b(?:OL|DB|IND) (?:induction |treatment )?phase|\bperiod 1\b|\bphase of period \d|\bday 1\b",
        re.IGNORECASE,
    ),
}  # fmt: skip


def anchor_of(texts: Sequence[Text]) -> Read:
    """What the days count from, as far as a text says it. A change has its baseline, whatever its day counts from: after the last dose that is the dose."""
    last = first({"last-dose": _STARTS["last-dose"]}, texts)
    return first(_STARTS, texts) if last.term == "unstated" else last


def counted_otherwise(text: Text) -> str:
    """Why a text's visit isn't one of the days since the start: it counts from something else. Nothing where it may be."""
    for pattern, why in _COUNTS_FROM.items():
        if found := pattern.search(text.words):
            return f"`{found[0]}` {why}"
    for since in SINCE.finditer(text.words):
        if not _is_start(since["start"], since["unit"] or ""):
            return f"`{since[0].strip()}` counts from something else than the start of the treatment, randomisation or a dose"
    return ""


def without_starts(words: str) -> str:
    """The words without what their times count from, where that is the start, randomisation or a dose; and without `after` before a span."""
    return _AFTER.sub(lambda after: " ; " if _is_start(after["start"], after["unit"] or "") else after[0], words)


def _is_start(words: str | None, unit: str) -> bool:
    """Whether words after `after` are of the start, the randomisation or a dose. Hours after a drug are after its dose."""
    if words is None:
        return True
    told: list[str] = []
    for word in tokens(without_scales(re.sub(r"\benrol\w*", "entry", _LENGTH.sub(" ", words)))):
        if word in listed_words(_STOPS) or word in listed_words(_TIMELESS) - listed_words(f"{_BEGINS} {_QUALIFIES} {_CHANGES}"):
            break
        told.append(word)
        if word == "baseline":
            break
    drugs = words_for(words)
    known = listed_words(_BEGINS) | listed_words(_QUALIFIES) | drugs
    begins = listed_words(_BEGINS) | (drugs - {"ect"} if unit[:1].lower() in {"h", "m"} else frozenset())
    last = {"last", "final"} & set(told) and {"dose", "infusion", "administration", "injection"} & set(told)
    return set(told) <= known and bool(set(told) & begins) and (bool(last) or not {"last", "final"} & set(told))


def names_no_time(words: str) -> bool:
    """Whether each word of a class is known of no time; then it has the time of its measure."""
    return not unknown_words(without_scales(words), lambda word: word.isdigit() or word in listed_words(_TIMELESS))
