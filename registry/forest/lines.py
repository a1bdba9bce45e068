"""What a forest plot shows, line by line, before anything is drawn: texts, where the marks go, how heavy they are.

A block is a table with a picture in it. Rates have one block a subject or stratum, the two against each other one of their own, by one
of the measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from registry.comparing.comparison import ApartStratum, SharedStratum
from registry.comparing.sides import Side
from registry.comparing.trials import pairs_of_stratum, trials_of
from registry.forest.order import sorted_trials
from registry.pooling.contrasts import Indirect
from registry.pooling.counts import Effect, Pair
from registry.pooling.measures import LEADING, MEASURES, ODDS_RATIO, PROPORTION, Measure
from registry.pooling.networks import Estimate
from registry.pooling.random_effects import Pooled
from registry.pooling.scales import Scale
from registry.strata.stratum import Stratum
from schemas.outcome_words import WORSE
from schemas.wording import counted
from validation.formats.visible import visible

__all__ = ["Line", "Panel", "Words", "apart_blocks", "contrast_block", "rates_block"]

Kind = Literal["group", "stratum", "trial", "pooled", "bar"]
"""A ``bar`` is an interval without an estimate: the prediction interval, or another quantile's."""

_INTERVAL = "[95%\u00a0CI]"
_INDIRECT = "No trial had both: this assumes that the two sets of trials are alike in everything that changes the effect."

_SPREADS = "The pooled line goes by how much its own trials vary, and the lines below it by how much all trials of the network do, as in `compare`."


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
    reach: tuple[float, float] | None = None
    """Between which values the estimate itself lies, whatever is left open: a band behind the interval."""
    dots: tuple[float, ...] = ()
    """Further values on the line, of a bar that joins them."""


@dataclass(frozen=True)
class Panel:
    """Lines over one axis. ``heads`` name the columns of counts, ``label_head`` that of the labels, ``sides`` what lies left and right of no
    effect, and the ``note`` is below. The estimates of neighbours are ``joined`` where they are of the same people.
    """

    scale: Scale
    heads: tuple[str, ...]
    figure_head: str
    lines: tuple[Line, ...]
    sides: tuple[str, str] | None = None
    note: str = ""
    label_head: str = "Trial"
    joined: bool = False


class Words:
    """The words for ids: from the vocabularies' labels where they are given, and otherwise the ids themselves."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self.labels = labels or {}

    def __call__(self, term: str) -> str:
        return visible(self.labels.get(term, term))

    def stratum(self, stratum: Stratum) -> str:
        """Its dimensions in a line; of one that is crossed, that it is."""
        # A line may end after a dot, not before it.
        return "\u00a0· ".join(stratum.in_words(self))


def rates_block(sides: Iterable[tuple[int, Side]], words: Words, *, sort: str = "trial") -> Panel:
    """The rates of one or both subjects in a stratum, trial by trial, in the order of one of ``SORTS``."""
    lines: list[Line] = []
    for series, side in sides:
        lines += [Line("group", words(side.subject), series), *_rates(series, side, sort)]
    return _of_rates(lines)


def apart_blocks(
    series: int, strata: Sequence[ApartStratum], words: Words, *, columns: int = 1, sort: str = "trial"
) -> list[Panel]:
    """The rates of one subject in strata that hold it alone, one stratum after the other over one axis, in as many columns."""
    parts = [[Line("stratum", words.stratum(one.stratum), series), *_rates(series, one.side, sort)] for one in strata]
    whole = sum(map(len, parts))
    blocks: list[Panel] = []
    for column in range(columns):
        lines: list[Line] = []
        while parts and (column == columns - 1 or not lines or len(lines) + len(parts[0]) / 2 <= whole / columns):
            lines += parts.pop(0)
        if lines:
            name = f"{words(strata[0].side.subject)}{', continued' if blocks else ''}"
            blocks.append(_of_rates([Line("group", name, series), *lines]))
    return blocks


def contrast_block(
    shared: SharedStratum, outcome: str, words: Words, measure: Measure[Pair] = MEASURES[LEADING], *, sort: str = "trial"
) -> Panel | None:
    """The measure in a stratum's trials, or the one that goes through a third; None where there is no contrast."""
    contrast, network, scale = shared.contrast, _of_network(shared, measure), measure.scale
    if contrast is not None and measure.name not in contrast.effects:
        contrast = None
    if contrast is None and not network:
        return None
    a, b = words(shared.a.subject), words(shared.b.subject)
    head = f"{measure.head} {_INTERVAL}"
    # Where more is worse, a higher rate speaks for the other side.
    sides = (a, b) if outcome in WORSE else (b, a)
    favours = (f"favours {sides[0]}", f"favours {sides[1]}")
    if contrast is None:
        return Panel(scale, (a, b), head, tuple(network), favours, _INDIRECT)
    found = contrast.effects[measure.name]
    if isinstance(found, Indirect):
        lines = [
            Line("group", f"Indirect, through {words(contrast.via or '')}", 2),
            Line(
                "pooled",
                "Indirect",
                2,
                cells=(counted(found.k_ac, "trial"), counted(found.k_bc, "trial")),
                figure=_figure(scale, found),
                estimate=found.estimate,
                low=found.low,
                high=found.high,
                hollow=True,
            ),
        ]
        return Panel(scale, (a, b), head, (*lines, *network), favours, _INDIRECT)
    pairs = [(pair, pair.effects[measure.name]) for pair in pairs_of_stratum(shared) if measure.name in pair.effects]
    lines = [
        Line(
            "trial",
            visible(pair.name),
            2,
            cells=(f"{pair.counts.events_a:,}/{pair.counts.n_a:,}", f"{pair.counts.events_b:,}/{pair.counts.n_b:,}"),
            figure=_figure(scale, effect),
            estimate=effect.estimate,
            low=effect.low,
            high=effect.high,
            weight=effect.weight,
            link=pair.link,
        )
        for pair, effect in sorted_trials(pairs, sort)
    ]
    # What either side adds up to stands with its rates.
    lines += _pooled(found, scale, 2, ())
    beside = _SPREADS if network and found.k > 1 else ""
    return Panel(scale, (a, b), head, (*lines, *network), favours, beside)


