"""The DuckDB in which a package is looked at.

To start one takes as long as reading a small package, and so does planning what is asked of it. So one that has done its work waits for the next
small package, is emptied when that comes, and keeps the plans of what was asked twice.
"""

from __future__ import annotations

import atexit
import datetime
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.proposing import PROPOSABLE, rows_sql
from schemas.sql import identifier, literal
from schemas.tables import TABLES
from schemas.vocabulary import fill, make_types, type_of

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from schemas.table import Field

__all__ = ["LOOKED_UP", "Room", "frame_of", "workspace"]

LOOKED_UP = ("instruments", "definitions", "populations", "treatments", "effect_measures")
"""The vocabularies whose tables the views join."""

_IN_MEMORY = 256 << 20
"""Bytes of data up to which a package is held in memory; above, DuckDB keeps it in a file, and :data:`_MEMORY` at most."""

_MEMORY = "256MB"
_MOST_THREADS = 4
"""Every thread of DuckDB keeps its own memory: more threads than these would run out of it."""

_BY_ONE_THREAD = 4 << 20
"""Bytes of data up to which distributing the work costs more than doing it."""

_SMALL = 512 << 10
"""Bytes of data up to which finding the best query plan costs more than using any plan: those packages use the plans of others."""

_MOST_PLANS = 1_000

_MOST_USES = 60
"""A room's tables keep traces of the rows that were removed, and after some hundred packages a fresh one is sooner done."""

_TABLES = {name: table.fields() for name, table in TABLES.items()}

_Proposed = frozenset[tuple[str, ...]]

_WAITING: dict[int, dict[_Proposed, list[Room]]] = {}
"""Those for small packages, with the last of them still in it, by process, since one that was forked can't use its parent's, and by the terms that are proposed."""

_MOST_APART = 3
"""Proposed terms for which rooms wait, the ones used last."""


