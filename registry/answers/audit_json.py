"""An audit for programs. ``audit.schema.json`` describes it."""

from __future__ import annotations

from typing import Any

from registry.auditing.auditing import Audit
from registry.auditing.claims import Claim
from registry.auditing.grounds import Verdict
from registry.auditing.stored import evidence_as_data
from validation.formats.visible import as_json, finite

__all__ = ["SCHEMA_VERSION", "render"]

SCHEMA_VERSION = "2"


def render(audit: Audit, **_: object) -> str:
    """The audit as JSON: how many claims got each verdict, and each verdict with its grounds, evidence and disputes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "package": {"name": audit.package, "title": audit.title, "version": audit.version},
        "judged_by": [{"name": name, "version": version, "standing": standing} for name, version, standing in audit.packages],
        "drafts": list(audit.drafts),
        "summary": {word.value: n for word, n in audit.counts.items()},
        "verdicts": [_verdict(v) for v in audit.verdicts],
    }
    return as_json(finite(data), indent=2) + "\n"


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "claim": _claim(verdict.claim),
        "verdict": verdict.word.value,
        "not_judged": verdict.gap,
        "brief": verdict.brief,
        "reasoning": verdict.reasoning,
        "would_change": verdict.would_change,
        "missing": list(verdict.missing),
        "differing": {name: list(sides) for name, sides in verdict.differing.items()},
        "grounds": [
            {
                "verdict": ground.word.value,
                "because": list(ground.because),
                "would_change": ground.change,
                "not_judged": ground.gap,
            }
            for ground in verdict.grounds
        ],
        "evidence": evidence_as_data(verdict.evidence),
        "related": [
            {
                "relation": dispute.relation,
                "claim_id": dispute.other.claim_id,
                "differing": {name: list(sides) for name, sides in dispute.differing.items()},
            }
            for dispute in verdict.disputes
        ],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    """The claim under the names of its table; null is what the source doesn't state."""
    return {
        "claim_id": claim.claim_id,
        "statement": claim.statement,
        "source": claim.source,
        "locator": claim.locator,
        "subject": claim.subject,
        "attribute": claim.attribute,
        "value_low": claim.low,
        "value_high": claim.high,
        "value_bound": claim.bound,
        "unit": claim.unit,
        "population_id": claim.population,
        "definition_id": claim.definition,
        "timepoint_days": claim.day,
        "timepoint_anchor": claim.anchor,
        "n_analysed": claim.n,
        "comparator": claim.comparator,
        "comparator_population_id": claim.comparator_population,
    }
