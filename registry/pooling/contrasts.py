"""Two treatments against each other where no trial had both: each against the same third."""

from __future__ import annotations

import math
from dataclasses import dataclass

from registry.pooling.measures import MEASURES
from registry.pooling.method import Estimator, Method
from registry.pooling.random_effects import Pooled
from schemas.wording import counted

__all__ = ["Indirect", "indirect"]


@dataclass(frozen=True, slots=True)
class Indirect:
    """a against b through c: what trials of a against c, and others of b against c, say together. The interval is 95%."""

    measure: str
    """The measure's name."""
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
    method: Method
    """Says that it is indirect, and what that assumes."""


def indirect(ac: Pooled, bc: Pooled) -> Indirect:
    """What trials of a against c and of b against c say about a against b (Bucher, 10.1016/S0895-4356(97)00049-8).

    Each comparison keeps the randomisation of its own trials; across them, it is assumed that the two sets of trials are alike in all
    that changes the effect, which nothing here can check. The estimate is the difference on the model's scale, its variance the sum.
    The interval squares and adds the sides' own distances to their limits (10.1002/sim.3095): Bucher's where both are normal, and
    never narrower than either side's, as it could be were 1.96 put to variances that two trials gave.

    Trials on both sides are named in ``shared``: they have a against b head to head, and their arm c makes the sides
    dependent, so the interval errs on the wide side. ValueError unless both are of one measure of two sides.
    """
    measure = MEASURES.get(ac.measure)
    if measure is None or ac.measure != bc.measure:
        raise ValueError(
            f"an indirect comparison needs two effects on one measure of two sides, not a {ac.measure} and a {bc.measure}"
        )
    there, back = measure.scale.there, measure.scale.back
    (a, a_low, a_high), (b, b_low, b_high) = ((x.model_estimate, there(x.low), there(x.high)) for x in (ac, bc))
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
        method=Method(
            Estimator.INDIRECT,
            f"indirect, through a common comparator (Bucher): {counted(ac.k, 'trial')} on one side, {counted(bc.k, 'trial')} on the other, "
            "assuming that the two sets of trials are alike in everything that changes the effect"
            + (f"; on both sides, so not independent: {', '.join(shared)}" if shared else ""),
        ),
    )
