"""What a database of the registry is made of: its tables and views, each with what it is, and a digest of them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from registry.auditing.stored import VERDICTS
from registry.comparing.ladder_stored import LADDER
from registry.comparing.score_stored import MEANS
from registry.lineage import LINEAGE
from registry.pooling.network_stored import NETWORKS
from registry.pooling.stored import POOLED, POOLED_MACRO
from registry.strata.comparable import strata_views
from registry.strata.figure_views import figure_views
from registry.strata.rate_views import rate_views
from registry.strata.score_rows import score_views
from schemas.rendering import ddl
from schemas.sql import literal
from schemas.tables import TABLES

__all__ = ["BOOKKEEPING", "EVERY_TABLE", "form", "table_statements", "view_statements"]

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
            "key": ("VARCHAR", "The key of the row, as JSON."),
            "message": ("VARCHAR", "What was found and what must hold."),
            "waived": ("BOOLEAN", "Whether a waiver covers it."),
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


EVERY_TABLE = {**BOOKKEEPING, **LINEAGE, **POOLED, **NETWORKS, **MEANS, **LADDER, **VERDICTS}
"""Every table besides those of the packages, each with what it is and its columns."""


def table_statements() -> Iterator[str]:
    """What makes the tables and views, each with what it is, but for the vocabularies."""
    for table in TABLES:
        yield ddl(table)
    for table, (about, columns) in EVERY_TABLE.items():
        body = ", ".join(f'"{name}" {kind}' for name, (kind, _) in columns.items())
        yield f'CREATE TABLE "{table}" ({body})'
        yield f'COMMENT ON TABLE "{table}" IS {literal(about)}'
        for name, (_, comment) in columns.items():
            yield f'COMMENT ON COLUMN "{table}"."{name}" IS {literal(comment)}'


def view_statements() -> Iterator[str]:
    """What makes the views, which need the tables and the vocabularies."""
    yield from (*rate_views(), *strata_views(), *figure_views(), *score_views(), POOLED_MACRO)


def form() -> str:
    """A digest of the tables and views that a build makes: a database with another was made by another version."""
    return hashlib.sha256("\n".join((*table_statements(), *view_statements())).encode()).hexdigest()
