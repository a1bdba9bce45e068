"""Which arms of two studies are one arm, and what each side counted in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.figures import DAYS_APART
from registry.lineage.studies import alike

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_arm_matches", "match_arms", "write_same_arms"]

LIKE_SIZE = 0.05
"""Sizes within a twentieth of each other are like sizes: one review counts those randomised, another those treated."""

_MATCHES = """
    CREATE TEMP TABLE _arm_matches (
      pair BIGINT, arm_id VARCHAR, other_arm_id VARCHAR, extent VARCHAR, evidence VARCHAR,
      arm_ids VARCHAR[], other_arm_ids VARCHAR[]
    )
"""


def list_arm_matches(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_arm_matches``, a row a pair of arms; ``arm_ids`` are those whose results, added up, are the one side's."""
    con.execute(_MATCHES)


# Results of one outcome and time that differ by at most one in either number: in how many outcomes, and in how many by nothing.
_NEAR = f"""
    CREATE OR REPLACE TEMP TABLE _near AS
    SELECT pair, f.arm_ids, g.arm_ids AS other_arm_ids, f.pooled, g.pooled AS other_pooled,
      count(DISTINCT f.outcome) AS near, count(DISTINCT f.outcome) FILTER (f.n = g.n AND f.events = g.events) AS same
    FROM _pairs p
    JOIN _figures f ON f.package = p.package AND f.study_id = p.study_id
    JOIN _figures g ON g.package = p.other_package AND g.study_id = p.other_study_id AND g.outcome = f.outcome
    WHERE {{which}} AND {alike("f", "g")} AND NOT (f.pooled AND g.pooled)
      AND abs(f.n - g.n) <= 1 AND abs(f.events - g.events) <= 1
      AND (f.day IS NULL OR g.day IS NULL OR abs(f.day - g.day) <= {DAYS_APART})
    GROUP BY ALL
"""

# Arms that may be one: of one treatment, at doses that meet where both state them in one unit.
_POSSIBLE = f"""
    CREATE OR REPLACE TEMP TABLE _possible AS
    SELECT p.pair, a.arm_id, b.arm_id AS other_arm_id, a.treatment = b.treatment AS same_word,
      list_has_any(a.sizes, b.sizes) AS same_size,
list_bool_or(flatten(list_transform(a.sizes, lambda n: list_transform(b.sizes, lambda m: abs(n::DOUBLE - m) <= {LIKE_SIZE} * greatest(n, m))))) AS like_size,
      coalesce(same, 0) AS same, coalesce(near, 0) AS near
    FROM _pairs p
    JOIN _arms a ON a.package = p.package AND a.study_id = p.study_id
    JOIN _arms b ON b.package = p.other_package AND b.study_id = p.other_study_id AND {alike("a", "b")}
    LEFT JOIN _near n
      ON n.pair = p.pair AND NOT pooled AND NOT other_pooled AND arm_ids[1] = a.arm_id AND other_arm_ids[1] = b.arm_id
    WHERE {{which}} AND coalesce(a.dose_unit <> b.dose_unit OR (a.dose <= b.dose_max AND b.dose <= a.dose_max), true)
"""


def _best(one: str, other: str, order: str) -> str:
    """SQL: keep the pairs of arms of which each is the other's best by ``order``."""
    return f"""
      row_number() OVER (PARTITION BY pair, {one} ORDER BY {order}, {other}) = 1
      AND row_number() OVER (PARTITION BY pair, {other} ORDER BY {order}, {one}) = 1
    """


_BY_COUNTS = f"""
    INSERT INTO _arm_matches
    SELECT pair, arm_id, other_arm_id, 'same', 'counts', [arm_id], [other_arm_id]
    FROM _possible WHERE near > 0
    QUALIFY {_best("arm_id", "other_arm_id", "same DESC, near DESC, same_size DESC, same_word DESC")}
"""


def _unmatched(arm_ids: str, other_arm_ids: str) -> str:
    """SQL: whether none of the arms of ``u`` has a match yet."""
    matched = f"list_has_any(m.arm_ids, {arm_ids}) OR list_has_any(m.other_arm_ids, {other_arm_ids})"
    return f"NOT EXISTS (FROM _arm_matches m WHERE m.pair = u.pair AND ({matched}))"


_BY_SUMS = f"""
    INSERT INTO _arm_matches
    WITH best AS MATERIALIZED (
      FROM _near u WHERE (pooled OR other_pooled) AND {_unmatched("u.arm_ids", "u.other_arm_ids")}
      QUALIFY {_best("arm_ids", "other_arm_ids", "same DESC, near DESC")}
    )
    SELECT pair, unnest(arm_ids), other_arm_ids[1], 'part', 'counts', arm_ids, other_arm_ids FROM best WHERE pooled
    UNION ALL
    SELECT pair, arm_ids[1], unnest(other_arm_ids), 'whole', 'counts', arm_ids, other_arm_ids FROM best WHERE other_pooled
"""

