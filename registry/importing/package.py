"""An import from end to end: mapping and files in, a data package out, or nothing at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.accounting import ImportReport, InputUse
from registry.importing.blocks import BlockRun
from registry.importing.inputs import find_files, load
from registry.importing.mapping import Block, Input, Mapping
from registry.importing.problems import ImportProblem, Problems
from registry.importing.reading import read_mapping
from registry.writing import NotWritable, write_package
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["import_package"]


def import_package(files: Iterable[Path], mapping: Path, to: Path, *, created: str | None = None) -> ImportReport:
    """Make the package that a mapping describes from its original files, in the folder ``to``.

    ``files`` are the originals or folders that hold them. ``created`` is an RFC 3339 time for the descriptor; without it
    running the import again gives the same bytes. Raises ``MappingError`` where the mapping is wrong or doesn't fit the files
    and ``ImportProblem`` where a file can't be read or the folder not written; either way nothing on disk is changed.
    """
    import duckdb

    problems = Problems(mapping)
    read = read_mapping(mapping)
    paths = find_files(read, files, problems)
    report = ImportReport(read.package["name"])
    with duckdb.connect() as connection:
        loaded = {name: load(connection, spec, paths[name]) for name, spec in read.inputs.items()}
        # from here on a mapping's expressions are run: they may reach the inputs and nothing else
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        connection.execute("CREATE TEMP TABLE used (input VARCHAR, _row BIGINT)")
        for name, spec in read.inputs.items():
            report.inputs[name] = InputUse(spec.file, loaded[name].rows)
            report.notes += loaded[name].notes
        made: dict[str, list[pl.DataFrame]] = {}
        for block in read.blocks:
            if block.source is None:
                rows = _literal(block)
            else:
                rows = BlockRun(connection, block, read.inputs, loaded, problems.fresh(), report).rows()
            if rows is not None:
                made.setdefault(block.table, []).append(rows)
        problems.stop_if_any()
        _count_used(connection, report)
    tables = _joined(made, problems, read)
    report.tables = {name: frame.height for name, frame in tables.items()}
    try:
        write_package(to, tables, _descriptor(read, report, created), beside=_beside(mapping, to))
    except (NotWritable, OSError) as error:
        raise ImportProblem(str(error)) from error
    return report
