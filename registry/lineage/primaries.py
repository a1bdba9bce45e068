"""Which package's results of a trial are kept where several report it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.declared import DERIVED_FROM

if TYPE_CHECKING:
    import duckdb

__all__ = ["write_primaries"]

# The recursion ends where packages derive from each other in a ring: UNION keeps no row twice.
_PRIMARIES = f"""
    INSERT INTO primaries
    WITH RECURSIVE ancestors AS (
      SELECT package, other FROM lineage WHERE relation = '{DERIVED_FROM}'
      UNION
      SELECT a.package, l.other FROM ancestors a JOIN lineage l ON l.package = a.other AND l.relation = '{DERIVED_FROM}'
    ), reported AS (
      SELECT t.trial_id, d.outcome, o.package,
        count(o.events / o.n_analysed) > 0 AS anything,
        avg((
          (o.definition_id NOT LIKE '%unstated%')::INT + coalesce(s.population_id <> 'unstated', false)::INT
          + (o.timepoint_days IS NOT NULL)::INT + (o.analysis_set <> 'unstated')::INT
        ) / 4) AS stated,
        avg(coalesce(o.extractions, 1)) AS extractions,
        avg((o.value_origin = 'reported')::INT) AS reported,
        count(DISTINCT (o.study_id, o.arm_id)) FILTER (o.events IS NOT NULL AND o.n_analysed IS NOT NULL) AS arms
      FROM outcomes o
      JOIN vocabulary.definitions d USING (definition_id)
      JOIN trials t ON t.package = o.package AND t.study_id = o.study_id
      JOIN studies s ON s.package = o.package AND s.study_id = o.study_id
      GROUP BY t.trial_id, d.outcome, o.package
    ), derived AS (
      SELECT r.trial_id, r.outcome, r.package, count(*) AS ancestors
      FROM reported r
      JOIN ancestors a USING (package)
      JOIN reported b ON b.trial_id = r.trial_id AND b.outcome = r.outcome AND b.package = a.other
      WHERE b.package <> r.package
      GROUP BY ALL
    )
    SELECT trial_id, outcome, package,
      row_number() OVER (
        PARTITION BY trial_id, outcome
        ORDER BY anything DESC, coalesce(ancestors, 0), stated DESC, extractions DESC, reported DESC, arms DESC, package
      ) AS place,
      coalesce(ancestors, 0), stated, extractions, reported, arms
    FROM reported LEFT JOIN derived USING (trial_id, outcome, package)
    ORDER BY trial_id, outcome, place
"""


def write_primaries(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``primaries``: the packages of each trial and outcome, in the order that docs/lineage.md states.

    A package without a single number and count comes behind those that have one.
    """
    con.execute(_PRIMARIES)
