"""Claims about the evidence itself: how much there is, and the people it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import everything
from registry.auditing.spans import span_of
from registry.strata.rows import rows_of
from schemas.wording import counted

__all__ = ["judged_evidence_base"]

_DOCUMENTS = {"reviews", "meta-analyses", "studies", "trials", "articles", "documents"}
"""Units in which evidence is counted, and in which it can be looked up."""


def judged_evidence_base(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim about the evidence: by the documents that it names, or by the populations of the registry's trials."""
    if claim.low is not None or claim.high is not None:
        return _documents(claim, known) if _DOCUMENTS & set((claim.unit or "").split()) else _uncounted(claim)
    trials = _trials(claim.subject, known)
    evidence = tuple(_let_in(claim.subject, trials, known))
    subject = known.word(claim.subject)
    if claim.population is None:
        because = "The claim gives no number, and no population that the registry has a term for, so there is nothing to count."
        change = "A number of documents, or a population that the registry has a term for, would give it something to count."
        return Ground(
            Word.NOT_JUDGED, (because,), ("population", "a figure"), evidence=evidence, to_change=change, gap="nothing-to-count"
        )
    meant = known.within(claim.population)
    inside, total = sum(n for population, n in trials.items() if population in meant), sum(trials.values())
    where = known.word(claim.population)
    counted_ = f"Of the registry's {counted(total, 'trial')} with a rate of {subject}, {inside} {'was' if inside == 1 else 'were'} in {where}."
    if not total:
        change = f"A trial of {subject} with a rate would make it one to judge."
        return Ground(
            Word.NOT_JUDGED, (f"The registry has no trial of {subject}.",), ("trials",), to_change=change, gap="nothing-to-count"
        )
    if inside == total:
        return Ground(Word.SUPPORTED, (counted_,), evidence=evidence, to_change="One trial in other people would undo it.")
    if not inside:
        change = "A trial in these people would; a claim that some of its evidence comes from them would then hold."
        return Ground(Word.CONTRADICTED, (counted_,), evidence=evidence, to_change=change)
    because = "It is true of some trials and not of others; only the documents it cites would show which trials it means."
    change = f"It would be supported if it meant {'that trial' if inside == 1 else f'those {inside} trials'} alone, and contradicted if it meant the other{'' if total - inside == 1 else f' {total - inside}'}: a list of its trials would tell."
    return Ground(Word.UNVERIFIABLE, (counted_, because), ("source",), evidence=evidence, to_change=change)


def _uncounted(claim: Claim) -> Ground:
    because = f"The claim counts {claimed(claim)}, and the registry has nothing to count them in."
    change = (
        f"Data in which {claim.unit or 'they'} can be counted would: those of the participants, each with why they are in or out."
    )
    return Ground(Word.NOT_JUDGED, (because,), ("participants' data",), to_change=change, gap="nothing-to-count")


def _documents(claim: Claim, known: Knowledge) -> Ground:
    """Whether the package lists as many documents as the claim cites: that they exist, not that they say what it says."""
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    if span is not None and everything(span):
        because = f"The claim cites {claimed(claim)}: any number would do."
        change = "A number that a list of documents could fall short of would make it one to judge."
        return Ground(Word.NOT_JUDGED, (because,), ("a figure",), to_change=change, gap="any-value")
    named, needed = len(known.documents), claim.low if claim.low is not None else claim.high
    evidence = tuple(Evidence("document", title) for title in known.documents)
    listed = f"The claim cites {claimed(claim)}; the package lists {named or 'none'} of them"
    if needed is not None and named >= needed:
        change = f"With fewer than {needed:g} documents in the package it would be unverifiable."
        return Ground(Word.SUPPORTED, (f"{listed}.",), evidence=evidence, to_change=change)
    because = "So it can't be checked which documents support its figures."
    if needed is None:
        more = "The documents"
    elif named:
        left = needed - named
        more = f"{left:g} more document{'' if left == 1 else 's'}"
    else:
        more = f"The {needed:g} documents" if needed != 1 else "The document"
    change = f"{more} by name, as sources of the package, would support it."
    return Ground(Word.UNVERIFIABLE, (f"{listed}.", because), ("source",), evidence=evidence, to_change=change)


def _trials(subject: str, known: Knowledge) -> Mapping[str, int]:
    """The trials that have a rate of the subject, by population."""
    found = {(row.trial, row.population) for row in rows_of(known.rows, subject)}
    return Counter(population for _, population in sorted(found))


def _let_in(subject: str, trials: Mapping[str, int], known: Knowledge) -> list[Evidence]:
    ordered = sorted(trials.items(), key=lambda item: (-item[1], item[0]))
    return [
        Evidence(
            "trials",
            f"{counted(n, 'trial')} of {known.word(subject)}: {known.word(population)}",
            figures={"population": population, "trials": n},
        )
        for population, n in ordered
    ]
