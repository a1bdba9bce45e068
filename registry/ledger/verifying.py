"""Verifying: every hash of the ledger and the store recomputed, offline. Nothing is changed, and nothing is believed."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.errors import NotFoundError
from registry.ledger.canonical import content_digest, table_digest
from registry.ledger.layout import Layout, survey
from registry.ledger.records import FIRST, Ledger, LedgerError, Record
from registry.ledger.store import LEDGER, STORE, DamagedError, FolderStore, ledger_of, object_path
from registry.packages.descriptor import path_of, resources

__all__ = ["Damage", "Verification", "verify"]

_CHUNK = 1 << 20
_OBJECT = re.compile(r"objects/[0-9a-f]{64}(\.\w+)?")


@dataclass(frozen=True)
class Damage:
    """A file of the store that isn't as it was recorded; ``record`` is the number of the record that says so, if one does."""

    file: str
    message: str
    record: int | None = None


@dataclass(frozen=True)
class Verification:
    """What was looked at, and what is damaged, first things first. ``leftovers`` are files that no record names, such as a killed
    ``accept`` leaves: they are no part of the registry. ``unfinished`` counts the bytes behind the ledger's last line feed; they are a
    whole record that lost its own where ``unended`` is true.
    """

    records: int
    files: int
    bytes: int
    head: str
    damages: tuple[Damage, ...]
    leftovers: tuple[str, ...] = ()
    unfinished: int = 0
    unended: bool = False

    @property
    def whole(self) -> bool:
        return not self.damages


def verify(store: Path, progress: Callable[[str], None] | None = None) -> Verification:
    """Recompute every hash of the store in that folder.

    Raises ``NotFoundError`` where nothing was ever accepted, and ``OSError`` where a file is there and can't be read.
    """
    try:
        layout = survey(store)
    except FileNotFoundError:
        layout = Layout((), {})
    except DamagedError as error:
        return Verification(0, 0, 0, FIRST, (Damage(STORE, str(error)),))
    if not layout.files and not layout.strange:
        raise NotFoundError(f"nothing was accepted here yet: there is no {store / LEDGER}")
    damages = {path: Damage(path, f"{path} {what}") for path, what in layout.strange.items()}
    try:
        ledger = Ledger() if LEDGER in damages else ledger_of(FolderStore(store))
    except LedgerError as error:
        damaged = Damage(LEDGER, str(error), error.line)
        return Verification(error.line - 1, 0, 0, FIRST, (damaged, *damages.values()))
    seen = {LEDGER: (store / LEDGER).stat().st_size} if LEDGER in layout.files else {}
    for record in ledger.records:
        if record.kind == "accept":
            if progress is not None:
                progress(record.label)
            _look_at_release(FolderStore(store), record, seen, damages)
    leftovers = [path for path in layout.files if path not in seen and path not in damages]
    for path in leftovers:
        damages.update({d.file: d for d in _misnamed(FolderStore(store), path)})
    return Verification(
        len(ledger.records),
        len(seen),
        sum(seen.values()),
        ledger.head,
        tuple(damages.values()),
        tuple(leftovers),
        ledger.unfinished,
        ledger.unended,
    )


def _look_at_release(store: FolderStore, record: Record, seen: dict[str, int], damages: dict[str, Damage]) -> None:
    """Hold the files of one release against its record, each file once; what they say only where they are what was recorded."""
    data = record.data
    named = data["release"]
    wanted = {named["path"]: named["hash"]}
    wanted |= {object_path(f["hash"], f["path"]): f["hash"] for f in data["files"]}
    wanted |= {t["parquet"]["path"]: t["parquet"]["hash"] for t in data["tables"].values()}
    wanted[data["report"]] = f"sha256:{Path(data['report']).stem}"
    for path, digest in wanted.items():
        if path not in seen and path not in damages and (damage := _damage(store, path, digest, record, seen)) is not None:
            damages[path] = damage
    if not wanted.keys() & damages.keys():
        damages.update({d.file: d for d in _content_damages(store, record)})


def _damage(store: FolderStore, path: str, digest: str, record: Record, seen: dict[str, int]) -> Damage | None:
    try:
        found, size = _hash(store, path)
    except (FileNotFoundError, DamagedError) as error:
        word = "is gone" if isinstance(error, FileNotFoundError) else "isn't a file of the store's own any more"
        what = f"{path} {word}; {record.label} (record {record.sequence}) has it as {digest}"
        return Damage(path, what, record.sequence)
    seen[path] = size
    if found == digest:
        return None
    what = f"{path} was changed: it has {found}, and {record.label} (record {record.sequence}) says {digest}"
    return Damage(path, what, record.sequence)


def _content_damages(store: FolderStore, record: Record) -> Iterator[Damage]:
    """Whether the tables say what was recorded of them: the hash of a file says only that it is the same file."""
    import polars as pl

    release = record.data["release"]["path"]
    tables = {}
    for name, table in record.data["tables"].items():
        try:
            tables[name] = table_digest(pl.read_parquet(io.BytesIO(store.read(table["parquet"]["path"]))))
        except pl.exceptions.PolarsError as error:
            yield Damage(table["parquet"]["path"], f"the table {name} of {record.label} can't be read: {error}", record.sequence)
            return
        if tables[name] != table["digest"]:
            what = f"the table {name} of {record.label} has the content {tables[name]}, and the record says {table['digest']}"
            yield Damage(table["parquet"]["path"], what, record.sequence)
    submitted = next(f for f in record.data["files"] if f["path"] == "datapackage.json")
    stated = json.loads(store.read(object_path(submitted["hash"], "datapackage.json")))
    paths = list(map(path_of, resources(stated)))
    others = {f["path"]: f["hash"] for f in record.data["files"] if f["path"] not in paths and f is not submitted}
    if content_digest(stated, tables, others) != record.data["content"]:
        what = f"the content of {record.label} isn't what record {record.sequence} says"
        yield Damage(release, what, record.sequence)
    files = {f["path"]: f["hash"] for f in record.data["files"]}
    if [r["hash"] for r in json.loads(store.read(release))["resources"]] != [files[str(p)] for p in paths]:
        yield Damage(release, f"{release} names other files than record {record.sequence}", record.sequence)


def _misnamed(store: FolderStore, path: str) -> Iterator[Damage]:
    """An object that no record names must still be what its name says."""
    if _OBJECT.fullmatch(path):
        found, _ = _hash(store, path)
        if object_path(found, path) != path:
            yield Damage(path, f"{path} was changed: it has {found}")


def _hash(store: FolderStore, path: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with store.open(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return f"sha256:{digest.hexdigest()}", size
