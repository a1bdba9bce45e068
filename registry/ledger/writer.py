"""Writing to the store: one writer at a time, and every step such that a process killed anywhere leaves the registry whole.

A writer fills a folder of its own first (``tmp/``), without the lock. With it, it moves the objects to their places, puts the release's
descriptor next to them, and last of all appends the record: only then is the release in the registry. What a killed writer leaves
behind is named by nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.ledger.layout import LOCK, STAGING, must_be_plain
from registry.ledger.locking import must_lock
from registry.ledger.records import Ledger, Record, next_record
from registry.ledger.store import LEDGER, OBJECTS, DamagedError, FolderStore, ledger_of, told_as_damage
from registry.packages.opening import Held, holding
from registry.packages.room import Writing

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["Writer", "staging"]

_OWN = re.compile(r"[0-9]+\.[0-9a-f]{8}")
"""How a writer names its folder: the number of its process, and a random word."""

_ATTEMPTS = 20
_PATIENCE = 2
"""Seconds to wait for another writer before a message is shown."""

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def staging(store: Path) -> Iterator[Path]:
    """A folder in the store to prepare files in, which goes away with the block; the store too, if nothing else is in it.

    Its lock is held as long as the process lives: a folder whose lock is free is left over from one that was killed. Raises
    ``DamagedError`` where any part of the store is a link or the like.
    """
    if os.path.lexists(store):
        must_be_plain(store)
    try:
        place, name, lock = _begun(store)
        try:
            yield place.path / name
        finally:
            lock.release()
            _remove(place, name)
            place.close()
    finally:
        for empty in (store / STAGING, store):
            with contextlib.suppress(OSError):
                empty.rmdir()


def _begun(store: Path) -> tuple[Held, str, BaseFileLock]:
    """The folder for writers' folders, the name of a new one in it, and its lock, which is held."""
    from filelock import FileLock

    name = f"{os.getpid()}.{secrets.token_hex(4)}"
    lock = FileLock(store / STAGING / name / LOCK)
    attempts = _ATTEMPTS
    while True:
        with contextlib.ExitStack() as stack:
            try:
                place = stack.enter_context(_made(store, STAGING))
                must_lock(place.path)
                _mkdir(place, name)
                lock.acquire()
            except FileNotFoundError:  # another writer has just cleared an empty folder away
                attempts -= 1
                if not attempts:
                    raise
            else:
                stack.pop_all()
                return place, name, lock


def _made(store: Path, name: str | None = None) -> Held:
    """The store's folder, or the one of that name in it, held; it is made where it isn't there. Raises ``DamagedError``."""
    with told_as_damage(), holding(store.parent) as above:
        held = _inner(above, store.name)
        if name is None:
            return held
        with held:
            return _inner(held, name)


def _inner(above: Held, name: str) -> Held:
    with contextlib.suppress(FileExistsError):
        _mkdir(above, name)
    return above.inner(name)


def _mkdir(above: Held, name: str) -> None:
    with Writing(above.path / name, Path(name)):
        os.mkdir(above.called(name), dir_fd=above.number)


def _remove(place: Held, name: str) -> None:
    """Remove a folder with all that is in it. Links in it are removed, not followed, where the system lets that be done safely
    (``shutil.rmtree.avoids_symlink_attacks``); elsewhere a moment is left between the look at a folder and its removal.
    """
    shutil.rmtree(place.called(name), ignore_errors=True, dir_fd=place.number)


class Writer:
    """The store, held by this process alone while the block lasts, and its ledger as it stands then.

    Raises ``LedgerError`` where the ledger was changed: nothing is built on a chain that is broken. Raises ``DamagedError`` where any part
    of the store is a link or the like, or one that is written to has a name elsewhere too.
    """

    def __init__(self, store: Path) -> None:
        from filelock import FileLock

        self.store = store
        self._lock = FileLock(store / LOCK)
        self.ledger = Ledger()

    def __enter__(self) -> Writer:
        _made(self.store).close()
        must_be_plain(self.store)
        must_lock(self.store)
        self._must_be_its_own(LOCK)
        self._acquire()
        try:
            self._must_be_its_own(LEDGER)
            self._clear_leftovers()
            self.ledger = ledger_of(FolderStore(self.store))
            # The first file of a store: where there are others and it is gone, it was lost.
            os.close(self._open_ledger(os.O_RDWR | os.O_CREAT))
        except BaseException:
            self._lock.release()
            raise
        return self

    def _acquire(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=_PATIENCE)
        except Timeout:
            _log.warning("%s is locked by another process; waiting for it to finish", self.store / LOCK)
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _must_be_its_own(self, name: str) -> None:
        """A file that is written to in its place, and has another name somewhere, would be changed there too."""
        with contextlib.suppress(FileNotFoundError), _made(self.store) as held:
            if held.status(name).st_nlink > 1:
                raise DamagedError(f"{self.store / name} has another name elsewhere (a hard link); replace it with a copy")

    def _clear_leftovers(self) -> None:
        """What writers left that were killed: folders of their form alone, of which the lock is there and free."""
        from filelock import FileLock, Timeout

        with contextlib.suppress(FileNotFoundError), holding(self.store.parent, f"{self.store.name}/{STAGING}") as place:
            for name in filter(_OWN.fullmatch, place.names()):
                with contextlib.suppress(OSError):
                    os.rmdir(place.called(name), dir_fd=place.number)  # nobody has its lock yet, and who wants it makes another
                with contextlib.suppress(OSError, Timeout):
                    with place.inner(name) as folder:
                        os.close(folder.open(LOCK))
                    with FileLock(place.path / name / LOCK).acquire(timeout=0):
                        _remove(place, name)

    def put(self, source: Path, path: str) -> None:
        """Move a prepared file to its place: an object, or a release's descriptor. An object that already exists is the same: its
        name is its hash.
        """
        _sync(source)
        folder, _, name = path.rpartition("/")
        with _made(self.store, folder or None) as held:
            os.replace(source, held.called(name), dst_dir_fd=held.number)

    def append(self, members: Mapping[str, Any]) -> Record:
        """Append a record to the ledger: from here on it counts."""
        record = next_record(self.ledger, members)
        last = self.ledger.records[-1].data["at"] if self.ledger.records else ""
        if record.data["at"] < last:
            _log.warning(
                "the clock says %s, but the last record is dated %s: one of the clocks was wrong", record.data["at"], last
            )
        for folder in (self.store / OBJECTS, self.store):
            with contextlib.suppress(OSError):  # a folder can't be opened for that on every system
                _sync(folder)
        whole = self.ledger.records[-1].line() if self.ledger.unended else b""  # its line feed was lost
        with Writing(self.store / LEDGER), os.fdopen(self._open_ledger(os.O_RDWR), "r+b") as file:
            end = file.seek(0, os.SEEK_END) - self.ledger.unfinished
            file.truncate(end)
            file.seek(end)
            file.write(whole + record.line())
            file.flush()
            os.fsync(file.fileno())
        self.ledger = Ledger((*self.ledger.records, record))
        return record

    def _open_ledger(self, flags: int) -> int:
        with told_as_damage(), _made(self.store) as held:
            return held.open(LEDGER, flags)


def _sync(path: Path) -> None:
    """See to it that what was written is on the disk. Raises ``OSError`` where it can't be."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
