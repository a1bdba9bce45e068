"""The groups of an entry: what each was given, and which of them are arms beside one another.

Ids of groups mean nothing from one measure to the next, so a group is known by its title. Groups that occur in one measure were compared
with one another; a panel, a period or a phase of its own, and a measure of some of the participants, is a part of the trial.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from registry.trialregistry.reading import Reading
from registry.trialregistry.texts import clean
from schemas.vocabulary import rows

__all__ = ["RUN_IN", "Given", "PartKey", "given_in", "group_key", "is_pooled", "is_whole", "part_of_reading", "tied"]

_PANEL = re.compile(r"^((?:panel|cohort|part|stage|sub-?study|study|group)\s+[A-Z0-9]{1,3})\s*[:\-]\s*", re.IGNORECASE)
_PERIOD = re.compile(r"\bperiod (\d(?:\s*(?:and|&|-)\s*\d)*)", re.IGNORECASE)
RUN_IN = "run-in"
_PHASES = {
    RUN_IN: re.compile(r"(?P<past>\b(?:after|following|since|from|post|end of)[\s-]+(?:the )?(?:end of )?(?:the )?)?(?:\b(?:single[- ]blind|placebo|open[- ]label|screening|prospective|drug)\s+)*(?:\b(?:run|lead)-?\s?in\b(?! (?:score|value|baseline))|\bscreening(?:/\w+)? (?:phase|period)|\bwash-?out (?:phase|period))", re.IGNORECASE),
    "follow-up": re.compile(r"\bfollow-?up (?:phase|period)|\bpost-?treatment (?:phase|period)|\bFU phase", re.IGNORECASE),
    "open-label": re.compile(r"\bopen[- ]label(?: \(OL\))?(?: \w+)? (?:phase|period|extension)|\bOL(?: \w+)? (?:phase|period)|^OL\s*:", re.IGNORECASE),
    "maintenance": re.compile(r"\b(?:maintenance|optimi[sz]ation)(?: \(\w+\))?(?:/\w+)? (?:phase|period)|\b(?:OP/MA|MA|OP)(?: phase)?\b(?=\)|:| phase)", re.IGNORECASE),
    "extension": re.compile(r"\bextension (?:phase|period|study)|\bcontinuation (?:phase|period)", re.IGNORECASE),
}  # fmt: skip
_POOLED = re.compile(r"\b(?:total|all|overall|pooled|combined|any dose|both)\b", re.IGNORECASE)
_DOSE = re.compile(r"(\d+(?:\.\d+)?)\s*(mg/kg|mg|milligrams?|mcg|µg|ug|micrograms?)(?!\w)(\s*/\s*day|\s*per day)?", re.IGNORECASE)
_MATCHING = re.compile(
    r"\bplacebo\b[\s(,-]*(?:matching|matched|to match|for|corresponding to|equivalent to)\s+(?:to\s+|the\s+)?(?:intranasal\s+|oral\s+)?[\w-]+(?:\s+nasal spray)?\)?"
    r"|\b[\w-]+[\s-]+(?:matching|matched)[\s-]+placebo\b",
    re.IGNORECASE,
)
"""A placebo named by the drug that it looks like."""

_OTHER_SUBSTANCE = re.compile(
    r"(?:(?<![A-Za-z/,])\(?[RSDL]\)?-|(?<![A-Za-z/,])\([RSDL]\)\s?|\([+-]\)[-\s]?"
    r"|(?<![A-Za-z])(?:es|ar|nor|des\w*|lev|levo|dex\w*|hydroxy\w*|\w*methyl|deuter\w+|deu|iso|cis|trans|meta|para|epi|oxo|[NO]|pro)-)$",
    re.IGNORECASE,
)
"""What before a name makes it another substance's: an enantiomer's sign or a chemical prefix. `R,S` and `R/S` are the racemate, which the name means."""

_NEAR = 40
"""Characters beside a name that are looked at."""

_LETTERED = re.compile(r"\b(?:arm|group|panel|cohort|part|sequence|stage|study|stratum)\s*\(?[A-Z]\)?[-\s]*$", re.IGNORECASE)
_OF_SUBSTANCE = re.compile(
    r"^[\s-]+(?:\(?[RSDL]\)?-)?(?:metabolite|enantiomer|isomer|analogue?|derivative|prodrug)s?\b", re.IGNORECASE
)
_NOT_GIVEN = re.compile(r"\b(?:no|not|without|non|never|excluding|former|prior|previous|previously|anti)[\s-]+$", re.IGNORECASE)
_NOT_TAKEN = re.compile(r"^(?:-|\s+)(?:naive|free|resistant|refractory|intolerant|experienced|exposed|like)\b", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:(?:stable|early|late|sustained|initial|acute) )*(?:non-?\s?)?(?:responders?|remitters?|completers?|relapsers?)\b|\bsub-?(?:group|set|population|cohort)\b[^,;:()]*",
    re.IGNORECASE,
)
"""Words of a group's title by which it is some of an arm's participants."""

_UNITS = {
    "mg": "mg",
    "mg/kg": "mg/kg",
    "milligram": "mg",
    "milligrams": "mg",
    "mcg": "ug",
    "µg": "ug",
    "ug": "ug",
    "microgram": "ug",
    "micrograms": "ug",
}
_ROUTES = {
    "intranasal": r"intranasal|nasal spray|nasal",
    "intravenous": r"intravenous|IV|infusion",
    "intramuscular": r"intramuscular",
    "subcutaneous": r"subcutaneous",
    "sublingual": r"sublingual",
    "oral": r"oral|tablets?|capsules?",
}
_WORDS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Given:
    """What a group's title says it was given: the terms of the treatments it names, the dose, and the route of the first of them."""

    treatments: tuple[str, ...]
    doses: tuple[str, ...]
    unit: str
    route: str


