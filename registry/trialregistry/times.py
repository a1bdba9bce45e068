"""When a figure was seen: the day that a text names, and what the days count from.

A named visit (`Day 28`, `Week 8`) is a day; a span of time (`8 weeks`) is one too, but not where it is only a limit (`up to 92 weeks`).
Months aren't a number of days, nor is `final visit`: a class, title or time frame that names such a time has it for itself, and another
text's day isn't its.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from registry.trialregistry.scales import without_scales
from registry.trialregistry.starts import CLOCK, NUMBER, NUMBERS, SINCE, anchor_of, counted_otherwise, names_no_time
from registry.trialregistry.texts import UNSTATED, Read, Text, listed_words, unknown_words
from registry.trialregistry.values import NotTakenError

__all__ = [
    "UNTIMED",
    "Time",
    "before_treatment",
    "beside_days",
    "days_in",
    "has_several",
    "is_baseline",
    "time_of",
    "undated_in",
    "visits_in",
]

_OF_ITS_OWN = rf"(?![\d.]*(?:[\s-]*(?:{CLOCK}|months?|years?|%|mg)|\s*-?item|-?week|-?day))"
"""A number that has a unit of its own, and isn't one more of a list of visits."""

_LIST = rf"((?:\s*(?:\([^)]*\))?\s*(?:,\s*(?:and |or )?|and |or |& ?|/)\s*\d+{_OF_ITS_OWN})*)"
_NAMED = re.compile(
    rf"\b(?P<unit>days?|(?<!\d )(?<!\d-)(?<!\d)(?:weeks|wks?)|week|hours?)(?:\s|-|\s?#)?(?P<number>\d{{1,4}}(?:\.\d+)?)\b(?!\s*(?:{CLOCK}|%|mg)|[\s-]*(?:d|days|weeks|wks|months|(?:day|week|month)(?!s?\s*\d))\b)(?P<more>{_LIST})",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?P<before>(?:(?<![\w.])\d+(?: ?, ?(?:and |or )?| (?:and|or|&) | ?/ ?)){0,12})"
    rf"(?<![\w.])(?P<number>{NUMBER})[\s-]*(?P<unit>{CLOCK}|days?|weeks?|wks?)(?![\w])(?![\s-]*(?:long |IV |intravenous )*(?:infusions?|injections?|sessions?)\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s*(?:-|to|through|thru|until)\s*(\d+)" + _OF_ITS_OWN, re.IGNORECASE)
_FROM = re.compile(r"(?<![\w.])([1-9]\d*)\s*(?:-|to|through|thru|until)\s*$", re.IGNORECASE)
"""What makes a range of a visit or span: `Weeks 1-8`, `6 to 8 weeks`. It has several days, and none of its own."""

_HOURS = re.compile(
    rf"\bday\s*(?P<day>\d+)\b\s*[:,\-(\[]*\s*(?:at\s+)?(?P<number>\d+(?:\.\d+)?)[\s-]*(?P<unit>{CLOCK})", re.IGNORECASE
)
_HOURS_FIRST = re.compile(
    rf"\b(?P<number>\d+(?:\.\d+)?)[\s-]*(?P<unit>{CLOCK})[^.;,]{{0,40}}?\bday\s*(?P<day>1)\b", re.IGNORECASE
)
"""Hours or minutes after a dose, with the day of the dose."""

_UP_TO = re.compile(
    r"(?:\b(?:up to|by|within|during|over|throughout|across|through|first|initial|maximum(?: of)?|max\.?|minimum(?: of)?|(?:less|more|fewer|longer|shorter) than|under|at least|at most|exceeding|beyond|average(?: of)?|mean(?: of)?|median(?: of)?"
    r"|(?:weekly|daily|monthly|fortnightly) (?:for|over|during|until))|[<>~]=?)\s*(?:the\s+|an?\s+)?(?:approximately\s*)?$",
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
    re.compile(r"\bfrom\s+(?:day\s*-?[01]|week\s*0)\b(?:\s*\([^)]*\))?(?=.*\b(?:to|through|until|at)\b)", re.IGNORECASE),
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
    r"^(?:up to|within|through|throughout|over|until|by|anytime (?:up to|until))\s+(?:the )?(?:end of )?(?:the )?(?:study )?(?:day|week|wk)s?\s*\d+(?!.*\d)",
    re.IGNORECASE,
)
"""A visit that is a limit only, with no baseline from which it counts: `Up to Week 4`."""

