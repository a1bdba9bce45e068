"""Building ``registry.duckdb``: validate every package, load it, and replace the file when it is complete.

The database is written to a file next to its place and moved there when it is complete. A reader that has the old one open keeps
reading it; a build that fails, or is killed, leaves the old one as it was.
"""

from __future__ import annotations

import datetime
import errno
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.auditing.stored import VERDICTS, store_verdicts
from registry.comparing.ladder_stored import LADDER, store_ladders
from registry.comparing.score_stored import MEANS, store_means
from registry.ledger.records import Ledger
from registry.ledger.standing import Standing, standing
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.lineage import LINEAGE, declared, work_out
from registry.packages.atomic import target_of
from registry.packages.descriptor import licences, waivers
from registry.packages.finding import DATABASE, Entry, entries, is_database, logs_of
from registry.packages.opening import kind_of
from registry.packages.room import Writing
from registry.pooling.network_stored import NETWORKS, store_networks
from registry.pooling.stored import POOLED, POOLED_MACRO, store
from registry.strata.comparable import strata_views
from registry.strata.figure_views import figure_views
from registry.strata.rate_views import rate_views
from registry.strata.score_rows import score_views
from schemas.rendering import ddl
from schemas.sql import literal
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, fill
from validation.catalogue import catalogue, ruleset
from validation.engine import MAX_FINDINGS, validate_package
from validation.formats.visible import well_formed
from validation.report import PackageReport, Report, Validity
from validation.subjects import LoadedTable

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["Build", "build"]

STORAGE_VERSION = "v1.0.0"
"""DuckDB's storage format that every client since 1.0 can read."""

_BOOKKEEPING = {
    "packages": (
        "The packages validated for this build.",
        {
            "name": ("VARCHAR", "The package's name."),
            "version": ("VARCHAR", "Its version."),
            "title": ("VARCHAR", "Its title."),
            "licence": ("VARCHAR", "Its licences, by SPDX identifier."),
            "verdict": (
                "VARCHAR",
                "valid: its rows are in the tables unless it was retracted; invalid: they are not.",
            ),
            "standing": (
                "VARCHAR",
                "accepted: as in the ledger; draft: not accepted yet, or changed since; retracted: its rows are in no table.",
            ),
            "errors": ("BIGINT", "Violations of severity error that no waiver covers."),
            "warnings": ("BIGINT", "Violations of severity warning that no waiver covers."),
            "waived": ("BIGINT", "Violations that a waiver covers."),
        },
    ),
    "rules": (
        "The outcome of every rule in each package, and of the rules over the registry if the build was gated.",
        {
            "package": ("VARCHAR", "The package it checked; `registry` for all of them together."),
            "rule": ("VARCHAR", "The rule's id."),
            "name": ("VARCHAR", "Its name, which states the wrong thing."),
            "severity": ("VARCHAR", "error, warning or note."),
            "must": ("VARCHAR", "What must hold."),
            "why": ("VARCHAR", "Why."),
            "fix": ("VARCHAR", "What to do."),
            "source": ("VARCHAR", "Where the rule comes from."),
            "outcome": ("VARCHAR", "passed, violated, waived, not applicable, skipped or errored."),
            "checked": ("BIGINT", "Rows or other subjects it checked."),
            "violations": ("BIGINT", "How many of them break it."),
            "reason": ("VARCHAR", "Why it was skipped or not applicable."),
        },
    ),
    "findings": (
        "The findings of this build; for each rule and package only the first ones are listed.",
        {
            "package": ("VARCHAR", "The package; `registry` for all of them together."),
            "rule": ("VARCHAR", "The rule's id."),
            "severity": ("VARCHAR", "error, warning or note."),
            "file": ("VARCHAR", "The file, within the package."),
            "line": ("BIGINT", "The line, counting the header."),
            "column": ("VARCHAR", "The column."),
            "key": ("VARCHAR", "The key of the row, as JSON."),
            "message": ("VARCHAR", "What was found and what must hold."),
            "waived": ("BOOLEAN", "Whether a waiver covers it."),
        },
    ),
    "waivers": (
        "The waivers of the packages.",
        {
            "package": ("VARCHAR", "The package."),
            "rule": ("VARCHAR", "The rule that is waived."),
            "where": ("VARCHAR", "Where, as JSON: columns and values."),
            "reason": ("VARCHAR", "Why."),
            "approver": ("VARCHAR", "Who approved it."),
            "until": ("DATE", "Until when."),
        },
    ),
    "build": (
        "What built this database.",
        {
            "version": ("VARCHAR", "Version of trial-outcomes."),
            "ruleset": ("VARCHAR", "Digest of the rules, table models and vocabularies."),
            "built_on": ("DATE", "The day of the build, which decides whether waivers and look-ups have expired."),
        },
    ),
}


_TABLES = {**_BOOKKEEPING, **LINEAGE, **POOLED, **NETWORKS, **MEANS, **LADDER, **VERDICTS}
"""Every table besides those of the packages, each with what it is and its columns."""


