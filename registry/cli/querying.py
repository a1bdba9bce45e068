"""``sql``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.asking import say_drafts, say_if_stale
from registry.cli.exits import Exit, fail
from registry.cli.options import BY_ENDING, Output, Root, format_of, how_many, one_of, only_with
from registry.cli.streams import deliver, place
from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

    from registry.questions import Question

__all__ = ["sql"]


FORMATS = ("table", "csv", "json", "parquet")
_ROWS = 60
_ENDINGS = {f".{name}": name for name in FORMATS[1:]}


def sql(  # noqa: PLR0917  each is an option of the command
    query: Annotated[str, typer.Argument(help="An SQL query; `-` reads it from stdin.", show_default=False)],
    format_: Annotated[
        str | None, one_of("--format", FORMATS, "How the result is written.", show_default=f"{BY_ENDING}table")
    ] = None,
    output: Output = None,
    rows: Annotated[int | None, how_many("--rows", "Rows shown in a table.", least=1, show_default=f"{_ROWS}")] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--files", metavar="DIR", help="Let the query read the files of this folder. May be repeated."),
    ] = None,
    root: Root = None,
) -> None:
    """Query the database (read-only).

    **Examples**

    - `outcomes sql "SHOW TABLES"`
    - `outcomes sql "SELECT study, arm, rate, low, high FROM remission_rates WHERE class = 'nmda-antagonist'"`
    - `outcomes sql "FROM response_rates" --format csv -o rates.csv`
    - `outcomes sql "FROM findings" --format json`
    - `outcomes sql "FROM arms JOIN 'mine/weights.csv' USING (study_id, arm_id)" --files mine`

    One query at a time. It can read the database, and files in the folders given with --files. Anything that would write is refused;
    only --output writes a file.
    """
    from contextlib import ExitStack

    from registry.access import open as open_registry
    from registry.database import open_database, reaches_out
    from registry.packages.atomic import draft_of
    from registry.packages.finding import find_root
    from registry.questions import question

    output = place(output)
    format_ = format_of(format_, output, FORMATS, FORMATS[0], _ENDINGS)
    if format_ != "table":
        only_with("a table (a LIMIT in the query is for every format)", {"--rows": rows})
    if format_ == "parquet" and output is None:
        fail("Parquet can't be shown in a terminal: give --output FILE", Exit.USAGE)
    query = _read_stdin() if query == "-" else query
    folder = find_root(root)
    database = open_registry(folder).database
    import duckdb

    with ExitStack() as stack:
        draft = stack.enter_context(draft_of(output)) if format_ == "parquet" and output is not None else None
        con = stack.enter_context(open_database(database, files=files or (), output=draft))
        say_if_stale(con, folder)
        say_drafts(con)
        try:
            asked = question(con, query)
            if asked.explain and format_ != "table":
                fail("EXPLAIN can be shown only as a table; leave out --format and --output", Exit.USAGE)
            _write(con, asked, format_, draft or output, rows or _ROWS)
        except duckdb.OutOfMemoryException as error:
            fail(str(error))
        except duckdb.Error as error:
            hint = "; --files DIR lets a query read the files of a folder" if reaches_out(error) else ""
            fail(f"{error}{hint}", Exit.USAGE)


def _read_stdin() -> str:
    try:
        return sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError:
        fail("the query on stdin isn't text", Exit.USAGE)


def _write(con: duckdb.DuckDBPyConnection, asked: Question, format_: str, output: Path | None, rows: int) -> None:
    if format_ == "table" and output is None:
        sys.stdout.write(_table(asked.relation(con), rows, output))
    elif format_ == "table":
        deliver([_table(asked.relation(con), rows, output)], output)
    elif format_ == "csv":
        deliver(_csv(con, asked), output)
    elif format_ == "json":
        deliver(_json(con, asked), output)
    elif output is not None:
        con.execute(f"COPY {asked.table} TO {literal(output.absolute())} (FORMAT parquet, USE_TMP_FILE false)")


def _table(asked: duckdb.DuckDBPyRelation, rows: int, output: Path | None) -> str:
    import contextlib
    import io
    import shutil

    from validation.formats.visible import visible_lines

    # A file or a pipe has no width: it gets every column.
    on_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((120, 24)).columns if on_terminal else 100_000
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        asked.show(max_rows=rows, max_width=width)
    return visible_lines(shown.getvalue())


_BATCH = 10_000
"""Rows that are held at a time: a result may be larger than memory."""


def _batches(con: duckdb.DuckDBPyConnection, columns: list[str], asked: Question) -> Iterator[list[tuple[Any, ...]]]:
    cursor = con.execute(f"SELECT {', '.join(columns)} FROM {asked.table}")
    while batch := cursor.fetchmany(_BATCH):
        yield batch


def _csv(con: duckdb.DuckDBPyConnection, asked: Question) -> Iterator[str]:
    """Every value as DuckDB writes it: Python would call three months 90 days, and a list by its own notation. What may hold words is a cell
    that neither a terminal nor a spreadsheet obeys.
    """
    import csv
    import io

    from validation.formats.visible import in_cell

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    named = asked.relation(con)
    writer.writerow(map(in_cell, named.columns))
    worded = [i for i, kind in enumerate(named.types) if str(kind.id) not in _WORDLESS and not str(kind.id).startswith("time")]
    for batch in _batches(con, ["COLUMNS(*)::VARCHAR"], asked):
        rows = [list(row) for row in batch]
        for row in rows:
            for i in worded:
                row[i] = row[i] and in_cell(row[i])
        writer.writerows(rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


_AS_IT_IS = {"boolean", "double", "float", "varchar"}
_WHOLE = {f"{sign}{size}" for sign in ("", "u") for size in ("tinyint", "smallint", "integer", "bigint", "hugeint")}
_NESTED = {"array", "list", "map", "struct", "union"}
_WORDLESS = {"boolean", "double", "float", "decimal", "date", "interval", "uuid", *_WHOLE}


def _json(con: duckdb.DuckDBPyConnection, asked: Question) -> Iterator[str]:
    """A list of objects, each on a line. What JSON has no form for is text as DuckDB writes it; not a number is null."""
    from validation.formats.visible import as_json

    named = asked.relation(con)
    kinds = [str(kind.id) for kind in named.types]
    columns = [_in_json(identifier(n), kind) for n, kind in zip(named.columns, kinds, strict=True)]
    lead = "["
    for batch in _batches(con, columns, asked):
        for row in batch:
            cells = {n: _plain(v, kind) for n, kind, v in zip(named.columns, kinds, row, strict=True)}
            yield f"{lead}\n{as_json(cells)}"
            lead = ","
    yield "[]\n" if lead == "[" else "\n]\n"


def _in_json(column: str, kind: str) -> str:
    if kind in _AS_IT_IS | _WHOLE:
        return column
    if kind == "decimal":
        return f"{column}::DOUBLE"
    return f"to_json({column})::VARCHAR" if kind in _NESTED else f"{column}::VARCHAR"


def _plain(value: Any, kind: str) -> Any:
    import json
    import math

    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return json.loads(value, parse_constant=lambda _: None) if kind in _NESTED and value is not None else value
