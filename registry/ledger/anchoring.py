"""Anchoring: a statement of what the ledger's head is, to be kept where those who keep the ledger can't change it.

Those who may write to the store can write the whole ledger once more, with hashes that fit. They can't do so unnoticed where the head was
written down before: each record has the hash of the one before it, so the head of *n* records stands for all of them. The statement is a
line of JSON. Others give it its weight: a signature or a time-stamp beside it (:mod:`registry.ledger.proofs`), a signed tag, or another's
disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from registry.errors import RequestError
from registry.ledger.forms import Form, fault_of
from registry.ledger.model import COUNT, DIGEST
from registry.ledger.records import Ledger, canonical_json
from schemas.wording import counted

__all__ = ["STATEMENT", "Anchor", "anchor_of", "read_anchor"]

STATEMENT = ".json"
"""How the name of an anchor ends; what others say about it has an ending of its own on top."""

_LARGEST = 1 << 12
"""Bytes of an anchor that are read."""

_FORM: Form = {"head": DIGEST, "records": COUNT}


@dataclass(frozen=True)
class Anchor:
    """The ledger had so many ``records``, of which the last has the hash ``head``."""

    records: int
    head: str

    def line(self) -> bytes:
        """The statement as it is in a file, byte for byte: what is signed."""
        return canonical_json({"head": self.head, "records": self.records}) + b"\n"

    def fault(self, ledger: Ledger) -> str | None:
        """Why the ledger isn't the one that was anchored, or one that has grown since; None if it is."""
        if self.records > len(ledger.records):
            return f"the ledger was cut: it had {counted(self.records, 'record')} when it was anchored, and has {len(ledger.records):,}"
        found = ledger.records[self.records - 1].hash
        if found == self.head:
            return None
        return f"the ledger was rewritten: record {self.records:,} had {self.head} when it was anchored, and has {found}"


def anchor_of(ledger: Ledger) -> Anchor:
    """The statement of a ledger as it is now. Raises ``RequestError`` where it has no record."""
    if not ledger.records:
        raise RequestError("nothing is accepted yet, so there is no record to anchor")
    return Anchor(len(ledger.records), ledger.head)


def read_anchor(path: Path) -> Anchor:
    """The statement in a file. Raises ``RequestError`` if it isn't one, byte for byte, and ``OSError`` if it can't be read."""
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    try:
        stated = json.loads(content)
        fault = fault_of(stated, _FORM) or ("the number of records is 0" if not stated["records"] else None)
    except (ValueError, RecursionError) as error:
        fault = f"it can't be read as JSON: {error}"
    if fault is None:
        found = Anchor(stated["records"], stated["head"])
        if found.line() == content:
            return found
        fault = "it isn't written as `outcomes anchor` writes it, so what was signed may differ"
    raise RequestError(f"{path} is not an anchor of a ledger ({fault}); `outcomes anchor` writes one")
