"""Trials that a label only refers to: `extension of NCT00000001`, or `of Smith 2010`, is another trial than that."""

from __future__ import annotations

import re
from itertools import count

from schemas.registrations import find_registrations, without_registrations

__all__ = ["own_registrations", "without_others"]

_HERE = "\ue000"
"""Stands for a registration, or another name of a trial, while what is before it is read."""

_NAMED = re.compile(
    r"\b[A-Z]{4,}[-\s]?(?:[1-9]|[IVX]+)\b(?![-\w])|\b(?:(?:van|von|de|den|der|di|da|la|le|el|al)\s+)*[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?,?\s+(?:(?:et\s+al\b\.?|(?:&|and)\s+[A-Z][\w-]+),?\s+)?\(?(?:19|20)\d\d[a-z]?\b\)?"
)
"""A trial by its acronym and number, or by an author and year."""

_SAME = re.compile(
    r"(?:(?:re|sub)-?)?analys[ie]s|(?:post-?)?hoc|interim|reports?|CSR|synops[ie]s|abstracts?|posters?|results?|data|figures?|findings|outcomes|publications?|papers?|articles?|entry|entries|records?"
    r"|parts?|phases?|periods?|stages?|steps?|arms?|cohorts?|sites?|cent(?:re|er)s?|gov|ctgov|registry|register"
    r"|panels?|groups?|sub-?groups?|sub-?sets?|sub-?samples?|samples?|sub-?populations?|population|(?:sub-?)?stud(?:y|ies)|trials?|experiments?|protocol|number|registration"
    r"|registered|known|identified|listed|numbered|reported|described|presented|published|conducted|extracted|taken|[\w-]*\d[\w-]*|[IVX]+|[a-z]"
    r"|universit(?:y|ies)|institutes?|hospitals?|colleges?|schools?|departments?|ministry",
    re.IGNORECASE,
)
"""What is of the trial itself, or is its name: part 2 of it, an analysis of it, `registered as`, University of."""

_BETWEEN = (
    r"(?:[\s.,:'-]|\b(?:the|its|an?|both|stud(?:y|ies)|trials?|protocols?|numbers?|no|nr|registration|registered|parent|original|main|core|feeder|previous"
    r"|earlier|acute|double|open|blind|label|randomi[sz]ed|controlled|phase)\b)*"
)
_REFERS = re.compile(
    rf"""
    (?: (?:\b(?P<noun>(?:(?:extension|follow-?up|continuation|roll-?over)\s+)?[^\W_][\w-]*)\s+)? \b(?:of|to|from|as)\b
      | \b(?P<who>\w+(?:ed|ers)|patients|participants|subjects)\s+in\b
      | \b(?:see(?:\s+also)?|cf|compare[ds]?(?:\s+(?:to|with))?|parent|feeder|core|original|index|preceding|previous|prior|earlier|later|subsequent|after|following
        |follows|before|preceded\s+by|followed\s+by|not|unlike|without|excluding|except|complet(?:ed|ing|ers)|versus|vs|related|linked|companion|sister|extends|continues|continued)\b
    )
    {_BETWEEN} {_HERE} (?:(?:,?\s*(?:[/&+]|and\b|or\b)|\s*,)\s*{_HERE})*
    | {_HERE} (?:'s)? [\s-]+ (?:(?:open|label|long|term|double|blind)[\s-]+)* (?:extension|follow-?up|continuation|roll-?over) \b (?!\s+(?:phase|period|part)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def own_registrations(label: str) -> list[tuple[str, str]]:
    """The registrations in a label that it doesn't only refer to."""
    others = _referred(without_registrations(label, _HERE))
    return [number for place, number in enumerate(find_registrations(label)) if place not in others]


def without_others(label: str) -> str:
    """A label without the trials that it only refers to by an acronym and number, or an author and year."""
    others = _referred(
        _NAMED.sub(f"{_HERE},", label)
    )  # a comma: `Smith 2010 follow-up` is by that name, and in `extension of X-1, Smith 2010` so is Smith
    places = count()
    return _NAMED.sub(lambda found: " " if next(places) in others else found[0], label)


def _referred(marked: str) -> set[int]:
    """Which of the trials that are marked in a label it only refers to."""
    others: set[int] = set()
    for refers in _REFERS.finditer(marked):
        if not _SAME.fullmatch(refers["noun"] or refers["who"] or "-"):
            first = marked.count(_HERE, 0, refers.start())
            others |= set(range(first, first + refers[0].count(_HERE)))
    return others
