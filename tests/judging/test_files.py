"""Rows of one table in several files: what is found is where it is."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.judging.test_judging import CONTEXT, tables
from validation.arrow import place_of, through
from validation.judging import judge_studies


def _in_files(table: pa.Table) -> pa.Table:
    """The rows in two files by turns, numbered in each from 1; of the second, first."""
    rows = range(len(table))
    names, lines = ["b" if n % 2 == 0 else "a" for n in rows], [n // 2 + 1 for n in rows]
    return table.append_column("_file", pa.array(names)).append_column("_line", pa.array(lines, pa.int64()))


def test_a_finding_names_the_file_and_the_line_there() -> None:
    given = tables()
    found = judge_studies({**given, "outcomes": _in_files(given["outcomes"])}, CONTEXT).findings.to_pylist()
    assert [(f["file"], f["line"]) for f in found if f["rule"] == "OUT001"] == [("a", 1)]
    assert [(f["file"], f["line"]) for f in judge_studies(given, CONTEXT).findings.to_pylist() if f["rule"] == "OUT001"] == [
        ("outcomes", 2)
    ]
    assert {f["file"] for f in found if f["table"] == "arms"} <= {"arms"}


def test_lines_are_those_of_the_files_in_the_order_of_their_names_and_the_way_back_is_exact() -> None:
    table, files = through(_in_files(tables()["outcomes"]))
    assert files == ("a", "b")
    places = [place_of(line, files) for line in sorted(table["_line"].to_pylist())]
    assert places == sorted(places)
    assert sorted(places) == sorted((file, n // 2 + 1) for n, file in enumerate(["b", "a"] * len(table)) if n < len(table))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"_file": ["a", "a"]}, "beside it"),
        ({"_file": ["a", None], "_line": [1, 2]}, "must name the file"),
        ({"_file": ["a", "a"], "_line": [1, 1]}, "number each row once"),
        ({"_file": [1, 2], "_line": [1, 2]}, "must be string"),
    ],
)
def test_rows_that_are_nowhere_are_refused(columns: dict[str, list[object]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        judge_studies({"outcomes": pa.table({"events": [1, 2], **columns})}, CONTEXT)
