"""Many strata at once: flat arrays of trials, cut into segments, one a stratum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Segments"]

Array = NDArray[Any]


class Segments:
    """The strata of a flat array of trials: ``sizes`` says how many trials each has, at least one."""

    def __init__(self, sizes: Sequence[int] | Array) -> None:
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.starts = np.concatenate(([0], np.cumsum(self.sizes)))[:-1].astype(np.int64)
        self.of = np.repeat(np.arange(len(self.sizes)), self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    def over(self, how: np.ufunc, values: Array) -> Array:
        """``np.add``, ``np.minimum``, … over each stratum's trials (the first axis)."""
        if not len(self):
            return np.zeros((0, *np.shape(values)[1:]))
        return np.asarray(how.reduceat(values, self.starts, axis=0))

    def sums(self, values: Array) -> Array:
        """By stratum, the sum of its trials'."""
        return self.over(np.add, values)

    def blocks(self, most: int) -> Iterator[tuple[Array, Array]]:
        """Strata of one number of trials, and their trials (strata by trials), about ``most`` trials at a time."""
        for size in np.unique(self.sizes).tolist():
            strata = np.flatnonzero(self.sizes == size)
            for some in np.array_split(strata, -(-len(strata) * size // most)):
                yield some, self.starts[some, None] + np.arange(size)

    def batches(self, strata: Array, most: int) -> Iterator[Array]:
        """Of the strata that are true, some at a time, with about ``most`` trials."""
        those = np.flatnonzero(strata)
        batch = np.cumsum(self.sizes[those]) // most
        for number in np.unique(batch):
            some = np.zeros(len(self), dtype=bool)
            some[those[batch == number]] = True
            yield some

    def chosen(self, strata: Array) -> tuple[Segments, Array]:
        """Of the strata that are true: their segments, and which trials are theirs."""
        return Segments(self.sizes[strata]), strata[self.of]

    def kept(self, trials: Array) -> tuple[Segments, Array]:
        """Of the trials that are true: their segments, and the strata that have any."""
        left = np.bincount(self.of[trials], minlength=len(self)) if len(self) else self.sizes
        return Segments(left[left > 0]), left > 0
