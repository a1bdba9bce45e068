"""What a report of several is about, and how they were judged, in words: the registry as a whole is not a package."""

from __future__ import annotations

from collections import Counter

from schemas.wording import counted
from validation.report import THE_REGISTRY, Report, Validity

__all__ = ["has_registry", "subjects", "verdicts"]


def has_registry(report: Report) -> bool:
    """Whether the registry as a whole was checked beside packages."""
    return len(report.packages) > 1 and any(p.name == THE_REGISTRY for p in report.packages)


def subjects(report: Report) -> str:
    """What was checked: ``2 packages``, ``2 packages and the registry``."""
    beside = has_registry(report)
    return counted(len(report.packages) - beside, "package") + (" and the registry" if beside else "")


def verdicts(report: Report) -> str:
    """How many are valid and how many aren't; ``all valid`` of packages with the registry, which nobody adds up."""
    found = Counter(p.verdict for p in report.packages)
    if has_registry(report) and len(found) == 1:
        return f"all {next(iter(found))}"
    return ", ".join(f"{found[v]:,} {v}" for v in Validity if found[v])
