"""A stratum's rates as one: the random-effects model, and what it says about the spread between trials.

What was chosen, and why. Every figure can be made in R's metafor (10.18637/jss.v036.i03) by ``rma(method="PM", test="adhoc")``
and ``predict()``; ``tests/comparing`` holds them to it.

* *Scale*: rates on the logit scale, each trial's variance from its own counts. A back-transformed logit stays within 0 and 1 and means
  the same in every stratum, which the double arcsine's doesn't (10.1002/jrsm.1348).
* *Spread*: tau² by Paule and Mandel (10.6028/jres.087.022), which assumes no distribution and did best for binary outcomes in the
  reviewed simulations (10.1002/jrsm.1164). ``statsmodels`` iterates to 1e-5 only; asked for more it steps over the root by a rounding
  error and answers zero (version 0.15 at 1e-12: for one simulated stratum in six). The equation is monotone and bracketed in closed
  form, so it is solved here by ``scipy``'s ``brentq``, with ``statsmodels`` computing its left side.
* *Interval*: Hartung and Knapp's (10.1002/sim.1482), t with k − 1 degrees of freedom, their factor never below 1. Without that floor,
  trials which happen to agree get an interval narrower than a common-effect model's (10.1002/sim.7411); with it, error rates are near
  nominal when few trials differ in size (10.1186/s12874-015-0091-1). Under Paule and Mandel the factor is 1 where tau² > 0, for that is
  their equation, and below 1 only where tau² = 0, so with the floor it is always 1: the classical standard error, with t in place of z.
* *Two trials*: t with one degree of freedom is 12.7, and the interval mostly too wide to be of use. It is shown all the same, with a
  sentence saying so: two trials can't tell how far trials differ (10.1002/jrsm.1297 on what is left to do then). ``normal_low`` and
  ``normal_high``, the same standard error with 1.96, are the sensitivity analysis that 10.1002/sim.7411 asks for at any k.
* *Prediction interval*: where the rate of another such trial would fall; t with k − 1 degrees of freedom, as metafor's, so that it is the
  confidence interval when tau² = 0. (10.1136/bmj.d549 takes k − 2.) From three trials on.
* *I²*: the share of the spread that isn't chance, in per cent, from tau² and the typical variance (10.1002/sim.1186, equation 9).
* *No events, or nothing but*: 1/2 is added to both cells of that trial alone, as metafor's ``escalc`` does, and the method says for how
  many. A stratum of such trials is mostly the correction; its own counts say more.
* *One trial*: nothing is pooled. Its rate is events / n, and its interval Wilson's (10.1080/01621459.1927.10502953), as in the
  registry's views.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from registry.pooling.counts import Counts, Effect, check_labels
from registry.pooling.measures import PROPORTION, Measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

__all__ = ["Pooled", "pooled_proportion", "random_effects"]


@dataclass(frozen=True, slots=True)
class Pooled:
    """Trials pooled: the figures on the measure's own scale, and on the model's for further computing. Intervals are 95%.

    ``None`` where there are too few trials to say: from two on, there are tau² and I², from three a prediction interval.
    A risk difference's limits may lie beyond −1 and 1: there, nothing is excluded.
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
    normal_low: float | None
    normal_high: float | None
    """The interval with the normal quantile instead of t: a sensitivity analysis."""
    prediction_low: float | None
    prediction_high: float | None
    """Where the true value in another such trial would lie, with a probability of 95%."""
    i2: float | None
    """Per cent of the spread that is between trials rather than chance."""
    tau2: float | None
    """Variance between trials on the model's scale."""
    q: float | None
    q_p: float | None
    """Cochran's Q and its p value (chi-squared, k − 1)."""
    model_estimate: float
    model_se: float
    trials: tuple[Effect, ...]
    """In the order given."""
    left_out: tuple[str, ...]
    """Trials that don't inform the measure."""
    method: str
    """The method in words."""


def pooled_proportion(trials: Sequence[Counts]) -> Pooled:
    """The rate in a stratum, pooled over its trials on the logit scale; see the module for what was chosen and why.

    ValueError for no trial, or one that comes twice.
    """
    check_labels(trial.label for trial in trials)
    return random_effects(PROPORTION, [PROPORTION.effect(trial) for trial in trials])


