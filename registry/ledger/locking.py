"""Whether a store's writers can lock: they do it by ``flock``, which a process that is killed lets go of."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from registry.packages.room import Writing

__all__ = ["must_lock"]

_WAY_OUT = "accept and retract in a copy on a local disk and copy its files back, or mount this file system with locks"


def must_lock(folder: Path) -> None:
    """Raises ``OSError`` where files in that folder can't be locked: to wait for a lock there would be to wait for ever, and to go on
    without it would let two writers write over one another.
    """
    with contextlib.suppress(ImportError):  # Windows locks in another way, on all of its file systems
        import fcntl

        with Writing(folder, folder), tempfile.TemporaryFile(dir=folder) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else knows of this file: it waits for nobody
            except OSError as error:
                what = f"its file system can't lock files ({error.strerror}): {_WAY_OUT}"
                raise OSError(error.errno, what, str(folder)) from error
