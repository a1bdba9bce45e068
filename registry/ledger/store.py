"""The store: files under the name of their own hash, a descriptor for each release, and the ledger.

``objects/<sha256>.<suffix>`` are the files; ``<name>@<version>.json`` is a Data Package whose resources are such objects, so that
any Frictionless tool opens it where it lies; ``ledger.jsonl`` says what was accepted. Nothing that is read from here is used
before its hash was checked.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from registry.errors import ChangedError, OutcomesError
from registry.ledger.model import is_stored, object_path, release_path
from registry.ledger.records import Ledger, LedgerError, digest_of, read_ledger
from registry.packages.opening import IS_POINTER, POINTER, IrregularError, opened

__all__ = [
    "ANCHORS",
    "LEDGER",
    "OBJECTS",
    "STORE",
    "DamagedError",
    "FolderStore",
    "LargerError",
    "Store",
    "checked",
    "ledger_of",
    "object_path",
    "release_path",
    "told_as_damage",
]

STORE = ".registry"
LEDGER = "ledger.jsonl"
OBJECTS = "objects"
ANCHORS = "anchors"
"""Statements of the ledger's head with what others say about them; the registry does without."""


class DamagedError(ChangedError):
    """A file of the store isn't the one whose hash was recorded. The message says which."""


class LargerError(OutcomesError, OSError):
    """A file is larger than it may be; no more of it was read than that."""

    def __init__(self, most: int, where: str) -> None:
        super().__init__(errno.EFBIG, f"larger than the {most:,} bytes allowed", where)


class Store(Protocol):
    """Where files are read from, by their path in the store."""

    def read(self, path: str, *, most: int | None = None, digest: str | None = None) -> bytes:
        """The bytes of a file, of which there may be ``most``; ``digest``, which they should have, lets a copy be kept.

        Raises ``FileNotFoundError``, and :class:`LargerError` before more is read.
        """


@contextmanager
def told_as_damage() -> Iterator[None]:
    """What lies where the store's files and folders go, and isn't one of its own, such as a link, is a :class:`DamagedError`."""
    try:
        yield
    except (IrregularError, NotADirectoryError) as error:
        raise DamagedError(f"{error.filename} {error.strerror}") from error


class FolderStore:
    """A store in a folder. Nothing in it is a link, nor the folder itself: one is never followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, path: str, *, most: int | None = None, digest: str | None = None) -> bytes:  # noqa: ARG002  it lies here already
        with self.open(path) as file:
            # Its size is asked for first: to read so many bytes at most would take room for as many, whoever says how many there are.
            if most is not None and os.fstat(file.fileno()).st_size > most:
                raise LargerError(most, str(self.folder / path))
            return file.read()

    def open(self, path: str) -> io.BufferedReader:
        """A file, to be read in parts. Raises ``FileNotFoundError``, and :class:`DamagedError` for what isn't a file of the store's own."""
        with told_as_damage():
            return opened(self.folder.parent, f"{self.folder.name}/{path}")

    def releases(self) -> int:
        """How many releases are there, named by a record or not."""
        return len(list(self.folder.glob("*@*.json")))


def ledger_of(store: Store, *, well_formed: frozenset[str] = frozenset()) -> Ledger:
    """The store's ledger, as :func:`registry.ledger.records.read_ledger` reads it; empty where nothing was accepted yet. Raises ``LedgerError``."""
    try:
        content = store.read(LEDGER)
    except FileNotFoundError as error:
        if isinstance(store, FolderStore) and (store.releases() or os.path.lexists(store.folder / OBJECTS)):
            raise LedgerError(1, f"the file is missing from {store}, but files that it named are there") from error
        return Ledger()
    # Of one, it may be that its writer was killed.
    if not content and isinstance(store, FolderStore) and (releases := store.releases()) > 1:
        raise LedgerError(1, f"there is no record, but there are {releases} releases in {store}")
    return read_ledger(content, well_formed)


def checked(store: Store, path: str, digest: str, size: int) -> bytes:
    """The bytes of a file that has that digest and size. Raises :class:`DamagedError` where it has others, or isn't there."""
    if not is_stored(path):
        raise DamagedError(f"{store}: {path[:80]!r} is not a file of a store")
    try:
        content = store.read(path, most=size, digest=digest)
    except FileNotFoundError as error:
        raise DamagedError(f"{store}/{path} is missing; the ledger has it with {digest}") from error
    except LargerError as error:
        raise DamagedError(f"{store}/{path} was changed: it is larger than the {size:,} bytes in the ledger") from error
    if content.startswith(POINTER):
        raise DamagedError(f"{store}/{path} is {IS_POINTER}")
    if (found := digest_of(content)) != digest:
        raise DamagedError(f"{store}/{path} was changed: it has {found}, but the ledger says {digest}")
    return content
