"""What the rules of the first gate are given: the folder, the descriptor, a resource, a file, the cells, the waivers."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.grammar import PRINTED_AT_FIRST
from schemas.sql import identifier
from validation.bounds import DEEPEST, LARGEST, Excess, within_bounds
from validation.files import Scan, fault_of_path, resolve
from validation.hints import kind_of, shortened, shown
from validation.opening import POINTER, Within, opened
from validation.parquet import Looked
from validation.reading import Form, Ragged, TextTable, count_records
from validation.rule import Problem, Unlisted

if TYPE_CHECKING:
    from schemas.table import Field
    from validation.workspace import Room

__all__ = [
    "DESCRIPTOR",
    "Cells",
    "DataFile",
    "Descriptor",
    "Folder",
    "LoadedTable",
    "Resource",
    "TypedTable",
    "as_one",
    "counted",
    "prose",
]

DESCRIPTOR = "datapackage.json"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Folder:
    """A folder that should hold a package. ``fault`` says why its descriptor can't be read, if it can't."""

    path: Path

    @cached_property
    def raw(self) -> bytes | None:
        """The bytes of the descriptor; ``None`` where there is no such regular file or it is too large to be one."""
        try:
            with opened(self.path, DESCRIPTOR) as file:
                content = file.read(LARGEST + 1)
        except OSError:
            return None
        return content if len(content) <= LARGEST else None

    @cached_property
    def fault(self) -> str | None:
        return self._parsed[1]

    @property
    def data(self) -> dict[str, Any]:
        """The descriptor as an object; empty where there is a ``fault``."""
        return self._parsed[0]

    @cached_property
    def descriptor(self) -> Descriptor:
        """As much of the descriptor as it may hold."""
        return Descriptor(self.path, *within_bounds(self.data))

    @cached_property
    def _parsed(self) -> tuple[dict[str, Any], str | None]:  # noqa: PLR0911  a list of faults, each in a line
        if self.raw is None:
            return {}, self._why_no_bytes()
        try:
            data = json.loads(
                self.raw.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite
            )
        except UnicodeDecodeError as error:
            return {}, f"it is not UTF-8 (byte {error.start + 1})"
        except json.JSONDecodeError as error:
            return {}, f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        except RecursionError:
            return {}, "it is nested too deeply"
        except _RefusedError as error:
            return {}, str(error)
        except ValueError as error:  # a number with more digits than Python turns into an integer
            return {}, f"it is not JSON that can be read: {error}"
        fault = _fault_of_json(data, escaped=b"\\u" in self.raw)
        return (data, None) if fault is None else ({}, fault)

    def _why_no_bytes(self) -> str:
        try:
            status = os.lstat(self.path / DESCRIPTOR)
        except OSError:
            return "there is none in the folder"
        if not stat.S_ISREG(status.st_mode):
            return "it is not a regular file"
        if status.st_size > LARGEST:
            return f"it has {status.st_size:,} bytes; a descriptor may have at most {LARGEST:,}"
        return "the file can't be opened"


class _RefusedError(ValueError):
    """JSON by the letter of Python's reader that other readers refuse, or understand differently."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, of which no member is given twice: which of the two counts, every reader decides for itself."""
    data = dict(pairs)
    if len(data) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        raise _RefusedError(f"it has the member {shown(twice)} twice in one object; keep only one")
    return data


def _no_number(word: str) -> float:
    raise _RefusedError(f"it contains {word}, which isn't a number in JSON")


def _finite(digits: str) -> float:
    """A number with a point or an exponent. One that is too large is infinite to Python, and to other readers an error."""
    number = float(digits)
    if math.isinf(number):
        raise _RefusedError(f"it contains {shortened(digits)}, which is too large a number")
    return number


def _fault_of_json(data: object, *, escaped: bool) -> str | None:
    """What is wrong with JSON that could be read: not an object, deeper than anything here looks, or half a character, which only one that
    is ``escaped`` can be.
    """
    if not isinstance(data, dict):
        return f"it is {kind_of(data)}; a descriptor must be an object"
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        level = [v for part in level for v in (part.values() if isinstance(part, dict) else part) if isinstance(v, dict | list)]
        if not level:
            break
    if level:
        return f"it is nested too deeply: more than {DEEPEST} levels"
    try:
        if escaped:
            json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return f"it contains {error.object[error.start]!a}, which is half of a character"
    return None


