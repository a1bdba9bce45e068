"""Which version of each package answers: the last that was accepted and not retracted, or, if drafts are asked for, what is in its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.ledger.records import Ledger, Record
from registry.ledger.standing import Standing, standing, submitted
from registry.ledger.store import Store, checked, object_path
from registry.packages.finding import DATAPACKAGES, Entry, package_names, read_entry
from registry.packages.frozen import hashes_of

__all__ = ["Answering", "Apart", "answering", "digest_of_draft", "unpacked"]


@dataclass(frozen=True)
class Answering:
    """A package that answers: accepted, or a draft. ``record`` is the release's; None for a draft. ``files`` are the digests of its files, as
    :func:`registry.packages.frozen.hashes_of` found them.
    """

    entry: Entry
    record: Record | None
    files: Mapping[str, str]

    @property
    def standing(self) -> Standing:
        return Standing.DRAFT if self.record is None else Standing.ACCEPTED


@dataclass(frozen=True)
class Apart:
    """What is in ``datapackages/`` and doesn't answer: a draft, or what was retracted. ``instead`` is the version that answers, if any."""

    name: str
    version: str | None
    standing: Standing
    instead: str | None


def answering(
    root: Path, store: Store, ledger: Ledger, scratch: Path, *, drafts: bool | Entry = False
) -> tuple[list[Answering], list[Apart]]:
    """The packages that answer, by name, and what is beside them. With ``drafts`` a draft answers in place of what was accepted; a package
    in place of the word is the one that does. A release whose files aren't in the package's folder as they were accepted is written to the folder ``scratch``. Raises ``DamagedError``.
    """
    found: list[Answering] = []
    apart: list[Apart] = []
    here = package_names(root)
    for name in sorted({*here, *ledger.packages}):
        if isinstance(drafts, Entry) and drafts.name == name:
            found.append(Answering(drafts, None, hashes_of(drafts)))
            continue
        latest = ledger.latest(name)
        entry = read_entry(root / DATAPACKAGES / name) if name in here else None
        files = {} if entry is None else hashes_of(entry)
        stands = None if entry is None else standing(store, ledger, entry, files)
        if entry is not None and stands is Standing.DRAFT and drafts is True:
            found.append(Answering(entry, None, files))
            continue
        as_accepted = entry is not None and latest is not None and stands is Standing.ACCEPTED and entry.version == latest.version
        if entry is not None and stands is not None and stands is not Standing.ACCEPTED:
            apart.append(Apart(name, entry.version, stands, None if latest is None else latest.version))
        if latest is not None and entry is not None and as_accepted:
            found.append(Answering(entry, latest, files))
        elif latest is not None:
            found.append(Answering(unpacked(store, latest, scratch / name), latest, submitted(latest)))
    return found, apart


def unpacked(store: Store, record: Record, folder: Path) -> Entry:
    """The files of a release, as they were submitted, in a new folder. Raises ``DamagedError`` for one that isn't what was accepted."""
    for file in record.data["files"]:
        content = checked(store, object_path(file["hash"], file["path"]), file["hash"], file["bytes"])
        path = folder / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return read_entry(folder)


def digest_of_draft(files: Mapping[str, str]) -> str:
    """One digest of all files of a draft, given theirs by path: it changes when one of them does."""
    return hashlib.sha256("".join(f"{digest} {path}\n" for path, digest in sorted(files.items())).encode()).hexdigest()
