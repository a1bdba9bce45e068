"""The page of the third gate: what Great Expectations checks of the registry as a whole, with the outcome of each rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from registry.site import places
from registry.site.rendering import Page

if TYPE_CHECKING:
    from validation.report import Finding, PackageReport

__all__ = ["findings_by_rule", "gate_page"]


def gate_page(report: PackageReport | None) -> Page:
    """The rules by relation, each with its state; without a report, with the words that it wasn't checked."""
    from validation.catalogue import rules_over
    from validation.gate.relations import RELATIONS

    outcomes = {} if report is None else {outcome.rule: outcome for outcome in report.outcomes}
    found = findings_by_rule(report)
    relations: list[dict[str, Any]] = []
    for name, relation in RELATIONS.items():
        rows: list[dict[str, Any]] = []
        for rule in rules_over(name):
            outcome = outcomes.get(rule.id)
            rows.append(
                {
                    "rule": rule,
                    "outcome": outcome,
                    "state": "not checked" if outcome is None else outcome.result.value,
                    "findings": found.get(rule.id, ()),
                }
            )
        relations.append({"name": name, "about": relation.about, "rules": rows})
    counts: dict[str, int] = defaultdict(int)
    for row in (row for relation in relations for row in relation["rules"]):
        counts[row["state"]] += 1
    given = {"relations": relations, "counts": dict(counts), "checked": report is not None}
    return Page(places.GATE, "gate", "The gate of the registry", "gate.html.jinja", given, "Great Expectations REG")


def findings_by_rule(report: PackageReport | None) -> dict[str, list[Finding]]:
    """What a report lists, rule by rule; nothing without one."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in () if report is None else report.findings:
        found[finding.rule].append(finding)
    return dict(found)
