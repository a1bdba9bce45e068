"""Writing to the store: one writer at a time, and every step such that a process killed anywhere leaves the registry whole.

A writer fills a folder of its own first (``tmp/``), without the lock. With it, it moves the objects to their places, puts the release's
descriptor beside them, and last of all appends the record: only then is the release in the registry. What a killed writer leaves
behind is named by nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from registry.ledger.records import Ledger, Record, next_record
from registry.ledger.store import LEDGER, FolderStore, ledger_of
from registry.packages.atomic import write_whole

__all__ = ["LOCK", "STAGING", "Writer", "staging"]

STAGING = "tmp"
LOCK = "lock"
_ATTEMPTS = 20
_PATIENCE = 2
"""Seconds that another writer is waited for before anything is said."""

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def staging(store: Path) -> Iterator[Path]:
    """A folder in the store to prepare files in, which goes away with the block; the store too, if nothing else is in it.

    Its lock is held as long as the process lives: a folder whose lock is free is left over from one that was killed.
    """
    from filelock import FileLock

    folder = store / STAGING / f"{os.getpid()}.{secrets.token_hex(4)}"
    for attempt in range(_ATTEMPTS):
        try:
            folder.mkdir(parents=True)
            break
        except FileNotFoundError:  # another writer has just cleared an empty folder away
            if attempt == _ATTEMPTS - 1:
                raise
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire()
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        for empty in (store / STAGING, store):
            with contextlib.suppress(OSError):
                empty.rmdir()


class Writer:
    """The store, held by this process alone while the block lasts, and its ledger as it stands then.

    Raises ``LedgerError`` where the ledger was changed: nothing is built on a chain that is broken.
    """

    def __init__(self, store: Path) -> None:
        from filelock import FileLock

        self.store = store
        self._lock = FileLock(store / LOCK)
        self.ledger = Ledger()

    def __enter__(self) -> Writer:
        self.store.mkdir(parents=True, exist_ok=True)
        self._acquire()
        try:
            self._clear_leftovers()
            self.ledger = ledger_of(FolderStore(self.store))
            (self.store / LEDGER).touch()  # the first file of a store: where there are others and it is gone, it was lost
        except BaseException:
            self._lock.release()
            raise
        return self

    def _acquire(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=_PATIENCE)
        except Timeout:
            _log.warning("%s is held by another process: waiting for it to end", self.store / LOCK)
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _clear_leftovers(self) -> None:
        """What writers left that were killed."""
        from filelock import FileLock, Timeout

        for folder in (self.store / STAGING).glob("*"):
            with contextlib.suppress(Timeout, OSError), FileLock(folder / LOCK).acquire(timeout=0):
                shutil.rmtree(folder, ignore_errors=True)

    def put_object(self, source: Path, path: str) -> None:
        """Move a prepared file to its place among the objects. One that lies there already is the same: its name is its hash."""
        target = self.store / path
        target.parent.mkdir(exist_ok=True)
        _sync(source)
        source.replace(target)

    def put_release(self, path: str, content: bytes) -> None:
        """Put a release's descriptor in its place."""
        write_whole(self.store / path, content)
        _sync(self.store / path)

    def append(self, members: Mapping[str, Any]) -> Record:
        """Append a record to the ledger: from here on it counts."""
        record = next_record(self.ledger, members)
        for folder in (self.store / "objects", self.store):
            with contextlib.suppress(OSError):  # a folder can't be opened for that on every system
                _sync(folder)
        whole = self.ledger.records[-1].line() if self.ledger.unended else b""  # its line feed was lost
        with (self.store / LEDGER).open("r+b") as file:
            end = file.seek(0, os.SEEK_END) - self.ledger.unfinished
            file.truncate(end)
            file.seek(end)
            file.write(whole + record.line())
            file.flush()
            os.fsync(file.fileno())
        self.ledger = Ledger((*self.ledger.records, record))
        return record


def _sync(path: Path) -> None:
    """See to it that what was written is on the disk. Raises ``OSError`` where it can't be."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
