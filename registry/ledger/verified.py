"""What of a store was verified before, so that a file that is as it was then need not be hashed again.

As it was means by size, times, device and file number: a file that is changed gets another time of change, unless the machine's clock is
set back or the disk is written to directly. The record of this is in the user's cache folder and not in the store: otherwise anybody who can
change the store could say what was verified of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from registry.ledger.forms import Each, Leaf, fault_of
from registry.ledger.kept import cache_folder, plain_file
from registry.ledger.model import DIGEST, MOMENT
from registry.packages.atomic import write_whole

__all__ = ["Verified", "is_settled", "keep_verified", "size_of", "stamp_of", "verified_before"]

_FORMAT = 2
_LARGEST = 256 << 20
_SETTLED = 2_000_000_000
"""Nanoseconds. Two changes within the clock of a file system, at most two seconds, may leave the same time."""

_TEXT = Leaf("a text", lambda value: isinstance(value, str))
_FORM = {
    "store": _TEXT,
    "by": _TEXT,
    "releases": [DIGEST],
    "files": Each(MOMENT, Each(_TEXT, _TEXT)),
}


@dataclass(frozen=True)
class Verified:
    """Releases of which everything was as recorded, by the hashes of their records. Of their files, by their path in the store, the
    stamp that each had when it was hashed, and when that was (UTC).
    """

    releases: frozenset[str] = frozenset()
    stamps: Mapping[str, str] = field(default_factory=dict)
    hashed: Mapping[str, str] = field(default_factory=dict)

    def unchanged(self, stamps: Mapping[str, str]) -> Set[str]:
        """The files that have the stamp of then."""
        return {path for path, stamp in self.stamps.items() if stamps.get(path) == stamp}


def stamp_of(status: os.stat_result) -> str:
    """What is compared instead of a file's bytes: its size, the times of its last writing and last change in nanoseconds, its device and
    its number there.
    """
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_dev} {status.st_ino}"


def size_of(stamp: str) -> int:
    """The size in bytes of the file that has this stamp."""
    return int(stamp.partition(" ")[0])


def is_settled(stamp: str, began: int | None = None) -> bool:
    """Whether a file was last changed so long before ``began`` (nanoseconds, by default now) that a later change has another time."""
    _, written, changed, *_ = map(int, stamp.split())
    return max(written, changed) < (time.time_ns() if began is None else began) - _SETTLED


def verified_before(store: Path) -> Verified:
    """What was verified of the store in that folder by this version of outcomes; nothing where that isn't known for certain."""
    place = _place(store)
    content = None if place is None else plain_file(place, _LARGEST)
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(content or b"null")
        if fault_of(said, _FORM) is None and (said["store"], said["by"]) == (_name(store), _by()):
            stamps, hashed = dict[str, str](), dict[str, str]()
            for at, some in said["files"].items():
                stamps |= some
                hashed |= dict.fromkeys(some, at)
            return Verified(frozenset(said["releases"]), stamps, hashed)
    return Verified()


def keep_verified(store: Path, verified: Verified) -> None:
    """Keep what was verified of the store, where there is room for it: else everything is hashed again."""
    place = _place(store)
    if place is None:
        return
    files: dict[str, dict[str, str]] = {}
    for path, at in verified.hashed.items():
        files.setdefault(at, {})[path] = verified.stamps[path]
    said = {"store": _name(store), "by": _by(), "releases": sorted(verified.releases), "files": files}
    with contextlib.suppress(OSError, ValueError):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)  # it is ours, and might be a link
        write_whole(place, json.dumps(said).encode())


def _name(store: Path) -> str:
    return os.path.realpath(store)


def _by() -> str:
    """By which checks a release was found whole."""
    try:
        return f"{_FORMAT} {version('trial-outcomes')}"
    except PackageNotFoundError:
        return f"{_FORMAT}"


def _place(store: Path) -> Path | None:
    folder = cache_folder()
    name = hashlib.sha256(_name(store).encode("utf-8", "surrogatepass")).hexdigest()
    return None if folder is None else folder / "verified" / f"{name}.json"