@dataclass(frozen=True, order=True)
class PartKey:
    """Which part of a trial: a panel, a period or phase, a subset of the participants; all empty for the whole."""

    panel: str = ""
    phase: str = ""
    subset: str = ""

    @property
    def slug(self) -> str:
        return slug(" ".join((self.panel, self.phase, self.subset)))


def slug(text: str) -> str:
    """A name made of a text's letters and digits."""
    return "-".join(_WORDS.findall(text.lower()))[:60].strip("-")


def group_key(title: str) -> str:
    """A title without case, signs and spaces: `Panel A:Period 2 Placebo` and `Panel A: Period 2: Placebo` are one group."""
    return "".join(_WORDS.findall(clean(title).lower().replace("milligrams (mg)", "mg").replace("milligrams", "mg")))


def is_whole(phase: str, *, masked: bool) -> bool:
    """Whether a phase may be all of a trial that names it in every figure: a run-in or follow-up never is, an open-label phase isn't of a
    masked trial.
    """
    return phase not in {RUN_IN, "follow-up", "extension"} and not (phase == "open-label" and masked)


def part_of_reading(reading: Reading) -> PartKey:
    """The part that a figure is of: by its class, its group's title, and the measure's title."""
    figure = reading.figure
    group, own, title = clean(figure.group.title), clean(figure.class_title), clean(figure.measure.title)
    panel = match[1] if (match := _PANEL.match(group)) else ""
    some = _SOME.search(group)
    return PartKey(panel, _phase((own, group, title)), reading.subset or (some[0] if some else ""))


def _phase(texts: Iterable[str]) -> str:
    """The phase that the first of the texts names; nothing for the first, double-blind or only one."""
    for text in texts:
        if match := _PERIOD.search(text):
            return f"period {' '.join(match[1].split())}"
        found = ((phase, pattern.search(text)) for phase, pattern in _PHASES.items())
        named = [phase for phase, match in found if match and not match.groupdict().get("past")]
        if named:
            return named[0]
        if re.search(r"\b(?:double[- ]blind|DB|IND|induction|acute)\b", text, re.IGNORECASE):
            return ""
    return ""


def given_in(title: str) -> Given:
    """What a group's title says that the group was given. A name that a prefix makes another substance's, such as `S-citalopram`, leaves
    open what that was: no treatment is named then.
    """
    text = _MATCHING.sub("placebo", clean(title).replace("'s ", " "))
    found, others = _named_in(text)
    # a name within another's, as `quetiapine` in `quetiapine extended release`, is no second treatment
    found = {term: name for term, name in found.items() if not any(set(name) < set(other) for other in found.values())}
    if any(not any(set(name) < set(longer) for longer in found.values()) for name in others):
        found = {}
    doses = [(match[1], match[2].lower(), bool(match[3])) for match in _DOSE.finditer(text)]
    units = {_UNITS[unit] + ("/day" if daily and _UNITS[unit] == "mg" else "") for _, unit, daily in doses}
    listed = _listed_doses(text)
    return Given(
        treatments=tuple(found),
        doses=listed or tuple(dict.fromkeys(dose for dose, *_ in doses)),
        unit=units.pop() if len(units) == 1 else "",
        route=_route(text, next(iter(found.values()))) if len(found) == 1 else "",
    )


