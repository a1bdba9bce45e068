"""What is pooled of the same trials once: the process keeps it, and may ask a memory of what was pooled before.

An audit or a comparison asks for the same figures many times. No figure depends on which others are pooled with it, so pooling again would give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from registry.pooling.counts import Counts, Pair
from registry.pooling.extremes import Bounds
from registry.pooling.measures import MEASURES
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_rates

__all__ = ["BOUNDS", "EFFECTS", "RATES", "Memory", "Pooling", "pooled_once", "remembering"]

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Pooling(Generic[_Asked, _Found]):
    """What is pooled of what: ``pool`` takes many at once."""

    name: str
    pool: Callable[[Sequence[_Asked]], Sequence[_Found]]


def _bounds(asked: Sequence[tuple[tuple[Counts, ...], frozenset[str]]]) -> Sequence[Bounds | None]:
    from registry.pooling.bounds import bounds_of_rates

    return bounds_of_rates(asked)


RATES: Pooling[tuple[Counts, ...], Pooled] = Pooling("rates", pooled_rates)
"""Of the trials of a stratum, their rate."""
EFFECTS: Pooling[tuple[Pair, ...], dict[str, Pooled]] = Pooling("effects", pooled_effects)
"""Of the pairs of a stratum, their effect by each measure."""
BOUNDS: Pooling[tuple[tuple[Counts, ...], frozenset[str]], Bounds | None] = Pooling("bounds", _bounds)
"""Of the trials of a stratum and the labels of those that may not belong to it, the bounds of their rate."""


class Memory(Protocol):
    """What was pooled before, wherever it is kept."""

    def recalled(self, kind: Pooling[_Asked, _Found], asked: Sequence[_Asked]) -> Mapping[_Asked, _Found]:
        """Of those asked for, those that it has."""

    def keep(self, kind: Pooling[_Asked, _Found], found: Mapping[_Asked, _Found]) -> None:
        """Take in what was asked for and found, some of it perhaps once more."""


_MEMORY: ContextVar[Memory | None] = ContextVar("_MEMORY", default=None)


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """As long as this lasts, what the process doesn't know is asked of the memory before it is pooled, and the memory is given what was found."""
    before = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(before)


def pooled_once(kind: Pooling[_Asked, _Found], asked: Sequence[_Asked]) -> dict[_Asked, _Found]:
    """What is pooled of each, all that is new at once."""
    known: dict[_Asked, _Found] = _KNOWN.setdefault((kind.name, tuple(MEASURES)), {})
    unique, memory = list(dict.fromkeys(asked)), _MEMORY.get()
    found = {one: known[one] for one in unique if one in known}
    if memory is not None and len(found) < len(unique):
        found |= memory.recalled(kind, [one for one in unique if one not in found])
    if new := [one for one in unique if one not in found]:
        found |= zip(new, kind.pool(new), strict=True)
    if memory is not None:
        memory.keep(kind, found)
    if len(known) + len(found) > _MOST_KNOWN:
        known.clear()
    if len(found) <= _MOST_KNOWN:
        known.update(found)
    return found


_KNOWN: dict[tuple[str, tuple[str, ...]], dict[Any, Any]] = {}
"""By kind, and by the measures that there were."""

_MOST_KNOWN = 1 << 12