@dataclass(frozen=True)
class Descriptor:
    """A descriptor that is a JSON object, with the folder it is in. ``excess`` are the lists of which ``data`` holds as many entries
    as they may have, and not all.
    """

    folder: Path
    data: Mapping[str, Any]
    excess: Sequence[Excess] = ()

    @property
    def version(self) -> str | None:
        version = self.data.get("version")
        return version if isinstance(version, str) else None

    @cached_property
    def resources(self) -> list[Resource]:
        """The resources that are objects; the profile says that all must be."""
        listed = self.data.get("resources")
        found = listed if isinstance(listed, list) else []
        return [Resource(self.folder, i, r) for i, r in enumerate(found) if isinstance(r, dict)]

    @cached_property
    def files(self) -> list[Resource]:
        """The resources, each followed by the Parquet file that it has beside its own."""
        return [one for resource in self.resources for one in (resource, resource.beside) if one is not None]

    def line_of(self, word: str) -> int | None:
        """The first line of the descriptor's text that holds the word, if it is there unchanged."""
        return next((n for n, line in enumerate(self._lines, 1) if word in line), None)

    @cached_property
    def _lines(self) -> list[str]:
        return (Folder(self.folder).raw or b"").decode("utf-8", "replace").split("\n")


@dataclass(frozen=True)
class Resource:
    """A resource as the descriptor gives it, or the Parquet file in its member ``parquet``, which has the same table ``as_well``. ``file`` is set
    once the text of its path and what that leads to are harmless.
    """

    folder: Path
    index: int
    data: Mapping[str, Any]
    as_well: bool = False

    @property
    def name(self) -> str:
        name = self.data.get("name")
        return name if isinstance(name, str) else f"resource {self.index + 1}"

    @property
    def stated_path(self) -> object:
        """The path as written; a list of one path is that path, since Data Package allows both."""
        path = self.data.get("path")
        return path[0] if isinstance(path, list) and len(path) == 1 else path

    @property
    def form(self) -> Form:
        """The form of its file: as stated, or else by its ending."""
        stated, path = self.data.get("format"), self.stated_path
        ends = isinstance(path, str) and path.casefold().endswith(".parquet")
        return Form.PARQUET if self.as_well or stated == "parquet" or (stated is None and ends) else Form.CSV

    @cached_property
    def beside(self) -> Resource | None:
        """The Parquet file that holds the same table, where the resource names one in its member ``parquet``."""
        said = self.data.get("parquet")
        return Resource(self.folder, self.index, {**said, "name": self.name}, as_well=True) if isinstance(said, dict) else None

    def stated(self, *members: str) -> dict[str, object]:
        """What is said under these names: of the resource itself, and in ``stats``, where older tools keep it and still look."""
        stats = self.data.get("stats")
        parts = {"": self.data, "stats.": stats if isinstance(stats, dict) else {}}
        return {at + m: part[m] for at, part in parts.items() for m in members if part.get(m) is not None}

    @property
    def hashes(self) -> dict[str, object]:
        """The stated hashes by member, each as ``algorithm:digest``; one without an algorithm is MD5."""
        named_for = self.stated("sha256", "md5").items()
        return self.stated("hash") | {member: f"{member.removeprefix('stats.')}:{digest}" for member, digest in named_for}

    @cached_property
    def path_fault(self) -> str | None:
        """Why the path is not safe to follow."""
        fault = fault_of_path(self.stated_path)
        if fault is None and not self._resolved[2]:
            fault = self._resolved[1]
        return fault

    @property
    def absent(self) -> str | None:
        """Set when the path is harmless and there is nothing at it that can be read."""
        return self._resolved[1] if self.path_fault is None and self._resolved[2] else None

    @cached_property
    def _resolved(self) -> tuple[Within | None, str | None, bool]:
        return resolve(self.folder, str(self.stated_path))

    @property
    def file(self) -> Within | None:
        return self._resolved[0] if self.path_fault is None else None

    @cached_property
    def fields(self) -> tuple[Field, ...] | None:
        """The registry's fields of the table of that name, with the form of printed numbers that the schema states, if that is the first
        one; ``None`` where the registry has no such table.
        """
        from schemas.tables import TABLES

        if self.name not in TABLES:
            return None
        fields = TABLES[self.name].fields()
        first = {f.name for f in fields if f.kind == "verbatim" and _pattern_of(self.data, f.name) == PRINTED_AT_FIRST}
        return tuple(replace(f, pattern=PRINTED_AT_FIRST) if f.name in first else f for f in fields)


def _pattern_of(resource: Mapping[str, Any], name: str) -> object:
    """The form of a field's cells by the resource's schema."""
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict) and field.get("name") == name and isinstance(field.get("constraints"), dict):
            return field["constraints"].get("pattern")
    return None


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
    def rows(self) -> str:
        """SQL: the typed rows."""
        return f"(FROM {identifier(self.name)} WHERE _package = {self.package})"

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
