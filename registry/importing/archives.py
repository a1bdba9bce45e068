"""The one file of a ZIP archive that is wanted, unpacked and no larger than it may be."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from registry.importing.bounds import MOST_BYTES
from registry.importing.problems import ImportProblem, listed, nearest
from validation.hints import named

__all__ = ["BROKEN", "unpack"]

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""What zipfile raises for an archive that is damaged, or whose offsets lead anywhere."""

_MOST_FILES = 10_000
_CHUNK = 1 << 18


def unpack(path: Path, member: str | None, to: Path) -> None:
    """Write a file of an archive, the only one where none is named, to ``to``. Raises ``ImportProblem``."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [part for part in archive.infolist() if not part.is_dir()]
            if len(files) > _MOST_FILES:
                raise ImportProblem(f"{path}: the archive has {len(files):,} files; at most {_MOST_FILES:,} are allowed.")
            part = _chosen(path, files, member)
            if part.flag_bits & 1:
                raise ImportProblem(f"{path}: the file {named(part.filename)} in it is encrypted. Unpack it first.")
            if part.file_size > MOST_BYTES:
                raise ImportProblem(
                    f"{path}: the file {named(part.filename)} in it has {part.file_size:,} bytes; at most {MOST_BYTES:,} are allowed."
                )
            with archive.open(part) as source, to.open("wb") as target:  # gives no more bytes than the part says it has
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
    except BROKEN as error:
        raise ImportProblem(f"{path}: this can't be read as a ZIP archive: {error}.") from error


def _chosen(path: Path, files: list[zipfile.ZipInfo], member: str | None) -> zipfile.ZipInfo:
    names = [part.filename for part in files]
    if member is None and len(files) != 1:
        found = f"{len(files)} files: {listed(names)}" if files else "no file"
        raise ImportProblem(f"{path}: the archive has {found}. Name one of them as `member`.")
    matching = [part for part in files if member in {None, part.filename}]
    if not matching:
        raise ImportProblem(f"{path}: the archive has no file {named(member or '')}. {nearest(member or '', names)}")
    if len(matching) > 1:
        raise ImportProblem(f"{path}: the archive has {len(matching)} files called {named(member or '')}. Pack it again.")
    return matching[0]
