"""What a forest plot shows, line by line, before anything is drawn: texts, where the marks go, how heavy they are.

A block is a table with a picture in it. Rates have one block a subject or stratum, the risk ratios of a stratum one of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from registry.comparing.comparison import ApartStratum, SharedStratum, Side, Stratum
from registry.comparing.trials import pairs_of_stratum, trials_of
from registry.pooling.contrasts import Indirect
from registry.pooling.random_effects import Effect, Pooled
from schemas.outcome_words import WORSE
from validation.formats.visible import visible

__all__ = ["Block", "Line", "Words", "apart_blocks", "contrast_block", "in_hundred", "rates_block", "times"]

Kind = Literal["group", "stratum", "trial", "pooled", "bar"]
"""A ``bar`` is an interval without an estimate: the prediction interval, or another quantile's."""

_RATIO = "Risk\u00a0ratio [95%\u00a0CI]"
_INDIRECT = "No trial had both: this rests on the two sets of trials being alike in whatever changes the effect."


@dataclass(frozen=True)
class Line:
    """One line of a block. ``series`` is 0 for a, 1 for b and 2 for the two against each other."""

    kind: Kind
    label: str
    series: int
    cells: tuple[str, ...] = ()
    figure: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 100.0
    hollow: bool = False
    link: str | None = None


@dataclass(frozen=True)
class Block:
    """Lines over one axis. ``heads`` name the columns of counts, ``sides`` what lies left and right of 1 on a ratio's axis,
    and the ``note`` stands under it.
    """

    scale: Literal["share", "ratio"]
    heads: tuple[str, ...]
    figure_head: str
    lines: tuple[Line, ...]
    sides: tuple[str, str] | None = None
    note: str = ""


