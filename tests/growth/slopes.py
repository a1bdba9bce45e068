"""How time grows with size, for loops inside C that counting calls can't see (regular expressions): a ratio, so that a slow machine
changes nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["slope"]


def slope(call: Callable[[int], object], size: int, *, times: int = 4, tries: int = 3) -> float:
    """How many times longer a call takes for ``times`` the ``size``, by the shortest of a few tries of each, in processor time: about
    ``times`` where it is linear, its square where it is quadratic.
    """
    least = [float("inf"), float("inf")]
    for _ in range(tries):
        for n, asked in enumerate((size, size * times)):
            began = time.process_time()
            call(asked)
            least[n] = min(least[n], time.process_time() - began)
    return least[1] / max(least[0], 1e-4)
