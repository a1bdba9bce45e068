"""How commands report a validation: the report on stdout and in files, and the exit code."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail, fail_for_a_bug
from registry.cli.options import ENDINGS, how_many, meant_by
from registry.cli.streams import deliver, heard_or_not, say
from validation.formats import FORMATS

if TYPE_CHECKING:
    from validation.report import Report

__all__ = ["FailOn", "MaxFindings", "end", "ending", "summarise", "write"]


class FailOn(StrEnum):
    """From which severity on findings make the command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


MaxFindings = Annotated[int, how_many("--max-findings", "Findings shown for each rule and package; all are counted.")]


def write(report: Report, format_: str, output: Path | None, *, verbose: bool = False) -> None:
    """Write a report in a format: text to the terminal as it comes, the rest when it is complete."""
    render = FORMATS[format_]
    with heard_or_not():
        if format_ == "text" and output is None:
            from rich.console import Console

            render(report, console=Console(highlight=False), verbose=verbose)
        else:
            deliver([render(report, verbose=verbose)], output)


def ending(path: Path) -> str:
    """The format that a file's ending means. Ends the command for an ending that means none."""
    if (found := meant_by(path)) is None:
        fail(f"the ending of {path} says no format; use one of {', '.join(ENDINGS)}", Exit.USAGE)
    return found


def summarise(report: Report) -> None:
    """Add the report to the summary of the step in which GitHub Actions runs the command. What can't be written fails nothing."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    try:
        with Path(place).open("a", encoding="utf-8", newline="") as file:
            file.write(FORMATS["markdown"](report) + "\n")
    except OSError as error:
        say(f"outcomes: the summary of the step can't be written: {error.strerror or error}", err=True)


def end(report: Report, fail_on: FailOn) -> None:
    """End the command with the exit code for the report, or return where that is 0."""
    from validation.rule import Severity

    if report.summary.bugs:
        fail_for_a_bug()
    if fail_on is not FailOn.NEVER and report.reaches(Severity(fail_on.value)):
        raise typer.Exit(Exit.FINDINGS)
