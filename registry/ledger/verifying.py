"""Verifying: every hash of the ledger and the store recomputed, offline. Nothing is changed, and nothing is believed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from registry.errors import NotFoundError, RequestError
from registry.ledger.anchoring import STATEMENT, read_anchor
from registry.ledger.canonical import content_digest, table_digest
from registry.ledger.layout import StoreLayout, survey
from registry.ledger.model import is_stored, object_path
from registry.ledger.parquet import table_in
from registry.ledger.records import FIRST, LINE_ENDS, Ledger, LedgerError, Record, moment
from registry.ledger.releases import released
from registry.ledger.store import ANCHORS, LEDGER, OBJECTS, STORE, DamagedError, FolderStore, ledger_of
from registry.ledger.verified import Verified, is_settled, size_of
from registry.packages.descriptor import path_of, resources
from registry.packages.finding import DESCRIPTOR
from registry.packages.opening import IS_POINTER, POINTER

__all__ = ["Damage", "Verification", "verify"]

_CHUNK = 1 << 20
_MOST_OF_A_POINTER = 1_024
"""Bytes that a pointer of Git LFS may have, by its specification."""


@dataclass(frozen=True)
class Damage:
    """A file of the store that isn't as it was recorded; ``record`` is the number of the record that says so, if one does."""

    file: str
    message: str
    record: int | None = None


@dataclass(frozen=True)
class Verification:
    """What was checked, and what is damaged, first things first. ``leftovers`` are files that no record names, such as a killed
    ``accept`` leaves: they aren't part of the registry. ``unfinished`` counts the bytes behind the ledger's last line feed; they are a
    whole record that lost its own where ``unended`` is true. ``backwards`` lists the records with a time before that of the record above:
    somebody's clock was wrong, or somebody's word.
    """

    records: int
    files: int
    bytes: int
    head: str
    damages: tuple[Damage, ...]
    leftovers: tuple[str, ...] = ()
    unfinished: int = 0
    unended: bool = False
    backwards: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    """The anchors in the store, by their paths in it."""
    unhashed: Mapping[str, str] = field(default_factory=dict)
    """Files that weren't hashed, for they are as they were when they were: each with when that was (UTC)."""
    verified: Verified = field(default_factory=Verified)
    """What needs no hashing next time."""

    @property
    def whole(self) -> bool:
        return not self.damages


@dataclass(frozen=True)
class _Looked:
    """A store, the stamps of its files, and what was seen of it so far: the size and the damage of files by their path, when those were hashed
    that needn't be again, and the digests of tables by the path and rows of their files, which releases share.
    """

    store: FolderStore
    stamps: Mapping[str, str]
    sizes: dict[str, int]
    damages: dict[str, Damage]
    unhashed: dict[str, str] = field(default_factory=dict)
    digests: dict[tuple[str, int], str] = field(default_factory=dict)


