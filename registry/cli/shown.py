"""What ``list``, ``show`` and ``verify`` show, as data: ``list.schema.json`` and so on describe it, and their text is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from registry.ledger.proofs import Proof
    from registry.ledger.records import Ledger, Record
    from registry.ledger.store import FolderStore, Store
    from registry.ledger.verifying import Verification
    from registry.packages.finding import Entry

__all__ = ["GONE", "UNKNOWN", "listed", "shown", "verified"]

_MOST_PROPOSED = 1_000

GONE = "no folder"
"""The standing of a package that the ledger alone has."""

UNKNOWN = "unknown"
"""The standing of a package where the store can't be read."""

_UNKNOWN = {"standing": UNKNOWN, "accepted_version": None}
"""The standing of a package of which the ledger or a file can't be read."""


def listed(root: Path) -> list[dict[str, Any]]:
    """Each package of the registry: its name, version, title and standing. One whose folder is gone answers still, by the ledger."""
    from registry.errors import ChangedError
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from registry.packages.finding import entries

    store = FolderStore(root / STORE)
    try:
        ledger = ledger_of(store)
    except ChangedError:
        return [{**_named(entry), **_UNKNOWN} for entry in entries(root)]
    here = [{**_named(entry), **_standing_or_unknown(store, ledger, entry)} for entry in entries(root)]
    gone = (ledger.latest(name) for name in set(ledger.packages) - {one["name"] for one in here})
    return sorted(
        [*here, *(_without_folder(store, record) for record in gone if record is not None)], key=lambda one: one["name"]
    )


def shown(root: Path, name: str) -> dict[str, Any]:
    """Everything about one package; about one whose folder is gone, as it was last accepted. ``fault`` says why the ledger, or a release in it,
    can't be read. Raises :class:`registry.errors.NotFoundError`, and ``ChangedError`` where neither the folder nor what was accepted can be read.
    """
    from registry.errors import ChangedError
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from registry.packages.descriptor import licences, objects, resources, waivers

    store = FolderStore(root / STORE)
    entry = _entry(root, store, name)
    d = entry.descriptor
    told = {
        **_named(entry),
        "description": d["description"] if isinstance(d.get("description"), str) and d["description"].strip() else None,
        "licences": licences(d),
        "sources": [_texts(source, "title", "path", "version", "sha256") for source in objects(d.get("sources"))],
        "tables": [_table(entry.folder, resource) for resource in resources(d)],
        "proposed_terms": [t for r in resources(d) if r.get("name") == "terms" for t in _proposed(entry.folder, r)],
        "waivers": [{**_texts(w, "rule", "until", "approver", "reason"), "where": _where(w.get("where"))} for w in waivers(d)],
        **_UNKNOWN,
        "accepted": [],
        "fault": None,
    }
    try:
        ledger = ledger_of(store)
        told["accepted"] = list(_accepted(ledger, name))
        told |= _standing(store, ledger, entry)
    except ChangedError as error:
        told["fault"] = str(error)
    return told


def verified(done: Verification, proofs: Iterable[tuple[Path | None, Proof]] = ()) -> dict[str, Any]:
    """What a verification found, and what the proofs beside anchors say."""
    return {
        "intact": done.whole,
        "records": done.records,
        "files": done.files,
        "bytes": done.bytes,
        "head": done.head,
        "damages": [{"file": d.file, "message": d.message, "record": d.record} for d in done.damages],
        "leftovers": list(done.leftovers),
        "unfinished_bytes": 0 if done.unended else done.unfinished,
        "last_line_feed_missing": done.unended,
        "backwards": list(done.backwards),
        "anchors": list(done.anchors),
        "files_not_hashed": len(done.unhashed),
        "not_hashed_since": min(done.unhashed.values(), default=None),
        "proofs": [
            {"anchor": None if file is None else str(file), "holds": proof.holds, "words": proof.words} for file, proof in proofs
        ],
    }


def _named(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "version": entry.version, "title": entry.title or None, "readable": bool(entry.descriptor)}


def _entry(root: Path, store: FolderStore, name: str) -> Entry:
    """The package in its folder; where that is gone, in the store."""
    from registry.ledger.releases import released
    from registry.ledger.store import ledger_of
    from registry.packages.finding import Entry, find_entry, folder_of

    if folder_of(root, name) is None and (accepted := (ledger := ledger_of(store)).accepted(name)):
        record = ledger.latest(name) or list(accepted.values())[-1]
        return Entry(name, store.folder, released(store, record).descriptor)
    return find_entry(root, name)


