r"""The canonical form of a package's content: what stays the same when rows are reordered or spaces added, and only then.

A table is written as PostgreSQL's COPY writes text: a line of column names, then a line a row, cells separated by tabs, null as
``\N``, and a backslash before what would end a cell. Columns and rows are sorted; a number is written as the shortest decimal that gives it
back, a truth value as ``true`` or ``false``, a date as ISO 8601, a text without spaces around it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from registry.ledger.records import canonical_json, digest_of
from registry.packages.descriptor import without_bytes

if TYPE_CHECKING:
    import polars as pl

__all__ = ["content_digest", "descriptor_form", "table_digest"]

_ROWS = 100_000
_FEW_ROWS = 200
"""Rows that are sooner written in Python than polars has begun to: most tables of most packages."""

_NULL = "\\N"


def table_digest(frame: pl.DataFrame) -> str:
    """The digest of a table's canonical form. An empty column is left out."""
    filled = [name for name in sorted(frame.columns) if frame[name].null_count() < frame.height]
    digest = hashlib.sha256("\t".join(filled).encode() + b"\n")
    for some in _lines([frame[name] for name in filled], frame.height):
        digest.update("".join(f"{line}\n" for line in some).encode())
    return f"sha256:{digest.hexdigest()}"


def _lines(columns: list[pl.Series], rows: int) -> Iterator[Iterable[str]]:
    """The rows as lines, sorted, so many at once."""
    import polars as pl

    if not columns:
        yield [""] * rows
    elif rows <= _FEW_ROWS:
        yield sorted(map("\t".join, zip(*map(_cells, columns), strict=True)))
    else:
        # By number: a name may be what polars takes for a pattern.
        numbered = pl.DataFrame([column.alias(str(n)) for n, column in enumerate(columns)])
        lines = numbered.select(line=pl.concat_str([_text(c).fill_null(_NULL) for c in numbered], separator="\t"))
        yield from (part.to_series() for part in lines.sort("line").iter_slices(_ROWS))


def _text(column: pl.Series) -> pl.Expr:
    """The column's cells as text."""
    import polars as pl

    cells = pl.col(column.name)
    if column.dtype.is_float():
        # Python's own shortest form: that of other libraries changes with their versions.
        numbers = column.drop_nulls().unique()
        return cells.replace_strict(numbers, [_number(n) for n in numbers], return_dtype=pl.String)
    if column.dtype == pl.String:
        return cells.str.strip_chars().str.replace_many(list(_ESCAPED), list(_ESCAPED.values()))
    return cells.cast(pl.String)


def _cells(column: pl.Series) -> list[str]:
    """The same, and null where a cell is empty."""
    import polars as pl

    kind = column.dtype
    text = _escaped if kind == pl.String else _number if kind.is_float() else str
    cells = column if kind == pl.String or kind.is_integer() or kind.is_float() else column.cast(pl.String)
    return [_NULL if cell is None else text(cell) for cell in cells.to_list()]


def _escaped(cell: str) -> str:
    return cell.strip(_SPACES).translate(_ESCAPING)


_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What Unicode calls white space, and polars strips; Python's own notion has four characters more."""

_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPING = str.maketrans(_ESCAPED)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def descriptor_form(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor without what it says about its files' bytes."""
    listed = descriptor.get("resources")
    resources = [without_bytes(r) if isinstance(r, Mapping) else r for r in (listed if isinstance(listed, list) else [])]
    resources.sort(key=lambda r: str(r.get("name")) if isinstance(r, Mapping) else "")
    return {**descriptor, "resources": resources}


def content_digest(descriptor: Mapping[str, Any], tables: Mapping[str, str], others: Mapping[str, str]) -> str:
    """The digest of all that a package says: its descriptor, its tables' digests and, by path, those of its other files."""
    return digest_of(canonical_json({"descriptor": descriptor_form(descriptor), "tables": tables, "files": others}))
