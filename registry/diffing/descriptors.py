"""What changed in the descriptor, but for what it says about its files' bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.diffing.frames import Comparable
from registry.packages.descriptor import resources, without_bytes

__all__ = ["DescriptorChange", "descriptor_changes", "name_of"]

_BESIDE = "files."
"""How the path of a file beside the tables begins."""

_NO_CHANGE = {"version", "resources", "files", "report"}
"""Compared elsewhere, or about bytes: ``files`` and ``report`` are what an accepted release says about its files."""


@dataclass(frozen=True)
class DescriptorChange:
    """A member of the descriptor that changed. ``old`` or ``new`` is ``None`` where it is new or gone; both are JSON.

    ``rule`` is the id in :data:`registry.diffing.rules.RULES`.
    """

    path: str
    old: str | None
    new: str | None
    rule: str

    @property
    def file(self) -> str | None:
        """The file beside the tables that differs; None where it is a member of the descriptor."""
        return self.path.removeprefix(_BESIDE) if self.path.startswith(_BESIDE) else None


def name_of(descriptor: Mapping[str, Any], otherwise: str) -> str:
    """The package's name: that in its descriptor, wherever its folder lies."""
    name = descriptor.get("name")
    return name if isinstance(name, str) and name else otherwise


def descriptor_changes(of_old: Comparable, of_new: Comparable) -> tuple[DescriptorChange, ...]:
    """What changed, by the path of the member. White space and the order of members and of lists aren't a change. Files besides the tables are under
    ``files``, each with its digest.
    """
    old, new = of_old.descriptor, of_new.descriptor
    a, b = ({k: v for k, v in d.items() if k not in _NO_CHANGE} for d in (old, new))
    changes = list(_changes("", a, b))
    before, after = _resources(old), _resources(new)
    for name in (n for n in before if n in after):
        changes += _changes(f"resources.{name}", before[name], after[name])
    changes += _changes(_BESIDE.rstrip("."), dict(of_old.beside), dict(of_new.beside))
    licences = _licences(old), _licences(new)
    return tuple(DescriptorChange(path, *_texts(x, y), _rule(path, licences[0] != licences[1])) for path, x, y in changes)


def _rule(path: str, licences_differ: bool) -> str:
    top = path.split(".", maxsplit=1)[0]
    if top in {"name", "id"}:
        return "name-changed"
    return "licence-changed" if top == "licenses" and licences_differ else "descriptor-changed"


def _licences(descriptor: Mapping[str, Any]) -> list[str]:
    """Which licences a package is under: a licence's name, or its address where it has none; a title more is no other licence."""
    listed = descriptor.get("licenses")
    if not isinstance(listed, list):
        return [_canonical(listed)]
    return sorted({_canonical(x.get("name") or x.get("path")) if isinstance(x, dict) else _canonical(x) for x in listed})


def _resources(descriptor: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the descriptor says about each table, except for the schema's types and keys, which the tables show."""
    return {str(r.get("name")): without_bytes(r) for r in resources(descriptor)}


def _changes(path: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    if _canonical(old) == _canonical(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from _changes(f"{path}.{name}" if path else str(name), old.get(name), new.get(name))
        return
    if isinstance(old, list) and isinstance(new, list):
        before, after = ([_canonical(x) for x in side] for side in (old, new))
        gone = _less(old, after)
        come = _less(new, before)
        yield from ((path, x, None) for x in gone)
        yield from ((path, None, y) for y in come)
        return
    yield path, old, new


def _less(items: list[Any], others: list[str]) -> list[Any]:
    """The items that the others haven't, each as often as it is there more often."""
    left = Counter(others)
    kept = []
    for item in items:
        form = _canonical(item)
        if left[form]:
            left[form] -= 1
        else:
            kept.append(item)
    return kept


def _canonical(value: object) -> str:
    """One text for everything that counts as the same: without order and white space."""
    return _json(_plain(value))


def _json(plain: object) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return sorted((_plain(v) for v in value), key=_json)  # made plain again by the key, each level would double the work
    return value


def _texts(old: object, new: object) -> tuple[str | None, str | None]:
    return _text(old), _text(new)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, default=str)