def _named_in(text: str) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, ...]]]:
    """The terms of the treatments that a text names, with their names; and names in it that are a part of another substance's."""
    places = [(match[0], match.start(), match.end()) for match in _WORDS.finditer(text.lower())]
    words = tuple(word for word, *_ in places)
    found: dict[str, tuple[str, ...]] = {}
    others: list[tuple[str, ...]] = []
    for name, term in _names():
        for at in range(len(words) - len(name) + 1):
            if words[at : at + len(name)] != name:
                continue
            first, last = places[at][1], places[at + len(name) - 1][2]
            before, after = text[max(0, first - _NEAR) : first], text[last : last + _NEAR]
            if (_OTHER_SUBSTANCE.search(before) and not _LETTERED.search(before)) or _OF_SUBSTANCE.match(after):
                others.append(name)
            elif not (_NOT_GIVEN.search(before) or _NOT_TAKEN.match(after)):
                found[term] = name
    return found, others


def _listed_doses(text: str) -> tuple[str, ...]:
    """Doses that share their unit: `56 or 84 mg`, `56/84 mg`."""
    match = re.search(
        r"((?:\d+(?:\.\d+)?\s*(?:mg)?\s*(?:,|/|\+|&|\band\b|\bor\b|\bto\b|-)\s*)+\d+(?:\.\d+)?)\s*mg\b", text, re.IGNORECASE
    )
    return tuple(re.findall(r"\d+(?:\.\d+)?", match[1])) if match else ()


def _route(text: str, name: tuple[str, ...]) -> str:
    """The route that stands right before or after a treatment's name; another's route is not its own."""
    drug = r"\W+(?:\w+\W+)?".join(name)
    for route, words in _ROUTES.items():
        if re.search(rf"\b(?:{words})\W+{drug}\b|\b{drug}\W+(?:{words})\b", text, re.IGNORECASE):
            return route
    return ""


@cache
def _names() -> tuple[tuple[tuple[str, ...], str], ...]:
    """What treatments are called, as words, with their terms: labels, and what people call them."""
    terms = {row["treatment_id"]: row["label"] for row in rows("treatments") if "unstated" not in row["treatment_id"]}
    names = [
        (label, term) for term, label in terms.items() if not term.endswith((".unspecified", ".low-dose")) and "+" not in term
    ]
    names += [
        (row["synonym"], row["means"]) for row in rows("synonyms") if row["vocabulary"] == "treatments" and row["means"] in terms
    ]
    split = ((tuple(_WORDS.findall(name.lower())), term) for name, term in names)
    return tuple((words, term) for words, term in split if words and max(map(len, words)) > 2)


def is_pooled(key: str, groups: Mapping[str, Given], titles: Mapping[str, str], together: Mapping[str, set[str]]) -> bool:
    """Whether a group holds others of its trial: its title says so or lists their doses, or it has no dose, they have, and no measure
    has them beside it.
    """
    mine = groups[key]
    others = [k for k, g in groups.items() if k != key and g.treatments == mine.treatments and len(g.doses) == 1]
    if _POOLED.search(clean(titles[key])):
        return True
    if len(mine.doses) > 1:
        return len({groups[k].doses[0] for k in others} & set(mine.doses)) > 1
    return not mine.doses and len(others) > 1 and not any(k in together[key] for k in others)


def tied(measures: Iterable[set[str]]) -> dict[str, int]:
    """Which groups hang together: those that occur in one measure, and those tied to them; the number of its set for each."""
    sets: list[set[str]] = []
    for groups in measures:
        meeting = [s for s in sets if s & groups]
        sets = [s for s in sets if not s & groups] + [set().union(groups, *meeting)]
    return {key: number for number, keys in enumerate(sorted(sets, key=sorted)) for key in keys}
