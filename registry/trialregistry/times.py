"""When a figure was seen: the day that a text names, and what the days count from.

A named visit (`Day 28`, `Week 8`) is a day; a span of time (`8 weeks`) is one too, but not where it is only a limit (`up to 92 weeks`).
Months aren't a number of days.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from registry.trialregistry.texts import UNSTATED, Read, Text, first

__all__ = ["UNTIMED", "Time", "anchor_of", "time_of", "visits_in"]

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "sixteen": 16, "twenty-four": 24,
}  # fmt: skip
_NUMBER = rf"(\d{{1,4}}(?:\.\d+)?|{'|'.join(_WORDS)})"
_LIST = (
    r"((?:\s*(?:\([^)]*\))?\s*(?:,\s*(?:and |or )?|and |or |& ?|/)\s*\d+(?![\d.]*\s*(?:hours?|h\b|%|mg|-?item|-?week|-?day)))*)"
)
_NAMED = re.compile(
    rf"\b(?P<unit>days?|(?<!\d )(?<!\d-)(?<!\d)(?:weeks|wks?)|week|hours?)(?:\s|-|\s?#)?(?P<number>\d{{1,4}}(?:\.\d+)?)\b(?!\s*(?:hours?|%|mg)|[\s-]*(?:d|days|weeks|wks|months|(?:day|week|month)(?!s?\s*\d))\b)(?P<more>{_LIST})",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?P<before>(?:(?<![\w.])\d+(?: ?, ?(?:and |or )?| (?:and|or|&) | ?/ ?)){0,12})"
    rf"(?<![\w.])(?P<number>{_NUMBER})[\s-]*(?P<unit>hours?|hrs?|h\b|days?|weeks?|wks?)(?![\w])",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s*(?:-|to|through|thru|until)\s*(\d+)(?![\d.]*\s*(?:hours?|h\b|%|mg|-?item|-?week|-?day))", re.IGNORECASE)
_FROM = re.compile(r"(?<![\w.])([1-9]\d*)\s*(?:-|to|through|thru|until)\s*$", re.IGNORECASE)
"""What makes a range of a visit or span: `Weeks 1-8`, `6 to 8 weeks`. It has several days, and none of its own."""

_HOURS = re.compile(r"\bday\s*1\b\s*[:,\-(\[]*\s*(?:at\s+)?(?P<hours>\d+(?:\.\d+)?)\s*-?(?:hours?|hrs?|h)\b", re.IGNORECASE)
_HOURS_FIRST = re.compile(r"\b(?P<hours>\d+(?:\.\d+)?)\s*-?(?:hours?|hrs?|h)\b[^.;,]{0,40}?\bday\s*1\b", re.IGNORECASE)
_HOURS_LATER = re.compile(r"\bday\s*(\d+)\b\s*[:,\-(\[]*\s*(?:at\s+)?(\d+(?:\.\d+)?)\s*-?(?:hours?|hrs?|h)\b", re.IGNORECASE)
_UP_TO = re.compile(
    r"(?:\b(?:up to|by|within|maximum(?: of)?|max\.?|minimum(?: of)?|(?:less|more|fewer|longer|shorter) than|under|at least|at most|exceeding|beyond|average(?: of)?|mean(?: of)?|median(?: of)?"
    r"|(?:weekly|daily|monthly|fortnightly) (?:for|over|during|until))|[<>~]=?)\s*(?:approximately\s*)?$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"^\s*[(,]?\s*(?:maximum|minimum|max\b|min\b|or (?:more|less|longer|shorter|later|earlier)\b|on average|average\b|at (?:least|most)\b|and (?:beyond|longer|over)\b|\+(?!\s*/))",
    re.IGNORECASE,
)
"""What makes a span a limit or an average: before it, and after it."""

_SUM = re.compile(
    r"(?<![\w.])(?:(?P<weeks>\d+)[\s-]*(?:weeks?|wks?)\s*(?:\+|plus)?\s*(?P<days>[0-6])[\s-]*(?:days?|d)|(?P<days2>\d+)[\s-]*days?\s*(?:\+|plus)?\s*(?P<hours>1?\d|2[0-3])[\s-]*(?:hours?|hrs?|h\b))(?!\w)",
    re.IGNORECASE,
)
"""One span in two units: `6 weeks 3 days`. With a comma or `and` it may be two visits."""

_MONTHS_AND = re.compile(
    r"\b\d+[\s-]*(?:months?|years?)\s*,?\s*(?:and|plus|\+)?\s*\d+[\s-]*(?:weeks?|wks?|days?)\b", re.IGNORECASE
)
_MONTHS = re.compile(r"\b(?:months?|years?)\s*\d+|\b\d+[\s-]*(?:months?|years?)\b", re.IGNORECASE)
_BASELINE = (
    re.compile(r"\bbaseline\s*[(\[](?:[^()\[\]]|\([^()]*\))*[)\]]", re.IGNORECASE),
    re.compile(
        r"\bfrom\s+(?:day\s*-?[01]|week\s*0|day\s*\d+)\b(?:\s*\([^)]*\))?(?=.*\b(?:to|through|until|at)\b)", re.IGNORECASE
    ),
    re.compile(
        r"\bday\s*-?[01]\b\s*[(\[:,]?\s*(?:baseline|pre-?dose|pre-?randomi[sz]ation|prior to|before)[^,;)\]]*[)\]]?",
        re.IGNORECASE,
    ),
    re.compile(r"\bday\s*-\s*\d+\b|\b(?:day|week)\s*0\b", re.IGNORECASE),
)
_FROM_START = re.compile(
    r"\b(?P<unit>days?|weeks?)\s*0\s*(?:-|to|through)\s*(?:days?|weeks?)?(?=\s*\d)|\b(?P<first>day\s*1\b(?:\s*\([^)]*\))?)\s*(?:up to|to|through|until)\s*(?=(?:study )?day)",
    re.IGNORECASE,
)
"""A span that begins with the baseline: `Weeks 0-8`, `Day 1 to Day 28`."""

_ASIDE = re.compile(r"(?P<named>\bday\s*\d+)\s*[(\[][^)\]]*[)\]]", re.IGNORECASE)
_DAY_AND_WEEK = re.compile(
    r"\bday\s*(?P<day>\d{1,4})\s*[(\[/]+\s*(?:(?:study |end of )?(?:weeks?|wk)\s*(?P<week>\d{1,3})\b[)\]]?|(?P<week_>\d{1,3})[\s-]*weeks?\s*[)\]])"
    r"|(?:\b(?:weeks?|wk)\s*(?P<week2>\d{1,3})|(?<![\d.-])(?P<week2_>\d{1,3})[\s-]*weeks?)\s*[(\[/]+\s*(?:(?:study )?day\s*(?P<day2>\d{1,4})\b[)\]]?|(?P<day2_>\d{1,4})\s*days?\s*[)\]])",
    re.IGNORECASE,
)
_ONLY_UNTIL = re.compile(
    r"^(?:up to|within|through|until|by|anytime (?:up to|until))\s+(?:the )?(?:end of )?(?:the )?(?:study )?(?:day|week|wk)s?\s*\d+(?!.*\d)",
    re.IGNORECASE,
)
"""A visit that is a limit only, with no baseline from which it counts: `Up to Week 4`."""

_PHASE_LENGTH = re.compile(
    rf"\b{_NUMBER}[\s-]*(?:weeks?|days?|months?)[\s,-]+(?:(?:double|open|single)[\s-](?:blind|label)|treatment|induction|acute|randomi[sz]ed|study|placebo)",
    re.IGNORECASE,
)
_OTHER_RANGES = re.compile(
    r"(?:past|last|previous|prior|recall period is|over the) +(?:\d+ +)?(?:days?|weeks?)\b|\blast (?:two|2|four|4) weeks\b",
    re.IGNORECASE,
)

_AFTER_TREATMENT = re.compile(
    rf"\b(?:days?|weeks?|wks?|months?)[\s-]*\d+\s+(?:of|in|into|during)\s+(?:the\s+)?(?:\d+[\s-](?:week|day|month)\s+)?(?:follow-?up|post-?treatment|observation|withdrawal|taper\w*)\b"
    rf"|\b{_NUMBER}[\s-]*(?:days?|weeks?|wks?|months?)\s*(?:post|after|following)[\s-]+(?:the\s+)?(?:(?:end|completion|cessation|discontinuation|stopping|last day) (?:of )?)?(?:the |study |all |acute )*(?:treatment|therapy)\b(?!\s+(?:start|initiat|began|begin|onset|commence))"
    rf"|\b(?:days?|weeks?)\s*\d+\s*\((?:of|in) (?:an? |the )?(?:[\w-]+ )?follow-?up\b",
    re.IGNORECASE,
)
"""A visit that counts from the end of the treatment, which no anchor says: it isn't that day of the treatment."""

