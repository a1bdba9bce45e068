"""Checks of the rows that a block made, by the rows of its input: cells of their form, terms that exist, and one row for each key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.importing.mapping import Block
from registry.importing.problems import MOST_TOLD, Place, Problems, in_rows, nearest_term, or_empty
from schemas.proposing import PROPOSED, may_be_proposed
from schemas.sql import identifier, literal
from schemas.table import Field
from schemas.tables import TABLES
from schemas.vocabulary import terms
from validation.hints import shortened
from validation.reading import unreadable
from validation.rewriting import rewritten

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["check_literal", "check_rows", "take_first"]


def check_rows(connection: duckdb.DuckDBPyConnection, block: Block, problems: Problems) -> None:
    """Note cells that are empty or not of their field's form, terms that no vocabulary has, and rows of one key: all of them or, in a
    block that is ``unique``, those that differ.
    """
    for f in _suspects(connection, [f for f in TABLES[block.table].fields() if f.name in block.fields]):
        if f.vocabulary is not None:
            _check_terms(connection, block, f, problems)
        else:
            _check_form(connection, block, f, problems)
        if f.required:
            query = f"SELECT list_sort(list(DISTINCT _row)) FROM made WHERE {identifier(f.name)} IS NULL"
            if rows := connection.execute(query).fetchall()[0][0]:
                found = f"`{f.name}` is empty {in_rows(rows)}, and must be filled."
                problems.add(
                    block.fields[f.name].place, f'{found} Fill it by a `map` with `""`, or drop these rows with a reason.'
                )
    if block.unique == "same":
        _check_repeats(connection, block, problems)
    elif not block.unique:
        _check_keys(connection, block, problems)


def check_literal(connection: duckdb.DuckDBPyConnection, block: Block, rows: pl.DataFrame, problems: Problems) -> None:
    """Note cells of rows that are written out in the mapping, at their places, that aren't of their field's form, and a key that is there twice."""
    table = rows.with_row_index("_row", offset=1).to_arrow()
    connection.register("literal", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE made AS SELECT * FROM literal")
    connection.unregister("literal")
    # Terms are judged as the mapping is read.
    for f in _suspects(connection, [f for f in TABLES[block.table].fields() if f.vocabulary is None]):
        for value, said, numbers in _misformed(connection, f):
            for number in numbers:
                row = block.rows[number - 1]
                problems.add(row.places.get(f.name, row.place), f"`{f.name}` is `{shortened(value)}`. {said}")
    key = ", ".join(identifier(name) for name in TABLES[block.table].key())
    query = f"SELECT concat_ws(', ', {key}), list_sort(list(_row)) FROM made GROUP BY {key} HAVING count(*) > 1 ORDER BY 1"
    for named, numbers in connection.execute(query).fetchall()[:MOST_TOLD]:
        problems.add(
            block.rows[numbers[1] - 1].place, f"`{block.table}` would have {len(numbers)} rows called {shortened(named)}."
        )


def _suspects(connection: duckdb.DuckDBPyConnection, fields: Sequence[Field]) -> list[Field]:
    """The fields that have a wrong value in some row, or none where one must be: found in one pass, since most have neither."""
    conditions = []
    for f in fields:
        name, wrong = identifier(f.name), [condition for condition, _ in _forms(f)] if f.vocabulary is None else [_no_term(f)]
        conditions.append(f"bool_or({name} IS NULL AND {f.required} OR {name} IS NOT NULL AND ({' OR '.join(wrong)}))")
    known = [list(terms(f.vocabulary)) for f in fields if f.vocabulary is not None]
    ((*found,),) = connection.execute(f"SELECT {', '.join(conditions)} FROM made", known).fetchall()
    return [f for f, is_suspect in zip(fields, found, strict=True) if is_suspect]


def _check_terms(connection: duckdb.DuckDBPyConnection, block: Block, f: Field, problems: Problems) -> None:
    wrong = _wrong(connection, f, _no_term(f), list(terms(f.vocabulary or "")))
    for value, rows in wrong[:MOST_TOLD]:
        problems.add(
            block.fields[f.name].place,
            f"`{f.name}` is `{shortened(value)}` {in_rows(rows)}, which isn't a term of `{f.vocabulary}`. "
            "Map it to one. "
            f"{nearest_term(value, f.vocabulary or '')}",
        )
    _tell_rest(len(wrong), block.fields[f.name].place, problems)


def _no_term(f: Field) -> str:
    """The condition that a value is none of the terms, which are given. Whether it is one that the package proposes is asked of the package."""
    name = identifier(f.name)
    may_be = f" AND NOT regexp_full_match({name}, {literal(PROPOSED)})" if may_be_proposed(f.vocabulary or "") else ""
    return f"NOT list_contains(?, {name}){may_be}"


def _check_form(connection: duckdb.DuckDBPyConnection, block: Block, f: Field, problems: Problems) -> None:
    wrong = _misformed(connection, f)
    for value, said, rows in wrong[:MOST_TOLD]:
        found = f"`{f.name}` is `{shortened(value)}` {in_rows(rows)}. {said}{or_empty(value)}"
        problems.add(block.fields[f.name].place, found)
    _tell_rest(len(wrong), block.fields[f.name].place, problems)


def _misformed(connection: duckdb.DuckDBPyConnection, f: Field) -> list[tuple[str, str, list[int]]]:
    """The values that aren't of their field's form, or out of its bounds, each with what must hold and its rows."""
    form, *bounds = _forms(f)
    return [
        (value, f"It must be {rewritten(f, value) or f.written}.", rows) for value, rows in _wrong(connection, f, form[0])
    ] + [(value, said, rows) for condition, said in bounds for value, rows in _wrong(connection, f, condition)]


def _forms(f: Field) -> list[tuple[str, str]]:
    """The conditions that a value isn't of its field's form, and is out of its bounds, each with what must hold."""
    name = identifier(f.name)
    form = f"({unreadable(f)} OR NOT regexp_full_match({name}, {literal(f.pattern or '(?s).*')}))"
    bounds = [
        (sign, words, bound)
        for sign, words, bound in ((">=", "at least", f.minimum), ("<=", "at most", f.maximum))
        if bound is not None
    ]
    if f.kind not in {"count", "number"} or not bounds:
        return [(form, f"It must be {f.written}.")]
    held = " AND ".join(f"TRY_CAST({name} AS DOUBLE) {sign} {bound}" for sign, _, bound in bounds)
    within = " and ".join(f"{words} {bound:g}" for _, words, bound in bounds)
    return [(form, f"It must be {f.written}."), (f"NOT ({held})", f"It must be {within}.")]


def _wrong(connection: duckdb.DuckDBPyConnection, f: Field, condition: str, *given: object) -> list[tuple[str, list[int]]]:
    """The values that meet the condition, each with its rows."""
    name = identifier(f.name)
    query = f"SELECT {name}, list_sort(list(DISTINCT _row)) FROM made WHERE {name} IS NOT NULL AND {condition} GROUP BY ALL ORDER BY 1"
    return connection.execute(query, list(given)).fetchall()


def _check_keys(connection: duckdb.DuckDBPyConnection, block: Block, problems: Problems) -> None:
    key = ", ".join(identifier(name) for name in TABLES[block.table].key())
    query = f"SELECT concat_ws(', ', {key}), count(*), list_sort(list(DISTINCT _row)) FROM made GROUP BY {key} HAVING count(*) > 1 ORDER BY 1"
    twice = connection.execute(query).fetchall()
    for named, number, rows in twice[:MOST_TOLD]:
        problems.add(
            block.place,
            f"`{block.table}` would have {number} rows called {shortened(named)}, made {in_rows(rows)}. Their key "
            f"({', '.join(TABLES[block.table].key())}) must tell them apart; or write `unique: true` if they are the same, `unique: first` to take the first.",
        )
    _tell_rest(len(twice), block.place, problems)


def take_first(connection: duckdb.DuckDBPyConnection, block: Block) -> list[tuple[str, list[int]]]:
    """Keep the first row of each key in ``made``. Gives, for rows that were left out and differ, the fields in which they do, and their rows."""
    model = TABLES[block.table]
    key = ", ".join(identifier(name) for name in model.key())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE ranked AS SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY _row, _split) AS _rank FROM made"
    )
    differs = [
        f"CASE WHEN later.{name} IS DISTINCT FROM first.{name} THEN {literal(f.name)} END"
        for f in model.fields()
        if not f.key and f.name in block.fields
        for name in [identifier(f.name)]
    ]
    same = " AND ".join(f"later.{identifier(name)} IS NOT DISTINCT FROM first.{identifier(name)}" for name in model.key())
    found = connection.execute(
        f"SELECT concat_ws(', ', {', '.join(differs) or 'NULL'}) AS fields, list_sort(list(later._row)) "
        f"FROM ranked AS later JOIN ranked AS first ON {same} AND first._rank = 1 WHERE later._rank > 1 GROUP BY fields HAVING fields <> '' ORDER BY fields"
    ).fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE made AS SELECT * EXCLUDE (_rank) FROM ranked WHERE _rank = 1")
    connection.execute("DROP TABLE ranked")
    return found


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
                "Correct the key, remove the difference with `map` or `sql`, or write `unique: first`.",
            )
        _tell_rest(len(differ), block.fields[f.name].place, problems)


def _tell_rest(found: int, place: Place, problems: Problems) -> None:
    if found > MOST_TOLD:
        problems.add(place, f"{found - MOST_TOLD:,} more like this were found.")
