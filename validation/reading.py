"""Reading the files of a package into DuckDB, straight into their types; and as text, where an unreadable cell has to be shown.

Two readers, one result. DuckDB reads a file in which every line is a row, which is nearly every file. Where its count of rows
is not the count of lines, or it refuses, the standard library's reader goes through the file record by record: it alone knows
on which line a record with line breaks in its cells begins, and where a row is too long or too short.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from schemas.sql import identifier, literal, path_itself
from schemas.vocabulary import NO_TERM, type_of
from validation.files import LONGEST_LINE, MOST_COLUMNS, Scan
from validation.opening import Within

if TYPE_CHECKING:
    import duckdb

    from schemas.table import Field


__all__ = [
    "LONGEST_PRINTED",
    "Ragged",
    "TextTable",
    "cast",
    "count_records",
    "make_empty",
    "read_header",
    "read_table",
    "unreadable",
]

LONGEST_PRINTED = 40
"""Characters. No longer number is printed anywhere, and Python refuses integers of thousands of digits."""

_BATCH = 20_000
_NO_CELL = "\x01 is in no cell \x01"


@dataclass(frozen=True)
class Ragged:
    """A record that has not as many cells as the header, or can't be separated from the next. ``found`` is None then."""

    line: int
    found: int | None
    expected: int
    message: str | None = None


@dataclass(frozen=True)
class TextTable:
    """A file's cells as text: the table ``text.<name>`` once :meth:`fill` was called, an empty cell as null, each row with its
    ``_line`` and whether it is ``_ragged``.

    ``unread`` counts the rows with a cell that is filled and can't be read as its type; ``ragged`` are the records left out of
    the typed table.
    """

    name: str
    file: Within
    header: tuple[str, ...]
    kept: frozenset[str]
    scan: Scan
    rows: int
    unread: int
    ragged: tuple[Ragged, ...] = field(default=())

    def fill(self, con: duckdb.DuckDBPyConnection) -> str:
        """Read the texts if they aren't there yet; few packages hold a cell that has to be shown. The table's name in SQL.

        Raises ``OSError`` if the file has changed since its bytes were checked.
        """
        name = f"text.{identifier(self.name)}"
        try:
            con.execute(
                f"CREATE TABLE IF NOT EXISTS {name} AS {_lines(self.header, self.kept)}",
                [path_itself(self.file.place.absolute())],
            )
        finally:
            self.must_hold()
        return name

    def must_hold(self) -> None:
        """Raises ``OSError`` if the file has changed since its bytes were checked."""
        if not self.scan.still_holds(self.file):
            raise OSError(f"{self.file.place} changed while it was read")


def read_header(file: Within) -> list[str] | Ragged:
    """The cells of the first record. A ``Ragged`` says why it can't be read."""
    csv.field_size_limit(LONGEST_LINE)
    with file.text() as text:
        try:
            header = next(csv.reader(text, strict=True), [])
        except csv.Error as error:
            return Ragged(1, None, 0, str(error))
    if len(header) > MOST_COLUMNS:
        return Ragged(1, None, 0, f"it has {len(header):,} columns; at most {MOST_COLUMNS:,} are allowed")
    return header


def count_records(file: Within) -> int | None:
    """The number of records after the first. ``None`` where one can't be separated from the next."""
    csv.field_size_limit(LONGEST_LINE)
    with file.text() as text:
        try:
            return max(sum(1 for _ in csv.reader(text, strict=True)) - 1, 0)
        except csv.Error:
            return None


def read_table(
    con: duckdb.DuckDBPyConnection, table: str, fields: Sequence[Field], file: Within, *, header: Sequence[str], scan: Scan
) -> TextTable:
    """Make ``<table>`` from a file: ``_line`` and every field in its type; null where a cell is empty, can't be read, or the file
    has no such column.

    ``header`` are the names of the file's columns, each once; of its words only the fields' names reach DuckDB. The file is UTF-8
    without NULs and has no line over the limit. Raises ``OSError`` if the file has changed since its bytes were checked.
    """
    kept = frozenset(header) & {f.name for f in fields}
    text = TextTable(table, file, tuple(header), kept, scan, rows=0, unread=0)
    read = None
    if not scan.loose_quotes and not scan.bare_returns:
        read = _read_lines(con, text, fields)
    if read is None or read.rows != scan.lines - 1:
        read = _read_records(con, text, fields)
    read.must_hold()
    return read


def _read_lines(con: duckdb.DuckDBPyConnection, text: TextTable, fields: Sequence[Field]) -> TextTable | None:
    """Let DuckDB read the file. ``None`` where it refuses: the other reader says where and why."""
    import duckdb

    try:
        return _read_typed(con, text, fields, _lines(text.header, text.kept), [path_itself(text.file.place.absolute())])
    except (duckdb.Error, UnicodeEncodeError):
        return None


def _lines(header: Sequence[str], kept: Collection[str]) -> str:
    """SQL: the cells of a file in which every line is a row, as text, and whether they fit the header. Its path is the parameter."""
    # Before 2.0, DuckDB says nothing of an empty cell too many: so it is asked for one more, and fills in for what isn't there.
    width = len(header)
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(width + 1))
    fits = f"c{width - 1} IS NOT NULL AND c{width} IS NULL"
    cells = ", ".join(f"nullif(c{i}, '') AS {identifier(c)}" for i, c in enumerate(header) if c in kept)
    return (
        f"SELECT row_number() OVER () + 1 AS _line, NOT ({fits}) AS _ragged, {cells} "
        f"FROM read_csv(?, columns = {{{columns}}}, auto_detect = false, "
        "header = true, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
        f"null_padding = true, nullstr = '{_NO_CELL}', "  # so that null is no cell, and an empty cell isn't
        "compression = 'none', hive_partitioning = false)"  # else taken from the path's words
    )