class Room:
    """A connection to a DuckDB with the vocabularies, the day, tables of these names and fields, and room for their texts in ``text``;
    ``small`` says that it is for little data. It may hold several packages, each with a number of its own, the ``_package`` of its rows.
    One for a package that has ``proposed`` terms, by vocabulary, is for the package alone.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        where: str,
        tables: Mapping[str, Sequence[Field]],
        *,
        small: bool,
        proposed: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.con, self.tables, self.small, self.proposed = con, tables, small, proposed or {}
        self._adopted: dict[str, int] = {}
        self._asked: dict[str, str | None] = {}
        self._schemas: dict[str, pl.Schema | None] = {}
        self._numbers = count()
        self.uses = 0
        self._shared: dict[str, dict[int, list[tuple[Any, ...]]]] = {}
        # The texts are looked at once: they aren't worth compressing into a file.
        con.execute(f"ATTACH {literal(where)} AS checked; ATTACH ':memory:' AS text")
        con.execute("SET search_path = 'checked.main,memory.vocabulary,memory.term'")
        if small:
            con.execute("PRAGMA disable_optimizer")
        con.execute("CREATE TABLE run (today DATE)")
        con.execute("CREATE TABLE text.cells (_package BIGINT, name VARCHAR, _line BIGINT, _ragged BOOLEAN, cells VARCHAR[])")
        for name, fields in tables.items():
            _make_table(con, name, fields)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement. What a small package is asked the second time is planned once and for all."""
        return self._run(sql).fetchall()

    def by_package(self, sql: str) -> Mapping[int, Sequence[tuple[Any, ...]]]:
        """The rows of a query, of which the first column is ``_package``, by that; it is asked once of all packages together."""
        if sql not in self._shared:
            found: dict[int, list[tuple[Any, ...]]] = {}
            for package, *row in self.rows(sql):
                found.setdefault(package, []).append(tuple(row))
            self._shared[sql] = found
        return self._shared[sql]

    def frame(self, sql: str) -> pl.DataFrame:
        """The rows of a query as a polars frame."""
        import polars as pl

        if not self.small:
            return frame_of(self.con, sql)
        # Few rows are sooner in Python than an Arrow stream is begun.
        result = self._run(sql)
        if sql not in self._schemas:
            held = [(name, _type_of(str(kind))) for name, kind, *_ in result.description or ()]
            self._schemas[sql] = pl.Schema([(n, t) for n, t in held if t is not None]) if all(t for _, t in held) else None
        rows, schema = result.fetchall(), self._schemas[sql]
        return frame_of(self.con, sql) if schema is None else pl.DataFrame(rows, schema=schema, orient="row")

    def add_texts(self, texts: Iterable[tuple[int, str, int, bool, list[str | None]]]) -> None:
        """Add rows to ``text.cells``: of which package and table, on which line, whether ragged, the table's cells."""
        import polars as pl

        *about, cells = zip(*texts, strict=True)
        # One column of all the cells is sooner made than a list for each row.
        width = max(map(len, cells))
        flat = pl.Series("cells", [c for row in cells for c in (*row, *(None,) * (width - len(row)))], pl.String)
        frame = pl.DataFrame(dict(zip(("_package", "name", "_line", "_ragged"), about, strict=True)))
        self.con.register("_rows", _Stream(frame.with_columns(flat.reshape((len(cells), width)).arr.to_list())))
        self.con.execute("INSERT INTO text.cells FROM _rows")
        self.con.unregister("_rows")

    def propose(self) -> None:
        """Add the terms of the table ``terms`` to the vocabularies that are looked up, as far as the room was made for them."""
        for name in self.proposed.keys() & set(PROPOSABLE):
            ((self._adopted[name],),) = self.rows(f"SELECT count(*) FROM vocabulary.{name}")
            self.con.execute(
                f"INSERT INTO vocabulary.{name} BY NAME {rows_sql(name, f'TRY_CAST(id AS {type_of(name)}) IS NOT NULL')}"
            )

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        name = self._asked.get(sql)
        if name is None and self.small and len(self._asked) < _MOST_PLANS:
            if sql in self._asked:
                name = self._asked[sql] = f"plan_{next(self._numbers)}"
                self.con.execute(f"PREPARE {name} AS {sql}")
            else:
                self._asked[sql] = None
        return self.con.execute(sql if name is None else f"EXECUTE {name}")

    def forget_texts(self) -> None:
        """Let go of the texts, which nothing is asked of any more."""
        if not self.small:
            self.con.execute("DETACH text")

    def empty(self) -> bool:
        """Remove what belongs to a package. False where something is left that nobody knows here."""
        own = {("checked", "run"), ("text", "cells"), *(("checked", name) for name in self.tables)}
        # In `memory` are the vocabularies.
        if own != set(self.rows("SELECT database_name, table_name FROM duckdb_tables() WHERE database_name <> 'memory'")):
            return False
        self._shared.clear()
        for name, adopted in self._adopted.items():
            self.rows(f"DELETE FROM vocabulary.{name} WHERE rowid >= {adopted}")
        for name in ("run", "text.cells", *map(identifier, self.tables)):
            self.rows(f"DELETE FROM {name}")
        return True


@dataclass(frozen=True)
class _Stream:
    """What has an Arrow stream and nothing else. Of a frame or a relation, DuckDB and polars know more, and would import pyarrow for it,
    which takes as long as a small package.
    """

    rows: Any

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__()


