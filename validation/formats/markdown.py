"""The report as Markdown, as a pull request shows it: the verdicts, and below them what was found, the gravest and the new first.

It is short enough for a comment of GitHub's; what is left out is said. What comes from a package is text or code, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.wording import counted
from validation.formats.groups import Gathered, Group, gathered, place, standing, waived
from validation.formats.verdicts import has_registry, subjects, verdicts
from validation.formats.visible import as_code, in_markdown, shortened
from validation.report import PackageReport, Report, Validity
from validation.rule import Severity

__all__ = ["bounded", "render_markdown"]

LONGEST = 60_000
"""Bytes of a page; a comment of GitHub's holds 65,536 characters, the summary of a step a mebibyte."""

_MOST_PACKAGES = 100
_SIGNS = {Validity.VALID: "✅", Validity.INVALID: "❌"}
_SEVERITIES = {Severity.ERROR: "🔴 error", Severity.WARNING: "🟡 warning", Severity.NOTE: "🔵 note"}


def render_markdown(report: Report, **_: object) -> str:
    """The report as Markdown."""
    rest = (block for p in sorted(report.packages, key=_gravest) for block in _package(p))
    return bounded([_heading(report), _table(report), *rest])


def bounded(blocks: Sequence[str]) -> str:
    """The blocks of a page, an empty line between them, as many as fit; then how many don't."""
    size, kept = 0, []
    for block in blocks:
        size += len(block.encode()) + 2
        if size > LONGEST:
            break
        kept.append(block)
    left = len(blocks) - len(kept)
    more = [f"_{counted(left, 'more part')} left out here; the whole report has them._"] if left else []
    lines = [*kept, *more]
    for number, (before, block) in enumerate(pairwise(lines), 1):  # a list's items follow one another
        lines[number] = ("\n" if before.startswith("- ") and block.startswith("- ") else "\n\n") + block
    return "".join(lines) + "\n"


def _gravest(package: PackageReport) -> tuple[bool, list[int]]:
    return package.verdict is Validity.VALID, [-package.standing(s) for s in Severity]


def _heading(report: Report) -> str:
    invalid = sum(p.verdict is Validity.INVALID for p in report.packages)
    if not report.packages:
        return "### No package was checked"
    if len(report.packages) == 1:
        (package,) = report.packages
        return f"### {_SIGNS[package.verdict]} {as_code(package.name)} is {package.verdict}"
    if has_registry(report):
        return f"### {'❌' if invalid else '✅'} {subjects(report)}: {verdicts(report)}"
    if invalid:
        return f"### ❌ {invalid:,} of {counted(len(report.packages), 'package')} invalid"
    return f"### ✅ All {len(report.packages):,} packages valid"


def _table(report: Report) -> str:
    lines = ["| package | version | verdict | errors | warnings | notes | waived |", "|---|---|---|--:|--:|--:|--:|"]
    listed = sorted(report.packages, key=_gravest)
    for p in listed[:_MOST_PACKAGES]:
        counts = " | ".join(f"{n:,}" for n in (*map(p.standing, Severity), sum(o.waived for o in p.outcomes)))
        lines.append(f"| {_code(p.name)} | {_code(p.version) if p.version else '–'} | {p.verdict} | {counts} |")
    if len(listed) > _MOST_PACKAGES:
        lines.append(f"| {len(listed) - _MOST_PACKAGES:,} more |||||||")
    return "\n".join(lines)


def _code(text: str) -> str:
    return as_code(shortened(text, 100), cell=True)


def _package(package: PackageReport) -> Iterator[str]:
    for group in sorted(standing(package), key=lambda g: (g.rule.severity.rank, not any(f.new for f in g.findings), g.rule.id)):
        share = f"{group.total:,} of {group.checked:,}" if group.checked >= group.total else f"{group.total:,}"
        yield f"#### {_SEVERITIES[group.rule.severity]} {group.rule.id} {group.rule.name} in {_code(package.name)} ({share})"
        yield in_markdown(group.rule.must)
        yield from _listed(package, group)
        yield f"**What to do:** {in_markdown(group.rule.fix)}"
    for group in waived(package):
        yield f"#### Waived: {group.rule.id} {group.rule.name} in {_code(package.name)} ({group.total:,})"
        yield from _listed(package, group)
    if package.bugs:
        yield f"**A bug in outcomes:** {counted(package.bugs, 'rule')} could not be run in {_code(package.name)}. Please report it."


def _listed(package: PackageReport, group: Group) -> Iterator[str]:
    for found in gathered(group):
        yield "\n".join(_item(package, found))
    if len(group.findings) < group.total:
        yield f"{len(group.findings):,} of {group.total:,} shown."


def _item(package: PackageReport, found: Gathered) -> Iterator[str]:
    finding = found.first
    new = "**new** " if finding.new else ""
    where = shortened(place(finding, package.path), 200)
    yield f"- {new}{as_code(where)}: {in_markdown(shortened(found.words))}"
    if finding.key and len(found.lines) < 2:
        yield f"  {as_code(shortened(', '.join(map(str, finding.key.values())), 200))}"
    if (waiver := finding.waived) is not None:
        words = f"waived until {waiver.until} by {waiver.approver}: {waiver.reason}"
        yield f"  {in_markdown(shortened(words))}"
