"""Which studies of a package are parts of one trial: those that are declared so, and those of one registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_wholes"]

# Studies are tied to what they are a part of, and to the others of their registration; all that hang together are one trial, called as
# the study among them that is not a part and has the most participants. A report whose subsets, and theirs, have several numbers of one trial registry pools
# trials, and is none of them, whatever its own number. UNION ends where parts are declared in a ring.
_WHOLES = """
    CREATE TEMP TABLE _wholes AS
    WITH RECURSIVE below AS (
      SELECT package, study_id, part_of AS whole FROM studies WHERE part_relation = 'subset'
      UNION
      SELECT b.package, b.study_id, s.part_of FROM below b JOIN studies s ON s.package = b.package AND s.study_id = b.whole WHERE s.part_relation = 'subset'
    ), pools AS (
      SELECT DISTINCT package, whole AS study_id FROM below JOIN _registered USING (package, study_id)
      WHERE registry IS NOT NULL GROUP BY package, whole, registry HAVING count(DISTINCT value) > 1
    ), numbered AS (
      FROM _registered ANTI JOIN pools USING (package, study_id) QUALIFY count(*) OVER (PARTITION BY package, study_id, registry) = 1
    ), ties AS (
      SELECT s.package, s.study_id, o.study_id AS other FROM studies s JOIN studies o ON o.package = s.package AND o.study_id = s.part_of
      WHERE NOT (s.part_relation = 'subset' AND (s.package, s.part_of) IN (FROM pools) AND (s.package, s.study_id) IN (SELECT (package, study_id) FROM numbered))
      UNION
      SELECT a.package, a.study_id, b.study_id FROM numbered a JOIN numbered b USING (package, value)
    ), both_ways AS (
      FROM ties UNION SELECT package, other, study_id FROM ties UNION SELECT package, study_id, study_id FROM studies
    ), together AS (
      FROM both_ways UNION SELECT t.package, t.study_id, b.other FROM together t JOIN both_ways b ON b.package = t.package AND b.study_id = t.other
    )
    SELECT t.package, t.study_id, first(o.study_id ORDER BY o.part_of IS NOT NULL, o.n_randomised DESC NULLS LAST, o.study_id) AS whole
    FROM together t JOIN studies o ON o.package = t.package AND o.study_id = t.other
    GROUP BY ALL
"""


def list_wholes(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_wholes``: of each study of a package the study that stands for its trial, which is the study itself unless it is part of another."""
    con.execute(_WHOLES)
