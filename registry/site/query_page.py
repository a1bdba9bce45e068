"""The page of queries in the browser: the engine that runs them, some to begin with, and what may be asked of which table."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from registry.form import write_small
from registry.packages.opening import opened
from registry.site.rendering import Page

if TYPE_CHECKING:
    import duckdb

__all__ = ["ENGINE", "engine_files", "query_page"]

ENGINE = ("duckdb-wasm.mjs", "duckdb-browser-eh.worker.js", "duckdb-eh.wasm")
"""The files of DuckDB for browsers that queries on the page need: the package as one module, its worker and its code."""

_EXAMPLES = (
    (
        "Remission rates of ketamine and esketamine, each with its rule",
        "SELECT study, arm, definition, day, events, n, round(100 * rate, 1) AS percent\n"
        "FROM remission_rates WHERE class = 'nmda-antagonist' ORDER BY study, day",
    ),
    (
        "How many definitions of remission are in use",
        "SELECT definition, count(DISTINCT trial) AS trials FROM remission_rates GROUP BY ALL ORDER BY trials DESC",
    ),
    (
        "What has to be assumed to compare SSRIs with ketamine",
        "SELECT outcome, assumptions, rate_a, k_a, rate_b, k_b FROM ladder WHERE a = 'ketamine' AND b = 'ssri' ORDER BY ALL",
    ),
    ("Claims and their verdicts", "SELECT claim_id, verdict, reasoning FROM verdicts ORDER BY ALL"),
)


def query_page(con: duckdb.DuckDBPyConnection, size: int) -> Page:
    """The page; ``size`` is how many bytes a browser loads with the first query, 0 where there is no engine."""
    given = {"engine": size > 0, "size": f"{size / 1e6:.0f} MB", "examples": _EXAMPLES, "schemas": _tables(con)}
    return Page("sql.html", "tool", "SQL", "sql.html.jinja", given)


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, object]]]:
    """The tables and views of each schema, and their columns, each with what it is."""
    columns = defaultdict(list)
    for schema, table, *column in con.execute(
        "SELECT schema_name, table_name, column_name, CASE WHEN starts_with(data_type, 'ENUM') THEN 'term' ELSE data_type END, comment FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
    ).fetchall():
        columns[schema, table].append(column)
    found = defaultdict(list)
    for schema, table, comment in con.execute(
        "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
    ).fetchall():
        found[schema].append({"name": table, "about": comment, "columns": columns[schema, table]})
    return dict(found)


def engine_files(database: Path, folder: Path) -> dict[str, bytes]:
    """The engine's files out of a folder, and a small copy of the database, by their paths. Raises ``OSError``."""
    found = {}
    for name in ENGINE:
        with opened(folder, name) as file:
            found[f"engine/{name}"] = file.read()
    with tempfile.TemporaryDirectory() as scratch:
        small = Path(scratch) / "registry.duckdb"
        write_small(database, small)
        return {**found, "engine/registry.duckdb": small.read_bytes()}
