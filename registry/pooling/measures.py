"""The measures that are pooled, a record each. Text, page, JSON, SQL, plots and documentation go through them.

To add one, add its record, and a formula for what one trial says about it: that is all. ``python -m registry.answers.measure_pages`` writes
what is rendered of it, and ``tests/comparing`` holds it to metafor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry.errors import RequestError
from registry.pooling.counts import Counts, Effect, Pair
from registry.pooling.scales import DIFFERENCE, RATIO, SHARE, Scale

__all__ = ["LEADING", "MEASURES", "PROPORTION", "RISK_RATIO", "Measure", "measure_named"]

Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Measure(Generic[Counted]):
    """What is pooled: ``effect`` computes it from one trial's counts (``Counts`` of one side, or a ``Pair`` of two)."""

    name: str
    """Its id, and its name in a sentence."""
    meaning: str
    """What it is, of a and b."""
    scale: Scale
    model: str
    """The scale that the model pools on, in words."""
    own: str
    """The interval that a single trial has, in words."""
    effect: Callable[[Counted], Effect]
    corrected: str
    """What is corrected by 1/2 where a cell is empty."""
    needs_cells: bool
    """Whether a trial informs it only if no cell is empty: otherwise its own figure depends on the correction."""
    empty: str
    """What is done about empty cells, for the documentation."""

    @property
    def head(self) -> str:
        """Its name over a column, with the unit."""
        return self.name.capitalize().replace(" ", "\u00a0") + self.scale.unit


def _rate(trial: Counts) -> Effect:
    """A trial's rate, with its logit and the logit's standard error."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(trial.events, trial.n, method="wilson")
    estimate = trial.events / trial.n
    corrected = trial.events in {0, trial.n}
    add = 0.5 if corrected else 0.0
    events, others = trial.events + add, trial.n - trial.events + add
    return Effect(
        label=trial.label,
        events=trial.events,
        n=trial.n,
        estimate=estimate,
        # At no events, the lower limit is nought but for a rounding error, which may fall above the estimate.
        low=min(float(low), estimate),
        high=max(float(high), estimate),
        model_estimate=math.log(events / others),
        model_se=math.sqrt(1 / events + 1 / others),
        corrected=corrected,
    )


def _log_risk_ratio(pair: Pair) -> Effect:
    """A trial's risk ratio, its logarithm and the logarithm's standard error."""
    (a, not_a, b, not_b), corrected = _cells(pair)
    estimate = math.log(a / (a + not_a)) - math.log(b / (b + not_b))
    # The usual 1/a - 1/n_a + 1/b - 1/n_b, without the digits that subtraction loses when nearly everybody met the definition.
    se = math.sqrt(not_a / (a * (a + not_a)) + not_b / (b * (b + not_b)))
    return _ratio(pair, estimate, se, corrected=corrected)


def _log_odds_ratio(pair: Pair) -> Effect:
    """A trial's odds ratio, its logarithm and Woolf's standard error of that (10.1111/j.1469-1809.1955.tb01348.x)."""
    (a, not_a, b, not_b), corrected = _cells(pair)
    estimate = math.log(a / not_a) - math.log(b / not_b)
    return _ratio(pair, estimate, math.sqrt(1 / a + 1 / not_a + 1 / b + 1 / not_b), corrected=corrected)


def _risk_difference(pair: Pair) -> Effect:
    """A trial's risk difference, with Newcombe's interval (10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I)."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    estimate = pair.events_a / pair.n_a - pair.events_b / pair.n_b
    low, high = confint_proportions_2indep(pair.events_a, pair.n_a, pair.events_b, pair.n_b, compare="diff", method="newcomb")
    corrected = pair.events_a in {0, pair.n_a} and pair.events_b in {0, pair.n_b}
    a, not_a, b, not_b = (cell + 0.5 * corrected for cell in pair.cells)
    se = math.sqrt(a * not_a / (a + not_a) ** 3 + b * not_b / (b + not_b) ** 3)
    return _of_pair(pair, own=(estimate, float(low), float(high)), model=(estimate, se), corrected=corrected)


def _cells(pair: Pair) -> tuple[tuple[float, ...], bool]:
    """The four cells, with 1/2 in all of them where one is empty, and whether one was."""
    corrected = 0 in pair.cells
    return tuple(cell + 0.5 * corrected for cell in pair.cells), corrected


def _ratio(pair: Pair, estimate: float, se: float, *, corrected: bool) -> Effect:
    """A trial's ratio from its logarithm, with the interval that the logarithm's standard error gives."""
    from scipy.stats import norm

    half = float(norm.ppf(0.975)) * se
    own = math.exp(estimate), math.exp(estimate - half), math.exp(estimate + half)
    return _of_pair(pair, own=own, model=(estimate, se), corrected=corrected)


def _of_pair(pair: Pair, *, own: tuple[float, float, float], model: tuple[float, float], corrected: bool) -> Effect:
    """A pair's row of the forest plot, from its own estimate and limits and from what the model takes."""
    return Effect(
        label=pair.label,
        events=pair.events_a + pair.events_b,
        n=pair.n_a + pair.n_b,
        estimate=own[0],
        low=own[1],
        high=own[2],
        model_estimate=model[0],
        model_se=model[1],
        corrected=corrected,
    )


PROPORTION: Measure[Counts] = Measure(
    name="proportion",
    meaning="events / n",
    scale=SHARE,
    model="logit",
    own="Wilson's",
    effect=_rate,
    corrected="the cells",
    needs_cells=False,
    empty="1/2 in both cells of the trial, for the model only",
)
"""The rate of one side."""

_IN_ALL = "1/2 in all four cells of a trial that has an empty one"

RISK_RATIO = Measure(
    name="risk ratio",
    meaning="a / b",
    scale=RATIO,
    model="log risk ratio",
    own="the Wald interval of the log risk ratio",
    effect=_log_risk_ratio,
    corrected="the cells",
    needs_cells=True,
    empty=_IN_ALL,
)

_CONTRASTS = (
    RISK_RATIO,
    Measure(
        name="risk difference",
        meaning="a − b",
        scale=DIFFERENCE,
        model="risk difference",
        own="Newcombe's",
        effect=_risk_difference,
        corrected="the variance",
        needs_cells=False,
        empty="the difference is never corrected; its variance is, where each side is all or none",
    ),
    Measure(
        name="odds ratio",
        meaning="odds of a / odds of b",
        scale=RATIO,
        model="log odds ratio",
        own="the Wald interval of the log odds ratio, by Woolf's standard error",
        effect=_log_odds_ratio,
        corrected="the cells",
        needs_cells=True,
        empty=_IN_ALL,
    ),
)

MEASURES: dict[str, Measure[Pair]] = {measure.name: measure for measure in _CONTRASTS}
"""The measures that compare two sides, by name, in display order."""

LEADING = RISK_RATIO.name
"""The measure shown first and drawn by default."""


def measure_named(name: str) -> Measure[Pair]:
    """The measure of two sides that has the name. Raises ``RequestError`` where none has."""
    if name not in MEASURES:
        raise RequestError(f"{name!r} is not a measure of comparison; choose one of {', '.join(MEASURES)}")
    return MEASURES[name]
