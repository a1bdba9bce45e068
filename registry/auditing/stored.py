"""The verdicts that a build stores, so that what ``audit`` says can be had by SQL: the table ``verdicts``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry.auditing.auditing import audit
from registry.auditing.claims import packages_with_claims
from registry.auditing.grounds import Evidence, Word
from registry.strata.views import fill_table

if TYPE_CHECKING:
    import duckdb

__all__ = ["VERDICTS", "evidence_as_data", "store_verdicts"]

VERDICTS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "verdicts": (
        "The verdict on each published claim, computed from the registry's rates and statements, as `outcomes audit` prints it.",
        {
            "package": ("VARCHAR", "The package with the claim."),
            "claim_id": ("VARCHAR", "The claim (table claims)."),
            "verdict": ("VARCHAR", "; ".join(f"{word.value}: {word.meaning}" for word in Word) + "."),
            "reasoning": ("VARCHAR", "Why, in sentences; the reason for the verdict first."),
            "would_change": ("VARCHAR", "What would change the verdict: the trial, figure or words that would lead to another."),
            "not_judged": ("VARCHAR", "Of what isn't judged, why (vocabulary.not_judged); null for a verdict."),
            "missing": ("VARCHAR[]", "What the claim doesn't state or the registry doesn't have."),
            "differing": ("VARCHAR[]", "The dimensions in which what is compared differs."),
            "disputed_by": ("VARCHAR[]", "The claims that dispute it."),
            "evidence": (
                "VARCHAR",
                "The evidence for the verdict, as JSON: a list of kind, text, agrees, sources, source_ids, locator, figures.",
            ),
        },
    ),
}
"""The table, with what it is and its columns."""


def store_verdicts(con: duckdb.DuckDBPyConnection) -> None:
    """Audit every package that makes claims, in the database that the connection is in, and fill the table."""
    fill_table(con, "verdicts", [row for package in packages_with_claims(con) for row in _rows(con, package)])


def _rows(con: duckdb.DuckDBPyConnection, package: str) -> list[dict[str, Any]]:
    return [
        {
            "package": package,
            "claim_id": verdict.claim.claim_id,
            "verdict": verdict.word.value,
            "reasoning": verdict.reasoning,
            "would_change": verdict.would_change,
            "not_judged": verdict.gap,
            "missing": list(verdict.missing),
            "differing": list(verdict.differing),
            "disputed_by": [d.other.claim_id for d in verdict.disputes if d.relation == "disputed by"],
            "evidence": json.dumps(evidence_as_data(verdict.evidence), ensure_ascii=False),
        }
        for verdict in audit(con, package).verdicts
    ]


def evidence_as_data(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    """Evidence as JSON takes it, in the report and in the table ``verdicts``."""
    return [
        {
            "kind": item.kind,
            "text": item.text,
            "agrees": item.agrees,
            "sources": list(item.sources),
            "source_ids": list(item.source_ids),
            "locator": item.locator,
            "figures": dict(item.figures),
        }
        for item in evidence
    ]
