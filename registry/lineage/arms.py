"""Which arms of two studies are one arm, and what each side counted in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.figures import DAYS_APART, list_more_figures
from registry.lineage.studies import alike
from registry.lineage.sums import list_sets

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_arm_matches", "match_arms", "match_sums", "write_same_arms"]

LIKE_SIZE = 0.05
"""Sizes within a twentieth of each other are like sizes: one review counts those randomised, another those treated."""

LIKE_SPREAD = 1.25
"""Standard deviations that differ by less are alike: one package worked them out from a rounded standard error."""

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
    SELECT pair, f.arm_id, g.arm_id AS other_arm_id, f.arm_ids, g.arm_ids AS other_arm_ids, f.pooled, g.pooled AS other_pooled,
      count(DISTINCT f.outcome) AS near, count(DISTINCT f.outcome) FILTER (f.n = g.n AND f.events = g.events) AS same
    FROM _pairs p
    JOIN _figures f ON f.package = p.package AND f.study_id = p.study_id
    JOIN _figures g ON g.package = p.other_package AND g.study_id = p.other_study_id AND g.outcome = f.outcome
    WHERE {{which}} AND {alike("f", "g")} AND NOT (f.pooled AND g.pooled)
      AND abs(f.n - g.n) <= 1 AND abs(f.events - g.events) <= 1
      AND (f.day IS NULL OR g.day IS NULL OR abs(f.day - g.day) <= {DAYS_APART})
    GROUP BY ALL
"""


def _like_size(one: str, other: str) -> str:
    """SQL: whether any two of the sizes of two arms are alike."""
    alike_sizes = f"list_transform({other}.sizes, lambda m: abs(n::DOUBLE - m) <= {LIKE_SIZE} * greatest(n, m))"
    return f"list_bool_or(flatten(list_transform({one}.sizes, lambda n: {alike_sizes})))"


# Arms that may be one: of one treatment, at doses that meet where both state them in one unit.
_POSSIBLE = f"""
    CREATE OR REPLACE TEMP TABLE _possible AS
    SELECT p.pair, a.arm_id, b.arm_id AS other_arm_id, a.treatment = b.treatment AS same_word,
      a.arm_ids, b.arm_ids AS other_arm_ids, list_has_any(a.sizes, b.sizes) AS same_size, {_like_size("a", "b")} AS like_size,
      coalesce(same, 0) AS same, coalesce(near, 0) AS near
    FROM _pairs p
    JOIN _arms a ON a.package = p.package AND a.study_id = p.study_id
    JOIN _arms b ON b.package = p.other_package AND b.study_id = p.other_study_id AND {alike("a", "b")}
    LEFT JOIN _near n ON n.pair = p.pair AND n.arm_id = a.arm_id AND n.other_arm_id = b.arm_id
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
    SELECT pair, arm_id, other_arm_id, 'same', 'counts', arm_ids, other_arm_ids
    FROM _possible WHERE near > 0
    QUALIFY {_best("arm_id", "other_arm_id", "same DESC, near DESC, same_size DESC, same_word DESC")}
"""


def _beside(one: str, other: str) -> str:
    """SQL: how some arms are to others of their study; null where they are the same arms, or share some and each has others."""
    return f"""CASE WHEN NOT list_has_any({one}, {other}) THEN 'apart' WHEN len({one}) <> len({other}) THEN
        CASE WHEN list_has_all({one}, {other}) THEN 'around' WHEN list_has_all({other}, {one}) THEN 'within' END END"""


_FREE = f"""NOT EXISTS (
      FROM _arm_matches m WHERE m.pair = u.pair
        AND ({_beside("m.arm_ids", "u.arm_ids")} = {_beside("m.other_arm_ids", "u.other_arm_ids")}) IS NOT true
    )"""
"""SQL: whether the arms of ``u`` go with every match so far: what is apart, or a part of the other, on the one side is so on the other."""

_BY_SUMS = f"""
    INSERT INTO _arm_matches
    WITH best AS MATERIALIZED (
      FROM _near u WHERE (pooled OR other_pooled) AND {_FREE}
      QUALIFY {_best("arm_ids", "other_arm_ids", "same DESC, near DESC")}
    )
    SELECT pair, unnest(arm_ids), other_arm_id, 'part', 'counts', arm_ids, other_arm_ids FROM best WHERE pooled
    UNION ALL
    SELECT pair, arm_id, unnest(other_arm_ids), 'whole', 'counts', arm_ids, other_arm_ids FROM best WHERE other_pooled
"""