class Words:
    """The words for ids: from the vocabularies' labels where they are given, and otherwise the ids themselves."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self.labels = labels or {}

    def __call__(self, term: str) -> str:
        return visible(self.labels.get(term, term))

    def stratum(self, stratum: Stratum) -> str:
        """The four dimensions in a line; of one that is crossed, that it is."""
        parts = {
            "definition": stratum.definition,
            "population": stratum.population,
            "window": stratum.window,
            "kind of arm": stratum.arm_kind,
        }
        # A line may end after a dot, not before it.
        return "\u00a0· ".join(f"any {name}" if part == "any" else self(part) for name, part in parts.items())


def rates_block(sides: Iterable[tuple[int, Side]], words: Words) -> Block:
    """The rates of one or both subjects in a stratum, trial by trial."""
    lines: list[Line] = []
    for series, side in sides:
        lines += [Line("group", words(side.subject), series), *_rates(series, side)]
    return _of_rates(lines)


def apart_blocks(series: int, strata: Sequence[ApartStratum], words: Words, *, columns: int = 1) -> list[Block]:
    """The rates of one subject in strata that hold it alone, one stratum after the other over one axis, in as many columns."""
    parts = [[Line("stratum", words.stratum(one.stratum), series), *_rates(series, one.side)] for one in strata]
    whole = sum(map(len, parts))
    blocks: list[Block] = []
    for column in range(columns):
        lines: list[Line] = []
        while parts and (column == columns - 1 or not lines or len(lines) + len(parts[0]) / 2 <= whole / columns):
            lines += parts.pop(0)
        if lines:
            name = f"{words(strata[0].side.subject)}{', continued' if blocks else ''}"
            blocks.append(_of_rates([Line("group", name, series), *lines]))
    return blocks


def contrast_block(shared: SharedStratum, outcome: str, words: Words) -> Block | None:
    """The risk ratios of a stratum, or the one that goes through a third; None where there is no contrast."""
    contrast = shared.contrast
    if contrast is None:
        return None
    a, b = words(shared.a.subject), words(shared.b.subject)
    ratio = contrast.ratio
    # Where more is worse, a ratio above 1 speaks for the other side.
    sides = (a, b) if outcome in WORSE else (b, a)
    favours = (f"favours {sides[0]}", f"favours {sides[1]}")
    if isinstance(ratio, Indirect):
        lines = [
            Line("group", f"Indirect, through {words(contrast.via or '')}", 2),
            Line(
                "pooled",
                "Indirect",
                2,
                cells=(_trials(ratio.k_ac), _trials(ratio.k_bc)),
                figure=_ratio(ratio.estimate, ratio.low, ratio.high),
                estimate=ratio.estimate,
                low=ratio.low,
                high=ratio.high,
                hollow=True,
            ),
        ]
        return Block("ratio", (a, b), _RATIO, tuple(lines), favours, _INDIRECT)
    pairs = pairs_of_stratum(shared)
    lines = [
        Line(
            "trial",
            visible(pair.a.name),
            2,
            cells=(_count(pair.a.effect), _count(pair.b.effect)),
            figure=_ratio(pair.effect.estimate, pair.effect.low, pair.effect.high),
            estimate=pair.effect.estimate,
            low=pair.effect.low,
            high=pair.effect.high,
            weight=pair.effect.weight,
            link=pair.a.link or pair.b.link,
        )
        for pair in pairs
    ]
    # What either side adds up to stands with its rates.
    lines += _pooled(ratio, 2, ())
    return Block("ratio", (a, b), _RATIO, tuple(lines), favours)


def _of_rates(lines: list[Line]) -> Block:
    return Block("share", ("Events/n",), "Rate,\u00a0% [95%\u00a0CI]", tuple(lines))


def _rates(series: int, side: Side) -> list[Line]:
    lines = [
        Line(
            "trial",
            visible(trial.name),
            series,
            cells=(_count(trial.effect),),
            figure=_share(trial.effect.estimate, trial.effect.low, trial.effect.high),
            estimate=trial.effect.estimate,
            low=trial.effect.low,
            high=trial.effect.high,
            weight=trial.effect.weight,
            link=trial.link,
        )
        for trial in trials_of(side)
    ]
    return lines + _pooled(side.pooled, series, (f"{side.pooled.events:,}/{side.pooled.n:,}",))


def _pooled(pooled: Pooled, series: int, cells: tuple[str, ...]) -> list[Line]:
    """The diamond and the bars under it. Of one trial there is nothing to pool, and its own line says all."""
    if pooled.k == 1:
        return []
    said = _share if pooled.measure == "proportion" else _ratio
    spread = "" if pooled.i2 is None else f", I² {pooled.i2:.0f}%"
    lines = [
        Line(
            "pooled",
            f"Pooled: {_trials(pooled.k)}{spread}",
            series,
            cells=cells,
            figure=said(pooled.estimate, pooled.low, pooled.high),
            estimate=pooled.estimate,
            low=pooled.low,
            high=pooled.high,
        )
    ]
    # Of two trials the interval is mostly too wide to be of use; the normal quantile's shows how much of that is the t.
    if pooled.k == 2 and pooled.normal_low is not None and pooled.normal_high is not None:
        lines.append(_bar("By the normal quantile", series, pooled.normal_low, pooled.normal_high, pooled))
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        lines.append(_bar("Prediction interval", series, pooled.prediction_low, pooled.prediction_high, pooled))
    return lines


def _bar(label: str, series: int, low: float, high: float, pooled: Pooled) -> Line:
    ends = f"[{in_hundred(low)}–{in_hundred(high)}]" if pooled.measure == "proportion" else f"[{times(low)}–{times(high)}]"
    return Line("bar", label, series, figure=ends, low=low, high=high)


def _count(effect: Effect) -> str:
    return f"{effect.events:,}/{effect.n:,}"


def _trials(number: int) -> str:
    return f"{number:,} trial{'' if number == 1 else 's'}"


def _share(estimate: float, low: float, high: float) -> str:
    return f"{in_hundred(estimate)} [{in_hundred(low)}–{in_hundred(high)}]"


def _ratio(estimate: float, low: float, high: float) -> str:
    return f"{times(estimate)} [{times(low)}–{times(high)}]"


def in_hundred(share: float) -> str:
    """A share in per cent, to one place."""
    return f"{100 * share:.1f}"


def times(ratio: float) -> str:
    """A ratio, to as many places as say anything."""
    if ratio < 0.005:
        return "<0.01"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}" if ratio < 1e5 else f"{ratio:.0e}"
