"""What would change a verdict: the figures that would be supported, and about how many more trials would settle it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from registry.auditing.margins import around, everything, moved, wanted
from registry.auditing.spans import Span, figure_in_words, rounded, said
from registry.pooling.counts import FEW_TRIALS, Counts, Pair
from registry.pooling.measures import MEASURES, PROPORTION
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_proportion
from registry.pooling.scales import Scale
from schemas.intervals import Z
from schemas.wording import counted

__all__ = ["Trials", "after_more", "in_span", "like", "more_of", "more_trials", "supported_instead", "undone"]

_MOST = 300
"""More further trials than this are none that anybody will do."""

Intervals = tuple[float, float, float, float]
"""Of the mean, and for a new trial."""


@dataclass(frozen=True)
class Trials:
    """Trials that were pooled, on the model's scale: the estimate, its standard error, the standard deviation between trials, their number."""

    estimate: float
    se: float
    tau: float
    k: int

    @classmethod
    def of(cls, pooled: Pooled, scale: Scale) -> Trials:
        """Those of a pooled figure. How much they differ is what its interval for a new trial allows for: of a few trials, what a prior does."""
        estimate, se = scale.there(scale.within(pooled.estimate)), pooled.model_se
        tau = math.sqrt(pooled.tau2 or 0.0)
        if pooled.prediction_low is not None and pooled.prediction_high is not None:
            half = (scale.there(pooled.prediction_high) - scale.there(pooled.prediction_low)) / 2 / Z
            tau = math.sqrt(max(half**2 - se**2, tau**2))
        within = 1 / sum(1 / trial.model_se**2 for trial in pooled.trials)
        return cls(estimate, max(se, math.sqrt(tau**2 / pooled.k + within)), tau, pooled.k)

    def after(self, k: int) -> Intervals:
        """The intervals by ``k`` such trials."""
        se, quantile = self.se * math.sqrt(self.k / k), _quantile(k)
        mean, new = quantile * se, quantile * math.hypot(self.tau, se)
        return self.estimate - mean, self.estimate + mean, self.estimate - new, self.estimate + new


def _quantile(k: int) -> float:
    from registry.pooling.special import stdtrit

    return float(stdtrit(k - 1, 0.975))


def more_of(k: int, settles: Callable[[int], bool]) -> int | None:
    """The fewest further trials that settle it, beyond ``k``; None where none of a few hundred would. More settle it too."""
    start = max(k, FEW_TRIALS - 1)
    few, many = start, start + 1
    while not settles(many):
        few, many = many, start + 2 * (many - start)
        if many - k > _MOST:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if settles(middle) else (middle, many)
    return many - k


def after_more(pooled: Pooled, pairs: Sequence[Pair] = ()) -> Callable[[int], tuple[Span, Span]]:
    """Where the mean, and a new trial's value, would lie after so many trials: those held over and over, which keeps their mean, their sizes
    and how much they differ. Few don't show how much they differ, so there what the interval for a new one allows for is kept.
    """
    is_rate = pooled.measure == PROPORTION.name
    scale, factor, unit = (PROPORTION.scale, 100, "%") if is_rate else (MEASURES[pooled.measure].scale, 1, "times")
    trials, counts = Trials.of(pooled, scale), [Counts("", trial.events, trial.n) for trial in pooled.trials if is_rate]

    def ends(k: int) -> Intervals:
        if pooled.k < FEW_TRIALS:
            low, high, new_low, new_high = (scale.back(end) for end in trials.after(k))
            return low, high, new_low, new_high
        if is_rate:
            p = pooled_proportion([replace(counts[i % len(counts)], label=str(i)) for i in range(k)])
        else:
            p = pooled_effects([[replace(pairs[i % len(pairs)], label=str(i)) for i in range(k)]])[0][pooled.measure]
        new = (p.low, p.high) if p.prediction_low is None or p.prediction_high is None else (p.prediction_low, p.prediction_high)
        return p.low, p.high, *new

    def spans(k: int) -> tuple[Span, Span]:
        low, high, new_low, new_high = (factor * end for end in ends(k))
        return Span(low, high, unit), Span(new_low, new_high, unit)

    return spans