def random_effects(measure: Measure[Any], trials: Sequence[Effect], left_out: Sequence[str] = ()) -> Pooled:
    """Trials' results, pooled; ``left_out`` are carried over, for the reader. At least one trial."""
    if len(trials) == 1:
        return _single(measure, trials[0], tuple(left_out))
    import numpy as np
    from scipy.stats import chi2, norm, t

    k = len(trials)
    effects = np.array([trial.model_estimate for trial in trials])
    variances = np.array([trial.model_se for trial in trials]) ** 2
    tau2 = _tau2(effects, variances)
    fit = _combine(effects, variances + tau2)
    q = float(_combine(effects, variances).scale_hksj_fe) * (k - 1)
    estimate, se = float(fit.mean_effect_fe), float(fit.sd_eff_w_fe)
    quantile = float(t.ppf(0.975, k - 1))
    back = measure.scale.back

    def interval(half: float) -> tuple[float, float]:
        return back(estimate - half), back(estimate + half)

    low, high = interval(quantile * se)
    normal_low, normal_high = interval(float(norm.ppf(0.975)) * se)
    predicted = interval(quantile * math.hypot(se, math.sqrt(tau2))) if k > 2 else (None, None)
    return Pooled(
        measure=measure.name,
        k=k,
        n=sum(trial.n for trial in trials),
        events=sum(trial.events for trial in trials),
        estimate=back(estimate),
        low=low,
        high=high,
        normal_low=normal_low,
        normal_high=normal_high,
        prediction_low=predicted[0],
        prediction_high=predicted[1],
        i2=100 * tau2 / (tau2 + _typical(variances)),
        tau2=tau2,
        q=q,
        q_p=float(chi2.sf(q, k - 1)),
        model_estimate=estimate,
        model_se=se,
        trials=tuple(replace(trial, weight=100 * float(share)) for trial, share in zip(trials, fit.weights_rel_fe, strict=True)),
        left_out=tuple(left_out),
        method=_method(measure, trials, left_out),
    )


def _single(measure: Measure[Any], trial: Effect, left_out: tuple[str, ...]) -> Pooled:
    """One trial's own result, in the shape of a pooled one."""
    return Pooled(
        measure=measure.name,
        k=1,
        n=trial.n,
        events=trial.events,
        estimate=trial.estimate,
        low=trial.low,
        high=trial.high,
        normal_low=None,
        normal_high=None,
        prediction_low=None,
        prediction_high=None,
        i2=None,
        tau2=None,
        q=None,
        q_p=None,
        model_estimate=trial.model_estimate,
        model_se=trial.model_se,
        trials=(trial,),
        left_out=left_out,
        method=_method(measure, [trial], left_out),
    )


def _combine(effects: Vector, variances: Vector) -> Any:
    """The inverse-variance mean of effects with these variances; its ``scale_hksj_fe`` is Cochran's Q by its degrees of freedom."""
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    # Where trials agree to the last digit, Q is nought and the I² that statsmodels works out beside, and we leave, divides by it.
    with np.errstate(divide="ignore", invalid="ignore"):
        return combine_effects(effects, variances, method_re="dl")


def _tau2(effects: Vector, variances: Vector) -> float:
    """Paule and Mandel's variance between trials: that which makes Q, weighted by it, equal its degrees of freedom; else zero."""
    from scipy.optimize import brentq

    def excess(tau2: float) -> float:
        return float(_combine(effects, variances + tau2).scale_hksj_fe) - 1

    if excess(0) <= 0:
        return 0.0
    # With s² the plain variance of the effects, Q at tau² is below (k − 1) s² / tau²: at most half its degrees of freedom at 2 s².
    return float(brentq(excess, 0, 2 * float(effects.var(ddof=1)), xtol=1e-15, rtol=1e-14))


def _typical(variances: Vector) -> float:
    """The typical variance within trials: Higgins and Thompson's, as I² wants it."""
    weights = 1 / variances
    total = float(weights.sum())
    return (len(weights) - 1) * total / (total**2 - float((weights**2).sum()))


def _method(measure: Measure[Any], trials: Sequence[Effect], left_out: Sequence[str]) -> str:
    """What was done, for a reader who wants to do it again."""
    k, corrected = len(trials), sum(trial.corrected for trial in trials)
    if k == 1:
        said = [f"one trial, nothing pooled; its interval is {measure.own}"]
    else:
        said = [
            f"random effects on the {measure.model} scale: Paule–Mandel tau², Hartung–Knapp interval "
            f"with a factor of at least 1 (t, {k - 1} degree{'s' if k > 2 else ''} of freedom)"
        ]
    if k == 2:
        said.append("two trials can't show how much trials differ, hence the wide interval")
    # One trial's rate and difference are its own counts'; its ratio can't be had without the correction.
    if corrected and (k > 1 or measure.needs_cells):
        said.append(
            f"{measure.corrected} of {corrected} of {k} trial{'s' if k > 1 else ''} corrected by 1/2 because of an empty cell"
        )
    if left_out:
        said.append(f"left out because all or none of the participants on both sides met the definition: {', '.join(left_out)}")
    return "; ".join(said)
