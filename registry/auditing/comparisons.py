"""A claim that compares two treatments: tested on the strata that have both, or shown to compare what can't be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.contrasting import (
    Stand,
    can_decide,
    contrast_evidence,
    side_shown,
    unsettled,
)
from registry.auditing.distance import own_rates, populations_of, set_apart
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.holding import may_mean, of_the_claimed, only_parts, outcomes_of
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import everything, settled, wanted
from registry.auditing.settling import deciding, settling
from registry.auditing.spans import span_of
from registry.comparing.comparison import OUTCOMES, SharedStratum
from registry.pooling.scales import whole_percent
from registry.strata.rows import Row, share_a_trial
from schemas.wording import counted

__all__ = ["judged_comparison"]


def judged_comparison(claim: Claim, claims: Sequence[Claim], known: Knowledge) -> Ground:
    """The ground of a comparison: what the strata with both treatments say, and where there is none, the dimensions that differ.

    If one side's population is unstated, both are taken to be in the stated one.
    """
    refusal = _refusal(claim, known) or _any_ratio(claim)
    if refusal is not None:
        return refusal
    rows = _meant(claim, known)
    answers = known.compared(rows, claim.subject, str(claim.comparator), outcomes_of(claim)).outcomes
    stand = Stand.of(claim, claims)
    shared = [(answer.outcome, one) for answer in answers for one in answer.shared]
    compared = [(outcome, one) for outcome, one in shared if one.is_compared]
    # Parts of the claimed population are weighed where nothing is of exactly that; of either, groups that nobody was randomised to, and strata that no trial
    # ties together, where there are no others, and decide nothing.
    weighed = of_the_claimed(claim, compared, lambda pair: pair[1].stratum)
    weighed = [pair for pair in weighed if pair[1].stratum.by_chance] or weighed
    weighed = [pair for pair in weighed if can_decide(pair[1])] or weighed
    if weighed and stand.sign is None and not stand.beside:
        because = f"The source gives no such rate of {known.word(claim.comparator)}, so the claim has no direction."
        change = f"A rate of {known.word(claim.comparator)} in the same people, by the same rule on the same day, would make it a comparison."
        return Ground(Word.NOT_JUDGED, (because,), ("a rate of the comparator",), to_change=change, gap="no-figure")
    if weighed:
        ground, read = _weighed(weighed, stand, known), weighed
    elif shared:
        ground, read = _side_by_side(shared, claim, known), shared
    else:
        return set_apart(claim, rows, known)
    first, *others = ground.because
    parts = only_parts(claim, (one.stratum.population for _, one in read), known)
    return replace(ground, because=(f"{first}{parts}", *others))


def _refusal(claim: Claim, known: Knowledge) -> Ground | None:
    """The ground of a comparison that no rates could settle, by what it compares; None where there is something to look up."""
    if claim.comparator is None:
        because = "The claim doesn't state what the treatment is compared with."
        change = f"A comparator would: what {known.word(claim.subject)} is said to be better than."
        return Ground(Word.UNVERIFIABLE, (because,), ("comparator",), to_change=change)
    if claim.of not in (None, *OUTCOMES):
        because = f"The claim is about {claim.of}, and only rates of {' and '.join(OUTCOMES)} are compared."
        change = f"A claim about rates of {' or '.join(OUTCOMES)} would be one to judge."
        return Ground(Word.NOT_JUDGED, (because,), ("an outcome that is compared",), to_change=change, gap="nothing-to-count")
    mine, theirs = claim.population, claim.comparator_population
    itself = claim.comparator == claim.subject
    if itself and (mine is None or mine != theirs):
        return _one_treatment(claim, known)
    if itself or any({claim.subject, claim.comparator} <= row.subjects for row in known.rows):
        because = (
            f"The claim compares {known.word(claim.subject)} with itself, in the same people."
            if itself
            else f"{known.word(claim.subject, leading=True)} and {known.word(claim.comparator)} overlap: one contains the other."
        )
        change = "A claim about two treatments, neither of which contains the other, would be one to compare."
        return Ground(Word.NOT_COMPARABLE, (because,), ("two treatments",), to_change=change)
    if mine is not None and theirs is not None and mine != theirs:
        because = (
            f"The claim compares {known.word(claim.subject)} in {known.word(mine)} with {known.word(claim.comparator)} in "
            f"{known.word(theirs)}: any difference may come from the people, not the treatment."
        )
        both = f"{known.word(claim.subject)} and {known.word(claim.comparator)}"
        change = f"A claim about one population would be one to compare: {both} in {known.word(mine)}, or both in {known.word(theirs)}."
        differing = populations_of(claim, known)
        return Ground(Word.NOT_COMPARABLE, (because,), differing=differing, evidence=own_rates(claim, known), to_change=change)
    return None


def _any_ratio(claim: Claim) -> Ground | None:
    """The ground of a claimed ratio that no figures could miss."""
    factor = span_of(claim.low, claim.high, claim.bound, "times") if claim.in_times else None
    if factor is None or not everything(factor):
        return None
    because = f"The claim says {claimed(claim)}: any ratio of the rates would do."
    change = "A figure that a ratio could miss would make it one to judge."
    return Ground(Word.NOT_JUDGED, (because,), ("a figure",), to_change=change, gap="any-value")


def _meant(claim: Claim, known: Knowledge) -> list[Row]:
    """The rows in which the claim, as far as it is stated, can be looked for."""
    population = claim.population or claim.comparator_population
    within = known.within(population) if population is not None else None
    return [
        row
        for row in known.meant
        if row.outcome in outcomes_of(claim) and (within is None or row.population in within) and may_mean(claim, [row], known)
    ]


def _weighed(found: Sequence[tuple[str, SharedStratum]], stand: Stand, known: Knowledge) -> Ground:
    weighed = tuple(contrast_evidence(outcome, one, stand, known) for outcome, one in found)
    # By how much can't be compared of a figure that isn't in times; which does better can, and that is claimed too.
    views = [(one, stand.which_is_better().agrees(one)) for _, one in found]
    word = settled([view for _, view in views])
    later = partial(settling, word, views, stand, known)
    shown = deciding(word, views, stand)
    first = ", but ".join(item.text for one in shown for (_, other), item in zip(found, weighed, strict=True) if other is one)
    others = (item.text for (_, one), item in zip(found, weighed, strict=True) if not any(one is other for other in shown))
    told = tuple(f"{text}." for text in (first, *others))
    if stand.beyond is not None and (word is Word.SUPPORTED or not stand.side):
        because = (
            f"By how much is claimed as {stand.beyond}, and only a figure in times, the ratio of two rates, can be compared."
        )
        wanting = ("a figure that is compared",)
        return Ground(Word.NOT_JUDGED, (because, *told), wanting, evidence=weighed, to_change=later, gap="other-figure")
    if stand.sign is None:
        because = "The rates that the source gives of the two leave open which is higher."
        change = "Two rates that don't overlap would say it."
        return Ground(Word.UNVERIFIABLE, (because, *told), ("direction",), evidence=weighed, to_change=change)
    if word is Word.SUPPORTED:
        why = (
            "a new trial would be expected to show it too"
            if stand.factor is None
            else "every ratio on the side of 1 where a new trial would be expected is as claimed"
            if any(stand.by_direction(one) for _, one in found)
            else f"the 95% interval lies within it{'' if wanted(stand.factor) is stand.factor else ' and its margin'}"
        )
        because = f"The strata with both agree with the claim, {stand.words}: {why}."
    elif word is Word.CONTRADICTED:
        opposite = all(stand.is_opposed(side_shown(one)) for _, one in found)
        missed = (
            "a new trial would be expected to show the opposite"
            if opposite
            else "the interval for a new trial misses that and its margin"
        )
        because = f"The claim says {stand.words}; {missed}."
    elif word is Word.UNVERIFIABLE:
        because = "The strata disagree, and the claim doesn't state which it means."
    else:
        because = _open(shown[0], stand)
    decided = word in {Word.SUPPORTED, Word.CONTRADICTED}
    missing = () if decided else ("agreement of the trials",)
    return Ground(word, (because, *told), missing, evidence=weighed, to_change=later)


def _open(one: SharedStratum, stand: Stand) -> str:
    """Why a stratum leaves the verdict open."""
    if not one.stratum.by_chance:
        return "Nobody was randomised to one or the other: a difference may come from who was given which, so it decides nothing."
    if (why := unsettled(one)) is not None:
        return why.value
    if stand.factor is None:
        return f"A new trial could show {stand.words} or the opposite, so the registry can't decide."
    if stand.by_factor(one):
        return f"The mean is as claimed, {stand.words}, but a new trial could show the opposite, so the registry can't decide."
    return f"The figures are too few or too far apart to confirm {stand.words} or to rule it out."


def _side_by_side(found: Sequence[tuple[str, SharedStratum]], claim: Claim, known: Knowledge) -> Ground:
    """Both are in a stratum, in trials that have nothing else in common."""
    subject, comparator = known.word(claim.subject), known.word(claim.comparator)
    strata = f"In {counted(len(found), 'stratum', 'strata')} the registry has both"
    together = [shared for _, shared in found if share_a_trial(shared.a.rows, shared.b.rows)]
    lacking = next(((shared, why) for shared in together if (why := shared.obstacle.value.lacking) is not None), None)
    because = (
        f"{strata}, but {together[0].obstacle.value.words}."
        if together
        else f"{strata}, but in different trials: none of these gives such rates of both, and they share no comparator. Trials differ in "
        "more than the treatment."
    )
    evidence = tuple(
        Evidence(
            "side by side",
            f"{subject} {whole_percent(shared.a.pooled.estimate)}, {comparator} {whole_percent(shared.b.pooled.estimate)}: {outcome}, {_where(shared, known)}",
            tuple(sorted({row.source for row in (*shared.a.rows, *shared.b.rows) if row.source})),
            figures={"stratum": str(shared.stratum), "subject": shared.a.pooled.estimate, "comparator": shared.b.pooled.estimate},
        )
        for outcome, shared in found
    )
    if lacking is not None:
        # People were randomised and the groups are alike: what isn't known is how sure their difference is.
        by_chance, (missing, wanted) = lacking
        told = f"{strata}, but {by_chance.obstacle.value.words}: without {missing}, nothing says how sure the difference is."
        change = f"{wanted.format(f'{subject} and {comparator}')} would make it one to judge. These are of “{_where(by_chance, known)}”."
        return Ground(Word.UNDECIDED, (told,), (missing,), evidence=evidence, to_change=change)
    change = f"A trial that gives both {subject} and {comparator}, or trials of each against a third treatment, would make it one to judge: {_where(found[0][1], known)}."
    return Ground(
        Word.NOT_COMPARABLE, (because,), differing={"trial": (subject, comparator)}, evidence=evidence, to_change=change
    )


def _where(shared: SharedStratum, known: Knowledge) -> str:
    stratum = shared.stratum
    return " · ".join(stratum.in_words(known.word))


def _one_treatment(claim: Claim, known: Knowledge) -> Ground:
    """One treatment in two populations: an inference from one to the other, which no stratum can test."""
    subject, differing = known.word(claim.subject), populations_of(claim, known)
    because = [f"The claim compares {subject} in two populations: they differ in the people, not in the treatment."]
    missing: tuple[str, ...] = ()
    if claim.population is None or claim.comparator_population is None:
        because.append("One of the two isn't a term that the registry knows, so it has no rates of it to show.")
        missing = ("population",)
    one = known.word(claim.population or claim.comparator_population)
    change = (
        f"No trial could settle it by randomisation. One in both populations (one is {one}) that gives {subject} and a comparator and "
        "reports the populations apart would show whether the effect differs."
    )
    return Ground(Word.NOT_COMPARABLE, tuple(because), missing, differing, own_rates(claim, known), to_change=change)
