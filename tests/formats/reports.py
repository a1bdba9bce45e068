"""Reports to render: the sample package spoilt in several ways, and ones that say whatever a test wants."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.sample import TODAY, cell, write
from validation.engine import validate
from validation.report import Finding, Outcome, PackageReport, Report, Result, Ruleset, Waiver
from validation.rule import Severity

RULESET = Ruleset("1.2.3", f"sha256:{'0' * 64}")

ASKED = (
    "OUT001",
    "PKG002",
    "PKG010",
    "PKG020",
    "PKG025",
    "PKG031",
    "PKG032",
    "PKG035",
    "PKG037",
    "PKG040",
    "PKG041",
    "PKG042",
)
"""The rules kept in the report of the spoilt sample: a golden file doesn't change with every new rule."""

WAIVER = {
    "rule": "OUT001",
    "where": {
        "study_id": "trial",
        "arm_id": "drug",
        "definition_id": "response.madrs.ge50pct",
        "timepoint_days": "56",
        "analysis_set": "randomised",
    },
    "reason": "The report prints it so, and its authors confirm it.",
    "approver": "A. Curator",
    "until": "2027-12-31",
}


@functools.cache
def spoilt(max_findings: int = 2) -> Report:
    """The sound sample and a spoilt one, with findings of each severity, a waived one, and unlisted ones."""
    tables = cell("outcomes", "events", "41")
    for row in tables["outcomes"]:
        row["analysis_set"] = "ITT"
    tables["outcomes"][0]["analysis_set"] = "randomised"
    tables["outcomes"][1]["n_analysed"] = "4O"
    tables["outcomes"][3]["arm_id"] = "nobody"
    tables["sources"][0]["title"] = '=HYPERLINK("x")[bold]'
    with tempfile.TemporaryDirectory() as scratch:
        sound = write(Path(scratch) / "sound")
        waivers = [WAIVER, {**WAIVER, "rule": "OUT002"}]
        broken = write(Path(scratch) / "spoilt", tables, {"licenses": None, "waivers": waivers})
        studies = broken / "data" / "studies.csv"
        studies.write_bytes(studies.read_bytes().replace(b"\n", b"\r\n"))
        report = validate([sound, broken], today=TODAY, max_findings=max_findings)
    return Report(RULESET, tuple(_fixed(p) for p in report.packages))


def _fixed(package: PackageReport) -> PackageReport:
    return replace(
        package,
        path=f"datapackages/{package.name}",
        outcomes=tuple(o for o in package.outcomes if o.rule in ASKED),
        findings=tuple(f for f in package.findings if f.rule in ASKED),
    )


def of_one(
    message: str,
    *,
    file: str | None = "data/outcomes.csv",
    line: int | None = 2,
    column: str | None = "events",
    key: Mapping[str, object] | None = None,
    waived: Waiver | None = None,
    name: str = "sample",
    version: str | None = "1.0.0",
    bug: str | None = None,
) -> Report:
    """A report with one finding, of OUT001, that says what it is told to say."""
    finding = Finding(
        "OUT001",
        Severity.ERROR,
        name,
        message,
        file,
        line,
        column,
        {"study_id": "trial"} if key is None else key,
        waived,
    )
    outcomes = [
        Outcome("OUT001", Result.WAIVED if waived else Result.VIOLATED, 4, 1, int(waived is not None)),
        Outcome("PKG031", Result.ERRORED, 9, reason=bug) if bug is not None else Outcome("PKG031", Result.PASSED, 9),
        Outcome("PKG040", Result.SKIPPED, reason="nothing in the package for this rule to check"),
    ]
    severities = {o.rule: Severity.ERROR for o in outcomes}
    return Report(
        RULESET,
        (PackageReport(name, version, f"datapackages/{name}", tuple(outcomes), (finding,), severities),),
    )