_PHASE_LENGTH = re.compile(
    rf"\b{NUMBER}[\s-]*(?:weeks?|days?|months?)[\s,-]+(?:(?:double|open|single)[\s-](?:blind|label)|treatment|induction|acute|randomi[sz]ed|study|placebo)",
    re.IGNORECASE,
)
_OTHER_RANGES = re.compile(
    r"(?:past|last|previous|prior|recall period is|over the) +(?:\d+ +)?(?:days?|weeks?)\b|\blast (?:two|2|four|4) weeks\b|\bover (?:\w+ )?\d+[\s-]*min\w*",
    re.IGNORECASE,
)

_LATER = re.compile(rf"\b{NUMBER}[\s-]*(?:days?|weeks?|wks?|months?)\s+(?:later|thereafter|afterwards?)\b", re.IGNORECASE)
"""A span from a visit that the text names before it."""

_OTHER_START = re.compile(r"\bbaseline\s*[(\[][^()\[\]]*?\b(?:days?|weeks?)\s*#?(?![01]\b)\d+[^)\]]*[)\]]", re.IGNORECASE)
_LATER_PERIOD = re.compile(r"\bperiod\s*[2-9]", re.IGNORECASE)
"""A baseline at a later visit: what that visit's own days count from isn't said, unless the figure is of a later period."""

_BEFORE = re.compile(
    r"(?<!post)(?<!post[\s-])\bbaseline\b|^pre$|\bpre[\s-]?(?:dos\w+|treatment|infusion|injection|randomi[sz]ation|intervention|administration|therapy|drug|test|ECT|session)\b"
    r"|\b(?:days?|weeks?|months?|hours?|visit)[\s-]*0\b|\bday\s*-\s*\d+\b|\b(?:before|prior to)\s+(?:(?:the|first|initial|start|of|study)\s+)*(?:dos\w+|infusion|treatment|injection|randomi[sz]ation|drug|administration)\b"
    r"|\bscreening\b",
    re.IGNORECASE,
)
_OF_BASELINE = """
    a administration ahead assessed assessment at baseline before d day days dose dosing drug first for h hour hours hr hrs in infusion initial injection intervention level locf mean measured
    measurement min mins minutes month n observed of on or pre predose preinfusion pretreatment prior randomisation rating score scores start study test the therapy time timepoint to total treatment
    value values visit was week
"""
"""Words of a class that is the baseline and nothing else."""

_SPANS = re.compile(r"(?<!prior )\bto\b|\b(?:through|until|up)\b", re.IGNORECASE)

_AT_ANY = re.compile(
    r"\b(?:during|over|throughout|across)\s+(?:(?:the|an?|entire|whole|full|course|of)\s+)*(?:[\w-]+\s+)?(?:study|trial|treatment|therapy|follow-?up|(?:weeks?|days?|months?)\b(?! \d))(?! (?:phase|period))"
    r"|\boverall\s+(?:[\w-]+\s+){0,3}(?:respon|remi)\w+|\b(?:respon|remi)\w+,? (?:rates? )?overall\b",
    re.IGNORECASE,
)
"""What makes a title one of a span, rather than of its last visit."""

