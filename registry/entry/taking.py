"""Taking a filled workbook back: a package, if every cell can be read, with what validation finds, by the workbook's own rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.entry.reading import read
from registry.importing.bounds import Limits
from registry.importing.child import EndedError, run
from registry.importing.problems import ImportProblem, OutOfReachError, WrongPathError, from_plain, sentence
from registry.packages.descriptor import table_names
from registry.packages.finding import read_entry
from registry.packages.initialising import fault_of_name, readme
from registry.packages.writing import OccupiedError, write_package
from schemas.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

    from validation.report import Finding, PackageReport

__all__ = ["Taken", "take_form"]

_MOST_LISTED = 50
_OURS = {"name", "version", "title", "description", "licenses", "contributors", "resources", "$schema"}
_UNREADABLE = {"resource", "file", "cells"}  # the stages of rules that say that a table can't be read


@dataclass(frozen=True)
class Taken:
    """A package that was written, with how many rows each table has, notes, and the report on it. ``places`` has the place in the
    workbook of each of its findings.
    """

    folder: Path
    rows: Mapping[str, int]
    notes: tuple[str, ...]
    report: PackageReport
    places: tuple[str, ...]


def take_form(file: Path, to: Path | None, datapackages: Path | None) -> Taken:
    """Write the package of a filled workbook into the folder ``to``, or into the one of its name in ``datapackages``.

    What the package's descriptor says besides, such as waivers, stays. Raises ``ImportProblem`` with a line for each cell that can't
    be read, by sheet, row and column; ``WrongPathError`` where the folder holds something else, and ``OutOfReachError`` where the
    machine doesn't let it be done. Nothing on disk is changed then.
    """
    from validation.engine import validate_package

    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as scratch:
        got = _read(file, Path(scratch))
        name = got["metadata"].get("name", "")
        if fault := fault_of_name(name):
            raise ImportProblem(f"{file}: sheet `package`, line `name`: {fault}.")
        if not got["tables"]:
            raise ImportProblem(
                f"{file}: nothing is filled in. A trial needs rows in `sources`, `studies`, `arms` and `outcomes`."
            )
        folder = to or (datapackages or Path()) / name
        frames = {table: _frame(Path(scratch) / f"{table}.csv") for table in TABLES if table in got["tables"]}
        metadata = _metadata(got["metadata"], folder, set(frames), file)
        trial = Path(scratch) / name
        write_package(trial, frames, metadata, sealed=False)
        for table, frame in frames.items():  # as in the workbook, so that a line of the file is a row of the sheet
            frame.write_csv(trial / "data" / f"{table}.csv", line_terminator="\n")
        report = validate_package(trial, max_findings=_MOST_LISTED)
        places = tuple(_place(finding, got["tables"]) for finding in report.findings)
        _refuse_unreadable(file, report, places)
    try:
        write_package(folder, frames, metadata, beside=_beside(folder, name), sealed=False)
    except OccupiedError as error:
        raise WrongPathError(f"{error}.") from error
    except OSError as error:
        raise OutOfReachError(f"{folder}: the package can't be written: {error.strerror or error}.") from error
    return Taken(folder, {table: frame.height for table, frame in frames.items()}, tuple(got["notes"]), report, places)


def _read(file: Path, scratch: Path) -> dict[str, Any]:
    try:
        got: dict[str, Any] = run(read, {"file": str(file), "scratch": str(scratch)}, scratch=scratch, limits=Limits())
    except EndedError as ended:
        raise OutOfReachError(
            f"{file}: reading it takes more time or memory than an import may use, or failed: {ended.said.strip()}."
        ) from ended
    except OSError as error:
        raise OutOfReachError(f"{error.filename or file}: {error.strerror or error}.") from error
    if "problem" in got:
        raise from_plain(got["problem"])
    return got


def _frame(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(path, infer_schema=False)


def _metadata(filled: Mapping[str, str], folder: Path, tables: set[str], file: Path) -> dict[str, Any]:
    """What the descriptor says: what is filled in, and what the present descriptor says that the workbook has no lines for."""
    old = read_entry(folder).descriptor if folder.is_dir() else {}
    if "mapping" in old:
        raise WrongPathError(f"{folder}: this package was made by a mapping. Choose another folder, or import with that mapping.")
    if lost := [table for table in table_names(old) if table in TABLES and table not in tables and _has_rows(folder, table)]:
        raise WrongPathError(f"{folder}: the package has rows in {', '.join(lost)}, and {file} has none. Enter them there first.")
    people = [person.strip() for person in filled.get("contributors", "").split(";")]
    return {
        "name": filled["name"],
        "version": filled.get("version", ""),
        "title": filled.get("title", ""),
        "description": filled.get("description", ""),
        "licenses": [{"name": filled["licence"]}] if "licence" in filled else [],
        "contributors": [{"title": person} for person in people if person],
        "waivers": [],
        **{key: value for key, value in old.items() if key not in _OURS},
    }


def _has_rows(folder: Path, table: str) -> bool:
    path = folder / "data" / f"{table}.csv"
    return path.is_file() and path.read_bytes().strip().count(b"\n") > 0


def _beside(folder: Path, name: str) -> dict[str, bytes]:
    return {} if (folder / "README.md").exists() else {"README.md": readme(name)}


def _place(finding: Finding, tables: Mapping[str, Any]) -> str:
    """Where a finding's cell is in the workbook."""
    table = Path(finding.file or "").stem
    if table not in tables:
        return "sheet `package`"
    held = tables[table]
    if finding.line is None or not 2 <= finding.line < len(held["rows"]) + 2:
        return f"sheet `{table}`"
    row = held["rows"][finding.line - 2]
    if finding.column is None:
        return f"sheet `{table}`, row {row}"
    cell = f" ({held['columns'][finding.column]}{row})" if finding.column in held["columns"] else ", which has no column here"
    return f"sheet `{table}`, row {row}, column `{finding.column}`{cell}"


def _refuse_unreadable(file: Path, report: PackageReport, places: tuple[str, ...]) -> None:
    from validation.catalogue import catalogue
    from validation.rule import Severity

    found = [
        f"{file}: {place}: {sentence(finding.message)}"
        for finding, place in zip(report.findings, places, strict=True)
        if finding.severity is Severity.ERROR and catalogue()[finding.rule].stage in _UNREADABLE
    ]
    if found:
        raise ImportProblem("\n".join(found))
