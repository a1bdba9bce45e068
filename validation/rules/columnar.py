"""PKG: Parquet files, and whether one agrees with the CSV file of the same table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemas.wording import counted
from validation.agreeing import first_difference
from validation.hints import shortened, shown
from validation.rule import Problem, Severity, rule
from validation.subjects import Cells, DataFile

if TYPE_CHECKING:
    from validation.reading import TextTable
    from validation.subjects import LoadedTable

_PARQUET = "Apache Parquet, https://parquet.apache.org/docs/file-format/"


@rule(
    "PKG051",
    stage="file",
    severity=Severity.ERROR,
    fix="Write the file again from the original, with a program that reads Parquet back.",
    source=_PARQUET,
    breaks=[b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1"],
    keeps=["source_id,kind\n", {"sources as Parquet": {"title": "Another"}}],
)
def parquet_unreadable(file: DataFile) -> Iterator[Problem]:
    """A Parquet file must be readable to its end.

    A file that was cut short or changed has lost figures, and doesn't show which. It may have at most a billion cells.
    """
    if file.looked is not None and file.looked.fault is not None:
        yield Problem(f"{file.name}: {file.looked.fault}", file=file.name)


@rule(
    "PKG052",
    stage="file",
    severity=Severity.ERROR,
    fix="Write the column in the type of the table; printed numbers and terms are text.",
    source="The registry's tables, docs/dictionary.md; Apache Arrow's types, https://arrow.apache.org/docs/format/Columnar.html",
    breaks=[{"sources as Parquet": {"title": 7}}, {"sources as Parquet": {"accessed": "2026-11-01"}}],
    keeps=[{"sources as Parquet": {"title": "Another"}}],
)
def column_of_another_type(file: DataFile) -> Iterator[Problem]:
    """A column of a Parquet file must have the type of its table's column.

    Converting it could change a figure: 60.0 as it is printed isn't the number 60. Whole numbers may be of any size, and text may be
    stored as categories.
    """
    for unfit in file.looked.unfit if file.looked is not None else ():
        yield Problem(f"`{unfit.column}` is {unfit.found}; it must be {unfit.wanted}", file=file.name, column=unfit.column)


@rule(
    "PKG053",
    stage="cells",
    severity=Severity.ERROR,
    fix="First find out which is right; then write the other file again from it.",
    source="The registry's tables, docs/dictionary.md",
    breaks=[{"sources and as Parquet": {"title": "Another"}}],
    keeps=[{}, {"sources and as Parquet": {"title": "A trial of this against that"}}],
)
def parquet_differs_from_csv(cells: Cells) -> Iterator[Problem]:
    """A Parquet file must hold the same rows, in the same order, as the CSV file that it is beside.

    Which of the two somebody reads must not decide what is found. Rules look at the CSV file.
    """
    for table in cells.tables.values():
        # A file whose rows can't be told apart, or lack cells, has findings of its own.
        if table.beside is not None and not table.text.ragged:
            yield from _differing(cells, table, table.beside)


def _differing(cells: Cells, table: LoadedTable, beside: TextTable) -> Iterator[Problem]:
    file = beside.file.path
    only = sorted(table.present ^ beside.kept)
    for name in only:
        lacks, has = (file, table.file) if name in table.present else (table.file, file)
        yield Problem(f"{lacks} has no column `{name}`, but {has} has", file=file, column=name)
    first = first_difference(cells.room, table, beside)
    if first is None:
        return
    if first.columns:
        column, (csv, parquet) = next(iter(first.columns.items()))
        what = f"`{column}` is {_cell(parquet)}, but {_cell(csv)} {table.at(first.line or 0)} of {table.file}"
    else:
        column, (lacks, has) = None, (table.file, file) if first.line is None else (file, table.file)
        what = f"{has} has it, but {lacks} has {counted(first.row - 1, 'row')} only"
    more = f"; {first.many:,} rows differ in all" if first.many > 1 else ""
    key = {name: shortened(value) for name, value in first.key.items()}
    yield Problem(f"row {first.row}: {what}{more}", file=file, line=first.row, column=column, key=key)


def _cell(value: object) -> str:
    return "empty" if value is None else shown(value) if isinstance(value, str) else str(value).removesuffix(".0").lower()