_SOME = re.compile(r"\b(?:cohort|panel|stratum|site|cent(?:re|er)|(?:sub-?)?group) ?#?(?:\d+|[A-H]|I+)\b", re.IGNORECASE)
_UNDATED = re.compile(
    rf"(?<![\w.])(?:\d+(?:\.\d+)?|{'|'.join(NUMBERS)})[\s-]*(?:months?|years?)\b|\b(?:months?|years?)\s*\d+|\bfollow(?:ing)?[\s-]?up\b(?! (?:phase|period))|\bdischarge\b|\bvisit\s*#?\d+"
    r"|\bpost[\s-]?(?:treatment|test|intervention|ECT|therapy)\b(?! (?:phase|period))|(?P<end>\b(?:final|last) (?:\w+ )?(?:visit|assessment|contact|day|session)\b|\bend of\b|\bend-?\s?point\b|\b(?:EOT|EOS)\b|\b(?:exit|termination|completion)\b)",
    re.IGNORECASE,
)
"""A time without a number of days; ``end`` is one that a day may be given for: `end of treatment (Week 8)`."""

_ONE_MORE = re.compile(r"\d+(?![\s-]*(?:months?|years?))", re.IGNORECASE)
_SCREENING = re.compile(r"\s*(?:at )?screening(?: visit)?(?:\s*\([^)]*\))?\s*", re.IGNORECASE)
_ITEMS = re.compile(r"[,;]|\s(?:and|plus)\s|[&+](?=\s)")

_DAYS = {"d": Fraction(1), "w": Fraction(7), "h": Fraction(1, 24), "m": Fraction(1, 24 * 60)}


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


def time_of(own: Sequence[Text], title: Text, frame: Text) -> Time:
    """The day of a figure: by its class or category, else by the measure's title and time frame, which must agree. A text that names a time
    of its own without a day has none, whatever day another text has.
    """
    if why := next(filter(None, (counted_otherwise(text) for text in [*own, title, frame])), ""):
        return Time("", problem=why)
    both = f"{title.words} ; {frame.words}"
    if (start := _OTHER_START.search(both)) and not _LATER_PERIOD.search(both):
        return Time("", problem=f"`{start[0]}` is another visit than the start, and which of them the days count from isn't said")
    return next(filter(None, (_own_time(text, frame) for text in own)), None) or _whole_time(title, frame)


def _own_time(text: Text, frame: Text) -> Time | None:
    """The time of a class; nothing where it names none, and so has its measure's."""
    found = _times(text)
    if some := _SOME.search(text.words):
        return Time("", problem=f"`{some[0]}` names a part of the participants, and not a time")
    if found.days or found.limit or found.odd:
        return found.time(text)
    if not found.undated and names_no_time(text.words):
        return None
    glossed = [item for item in _items(frame.words) if text.words.lower() in item.lower() and _has_day(item)]
    if len(glossed) == 1:  # `End of treatment (Week 6)`
        return _times(Text(frame.place, glossed[0])).time(Text(frame.place, glossed[0]))
    return Time("", Read("unstated", text.words, text.place))


def _whole_time(title: Text, frame: Text) -> Time:
    titled, framed = _times(title), _times(frame)
    if several := _AT_ANY.search(title.words):
        return Time("", problem=f"`{several[0]}` may mean any visit until then, or all of them")
    if titled.named and framed.named and not titled.days.keys() <= framed.days.keys():
        return Time("", problem=f"the title says {_listed(titled)}, and the time frame {_listed(framed)}")
    if len(titled.days) == 1 and (titled.named or not framed.days):
        return titled.time(title)
    if not titled.days and (
        told := [words for words in titled.undated if not (words in titled.ends and (framed.plain or not framed.days))]
    ):
        return Time("", Read("unstated", told[0], title.place))
    return framed.time(frame) if framed.days or framed.odd else titled.time(title)


def before_treatment(words: str) -> str:
    """The words of a class by which it is before the treatment: baseline, day 0, pre-dose, or the screening."""
    found = _BEFORE.search(words)
    return found[0] if found and not any(day > 1 for day in _times(Text("", words)).days) else ""


