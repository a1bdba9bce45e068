"""A claimed rate, and what the registry's rates say about it: in every reading that the claim leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import Bearing, everything, loose, settled, view
from registry.auditing.spans import Span, span_of
from registry.comparing.comparison import Stratum
from registry.pooling.by_subject import grouped, of_one_denominator, pooled_rate
from registry.strata.rows import IN_OPEN_CONTEXT, Row, rows_of, variant
from schemas.windows import AT_EXIT

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled

__all__ = ["Held", "held", "judged_rate", "missing_words", "rate_evidence"]


@dataclass(frozen=True)
class Held:
    """The pooled rate of a subject in one stratum, with its rows."""

    outcome: str
    stratum: Stratum
    rows: tuple[Row, ...]
    pooled: Pooled


def held(rows: Iterable[Row], subject: str, outcomes: Sequence[str]) -> list[Held]:
    """The strata in which the registry has pooled rates of a subject, the largest first. Of some, what days count from, the phase or the
    background is not stated: the stratum says so.
    """
    found = []
    own = variant([row for row in rows_of(rows, subject) if row.outcome in outcomes], IN_OPEN_CONTEXT)
    for some in grouped(own, lambda row: f"{row.outcome}\0{row.stratum}").values():
        mine = of_one_denominator(some)
        pooled = pooled_rate(mine, subject)
        if pooled is not None:
            found.append(Held(mine[0].outcome, Stratum.of(mine[0]), tuple(mine), pooled))
    return sorted(found, key=lambda h: (-h.pooled.n, h.outcome, h.stratum))


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
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    rows = rows_of([row for row in known.rows if row.outcome == claim.outcome], claim.subject)
    if claim.population is not None:
        rows = [row for row in rows if row.population in known.within(claim.population)]
    missing = missing_words(claim, known)
    # The fewest assumptions: rates that leave a trial's context open are read only if none that states it can be.
    strata = [one for one in held(rows, claim.subject, [str(claim.outcome)]) if _may_mean(claim, one, known)]
    stated = [one for one in strata if not any(row.unstated for row in one.rows)]
    readings = stated or strata
    if span is None or everything(span):
        shown = tuple(rate_evidence(one, None, known) for one in readings)
        lacks = "gives no figure" if span is None else "holds every possible rate, so nothing could contradict it"
        return Ground(Word.NOT_JUDGED, (f"The claim {lacks}.", *_among(claim, rows, known)), missing, evidence=shown)
    if not readings:
        because = (f"The registry has no {_wanted(claim, known)}.", *_among(claim, rows, known))
        return Ground(Word.NOT_JUDGED, because, ("a rate to compare it with", *missing))
    evidence = tuple(rate_evidence(one, span, known) for one in readings)
    because = (*_read(claim, span, evidence, missing, assumed=not stated), *_among(claim, rows, known))
    return Ground(settled([item.agrees for item in evidence]), because, missing, evidence=evidence)


def _wanted(claim: Claim, known: Knowledge) -> str:
    definition = known.definitions.get(claim.definition or "")
    by = f" by “{definition.label}”" if definition is not None and definition.ruled else ""
    on = "" if claim.window is None else f" at the {claim.window}" if claim.window == AT_EXIT else f" on {claim.window}"
    where = f" in {known.word(claim.population)}" if claim.population else ""
    return f"{claim.outcome} rate of {known.word(claim.subject)}{by}{on}{where} that could be pooled"


def _may_mean(claim: Claim, one: Held, known: Knowledge) -> bool:
    """Whether a stratum is a reading of the claim: nothing that the claim states is different in it."""
    definition = known.definitions.get(claim.definition or "")
    if not claim.may_be_at(one.stratum.window, one.stratum.anchor):
        return False
    if definition is None or not definition.ruled:
        return True
    if definition.scale is not None:
        return one.stratum.definition == definition.comparability_class
    rules = {known.definitions[row.definition].rule for row in one.rows if row.definition in known.definitions}
    return rules == {definition.rule}


def _read(claim: Claim, span: Span, evidence: Sequence[Evidence], missing: Sequence[str], *, assumed: bool) -> list[str]:
    """What the readings say, counted."""
    told = [f"The claim says {claimed(claim)}."]
    open_ = [name for name in missing if name not in {"value", "source"}]
    if open_:
        told.append(f"It doesn't state its {_listed(open_)}, so it is read in every way the registry can test.")
    if assumed:
        told.append(
            "The trials leave their context (what days count from, phase or background) unstated; it is assumed to be the usual one."
        )
    if len(evidence) == 1:
        (item,) = evidence
        told.append(f"The registry has {item.text}.")
    counts = {view: sum(item.agrees is view for item in evidence) for view in (True, False, None)}
    supported = "the 95% interval of the mean is within the claim and its margin"
    contradicted = "the interval for a new trial misses the claim and its margin"
    if len(evidence) == 1:
        told.append(f"Supported: {supported}." if counts[True] else f"Contradicted: {contradicted}." if counts[False] else _OPEN)
    else:
        told.append(
            f"Of {len(evidence)} readings, {counts[True]} {_are(counts[True])} supported ({supported}), {counts[False]} "
            f"{_are(counts[False])} contradicted ({contradicted}) and {counts[None]} {_are(counts[None])} undecided."
        )
    if any(item.figures.get("beyond") for item in evidence):
        told.append(loose(span))
    return told


_OPEN = "Undecided: the figures are too few or too far apart to confirm the claim or to rule it out."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def rate_evidence(one: Held, claimed_: Span | None, known: Knowledge) -> Evidence:
    """A pooled rate as evidence for or against a claimed one."""
    p = one.pooled
    said = None
    if claimed_ is not None:
        new = None if p.prediction_low is None or p.prediction_high is None else _percent(p.prediction_low, p.prediction_high)
        # One trial's own interval is that of its own people: where the mean of all trials lies, only the interval for a new one says.
        mean = _percent(p.low, p.high) if p.k > 1 else new
        said = Bearing(agrees=None) if mean is None else view(claimed_, mean, new)
    where = " · ".join(one.stratum.in_words(known.word))
    trials = f"{p.k} trial{'s' if p.k > 1 else ''}"
    text = f"{p.estimate:.0%} (95% CI {p.low:.0%} to {p.high:.0%}; {trials}, n = {p.n:,}) for {one.outcome}: {where}"
    figures = {
        "outcome": one.outcome, "stratum": str(one.stratum), "estimate": p.estimate, "low": p.low, "high": p.high,
        "prediction_low": p.prediction_low, "prediction_high": p.prediction_high, "k": p.k, "n": p.n, "events": p.events,
        **({"beyond": True} if said is not None and said.beyond else {}),
    }  # fmt: skip
    sources = tuple(sorted({row.source for row in one.rows if row.source}))
    return Evidence("rate", text, sources, agrees=None if said is None else said.agrees, figures=figures)


def _percent(low: float, high: float) -> Span:
    return Span(100 * low, 100 * high, "%")


def _among(claim: Claim, rows: Sequence[Row], known: Knowledge) -> list[str]:
    """Where the claimed value is among all the rates that the registry has of the subject, pooled or not."""
    where = f" in {known.word(claim.population)}" if claim.population else ""
    name = f"{claim.outcome} rate{'' if len(rows) == 1 else 's'} that the registry has for {known.word(claim.subject)}{where}"
    if not rows:
        return [f"The registry has no {claim.outcome} rate for {known.word(claim.subject)}{where}."]
    rates = sorted(row.rate for row in rows)
    spread = f"{rates[0]:.0%}" if len(rates) == 1 else f"{rates[0]:.0%} to {rates[-1]:.0%}"
    if claim.share is None:
        return [f"The {len(rates)} {name}, pooled or not: {spread}."]
    below = sum(rate < claim.share for rate in rates)
    place = "above all" if below == len(rates) else "below all" if not below and claim.share < rates[0] else f"above {below} of"
    return [
        f"{100 * claim.share:g}% is {place} {'the one' if len(rates) == 1 else f'the {len(rates)}'} {name}, pooled or not ({spread})."
    ]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
