"""The model of a network: log odds ratios between treatments, one heterogeneity for all of them, at any heterogeneity asked for.

Trial i's arm a, which had treatment t, has log odds mu_i + d_t + u_ia with u_ia normal of variance tau²/2, so that any two arms' log odds ratio
varies by tau² between trials, and two that share an arm are correlated by one half. With mu_i free, that is the contrast-based model with
the trials' own covariances (10.1002/jrsm.1058), for any number of arms.

A trial of which every cell is 5 or more gives each arm's log odds and its variance. Any other trial gives its counts
(``network_sparse``). At a given tau what is known of d is then normal: exactly, if no trial is sparse; by its mode and curvature
otherwise. ``Conditional.log_weight`` is the likelihood of tau with d integrated out over a flat prior, which is the restricted one.

Several models of the same trials, which differ in the parameters of the arms, are computed together, at several values of tau each: arrays have a
row for each model, and a column for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from registry.pooling.network_effects import SPARSE, NoModeError
from registry.pooling.network_sparse import has_few_tables, log_likelihood, marginal
from registry.pooling.segments import Array

__all__ = ["Conditional", "NetworkModels", "TrialArms", "conditional"]

_STEPS = 100
_LONGEST = 2.0
"""Steps to the mode of d, and the longest of them on the log odds scale: the likelihood is concave, but not square."""

_FLAT = 1e-6
"""A curvature below this is taken for no curvature, and the step for one uphill."""

_FINE = 1e-2
"""Log likelihood that a step may promise and not keep, as happens at a tau so large that the quadrature is coarse for it."""

_TOGETHER = 1_000
"""Trials, times values of tau, whose counts are looked at together, so that what is held in memory has an end."""


TrialArms = tuple[Any, Any, Any]
"""A trial's events and n by arm, and what each arm's log odds are of the parameters: models by arms by parameters."""

Part = Callable[[Array], Callable[[Array], tuple[Array, Array, Array]]]
"""Some trials' log likelihood, prepared for values of tau: a function of d that gives value, slope and curvature."""


@dataclass(frozen=True)
class Conditional:
    """What is known of d at each value of tau (models by values): mean, covariance, and the log likelihood of tau."""

    tau: Array
    mean: Array
    covariance: Array
    log_weight: Array


@dataclass(frozen=True)
class NetworkModels:
    """Parts of a likelihood, of so many models with so many parameters each."""

    parts: tuple[Part, ...]
    number: int
    size: int

    @classmethod
    def of(cls, trials: Sequence[TrialArms]) -> NetworkModels:
        """From the trials that all models have."""
        plain: list[TrialArms] = []
        sparse: dict[tuple[int, bool], list[TrialArms]] = {}
        for events, n, design in trials:
            if min(events.min(), (n - events).min()) >= SPARSE:
                plain.append((events, n, design))
            else:
                sparse.setdefault((len(n), has_few_tables(events, n)), []).append((events, n, design))
        parts = [_normal(plain)] if plain else []
        for some in sparse.values():
            events, n, design = zip(*some, strict=True)
            parts.append(_counted(np.stack(events), np.stack(n), np.stack(design, axis=1)))
        number, _, size = trials[0][2].shape
        return cls(tuple(parts), number, size)


