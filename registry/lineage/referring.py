"""Trials that a label only refers to: `extension of NCT00000001` is another trial than NCT00000001."""

from __future__ import annotations

import re

from schemas.registrations import find_registrations, without_registrations

__all__ = ["own_registrations"]

_HERE = "\ue000"
"""Stands for a registration while what is before it is read."""

_SAME = re.compile(
    r"(?:re-?)?analys[ie]s|hoc|interim|reports?|CSR|synops[ie]s|abstracts?|posters?|results?|data|figures?|findings|outcomes|publications?|papers?|articles?|entry|entries|records?"
    r"|parts?|phases?|periods?|stages?|steps?|arms?|cohorts?|sites?|cent(?:re|er)s?|gov|ctgov|registry|register"
    r"|panels?|groups?|sub-?groups?|sub-?sets?|sub-?samples?|samples?|sub-?populations?|population|sub-?stud(?:y|ies)|protocol|number|registration"
    r"|registered|known|identified|listed|numbered|reported|described|presented|published|conducted|extracted|taken|[0-9IVX]+|[a-z]",
    re.IGNORECASE,
)
"""What is of the trial itself: part 2 of it, an analysis of it, `registered as`."""

_BETWEEN = (
    r"(?:[\s.,:'-]|\b(?:the|its|an?|both|stud(?:y|ies)|trials?|protocols?|numbers?|no|nr|registration|registered|parent|original|main|core|feeder|previous"
    r"|earlier|acute|double|open|blind|label|randomi[sz]ed|controlled|phase)\b)*"
)
_REFERS = re.compile(
    rf"""
    (?: (?:\b(?P<noun>[^\W_][\w-]*)\s+)? \b(?:of|to|from|as)\b
      | \b(?P<who>\w+(?:ed|ers)|patients|participants|subjects)\s+in\b
      | \b(?:see(?:\s+also)?|cf|compare[ds]?(?:\s+(?:to|with))?|parent|feeder|core|original|index|preceding|previous|prior|earlier|later|subsequent|after|following
        |follows|before|preceded\s+by|followed\s+by|not|unlike|without|excluding|except|complet(?:ed|ing|ers)|versus|vs|related|linked|companion|sister|extends|continues|continued)\b
    )
    {_BETWEEN} {_HERE} (?:\s*(?:[,/&+]|and|or)\s*{_HERE})*
    | {_HERE} (?:'s)? [\s-]+ (?:(?:open|label|long|term|double|blind)[\s-]+)* (?:extension|follow-?up|continuation|roll-?over) \b (?!\s+(?:phase|period|part)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def own_registrations(label: str) -> list[tuple[str, str]]:
    """The registrations in a label that it doesn't only refer to."""
    found = find_registrations(label)
    marked = without_registrations(label, _HERE)
    others: set[int] = set()
    for refers in _REFERS.finditer(marked):
        if not _SAME.fullmatch(refers["noun"] or refers["who"] or "-"):
            first = marked.count(_HERE, 0, refers.start())
            others |= set(range(first, first + refers[0].count(_HERE)))
    return [number for place, number in enumerate(found) if place not in others]
