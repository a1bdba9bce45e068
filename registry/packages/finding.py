"""Where the registry is, and which packages lie in it."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import NotFoundError

__all__ = [
    "DATABASE",
    "Entry",
    "entries",
    "find_entry",
    "find_root",
    "is_database",
    "near",
    "read_entry",
]

DATAPACKAGES = "datapackages"
DATABASE = "registry.duckdb"

_LARGEST_DESCRIPTOR = 1 << 22
_LONGEST_COMPARED = 100
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
        resources = self.descriptor.get("resources")
        listed = resources if isinstance(resources, list) else []
        return tuple(r["name"] for r in listed if isinstance(r, dict) and isinstance(r.get("name"), str))


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
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise NotFoundError("the folder you are in has been removed; go into another") from None
    for folder in (here, *here.parents):
        if (folder / DATAPACKAGES).is_dir():
            # As it is reached from here: reports name files by it, and are the same wherever the registry lies.
            return Path(os.path.relpath(folder))
    raise NotFoundError(
        f"no registry here: neither {here} nor a folder above it has a folder `{DATAPACKAGES}`; "
        "go into one, or say where it is by --root or OUTCOMES_ROOT"
    )


def entries(root: Path) -> list[Entry]:
    """The packages of the registry, by name. A folder without a descriptor is one too: it isn't passed over in silence."""
    folder = root / DATAPACKAGES
    return [read_entry(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]


def is_database(path: Path) -> bool:
    """Whether the file is a DuckDB database, by its first bytes. Raises ``OSError`` where it can't be read."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def find_entry(root: Path, name: str) -> Entry:
    """The package of that name. Raises :class:`NotFoundError` with the nearest name where there is none."""
    listed = entries(root)
    for entry in listed:
        if entry.name == name:
            return entry
    raise NotFoundError(f"no package `{name}` in {root / DATAPACKAGES}; {near(name, [e.name for e in listed])}")


def near(word: str, known: Sequence[str]) -> str:
    """A hint for a name that isn't known: the nearest one that is, else what there is."""
    found = difflib.get_close_matches(word[:_LONGEST_COMPARED], known, 1)
    there = ", ".join(known[:_MOST_NAMED]) + (", …" if len(known) > _MOST_NAMED else "")
    return f"did you mean `{found[0]}`?" if found else f"there are {there}" if known else "there is none"


def read_entry(folder: Path) -> Entry:
    """The package in a folder, called as the folder is."""
    path = folder / "datapackage.json"
    descriptor: object = {}
    try:
        if path.is_file() and path.stat().st_size <= _LARGEST_DESCRIPTOR:
            descriptor = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        descriptor = {}
    return Entry(folder.name, folder, descriptor if isinstance(descriptor, dict) else {})
