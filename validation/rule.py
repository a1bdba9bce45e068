"""What a rule is, and how one is declared.

A rule is a function. Its name states the wrong thing, the first line of its docstring says what must hold, the rest says why.
There are three sorts, distinguished by what they are declared over:

* ``table=`` – the function returns a polars expression that is true where the rule holds, over the rows of a table or a named
  view (:mod:`validation.views`). **Nulls:** a row whose expression is null is not checked: it neither keeps nor breaks the
  rule.
* ``stage=`` – the function is given a subject of the first gate (the folder, the descriptor, a resource, a file, the cells read
  from it, the waivers) and yields a :class:`Problem` for each place where the rule is broken.
* ``relation=`` – the function returns an expectation of Great Expectations over the rows of a relation of the whole registry
  (:mod:`validation.gate.relations`). A row whose value is null is not checked.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl
    from great_expectations.expectations.expectation import Expectation

__all__ = ["INSPECT_SR", "STAGES", "Item", "Problem", "Rule", "Severity", "Unlisted", "collected", "rule"]

STAGES = ("folder", "descriptor", "resource", "file", "cells", "terms", "waivers")

INSPECT_SR = "10.1101/2025.09.03.25334905 (INSPECT-SR)"
"""The source of a rule that INSPECT-SR itself asks for."""

Item = Literal["results", "post-publication notices", "conduct, governance and transparency"]
"""The items of INSPECT-SR that rules serve."""

ID = re.compile(r"[A-Z]{3}[0-9]{3}")


class Severity(StrEnum):
    """``error``: can't be true, or an analysis would be wrong. ``warning``: probably a mistake, or needs an
    explanation. ``note``: worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Problem:
    """A place where a rule of the first gate is broken.

    ``message`` names what was found and what must hold. ``line`` is 1-based and counts the header, or is the number of a row of Parquet; ``key`` names the row.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    key: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unlisted:
    """So many more places where the rule is broken, counted but not listed one by one."""

    count: int


@dataclass(frozen=True)
class Rule:
    """A rule with everything that is said about it anywhere.

    ``body`` is the function as declared. ``columns`` are the cells a finding points at, the first one foremost. ``message`` is a
    template over the row's columns; without one, a finding says ``must`` and the values of the columns that the expression
    reads. ``details`` is given the row of a listed finding (every column of the table or view) and returns further values for
    the template: what is too dear to work out for every row. ``at`` is given the same row and returns which of ``columns`` its finding points
    at, where that isn't always the first. ``inspect_sr`` is the item of INSPECT-SR that the rule serves.
    """

    id: str
    name: str
    severity: Severity
    must: str
    why: str
    fix: str
    source: str
    body: Callable[..., Any]
    table: str | None = None
    stage: str | None = None
    relation: str | None = None
    message: str | None = None
    columns: tuple[str, ...] = ()
    inspect_sr: Item | None = None
    details: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    at: Callable[[Mapping[str, Any]], str] | None = None
    breaks: tuple[Any, ...] = ()
    keeps: tuple[Any, ...] = ()

    @property
    def family(self) -> str:
        """The three letters of the id."""
        return self.id[:3]

    @property
    def over(self) -> str:
        """The table, view, stage or relation that the rule is declared over."""
        return self.table or self.stage or self.relation or ""

    @property
    def waivable(self) -> bool:
        """Whether a package may carry a reasoned waiver of it: what can't be read can't be waived, nor a finding that belongs to no single package."""
        return self.table is not None

    def expression(self) -> pl.Expr:
        """The polars expression of a rule over a table: true where it holds, null where it has nothing to say."""
        return self._expression

    def problems(self, subject: Any) -> Iterator[Problem | Unlisted]:
        """The places where a rule of the first gate is broken."""
        found: Iterator[Problem | Unlisted] = self.body(subject)
        return found

    @cached_property
    def read(self) -> tuple[str, ...]:
        """The columns that a finding of a rule over a table points at, the foremost first."""
        return self.columns or tuple(dict.fromkeys(self.expression().meta.root_names()))

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The names in the message's template."""
        named = (name for _, name, _, _ in Formatter().parse(self.message or "") if name)
        return frozenset(re.split(r"[.\[]", name)[0] for name in named)

    @cached_property
    def _expression(self) -> pl.Expr:
        expression: pl.Expr = self.body()
        return expression

    def expectation(self) -> Expectation:
        """The expectation of a rule over a relation."""
        expectation: Expectation = self.body()
        return expectation


_COLLECTED: dict[str, Rule] = {}


def collected() -> dict[str, Rule]:
    """The rules declared by the modules imported so far, by id. :mod:`validation.catalogue` imports them all."""
    return _COLLECTED


def rule(
    id: str,
    *,
    severity: Severity,
    fix: str,
    source: str,
    table: str | None = None,
    stage: str | None = None,
    relation: str | None = None,
    message: str | None = None,
    columns: Sequence[str] = (),
    inspect_sr: Item | None = None,
    details: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    at: Callable[[Mapping[str, Any]], str] | None = None,
    breaks: Sequence[Any] = (),
    keeps: Sequence[Any] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a rule; see :class:`Rule` for the parts and the module for the three sorts of body.

    Raises ``ValueError`` where the declaration is incomplete or the id is taken.
    """

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        must, _, why = inspect.cleandoc(body.__doc__ or "").partition("\n")
        complete = bool(must and why.strip() and fix and source and breaks and keeps)
        one_place = sum(place is not None for place in (table, stage, relation)) == 1
        if not ID.fullmatch(id) or id in _COLLECTED or not complete or not one_place:
            raise ValueError(
                f"{id} ({body.__qualname__}): a rule needs a unique id such as OUT001, a table, a stage or a relation, a "
                "docstring that says what must hold and why, a fix, a source, and examples that break it and keep it"
            )
        if stage is not None and stage not in STAGES:
            raise ValueError(f"{id}: the stage must be one of {', '.join(STAGES)}, not {stage!r}")
        _COLLECTED[id] = Rule(
            id=id,
            name=body.__name__.replace("_", "-"),
            severity=severity,
            must=must,
            why=" ".join(why.split()),
            fix=fix,
            source=source,
            body=body,
            table=table,
            stage=stage,
            relation=relation,
            message=message,
            columns=tuple(columns),
            inspect_sr=inspect_sr,
            details=details,
            at=at,
            breaks=tuple(breaks),
            keeps=tuple(keeps),
        )
        return body

    return declare
