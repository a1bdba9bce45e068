"""A stratum's trials as one: the rate of a treatment, and two treatments against each other by each measure.

How is decided by the number of trials and the smallest cell: docs/estimators.md has methods, thresholds, priors and sources.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from registry.pooling.counts import Counts, Effect, Pair, check_labels
from registry.pooling.measures import MEASURES, PROPORTION, Measure
from registry.pooling.method import CORRECTED, Method
from registry.pooling.predictions import prediction

if TYPE_CHECKING:
    from registry.pooling.figures import Figures
    from registry.pooling.intervals import Own
    from registry.pooling.segments import Array
    from registry.pooling.tables import TwoByTwo

__all__ = ["METHODS", "Pooled", "Range", "pooled_effects", "pooled_proportion", "pooled_rates"]

METHODS = "docs/decisions/0009-estimators-for-few-trials-and-few-events.md"
"""The record that says why each method was chosen."""


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its 95% interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """Trials pooled: the figures on the measure's own scale, and on the model's for further computing. Intervals are 95%.

    ``None`` where a figure doesn't exist: of one trial, no tau², I² or common effect. A risk difference's limits may lie beyond −1 and 1:
    there, nothing is excluded.
    """

    measure: str
    """The measure's name."""
    k: int
    """Trials pooled."""
    n: int
    """Participants in them."""
    events: int
    estimate: float
    low: float
    high: float
    common: Range | None
    """As if trials didn't differ."""
    half: Range | None
    double: Range | None
    """The estimate with the prior's scale halved and doubled; None where no prior makes it."""
    mean: float | None
    """Of rates from four trials on: the mean over trials. ``estimate`` is the rate of the median trial."""
    prediction_low: float | None
    prediction_high: float | None
    """Where the true value in another such trial would lie, with a probability of 95%."""
    i2: float | None
    """Per cent of the spread that is between trials rather than chance."""
    tau2: float | None
    """Variance between trials on the model's scale: the model's own from four trials on, else Paule and Mandel's."""
    q: float | None
    q_p: float | None
    """Cochran's Q and its p value (chi-squared, k − 1)."""
    model_estimate: float
    model_se: float
    trials: tuple[Effect, ...]
    """In the order given."""
    left_out: tuple[str, ...]
    """Trials that don't inform the measure."""
    method: Method
    """``METHODS`` gives the reasons."""

    @property
    def normal_low(self) -> float | None:
        """Deprecated: ``common.low``."""
        return self._common("low")

    @property
    def normal_high(self) -> float | None:
        """Deprecated: ``common.high``."""
        return self._common("high")

    def _common(self, end: str) -> float | None:
        warnings.warn(
            f"Pooled.normal_{end} is deprecated and goes in 0.3; use Pooled.common.{end}", DeprecationWarning, stacklevel=3
        )
        return None if self.common is None else float(getattr(self.common, end))


def pooled_proportion(trials: Sequence[Counts]) -> Pooled:
    """The rate in a stratum, pooled over its trials. ValueError for no trial, or one that comes twice."""
    return pooled_rates([trials])[0]


def pooled_rates(strata: Sequence[Sequence[Counts]]) -> list[Pooled]:
    """The rate in each stratum, all computed at once."""
    from registry.pooling.rates import fit_rates
    from registry.pooling.segments import Segments

    for trials in strata:
        check_labels(trial.label for trial in trials)
    if not strata:
        return []
    counts = _columns((trial.events, trial.n) for trials in strata for trial in trials)
    figures = fit_rates(Segments([len(trials) for trials in strata]), *counts)
    effects = _effects([trial for trials in strata for trial in trials], PROPORTION.own(*counts), figures)
    ends = [0, *accumulate(len(trials) for trials in strata)]
    return [_pooled(PROPORTION, figures, i, tuple(effects[ends[i] : ends[i + 1]]), ()) for i in range(len(strata))]


