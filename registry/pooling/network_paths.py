"""Which treatments events lead between, so that their odds ratio has an estimate, and which pairs trials join without one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from registry.pooling.network_effects import NetworkTrial, NoEstimate

if TYPE_CHECKING:
    from registry.pooling.segments import Array

__all__ = ["FEWEST", "leads_of", "mutual", "unbounded"]

FEWEST = 3
"""Treatments from which on there is a network: of two there is nothing but the trials that had both."""


def leads_of(trials: Sequence[NetworkTrial], names: Sequence[str]) -> Array:
    """By trial, from which treatment to which an event could as well have gone."""
    import numpy as np

    place = {name: number for number, name in enumerate(names)}
    gives, takes = np.zeros((2, len(trials), len(names)), dtype=bool)
    for number, trial in enumerate(trials):
        for arm in trial.arms:
            gives[number, place[arm.treatment]], takes[number, place[arm.treatment]] = arm.events > 0, arm.events < arm.n
    return gives[:, :, None] & takes[:, None, :]


def mutual(leads: Array) -> Array:
    """Which treatments events lead from and back to, directly or through others; the last two axes are treatments."""
    import numpy as np

    found = _reached(leads)
    return np.asarray(found & np.swapaxes(found, -1, -2))


def _reached(leads: Array) -> Array:
    import numpy as np

    found = leads | np.eye(leads.shape[-1], dtype=bool)
    for _ in range(leads.shape[-1].bit_length()):
        found = found @ found
    return np.asarray(found)


def unbounded(trials: Sequence[NetworkTrial]) -> list[NoEstimate]:
    """Every two treatments that trials join, with a third at least, and whose odds ratio is yet without a finite estimate."""
    import numpy as np

    several = [trial for trial in trials if len(trial.arms) > 1]
    names = sorted({name for trial in several for name in trial.treatments})
    if len(names) < FEWEST:
        return []
    had = np.array([[name in trial.treatments for name in names] for trial in several])
    joined, leads = _reached(had.T @ had), _reached(np.logical_or.reduce(leads_of(several, names)))
    found = []
    for i, j in combinations(range(len(names)), 2):
        if joined[i, j] and not (leads[i, j] and leads[j, i]) and joined[i].sum() >= FEWEST:
            of = [trial for trial, row in zip(several, had, strict=True) if (row & joined[i]).any()]
            towards = "infinity" if leads[i, j] else "0" if leads[j, i] else "either end"
            found.append(_told(of, (names[i], names[j]), towards, tuple(np.array(names)[joined[i]].tolist())))
    return found


def _told(trials: Sequence[NetworkTrial], pair: tuple[str, str], towards: str, treatments: tuple[str, ...]) -> NoEstimate:
    arms = {name: [arm for trial in trials for arm in trial.arms if arm.treatment == name] for name in pair}
    return NoEstimate(
        *pair,
        towards=towards,
        nobody=tuple(name for name in pair if all(arm.events == 0 for arm in arms[name])),
        everybody=tuple(name for name in pair if all(arm.events == arm.n for arm in arms[name])),
        k=len(trials),
        n=sum(arm.n for trial in trials for arm in trial.arms),
        treatments=treatments,
    )
