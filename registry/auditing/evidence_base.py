"""Claims about the evidence itself: how much there is, and the people it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.holding import may_mean
from registry.auditing.knowledge import Knowledge, Tried
from registry.auditing.margins import everything
from registry.auditing.spans import Span, span_of
from registry.strata.comparable import NOT_RANDOMISED
from registry.strata.rows import Row
from schemas.wording import counted

__all__ = ["judged_evidence_base"]

_DOCUMENTS = {"review", "reviews", "meta-analysis", "meta-analyses", "article", "articles", "document", "documents"}
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
    plain = replace(claim, population=None, comparator=None, definition=None, day=None, anchor=None)
    trials = _existing(plain, known, randomised=False)
    evidence = tuple(_let_in(claim.subject, _by_population(trials), known))
    subject = known.word(claim.subject)
    if claim.population is None:
        because = "The claim gives no number, and no population that the registry has a term for, so there is nothing to count."
        change = "A number of documents, or a population that the registry has a term for, would give it something to count."
        return Ground(
            Word.NOT_JUDGED, (because,), ("population", "a figure"), evidence=evidence, to_change=change, gap="nothing-to-count"
        )
    if not trials:
        because, change = f"The registry has no trial of {subject}.", f"A trial of {subject} would make it one to judge."
        return Ground(Word.NOT_JUDGED, (because,), ("trials",), to_change=change, gap="nothing-to-count")
    meant, where, total = known.within(claim.population), known.word(claim.population), len(trials)
    inside = sum(bool(people & meant) for people in trials.values())
    counted_ = (
        f"Of the registry's {counted(total, 'trial')} of {subject}, {inside} {'was' if inside == 1 else 'were'} in {where}."
    )
    if all(people <= meant for people in trials.values()):
        return Ground(Word.SUPPORTED, (counted_,), evidence=evidence, to_change="One trial in other people would undo it.")
    if not inside:
        # Unstated people may be these, and so may those of a broader population, or of one that is named for something else.
        because = "The people of any of them may be these too: no other population, stated or not, rules it out."
        change = f"Trials stated to be in {where} would show that some of its evidence comes from them."
        return Ground(Word.UNDECIDED, (counted_, because), ("population",), evidence=evidence, to_change=change)
    because = (
        "It is known to be true of some trials and not of others; only the documents it cites would show which trials it means."
    )
    change = f"It would be supported if it meant {f'their people in {where}' if inside == total else 'that trial' if inside == 1 else f'those {inside} trials'} alone: a list of its trials would tell."
    return Ground(Word.UNVERIFIABLE, (counted_, because), ("source",), evidence=evidence, to_change=change)


def _uncounted(claim: Claim) -> Ground:
    because = f"The claim counts {claimed(claim)}, and only documents and trials are counted."
    change = "A number of documents, or of trials, would be one to judge."
    return Ground(Word.NOT_JUDGED, (because,), ("documents or trials",), to_change=change, gap="nothing-to-count")


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
    if words & _DOCUMENTS:
        return _documents(claim, span, known)
    if words - _TRIALS - _RANDOMISED - _PLAIN:
        because = f"The claim counts {claimed(claim)}, and the registry doesn't tell these from other trials."
        change = "A number of trials, or of randomised trials, would make it one to judge."
        return Ground(Word.UNVERIFIABLE, (because,), ("source",), to_change=change)
    return _of_the_registry(claim, span, known, randomised=bool(words & _RANDOMISED))


def _documents(claim: Claim, wanted: Span, known: Knowledge) -> Ground:
    """Whether the package lists as many documents as the claim cites: that they exist, not that they say what it says."""
    named, needed = len(known.documents), wanted.low
    evidence = tuple(Evidence("document", title) for title in known.documents)
    listed = f"The claim cites {claimed(claim)}; the package lists {named or 'none'} of them"
    if math.isinf(wanted.high) and named >= needed:
        change = f"With fewer than {needed:g} documents in the package it would be unverifiable."
        return Ground(Word.SUPPORTED, (f"{listed}.",), evidence=evidence, to_change=change)
    if named > wanted.high:
        because = "The list is of all that the package cites, so which of those it means isn't stated."
        change = f"A claim of at least {named} would be supported."
    elif named >= needed:
        because = "A list of documents can't show that there are no more."
        change = f"A claim of at least {named} would be supported." if named else "No list of documents would."
    else:
        because = "So it can't be checked which documents support its figures."
        left = math.ceil(needed) - named
        more = f"{counted(left, 'more document')}" if named else f"{'The document' if left == 1 else f'The {left} documents'}"
        change = f"{more} by name, as sources of the package, would support it"
        change += "." if math.isinf(wanted.high) else ", as a claim of at least so many."
    return Ground(Word.UNVERIFIABLE, (f"{listed}.", because), ("source",), evidence=evidence, to_change=change)


def _of_the_registry(claim: Claim, wanted: Span, known: Knowledge, *, randomised: bool) -> Ground:
    """Whether the registry has as many trials. It doesn't hold every trial, so it can show that there are at least so many, and never that there are no more.
    A number has no margin here, "about" or not: what is "at least so many" begins at the number.
    """
    found = _existing(claim, known, randomised=randomised)
    number, subject = len(found), known.word(claim.subject)
    where = f" in {known.word(claim.population)}" if claim.population else ""
    kind = "randomised trial" if randomised else "trial"
    told = f"The claim counts {claimed(claim)}; the registry has {counted(number, kind) if number else f'no {kind}'} of {subject}{where}."
    # One number may mean those that were looked at, and more are as good. None, a range and a bound from above say that there are no more.
    of_few = wanted.low <= 0 or not wanted.near
    evidence = tuple(_let_in(claim.subject, _by_population(found), known))
    if number > wanted.high and of_few:
        change = f"At least {number}, or any lower bound of one or more, would be supported."
        return Ground(Word.CONTRADICTED, (told,), evidence=evidence, to_change=change)
    if math.isinf(wanted.high) and number >= wanted.low:
        change = "Nothing would: more trials are still at least as many."
        return Ground(Word.SUPPORTED, (told,), evidence=evidence, to_change=change)
    unheld = "The registry doesn't hold every trial, so it can't show that there are"
    if number > wanted.high:
        because, change = "Which of those it means isn't stated.", f"A claim of at least {number} would be supported."
    elif number >= wanted.low:
        because = f"{unheld} no more."
        change = f"{counted(math.floor(wanted.high) + 1 - number, f'more {kind}')} in the registry would contradict it."
        if not of_few:
            change = f"A claim of at least {number} would be supported."
    else:
        because = f"{unheld} not so many."
        change = f"{counted(math.ceil(wanted.low) - number, f'more {kind}')} in the registry would support it"
        change += "." if math.isinf(wanted.high) else ", as a claim of at least so many."
    return Ground(Word.UNVERIFIABLE, (told, because), ("source",), evidence=evidence, to_change=change)


def _existing(claim: Claim, known: Knowledge, *, randomised: bool) -> dict[str, set[str]]:
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
    sides: list[dict[str, set[str]]] = []
    for side in (claim.subject, claim.comparator):
        if side is not None:
            trials: dict[str, set[str]] = {}
            for row in taken:
                if side in row.subjects:
                    trials.setdefault(row.trial, set()).add(row.population)
            sides.append(trials)
    return {trial: people for trial, people in sides[0].items() if all(trial in side for side in sides)}


def _by_population(trials: Mapping[str, set[str]]) -> Counter[str]:
    """How many of the trials were in each population; one in two of them counts in both."""
    return Counter(population for _, people in sorted(trials.items()) for population in sorted(people))


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
