"""Whether a group is what its title says: one that is named by an earlier treatment, or described as having had another, makes no arm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from registry.trialregistry.figures import ResultGroup
from registry.trialregistry.given import joined_with, treatments_in
from registry.trialregistry.groups import group_key, is_double_blind
from registry.trialregistry.texts import clean

__all__ = ["named_by_another_phase", "shared_titles", "told_otherwise"]

_PHASE = r"(?:phase|period|part|stage|(?:previous|prior|parent|feeder|original|core) (?:study|trial)|(?:study|trial) \d+)\b"
_GIVEN = r"(?:received|were\s+(?:\w+\s+)?(?:treated|given|randomi[sz]ed|assigned|allocated)|had\s+been|took|had)\b"
_EARLIER = re.compile(
    rf"\b(?:who|that|having)\s+(?:\w+\s+)?{_GIVEN}[^.;]{{0,120}}\b{_PHASE}[^.;]{{0,60}}?\b(?:received|continu\w+|switch\w*|entered|crossed|rolled|were\s+(?:given|switched|re-?\w+))\b"
    rf"|\b(?:previous|former|original|initial)(?:ly)?\s+(?:\w+\s+)?(?:{_GIVEN}|treated|randomi[sz]ed|assigned|received)|\bcross(?:ed)?[\s-]?over\s+to\b|\brolled\s+over\b|\bswitched\s+(?:to|from)\b",
    re.IGNORECASE,
)
"""That its people came from an earlier phase, or from another treatment."""

_SOME = re.compile(
    r"^(?:the |all |those |a )*(?:\w+ )?(?:non-?\s?)?(?:responders|remitters|completers|sub-?(?:group|set|sample))\b",
    re.IGNORECASE,
)
_MATCHED = re.compile(
    r"(?:\b[\w-]+[\s-])?\b(?:match\w*|identical|similar|indistinguishable|placebo for|compar\w+|instead of|not (?:permitted|allowed)|mimic\w*)\b[^.;]{0,40}",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(?:anti-?depressants?|ADs?|SSRIs?|SNRIs?|one of (?:the )?following|current|background)\b.*", re.IGNORECASE
)
"""What a placebo looks like, and the antidepressants that all arms have."""


def told_otherwise(group: ResultGroup, treatment: str, phase: str) -> str:
    """Why a group's description says that it isn't one that had the treatment of its title, and began with it: nothing where it doesn't say so.
    ``phase`` is the phase that its part is named by, so that its description may name earlier ones.
    """
    words = re.sub(rf"\bswitched to (?:\w+ )?{re.escape(treatment)}\b", " ", clean(group.description), flags=re.IGNORECASE)
    if not phase and (found := _EARLIER.search(words) or _SOME.search(words)):
        return f"its description says `{found[0]}`: what it had, or which of the participants it holds, isn't clear"
    told = _BACKGROUND.sub(" ", _MATCHED.sub(" ", words))
    parts = set(treatment.split("+")) | {treatment, "placebo"}
    if not phase and (others := [term for term in treatments_in(told) if term not in parts]):
        return f"its description names `{', '.join(others)}`, and its title {treatment}"
    if besides := joined_with(told):
        return f"its description says `{besides}`, and its title only {treatment}"
    return ""


def named_by_another_phase(title: str, phase: str, phases: Iterable[str], treatments: Iterable[str]) -> str:
    """Why the groups of an open-label phase or extension are named by what they had before: one is called by the double-blind phase, or by a placebo."""
    if is_double_blind(title) and {"open-label", "extension"} & set(phases):
        return f"`{title}` is named by the double-blind phase, and its figures are of another: what it had there isn't said"
    if phase == "open-label" and "placebo" in treatments:
        return f"`{title}` is beside a placebo in an open-label phase: the groups are named by what they had before"
    return ""


def shared_titles(groups: Iterable[ResultGroup]) -> frozenset[str]:
    """The keys of titles that several groups of a measure have: which is which isn't said."""
    return frozenset(key for key, number in Counter(group_key(group.title) for group in groups).items() if number > 1)
