"""A table's Parquet file, as it is written and as somebody makes it who wants to do harm."""

from __future__ import annotations

import datetime
import io
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.ledger.parquet import table_in
from registry.ledger.store import DamagedError
from registry.packages import memory

WHOLE = {"a": ["x", None], "n": [1, None], "f": [0.5, None], "b": [True, None], "d": [datetime.date(2026, 1, 1), None]}


def file_of(table: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), sink)
    return sink.getvalue()


def test_a_table_is_read_as_it_was_written() -> None:
    assert table_in(file_of(WHOLE), 2, "f").equals(pl.DataFrame(WHOLE))
    assert table_in(file_of({"a": pa.array([], pa.string())}), 0, "f").columns == ["a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "can't be read as Parquet"),
        (b"PAR1" + b"\0" * 40 + b"PAR1", "can't be read as Parquet"),
        (file_of(WHOLE)[:-30], "can't be read as Parquet"),
        (file_of({"a": ["x"]}), "has 1 as its number of rows, but the ledger says 2"),
        (file_of({"a": [["x"], ["y"]]}), "a column of the type list<"),
        (file_of({"a": [{"b": 1}] * 2}), "a column of the type struct<"),
        (file_of(pa.table([[1, 2], [3, 4]], names=["a", "a"])), "two columns with the same name"),
        (file_of({"a": pa.array([1, (1 << 31) - 1], pa.date32())}), "an impossible date"),
        (
            file_of(
                {"a": pa.Array.from_buffers(pa.string(), 2, [*pa.array(["é", "é"]).buffers()[:2], pa.py_buffer(b"\xff" * 4)])}
            ),
            "can't be read as Parquet: .*UTF8",
        ),
    ],
)
def test_what_is_no_table_of_a_release_is_damage(content: bytes, said: str) -> None:
    with pytest.raises(DamagedError, match=f"^there/f .*{said}"):
        table_in(content, 2, "there/f")


def test_a_table_that_memory_cannot_hold_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two million rows of one word are a file of some kilobytes."""
    rows = 2_000_000
    content = file_of({"a": pa.repeat("x", rows)})
    assert len(content) < 20_000
    monkeypatch.setattr(memory, "_memory", lambda: 40_000_000)
    with pytest.raises(MemoryError, match="there/f needs 32,"):
        table_in(content, rows, "there/f")
