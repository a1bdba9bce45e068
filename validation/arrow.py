"""The registry's tables in Arrow: which types their columns have, what else holds the same, and how rows are numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from schemas.table import Field

__all__ = ["FILE", "LINE", "arrow_schema", "is_of", "must_be_arrow", "must_fit", "numbered", "place_of", "through"]

LINE = "_line"
"""The column that says on which line of its file a row is."""

FILE = "_file"
"""The column that says in which file a row is, of a table that has several."""

_LINES = 1 << 40
"""More than any file has."""


def arrow_schema(table: str) -> pa.Schema:
    """The columns of a table of the registry and their types in Arrow. Raises ``KeyError`` for one that isn't there."""
    import pyarrow as pa

    return pa.schema([(f.name, _arrow_type(f)) for f in TABLES[table].fields()])


def numbered(table: pa.Table) -> pa.Table:
    """The table with a column ``_line``: its own, or the number of each row from 1."""
    import pyarrow as pa

    if LINE in table.column_names:
        return table
    return table.append_column(LINE, pa.array(range(1, len(table) + 1), pa.int64()))


def through(table: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """The table with lines that number its rows through all its files, in the order of their names, and these names; none where the
    table has no column ``_file``. :func:`place_of` is the way back.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = numbered(table)
    if FILE not in table.column_names:
        return numbers, ()
    names = table[FILE].cast(pa.string())
    files = pc.unique(names).sort()
    before = pc.multiply(pc.index_in(names, value_set=files).cast(pa.int64()), _LINES)
    at = numbers.schema.get_field_index(LINE)
    return numbers.set_column(at, LINE, pc.add(before, numbers[LINE])), tuple(files.to_pylist())


def place_of(line: int, files: tuple[str, ...]) -> tuple[str, int]:
    """The file and the line there of a row that :func:`through` has numbered."""
    return files[line // _LINES], line % _LINES


def _arrow_type(f: Field) -> pa.DataType:
    import pyarrow as pa

    kinds = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32()}
    return kinds.get(f.duckdb_type, pa.string())


def is_of(kind: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column of one type holds every value of another, and no value is changed by reading it as that."""
    import pyarrow as pa

    if pa.types.is_null(kind):
        return True
    if pa.types.is_string(wanted):
        held = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(pa.types.is_string(held) or pa.types.is_large_string(held) or pa.types.is_string_view(held))
    if pa.types.is_int64(wanted):
        return bool(pa.types.is_integer(kind) and kind != pa.uint64())
    if pa.types.is_float64(wanted):
        return bool(pa.types.is_float64(kind) or (pa.types.is_integer(kind) and kind.bit_width <= 32))
    return bool(kind == wanted)


def must_be_arrow(name: str, table: object) -> None:
    """Raises ``ValueError`` for a table of another library."""
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        kind = f"{type(table).__module__.partition('.')[0]}.{type(table).__name__}"
        raise ValueError(  # noqa: TRY004  one error for all that these functions refuse
            f"`{name}` is a {kind}; it must be a pyarrow.Table, which `to_arrow()` or `pyarrow.Table.from_pandas` makes"
        )


def must_fit(name: str, table: pa.Table) -> None:
    """Raises ``ValueError`` unless the table is one of the registry's, each column there has its type, and ``_line`` numbers each row once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    must_be_arrow(name, table)
    if name not in TABLES:
        raise ValueError(f"the registry has no table `{name}`; it has {', '.join(TABLES)}")
    if len(set(table.column_names)) < len(table.column_names):
        raise ValueError(f"`{name}` has two columns of one name")
    for column in arrow_schema(name):
        if column.name not in table.column_names:
            continue
        cells = table[column.name]
        if not is_of(cells.type, column.type):
            raise ValueError(f"`{name}.{column.name}` is {cells.type}; it must be {column.type}")
        if str(cells.type) == "double" and not pc.all(pc.is_finite(cells), min_count=0).as_py():
            raise ValueError(f"`{name}.{column.name}` has a number that isn't finite; an unknown one must be null")
    if FILE in table.column_names and (LINE not in table.column_names or not is_of(table[FILE].type, pa.string())):
        raise ValueError(f"`{name}.{FILE}` must be string and have a column `{LINE}` beside it")
    if FILE in table.column_names and table[FILE].null_count:
        raise ValueError(f"`{name}.{FILE}` must name the file of each row")
    if LINE in table.column_names:
        lines = through(table)[0][LINE] if str(table[LINE].type) == "int64" else table[LINE]
        if lines.null_count or str(lines.type) != "int64" or pc.count_distinct(lines).as_py() < len(lines):
            raise ValueError(f"`{name}.{LINE}` must be int64 and number each row once")
