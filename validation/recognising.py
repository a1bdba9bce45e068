"""Recognising a finding in another version of its package, though rows were added above it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from validation.report import Finding, PackageReport

__all__ = ["fingerprints", "marked"]

_NUMBER = re.compile(r"\d+")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A digest for each finding, in hexadecimal: of its package, rule, file, column and the key of its row, never of its line.

    Where no key names the row, of its message without numbers instead. Findings that are equal in all of these are numbered in their order.
    """
    seen: Counter[str] = Counter()
    found = []
    for f in findings:
        named = dict(sorted((name, str(value)) for name, value in f.key.items())) or _NUMBER.sub("#", f.message)
        what = json.dumps([f.package, f.rule, f.file, f.column, named])
        seen[what] += 1
        found.append(hashlib.sha256(f"{what}{seen[what]}".encode()).hexdigest())
    return found


def marked(package: PackageReport, before: Iterable[Finding] | None) -> PackageReport:
    """The report in which each finding says whether it is new since the findings ``before``: all of them, in any order. Without these,
    the package is compared with nothing.
    """
    if before is None:
        return package
    known = set(fingerprints(sorted(before, key=lambda f: f.order)))
    prints = fingerprints(package.findings)
    return replace(package, findings=tuple(replace(f, new=p not in known) for f, p in zip(package.findings, prints, strict=True)))
