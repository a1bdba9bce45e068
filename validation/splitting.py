"""Splitting a package's Arrow tables into parts of whole studies."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from schemas.tables import TABLES
from validation.arrow import must_be_arrow, numbered

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["first_of_each", "split_studies"]


def split_studies(tables: Mapping[str, pa.Table], parts: int, *, seed: int = 0) -> list[dict[str, pa.Table]]:
    """The tables in so many parts at most, each of whole studies; ``seed`` gives another split. Rows keep their order and have a ``_line``.

    Visits go with their participant; studies that share a participant stay together, and rows without a study do too. A table that belongs to
    no study, such as ``terms``, is in every part. Raises ``ValueError`` for fewer parts than one, and for a table that isn't Arrow's.
    """
    import polars as pl

    if parts < 1:
        raise ValueError(f"`parts` is {parts}; there must be at least 1")
    for name, table in tables.items():
        must_be_arrow(name, table)
    lines = {name: numbered(table) for name, table in tables.items()}
    studies = {name: found for name, table in lines.items() if (found := _studies_of(name, table, lines)) is not None}
    first = _first_of_those_together(lines)
    named = {study for found in studies.values() for study in found.unique().to_list()}
    at = {study: zlib.crc32(f"{seed}/{first.get(study, study)}".encode()) % parts for study in named}
    if not at:
        return [lines]
    split: dict[int, dict[str, pa.Table]] = {number: {} for number in sorted(set(at.values()))}
    for name, table in lines.items():
        if name not in studies:
            for part in split.values():
                part[name] = table
            continue
        numbers = studies[name].replace_strict(at, return_dtype=pl.Int64) if len(table) else pl.Series([], dtype=pl.Int64)
        order = numbers.arg_sort()
        ordered, counts = table.take(order.to_arrow()), dict(numbers.value_counts(sort=False).iter_rows())
        begin = 0
        for number, part in split.items():
            part[name] = ordered.slice(begin, counts.get(number, 0))
            begin += counts.get(number, 0)
    return list(split.values())


def _texts(table: pa.Table, column: str) -> pl.Series:
    """The cells of a column, an empty text for an empty cell."""
    import polars as pl
    import pyarrow as pa

    return pl.Series(column, table[column].cast(pa.large_string())).fill_null("")


def _people(tables: Mapping[str, pa.Table]) -> pl.DataFrame | None:
    """The studies of each participant, one a row, if the tables say so."""
    import polars as pl

    table = tables.get("participants")
    if table is None or not {"participant_id", "study_id"} <= set(table.column_names):
        return None
    return pl.DataFrame([_texts(table, "participant_id"), _texts(table, "study_id")]).unique()


def _studies_of(name: str, table: pa.Table, tables: Mapping[str, pa.Table]) -> pl.Series | None:
    """The study of each row, an empty text where it has none; None for a table that belongs to no study."""
    import polars as pl

    fields = {f.name for f in TABLES[name].fields()}
    if "study_id" in fields:
        return _texts(table, "study_id") if "study_id" in table.column_names else pl.Series(["" for _ in range(len(table))])
    if "participant_id" not in fields:
        return None
    people = _people(tables)
    if people is None or "participant_id" not in table.column_names:
        return pl.Series(["" for _ in range(len(table))], dtype=pl.String)
    one = people.group_by("participant_id").agg(pl.col("study_id").min())
    joined = _texts(table, "participant_id").to_frame().join(one, on="participant_id", how="left", maintain_order="left")
    return joined["study_id"].fill_null("")


def _first_of_those_together(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """For each study that shares a participant with another, the first of those that are so joined."""
    import polars as pl

    people = _people(tables)
    shared = people.filter(pl.len().over("participant_id") > 1) if people is not None else pl.DataFrame()
    return first_of_each(shared.group_by("participant_id").agg("study_id")["study_id"].to_list() if shared.height else ())


def first_of_each(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """For each name of groups that have names in common, the first of all names that are so joined."""
    above: dict[str, str] = {}
    seen: set[str] = set()

    def first(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    for group in groups:
        seen.update(group)
        found = sorted({first(name) for name in group})
        above.update(dict.fromkeys(found[1:], found[0]))
    return {name: first(name) for name in sorted(seen)}