# Of arms that no result tells apart, those are one that are the only ones of their size, or the only ones of their treatment.
_BY = f"""
    INSERT INTO _arm_matches
    SELECT pair, arm_id, other_arm_id, 'same', '{{evidence}}', [arm_id], [other_arm_id]
    FROM _possible u
    WHERE {{what}} AND {_unmatched("[u.arm_id]", "[u.other_arm_id]")}
    QUALIFY count(*) OVER (PARTITION BY pair, arm_id) = 1 AND count(*) OVER (PARTITION BY pair, other_arm_id) = 1
"""


def match_arms(con: duckdb.DuckDBPyConnection, which: str = "true") -> None:
    """Add to ``_arm_matches`` the arms that the two studies of each pair share, were they one trial.

    Results come first, then results of arms added up, then sizes, then what was given. ``which`` is a condition on ``_pairs``;
    ``_possible`` keeps the arms of these pairs that may be one by treatment and dose.
    """
    con.execute(_NEAR.format(which=which))
    con.execute(_POSSIBLE.format(which=which))
    con.execute(_BY_COUNTS)
    con.execute(_BY_SUMS)
    con.execute(_BY.format(evidence="size", what="same_size"))
    con.execute(_BY.format(evidence="like-size", what="like_size"))
    con.execute(_BY.format(evidence="treatment", what="same_word"))


# Of two results of one definition, day, set and handling of missing data, none of them unstated, nothing explains other numbers.
_OF_ONE_KEY = """
  f.basis = 'analysed' AND g.basis = 'analysed' AND f.definition = g.definition AND f.stated_class IS NOT NULL
  AND f.day = g.day AND f.stated_set = g.stated_set AND f.stated_handling = g.stated_handling
"""

_SAME_FIGURES = f"""
    INSERT INTO same_figures
    SELECT p.package, p.study_id, m.arm_id, p.other_package, p.other_study_id, m.other_arm_id, f.outcome,
      f.n, f.events, g.n, g.events, f.n = g.n AND f.events = g.events AS agree,
      nullif(concat_ws(', ',
        CASE WHEN f.stated_class <> g.stated_class OR f.scale <> g.scale THEN 'definition' END,
        CASE WHEN abs(f.day - g.day) > {DAYS_APART} THEN 'day' END,
        CASE WHEN f.stated_set <> g.stated_set THEN 'analysis-set' END
      ), '') AS told_apart_by,
      f.definition, g.definition, f.day, g.day, f.analysis_set, g.analysis_set
    FROM _arm_matches m
    JOIN _joined USING (pair)
    JOIN _pairs p USING (pair)
    JOIN _figures f ON f.package = p.package AND f.study_id = p.study_id AND f.arm_ids = m.arm_ids
    JOIN _figures g ON g.package = p.other_package AND g.study_id = p.other_study_id AND g.arm_ids = m.other_arm_ids
      AND g.outcome = f.outcome
    QUALIFY row_number() OVER (
      PARTITION BY pair, m.arm_id, m.other_arm_id, f.outcome
      ORDER BY agree DESC, f.basis, g.basis, told_apart_by IS NOT NULL, length(told_apart_by), abs(f.n - g.n) + abs(f.events - g.events),
        f.definition, g.definition, f.day, g.day, f.analysis_set, g.analysis_set
    ) = 1 OR (NOT agree AND {_OF_ONE_KEY})
    ORDER BY pair, m.arm_id, m.other_arm_id, f.outcome
"""

_SAME_ARMS = """
    INSERT INTO same_arms
    WITH compared AS (
      SELECT * EXCLUDE (agree), bool_and(agree) AS agree
      FROM (SELECT package, study_id, other_package, other_study_id, arm_id, other_arm_id, agree FROM same_figures)
      GROUP BY ALL
    )
    SELECT p.package, p.study_id, m.arm_id, p.other_package, p.other_study_id, m.other_arm_id, a.treatment, b.treatment,
      m.extent, m.evidence, c.agree
    FROM _arm_matches m
    JOIN _joined USING (pair)
    JOIN _pairs p USING (pair)
    JOIN _arms a ON a.package = p.package AND a.study_id = p.study_id AND a.arm_id = m.arm_id
    JOIN _arms b ON b.package = p.other_package AND b.study_id = p.other_study_id AND b.arm_id = m.other_arm_id
    LEFT JOIN compared c ON c.package = p.package AND c.study_id = p.study_id AND c.arm_id = m.arm_id
      AND c.other_package = p.other_package AND c.other_study_id = p.other_study_id AND c.other_arm_id = m.other_arm_id
    ORDER BY pair, m.arm_id, m.other_arm_id
"""


def write_same_arms(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``same_figures`` and ``same_arms`` with the arms of the pairs of studies that were taken for one trial."""
    con.execute(_SAME_FIGURES)
    con.execute(_SAME_ARMS)
