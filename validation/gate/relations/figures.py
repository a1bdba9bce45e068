"""The figures by themselves: how much is stated of them, and how the rates lie."""

from __future__ import annotations

from schemas.intervals import wilson
from validation.gate.relation import Relation

__all__ = ["FEWEST", "FIGURES", "STATED", "coverage"]

STATED = {
    "definition": "d.comparability_class NOT LIKE '%unstated%'",
    "population": "coalesce(s.population_id <> 'unstated', false)",
    "analysis_set": "f.analysis_set <> 'unstated'",
    "source": "coalesce(r.doi, r.pmid, r.url, r.sha256) IS NOT NULL",
}
"""Whether a figure states the property; null if it can't have it: a mean has no definition, and an adverse event no
analysis set. A definition without a class that may be pooled counts as unstated."""

FEWEST = 20
"""Rates needed before quartiles and distributions are meaningful."""


def coverage(schema: str) -> str:
    """SQL: each package of the schema with the number of its figures – counts of outcomes, means, contrasts, and counts of adverse events – and the
    percentage that state each property.

    Rounded down: 100 means all of them.
    """
    shares = ", ".join(f"floor(1000 * avg(({stated})::INT)) / 10 AS {word}" for word, stated in STATED.items())
    return f"""
    SELECT f.package, count(*) AS figures, {shares}
    FROM (
      SELECT package, study_id, source_id, definition_id, analysis_set FROM {schema}.outcomes
      UNION ALL SELECT package, study_id, source_id, NULL, analysis_set FROM {schema}.scores
      UNION ALL SELECT package, study_id, source_id, definition_id, analysis_set FROM {schema}.contrasts
      UNION ALL SELECT package, study_id, source_id, NULL, NULL FROM {schema}.harms
    ) f
    LEFT JOIN registry.vocabulary.definitions d USING (definition_id)
    LEFT JOIN {schema}.studies s ON s.package = f.package AND s.study_id = f.study_id
    LEFT JOIN {schema}.sources r ON r.package = f.package AND r.source_id = f.source_id
    GROUP BY f.package
    ORDER BY f.package
"""


_LOW, _HIGH = wilson("o.events", "o.n_analysed")

# Half a participant is added on each side, so that 0% and 100% have a logit too. A rate is compared by its interval: in a small arm
# anything may happen.
_RATES = f"""
    WITH rates AS (
      SELECT o.package, o.study_id, o.arm_id, o.definition_id AS definition, o.timepoint_days AS day, o.n_analysed AS n, o.events,
        CASE d.outcome WHEN 'dropout' THEN o.definition_id ELSE d.outcome END AS outcome,
        CASE a.role WHEN 'placebo' THEN 'placebo' ELSE 'treatment' END AS given,
        ln((o.events + 0.5) / (o.n_analysed - o.events + 0.5)) AS logit, o.events / o.n_analysed AS rate,
        {_LOW} AS low, {_HIGH} AS high
      FROM registry.outcomes o
      JOIN registry.vocabulary.definitions d USING (definition_id)
      JOIN registry.arms a ON a.package = o.package AND a.study_id = o.study_id AND a.arm_id = o.arm_id
      WHERE o.n_analysed > 0 AND o.events BETWEEN 0 AND o.n_analysed
    ), fences AS (
      SELECT outcome, given, count(*) AS others, 4 * quantile_cont(logit, 0.25) - 3 * quantile_cont(logit, 0.75) AS lower,
        4 * quantile_cont(logit, 0.75) - 3 * quantile_cont(logit, 0.25) AS upper
      FROM rates GROUP BY ALL HAVING count(*) >= {FEWEST}
    ), placed AS (
      SELECT *, 1 / (1 + exp(-lower)) AS least, 1 / (1 + exp(-upper)) AS most
      FROM rates JOIN fences USING (outcome, given)
    )
    SELECT package, outcome, given, any_value(others) AS others, count(*) AS rates, count(*) FILTER (beyond > 0) AS beyond,
      round(100 * any_value(least), 1) AS least, round(100 * any_value(most), 1) AS most,
      first(said ORDER BY beyond DESC, said) AS farthest
    FROM (
      SELECT *, greatest(least - high, low - most, 0) AS beyond,
        concat(events, '/', n, ' (', round(100 * rate, 1), '%) in ', study_id, ', ', arm_id, ', ', definition, ', day ' || printf('%g', day)) AS said
      FROM placed
    )
    GROUP BY package, outcome, given
    ORDER BY package, outcome, given
"""

# Of the other studies' standard deviations of the scale: a standard error is √n times smaller, so one by one they look like a narrow trial, and
# all of them times √n like any other; and half of a 95% interval is 1.96 of it.
_SPREADS = f"""
    WITH spreads AS (
      SELECT package, study_id, instrument_id, statistic, sd, n FROM registry.scores WHERE sd > 0 AND n >= 9
    ), studies AS (
      SELECT package, study_id, instrument_id, statistic, count(*) AS means, median(sd) AS sd, max(sd) AS largest,
        median(sd * sqrt(n)) AS scaled, arg_max(n, sd) AS n
      FROM spreads GROUP BY ALL
    )
    SELECT package, study_id, instrument_id, statistic, means, round(sd, 2) AS sd, round(usual, 2) AS usual, others,
      round(CASE WHEN scaled <= usual * 1.5 THEN scaled ELSE scaled / 1.96 END, 2) AS scaled,
      CASE WHEN scaled <= usual * 1.5 THEN 'standard errors: times √n' ELSE 'halves of 95% intervals: times √n / 1.96' END AS looks,
      (largest < usual / 3 AND scaled BETWEEN usual / 1.5 AND usual * 1.5 * 1.96)::INT AS errors
    FROM studies s, LATERAL (
      SELECT median(sd) AS usual, count(*) AS others FROM studies o
      WHERE o.instrument_id = s.instrument_id AND o.statistic = s.statistic AND (o.package, o.study_id) <> (s.package, s.study_id)
    )
    WHERE others >= {FEWEST} AND means >= 2
    ORDER BY ALL
"""

FIGURES = {
    "spreads": Relation(
        about=f"the standard deviations of each study by scale, if {FEWEST} other studies have some",
        key=("package", "study_id", "instrument_id", "statistic"),
        query=_SPREADS,
        empty=f"no scale has standard deviations of {FEWEST} studies",
    ),
    "coverage": Relation(
        about="each package with figures, with the percentage of them that state each property",
        key=("package",),
        query=coverage("registry"),
        empty="the registry has no figure",
    ),
    "rates": Relation(
        about=f"the rates of each package by outcome and by what was given, if the registry has at least {FEWEST} of that kind",
        key=("package", "outcome", "given"),
        query=_RATES,
        empty=f"no outcome has {FEWEST} rates",
    ),
}
