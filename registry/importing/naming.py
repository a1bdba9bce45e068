"""Which columns of its inputs a mapping names. What is in the others is nobody's concern: they aren't read."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.importing.expressions import columns_in
from registry.importing.mapping import Block, Mapping, Value

if TYPE_CHECKING:
    import duckdb

__all__ = ["named_columns"]


def named_columns(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> dict[str, set[str]]:
    """For each input, the names that may be those of its columns, in small letters, since SQL tells no capitals."""
    found: dict[str, set[str]] = {name: set() for name in mapping.inputs}
    for block in mapping.blocks:
        names = {name.casefold() for value in _values(block) for name in _names(connection, value)}
        names |= {name.casefold() for join in block.joins for name in join.on}
        if block.source in found:
            found[block.source] |= names
        for join in block.joins:
            if join.input in found:
                prefix = f"{join.input}_".casefold()  # of a column whose name the rows so far have too
                found[join.input] |= (
                    names | {name.removeprefix(prefix) for name in names} | {o.casefold() for o in join.on.values()}
                )
    return found


def _values(block: Block) -> Iterator[Value]:
    yield from block.fields.values()
    yield from (f.where for f in block.filters)
    for split in block.splits:
        yield from split.values()


def _names(connection: duckdb.DuckDBPyConnection, value: Value) -> set[str]:
    match value.kind:
        case "column":
            return {value.text or ""}
        case "template":
            try:
                return {name for _, name, _, _ in string.Formatter().parse(value.text or "") if name}
            except ValueError:  # said where it is used
                return set()
        case "sql":
            return columns_in(connection, value.text or "")
        case _:
            return set()
