"""Names for the columns of an input, each its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from registry.importing.bounds import MOST_COLUMNS
from registry.importing.problems import ImportProblem

__all__ = ["column_names"]


def column_names(header: Iterable[str | None], path: Path) -> tuple[list[str], list[str]]:
    """The names, and notes on those that aren't what the header says: the original can't be edited, so an empty or repeated name gets
    the number of its column, from 1.
    """
    header = list(header)
    if not header:
        raise ImportProblem(f"{path}: the file is empty. It must have a header and rows.")
    if len(header) > MOST_COLUMNS:
        raise ImportProblem(f"{path}: the header has {len(header):,} columns; at most {MOST_COLUMNS:,} are allowed.")
    names: list[str] = []
    notes = []
    taken: set[str] = set()
    for n, written in enumerate(header, 1):
        name = written if written and not written.startswith("_") else f"column_{n}"  # _row and its like are ours
        while name.casefold() in taken:
            name = f"{name}_{n}"
        if name != written:
            notes.append(f"column {n} has {f'the header `{written}`' if written else 'no header'} and is called `{name}`")
        taken.add(name.casefold())
        names.append(name)
    return names, notes
