"""A claimed rate, and what the registry's rates say about it: in every reading that the claim leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.auditing.changing import in_span
from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Placed, Word
from registry.auditing.holding import Held, held, left_out, may_mean, of_the_claimed, only_parts, rate_evidence, wanted
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import around, everything, loose, settled
from registry.auditing.readings import needed_rate, other_readings
from registry.auditing.spans import Span, span_of
from registry.pooling.scales import whole_percents
from registry.strata.rows import Row, rows_of
from schemas.wording import are, counted, listed

__all__ = ["judged_rate", "missing_words"]

_MOST_OWN = 3


def missing_words(claim: Claim, known: Knowledge) -> tuple[str, ...]:
    """What a claimed rate needs to be compared with anything, and doesn't state."""
    definition = known.definitions.get(claim.definition or "")
    ruled = definition is not None and definition.ruled
    wanting = {
        "value": claim.share is None,
        "population": claim.population is None,
        "definition": not ruled,
        "scale": ruled and definition is not None and definition.scale is None,
        "time point": claim.window is None,
        "source": claim.source is None,
    }
    return tuple(name for name, is_missing in wanting.items() if is_missing)


def judged_rate(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claimed rate: what it leaves unstated is completed in every way the registry can test, and each reading judged."""
    span = span_of(claim.low, claim.high, claim.bound, "%") if claim.unit == "%" else None
    every = rows_of([row for row in known.meant if row.outcome == claim.outcome], claim.subject)
    rows = [row for row in every if claim.population is None or row.population in known.within(claim.population)]
    missing = missing_words(claim, known)
    # The fewest assumptions: parts of the claimed population are read only if nothing is of exactly that; of either, arms that nobody was randomised to only
    # if there are no others, and rates that leave a trial's context open only if none that states it can be.
    strata = [one for one in held(rows, claim.subject, [str(claim.outcome)]) if may_mean(claim, one.rows, known)]
    claimed_people = of_the_claimed(claim, strata, lambda one: one.stratum)
    chosen = [one for one in claimed_people if one.stratum.by_chance] or claimed_people
    stated = [one for one in chosen if not any(row.unstated for row in one.rows)]
    readings = stated or chosen
    inside, taken = {id(row) for row in rows}, {id(row) for one in readings for row in one.rows}
    placed = tuple(Placed(row, here=id(row) in inside, read=id(row) in taken) for row in every)
    own, left = _from_its_own(claim, known), left_out(claim, [claim.subject], known, anywhere=not every)
    place = (
        *own,
        _among(claim, rows, every, known, other=bool(own or left)),
        *left,
        *_of_no_chance(claimed_people, chosen),
        *_of_parts(strata, claimed_people, known),
    )
    if span is None or everything(span):
        gap, lacks = (
            ("no-figure", "gives no figure with the unit `%`" if claim.unit else "gives no figure")
            if span is None
            else ("any-value", "holds every possible rate")
        )
        change = f"A {'rate in the claim' if span is None else 'narrower figure, which something could contradict,'} would make it one to judge"
        change += f": the registry has {counted(len(readings), 'reading')} to compare it with." if readings else "."
        shown = tuple(rate_evidence(one, None, known) for one in readings)
        return Ground(
            Word.NOT_JUDGED, (f"The claim {lacks}.", *place), missing, evidence=shown, to_change=change, gap=gap, rates=placed
        )
    if not readings:
        near = any(may_mean(claim, [row], known) for row in rows)
        such = left_out(claim, [claim.subject], known, meant=True)
        aside = [" ".join([*own, *such])] if own or such else []
        told = [one for one in place if one not in own and not (such and one in left)]
        because = (
            f"The registry has {'no other' if aside else 'no'} {wanted(claim, known)}{' that states enough to be pooled' if near else ''}.",
            *aside,
            *told,
        )
        gap = "own-source" if own else "no-rate"
        wanting = ("a rate to compare it with", *missing)
        return Ground(Word.NOT_JUDGED, because, wanting, to_change=needed_rate(claim, rows, known), gap=gap, rates=placed)
    evidence = tuple(rate_evidence(one, span, known) for one in readings)
    word = settled([item.agrees for item in evidence])
    first, *others = _read(span, readings, evidence, missing, place, assumed=not stated)
    because = (f"{first}{only_parts(claim, (one.stratum.population for one in readings), known)}", *others)
    later = partial(other_readings, span, readings, evidence, missing, known)
    return Ground(word, because, missing, evidence=evidence, to_change=later, rates=placed)


def _read(
    span: Span,
    readings: Sequence[Held],
    evidence: Sequence[Evidence],
    missing: Sequence[str],
    place: Sequence[str],
    *,
    assumed: bool,
) -> list[str]:
    """What the readings say, counted, and what they are."""
    by = "interval for a new trial" if all(one.pooled.k == 1 for one in readings) else "95% interval of the mean"
    allowed = in_span(around(span))
    supported = f"the {by} is within the claim{f' and its margin, {allowed}' if span.near else ''}"
    contradicted = f"the interval for a new trial misses the claim and its margin, {allowed}"
    counts = {view: sum(item.agrees is view for item in evidence) for view in (True, False, None)}
    told = []
    if len(evidence) == 1:
        (item,) = evidence
        told.append(f"The registry has {item.text}.")
        told.append(f"Supported: {supported}." if counts[True] else f"Contradicted: {contradicted}." if counts[False] else _OPEN)
    else:
        told.append(
            f"Of {len(evidence)} readings, {counts[True]} {are(counts[True])} supported, {counts[False]} {are(counts[False])} "
            f"contradicted and {counts[None]} {are(counts[None])} undecided."
        )
    told += place
    if any(item.figures.get("beyond") for item in evidence):
        told.append(loose(span))
    open_ = [name for name in missing if name not in {"value", "source"}]
    if open_:
        told.append(f"The claim doesn't state its {listed(open_)}, so it is read in every way the registry can test.")
    if assumed:
        told.append(
            "The trials leave their context (what days count from, phase or background) unstated; it is assumed to be the usual one."
        )
    if len(evidence) > 1:
        told.append(f"A reading is supported if {supported}, and contradicted if {contradicted}.")
    return told


def _of_no_chance(strata: Sequence[Held], chosen: Sequence[Held]) -> list[str]:
    """What is to be known of arms that nobody was randomised to: that they aren't read, or that nothing else is."""
    aside = len({row.trial for one in strata if one not in chosen for row in one.rows})
    if aside:
        return [
            f"{counted(aside, 'study', 'studies')} that randomised nobody {are(aside)} left aside: there are trials that did."
        ]
    if not all(one.stratum.by_chance for one in chosen):
        return ["Nobody was randomised to these arms: their rates may come from who was in them."]
    return []


def _of_parts(strata: Sequence[Held], chosen: Sequence[Held], known: Knowledge) -> list[str]:
    """That people who are part of the claimed population are left aside, if they are."""
    aside = sorted({known.word(one.stratum.population) for one in strata if one not in chosen})
    return [f"Rates of parts of these people ({', '.join(aside)}) are left aside: a part isn't the whole."] if aside else []


_OPEN = "Undecided: the figures are too few or too far apart to confirm the claim or to rule it out."


def _among(claim: Claim, rows: Sequence[Row], every: Sequence[Row], known: Knowledge, *, other: bool) -> str:
    """Where the claimed value is among all the rates that the registry has of the subject, pooled or not; ``other`` than the claim's own document's."""
    no = "no other" if other else "no"
    where = f" in {known.word(claim.population)}" if claim.population else ""
    name = f"{claim.outcome} rate{'' if len(rows) == 1 else 's'} that the registry has for {known.word(claim.subject)}{where}"
    if not rows:
        if not every:
            return f"It has {no} {claim.outcome} rate for {known.word(claim.subject)} in any people."
        return f"It has {no} {claim.outcome} rate at all for {known.word(claim.subject)}{where}; in other people it has {len(every)}, {_spread(every)}."
    if claim.share is None:
        return f"The {len(rows)} {name}, pooled or not: {_spread(rows)}."
    rates = sorted(row.rate for row in rows)
    if claim.low is not None and claim.high is not None and claim.low < claim.high and claim.bound != "at-least":
        inside = sum(claim.low <= 100 * rate <= claim.high for rate in rates)
        return f"{inside} of the {len(rates)} {name}, pooled or not ({_spread(rows)}), {'lies' if inside == 1 else 'lie'} within {claimed(claim)}."
    below = sum(rate < claim.share for rate in rates)
    at = "below all" if claim.share < rates[0] else "as low as the lowest of"
    place = "above all" if below == len(rates) else f"above {below} of" if below else at
    return f"{100 * claim.share:g}% is {place} {'the one' if len(rates) == 1 else f'the {len(rates)}'} {name}, pooled or not ({_spread(rows)})."


def _spread(rows: Sequence[Row]) -> str:
    return whole_percents([row.rate for row in rows])


def _from_its_own(claim: Claim, known: Knowledge) -> list[str]:
    """What the registry read in the very document that makes the claim: that shows how it was read, and no more."""
    own = rows_of([row for row in known.own if row.outcome == claim.outcome], claim.subject)
    if not own:
        return []
    figures = listed([f"{row.rate:.1%} ({row.events:,} of {row.n:,})" for row in own[:_MOST_OWN]])
    return [
        f"From the document that makes the claim the registry has {figures}: that shows how it was read, not whether it is true."
    ]
