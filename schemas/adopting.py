"""A vocabulary with one term more: where it goes, what its model says against it, and the file that holds it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from schemas.vocabulary import FOLDER, VOCABULARIES, rows

__all__ = ["faults_with", "file_of", "text_with", "why_not_open"]


def file_of(vocabulary: str) -> Path:
    """The file that holds a vocabulary."""
    return FOLDER / f"{vocabulary}.csv"


def why_not_open(vocabulary: str) -> str | None:
    """Why a vocabulary can't be changed here; None where it can."""
    if not (FOLDER.parents[1] / "pyproject.toml").is_file():
        return f"the vocabularies in {FOLDER} are those of the installed package; adopt a term in a checkout of the registry's repository"
    if not os.access(file_of(vocabulary), os.W_OK):
        return f"{file_of(vocabulary)} is read-only"
    return None


def _with(vocabulary: str, row: Mapping[str, str]) -> tuple[list[Mapping[str, str]], int]:
    """The rows with another one, and its number: after the last whose id begins with the same parts, else at the end, before `unstated`."""
    key = VOCABULARIES[vocabulary].key
    listed: list[Mapping[str, str]] = list(rows(vocabulary))
    parts = row[key].split(".")
    at = len(listed) - (listed[-1][key] == "unstated")
    for width in range(len(parts) - 1, 0, -1):
        beside = [n for n, other in enumerate(listed, 1) if other[key].split(".")[:width] == parts[:width]]
        if beside:
            at = beside[-1]
            break
    return [*listed[:at], row, *listed[at:]], at


def faults_with(vocabulary: str, row: Mapping[str, str], without: tuple[str, ...] = ()) -> list[str]:
    """What the vocabulary's model says against another row, and about no other; ``without`` are columns that aren't looked at."""
    import polars as pl

    from schemas.vocabulary_frames import broken, typed

    listed, at = _with(vocabulary, row)
    try:
        frame = typed(vocabulary, listed).drop(without)
    except pl.exceptions.PolarsError as error:
        return [f"a cell isn't of its column's type: {str(error).partition(chr(10))[0]}"]
    faults = (f for f in broken(vocabulary, frame, without) if f.row in {at, None})
    return [f"`{f.column}` is {f.found!r}; {f.must}" for f in faults]


def text_with(vocabulary: str, row: Mapping[str, str]) -> tuple[str, int]:
    """The vocabulary's file with another row, and that row's line. The other lines are as they were: each is a row."""
    _, at = _with(vocabulary, row)
    to = io.StringIO()
    csv.writer(to, lineterminator="\n").writerow(row.values())
    lines = file_of(vocabulary).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join([*lines[: at + 1], to.getvalue(), *lines[at + 1 :]]), at + 2
