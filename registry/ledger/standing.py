"""How a package as it lies in ``datapackages/`` stands to the ledger."""

from __future__ import annotations

from enum import StrEnum

from registry.ledger.frozen import hashes_of
from registry.ledger.records import Ledger
from registry.root import Entry

__all__ = ["Standing", "standing"]


class Standing(StrEnum):
    """``accepted``: every byte is as it was accepted under this version. ``retracted``: this version was. ``draft``: anything else."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    RETRACTED = "retracted"


def standing(ledger: Ledger, entry: Entry) -> Standing:
    """How the entry's folder stands. Raises ``OSError`` where a file of it can't be read."""
    version = str(entry.version)
    record = ledger.accepted(entry.name).get(version)
    if record is None:
        return Standing.DRAFT
    if ledger.retraction(entry.name, version) is not None:
        return Standing.RETRACTED
    same = {f["path"]: f["hash"] for f in record.data["files"]} == hashes_of(entry)
    return Standing.ACCEPTED if same else Standing.DRAFT
