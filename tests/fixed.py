"""The registry as it was after its first records: the packages that code is tested with, whatever lies in ``datapackages/`` by now.

The ledger only grows, and the store keeps every file of each version, so a number fixes the packages. A test that needs what a newer package
has takes a higher one; what was printed of the packages (golden reports) is then written anew. Code is tested with few, since all that is
built and compared grows with them; the consoles in the documentation show the answers of many.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

from registry.ledger.records import Record
from registry.ledger.store import LEDGER, STORE, FolderStore, ledger_of, object_path

RECORDS = 15
DOCUMENTED = 44
PROJECT = Path(__file__).parents[1]


@cache
def registry(count: int = RECORDS) -> Path:
    """The fixed registry's folder, with packages and ledger, or as it was after fewer records. It is written where it isn't there or not
    as it should be: nobody changes it.
    """
    store = PROJECT / STORE
    records = ledger_of(FolderStore(store)).records[:count]
    root = PROJECT / "build" / "fixed" / records[-1].hash.removeprefix("sha256:")[:12]
    lines = (store / LEDGER).read_bytes().splitlines(keepends=True)[:count]
    files = {f"{STORE}/{path}": (store / path).read_bytes() for record in records for path in _stored(record)}
    files[f"{STORE}/{LEDGER}"] = b"".join(lines)
    for package, record in {r.package: r for r in records}.items():
        for f in record.data["files"]:
            files[f"datapackages/{package}/{f['path']}"] = (store / object_path(f["hash"], f["path"])).read_bytes()
    # What begins with a dot is the draft of another process.
    there = {p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")}
    for path in there.keys() - files.keys():
        there[path].unlink(missing_ok=True)
    for path, content in files.items():
        if path not in there or there[path].read_bytes() != content:
            _put(root / path, content)
    return root


def _stored(record: Record) -> set[str]:
    """The files of the store that a record names."""
    data = record.data
    tables = (t["parquet"]["path"] for t in data["tables"].values())
    return {data["release"]["path"], data["report"], *tables, *(object_path(f["hash"], f["path"]) for f in data["files"])}


def _put(path: Path, content: bytes) -> None:
    """Tests run in several processes, which all find the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def copied(folder: Path, count: int = RECORDS) -> Path:
    """A copy of the fixed registry, which a test may change, in a folder."""
    return Path(shutil.copytree(registry(count), folder, dirs_exist_ok=True))
