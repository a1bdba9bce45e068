"""In which order the trials of a forest plot stand.

As it is, they stand by the registry's name for a trial, so that rates and contrast have one order and a new trial moves no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from registry.errors import RequestError

if TYPE_CHECKING:  # the command line reads the orders' names, also where nothing is compared
    from registry.comparing.trials import PairedTrial, Trial
    from registry.pooling.counts import Effect

__all__ = ["SORTS", "order_named", "sorted_trials"]

SORTS: Mapping[str, str] = {
    "trial": "by the registry’s name for each trial",
    "year": "by the year of the main report, the earliest first; trials without one last",
    "effect": "by the trial’s own figure, the smallest first",
    "precision": "by standard error on the scale of the model, the smallest first",
}
"""Each order, in words; the first is the default."""

_T = TypeVar("_T", "Trial", "PairedTrial")

_KEYS: Mapping[str, Callable[[Trial | PairedTrial, Effect], float]] = {
    "year": lambda trial, _: trial.year if trial.year is not None else math.inf,
    "effect": lambda _, effect: effect.estimate,
    "precision": lambda _, effect: effect.model_se,
}


def order_named(word: str) -> str:
    """The word, if it names an order. Raises ``RequestError`` with those there are."""
    if word not in SORTS:
        raise RequestError(f"a plot is sorted by {', '.join(SORTS)}, not by {word!r}")
    return word


def sorted_trials(trials: Sequence[tuple[_T, Effect]], by: str) -> list[tuple[_T, Effect]]:
    """Trials, each with the effect that is drawn, in the order of one of ``SORTS``; of equals, the order that they had."""
    key = _KEYS.get(by)
    return list(trials) if key is None else sorted(trials, key=lambda one: key(*one))
