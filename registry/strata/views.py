"""Views of the registry, each with what it and its columns are, and the rows of all rates that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.outcome_words import COMPARED
from schemas.sql import identifier, literal

__all__ = ["RegistryView", "every_rate", "outcomes_in_words", "rates_of"]


@dataclass(frozen=True)
class RegistryView:
    """A view of the registry: its name, its query, what it is ``about``, and its columns, each as SQL and in words.

    One that is ``kept``, in the order of these columns, is worked out once, and is a table: a database that was built doesn't change, and to
    plan such a query takes longer than most questions to it.
    """

    name: str
    query: str
    about: str
    columns: Mapping[str, tuple[str, str]]
    kept: str | None = None

    @property
    def making(self) -> list[str]:
        """The statements that make it, with no rows if it is kept, and say what it and its columns are."""
        name, kind, rows = identifier(self.name), "TABLE" if self.kept else "VIEW", "\nLIMIT 0" if self.kept else ""
        of_columns = (
            f"COMMENT ON COLUMN {name}.{identifier(column)} IS {literal(comment)}"
            for column, (_, comment) in self.columns.items()
        )
        return [f"CREATE {kind} {name} AS\n{self.query}{rows}", f"COMMENT ON {kind} {name} IS {literal(self.about)}", *of_columns]

    @property
    def filling(self) -> list[str]:
        """The statements that work it out, in place of what it held; none unless it is kept."""
        name = identifier(self.name)
        return [f"DELETE FROM {name}", f"INSERT INTO {name}\n{self.query}\nORDER BY {self.kept}"] if self.kept else []


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
