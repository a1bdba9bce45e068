"""Whether a claimed rate can be true together with the other claims of its source: nested rules, the same people, one day."""

from __future__ import annotations

from collections.abc import Sequence

from registry.auditing.claims import Claim
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Definition, Knowledge
from registry.auditing.spans import figure_in_words

__all__ = ["claimed", "coherence"]


def claimed(claim: Claim) -> str:
    """The figure of a claim, in words."""
    return figure_in_words(claim.low, claim.high, claim.bound, claim.unit)


def coherence(claim: Claim, claims: Sequence[Claim], known: Knowledge) -> Ground | None:
    """The ground that a claim of response or remission can't be true together with another of the same source; None if it can.

    Only logic decides: the remission's rule contains the response's, both are about the same people on one day, and both are points. What
    isn't stated could differ, and registries hold arms with more remitters than responders by rules that aren't nested.
    """
    clashes = [other for other in claims if _clash(claim, other, known)]
    if not clashes:
        return None
    # One that clashes with several is shown beside the one that it is furthest from.
    other = max(clashes, key=lambda o: abs((o.share or 0) - (claim.share or 0)))
    remission, response = (claim, other) if claim.outcome == "remission" else (other, claim)
    told = (
        f"The same source claims {claimed(remission)} remission and {claimed(response)} response for {known.word(claim.subject)}, in the "
        f"same people ({known.word(claim.population)}) on the same day.",
        f"Everybody in remission by “{_definition(remission, known).label}” is also a responder by “{_definition(response, known).label}”, "
        "so remission can't exceed response.",
    )
    text = f"{other.claim_id}: {other.statement}"
    sources = (other.source,) if other.source else ()
    change = (
        f"Remission of {claimed(response)} or less, response of {claimed(remission)} or more, or different people, days or scales would: the source would "
        "have to say so."
    )
    return Ground(
        Word.INCOHERENT, told, evidence=(Evidence("claim", text, sources, other.locator, agrees=False),), to_change=change
    )


def _definition(claim: Claim, known: Knowledge) -> Definition:
    return known.definitions[claim.definition or ""]


def _clash(claim: Claim, other: Claim, known: Knowledge) -> bool:
    """Whether the two are points that logic forbids together: more in remission than responders, by a rule that contains the other."""
    if not (_is_point(claim) and _is_point(other)):
        return False
    if any(getattr(claim, name) != getattr(other, name) for name in ("subject", "source", "population", "day", "anchor", "n")):
        return False
    remission, response = (claim, other) if claim.outcome == "remission" else (other, claim)
    if remission.outcome != "remission" or response.outcome != "response":
        return False
    if claim.population is None or claim.window is None:
        return False
    return (remission.definition, response.definition) in known.nested and (remission.share or 0) > (response.share or 0)


def _is_point(claim: Claim) -> bool:
    """Whether a claim is one value, and no bound, range or estimate."""
    return (
        claim.share is not None and claim.bound in {None, "exact"} and claim.low is not None and claim.high in {None, claim.low}
    )
