"""``python -m registry.ledger.refreshing``: write the tables' schemas again into the descriptors of the registry's drafts.

A descriptor carries the schema of each of its tables, so that any Frictionless tool can read them. Where a model's words change,
a draft's copy follows; the data stay as they are. An accepted package keeps the schema that it was accepted with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from registry.ledger.standing import Standing, standing
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.packages.atomic import write_whole
from registry.packages.descriptor import objects, resources
from registry.packages.finding import DESCRIPTOR, entries
from registry.packages.opening import opened
from schemas.rendering import table_schema
from schemas.tables import TABLES

__all__ = ["refreshed"]


def refreshed(descriptor: dict[str, Any]) -> dict[str, Any]:
    """The descriptor with the present schema of each of its tables, of the columns that it lists: a column that is new since is in no
    file of the package, and a key that has grown since stays as it was.
    """
    written = [
        {**r, "schema": table_schema(r["name"], _stated(r), first_key=_by_first_key(r))} if r.get("name") in TABLES else r
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


def main() -> None:
    root = Path(__file__).parents[2]
    store = FolderStore(root / STORE)
    ledger = ledger_of(store)
    for entry in entries(root):
        if standing(store, ledger, entry) is not Standing.DRAFT:
            continue
        new = json.dumps(refreshed(dict(entry.descriptor)), indent=2, ensure_ascii=False) + "\n"
        if entry.folder.is_symlink() or not entry.descriptor:
            continue
        with opened(entry.folder, DESCRIPTOR) as file:
            old = file.read()
        if new.encode() != old:
            write_whole(entry.folder / DESCRIPTOR, new.encode(), named=False)


if __name__ == "__main__":
    main()