# Of arms that no result tells apart, those are one that are the only ones of their size, or the only ones of their treatment.
_BY = f"""
    INSERT INTO _arm_matches
    SELECT pair, arm_id, other_arm_id, 'same', '{{evidence}}', arm_ids, other_arm_ids
    FROM _possible u
    WHERE {{what}} AND {_FREE}
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


# A sum and what may be it; or two groups. ``by_parts``: all of its arms were found in the other study, and they are the arms of the other.
_CANDIDATES = f"""
    CREATE TEMP TABLE _candidates AS
    WITH through AS (
      SELECT p.pair, s.arm_ids, list(m.other_arm_id ORDER BY m.other_arm_id) AS found
      FROM _joined JOIN _pairs p USING (pair) JOIN (SELECT DISTINCT package, study_id, arm_ids FROM _sets) s USING (package, study_id)
      JOIN _arm_matches m ON m.pair = p.pair AND m.arm_ids = [m.arm_id] AND m.other_arm_ids = [m.other_arm_id] AND list_contains(s.arm_ids, m.arm_id)
      GROUP BY ALL HAVING count(*) = len(s.arm_ids)
    )
    SELECT p.pair, a.arm_id, b.arm_id AS other_arm_id, a.arm_ids, b.arm_ids AS other_arm_ids, coalesce(t.found = b.arm_ids, false) AS by_parts,
      {alike("a", "b")} AND {_like_size("a", "b")} AS like_size
    FROM _joined JOIN _pairs p USING (pair)
    JOIN _sets a ON a.package = p.package AND a.study_id = p.study_id
    JOIN _sets b ON b.package = p.other_package AND b.study_id = p.other_study_id
    LEFT JOIN through t ON t.pair = p.pair AND t.arm_ids = a.arm_ids
    WHERE len(a.arm_ids) + len(b.arm_ids) > 2 AND coalesce(a.arm_id, b.arm_id) IS NOT NULL
      -- Of a sum the least and the greatest dose; an arm that may be it has both.
      AND (a.dose_unit <> b.dose_unit OR a.arm_id IS NULL AND (a.dose < b.dose OR b.dose_max < a.dose_max)
        OR b.arm_id IS NULL AND (b.dose < a.dose OR a.dose_max < b.dose_max)) IS NOT true
"""

_BY_ALIKE = f"""
    INSERT INTO _arm_matches
    SELECT pair, arm_id, unnest(others) AS other_arm_id, extent, '{{evidence}}', arm_ids, other_arm_ids
    FROM (
      SELECT pair, unnest(CASE WHEN arm_id IS NULL THEN arm_ids ELSE [arm_id] END) AS arm_id, CASE WHEN other_arm_id IS NULL THEN other_arm_ids ELSE [other_arm_id] END AS others,
        CASE WHEN arm_id IS NULL THEN 'part' WHEN other_arm_id IS NULL THEN 'whole' ELSE 'same' END AS extent, arm_ids, other_arm_ids
      FROM (
        FROM _candidates u WHERE {{evidence_column}} AND {_FREE}
        QUALIFY count(*) OVER (PARTITION BY pair, arm_ids) = 1 AND count(*) OVER (PARTITION BY pair, other_arm_ids) = 1
      )
    )
"""


def match_sums(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``_arm_matches``, of the pairs that were taken for one trial, the arms that one package has together and the other apart.

    More is added up here than is evidence that two studies are one trial, and all results of the studies are there to be compared.
    """
    list_sets(con)
    list_more_figures(con)
    con.execute(_NEAR.format(which="p.pair IN (SELECT pair FROM _joined)"))
    con.execute(_BY_SUMS)
    con.execute(_CANDIDATES)
    con.execute(_BY_ALIKE.format(evidence="parts", evidence_column="by_parts"))
    con.execute(_BY_ALIKE.format(evidence="like-size", evidence_column="like_size"))


# Of two results of one definition, day, set and handling of missing data, none of them unstated, nothing explains other numbers.
_OF_ONE_KEY = """
  f.basis = 'analysed' AND g.basis = 'analysed' AND f.definition = g.definition AND f.stated_class IS NOT NULL
  AND f.day = g.day AND coalesce(f.anchor = g.anchor, true) AND f.stated_set = g.stated_set AND f.stated_handling = g.stated_handling
"""

_SAME_FIGURES = f"""
    INSERT INTO same_figures
    SELECT DISTINCT p.package, p.study_id, m.arm_id, p.other_package, p.other_study_id, m.other_arm_id, f.outcome,
      f.n, f.events, f.mean, f.sd, g.n, g.events, g.mean, g.sd, f.n = g.n AND CASE WHEN f.mean IS NULL THEN f.fewest <= g.most AND g.fewest <= f.most
        ELSE abs(f.mean - g.mean) < f.half + g.half - 1e-9 AND coalesce(greatest(f.sd, g.sd) <= {LIKE_SPREAD} * least(f.sd, g.sd), true) END AS agree,
      nullif(concat_ws(', ',
        CASE WHEN f.stated_class <> g.stated_class OR f.scale <> g.scale THEN 'definition' END,
        CASE WHEN abs(f.day - g.day) > {DAYS_APART} OR f.anchor <> g.anchor THEN 'day' END,
        CASE WHEN f.stated_set <> g.stated_set THEN 'analysis-set' END
      ), '') AS told_apart_by,
      f.definition, g.definition, f.day, g.day, f.analysis_set, g.analysis_set
    FROM _arm_matches m
    JOIN _joined USING (pair)
    JOIN _pairs p USING (pair)
    JOIN _figures f ON f.package = p.package AND f.study_id = p.study_id AND f.arm_ids = m.arm_ids
    JOIN _figures g ON g.package = p.other_package AND g.study_id = p.other_study_id AND g.arm_ids = m.other_arm_ids
      AND g.outcome = f.outcome
    WHERE NOT (f.pooled AND g.pooled) AND (f.mean IS NULL OR ({_OF_ONE_KEY}))
    QUALIFY row_number() OVER (
      PARTITION BY pair, m.arm_id, m.other_arm_id, f.outcome
      ORDER BY agree DESC, f.basis, g.basis, told_apart_by IS NOT NULL, length(told_apart_by), abs(f.n - g.n) + abs(f.events - g.events),
        f.definition, g.definition, f.day, g.day, f.analysis_set, g.analysis_set
    ) = 1 OR (NOT agree AND {_OF_ONE_KEY})
    ORDER BY ALL
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
