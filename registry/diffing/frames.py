"""Reading the tables of two versions, and aligning them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import polars as pl

from registry.errors import OutcomesError

__all__ = ["Comparable", "UnreadableError", "as_text", "harmonised", "read", "tidied", "tidy"]


class UnreadableError(OutcomesError, ValueError):
    """A package or a table of it can't be read, so the change is unknown. The message says which."""


class Comparable(Protocol):
    """What is asked of a package that is compared: :class:`registry.access.Package` is one."""

    @property
    def name(self) -> str:
        """The package's name."""

    @property
    def version(self) -> str | None:
        """The version in its descriptor."""

    @property
    def descriptor(self) -> Mapping[str, Any]:
        """The content of ``datapackage.json``."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""

    @property
    def beside(self) -> Mapping[str, str]:
        """The digests of its files besides the descriptor and the tables, by path."""

    def table(self, name: str) -> pl.DataFrame:
        """A table as a frame with typed columns, an empty cell as null."""


def read(package: Comparable, table: str) -> pl.DataFrame:
    """A table of a package. Raises :class:`UnreadableError` where it can't be read."""
    try:
        return package.table(table)
    except (ValueError, OSError, KeyError, pl.exceptions.PolarsError) as error:
        why = " ".join(str(error).split("\n\n")[0].split())
        where = "; `outcomes validate` shows where" if isinstance(error, pl.exceptions.PolarsError) else ""
        version = package.version or "without a version"
        raise UnreadableError(f"`{table}` of {package.name} {version} can't be read or compared: {why}{where}") from error


def tidy(words: pl.Series) -> pl.Series:
    """A column of text with one space for each run of white space, none at the ends, and null for what is empty then."""
    if words.dtype != pl.String:
        return words
    if words.str.contains(r"\s").any():
        words = words.str.replace_all(r"\s+", " ").str.strip_chars()
    return words.replace("", None) if (words == "").any() else words


def tidied(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """The frame with these columns tidied."""
    return frame.with_columns(tidy(frame[n]) for n in names)


def harmonised(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, tuple[tuple[str, str, str], ...]]:
    """The two frames with the same types in the columns they share, and those that were of different ones: name, old, new.

    Whole numbers and others are compared as numbers, anything else as text.
    """
    before, after = old.schema, new.schema
    types = {n: (before[n], kind) for n, kind in after.items() if n in before and before[n] != kind}
    numbers = {n for n, (a, b) in types.items() if a.is_numeric() and b.is_numeric()}
    old, new = (f.with_columns(f[n].cast(pl.Float64) if n in numbers else as_text(f[n]) for n in types) for f in (old, new))
    sorts = ((n, _sort(a), _sort(b)) for n, (a, b) in types.items())
    return old, new, tuple((n, a, b) for n, a, b in sorts if a != b)


def _sort(dtype: pl.DataType) -> str:
    """The type by the name that it has in a descriptor."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    return {"Boolean": "boolean", "Date": "date", "String": "string"}.get(str(dtype), str(dtype).lower())


def as_text(cells: pl.Series) -> pl.Series:
    """The cells as a table would hold them: ``28`` for 28.0, ``2026-11-01`` for a date."""
    if cells.dtype == pl.String:
        return tidy(cells)
    text = cells.cast(pl.String)
    return text.str.strip_suffix(".0") if cells.dtype.is_float() else text
