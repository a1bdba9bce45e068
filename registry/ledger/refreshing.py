"""Writing again what a draft's descriptor says about its tables. ``python -m registry.ledger.refreshing`` does so with the schemas of all
drafts of the registry.

A descriptor carries the schema of each of its tables, so that any Frictionless tool can read them. Where a model's words change,
a draft's copy follows; the data stay as they are. An accepted package keeps the schema that it was accepted with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from registry.errors import RequestError
from registry.ledger.standing import Standing, standing
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.packages.atomic import write_whole
from registry.packages.descriptor import as_bytes, beside, objects, path_of, resources
from registry.packages.finding import DESCRIPTOR, Entry, entries
from registry.packages.frozen import hash_file
from registry.packages.opening import opened
from schemas.rendering import table_schema
from schemas.tables import TABLES
from validation.profile import TABULAR

__all__ = ["refresh", "refreshed", "require_draft"]


def refreshed(descriptor: dict[str, Any]) -> dict[str, Any]:
    """The descriptor with the present schema of each of its tables, of the columns that it lists: a column that is new since is in no
    file of the package, and a key that has grown since stays as it was. Each table says that it is one.
    """
    written = [
        {"profile": TABULAR, **r, "schema": table_schema(r["name"], _stated(r), first_key=_by_first_key(r))}
        if r.get("name") in TABLES
        else r
        for r in resources(descriptor)
    ]
    return {**descriptor, "resources": written}


def _stated(resource: dict[str, Any]) -> set[str] | None:
    schema = resource.get("schema")
    return {str(f.get("name")) for f in objects(schema.get("fields"))} if isinstance(schema, dict) else None


def _by_first_key(resource: dict[str, Any]) -> bool:
    """Whether the schema states the key that the table had before columns joined it: an accepted package keeps it."""
    schema = resource.get("schema")
    return isinstance(schema, dict) and schema.get("uniqueKeys") == [list(TABLES[resource["name"]].first_key())]


def refresh(root: Path, entry: Entry) -> list[str]:
    """Write what a draft's descriptor says about its tables' files again: their sizes and hashes, and the tables' schemas. Returns what changed,
    in words, nothing where it was so already. Nothing else is touched.

    Raises ``RequestError`` for a version that is accepted, for a descriptor that can't be read, and for a file that isn't there or isn't the
    package's own.
    """
    require_draft(root, entry)
    new = refreshed(dict(entry.descriptor))
    new["resources"] = [_measured(entry, r) for r in new["resources"]]
    changes = list(_changes(resources(entry.descriptor), new["resources"]))
    if changes:
        write_whole(entry.folder / DESCRIPTOR, as_bytes(new), named=False)
    return changes


def require_draft(root: Path, entry: Entry) -> None:
    """Raise ``RequestError`` for a package that isn't a draft whose files may be written: an accepted version, a link, a descriptor that
    can't be read.
    """
    if not entry.descriptor:
        raise RequestError(f"{entry.folder / DESCRIPTOR} can't be read; `outcomes validate {entry.name}` says why")
    if entry.folder.is_symlink():
        raise RequestError(f"{entry.folder} is a link; name the package where it is")
    store = FolderStore(root / STORE)
    ledger = ledger_of(store)
    if str(entry.version) in ledger.accepted(entry.name):
        same = standing(store, ledger, entry) is Standing.ACCEPTED
        what = "it is as it was accepted" if same else "its files changed since"
        raise RequestError(
            f"{entry.name}@{entry.version} is accepted, and {what}; give a correction a new version in {DESCRIPTOR} first, then refresh it"
        )


def _measured(entry: Entry, resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with the size and the hash of its file as it is."""
    as_well = beside(resource)
    if as_well is not None:
        resource = {**resource, "parquet": _measured(entry, as_well)}
    path = path_of(resource)
    if path is None:
        return resource
    try:
        with opened(entry.folder, path) as file:
            return {**resource, "bytes": os.fstat(file.fileno()).st_size, "hash": hash_file(file)}
    except OSError as error:
        raise RequestError(f"{entry.folder / path}: {error.strerror}; `outcomes validate {entry.name}` says more") from error


def _changes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[str]:
    for old, new in zip(before, after, strict=True):
        if (old.get("hash"), old.get("bytes")) != (new.get("hash"), new.get("bytes")):
            yield f"{new['path']}: {new['bytes']:,} bytes, {new['hash']}"
        if (said := beside(new)) is not None and said != beside(old):
            yield f"{said['path']}: {said['bytes']:,} bytes, {said['hash']}"
        if old.get("schema") != new.get("schema"):
            yield f"{new.get('name')}: the schema, in the present words"
        if "profile" in new and "profile" not in old:
            yield f"{new.get('name')}: its profile, which R's frictionless asks for"


def main() -> None:
    root = Path(__file__).parents[2]
    store = FolderStore(root / STORE)
    ledger = ledger_of(store)
    for entry in entries(root):
        if standing(store, ledger, entry) is not Standing.DRAFT or entry.folder.is_symlink() or not entry.descriptor:
            continue
        new = as_bytes(refreshed(dict(entry.descriptor)))
        with opened(entry.folder, DESCRIPTOR) as file:
            old = file.read()
        if new != old:
            write_whole(entry.folder / DESCRIPTOR, new, named=False)


if __name__ == "__main__":
    main()