def verify(
    store: Path,
    progress: Callable[[str], None] | None = None,
    *,
    head: str | None = None,
    anchors: Sequence[Path] = (),
    before: Verified | None = None,
) -> Verification:
    """Recompute every hash of the store in that folder. ``head`` is one that the ledger had at some time, and ``anchors`` are files that say
    what it was: a ledger that was cut or rewritten since doesn't have it any more. The anchors in the store are looked at always. ``before`` is
    what was verified earlier: a release that was then, and whose files have the same stamps, is not looked at again.

    Raises ``RequestError`` for a file that isn't an anchor, ``NotFoundError`` where nothing was ever accepted, and ``OSError`` where a file
    is there and can't be read.
    """
    stated = {path: read_anchor(path) for path in anchors}
    before, began, now = before or Verified(), time.time_ns(), moment()
    try:
        layout = survey(store)
    except FileNotFoundError:
        layout = StoreLayout((), {})
    except DamagedError as error:
        return Verification(0, 0, 0, FIRST, (Damage(STORE, str(error)),))
    if not layout.files and not layout.strange:
        raise NotFoundError(f"nothing is accepted here yet: there is no {store / LEDGER}")
    damages = {path: Damage(path, f"{path} {what}") for path, what in layout.strange.items()}
    try:
        ledger = Ledger() if LEDGER in damages else ledger_of(FolderStore(store), well_formed=before.releases)
    except LedgerError as error:
        damaged = Damage(LEDGER, str(error), error.line)
        return Verification(error.line - 1, 0, 0, FIRST, (damaged, *damages.values()))
    seen = {LEDGER: (store / LEDGER).stat().st_size} if LEDGER in layout.files else {}
    looked = _Looked(FolderStore(store), layout.stamps, seen, damages)
    whole = _look_at_releases(looked, ledger, before, progress)
    if head is not None and head not in {record.hash for record in ledger.records}:
        what = f"no record has the head {head}: the ledger was cut or rewritten since, or this isn't the one that had it"
        damages.setdefault(LEDGER, Damage(LEDGER, what))
    for file, anchor in stated.items():
        if (fault := anchor.fault(ledger)) is not None:
            damages[str(file)] = Damage(str(file), f"by {file}, {fault}")
    kept = [path for path in layout.files if path.startswith(f"{ANCHORS}/")]
    damages.update({d.file: d for d in _anchored(FolderStore(store), ledger, kept)})
    leftovers = [path for path in layout.files if path not in seen and path not in damages and path not in kept]
    for path in leftovers:
        damages.update({d.file: d for d in _misnamed(FolderStore(store), path)})
    hashed = {
        path: looked.unhashed.get(path, now)
        for path, stamp in layout.stamps.items()
        if path in seen and path not in damages and path != LEDGER and (path in looked.unhashed or is_settled(stamp, began))
    }
    return Verification(
        len(ledger.records),
        len(seen),
        sum(seen.values()),
        ledger.head,
        tuple(damages.values()),
        tuple(leftovers),
        ledger.unfinished,
        ledger.unended,
        tuple(_backwards(ledger)),
        tuple(path for path in kept if path.endswith(STATEMENT)),
        looked.unhashed,
        Verified(whole, {path: layout.stamps[path] for path in hashed}, hashed),
    )


def _look_at_releases(
    looked: _Looked, ledger: Ledger, before: Verified, progress: Callable[[str], None] | None
) -> frozenset[str]:
    """Compare the files of every release with its record. The hashes of the records of which all is as it was recorded."""
    whole, unchanged = set[str](), before.unchanged(looked.stamps)
    for record in ledger.records:
        if record.kind != "accept":
            continue
        wanted = _wanted(record)
        if record.hash in before.releases and wanted.keys() <= unchanged:
            # One by one: a difference would go through all files seen so far.
            for path in wanted:
                if path not in looked.sizes:
                    looked.sizes[path], looked.unhashed[path] = size_of(looked.stamps[path]), before.hashed[path]
        else:
            if progress is not None:
                progress(record.label)
            _look_at_release(looked, record, wanted)
        if not wanted.keys() & looked.damages.keys():
            whole.add(record.hash)
    return frozenset(whole)


def _backwards(ledger: Ledger) -> Iterator[str]:
    for before, record in pairwise(ledger.records):
        if record.data["at"] < before.data["at"]:
            yield f"record {record.sequence} is dated {record.data['at']}, before the record above it ({before.data['at']})"


def _anchored(store: FolderStore, ledger: Ledger, anchors: Iterable[str]) -> Iterator[Damage]:
    """What the anchors in the store say that isn't so."""
    for path in anchors:
        if path.endswith(STATEMENT):
            try:
                fault = read_anchor(store.folder / path).fault(ledger)
            except RequestError as error:
                fault = str(error)
            if fault is not None:
                yield Damage(path, fault if fault.startswith(str(store.folder)) else f"by {path}, {fault}")


def _wanted(record: Record) -> dict[str, tuple[str, int | None]]:
    """The files of a release by their path in the store: the hash of each, and its size where the record has that."""
    data = record.data
    files = [data["release"], *(t["parquet"] for t in data["tables"].values())]
    wanted: dict[str, tuple[str, int | None]] = {f["path"]: (f["hash"], f["bytes"]) for f in files}
    wanted |= {object_path(f["hash"], f["path"]): (f["hash"], f["bytes"]) for f in data["files"]}
    wanted[data["report"]] = f"sha256:{Path(data['report']).stem}", None
    return wanted