def more_trials(claim: Span, pooled: Pooled, pairs: Sequence[Pair] = ()) -> str:
    """About how many more trials like those pooled would decide about a claimed average, and how; or that none could."""
    factor, unit = (100, "%") if pooled.measure == PROPORTION.name else (1, "times")
    after = after_more(pooled, pairs)
    allowed, within = around(claim), wanted(claim)
    middle = Span(factor * pooled.estimate, factor * pooled.estimate, claim.unit)
    now, which = said(middle.low, unit), "those" if pooled.k > 1 else "that one"
    held = f"if the average stayed at {now}" + (
        "" if pooled.k >= FEW_TRIALS else " and trials differed as much as so few leave possible"
    )
    if within.holds(middle):
        needed = more_of(pooled.k, lambda k: within.holds(after(k)[0]))
        if needed is None:
            return f"Not even {_MOST} more trials like {which} would bring the mean's interval within {in_span(within, unit)}: at {now} it is near the end."
        return (
            f"About {like(needed, which)} would bring the mean's interval within {in_span(within, unit)} and support it, {held}."
        )
    if allowed.holds(middle):
        end, way = (claim.low, "below") if middle.low < claim.low else (claim.high, "above")
        average, bound = (figure_in_words(float(f"{value:.3g}"), None, None, unit) for value in (middle.low, end))
        return f"No number of such trials would decide it: the average, {average}, is {way} {bound} by less than the margin."
    needed = more_of(pooled.k, lambda k: not after(k)[1].meets(allowed))
    if needed is not None:
        return f"About {like(needed, which)} would contradict it, {held}: the interval for a new one would miss {in_span(allowed, unit)}."
    return (
        f"Not even {_MOST} more trials like {which} would decide it, {held}, outside {in_span(within, unit)}: they differ so much that the next "
        "one could always show what is claimed."
    )


def like(needed: int, which: str) -> str:
    """So many more trials."""
    return f"{needed} more trial{'' if needed == 1 else 's'} like {which}"


def in_span(span: Span, unit: str = "%") -> str:
    """A span in words, in the unit of the claim."""
    if math.isinf(span.high):
        return f"{said(span.low, unit)} or more"
    return figure_in_words(rounded(span.low, unit), rounded(span.high, unit), None, unit)


def supported_instead(claim: Span, means: Sequence[Span], unit: str = "%") -> str:
    """The claims of that form that all these figures would support, in a sentence: where it would have to begin and end.

    Figures are rounded to the side on which they are supported.
    """
    least, most = min(span.low for span in means), max(span.high for span in means)
    room = _room_instead(claim if claim.one_sided else Span(least, most, claim.unit), least, most, unit)
    if claim.one_sided or not claim.near:
        return room
    if least < claim.least or most > claim.most:
        which, end = ("better", claim.least) if least < claim.least else ("worse", claim.most)
        return f"No factor by which it does {which} would be supported: an interval of the mean reaches {end:g}."
    begins = min(moved(least, means[0].unit, down=False), max(claim.most, most))
    ends = max(moved(most, means[0].unit, down=True), min(claim.least, least))
    if min(span.high for span in means) < max(span.low for span in means) and (begins <= 0 or math.isinf(ends)):
        return "No claim would be supported by all of them: they exclude one another."
    if math.isinf(ends):
        return f"{room.removesuffix('.')}: not all figures have an upper end." if room.startswith("At least") else room
    if ends <= begins:
        low, high = rounded(ends, unit, up=True), said(begins, unit, up=False)
        nearest = high if claim.low > begins else said(ends, unit, up=True) if claim.high < ends else None
        which = "" if nearest is None else f"; the nearest to the claim is {nearest}"
        return f"A single figure from {low:g} to {high} would be supported{which}."
    return f"No single figure would be supported. {room}"


def _room_instead(claim: Span, least: float, most: float, unit: str) -> str:
    """The bound or range that would be supported, in a sentence; where nothing could miss it, that instead."""
    low = 0.0 if claim.one_sided and not claim.high_open else max(rounded(least, unit, up=False), 0.0)
    high = math.inf if claim.high_open or math.isinf(most) else rounded(most, unit, up=True)
    if everything(Span(low, high, unit)):
        return "Nothing narrower than every possible value would be supported."
    if claim.high_open:
        return f"At least {figure_in_words(low, None, None, unit)}, or any lower bound, would be supported."
    if claim.one_sided:
        return f"Up to {figure_in_words(high, None, None, unit)}, or any higher bound, would be supported."
    return f"A range from {low:.12g} to {figure_in_words(high, None, None, unit)}, or any that holds it, would be supported."


def undone(claim: Span, means: Sequence[Span], what: str, unit: str = "%") -> str:
    """Beyond which ends ``what`` would undo a supported claim, and how far away the nearer is."""
    within = wanted(claim)
    room = []
    if within.low > 0:
        room.append((min(span.low for span in means) - within.low, f"under {said(within.low, unit)}"))
    if within.high < (100 if unit == "%" else math.inf):
        room.append((within.high - max(span.high for span in means), f"over {said(within.high, unit)}"))
    gap, _ = min(room)
    away = counted(round(gap), "point") if unit == "%" else said(gap, unit)
    where = f"{away} away" if gap > 0 else "at that end"
    return f"{what} {' or '.join(end for _, end in room)} would undo it. The nearest is {where}."
