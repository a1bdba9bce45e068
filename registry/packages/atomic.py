"""Writing one file completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.packages.opening import IrregularError, kind_of
from registry.packages.room import Writing

__all__ = ["draft_of", "is_draft", "target_of", "write_whole"]


def write_whole(path: Path, content: bytes, *, named: bool = True) -> None:
    """Write the file next to its place and move it there, so that nobody ever sees half of it. ``named`` as of :func:`target_of`. Raises
    ``OSError``.
    """
    with draft_of(path, named=named) as draft:
        draft.write_bytes(content)


def target_of(path: Path, *, named: bool) -> Path:
    """The file that is written when ``path`` is: where a link leads, if somebody named it.

    A place that nobody ``named``, such as that of an output by default, may have a file or nothing: anything else there came with the
    folder, perhaps from a stranger. Raises :class:`IrregularError` then, and ``PermissionError`` for a file that is read-only: moving another
    into its place would get round that.
    """
    if not named and os.path.lexists(path) and (kind := kind_of(path.lstat())) != "a file":
        raise IrregularError(errno.ELOOP, f"is {kind}; to write there, name it with --output", str(path))
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(path))
    return target


@contextmanager
def draft_of(path: Path, *, named: bool = True) -> Iterator[Path]:
    """A file to write to, which takes the place of ``path`` when the block ends well and goes away when it doesn't.

    A pipe or a device that is ``named``, such as /dev/stdout, is written to, not replaced. Raises ``OSError``.
    """
    there = os.path.lexists(path)
    if there and named and path.exists() and not path.is_file():
        with Writing(path), tempfile.TemporaryDirectory() as scratch:
            draft = Path(scratch) / "draft"
            draft.touch()
            yield draft
            with draft.open("rb") as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
        return
    target = target_of(path, named=named) if there else path
    beginning = target.with_name(_beginning(target.name))
    with Writing(path, beginning):
        draft = _empty(beginning)
        try:
            yield draft
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def is_draft(name: str, of: str) -> bool:
    """Whether a file's name is that of a draft of a file called ``of``. One is left where a process was killed while it wrote it."""
    beginning = _beginning(of)
    return name.startswith(beginning) and re.fullmatch("[0-9a-f]{8}", name[len(beginning) :]) is not None


def _beginning(name: str) -> str:
    return f".{name[:100]}."


def _empty(beginning: Path) -> Path:
    """A new empty file, whose path begins so, with the mode that any new file gets."""
    while True:
        path = f"{beginning}{secrets.token_hex(4)}"
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            return Path(path)
