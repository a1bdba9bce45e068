"""What a database of the registry is made of: its tables and views, each with what it is, and a digest of them all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from registry.auditing.stored import VERDICTS
from registry.comparing.ladder_stored import LADDER
from registry.comparing.score_stored import MEANS
from registry.lineage import LINEAGE
from registry.packages.room import Writing
from registry.pooling.network_stored import NETWORKS
from registry.pooling.remembered import POOLINGS
from registry.pooling.stored import POOLED, POOLED_MACRO
from registry.strata.comparable import strata_views
from registry.strata.contrast_views import contrast_views
from registry.strata.figure_views import figure_views
from registry.strata.rate_views import rate_views
from registry.strata.score_rows import score_views
from registry.strata.views import RegistryView, filling
from schemas.rendering import ddl
from schemas.sql import identifier, literal
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, fill

if TYPE_CHECKING:
    import duckdb

__all__ = ["BOOKKEEPING", "EVERY_TABLE", "ROW_KEYS", "attach", "fill_views", "form", "make_database", "write_small"]

ROW_KEYS = {f.name: f.duckdb_type for table in TABLES.values() for f in table.fields() if f.key}
"""The columns that keys of the packages' tables are made of, each with its type: what findings and rows are joined by."""

BOOKKEEPING = {
    "packages": (
        "The packages validated for this build.",
        {
            "name": ("VARCHAR", "The package's name."),
            "version": ("VARCHAR", "Its version."),
            "title": ("VARCHAR", "Its title."),
            "licence": ("VARCHAR", "Its licences, by SPDX identifier."),
            "verdict": (
                "VARCHAR",
                "valid or invalid, by today's rules. The rows of an accepted version are in the tables even if it is invalid by rules that are newer.",
            ),
            "standing": (
                "VARCHAR",
                "accepted: as in the ledger; draft: not accepted yet, or changed since, and there because drafts were asked for.",
            ),
            "digest": ("VARCHAR", "Of a draft, the digest of its files; null for an accepted version."),
            "errors": ("BIGINT", "Violations of severity error that no waiver covers."),
            "warnings": ("BIGINT", "Violations of severity warning that no waiver covers."),
            "waived": ("BIGINT", "Violations that a waiver covers."),
        },
    ),
    "rules": (
        "The outcome of every rule in each package, and of the rules over the registry if the build was gated.",
        {
            "package": ("VARCHAR", "The package it checked; `registry` for all of them together."),
            "rule": ("VARCHAR", "The rule's id."),
            "name": ("VARCHAR", "Its name, which states the wrong thing."),
            "severity": ("VARCHAR", "error, warning or note."),
            "must": ("VARCHAR", "What must hold."),
            "why": ("VARCHAR", "Why."),
            "fix": ("VARCHAR", "What to do."),
            "source": ("VARCHAR", "Where the rule comes from."),
            "outcome": ("VARCHAR", "passed, violated, waived, not applicable, skipped or errored."),
            "checked": ("BIGINT", "Rows or other subjects it checked."),
            "violations": ("BIGINT", "How many of them break it."),
            "reason": ("VARCHAR", "Why it was skipped or not applicable."),
        },
    ),
    "findings": (
        "The findings of this build; for each rule and package only the first ones are listed.",
        {
            "package": ("VARCHAR", "The package; `registry` for all of them together."),
            "rule": ("VARCHAR", "The rule's id."),
            "severity": ("VARCHAR", "error, warning or note."),
            "file": ("VARCHAR", "The file, within the package."),
            "line": ("BIGINT", "The line, counting the header."),
            "column": ("VARCHAR", "The column."),
            "key": ("VARCHAR", "The key of the row as it is written, as JSON; the columns from `source_id` on have its cells."),
            "message": ("VARCHAR", "What was found and what must hold."),
            "waived": ("BOOLEAN", "Whether a waiver covers it."),
            **{name: (kind, f"Of the row's key: `{name}`, if it is in it and can be read.") for name, kind in ROW_KEYS.items()},
        },
    ),
    "flagged_rows": (
        "The rows of the packages' tables that have a finding of severity error or warning, waived or not, be it listed in findings or not.",
        {
            "package": ("VARCHAR", "The package."),
            "in_table": ("VARCHAR", "The table."),
            **{
                name: (kind, f"The row's `{name}`; null if it is empty, or not in that table's key.")
                for name, kind in ROW_KEYS.items()
            },
        },
    ),
    "waivers": (
        "The waivers of the packages.",
        {
            "package": ("VARCHAR", "The package."),
            "rule": ("VARCHAR", "The rule that is waived."),
            "where": ("VARCHAR", "Where, as JSON: columns and values."),
            "reason": ("VARCHAR", "Why."),
            "approver": ("VARCHAR", "Who approved it."),
            "until": ("DATE", "Until when."),
        },
    ),
    "build": (
        "What built this database.",
        {
            "version": ("VARCHAR", "Version of trial-outcomes."),
            "ruleset": ("VARCHAR", "Digest of the rules, table models and vocabularies."),
            "built_on": ("DATE", "The day of the build, which decides whether waivers and look-ups have expired."),
            "ledger": ("VARCHAR", "The head of the ledger that said what is accepted; empty where nothing was."),
            "form": ("VARCHAR", "Digest of all tables and views: another one was made by another version."),
        },
    ),
}


