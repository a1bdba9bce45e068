"""Writing a data package: tables of text and metadata become a folder, completely or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from registry.errors import OutcomesError
from registry.packages.descriptor import as_bytes, as_parquet
from registry.packages.finding import DATAPACKAGES, DESCRIPTOR, read_entry
from registry.packages.opening import kind_of
from registry.packages.room import Writing
from schemas.rendering import table_schema
from schemas.tables import TABLES
from validation.profile import TABULAR

if TYPE_CHECKING:
    import polars as pl

__all__ = ["OccupiedError", "as_csv", "write_csv", "write_package"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_ROWS_AT_ONCE = 100_000


class OccupiedError(OutcomesError, OSError):
    """The place has another name than the package, or something other than an earlier state of it, so nothing is written there."""


def write_package(
    to: Path,
    tables: Mapping[str, pl.DataFrame | bytes],
    metadata: Mapping[str, Any],
    *,
    beside: Mapping[str, bytes] | None = None,
    sealed: bool = True,
) -> None:
    """Write the tables and a descriptor with the metadata into the folder ``to``, the same bytes for the same
    content.

    A frame holds text in the columns of its table's model; an empty one becomes a file with a header. Bytes are what
    :func:`as_csv` made of one.
    ``metadata`` is what the descriptor says besides the resources; it must have a ``name``. ``beside`` are
    further files by name. A package that is ``sealed`` has each file's hash and size in its descriptor; one
    that is to be filled in by hand isn't. Tables that the folder's package had and hasn't any more are
    removed; every other file is left alone.

    Everything is written to a folder next to ``to`` first and then moved in; where a move fails, the moves
    before it are undone. Raises ``OSError`` where the folder can't be written, and its
    ``OccupiedError`` where the folder has another name than the package, or something else in it.
    """
    old = _present(to, str(metadata["name"]))
    if to.resolve().name != metadata["name"]:
        what = f"the package's name is `{metadata['name']}`, and its folder must have the same"
        raise OccupiedError(f"{to}: {what}; choose another folder, or change the name")
    texts = {f"data/{name}.csv": rows if isinstance(rows, bytes) else as_csv(name, rows) for name, rows in tables.items()}
    descriptor = {
        "$schema": PROFILE,
        **metadata,
        "resources": [_resource(t, texts[f"data/{t}.csv"], sealed=sealed) for t in tables],
    }
    files = {
        **texts,
        **(beside or {}),
        DESCRIPTOR: as_bytes(descriptor),
    }
    for path in (to / name for name in [*files, *sorted(old)]):
        if os.path.lexists(path) and (kind := kind_of(path.lstat())) != "a file":
            raise OccupiedError(f"{path}: this is {kind}, not a file that can be replaced; move it away first")
    to.parent.mkdir(parents=True, exist_ok=True)
    with Writing(to, to.with_name(f".{to.name}.")), tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as staging:
        new = Path(staging) / "new"
        for name, content in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
        if not to.exists():
            new.rename(to)
            return
        with _undone_on_error(to, Path(staging) / "old") as move:
            for name in files:
                move(name, new / name)
            for name in sorted(old - set(files)):
                move(name, None)


def as_csv(table: str, frame: pl.DataFrame) -> bytes:
    """What :func:`write_csv` writes of a table."""
    to = io.BytesIO()
    write_csv(table, frame, to)
    return to.getvalue()


def write_csv(table: str, frame: pl.DataFrame, to: IO[bytes]) -> None:
    """Write a table of text as CSV, in the order of its key, numbers by size: UTF-8, LF, quotes where they are
    needed.

    Raises ``ValueError`` where the columns aren't those of the table's model.
    """
    import polars as pl

    fields = TABLES[table].fields()
    names = [f.name for f in fields]
    if frame.columns != names:
        raise ValueError(f"the columns of {table} are {frame.columns}, not {names}")
    cells = {name: pl.col(name).replace("", None) for name in names}  # an empty text would be written as two quotes
    key = [
        cells[f.name].cast(pl.Float64, strict=False) if f.kind in {"count", "number"} else cells[f.name] for f in fields if f.key
    ]
    order = frame.select(pl.arg_sort_by([*key, *cells.values()], nulls_last=False)).to_series()
    for start in range(0, max(1, frame.height), _ROWS_AT_ONCE):  # a second copy of the whole would be one too many
        rows = frame[order[start : start + _ROWS_AT_ONCE]].with_columns(**cells)
        rows.write_csv(to, include_header=start == 0, line_terminator="\n")


def _resource(table: str, content: bytes, *, sealed: bool) -> dict[str, Any]:
    seal = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    return {
        "name": table,
        "type": "table",
        "profile": TABULAR,
        "path": f"data/{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **(seal if sealed else {}),
        "schema": table_schema(table),
    }


def _present(to: Path, name: str) -> set[str]:
    """The table files of the package that is in the folder already, which must be an earlier state of the
    same package.
    """
    for folder in (to, to / "data", *(path for path in (to.parent,) if path.name == DATAPACKAGES)):
        if folder.is_symlink():
            raise OccupiedError(f"{folder}: this is a link; give a folder instead")
    nearest = next((path for path in (to, *to.parents) if path.exists()), to)
    if not nearest.is_dir():
        raise OccupiedError(f"{to}: this isn't a folder that a package can be written to")
    if not os.path.lexists(to / DESCRIPTOR):
        return set()
    fault = f"{to / DESCRIPTOR}: this isn't a package's descriptor; move it away first"
    descriptor = read_entry(to).descriptor
    try:
        there, resources = descriptor["name"], descriptor.get("resources", [])
        paths = {str(r["path"]) for r in resources} | {str(as_parquet(r)) for r in resources}
    except (KeyError, TypeError) as error:
        raise OccupiedError(fault) from error
    if there != name:
        raise OccupiedError(f"{to}: the folder has the package `{there}`; choose another folder for `{name}`")
    tables = (f"data/{table}.{ending}" for table in TABLES for ending in ("csv", "parquet"))
    return {path for path in tables if path in paths and (to / path).exists()}


@contextmanager
def _undone_on_error(to: Path, old: Path) -> Iterator[Any]:
    """A function that moves a file into the folder, or out of it (``None``); an error undoes every move
    made.
    """
    done: list[tuple[str, bool]] = []

    def move(name: str, source: Path | None) -> None:
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        there = (to / name).exists()
        if there:
            shutil.copy2(to / name, old / name)
        done.append((name, there))
        if source is None:
            (to / name).unlink()
        else:
            source.replace(to / name)

    try:
        yield move
    except BaseException:
        for name, there in reversed(done):
            if there:
                (old / name).replace(to / name)
            else:
                (to / name).unlink(missing_ok=True)
        raise
