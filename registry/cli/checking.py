"""``build``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.gate import see_to_library
from registry.cli.naming import may_be_replaced
from registry.cli.options import Root
from registry.cli.progress import progress
from registry.cli.reporting import FailOn, MaxFindings, end, write
from registry.cli.streams import heard_or_not, place, say

if TYPE_CHECKING:
    from registry.building import Build
    from registry.ledger.answering import Apart
    from validation.report import PackageReport, Report

__all__ = ["build"]


def build(  # noqa: PLR0917  each is an option of the command
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
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Add what isn't accepted yet; every answer then says that it has drafts.")
    ] = False,
    web: Annotated[
        bool,
        typer.Option("--web", help="Write a copy a third of the size beside it, NAME.web.duckdb, for a page in the browser."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Validate and pool everything again, even what is the same as before.")
    ] = False,
    max_findings: MaxFindings = 20,
    root: Root = None,
) -> None:
    """Build the database from the accepted version of every package; if anything fails, keep the old one.

    **Examples**

    - `outcomes build`
    - `outcomes build --gate`
    - `outcomes build --drafts -o preview.duckdb`
    - `outcomes build --web` – registry.web.duckdb too

    An invalid draft stops a build with --drafts, and the old database stays. Programs that have it open keep reading it.
    """
    from registry.packages.finding import DATABASE, find_root, is_database, package_names
    from schemas.wording import counted_rows

    folder = find_root(root)
    if str(output) == "-":
        fail("a database needs a file name", Exit.USAGE)
    output = place(output)
    file = output or folder / DATABASE
    small = file.with_suffix(".web.duckdb") if web else None
    for path in (file, small) if small else (file,):
        may_be_replaced(path, is_database, "a database", named=output is not None)
    if gated:
        see_to_library()
    with progress(len(package_names(folder))) as step, _database_errors():
        from registry.building import build as run
        from validation.report import THE_REGISTRY

        gate = _gate(folder, max_findings) if gated else None
        made = run(
            folder,
            output,
            skip_invalid=skip_invalid,
            max_findings=max_findings,
            progress=step,
            gate=gate,
            drafts=drafts,
            full=full,
        )
        if small is not None and made.database is not None:
            from registry.form import write_small

            write_small(made.database, small)
    _tell_build(made)
    if made.database is not None:
        rows = ", ".join(counted_rows(count, table) for table, count in made.rows.items() if count) or "no rows"
        with heard_or_not():
            say(f"Built {_shown(made.database)}: {rows}.", *([f"Built {_shown(small)} for the web."] if small else []))
    elif any(package.name == THE_REGISTRY for package in made.report.packages):
        say("Nothing was built: the registry as a whole is invalid. Fix what is listed above.", err=True)
    elif not made.report.summary.bugs:
        say("Nothing was built: a package is invalid. Fix it, or leave it out with --skip-invalid.", err=True)
    end(_of_this_build(made), FailOn.ERROR)


def _of_this_build(made: Build) -> Report:
    """What decides the exit code: an accepted package stays valid whatever newer rules find."""
    from dataclasses import replace

    decides = (package for package in made.report.packages if package.bugs or package.name not in made.accepted)
    return replace(made.report, packages=tuple(decides))


def _gate(root: Path, max_findings: int) -> Callable[[Path], PackageReport]:
    """The third gate, for a draft of the registry."""
    from registry.gating import gate

    return lambda draft: gate(root, draft, max_findings=max_findings)


# What is accepted is content: git may have written the same rows with other line ends.
_VALID_THEN = (
    "; valid when it was accepted: rules are newer, files have other bytes, or a waiver has ended (`outcomes validate {}`)"
)


def _tell_build(made: Build) -> None:
    """One line per package, and the whole report of those that stop the build: `validate` shows the rest."""
    from dataclasses import replace

    from schemas.wording import counted
    from validation.report import Validity
    from validation.rule import Severity

    report = made.report
    invalid = tuple(p for p in report.packages if p.verdict is Validity.INVALID and p.name not in made.accepted)
    if invalid:
        write(replace(report, packages=invalid), "text", None)
    with heard_or_not():
        for package in report.packages:
            label = f"{package.name} {package.version or ''}"
            errors, warnings, notes = (package.standing(s) for s in (Severity.ERROR, Severity.WARNING, Severity.NOTE))
            found = f"{counted(errors, 'error')}, " * bool(errors) + f"{counted(warnings, 'warning')}, {counted(notes, 'note')}"
            waived = sum(one.waived for one in package.outcomes)
            found += f", {waived:,} waived" * bool(waived)
            accepted = package.name in made.accepted
            since = _VALID_THEN.format(package.name) if accepted and package.verdict is Validity.INVALID else ""
            say(f"{'accepted' if accepted else 'draft, ' + package.verdict.value}  {label}: {found}{since}")
        for one in made.apart:
            say(_left_out(one))


def _left_out(one: Apart) -> str:
    """What is in a folder and isn't in the database, and what to do."""
    from registry.ledger.standing import Standing

    label = f"{one.standing.value}  {one.name} {one.version or ''}".rstrip()
    instead = f"; {one.instead} is in its place" if one.instead else ""
    do = "--drafts adds it" if one.standing is Standing.DRAFT else "" if one.instead else "accept a new version to bring it back"
    return f"{label}: left out{instead}{f'; {do}' if do else ''}"


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    with contextlib.suppress(ValueError, OSError):
        return str(path.resolve().relative_to(Path.cwd()))
    return str(path)


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
