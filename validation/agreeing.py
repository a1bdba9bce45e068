"""Whether a table is the same in its CSV file and in the Parquet file beside it: row by row, in the files' order, as typed cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.sql import identifier
from validation.reading import TextTable, insert_typed

if TYPE_CHECKING:
    from validation.subjects import LoadedTable
    from validation.workspace import Room

__all__ = ["Disagreement", "first_difference"]


@dataclass(frozen=True)
class Disagreement:
    """The first row, numbered from 1, that isn't the same in both, of how ``many``. ``line`` is where the CSV file has it, None where it has none; ``columns`` are the cells that
    differ, first in CSV, then in Parquet: none where only one file has the row. ``key`` names the row, by the file that has it.
    """

    row: int
    line: int | None
    many: int
    columns: Mapping[str, tuple[object, object]]
    key: Mapping[str, str]


def first_difference(room: Room, table: LoadedTable, beside: TextTable) -> Disagreement | None:
    """The first row in which the files differ, in the columns that both have. None where all rows are the same.

    A cell that can't be read as its type is empty here; it has a finding of its own. Raises ``OSError`` where the Parquet file isn't the one any more that was looked at.
    """
    both = [f.name for f in table.fields if f.name in table.present and f.name in beside.kept]
    names = [identifier(name) for name in both]
    room.con.execute(f"CREATE OR REPLACE TEMP TABLE _beside AS FROM {identifier(table.name)} LIMIT 0")
    try:
        insert_typed(room, beside, "_beside")
        beside.must_hold()
        differs = " OR ".join(["a.at IS NULL", "b.at IS NULL", *(f"a.{n} IS DISTINCT FROM b.{n}" for n in names)])
        cells = ", ".join(f"a.{n}, b.{n}" for n in names)
        found = room.con.execute(
            f"SELECT place, a._line, a.at IS NOT NULL AND b.at IS NOT NULL, count(*) OVER (), {cells} FROM "
            f"(SELECT row_number() OVER (ORDER BY _line) AS place, _line AS at, * FROM {table.rows}) a FULL JOIN "
            f"(SELECT _line AS place, _line AS at, * FROM _beside) b USING (place) WHERE {differs} ORDER BY place LIMIT 1"
        ).fetchone()
    finally:
        room.con.execute("DROP TABLE IF EXISTS _beside")
    if found is None:
        return None
    place, line, in_both, many, *values = found
    pairs: dict[str, tuple[Any, Any]] = dict(zip(both, zip(values[::2], values[1::2], strict=True), strict=True))
    key = {name: one if line is not None else other for name, (one, other) in pairs.items() if name in table.key}
    return Disagreement(
        place,
        line,
        many,
        {name: pair for name, pair in pairs.items() if pair[0] != pair[1]} if in_both else {},
        {name: str(value).removesuffix(".0") for name, value in key.items() if value is not None},
    )
