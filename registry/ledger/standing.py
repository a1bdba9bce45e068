"""Whether a package in ``datapackages/`` is accepted, a draft or retracted, according to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from registry.ledger.records import Ledger, Record
from registry.ledger.releases import released
from registry.ledger.store import Store
from registry.packages.finding import Entry
from registry.packages.frozen import hashes_of
from registry.packages.package import draft

__all__ = ["Standing", "says_the_same", "standing", "submitted"]


class Standing(StrEnum):
    """``accepted``: it says what was accepted under this version. ``retracted``: this version was, or the package as a whole, which
    comes back when a version of it is accepted. ``draft``: anything else.
    """

    DRAFT = "draft"
    ACCEPTED = "accepted"
    RETRACTED = "retracted"


def standing(store: Store, ledger: Ledger, entry: Entry, files: Mapping[str, str] | None = None) -> Standing:
    """The standing of the entry's folder, of whose ``files`` the digests may be known already. Raises ``OSError`` where a file of it can't be read, ``DamagedError`` where one of the release
    isn't what was accepted.
    """
    version = str(entry.version)
    record = ledger.accepted(entry.name).get(version)
    if ledger.withdrawn(entry.name) or ledger.retraction(entry.name, version) is not None:
        return Standing.RETRACTED
    if record is None:
        return Standing.DRAFT
    same = submitted(record) == (hashes_of(entry) if files is None else files) or says_the_same(store, record, entry)
    return Standing.ACCEPTED if same else Standing.DRAFT


def says_the_same(store: Store, record: Record, entry: Entry) -> bool:
    """Whether the folder differs from a release in form only: between the two nothing changed."""
    from registry.diffing import UnreadableError, difference

    release, here = released(store, record), draft(entry)
    if release.beside != here.beside:
        return False  # which is told without reading a table
    try:
        return difference(release, here).empty
    except UnreadableError:
        return False


def submitted(record: Record) -> dict[str, str]:
    """The digests of a release's files as they were submitted, by path."""
    return {f["path"]: f["hash"] for f in record.data["files"]}
