"""What a claim says about two treatments – which is better, and by how much – and whether a contrast in one stratum agrees."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations
from typing import Any

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import around, everything, view
from registry.auditing.spans import Span, figure_in_words, span_of
from registry.comparing.comparison import SharedStratum
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import ODDS_RATIO, RISK_RATIO
from registry.pooling.network_rows import drugs_apart, trials_joined
from registry.pooling.networks import Estimate
from registry.pooling.random_effects import Pooled
from registry.pooling.scales import RATIO, p_said
from schemas.claimed_units import side_claimed

__all__ = [
    "Stand",
    "Unsettled",
    "can_decide",
    "contrast_evidence",
    "in_times",
    "mean_of",
    "new_trial",
    "ratio_of",
    "side_shown",
    "unsettled",
]


@dataclass(frozen=True)
class Stand:
    """Which way a claim goes (1: the subject does better, −1: worse, 0: neither; None: it doesn't say), by which factor, and that in words.

    ``beyond`` is a figure that no ratio of rates can be compared with, in words: which of the two it says does better can make it wrong, and never right.
    ``beside`` is whether the source gives a rate of the comparator with which a claimed one can be compared.
    """

    sign: int | None
    factor: Span | None
    words: str
    beyond: str | None = None
    beside: bool = True

    @classmethod
    def of(cls, claim: Claim, claims: Sequence[Claim]) -> Stand:
        """The direction of a claim. A rate has the direction in which it differs from the source's rate for the comparator, in the same people by
        the same rule on the same day; none if there are several such rates that differ in it from another side.
        """
        if claim.attribute == "superiority":
            times = _factor(claim)
            if times is None and (claim.low is not None or claim.high is not None):
                side = side_claimed(claim.low, claim.high, claim.bound, claim.unit, claim.of)
                words = {1: "better", -1: "worse"}.get(side or 0, "no direction")
                return cls(side, None, f"{words} ({claimed(claim)})", claimed(claim))
            if times is not None and times.one_sided and 1 in {times.low, times.high}:
                # At least once, or at most, is about the direction alone.
                return cls(1, None, "better") if times.high_open else cls(-1, None, "worse")
            return cls(1, times, "better" if times is None else _by_times(claim))
        others = _beside(claim, claims)
        signs = {_direction(claim, other) for other in others}
        (sign,) = signs if len(signs) == 1 else (None,)
        if sign == 0 and claim.ends is not None:
            low, high = claim.ends
            if low == high:
                return cls(0, Span(1, 1, "times", near=True), "the same rate")
            return cls(
                0, Span(low / high, high / low, "times"), f"rates in one range, a ratio of {low / high:.2f} to {high / low:.2f}"
            )
        words = {1: "a higher rate", -1: "a lower rate"}.get(sign or 0, "no direction")
        return cls(sign, None, words, beside=bool(others))

    @property
    def side(self) -> int:
        """On which side of no effect the claim says that the ratio of the rates is: 1 above, −1 below, 0 where it may be on either."""
        if self.factor is None:
            return self.sign or 0
        return 1 if self.factor.least >= 1 else -1 if self.factor.most <= 1 else 0

    def is_opposed(self, shown: int) -> bool:
        """Whether the claim says that the ratio is on one side of no effect, and the other is ``shown``."""
        return self.side == -shown != 0

    def agrees(self, shared: SharedStratum) -> bool | None:
        """Whether a stratum agrees: by the interval for a new trial, since a claim is about treatments and not about these trials.

        A claimed factor is judged as an average is, by the ratio of the rates, and is never firmer than the direction that it implies: wrong where that is,
        and borne out only where that is too. One that holds every ratio on one side of no effect is borne out by the direction alone, and wrong only where
        that is. None where both are possible, and where a stratum can't decide which does better.
        """
        if self.sign is None or not shared.stratum.by_chance or unsettled(shared) is not None:
            return None
        shown = side_shown(shared)
        if self.is_opposed(shown):
            return False
        if self.factor is None:
            return None if not shown or not self.sign or self.beyond is not None else True
        if self.covers(shown):
            return True
        by = self.by_factor(shared)
        if by is False and any(self.covers(side) and shown != -side for side in (1, -1)):
            return None
        return None if by and self.side not in {0, shown} else by

    def which_is_better(self) -> Stand:
        """The claim without a figure that nothing can be compared with: which of the two does better is claimed all the same."""
        return replace(self, beyond=None)

    def covers(self, side: int) -> bool:
        """Whether the claimed factor holds every ratio on one side of no effect."""
        one = self.factor
        if one is None or side == 0:
            return False
        return one.low <= 1 and math.isinf(one.high) if side > 0 else one.low <= 0 and one.high >= 1

    def by_direction(self, shared: SharedStratum) -> bool:
        """Whether what a stratum shows of the direction alone bears the claim out, whatever its ratio of the rates is."""
        return self.covers(side_shown(shared)) and not self.by_factor(shared)

    def by_factor(self, shared: SharedStratum) -> bool | None:
        """Whether the ratio of the rates agrees with the claimed factor, whatever it implies."""
        ratio = ratio_of(shared)
        mean = None if ratio is None else mean_of(ratio)
        return None if ratio is None or mean is None or self.factor is None else view(self.factor, mean, _new(ratio)).agrees


class Unsettled(Enum):
    """Why a stratum can't decide which of two does better, however far apart they are; the value is that in a sentence."""

    INDIRECT = "No trial of this stratum had both, and an indirect comparison decides nothing: nothing shows that the trials are alike in all that changes the effect."
    SINGLE = "One trial had both, and every way round it has a step of one trial, which settles nothing."
    DISAGREES = "Direct and indirect evidence disagree, so the registry can't decide."


def unsettled(shared: SharedStratum) -> Unsettled | None:
    """Why a stratum can't decide; None where it can. Evidence that disagrees by how much decides if all of it is on one side of no effect."""
    network = shared.network
    if network is None:
        return Unsettled.INDIRECT if shared.contrast is not None and not shared.contrast.is_direct else None
    if not network.k_direct:
        return Unsettled.INDIRECT
    if network.k_direct == 1 and not _joined_twice(shared):
        return Unsettled.SINGLE
    every = [(one.low, one.high) for one in (network.direct, network.indirect) if one is not None]
    every.append((network.prediction_low, network.prediction_high))
    apart = not (all(low > 1 for low, _ in every) or all(high < 1 for _, high in every))
    return Unsettled.DISAGREES if network.disagrees and apart else None


def can_decide(shared: SharedStratum) -> bool:
    """Whether trials had both, and do not stand alone, so that the stratum is a reading of a claim rather than a conjecture."""
    return unsettled(shared) not in {Unsettled.INDIRECT, Unsettled.SINGLE}


def _joined_twice(shared: SharedStratum) -> bool:
    """Whether steps of at least two trials each lead from one treatment to the other."""
    a, b = shared.a.subject, shared.b.subject
    trials = next(
        some
        for some in trials_joined(shared.rows, drugs_apart(shared.rows, a, b))
        if {a, b} <= {name for trial in some for name in trial.treatments}
    )
    times = Counter(frozenset(pair) for trial in trials for pair in combinations(sorted(trial.treatments), 2))
    reached, steps = {a}, [set(pair) for pair, number in times.items() if number > 1]
    while more := {name for step in steps if step & reached for name in step} - reached:
        reached |= more
    return b in reached


def side_shown(shared: SharedStratum) -> int:
    """On which side of no effect the interval for a new trial lies: 1 above, −1 below; 0 where it reaches both, or there is none."""
    new = new_trial(shared)
    return 0 if new is None or new.low <= 1 <= new.high else 1 if new.low > 1 else -1


def _beside(claim: Claim, claims: Sequence[Claim]) -> list[Claim]:
    """The source's rates of the comparator with which a claimed rate is compared: those that state the same, the day before its window; if there are none,
    those that state nothing else.
    """
    every = [
        other
        for other in claims
        if (other.subject, other.attribute, other.source) == (claim.comparator, claim.attribute, claim.source)
        and other.share is not None
    ]
    mine = (claim.definition, claim.window, claim.comparator_population or claim.population)

    def theirs(other: Claim) -> tuple[str | None, ...]:
        return other.definition, other.window, other.population

    alike = [other for other in every if theirs(other) == mine]
    stated = (*mine[:2], claim.comparator_population)
    return (
        [other for other in alike if (other.day, other.anchor) == (claim.day, claim.anchor)]
        or alike
        or [
            other
            for other in every
            if all(None in pair or pair[0] == pair[1] for pair in zip(stated, theirs(other), strict=True))
        ]
    )


def _direction(claim: Claim, other: Claim) -> int | None:
    """1 if every rate that is claimed is above every one of another claim, −1 if below, 0 if both are one figure or one range; None if they overlap, as bounds
    often do, or one has no figure. Of one bound that both keep to, either may be far beyond it. Two plain figures are read as they are written, for a source
    that gives them says which is higher; two that are "about" so much, as all that they allow.
    """
    one, another = (span_of(of.low, of.high, of.bound, "%") if of.ends is not None else None for of in (claim, other))
    if one is None or another is None:
        return None
    if one == another:
        return None if one.one_sided or everything(one) else 0
    one, another = (around(span) if of.bound == "about" else span for of, span in ((claim, one), (other, another)))
    return 1 if one.low > another.high else -1 if one.high < another.low else None


def _by_times(claim: Claim) -> str:
    """A claimed factor in words, also where its unit is a risk ratio."""
    unit = claim.unit or ""
    return figure_in_words(claim.low, claim.high, claim.bound, unit if unit.lower().startswith(("times", "fold")) else "times")


def _factor(claim: Claim) -> Span | None:
    """The ratios that a claimed one stands for, so that "a is x times b" and "b is 1/x times a" have one verdict. All on one side of once give which does
    better, and no margin turns that round; once itself, and ratios on both sides, don't say it. A range or a bound is the claim's own room, a single figure
    is one among others near it.
    """
    span = span_of(claim.low, claim.high, claim.bound, "times") if claim.in_times else None
    if span is None or span.low == span.high == 1:
        return span
    return replace(span, least=1.0) if span.low >= 1 else replace(span, most=1.0) if span.high <= 1 else span


def in_times(low: float, high: float) -> Span:
    """From one ratio of rates to another."""
    return Span(low, high, "times")


def ratio_of(shared: SharedStratum) -> Pooled | Indirect | None:
    """The risk ratio of a stratum; None where it has none."""
    return None if shared.contrast is None else shared.contrast.effects.get(RISK_RATIO.name)


def mean_of(ratio: Pooled | Indirect) -> Span | None:
    """Where the mean lies. One trial's own interval is that of its own people: there, only the interval for a new trial says. An indirect ratio, which goes
    through the rates of others, shows no mean.
    """
    if not isinstance(ratio, Pooled):
        return None
    return _new(ratio) if ratio.k == 1 else in_times(ratio.low, ratio.high)


def _new(ratio: Pooled | Indirect) -> Span | None:
    """The interval for a new trial; an indirect comparison has none."""
    if not isinstance(ratio, Pooled) or ratio.prediction_low is None or ratio.prediction_high is None:
        return None
    return in_times(ratio.prediction_low, ratio.prediction_high)


def contrast_evidence(outcome: str, shared: SharedStratum, stand: Stand, known: Knowledge) -> Evidence:
    """What a stratum that has both treatments says about the two, as evidence for or against the claim."""
    a, b, place = shared.a.subject, shared.b.subject, " · ".join(shared.stratum.in_words(known.word))
    told: list[str] = []
    figures: dict[str, Any] = {"outcome": outcome, "stratum": str(shared.stratum)}
    if shared.network is not None:
        by = shared.network
        told.append(
            f"odds ratio {_said(by.network)} by a network of {by.k} trials, in another trial "
            f"{RATIO.interval(by.prediction_low, by.prediction_high)}"
        )
        if by.direct is not None and by.indirect is not None and by.p is not None:
            size = "" if unsettled(shared) is Unsettled.DISAGREES else " in size alone"
            differ = f"disagree{size}" if by.disagrees else "show no disagreement"
            told.append(f"direct {_said(by.direct)} and indirect {_said(by.indirect)} evidence {differ} ({p_said(by.p)})")
        figures |= {"odds_ratio": by.network.estimate, "p": by.p}
        figures |= {"prediction_low": by.prediction_low, "prediction_high": by.prediction_high}
    if shared.contrast is not None and RISK_RATIO.name not in shared.contrast.effects:
        # An odds ratio alone is an indirect one.
        opposed = ODDS_RATIO.name in shared.contrast.effects
        why = (
            "it and the difference point in different directions"
            if opposed
            else "in every trial all or none of the participants met the definition"
        )
        told.append(f"no {RISK_RATIO.name}: {why}")
    elif shared.contrast is not None:
        ratio, said = shared.contrast.effects[RISK_RATIO.name], RISK_RATIO.scale
        how = "head to head" if shared.contrast.is_direct else f"indirectly, through {known.word(shared.contrast.via)}"
        # The interval that decides: of a direction the network's, where there is one, and of a factor its own.
        new = _new(ratio) if stand.factor is not None or shared.network is None else None
        another = "" if new is None else f", in another trial {said.interval(new.low, new.high)}"
        told.append(
            f"{how}: {RISK_RATIO.name} {said.said(ratio.estimate)} (95% CI {said.interval(ratio.low, ratio.high)}){another}"
        )
        figures |= {"ratio": ratio.estimate, "low": ratio.low, "high": ratio.high, "via": shared.contrast.via}
    return Evidence(
        "contrast",
        f"{known.word(a, leading=True)} versus {known.word(b)}, {'; '.join(told)} for {outcome}: {place}",
        tuple(sorted({row.source for row in (*shared.a.rows, *shared.b.rows) if row.source})),
        agrees=stand.agrees(shared),
        figures=figures,
    )


def _said(of: Estimate) -> str:
    return f"{RATIO.said(of.estimate)} (95% CI {RATIO.interval(of.low, of.high)})"


def new_trial(one: SharedStratum) -> Span | None:
    """The interval for a new trial that decides about a direction: the network's where there is one."""
    if one.network is not None:
        return in_times(one.network.prediction_low, one.network.prediction_high)
    ratio = ratio_of(one)
    return None if ratio is None else _new(ratio)
