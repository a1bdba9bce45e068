"""The work of an import: from the originals' bytes to the tables' bytes and the report on them.

It runs in a process with limits (:mod:`registry.importing.child`), because everything it reads and runs comes from
strangers. It writes to its scratch folder and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.accounting import ImportReport, InputUse
from registry.importing.blocks import BlockRun
from registry.importing.bounds import Limits, connect
from registry.importing.inputs import FORMAT_NAMES, find_files, load
from registry.importing.mapping import Block, Input, Mapping
from registry.importing.naming import named_columns
from registry.importing.problems import ImportProblem, OutOfReachError, Problems, as_plain
from registry.importing.reading import read_mapping
from registry.importing.results import check_literal
from registry.packages.finding import MAPPING
from registry.packages.writing import write_csv
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["convert"]

Tell = Callable[[dict[str, Any]], None]


def convert(tell: Tell, *, files: list[str], mapping: str, scratch: str, limits: dict[str, Any]) -> dict[str, Any]:
    """Make the tables, as ``TABLE.csv`` in the folder ``scratch``, and give the ``report`` and the ``descriptor``'s metadata; or
    the ``problem`` for which there are none.
    """
    try:
        report, descriptor = _converted(tell, map(Path, files), Path(mapping), scratch=Path(scratch), limits=Limits(**limits))
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}
    return {"report": asdict(report), "descriptor": descriptor}


def _converted(
    tell: Tell, files: Iterable[Path], mapping: Path, *, scratch: Path, limits: Limits
) -> tuple[ImportReport, dict[str, Any]]:
    import duckdb
    import polars as pl  # noqa: F401  loaded while there is memory: a library that is half loaded tells of anything but that
    import pyarrow as pa  # noqa: F401

    problems = Problems(mapping)
    tell({"doing": f"{mapping}: reading the mapping"})
    read = read_mapping(mapping)
    tell({"doing": "finding the files"})
    paths = find_files(read, files, problems)
    report = ImportReport(read.package["name"])
    try:
        with connect(limits, scratch) as connection:
            made = _made(connection, read, paths, report, problems=problems, scratch=scratch, tell=tell)
    except duckdb.IOException as error:
        raise OutOfReachError(f"{scratch}: the import can't be written to disk: {str(error).partition(chr(10))[0]}") from error
    for name in (name for name in TABLES if name in made):
        tell({"doing": f"writing the table {name}"})
        if rows := _write(name, made[name], scratch / f"{name}.csv"):
            report.tables[name] = rows
    return report, _descriptor(read, report)


def _made(
    connection: duckdb.DuckDBPyConnection,
    read: Mapping,
    paths: dict[str, Path],
    report: ImportReport,
    *,
    problems: Problems,
    scratch: Path,
    tell: Tell,
) -> dict[str, list[Path]]:
    """The rows of each table, as Arrow files that are in the folder ``scratch``, one for each of its blocks."""
    connection.execute("CREATE SCHEMA original")
    loaded, wanted = {}, named_columns(connection, read)
    for name, spec in read.inputs.items():
        tell({"input": str(paths[name]), "format": FORMAT_NAMES[spec.format]})
        loaded[name] = load(connection, spec, paths[name], problems, scratch, wanted=wanted[name])
        report.inputs[name] = InputUse(spec.file, loaded[name].rows)
        report.notes += loaded[name].notes
    # from here on a mapping's expressions are run: they may reach the inputs and nothing else
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    connection.execute("CREATE TEMP TABLE used (input VARCHAR, _row BIGINT)")
    made: dict[str, list[Path]] = {}
    for number, block in enumerate(read.blocks):
        tell({"table": block.table, "line": block.place.line, "column": block.place.column})
        rows = scratch / f"{number}.arrow"
        if block.source is None:
            literal = _literal(block)
            check_literal(connection, block, literal, problems)
            literal.write_ipc(rows)
        else:
            run = BlockRun(connection, block, read.inputs, loaded, Problems(problems.path), report)
            run.run(rows)
            problems.found += run.problems.found
        made.setdefault(block.table, []).append(rows)
    problems.stop_if_any()
    _count_used(connection, report)
    return made


def _write(table: str, made: list[Path], to: Path) -> int:
    """Write a table's rows as CSV, and give their number; of none, nothing is written."""
    import polars as pl

    frame = pl.concat([pl.read_ipc(path) for path in made])
    if frame.height:
        with to.open("wb") as file:
            write_csv(table, frame, file)
    return frame.height


def _literal(block: Block) -> pl.DataFrame:
    import polars as pl

    names = [f.name for f in TABLES[block.table].fields()]
    return pl.DataFrame(
        [[row.cells.get(name) for name in names] for row in block.rows],
        schema=dict.fromkeys(names, pl.String),
        orient="row",
    )


def _count_used(connection: duckdb.DuckDBPyConnection, report: ImportReport) -> None:
    query = "SELECT input, count(DISTINCT _row) FROM used GROUP BY input"
    for name, rows in connection.execute(query).fetchall():
        report.inputs[name].used = rows


def _descriptor(mapping: Mapping, report: ImportReport) -> dict[str, Any]:
    package = dict(mapping.package)
    waivers = package.pop("waivers", None)
    return {
        **package,
        "sources": [_source(spec) for spec in mapping.inputs.values()],
        "mapping": MAPPING,
        "import": {"inputs": {name: use.plain() for name, use in report.inputs.items()}},
        **({"waivers": waivers} if waivers else {}),
    }


def _source(spec: Input) -> dict[str, Any]:
    """An input's origin in the words of the Data Package standard, with what the standard has no words for
    after them.
    """
    origin = spec.origin
    source = {
        "title": origin.get("title", spec.file),
        "path": origin["url"],
        "version": origin.get("commit"),
        "file": origin.get("path", spec.file),
        "sha256": spec.sha256,
        "licence": origin["licence"],
        "note": origin.get("note"),
    }
    return {key: value for key, value in source.items() if value is not None}
