"""The DuckDB in which a package is looked at.

To start one takes as long as reading a small package, so one that has done its work waits for the next small package. What belongs to
a package lies in databases of its own, and goes away with them.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from schemas.sql import literal
from schemas.vocabulary import fill, make_types

if TYPE_CHECKING:
    import duckdb

__all__ = ["LOOKED_UP", "workspace"]

LOOKED_UP = ("instruments", "definitions", "populations", "treatments", "effect_measures")
"""The vocabularies whose tables the views join."""

_IN_MEMORY = 256 << 20
"""Bytes of data up to which a package is held in memory; above, DuckDB keeps it in a file, and :data:`_MEMORY` at most."""

_MEMORY = "256MB"
_MOST_THREADS = 4
"""Every thread of DuckDB keeps its own memory: more threads than these would run out of it."""

_BY_ONE_THREAD = 4 << 20
"""Bytes of data up to which distributing the work costs more than doing it."""

_UNPLANNED = 512 << 10
"""Bytes of data up to which finding the best query plan costs more than using any plan."""

_WAITING: dict[int, list[duckdb.DuckDBPyConnection]] = {}
"""Those of one thread, with nothing in them, by process: one that was forked can't use its parent's."""


@contextmanager
def workspace(size: int, today: datetime.date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a DuckDB with the vocabularies, the day, and room for a package of so many bytes: in memory, or where that is
    much in a file that goes away with it. Texts have a database of their own, ``text``. Nothing is fetched: extensions are neither
    installed nor loaded.
    """
    if size > _IN_MEMORY:
        threads = min(os.cpu_count() or 1, _MOST_THREADS)
        with (
            tempfile.TemporaryDirectory(prefix="outcomes-") as scratch,
            closing(_started(memory_limit=_MEMORY, temp_directory=scratch, threads=threads)) as duck,
        ):
            yield from _room(duck, os.path.join(scratch, "package.duckdb"), size, today)  # noqa: PTH118  DuckDB takes a text
    elif size >= _BY_ONE_THREAD:
        with closing(_started()) as duck:
            yield from _room(duck, ":memory:", size, today)
    else:
        waiting = _WAITING.setdefault(os.getpid(), [])
        duck = waiting.pop() if waiting else _started(threads=1)
        try:
            yield from _room(duck, ":memory:", size, today)
        except BaseException:
            duck.close()  # nobody knows what is left in it
            raise
        waiting.append(duck)


def _started(**settings: str | bool | int) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the vocabularies."""
    import duckdb

    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    con = duckdb.connect(":memory:", config={**offline, **settings})
    make_types(con)
    con.execute("CREATE SCHEMA vocabulary")
    fill(con, LOOKED_UP, bare=True)
    return con


def _room(duck: duckdb.DuckDBPyConnection, where: str, size: int, today: datetime.date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose tables lie in a database of its own."""
    with duck.cursor() as con:
        # The texts are looked at once: they aren't worth compressing into the file.
        con.execute(f"ATTACH {literal(where)} AS checked; ATTACH ':memory:' AS text")
        con.execute("SET search_path = 'checked.main,memory.vocabulary,memory.term'")
        if size < _UNPLANNED:
            con.execute("PRAGMA disable_optimizer")
        con.execute("CREATE TABLE run AS SELECT ?::DATE AS today", [today])
        yield con
        con.execute("USE memory; DETACH checked; DETACH DATABASE IF EXISTS text")