def _standing(store: FolderStore, ledger: Ledger, entry: Entry) -> dict[str, Any]:
    """Whether what is in the folder is accepted, and the newest version that is and wasn't retracted."""
    from registry.ledger.standing import Standing, standing

    latest = ledger.latest(entry.name)
    accepted_version = None if latest is None else latest.version
    if entry.folder == store.folder:
        return {"standing": GONE, "accepted_version": accepted_version}
    found = standing(store, ledger, entry)
    changed = found is Standing.DRAFT and str(entry.version) in ledger.accepted(entry.name)
    return {"standing": f"changed since {entry.version}" if changed else found.value, "accepted_version": accepted_version}


def _standing_or_unknown(store: FolderStore, ledger: Ledger, entry: Entry) -> dict[str, Any]:
    from registry.errors import ChangedError

    try:
        return _standing(store, ledger, entry)
    except (OSError, ChangedError):
        return _UNKNOWN


def _without_folder(store: Store, record: Record) -> dict[str, Any]:
    """A package that the ledger alone has, as it was accepted."""
    from registry.errors import ChangedError
    from registry.ledger.releases import released

    told = {"name": record.package, "version": None, "title": None, "readable": True}
    try:
        title = released(store, record).descriptor.get("title")
    except (OSError, ChangedError):
        return {**told, **_UNKNOWN}
    return {**told, "title": title, "standing": GONE, "accepted_version": record.version}


def _accepted(ledger: Ledger, name: str) -> Iterator[dict[str, Any]]:
    for version, record in ledger.accepted(name).items():
        retraction = ledger.retraction(name, version)
        retracted = None if retraction is None else {n: retraction.data[n] for n in ("at", "reason", "superseded_by")}
        yield {"version": version, "at": record.data["at"], "by": record.data["by"], "retracted": retracted}


def _texts(stated: Mapping[str, Any], *names: str) -> dict[str, str | None]:
    return {name: None if stated.get(name) is None else str(stated[name]) for name in names}


def _where(stated: object) -> dict[str, str | None]:
    return _texts(stated, *stated) if isinstance(stated, dict) else {}


def _table(folder: Path, resource: Mapping[str, Any]) -> dict[str, Any]:
    """A table with its rows, its records less the header; or why their number isn't known."""
    import csv

    from registry.packages.descriptor import is_parquet
    from registry.packages.opening import IrregularError, Within
    from registry.packages.parquet import UnreadableParquetError

    rows, fault = None, None
    try:
        if is_parquet(resource):
            rows = _frame(folder, resource).height
        else:
            with Within(folder, str(resource.get("path"))).text() as file:
                rows = max(sum(1 for _ in csv.reader(file)) - 1, 0)
    except (FileNotFoundError, NotADirectoryError):
        fault = "missing"
    except IrregularError:
        fault = "not a file of the package"
    except (OSError, UnreadableParquetError, csv.Error):
        fault = "unreadable"
    return {**_texts(resource, "name", "path"), "rows": rows, "fault": fault}


def _proposed(folder: Path, resource: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """The terms that the package proposes; none of a table that can't be read, of which the tables tell."""
    import csv

    from registry.packages.descriptor import is_parquet
    from registry.packages.opening import Within
    from registry.packages.parquet import UnreadableParquetError

    names = ("vocabulary", "id", "label")
    try:
        if is_parquet(resource):
            return [_texts(row, *names) for row in _frame(folder, resource).head(_MOST_PROPOSED).to_dicts()]
        with Within(folder, str(resource.get("path"))).text() as file:
            return [_texts(row, *names) for row in islice(csv.DictReader(file), _MOST_PROPOSED)]
    except (OSError, UnreadableParquetError, csv.Error):
        return []


def _frame(folder: Path, resource: Mapping[str, Any]) -> pl.DataFrame:
    """The table in a Parquet file. Raises ``OSError`` and ``UnreadableParquetError``."""
    from registry.packages.opening import Within
    from registry.packages.parquet import frame_in

    path = Within(folder, str(resource.get("path")))
    with path.open() as file:
        return frame_in(file.read(), str(path.place))
