"""The report as JUnit's XML, which nearly every service for tests reads: a suite for each package, a test case for each rule.

An error that no waiver covers is a failure. Warnings and notes fail no test; they are in its output. Waived, not applicable and skipped
rules are skipped, with the reason; a rule that could not be run is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from validation.catalogue import catalogue
from validation.formats.groups import place, said
from validation.formats.visible import shortened, visible
from validation.report import Finding, Outcome, PackageReport, Report, Result
from validation.rule import Rule, Severity

__all__ = ["render_junit"]

_PASSED_OVER = (Result.WAIVED, Result.NOT_APPLICABLE, Result.SKIPPED)


def render_junit(report: Report, **_: object) -> str:
    """The report as XML, the same bytes for the same report."""
    root = ET.Element("testsuites", name="outcomes validate")
    suites = [_suite(package) for package in report.packages]
    root.extend(suites)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(s.get(count, "0")) for s in suites)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(package: PackageReport) -> ET.Element:
    rules = catalogue()
    cases = [_case(package, o, rules[o.rule]) for o in package.outcomes]
    suite = ET.Element("testsuite", name=_text(package.name), tests=str(len(cases)))
    for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(kind) is not None for case in cases)))
    suite.extend(cases)
    return suite


def _case(package: PackageReport, outcome: Outcome, rule: Rule) -> ET.Element:
    case = ET.Element("testcase", classname=_text(package.name), name=f"{rule.id} {rule.name}")
    findings = [f for f in package.findings if f.rule == rule.id]
    if outcome.result is Result.ERRORED:
        ET.SubElement(case, "error", type="bug", message=_text(outcome.reason or "the rule could not be run"))
    elif outcome.result in _PASSED_OVER:
        ET.SubElement(case, "skipped", message=_text(outcome.reason or f"{outcome.result}: {_reasons(findings)}"))
    elif outcome.result is Result.VIOLATED and rule.severity is Severity.ERROR:
        failure = ET.SubElement(case, "failure", type=str(rule.severity), message=rule.must)
        failure.text = _places(package, outcome, rule, findings)
    elif outcome.result is Result.VIOLATED:
        ET.SubElement(case, "system-out").text = _places(package, outcome, rule, findings)
    return case


def _reasons(findings: Iterable[Finding]) -> str:
    told = [f"until {w.until}, by {w.approver}: {w.reason}" for f in findings if (w := f.waived) is not None]
    return "; ".join(dict.fromkeys(told))


def _places(package: PackageReport, outcome: Outcome, rule: Rule, findings: Iterable[Finding]) -> str:
    standing = [f for f in findings if f.waived is None]
    lines = [f"{rule.severity}: {outcome.violations - outcome.waived:,} of {outcome.checked:,}"]
    lines += [f"{place(f, package.path)}: {shortened(said(f, rule))}" for f in standing]
    return "\n".join(map(_text, [*lines, f"What to do: {rule.fix}"]))


def _text(words: str) -> str:
    """Text that XML 1.0 can hold: `visible` has escaped what can't be seen, control characters among it."""
    return visible(words)
