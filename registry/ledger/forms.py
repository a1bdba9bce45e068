"""Forms: what a JSON value must be, as data, and the first part of a value that isn't.

A form is a :class:`Leaf`, a list of one form, a dictionary (an object that has at least these members), an :class:`Each` (an object whose
members all have one form) or a :class:`Maybe` (that form, or null).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
    return next(_faults(value, form, at), None)


def _faults(value: Any, form: Form, at: str) -> Iterator[str]:
    if isinstance(form, Maybe):
        if value is not None:
            yield from _faults(value, form.form, at)
    elif isinstance(form, Leaf):
        if not form.holds(value):
            yield _said(at, value, form.must)
    elif not _has_parts(value, form):
        yield _said(at, value, "a list" if isinstance(form, list) else "an object")
    elif isinstance(form, list):
        for number, entry in enumerate(value):
            yield from _faults(entry, form[0], f"{at}[{number}]")
    elif isinstance(form, Each):
        for name, entry in value.items():
            if not form.names.holds(name):
                yield f"a member of `{at}` is called {_shown(name)}; it must be {form.names.must}"
            yield from _faults(entry, form.values, f"{at}.{name}")
    else:
        yield from _faults_of_members(value, form, at)


def _has_parts(value: object, form: Form) -> bool:
    return isinstance(value, list if isinstance(form, list) else dict)


def _faults_of_members(value: dict[str, Any], form: dict[str, Any], at: str) -> Iterator[str]:
    for name, inner in form.items():
        place = f"{at}.{name}" if at else name
        if name in value:
            yield from _faults(value[name], inner, place)
        else:
            yield f"the member `{place}` is missing"


def _said(at: str, value: object, must: str) -> str:
    return f"{f'the member `{at}`' if at else 'it'} is {_shown(value)}; it must be {must}"


def _shown(value: object) -> str:
    """The value as JSON, cut short; of a list or an object only what it is, since it may be large."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    words = json.dumps(value, ensure_ascii=False) if not isinstance(value, int) or abs(value) < 1 << 64 else "a large number"
    return words if len(words) <= _LONGEST_SHOWN else f"{words[: _LONGEST_SHOWN - 1]}…"