def frame_of(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The result of a query as a polars frame, through Arrow."""
    import polars as pl

    return pl.DataFrame(_Stream(con.sql(query)))


def _type_of(kind: str) -> pl.DataType | None:
    """The type in polars of a column's type in DuckDB; None where that is seldom."""
    import polars as pl

    if kind.endswith("[]"):
        inner = _type_of(kind.removesuffix("[]"))
        return None if inner is None else pl.List(inner)
    types = {"BIGINT": pl.Int64, "DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "DATE": pl.Date, '"NULL"': pl.Null}
    known = pl.String if kind.startswith(("VARCHAR", "ENUM")) else types.get(kind)
    return None if known is None else known()


def _make_table(con: duckdb.DuckDBPyConnection, table: str, fields: Sequence[Field]) -> None:
    """Make ``<table>``, as if from a file without rows, and ``text.<table>``, where its cells are as text.

    A row has the number of its ``_package`` and its ``_line``. A typed one has every field in its type, and whether a cell is filled
    and ``_unread``.
    """
    columns = ", ".join(
        f"{identifier(f.name)} {f.duckdb_type if f.vocabulary is None else type_of(f.vocabulary)}" for f in fields
    )
    cells = ", ".join(f"cells[{i}] AS {identifier(f.name)}" for i, f in enumerate(fields, 1))
    con.execute(
        f"CREATE TABLE {identifier(table)} (_package BIGINT, _line BIGINT, {columns}, _unread BOOLEAN); "
        f"CREATE VIEW text.{identifier(table)} AS SELECT _package, _line, _ragged, {cells} FROM text.cells WHERE name = {literal(table)}"
    )


@atexit.register
def _leave() -> None:
    """Close what waits: an interpreter on its way out complains about whatever is still open."""
    for rooms in _WAITING.pop(os.getpid(), {}).values():
        for room in rooms:
            room.con.close()


@contextmanager
def workspace(size: int, today: datetime.date, proposed: Mapping[str, Collection[str]] | None = None) -> Iterator[Room]:
    """A room for packages of so many bytes: in memory, or where that is much in a file that goes away with it. Nothing is fetched:
    extensions are neither installed nor loaded. Where there are ``proposed`` terms, by vocabulary, the room is for the package alone
    that proposes them.
    """
    with _room(size, proposed or {}) as room:
        room.con.execute("INSERT INTO run VALUES (?)", [today])
        yield room


@contextmanager
def _room(size: int, proposed: Mapping[str, Collection[str]]) -> Iterator[Room]:
    if size > _IN_MEMORY:
        threads = min(os.cpu_count() or 1, _MOST_THREADS)
        with (
            tempfile.TemporaryDirectory(prefix="outcomes-") as scratch,
            closing(_started(proposed, memory_limit=_MEMORY, temp_directory=scratch, threads=threads)) as duck,
        ):
            # The file goes away with it: what isn't in it yet when it is closed isn't worth writing.
            duck.execute("PRAGMA disable_checkpoint_on_shutdown")
            yield Room(duck, str(Path(scratch, "package.duckdb")), _TABLES, small=False, proposed=proposed)
    elif size > _SMALL:
        with closing(_started(proposed, **({"threads": 1} if size < _BY_ONE_THREAD else {}))) as duck:
            yield Room(duck, ":memory:", _TABLES, small=False, proposed=proposed)
    else:
        key = frozenset((name, *sorted(terms)) for name, terms in proposed.items())
        room = _taken(key) or Room(_started(proposed, threads=1), ":memory:", _TABLES, small=True, proposed=proposed)
        # After an error nobody knows what is left in it.
        with _closed_after_an_error(room):
            yield room
        room.uses += 1
        if room.uses < _MOST_USES:
            _leave_waiting(key, room)
        else:
            room.con.close()


@contextmanager
def _closed_after_an_error(room: Room) -> Iterator[None]:
    try:
        yield
    except BaseException:
        room.con.close()
        raise


def _taken(key: _Proposed) -> Room | None:
    """A room that waited, emptied."""
    while (room := _waited(key)) is not None:
        with _closed_after_an_error(room):
            if room.empty():
                return room
        room.con.close()
    return None


def _waited(key: _Proposed) -> Room | None:
    """A room that waited. One of several threads gets it: what changes lists of those that wait does it in one step."""
    try:
        return _WAITING[os.getpid()][key].pop()
    except LookupError:
        return None


def _leave_waiting(key: _Proposed, room: Room) -> None:
    """Let the room wait for who comes next, and of those for proposed terms let go of the ones used longest ago."""
    waiting = _WAITING.setdefault(os.getpid(), {})
    rooms = waiting.pop(key, [])
    rooms.append(room)
    waiting[key] = rooms
    for old in [proposed for proposed in list(waiting) if proposed][:-_MOST_APART]:
        while (left := _waited(old)) is not None:
            left.con.close()
        waiting.pop(old, None)


def _started(proposed: Mapping[str, Collection[str]], **settings: str | bool | int) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the vocabularies, and room for proposed terms among theirs."""
    import duckdb

    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    con = duckdb.connect(":memory:", config={**offline, **settings})
    make_types(con, proposed)
    con.execute("CREATE SCHEMA vocabulary")
    fill(con, LOOKED_UP, bare=True)
    return con
