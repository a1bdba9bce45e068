"""A table's canonical form: what it is, and that few rows and many have the same."""

from __future__ import annotations

import datetime
import hashlib
import sys
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger import canonical
from registry.ledger.canonical import table_digest

_WAYS = pytest.mark.parametrize("few", [0, 1_000], ids=["as many", "as few"])


@_WAYS
def test_the_form_is_what_copy_writes_sorted_and_without_empty_columns(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_FEW_ROWS", few)
    frame = pl.DataFrame(
        {
            "text": [" two words\t", "a\tb\\c\nd\re", None],
            "number": [0.1, 3.0, -0.0],
            "whole": [None, -7, 10],
            "stated": [True, None, False],
            "day": [datetime.date(2026, 1, 2), None, datetime.date(1, 1, 1)],
            "nothing": [None, None, None],
        }
    )
    told = (
        "day\tnumber\tstated\ttext\twhole\n"
        "0001-01-01\t0\tfalse\t\\N\t10\n"
        "2026-01-02\t0.1\ttrue\ttwo words\t\\N\n"
        "\\N\t3\t\\N\ta\\tb\\\\c\\nd\\re\t-7\n"
    )
    assert table_digest(frame) == f"sha256:{hashlib.sha256(told.encode()).hexdigest()}"
    assert table_digest(frame.reverse().select(reversed(frame.columns))) == table_digest(frame)


@_WAYS
def test_rows_without_a_filled_cell_count(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_FEW_ROWS", few)
    told = "\n\n\n"
    assert table_digest(pl.DataFrame({"a": [None, None]})) == f"sha256:{hashlib.sha256(told.encode()).hexdigest()}"


_CELLS: dict[Any, st.SearchStrategy[Any]] = {
    pl.String: st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from(sorted(canonical._SPACES + "\\\x1c\x1f\x00")), max_size=8
    ),
    pl.Int64: st.integers(-(1 << 63), (1 << 63) - 1),
    pl.Float64: st.floats(),
    pl.Boolean: st.booleans(),
    pl.Date: st.dates(),
}


@given(st.data())
def test_few_rows_and_many_have_the_same_digest(data: st.DataObject) -> None:
    kinds, height = data.draw(st.lists(st.sampled_from(list(_CELLS)), min_size=1, max_size=5)), data.draw(st.integers(1, 5))
    columns = {
        f"c{n}": pl.Series(data.draw(st.lists(st.none() | _CELLS[kind], min_size=height, max_size=height)), dtype=kind)
        for n, kind in enumerate(kinds)
    }
    frame = pl.DataFrame(columns)
    found = set()
    for few in (0, height):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(canonical, "_FEW_ROWS", few)
            found.add(table_digest(frame))
    assert len(found) == 1


def test_polars_takes_the_same_characters_for_spaces() -> None:
    every = pl.Series([chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF])
    assert set(every.filter(every.str.strip_chars() == "")) == set(canonical._SPACES)
