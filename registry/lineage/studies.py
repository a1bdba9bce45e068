"""Pairs of studies in different packages that may be one trial: by an identifier, or because two arms have the same results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.citing import list_labels, tell_apart
from registry.lineage.figures import DAYS_APART

if TYPE_CHECKING:
    import duckdb

__all__ = ["MOST_BY_CHANCE", "alike", "find_pairs"]

_PAIR = "package, study_id, other_package, other_study_id"

_FEWEST = 5
"""Participants who met a definition, and who didn't, that a result needs before it is evidence."""

_MOST_STUDIES = 10
"""Studies of one package that may share an identifier. If more do, it identifies a review and isn't evidence."""

MOST_BY_CHANCE = 0.01
"""Pairs with arms as alike that may be expected by chance, in the whole of two packages, where arms are the only evidence."""

_FEWEST_PAIRS = 30
"""Pairs of studies that two packages are taken to have, at least: a small registry is a sample of all trials."""


def alike(one: str, other: str) -> str:
    """SQL: whether two arms, or results, may be of one treatment: the same word, or a drug and a word for its class."""
    same = f"{one}.treatment = {other}.treatment OR {one}.vague OR {other}.vague"
    return f"({one}.class = {other}.class AND ({same}))"


_NEARLY_ALL = 0.75
"""The share of an outcome's days and sets that agree from which on none of them was picked out."""


def _ways(of: str, some: str) -> str:
    """SQL: the logarithm of in how many ways so many of them may be those that agree."""
    return f"(lgamma({of} + 1) - lgamma({some} + 1) - lgamma({of} - {some} + 1))"


_IDENTIFIERS = f"""
    CREATE TEMP TABLE _identifiers AS
    SELECT package, study_id, kind, value, count(DISTINCT whole) OVER (PARTITION BY package, kind, value) AS studies
    FROM (
      SELECT package, study_id, 'registration-id' AS kind, value FROM _registered
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
      FROM _figures WHERE events >= {_FEWEST} AND n - events >= {_FEWEST}
    ), near AS (
      SELECT g.*, g.n + d.n AS near_n, g.events + d.events AS near_events, d.n = 0 AND d.events = 0 AS same
      FROM telling g, (VALUES (0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)) d(n, events)
    )
    SELECT f.package, f.study_id, g.package AS other_package, g.study_id AS other_study_id, f.arm_ids,
      g.arm_ids AS other_arm_ids, f.outcome, f.class, f.n, f.events,
      CASE WHEN f.vague OR g.vague OR f.pooled OR g.pooled THEN f.class ELSE f.treatment END AS word,
      bool_or(g.same AND NOT f.pooled AND NOT g.pooled) AS same
    FROM telling f
    JOIN near g ON f.outcome = g.outcome AND f.class = g.class AND f.n = g.near_n AND f.events = g.near_events
    WHERE f.package < g.package AND {alike("f", "g")} AND NOT (f.pooled AND g.pooled)
      AND (f.day IS NULL OR g.day IS NULL OR abs(f.day - g.day) <= {DAYS_APART})
    GROUP BY ALL
"""

