"""Cases that do each of the things that the frame is there to notice, for its own tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

COUNT = 6


def cases(_seed: int, count: int) -> Iterator[str]:
    """One of each, in order."""
    yield from ["sound", "raises for all that it is given", "hangs", "aborts", "differs", "sound"][:count]


def smaller(case: str) -> Iterator[str]:
    """The case without one of its words."""
    words = case.split()
    yield from (" ".join([*words[:n], *words[n + 1 :]]) for n in range(len(words)))


def check(case: str) -> str:
    """Do as the case says, in a folder with a file in it."""
    Path("input.txt").write_text(case, encoding="utf-8")
    if case.startswith("raises"):
        raise ValueError("as it should")
    if case == "hangs":
        time.sleep(600)
    if case == "aborts":
        os.abort()
    return str(hash("a text")) if case == "differs" else case
