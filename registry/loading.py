"""Making the database of a build with the rows of packages, each validated, or recalled as it was found earlier on the day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from registry.form import attach
from registry.ledger.answering import Answering
from registry.ledger.releases import insert_released, released
from registry.ledger.store import Store
from registry.looked_at import LookedAt, depends_on, keep_looked_at, place_for, recall_looked_at
from registry.packages.frozen import hashes_of
from registry.packages.package import Package
from registry.recalled import begin
from schemas.sql import identifier, literal
from schemas.tables import TABLES
from validation.engine import Granted, SinkOfMany, validate
from validation.report import PackageReport, Report, Validity
from validation.rule import Severity
from validation.subjects import LoadedTable

if TYPE_CHECKING:
    import duckdb

__all__ = ["load"]

_OF_PACKAGES = (*TABLES, "flagged_rows")
"""The tables that have rows of packages once these were validated, and nothing that follows from them."""


def load(
    draft: Path,
    root: Path,
    listed: Sequence[Answering],
    store: Store,
    *,
    today: datetime.date,
    max_findings: int,
    granted: Granted,
    progress: Callable[[str], None] | None = None,
    full: bool = False,
) -> Report:
    """Make the database at ``draft`` with the rows of packages of the registry in ``root``, which are listed by name, and validate them: of an
    accepted one that is invalid by now, the rows that were accepted. A package that is as it was earlier on the day isn't looked at again, unless ``full``.

    Raises what :func:`validation.engine.validate` does.
    """
    place = place_for(root, max_findings)
    digests = {one.entry.name: None if place is None else depends_on(one.entry, one.files, granted, today) for one in listed}
    kept = {} if full else recall_looked_at(place, draft)
    looked, reports = {}, {}
    for one in listed:
        name = one.entry.name
        if (of := kept.get(name)) is not None and of.digest is not None and of.digest == digests[name]:
            report = of.report(one.entry)
            if _lasts(report, one):
                looked[name], reports[name] = of, report
    with_rows = [name for name in kept if name in reports and reports[name].verdict is Validity.VALID]
    rewrite = bool(with_rows) and len(looked) < len(kept)
    if rewrite:
        _retain(draft, with_rows)
    elif not with_rows:
        draft.unlink(missing_ok=True)
        begin(draft)
    others = [one for one in listed if one.entry.name not in looked]
    found = validate(
        [one.entry.folder for one in others],
        today=today,
        max_findings=max_findings,
        progress=progress,
        sink=_loader(draft, others, store, with_rows),
        granted=granted,
    )
    for one, report in zip(others, found.packages, strict=True):
        name = one.entry.name
        # A folder may be a link: the package is called in the registry as the link is.
        reports[name] = replace(report, name=name)
        digest = digests[name] if _lasts(report, one) else None
        # What changed meanwhile may have been looked at before or after it did.
        same = digest is not None and digest == depends_on(one.entry, hashes_of(one.entry), granted, today)
        looked[name] = LookedAt.of(report, digest if same else None)
    if rewrite or with_rows != sorted(with_rows):
        _put_in_order(draft, sorted(with_rows))
    if looked != kept:
        keep_looked_at(place, draft, {name: looked[name] for name in digests})
    return replace(found, packages=tuple(reports[name] for name in digests))


def _lasts(report: PackageReport, one: Answering) -> bool:
    """Whether the package is as it was found until something in it changes: a rule that could not be run is to be run again, and the rows of an
    accepted package that is invalid by now aren't those of its files.
    """
    return not report.bugs and (one.record is None or report.verdict is Validity.VALID)


def _retain(draft: Path, packages: Sequence[str]) -> None:
    """Take all rows away but those of these packages."""
    import duckdb

    names = ", ".join(map(literal, packages))
    with duckdb.connect() as con, _attached(con, draft):
        for table in _OF_PACKAGES:
            con.execute(f"DELETE FROM registry.{identifier(table)} WHERE package NOT IN ({names})")


def _put_in_order(draft: Path, packages: Sequence[str]) -> None:
    """Write the rows once more, in the order of the packages: the last digit of what is computed may depend on it."""
    import duckdb

    rows = draft.with_name(f"{draft.name}.rows")
    numbered = ", ".join(f"({n}, {literal(name)})" for n, name in enumerate(packages))
    draft.replace(rows)
    try:
        begin(draft)
        with duckdb.connect() as con, _attached(con, draft):
            con.execute(f"ATTACH {literal(str(rows))} AS _rows (READ_ONLY, TYPE duckdb)")
            for table in map(identifier, _OF_PACKAGES):
                con.execute(
                    f"INSERT INTO registry.{table} SELECT _row.* FROM _rows.{table} _row "
                    f"JOIN (VALUES {numbered}) AS _named(_number, _name) ON package = _name ORDER BY _number, _row.rowid"
                )
            con.execute("DETACH _rows")
    finally:
        rows.unlink(missing_ok=True)


def _loader(draft: Path, listed: Sequence[Answering], store: Store, with_rows: list[str]) -> SinkOfMany:
    """Loads packages into the draft, each by the name that it has in the registry, and adds their names to those that have rows there. Of an
    accepted one that is invalid, what was accepted.
    """
    by_path = {str(one.entry.folder): one for one in listed}

    def load(con: duckdb.DuckDBPyConnection, held: Sequence[tuple[PackageReport, Mapping[str, LoadedTable]]]) -> None:
        valid: dict[str, list[tuple[int, str]]] = {}
        frozen: dict[str, list[Package]] = {}
        refused = []
        for n, (report, tables) in enumerate(held):
            one = by_path[report.path]
            if report.verdict is not Validity.INVALID:
                with_rows.append(one.entry.name)
                for name in tables:
                    valid.setdefault(name, []).append((n, one.entry.name))
            elif one.record is not None:
                refused.append(one.entry.name)
                release = released(store, one.record)
                for name in release.tables:
                    frozen.setdefault(name, []).append(release)
        with_rows.extend(refused)
        with _attached(con, draft):
            for report, tables in held:
                if (name := by_path[report.path].entry.name) in with_rows:
                    for table in tables.values():
                        _flag(con, name, table, report)
            for name, called in valid.items():
                columns = ", ".join(f'"{f.name}"' for f in TABLES[name].fields())
                names = ", ".join(f"({n}, {literal(package)})" for n, package in called)
                con.execute(
                    f'INSERT INTO registry."{name}" (package, {columns}) SELECT _called, {columns} FROM "{name}" '
                    f"JOIN (VALUES {names}) AS _named(_package, _called) USING (_package) ORDER BY _package, _line"
                )
            for name, releases in frozen.items():
                if name in TABLES:
                    insert_released(con, releases, name, "registry")

    return load


def _flag(con: duckdb.DuckDBPyConnection, package: str, table: LoadedTable, report: PackageReport) -> None:
    """Put the rows of a table that have a finding into ``flagged_rows``."""
    told = (f.line for f in report.findings if f.file == table.file and f.severity is not Severity.NOTE and f.line is not None)
    if lines := {*report.flagged.get(table.name, ()), *told}:
        key = ", ".join(map(identifier, table.key))
        con.execute(
            f"INSERT INTO registry.flagged_rows (package, in_table, {key}) SELECT ?, ?, {key} FROM {table.rows} "
            "WHERE _line IN (SELECT unnest(?::BIGINT[])) ORDER BY _line",
            [package, table.name, sorted(lines)],
        )


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, draft: Path) -> Iterator[None]:
    attach(con, draft)
    yield
    con.execute("DETACH registry")
