"""From the changes to the version that they need: one rule applies to each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import polars as pl

from registry.diffing.descriptors import DescriptorChange
from registry.diffing.kinds import Kind
from registry.diffing.layout import Column, Role
from registry.diffing.result import Reason, TableDifference
from registry.diffing.rules import RULES
from registry.diffing.versions import Bump
from schemas.wording import counted
from validation.formats.visible import shortened

__all__ = ["reasons"]

_OF_TERMS = {Kind.STATED: "term-stated", Kind.EMPTIED: "term-withdrawn", Kind.VALUE: "data-corrected"}
_RESPELLED = dict.fromkeys((Kind.WORDS, Kind.NORMALISATION, Kind.ENCODING_REPAIRED), "words-changed")
_BY_KIND = {
    Role.TERM: (_OF_TERMS, "term-changed"),
    Role.MOMENT: (_OF_TERMS, "term-changed"),
    Role.IDENTITY: ({Kind.STATED: "term-stated"} | _RESPELLED, "identity-changed"),
    Role.LABEL: ({Kind.STATED: "term-stated"} | _RESPELLED, "identity-changed"),
    Role.LICENCE: ({Kind.STATED: "term-stated"} | _RESPELLED | {Kind.VALUE: "words-changed"}, "licence-changed"),
    Role.READINGS: ({}, "readings-changed"),
    Role.WHOLE: (_RESPELLED, "identity-changed"),
}
"""Roles in which the kind of change decides, each with the rules of some kinds and that of all others."""

_MOST_PATHS = 4
_LONGEST = 200


def reasons(
    descriptor: Sequence[DescriptorChange],
    removed: Sequence[str],
    added: Sequence[str],
    tables: Sequence[TableDifference],
) -> tuple[Reason, ...]:
    """Why which version is needed, the gravest first, and in each step in the order of descriptor, tables and columns."""
    found = [*_of_descriptor(descriptor)]
    found += [Reason(RULES["table-removed"], f"the table `{name}` is gone", 1, name) for name in removed]
    found += [Reason(RULES["table-added"], f"the table `{name}` is new", 1, name) for name in added]
    for table in tables:
        found += [*_of_structure(table), *_of_rows(table), *_of_columns(table), *_of_cells(table)]
    return tuple(sorted(found, key=lambda r: -r.bump.size))


def _of_descriptor(changes: Sequence[DescriptorChange]) -> Iterator[Reason]:
    for rule, group in groupby(sorted(changes, key=lambda c: -RULES[c.rule].bump.size), lambda c: c.rule):
        found = list(group)
        if rule == "descriptor-changed":
            members = list(dict.fromkeys(c.path for c in found if c.file is None))
            files = [c.file for c in found if c.file is not None]
            beside = f"{'a file' if len(files) == 1 else 'files'} beside the tables {'differs' if len(files) == 1 else 'differ'}:"
            told = (("the descriptor differs in", members), (beside, files))
            said = "; ".join(f"{words} {_listed(paths)}" for words, paths in told if paths)
        else:
            said = "; ".join(f"`{c.path}` {_turned(c)}" for c in found)
        yield Reason(RULES[rule], said, len(found))


def _listed(paths: Sequence[str]) -> str:
    """The first of them where they are many."""
    more = f" and {len(paths) - _MOST_PATHS:,} more" if len(paths) > _MOST_PATHS else ""
    return ", ".join(f"`{path}`" for path in paths[:_MOST_PATHS]) + more


def _turned(change: DescriptorChange) -> str:
    old, new = (text if text is None else shortened(text, _LONGEST) for text in (change.old, change.new))
    if old is None:
        return f"has {new} added"
    return f"has {old} removed" if new is None else f"changed from {old} to {new}"


def _of_structure(table: TableDifference) -> Iterator[Reason]:
    for name in table.columns_removed:
        yield Reason(RULES["column-removed"], f"the column `{table.name}.{name}` is gone", 1, table.name, name)
    for name, old, new in table.columns_retyped:
        said = f"`{table.name}.{name}` was of type {old} and is of type {new}"
        yield Reason(RULES["column-retyped"], said, 1, table.name, name)
    for name in table.columns_added:
        yield Reason(RULES["column-added"], f"the column `{table.name}.{name}` is new", 1, table.name, name)


def _of_rows(table: TableDifference) -> Iterator[Reason]:
    for rule, rows in (("rows-removed", table.removed), ("rows-added", table.added)):
        if rows.height:
            said = f"`{table.name}`: {counted(rows.height, 'row')} {rule.removeprefix('rows-')}"
            yield Reason(RULES[rule], said, rows.height, table.name)


def _of_columns(table: TableDifference) -> Iterator[Reason]:
    for pattern in table.systematic:
        if pattern.is_damage:
            rule = RULES["column-rewritten" if pattern.kind is Kind.REWRITTEN else "column-wide"]
            yield Reason(rule, str(pattern), pattern.count, table.name, pattern.column, (pattern.kind,))


def _of_cells(table: TableDifference) -> Iterator[Reason]:
    by_name = {c.name: c for c in table.layout.columns}
    column_wide = {(p.column, p.kind.value) for p in table.systematic if p.is_damage}
    for name, cells in table.changed.items():
        counts = cells.group_by(pl.col("kind").cast(pl.String)).len().sort("len", "kind", descending=[True, False])
        by_rule: dict[str, list[tuple[Kind, int]]] = {}
        for kind, count in counts.iter_rows():
            rule = _rule(by_name[name], Kind(kind))
            # What happened to the column has been said, and owes more than a cell does.
            if (name, kind) not in column_wide or RULES[rule].bump is Bump.MAJOR:
                by_rule.setdefault(rule, []).append((Kind(kind), count))
        for rule, kinds in by_rule.items():
            thing = "identifier" if rule == "id-renamed" else "cell"
            said = ", ".join(f"{counted(count, thing)} {kind.said}" for kind, count in kinds)
            total = sum(count for _, count in kinds)
            yield Reason(RULES[rule], f"`{table.name}.{name}`: {said}", total, table.name, name, tuple(k for k, _ in kinds))


def _rule(column: Column, kind: Kind) -> str:
    """The rule that a change of one cell falls under."""
    if column.role is Role.NAME and column.key:
        return "id-renamed"
    if column.key:
        return "key-changed"
    if column.role is Role.MEANING:
        return "term-changed"
    if column.role in _BY_KIND:
        of_kinds, otherwise = _BY_KIND[column.role]
        return of_kinds.get(kind, otherwise)
    if column.role is Role.REFERENCE and column.references != "sources":
        return "row-moved"
    return "words-changed" if column.role is Role.WORDS else "data-corrected"
