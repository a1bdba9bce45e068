"""An import from end to end: mapping and files in, a data package out, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.accounting import ImportReport, InputUse
from registry.importing.blocks import BlockRun
from registry.importing.bounds import connect
from registry.importing.inputs import find_files, load
from registry.importing.mapping import Block, Input, Mapping
from registry.importing.problems import OutOfReachError, Problems, WrongPathError
from registry.importing.reading import read_mapping
from registry.packages.writing import OccupiedError, write_package
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["import_package"]


def import_package(files: Iterable[Path], mapping: Path, to: Path, *, created: str | None = None) -> ImportReport:
    """Make the package that a mapping describes from its original files, in the folder ``to``.

    ``files`` are the originals or folders that hold them. ``created`` is an RFC 3339 time for the descriptor;
    without it running the import again gives the same bytes. Raises ``MappingError`` where the mapping is
    wrong or doesn't fit the files, ``WrongPathError`` where a path leads to nothing that can be read or written,
    ``OutOfReachError`` where the machine doesn't let it be done and ``ImportProblem`` where a file isn't what it
    should be; in any case nothing on disk is changed.
    """
    import polars as pl

    problems = Problems(mapping)
    read = read_mapping(mapping)
    paths = find_files(read, files, problems)
    report = ImportReport(read.package["name"])
    with connect() as connection:
        connection.execute("CREATE SCHEMA original")
        loaded = {name: load(connection, spec, paths[name], problems) for name, spec in read.inputs.items()}
        # from here on a mapping's expressions are run: they may reach the inputs and nothing else
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        connection.execute("CREATE TEMP TABLE used (input VARCHAR, _row BIGINT)")
        for name, spec in read.inputs.items():
            report.inputs[name] = InputUse(spec.file, loaded[name].rows)
            report.notes += loaded[name].notes
        made: dict[str, list[pl.DataFrame]] = {}
        for block in read.blocks:
            run = BlockRun(connection, block, read.inputs, loaded, Problems(mapping), report)
            rows = _literal(block) if block.source is None else run.rows()
            problems.found += run.problems.found
            if rows is not None:
                made.setdefault(block.table, []).append(rows)
        problems.stop_if_any()
        _count_used(connection, report)
    tables = {name: pl.concat(made[name]) for name in TABLES if name in made}
    tables = {name: frame for name, frame in tables.items() if frame.height}
    report.tables = {name: frame.height for name, frame in tables.items()}
    try:
        write_package(to, tables, _descriptor(read, report, created), beside=_beside(mapping, to))
    except OccupiedError as error:
        raise WrongPathError(f"{error}.") from error
    except OSError as error:
        raise OutOfReachError(f"{to}: the package can't be written: {error.strerror or error}.") from error
    return report


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


def _descriptor(mapping: Mapping, report: ImportReport, created: str | None) -> dict[str, Any]:
    package = dict(mapping.package)
    waivers = package.pop("waivers", None)
    return {
        **package,
        **({"created": created} if created else {}),
        "sources": [_source(spec) for spec in mapping.inputs.values()],
        "mapping": "mapping.yaml",
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


def _beside(mapping: Path, to: Path) -> dict[str, bytes]:
    """The mapping, to be laid beside the data; nothing where it is there already."""
    return {} if mapping.resolve() == (to / "mapping.yaml").resolve() else {"mapping.yaml": mapping.read_bytes()}
