"""Building ``registry.duckdb``: validate every package, load it, and replace the file when it is complete.

The database is written to a file next to its place and moved there when it is complete. A reader that has the old one open keeps
reading it; a build that fails, or is killed, leaves the old one as it was.
"""

from __future__ import annotations

import datetime
import errno
import json
import math
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.auditing.stored import VERDICTS, store_verdicts
from registry.comparing.ladder_stored import LADDER, store_ladders
from registry.comparing.score_stored import MEANS, store_means
from registry.errors import RequestError
from registry.form import BOOKKEEPING, EVERY_TABLE, ROW_KEYS, attach, fill_views, form
from registry.ledger.answering import Answering, Apart, answering, digest_of_draft
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.lineage import declared, work_out
from registry.loading import load
from registry.packages.atomic import target_of
from registry.packages.descriptor import licences, waivers
from registry.packages.finding import DATABASE, DATAPACKAGES, Entry, is_database, logs_of
from registry.packages.opening import kind_of
from registry.packages.room import Writing
from registry.pooling.network_stored import NETWORKS, store_networks
from registry.pooling.remembered import POOLINGS, collected
from registry.pooling.stored import POOLED, store
from registry.recalled import keep, named, recalled
from registry.strata.proposed import add_proposed, name_proposed, name_proposed_keys
from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.engine import MAX_FINDINGS
from validation.formats.visible import well_formed
from validation.report import PackageReport, Report, Validity

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["Build", "build"]


@dataclass(frozen=True)
class Build:
    """What a build did: the report, and the database if one was put in place. ``rows`` counts the rows loaded by table. ``apart`` is what
    is in ``datapackages/`` and doesn't answer, a draft or what was retracted.
    """

    report: Report
    database: Path | None
    rows: Mapping[str, int]
    apart: tuple[Apart, ...]
    accepted: frozenset[str] = frozenset()
    """The packages of which an accepted version answers."""


