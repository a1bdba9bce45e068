"""How long a query of the database takes: ``python -m tests.benchmarks.queries DATABASE`` prints the table.

In one process that has the database open, as a notebook or a server does: each query once that isn't counted, then many times, in turn with the others.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb

__all__ = ["QUERIES", "VIEWS", "Timed", "table", "timed"]

QUERIES: Mapping[str, str] = {
    "every rate, by treatment": "SELECT treatment, count(*), avg(rate) FROM {view} GROUP BY ALL",
    "the rates of one treatment": "SELECT * FROM {view} WHERE treatment = 'sertraline'",
    "the rates of one trial": "SELECT * FROM {view} WHERE study_id LIKE '%0000001'",
}
"""By what they ask."""

VIEWS = ("comparable_rates", "response_rates", "remission_rates")
"""What is asked: each has the columns of every query."""

Timed = dict[tuple[str, str], list[float]]
"""By view and by what is asked, the milliseconds of each run."""


def timed(database: Path, rounds: int = 20) -> Timed:
    """Run each query of each view, and fetch all rows."""
    found: Timed = {}
    with duckdb.connect(str(database), read_only=True) as con:
        for counted in range(rounds + 1):
            for view in VIEWS:
                for what, query in QUERIES.items():
                    began = time.perf_counter()
                    con.sql(query.format(view=view)).to_arrow_table()
                    if counted:
                        found.setdefault((view, what), []).append(1e3 * (time.perf_counter() - began))
    return found


def table(found: Timed) -> str:
    """The table of the page on benchmarks."""
    lines = ["| | p50, ms | slowest, ms |", "|---|---:|---:|"]
    lines += [
        f"| `{view}`: {what} | {statistics.median(times):.1f} | {max(times):.1f} |" for (view, what), times in found.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(timed(Path(sys.argv[1]))) + "\n")
