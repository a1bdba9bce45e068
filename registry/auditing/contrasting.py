"""What a claim says about two treatments – which is better, and by how much – and whether a contrast in one stratum agrees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.auditing.changing import FEW, Trials, after_more, like, more_of, more_trials, supported_instead, undone
from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Word
from registry.auditing.knowledge import Knowledge
from registry.auditing.margins import everything, view
from registry.auditing.spans import Span, span_of
from registry.comparing.comparison import SharedStratum
from registry.comparing.trials import pairs_of_stratum
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import RISK_RATIO
from registry.pooling.networks import DISAGREEMENT, Estimate
from registry.pooling.random_effects import Pooled
from registry.pooling.scales import RATIO, p_said
from registry.strata.comparable import NOT_RANDOMISED

__all__ = ["Stand", "contrast_evidence", "is_of_chance", "settling"]


@dataclass(frozen=True)
class Stand:
    """Which way a claim goes (1: the subject does better, −1: worse, 0: neither; None: it doesn't say), by which factor, and that in words.

    ``beyond`` is a figure that no ratio of rates can be compared with, in words: it can make better wrong, and never right. ``beside`` is whether the
    source gives a rate of the comparator with which a claimed one can be compared.
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
            figure = claim.low is not None or claim.high is not None
            beyond = claimed(claim) if figure and not claim.in_times else None
            return cls(1, times, "better" if times is None else claimed(claim), beyond)
        others = _beside(claim, claims)
        signs = {_direction(claim, other) for other in others}
        (sign,) = signs if len(signs) == 1 else (None,)
        if sign == 0 and claim.ends is not None:
            low, high = claim.ends
            if low == high:
                return cls(0, Span(1, 1, "times"), "the same rate")
            return cls(
                0, Span(low / high, high / low, "times"), f"rates in one range, a ratio of {low / high:.2f} to {high / low:.2f}"
            )
        words = {1: "a higher rate", -1: "a lower rate"}.get(sign or 0, "no direction")
        return cls(sign, None, words, beside=bool(others))

    def agrees(self, shared: SharedStratum) -> bool | None:
        """Whether a stratum agrees: by the interval for a new trial, since a claim is about treatments and not about these trials.

        The network's leads where there is one, if its direct and indirect evidence agree. A claimed factor is judged as an average is, by
        the ratio of the rates. None where both are possible, and where nobody was randomised to either.
        """
        if not is_of_chance(shared):
            return None
        ratio = None if shared.contrast is None else shared.contrast.effects.get(RISK_RATIO.name)
        if self.sign is None:
            return None
        if self.factor is not None:
            mean = None if ratio is None else _mean(ratio)
            return None if ratio is None or mean is None else view(self.factor, mean, _new(ratio)).agrees
        if shared.network is not None:
            new = None if shared.network.disagrees else _times(shared.network.prediction_low, shared.network.prediction_high)
        else:
            new = None if ratio is None else _new(ratio)
        if new is None or new.low <= 1 <= new.high or (self.beyond is not None and (new.low > 1) == (self.sign > 0)):
            return None
        return (new.low > 1) == (self.sign > 0)


def is_of_chance(shared: SharedStratum) -> bool:
    """Whether people were randomised in a stratum, or may have been."""
    return shared.stratum.arm_kind != NOT_RANDOMISED


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
    """1 if a claimed rate is above another, −1 if below, 0 if both are one figure or one range; None if they overlap, or one has no figure. Of one bound
    that both keep to, either may be far beyond it.
    """
    if claim.ends is None or other.ends is None:
        return None
    if claim.ends == other.ends:
        spans = [span_of(one.low, one.high, one.bound, "%") for one in (claim, other)]
        return None if any(span is None or span.one_sided or everything(span) for span in spans) else 0
    return 1 if claim.ends[0] > other.ends[1] else -1 if claim.ends[1] < other.ends[0] else None


def _factor(claim: Claim) -> Span | None:
    """By how many times the subject is claimed to do better. "At least once" says no more than better; "up to twice" says from once on. A margin is about
    by how much, and never turns better into worse. A figure below once, which isn't better, is judged as it stands.
    """
    span = span_of(claim.low, claim.high, claim.bound, "times") if claim.in_times else None
    if span is None or (span.high_open and span.low == 1) or everything(span):
        return None
    if span.one_sided and not span.high_open and span.high > 1:
        span = replace(span, low=max(span.low, 1.0), one_sided=False)
    return replace(span, least=1.0) if span.low >= 1 else span


def _times(low: float, high: float) -> Span:
    return Span(low, high, "times")


def _mean(ratio: Pooled | Indirect) -> Span | None:
    """Where the mean lies. One trial's own interval is that of its own people: there, only the interval for a new trial says."""
    single = ratio.k == 1 if isinstance(ratio, Pooled) else 1 in {ratio.k_ac, ratio.k_bc}
    return _new(ratio) if single else _times(ratio.low, ratio.high)


def _new(ratio: Pooled | Indirect) -> Span | None:
    """The interval for a new trial; an indirect comparison has none."""
    if not isinstance(ratio, Pooled) or ratio.prediction_low is None or ratio.prediction_high is None:
        return None
    return _times(ratio.prediction_low, ratio.prediction_high)


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
            agree = "disagree" if by.disagrees else "agree"
            told.append(f"direct {_said(by.direct)} and indirect {_said(by.indirect)} evidence {agree} ({p_said(by.p)})")
        figures |= {"odds_ratio": by.network.estimate, "p": by.p}
        figures |= {"prediction_low": by.prediction_low, "prediction_high": by.prediction_high}
    if shared.contrast is not None and RISK_RATIO.name not in shared.contrast.effects:
        told.append(f"no {RISK_RATIO.name}: in every trial all or none of the participants met the definition")
    elif shared.contrast is not None:
        ratio, said = shared.contrast.effects[RISK_RATIO.name], RISK_RATIO.scale
        how = "head to head" if shared.contrast.is_direct else f"indirectly, through {known.word(shared.contrast.via)}"
        told.append(f"{how}: {RISK_RATIO.name} {said.said(ratio.estimate)} (95% CI {said.interval(ratio.low, ratio.high)})")
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


def settling(word: Word, found: Sequence[tuple[SharedStratum, bool | None]], stand: Stand, known: Knowledge) -> str:
    """What would change the verdict on a comparison, by the strata that have both and what each says."""
    ratios = [one.contrast.effects.get(RISK_RATIO.name) if one.contrast is not None else None for one, _ in found]
    means = [mean for ratio in ratios if ratio is not None and (mean := _mean(ratio)) is not None]
    if word is Word.UNVERIFIABLE:
        ways = [
            f"{'supported' if view else 'contradicted'} if it meant {_place(one, known)}"
            for one, view in found
            if view is not None
        ]
        return f"It would be {', and '.join(ways)}."
    if word is Word.CONTRADICTED:
        worse = all(mean.high < 1 for mean in means)
        if stand.factor is not None and not (stand.factor.least >= 1 and worse):
            return supported_instead(stand.factor, means, "times")
        a, b = found[0][0].a.subject, found[0][0].b.subject
        better = b if (stand.sign or 0) > 0 else a
        return f"The opposite would be supported: {known.word(better)} does better than {known.word(a if better == b else b)}."
    if word is Word.SUPPORTED:
        if stand.factor is not None:
            return undone(stand.factor, means, "With more trials, an interval of the mean", "times")
        nearest = min(
            (new for one, _ in found if (new := _new_trial(one)) is not None), key=lambda new: abs(math.log(_near(new)))
        )
        return f"An interval for a new trial that reached 1 would undo it; its nearer end is {RATIO.said(_near(nearest))}."
    one, _ = max((pair for pair in found if pair[1] is None), key=lambda pair: pair[0].a.pooled.n + pair[0].b.pooled.n)
    chosen = f"Trials that randomise people to {known.word(one.a.subject)} or {known.word(one.b.subject)} would."
    return _undecided(one, stand, known) if is_of_chance(one) else chosen


def _undecided(one: SharedStratum, stand: Stand, known: Knowledge) -> str:
    """What would settle a stratum that decides nothing."""
    if stand.beyond is not None:
        return "A figure in times, the ratio of the two rates, would make it one to judge."
    ratio = None if one.contrast is None else one.contrast.effects.get(RISK_RATIO.name)
    of = f"They are of {_place(one, known)}."
    if stand.factor is not None and isinstance(ratio, Pooled):
        return f"{more_trials(stand.factor, ratio, [pair.counts for pair in pairs_of_stratum(one)])} {of}"
    if one.network is not None and one.network.p is not None and one.network.disagrees:
        return f"Direct and indirect evidence would have to agree first: {p_said(one.network.p)}, and must be {DISAGREEMENT:.2f} or more."
    if one.network is not None and stand.factor is None:
        network = one.network
        trials = Trials(network.network.model_estimate, network.network.model_se, network.tau, network.k)
        up, k = trials.estimate > 0, network.k
        needed = more_of(k, lambda k: not trials.after(k)[2] <= 0 <= trials.after(k)[3])
    elif isinstance(ratio, Pooled):
        after = after_more(ratio, [pair.counts for pair in pairs_of_stratum(one)])
        up, k = ratio.estimate > 1, ratio.k
        needed = more_of(k, lambda k: not after(k)[1].meets(_times(1, 1)))
    else:
        a, b = known.word(one.a.subject), known.word(one.b.subject)
        return f"A trial that gives both {a} and {b} would: an indirect comparison has no interval for a new trial. It would be of {_place(one, known)}."
    which = "those" if k > 1 else "that one"
    if needed is None:
        why = (
            "if trials differed as much as so few leave possible, the next one could show the opposite"
            if k < FEW
            else "they differ so much that the next one could show the opposite"
        )
        return f"Not even hundreds of trials like {which} would decide it: {why}. {of}"
    way = "support" if up == ((stand.sign or 0) > 0) else "contradict"
    return (
        f"About {like(needed, which)} would {way} it if they went on as they do: the interval for a new one would exclude 1. {of}"
    )


def _new_trial(one: SharedStratum) -> Span | None:
    """The interval for a new trial that decides about a direction."""
    if one.network is not None:
        return _times(one.network.prediction_low, one.network.prediction_high)
    ratio = None if one.contrast is None else one.contrast.effects.get(RISK_RATIO.name)
    return None if ratio is None else _new(ratio)


def _near(new: Span) -> float:
    """The end of an interval that is nearer to no effect."""
    return min((new.low, new.high), key=lambda end: abs(math.log(max(end, 1e-9))))


def _place(one: SharedStratum, known: Knowledge) -> str:
    return f"“{' · '.join(one.stratum.in_words(known.word))}”"