# How many pairs of studies in the two packages would agree as well by chance. The first arm: the share of the registry's results of that
# class and outcome that have about its size and rate, over the pairs of numbers there. Of any further arm the size is known to within a tenth, since arms of
# one trial are planned alike; of any further count nothing but that it may be a fifth of the participants higher or lower. A number that is off by one
# has five chances, and an outcome as many more as it has days and sets that could have agreed, unless nearly all do. Any of the outcomes and arms of both might have been those that agree.
# This is on the safe side: docs/lineage.md has what a simulation gives.
_CHANCE = f"""
    CREATE TEMP TABLE _chance AS
    WITH figure AS (
      SELECT {_PAIR}, arm_ids, other_arm_ids, outcome, any_value(class) AS class, any_value(word) AS word,
        max(n) AS n, max(events) AS events, 4 * sqrt(max(events) * (1 - max(events) / max(n))) AS spread, bool_or(same) AS same,
        count(DISTINCT events) AS agreeing
      FROM _agreeing GROUP BY ALL
    ), usual AS (
      SELECT class, outcome, floor(ln(n) / 0.2) AS size, floor(10 * events / n) AS tenth, count(*) AS results
      FROM _figures WHERE basis = 'analysed' AND NOT pooled AND n > 0 GROUP BY ALL
    ), shares AS (
      SELECT *, sum(results) OVER (PARTITION BY class, outcome) AS all_results FROM usual
    ), given AS (
      SELECT package, study_id, arm_ids, outcome, day, count(DISTINCT hash(n, events)) AS results
      FROM _figures WHERE basis = 'analysed' GROUP BY ALL
    ), arm AS (
      SELECT {_PAIR}, arm_ids, other_arm_ids, count(*) AS outcomes, map_from_entries(list((outcome, times))) AS times
      FROM (
        SELECT {_PAIR}, arm_ids, other_arm_ids, a.outcome, sum(greatest(a.results, b.results)) AS times
        FROM (SELECT DISTINCT {_PAIR}, arm_ids, other_arm_ids FROM figure) f JOIN given a USING (package, study_id, arm_ids)
        JOIN given b ON b.package = f.other_package AND b.study_id = f.other_study_id AND b.arm_ids = f.other_arm_ids AND b.outcome = a.outcome
          AND (a.day IS NULL OR b.day IS NULL OR abs(a.day - b.day) <= {DAYS_APART})
        GROUP BY ALL
      ) GROUP BY ALL
    ), counted AS (
      SELECT f.*, outcomes, CASE WHEN f.agreeing >= {_NEARLY_ALL} * coalesce(times[f.outcome], 1) THEN 1 ELSE times[f.outcome] END AS times, row_number() OVER (PARTITION BY {_PAIR}, arm_ids ORDER BY n DESC, f.outcome) AS in_arm,
        (coalesce(results, 0) + 1) / (coalesce(all_results, 0) + 1) / ((0.2 * n + 1) * (least(0.1 * n, spread) + 1)) AS first,
        CASE WHEN same THEN 1 ELSE 5 END / (least(0.2 * n, spread) + 1) AS count, 1 / (0.1 * n + 1) AS size_alike
      FROM figure f JOIN arm USING ({_PAIR}, arm_ids, other_arm_ids) LEFT JOIN shares s ON s.class = f.class AND s.outcome = f.outcome
        AND s.size = floor(ln(n) / 0.2) AND s.tenth = floor(10 * events / n)
    ), placed AS (
      SELECT *, row_number() OVER (PARTITION BY {_PAIR} ORDER BY in_arm, first, arm_ids) AS place FROM counted
    ), single AS (
      SELECT DISTINCT package, study_id, arm_ids, treatment, class, vague FROM _figures WHERE NOT pooled
    ), arms_alike AS (
      SELECT {_PAIR}, count(*) AS arms FROM (SELECT DISTINCT {_PAIR} FROM figure) p JOIN single a USING (package, study_id)
      JOIN single b ON b.package = p.other_package AND b.study_id = p.other_study_id AND {alike("a", "b")} GROUP BY ALL
    ), ways AS (
      SELECT {_PAIR}, sum(of_outcomes) + {_ways("greatest(any_value(arms), count(*))", "count(*)")} AS ways FROM (
        SELECT {_PAIR}, arm_ids, other_arm_ids, {_ways("any_value(outcomes)", "count(*)")} AS of_outcomes FROM counted GROUP BY ALL
      ) JOIN arms_alike USING ({_PAIR}) GROUP BY ALL
    )
    SELECT {_PAIR}, min(word) FILTER (in_arm = 1) AS word, max(word) FILTER (in_arm = 1) AS other_word,
      exp(any_value(ways) + sum(ln(least(1, times * CASE WHEN place = 1 THEN CASE WHEN same THEN 1 ELSE 5 END * first WHEN in_arm = 1 THEN size_alike * count ELSE count END)))) AS chance
    FROM placed JOIN ways USING ({_PAIR}) GROUP BY ALL
"""

