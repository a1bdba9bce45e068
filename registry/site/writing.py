"""Writing the pages: only what changed is written, what has no page any more goes, and nothing else in the folder is touched.

The listing of the files is the last that is written. Until then a file beside it names each one before it is written, so that a run that was
interrupted, be it the first, is gone on from: what it wrote is known to be the site's.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from registry.packages.atomic import is_draft, write_whole
from registry.packages.opening import IrregularError, holding, opened

__all__ = ["LISTING", "PENDING", "Written", "known", "write"]

LISTING = "site.json"
"""Lists the files of a site with their hashes. A folder without it is none."""

PENDING = "site.json.part"
"""Names the files that a run that isn't over has begun to write, each as JSON on a line of its own, after a line that says what it is."""

_GENERATOR = "trial-outcomes"
_BEGUN = json.dumps({"generator": _GENERATOR, "begun": True}) + "\n"
_LARGEST = 64 << 20
_UNKNOWN = ""
"""Stands for the hash of a file that may be as it was before or as it was to be."""


@dataclass(frozen=True)
class Written:
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def known(folder: Path) -> dict[str, str] | None:
    """The files of the site in a folder, with their hashes, or an empty one for those that an interrupted run had begun: none where the folder
    isn't there or is empty, ``None`` where it holds something else.
    """
    if not os.path.lexists(folder):
        return {}
    if folder.is_symlink() or not folder.is_dir():
        return None
    begun = _begun(folder)
    try:
        with opened(folder, LISTING) as file:
            listing: Any = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        return begun if any(folder.iterdir()) else {}
    except (OSError, ValueError, RecursionError):
        return None
    files = listing.get("files") if isinstance(listing, dict) and listing.get("generator") == _GENERATOR else None
    if not isinstance(files, dict) or not all(isinstance(h, str) and _is_below(path) for path, h in files.items()):
        return None
    return files | (begun or {})


def _begun(folder: Path) -> dict[str, str] | None:
    """The files that an interrupted run had begun to write; ``None`` where there was none. Of a last line that was cut off nothing was begun."""
    try:
        with opened(folder, PENDING) as file:
            text = file.read(_LARGEST).decode()
        if not text.startswith(_BEGUN):
            return {} if _BEGUN.startswith(text) else None
        paths = [json.loads(line) for line in text.removeprefix(_BEGUN).split("\n")[:-1]]
    except (OSError, ValueError, RecursionError):
        return None
    return dict.fromkeys(paths, _UNKNOWN) if all(isinstance(path, str) and _is_below(path) for path in paths) else None


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
    begun = list(_begun(folder) or ())
    if begun:
        _sweep(folder, (LISTING, PENDING, begun[-1]))
    now: dict[str, str] = {}
    changed = 0
    sound: set[Path] = set()
    with ExitStack() as stack:
        pending: BinaryIO | None = None
        for path, content in files:
            now[path] = hashlib.sha256(content).hexdigest()
            place = folder / path
            if before.get(path) == now[path] and _is_file(place):
                continue
            if path not in before and os.path.lexists(place):
                raise FileExistsError(17, "isn't a file of this site", str(place))
            _folders(folder, folder, sound)
            pending = pending or stack.enter_context(_pending(folder, begun))
            pending.write(_line(path).encode())
            _folders(folder, place.parent, sound)
            write_whole(place, content)
            changed += 1
    gone = before.keys() - now.keys()
    for path in gone:
        with suppress(FileNotFoundError, NotADirectoryError, IrregularError):  # what a link leads to isn't the site's
            _remove(folder, path, os.unlink)
    for above in sorted({str(above) for path in gone for above in PurePosixPath(path).parents[:-1]}, reverse=True):
        with suppress(OSError):  # something is in it
            _remove(folder, above, os.rmdir)
    listing = {"generator": _GENERATOR, "files": dict(sorted(now.items()))}
    write_whole(folder / LISTING, (json.dumps(listing, indent=0) + "\n").encode())
    (folder / PENDING).unlink(missing_ok=True)
    return Written(changed, len(now) - changed, len(gone))


def _pending(folder: Path, begun: Sequence[str]) -> BinaryIO:
    """The file of what a run has begun, to add a line to, of which each is out before anything else happens. What an earlier run had begun stays
    in it.
    """
    if begun:
        write_whole(folder / PENDING, (_BEGUN + "".join(map(_line, begun))).encode())  # the last line may have been cut off
    with holding(folder) as held:
        flags = os.O_WRONLY | os.O_APPEND | (0 if begun else os.O_CREAT | os.O_TRUNC)
        file = os.fdopen(held.open(PENDING, flags), "wb", buffering=0)
    if not begun:
        file.write(_BEGUN.encode())
    return file


def _line(path: str) -> str:
    return json.dumps(path) + "\n"


def _sweep(folder: Path, paths: Iterable[str]) -> None:
    """Remove the drafts of files that a run left which was killed while it wrote one."""
    for path in paths:
        above, _, name = path.rpartition("/")
        with suppress(FileNotFoundError), holding(folder, above) as held:
            for left in (one for one in held.names() if is_draft(one, name)):
                os.unlink(held.called(left), dir_fd=held.number)


def _remove(folder: Path, path: str, remove: Callable[..., None]) -> None:
    """Remove what is at a path below the folder, as ``os.unlink`` or ``os.rmdir`` does, and nothing that a link leads to."""
    above, _, name = path.rpartition("/")
    with holding(folder, above) as held:
        remove(held.called(name), dir_fd=held.number)


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
