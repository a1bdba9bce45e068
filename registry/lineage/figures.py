"""The results that are compared with each other: of every arm, and of arms added up as another package may have added them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["DAYS_APART", "list_figures"]

DAYS_APART = 3
"""Days this close together are one time point: week 8 may be day 56 from one anchor and day 57 from another."""

_ARMS = """
    CREATE TEMP TABLE _arms AS
    SELECT a.package, a.study_id, a.arm_id, a.treatment_id AS treatment, coalesce(t.class_id, a.treatment_id) AS class,
      -- A word for a class, such as ssri.unspecified or sari.low-dose: it may stand for any drug of the class.
      coalesce(a.treatment_id LIKE '%.unspecified' OR starts_with(a.treatment_id, t.class_id || '.'), false) AS vague,
      a.dose, coalesce(a.dose_max, a.dose) AS dose_max, a.dose_unit, a.n_randomised,
      list_distinct(list_append(coalesce(o.sizes, []), a.n_randomised)) AS sizes
    FROM arms a
    LEFT JOIN vocabulary.treatments t USING (treatment_id)
    LEFT JOIN (
      SELECT package, study_id, arm_id, list(DISTINCT n_analysed) AS sizes FROM outcomes GROUP BY ALL
    ) o USING (package, study_id, arm_id)
"""

_FIGURES = """
    CREATE TEMP TABLE _figures AS
    SELECT a.package, a.study_id, [a.arm_id] AS arm_ids, a.treatment, a.class, a.vague, false AS pooled,
      CASE d.outcome WHEN 'dropout' THEN o.definition_id ELSE d.outcome END AS outcome,
      -- Of the same responders one package says out of how many analysed, another out of how many randomised.
      b.basis, CASE b.basis WHEN 'analysed' THEN o.n_analysed ELSE a.n_randomised END AS n, o.events, o.timepoint_days AS day, o.definition_id AS definition, o.analysis_set,
      CASE WHEN d.comparability_class NOT LIKE '%unstated%' THEN d.comparability_class END AS stated_class,
      -- hamd17 and a HAM-D of an unstated version may be one scale; the HAM-D and the MADRS are not.
      nullif(regexp_extract(d.instrument_id, '^[a-z]+'), 'unstated') AS scale,
      nullif(o.analysis_set, 'unstated') AS stated_set, nullif(o.missing_data, 'unstated') AS stated_handling
    FROM outcomes o
    JOIN _arms a USING (package, study_id, arm_id)
    JOIN vocabulary.definitions d USING (definition_id), (VALUES ('analysed'), ('randomised')) b(basis)
    -- A cell may have any whole number; an impossible count of people isn't a result, and can't overflow a sum.
    WHERE n BETWEEN 0 AND 1e9 AND o.events BETWEEN 0 AND CASE b.basis WHEN 'analysed' THEN 1e9 ELSE n END
"""

_POOLED = """
    INSERT INTO _figures
    SELECT package, study_id, list(arm_ids[1] ORDER BY arm_ids[1]), {treatment}, class, {vague}, true, outcome, basis,
      sum(n)::BIGINT, sum(events)::BIGINT, day, definition, analysis_set,
      any_value(stated_class), any_value(scale), any_value(stated_set), stated_handling
    FROM _figures
    WHERE NOT pooled
    GROUP BY package, study_id, class, outcome, basis, day, definition, analysis_set, stated_handling {by_treatment}
    HAVING {several} > 1
"""


def list_figures(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_arms`` (each arm with its class and sizes) and ``_figures`` (each result of an arm, or of arms added up).

    Arms are added up by treatment, the doses of a drug as one, and by class, its drugs as one: reviews print trials so. Then
    ``arm_ids`` names several and ``pooled`` is true. Each result is there out of the participants analysed and out of those
    randomised (``basis``).
    """
    con.execute(_ARMS)
    con.execute(_FIGURES)
    # Several drugs of a class are no drug: only a word for the class can mean them.
    drugs = _POOLED.format(treatment="NULL", vague="false", by_treatment="", several="count(DISTINCT treatment)")
    doses = _POOLED.format(treatment="treatment", vague="any_value(vague)", by_treatment=", treatment", several="count(*)")
    con.execute(drugs)
    con.execute(doses)
