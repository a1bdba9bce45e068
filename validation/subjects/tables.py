"""What rules are given of the tables: a file, its rows, the cells of every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from schemas.sql import identifier
from validation.files import Scan
from validation.hints import shortened
from validation.opening import POINTER, Within
from validation.parquet import Looked
from validation.reading import Form, Ragged, TextTable, count_records
from validation.rule import Problem, Unlisted
from validation.subjects.descriptor import Resource

if TYPE_CHECKING:
    from schemas.table import Field
    from validation.workspace import Room

__all__ = ["Cells", "DataFile", "LoadedTable", "TypedTable", "as_one", "counted", "prose"]


@dataclass(frozen=True)
class DataFile:
    """A file whose path is safe, with what its bytes show and the cells of its first record, or the names of its columns: those of a Parquet
    file are in what was ``looked`` at.
    """

    resource: Resource
    file: Within
    name: str
    scan: Scan
    header: list[str] | Ragged
    looked: Looked | None = None

    @property
    def head(self) -> int | None:
        """The line of the header; Parquet has none."""
        return 1 if self.looked is None else None

    @property
    def weight(self) -> int:
        """The bytes of its cells as text, or about as many."""
        return self.scan.size if self.looked is None else self.looked.weight

    @property
    def columns(self) -> list[str]:
        """The names in the header; none where it can't be read."""
        return self.header if isinstance(self.header, list) else []

    @property
    def decodable(self) -> bool:
        """Whether the bytes are text, or Parquet, that a reader can be given."""
        s = self.scan
        if self.looked is not None:
            return self.looked.fault is None and bool(s.size) and not self.is_pointer
        unfit = s.not_utf8_on_line or s.nul_on_line or s.byte_order_mark or s.long_line or not s.size
        return not (unfit or self.is_pointer)

    @property
    def is_pointer(self) -> bool:
        """Whether it is what Git LFS left in place of the file."""
        return self.scan.first_bytes.startswith(POINTER)

    def size_in(self, unit: str) -> int | None:
        """Its size in bytes, fields or rows. ``None`` if fields or rows can't be separated."""
        if unit == "bytes":
            return self.scan.size
        if not self.columns:
            return None
        if unit == "fields":
            return len(self.columns)
        return count_records(self.file) if self.looked is None else self.looked.rows

    @property
    def readable(self) -> bool:
        """Whether rows can be separated, columns have different names, and those of Parquet have their types."""
        known = [c for c in self.columns if c]
        fit = self.looked is None or not self.looked.unfit
        return (
            self.decodable
            and fit
            and bool(known)
            and len({c.casefold() for c in self.columns}) == len(self.columns) == len(known)
        )


@dataclass(frozen=True)
class TypedTable:
    """A table of the package in DuckDB, typed in ``<name>``: ``count`` rows, and of the registry's fields those that are ``present``.
    ``file`` is what findings call the place where it is.
    """

    name: str
    file: str
    fields: tuple[Field, ...]
    present: frozenset[str]
    package: int
    count: int

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields if f.key)

    @property
    def unread(self) -> int:
        """How many rows have a cell that is filled and can't be read as its type."""
        return 0

    @property
    def rows(self) -> str:
        """SQL: the typed rows."""
        return f"(FROM {identifier(self.name)} WHERE _package = {self.package})"

    @property
    def groups(self) -> str:
        """SQL: how many rows are arms that include others; none of a table that isn't of arms."""
        return f"count({'includes' if self.name == 'arms' else 'NULL'})"

    @property
    def keys_again(self) -> str:
        """SQL: in how many rows the key may be that of another; a column that isn't there is empty."""
        # One hash a row is far cheaper to count than rows of texts.
        return f"count(*) - count(DISTINCT hash({', '.join(map(identifier, self.key))}))"


@dataclass(frozen=True)
class LoadedTable(TypedTable):
    """One that was read from a file: as text too, in ``text.<name>`` once that is asked for. ``beside`` is the Parquet file that holds it too."""

    text: TextTable
    beside: TextTable | None = None

    @property
    def unread(self) -> int:
        return self.text.unread

    @property
    def prose(self) -> list[Field]:
        """The file's columns that hold words as somebody chose them."""
        return [f for f in prose(self.fields) if f.name in self.present]

    def at(self, line: int) -> str:
        """Where a row is, in words."""
        return f"on line {line}" if self.text.form is Form.CSV else f"in row {line}"

    @property
    def whole(self) -> bool:
        """Whether every record of the file was read; after one that can't be separated from the next, none is."""
        return all(r.found is not None for r in self.text.ragged)


def prose(fields: Sequence[Field]) -> list[Field]:
    """Those that hold words as somebody chose them."""
    return [f for f in fields if f.kind == "text" and f.pattern is None]


def as_one(fields: Sequence[Field]) -> str:
    """SQL: the texts that a row has in some columns as one, a line each."""
    names = ", ".join(identifier(f.name) for f in fields)
    return f"concat_ws(chr(10), {names})" if len(fields) > 1 else names


