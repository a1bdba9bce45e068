"""A file that somebody gave by its path, to be read: whether there is one."""

from __future__ import annotations

from pathlib import Path

__all__ = ["fault_of_file"]


def fault_of_file(path: Path, what: str = "the file", *, regular: bool = True) -> str | None:
    """Why no file can be read at a path, in sentences that begin with it; None where there is one. ``what`` is what it is to be.

    It has to be a ``regular`` one, since a pipe would be waited for, and a device read, without end, unless the little that is read of it comes from the user.
    """
    if not path.exists():
        return f"{path}: {what} can't be read: there is no such file."
    if path.is_dir() or (regular and not path.is_file()):
        found = "a folder" if path.is_dir() else "a pipe, a device or the like"
        return f"{path}: {what} is {found}, not a regular file. Give the file itself."
    return None
