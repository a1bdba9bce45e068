"""``validate``."""

from __future__ import annotations

import datetime
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.gate import see_to_library
from registry.cli.naming import package_folder
from registry.cli.options import Output, PackageNames, Root, one_of
from registry.cli.reporting import FailOn, MaxFindings, end, progress, summarise, write
from registry.cli.streams import place
from validation.formats import FORMATS

if TYPE_CHECKING:
    from registry.ledger.records import Ledger
    from validation.engine import Granted

__all__ = ["validate"]


def validate(  # noqa: PLR0917  each is an option of the command
    packages: PackageNames = None,
    format_: Annotated[
        str | None,
        one_of("--format", FORMATS, "How the report is written.", show_default="text; github on GitHub Actions"),
    ] = None,
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

    On GitHub Actions findings become annotations, and a summary of the step.
    Exit codes: 0 nothing found, 1 findings, 2 usage, 3 could not run, 4 a bug.
    """
    output = place(output)
    format_ = format_ or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" and output is None else "text")
    folders = _folders(packages, root)
    day = today.date() if today else None
    if whole:
        see_to_library()
    with progress(len(folders)) as step:
        if whole:
            from registry.gating import validate_registry
            from registry.packages.finding import find_root

            chosen = folders if packages else None
            report = validate_registry(find_root(root), chosen, today=day, max_findings=max_findings, progress=step)
        else:
            from validation.engine import validate as run

            report = run(folders, today=day, max_findings=max_findings, progress=step, granted=_granted(root))
    write(report, format_, output, verbose=verbose)
    if format_ == "github":
        summarise(report)
    end(report, fail_on)


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


def _folders(packages: list[str] | None, root: Path | None) -> list[Path]:
    """The folders of the packages meant: all of the registry where none is named, and each once."""
    from registry.packages.finding import DATAPACKAGES, find_root, package_names

    if not packages:
        folder = find_root(root)
        listed = [folder / DATAPACKAGES / name for name in package_names(folder)]
        if not listed:
            fail(f"{folder / 'datapackages'} has no package; `outcomes init NAME` makes one", Exit.USAGE)
        return listed
    folders = [package_folder(name, root) for name in packages]
    return list({folder.resolve(): folder for folder in reversed(folders)}.values())[::-1]
