"""Which files of a package are frozen when it is accepted, and their digests."""

from __future__ import annotations

import hashlib
from pathlib import Path

from registry.packages.descriptor import path_of, resources
from registry.packages.finding import Entry

__all__ = ["BESIDE", "hash_file", "hashes_of"]

BESIDE = ("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE")
"""What is frozen with a package, where it has it, besides its descriptor, its tables and the mapping it was made by."""


def hashes_of(entry: Entry) -> dict[str, str]:
    """The digests of the files that are frozen, by path within the package.

    What is not there, or leads out of the package, is passed over: validation has a word for it.
    """
    from validation.files import fault_of_path, resolve

    tables = (path_of(r) for r in resources(entry.descriptor))
    paths = ["datapackage.json", *tables, entry.descriptor.get("mapping"), *BESIDE]
    found = {}
    for path in dict.fromkeys(p for p in paths if isinstance(p, str)):
        where = None if fault_of_path(path) else resolve(entry.folder, path)[0]
        if where is not None:
            found[path] = hash_file(where)
    return found


def hash_file(path: Path) -> str:
    """The digest of a file, which may be larger than memory."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
