"""Packages looked at a lot at a time: fifty take as long as a few that are looked at one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

Thing = TypeVar("Thing")
Seen = TypeVar("Seen")

LOT = 50


def by_lots(things: Sequence[Thing], look: Callable[[Sequence[Thing]], Sequence[Seen]]) -> Callable[[int], Seen]:
    """Gives what was seen of the thing of a number. The lot in which it is is looked at when one of it is first asked for: neighbours'
    tests are run by one process, mostly.
    """

    @cache
    def of(lot: int) -> Sequence[Seen]:
        return look(things[lot * LOT : (lot + 1) * LOT])

    return lambda number: of(number // LOT)[number % LOT]
