"""Opening what is in a folder that a stranger filled, a package's or a store's: its own regular files, and nothing else.

A link leads out of the folder, a pipe keeps its reader waiting for ever, and a device has no end. So a path is walked part by part, each
opened within the folder before it and none of them a link: what was checked is what is opened. Windows can't open a file within a folder
that is held; there each part is checked before the whole path is opened, which leaves a moment between the two.

This module is in ``registry`` and, word for word, in ``validation``, which may not need ``registry``. It can't be in a package below
both: somebody who loads a package may have a module ``validation`` or ``schemas`` beside the notebook, and gets neither of ours.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

__all__ = ["IS_POINTER", "POINTER", "Held", "IrregularError", "Within", "holding", "kind_of", "opened"]

POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that Git LFS left in place of one that it keeps elsewhere."""

IS_POINTER = "a Git LFS pointer in place of the file; `git lfs pull` fetches the file"

_HOLDS = {os.open, os.stat} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)
_FILE = _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)

_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class IrregularError(OSError):
    """At a path there is no file, or on the way no folder, of the place's own, but a link, a pipe, a device or the like; ``filename`` is
    the part of the path that is one, ``strerror`` what it is. ``errno`` is ``ELOOP`` for a link.
    """


def kind_of(status: os.stat_result) -> str:
    """What a path leads to, in words, links not followed: ``a file``, ``a folder``, ``a link``, …"""
    if getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        return "a link"
    return _KINDS.get(stat.S_IFMT(status.st_mode), "a device")


@dataclass(frozen=True)
class Held:
    """A folder that is held open: replacing it has no effect. ``number`` is the descriptor; it is None where a
    system has none for folders, and the folder is then found by its path each time.

    A call of ``os`` takes ``held.called(name)`` and ``dir_fd=held.number``.
    """

    path: Path
    number: int | None

    def called(self, name: str) -> str:
        """An entry's name for a call of ``os``."""
        return name if self.number is not None else str(self.path / name)

    def status(self, name: str) -> os.stat_result:
        """The status of an entry itself, a link not followed. Raises ``OSError``."""
        try:
            return os.stat(self.called(name), dir_fd=self.number, follow_symlinks=False)
        except OSError as error:
            raise self._by_its_path(name, error) from error

    def open(self, name: str, flags: int = os.O_RDONLY) -> int:
        """The descriptor of a regular file in the folder. Raises :class:`IrregularError` for anything else, and ``OSError``."""
        try:
            before = self._must_be(name, "a file")
        except FileNotFoundError:
            if not flags & os.O_CREAT:
                raise
            before = None
        try:
            handle = os.open(self.called(name), flags | _FILE, 0o666, dir_fd=self.number)
        except OSError as error:
            raise self._by_its_path(name, error) from error
        after = os.fstat(handle)
        if not stat.S_ISREG(after.st_mode) or not (_HOLDS or before is None or os.path.samestat(before, after)):
            os.close(handle)
            raise IrregularError(errno.EINVAL, "changed while it was opened", str(self.path / name))
        return handle

    def inner(self, name: str) -> Held:
        """A folder in the folder, held as well. Raises :class:`IrregularError` where it isn't one, and ``OSError``."""
        self._must_be(name, "a folder")
        if self.number is None:
            return Held(self.path / name, None)
        try:
            return Held(self.path / name, os.open(name, _FOLDER | _NO_LINK, dir_fd=self.number))
        except OSError as error:
            raise self._by_its_path(name, error) from error

    def names(self) -> list[str]:
        """What is in the folder, sorted. Raises ``OSError``."""
        handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.number) if self.number is not None else None
        try:
            with os.scandir(self.path if handle is None else handle) as found:
                return sorted(entry.name for entry in found)
        finally:
            if handle is not None:
                os.close(handle)

    def close(self) -> None:
        """Hold it no longer."""
        if self.number is not None:
            os.close(self.number)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _must_be(self, name: str, kind: str) -> os.stat_result:
        status = self.status(name)
        found = kind_of(status)
        if found == kind:
            return status
        if kind == "a folder" and found == "a file":
            raise NotADirectoryError(errno.ENOTDIR, "is not a folder", str(self.path / name))
        number = errno.ELOOP if found == "a link" else errno.EINVAL
        raise IrregularError(number, f"is {found}, not {kind}", str(self.path / name))

    def _by_its_path(self, name: str, error: OSError) -> OSError:
        """The system's error about an entry's name, with its whole path."""
        return OSError(error.errno, error.strerror, str(self.path / name))


@contextmanager
def holding(top: Path, path: str = "") -> Iterator[Held]:
    """The folder at a path beneath ``top``, which itself is wherever its caller says, through a link too.

    Raises :class:`IrregularError` where a part of the path is a link or leads out, and ``OSError`` where it isn't there.
    """
    held = _walked(top, _parts(top, path))
    try:
        yield held
    finally:
        held.close()


def opened(top: Path, path: str) -> io.BufferedReader:
    """The file at a path beneath ``top``, to be read. Raises as :func:`holding`, and for what isn't a regular file."""
    *folders, name = _parts(top, path) or [""]
    if not name:
        raise IrregularError(errno.EINVAL, "has no file name", str(top))
    held = _walked(top, folders)
    try:
        return os.fdopen(held.open(name), "rb")
    finally:
        held.close()


def _walked(top: Path, folders: Sequence[str]) -> Held:
    """The folder to which names lead from ``top``, each within the one before it."""
    held = Held(top, os.open(top, _FOLDER) if _HOLDS else None)
    for name in folders:
        try:
            inner = held.inner(name)
        finally:
            held.close()
        held = inner
    return held


@dataclass(frozen=True)
class Within:
    """A file by its path within a folder, which is opened in no other way than :func:`opened` does."""

    folder: Path
    path: str

    @property
    def place(self) -> Path:
        """Where it is; for messages, and for a reader that takes nothing but a path."""
        return self.folder / self.path

    def open(self) -> io.BufferedReader:
        """The file's bytes. Raises ``OSError``."""
        return opened(self.folder, self.path)

    def text(self) -> io.TextIOWrapper:
        """The file as UTF-8, line ends as they are; what isn't UTF-8 is replaced. Raises ``OSError``."""
        return io.TextIOWrapper(self.open(), encoding="utf-8", errors="replace", newline="")


def _parts(top: Path, path: str) -> tuple[str, ...]:
    """The names in a path. Raises :class:`IrregularError` where one of them isn't the name of something in a folder."""
    parts, fault = _separated(path)
    if fault is not None:
        raise IrregularError(errno.EINVAL, fault[0], str(top / fault[1]))
    return parts


@lru_cache(maxsize=1_000)
def _separated(path: str) -> tuple[tuple[str, ...], tuple[str, str] | None]:
    """The names in a path, and why one of them can't be the name of something in a folder, with what may be shown of the path."""
    parts = PurePosixPath(path).parts
    forbidden = "\0\\:" if os.name == "nt" else "\0\\"
    if path.startswith("/") or ".." in parts or any(c in path for c in forbidden):
        return parts, ("leads out of the folder", path.replace("\0", "?"))
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return parts, ("contains a name that no file can have", "")
    return parts, None