EVERY_TABLE = {**BOOKKEEPING, **LINEAGE, **POOLED, **POOLINGS, **NETWORKS, **MEANS, **LADDER, **VERDICTS}
"""Every table besides those of the packages, each with what it is and its columns."""


_STORAGE_VERSION = "v1.0.0"
"""DuckDB's storage format that every client since 1.0 can read."""


_SMALLEST_BLOCK = 16_384
"""Bytes. Hundreds of columns, most of them short, each begin a block of their own."""


_MADE: list[bytes] = []
"""The database without rows, once one was made."""


def attach(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Attach a database as ``registry``, for writing; one that isn't there is made."""
    con.execute(f"ATTACH {literal(str(file))} AS registry (STORAGE_VERSION '{_STORAGE_VERSION}')")


def make_database(file: Path) -> None:
    """Make a database with the tables and views, nothing in them, and the vocabularies. The statements are run once: a process that builds often
    would spend half its time on them.
    """
    import duckdb

    if _MADE:
        file.write_bytes(_MADE[0])
        return
    with duckdb.connect() as con:
        attach(con, file)
        con.execute("USE registry")
        con.execute("PRAGMA disable_optimizer")  # these queries are run for their columns alone
        con.execute("BEGIN")  # hundreds of statements, each of which would be synced to the disk by itself
        for statement in _table_statements():
            con.execute(statement)
        con.execute("CREATE SCHEMA vocabulary")
        fill(con, VOCABULARIES)
        for statement in _view_statements():
            con.execute(statement)
        con.execute("COMMIT")
        con.execute("USE memory")
        con.execute("DETACH registry")
    _MADE.append(file.read_bytes())


def write_small(database: Path, to: Path) -> None:
    """Copy a database into small blocks: a third of the size, for a web page. DuckDB reads them from 1.2 on, its build for browsers too. What only
    `compare` recalls is left out.
    """
    import duckdb

    with Writing(to), tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as scratch:
        copy = Path(scratch) / to.name
        with duckdb.connect() as con:
            con.execute(f"ATTACH {literal(str(database))} AS whole (READ_ONLY)")
            con.execute(
                f"ATTACH {literal(str(copy))} AS small (STORAGE_VERSION '{_STORAGE_VERSION}', BLOCK_SIZE {_SMALLEST_BLOCK})"
            )
            con.execute("COPY FROM DATABASE whole TO small (SCHEMA)")
            tables = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'whole' ORDER BY ALL"
            for schema, table in con.execute(tables).fetchall():
                if table not in POOLINGS:
                    name = f"{identifier(schema)}.{identifier(table)}"
                    con.execute(f"INSERT INTO small.{name} FROM whole.{name}")
            con.execute("DETACH small")
        copy.replace(to)


def fill_views(con: duckdb.DuckDBPyConnection) -> None:
    """Work out the views that are kept, in the database in use, which has its rows and their lineage by now; once more where the rows have
    changed.
    """
    con.execute("BEGIN")
    for statement in filling(_views()):
        con.execute(statement)
    con.execute("COMMIT")


def _table_statements() -> Iterator[str]:
    """What makes the tables, each with what it is, but for the vocabularies."""
    for table in TABLES:
        yield ddl(table)
    for table, (about, columns) in EVERY_TABLE.items():
        body = ", ".join(f'"{name}" {kind}' for name, (kind, _) in columns.items())
        yield f'CREATE TABLE "{table}" ({body})'
        yield f'COMMENT ON TABLE "{table}" IS {literal(about)}'
        for name, (_, comment) in columns.items():
            yield f'COMMENT ON COLUMN "{table}"."{name}" IS {literal(comment)}'


def _views() -> list[RegistryView]:
    """The views, each after those that it needs."""
    return [*rate_views(), *strata_views(), *figure_views(), *score_views(), *contrast_views()]


def _view_statements() -> Iterator[str]:
    """What makes the views, which need the tables and the vocabularies."""
    for view in _views():
        yield from view.making
    yield POOLED_MACRO


def form() -> str:
    """A digest of the tables and views that a build makes: a database with another was made by another version."""
    return hashlib.sha256("\n".join((*_table_statements(), *_view_statements(), *filling(_views()))).encode()).hexdigest()