_ELSEWHERE = re.compile(
    rf"(?:\b(?:days?|weeks?|wks?|hours?|months?)[\s-]*\d+|\b{_NUMBER}[\s-]*(?:hours?|hrs?|h|days?|weeks?|wks?|months?))\s*(?:\([^)]*\)\s*)?[\s-]*(?:after|post|following|since)\b[\s-]*[^,;.()]*?"
    r"\b(?:end|ending|complete[ds]?|completing|completion|cessation|discontinu\w+|stop\w*|withdraw\w*|terminat\w*|discharge|relaps\w*|remission|respon\w+|taper\w*|follow-?up|cross-?over|switch\w*"
    r"|(?:last|final) (?:visit|assessment|contact)|second|third|fourth|fifth|sixth|2nd|3rd|[4-9]th|each|every|any|(?:dose|infusion|injection|session|treatment|administration) (?:#|no\.? ?)?[2-9]"
    r"|previous|preceding|that|this|(?:week|month|visit|day) (?![01]\b)\d+|delivery|birth|extension|maintenance|optimi[sz]ation|hospital\w*)\b"
    rf"|\b{_NUMBER}[\s-]*(?:days?|weeks?|wks?|months?)\s+(?:after|post|following|since)\s+(?:the\s+)?day\s*1\b(?!\s*\()"
    r"|\b(?:before|prior to|beyond|later than|earlier than)\s+(?:the\s+)?(?:days?|weeks?)\s*(?![01]\b)\d+"
    r"|\b(?:second|third|fourth|2nd|3rd|[4-9]th|next|later|subsequent|repeat\w*|another)\s+(?:\w+\s+)?(?:course|cycle|series|round|year)\b|\b(?:course|cycle|series|round|year)\s*#?(?:[2-9]|II+|IV|two|three|four)\b",
    re.IGNORECASE,
)
"""A visit that counts from something else than the start, the first or the last dose: from a later course, another visit, a discontinuation."""

