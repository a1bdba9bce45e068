"""Views of the registry, each with what it and its columns are, and the rows of all rates that are compared."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.outcome_words import COMPARED
from schemas.sql import identifier, literal

__all__ = ["every_rate", "explained", "outcomes_in_words", "rates_of"]


def explained(view: str, query: str, about: str, columns: Mapping[str, tuple[str, str]], *, kept: str | None = None) -> list[str]:
    """The statements that make a view and say what it and its columns are. One that is ``kept``, in the order of these columns,
    is worked out once, and is a table: a database that was built doesn't change, and to plan such a query takes longer than most questions to it.
    """
    name, kind, order = identifier(view), "TABLE" if kept else "VIEW", f"\nORDER BY {kept}" if kept else ""
    return [
        f"CREATE OR REPLACE {kind} {name} AS\n{query}{order}",
        f"COMMENT ON {kind} {name} IS {literal(about)}",
        *(f"COMMENT ON COLUMN {name}.{identifier(column)} IS {literal(comment)}" for column, (_, comment) in columns.items()),
    ]


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
