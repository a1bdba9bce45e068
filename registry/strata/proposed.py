"""Proposed terms where packages meet: each is its package's, written ``x.term@package``, and nothing is pooled with it.

In a package a proposed term is ``x.term``. A database holds many packages, and two of them may mean different things by one id; so there every
cell with a proposed term has the package's name too, and the vocabularies have the term as a row of its own: a definition with a
comparability class of its own, a treatment with a class of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from schemas.proposing import PROPOSABLE, may_be_proposed, rows_sql
from schemas.sql import identifier
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb

    from schemas.table import Table

__all__ = ["add_proposed", "is_named_proposal", "name_proposed", "name_proposed_keys", "with_proposed"]

_MOST_NAMED = 5


def name_proposed(con: duckdb.DuckDBPyConnection, schema: str = "main") -> None:
    """Write every proposed term in the tables of packages with its package's name. ``schema`` is where the tables are."""
    for table in TABLES.values():
        if columns := _proposable(table):
            _name(con, f"{schema}.{identifier(table.name)}", columns)


def name_proposed_keys(con: duckdb.DuckDBPyConnection) -> None:
    """The same in the keys of flagged rows."""
    keys = {f.name for table in TABLES.values() for f in table.fields() if f.key}
    _name(con, "flagged_rows", sorted(keys & {column for table in TABLES.values() for column in _proposable(table)}))


def _proposable(table: Table) -> list[str]:
    """The columns of a table that may hold a proposed term."""
    columns = [f.name for f in table.fields() if f.vocabulary is not None and may_be_proposed(f.vocabulary)]
    return columns + (["id"] if table.name == "terms" else [])


def _name(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
    cells = {column: f"starts_with({identifier(column)}, 'x.')" for column in columns}
    named = ", ".join(
        f"{identifier(c)} = CASE WHEN {proposed} THEN concat({identifier(c)}, '@', package) ELSE {identifier(c)} END"
        for c, proposed in cells.items()
    )
    con.execute(f"UPDATE {table} SET {named} WHERE {' OR '.join(cells.values())}")


def add_proposed(con: duckdb.DuckDBPyConnection) -> None:
    """Add the proposed terms, which have been named, to the vocabularies of a database, each said to be proposed, and by which package."""
    terms = "terms AS (SELECT * REPLACE (concat(label, ' (proposed by ', package, ')') AS label) FROM main.terms)"
    for vocabulary in PROPOSABLE:
        rows = rows_sql(vocabulary)
        if vocabulary == "treatments":
            rows = f"SELECT * REPLACE (treatment_id AS class_id) FROM ({rows}) ORDER BY ALL"
        con.execute(f"INSERT INTO vocabulary.{vocabulary} BY NAME WITH {terms} {rows}")
    for classes, of in (("comparability_classes", "definitions"), ("treatment_classes", "treatments")):
        con.execute(
            f"INSERT INTO vocabulary.{classes} BY NAME "
            f"WITH {terms} SELECT id AS class_id, label, description, source FROM terms WHERE vocabulary = '{of}' ORDER BY id"
        )
    con.execute(
        "INSERT INTO vocabulary.subjects BY NAME "
        f"WITH {terms} SELECT id AS term, label, description, source FROM terms WHERE vocabulary = 'treatments' ORDER BY id"
    )


def is_named_proposal(word: str) -> bool:
    """Whether a word is a proposed term with its package."""
    return word.startswith("x.") and "@" in word


def with_proposed(words: Iterable[str]) -> list[str]:
    """That there are proposed terms in an answer, of whose words these are some, in a sentence; nothing if there are none."""
    found = sorted({word for word in words if is_named_proposal(word)})
    if not found:
        return []
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    named = ", ".join(f"`{word}`" for word in found[:_MOST_NAMED])
    return [f"{named}{more}: proposed by the package after the @, not adopted, and pooled with nothing else."]