def pooled_effects(strata: Sequence[Sequence[Pair]]) -> list[dict[str, Pooled]]:
    """Side a against side b in each stratum, by each measure that its trials say anything of, all computed at once.

    A trial in which none of either side met the definition, or all of both, is left out of ratios. ValueError for no trial, or one that comes twice.
    """
    from registry.pooling.segments import Segments
    from registry.pooling.tables import TwoByTwo, fit_tables

    for pairs in strata:
        check_labels(pair.label for pair in pairs)
    if not strata:
        return []
    everyone = [pair for pairs in strata for pair in pairs]
    columns = _columns((pair.events_a, pair.n_a, pair.events_b, pair.n_b) for pair in everyone)
    found: list[dict[str, Pooled]] = [{} for _ in strata]
    tables = TwoByTwo(Segments([len(pairs) for pairs in strata]), *columns)
    fitted = fit_tables(tables)
    for name in MEASURES:
        figures, there = fitted[name] if name in fitted else _by_its_own(MEASURES[name], tables)
        measure = MEASURES[name]
        kept = [not (measure.needs_cells and pair.uninformative) for pair in everyone]
        effects = iter(
            _effects(
                [pair for pair, is_kept in zip(everyone, kept, strict=True) if is_kept],
                measure.own(*(one[kept] for one in columns)),
                figures,
            )
        )
        place = iter(range(len(figures.k)))
        for number, pairs in enumerate(strata):
            if there[number]:
                i = next(place)
                some = tuple(next(effects) for _ in range(int(figures.k[i])))
                left = {effect.label for effect in some}
                found[number][name] = _pooled(
                    measure, figures, i, some, tuple(pair.label for pair in pairs if pair.label not in left)
                )
    return found


def _by_its_own(measure: Measure[Pair], tables: TwoByTwo) -> tuple[Figures, Array]:
    """A measure that has no rules but those of effects with standard errors."""
    import numpy as np

    from registry.pooling.figures import fit_effects

    kept, there = tables.kept(tables.informative) if measure.needs_cells else (tables, np.ones(len(tables.segments), dtype=bool))
    own, scale = measure.own(*kept.counts), np.full(len(kept.segments), measure.prior)
    return fit_effects(
        kept.segments, own.model_estimate, own.model_se, scale, lambda wide: f"half-normal({wide:g}) on {measure.model}s"
    ), there


def _columns(rows: Iterable[tuple[int, ...]]) -> tuple[Array, ...]:
    import numpy as np

    return tuple(np.array(list(rows), dtype=float).T)


def _effects(trials: Sequence[Counts] | Sequence[Pair], own: Own, figures: Figures) -> list[Effect]:
    """The trials' rows of the forest plot, from what each says itself and its weight in its stratum."""
    told = zip(trials, *(one.tolist() for one in own), figures.weight.tolist(), strict=True)
    return [
        Effect(
            label=trial.label,
            events=trial.events if isinstance(trial, Counts) else trial.events_a + trial.events_b,
            n=trial.n if isinstance(trial, Counts) else trial.n_a + trial.n_b,
            estimate=estimate,
            low=low,
            high=high,
            model_estimate=model_estimate,
            model_se=model_se,
            corrected=corrected,
            weight=weight,
        )
        for trial, estimate, low, high, model_estimate, model_se, corrected, weight in told
    ]


def _pooled(measure: Measure[Any], figures: Figures, i: int, trials: tuple[Effect, ...], left_out: tuple[str, ...]) -> Pooled:
    back = measure.scale.back

    def known(value: float) -> float | None:
        return None if math.isnan(value) else float(value)

    def ends(values: Array) -> list[float | None]:
        return [None if math.isnan(value) else back(float(value)) for value in values]

    def whole(values: Array) -> Range | None:
        estimate, low, high = ends(values)
        return None if estimate is None or low is None or high is None else Range(estimate, low, high)

    # One trial's own figures are its counts', to the last digit.
    single = trials[0] if len(trials) == 1 else None
    low = back(float(figures.low[i])) if single is None else single.low
    high = back(float(figures.high[i])) if single is None else single.high
    below, above = ends(figures.prediction[i])
    prediction_low, prediction_high = (below, above) if below is None or above is None else prediction((below, above), low, high)
    method: Method = figures.method[i]
    if measure.needs_cells and single is not None and single.corrected:
        method = replace(method, words=f"{method.words}, {CORRECTED} because a cell is empty", corrected=True)
    if left_out:
        why = "left out because all or none of the participants on both sides met the definition"
        method = replace(method, words=f"{method.words}; {why}: {', '.join(left_out)}")
    return Pooled(
        measure=measure.name,
        k=len(trials),
        n=sum(trial.n for trial in trials),
        events=sum(trial.events for trial in trials),
        estimate=back(float(figures.estimate[i])) if single is None else single.estimate,
        low=low,
        high=high,
        common=whole(figures.common[i]),
        half=whole(figures.half[i]),
        double=whole(figures.double[i]),
        mean=known(figures.mean[i]),
        prediction_low=prediction_low,
        prediction_high=prediction_high,
        i2=known(figures.i2[i]),
        tau2=known(figures.tau2[i]),
        q=known(figures.q[i]),
        q_p=known(figures.q_p[i]),
        model_estimate=float(figures.estimate[i]) if single is None else single.model_estimate,
        model_se=float(figures.se[i]),
        trials=trials,
        left_out=left_out,
        method=method,
    )
