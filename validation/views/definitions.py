"""Views that compare the definitions of outcomes with what was measured, and with one another."""

from __future__ import annotations

from validation.views.view import PARTICIPANTS, Scope, View, day

__all__ = ["DEFINITIONS"]


def _scale(instrument: str) -> str:
    """SQL: the name that a scale's versions share."""
    return f"regexp_extract({instrument}, '^[a-z]+(-[a-z]+)*')"


DEFINITIONS = (
    View(
        "outcomes_beside_instruments",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        needs_one_of=("scores", "visits"),
        # Outcomes of the studies that have scores or visits on some version of the outcome's scale; the entry score was measured too. A
        # scale's versions have its name up to the first digit: hamd17 and hamd24, bdi-1a and bdi2.
        query=f"""
            WITH measured AS (
              SELECT _package, study_id, instrument_id, true AS figures FROM scores GROUP BY ALL
              UNION ALL
              SELECT _package, p.study_id, v.instrument_id, true FROM visits v JOIN {PARTICIPANTS} p USING (_package, participant_id) GROUP BY ALL
              UNION ALL
              SELECT _package, study_id, entry_instrument_id, false FROM studies WHERE entry_instrument_id IS NOT NULL
            )
            SELECT o.*, o.study_id AS _study, d.instrument_id AS instrument_id,
              d.instrument_id LIKE '%unstated' OR m.version_open AS version_open,
              list_contains(m.instruments, d.instrument_id) AS measured,
              array_to_string(m.instruments, ', ') AS instruments_measured
            FROM outcomes o
            JOIN vocabulary.definitions d USING (definition_id)
            JOIN (
              SELECT _package, study_id, {_scale("instrument_id")} AS scale, list_sort(list(DISTINCT instrument_id)) AS instruments,
                bool_or(instrument_id LIKE '%unstated') AS version_open
              FROM measured GROUP BY ALL HAVING bool_or(figures)
            ) m ON m._package = o._package AND m.study_id = o.study_id AND m.scale = {_scale("d.instrument_id")}
        """,
    ),
    View(
        "cumulative_beside_point",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Only the results over several visits, each with the point result of its arm, day and rule, if there is one. Few trials have
        # any, and of the others no row is looked at twice.
        query=f"""
            WITH concerned AS MATERIALIZED (
              SELECT DISTINCT _package, study_id FROM outcomes JOIN vocabulary.definitions USING (definition_id)
              WHERE ascertainment IN ('any-visit', 'sustained')
            ), defined AS NOT MATERIALIZED (
              SELECT o.*, {day("o")} AS day, d.ascertainment,
                (d.outcome, d.instrument_id, d.threshold, d.threshold_upper, d.percent_reduction) AS rule
              FROM outcomes o SEMI JOIN concerned USING (_package, study_id) JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome <> 'dropout' AND d.instrument_id IS NOT NULL
            )
            SELECT c.* EXCLUDE (day, rule), c.study_id AS _study, p.definition_id AS point_definition_id, (
                SELECT max(q.events) FROM defined q
                WHERE q.ascertainment = 'point' AND q._package = c._package AND q.study_id = c.study_id AND q.arm_id = c.arm_id AND q.day = c.day
                  AND q.rule IS NOT DISTINCT FROM c.rule AND q.analysis_set = c.analysis_set AND q.missing_data = c.missing_data
                  AND q.n_analysed = c.n_analysed
              ) AS point_events
            FROM defined c
            LEFT JOIN (
              SELECT _package, study_id, arm_id, day, rule, min(definition_id) AS definition_id
              FROM defined WHERE ascertainment = 'point' GROUP BY ALL
            ) p ON p._package = c._package AND p.study_id = c.study_id AND p.arm_id = c.arm_id AND p.day = c.day AND p.rule IS NOT DISTINCT FROM c.rule
            WHERE c.ascertainment IN ('any-visit', 'sustained')
        """,
    ),
    View(
        "definitions_side_by_side",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # One row for each definition that a study uses, at the place where it is first used.
        query="""
            WITH used AS (
              SELECT _package, study_id, definition_id, min(_line) AS _line, arg_min_null(arm_id, _line) AS arm_id,
                arg_min_null(timepoint_days, _line) AS timepoint_days, arg_min_null(timepoint_anchor, _line) AS timepoint_anchor,
                arg_min_null(analysis_set, _line) AS analysis_set, arg_min_null(missing_data, _line) AS missing_data
              FROM outcomes GROUP BY _package, study_id, definition_id
            ), defined AS (
              SELECT u.*, d.outcome, d.instrument_id, d.comparator, d.threshold
              FROM used u JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.threshold IS NOT NULL AND d.threshold_upper IS NULL
            )
            SELECT u._package, u.study_id, u.arm_id, u.definition_id, u.timepoint_days, u.timepoint_anchor, u.analysis_set, u.missing_data, u._line,
              u.study_id AS _study, u.outcome, u.instrument_id, u.comparator, u.threshold, c.comparators,
              CASE WHEN u.comparator = c.first_comparator THEN c.last_comparator ELSE c.first_comparator
                END AS other_comparator
            FROM defined u
            JOIN (
              SELECT _package, study_id, outcome, instrument_id, threshold, count(DISTINCT comparator) AS comparators,
                min(comparator) AS first_comparator, max(comparator) AS last_comparator
              FROM defined GROUP BY ALL
            ) c USING (_package, study_id, outcome, instrument_id, threshold)
        """,
    ),
)