@dataclass(frozen=True)
class Build:
    """What a build did: the report, and the database if one was put in place. ``rows`` counts the rows loaded by table. ``retracted``
    names the packages that were left out because the version in their folder was retracted, each with the version that the
    ledger has instead, if any.
    """

    report: Report
    database: Path | None
    rows: Mapping[str, int]
    retracted: Mapping[str, str | None]


def build(
    root: Path,
    output: Path | None = None,
    *,
    today: datetime.date | None = None,
    skip_invalid: bool = False,
    max_findings: int = MAX_FINDINGS,
    progress: Callable[[str], None] | None = None,
    gate: Callable[[Path], PackageReport] | None = None,
) -> Build:
    """Validate every package of the registry and build the database from those that are valid.

    Where a package is invalid, nothing is built and the database that is there stays, unless ``skip_invalid`` leaves it out;
    a rule that could not be run stops the build always. ``gate`` is given the finished draft, and has its entry in the report; where it
    finds the registry invalid, nothing is put in place. Raises ``OSError`` or ``duckdb.Error`` where the file can't be written, and
    ``LedgerError`` where the ledger was changed.
    """
    import duckdb

    today = today or datetime.datetime.now(datetime.UTC).date()
    named, output = output is not None, output or root / DATABASE
    if output.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; choose another place for the database", str(output))
    target = target_of(output, named=named)
    if target.exists() and target.stat().st_size and not is_database(target):
        raise FileExistsError(
            errno.EEXIST, "is not a database, so it isn't replaced; move it away or choose another name", str(output)
        )
    _remove_leftovers(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.draft")
    listed = entries(root)
    store = FolderStore(root / STORE)
    ledger = ledger_of(store)
    standings = {entry.name: standing(store, ledger, entry) for entry in listed}
    retracted = _instead(ledger, standings)
    try:
        with Writing(output, draft):
            _create(draft)
            reports = []
            for entry in listed:
                if progress is not None:
                    progress(entry.name)
                sink = None if entry.name in retracted else _loader(draft, entry.name)
                found = validate_package(entry.folder, today=today, max_findings=max_findings, sink=sink, granted=ledger.granted)
                # A folder may be a link: the package is called in the registry as the link is.
                reports.append(replace(found, name=entry.name))
            report = Report(ruleset(), tuple(reports))
            invalid = [p for p in reports if p.verdict is Validity.INVALID]
            if (invalid and not skip_invalid) or report.summary.bugs:
                return Build(report, None, {}, retracted)
            rows = _finish(draft, _bookkeeping(report, listed, today, standings))
            if gate is not None:
                found = gate(draft)
                report = replace(report, packages=(*report.packages, found))
                if found.verdict is Validity.INVALID:
                    return Build(report, None, {}, retracted)
                _add(draft, _told(found))
            _sync(draft)
            for log in logs_of(target):  # of the database that was there: DuckDB would play it back onto this one
                log.unlink(missing_ok=True)
            draft.replace(target)
            return Build(report, output, rows, retracted)
    except duckdb.TransactionException as error:
        # Nobody else writes to a draft: a commit fails where the file can't be written, and that is what is said.
        raise duckdb.IOException(str(error)) from error
    finally:
        for left in (draft, draft.with_name(f"{draft.name}.wal")):
            left.unlink(missing_ok=True)


def _remove_leftovers(output: Path) -> None:
    """Drafts of builds that were killed: those whose process is gone."""
    form = re.compile(rf"\.{re.escape(output.name)}\.([0-9]{{1,9}})\.[0-9a-f]{{8}}\.draft(\.wal)?")
    for path in output.parent.iterdir():
        own = form.fullmatch(path.name)
        if own and int(own[1]) != os.getpid() and not _alive(int(own[1])) and kind_of(path.lstat()) == "a file":
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name == "nt":  # there the question would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _attach(con: duckdb.DuckDBPyConnection, draft: Path) -> None:
    con.execute(f"ATTACH {literal(str(draft))} AS registry (STORAGE_VERSION '{STORAGE_VERSION}')")


def _create(draft: Path) -> None:
    import duckdb

    with duckdb.connect() as con:
        _attach(con, draft)
        con.execute("USE registry")
        con.execute("BEGIN")  # hundreds of statements, each of which would be synced to the disk by itself
        for table in TABLES:
            con.execute(ddl(table))
        for table, (about, columns) in _TABLES.items():
            body = ", ".join(f'"{name}" {kind}' for name, (kind, _) in columns.items())
            con.execute(f'CREATE TABLE "{table}" ({body})')
            con.execute(f'COMMENT ON TABLE "{table}" IS {literal(about)}')
            for name, (_, comment) in columns.items():
                con.execute(f'COMMENT ON COLUMN "{table}"."{name}" IS {literal(comment)}')
        con.execute("CREATE SCHEMA vocabulary")
        fill(con, VOCABULARIES)
        for statement in (*rate_views(), *strata_views(), *figure_views(), *score_views(), POOLED_MACRO):
            con.execute(statement)
        con.execute("COMMIT")
        con.execute("USE memory")
        con.execute("DETACH registry")


def _loader(draft: Path, package: str) -> Callable[[duckdb.DuckDBPyConnection, PackageReport, Mapping[str, LoadedTable]], None]:
    def load(con: duckdb.DuckDBPyConnection, report: PackageReport, tables: Mapping[str, LoadedTable]) -> None:
        if report.verdict is Validity.INVALID:
            return
        _attach(con, draft)
        for name, table in tables.items():
            columns = ", ".join(f'"{f.name}"' for f in table.fields)
            con.execute(
                f'INSERT INTO registry."{name}" (package, {columns}) SELECT {literal(package)}, {columns} FROM "{name}" '
                "ORDER BY _line"
            )
        con.execute("DETACH registry")

    return load


def _finish(draft: Path, bookkeeping: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, int]:
    import duckdb

    _add(draft, bookkeeping)
    with duckdb.connect() as con:
        _attach(con, draft)
        con.execute("USE registry")
        work_out(con)
        store(con)
        store_networks(con)
        store_means(con)
        store_ladders(con)
        store_verdicts(con)
        counts = {}
        for table in TABLES:
            ((counts[table],),) = con.execute(f'SELECT count(*) FROM "{table}"').fetchall()
        con.execute("USE memory")
        con.execute("DETACH registry")
    return counts


def _add(draft: Path, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Add rows to tables of the bookkeeping."""
    import duckdb

    with duckdb.connect() as con:
        _attach(con, draft)
        for table, some in rows.items():
            con.register("_rows", _frame(table, some).to_arrow())
            con.execute(f'INSERT INTO registry."{table}" FROM _rows')
            con.unregister("_rows")
        con.execute("DETACH registry")


def _frame(table: str, rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows of the bookkeeping as a frame: put in one by one, those of hundreds of packages would take minutes."""
    import polars as pl

    kinds = {"BIGINT": pl.Int64, "BOOLEAN": pl.Boolean, "DATE": pl.String, "VARCHAR": pl.String}
    schema = {name: kinds[kind] for name, (kind, _) in _TABLES[table][1].items()}
    return pl.DataFrame(
        {
            name: [well_formed(str(row[i])) if kind is pl.String and row[i] is not None else row[i] for row in rows]
            for i, (name, kind) in enumerate(schema.items())
        },
        schema=schema,
    )


def _instead(ledger: Ledger, standings: Mapping[str, Standing]) -> dict[str, str | None]:
    """The packages whose folder holds what was retracted, each with the version that is in the ledger instead."""
    retracted = (name for name, stands in standings.items() if stands is Standing.RETRACTED)
    return {name: None if (latest := ledger.latest(name)) is None else latest.version for name in retracted}


def _bookkeeping(
    report: Report, listed: Sequence[Entry], today: datetime.date, standings: Mapping[str, Standing]
) -> dict[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = {name: [] for name in (*_BOOKKEEPING, "lineage")}
    rows["build"].append([report.ruleset.version, report.ruleset.digest, today])
    for package, entry in zip(report.packages, listed, strict=True):
        descriptor = entry.descriptor
        summary = Report(report.ruleset, (package,)).summary
        rows["packages"].append(
            [
                package.name,
                package.version,
                entry.title or None,
                ", ".join(licences(descriptor)),
                package.verdict.value,
                standings[entry.name].value,
                summary.errors,
                summary.warnings,
                summary.waived,
            ]
        )
        for table, told in _told(package).items():
            rows[table] += told
        if package.verdict is Validity.INVALID or standings[entry.name] is Standing.RETRACTED:
            continue
        for w in waivers(descriptor):
            where = json.dumps(w.get("where", {}), ensure_ascii=False)
            rows["waivers"].append(
                [package.name, w.get("rule"), where, *(w.get(name) for name in ("reason", "approver", "until"))]
            )
        rows["lineage"] += declared(package.name, descriptor)
    return rows


def _told(found: PackageReport) -> dict[str, list[list[Any]]]:
    """The outcome of every rule and what was found, in a package or in the registry as a whole."""
    rows: dict[str, list[list[Any]]] = {"rules": [], "findings": []}
    for o in found.outcomes:
        r = catalogue()[o.rule]
        said = [r.id, r.name, r.severity.value, r.must, r.why, r.fix, r.source]
        rows["rules"].append([found.name, *said, o.result.value, o.checked, o.violations, o.reason])
    for f in found.findings:
        place = [f.file, f.line, f.column, json.dumps(dict(f.key), ensure_ascii=False)]
        rows["findings"].append([found.name, f.rule, f.severity.value, *place, f.message, f.waived is not None])
    return rows


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
