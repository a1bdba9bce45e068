"""Laying a rule's examples over the sample package, and over frames with the schema of the rule's table or view."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.sql import identifier
from schemas.tables import TABLES
from tests import sample
from validation.report import PackageReport
from validation.rule import Rule

if TYPE_CHECKING:
    import polars as pl

DESCRIPTOR = "datapackage.json"
AS_PARQUET = " as Parquet"
IN_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def written(folder: Path, rule: Rule, example: Any) -> Path:
    """The sample package in the folder, with the example of a rule of the first gate laid over it."""
    if isinstance(example, dict) and any(name.endswith(AS_PARQUET) for name in example):
        return _with_parquet(folder, example)
    if rule.stage in {"cells", "terms"}:
        return _with_cells(folder, example)
    sample.write(folder, sample.TABLES if rule.stage == "waivers" else sample.part("sources"))
    path = folder / DESCRIPTOR
    data = json.loads(path.read_text(encoding="utf-8"))
    if rule.stage == "folder":
        path.unlink()
        if example is not None:
            path.write_bytes(example if isinstance(example, bytes) else example.encode())
        return folder
    if rule.stage == "descriptor":
        data = laid_over(data, example)
    elif rule.stage == "resource" or isinstance(example, dict):
        data["resources"][0] = laid_over(data["resources"][0], example)
    if rule.stage == "file" and not isinstance(example, dict):
        if example[:4] == b"PAR1":
            data["resources"][0] |= IN_PARQUET | {"path": "data/sources.parquet"}
        (folder / data["resources"][0]["path"]).write_bytes(example if isinstance(example, bytes) else example.encode())
        seal(folder, data["resources"][0])
    if rule.stage == "waivers":
        data["waivers"] = [example]
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    return folder


def together(rule: Rule, examples: Sequence[Any]) -> list[list[Any]]:
    """The examples in lots that one package can hold: those about one row of one table, unless the rule holds rows against each other."""
    lots: dict[Any, list[Any]] = {}
    for number, example in enumerate(examples):
        alone = rule.stage != "cells" or rule.id in BETWEEN_ROWS or len(example) != 1
        ((table, change), *_) = [(number, None)] if alone else example.items()
        lots.setdefault(table if isinstance(change, dict) and table in sample.TABLES else number, []).append(example)
    return list(lots.values())


BETWEEN_ROWS = {"PKG034", "PKG046"}


def as_rows(folder: Path, lot: Sequence[Mapping[str, Any]]) -> Path:
    """A package of the sample's tables in which each example of a lot has a row of its own beside those there."""
    ((table, _),) = lot[0].items()
    rows = sample.TABLES[table]
    return sample.write(folder, {**sample.part(table), table: [*rows, *({**rows[0], **example[table]} for example in lot)]})


def line_of(path: Path, cells: Mapping[str, str]) -> int:
    """The line on which the only row that holds the cells begins."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header, begins, lines = next(reader), 2, []
        for row in reader:
            if cells.items() <= dict(zip(header, row, strict=True)).items():
                lines.append(begins)
            begins = reader.line_num + 1
    (line,) = lines
    return line


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Members of one object over those of another; ``None`` takes one away."""
    return {name: value for name, value in {**under, **over}.items() if value is not None}


def seal(folder: Path, resource: dict[str, Any]) -> None:
    """State the file's present hash and size."""
    content = (folder / str(resource["path"])).read_bytes()
    resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)


def _with_cells(folder: Path, example: Mapping[str, Any]) -> Path:
    given = sample.part(*example) if example else sample.TABLES
    tables = {name: [dict(r) for r in rows] for name, rows in given.items()}
    texts = {}
    for table, change in example.items():
        if isinstance(change, str):
            tables.setdefault(table, [])
            texts[table] = change.replace("{header}", ",".join(f.name for f in TABLES[table].fields()))
        elif isinstance(change, list):
            tables[table] = [{**(tables[table][0] if table in tables else {}), **row} for row in change]
        else:
            tables[table][0] |= change
    sample.write(folder, tables)
    for table, text in texts.items():
        (folder / f"data/{table}.csv").write_text(text, encoding="utf-8", newline="")
    if texts:
        path = folder / DESCRIPTOR
        data = json.loads(path.read_text(encoding="utf-8"))
        for resource in data["resources"]:
            seal(folder, resource)
        path.write_text(json.dumps(data, indent=2), encoding="utf-8")
    return folder