_COUNTED: list[Callable[[LoadedTable], Iterable[str]]] = []


def counted(of: Callable[[LoadedTable], Iterable[str]]) -> Callable[[LoadedTable], Iterable[str]]:
    """Declare SQL aggregates that rules will ask for of a table whatever is in it."""
    _COUNTED.append(of)
    return of


@counted
def _beyond_ascii(table: LoadedTable) -> Iterator[str]:
    if words := [f for f in table.fields if f.kind in {"identifier", "text"}]:
        yield rf"count_if(NOT regexp_full_match({as_one(words)}, '[\t\n\r -~]*'))"


@counted
def _keys_again(table: LoadedTable) -> Iterator[str]:
    yield table.keys_again


@counted
def _groups(table: LoadedTable) -> Iterator[str]:
    yield table.groups


_ASKED: dict[str, tuple[str, Mapping[str, int]]] = {}


def _asked(table: LoadedTable) -> tuple[str, Mapping[str, int]]:
    """SQL: all that is :func:`counted` of a table, by package; and the place of each aggregate."""
    if table.name not in _ASKED:
        everything = replace(table, present=frozenset(f.name for f in table.fields))
        counts = list(dict.fromkeys(c for of in _COUNTED for c in of(everything)))
        sql = f"SELECT _package, {', '.join(counts)} FROM {identifier(table.name)} GROUP BY _package"
        _ASKED[table.name] = sql, {count: n for n, count in enumerate(counts)}
    return _ASKED[table.name]


@dataclass(frozen=True)
class Cells:
    """The cells of every file that could be read."""

    room: Room
    package: int
    tables: Mapping[str, LoadedTable]
    limit: int
    unread: frozenset[str] = frozenset()
    """Tables in the descriptor whose rows aren't all known."""
    counted: tuple[str, ...] = ()
    """The tables whose rows the rules look at, where that isn't all of them."""

    @property
    def rows(self) -> int:
        """The rows that are looked at."""
        return sum(t.text.rows for t in self.tables.values() if not self.counted or t.name in self.counted)

    def select(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query, by column."""
        rows = self.room.rows(sql)
        names = [d[0] for d in self.room.con.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def value(self, sql: str) -> Any:
        """The only cell of a query."""
        return self.row(sql)[0]

    def row(self, sql: str) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.room.rows(sql)
        return row

    def totals(self, table: LoadedTable, counts: Iterable[str]) -> list[int]:
        """How many of the rows of a table each SQL aggregate counts. What is :func:`counted` of every table is asked in the same pass, of
        all packages together.
        """
        wanted = list(counts)
        sql, at = _asked(table)
        if not at.keys() >= set(wanted):
            return list(self.row(f"SELECT {', '.join(wanted)} FROM {table.rows}"))
        found = self.shared(sql)
        return [found[0][at[count]] if found else 0 for count in wanted]

    def shared(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """The rows of a query over the tables of all packages that are about this one; its first column, ``_package``, is left out. It is
        asked once, and must be the same for every package.
        """
        return self.room.by_package(sql).get(self.package, ())

    def beyond_ascii(self, table: LoadedTable) -> bool:
        """Whether a name or a text of the table holds anything but ASCII's printable characters, tabs and line ends: patterns that only
        other characters match take longer to prepare than a small package to read.
        """
        return any(self.totals(table, _beyond_ascii(table)))

    def may_repeat(self, table: LoadedTable) -> bool:
        """Whether two rows of the table may have the same key: where it says no, none have."""
        return any(self.totals(table, [table.keys_again]))

    def has_groups(self, table: LoadedTable) -> bool:
        """Whether a row of the table is an arm that includes others."""
        return any(self.totals(table, [table.groups]))

    def texts(self, table: LoadedTable) -> str:
        """The SQL name of a table's cells as text, ragged rows among them."""
        return table.text.fill(self.room.con)

    def listed(
        self, table: LoadedTable, where: str, total: int, message: Any, column: str | None = None
    ) -> Iterator[Problem | Unlisted]:
        """The rows of a text table that aren't ragged and for which the SQL condition is true, as problems: as many as are listed, and of
        these each value of the column once before any of them twice.

        ``message`` makes the message from the row, a mapping of the file's columns to their text.
        """
        again = (
            f"row_number() OVER (PARTITION BY {identifier(column)} ORDER BY _line) > 1, " if column and total > self.limit else ""
        )
        broken = f"SELECT * FROM {self.texts(table)} WHERE NOT _ragged AND ({where}) ORDER BY {again}_line LIMIT {self.limit}"
        rows = self.select(f"SELECT * FROM ({broken}) ORDER BY _line")
        for row in rows:
            key = {name: shortened(row[name]) for name in table.key if row.get(name) is not None}
            yield Problem(message(row), file=table.file, line=row["_line"], column=column, key=key)
        if total > len(rows):
            yield Unlisted(total - len(rows))