# Two arms of the one side agree with two of the other, one of them to the last participant: of four numbers at most one is off.
_SAME_ARMS = f"""
    CREATE TEMP TABLE _same_arms AS
    WITH several AS (
      FROM _agreeing SEMI JOIN (SELECT {_PAIR} FROM _agreeing GROUP BY ALL HAVING count(*) > 1 AND bool_or(same)) USING ({_PAIR})
    ), pairs AS (
      SELECT DISTINCT {_PAIR}
      FROM several x JOIN several y USING ({_PAIR})
      WHERE x.same AND x.outcome = y.outcome AND NOT list_has_any(x.arm_ids, y.arm_ids) AND NOT list_has_any(x.other_arm_ids, y.other_arm_ids)
    ), words AS (
      SELECT DISTINCT package, study_id, unnest([treatment, class]) AS word FROM _figures WHERE NOT pooled
    ), counted AS (
      SELECT DISTINCT package, study_id, outcome FROM _figures
    ), tries AS (
      SELECT {_PAIR}, count(*) AS tries
      FROM pairs p JOIN counted a USING (package, study_id)
      JOIN counted b ON b.package = p.other_package AND b.study_id = p.other_study_id AND b.outcome = a.outcome
      GROUP BY ALL
    ), combined AS (
      SELECT a.package, a.word, b.word AS other_word, count(*) AS studies
      FROM words a JOIN words b USING (package, study_id)
      SEMI JOIN (SELECT DISTINCT word, other_word FROM _chance) c ON c.word = a.word AND c.other_word = b.word
      GROUP BY ALL
    )
    SELECT p.*, c.chance * tries * greatest({_FEWEST_PAIRS}, coalesce(one.studies, 0) * coalesce(other.studies, 0)) AS by_chance
    FROM pairs p
    JOIN _chance c USING ({_PAIR})
    JOIN tries USING ({_PAIR})
    LEFT JOIN combined one ON one.package = p.package AND one.word = c.word AND one.other_word = c.other_word
    LEFT JOIN combined other ON other.package = p.other_package AND other.word = c.word AND other.other_word = c.other_word
    WHERE by_chance < 1
"""

_PAIRS = f"""
    CREATE TEMP TABLE _pairs AS
    WITH evidence AS (
      SELECT a.package, a.study_id, b.package AS other_package, b.study_id AS other_study_id, a.kind,
        a.studies = 1 AND b.studies = 1 AS tells, NULL AS by_chance
      FROM _identifiers a JOIN _identifiers b USING (kind, value)
      WHERE a.package < b.package
      UNION ALL
      SELECT a.package, a.study_id, b.package, b.study_id, 'label', bool_or(a.studies = 1 AND b.studies = 1 AND a.sure AND b.sure), NULL
      FROM _labels a JOIN _labels b USING (author, year)
      WHERE a.package < b.package AND (a.names OR b.names)
      GROUP BY ALL
      UNION ALL
      SELECT {_PAIR}, 'same-arms', true, by_chance FROM _same_arms
    )
    SELECT row_number() OVER (ORDER BY {_PAIR}) AS pair, {_PAIR},
      string_agg(kind, ', ' ORDER BY list_position(['registration-id', 'doi', 'pmid', 'label', 'same-arms'], kind)) AS evidence,
      count(*) AS kinds, bool_or(kind = 'same-arms') AS same_arms, bool_or(tells) AS tells, max(by_chance) AS by_chance
    FROM evidence
    GROUP BY {_PAIR}
"""


def find_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_identifiers`` and ``_pairs``: the pairs, numbered, with their evidence, and whether any ``tells`` which studies.

    An identifier that several trials of a package bear doesn't: they are trials of one report. Nor does a name that isn't sure to be a study's.
    """
    con.execute(_IDENTIFIERS)
    labels = list_labels(con, _MOST_STUDIES)
    con.execute(_AGREEING)
    con.execute(_CHANCE)
    con.execute(_SAME_ARMS)
    con.execute(_PAIRS)
    tell_apart(con, labels)
