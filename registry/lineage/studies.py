"""Pairs of studies in different packages that may be one trial: by an identifier, or because two arms have the same results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.figures import DAYS_APART

if TYPE_CHECKING:
    import duckdb

__all__ = ["SMALLEST_ARM", "alike", "find_pairs"]

_PAIR = "package, study_id, other_package, other_study_id"

SMALLEST_ARM = 50
"""Participants an arm needs before its results identify it: smaller arms have the same counts by chance."""

_FEWEST = 5
"""Participants who met a definition, and who didn't, that a result needs before it is evidence."""

_MOST_STUDIES = 10
"""Studies of one package that may share an identifier. If more do, it identifies a review and isn't evidence."""


def alike(one: str, other: str) -> str:
    """SQL: whether two arms, or results, may be of one treatment: the same word, or a drug and a word for its class."""
    same = f"{one}.treatment = {other}.treatment OR {one}.vague OR {other}.vague"
    return f"({one}.class = {other}.class AND ({same}))"


_IDENTIFIERS = f"""
    CREATE TEMP TABLE _identifiers AS
    SELECT package, study_id, kind, value, count(DISTINCT whole) OVER (PARTITION BY package, kind, value) AS studies
    FROM (
      SELECT package, study_id, 'registration-id' AS kind,
        upper(regexp_replace(registration_id, '[^0-9A-Za-z]', '', 'g')) AS value
      FROM studies
      UNION ALL SELECT package, study_id, 'doi', lower(trim(doi)) FROM studies
      UNION ALL SELECT package, study_id, 'pmid', ltrim(trim(pmid), '0') FROM studies
    )
    JOIN _wholes USING (package, study_id)
    WHERE value <> ''
    QUALIFY studies <= {_MOST_STUDIES}
"""

# Results of one outcome, of which at most one number differs, by one. The neighbours of each result are written out, so that the
# join is one of equal values: else every result would be held against every other.
_AGREEING = f"""
    CREATE TEMP TABLE _agreeing AS
    WITH telling AS (
      FROM _figures WHERE n >= {SMALLEST_ARM} AND events >= {_FEWEST} AND n - events >= {_FEWEST}
    ), near AS (
      SELECT g.*, g.n + d.n AS near_n, g.events + d.events AS near_events, d.n = 0 AND d.events = 0 AS same
      FROM telling g, (VALUES (0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)) d(n, events)
    )
    SELECT f.package, f.study_id, g.package AS other_package, g.study_id AS other_study_id, f.arm_ids,
      g.arm_ids AS other_arm_ids, bool_or(g.same AND NOT f.pooled AND NOT g.pooled) AS same
    FROM telling f
    JOIN near g ON f.outcome = g.outcome AND f.class = g.class AND f.n = g.near_n AND f.events = g.near_events
    WHERE f.package < g.package AND {alike("f", "g")} AND NOT (f.pooled AND g.pooled)
      AND (f.day IS NULL OR g.day IS NULL OR abs(f.day - g.day) <= {DAYS_APART})
    GROUP BY ALL
"""

# Two arms of the one side agree with two of the other, one of them to the last participant: of four numbers at most one is off.
_SAME_ARMS = f"""
    CREATE TEMP TABLE _same_arms AS
    WITH several AS (
      FROM _agreeing SEMI JOIN (SELECT {_PAIR} FROM _agreeing GROUP BY ALL HAVING count(*) > 1 AND bool_or(same)) USING ({_PAIR})
    )
    SELECT DISTINCT {_PAIR}
    FROM several x JOIN several y USING ({_PAIR})
    WHERE x.same AND NOT list_has_any(x.arm_ids, y.arm_ids) AND NOT list_has_any(x.other_arm_ids, y.other_arm_ids)
"""

_PAIRS = f"""
    CREATE TEMP TABLE _pairs AS
    WITH evidence AS (
      SELECT a.package, a.study_id, b.package AS other_package, b.study_id AS other_study_id, a.kind,
        a.studies = 1 AND b.studies = 1 AS tells
      FROM _identifiers a JOIN _identifiers b USING (kind, value)
      WHERE a.package < b.package
      UNION ALL
      SELECT {_PAIR}, 'same-arms', true FROM _same_arms
    )
    SELECT row_number() OVER (ORDER BY {_PAIR}) AS pair, {_PAIR},
      string_agg(kind, ', ' ORDER BY list_position(['registration-id', 'doi', 'pmid', 'same-arms'], kind)) AS evidence,
      count(*) AS kinds, bool_or(kind = 'same-arms') AS same_arms, bool_or(tells) AS tells
    FROM evidence
    GROUP BY {_PAIR}
"""


def find_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_identifiers`` and ``_pairs``: the pairs, numbered, with their evidence, and whether any ``tells`` which studies.

    An identifier that several trials of a package bear doesn't: they are trials of one report.
    """
    con.execute(_IDENTIFIERS)
    con.execute(_AGREEING)
    con.execute(_SAME_ARMS)
    con.execute(_PAIRS)
