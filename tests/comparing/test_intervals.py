"""Wilson's interval in SQL: statsmodels' wherever there is one, and nothing where a count isn't stated."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from schemas.intervals import Z, wilson

ROOT = Path(__file__).parents[2]
COUNTS = [(events, n) for n in (*range(1, 41), 997, 1_000_000) for events in {0, 1, n // 3, n // 2, n - 1, n} if 0 <= events <= n]


def intervals(counts: list[tuple[int | None, int | None]]) -> list[tuple[float | None, float | None]]:
    low, high = wilson("c.events", "c.n")
    rows = ", ".join(
        f"({place}, {e if e is not None else 'NULL'}, {n if n is not None else 'NULL'})" for place, (e, n) in enumerate(counts)
    )
    return duckdb.sql(f"SELECT {low}, {high} FROM (VALUES {rows}) c(place, events, n) ORDER BY place").fetchall()


def test_it_is_that_of_statsmodels() -> None:
    found = np.array(intervals([*COUNTS]), dtype=float).T
    expected = proportion_confint(*np.array(COUNTS, dtype=float).T, method="wilson")
    assert found == pytest.approx(np.array(expected), rel=1e-12, abs=1e-15)


def test_the_rate_lies_within_it_and_it_within_0_and_1() -> None:
    for (events, n), (low, high) in zip(COUNTS, intervals([*COUNTS]), strict=True):
        assert low is not None
        assert high is not None
        assert 0 <= low <= events / n <= high <= 1


@pytest.mark.parametrize("counts", [(None, 10), (3, None), (None, None), (0, 0), (11, 10), (-1, 10)])
def test_of_counts_that_are_not_stated_or_cannot_be_there_is_none(counts: tuple[int | None, int | None]) -> None:
    assert intervals([counts]) == [(None, None)]


def test_the_normal_quantile_stands_once() -> None:
    code = [path for room in ("registry", "schemas", "validation") for path in sorted((ROOT / room).rglob("*.py"))]
    holding = [path.relative_to(ROOT).as_posix() for path in code if re.search(r"1\.9599", path.read_text(encoding="utf-8"))]
    assert (holding, Z) == (["schemas/intervals.py"], pytest.approx(1.959963984540054))
