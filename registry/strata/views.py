"""Views of the registry, each with what it and its columns are, how they and tables are filled, and the rows of all rates that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from schemas.outcome_words import COMPARED
from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

__all__ = ["RegistryView", "every_rate", "fill_table", "filling", "outcomes_in_words", "rates_of"]


@dataclass(frozen=True)
class RegistryView:
    """A view of the registry: its name, its query, what it is ``about``, and its columns, each as SQL and in words.

    One that is ``kept``, in the order of these columns, is worked out once, and is a table: a database that was built doesn't change, and to
    plan such a query takes longer than most questions to it. Its query may read one that several ``share``, which has a name and is worked out once for all
    of them.
    """

    name: str
    query: str
    about: str
    columns: Mapping[str, tuple[str, str]]
    kept: str | None = None
    share: tuple[str, str] | None = None

    @property
    def making(self) -> list[str]:
        """The statements that make it, with no rows if it is kept, and say what it and its columns are."""
        name, kind, rows = identifier(self.name), "TABLE" if self.kept else "VIEW", "\nLIMIT 0" if self.kept else ""
        query = self.query if self.share is None else f"WITH {self.share[0]} AS (\n{self.share[1]}\n)\n{self.query}"
        of_columns = (
            f"COMMENT ON COLUMN {name}.{identifier(column)} IS {literal(comment)}"
            for column, (_, comment) in self.columns.items()
        )
        return [f"CREATE {kind} {name} AS\n{query}{rows}", f"COMMENT ON {kind} {name} IS {literal(self.about)}", *of_columns]


def filling(views: Iterable[RegistryView]) -> Iterator[str]:
    """The statements that work out those of the views that are kept, each after those that it needs, in place of what they held."""
    for share, some in groupby((view for view in views if view.kept), key=lambda view: view.share):
        if share is not None:
            yield f"CREATE TEMP TABLE {share[0]} AS\n{share[1]}"
        for view in some:
            yield from (
                f"DELETE FROM {identifier(view.name)}",
                f"INSERT INTO {identifier(view.name)}\n{view.query}\nORDER BY {view.kept}",
            )
        if share is not None:
            yield f"DROP TABLE temp.{share[0]}"


def fill_table(con: duckdb.DuckDBPyConnection, table: str, found: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows into a table by the names of its columns; what a row doesn't have is null."""
    import pyarrow as pa

    if found:
        names = list(dict.fromkeys(name for row in found for name in row))
        con.register("_found", pa.table({name: [row.get(name) for row in found] for name in names}))
        con.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM _found')
        con.unregister("_found")


def rates_of(outcome: str) -> str:
    """The name of the view that holds an outcome's rates."""
    return f"{outcome}_rates"


def every_rate(column: str) -> str:
    """SQL: the rows of the views of all outcomes that are compared, with the outcome in a column of that name."""
    return " UNION ALL ".join(
        f"SELECT {literal(outcome)} AS {identifier(column)}, * FROM {identifier(rates_of(outcome))}" for outcome in COMPARED
    )


def outcomes_in_words(last: str) -> str:
    """The outcomes that are compared in a line, with that word before the last: "response or remission"."""
    *others, one = COMPARED
    return f"{', '.join(others)} {last} {one}" if others else one
