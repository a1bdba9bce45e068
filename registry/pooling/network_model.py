"""The model of a network: log odds ratios between treatments, one heterogeneity for all of them, at any heterogeneity asked for.

Trial i's arm a, which had treatment t, has log odds mu_i + d_t + u_ia with u_ia normal of variance tau²/2, so that any two arms' log odds ratio
varies by tau² between trials, and two that share an arm are correlated by one half. With mu_i free, that is the contrast-based model with
the trials' own covariances (10.1002/jrsm.1058), for any number of arms.

A trial of which every cell is 5 or more gives each arm's log odds and its variance. Any other trial gives its counts
(``network_sparse``). At a given tau what is known of d is then normal: exactly, if no trial is sparse; by its mode and curvature
otherwise. ``Conditional.log_weight`` is the likelihood of tau with d integrated out over a flat prior, which is the restricted one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.pooling.network_sparse import has_few_tables, log_likelihood, marginal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["SPARSE", "Conditional", "NetworkModel", "NoModeError", "conditional"]

SPARSE = 5
"""A cell below this makes its trial sparse."""

_STEPS = 100
_LONGEST = 2.0
"""Steps to the mode of d, and the longest of them on the log odds scale: the likelihood is concave, but not square."""

_FLAT = 1e-6
"""A curvature below this is taken for no curvature, and the step for one uphill."""

_FINE = 1e-2
"""Log likelihood that a step may promise and not keep, as happens at a tau so large that the quadrature is coarse for it."""


class NoModeError(ArithmeticError):
    """The likelihood has its maximum so far away that it isn't found: odds ratios of millions."""


Part = Callable[["Array", "Array"], "tuple[Array, Array, Array]"]


@dataclass(frozen=True)
class Conditional:
    """What is known of d at each of some values of tau: mean (values by parameters), covariance, and the log likelihood of tau."""

    tau: Array
    mean: Array
    covariance: Array
    log_weight: Array


@dataclass(frozen=True)
class NetworkModel:
    """Parts of a likelihood, each a function of d and tau that gives value, slope and curvature in d, one for each tau."""

    parts: tuple[Part, ...]
    size: int
    """Parameters."""

    @classmethod
    def of(cls, trials: Sequence[tuple[Any, Any, Any]]) -> NetworkModel:
        """From trials: events, n, and the design, whose rows say what each arm's log odds are of the parameters."""
        import numpy as np

        size = trials[0][2].shape[1]
        plain: list[tuple[Any, Any, Any]] = []
        sparse: dict[tuple[int, bool], list[tuple[Any, Any, Any]]] = {}
        for events, n, design in trials:
            if min(events.min(), (n - events).min()) >= SPARSE:
                plain.append((events, n, design))
            else:
                sparse.setdefault((len(n), has_few_tables(events, n)), []).append((events, n, design))
        parts = [_normal(plain)] if plain else []
        parts += [_counted(*(np.stack(of) for of in zip(*some, strict=True))) for some in sparse.values()]
        return cls(tuple(parts), size)


def conditional(model: NetworkModel, tau: Array) -> Conditional:
    """The model at each value of tau. ``NoModeError`` if the mode of d isn't found."""
    import numpy as np

    d = np.zeros((len(tau), model.size))
    step, best, gain, done = (
        np.zeros_like(d),
        np.full(len(tau), -np.inf),
        np.full(len(tau), np.inf),
        np.zeros(len(tau), dtype=bool),
    )
    curve = np.zeros((len(tau), model.size, model.size))
    for _ in range(_STEPS):
        value, slope, bend = (sum(of) for of in zip(*(part(d + step, tau) for part in model.parts), strict=True))
        better = ~(value < best) & ~done
        spread, axes = np.linalg.eigh(-bend)
        along = np.einsum("dij,di->dj", axes, slope)
        newton = np.einsum("dij,dj->di", axes, along / np.maximum(np.abs(spread), _FLAT))
        longest = np.abs(newton).max(axis=1, keepdims=True, initial=0)
        # At the mode, two values differ by what the quadrature gets wrong, and neither is better.
        done |= ~better & (gain < _FINE)
        d, best = np.where(better[:, None], d + step, d), np.where(better, value, best)
        curve = np.where(better[:, None, None], bend, curve)
        gain = np.where(better, (along**2 / np.maximum(np.abs(spread), _FLAT)).sum(axis=1), gain)
        step = np.where(better[:, None], newton * np.minimum(1, _LONGEST / np.maximum(longest, 1e-300)), step / 2)
        done |= gain < 1e-14
        step[done] = 0
        if done.all():
            covariance: Any = np.linalg.inv(-curve)
            return Conditional(tau, d, covariance, best + np.linalg.slogdet(covariance)[1] / 2)
    raise NoModeError("the likelihood of a network has no maximum within reach")


def _normal(trials: Sequence[tuple[Any, Any, Any]]) -> Part:
    """Trials by their arms' log odds."""
    import numpy as np

    events, n = (np.concatenate([one[part] for one in trials]).astype(float) for part in (0, 1))
    design = np.concatenate([one[2] for one in trials])
    starts = np.cumsum([0, *(len(one[1]) for one in trials[:-1])])
    odds, own = np.log(events / (n - events)), 1 / events + 1 / (n - events)
    columns = np.concatenate([design, odds[:, None]], axis=1)

    def at(d: Array, tau: Array) -> tuple[Array, Array, Array]:
        weight = 1 / (own + tau[:, None] ** 2 / 2)
        whole = np.add.reduceat(weight, starts, axis=1)
        means = np.add.reduceat(weight[..., None] * columns, starts, axis=1) / whole[..., None]
        square = np.einsum("da,ai,aj->dij", weight, columns, columns) - np.einsum("dt,dti,dtj->dij", whole, means, means)
        bend, cross = square[:, :-1, :-1], square[:, :-1, -1]
        bent = np.einsum("dij,dj->di", bend, d)
        rest = square[:, -1, -1] - 2 * (cross * d).sum(axis=1) + (bent * d).sum(axis=1)
        return (np.log(weight).sum(axis=1) - np.log(whole).sum(axis=1) - rest) / 2, cross - bent, -bend

    return at


def _counted(events: Any, n: Any, design: Any) -> Part:
    """Trials of one number of arms by their counts."""
    import numpy as np

    likelihood = log_likelihood(events, n)
    against_first = design[:, 1:] - design[:, :1]

    def at(d: Array, tau: Array) -> tuple[Array, Array, Array]:
        value, slope, bend = marginal(likelihood, np.einsum("tap,dp->dta", against_first, d), tau)
        return (
            value.sum(axis=1),
            np.einsum("dta,tap->dp", slope, against_first),
            np.einsum("tap,dtab,tbq->dpq", against_first, bend, against_first),
        )

    return at
