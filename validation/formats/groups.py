"""A package's findings, combined as people read them: by rule, the gravest first, the waived apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.wording import counted
from validation.catalogue import catalogue
from validation.report import NO_DESCRIPTOR, Finding, Outcome, PackageReport, Result
from validation.rule import Rule

__all__ = ["Gathered", "Group", "gathered", "place", "said", "standing", "tally", "waived"]


_IDLE = (Result.NOT_APPLICABLE, Result.SKIPPED)


@dataclass(frozen=True)
class Group:
    """What one rule found in one package: ``total`` places of ``checked``, the first in ``findings``."""

    rule: Rule
    total: int
    checked: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Gathered:
    """Findings of one rule that say the same about one column: the first of them, and the lines of all."""

    first: Finding
    message: str
    lines: tuple[int, ...]

    @property
    def words(self) -> str:
        """What was found, and in which rows, where there are several."""
        return f"{self.message} (rows {_runs(self.lines)})" if len(self.lines) > 1 else self.message


def gathered(group: Group) -> list[Gathered]:
    """The findings of a group, those combined that say the same of one column and have the same waiver; what is new comes first."""
    found: dict[tuple[object, ...], list[Finding]] = {}
    for f in sorted(group.findings, key=lambda f: f.new is False):
        alike = (f.file, f.column, f.message, f.new, f.waived and f.waived.reason)
        found.setdefault(alike if f.line is not None else (*alike, id(f)), []).append(f)
    return [
        Gathered(same[0], said(same[0], group.rule), tuple(f.line for f in same if f.line is not None)) for same in found.values()
    ]


def _runs(lines: Iterable[int]) -> str:
    """Numbers of lines, neighbours combined: ``2, 4-6``."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)


def standing(package: PackageReport) -> list[Group]:
    """The rules with violations that no waiver covers, errors first, though none be listed."""
    groups = _groups(package, covered=False)
    return sorted(groups, key=lambda g: (g.rule.severity.rank, g.rule.id))


def waived(package: PackageReport) -> list[Group]:
    """The rules with violations that a waiver covers."""
    return list(_groups(package, covered=True))


def _groups(package: PackageReport, *, covered: bool) -> Iterator[Group]:
    rules = catalogue()
    for outcome in sorted((o for o in package.outcomes if o.violations), key=lambda o: o.rule):
        total = outcome.waived if covered else outcome.violations - outcome.waived
        if total > 0:
            listed = (f for f in package.findings if f.rule == outcome.rule and (f.waived is not None) is covered)
            yield Group(rules[outcome.rule], total, outcome.checked, tuple(listed))


def said(finding: Finding, rule: Rule) -> str:
    """The finding's message without what the heading over it says already."""
    return finding.message.removeprefix(f"{rule.must.rstrip('.')}: ")


def place(finding: Finding, folder: str = "") -> str:
    """``file:line:column`` as far as it is known; the file within the folder, if one is given."""
    file = f"{folder.rstrip('/')}/{finding.file}" if folder and finding.file else finding.file or folder
    return ":".join(str(part) for part in (file, finding.line, finding.column) if part not in (None, ""))


def tally(package: PackageReport) -> str:
    """How many rules had which outcome, how many had nothing to check, and how often any of them checked a row."""
    results = Counter(_outcome(o) for o in package.outcomes)
    order = [*(r for r in Result if r not in _IDLE), "had nothing to check", Result.SKIPPED]
    checks = sum(o.checked for o in package.outcomes)
    told = ", ".join(f"{results[r]:,} {r}" for r in order if results[r])
    why = f" because {NO_DESCRIPTOR}" if results[Result.SKIPPED] else ""
    return f"{told}{why}; {counted(checks, 'check')} of rows and files"


def _outcome(outcome: Outcome) -> str:
    return "had nothing to check" if outcome.result in _IDLE and outcome.reason != NO_DESCRIPTOR else outcome.result
