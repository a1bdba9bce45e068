"""The ladder as a picture: rung by rung, the fewest assumptions first, both rates with their intervals and bounds, and in words what compares the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.comparing.comparison import OutcomeAnswer
from registry.comparing.rung import Rung, assumed
from registry.forest.blocks import draw_block
from registry.forest.lines import Line, Panel, Words
from registry.forest.pictures import Picture
from registry.pooling.measures import LEADING, MEASURES, ODDS_RATIO, PROPORTION
from schemas.wording import counted
from validation.formats.visible import visible

__all__ = ["LadderRatio", "LadderSide", "LadderStep", "ladder_of", "ladder_picture", "stored_step"]

_BAND = "Grey bands: between their ends the rate lies, whichever of the trials belong that leave something unstated. They bound the mark, not its interval."
_BESIDE = "A ratio is of the trials that compare the two, or of a network, and need not follow the two rates, which may be of other trials."
_CODE = """d$y <- rev(seq_len(nrow(d)))
par(mar = c(4, 18, 1, 1))
plot(100 * d$rate, d$y, xlim = c(0, 100), pch = ifelse(d$side == "a", 15, 19), xlab = "Rate, %", ylab = "", yaxt = "n")
segments(100 * d$lowest, d$y, 100 * d$highest, d$y, lwd = 8, col = "grey80", lend = 1)
segments(100 * d$low, d$y, 100 * d$high, d$y)
points(100 * d$rate, d$y, pch = ifelse(d$side == "a", 15, 19))
axis(2, d$y, paste0(d$rung, ". ", d$subject, " (", d$trials, ")"), las = 1, cex.axis = 0.7)
"""


@dataclass(frozen=True)
class LadderSide:
    """One side's pooled rate on a rung, as shares, and its bounds, if it has any."""

    rate: float
    low: float | None
    high: float | None
    trials: int
    people: int | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True)
class LadderRatio:
    """What compares the two on a rung, as ``compare`` leads with it: the network's odds ratio where there is one."""

    measure: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class LadderStep:
    """A rung as it is drawn; without a ratio, the two are side by side and no more."""

    assumptions: tuple[str, ...]
    alike: bool
    one_spread: bool
    same_trials: bool
    a: LadderSide
    b: LadderSide
    ratio: LadderRatio | None


def _step(rung: Rung) -> LadderStep:
    """A rung of a comparison."""
    a, b = (
        LadderSide(
            pooled.estimate,
            pooled.low,
            pooled.high,
            pooled.k,
            pooled.n,
            None if bounds is None else bounds.lowest.estimate,
            None if bounds is None else bounds.highest.estimate,
        )
        for pooled, bounds in ((rung.a, rung.bounds_a), (rung.b, rung.bounds_b))
    )
    by, effect = rung.network, None if rung.effect is None else rung.effect.effects.get(LEADING)
    measure, found = (LEADING, effect) if by is None else (ODDS_RATIO.name, by.network)
    ratio = None if found is None else LadderRatio(measure, found.estimate, found.low, found.high)
    return LadderStep(rung.assumptions, rung.alike, rung.one_spread, rung.same_trials, a, b, ratio)


def stored_step(row: Mapping[str, Any]) -> LadderStep:
    """A rung as the table ``ladder`` has it."""
    a, b = (
        LadderSide(*(row[f"{name}_{side}"] for name in ("rate", "low", "high", "k", "n", "lowest", "highest"))) for side in "ab"
    )
    names = ("estimate", "low", "high") if row["network"] is None else ("network", "network_low", "network_high")
    measure = row["measure"] if row["network"] is None else ODDS_RATIO.name
    ratio = None if row[names[0]] is None else LadderRatio(measure, *(row[name] for name in names))
    return LadderStep(tuple(row["assumptions"]), row["alike"], row["one_spread"], row["same_trials"], a, b, ratio)


