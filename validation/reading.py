"""Reading the files of a package into DuckDB, straight into their types; and as text, where an unreadable cell has to be shown.

A Parquet file is read as the CSV file would be that has its cells: :mod:`validation.parquet` gives them as text. For CSV there are two
readers, one result. DuckDB reads a file in which every line is a row, which is nearly every long file. Where its count of rows
is not the count of lines, or it refuses, and where the file is short, the standard library's reader goes through it record by record: it
alone knows on which line a record with line breaks in its cells begins, and where a row is too long or too short.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from typing import TYPE_CHECKING

from schemas.grammar import PRINTED
from schemas.sql import identifier, literal, path_itself
from schemas.vocabulary import NO_TERM, type_of
from validation import parquet
from validation.files import LONGEST_LINE, MOST_COLUMNS, Scan
from validation.opening import Within

if TYPE_CHECKING:
    import duckdb

    from schemas.table import Field
    from validation.workspace import Room


__all__ = [
    "LONGEST_PRINTED",
    "Form",
    "Ragged",
    "TextTable",
    "cast",
    "count_records",
    "insert_typed",
    "malformed",
    "read_header",
    "read_tables",
    "unreadable",
]

LONGEST_PRINTED = 40
"""Characters. No longer number is printed anywhere, and Python refuses integers of thousands of digits."""


class Form(StrEnum):
    """How a file holds its table."""

    CSV = "csv"
    PARQUET = "parquet"


_BATCH = 20_000

_SHORT = 64 << 10
"""Bytes of a file up to which DuckDB takes longer to get ready than to go through it record by record."""

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
    """A file's cells as text: in ``text.<name>`` once :meth:`fill` was called, every field of the table, null where a cell is empty or the
    file has no such column; each row with its ``_line`` and whether it is ``_ragged``.

    ``unread`` counts the rows with a cell that is filled and can't be read as its type, or isn't of its form; ``ragged`` are the records left out of
    the typed table; ``by_record`` says that the texts have been made. The ``form`` is that of the file.
    """

    package: int
    name: str
    file: Within
    header: tuple[str, ...]
    fields: tuple[Field, ...]
    scan: Scan
    rows: int = 0
    unread: int = 0
    by_record: bool = False
    ragged: tuple[Ragged, ...] = ()
    form: Form = Form.CSV

    @property
    def at(self) -> tuple[int, str]:
        """What tells its rows from those of others."""
        return self.package, self.name

    @property
    def kept(self) -> frozenset[str]:
        """The file's columns that are fields of the table."""
        return frozenset(self.header) & {f.name for f in self.fields}

    def fill(self, con: duckdb.DuckDBPyConnection) -> str:
        """Read the texts if they aren't there yet; few packages hold a cell that has to be shown. The name in SQL of where they are.

        Raises ``OSError`` if the file has changed since its bytes were checked.
        """
        name = literal(self.name)
        mine = f"_package = {self.package} AND name = {name}"
        try:
            if not self.by_record and not con.execute(f"SELECT 1 FROM text.cells WHERE {mine} LIMIT 1").fetchall():
                cells = ", ".join(identifier(f.name) if f.name in self.kept else "NULL" for f in self.fields)
                with self.lines(con) as (lines, given):
                    con.execute(
                        f"INSERT INTO text.cells SELECT {self.package}, {name}, _line, _ragged, [{cells}] FROM ({lines})", given
                    )
        finally:
            self.must_hold()
        return f"(FROM text.{identifier(self.name)} WHERE _package = {self.package})"

    @contextmanager
    def lines(self, con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, list[str]]]:
        """SQL, with its parameters: the cells of a file in which every line is a row, as text, each row with its ``_line`` and whether it is
        ``_ragged``.
        """
        if self.form is Form.CSV:
            yield _lines(self.header, self.kept), [path_itself(self.file.place.absolute())]
            return
        kept = [c for c in self.header if c in self.kept]
        cells = ", ".join(f"nullif({identifier(c)}, '') AS {identifier(c)}" for c in kept)
        con.register("_rows", parquet.texts(self.file, kept))
        try:
            yield f"SELECT _line, false AS _ragged, {cells} FROM _rows", []
        finally:
            con.unregister("_rows")

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


def read_tables(room: Room, texts: Sequence[TextTable]) -> list[TextTable]:
    """Fill the room's tables from files: null where a cell is empty, can't be read, or the file has no such column.

    The columns of each file have different names; of these only the fields' reach DuckDB. The files are UTF-8 without NULs and have no
    line over the limit. Raises ``OSError`` if one has changed since its bytes were checked.
    """
    read = {t.at: _read_lines(room, t) for t in texts if t.scan.size > _SHORT or t.form is not Form.CSV}
    read |= {t.at: t for t in _read_records(room, [t for t in texts if read.get(t.at) is None])}
    for text in texts:
        text.must_hold()
    return [found for t in texts if (found := read[t.at]) is not None]


def _read_lines(room: Room, text: TextTable) -> TextTable | None:
    """Let DuckDB read the file. ``None`` where it can't or not every line is a row: the other reader says where and why."""
    import duckdb

    if text.scan.loose_quotes or text.scan.bare_returns:
        return None
    try:
        insert_typed(room, text, text.name)
    except (duckdb.Error, UnicodeEncodeError):
        if text.form is not Form.CSV:
            text.must_hold()  # all of it could be read when its bytes were checked
            raise
        return None
    (read,) = _counted(room, [text])
    if read.rows == text.scan.lines - 1:
        return read
    room.con.execute(f"DELETE FROM {identifier(text.name)} WHERE _package = {text.package}")
    return None