_COUNTS_FROM = {
    _AFTER_TREATMENT: "counts from the end of the treatment, and not from its start",
    _ELSEWHERE: "doesn't count from the start of the treatment",
}
_LATER = re.compile(rf"\b{_NUMBER}[\s-]*(?:days?|weeks?|wks?|months?)\s+(?:later|thereafter|afterwards?)\b", re.IGNORECASE)
"""A span from a visit that the text names before it."""

_DAYS = {"d": 1, "w": 7}
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


@dataclass(frozen=True)
class Time:
    """A day, as the tables write it (empty: not stated), with the words it was read from; or why that isn't clear.

    ``later`` are hours after a dose on that day: beside another figure of the day, it isn't the day's.
    """

    day: str
    read: Read = UNSTATED
    problem: str = ""
    later: bool = False


UNTIMED = Time("")
"""A figure whose day nothing says."""


def anchor_of(texts: Sequence[Text]) -> Read:
    """What the days count from, as far as a text says it."""
    return first(_STARTS, texts)


def time_of(own: Sequence[Text], title: Text, frame: Text) -> Time:
    """The day of a figure: by its class or category, else by the measure's title and time frame, which must agree."""
    for text in [*own, title, frame]:
        alone = text.place in {"class", "category"} or len(_times(text).days) == 1
        for pattern, why in _COUNTS_FROM.items():
            if alone and (after := pattern.search(text.words)):
                return Time("", problem=f"`{after[0]}` {why}")
    for text in own:
        found = _times(text)
        if found.days:
            return found.time(text)
    titled, framed = _times(title), _times(frame)
    if titled.named and framed.named and not titled.days.keys() <= framed.days.keys():
        return Time("", problem=f"the title says {_listed(titled)}, and the time frame {_listed(framed)}")
    if len(titled.days) == 1 and (titled.named or not framed.days):
        return titled.time(title)
    if framed.days:
        return framed.time(frame)
    return titled.time(title)


def visits_in(text: Text) -> str:
    """The visits that a text names, where it names several."""
    found = _times(text)
    return _listed(found) if found.named and len(found.days) > 1 else ""


@dataclass
class _Times:
    days: dict[Fraction, str]
    named: bool = False
    limit: str = ""
    later: bool = False
    odd: str = ""

    def time(self, text: Text) -> Time:
        if self.odd:
            return Time("", problem=f"`{self.odd}` isn't one day")
        if len(self.days) > 1:
            return Time("", problem=f"several days, and nothing says which: {_listed(self)}")
        for day, words in self.days.items():
            return Time(_written(day), Read(_written(day), words, text.place), later=self.later)
        return Time("", Read("unstated", self.limit, text.place) if self.limit else UNSTATED)


def _listed(times: _Times) -> str:
    return ", ".join(dict.fromkeys(times.days.values()))


def _written(day: Fraction) -> str:
    return str(day.numerator) if day.denominator == 1 else f"{float(day):.4f}".rstrip("0")


