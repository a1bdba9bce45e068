"""The results that are compared with each other: of every arm, and of arms added up as another package may have added them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.sql import folded, half_of_print, literal
from schemas.vocabulary import rows

if TYPE_CHECKING:
    import duckdb

__all__ = ["DAYS_APART", "list_figures", "list_more_figures"]

DAYS_APART = 3
"""Days this close together are one time point: week 8 may be day 56 from one anchor and day 57 from another."""

# Where a person is in several arms, as in a crossover, arms added up are no number of people.
_ARMS = """
    CREATE TEMP TABLE _arms AS
    SELECT a.package, a.study_id, a.arm_id, a.treatment_id AS treatment, coalesce(t.class_id, a.treatment_id) AS class,
      -- A word for a class, such as ssri.unspecified or sari.low-dose: it may stand for any drug of the class.
      coalesce(a.treatment_id LIKE '%.unspecified' OR starts_with(a.treatment_id, t.class_id || '.'), false) AS vague,
      a.dose, coalesce(a.dose_max, a.dose) AS dose_max, a.dose_unit, a.n_randomised,
      list_distinct(list_append(coalesce(o.sizes, []), a.n_randomised)) AS sizes,
      s.single IS NOT NULL AND a.includes IS NULL AS addable,
      -- Whose results an arm's are: a group's are those of the arms that it includes.
      CASE WHEN len(list_filter(s.single, lambda x: list_contains(g.included, x))) > 0
        THEN list_filter(s.single, lambda x: list_contains(g.included, x)) ELSE [a.arm_id] END AS arm_ids
    FROM arms a
    LEFT JOIN vocabulary.treatments t USING (treatment_id)
    LEFT JOIN (
      SELECT package, study_id, arm_id, list(DISTINCT n_analysed) AS sizes FROM outcomes GROUP BY ALL
    ) o USING (package, study_id, arm_id)
    LEFT JOIN (
      SELECT package, study_id, list(arm_id ORDER BY arm_id) AS single
      FROM (FROM arms WHERE includes IS NULL) JOIN studies USING (package, study_id)
      WHERE (design IN ('crossover', 'sequential-parallel')) IS NOT true GROUP BY ALL
    ) s USING (package, study_id)
    LEFT JOIN (
      SELECT package, study_id, arm_id, list_transform(string_split(includes, ';'), lambda x: trim(x)) AS included FROM arms WHERE includes IS NOT NULL
    ) g USING (package, study_id, arm_id)
"""


def _extreme(of: str, sign: str, n: str) -> str:
    """SQL: the fewest or most people that the count ``o`` may mean: one worked out of a percentage is one of several that print so."""
    share = f"TRY_CAST(o.percent_reported AS DOUBLE) {sign} {half_of_print('o.percent_reported')}"
    wide = f"{n} * ({share}) / 100 {sign} 1e-9"
    return f"{of}(o.events, CASE WHEN o.value_origin = 'derived-from-percent' THEN {wide} END)"


def _anchor(row: str) -> str:
    """SQL: what days are counted from, where that is stated; the starts of a trial are taken for one."""
    starts = ", ".join(literal(one["term"]) for one in rows("timepoint_anchors") if one["counted_from"] == "start")
    return f"CASE WHEN {row}.timepoint_anchor IN ({starts}) THEN 'start' ELSE nullif({row}.timepoint_anchor, 'unstated') END"


_FIGURES = f"""
    CREATE TEMP TABLE _figures AS
    SELECT a.package, a.study_id, a.arm_id, a.arm_ids, a.treatment, a.class, a.vague, false AS pooled, a.addable,
      CASE d.outcome WHEN 'dropout' THEN o.definition_id ELSE d.outcome END AS outcome,
      -- Of the same responders one package says out of how many analysed, another out of how many randomised.
      b.basis, CASE b.basis WHEN 'analysed' THEN o.n_analysed ELSE a.n_randomised END AS n, o.events,
      {_extreme("least", "-", "o.n_analysed")} AS fewest, {_extreme("greatest", "+", "o.n_analysed")} AS most,
      o.timepoint_days AS day, {_anchor("o")} AS anchor, o.definition_id AS definition, o.analysis_set,
      CASE WHEN d.comparability_class NOT LIKE '%unstated%' THEN d.comparability_class END AS stated_class,
      -- hamd17 and a HAM-D of an unstated version may be one scale; the HAM-D and the MADRS are not.
      nullif(regexp_extract(d.instrument_id, '^[a-z]+'), 'unstated') AS scale,
      nullif(o.analysis_set, 'unstated') AS stated_set, nullif(o.missing_data, 'unstated') AS stated_handling,
      NULL::DOUBLE AS mean, NULL::DOUBLE AS sd, NULL::DOUBLE AS half
    FROM outcomes o
    JOIN _arms a USING (package, study_id, arm_id)
    JOIN vocabulary.definitions d USING (definition_id), (VALUES ('analysed'), ('randomised')) b(basis)
    -- A cell may have any whole number; an impossible count of people isn't a result, and can't overflow a sum.
    WHERE n BETWEEN 0 AND 1e9 AND o.events BETWEEN 0 AND CASE b.basis WHEN 'analysed' THEN 1e9 ELSE n END
