"""Writing the pages: only what changed is written, what has no page any more goes, and nothing else in the folder is touched."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from registry.packages.atomic import write_whole
from registry.packages.opening import opened

__all__ = ["LISTING", "Written", "known", "write"]

LISTING = "site.json"
"""Lists the files of a site with their hashes. A folder without it is none."""

_GENERATOR = "trial-outcomes"
_LARGEST = 64 << 20


@dataclass(frozen=True)
class Written:
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def known(folder: Path) -> dict[str, str] | None:
    """The files of the site in a folder, with their hashes: none where the folder isn't there or is empty, ``None`` where it holds
    something else.
    """
    if not os.path.lexists(folder):
        return {}
    if folder.is_symlink() or not folder.is_dir():
        return None
    if not any(folder.iterdir()):
        return {}
    try:
        with opened(folder, LISTING) as file:
            listing: Any = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    files = listing.get("files") if isinstance(listing, dict) and listing.get("generator") == _GENERATOR else None
    sound = isinstance(files, dict) and all(isinstance(h, str) and _is_below(path) for path, h in files.items())
    return files if sound else None


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and path == "/".join(parts) and ".." not in parts and not path.startswith("/") and "\0" not in path


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Write a site's files, by path, below a folder.

    Raises ``FileExistsError`` where the folder holds something else, or a folder within leads elsewhere, and ``OSError`` where a file
    can't be written: then every file is either the old one or the new one, and the next time goes on from there.
    """
    before = known(folder)
    if before is None:
        raise FileExistsError(17, "has other files than such a site", str(folder))
    now: dict[str, str] = {}
    changed = 0
    sound: set[Path] = set()
    for path, content in files:
        now[path] = hashlib.sha256(content).hexdigest()
        place = folder / path
        if before.get(path) == now[path] and _is_file(place):
            continue
        if path not in before and os.path.lexists(place):
            raise FileExistsError(17, "isn't a file of this site", str(place))
        _folders(folder, place.parent, sound)
        write_whole(place, content)
        changed += 1
    gone = before.keys() - now.keys()
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    listing = {"generator": _GENERATOR, "files": dict(sorted(now.items()))}
    write_whole(folder / LISTING, (json.dumps(listing, indent=0) + "\n").encode())
    return Written(changed, len(now) - changed, len(gone))


def _is_file(path: Path) -> bool:
    """Whether a file is there itself, not through a link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _folders(top: Path, folder: Path, sound: set[Path]) -> None:
    """Make the folders down to one, none of which may be a link that leads elsewhere; those that are ``sound`` have been looked at."""
    if folder in sound:
        return
    if folder != top:
        _folders(top, folder.parent, sound)
    folder.mkdir(parents=True, exist_ok=True)
    if folder != top and folder.is_symlink():
        raise FileExistsError(17, "is a link to elsewhere", str(folder))
    sound.add(folder)
