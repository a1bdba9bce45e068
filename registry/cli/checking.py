"""``validate`` and ``build``."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.gate import see_to_library
from registry.cli.options import Output, PackageNames, Root, one_of
from registry.cli.streams import deliver, heard_or_not, place, say
from validation.formats import FORMATS

if TYPE_CHECKING:
    from registry.building import Build
    from registry.ledger.records import Ledger
    from validation.engine import Granted
    from validation.report import PackageReport, Report

__all__ = ["build", "validate"]


class FailOn(StrEnum):
    """From which severity on findings make the command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


MaxFindings = Annotated[
    int, typer.Option("--max-findings", metavar="N", min=0, help="Findings shown for each rule and package; all are counted.")
]


def validate(  # noqa: PLR0917  each is an option of the command
    packages: PackageNames = None,
    format_: Annotated[str, one_of("--format", FORMATS, "How the report is written.")] = "text",
    fail_on: Annotated[
        FailOn, typer.Option(metavar="[error|warning|note|never]", help="Exit 1 if a finding has this severity or a higher one.")
    ] = FailOn.ERROR,
    output: Output = None,
    max_findings: MaxFindings = 20,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the outcome of every rule.")] = False,
    whole: Annotated[
        bool, typer.Option("--registry", help="Also check the registry as a whole, with Great Expectations.")
    ] = False,
    today: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day on which waivers must be valid.", show_default="today"),
    ] = None,
    root: Root = None,
) -> None:
    """Check packages for structure and meaning; with --registry, the registry as a whole too.

    **Examples**

    - `outcomes validate` – every package of the registry
    - `outcomes validate linde-2015 --verbose` – one, with every rule's outcome
    - `outcomes validate ./my-package --fail-on warning` – a folder anywhere
    - `outcomes validate --format html -o report.html` – a page to send to others
    - `outcomes validate --registry` – also check how packages fit together and with the last release

    Exit codes: 0 nothing found, 1 findings, 2 usage, 3 could not run, 4 a bug.
    """
    output = place(output)
    folders = _folders(packages, root)
    day = today.date() if today else None
    if whole:
        see_to_library()
    with _progress(len(folders)) as step:
        if whole:
            from registry.gating import validate_registry
            from registry.packages.finding import find_root

            chosen = folders if packages else None
            report = validate_registry(find_root(root), chosen, today=day, max_findings=max_findings, progress=step)
        else:
            from validation.engine import validate as run

            report = run(folders, today=day, max_findings=max_findings, progress=step, granted=_granted(root))
    _write(report, format_, output, verbose=verbose)
    _exit(report, fail_on)


def _granted(root: Path | None) -> Granted:
    """Tells the waivers that were accepted with a version. The ledger is read for the first package that carries any."""

    @cache
    def ledger() -> Ledger:
        from registry.errors import NotFoundError
        from registry.ledger.records import Ledger
        from registry.ledger.store import STORE, FolderStore, ledger_of
        from registry.packages.finding import find_root

        try:
            return ledger_of(FolderStore(find_root(root) / STORE))
        except NotFoundError:
            return Ledger()

    return lambda package, version: ledger().granted(package, version)


def build(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write the database.", show_default="registry.duckdb"),
    ] = None,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", "--skip-rejected", help="Leave invalid packages out instead of building nothing.")
    ] = False,
    gated: Annotated[
        bool, typer.Option("--gate", help="Write it only if the registry as a whole passes (Great Expectations).")
    ] = False,
    max_findings: MaxFindings = 20,
    root: Root = None,
) -> None:
    """Validate every package and build the database; if anything fails, keep the old one.

    **Examples**

    - `outcomes build`
    - `outcomes build --gate`
    - `outcomes build --skip-invalid -o preview.duckdb`

    An invalid package stops the build, and the old database stays. Programs that have it open keep reading it.
    """
    from registry.packages.finding import entries, find_root, is_database

    folder = find_root(root)
    listed = entries(folder)
    if not listed:
        fail(f"{folder / 'datapackages'} has no package; `outcomes init NAME` makes one", Exit.USAGE)
    if str(output) == "-":
        fail("a database needs a file name", Exit.USAGE)
    output = place(output)
    if output is not None and output.exists() and output.stat().st_size and not is_database(output):
        fail(f"{output} already exists and is not a database; choose another name", Exit.USAGE)
    if gated:
        see_to_library()
    with _progress(len(listed)) as step, _database_errors():
        from registry.building import build as run

        gate = _gate(folder, max_findings) if gated else None
        made = run(folder, output, skip_invalid=skip_invalid, max_findings=max_findings, progress=step, gate=gate)
    _tell_build(made)
    if made.database is not None:
        rows = ", ".join(f"{count:,} {table}" for table, count in made.rows.items() if count) or "no rows"
        with heard_or_not():
            say(f"Built {_shown(made.database)}: {rows}.")
    elif len(made.report.packages) > len(listed):
        say("Nothing was built: the registry as a whole is invalid. Fix what is listed above.", err=True)
    elif not made.report.summary.bugs:
        say("Nothing was built: a package is invalid. Fix it, or leave it out with --skip-invalid.", err=True)
    _exit(made.report, FailOn.ERROR)


