"""What an import may take of the machine: a mapping's expression can ask for any amount of memory and time.

DuckDB holds its tables to the limit, and puts what is over it into a folder that goes away with the import. A
single call of a function isn't held to either bound: it is stopped as soon as it returns.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.importing.problems import OutOfReachError

if TYPE_CHECKING:
    import duckdb

__all__ = ["MOST_SECONDS", "OverTimeError", "connect", "time_limit"]

MOST_MEMORY = "1GB"
MOST_SECONDS = 120
"""For the rows of a block. A million take seconds; an expression that grows without end is stopped."""


class OverTimeError(Exception):
    """What was to be done within a time limit wasn't."""


@contextmanager
def connect() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory, with a bound on it. Raises ``OutOfReachError`` where it would go over the bound, or the
    disk is full.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MOST_MEMORY, "temp_directory": scratch}
        with duckdb.connect(config=config) as connection:
            try:
                yield connection
            except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
                why = str(error).partition("\n")[0]
                raise OutOfReachError(
                    f"the import needs more memory ({MOST_MEMORY}) or disk ({scratch}) than it has: {why}"
                ) from error


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Raises ``OverTimeError`` where the queries run within take longer than that."""
    import duckdb

    done, over = threading.Event(), threading.Event()

    def watch() -> None:
        done.wait(seconds)
        while not done.is_set():  # again and again: an interruption between two queries stops none
            over.set()
            connection.interrupt()
            done.wait(0.1)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if over.is_set():
            raise OverTimeError from error
        raise
    finally:
        done.set()
        watcher.join()
