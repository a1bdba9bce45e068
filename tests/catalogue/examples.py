"""Laying a rule's examples over the sample package, and over frames with the schema of the rule's table or view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def written(folder: Path, rule: Rule, example: Any) -> Path:
    """The sample package in the folder, with the example of a rule of the first gate laid over it."""
    if rule.stage == "cells":
        return _with_cells(folder, example)
    sample.write(folder)
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
        (folder / "data/sources.csv").write_bytes(example if isinstance(example, bytes) else example.encode())
        seal(folder, data["resources"][0])
    if rule.stage == "waivers":
        data["waivers"] = [example]
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    return folder


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Members of one object over those of another; ``None`` takes one away."""
    return {name: value for name, value in {**under, **over}.items() if value is not None}


def seal(folder: Path, resource: dict[str, Any]) -> None:
    """State the file's present hash and size."""
    content = (folder / str(resource["path"])).read_bytes()
    resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)


def _with_cells(folder: Path, example: Mapping[str, Any]) -> Path:
    tables = {name: [dict(r) for r in rows] for name, rows in sample.TABLES.items()}
    texts = {}
    for table, change in example.items():
        if isinstance(change, str):
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


def as_texts(rule: Rule, example: Mapping[str, Any]) -> dict[str, str]:
    """The values of an example as the cells of a file; what the rule reads and the example doesn't have is empty."""
    read = dict.fromkeys(rule.expression().meta.root_names())
    words = {True: "true", False: "false"}
    return {
        name: "" if value is None else words[value] if isinstance(value, bool) else str(value)
        for name, value in {**read, **example}.items()
    }


def typed_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The typed tables of a package as frames, by name: what the registry would load."""
    from validation.engine import validate_package

    frames: dict[str, pl.DataFrame] = {}

    def keep(con: Any, report: PackageReport, tables: Mapping[str, Any]) -> None:
        for name in tables:
            names = ", ".join(f"{identifier(f.name)}::{f.duckdb_type} AS {identifier(f.name)}" for f in TABLES[name].fields())
            frames[name] = con.sql(f"SELECT {names} FROM {identifier(name)}").pl()

    validate_package(folder, today=sample.TODAY, sink=keep)
    return frames


def found(report: PackageReport) -> set[str]:
    """The rules of which anything was found."""
    return {o.rule for o in report.outcomes if o.violations}
