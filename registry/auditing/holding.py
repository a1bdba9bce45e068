"""What the registry holds of a subject: its rates, pooled by stratum, which of them a claim may mean, and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from registry.auditing.claims import Claim
from registry.auditing.grounds import Evidence
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import Bearing, view
from registry.auditing.spans import Span
from registry.comparing.comparison import OUTCOMES
from registry.pooling.by_subject import at_one_setting, grouped, of_one_denominator, pooled_rate
from registry.pooling.scales import SHARE, whole_percent
from registry.strata.rows import IN_OPEN_CONTEXT, Row, rows_of, variant
from registry.strata.stratum import Stratum
from schemas.windows import told_window
from schemas.wording import are, counted, listed

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled

__all__ = [
    "UNKNOWN",
    "Held",
    "held",
    "left_out",
    "may_mean",
    "of_the_claimed",
    "only_parts",
    "outcomes_of",
    "rate_evidence",
    "spans_of",
    "spoken",
    "time_of",
    "wanted",
]


T = TypeVar("T")

UNKNOWN = "not stated"
_ANCHORS = {"start": "start of treatment", "last-dose": "last dose", "study-exit": "end of the study"}


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
    for some in grouped(own, lambda row: (row.outcome, row.stratum)).values():
        mine = at_one_setting(of_one_denominator(some))
        pooled = pooled_rate(mine, subject)
        if pooled is not None:
            found.append(Held(mine[0].outcome, Stratum.of(mine[0]), tuple(mine), pooled))
    return sorted(found, key=lambda h: (-h.pooled.n, h.outcome, h.stratum))


def wanted(claim: Claim, known: Knowledge) -> str:
    """The rate that a claim is about, in words."""
    definition = known.definitions.get(claim.definition or "")
    by = f" by “{definition.label}”" if definition is not None and definition.ruled else ""
    where = f" in {known.word(claim.population)}" if claim.population else ""
    return f"{claim.outcome} rate of {known.word(claim.subject)}{by}{time_of(claim)}{where}"


def outcomes_of(claim: Claim) -> tuple[str, ...]:
    """The outcomes that a claim compares by: the one that it names, else all that are compared."""
    return OUTCOMES if claim.of is None else (claim.of,)


def left_out(
    claim: Claim, subjects: Sequence[str], known: Knowledge, *, anywhere: bool = False, meant: bool = False
) -> list[str]:
    """That rates of the subjects are not looked at, because of how they came about, and why; nothing where there are none. Where it is said
    that there is no rate, this is asked first, with the same scope: of the claimed people or ``anywhere``, and only those that the claim would have ``meant``, or all of its outcome.
    """
    within = None if claim.population is None or anywhere else known.within(claim.population)
    mine = {
        id(row): row
        for subject in subjects
        for row in rows_of(known.rows, subject)
        if row.outcome in outcomes_of(claim)
        and (within is None or row.population in within)
        and (not meant or may_mean(claim, [row], known))
    }.values()
    imputed = sum(row.imputed for row in mine)
    after = sum(row.after_response and not row.imputed for row in mine)
    reasons = {
        f"{counted(imputed, 'rate')} worked out from means {are(imputed)} left out: nobody counted those people.": imputed,
        f"{counted(after, 'rate')} of people chosen by how they had done on a treatment before {are(after)} left out: those who begin it are others.": after,
    }
    return [told for told, number in reasons.items() if number]


def time_of(claim: Claim) -> str:
    """The days that a claim is about, in words that follow others; none where it states none."""
    return "" if claim.window is None else f" {told_window(claim.window)}"


def may_mean(claim: Claim, rows: Sequence[Row], known: Knowledge) -> bool:
    """Whether rates of one stratum are a reading of the claim: nothing that the claim states is different in them."""
    definition = known.definitions.get(claim.definition or "")
    if not claim.may_be_at(rows[0].window, rows[0].counted_from):
        return False
    if definition is None or (definition.scale is None and not definition.ruled):
        return True
    if definition.scale is not None:
        return rows[0].comparability_class in known.classes_of(definition)
    rules = {known.definitions[row.definition].rule for row in rows if row.definition in known.definitions}
    return rules == {definition.rule}


def of_the_claimed(claim: Claim, strata: Sequence[T], stratum: Callable[[T], Stratum]) -> list[T]:
    """Those of exactly the claimed population if there are any, else all: a part neither bears out nor refutes a claim about the whole."""
    population = claim.population or claim.comparator_population
    return [one for one in strata if stratum(one).population == population] or list(strata)


def only_parts(claim: Claim, populations: Iterable[str], known: Knowledge) -> str:
    """That only parts of the claimed people were read, and which, in a sentence that follows another; nothing where all were, or anybody may be meant."""
    population, read = claim.population or claim.comparator_population, set(populations)
    if population is None or population in read or not read:
        return ""
    return f" Only part of these people was read: {listed(sorted(map(known.word, read)))}."


def spans_of(pooled: Pooled) -> tuple[Span, Span | None]:
    """Where the mean lies, and a new trial's rate, in per cent.

    One trial's own interval is that of its own people: where the mean of all trials lies, only the interval for a new one says.
    """
    low, high = pooled.prediction_low, pooled.prediction_high
    new = None if low is None or high is None else _percent(low, high)
    return new if pooled.k == 1 and new is not None else _percent(pooled.low, pooled.high), new


def _percent(low: float, high: float) -> Span:
    return Span(100 * low, 100 * high, "%")


def rate_evidence(one: Held, claimed_: Span | None, known: Knowledge) -> Evidence:
    """A pooled rate as evidence for or against a claimed one."""
    p = one.pooled
    said = (
        None
        if claimed_ is None
        else view(claimed_, *spans_of(p))
        if p.prediction_low is not None or p.k > 1
        else Bearing(agrees=None)
    )
    where = " · ".join(one.stratum.in_words(known.word))
    text = f"{whole_percent(p.estimate)} (95% CI {SHARE.interval(p.low, p.high)}; {counted(p.k, 'trial')}, n = {p.n:,}) for {one.outcome}: {where}"
    figures = {
        "outcome": one.outcome, "stratum": str(one.stratum), "estimate": p.estimate, "low": p.low, "high": p.high,
        "prediction_low": p.prediction_low, "prediction_high": p.prediction_high, "k": p.k, "n": p.n, "events": p.events,
        **({"beyond": True} if said is not None and said.beyond else {}),
    }  # fmt: skip
    sources = tuple(sorted({row.source for row in one.rows if row.source}))
    return Evidence("rate", text, sources, agrees=None if said is None else said.agrees, figures=figures)


def spoken(dimension: str, value: str, known: Knowledge) -> str:
    """The value of a stratum's dimension in words."""
    if value == "unstated":
        return UNKNOWN
    if dimension == "anchor":
        return f"from the {_ANCHORS.get(value, value)}"
    if dimension == "strategy":
        return ", ".join(known.word(part) for part in value.split(", "))
    return known.word(value)
