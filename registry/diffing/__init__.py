"""Comparing two versions of a package: what changed, what the change is, and which version number it needs.

:func:`difference` compares; :func:`sufficient` is the gate of a release. ``docs/versions.md`` says what a version number promises.
"""

from __future__ import annotations

from registry.diffing.differing import difference
from registry.diffing.frames import Comparable, UnreadableError
from registry.diffing.kinds import Kind
from registry.diffing.patterns import Pattern
from registry.diffing.result import CellChange, Difference, Reason, TableDifference
from registry.diffing.sufficiency import Refusal, sufficient
from registry.diffing.versions import Bump, gap, smallest

__all__ = [
    "Bump",
    "CellChange",
    "Comparable",
    "Difference",
    "Kind",
    "Pattern",
    "Reason",
    "Refusal",
    "TableDifference",
    "UnreadableError",
    "difference",
    "gap",
    "smallest",
    "sufficient",
]
