"""``validate``."""

from __future__ import annotations

import datetime
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.gate import see_to_library
from registry.cli.naming import package_folder
from registry.cli.options import BY_ENDING, ENDINGS, Output, PackageNames, Root, format_of, one_of
from registry.cli.progress import progress
from registry.cli.reporting import FailOn, MaxFindings, end, ending, summarise, write
from registry.cli.since import ChangedSince, changed_since
from registry.cli.streams import place
from registry.packages.finding import DATAPACKAGES, find_root, package_names
from validation.formats import FORMATS

if TYPE_CHECKING:
    from registry.packages.committed import Since
    from validation.report import PackageReport

__all__ = ["validate"]

_MOST_COMPARED = 10_000
"""Findings of a rule by which what was there before is recognised."""


def validate(  # noqa: PLR0917  each is an option of the command
    packages: PackageNames = None,
    format_: Annotated[
        str | None,
        one_of("--format", FORMATS, "How the report is written.", show_default=f"{BY_ENDING}text; github on GitHub Actions"),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(metavar="[error|warning|note|never]", help="Exit 1 if a finding has this severity or a higher one.")
    ] = FailOn.ERROR,
    output: Output = None,
    reports: Annotated[
        list[Path] | None,
        typer.Option(
            "--report", metavar="FILE", help=f"Also write the report to this file, as its ending says: {', '.join(ENDINGS)}."
        ),
    ] = None,
    max_findings: MaxFindings = 20,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the outcome of every rule.")] = False,
    changed: ChangedSince = None,
    whole: Annotated[
        bool | None,
        typer.Option(
            "--registry/--no-registry",
            help="Also check the registry as a whole, with Great Expectations.",
            show_default="only with --changed-since",
        ),
    ] = None,
    today: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="The day on which waivers must be valid.", show_default="today"),
    ] = None,
    root: Root = None,
) -> None:
    """Check packages for structure and meaning; with --registry, the registry as a whole too.

    **Examples**

    - `outcomes validate` – every package of the registry
    - `outcomes validate linde-2015 --verbose` – one, with every rule's outcome
    - `outcomes validate ./my-package --fail-on warning` – a folder anywhere
    - `outcomes validate --report report.html` – a page to send to others as well
    - `outcomes validate --registry` – also check how packages fit together and with the last release
    - `outcomes validate --changed-since origin/main` – what a pull request changes

    On GitHub Actions findings become annotations, and a summary of the step.
    """
    output = place(output)
    more = [(place(path), ending(path)) for path in reports or ()]
    on_github = os.environ.get("GITHUB_ACTIONS") == "true" and output is None
    format_ = format_of(format_, output, FORMATS, "github" if on_github else "text")
    day = today.date() if today else None
    since = None if changed is None else changed_since(changed, packages or (), root)
    folders = _folders(packages, root) if since is None else [since.root / DATAPACKAGES / name for name in since.changed]
    whole = bool(folders) and (since is not None if whole is None else whole)
    if whole:
        see_to_library()
    with progress(None if whole else len(folders)) as step:
        if whole:
            from registry.gating import validate_registry

            chosen = folders if packages or since is not None else None
            report = validate_registry(find_root(root), chosen, today=day, max_findings=max_findings, progress=step)
        else:
            from registry.validating import granted_in
            from validation.engine import validate as run

            report = run(folders, today=day, max_findings=max_findings, progress=step, granted=granted_in(root))
    if since is not None:
        report = replace(report, packages=tuple(_compared(package, since, day) for package in report.packages))
    write(report, format_, output, verbose=verbose)
    for path, written in more:
        write(report, written, path, verbose=verbose)
    if format_ == "github":
        summarise(report)
    end(report, fail_on)


def _compared(package: PackageReport, since: Since, today: datetime.date | None) -> PackageReport:
    """The report of a package, with what is new since its files were as in the commit: all of a new package's findings are."""
    from validation.engine import validate_package
    from validation.recognising import marked
    from validation.report import THE_REGISTRY

    if package.name == THE_REGISTRY:
        return package
    with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch:
        before = since.before(package.name, Path(scratch))
        findings = () if before is None else validate_package(before, today=today, max_findings=_MOST_COMPARED).findings
    return marked(package, findings)


def _folders(packages: list[str] | None, root: Path | None) -> list[Path]:
    """The folders of the packages meant: all of the registry where none is named, and each once."""
    if not packages:
        folder = find_root(root)
        listed = [folder / DATAPACKAGES / name for name in package_names(folder)]
        if not listed:
            fail(f"{folder / DATAPACKAGES} has no package; `outcomes init NAME` makes one", Exit.USAGE)
        return listed
    folders = [package_folder(name, root) for name in packages]
    return list({folder.resolve(): folder for folder in reversed(folders)}.values())[::-1]
