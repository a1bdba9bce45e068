"""Claims about the evidence itself: how much there is, and the people it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge
from registry.strata.rows import rows_of

__all__ = ["judged_evidence_base"]

_DOCUMENTS = {"reviews", "meta-analyses", "studies", "trials", "articles", "documents"}
"""Units in which evidence is counted, and in which it can be looked up."""


def judged_evidence_base(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim about the evidence: by the documents that it names, or by the populations of the registry's trials."""
    if claim.low is not None or claim.high is not None:
        return _documents(claim, known) if _DOCUMENTS & set((claim.unit or "").split()) else _uncounted(claim)
    trials = _trials(claim.subject, known)
    evidence = tuple(_let_in(claim.subject, trials, known))
    if claim.population is None:
        because = "The claim gives no number, and no population that the registry knows, so there is nothing to count."
        return Ground(Word.NOT_JUDGED, (because,), ("population", "a figure"), evidence=evidence)
    meant = known.within(claim.population)
    inside, total = sum(n for population, n in trials.items() if population in meant), sum(trials.values())
    subject, where = known.word(claim.subject), known.word(claim.population)
    counted = f"Of the registry's {total} trials with a rate of {subject}, {inside} were in {where}."
    if not total:
        return Ground(Word.NOT_JUDGED, (f"The registry has no trial of {subject}.",), ("trials",))
    if inside == total:
        return Ground(Word.SUPPORTED, (counted,), evidence=evidence)
    if not inside:
        return Ground(Word.CONTRADICTED, (counted,), evidence=evidence)
    because = "It is true of some trials and not of others; only the documents it cites would show which trials it means."
    return Ground(Word.UNVERIFIABLE, (counted, because), ("source",), evidence=evidence)


def _uncounted(claim: Claim) -> Ground:
    because = f"The claim counts {claimed(claim)}: the registry has nothing to count them in."
    return Ground(Word.NOT_JUDGED, (because,), ("participants' data",))


def _documents(claim: Claim, known: Knowledge) -> Ground:
    named, needed = len(known.documents), claim.low if claim.low is not None else claim.high
    evidence = tuple(Evidence("document", title) for title in known.documents)
    said = f"The claim cites {claimed(claim)}; the package lists {named or 'none'} of them"
    if needed is not None and named >= needed:
        return Ground(Word.SUPPORTED, (f"{said}.",), evidence=evidence)
    because = f"{said}. So it can't be checked which documents support its figures."
    return Ground(Word.UNVERIFIABLE, (because,), ("source",), evidence=evidence)


def _trials(subject: str, known: Knowledge) -> Mapping[str, int]:
    """The trials that have a rate of the subject, by population."""
    found = {(row.trial, row.population) for row in rows_of(known.rows, subject)}
    return Counter(population for _, population in sorted(found))


def _let_in(subject: str, trials: Mapping[str, int], known: Knowledge) -> list[Evidence]:
    ordered = sorted(trials.items(), key=lambda item: (-item[1], item[0]))
    return [
        Evidence(
            "trials",
            f"{n} trial{'s' if n > 1 else ''} of {known.word(subject)}: {known.word(population)}",
            figures={"population": population, "trials": n},
        )
        for population, n in ordered
    ]
