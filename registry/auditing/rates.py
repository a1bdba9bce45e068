"""A single claimed rate against the registry's rates of the same thing in the same sort of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge
from registry.comparing.comparison import Stratum
from registry.pooling.by_subject import grouped, of_one_denominator, pooled_rate
from registry.strata.rows import IN_OPEN_CONTEXT, Row, rows_of, variant
from schemas.windows import window_of

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled

__all__ = ["Held", "held", "judged_rate", "missing_words", "rate_evidence"]

_WIDEST = 0.5
"""An interval wider than half the scale contains nearly any rate, so a rate inside it isn't support."""


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
        "time point": claim.day is None,
        "source": claim.source is None,
    }
    return tuple(name for name, is_missing in wanting.items() if is_missing)


def judged_rate(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claimed rate: supported within the pooled 95% interval, contradicted outside what another trial would show."""
    outcome = str(claim.outcome)
    missing = missing_words(claim, known)
    rows = rows_of([row for row in known.rows if row.outcome == outcome], claim.subject)
    if claim.population is not None:
        rows = [row for row in rows if row.population in known.within(claim.population)]
    strata = held(rows, claim.subject, [outcome])
    # None of these is known to be the claimed thing, so that none agrees or disagrees with it.
    evidence = tuple(rate_evidence(one, None, known) for one in strata)
    # A rule without a named scale is a definition of its own: it can be looked for, and is nowhere pooled with another.
    if set(missing) - {"scale"}:
        because = (f"The claim doesn't state its {_listed(missing)}, so no rate can be matched to it.",)
        return Ground(Word.UNVERIFIABLE, (*because, *_beside(claim, rows, strata, known)), missing, evidence=evidence)
    definition = known.definitions[str(claim.definition)]
    same = [one for one in strata if _is_meant(one.stratum, definition.comparability_class, window_of(claim.day))]
    if not same:
        because = (
            f"The registry has no {outcome} rate of {known.word(claim.subject)} by “{definition.label}” on {window_of(claim.day)} "
            f"in {known.word(claim.population)}.",
        )
        return Ground(Word.UNVERIFIABLE, because, ("a rate to compare it with", *missing), evidence=evidence)
    return _weighed(claim, same, known)


def _weighed(claim: Claim, same: Sequence[Held], known: Knowledge) -> Ground:
    evidence = tuple(rate_evidence(one, claim.share, known) for one in same)
    views = {item.agrees for item in evidence}
    told = tuple(f"The claim says {claimed(claim)}; the registry has {item.text}." for item in evidence)
    if views == {True}:
        return Ground(Word.SUPPORTED, (*told, "The claimed value is inside the 95% interval."), evidence=evidence)
    if views == {False}:
        return Ground(Word.CONTRADICTED, (*told, "The claimed value is outside the prediction interval."), evidence=evidence)
    reason = "The strata disagree." if {True, False} <= views else "That neither confirms the claim nor rules it out."
    return Ground(Word.UNVERIFIABLE, (*told, reason), ("agreement of the trials",), evidence=evidence)


def rate_evidence(one: Held, share: float | None, known: Knowledge) -> Evidence:
    """A pooled rate as evidence; it agrees with a share in its 95% interval, and not with one outside its prediction interval."""
    p = one.pooled
    # Under three trials there is no prediction interval, and what lies outside the interval of the mean is out.
    low, high = (p.prediction_low, p.prediction_high)
    low, high = (p.low, p.high) if low is None or high is None else (low, high)
    agrees = None
    if share is not None and not low <= share <= high:
        agrees = False
    elif share is not None and p.low <= share <= p.high and p.high - p.low <= _WIDEST:
        agrees = True
    where = " · ".join(one.stratum.in_words(known.word))
    trials = f"{p.k} trial{'s' if p.k > 1 else ''}"
    text = f"{p.estimate:.0%} (95% CI {p.low:.0%} to {p.high:.0%}; {trials}, n = {p.n:,}) for {one.outcome}: {where}"
    figures = {
        "outcome": one.outcome, "stratum": str(one.stratum), "estimate": p.estimate, "low": p.low, "high": p.high,
        "prediction_low": p.prediction_low, "prediction_high": p.prediction_high, "k": p.k, "n": p.n, "events": p.events,
    }  # fmt: skip
    sources = tuple(sorted({row.source for row in one.rows if row.source}))
    return Evidence("rate", text, sources, agrees=agrees, figures=figures)


def _is_meant(stratum: Stratum, comparability_class: str, window: str) -> bool:
    """Whether a stratum is of the claimed definition and window; a claim that states no more is taken to be about a randomised trial, and
    its days to count from the start.
    """
    return (stratum.definition, stratum.window, stratum.anchor, stratum.arm_kind) == (
        comparability_class,
        window,
        "start",
        "randomised",
    )


def _beside(claim: Claim, rows: Sequence[Row], strata: Sequence[Held], known: Knowledge) -> list[str]:
    """Where the claimed value falls among what the registry has of the subject."""
    where = f" in {known.word(claim.population)}" if claim.population else ""
    name = f"{claim.outcome} rates of {known.word(claim.subject)}{where}"
    left = sorted(row.rate for row in rows if row.unstated)
    if not strata and not left:
        return [f"The registry has no {name}."]
    told = []
    if strata:
        rates = sorted(one.pooled.estimate for one in strata)
        span = f"is {rates[0]:.0%}" if len(rates) == 1 else f"go from {rates[0]:.0%} to {rates[-1]:.0%} in {len(rates)} strata"
        lead = (
            f"The registry's pooled {name} {span}"
            if len(rates) > 1
            else f"The registry has one pooled rate, {rates[0]:.0%}, for {name}"
        )
        if claim.share is not None:
            inside = sum(rate_evidence(one, claim.share, known).agrees is True for one in strata)
            wide = sum(one.pooled.high - one.pooled.low > _WIDEST for one in strata)
            lead += f"; {claimed(claim)} is inside the 95% interval of {inside or 'none'} of them"
            lead += f", not counting {wide} so wide that nearly any rate is inside" if wide else ""
        told.append(f"{lead}. It is unclear which one the claim means.")
    if left and not strata:
        told.append(
            f"None of the registry's {name} can be pooled: {len(left)} arm{'s' if len(left) > 1 else ''}, {left[0]:.0%} to {left[-1]:.0%}, each with something unstated."
        )
    elif left:
        span = f"{left[0]:.0%}" if len(left) == 1 else f"{left[0]:.0%} to {left[-1]:.0%}"
        arms = f"{len(left)} arm{'s' if len(left) > 1 else ''}"
        told.append(f"{arms} more ({span}) can't be pooled, because each leaves something unstated.")
    return told


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
