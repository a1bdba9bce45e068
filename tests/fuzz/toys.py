"""Cases that do each of the things that the frame is there to notice, for its own tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.workers import OVER

COUNT = 8
MARKS = "OUTCOMES_FUZZ_MARKS"
"""The variable that names a folder which is one for all processes."""


def cases(_seed: int, count: int) -> Iterator[str]:
    """One of each, in order."""
    yield from ["sound", "raises for all that it is given", "hangs", "aborts", "differs", "sound", "over by chance", "over"][
        :count
    ]


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
        while True:
            pass
    if case == "aborts":
        os.abort()
    if case.startswith("over") and os.environ["PYTHONHASHSEED"] == "1" and _first(case):
        return OVER
    return str(hash("a text")) if case == "differs" else case


def _first(case: str) -> bool:
    """Whether the case was not met before; always, where it isn't chance."""
    mark = Path(os.environ[MARKS]) / case
    known = mark.exists()
    mark.touch()
    return case == "over" or not known
