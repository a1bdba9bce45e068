"""Which files of a package are frozen when it is accepted, and their digests."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from registry.packages.descriptor import as_parquet, path_of, resources
from registry.packages.finding import DESCRIPTOR, Entry

__all__ = ["BESIDE", "contents", "digests", "hash_file", "hashes_of", "paths_of", "unfit"]

BESIDE = ("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE")
"""Files that are frozen with a package, if it has them, besides its descriptor, its tables and its mapping."""


def hashes_of(entry: Entry) -> dict[str, str]:
    """The digests of the files that are frozen, by path within the package.

    A file that is missing, outside the package or not regular is ignored: validation and :func:`unfit` report it.
    """
    return digests(entry.folder, paths_of(entry))


def digests(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """The digests of those of a package's files that can be opened, by path; of a descriptor only if it can be one by its size. Raises
    ``OSError`` where one can't be read to its end.
    """
    return {path: hash_file(content) for path, content in contents(folder, paths)}


def contents(folder: Path, paths: Iterable[str]) -> Iterator[tuple[str, io.BufferedReader]]:
    """Those of a package's files that can be opened, by path, one open at a time; as :func:`digests`."""
    from validation.bounds import LARGEST
    from validation.files import fault_of_path, resolve

    for path in paths:
        file = None if fault_of_path(path) else resolve(folder, path)[0]
        if file is not None:
            with file.open() as content:
                if path != DESCRIPTOR or os.fstat(content.fileno()).st_size <= LARGEST:
                    yield path, content


def unfit(entry: Entry) -> str | None:
    """Why the first file of the package that would be frozen and may not be opened, such as a link, may not; None where there is none."""
    from validation.files import fault_of_path, resolve

    looked_at = (resolve(entry.folder, path) for path in paths_of(entry) if not fault_of_path(path))
    return next((why for file, why, absent in looked_at if file is None and not absent), None)


def hash_file(file: io.BufferedReader) -> str:
    """The digest of a file's bytes, of which there may be more than memory holds."""
    return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def paths_of(entry: Entry) -> list[str]:
    """The paths of the files that are frozen, where they are there."""
    listed = resources(entry.descriptor)
    paths = [DESCRIPTOR, *map(path_of, listed), *map(as_parquet, listed), entry.descriptor.get("mapping"), *BESIDE]
    return list(dict.fromkeys(p for p in paths if isinstance(p, str)))