def insert_typed(room: Room, text: TextTable, into: str) -> None:
    """Add the rows of a file, in which every line is one, to a table that has the fields in their types."""
    with text.lines(room.con) as (lines, given):
        rows = f"(SELECT {text.package} AS _package, * FROM ({lines}))"
        room.con.execute(_typed(into, text.fields, text.kept, rows), given)


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


def _read_records(room: Room, texts: Sequence[TextTable]) -> list[TextTable]:
    """Go through files record by record, and type their texts."""
    ragged: dict[tuple[int, str], list[Ragged]] = {t.at: [] for t in texts}
    rows: Counter[tuple[int, str]] = Counter()
    records = chain.from_iterable(_records(t, ragged[t.at]) for t in texts)
    while batch := list(islice(records, _BATCH)):
        room.add_texts(batch)
        rows.update(record[:2] for record in batch)
    for name, fields in {t.name: t.fields for t in texts if rows[t.at]}.items():
        room.rows(_typed(name, fields, {f.name for f in fields}, f"text.{identifier(name)}"))
    return [replace(t, rows=rows[t.at], by_record=True, ragged=tuple(ragged[t.at])) for t in _counted(room, texts)]


def _records(text: TextTable, ragged: list[Ragged]) -> Iterator[tuple[int, str, int, bool, list[str | None]]]:
    """Each record as a row of ``text.cells``: the package, the table, the line, is ragged, the table's cells.

    A ragged record keeps the cells that have a place, so that rows which refer to it by its key aren't said to refer to nothing.
    """
    csv.field_size_limit(LONGEST_LINE)
    width = len(text.header)
    at = [text.header.index(f.name) if f.name in text.kept else width for f in text.fields]
    with text.file.text() as lines:
        reader = csv.reader(lines, strict=True)
        begins = 1
        try:
            for number, cells in enumerate(reader):
                line, begins = begins, reader.line_num + 1
                if number == 0:
                    continue
                fits = len(cells) == width
                if not fits:
                    ragged.append(Ragged(line, len(cells), width))
                there = [*cells, *[""] * width][:width]
                there.append("")  # for a column that the file doesn't have
                yield text.package, text.name, line, not fits, [there[i] or None for i in at]
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
    if f.kind == "verbatim":
        return f"CASE WHEN length({c}) <= {LONGEST_PRINTED} AND regexp_full_match({c}, '{PRINTED}') THEN {c} END"
    if f.kind == "count":
        return f"CASE WHEN TRY_CAST({c} AS BIGINT)::VARCHAR = {c} THEN TRY_CAST({c} AS BIGINT) END"
    if f.kind == "flag":
        return f"CASE {c} WHEN 'true' THEN true WHEN 'false' THEN false END"
    return c


def unreadable(f: Field, typed: str | None = None) -> str:
    """The SQL condition that a text cell is filled and can't be read as the field's type; ``typed`` is where that was tried already."""
    unread = "IS NULL" if f.vocabulary is None else f"= {literal(NO_TERM)}"
    return f"({identifier(f.name)} IS NOT NULL AND {typed or f'({cast(f)})'} {unread})"


def malformed(f: Field) -> str | None:
    """The SQL condition that a cell of a text has another form than its field's; None for a field of any form, and one whose form is its type's. Keys
    and what refers to them are compared with one another instead.
    """
    if f.kind != "text" or f.pattern is None:
        return None
    return f"NOT regexp_full_match({identifier(f.name)}, {literal(f.pattern)})"


def _typed(table: str, fields: Sequence[Field], present: Collection[str], texts: str) -> str:
    """SQL: fill the typed table from texts, which have the columns that are present."""
    here = [f for f in fields if f.name in present]
    typed = {f: identifier(f"{f.name} as its type") for f in here if cast(f) != identifier(f.name)}
    columns = (typed.get(f, identifier(f.name)) if f.name in present else "NULL" for f in fields)
    unread = [*(unreadable(f, t) for f, t in typed.items()), *(f"coalesce({c}, false)" for f in here if (c := malformed(f)))]
    return (
        f"INSERT INTO {identifier(table)} SELECT _package, _line, {', '.join(columns)}, {' OR '.join(['false', *unread])} "
        f"FROM (SELECT {', '.join(['*', *(f'{cast(f)} AS {t}' for f, t in typed.items())])} FROM {texts} WHERE NOT _ragged)"
    )


def _counted(room: Room, texts: Sequence[TextTable]) -> list[TextTable]:
    """The same, with how many rows were typed, and how many of them have a cell that couldn't be."""
    counts: dict[tuple[int, str], tuple[int, int]] = {}
    for name in {t.name for t in texts}:
        found = room.rows(f"SELECT _package, count(*), count_if(_unread) FROM {identifier(name)} GROUP BY _package")
        counts |= {(package, name): (rows, unread) for package, rows, unread in found}
    return [replace(t, rows=rows, unread=unread) for t in texts for rows, unread in [counts.get(t.at, (0, 0))]]
