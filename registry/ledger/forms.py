"""Forms: what a JSON value must be, as data, and the first part of a value that isn't.

A form is a :class:`Leaf`, a list of one form, a dictionary (an object that has at least these members), an :class:`Each` (an object whose
members all have one form) or a :class:`Maybe` (that form, or null).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Each", "Form", "Leaf", "Maybe", "fault_of", "text_of"]

_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Leaf:
    """A value for which ``holds`` is true; ``must`` says in words what it must be."""

    must: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Each:
    """An object whose names and values have these forms, however many there are."""

    names: Leaf
    values: Form


@dataclass(frozen=True)
class Maybe:
    """A value of this form, or null."""

    form: Form


Form = Leaf | Each | Maybe | list[Any] | dict[str, Any]


def text_of(pattern: str, must: str) -> Leaf:
    """A text that the pattern matches as a whole, letters of ASCII alone being letters."""
    import re

    compiled = re.compile(pattern, re.ASCII)
    return Leaf(must, lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


def fault_of(value: object, form: Form, at: str = "") -> str | None:
    """What is wrong with the first part that hasn't its form, or None. ``at`` is the path of the value: ``tables.arms.rows``."""
    found = _fault(value, form)
    if found is None:
        return None
    path, words = found
    return words("".join((at, *(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path))).removeprefix("."))


_Fault = tuple[tuple[str | int, ...], Callable[[str], str]]
"""Which names of members and numbers of entries lead to a part, and what is wrong there, in words made of that path. Both are put together on the
way back from a fault, since there hardly ever is one.
"""


def _fault(value: Any, form: Form) -> _Fault | None:
    if isinstance(form, Leaf):
        return None if form.holds(value) else _other_than(form.must, value)
    if isinstance(form, Maybe):
        return None if value is None else _fault(value, form.form)
    if isinstance(form, list):
        return _fault_of_entries(value, form[0]) if isinstance(value, list) else _other_than("a list", value)
    if not isinstance(value, dict):
        return _other_than("an object", value)
    return _fault_of_each(value, form) if isinstance(form, Each) else _fault_of_members(value, form)


def _fault_of_entries(value: Sequence[Any], form: Form) -> _Fault | None:
    for number, entry in enumerate(value):
        if (fault := _fault(entry, form)) is not None:
            return _within(number, fault)
    return None


def _fault_of_members(value: Mapping[str, Any], form: Mapping[str, Form]) -> _Fault | None:
    for name, inner in form.items():
        if name not in value:
            return (name,), lambda at: f"the member `{at}` is missing"
        if (fault := _fault(value[name], inner)) is not None:
            return _within(name, fault)
    return None


def _fault_of_each(value: Mapping[str, Any], form: Each) -> _Fault | None:
    for name, inner in value.items():
        if not form.names.holds(name):
            return _called(name, form.names.must)
        if (fault := _fault(inner, form.values)) is not None:
            return _within(name, fault)
    return None


def _called(name: str, must: str) -> _Fault:
    return (), lambda at: f"a member of `{at}` is called {_shown(name)}; it must be {must}"


def _within(part: str | int, fault: _Fault) -> _Fault:
    path, words = fault
    return (part, *path), words


def _other_than(must: str, value: object) -> _Fault:
    return (), lambda at: f"{f'the member `{at}`' if at else 'it'} is {_shown(value)}; it must be {must}"


def _shown(value: object) -> str:
    """The value as JSON, cut short; of a list or an object only what it is, since it may be large."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    words = json.dumps(value, ensure_ascii=False) if not isinstance(value, int) or abs(value) < 1 << 64 else "a large number"
    return words if len(words) <= _LONGEST_SHOWN else f"{words[: _LONGEST_SHOWN - 1]}…"
