"""Views of sets of people beside sets that hold them: by analysis set, and by how those who weren't observed are counted."""

from __future__ import annotations

from schemas.nesting import FROM_BASELINE, inside
from schemas.outcome_words import WORSE
from schemas.sql import literal
from validation.views.groups import IN_FULL
from validation.views.view import ARM_SIZES, COUNTED, DROPOUTS, ENTRY, Scope, View, day

__all__ = ["SETS"]

_WORSE = ", ".join(map(literal, sorted(WORSE)))
_FILLED = "('non-responder', 'bocf', 'locf', 'multiple-imputation')"
"""Ways of counting that take in those who weren't observed."""

# Counts that can be compared, and pairs of rules of which whoever meets the first meets the second: a rule and itself, those that lie inside one another, and
# remission and response where no more than half of the `entry` score on the scale is a remission. Outcomes of which more is worse are left aside: there the
# missing may be counted as having had them.
_TOLD = f"""
    told AS (
      SELECT o.*, {day("o")} AS day FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
      WHERE d.outcome NOT IN ({_WORSE}) AND {COUNTED}
        AND o.events BETWEEN 0 AND 1e9 AND o.n_analysed BETWEEN 0 AND 1e9 AND (o.missing_data = 'observed' OR o.missing_data IN {_FILLED})
    ), used AS (
      FROM vocabulary.definitions WHERE definition_id IN (SELECT definition_id FROM outcomes)
    ), rules AS (
      SELECT definition_id, definition_id AS wider_definition_id, NULL AS instrument_id, NULL AS entry FROM used
      UNION ALL SELECT definition_id, wider_definition_id, NULL, NULL FROM ({inside("FROM used")})
      UNION ALL SELECT r.definition_id, d.definition_id, r.instrument_id, 2 * coalesce(r.threshold_upper, r.threshold)
      FROM used r JOIN used d USING (instrument_id) JOIN vocabulary.instruments i USING (instrument_id)
      WHERE r.outcome = 'remission' AND r.ascertainment = 'point' AND r.comparator IN ('<=', '<', '=') AND r.combine IS DISTINCT FROM 'or'
        AND i.percent_reduction AND i.direction = 'higher-is-worse'
        AND d.outcome = 'response' AND d.ascertainment = 'point' AND d.percent_comparator = '>=' AND d.percent_reduction <= 50
        AND d.combine IS DISTINCT FROM 'and' AND {FROM_BASELINE}
    )"""


def _within(narrow: str, wide: str) -> str:
    """SQL: a count by a rule, with those of the same arm and day by the same rule or a wider one."""
    same = " AND ".join(
        f"{wide}.{name} = {narrow}.{name}" for name in ("_package", "study_id", "arm_id", "day", "timepoint_anchor")
    )
    return f"""told {narrow} JOIN rules r ON r.definition_id = {narrow}.definition_id
            JOIN told {wide} ON {wide}.definition_id = r.wider_definition_id AND {same}
            LEFT JOIN {ENTRY} t ON t._package = {narrow}._package AND t.study_id = {narrow}.study_id
            WHERE (r.entry IS NULL OR (t.entry_instrument_id = r.instrument_id AND r.entry <= t.entry_score_min))"""


def _inside_another(table: str, n: str, of: str, whole: str) -> View:
    """The rows of a table whose people are some of those of another row of the same arm, day and figure, with the smallest such row; and, where the arm's
    size isn't stated, some of all who were randomised to it, whatever the day.
    """
    same = " AND ".join(
        f"w.{name} = o.{name}" for name in ("_package", "study_id", "arm_id", "day", "timepoint_anchor", *of.split())
    )
    return View(
        f"{table}_inside_sets",
        place=table,
        scope=Scope.STUDY,
        needs=(table,),
        query=f"""
            WITH told AS (
              SELECT o.*, {day("o")} AS day FROM {table} o WHERE {n} BETWEEN 0 AND 1e9
            ), held AS (
              SELECT o.* EXCLUDE day, w.{n} AS larger_n, w.analysis_set AS larger_set, w.missing_data AS larger_missing_data
              FROM told o JOIN told w ON {same}
              WHERE (o.missing_data = w.missing_data OR (o.missing_data = 'observed' AND w.missing_data IN {_FILLED})) AND CASE w.analysis_set
                WHEN o.analysis_set THEN o.missing_data <> w.missing_data AND o.analysis_set <> 'unstated'
                WHEN 'full-analysis' THEN o.analysis_set IN {IN_FULL}
                WHEN 'modified-itt' THEN o.analysis_set = 'per-protocol' END
              UNION ALL
              SELECT o.* EXCLUDE day, w.n, 'randomised', NULL FROM told o JOIN (
                SELECT _package, study_id, arm_id, max({n}) AS n FROM {table} {whole} GROUP BY ALL
              ) w USING (_package, study_id, arm_id) LEFT JOIN {ARM_SIZES} a USING (_package, study_id, arm_id)
              WHERE o.analysis_set <> 'randomised' AND a.n_randomised IS NULL
            )
            SELECT *, study_id AS _study FROM held
            QUALIFY row_number() OVER (PARTITION BY _package, study_id, _line ORDER BY larger_n, larger_set) = 1
        """,
    )


