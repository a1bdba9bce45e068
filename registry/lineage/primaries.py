"""Which packages' results of a trial are kept where several report it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.declared import DERIVED_FROM
from registry.lineage.figures import DAYS_APART
from registry.strata.comparable import told_elsewhere
from schemas.windows import in_window, is_baseline

if TYPE_CHECKING:
    import duckdb

__all__ = ["write_primaries"]

_STATED = """(
  (o.definition_id NOT LIKE '%unstated%')::INT + coalesce(s.population_id <> 'unstated', false)::INT
  + (o.timepoint_days IS NOT NULL)::INT + (o.analysis_set <> 'unstated')::INT
)"""
"""SQL: how many of the four are stated that make a result comparable."""

# The recursion ends where packages derive from each other in a ring: UNION keeps no row twice. What is kept beside the primary's results is certain to be of
# another visit, and of the same people told as well: else a trial came in again under vaguer words.
_PRIMARIES = f"""
    INSERT INTO primaries
    WITH RECURSIVE ancestors AS (
      SELECT package, other FROM lineage WHERE relation = '{DERIVED_FROM}'
      UNION
      SELECT a.package, l.other FROM ancestors a JOIN lineage l ON l.package = a.other AND l.relation = '{DERIVED_FROM}'
    ), result AS (
      SELECT t.trial_id, d.outcome, o.package, w.label AS "window", o.timepoint_days AS day, coalesce(k.counted_from, 'unstated') AS counted_from,
        o.definition_id, o.events || '/' || o.n_analysed AS count, s.population_id AS population, {_STATED} = 4 AS all_stated
      FROM outcomes o
      JOIN vocabulary.definitions d USING (definition_id)
      JOIN trials t ON t.package = o.package AND t.study_id = o.study_id
      JOIN studies s ON s.package = o.package AND s.study_id = o.study_id
      LEFT JOIN vocabulary.windows w ON {in_window("o.timepoint_days")}
      LEFT JOIN vocabulary.timepoint_anchors k ON k.term = o.timepoint_anchor
      WHERE o.events IS NOT NULL AND o.n_analysed > 0 AND NOT ({is_baseline("o.timepoint_days", "o.timepoint_anchor")})
    ), reported AS (
      SELECT t.trial_id, d.outcome, o.package,
        count(o.events / o.n_analysed) > 0 AS anything,
        avg({_STATED} / 4) AS stated,
        avg(coalesce(o.extractions, 1)) AS extractions,
        avg((o.value_origin = 'reported')::INT) AS reported,
        count(DISTINCT (o.study_id, o.arm_id)) FILTER (o.events IS NOT NULL AND o.n_analysed IS NOT NULL) AS arms
      FROM outcomes o
      JOIN vocabulary.definitions d USING (definition_id)
      JOIN trials t ON t.package = o.package AND t.study_id = o.study_id
      JOIN studies s ON s.package = o.package AND s.study_id = o.study_id
      WHERE NOT ({is_baseline("o.timepoint_days", "o.timepoint_anchor")})
      GROUP BY t.trial_id, d.outcome, o.package
    ), derived AS (
      SELECT r.trial_id, r.outcome, r.package, count(*) AS ancestors
      FROM reported r
      JOIN ancestors a USING (package)
      JOIN reported b ON b.trial_id = r.trial_id AND b.outcome = r.outcome AND b.package = a.other
      WHERE b.package <> r.package
      GROUP BY ALL
    ), placed AS (
      SELECT trial_id, outcome, package,
        row_number() OVER (
          PARTITION BY trial_id, outcome
          ORDER BY anything DESC, coalesce(ancestors, 0), stated DESC, extractions DESC, reported DESC, arms DESC, package
        ) AS place,
        coalesce(ancestors, 0) AS ancestors, stated, extractions, reported, arms
      FROM reported LEFT JOIN derived USING (trial_id, outcome, package)
    ), visit AS (
      SELECT trial_id, outcome, package, place, "window", day, counted_from, list_sort(list(count)) AS counts
      FROM placed JOIN result USING (trial_id, outcome, package)
      GROUP BY trial_id, outcome, package, place, "window", day, counted_from, definition_id
    ), doubtful AS (
      SELECT DISTINCT v.trial_id, v.outcome, v.package, v."window" FROM visit v JOIN visit b USING (trial_id, outcome)
      WHERE b.place < v.place AND (
        b."window" IS NULL OR b."window" = v."window" OR b.counted_from <> v.counted_from OR abs(b.day - v.day) <= {DAYS_APART} OR b.counts = v.counts
      )
    ), people AS (
      SELECT trial_id, outcome, package, place, list(DISTINCT population) AS populations
      FROM placed JOIN result USING (trial_id, outcome, package) GROUP BY ALL
    ), beside AS (
      SELECT trial_id, outcome, package, list("window" ORDER BY "window") AS windows
      FROM (
        SELECT trial_id, outcome, package, "window" FROM result JOIN placed USING (trial_id, outcome, package)
        WHERE place > 1 AND "window" IS NOT NULL GROUP BY ALL HAVING bool_and(all_stated)
      ) ANTI JOIN doubtful USING (trial_id, outcome, package, "window")
      WHERE (trial_id, outcome, package) NOT IN (
        SELECT (p.trial_id, p.outcome, p.package) FROM people p JOIN people b USING (trial_id, outcome)
        WHERE b.place < p.place AND NOT list_has_all(b.populations, p.populations)
      )
      GROUP BY ALL
    ), pooled AS (
      {told_elsewhere("SELECT DISTINCT trial_id, outcome FROM reported WHERE anything")}
    )
    SELECT p.* REPLACE (place + (o.outcome IS NOT NULL)::BIGINT AS place), CASE WHEN o.outcome IS NULL THEN coalesce(windows, []) ELSE [] END
    FROM placed p LEFT JOIN beside USING (trial_id, outcome, package) LEFT JOIN pooled o USING (trial_id, outcome)
    ORDER BY trial_id, outcome, place
"""


def write_primaries(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``primaries``: the packages of each trial and outcome, in the order that docs/lineage.md states, and what is kept of those that aren't the first.

    A package without a single number and count comes behind those that have one.
    """
    con.execute(_PRIMARIES)
