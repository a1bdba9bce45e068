"""What each worker does, without Spark: packing rows, judging a part, reading a file's cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.judging.packages import told
from tests.judging.test_judging import CONTEXT, tables
from validation.judging import judge_studies
from validation.spark import partitions
from validation.spark.cells import cells_of, columns_of
from validation.spark.parting import NUMBER
from validation.spark.refusing import RefusedError
from validation.spark.session import local_session
from validation.spreading import from_stream, part_in, to_stream
from validation.views import Scope


def _numbered(table: pa.Table, parts: int) -> Iterator[pa.RecordBatch]:
    """The rows by turns in one part and another, in batches of one."""
    number = pa.array([n % parts for n in range(len(table))], pa.int32())
    lines = pa.array(range(1, len(table) + 1), pa.int64())
    yield from table.append_column(NUMBER, number).append_column("_line", lines).to_batches(max_chunksize=1)


@pytest.mark.parametrize("together", [0, 1 << 20])
def test_packed_rows_are_all_there_by_their_part(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(partitions, "_BYTES_TOGETHER", together)
    rows = pa.concat_tables([tables()["outcomes"]] * 5)
    packed = pa.Table.from_batches(partitions._packed("outcomes", _numbered(rows, 3)))
    found = {}
    for number, stream in zip(packed[NUMBER].to_pylist(), packed["rows"].to_pylist(), strict=True):
        found.setdefault(number, []).extend(from_stream(stream)["_line"].to_pylist())
    assert found == {part: list(range(part + 1, len(rows) + 1, 3)) for part in range(3)}
    assert len(packed) == (len(rows) if together == 0 else 3)


def test_a_part_is_judged_with_the_tables_that_have_no_row_in_it() -> None:
    given = tables()
    packed = pa.Table.from_batches(partitions._packed("outcomes", _numbered(given["outcomes"], 1)))
    none = {name: to_stream(table.slice(0, 0)) for name, table in given.items()}
    result = partitions._judge(none, CONTEXT, packed)
    part = part_in(dict(zip(result["name"].to_pylist(), result["rows"].to_pylist(), strict=True)))
    only = {name: table if name == "outcomes" else table.slice(0, 0) for name, table in given.items()}
    assert told(part.found) == told(judge_studies(only, replace(CONTEXT, scopes=[Scope.STUDY])))
    assert any(f["rule"] == "OUT001" for f in part.found.findings.to_pylist())


def test_what_is_refused_on_a_worker_is_said_in_one_line() -> None:
    wrong = pa.table({"study_id": ["a"], "timepoint_days": [float("inf")]})
    packed = pa.Table.from_batches(partitions._packed("outcomes", _numbered(wrong, 1)))
    with pytest.raises(RefusedError, match=r"^`outcomes.timepoint_days` has a number that isn't finite.*$"):
        partitions._judge({}, CONTEXT, packed)


def test_cells_are_read_as_the_first_gate_reads_them() -> None:
    content = b'study_id,events,percent_reported,other\n"a\nb",3,07.0,x\nc,,,\n'
    assert columns_of("outcomes", "o.csv", content) == ["study_id", "events", "percent_reported"]
    rows = cells_of("outcomes", "o.csv", content, {"arm_id": "drug"}).to_pylist()
    assert [row["study_id"] for row in rows] == ["a\nb", "c"]
    assert [row["events"] for row in rows] == [3, None]
    assert [row["percent_reported"] for row in rows] == ["07.0", None]
    assert [row["_line"] for row in rows] == [2, 4]
    assert {(row["arm_id"], row["_file"]) for row in rows} == {("drug", "o.csv")}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"study_id,events\na,1.0\n", "o.csv:2: events is '1.0', which is not a count"),
        (b"study_id,events\na,1,2\n", "o.csv:2: 3 cells; the header has 2"),
        (b"study_id,study_id\na,b\n", "two columns have one name"),
        (b"\xef\xbb\xbfstudy_id\na\n", "byte-order mark"),
        (b"study_id\n\xff\n", "line 2 can't be read"),
        (b'study_id\n"a\n', "o.csv:2: "),
    ],
)
def test_cells_that_cant_be_read_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        cells_of("outcomes", "o.csv", content, {})


def test_a_file_without_rows_has_its_columns() -> None:
    empty = cells_of("outcomes", "o.csv", b"study_id,events\n", {})
    assert (len(empty), {"study_id", "events", "_line", "_file"} <= set(empty.column_names)) == (0, True)


def test_without_pyspark_or_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validation.spark.session.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'trial-outcomes\[spark\]'"):
        local_session()
