"""What a mapping says, once it is read: nothing in here reads or runs anything.

A *block* makes rows of one table: literal rows, or rows made from an input. A *value* says how one field's
text is obtained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from registry.importing.problems import Place

__all__ = ["ARCHIVE", "FORMATS", "Block", "Filter", "Input", "Join", "LiteralRow", "Mapping", "Value"]

FORMATS = {"csv": "csv", "tsv": "csv", "txt": "csv", "xlsx": "xlsx", "xlsm": "xlsx", "parquet": "parquet", "pq": "parquet"} | {
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "rda": "r",
    "rdata": "r",
    "rds": "r",
    "dta": "stata",
    "sav": "spss",
    "zsav": "spss",
    "xpt": "sas",
}
"""How a file is read, by its ending."""

ARCHIVE = "zip"
"""The ending of an archive, in which there is a file of one of the formats."""


@dataclass(frozen=True)
class Input:
    """An original file: how it is read, which bytes it must have, and where it came from.

    ``header`` are the numbers of a sheet's rows that hold the header, none for the first that holds anything; ``percent``, ``hidden``
    and ``merged`` say how cells are read that are shown as percentages, not shown at all, or shown as one. ``rows`` is the path to the
    rows of a JSON file, ``member`` the file in an archive. ``object`` is the data frame in a file of R. ``labels`` says whether ``text`` or
    ``codes`` are read where values have labels, ``labels_of`` of which columns text is; ``missing_codes`` whether codes that the file
    declares missing are ``empty``.
    """

    name: str
    place: Place
    file: str
    sha256: str
    sha256_place: Place
    origin: dict[str, Any]
    delimiter: str
    decimal: str
    encoding: str
    encoding_place: Place
    sheet: str | None = None
    missing: tuple[str, ...] = ()
    header: tuple[int, ...] = ()
    percent: str = ""
    hidden: str = ""
    merged: str = ""
    rows: str | None = None
    member: str | None = None
    object: str | None = None
    labels: str = ""
    labels_of: tuple[str, ...] = ()
    missing_codes: str = ""

    @property
    def format(self) -> str:
        """One of the values of ``FORMATS``; nothing where the ending is unknown. A file in an archive is CSV unless its name
        says otherwise.
        """
        ending = self.file.rpartition(".")[2].lower()
        if ending == ARCHIVE:
            return FORMATS.get(self.member.rpartition(".")[2].lower(), "") if self.member else "csv"
        return FORMATS.get(ending, "")

    def as_of_text(self, number: str) -> str:
        """A number that is stored as one, as a text of this input writes it: it has no decimal sign of its own."""
        return number.replace(".", ",") if self.decimal == "," else number


@dataclass(frozen=True)
class Value:
    """How a text is obtained. Which of the others count depends on ``kind``:

    ``constant`` (``text``), ``column`` (``text`` names it; ``map``, ``otherwise`` and ``times`` may change
    what is in it), ``template`` (``text``, with columns in braces) or ``sql`` (``text``, a DuckDB
    expression).
    """

    kind: str
    place: Place
    text: str | None
    map: dict[str, str | None] | None = None
    otherwise: str | None = None
    times: str | None = None


@dataclass(frozen=True)
class Filter:
    """A condition that rows must meet (``keeps``) or must not meet, the reason, and how many rows it is
    expected to drop.
    """

    place: Place
    keeps: bool
    where: Value
    reason: str
    count: int | None


@dataclass(frozen=True)
class Join:
    """Another input, one row of which goes with each row: ``on`` pairs a column so far with a column of that
    input.
    """

    place: Place
    input: str
    on: dict[str, str]
    unmatched: str


@dataclass(frozen=True)
class LiteralRow:
    """A row written out in the mapping."""

    place: Place
    cells: dict[str, str | None]
    places: dict[str, Place]


@dataclass(frozen=True)
class Block:
    """How some rows of a table are made. If it is ``unique``, rows of one key are one: those that are the ``same``, or the ``first``."""

    table: str
    place: Place
    rows: tuple[LiteralRow, ...] = ()
    source: str | None = None
    joins: tuple[Join, ...] = ()
    splits: tuple[dict[str, Value], ...] = ()
    filters: tuple[Filter, ...] = ()
    unique: str = ""
    fields: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """A mapping: the package's metadata as it is in the descriptor, the inputs, and the blocks in the
    order written.
    """

    package: dict[str, Any]
    package_place: Place
    inputs: dict[str, Input]
    blocks: tuple[Block, ...]
