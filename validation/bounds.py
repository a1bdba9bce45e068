"""How much a descriptor may hold. No package needs more, and what opens it has work with all of it.

What is more than the bound is told once and then left alone: every other rule looks at as much as the bound allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["DEEPEST", "ENTRIES", "LARGEST", "MOST", "Excess", "within_bounds"]

LARGEST = 4 << 20
"""Bytes."""

DEEPEST = 50
"""Lists and objects inside each other."""

ENTRIES = {
    "resources": 100,
    "licenses": 20,
    "contributors": 1_000,
    "sources": 1_000,
    "keywords": 200,
    "lineage": 1_000,
    "waivers": 10_000,
    "fields": 500,
}
"""The most entries of a list, by the member that it is the value of. A waiver names a single row, so there may be many."""

MOST = 1_000
"""The most entries of any other list."""

Excess = tuple[str, int, int]
"""A list that is too long: its member's name, how many entries it has, and how many it may have."""


def within_bounds(data: dict[str, Any]) -> tuple[dict[str, Any], list[Excess]]:
    """The descriptor with no list longer than it may be, and the lists that were."""
    excess = list(_excess(data, ""))
    kept: dict[str, Any] = _kept(data, "") if excess else data
    return kept, excess


def _bound(name: str) -> int:
    return ENTRIES.get(name, MOST)


def _excess(value: object, name: str) -> Iterator[Excess]:
    if isinstance(value, dict):
        for member, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _excess(inner, member)
    elif isinstance(value, list):
        if len(value) > _bound(name):
            yield name, len(value), _bound(name)
        for inner in value[: _bound(name)]:
            if isinstance(inner, dict | list):
                yield from _excess(inner, name)


def _kept(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {member: _kept(inner, member) for member, inner in value.items()}
    return [_kept(inner, name) for inner in value[: _bound(name)]] if isinstance(value, list) else value
