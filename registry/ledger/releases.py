"""Accepted releases, read from the store: every file is compared with the hash that the ledger has for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.ledger.model import fault_of_release
from registry.ledger.records import Record
from registry.ledger.store import DamagedError, Store, checked
from registry.packages.descriptor import path_of, resources
from registry.packages.finding import DESCRIPTOR
from registry.packages.memory import must_have_room
from registry.packages.package import Package

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["insert_released", "released"]

_READ = 25
"""Bytes that a byte of JSON may take when it is read: three are an empty object."""


def released(store: Store, record: Record, *, retracted: str | None = None) -> Package:
    """The release that a record says was accepted; ``retracted`` is why it was retracted, if it was. Raises ``DamagedError``."""
    found = record.data["release"]
    content = checked(store, found["path"], found["hash"], found["bytes"])
    must_have_room(len(content) * _READ, f"{store}/{found['path']}")
    try:
        descriptor = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{store}/{found['path']} isn't JSON: {error}") from error
    if fault := fault_of_release(descriptor, record.data):
        raise DamagedError(f"{store}/{found['path']} is not a release's descriptor: {fault}")
    return Package(record.package, str(record.version), descriptor, _Objects(store), record.release, retracted)


def insert_released(
    con: duckdb.DuckDBPyConnection, packages: Sequence[Package], table: str, schema: str, *, lenient: bool = False
) -> None:
    """Add a table of releases, each of which has it, to the table of that name. A column that isn't there any more is left out, and one that is
    newer is empty.

    A cell that its type no longer takes is a ``duckdb.ConversionException``, or empty if that is ``lenient``.
    """
    import polars as pl

    from schemas.sql import identifier  # loading a package imports nothing of `schemas`

    kinds = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {schema}.{identifier(table)}").fetchall()}
    alike: dict[tuple[tuple[str, pl.DataType], ...], list[tuple[str, pl.DataFrame]]] = {}
    for package in packages:
        frame = package.table(table)
        alike.setdefault(tuple(frame.schema.items()), []).append((package.name, frame))
    for columns, frames in alike.items():
        taken = [name for name, _ in columns if name in kinds and name != "package"]
        of = pl.concat(pl.repeat(name, frame.height, eager=True) for name, frame in frames)
        together = pl.concat(frame for _, frame in frames).select(of.alias("package"), *taken)
        names = ", ".join(map(identifier, together.columns))
        cells = ", ".join(
            f"{'TRY_CAST' if lenient else 'CAST'}({identifier(name)} AS {kinds[name]})" for name in together.columns
        )
        con.register("_rows", together.to_arrow())
        con.execute(f"INSERT INTO {schema}.{identifier(table)} ({names}) SELECT {cells} FROM _rows")
        con.unregister("_rows")


@dataclass(frozen=True)
class _Objects:
    """The Parquet files of a release."""

    store: Store

    def frame(self, resource: Mapping[str, Any]) -> pl.DataFrame:
        from registry.ledger.parquet import table_in

        parquet = resource["parquet"]
        content = checked(self.store, parquet["path"], parquet["hash"], parquet["bytes"])
        return table_in(content, resource["rows"], f"{self.store}/{parquet['path']}")

    def beside(self, descriptor: Mapping[str, Any]) -> Mapping[str, str]:
        tables = set(map(path_of, resources(descriptor)))
        return {f["path"]: f["hash"] for f in descriptor["files"] if f["object"] not in tables and f["path"] != DESCRIPTOR}
