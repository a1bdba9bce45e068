"""A few lines and the first rows of a table as HTML, for the cell of a notebook; and a validation's report in that form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from schemas.wording import counted
from validation.formats.verdicts import subjects, verdicts
from validation.formats.visible import visible

if TYPE_CHECKING:
    import polars as pl

    from validation.report import Report

__all__ = ["as_html", "frame", "lines"]

_ROWS = 10
_WIDTH = 120
"""Characters of a cell that are shown."""


def as_html(said: Sequence[str], frame: pl.DataFrame) -> str:
    """The lines, the first in bold, and the frame's first rows; every word of a stranger's as text."""
    head, *more = (escape(visible(line)) for line in said)
    parts = ["<div>", "<p>", "<br>".join([f"<b>{head}</b>", *more]), "</p>"]
    if frame.height:
        parts += ["<table><thead><tr>", *(f"<th>{escape(visible(name))}</th>" for name in frame.columns), "</tr></thead><tbody>"]
        for row in frame.head(_ROWS).iter_rows():
            parts += ["<tr>", *(f"<td>{escape(_cell(value))}</td>" for value in row), "</tr>"]
        parts.append("</tbody></table>")
    if frame.height > _ROWS:
        parts.append(f"<p>{_ROWS} of {frame.height:,} rows; <code>.to_polars()</code> has them all.</p>")
    return "".join([*parts, "</div>"])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    words = f"{value:.4g}" if isinstance(value, float) else visible(value)
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"


def lines(report: Report) -> list[str]:
    """What was validated and what came of it."""
    said = report.summary
    what = report.packages[0].name if len(report.packages) == 1 else subjects(report)
    told = report.packages[0].verdict.value if len(report.packages) == 1 else verdicts(report)
    found = [
        counted(said.errors, "error"),
        counted(said.warnings, "warning"),
        counted(said.notes, "note"),
        f"{said.waived:,} waived",
    ]
    bugs = [f"{counted(said.bugs, 'rule')} could not be run"] if said.bugs else []
    said_all = [
        f"{what}: {told or 'nothing to check'}",
        ", ".join([*found, *bugs]),
        f"by the rules of trial-outcomes {report.ruleset.version} ({report.ruleset.digest[:19]}…)",
    ]
    return [visible(line) for line in said_all]


def frame(report: Report) -> pl.DataFrame:
    """The findings, gravest first within each package; ``line`` counts the header, or is the number of a row of Parquet."""
    import polars as pl

    schema = {
        **dict.fromkeys(("package", "rule", "severity", "file"), pl.String),
        "line": pl.Int64,
        **dict.fromkeys(("column", "message"), pl.String),
        "waived": pl.Boolean,
    }
    rows = [
        (p.name, f.rule, f.severity.value, f.file, f.line, f.column, f.message, f.waived is not None)
        for p in report.packages
        for f in p.findings
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