def build(
    root: Path,
    output: Path | None = None,
    *,
    today: datetime.date | None = None,
    skip_invalid: bool = False,
    max_findings: int = MAX_FINDINGS,
    progress: Callable[[str], None] | None = None,
    gate: Callable[[Path], PackageReport] | None = None,
    drafts: bool | Entry = False,
    pooled: bool = True,
    full: bool = False,
) -> Build:
    """Build the database from the accepted version of every package. With ``drafts``, what is in ``datapackages/`` and isn't accepted comes
    on top, in place of the version that is; with a package in its place, that one alone. Without ``pooled``, the tables of what is worked out
    of the packages' own are empty: enough to look at, and not to answer. What was found in the very same package earlier on the day, and what was
    worked out of the very same rows before, isn't worked out again, unless ``full``.

    Every package is validated by today's rules. An accepted one stays in whatever newer rules say. Where a draft is invalid, nothing is built and
    the database that is there stays, unless ``skip_invalid`` leaves it out; a rule that could not be run stops the build always. ``gate`` is given the finished draft, and has its entry in the report; where it
    finds the registry invalid, nothing is put in place. Raises ``OSError`` or ``duckdb.Error`` where the file can't be written,
    ``LedgerError`` or ``DamagedError`` where ledger or store were changed, and ``RequestError`` where nothing was ever accepted.
    """
    import duckdb

    today = today or datetime.datetime.now(datetime.UTC).date()
    named, output = output is not None, output or root / DATABASE
    if output.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; choose another place for the database", str(output))
    target = target_of(output, named=named)
    if target.exists() and target.stat().st_size and not is_database(target):
        raise FileExistsError(
            errno.EEXIST, "already exists and is not a database; choose another name, or move it away", str(output)
        )
    _remove_leftovers(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.draft")
    store = FolderStore(root / STORE)
    ledger = ledger_of(store)
    try:
        with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch, Writing(output, draft):
            listed, apart = answering(root, store, ledger, Path(scratch), drafts=drafts)
            if not listed and not ledger.records:
                raise RequestError(_nothing(root, apart))
            report = load(
                draft,
                root,
                listed,
                store,
                today=today,
                max_findings=max_findings,
                granted=ledger.granted,
                progress=progress,
                full=full,
            )
            accepted = frozenset(one.entry.name for one in listed if one.record is not None)
            invalid = [p for p in report.packages if p.name not in accepted and p.verdict is Validity.INVALID]
            if (invalid and not skip_invalid) or report.summary.bugs:
                return Build(report, None, {}, tuple(apart), accepted)
            rows = _finish(draft, _bookkeeping(report, listed, today, ledger.head), pooled=pooled, full=full)
            if gate is not None:
                found = gate(draft)
                report = replace(report, packages=(*report.packages, found))
                if found.verdict is Validity.INVALID:
                    return Build(report, None, {}, tuple(apart), accepted)
                _add(draft, _told(found))
            _sync(draft)
            for log in logs_of(target):  # of the database that was there: DuckDB would play it back onto this one
                log.unlink(missing_ok=True)
            draft.replace(target)
            return Build(report, output, rows, tuple(apart), accepted)
    except duckdb.TransactionException as error:
        # Nobody else writes to a draft: a commit fails where the file can't be written, and that is what is said.
        raise duckdb.IOException(str(error)) from error
    finally:
        for left in (draft, *logs_of(draft)):
            left.unlink(missing_ok=True)


def _remove_leftovers(output: Path) -> None:
    """Drafts of builds that were killed: those whose process is gone."""
    form = re.compile(rf"\.{re.escape(output.name)}\.([0-9]{{1,9}})\.[0-9a-f]{{8}}\.draft(\.rows)?(\.wal)?")
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


def _nothing(root: Path, apart: Sequence[Apart]) -> str:
    if not apart:
        return f"{root / DATAPACKAGES} has no package; `outcomes init NAME` makes one"
    names = ", ".join(one.name for one in apart[:_MOST_NAMED]) + (" and others" if len(apart) > _MOST_NAMED else "")
    return f"nothing is accepted yet ({names}): `outcomes accept NAME` accepts a package, `outcomes build --drafts` shows drafts"


_MOST_NAMED = 5


def _finish(draft: Path, bookkeeping: Mapping[str, Sequence[Sequence[Any]]], *, pooled: bool, full: bool) -> dict[str, int]:
    import duckdb

    with duckdb.connect() as con:
        attach(con, draft)
        con.execute("USE registry")
        _insert(con, bookkeeping)
        name_proposed(con)
        name_proposed_keys(con)
        add_proposed(con)
        work_out(con)
        if pooled:
            _answer(con, full=full)
        counts = {}
        for table in TABLES:
            ((counts[table],),) = con.execute(f'SELECT count(*) FROM "{table}"').fetchall()
        con.execute("USE memory")
        con.execute("DETACH registry")
    return counts


def _answer(con: duckdb.DuckDBPyConnection, *, full: bool) -> None:
    """Work out what the views keep, and the tables of what several trials say together, or recall those."""
    name = named(con, apart=["build"])
    fill_views(con)
    if full or not recalled(con, name, _ANSWERS):
        with collected(con):
            for put in (store, store_networks, store_means, store_ladders, store_verdicts):
                put(con)
        keep(con, name, _ANSWERS)


_ANSWERS = (*POOLED, *POOLINGS, *NETWORKS, *MEANS, *LADDER, *VERDICTS)
"""The tables that what several trials say together is in."""


def _add(draft: Path, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    import duckdb

    with duckdb.connect() as con:
        attach(con, draft)
        con.execute("USE registry")
        _insert(con, rows)
        con.execute("USE memory")
        con.execute("DETACH registry")


def _insert(con: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Add rows to tables of the bookkeeping, in the database in use."""
    for table, some in rows.items():
        con.register("_rows", _frame(table, some).to_arrow())
        con.execute(f'INSERT INTO "{table}" FROM _rows')
        con.unregister("_rows")


def _frame(table: str, rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows of the bookkeeping as a frame: put in one by one, those of hundreds of packages would take minutes."""
    import polars as pl

    kinds = {"BIGINT": pl.Int64, "BOOLEAN": pl.Boolean, "DOUBLE": pl.Float64, "DATE": pl.String, "VARCHAR": pl.String}
    schema = {name: kinds[kind] for name, (kind, _) in EVERY_TABLE[table][1].items()}
    return pl.DataFrame(
        {
            name: [well_formed(str(row[i])) if kind is pl.String and row[i] is not None else row[i] for row in rows]
            for i, (name, kind) in enumerate(schema.items())
        },
        schema=schema,
    )


def _bookkeeping(report: Report, listed: Sequence[Answering], today: datetime.date, head: str) -> dict[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = {name: [] for name in (*BOOKKEEPING, "lineage")}
    rows["build"].append([report.ruleset.version, report.ruleset.digest, today, head, form()])
    for package, one in zip(report.packages, listed, strict=True):
        descriptor = one.entry.descriptor
        summary = Report(report.ruleset, (package,)).summary
        rows["packages"].append(
            [
                package.name,
                package.version,
                one.entry.title or None,
                ", ".join(licences(descriptor)),
                package.verdict.value,
                one.standing.value,
                digest_of_draft(one.files) if one.record is None else None,
                summary.errors,
                summary.warnings,
                summary.waived,
            ]
        )
        for table, told in _told(package).items():
            rows[table] += told
        if package.verdict is Validity.INVALID and one.record is None:
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
        key = [_cell_of_key(f.key.get(name), kind) for name, kind in ROW_KEYS.items()]
        rows["findings"].append([found.name, f.rule, f.severity.value, *place, f.message, f.waived is not None, *key])
    return rows


def _cell_of_key(said: str | None, kind: str) -> str | float | bool | None:
    """A cell of a key as its table has it: where it can't be read, there is none."""
    if kind == "DOUBLE":
        try:
            number = float(said or "nan")
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    return {"true": True, "false": False}.get(said or "") if kind == "BOOLEAN" else said


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
