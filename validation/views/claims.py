"""Views of published claims: in context, and compared with one another."""

from __future__ import annotations

from schemas.outcome_words import CLAIMED
from schemas.sql import literal
from schemas.windows import EXIT
from validation.views.view import Scope, View

__all__ = ["CLAIMS"]

_CLAIMED = " ".join(f"WHEN {literal(attribute)} THEN {literal(outcome)}" for attribute, outcome in CLAIMED.items())

CLAIMS = (
    View(
        "claims_in_context",
        place="claims",
        scope=Scope.PACKAGE,
        needs=("claims",),
        whole=True,
        # `words_missing` are the words without which a rate is a number about nobody; of a claim that is of no rate it is null.
        query=f"""
            SELECT c.*, CAST(NULL AS VARCHAR) AS _study, d.outcome AS definition_outcome,
              CASE c.attribute {_CLAIMED} END AS claimed_outcome,
              concat_ws(', ',
                CASE WHEN c.population_id = 'unstated' THEN 'population' END,
                CASE WHEN d.threshold IS NULL AND d.percent_reduction IS NULL THEN 'definition' END,
                CASE WHEN c.timepoint_days IS NULL AND c.timepoint_anchor IS DISTINCT FROM {literal(EXIT)} THEN 'time point' END) AS words_missing,
              r.claim_id IS NOT NULL AS related_is_there
            FROM claims c
            LEFT JOIN vocabulary.definitions d USING (definition_id)
            LEFT JOIN (SELECT DISTINCT _package, claim_id FROM claims) r ON r._package = c._package AND r.claim_id = c.related_claim_id
        """,
    ),
    View(
        "remission_claims_beside_responses",
        place="claims",
        scope=Scope.PACKAGE,
        needs=("claims",),
        # Claims of remission with the lowest response that the same source claims of the same subject, where nothing that both state
        # sets them apart: another population, day, number of people, scale or way of looking at visits. At least so many responders may be all.
        query="""
            WITH rates AS (
              SELECT c.*, CASE WHEN c.attribute = 'response-rate' AND c.value_bound = 'at-least' THEN 100 ELSE coalesce(c.value_high, c.value_low) END AS highest,
                nullif(c.population_id, 'unstated') AS population,
                CASE WHEN d.instrument_id NOT LIKE '%unstated' THEN d.instrument_id END AS scale,
                nullif(d.ascertainment, 'unstated') AS visits
              FROM claims c LEFT JOIN vocabulary.definitions d USING (definition_id)
              WHERE c.unit = '%'
            )
            SELECT m.* EXCLUDE (population, scale, visits, highest), CAST(NULL AS VARCHAR) AS _study,
              m.highest AS remission_claimed, min(r.highest) AS response_claimed, first(r.claim_id ORDER BY r.highest, r.claim_id) AS response_claim
            FROM rates m
            JOIN rates r ON r._package = m._package AND r.attribute = 'response-rate' AND r.subject = m.subject
              AND r.source_id IS NOT DISTINCT FROM m.source_id
              AND coalesce(r.population = m.population, true) AND coalesce(r.timepoint_days = m.timepoint_days, true)
              AND coalesce(r.timepoint_anchor = m.timepoint_anchor, true)
              AND coalesce(r.n_analysed = m.n_analysed, true) AND coalesce(r.scale = m.scale, true)
              AND coalesce(r.visits = m.visits, true)
            WHERE m.attribute = 'remission-rate' AND m.highest IS NOT NULL AND r.highest IS NOT NULL
            GROUP BY ALL
        """,
    ),
)