SETS = (
    View(
        "outcomes_by_missing_data",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Counts of some participants beside the count of all randomised, or of the full analysis set, that holds them: by the same rule or a wider one, on the
        # same day. Those observed are as they were however the others are counted; who is no responder by the last observation is none where all others aren't.
        query=f"""
            WITH {_TOLD}
            SELECT o.* EXCLUDE day, o.study_id AS _study, w.events AS fuller_events, w.missing_data AS fuller_missing_data, w.analysis_set AS fuller_set,
              w.definition_id AS fuller_definition_id
            FROM {_within("o", "w")} AND o.n_analysed <= w.n_analysed
              AND (w.analysis_set IN ('randomised', o.analysis_set) OR (w.analysis_set = 'full-analysis' AND o.analysis_set IN {IN_FULL}))
              AND w.analysis_set <> 'unstated' AND CASE w.missing_data
                WHEN 'non-responder' THEN o.missing_data = 'observed' OR (o.missing_data = 'non-responder' AND o.analysis_set <> w.analysis_set)
                WHEN 'locf' THEN o.missing_data IN ('observed', 'non-responder') OR (o.missing_data = 'locf' AND o.analysis_set <> w.analysis_set) END
            QUALIFY row_number() OVER (PARTITION BY o._package, o.study_id, o._line ORDER BY w.events, w._line) = 1
        """,
    ),
    View(
        "outcomes_beside_those_observed",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Counts that take in those who weren't observed, with the most that the count of those who were leaves room for.
        query=f"""
            WITH {_TOLD}
            SELECT w.* EXCLUDE day, w.study_id AS _study, o.events AS observed_events, o.n_analysed AS observed_n, o.definition_id AS observed_definition_id,
              o.events + CASE WHEN o.analysis_set = 'observed-cases' AND w.missing_data IN ('non-responder', 'bocf') THEN 0
                ELSE w.n_analysed - o.n_analysed END AS most_events
            FROM {_within("w", "o")} AND o.missing_data = 'observed' AND w.missing_data IN {_FILLED} AND o.n_analysed <= w.n_analysed
              AND (w.analysis_set IN ('randomised', o.analysis_set) OR (w.analysis_set IN ('full-analysis', 'modified-itt') AND o.analysis_set = 'observed-cases'))
            QUALIFY row_number() OVER (PARTITION BY w._package, w.study_id, w._line ORDER BY most_events, o._line) = 1
        """,
    ),
    _inside_another(
        "outcomes",
        "n_analysed",
        "definition_id",
        f"SEMI JOIN (FROM vocabulary.definitions WHERE outcome NOT IN ({_WORSE})) d USING (definition_id) WHERE analysis_set = 'randomised'",
    ),
    _inside_another("scores", "n", "instrument_id statistic", "WHERE analysis_set = 'randomised'"),
    View(
        "dropouts_in_all",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Dropouts for one reason, beside all dropouts of the arm's randomised by then or later, and of the same set later.
        query=f"""
            WITH {DROPOUTS}
            SELECT o.* EXCLUDE (day), o.study_id AS _study, a.events AS dropouts, a.analysis_set AS dropouts_set, a.timepoint_days AS dropouts_day
            FROM dropouts o JOIN (
              SELECT _package, study_id, arm_id, day, timepoint_days, timepoint_anchor, analysis_set, max(events) AS events
              FROM dropouts WHERE definition_id = 'dropout.any' GROUP BY ALL
            ) a ON a._package = o._package AND a.study_id = o.study_id AND a.arm_id = o.arm_id AND a.timepoint_anchor = o.timepoint_anchor
            WHERE o.definition_id <> 'dropout.any' AND CASE WHEN a.day = o.day THEN a.analysis_set = 'randomised' AND o.analysis_set <> 'randomised'
              ELSE a.analysis_set IN ('randomised', o.analysis_set) AND a.timepoint_days > o.timepoint_days END
            QUALIFY row_number() OVER (PARTITION BY o._package, o.study_id, o._line ORDER BY a.events, a.day) = 1
        """,
    ),
)