"""

# Of a mean the setting is its definition, so that nothing but the same is compared with it. Events other than serious ones are counted with these or without.
_MORE_FIGURES = f"""
    INSERT INTO _figures BY NAME
    SELECT package, study_id, arm_id, arm_ids, treatment, class, vague, false AS pooled, addable, outcome, 'analysed' AS basis, n, events, fewest, most, day, anchor, definition,
      analysis_set, definition AS stated_class, nullif(analysis_set, 'unstated') AS stated_set, nullif(missing_data, 'unstated') AS stated_handling, mean, sd, half
    FROM _arms JOIN (
      SELECT o.package, o.study_id, o.arm_id, CASE WHEN o.serious THEN 'serious adverse event: ' ELSE 'adverse event: ' END || {folded("o.term")} AS outcome,
        n_at_risk AS n, o.events, {_extreme("least", "-", "n_at_risk")} AS fewest,
        {_extreme("greatest", "+", "n_at_risk")} + CASE WHEN o.serious THEN 0 ELSE coalesce(s.events, 0) END AS most,
        NULL::DOUBLE AS day, NULL AS anchor, NULL AS definition, NULL AS analysis_set, NULL AS missing_data, NULL::DOUBLE AS mean, NULL::DOUBLE AS sd, NULL::DOUBLE AS half
      FROM harms o LEFT JOIN (
        SELECT package, study_id, arm_id, {folded("term")} AS word, max(events) AS events FROM harms WHERE serious AND events BETWEEN 0 AND 1e9 GROUP BY ALL
      ) s ON s.package = o.package AND s.study_id = o.study_id AND s.arm_id = o.arm_id AND s.word = {folded("o.term")}
      WHERE o.serious IS NOT NULL AND n_at_risk BETWEEN 0 AND 1e9 AND o.events BETWEEN 0 AND n_at_risk
      UNION ALL
      SELECT package, study_id, arm_id, concat_ws(' ', 'mean', instrument_id, statistic), n, NULL, NULL, NULL, timepoint_days, {_anchor("scores")},
        concat_ws(' ', instrument_id, statistic, nullif(estimate, 'raw')), analysis_set, missing_data, mean, sd,
        {half_of_print("coalesce(mean_reported, mean::VARCHAR)")}
      FROM scores WHERE n BETWEEN 1 AND 1e9 AND isfinite(mean) AND (sd IS NULL OR isfinite(sd)) AND value_origin IS DISTINCT FROM 'digitised'
        AND estimate IS DISTINCT FROM 'unstated' AND instrument_id NOT LIKE '%unstated%'
    ) USING (package, study_id, arm_id)
    SEMI JOIN _shared USING (package, study_id)
"""

_ADDABLE = "(SELECT * EXCLUDE (arm_ids), arm_ids[1] AS arm FROM _figures WHERE addable AND NOT ends_with(coalesce(definition, ''), ' adjusted'))"

_SUMS = """
    INSERT INTO _figures BY NAME
    SELECT package, study_id, list(arm ORDER BY arm) AS arm_ids, {treatment} AS treatment, class, {vague} AS vague, true AS pooled, false AS addable, outcome, basis,
      sum(n)::BIGINT AS n, sum(events)::BIGINT AS events, sum(fewest) AS fewest, sum(most) AS most, day, anchor, definition, analysis_set,
      any_value(stated_class) AS stated_class, any_value(scale) AS scale, any_value(stated_set) AS stated_set, stated_handling,
      sum(n * mean) / sum(n) AS mean, max(half) AS half, CASE WHEN count(sd) = count(*) AND sum(n) > 1
        THEN sqrt(greatest(sum((n - 1) * sd * sd + n * mean * mean) - sum(n) * pow(sum(n * mean) / sum(n), 2), 0) / (sum(n) - 1)) END AS sd
    FROM {rows}
    GROUP BY package, study_id, class, outcome, basis, day, anchor, definition, analysis_set, stated_handling {by}
    HAVING {several}
"""

_OF_SETS = f"""(
      SELECT f.* EXCLUDE (treatment, class, vague), s.treatment, s.class, s.vague, s.arm_ids AS together FROM {_ADDABLE} f
      JOIN _sets s ON s.package = f.package AND s.study_id = f.study_id AND list_contains(s.arm_ids, f.arm) WHERE len(s.arm_ids) > 1
    )"""


def list_figures(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_arms`` (each arm with its class and sizes) and ``_figures`` (each count of an arm, or of arms added up).

    Arms are added up by treatment, the doses of a drug as one, and by class, its drugs as one: reviews print trials so. Then
    ``pooled`` is true and ``arm_ids`` names them; that of a group's own count names the arms that it includes. Each count is there out of the participants
    analysed and out of those randomised (``basis``), with the ``fewest`` and ``most`` people that it may mean.
    """
    con.execute(_ARMS)
    con.execute(_FIGURES)
    # Several drugs of a class are no drug: only a word for the class can mean them.
    drugs = _SUMS.format(treatment="NULL", vague="false", rows=_ADDABLE, by="", several="count(DISTINCT treatment) > 1")
    doses = _SUMS.format(treatment="treatment", vague="any_value(vague)", rows=_ADDABLE, by=", treatment", several="count(*) > 1")
    con.execute(drugs)
    con.execute(doses)


def list_more_figures(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``_figures`` the adverse events and means of the studies in ``_shared``, and all of the arms in ``_sets`` added up."""
    con.execute(_MORE_FIGURES)
    of_sets = _SUMS.format(
        treatment="treatment",
        vague="any_value(vague)",
        rows=_OF_SETS,
        by=", treatment, together",
        several="count(*) = len(together)",
    )
    con.execute(of_sets)
