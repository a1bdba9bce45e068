"""Accepted releases, read from the store: every file is compared with the hash that the ledger has for it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.ledger.records import Record
from registry.ledger.store import Store, checked
from registry.packages.package import Package

if TYPE_CHECKING:
    import polars as pl

__all__ = ["released"]


def released(store: Store, record: Record, *, retracted: str | None = None) -> Package:
    """The release that a record says was accepted; ``retracted`` is why it was retracted, if it was. Raises ``DamagedError``."""
    found = record.data["release"]
    descriptor = json.loads(checked(store, found["path"], found["hash"]))
    return Package(record.package, str(record.version), descriptor, _Objects(store), record.release, retracted)


@dataclass(frozen=True)
class _Objects:
    """The Parquet files of a release."""

    store: Store

    def frame(self, resource: Mapping[str, Any]) -> pl.DataFrame:
        import polars as pl

        parquet = resource["parquet"]
        return pl.read_parquet(io.BytesIO(checked(self.store, parquet["path"], parquet["hash"])))
