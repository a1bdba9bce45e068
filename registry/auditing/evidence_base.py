"""Claims about the evidence itself: how much there is, and the people it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.holding import may_mean
from registry.auditing.knowledge import Knowledge, Tried
from registry.auditing.margins import around, everything
from registry.auditing.spans import Span, span_of
from registry.strata.comparable import NOT_RANDOMISED
from registry.strata.rows import Row, rows_of
from schemas.wording import counted

__all__ = ["judged_evidence_base"]

_DOCUMENTS = {"reviews", "meta-analyses", "articles", "documents"}
"""Units in which evidence is counted, and in which the documents that a package lists can be looked up."""

_TRIALS = {"trial", "trials", "study", "studies"}
"""Units in which the registry's own trials can be counted: documents cited aren't counted as trials."""

_RANDOMISED, _PLAIN = {"randomised", "randomized"}, {"clinical"}
"""What may be before them. Other words name kinds of trials that the registry can't distinguish here."""

_IN_SHORT = re.compile(r"\brcts?\b|\b(randomi[sz]ed)[ -]controlled\b")
"""Randomised trials by other words: what they randomise to is their control."""


def judged_evidence_base(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim about the evidence: by the documents that it names, or by the populations of the registry's trials."""
    if claim.low is not None or claim.high is not None:
        return _counted(claim, known)
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


def _counted(claim: Claim, known: Knowledge) -> Ground:
    """A claim of how many documents or trials there are."""
    unit = _IN_SHORT.sub(lambda found: found[1] or "randomised trials", (claim.unit or "").lower())
    words = set(unit.split())
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    if span is None or not words & (_DOCUMENTS | _TRIALS):
        return _uncounted(claim)
    if everything(span):
        because = f"The claim counts {claimed(claim)}: any number would do."
        change = "A number that a list of documents could fall short of would make it one to judge."
        return Ground(Word.NOT_JUDGED, (because,), ("a figure",), to_change=change, gap="any-value")
    wanted = around(span) if claim.bound == "about" else span
    if words & _DOCUMENTS:
        return _documents(claim, wanted, known)
    if words - _TRIALS - _RANDOMISED - _PLAIN:
        because = f"The claim counts {claimed(claim)}, and the registry doesn't tell these from other trials."
        change = "A number of trials, or of randomised trials, would make it one to judge."
        return Ground(Word.UNVERIFIABLE, (because,), ("source",), to_change=change)
    return _of_the_registry(claim, wanted, known, randomised=bool(words & _RANDOMISED))


def _documents(claim: Claim, wanted: Span, known: Knowledge) -> Ground:
    """Whether the package lists as many documents as the claim cites: that they exist, not that they say what it says."""
    named, needed = len(known.documents), wanted.low
    evidence = tuple(Evidence("document", title) for title in known.documents)
    listed = f"The claim cites {claimed(claim)}; the package lists {named or 'none'} of them"
    if needed > 0 and wanted.holds(Span(named, named, wanted.unit)):
        change = f"With fewer than {needed:g} documents in the package it would be unverifiable."
        return Ground(Word.SUPPORTED, (f"{listed}.",), evidence=evidence, to_change=change)
    if needed <= 0 or named > wanted.high:
        because = (
            "A list of documents can't show that there are no more." if needed <= 0 else "Which of those it means isn't stated."
        )
        change = (
            "No list of documents would."
            if needed <= 0
            else "A package that lists the documents it means alone would support it."
        )
    else:
        because = "So it can't be checked which documents support its figures."
        left = needed - named
        more = (
            f"{left:g} more document{'' if left == 1 else 's'}"
            if named
            else f"The {f'{needed:g} documents' if needed != 1 else 'document'}"
        )
        change = f"{more} by name, as sources of the package, would support it."
    return Ground(Word.UNVERIFIABLE, (f"{listed}.", because), ("source",), evidence=evidence, to_change=change)


def _of_the_registry(claim: Claim, wanted: Span, known: Knowledge, *, randomised: bool) -> Ground:
    """Whether the registry has as many trials. It doesn't hold every trial, so it can show that there are more than claimed, and never that there are fewer."""
    found = _existing(claim, known, randomised=randomised)
    number, subject = len(found), known.word(claim.subject)
    where = f" in {known.word(claim.population)}" if claim.population else ""
    kind = "randomised trial" if randomised else "trial"
    told = f"The claim counts {claimed(claim)}; the registry has {counted(number, kind) if number else f'no {kind}'} of {subject}{where}."
    of_few = wanted.low <= 0
    evidence = tuple(_let_in(claim.subject, Counter(population for _, population in sorted(found.items())), known))
    if number > wanted.high and of_few:
        change = f"At least {number}, or any lower bound, would be supported."
        return Ground(Word.CONTRADICTED, (told,), evidence=evidence, to_change=change)
    if not of_few and wanted.holds(Span(number, number, wanted.unit)):
        change = (
            "Nothing would: more trials are still at least as many."
            if wanted.one_sided
            else f"More than {math.floor(wanted.high)} in the registry would leave open which are meant."
        )
        return Ground(Word.SUPPORTED, (told,), evidence=evidence, to_change=change)
    if number > wanted.high:
        because, change = "Which of those it means isn't stated.", f"A claim of at least {number} would be supported."
    else:
        because = (
            f"The registry doesn't hold every trial, so it can't show that there are {'no more' if of_few else 'not so many'}."
        )
        more = math.floor(wanted.high) + 1 - number if of_few else math.ceil(wanted.low) - number
        change = f"{counted(more, f'more {kind}')} in the registry would {'contradict' if of_few else 'support'} it."
    return Ground(Word.UNVERIFIABLE, (told, because), ("source",), evidence=evidence, to_change=change)


def _existing(claim: Claim, known: Knowledge, *, randomised: bool) -> dict[str, str]:
    """The registry's trials of what a claim is about, with any figure of it, each with its people; reports that pool trials are none."""
    within = None if claim.population is None else known.within(claim.population)
    rows: list[Row | Tried] = [row for row in known.rows if may_mean(claim, [row], known)]
    if claim.definition is None and claim.window is None:
        rows += known.tried
    taken = [
        row
        for row in rows
        if (within is None or row.population in within) and (not randomised or row.arm_kind not in {NOT_RANDOMISED, "unstated"})
    ]
    sides = [
        {row.trial: row.population for row in taken if side in (row.node, row.class_)}
        for side in (claim.subject, claim.comparator)
        if side is not None
    ]
    return {trial: population for trial, population in sides[0].items() if all(trial in side for side in sides)}


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