def conditional(models: NetworkModels, tau: Array, start: Array | None = None, close: float = 1e-14) -> Conditional:
    """The models at each value of tau, the mode sought from ``start`` until the likelihood can rise by ``close`` and no more.

    ``NoModeError`` if one isn't found.
    """
    d = np.zeros((*tau.shape, models.size))
    step = d if start is None else np.broadcast_to(start, d.shape)
    best, gain, done = np.full(tau.shape, -np.inf), np.full(tau.shape, np.inf), np.zeros(tau.shape, dtype=bool)
    curve = np.zeros((*d.shape, models.size))
    parts = [part(tau) for part in models.parts]
    for _ in range(_STEPS):
        value, slope, bend = (sum(of) for of in zip(*(part(d + step) for part in parts), strict=True))
        better = ~(value < best) & ~done
        spread, axes = np.linalg.eigh(-bend)
        spread = np.maximum(np.abs(spread), _FLAT)
        along = (slope[..., None, :] @ axes)[..., 0, :]
        newton = (axes @ (along / spread)[..., None])[..., 0]
        longest = np.abs(newton).max(axis=-1, keepdims=True, initial=0)
        # At the mode, two values differ by what the quadrature gets wrong, and neither is better.
        done |= ~better & (gain < _FINE)
        d, best = np.where(better[..., None], d + step, d), np.where(better, value, best)
        curve = np.where(better[..., None, None], bend, curve)
        gain = np.where(better, (along**2 / spread).sum(axis=-1), gain)
        step = np.where(better[..., None], newton * np.minimum(1, _LONGEST / np.maximum(longest, 1e-300)), step / 2)
        done |= gain < close
        step[done] = 0
        if done.all():
            covariance = np.linalg.inv(-curve)
            return Conditional(tau, d, covariance, best + np.linalg.slogdet(covariance)[1] / 2)
    raise NoModeError("the likelihood of a network has no maximum within reach")


def _normal(trials: Sequence[TrialArms]) -> Part:
    """Trials by their arms' log odds."""
    events, n = (np.concatenate([one[part] for one in trials]).astype(float) for part in (0, 1))
    design = np.concatenate([one[2] for one in trials], axis=1)
    starts = np.cumsum([0, *(len(one[1]) for one in trials[:-1])])
    odds, own = np.log(events / (n - events)), 1 / events + 1 / (n - events)
    columns = np.concatenate([design, np.broadcast_to(odds[:, None], (*design.shape[:2], 1))], axis=2)[:, None]

    def prepared(tau: Array) -> Callable[[Array], tuple[Array, Array, Array]]:
        weight = 1 / (own + tau[..., None] ** 2 / 2)
        whole = np.add.reduceat(weight, starts, axis=-1)
        weighted = weight[..., None] * columns
        sums = np.add.reduceat(weighted, starts, axis=-2)
        square = np.swapaxes(weighted, -1, -2) @ columns - np.swapaxes(sums / whole[..., None], -1, -2) @ sums
        bend, cross, last = square[..., :-1, :-1], square[..., :-1, -1], square[..., -1, -1]
        log = np.log(weight).sum(axis=-1) - np.log(whole).sum(axis=-1)

        def at(d: Array) -> tuple[Array, Array, Array]:
            bent = (bend @ d[..., None])[..., 0]
            rest = last - 2 * (cross * d).sum(axis=-1) + (bent * d).sum(axis=-1)
            return (log - rest) / 2, cross - bent, -bend

        return at

    return prepared


def _counted(events: Any, n: Any, design: Array) -> Part:
    """Trials of one number of arms by their counts; the design is models by trials by arms by parameters."""
    likelihood = log_likelihood(events, n)
    against_first = design[:, :, 1:] - design[:, :, :1]

    def prepared(tau: Array) -> Callable[[Array], tuple[Array, Array, Array]]:
        model = np.repeat(np.arange(len(tau)), tau.shape[1])
        together = np.array_split(np.arange(tau.size), -(-tau.size * len(n) // _TOGETHER))

        def at(d: Array) -> tuple[Array, Array, Array]:
            flat = d.reshape(tau.size, -1)
            found = [_summed(likelihood, against_first[model[some]], flat[some], tau.ravel()[some]) for some in together]
            value, slope, bend = (np.concatenate(of).reshape(*tau.shape, *of[0].shape[1:]) for of in zip(*found, strict=True))
            return value, slope, bend

        return at

    return prepared


def _summed(likelihood: Any, design: Array, d: Array, tau: Array) -> tuple[Array, Array, Array]:
    """Over the trials, value, slope and curvature at each of some values of d and tau."""
    ratios = (design @ d[:, None, :, None])[..., 0]
    value, slope, bend = marginal(likelihood, ratios, tau)
    flat = design.reshape(len(d), -1, design.shape[-1])
    curve = np.swapaxes(flat, -1, -2) @ (bend @ design).reshape(flat.shape)
    return value.sum(axis=1), (slope.reshape(len(d), 1, -1) @ flat)[:, 0], curve
