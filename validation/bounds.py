"""How much a descriptor may contain. No package needs more, and every tool that opens it processes all of it.

Anything beyond the limit is reported once and then ignored: every other rule checks only as much as the limit allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["DEEPEST", "ENTRIES", "LARGEST", "MOST", "Excess", "within_bounds"]

LARGEST = 4 << 20
"""Bytes."""

DEEPEST = 50
"""Levels of nested lists and objects."""

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
"""The maximum number of entries of a list, by its member. A waiver names a single row, so there may be many."""

MOST = 1_000
"""The maximum number of entries of any other list."""

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
