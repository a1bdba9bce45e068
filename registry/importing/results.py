"""Checks of the rows that a block made: terms that exist, and one row for each derived study or arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.importing.mapping import Block
from registry.importing.problems import MOST_TOLD, Place, Problems, in_rows, nearest_term
from schemas.proposing import PROPOSED, may_be_proposed
from schemas.sql import identifier, literal
from schemas.tables import TABLES
from schemas.vocabulary import terms
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["check_rows"]


def check_rows(connection: duckdb.DuckDBPyConnection, block: Block, problems: Problems) -> None:
    """Note terms that no vocabulary has and, in a block that is ``unique``, rows of one key that differ."""
    for f in TABLES[block.table].fields():
        if f.vocabulary is None or f.name not in block.fields:
            continue
        name = identifier(f.name)
        # Whether a term is one that the package proposes is asked of the package.
        may_be = f" AND NOT regexp_full_match({name}, {literal(PROPOSED)})" if may_be_proposed(f.vocabulary) else ""
        query = (
            f"SELECT {name}, list_sort(list(DISTINCT _row)) FROM made "
            f"WHERE {name} IS NOT NULL AND NOT list_contains(?, {name}){may_be} GROUP BY ALL ORDER BY 1"
        )
        wrong = connection.execute(query, [list(terms(f.vocabulary))]).fetchall()
        for value, rows in wrong[:MOST_TOLD]:
            problems.add(
                block.fields[f.name].place,
                f"`{f.name}` is `{shortened(value)}` {in_rows(rows)}, which isn't a term of `{f.vocabulary}`. "
                "Map it to one. "
                f"{nearest_term(value, f.vocabulary)}",
            )
        _tell_rest(len(wrong), block.fields[f.name].place, problems)
    if block.unique:
        _check_repeats(connection, block, problems)


def _check_repeats(connection: duckdb.DuckDBPyConnection, block: Block, problems: Problems) -> None:
    model = TABLES[block.table]
    names = ", ".join(identifier(f.name) for f in model.fields())
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(map(identifier, model.key()))} FROM made)"
    if connection.execute(f"SELECT count(*) = ({distinct}) FROM (SELECT DISTINCT {names} FROM made)").fetchall()[0][0]:
        return
    key = ", ".join(identifier(name) for name in model.key())
    for f in model.fields():
        if f.key or f.name not in block.fields:
            continue
        name = identifier(f.name)
        query = (
            f"SELECT concat_ws(', ', {key}), list_sort(list(DISTINCT coalesce({name}, '(empty)'))), "
            f"list_sort(list(DISTINCT _row)) FROM made GROUP BY {key} "
            f"HAVING count(DISTINCT coalesce({name}, '')) > 1 ORDER BY 1"
        )
        differ = connection.execute(query).fetchall()
        for row, values, rows in differ[:MOST_TOLD]:
            problems.add(
                block.fields[f.name].place,
                f"`{f.name}` of {shortened(row)} is {' and '.join(f'`{shortened(v)}`' for v in values[:8])} {in_rows(rows)}. "
                "A row made with `unique` must be the same each time. "
                "Correct the key, or remove the difference with `map` or `sql`.",
            )
        _tell_rest(len(differ), block.fields[f.name].place, problems)


def _tell_rest(found: int, place: Place, problems: Problems) -> None:
    if found > MOST_TOLD:
        problems.add(place, f"{found - MOST_TOLD:,} more like this were found.")
