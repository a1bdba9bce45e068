"""What was worked out of the same rows by the same code before, so that a build after which nothing is different doesn't have to do so again.

It is kept in the user's cache folder and not beside the database: otherwise anybody who can put a file into a registry's folder could say what its
trials come to. Its name is a digest of every row, of the vocabularies and of this software with the libraries that it counts by.
The database without rows that a build begins with is kept there too, under a digest of the software alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from registry.form import make_database
from registry.ledger.kept import cache_folder
from registry.packages.atomic import draft_of
from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["begin", "keep", "named", "place_of", "put", "recalled", "usable"]

_FOLDER = "worked-out"
_BEGUN = "begun"
_MOST = 8
"""Files that are kept in a folder, the ones used last: a registry's branches and its drafts take turns."""

_LIBRARIES = ("duckdb", "numpy", "scipy", "polars", "pyarrow")


def named(con: duckdb.DuckDBPyConnection, apart: Iterable[str]) -> str:
    """The digest of what there is to work with: all rows of the database in use, but for those of the tables ``apart``, in their order; and
    of the software. The same digest, the same answers.
    """
    leave = set(apart)
    found = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    names = [f"{identifier(schema)}.{identifier(table)}" for schema, table in found if table not in leave]
    # In one statement: a small registry has few rows in dozens of tables.
    rows = con.execute(
        " UNION ALL ".join(
            f"SELECT {literal(name)}, sha256(coalesce(string_agg(sha256(to_json(_row)::VARCHAR), '' ORDER BY _row.rowid), '')) FROM {name} _row"
            for name in names
        )
        + " ORDER BY 1"
    ).fetchall()
    return _name_of(f"{name} {digest}" for name, digest in rows)


def recalled(con: duckdb.DuckDBPyConnection, name: str, tables: Iterable[str]) -> bool:
    """Fill the tables with what was kept by that name. False, and nothing is filled, where nothing is that can be read."""
    import duckdb

    place = usable(_place(_FOLDER, name))
    if place is None:
        return False
    try:
        con.execute(f"ATTACH {literal(str(place))} AS _kept (READ_ONLY, TYPE duckdb)")
    except duckdb.Error:
        return False
    try:
        con.execute("BEGIN")
        for table in tables:
            con.execute(f"INSERT INTO {identifier(table)} BY NAME FROM _kept.{identifier(table)}")
        con.execute("COMMIT")
    except duckdb.Error:
        con.execute("ROLLBACK")
        return False
    finally:
        con.execute("DETACH _kept")
    return True


def keep(con: duckdb.DuckDBPyConnection, name: str, tables: Iterable[str]) -> None:
    """Keep what the tables hold by that name."""

    def write(draft: Path) -> None:
        draft.unlink()
        con.execute(f"ATTACH {literal(str(draft))} AS _kept (TYPE duckdb)")
        try:
            for table in tables:
                con.execute(f"CREATE TABLE _kept.{identifier(table)} AS FROM {identifier(table)}")
        finally:
            con.execute("DETACH _kept")

    put(_place(_FOLDER, name), write)


def begin(file: Path) -> None:
    """Write the database without rows there, as :func:`registry.form.make_database` makes it, or, if this software made one before, as it was then: a
    thousand statements take a fifth of the time of a small registry's build.
    """
    place = place_of(_BEGUN)
    content = None
    if (kept := usable(place)) is not None:
        with contextlib.suppress(OSError, zlib.error):
            content = zlib.decompress(kept.read_bytes())
    if content is not None:
        file.write_bytes(content)
        return
    make_database(file)
    put(place, lambda draft: draft.write_bytes(zlib.compress(file.read_bytes(), 1)), most=2)


def place_of(folder: str, *words: str) -> Path | None:
    """Where this software keeps what goes by these words; None where there is no place for it."""
    return _place(folder, _name_of(words))


def usable(place: Path | None) -> Path | None:
    """The place, if a file is kept there, which is one of those used last from now on."""
    if place is None or place.is_symlink() or not place.is_file():
        return None
    with contextlib.suppress(OSError):
        os.utime(place)
    return place


def put(place: Path | None, write: Callable[[Path], object], *, most: int = _MOST) -> None:
    """Have a new file written that is kept there, where there is room for it: else it is worked out again."""
    import duckdb

    if place is None:
        return
    with contextlib.suppress(OSError, duckdb.Error):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)  # it is ours, and might be a link
        with draft_of(place) as draft:
            write(draft)
        for old in sorted(place.parent.glob("[!.]*"), key=lambda path: path.lstat().st_mtime_ns)[:-most]:
            old.unlink(missing_ok=True)


def _name_of(words: Iterable[str]) -> str:
    return hashlib.sha256("\n".join((_software(), *words)).encode("utf-8", "surrogatepass")).hexdigest()


def _place(folder: str, name: str) -> Path | None:
    cache = cache_folder()
    return None if cache is None else cache / folder / name


@cache
def _software() -> str:
    """What works it out: every file of this software, and the libraries by their versions."""
    told, home = hashlib.sha256(), Path(__file__).parents[1]
    for part in ("registry", "validation", "schemas"):
        for folder, below, files in os.walk(home / part):
            below[:] = sorted(name for name in below if name != "__pycache__")
            for file in sorted(files):
                path = Path(folder, file)
                told.update(f"{path.relative_to(home).as_posix()}\n".encode())
                told.update(hashlib.sha256(path.read_bytes()).digest())
    libraries = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"{told.hexdigest()} {libraries} {platform.python_version()} {platform.machine()}\n"