def is_baseline(text: Text, *, of_change: bool) -> bool:
    """Whether a class of scores is of the baseline, or a time frame of nothing else. Raises where it is before the treatment and may not be, and where it
    names something else too.
    """
    before = before_treatment(text.words)
    if text.place == "time frame":
        days = _times(text).days.values()
        if not before or any(words.lower() != "day 1" for words in days) or _SPANS.search(text.words):
            return False
    if before.lower() == "screening":
        raise NotTakenError(f"`{text.words}` is before the treatment, and that it is the baseline isn't said")
    named = _BEFORE.search(text.words)
    other = unknown_words(without_scales(text.words), lambda word: word.isdigit() or word in listed_words(_OF_BASELINE))
    if not of_change and named and (other if before else named[0].lower() == "baseline"):
        raise NotTakenError(f"`{text.words}` names the baseline and something else: whether it is a level or a change isn't said")
    return bool(before)


def _is_one(span: Fraction, day: Fraction) -> bool:
    """Whether a span may end at a day, which is the same number or, where the first is day 1, one more: 24 hours are day 2."""
    return abs(span - day) < Fraction(1, 1000) or (day > 1 and day - span == 1)


def days_in(text: Text) -> dict[str, str]:
    """The days that a text names, as the tables write them, with the words for each."""
    return {_written(day): words for day, words in _times(text).days.items()}


def visits_in(text: Text) -> str:
    """The visits that a text names, where it names several."""
    found = _times(text)
    return _listed(found) if found.named and len(found.days) > 1 else ""


def beside_days(text: Text) -> str:
    """The words of a text without its times that have no day (`final visit`, `screening`), unless a day comes after them, which may count from there."""
    items = _items(text.words)
    last = max((number for number, item in enumerate(items) if _has_day(item) or _ONE_MORE.match(item)), default=-1)
    kept = (_UNDATED.sub(" ", item) if number > last else item for number, item in enumerate(items))
    return " ; ".join(item for item in kept if not _SCREENING.fullmatch(item))


def has_several(words: str) -> bool:
    """Whether words name several times, each with its unit."""
    return sum(map(_has_day, _items(words))) > 1


def undated_in(text: Text) -> list[str]:
    """The times of a text that have no day, and that none may be given for."""
    found = _times(text)
    return [words for words in found.undated if words not in found.ends]


@dataclass
class _Times:
    days: dict[Fraction, str]
    named: bool = False
    limit: str = ""
    later: bool = False
    odd: str = ""
    undated: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    """Of those without a day, the ones that a day may be given for."""

    @property
    def plain(self) -> bool:
        return len(self.days) == 1 and not self.undated

    def time(self, text: Text) -> Time:
        if self.odd:
            return Time("", problem=f"`{self.odd}` isn't one day")
        if self.days and (len(self.days) > 1 or (self.undated and (text.place != "title" or self.undated != self.ends))):
            return Time("", problem=f"several days, and nothing says which: {_listed(self)}")
        for day, words in self.days.items():
            return Time(_written(day), Read(_written(day), words, text.place), later=self.later)
        words = self.limit or next((words for words in self.undated if words not in self.ends), "")
        return Time("", Read("unstated", words, text.place) if words else UNSTATED)


def _listed(times: _Times) -> str:
    return ", ".join(dict.fromkeys((*times.days.values(), *times.undated)))


def _written(day: Fraction) -> str:
    return str(day.numerator) if day.denominator == 1 else f"{float(day):.4f}".rstrip("0")


def _times(text: Text) -> _Times:
    found = _dated(text)
    if undated := [(item, match) for item in _items(text.words) if not _has_day(item) and (match := _UNDATED.search(item))]:
        found.undated = tuple(item[match.start() :] for item, match in undated)
        found.ends = tuple(item[match.start() :] for item, match in undated if match["end"])
    return found


def _items(words: str) -> list[str]:
    """What a text lists: its pieces between commas, `and` and the like, but not within brackets."""
    masked = re.sub(r"[(\[][^()\[\]]*[)\]]", lambda m: "\x01" * len(m[0]), words)
    ends = [*(m.span() for m in _ITEMS.finditer(masked)), (len(words), len(words))]
    starts = [0, *(last for _, last in ends)]
    return [words[start:end].strip() for start, (end, _) in zip(starts, ends, strict=False)]


