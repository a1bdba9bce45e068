"""OUT: counts of participants who met a definition."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import Severity, rule



@rule(
    "OUT001",
    table="outcomes",
    severity=Severity.ERROR,
    fix="Check the source table: the two columns are often swapped.",
    source="CONSORT 2010 item 16",
    columns=("events", "n_analysed"),
    breaks=[{"events": 41, "n_analysed": 40}],
    keeps=[{"events": 40, "n_analysed": 40}, {"events": 0, "n_analysed": 40}],
)
def events_exceed_analysed() -> pl.Expr:
    """Events must not exceed the participants analysed.

    A count above its denominator gives a rate above 100% and a negative variance.
    """
    return pl.col("events") <= pl.col("n_analysed")
