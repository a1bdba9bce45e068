"""Whether a claimed rate agrees with the other claims of its source: remission above response doesn't, in the same people."""

from __future__ import annotations

from collections.abc import Sequence

from registry.auditing.claims import Claim
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.spans import figure_in_words

__all__ = ["claimed", "coherence"]


def claimed(claim: Claim) -> str:
    """The figure of a claim, in words."""
    return figure_in_words(claim.low, claim.high, claim.bound, claim.unit)


def coherence(claim: Claim, claims: Sequence[Claim], known: Knowledge) -> Ground | None:
    """The ground that a claim of response or remission is incoherent with another of the same source; None where it isn't."""
    clashes = [other for other in claims if _clash(claim, other) and not _set_apart(claim, other, known)]
    if not clashes:
        return None
    # One that clashes with several is shown beside the one that it is furthest from.
    other = max(clashes, key=lambda o: abs((o.share or 0) - (claim.share or 0)))
    remission, response = (claim, other) if claim.outcome == "remission" else (other, claim)
    said = [
        f"The same source claims {claimed(remission)} remission and {claimed(response)} response for {known.word(claim.subject)}.",
        "A person in remission has also improved by half, so in one population, on one scale and one day, remission can't exceed "
        "response.",
        f"Nothing that the source states distinguishes the two: {_open(remission, response, known)}.",
    ]
    if remission.bound == "up-to" and response.bound != "up-to":
        said.append("If one is the highest figure of several studies and the other a typical one, they must not be compared.")
    text = f"{other.claim_id}: {other.statement}"
    sources = (other.source,) if other.source else ()
    return Ground(Word.INCOHERENT, tuple(said), evidence=(Evidence("claim", text, sources, other.locator, agrees=False),))


def _clash(claim: Claim, other: Claim) -> bool:
    if (claim.subject, claim.source) != (other.subject, other.source) or claim.share is None or other.share is None:
        return False
    shares = {claim.outcome: claim.share, other.outcome: other.share}
    return len(shares) == 2 and shares["remission"] > shares["response"]


def _set_apart(claim: Claim, other: Claim, known: Knowledge) -> bool:
    """Whether the two state something in which they differ. What only one of them states doesn't distinguish them."""
    return any(None not in pair and pair[0] != pair[1] for pair in _words(claim, other, known).values())


def _words(claim: Claim, other: Claim, known: Knowledge) -> dict[str, tuple[object, object]]:
    one, two = (known.definitions.get(c.definition or "") for c in (claim, other))
    return {
        "population": (claim.population, other.population),
        "scale": (one and one.scale, two and two.scale),
        "visits": (one and one.visits, two and two.visits),
        "time point": (claim.day, other.day),
        "number analysed": (claim.n, other.n),
    }


def _open(remission: Claim, response: Claim, known: Knowledge) -> str:
    """What doesn't distinguish the two, in words: the population, the scale and the day of each."""
    told = []
    for name, (one, two) in _words(remission, response, known).items():
        if name in {"visits", "number analysed"}:
            continue
        if one is None and two is None:
            told.append(f"{name} stated for neither")
        elif one is None or two is None:
            which = "remission" if one is None else "response"
            told.append(f"{name} not stated for {which}")
        else:
            told.append(f"{name} the same")
    return ", ".join(told)
