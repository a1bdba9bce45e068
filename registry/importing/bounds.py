"""What an import may take of the machine. A stranger's file or expression can ask for any amount of memory and time.

Three bounds, each for what those before it let through: a file's stated size is checked before it is read; DuckDB
holds its tables to its own limit and puts what is over it on disk; and the process that does the work has a limit on its
memory that no library can pass over, while another waits for it no longer than its time.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from validation.interruption import NO_THREAD

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "LONGEST_LINE",
    "MOST_BYTES",
    "MOST_CELLS",
    "MOST_CELLS_OF_SHEET",
    "MOST_COLUMNS",
    "Limits",
    "connect",
    "hold",
    "is_of_machine",
    "says_full",
]

MOST_BYTES = 1_000_000_000
"""Of a file, and of what it unpacks to."""

MOST_CELLS = 20_000_000
"""Rows times columns, of a Parquet file, in which few bytes can stand for many cells."""

MOST_CELLS_OF_SHEET = 5_000_000
"""The same for a workbook's sheet, which is read into memory as a whole."""

MOST_COLUMNS = 2_000
LONGEST_LINE = 1_000_000
"""Bytes of a line of a text file. A reader keeps buffers of the size of a line."""

_FULL = (
    "memory allocation of",
    "bad_alloc",
    "bad allocation",
    "allocation failure",
    "out of memory",
    "cannot allocate memory",
    "memoryerror",
    NO_THREAD,
)
"""How Rust, C++, DuckDB, Arrow, the system and Python say it."""

_THREADS = 4
"""Each thread takes its own memory, and a machine may have any number of them."""


@dataclass(frozen=True)
class Limits:
    """Bytes of memory; seconds for the reading of an input or the rows of a block; and seconds for all of the import."""

    memory: int = 1_200_000_000
    seconds: float = 120
    whole: float = 600

    @property
    def environment(self) -> dict[str, str]:
        """Settings for the libraries: the number of threads; to release unused memory, because it
        would count; and one time zone, wherever the import runs.
        """
        threads = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS")
        allocators = ("_RJEM_MALLOC_CONF", "DUCKDB_JE_MALLOC_CONF")  # of polars, and of DuckDB
        return {
            **dict.fromkeys(threads, str(_THREADS)),
            **dict.fromkeys(allocators, "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0"),
            "MALLOC_ARENA_MAX": "2",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            "TZ": "UTC",
        }


def hold(limits: Limits) -> None:
    """Hold this process to the limits, for the rest of its life.

    Linux holds ``RLIMIT_DATA`` for every kind of memory. Other systems hold ``RLIMIT_AS``, or neither; it counts what is only
    reserved too, so it is wider. Windows has no such limits: there DuckDB's own and the time remain.
    """
    try:
        import resource
    except ImportError:
        return
    cpu = int(limits.whole * _THREADS) + 1  # for a process whose parent has gone without ending it
    bounds = {
        "RLIMIT_DATA": limits.memory,
        "RLIMIT_AS": limits.memory + 4 * MOST_BYTES,
        "RLIMIT_CPU": cpu,
        "RLIMIT_FSIZE": 4 * MOST_BYTES,
        "RLIMIT_CORE": 0,
    }
    for which, most in bounds.items():
        kind = getattr(resource, which, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            with contextlib.suppress(OSError, ValueError):  # a system may know the name and not the limit
                resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def says_full(said: str) -> bool:
    """Whether a library's words, of whichever kind its error is, say that there is no more memory."""
    return any(words in said.casefold() for words in _FULL)


def is_of_machine(error: Exception) -> bool:
    """Whether what a library says about a file is the machine's fault, such as a full disk, and not the file's."""
    import duckdb

    return isinstance(error, duckdb.IOException) or says_full(str(error))


@contextmanager
def connect(limits: Limits, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory, which puts into the folder ``scratch`` what is over half of the limit."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory // 2} bytes",
        "threads": min(os.cpu_count() or 1, _THREADS),
        "temp_directory": str(scratch),
        "max_temp_directory_size": f"{2 * MOST_BYTES} bytes",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("SET enable_progress_bar = false")  # what it writes there would be taken for its last words
        yield connection