def _gate(root: Path, max_findings: int) -> Callable[[Path], PackageReport]:
    """The third gate, for a draft of the registry."""
    from registry.gating import gate

    return lambda draft: gate(root, draft, max_findings=max_findings)


def _tell_build(made: Build) -> None:
    """One line per package, and the whole report of those that stop the build: `validate` shows the rest."""
    from dataclasses import replace

    from validation.report import Validity
    from validation.rule import Severity

    report = made.report
    invalid = tuple(p for p in report.packages if p.verdict is Validity.INVALID)
    if invalid:
        _write(replace(report, packages=invalid), "text", None, verbose=False)
    with heard_or_not():
        for package in report.packages:
            label = f"{package.name} {package.version or ''}"
            if package.name in made.retracted:
                stands = made.retracted[package.name]
                what = f"the ledger has {stands}: restore its files" if stands else "accept a new version to bring it back"
                say(f"retracted {label}: left out; {what}")
                continue
            errors, warnings, notes = (package.standing(s) for s in (Severity.ERROR, Severity.WARNING, Severity.NOTE))
            found = f"{errors} errors, " * bool(errors) + f"{warnings} warnings, {notes} notes"
            say(f"{package.verdict.value}  {label}: {found}")


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    with contextlib.suppress(ValueError, OSError):
        return str(path.resolve().relative_to(Path.cwd()))
    return str(path)


def _folders(packages: list[str] | None, root: Path | None) -> list[Path]:
    """The folders meant: paths that are there, else names of packages of the registry."""
    from registry.packages.finding import DATAPACKAGES, find_root, package_names

    if not packages:
        folder = find_root(root)
        listed = [folder / DATAPACKAGES / name for name in package_names(folder)]
        if not listed:
            fail(f"{folder / 'datapackages'} has no package; `outcomes init NAME` makes one", Exit.USAGE)
        return listed
    folders: dict[Path, Path] = {}
    for name in packages:
        path = Path(name)
        is_path = "/" in name or name.startswith(".") or name.endswith(".json")
        if is_path and not path.exists():
            fail(f"there is no package at {name}", Exit.USAGE)
        if is_path and not path.is_dir() and path.name != "datapackage.json":
            fail(f"{name} is not a package: a package is a folder with a datapackage.json", Exit.USAGE)
        folder = _named(name, root) if not is_path else path if path.is_dir() else path.parent
        folders.setdefault(folder.resolve(), folder)  # what is named twice is looked at once
    return list(folders.values())


def _named(name: str, root: Path | None) -> Path:
    """The package of that name in the registry, else the one in the folder of that name here."""
    from registry.errors import NotFoundError
    from registry.packages.finding import find_entry, find_root, folder_of

    here = Path(name) if (Path(name) / "datapackage.json").is_file() else None
    try:
        folder = find_root(root)
    except NotFoundError:
        if here is None:
            raise
        return here
    return folder_of(folder, name) or here or find_entry(folder, name).folder


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, once the work has taken a second; nothing elsewhere."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    from validation.formats.visible import visible

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def step(name: str) -> None:
            bar.update(task, description=escape(visible(name)), advance=1 if bar.tasks[0].description else 0)

        yield step


@contextlib.contextmanager
def _database_errors() -> Iterator[None]:
    """DuckDB's word that a file can't be written is a reason that the command could not run."""
    import duckdb

    from registry.packages.room import disk_error

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        full = disk_error(error)
        if isinstance(error, OSError) and full is None:
            raise
        why = error if full is None else f"{full.filename}: {full.strerror}" if full.filename else full.strerror
        fail(f"{why}\nThe database was not written; the old one is unchanged.")


def _write(report: Report, format_: str, output: Path | None, *, verbose: bool) -> None:
    render = FORMATS[format_]
    if format_ == "text" and output is None:
        from rich.console import Console

        with heard_or_not():
            render(report, console=Console(highlight=False), verbose=verbose)
        return
    words = render(report, verbose=verbose) if format_ == "text" else render(report)
    with heard_or_not():
        deliver([words], output)


def _exit(report: Report, fail_on: FailOn) -> None:
    from validation.rule import Severity

    if report.summary.bugs:
        say("A rule could not be run. This is a bug in outcomes, not in your data; please report it.", err=True)
        raise typer.Exit(Exit.BUG)
    if fail_on is not FailOn.NEVER and report.reaches(Severity(fail_on.value)):
        raise typer.Exit(Exit.FINDINGS)
