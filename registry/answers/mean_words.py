"""What means on scales say about two treatments, in short sentences: the same at a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable

from registry.comparing.means import MeanContrast
from registry.pooling.method_words import prior_words
from registry.pooling.random_effects import Range
from registry.pooling.score_effects import PooledScore
from registry.strata.rows import MAIN, VARIANTS, WITHOUT_FLAGGED
from registry.strata.stratum import Stratum
from schemas.vocabulary import rows
from schemas.wording import counted

__all__ = ["mean_words"]


def mean_words(found: MeanContrast, word: Callable[[str], str]) -> list[str]:
    """Where, then the mean difference and the standardised one, the same without figures that have a finding if there are any, and a warning where nobody
    was randomised; ``word`` gives words for an id.
    """
    place = (found.population, found.window, found.counted_from, found.strategy, found.arm_kind)
    scale, *others = Stratum(found.instrument, *place).in_words(word)
    where = " · ".join([f"{scale}, {found.statistic}", *others])
    open_ = "" if found.pooling == MAIN else " (something is unstated)"
    first, *more = found.effects.values()
    told = [f"{first.measure.capitalize()}, {word(found.a)} vs {word(found.b)}, {_said(first, '95% CI ')}"]
    told += [f"{effect.measure} {_said(effect)}" for effect in more]
    trials = f"{_favouring(found, word)}{counted(first.k, 'trial')} that had both, {first.n:,} participants"
    return [
        f"{where}{open_}",
        f"{', '.join(told)}; {trials}; in another trial {_interval(first.prediction_low, first.prediction_high)}"
        f"{'; ' + prior if (prior := prior_words(first, _said)) else ''}.",
        *([_without_flagged(found)] if found.flagged else []),
        *([found.warning] if found.warning else []),
    ]


def _without_flagged(found: MeanContrast) -> str:
    left_out = f"{VARIANTS[WITHOUT_FLAGGED][1].capitalize()} ({found.flagged} of the means)"
    if not found.unflagged:
        return f"{left_out}: no trial is left."
    first, *_ = found.unflagged.values()
    told = ", ".join(f"{effect.measure} {_said(effect)}" for effect in found.unflagged.values())
    return f"{left_out}: {told}; {counted(first.k, 'trial')}."


def _favouring(found: MeanContrast, word: Callable[[str], str]) -> str:
    """Which of the two a negative difference favours; nothing of a scale whose direction isn't known."""
    directions = {row["instrument_id"]: row["direction"] for row in rows("instruments")}
    better = {"higher-is-worse": found.a, "higher-is-better": found.b}.get(directions.get(found.instrument, ""))
    return "" if better is None else f"below 0 favours {word(better)}; "


def _said(of: PooledScore | Range, interval: str = "") -> str:
    return f"{_number(of.estimate)} ({interval}{_interval(of.low, of.high)})"


def _interval(low: float, high: float) -> str:
    return f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−") if f"{value:.2f}" not in ("0.00", "-0.00") else "0.00"
