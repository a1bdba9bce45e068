"""A disk that is full, or can't be written: told with the path, whichever library noticed it."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from types import TracebackType

__all__ = ["Writing", "disk_error"]

_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
_PATH = re.compile(r'"(/[^"\\\n]+)')
_WORDS = {os.strerror(code): code for code in _CODES}


def disk_error(error: BaseException) -> OSError | None:
    """What the disk did, where that is what an error is about; None for any other.

    A database engine says so in its own words, and often of what followed only. The path is the one in the error's words.
    """
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            break
        code = seen.errno if isinstance(seen, OSError) else next((c for said, c in _WORDS.items() if said in str(seen)), None)
        if code in _CODES:
            quoted = _PATH.search(str(seen))
            path = seen.filename if isinstance(seen, OSError) else quoted and quoted[1]
            return OSError(code, os.strerror(code), None if path is None else str(path))
        seen = seen.__cause__ or seen.__context__
    return None


class Writing:
    """While the block lasts a file or folder is written: an ``OSError`` without a path, and what an engine says about the disk, gets its path.

    ``draft`` is what it is made in until it is whole, whose name would tell nobody anything.
    """

    def __init__(self, path: Path, draft: Path | None = None) -> None:
        self.path, self.draft = path, draft

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            return
        if isinstance(error, OSError):
            if error.errno is not None and self._is_its_own(error.filename):
                raise OSError(error.errno, error.strerror, str(self.path)) from error
        elif (found := disk_error(error)) is not None:
            where = str(self.path) if self._is_its_own(found.filename) else found.filename
            raise OSError(found.errno, found.strerror, where) from error

    def _is_its_own(self, path: object) -> bool:
        return path is None or (self.draft is not None and str(self.draft) in str(path))
