"""Writing a release as a folder: the accepted files, byte by byte, and metadata for catalogues beside them.

An accepted descriptor can't be changed, and R's frictionless asks each resource for a `profile` that old ones lack. So the folder's
``datapackage.json`` has it, and is otherwise as it was accepted.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from registry.access import DRAFT, Registry
from registry.depositing.about import File, about
from registry.depositing.citing import citation, datacite, zenodo
from registry.depositing.linked import crate, croissant
from registry.errors import NotFoundError, RequestError
from registry.ledger.records import Record
from registry.ledger.releases import released
from registry.ledger.store import checked
from registry.packages.descriptor import as_bytes, objects
from registry.packages.finding import DESCRIPTOR, near, unknown_package
from registry.packages.room import Writing
from registry.packages.writing import OccupiedError
from validation.profile import TABULAR

__all__ = ["METADATA", "deposit"]

METADATA = {
    "croissant.json": croissant,
    "ro-crate-metadata.json": crate,
    "datacite.json": datacite,
    ".zenodo.json": zenodo,
    "CITATION.cff": citation,
}
"""What is written beside the package's files, by name; a file of the package's own that is called so stays as it is."""


def deposit(registry: Registry, name: str, version: str | None, to: Path) -> list[str]:
    """Write a release, the latest that isn't retracted or the version asked for, into a new or an empty folder. Returns the files' paths.

    Every file is compared with the ledger. Everything is written to a folder beside ``to`` and then moved there, or nothing is. Raises
    ``NotFoundError`` where the version was never accepted, ``RequestError`` for a retracted one, ``OccupiedError`` if something is in
    the folder, ``LedgerError`` or ``DamagedError`` if the store was changed, and ``OSError`` where it can't be written.
    """
    record = _record(registry, name, version)
    descriptor = released(registry.store, record).descriptor
    files = {f["path"]: checked(registry.store, f["object"], f["hash"], f["bytes"]) for f in descriptor["files"]}
    files[DESCRIPTOR] = _with_profiles(files[DESCRIPTOR])
    told = about(record, descriptor)
    held = tuple(File(path, len(content), hashlib.sha256(content).hexdigest()) for path, content in sorted(files.items()))
    told = replace(told, files=held)
    for path, made in METADATA.items():
        files.setdefault(path, _as_text(path, made(told)))
    _write(to, files)
    return sorted(files)


def _record(registry: Registry, name: str, version: str | None) -> Record:
    accepted = registry.ledger.accepted(name)
    if version == DRAFT or not accepted:
        if name not in registry.packages:
            raise NotFoundError(unknown_package(name, registry.packages, registry.root, registry.store))
        raise RequestError(f"only an accepted version is deposited; `outcomes accept {name}` accepts the draft")
    latest = registry.ledger.latest(name)
    if version is not None and version not in accepted:
        raise NotFoundError(f"{name}@{version} was never accepted; {near(version, tuple(accepted), 'accepted version')}")
    record = accepted[version] if version is not None else latest
    gone = None if record is None else registry.ledger.retraction(name, str(record.version))
    if record is None or gone is not None:
        why = gone.data["reason"] if gone is not None else "every version of it was"
        raise RequestError(f"{name}{f'@{version}' if version else ''} was retracted and isn't deposited: {why}")
    return record


def _with_profiles(content: bytes) -> bytes:
    descriptor: dict[str, Any] = json.loads(content)
    listed = objects(descriptor.get("resources"))
    if all("profile" in resource for resource in listed):
        return content
    return as_bytes({**descriptor, "resources": [{"profile": TABULAR, **resource} for resource in listed]})


def _as_text(path: str, content: dict[str, Any]) -> bytes:
    if path.endswith(".cff"):
        import yaml

        return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110).encode()
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _write(to: Path, files: dict[str, bytes]) -> None:
    if os.path.lexists(to) and (to.is_symlink() or not to.is_dir() or any(to.iterdir())):
        raise OccupiedError(f"{to} isn't an empty folder; choose another one")
    there = to.exists()
    place = to.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    beginning = place.with_name(f".{place.name}.")
    with Writing(to, beginning), tempfile.TemporaryDirectory(prefix=beginning.name, dir=place.parent) as scratch:
        new = Path(scratch) / "new"
        for path, content in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content)
        if not there:
            new.replace(place)
            return
        for made in sorted(new.iterdir()):  # whoever is in the folder stays in it
            made.replace(place / made.name)
