"""Where the registry is, and which packages are in it."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from registry.errors import NotFoundError, RequestError
from registry.packages.descriptor import table_names
from registry.packages.opening import opened

__all__ = [
    "DATABASE",
    "DATAPACKAGES",
    "DESCRIPTOR",
    "MAPPING",
    "Entry",
    "built",
    "current_folder",
    "entries",
    "find_entry",
    "find_root",
    "folder_of",
    "is_database",
    "logs_of",
    "near",
    "package_names",
    "read_entry",
    "release_named",
]

DATAPACKAGES = "datapackages"
DATABASE = "registry.duckdb"
DESCRIPTOR = "datapackage.json"
MAPPING = "mapping.yaml"

_LARGEST_DESCRIPTOR = 1 << 22
_MOST_NAMED = 20


@dataclass(frozen=True)
class Entry:
    """A folder of the registry that holds a descriptor. ``descriptor`` is empty where it can't be read."""

    name: str
    folder: Path
    descriptor: Mapping[str, Any]

    @property
    def version(self) -> str | None:
        version = self.descriptor.get("version")
        return version if isinstance(version, str) else None

    @property
    def title(self) -> str:
        title = self.descriptor.get("title")
        return title if isinstance(title, str) else ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its resources, in the order of the descriptor."""
        return table_names(self.descriptor)


def release_named(word: str) -> tuple[str, str | None]:
    """The name and the version of ``NAME@VERSION``; no version after a name alone. Raises :class:`RequestError` where either lacks beside an @."""
    name, at, version = word.partition("@")
    if at and not (name and version):
        raise RequestError(
            f"{word} has no {'version after' if name else 'name before'} the @; give both, such as linde-2015@1.0.0, or a name alone"
        )
    return name, version or None


def find_root(stated: Path | str | None = None) -> Path:
    """The folder that holds ``datapackages/``: the one stated, else ``OUTCOMES_ROOT``, else the nearest upwards from here.

    Raises :class:`NotFoundError` where there is none.
    """
    stated = stated or os.environ.get("OUTCOMES_ROOT")
    if stated:
        root = Path(stated)
        if not (root / DATAPACKAGES).is_dir():
            raise NotFoundError(f"{root} is not a registry: it has no folder `{DATAPACKAGES}`")
        return root
    here = current_folder()
    for folder in (here, *here.parents):
        if (folder / DATAPACKAGES).is_dir():
            # As it is reached from here: reports name files by it, and are the same wherever the registry lies.
            return Path(os.path.relpath(folder))
    raise NotFoundError(
        f"no registry here: neither {here} nor a folder above it has a folder `{DATAPACKAGES}`; "
        "change to a registry's folder, or give it with --root or OUTCOMES_ROOT"
    )


def current_folder() -> Path:
    """The folder that the process is in; ``NotFoundError`` where it was removed meanwhile."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise NotFoundError("the current folder was removed; change to another") from None


def entries(root: Path) -> list[Entry]:
    """The packages of the registry, by name. A folder without a descriptor is one too: it isn't passed over in silence."""
    return [read_entry(root / DATAPACKAGES / name) for name in package_names(root)]


def package_names(root: Path) -> list[str]:
    """The names of the registry's packages, of which no descriptor is read."""
    return sorted(path.name for path in (root / DATAPACKAGES).iterdir() if _is_package(path))


def _is_package(path: Path) -> bool:
    return not path.name.startswith(".") and os.path.isdir(path)  # noqa: PTH112  false too for a name that no file can have


def is_database(path: Path) -> bool:
    """Whether the file is a DuckDB database, by its first bytes. Raises ``OSError`` where it can't be read."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def built(database: Path) -> Path:
    """The database, as a build put it there.

    Raises :class:`NotFoundError` where there is none, and ``OSError`` where it is something else, or where a log is next to it: DuckDB would play that back and show
    rows that no build put in.
    """
    if not database.is_file():
        raise NotFoundError(f"{database} has not been built; run `outcomes build`")
    if database.stat().st_size and not is_database(database):
        raise FileExistsError(errno.EEXIST, "is not a database; move it away and run `outcomes build`", str(database))
    for log in logs_of(database):
        if os.path.lexists(log):
            raise FileExistsError(errno.EEXIST, "has changes that no build made; `outcomes build` removes them", str(log))
    return database


def logs_of(database: Path) -> set[Path]:
    """Where DuckDB looks for changes that it hasn't yet written into a database."""
    return {Path(f"{place}.wal") for place in (database, os.path.realpath(database))}


def unknown_package(name: str, known: Sequence[str], root: Path | None, store: object = None) -> str:
    """That a registry, or a store alone, has no package of that name, and the nearest of those that it has."""
    return f"no package `{name}` in {store if root is None else root / DATAPACKAGES}; {near(name, known)}"


def find_entry(root: Path, name: str) -> Entry:
    """The package of that name. Raises :class:`NotFoundError` with the nearest name where there is none."""
    folder = folder_of(root, name)
    if folder is None:
        raise NotFoundError(unknown_package(name, package_names(root), root))
    return read_entry(folder)


def folder_of(root: Path, name: str) -> Path | None:
    """The folder of the package of that name, if there is one: looked up by itself, since listing them all for each of many names
    would take the square of their number.
    """
    folder = root / DATAPACKAGES / name
    return folder if name and name == PurePath(name).name and _is_package(folder) else None


def near(word: str, known: Sequence[str], what: str = "package") -> str:
    """A hint for a name that isn't known: the nearest one that is, in capitals or not, else what there is of the kind ``what``."""
    from validation.hints import did_you_mean

    there = ", ".join(known[:_MOST_NAMED]) + (", …" if len(known) > _MOST_NAMED else "")
    named = f"the only {what} is {there}" if len(known) == 1 else f"the {what}s are {there}"
    return did_you_mean(word, known, otherwise=named if known else f"there is no {what} yet")


def read_entry(folder: Path) -> Entry:
    """The package in a folder, called as the folder is."""
    descriptor: object = {}
    with contextlib.suppress(OSError, ValueError, RecursionError), opened(folder, DESCRIPTOR) as file:
        content = file.read(_LARGEST_DESCRIPTOR + 1)
        descriptor = json.loads(content) if len(content) <= _LARGEST_DESCRIPTOR else {}
    return Entry(folder.name, folder, descriptor if isinstance(descriptor, dict) else {})
