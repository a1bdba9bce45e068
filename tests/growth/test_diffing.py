"""Two versions of a table that differ in many columns, or in identifiers of many lengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import polars as pl

from registry.diffing import difference
from tests.growth.counting import LINEAR, growth


class Made:
    """A package of one table that nobody declared."""

    name, version, tables = "made", "1.0.0", ("studies",)

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.beside: Mapping[str, str] = {}
        fields = [{"name": name, "type": "string"} for name in frame.columns]
        self.descriptor = {"name": self.name, "resources": [{"name": "studies", "schema": {"fields": fields}}]}

    def table(self, name: str) -> pl.DataFrame:
        return self.frame


def versions(cells: Callable[[int, str], dict[str, list[str]]]) -> Callable[[int], Callable[[], object]]:
    return lambda size: partial(difference, *(Made(pl.DataFrame(cells(size, version))) for version in ("old", "new")))


def test_many_columns() -> None:
    def changed(columns: int, version: str) -> dict[str, list[str]]:
        return {"study_id": ["a", "b", "c"]} | {f"column-{n}": [f"{version}{i}" for i in range(3)] for n in range(columns)}

    assert growth(versions(changed), 30) < LINEAR


def test_many_pairs_of_columns_that_were_swapped() -> None:
    def swapped(columns: int, version: str) -> dict[str, list[str]]:
        there = {"old": "01", "new": "10"}[version]
        return {"study_id": ["a", "b", "c"]} | {
            f"column-{n}": [f"{there[n % 2]}-{n // 2}-{i}" for i in range(3)] for n in range(columns)
        }

    found = versions(swapped)(6)()
    assert {str(kind) for cells in found.tables[0].changed.values() for kind in cells["kind"]} == {"swapped"}  # type: ignore[attr-defined]
    assert growth(versions(swapped), 30) < LINEAR


def test_identifiers_are_cut_off_at_a_hundred_lengths_at_most() -> None:
    def renamed(rows: int, version: str) -> dict[str, list[str]]:
        return {"study_id": [version[0] * (n + 1) for n in range(rows)], "year": ["2000"] * rows}

    assert growth(versions(renamed), 100) < 2
