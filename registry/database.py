"""Opening ``registry.duckdb`` so that neither its content nor a query on it reaches anything else.

The file may be a stranger's, and its views call whatever DuckDB has. So a connection has no files but the database and those of the
folders that it is given, no extension, secret, log or variable of Python's, and puts nothing on the disk; and its settings are locked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import RequestError

if TYPE_CHECKING:
    import duckdb

__all__ = ["does_more_than_read", "open_database", "reaches_out"]

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}

_MORE_THAN_READ = re.compile(
    r"(en|dis)able_(logging|profiling)|truncate_duckdb_logs|(arrow|pandas)_scan(_dumb)?|python_\w+|query|json_execute_\w+"
    r"|\w+_external_resource\w*|\w+_grammar_extension",
    re.IGNORECASE,
)


_HELD = re.compile(r"Conflicting lock is held in (.+ \(PID \d+\))|being used by another process")
"""DuckDB's words for a file that another process has open for writing, and, but on Windows, which process."""


def does_more_than_read(function: str) -> bool:
    """Whether a function of DuckDB's switches a log on, takes an address in memory, or runs a text that nobody has judged."""
    return _MORE_THAN_READ.fullmatch(function) is not None


def open_database(path: Path, *, files: Iterable[Path | str] = (), output: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the database, which is attached for reading as ``registry`` and in use; the caller closes it.

    ``files`` are folders whose files it may read, and ``output`` is one file that it may write. DuckDB doesn't distinguish reading from
    writing there: check queries from others too (:func:`registry.questions.question`).

    Raises ``RequestError`` if a folder isn't one, and ``OSError`` where the file can't be opened or isn't one that a build made.
    """
    import duckdb

    _named_in_utf8(path)
    folders = [_folder(folder) for folder in files]
    con = duckdb.connect(config=_CONFIG)
    try:
        con.execute(f"ATTACH {_literal(path.absolute())} AS registry (READ_ONLY, TYPE duckdb)")
        _check(con, path)
        con.execute("USE registry")
        if folders:
            con.execute(f"SET allowed_directories = [{', '.join(map(_literal, folders))}]")
        if output is not None:
            con.execute(f"SET allowed_paths = [{_literal(output.absolute())}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        con.close()
        why = str(error).splitlines()[0]
        if held := _HELD.search(why):
            by = f" ({held[1]})" if held[1] else ""
            raise OSError(f"{path} is open for writing in another process{by}; close it there, and try again") from error
        raise OSError(f"{path} can't be opened as a database ({why}); run `outcomes build` again") from error
    except OSError:
        con.close()
        raise
    return con


def reaches_out(error: BaseException) -> bool:
    """Whether the error is DuckDB's word for a file that a connection may not have."""
    return type(error).__name__ == "PermissionException"


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _version() -> tuple[int, ...]:
    import duckdb

    return tuple(int(part) for part in re.findall(r"\d+", duckdb.__version__)[:2])


def _check(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Before 2.0 a locked connection's log can still be switched on, and a function without an argument ends the process."""
    if _version() >= (2, 0):
        return
    held = con.execute(
        "SELECT view_name, sql FROM system.main.duckdb_views() WHERE NOT internal "
        "UNION ALL SELECT function_name, macro_definition FROM system.main.duckdb_functions() WHERE NOT internal"
    ).fetchall()
    for name, statement in held:
        for called in re.findall(r'(\w+)"?\s*\(', statement or ""):
            if does_more_than_read(called):
                raise OSError(f"{path} wasn't made by a build: `{name}` calls `{called}`; run `outcomes build` again")


def _named_in_utf8(path: Path) -> None:
    """``OSError`` where the path holds bytes that aren't UTF-8, or that Python doesn't read so in this locale: DuckDB takes no such name."""
    try:
        os.fspath(path.absolute()).encode()
    except UnicodeEncodeError as error:
        raise OSError(
            f"DuckDB opens files by names in UTF-8, which this isn't in this locale: {path.absolute()}; "
            "set PYTHONUTF8=1 or LC_ALL=C.UTF-8, or rename the folder"
        ) from error


def _folder(folder: Path | str) -> Path:
    found = Path(folder).resolve()
    if not found.is_dir():
        raise RequestError(f"{folder} is not a folder; give a folder whose files the query may read")
    if _version() < (1, 5):
        for within, folders, files in os.walk(found):
            for name in (*folders, *files):
                link = Path(within, name)
                if link.is_symlink() and not link.resolve().is_relative_to(found):
                    raise RequestError(
                        f"{link} leads out of {folder}, and DuckDB before 1.5 would follow it; remove the link, or install DuckDB 1.5"
                    )
    return found
