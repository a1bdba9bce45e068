"""The labels that the vocabularies of a database have for the words of a comparison, and which populations are part of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from registry.errors import RequestError
from schemas.lookup import holding
from validation.hints import asked_for, term_meant

if TYPE_CHECKING:
    import duckdb

__all__ = ["labels_of", "parents_of", "populations_in", "within"]


def labels_of(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Words for the ids that a comparison names: of definitions and their classes, populations, instruments, phases, backgrounds, treatments and their classes."""
    # Of an id in two of them, the last's: a class has the words of all its rules.
    tables = (
        ("definitions", "definition_id"),
        ("comparability_classes", "class_id"),
        ("populations", "population_id"),
        ("treatments", "treatment_id"),
        ("treatment_classes", "class_id"),
        ("phases", "term"),
        ("instruments", "instrument_id"),
        ("backgrounds", "term"),
    )
    query = " UNION ALL ".join(f"SELECT {key}, label FROM vocabulary.{table}" for table, key in tables)
    return {term: label for term, label in con.execute(query).fetchall() if label}


def populations_in(con: duckdb.DuckDBPyConnection, population: str) -> set[str]:
    """A population that was asked for, with those that are part of it. Raises ``RequestError`` for an unknown one, with the nearest."""
    parents = parents_of(con)
    if population not in parents:
        proposed = sorted(p for p in parents if p.startswith(f"{population}@"))
        otherwise = asked_for(holding(population, "populations"), otherwise="`outcomes vocab populations` lists them")
        hint = asked_for(proposed, otherwise=term_meant(population, "populations", otherwise=otherwise))
        raise RequestError(f"{population!r} is not a population; {hint}")
    return within(parents, population)


def parents_of(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """The population that each is a part of."""
    return dict(con.execute("SELECT population_id, parent_id FROM vocabulary.populations").fetchall())


def within(parents: Mapping[str, str | None], population: str) -> set[str]:
    """A population with those that are part of it."""
    found = {population}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return found