def _of_rates(lines: list[Line]) -> Panel:
    scale = PROPORTION.scale
    return Panel(scale, ("Events/n",), f"Rate{scale.unit} {_INTERVAL}", tuple(lines))


def _rates(series: int, side: Side, sort: str) -> list[Line]:
    lines = [
        Line(
            "trial",
            visible(trial.name),
            series,
            cells=(_count(effect),),
            figure=_figure(PROPORTION.scale, effect),
            estimate=effect.estimate,
            low=effect.low,
            high=effect.high,
            weight=effect.weight,
            link=trial.link,
        )
        for trial, effect in sorted_trials([(trial, trial.effect) for trial in trials_of(side)], sort)
    ]
    return lines + _pooled(side.pooled, PROPORTION.scale, series, (f"{side.pooled.events:,}/{side.pooled.n:,}",))


def _pooled(pooled: Pooled, scale: Scale, series: int, cells: tuple[str, ...]) -> list[Line]:
    """The diamond and the bars under it. Of one trial there is nothing to pool, and its own line says all."""
    if pooled.k == 1:
        return []
    spread = "" if pooled.i2 is None else f", I² {pooled.i2:.0f}%"
    lines = [
        Line(
            "pooled",
            f"Pooled: {counted(pooled.k, 'trial')}{spread}",
            series,
            cells=cells,
            figure=_figure(scale, pooled),
            estimate=pooled.estimate,
            low=pooled.low,
            high=pooled.high,
        )
    ]
    # Where a prior makes the interval, the common effect's shows how much of it the prior is.
    if pooled.half is not None and pooled.common is not None:
        lines.append(_bar("Common effect", series, pooled.common.low, pooled.common.high, scale))
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        lines.append(_bar("Prediction interval", series, pooled.prediction_low, pooled.prediction_high, scale))
    return lines


def _bar(label: str, series: int, low: float, high: float, scale: Scale) -> Line:
    return Line("bar", label, series, figure=scale.ends(low, high), low=low, high=high)


def _of_network(shared: SharedStratum, measure: Measure[Pair]) -> list[Line]:
    """What all trials of the stratum say, and those that had not both: of the odds ratio, which is what a network is of."""
    found = shared.network
    if found is None or measure.name != ODDS_RATIO.name:
        return []
    told = {"Indirect": found.indirect, f"Network: {counted(found.k, 'trial')}": found.network}
    return [
        Line(
            "pooled",
            label,
            2,
            figure=_figure(measure.scale, of),
            estimate=of.estimate,
            low=of.low,
            high=of.high,
            hollow=label == "Indirect" or found.k_direct == 0,
        )
        for label, of in told.items()
        if of is not None
    ]


def _figure(scale: Scale, of: Effect | Pooled | Indirect | Estimate) -> str:
    return f"{scale.number(of.estimate)} {scale.ends(of.low, of.high)}"


def _count(effect: Effect) -> str:
    return f"{effect.events:,}/{effect.n:,}"