def _has_day(item: str) -> bool:
    return bool(_NAMED.search(item) or _SPAN.search(item))


def _dated(text: Text) -> _Times:
    words = _FROM_START.sub(lambda m: m["unit"] or "", text.words)
    for pattern in _BASELINE:
        words = pattern.sub(" ", words)
    named: dict[Fraction, str] = {}
    later = False
    if (match := _HOURS.search(words) or _HOURS_FIRST.search(words)) and (part := _days(match["number"], match["unit"])) < 1:
        later = int(match["day"]) > 1
        named[Fraction(match["day"]) if later else part] = match[0]
        words = words[: match.start()] + " " + words[match.end() :]  # other days beside it make several
    odd = _odd(words)
    since = [m for m in SINCE.finditer(words) if m["number"] and m["unit"][0].lower() in "dwh"]
    words = _ASIDE.sub(lambda m: m["named"], words)
    words = _OTHER_RANGES.sub(" ", _PHASE_LENGTH.sub(" ", words))
    named |= _named_in(words)
    if len(named) == 1 and len(since) == 1 and not _is_one(days := _days(since[0]["number"], since[0]["unit"]), *named):
        if _aside_of(since[0], words) and anchor_of([Text("", since[0][0])]).words:
            # a visit that a study counts otherwise: `Study Week 14 (6 weeks after randomization)`
            return _Times({days: since[0][0].strip()}, named=True)
        odd = odd or f"{since[0][0].strip()} … {next(iter(named.values()))}"
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
    for day, match in ((day, m) for day in named for m in _MONTHS.finditer(words)):
        months = int(re.findall(r"\d+", match[0])[0]) * (12 if "year" in match[0].lower() else 1)
        if len(_items(words)) == 1 and abs(day - 30 * months) > 5 * months:  # `Week 1 of month 3`; `Month 3 (Week 12)` is one day
            return f"{named[day]} … {match[0]}"
    if (found := _LATER.search(words)) and (named or len(_SPAN.findall(words)) > 1 or _MONTHS.search(found[0])):
        return found[0]
    clock = (match for match in _SPAN.finditer(words) if match["unit"][0].lower() in "hm")
    hours = [match for match in clock if _days(match["number"], match["unit"]) < 1]
    return f"{hours[0][0]} … {next(iter(named.values()))}" if named and hours else ""


def _named_in(words: str) -> dict[Fraction, str]:
    """The visits that a text names, by their days: a week that is a day's too, `Week 4 (Day 29)`, is that day."""
    named: dict[Fraction, str] = {}
    for match in _NAMED.finditer(words):
        last = _UNTIL.match(words, match.end())
        for number in [match["number"], *re.findall(r"\d+(?![^(]*\))", match["more"]), *(last.groups() if last else ())]:
            if day := _days(number, match["unit"]):  # day 0 is before the treatment
                named.setdefault(day, f"{match['unit'].rstrip('s')} {number}")
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


def _aside_of(since: re.Match[str], words: str) -> bool:
    """Whether a span is beside a visit in brackets, or the visit beside it."""
    return words[: since.start()].rstrip().endswith(("(", "[")) or words[since.end() :].lstrip().startswith(("(", "["))


def _aside(words: str) -> bool:
    """Whether a week and a day are one: `Week 4 (Day 28)`, `Day 28 [Week 4]`."""
    return bool(
        re.search(r"\bweeks?\s*\d+\s*[(\[,/]+\s*(?:study )?day\s*\d+|\bday\s*\d+\s*[(\[,/]+\s*week\s*\d+", words, re.IGNORECASE)
    )


def _days(number: str | int, unit: str) -> Fraction:
    return Fraction(NUMBERS.get(str(number).lower(), number)) * _DAYS[unit[0].lower()]