def ladder_of(answer: OutcomeAnswer, subjects: tuple[str, str], words: Words) -> list[Picture]:
    """The picture of an outcome's ladder; none where it has no rung."""
    a, b = map(words, subjects)
    return [ladder_picture([_step(rung) for rung in answer.rungs], (a, b), answer.outcome)] if answer.rungs else []


def ladder_picture(steps: Sequence[LadderStep], names: tuple[str, str], outcome: str) -> Picture:
    """The picture of the rungs of one outcome; ``names`` are the words for a and b. There must be a rung."""
    a, b = map(visible, names)
    scale = PROPORTION.scale
    banded = any(side.lowest is not None for step in steps for side in (step.a, step.b))
    panel = Panel(
        scale,
        ("Trials",),
        f"Rate{scale.unit} [95%\u00a0CI]",
        tuple(line for number, step in enumerate(steps, 1) for line in _lines(number, step, (a, b))),
        note=" ".join([*[_BAND] * banded, *[_BESIDE] * any(step.ratio is not None for step in steps)]),
        label_head="Assuming that",
    )
    first = steps[0]
    told = ". ".join(
        f"{name} {scale.said(side.rate)}, {counted(side.trials, 'trial')}" for name, side in ((a, first.a), (b, first.b))
    )
    table: list[dict[str, Any]] = [
        {
            "rung": number,
            "assumptions": ", ".join(step.assumptions),
            "side": side,
            "subject": name,
            "rate": of.rate,
            "low": of.low,
            "high": of.high,
            "lowest": of.lowest,
            "highest": of.highest,
            "trials": of.trials,
            "people": of.people,
            "measure": None if step.ratio is None else step.ratio.measure,
            "ratio": None if step.ratio is None else step.ratio.estimate,
            "ratio_low": None if step.ratio is None else step.ratio.low,
            "ratio_high": None if step.ratio is None else step.ratio.high,
        }
        for number, step in enumerate(steps, 1)
        for side, name, of in (("a", a, step.a), ("b", b, step.b))
    ]
    return Picture(
        f"ladder-{outcome}",
        f"The ladder: {outcome} with {a} and with {b}",
        f"{counted(len(steps), 'rung')}, the fewest assumptions first. On the first, assuming {_assumed(first)}: {told}. {_compared(first, (a, b))}.",
        table,
        _CODE,
        lambda sheet, x, y, width: draw_block(sheet, panel, x, y, width),
    )


def _lines(number: int, step: LadderStep, names: tuple[str, str]) -> Iterator[Line]:
    scale, said = PROPORTION.scale, _assumed(step)
    yield Line("stratum", f"{number}. {said[:1].upper()}{said[1:]}. {_compared(step, names)}", 2)
    for series, (name, side) in enumerate(zip(names, (step.a, step.b), strict=True)):
        interval = "" if side.low is None or side.high is None else f" {scale.ends(side.low, side.high)}"
        yield Line(
            "trial",
            name,
            series,
            cells=(f"{side.trials:,}",),
            figure=f"{scale.number(side.rate)}{interval}",
            estimate=side.rate,
            low=side.rate if side.low is None else side.low,
            high=side.rate if side.high is None else side.high,
            reach=None if side.lowest is None or side.highest is None else (side.lowest, side.highest),
        )


def _compared(step: LadderStep, names: tuple[str, str]) -> str:
    """What compares the two, which the eye would else take from the two rates."""
    if step.ratio is None:
        return "Side by side, not compared"
    scale, of = MEASURES[step.ratio.measure].scale, step.ratio
    return f"{of.measure.capitalize()} of {names[0]} to {names[1]}: {scale.said(of.estimate)} (95% CI {scale.interval(of.low, of.high)})"


def _assumed(step: LadderStep) -> str:
    none = f"nothing{'' if step.same_trials else ' within trials'}: like with like"
    return "; ".join(assumed(step.assumptions, alike=step.alike, one_spread=step.one_spread)) or none
