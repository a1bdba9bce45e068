"""What is kept on this machine of registries behind addresses: files by their digest, and of each ledger how far it was seen to go."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import stat
import sys
import tempfile
from pathlib import Path

from registry.errors import ChangedError
from registry.ledger.forms import fault_of
from registry.ledger.model import COUNT, DIGEST
from registry.ledger.records import Ledger, digest_of
from registry.packages.atomic import write_whole
from registry.packages.opening import opened

__all__ = ["Kept", "RollbackError", "cache_folder", "plain_file"]

_HEAD = {"sequence": COUNT, "hash": DIGEST}
_LARGEST_HEAD = 1 << 12

_log = logging.getLogger(__name__)


class RollbackError(ChangedError):
    """A ledger is whole, and lacks records, or has others, than it had when it was last opened from here. The message says which."""


class Kept:
    """A cache folder, by default :func:`cache_folder`. Nothing in it is believed, save for how far a ledger was seen to go."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder()

    def file(self, digest: str, most: int | None) -> bytes | None:
        """The bytes of the file that has this digest, if it is kept, whole and no larger than that."""
        content = None if self.folder is None else plain_file(self._place(digest), most)
        return content if content is not None and digest_of(content) == digest else None

    def keep_file(self, digest: str, content: bytes) -> None:
        """Keep a file, where there is room for it: else it will be fetched again."""
        with contextlib.suppress(OSError):
            self._write(self._place(digest), content)

    def hold(self, address: str, ledger: Ledger, *, allow_rollback: bool) -> None:
        """Compare the ledger of an address with what was seen there before, and remember how far it goes now.

        With ``allow_rollback`` later ledgers are compared with this one, whatever it lacks. Raises :class:`RollbackError`.
        """
        seen = self._head(address)
        now = len(ledger.records), ledger.head
        if seen is not None and not allow_rollback:
            sequence, digest = seen
            if now[0] < sequence or ledger.records[sequence - 1].hash != digest:
                raise RollbackError(_told(address, now[0], sequence))
        if now[0] and now != seen:
            try:
                words = json.dumps({"address": address, "sequence": now[0], "hash": now[1]}).encode()
                self._write(self._place_of_head(address), words + b"\n")
            except OSError as error:
                why = error.strerror or error
                _log.warning(
                    "the position in the ledger of %s can't be saved (%s), so an older ledger would not be noticed", address, why
                )

    def _head(self, address: str) -> tuple[int, str] | None:
        """How many records the ledger of an address had, and the hash of the last."""
        content = None if self.folder is None else plain_file(self._place_of_head(address), _LARGEST_HEAD)
        with contextlib.suppress(ValueError, RecursionError):
            said = json.loads(content or b"null")
            if fault_of(said, _HEAD) is None and said["sequence"]:
                return said["sequence"], said["hash"]
        return None

    def _place(self, digest: str) -> Path:
        return self._folder() / digest.removeprefix("sha256:")

    def _place_of_head(self, address: str) -> Path:
        return self._folder() / "heads" / f"{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _folder(self) -> Path:
        if self.folder is None:
            raise FileNotFoundError(2, "there is no private folder of this user for it", tempfile.gettempdir())
        return self.folder

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # it is no copy of ours, and might be a link
        write_whole(path, content)


def _told(address: str, there: int, before: int) -> str:
    what = (
        f"it ends with record {there}, but had record {before} when it was last opened from here: records are missing, perhaps a retraction"
        if there < before
        else f"record {before} has changed since it was last opened from here: this is another history"
    )
    return (
        f"the ledger of {address} went back: {what}. A cache on the way may be behind for a while; if the owner "
        "says that it was started again, open it once with allow_rollback=True"
    )


def cache_folder() -> Path | None:
    """Where it is kept: ``OUTCOMES_CACHE``, else the user's cache folder; None where there is no place that is safe."""
    if stated := os.environ.get("OUTCOMES_CACHE"):
        return Path(stated)
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system doesn't know, as in some containers
        return _for_number()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "trial-outcomes"


def _for_number() -> Path | None:
    """A folder of this user's number where everybody may write; None where another user was first to make one of its name."""
    number = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"trial-outcomes-{number}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(status.st_mode) and status.st_uid == number else None


def plain_file(path: Path, most: int | None) -> bytes | None:
    """The bytes of a file, if there are no more than that; None for what isn't there, and for a link, a pipe or a device."""
    try:
        with opened(path.parent, path.name) as file:
            return file.read() if most is None or os.fstat(file.fileno()).st_size <= most else None
    except OSError:
        return None