def _with_parquet(folder: Path, example: Mapping[str, Any]) -> Path:
    """The sample's tables, of which one is in a Parquet file, ``TABLE as Parquet``, or in one too, ``TABLE and as Parquet``, with the example's cells in its first
    row. A column whose example isn't of its type is of the example's.
    """
    ((name, cells),) = example.items()
    table = name.split()[0]
    sample.write(folder, sample.part(table))
    return as_parquet(folder, table, beside=name.endswith(f" and{AS_PARQUET}"), first=cells)


def as_parquet(folder: Path, table: str, *, beside: bool = False, first: Mapping[str, Any] | None = None) -> Path:
    """The package with a table's CSV file written as Parquet, in its place or ``beside`` it, by pyarrow; an empty cell is null. In the ``first`` row, some cells are
    others.

    Raises ``ValueError`` where a cell isn't of its column's type and ``KeyError`` where the registry has no such column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / DESCRIPTOR
    data = json.loads(path.read_text(encoding="utf-8"))
    resource = next(r for r in data["resources"] if r["name"] == table)
    with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or [])
    kinds = {f.name: f.duckdb_type for f in TABLES[table].fields()}
    columns = {name: [_typed(row[name], kinds[name]) for row in rows] for name in names}
    types = {name: _ARROW[kinds[name]] for name in columns}
    for name, value in (first or {}).items():
        kind = {int: "int64", str: "string"}[type(value)]
        columns[name] = [value, *(cell if types[name] == kind else None for cell in columns[name][1:])]
        types[name] = kind
    written = f"data/{table}.parquet"
    pq.write_table(pa.table({n: pa.array(cells, types[n]) for n, cells in columns.items()}), folder / written)
    if beside:
        resource["parquet"] = {"path": written}
    else:
        (folder / resource["path"]).unlink()
        resource |= IN_PARQUET | {"path": written}
        resource.pop("encoding", None)
    seal(folder, resource["parquet"] if beside else resource)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    return folder


_ARROW = {"BIGINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool", "DATE": "date32", "VARCHAR": "string"}


def _typed(cell: str, kind: str) -> Any:
    read: dict[str, Callable[[str], Any]] = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": "true".__eq__, "VARCHAR": str}
    return {**read, "DATE": datetime.date.fromisoformat}[kind](cell) if cell else None


def as_texts(rule: Rule, example: Mapping[str, Any]) -> dict[str, str]:
    """The values of an example as the cells of a file; what the rule reads and the example doesn't have is empty."""
    read = dict.fromkeys(rule.expression().meta.root_names())
    words = {True: "true", False: "false"}
    return {
        name: "" if value is None else words[value] if isinstance(value, bool) else str(value)
        for name, value in {**read, **example}.items()
    }


def looked_at(*folders: Path) -> list[tuple[PackageReport, dict[str, pl.DataFrame]]]:
    """The reports on packages that can be read and propose no terms, each with its typed tables as frames, by name: what the registry would load."""
    from validation.engine import validate

    seen = []

    def keep(con: Any, held: Sequence[tuple[PackageReport, Mapping[str, Any]]]) -> None:
        for number, (report, tables) in enumerate(held):
            frames = {}
            for name in tables:
                columns = ((identifier(f.name), f.duckdb_type) for f in TABLES[name].fields())
                cells = ", ".join(f"{column}::{kind} AS {column}" for column, kind in columns)
                frames[name] = con.sql(f"SELECT {cells} FROM {identifier(name)} WHERE _package = {number}").pl()
            seen.append((report, frames))

    validate(folders, today=sample.TODAY, max_findings=1_000, sink=keep)
    return seen


def found(report: PackageReport) -> set[str]:
    """The rules of which anything was found."""
    return {o.rule for o in report.outcomes if o.violations}
