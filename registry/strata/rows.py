"""The rows of ``comparable_rates`` as the comparison works with them, and the variants of a pooling that show how far it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["MAIN", "VARIANTS", "Row", "read_rows", "rows_of", "variant"]

MAIN = "main"
"""The main pooling: rows with everything stated, and figures as reported."""


@dataclass(frozen=True)
class Row:
    """One arm in one stratum. ``unstated`` names the words that its source doesn't state."""

    outcome: str
    stratum: str
    comparability_class: str
    population: str
    window: str
    arm_kind: str
    trial: str
    package: str
    study_id: str
    study: str
    arm_id: str
    arm: str
    treatment: str
    class_: str
    route: str
    role: str
    definition: str
    day: float | None
    analysis_set: str
    missing_data: str
    n: int
    events: int
    rate: float
    low: float
    high: float
    n_randomised: int | None
    unstated: tuple[str, ...]
    value_origin: str
    extractions: int | None
    flagged: bool
    source: str | None
    locator: str | None


def read_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every row of ``comparable_rates``, in an order that doesn't change."""
    columns = [name.removesuffix("_") for name in Row.__dataclass_fields__]
    listed = ", ".join(f'"{name}"' for name in columns)
    found = con.execute(f"SELECT {listed} FROM comparable_rates ORDER BY outcome, stratum, package, study_id, arm_id").fetchall()
    place = columns.index("unstated")
    return [Row(*values[:place], tuple(values[place]), *values[place + 1 :]) for values in found]  # type: ignore[call-arg]


def rows_of(rows: Iterable[Row], subject: str) -> list[Row]:
    """The rows of a treatment, or of a class of treatments."""
    return [row for row in rows if subject in (row.treatment, row.class_)]


def _stated(row: Row) -> Row | None:
    return None if row.unstated else row


def _of_all_randomised(row: Row) -> Row | None:
    """The row with everybody who was randomised below the line: who wasn't seen, has not met the definition."""
    if row.unstated or row.n_randomised is None or row.n_randomised < row.n or row.analysis_set == "randomised":
        return _stated(row)
    return replace(
        row, n=row.n_randomised, analysis_set="randomised", missing_data="non-responder", rate=row.events / row.n_randomised
    )


def _without(broken: Callable[[Row], bool]) -> Callable[[Row], Row | None]:
    return lambda row: None if row.unstated or broken(row) else row


VARIANTS: Mapping[str, tuple[Callable[[Row], Row | None], str]] = {
    MAIN: (_stated, "everything stated, figures as reported"),
    "with-unstated": (lambda row: row, "including rows with something unstated"),
    "all-randomised": (
        _of_all_randomised,
        "all randomised, missing = no event",
    ),
    "without-flagged": (_without(lambda row: row.flagged), "excluding figures with a finding"),
    "without-imputed": (_without(lambda row: row.value_origin == "imputed-from-mean"), "excluding counts imputed from a mean"),
    "without-derived": (
        _without(lambda row: row.value_origin in {"derived-from-percent", "digitised"}),
        "excluding counts derived from a percentage or a picture",
    ),
    "without-single-extraction": (_without(lambda row: row.extractions == 1), "excluding figures extracted by one person only"),
}
"""Each variant of a pooling: how it treats a row, and its description."""


def variant(rows: Sequence[Row], name: str) -> list[Row]:
    """The rows as they go into the pooling of that variant."""
    taken, _ = VARIANTS[name]
    return [kept for row in rows if (kept := taken(row)) is not None]
