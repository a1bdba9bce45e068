"""``corroborate``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.naming import package_folder
from registry.cli.options import PackageName, Root, one_of
from registry.cli.streams import deliver, deliver_json, heard_or_not

if TYPE_CHECKING:
    from registry.trialregistry.corroborating import Corroboration, FigureVerdict

__all__ = ["corroborate"]


def corroborate(
    package: PackageName,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="NCT….json", help="Entries of the package's trials, or folders with them.", show_default=False),
    ],
    format_: Annotated[str, one_of("--format", ("text", "json"), "How the comparison is written.")] = "text",
    root: Root = None,
) -> None:
    """Compare a package with its trials' results at ClinicalTrials.gov, figure by figure.

    **Examples**

    - `outcomes corroborate ketamine-esketamine NCT02418585.json`
    - `outcomes corroborate ketamine-esketamine entries/ --format json`

    The files are what ClinicalTrials.gov's API gives (docs/clinicaltrials.md). Trials are found by their registration, and arms by treatment and
    dose. A figure is the same, different, or not checkable, with the reason.

    Exit code 1: a figure differs.
    """
    from registry.importing.problems import ImportProblem, OutOfReachError, WrongPathError
    from registry.packages.finding import read_entry
    from registry.packages.package import draft
    from registry.trialregistry.corroborating import corroborate as run

    try:
        found = run(draft(read_entry(package_folder(package, root))), files)
    except WrongPathError as error:
        fail(str(error), Exit.USAGE)
    except OutOfReachError as error:
        fail(str(error))
    except ImportProblem as error:
        fail(str(error), Exit.USAGE)
    with heard_or_not():
        if format_ == "json":
            deliver_json({**asdict(found), "counts": found.counts})
        else:
            deliver([_as_text(found)], None)
    if found.counts["different"]:
        raise typer.Exit(Exit.FINDINGS)


def _as_text(found: Corroboration) -> str:
    """The counts, each figure that differs, and how many can't be checked for which reason."""
    from collections import Counter

    from schemas.wording import counted
    from validation.formats.visible import visible

    counts = ", ".join(f"{count} {verdict}" for verdict, count in found.counts.items())
    lines = [f"{found.package} {found.version} beside {counted(len(found.entries), 'entry', 'entries')}: {counts}"]
    for verdict in (v for v in found.verdicts if v.verdict == "different"):
        lines += [
            "",
            f"different: {_named(verdict)}",
            f"  here   {verdict.here}",
            f"  entry  {verdict.there}  [{verdict.place}]",
            f"  {verdict.why}",
        ]
    reasons = Counter((v.registration, v.table, v.why) for v in found.verdicts if v.verdict == "not checkable")
    if reasons:
        lines += ["", "not checkable:"]
        lines += [f"  {registration} {table}: {count}: {why}" for (registration, table, why), count in sorted(reasons.items())]
    if found.without_entry:
        lines += ["", f"no entry was given for: {', '.join(found.without_entry)}"]
    if found.without_trial:
        lines += ["", f"of no trial in the package: {', '.join(found.without_trial)}"]
    return "\n".join(visible(line) for line in lines) + "\n"


def _named(verdict: FigureVerdict) -> str:
    day = f"day {verdict.timepoint_days}" if verdict.timepoint_days else "day not stated"
    words = ", ".join(filter(None, (verdict.analysis_set, verdict.missing_data)))
    return f"{verdict.registration} {verdict.study_id} / {verdict.arm_id}: {verdict.what}, {day}{f', {words}' if words else ''}"
