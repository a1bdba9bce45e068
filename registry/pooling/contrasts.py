"""Two treatments against each other: trials that had both, pooled; failing those, each against the same third.

The model is that of ``pooling``: Paule and Mandel's tau², Hartung and Knapp's interval with a factor of at least 1. Of the measures:

* *Risk ratio*: its logarithm is pooled. A trial with an empty cell gets 1/2 in all four, as by default in metafor's ``escalc``.
* *Risk difference*: the difference itself is never corrected. Its variance is nought only where each side is all or none; there
  alone, the variance (not the difference) is computed with 1/2 in all four cells, for a trial can't be without error.
* *None of either side met the definition, or all of both*: such a trial says nothing about the ratio. As by default in metafor
  (``drop00=FALSE``) it stays in, corrected: dropping trials is the reader's decision, not a default's. It pulls the ratio to 1 and
  counts in k; one where everybody met the definition has a small standard error and much weight besides. Reviewers mostly want such
  trials out of a ratio (Cochrane Handbook 5.1, section 16.9.3): ``drop_uninformative=True`` does that, as ``drop00=TRUE`` does, and
  names them. They always count for the difference.

A trial counts once: of more than two arms, those on one side are ``combined`` first, and a pair whose trial comes twice is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.pooling.random_effects import Effect, Measure, Pooled, check, check_labels, random_effects

__all__ = ["Indirect", "Pair", "indirect", "pooled_difference", "pooled_ratio"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One trial's two sides: a against b. The label names the trial.

    ValueError if a side's n is below 1 or its events aren't within 0 and n.
    """

    label: str
    events_a: int
    n_a: int
    events_b: int
    n_b: int

    def __post_init__(self) -> None:
        check(f"{self.label}, side a", self.events_a, self.n_a)
        check(f"{self.label}, side b", self.events_b, self.n_b)

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Events and non-events of a, then of b."""
        return self.events_a, self.n_a - self.events_a, self.events_b, self.n_b - self.events_b

    @property
    def uninformative(self) -> bool:
        """Whether none of either side met the definition, or all of both: nothing to tell a ratio by."""
        return self.events_a == self.events_b == 0 or (self.events_a == self.n_a and self.events_b == self.n_b)


@dataclass(frozen=True, slots=True)
class Indirect:
    """a against b through c: what trials of a against c, and others of b against c, say together. The interval is 95%."""

    measure: Measure
    estimate: float
    low: float
    high: float
    model_estimate: float
    model_se: float
    """On the model's scale: the difference of the two, and the root of their variances' sum."""
    k_ac: int
    k_bc: int
    """Trials on either side."""
    n_ac: int
    n_bc: int
    """Participants in them."""
    shared: tuple[str, ...]
    """Trials on both sides, whose arm c is thus counted twice."""
    method: str
    """What was done, in words; says that it is indirect."""


def pooled_ratio(pairs: Sequence[Pair], *, drop_uninformative: bool = False) -> Pooled:
    """The risk ratio of a to b, pooled on the log scale; with ``drop_uninformative``, without trials that say nothing about it.

    ValueError for no trial, one that comes twice, or none that is left.
    """
    check_labels(pair.label for pair in pairs)
    left_out = [pair.label for pair in pairs if drop_uninformative and pair.uninformative]
    kept = [pair for pair in pairs if pair.label not in left_out]
    if not kept:
        raise ValueError("nothing to pool: in every trial all or none of both sides met the definition")
    return random_effects("risk ratio", [_log_ratio(pair) for pair in kept], left_out)


def pooled_difference(pairs: Sequence[Pair]) -> Pooled:
    """The risk difference, a minus b, pooled as it is; between −1 and 1, where the limits may not be.

    ValueError for no trial, or one that comes twice.
    """
    check_labels(pair.label for pair in pairs)
    return random_effects("risk difference", [_difference(pair) for pair in pairs])


def indirect(ac: Pooled, bc: Pooled) -> Indirect:
    """What trials of a against c and of b against c say of a against b (Bucher, 10.1016/S0895-4356(97)00049-8).

    Each comparison keeps the randomisation of its own trials; across them, it is assumed that the two sets of trials are alike in all
    that changes the effect, which nothing here can check. The estimate is the difference on the model's scale, its variance the sum.
    The interval squares and adds the sides' own distances to their limits (10.1002/sim.3095): Bucher's where both are normal, and
    never narrower than either side's, as it could be were 1.96 put to variances that two trials gave.

    Trials on both sides are named in ``shared``: they have a against b head to head, and their arm c makes the sides
    dependent, so the interval errs on the wide side. ValueError unless both are risk ratios or both risk differences.
    """
    if ac.measure != bc.measure or ac.measure == "proportion":
        raise ValueError(
            f"an indirect comparison takes two risk ratios or two risk differences, not a {ac.measure} and a {bc.measure}"
        )
    ratio = ac.measure == "risk ratio"
    model: Callable[[float], float] = math.log if ratio else float
    back: Callable[[float], float] = math.exp if ratio else float
    (a, a_low, a_high), (b, b_low, b_high) = ((x.model_estimate, model(x.low), model(x.high)) for x in (ac, bc))
    both = {trial.label for trial in bc.trials}
    shared = tuple(trial.label for trial in ac.trials if trial.label in both)
    return Indirect(
        measure=ac.measure,
        estimate=back(a - b),
        low=back(a - b - math.hypot(a - a_low, b_high - b)),
        high=back(a - b + math.hypot(a_high - a, b - b_low)),
        model_estimate=a - b,
        model_se=math.hypot(ac.model_se, bc.model_se),
        k_ac=ac.k,
        k_bc=bc.k,
        n_ac=ac.n,
        n_bc=bc.n,
        shared=shared,
        method=(
            f"indirect, through a common comparator (Bucher): {_trials(ac.k)} on one side, {_trials(bc.k)} on the other, "
            "on the assumption that the two sets of trials are alike in what changes the effect"
            + (f"; on both sides, and so not independent: {', '.join(shared)}" if shared else "")
        ),
    )


def _log_ratio(pair: Pair) -> Effect:
    """A trial's risk ratio, its logarithm and the logarithm's standard error."""
    from scipy.stats import norm

    corrected = 0 in pair.cells
    a, not_a, b, not_b = (cell + 0.5 * corrected for cell in pair.cells)
    estimate = math.log(a / (a + not_a)) - math.log(b / (b + not_b))
    # The usual 1/a - 1/n_a + 1/b - 1/n_b, without the digits that subtraction loses when nearly everybody met the definition.
    se = math.sqrt(not_a / (a * (a + not_a)) + not_b / (b * (b + not_b)))
    half = float(norm.ppf(0.975)) * se
    own = math.exp(estimate), math.exp(estimate - half), math.exp(estimate + half)
    return _effect(pair, own=own, model=(estimate, se), corrected=corrected)


def _difference(pair: Pair) -> Effect:
    """A trial's risk difference, with Newcombe's interval (10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I)."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    estimate = pair.events_a / pair.n_a - pair.events_b / pair.n_b
    low, high = confint_proportions_2indep(pair.events_a, pair.n_a, pair.events_b, pair.n_b, compare="diff", method="newcomb")
    corrected = pair.events_a in {0, pair.n_a} and pair.events_b in {0, pair.n_b}
    a, not_a, b, not_b = (cell + 0.5 * corrected for cell in pair.cells)
    se = math.sqrt(a * not_a / (a + not_a) ** 3 + b * not_b / (b + not_b) ** 3)
    return _effect(pair, own=(estimate, float(low), float(high)), model=(estimate, se), corrected=corrected)


def _effect(pair: Pair, *, own: tuple[float, float, float], model: tuple[float, float], corrected: bool) -> Effect:
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


def _trials(k: int) -> str:
    return f"{k} trial{'s' if k > 1 else ''}"
