"""The report as SARIF 2.1.0, which code scanning and editors read: results with fingerprints that survive shifted lines.

A waiver is a suppression with its reason. A rule that was skipped, and one whose findings aren't all listed, is a notification. Files are
named from the repository's folder. Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, Errata 01.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

from validation.catalogue import catalogue
from validation.formats.groups import said
from validation.formats.placed import Places
from validation.formats.visible import as_json, shortened, well_formed
from validation.recognising import fingerprints
from validation.report import Finding, Outcome, PackageReport, Report, Result
from validation.rule import Rule, Severity

__all__ = ["SCHEMA", "render_sarif"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_ROOT = "%SRCROOT%"


def render_sarif(report: Report, **_: object) -> str:
    """The report as SARIF, the same bytes for the same report."""
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_Run(report).data()]}, indent=2) + "\n"


class _Run:
    def __init__(self, report: Report) -> None:
        rules = catalogue()
        self.report, self.places, self.artifact = report, Places(report), cache(_artifact)
        self.rules = {rule: rules[rule] for rule in sorted({o.rule for p in report.packages for o in p.outcomes})}
        self.index = {rule: number for number, rule in enumerate(self.rules)}

    def data(self) -> dict[str, Any]:
        return {
            "tool": {
                "driver": {
                    "name": "outcomes",
                    "fullName": "outcomes validate, of trial-outcomes",
                    "version": self.report.ruleset.version,
                    "properties": {"rulesetDigest": self.report.ruleset.digest},
                    "rules": [_rule(rule) for rule in self.rules.values()],
                }
            },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder of the repository."}}},
            "invocations": [
                {
                    "executionSuccessful": not self.report.summary.bugs,
                    "toolExecutionNotifications": list(self.notifications()),
                }
            ],
            "results": [result for package in self.report.packages for result in self.results(package)],
        }

    def results(self, package: PackageReport) -> Iterator[dict[str, Any]]:
        for finding, fingerprint in zip(package.findings, fingerprints(package.findings), strict=True):
            yield self.result(package, finding, fingerprint)

    def result(self, package: PackageReport, finding: Finding, fingerprint: str) -> dict[str, Any]:
        words = shortened(said(finding, self.rules[finding.rule])) or self.rules[finding.rule].must
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self.index[finding.rule],
            "level": _LEVELS[finding.severity],
            "message": {"text": words},
            "locations": self.locations(package, finding),
            "partialFingerprints": {"outcomesFinding/v1": fingerprint},
            "suppressions": [],
            "properties": {
                "package": finding.package,
                "column": finding.column,
                "key": {name: str(value) for name, value in finding.key.items()},
            },
        }
        if (waiver := finding.waived) is not None:
            about = {"approver": waiver.approver, "until": waiver.until}
            result["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": waiver.reason, "properties": about}
            ]
        if finding.new is not None:
            result["baselineState"] = "new" if finding.new else "unchanged"
        return result

    def locations(self, package: PackageReport, finding: Finding | None = None) -> list[dict[str, Any]]:
        file = self.places.file(package, finding)
        if file is None:
            return []
        place: dict[str, Any] = {"artifactLocation": self.artifact(file)}
        if finding is not None and finding.line is not None and finding.line > 0:
            place["region"] = {"startLine": finding.line}
        return [{"physicalLocation": place}]

    def notifications(self) -> Iterator[dict[str, Any]]:
        for package in self.report.packages:
            listed = {f.rule: 0 for f in package.findings}
            for finding in package.findings:
                listed[finding.rule] += 1
            for outcome in package.outcomes:
                yield from self.told(package, outcome, listed.get(outcome.rule, 0))

    def told(self, package: PackageReport, outcome: Outcome, listed: int) -> Iterator[dict[str, Any]]:
        """What there is to say about how the rule was run."""
        level, words = "note", ""
        if outcome.result is Result.SKIPPED:
            words = f"{outcome.rule} was skipped in {package.name}: {outcome.reason}"
        elif outcome.result is Result.ERRORED:
            level, words = "error", f"{outcome.rule} could not be run in {package.name}, a bug in outcomes: {outcome.reason}"
        elif listed < outcome.violations:
            words = f"{outcome.rule} has {outcome.violations:,} findings in {package.name}, of which {listed:,} are listed"
        if words:
            yield {
                "level": level,
                "message": {"text": words},
                "associatedRule": {"id": outcome.rule, "index": self.index[outcome.rule]},
                "locations": self.locations(package),
            }


def _rule(rule: Rule) -> dict[str, Any]:
    parts = {"Why": rule.why, "What to do": rule.fix, "Source": rule.source}
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.must},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": "\n\n".join([rule.must, *(f"{name}: {words}" for name, words in parts.items())]),
            "markdown": "\n\n".join([rule.must, *(f"**{name}:** {words}" for name, words in parts.items())]),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["clinical-trial-data", rule.family]},
    }


def _artifact(path: str) -> dict[str, str]:
    """A file: relative to the repository, or by its whole address where it is outside."""
    name = quote(well_formed(path), safe="/")
    return {"uri": f"file://{name}"} if name.startswith("/") else {"uri": name, "uriBaseId": _ROOT}
