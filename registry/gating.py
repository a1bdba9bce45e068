"""The third gate on a registry: its built database, compared with the last release according to the ledger."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from registry.access import Registry
from registry.access import open as open_registry
from registry.database import open_database
from registry.errors import NotFoundError
from registry.ledger.releases import insert_released
from registry.packages.finding import DATABASE, Entry, built
from registry.packages.room import Writing
from registry.strata.drafts import drafts_in, with_drafts
from registry.strata.proposed import name_proposed
from schemas.tables import TABLES
from validation.catalogue import ruleset
from validation.gate.holding import MAX_FINDINGS, hold
from validation.report import PackageReport, Report, Validity

if TYPE_CHECKING:
    import duckdb

__all__ = ["gate", "gate_of", "validate_registry"]


def gate(
    root: Path,
    database: Path | None = None,
    *,
    max_findings: int = MAX_FINDINGS,
    site: Path | None = None,
    about: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> PackageReport:
    """Check the rules of the registry on a database built from the packages of ``root``, by default the present one.

    Drift is measured from the latest accepted version of each package that isn't retracted. ``site`` is a folder to write the report to, as a page.
    With ``about``, of findings that name packages only those that name one of these are reported. ``progress`` gets the name of each relation before it is checked.
    Raises ``ModuleNotFoundError`` where Great Expectations isn't installed, :class:`registry.errors.NotFoundError` where nothing was
    built by the rules in force, ``OSError`` where the database can't be read, ``LedgerError`` or ``DamagedError`` where the store was changed, and ``FileExistsError`` where something else is in ``site``.
    """
    import duckdb

    database = built(database or root / DATABASE)
    with open_database(database) as con:
        try:
            ((day, digest),) = con.execute("SELECT built_on, ruleset FROM registry.build").fetchall()
            drafts = drafts_in(con)
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise OSError(f"{database} can't be read as a registry ({why}); run `outcomes build` again") from error
        con.execute("USE memory")
        if digest != ruleset().digest:
            raise NotFoundError(f"{database} was built with other rules; run `outcomes build` again")
        _load_release(con, open_registry(root))
        # A draft goes by the name of the file it is to become: reports of one registry are the same wherever they were made.
        with Writing(site or database, site and site.with_name(f".{site.name}.")):
            report = hold(
                con, path=str(root / DATABASE), version=str(day), max_findings=max_findings, about=about, progress=progress
            )
            if site is not None:
                from validation.gate.site import write_site

                write_site(report, site, with_drafts(drafts))
            return report


def validate_registry(
    root: Path,
    folders: Sequence[Path] | None = None,
    *,
    today: datetime.date | None = None,
    max_findings: int = MAX_FINDINGS,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Validate packages, by default those of the registry, and then the registry as a whole, as it would be built now. Where packages are
    given, only what concerns them is reported for the whole.

    It is built from the accepted packages with the drafts on top, in a file that goes away again. Raises what :func:`gate` does.
    """
    from registry.building import build
    from validation.engine import validate

    with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch:
        file = Path(scratch) / DATABASE
        about = None if folders is None else [folder.resolve().name for folder in folders]
        made = build(
            root, file, today=today, skip_invalid=True, max_findings=max_findings, progress=progress, drafts=True, pooled=False
        )
        report = made.report
        if folders is not None:
            report = validate(
                folders, today=today, max_findings=max_findings, progress=progress, granted=open_registry(root).ledger.granted
            )
        if made.database is None:
            # A rule that could not be run: it says why there is no registry to look at.
            return replace(
                report, packages=(*report.packages, *(p for p in made.report.packages if p.bugs and folders is not None))
            )
        return replace(
            report, packages=(*report.packages, gate(root, file, max_findings=max_findings, about=about, progress=progress))
        )


def gate_of(root: Path, entry: Entry, *, progress: Callable[[str], None] | None = None) -> PackageReport:
    """What the registry as a whole, with the accepted packages and this valid one on top, says about this one. Raises what :func:`gate` does."""
    from registry.building import build

    with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch:
        file = Path(scratch) / DATABASE
        made = build(root, file, progress=progress, drafts=entry, pooled=False)
        if made.database is None:
            # A rule that could not be run, of this package or of another.
            return next(found for found in made.report.packages if found.verdict is Validity.INVALID)
        return gate(root, file, about=[entry.name], progress=progress)


def _load_release(con: duckdb.DuckDBPyConnection, registry: Registry) -> None:
    """Make the schema ``released`` with the tables of the last release; nothing where there is none."""
    ledger = registry.ledger
    latest = {name: record.version for name in ledger.packages if (record := ledger.latest(name)) is not None}
    if not latest:
        return
    con.execute("CREATE SCHEMA released")
    con.execute("CREATE TABLE released.packages (name VARCHAR, version VARCHAR)")
    for table in TABLES:
        con.execute(f'CREATE TABLE released."{table}" AS FROM registry."{table}" LIMIT 0')
    con.executemany("INSERT INTO released.packages VALUES (?, ?)", list(latest.items()))
    packages = [registry.load(name, version) for name, version in latest.items()]
    for table in TABLES:
        insert_released(con, [one for one in packages if table in one.tables], table, "released", lenient=True)
    name_proposed(con, "released")