def _read_records(con: duckdb.DuckDBPyConnection, text: TextTable, fields: Sequence[Field]) -> TextTable:
    import pyarrow as pa

    name = f"text.{identifier(text.name)}"
    kept = [i for i, c in enumerate(text.header) if c in text.kept]
    columns = ", ".join(f"{identifier(text.header[i])} VARCHAR" for i in kept)
    con.execute(f"CREATE OR REPLACE TABLE {name} (_line BIGINT, _ragged BOOLEAN, {columns})")
    ragged: list[Ragged] = []
    schema = pa.schema([("_line", pa.int64()), ("_ragged", pa.bool_())] + [(f"c{i}", pa.string()) for i in kept])
    records = _records(text.file, len(text.header), kept, ragged)
    while batch := list(islice(records, _BATCH)):
        arrow = pa.table([pa.array(c, t.type) for c, t in zip(zip(*batch, strict=True), schema, strict=True)], schema=schema)
        con.register("_batch", arrow)
        con.execute(f"INSERT INTO {name} SELECT * FROM _batch")
        con.unregister("_batch")
    ((rows,),) = con.execute(f"SELECT count(*) FROM {name}").fetchall()
    read = _read_typed(con, text, fields, f"SELECT * FROM {name}", [])
    return replace(read, rows=rows, ragged=tuple(ragged))


def _records(file: Within, width: int, kept: Sequence[int], ragged: list[Ragged]) -> Iterator[tuple[object, ...]]:
    """Each record as (line, is ragged, the cells to keep…).

    A ragged record keeps the cells that have a place, so that rows which refer to it by its key aren't said to refer to nothing.
    """
    csv.field_size_limit(LONGEST_LINE)
    with file.text() as text:
        reader = csv.reader(text, strict=True)
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


_FORMS = {"number": r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}
"""How cells of a kind are written."""


def cast(f: Field) -> str:
    """The SQL expression that reads a text cell as the field's type, null where it can't be read; a word that isn't a term is ``NO_TERM``.

    A whole number is written in one way only: no sign but a minus, and none before zero, no leading zeros, no exponent, no spaces. So
    is a decimal number, but for zeros at its end; it has a point and at most 15 digits on either side of it. A printed number stays a
    text, but what isn't of its form is nothing that could be reckoned with. The types of vocabularies' terms are those that
    :func:`schemas.vocabulary.make_types` makes.
    """
    c = identifier(f.name)
    if f.vocabulary is not None:
        kind = type_of(f.vocabulary)
        return f"CASE WHEN {c} IS NOT NULL THEN coalesce(TRY_CAST({c} AS {kind}), {literal(NO_TERM)}::{kind}) END"
    if f.kind in _FORMS:
        value = f"TRY_CAST({c} AS {f.duckdb_type})"
        signed_zero = f" AND NOT (starts_with({c}, '-0') AND {value} = 0)" if f.kind == "number" else ""
        return f"CASE WHEN regexp_full_match({c}, '{_FORMS[f.kind]}'){signed_zero} THEN {value} END"
    if f.kind == "verbatim" and f.pattern is not None:
        return f"CASE WHEN length({c}) <= {LONGEST_PRINTED} AND regexp_full_match({c}, '{f.pattern}') THEN {c} END"
    if f.kind == "count":
        return f"CASE WHEN TRY_CAST({c} AS BIGINT)::VARCHAR = {c} THEN TRY_CAST({c} AS BIGINT) END"
    if f.kind == "flag":
        return f"CASE {c} WHEN 'true' THEN true WHEN 'false' THEN false END"
    return c


def _type(f: Field) -> str:
    """The SQL type that cells of the field are held in."""
    return f.duckdb_type if f.vocabulary is None else type_of(f.vocabulary)


def unreadable(f: Field, typed: str | None = None) -> str:
    """The SQL condition that a text cell is filled and can't be read as the field's type; ``typed`` is where that was tried already."""
    unread = "IS NULL" if f.vocabulary is None else f"= {literal(NO_TERM)}"
    return f"({identifier(f.name)} IS NOT NULL AND {typed or f'({cast(f)})'} {unread})"


def _read_typed(
    con: duckdb.DuckDBPyConnection, text: TextTable, fields: Sequence[Field], query: str, parameters: Sequence[str]
) -> TextTable:
    """Make the typed table from the texts that a query gives."""
    name = identifier(text.name)
    present = [f for f in fields if f.name in text.kept]
    typed = {f: identifier(f"{f.name} as its type") for f in present if cast(f) != identifier(f.name)}
    columns = {f: typed.get(f, identifier(f.name)) if f in present else f"NULL::{_type(f)}" for f in fields}
    unread = " OR ".join(["false", *(unreadable(f, t) for f, t in typed.items())])
    ((rows,),) = con.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT _line, {', '.join(f'{c} AS {identifier(f.name)}' for f, c in columns.items())}, "
        f"{unread} AS _unread FROM (SELECT {', '.join(['*', *(f'{cast(f)} AS {t}' for f, t in typed.items())])} "
        f"FROM ({query}) WHERE NOT _ragged)",
        parameters,
    ).fetchall()
    ((unread_rows,),) = con.execute(f"SELECT count_if(_unread) FROM {name}").fetchall()
    con.execute(f"ALTER TABLE {name} DROP COLUMN _unread")
    return replace(text, rows=rows, unread=unread_rows)


def make_empty(con: duckdb.DuckDBPyConnection, table: str, fields: Sequence[Field]) -> None:
    """Make ``<table>`` as if from a file without rows."""
    columns = ", ".join(f"{identifier(f.name)} {_type(f)}" for f in fields)
    con.execute(f"CREATE TABLE {identifier(table)} (_line BIGINT, {columns})")
