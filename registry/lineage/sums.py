"""The arms that may be one arm elsewhere: doses of a drug, drugs of a class, and the arms of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_sets"]

_SHARED = """
    CREATE TEMP TABLE _shared AS
    WITH joined AS (FROM _joined JOIN _pairs USING (pair))
    SELECT package, study_id FROM joined UNION SELECT other_package, other_study_id FROM joined
"""

# Every choice of a few arms of one class, but those that a group is; and each arm and group itself. The treatment of several arms is what all of them have.
_SETS = """
    CREATE TEMP TABLE _sets AS
    WITH kin AS (
      SELECT package, study_id, class, list(arm_id ORDER BY arm_id) AS arms
      FROM _arms SEMI JOIN _shared USING (package, study_id) WHERE addable GROUP BY ALL HAVING count(*) BETWEEN 2 AND 6
    ), chosen AS (
      SELECT package, study_id, list_filter(arms, lambda x, i: (choice >> (i - 1)) & 1 = 1) AS arm_ids
      FROM (SELECT *, unnest(range(3, 1 << len(arms))) AS choice FROM kin) WHERE bit_count(choice) > 1
    )
    SELECT NULL AS arm_id, package, study_id, c.arm_ids, CASE WHEN min(treatment) = max(treatment) THEN min(treatment) END AS treatment, any_value(class) AS class,
      bool_and(vague) AS vague, min(dose) AS dose, max(dose_max) AS dose_max, min(dose_unit) AS dose_unit,
      [CASE WHEN bool_and(len(list_filter(sizes, lambda x: x IS NOT NULL)) > 0) THEN sum(coalesce(n_randomised, list_max(sizes))::DOUBLE) END] AS sizes
    FROM (FROM chosen ANTI JOIN _arms USING (package, study_id, arm_ids)) c JOIN _arms a USING (package, study_id)
    WHERE list_contains(c.arm_ids, a.arm_id) GROUP BY package, study_id, c.arm_ids
    UNION ALL BY NAME
    SELECT arm_id, package, study_id, arm_ids, treatment, class, vague, dose, dose_max, dose_unit, sizes::DOUBLE[] AS sizes FROM _arms SEMI JOIN _shared USING (package, study_id)
"""


def list_sets(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_shared``, the studies of trials in several packages, and ``_sets``, their arms, and arms taken together, which have no ``arm_id``."""
    con.execute(_SHARED)
    con.execute(_SETS)