def _times(text: Text) -> _Times:
    words = _FROM_START.sub(lambda m: m["unit"] or "", text.words)
    for pattern in _BASELINE:
        words = pattern.sub(" ", words)
    named: dict[Fraction, str] = {}
    later = False
    if (match := _HOURS.search(words) or _HOURS_FIRST.search(words)) and Fraction(match["hours"]) < 24:
        named[_hours(match["hours"])] = match[0]
    elif (match := _HOURS_LATER.search(words)) and Fraction(match[2]) < 24:
        named[Fraction(match[1])], later = match[0], True
    if named and match:  # other days beside it make several
        words = words[: match.start()] + " " + words[match.end() :]
    odd = _odd(words)
    words = _ASIDE.sub(lambda m: m["named"], words)
    words = _OTHER_RANGES.sub(" ", _PHASE_LENGTH.sub(" ", words))
    named |= _named_in(words)
    odd = odd or (_beside(named, words) if len(named) < 2 else "")
    if named and (until := _ONLY_UNTIL.match(text.words)):
        return _Times({}, limit=until[0])
    if named or odd:
        return _Times(named, named=bool(named), later=later, odd=odd)
    return _spans_in(words)


def _odd(words: str) -> str:
    """A day and a week that are given as one and can't be: `Day 28 (Week 5)`. Day 25 is in week 4, and day 29 is its end if the first is day 1."""
    for match in _DAY_AND_WEEK.finditer(words):
        day, week = (
            next(int(match[name]) for name in (of, f"{of}2", f"{of}_", f"{of}2_") if match.groupdict().get(name))
            for of in ("day", "week")
        )
        if not 7 * (week - 1) < day <= 7 * week + 1:
            return match[0]
    return ""


def _beside(named: dict[Fraction, str], words: str) -> str:
    """A span beside a named visit that makes it another day: `from Week 4 to 8 weeks later`, `2 hours, Day 1`."""
    if found := _MONTHS_AND.search(words):
        return found[0]
    if named and (found := _LATER.search(words)):
        return found[0]
    hours = [match for match in _SPAN.finditer(words) if match["unit"][0].lower() == "h" and _days(match["number"], "h") < 1]
    return f"{hours[0][0]} … {next(iter(named.values()))}" if named and hours else ""


def _named_in(words: str) -> dict[Fraction, str]:
    """The visits that a text names, by their days: a week that is a day's too, `Week 4 (Day 29)`, is that day."""
    named: dict[Fraction, str] = {}
    for match in _NAMED.finditer(words):
        last = _UNTIL.match(words, match.end())
        for number in [match["number"], *re.findall(r"\d+(?![^(]*\))", match["more"]), *(last.groups() if last else ())]:
            named.setdefault(_days(number, match["unit"]), f"{match['unit'].rstrip('s')} {number}")
    by_day = {day: name for day, name in named.items() if name.lower().startswith("day")}
    return by_day if len(by_day) == 1 and len(named) == 2 and _aside(words) else named


def _spans_in(words: str) -> _Times:
    """The spans of time that a text gives, and the limit, or the months, that give no day."""
    spans: dict[Fraction, str] = {}
    limit = ""
    for match in _SUM.finditer(words):
        if until := _limit(match, words):
            limit = limit or until
        else:
            spans.setdefault(
                _days(match["weeks"] or 0, "w") + _days(match["days"] or match["days2"], "d") + _days(match["hours"] or 0, "h"),
                match[0],
            )
    words = _SUM.sub(" ", words)
    for match in _SPAN.finditer(words):
        if until := _limit(match, words):
            limit = limit or until
        else:
            first = _FROM.search(words[: match.start()])
            for number in [*re.findall(r"\d+", match["before"]), match["number"], *(first.groups() if first else ())]:
                spans.setdefault(_days(number, match["unit"]), (first[0] if first else "") + match[0])
    if limit:
        return _Times({}, limit=limit)
    if not spans and (months := _MONTHS.search(words)):
        return _Times({}, limit=months[0])
    return _Times(spans)


def _limit(match: re.Match[str], words: str) -> str:
    """The words that make a span a limit or an average, with the span."""
    before, after = _UP_TO.search(words[: match.start()]), _AT_MOST.match(words[match.end() :])
    return f"{before[0]}{match[0]}" if before else f"{match[0]}{after[0]}" if after else ""


def _aside(words: str) -> bool:
    """Whether a week and a day are one: `Week 4 (Day 28)`, `Day 28 [Week 4]`."""
    return bool(
        re.search(r"\bweeks?\s*\d+\s*[(\[,/]+\s*(?:study )?day\s*\d+|\bday\s*\d+\s*[(\[,/]+\s*week\s*\d+", words, re.IGNORECASE)
    )


def _days(number: str | int, unit: str) -> Fraction:
    value = Fraction(_WORDS.get(str(number).lower(), number))
    return _hours(value) if unit[0].lower() == "h" else value * _DAYS[unit[0].lower()]


def _hours(value: str | int | Fraction) -> Fraction:
    return Fraction(value) / 24
