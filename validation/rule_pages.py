"""The rules in Markdown: a page for each, as ``outcomes explain`` prints it, and docs/rules.md with all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.examples import escaped, in_markdown
from validation.gate.relations import RELATIONS
from validation.rule import Rule, Severity
from validation.views import VIEWS

__all__ = ["page", "rendered_files", "rules_page"]

_FAMILIES = {
    "PKG": "structure",
    "STU": "studies",
    "ARM": "arms",
    "DEF": "definitions",
    "OUT": "counts",
    "SCR": "means",
    "CON": "contrasts",
    "HRM": "harms",
    "IPD": "participants",
    "SRC": "provenance",
    "CLM": "claims",
    "TRM": "proposed terms",
    "REG": "the registry as a whole",
}

_STAGES = {
    "folder": "the package's folder",
    "descriptor": "the descriptor, `datapackage.json`",
    "resource": "each resource that the descriptor lists",
    "file": "each data file: its bytes and its header",
    "cells": "the cells of every table, as text",
    "terms": "the terms that the package proposes, in its table `terms`",
    "waivers": "the package's waivers",
}

_SEVERITIES = {
    Severity.ERROR: "it can't be true, or an analysis would be wrong; the {subject} is invalid",
    Severity.WARNING: "probably a mistake, or needs an explanation; the {subject} stays valid",
    Severity.NOTE: "worth knowing; the {subject} stays valid",
}

_CELLS = {
    **{"study_id": "trial", "arm_id": "drug", "participant_id": "p1", "claim_id": "claim-1", "source_id": "report"},
    **{"definition_id": "response.madrs.ge50pct", "timepoint_days": "56", "timepoint_anchor": "randomisation"},
    **{"analysis_set": "randomised", "missing_data": "non-responder"},
    **{"instrument_id": "madrs", "statistic": "endpoint", "visit_day": "56", "term": "nausea", "serious": "false"},
    **{"other_arm_id": "placebo", "measure": "odds-ratio", "adjusted": "false"},
    **{"treatment_id": "sertraline", "attribute": "mechanism"},
    **{"vocabulary": "treatments", "id": "x.arketamine"},
}
"""Cells of keys, by which the waiver on a page names a row."""

_INTRODUCTION = """# Rules

What must hold for a package. This page is rendered from the rules by `python -m validation`; don't edit it by
hand. `outcomes explain ID` prints a rule's page, and `outcomes validate` checks a package with every rule. The
rules of the family REG check the registry as a whole: `outcomes validate --registry` ([gate.md](gate.md)).

{severities}

The outcome of a rule: *passed*; *violated*; *waived* (every violation has a waiver); *not applicable* (no row
has the values it compares); *skipped* (what it reads is missing); or *errored* (a bug in outcomes, which says
nothing about the data). An empty cell neither breaks nor keeps a rule that compares values.

In a table of examples, what is bold is what a finding points at; for rules about files, waivers or the registry, it
is what differs from the nearest example that keeps the rule. In a message, … stands for what the example doesn't give."""


def page(rule: Rule, *, level: int = 1) -> str:
    """A rule's page in Markdown: what must hold, why, examples, what to do, and how to waive it."""
    parts = [
        f"{'#' * level} {rule.id} {rule.name}",
        f"**{rule.severity.capitalize()}**: {_said_of(rule)}. It checks {_looks_at(rule)}.",
        escaped(rule.must),
        escaped(rule.why),
        f"Breaks the rule:\n\n{in_markdown(rule, rule.breaks)}",
        f"Keeps it:\n\n{in_markdown(rule, rule.keeps)}",
        f"**What to do.** {escaped(rule.fix)}",
        f"**Source.** {escaped(rule.source)}",
        f"**INSPECT-SR item.** {escaped(rule.inspect_sr)}" if rule.inspect_sr else "",
        _waiving(rule),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def rules_page() -> str:
    """docs/rules.md: an introduction, every rule in a table by family, then every page."""
    families = [(f, list(rules)) for f, rules in groupby(catalogue().values(), key=lambda r: r.family)]
    order = list(_FAMILIES)
    families.sort(key=lambda entry: (order.index(entry[0]) if entry[0] in order else len(order), entry[0]))
    severities = "\n".join(f"* **{s}**: {words.format(subject='package')}." for s, words in _SEVERITIES.items())
    parts = [_INTRODUCTION.format(severities=severities)]
    parts += [f"## {_family(family)}\n\n{_table(rules)}" for family, rules in families]
    parts.append("## Every rule")
    parts += [page(rule, level=3).rstrip() for _, rules in families for rule in rules]
    return "\n\n".join(parts) + "\n"


def rendered_files(root: Path) -> dict[Path, str]:
    """Every rendered file and what must be in it, under the folder that holds ``docs``."""
    return {root / "docs" / "rules.md": rules_page()}


def _family(family: str) -> str:
    return f"{family}, {_FAMILIES[family]}" if family in _FAMILIES else family


def _table(rules: Iterable[Rule]) -> str:
    lines = [f"| [{r.id}](#{_anchor(r)}) | {r.name} | {r.severity} | {escaped(r.must).replace('|', '&#124;')} |" for r in rules]
    return "\n".join(["| rule | name | severity | what must hold |", "|---|---|---|---|", *lines])


def _anchor(rule: Rule) -> str:
    """The anchor that GitHub makes of a rule's heading."""
    return f"{rule.id.lower()}-{rule.name}"


def _said_of(rule: Rule) -> str:
    return _SEVERITIES[rule.severity].format(subject="package" if rule.relation is None else "registry")


def _looks_at(rule: Rule) -> str:
    if rule.stage is not None:
        return _STAGES[rule.stage]
    if rule.relation is not None:
        return RELATIONS[rule.relation].about
    view = VIEWS.get(rule.over)
    if view is None:
        return f"each row of the table `{rule.over}`"
    others = [f"`{n}`" for n in view.needs if n != view.place]
    beside = f" together with {' and '.join(others)}" if others else ""
    return f"each row of the table `{view.place}`{beside}, in the view `{rule.over}`"


def _waiving(rule: Rule) -> str:
    if rule.relation is not None:
        return "**Waiving it.** Not possible: it is about more than one package, or about changes since a package was accepted."
    if not rule.waivable:
        return "**Waiving it.** Not possible: what can't be read can't be judged."
    view = VIEWS.get(rule.over)
    where = {name: _CELLS[name] for name in TABLES[view.place if view else rule.over].key()}
    waiver = {
        "rule": rule.id,
        "where": where,
        "reason": "Why the figure is right or must stay, and where to look it up.",
        "approver": "Who approved it",
        "until": "2027-12-31",
    }
    snippet = json.dumps({"waivers": [waiver]}, indent=2, ensure_ascii=False)
    return (
        "**Waiving it.** In `datapackage.json`. `where` names one row, with a value for every column of its key, null "
        "for an empty cell; it may name `column` and `file` too. A waived finding stays in every report.\n\n"
        f"```json\n{snippet}\n```"
    )
