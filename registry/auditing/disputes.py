"""Claims that stand against each other: the registry names no winner, and says in what they differ."""

from __future__ import annotations

from collections.abc import Sequence

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Dispute
from registry.auditing.knowledge import Knowledge

__all__ = ["disputes_of"]

_SEEN = {
    "disputes": ("disputes", "disputed by"),
    "replies-to": ("replies to", "replied to by"),
    "corrects": ("corrects", "corrected by"),
    "qualifies": ("qualifies", "qualified by"),
    "agrees-with": ("agrees with", "upheld by"),
}
"""A relation as each of the two claims sees it."""


def disputes_of(claim: Claim, claims: Sequence[Claim], known: Knowledge) -> tuple[Dispute, ...]:
    """The claims that a claim is related to, from either side; each with the columns that explain why the two differ."""
    found = []
    for other in claims:
        if claim.related == other.claim_id and claim.relation is not None:
            found.append(Dispute(_SEEN[claim.relation][0], other, _differing(claim, other, known)))
        if other.related == claim.claim_id and other.relation is not None:
            found.append(Dispute(_SEEN[other.relation][1], other, _differing(claim, other, known)))
    return tuple(found)


def _differing(claim: Claim, other: Claim, known: Knowledge) -> dict[str, tuple[str, str]]:
    sides = [
        {
            "value": claimed(c),
            "definition": known.word(c.definition),
            "number analysed": "not stated" if c.n is None else f"{c.n:,}",
            "population": known.word(c.population),
            "time point": _when(c),
            "treatment": known.word(c.subject),
        }
        for c in (claim, other)
    ]
    differing = {name: (mine, sides[1][name]) for name, mine in sides[0].items() if mine != sides[1][name]}
    if claim.outcome is None or other.outcome is None:
        # What is no rate has neither a value nor a definition that a rate's could be held against.
        differing = {name: both for name, both in differing.items() if name not in {"value", "definition"}}
    return differing


def _when(claim: Claim) -> str:
    if claim.window is None:
        return "not stated"
    return f"day {claim.day:g}" if claim.day else claim.window
