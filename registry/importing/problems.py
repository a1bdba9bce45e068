"""What can go wrong in an import, said so that its reader can act on it.

A problem says what was found, what must hold and what to do. A problem of the mapping also says where: a line
and a column. Problems are collected, so that one run of an import tells all that is wrong at that stage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from registry.errors import OutcomesError
from registry.packages.given import fault_of_file
from registry.packages.opening import POINTER
from validation.hints import did_you_mean, shortened, term_meant

__all__ = [
    "MOST_TOLD",
    "ImportProblem",
    "MappingError",
    "OutOfReachError",
    "Place",
    "Problems",
    "WrongPathError",
    "as_plain",
    "check_regular",
    "from_plain",
    "in_rows",
    "is_pointer",
    "listed",
    "nearest",
    "nearest_term",
    "or_empty",
    "ranges",
    "sentence",
]


MOST_TOLD = 50
"""Values of one field that are reported one by one. Finding suggestions for each takes time."""


_NONE_GIVEN = {
    "na",
    "n/a",
    "n.a.",
    "n/a.",
    "#n/a",
    "nr",
    "n/r",
    "n.r.",
    "nd",
    "n.d.",
    "ns",
    "n.s.",
    "none",
    "null",
    "nan",
    "missing",
    "unknown",
} | {
    *(
        ".",
        "-",
        "--",
        "\N{EN DASH}",
        "\N{EM DASH}",
        "\N{HORIZONTAL ELLIPSIS}",
        "...",
        "?",
        "*",
        "not reported",
        "not available",
        "not applicable",
    ),
}


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column of the mapping, both counted from 1."""

    line: int
    column: int


class ImportProblem(OutcomesError):  # noqa: N818 -- a problem of the data or the disk, told to a person; not a bug
    """The import can't be done, and nothing was written. The message says why and what to do."""


class WrongPathError(ImportProblem):
    """A path that the import was given isn't there, or isn't of the kind that is needed."""


class OutOfReachError(ImportProblem):
    """The machine doesn't let the import be done: a file may not be read, a disk is full, memory runs out."""


class MappingError(ImportProblem):
    """The mapping is wrong, or doesn't fit the inputs. ``problems`` holds a line, a column and a message for
    each.
    """

    def __init__(self, path: Path, problems: Iterable[tuple[int, int, str]]) -> None:
        self.path = path
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{path}:{line}:{column}: {text}" for line, column, text in self.problems))


_KINDS = {kind.__name__: kind for kind in (ImportProblem, WrongPathError, OutOfReachError)}


def as_plain(error: ImportProblem) -> list[Any]:
    """What JSON holds of a problem, for another process to raise."""
    said = [str(error.path), error.problems] if isinstance(error, MappingError) else [str(error)]
    return [type(error).__name__, *said]


def from_plain(plain: list[Any]) -> ImportProblem:
    """The problem that :func:`as_plain` was given."""
    kind, *said = plain
    if kind == MappingError.__name__:
        return MappingError(Path(said[0]), [(line, column, text) for line, column, text in said[1]])
    return _KINDS[kind](*said)


@dataclass
class Problems:
    """A collector of the problems of one mapping."""

    path: Path
    found: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        self.found.append((place.line, place.column, message))

    def stop(self, place: Place, message: str) -> NoReturn:
        """Raise at once: nothing after this problem could be judged."""
        self.add(place, message)
        raise MappingError(self.path, self.found)

    def stop_if_any(self) -> None:
        """Raise what was collected so far: the next stage relies on there being none."""
        if self.found:
            raise MappingError(self.path, self.found)


def check_regular(path: Path, what: str) -> None:
    """Raise ``WrongPathError`` for a path at which no regular file is."""
    if fault := fault_of_file(path, what):
        raise WrongPathError(fault)


def is_pointer(path: Path) -> bool:
    """Whether Git LFS left a pointer in place of the file."""
    with path.open("rb") as file:
        return file.read(len(POINTER)) == POINTER


def sentence(words: str) -> str:
    """The words with a full stop, unless they end in one or in a question mark."""
    return words if words.endswith((".", "?")) else f"{words}."


def or_empty(value: str) -> str:
    """What to do about a value that sources write where they have none; nothing of any other."""
    if value.strip().casefold() not in _NONE_GIVEN:
        return ""
    return f" If `{value}` means an empty cell, list it under the input's `missing`."


def nearest(word: str, words: Iterable[str]) -> str:
    """A sentence that offers the nearest of the words that may be in this place, or lists them where none
    is near.
    """
    known = list(words)
    if question := did_you_mean(word, known):
        return question[0].upper() + question[1:]
    return f"It must be one of: {listed(known, 12)}." if known else "There is none."


def nearest_term(word: str, vocabulary: str) -> str:
    """A sentence that offers the terms of a vocabulary that mean what the word says; where there is none, how to look for one."""
    question = term_meant(
        word, vocabulary, otherwise="no term means the same; `outcomes vocab --search WORDS` searches them all."
    )
    return question[0].upper() + question[1:]


def listed(words: Iterable[str], most: int = 8) -> str:
    """The words in backticks, with the number of those left off."""
    known = list(words)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(f"`{shortened(w)}`" for w in known[:most]) + more


def in_rows(rows: Collection[int]) -> str:
    """Where something was found: ``in row 3``, or ``in 4 rows (1-3, 7)``."""
    return f"in row {next(iter(rows))}" if len(rows) == 1 else f"in {len(rows)} rows ({ranges(rows, 20)})"


def ranges(numbers: Iterable[int], most: int | None = None) -> str:
    """Numbers in ascending order in short: ``1-3, 7``; of ``most`` runs, an ellipsis stands for the rest."""
    runs: list[list[int]] = []
    for n in sorted(set(numbers)):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    words = [str(a) if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(words if most is None or len(words) <= most else [*words[:most], "…"])
