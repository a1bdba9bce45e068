"""``sql``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.edge import Exit, fail
from registry.cli.options import Root

if TYPE_CHECKING:
    import duckdb

__all__ = ["sql"]


class Form(StrEnum):
    """How a result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql(
    query: Annotated[str, typer.Argument(help="An SQL query; `-` reads it from stdin.", show_default=False)],
    format_: Annotated[Form, typer.Option("--format", help="How the result is written.")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Rows shown in a table.")] = 60,
    root: Root = None,
) -> None:
    """Query the database, for reading only.

    **Examples**

    - `outcomes sql "SHOW TABLES"`
    - `outcomes sql "SELECT study, arm, rate, low, high FROM remission_rates WHERE class = 'nmda-antagonist'"`
    - `outcomes sql "FROM response_rates" --format csv -o rates.csv`
    - `outcomes sql "FROM findings" --format json`
    """
    from registry.access import Registry
    from registry.root import find_root

    if format_ is Form.PARQUET and output is None:
        fail("Parquet is not for a terminal: say where by --output FILE", Exit.USAGE)
    con = Registry(find_root(root)).connect()
    import duckdb

    try:
        relation = con.sql(sys.stdin.read() if query == "-" else query)
        if relation is None:
            return
        if format_ is Form.TABLE and output is None:
            relation.show(max_rows=rows, max_width=_width())
        else:
            _write(relation, format_, output, rows)
    except duckdb.Error as error:
        fail(str(error), Exit.USAGE)
    finally:
        con.close()


def _width() -> int:
    import shutil

    # A file or a pipe has no width: it gets every column.
    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 100_000


def _write(relation: duckdb.DuckDBPyRelation, format_: Form, output: Path | None, rows: int) -> None:
    from registry.atomic import write_whole

    if format_ is Form.PARQUET and output is not None:
        draft = output.with_name(f".{output.name}.draft")
        try:
            relation.write_parquet(str(draft))
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
        return
    if format_ is Form.CSV:
        words = _csv(relation)
    elif format_ is Form.JSON:
        words = _json(relation)
    else:
        words = relation.limit(rows).__str__()
    if output is None:
        sys.stdout.write(words)
    else:
        write_whole(output, words.encode())


def _csv(relation: duckdb.DuckDBPyRelation) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(relation.columns)
    writer.writerows(relation.fetchall())
    return text.getvalue()


def _json(relation: duckdb.DuckDBPyRelation) -> str:
    import json

    columns = relation.columns
    listed = [dict(zip(columns, map(_plain, row), strict=True)) for row in relation.fetchall()]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """A value that JSON has a form for; others as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return str(value)
