"""The report as JSON, the same bytes for the same report. ``report.schema.json`` describes it."""

from __future__ import annotations

from typing import Any

from validation.catalogue import catalogue
from validation.formats.visible import as_json
from validation.report import Finding, Outcome, PackageReport, Report, Waiver
from validation.rule import Rule

__all__ = ["SCHEMA_VERSION", "as_data", "render_json"]

SCHEMA_VERSION = "2.1"
"""Of the report's form. The second number grows with a new member, the first when one changes its meaning."""


def render_json(report: Report, *, indent: int | None = 2, **_: object) -> str:
    """The report as JSON that ends with a newline, in a single line where ``indent`` is ``None``."""
    return as_json(as_data(report), indent=indent) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as dictionaries and lists; ``rules`` has every rule that was asked, in order."""
    summary = report.summary
    rules = catalogue()
    asked = sorted({o.rule for p in report.packages for o in p.outcomes})
    return {
        "schema_version": SCHEMA_VERSION,
        "ruleset": {"version": report.ruleset.version, "digest": report.ruleset.digest},
        "summary": {
            "packages": summary.packages,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
            "waived": summary.waived,
        },
        "rules": {rule: _rule(rules[rule]) for rule in asked},
        "packages": [_package(p) for p in report.packages],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "severity": str(rule.severity),
        "must": rule.must,
        "why": rule.why,
        "fix": rule.fix,
        "source": rule.source,
    }


def _package(package: PackageReport) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "path": package.path,
        "verdict": str(package.verdict),
        "outcomes": [_outcome(o) for o in package.outcomes],
        "findings": list(map(_finding, package.findings)),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "outcome": str(outcome.result),
        "checked": outcome.checked,
        "violations": outcome.violations,
        "reason": outcome.reason,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        # The key's values are the texts of cells; a float among them could be a NaN, which JSON hasn't got.
        "key": {name: str(cell) for name, cell in finding.key.items()},
        "message": finding.message,
        "waived": None if finding.waived is None else _waiver(finding.waived),
        "new": finding.new,
    }


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {"reason": waiver.reason, "approver": waiver.approver, "until": waiver.until}
