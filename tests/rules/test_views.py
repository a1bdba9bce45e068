"""The views over any rows at all: nothing fails, and no row comes out twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import TABLES
from tests.rules.conftest import Package
from validation.catalogue import rules_over
from validation.views import VIEWS

# Few words, so that rows meet; some that no vocabulary has, and counts that no sum can hold.
WORDS: dict[str, list[str]] = {
    "instrument_id": ["madrs", "hamd17", "hamd.unstated", "cgi-s", "nonsense"],
    "definition_id": [
        "response.madrs.ge50pct",
        "remission.madrs.le10",
        "remission.madrs.le12-any-visit",
        "remission.madrs.lt12",
        "response.unstated",
        "dropout.any",
        "dropout.adverse-event",
        "nonsense",
    ],
    "analysis_set": ["randomised", "observed-cases", "unstated"],
    "missing_data": ["observed", "non-responder"],
    "statistic": ["baseline", "endpoint", "change"],
    "estimate": ["raw", "adjusted"],
    "value_origin": ["reported", "imputed-from-mean", "derived-from-percent"],
    "timepoint_anchor": ["randomisation", "last-dose"],
    "correction_status": ["retracted", "unchecked", "none-found"],
    "population_id": ["trd", "trd.late-life", "nonsense"],
    "treatment_id": ["esketamine", "placebo", "nonsense"],
    "percent_reported": ["50.0", "33", "x", "-1", "9" * 30, "1.", ".5", "+7", "-.5", "33.33333333"],
    "mean_reported": ["5.27", "-1.5", "x", "1.", ".5", "+.25"],
}
SAME = {
    "entry_instrument_id": "instrument_id",
    "baseline_instrument_id": "instrument_id",
    "remission_definition_id": "definition_id",
}
KINDS: dict[str, list[Any]] = {
    "BIGINT": [0, 1, 2, 20, 43, 2**63 - 1, -(2**63)],
    "DOUBLE": [0.0, 7.5, 10.0, 28.0, -1.0, 1e15],
    "BOOLEAN": [True, False],
    "DATE": [date(2025, 1, 1), date(2026, 11, 23)],
}


def _row(table: str) -> st.SearchStrategy[dict[str, Any]]:
    cells = {
        f.name: st.sampled_from(
            [None, *KINDS.get(f.duckdb_type, WORDS.get(SAME.get(f.name, f.name), ["a", "b"]))],
        )
        for f in TABLES[table].fields()
    }
    return st.fixed_dictionaries(cells)


packages = st.fixed_dictionaries({name: st.lists(_row(name), max_size=5) for name in TABLES})


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(packages)
def test_any_rows_can_be_looked_at(package: Package, rows: dict[str, list[dict[str, Any]]]) -> None:
    for table, given_rows in rows.items():
        package.connection.execute(f"DELETE FROM {table}")
        package.add(table, *given_rows, *given_rows)
    for view in VIEWS.values():
        frame = package.connection.sql(view.query).pl()
        assert frame["_line"].is_unique().all(), view.name
        assert frame.height <= 2 * len(rows[view.place])
        assert not view.whole or frame.height == 2 * len(rows[view.place]), view.name
        for rule in rules_over(view.name):
            held = frame.select("_line", held=rule.expression())
            assert held.schema["held"] in {pl.Boolean, pl.Null}
            for row in frame.filter(~rule.expression()).iter_rows(named=True):
                assert (rule.message or rule.must).format(**row, **(rule.details(row) if rule.details else {}))
