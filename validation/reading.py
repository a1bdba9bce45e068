"""Reading the files of a package into DuckDB: as text first, so that an unreadable cell is a finding, then as the types.

Two readers, one result. DuckDB reads a file in which every line is a row, which is nearly every file. Where its count of rows
is not the count of lines, or it refuses, the standard library's reader goes through the file record by record: it alone knows
on which line a record with line breaks in its cells begins, and where a row is too long or too short.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from validation.files import LONGEST_LINE, Scan

if TYPE_CHECKING:
    import duckdb

    from schemas.table import Field


__all__ = ["LONGEST_PRINTED", "Ragged", "TextTable", "cast", "quote", "read_header", "read_text", "read_typed"]

LONGEST_PRINTED = 40
"""Characters. No number of more is printed anywhere; Python turns none of thousands of digits into an integer."""

_BATCH = 20_000
_NO_CELL = "\x01 stands in no cell \x01"


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Ragged:
    """A record that has not as many cells as the header, or can't be told apart from the next. ``found`` is None then."""

    line: int
    found: int | None
    expected: int
    message: str | None = None


@dataclass(frozen=True)
class TextTable:
    """A file as text in DuckDB: the table ``text.<name>``, the SQL that gives a row's line, and the records left out."""

    name: str
    line: str
    rows: int
    ragged: tuple[Ragged, ...] = field(default=())


def read_header(path: Path) -> list[str] | Ragged:
    """The cells of the first record. A ``Ragged`` says why it can't be read."""
    csv.field_size_limit(LONGEST_LINE)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        try:
            return next(csv.reader(file, strict=True), [])
        except csv.Error as error:
            return Ragged(1, None, 0, str(error))


def read_text(
    con: duckdb.DuckDBPyConnection, table: str, path: Path, header: Sequence[str], scan: Scan, *, keep: Collection[str]
) -> TextTable:
    """Fill ``text.<table>`` with the file's cells as text, an empty cell as null.

    ``header`` are the names of the file's columns, each once, and ``keep`` those that the table gets, at least one; no other word
    of the header reaches DuckDB. The file is UTF-8 without NULs and has no line over the limit. Raises ``OSError`` where it is
    no longer there.
    """
    if not scan.loose_quotes and not scan.bare_returns:
        rows = _read_lines(con, table, path, header, keep)
        if rows == scan.lines - 1:
            return TextTable(table, "rowid + 2", rows)
    return _read_records(con, table, path, header, keep)


def _read_lines(
    con: duckdb.DuckDBPyConnection, table: str, path: Path, header: Sequence[str], keep: Collection[str]
) -> int | None:
    """Let DuckDB read the file. The number of rows; ``None`` where it refused: the other reader says where and why."""
    import duckdb

    name = f"text.{quote(table)}"
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(header)))
    kept = ", ".join(f"nullif(c{i}, '') AS {quote(c)}" for i, c in enumerate(header) if c in keep)
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT {kept} FROM read_csv(?, columns = {{{columns}}}, auto_detect = false, "
            "header = true, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
            f"nullstr = '{_NO_CELL}', "  # of a cell too many DuckDB says nothing where it reads as null
            "compression = 'none', hive_partitioning = false)",  # else taken from the path's words
            [re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))],  # DuckDB would take these for a pattern
        )
    except (duckdb.Error, UnicodeEncodeError):
        return None
    return _count(con, name)


def _count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    ((rows,),) = con.execute(f"SELECT count(*) FROM {name}").fetchall()
    return int(rows)


def _read_records(
    con: duckdb.DuckDBPyConnection, table: str, path: Path, header: Sequence[str], keep: Collection[str]
) -> TextTable:
    import pyarrow as pa

    name = f"text.{quote(table)}"
    kept = [i for i, c in enumerate(header) if c in keep]
    columns = ", ".join(f"{quote(header[i])} VARCHAR" for i in kept)
    con.execute(f"CREATE OR REPLACE TABLE {name} (_line BIGINT, _ragged BOOLEAN, {columns})")
    ragged: list[Ragged] = []
    schema = pa.schema([("_line", pa.int64()), ("_ragged", pa.bool_())] + [(f"c{i}", pa.string()) for i in kept])
    records = _records(path, len(header), kept, ragged)
    while batch := list(islice(records, _BATCH)):
        arrow = pa.table([pa.array(c, t.type) for c, t in zip(zip(*batch, strict=True), schema, strict=True)], schema=schema)
        con.register("_batch", arrow)
        con.execute(f"INSERT INTO {name} SELECT * FROM _batch")
        con.unregister("_batch")
    return TextTable(table, "_line", _count(con, name), tuple(ragged))


def _records(path: Path, width: int, kept: Sequence[int], ragged: list[Ragged]) -> Iterator[tuple[object, ...]]:
    """Each record as (line, is ragged, the cells to keep…).

    A ragged record keeps the cells that have a place, so that rows which refer to it by its key aren't said to refer to nothing.
    """
    csv.field_size_limit(LONGEST_LINE)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.reader(file, strict=True)
        begins = 1
        try:
            for number, cells in enumerate(reader):
                line, begins = begins, reader.line_num + 1
                if number == 0:
                    continue
                fits = len(cells) == width
                if not fits:
                    ragged.append(Ragged(line, len(cells), width))
                yield (line, not fits, *(cells[i] or None if i < len(cells) else None for i in kept))
        except csv.Error as error:
            ragged.append(Ragged(begins, None, width, str(error)))


def cast(f: Field) -> str:
    """The SQL expression that reads a text cell as the field's type, null where it can't be read.

    A whole number is written in one way only: no sign but a minus, no leading zeros, no exponent, no spaces. A decimal number
    has a point and at most 15 digits on either side of it. A printed number stays a text, but what isn't of its form is nothing
    that could be reckoned with.
    """
    c = quote(f.name)
    if f.kind == "verbatim" and f.pattern is not None:
        return f"CASE WHEN length({c}) <= {LONGEST_PRINTED} AND regexp_full_match({c}, '{f.pattern}') THEN {c} END"
    if f.kind == "count":
        return f"CASE WHEN TRY_CAST({c} AS BIGINT)::VARCHAR = {c} THEN TRY_CAST({c} AS BIGINT) END"
    if f.kind == "number":
        return f"CASE WHEN regexp_full_match({c}, '-?[0-9]{{1,15}}(\\.[0-9]{{1,15}})?') THEN TRY_CAST({c} AS DOUBLE) END"
    if f.kind == "flag":
        return f"CASE {c} WHEN 'true' THEN true WHEN 'false' THEN false END"
    if f.kind == "date":
        return f"CASE WHEN regexp_full_match({c}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({c} AS DATE) END"
    return c


def read_typed(con: duckdb.DuckDBPyConnection, fields: Sequence[Field], text: TextTable | None, table: str) -> None:
    """Make ``<table>`` from ``text.<table>``: ``_line`` and every field in its type; null where a cell is empty, can't be read,
    or the file has no such column. Without a text table, an empty table of the same shape.
    """
    name = quote(table)
    if text is None:
        columns = ", ".join(f"{quote(f.name)} {f.duckdb_type}" for f in fields)
        con.execute(f"CREATE OR REPLACE TABLE {name} (_line BIGINT, {columns})")
        return
    present = {row[0] for row in con.execute(f"DESCRIBE text.{name}").fetchall()}
    columns = ", ".join(f"{cast(f) if f.name in present else f'NULL::{f.duckdb_type}'} AS {quote(f.name)}" for f in fields)
    where = "WHERE NOT _ragged" if text.line == "_line" else ""
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {text.line} AS _line, {columns} FROM text.{name} {where}")