def _look_at_release(looked: _Looked, record: Record, wanted: Mapping[str, tuple[str, int | None]]) -> None:
    """Compare the files of one release with its record, each file once; what they say only where they are what was recorded."""
    seen, damages = looked.sizes, looked.damages
    for path, (digest, size) in wanted.items():
        known = path in seen or path in damages
        damage = None if known else _damage(looked.store, path, digest, record, seen)
        if damage is None and size is not None and seen.get(path, size) != size:
            what = f"{path} has {seen[path]:,} bytes, but {record.label} (record {record.sequence}) says {size:,}"
            damage = Damage(path, what, record.sequence)
        if damage is not None:
            damages.setdefault(path, damage)
    if not wanted.keys() & damages.keys():
        damages.update({d.file: d for d in _content_damages(looked, record)})


def _damage(store: FolderStore, path: str, digest: str, record: Record, seen: dict[str, int]) -> Damage | None:
    try:
        found, size = _hash(store, path)
    except (FileNotFoundError, DamagedError) as error:
        word = "is missing" if isinstance(error, FileNotFoundError) else "is no longer the store's own file"
        what = f"{path} {word}; {record.label} (record {record.sequence}) has it with {digest}"
        return Damage(path, what, record.sequence)
    seen[path] = size
    if found == digest:
        return None
    if size < _MOST_OF_A_POINTER and store.read(path).startswith(POINTER):
        return Damage(path, f"{path} is {IS_POINTER}", record.sequence)
    if _by_line_feeds(store, path) == digest:
        return Damage(path, f"{path} isn't as {record.label} (record {record.sequence}) says: {LINE_ENDS}", record.sequence)
    what = f"{path} was changed: it has {found}, but {record.label} (record {record.sequence}) says {digest}"
    return Damage(path, what, record.sequence)


def _content_damages(looked: _Looked, record: Record) -> Iterator[Damage]:
    """Whether tables and descriptors say what was recorded of them: the hash of a file says only that it is the same file."""
    store, digests = looked.store, looked.digests
    data = record.data
    tables = {}
    for name, table in data["tables"].items():
        path, rows = table["parquet"]["path"], table["rows"]
        try:
            if (path, rows) not in digests:
                digests[path, rows] = table_digest(table_in(store.read(path), rows, path))
            tables[name] = digests[path, rows]
        except DamagedError as error:
            yield Damage(path, f"the table {name} of {record.label}: {error}", record.sequence)
            return
        if tables[name] != table["digest"]:
            what = f"the table {name} of {record.label} has the content {tables[name]}, but the record says {table['digest']}"
            yield Damage(path, what, record.sequence)
    release = data["release"]["path"]
    try:
        named = released(store, record).descriptor["resources"]
    except DamagedError as error:
        yield Damage(release, str(error), record.sequence)
        return
    paths, content = _submitted(store, record, tables)
    if content != data["content"]:
        what = f"the content of {record.label} differs from record {record.sequence}"
        yield Damage(release, what, record.sequence)
    files = {f["path"]: f["hash"] for f in data["files"]}
    if [r["hash"] for r in named] != [files.get(str(p)) for p in paths]:
        yield Damage(release, f"{release} names other files than record {record.sequence}", record.sequence)


def _submitted(store: FolderStore, record: Record, tables: Mapping[str, str]) -> tuple[list[str | None], str | None]:
    """The paths of the tables by the descriptor that was submitted, and the digest of the content by it; None if it isn't a descriptor."""
    submitted = next(f for f in record.data["files"] if f["path"] == DESCRIPTOR)
    try:
        stated = json.loads(store.read(object_path(submitted["hash"], DESCRIPTOR)))
        paths = list(map(path_of, resources(stated)))
        others = {f["path"]: f["hash"] for f in record.data["files"] if f["path"] not in paths and f is not submitted}
        return paths, content_digest(stated, tables, others)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # whatever JSON holds besides a descriptor
        return [], None


def _misnamed(store: FolderStore, path: str) -> Iterator[Damage]:
    """An object that no record names must still be what its name says."""
    if path.startswith(f"{OBJECTS}/") and is_stored(path):
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


def _by_line_feeds(store: FolderStore, path: str) -> str:
    """The digest that a file would have if each carriage return and line feed were a line feed."""
    digest, rest = hashlib.sha256(), b""
    with store.open(path) as file:
        while chunk := file.read(_CHUNK):
            whole = (rest + chunk).replace(b"\r\n", b"\n")
            rest = whole[-1:] if whole.endswith(b"\r") else b""
            digest.update(whole[: len(whole) - len(rest)])
    digest.update(rest)
    return f"sha256:{digest.hexdigest()}"
