"""Several processes find what one finds."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tests import fixed
from tests.judging.packages import read, told
from tests.judging.test_judging import CONTEXT, tables
from validation import judge_in_processes
from validation.spreading import from_stream, judge_streams, to_stream


def test_a_real_package_in_two_processes() -> None:
    (package,) = read([fixed.registry() / "datapackages" / "linde-2015"])
    assert package.findings
    assert told(judge_in_processes(package.tables, package.context, processes=2, parts=5)) == (package.findings, package.tallies)


def test_the_limit_is_that_of_the_whole() -> None:
    found = judge_in_processes(tables(), replace(CONTEXT, max_findings=0), processes=1, parts=2)
    assert len(found.findings) == 0
    assert sum(found.tallies["violations"].to_pylist()) > 0


def test_a_slice_travels_without_the_rest() -> None:
    table = pa.table({"n": list(range(100_000))})
    stream = to_stream(table.slice(7, 3))
    assert len(stream) < 2000
    assert from_stream(stream).to_pylist() == [{"n": 7}, {"n": 8}, {"n": 9}]


def test_what_is_refused_here_is_refused_there() -> None:
    wrong = pa.table({"events": [1.5]})
    with pytest.raises(ValueError, match="must be int64"):
        judge_streams({"outcomes": to_stream(wrong)}, CONTEXT)
    with pytest.raises(ValueError, match="must be int64"):
        judge_in_processes({"outcomes": wrong}, CONTEXT, processes=1)
