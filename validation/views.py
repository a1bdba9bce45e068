"""The named views that rules are declared over: rows of the tables, joined once.

A view is SQL over the typed tables of one package (each with ``_line``, its row's line in its file), the vocabularies (in the
schema ``vocabulary``) and ``run`` (one row, ``today``). Each view has ``_line``, the line a finding points at in the file of
``place``, the key of that table under its own names, and ``_study``, by which the work is cut into batches; it is null where a
row belongs to no study. What must be compared across the studies of a package is computed inside the view by a window or a
subquery, so that every batch holds all it needs.

How they are written. A join looks its row up by a key that is in :func:`_agreed` form, so that a key given twice in a bad file
doesn't multiply the rows that refer to it. An empty day counts as a day of its own. No sum or product of counts is taken
without ``TRY_CAST``: a cell may hold any whole number of 64 bits.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["VIEWS", "View"]


@dataclass(frozen=True)
class View:
    """A named view: the table whose rows its findings point at, and the tables it has nothing to say without: all of ``needs``, and one
    at least of ``needs_one_of`` where that names any.

    A ``whole`` view has every row of its place once, with all its columns: what is declared over the table can be looked at there too.
    """

    name: str
    place: str
    needs: tuple[str, ...]
    query: str
    needs_one_of: tuple[str, ...] = ()
    whole: bool = False


def _agreed(table: str, key: tuple[str, ...], *columns: str) -> str:
    """SQL: one row for each key of a table, holding what the rows of that key agree on."""
    keys = ", ".join(key)
    values = ", ".join(f"CASE WHEN min({c}) = max({c}) THEN min({c}) END AS {c}" for c in columns)
    return f"(SELECT {keys}, {values} FROM {table} GROUP BY {keys})"


_ARM = ("study_id", "arm_id")
_ARM_SIZES = _agreed("arms", _ARM, "n_randomised", "n_treated")
_PARTICIPANTS = _agreed("participants", ("participant_id",), "study_id", "arm_id", "baseline_instrument_id", "baseline_total")


def _day(alias: str) -> str:
    """SQL: the day as a key. An empty day is a value of its own, and no day lies 2.7 million years before its anchor."""
    return f"coalesce({alias}.timepoint_days, -1e9)"


def _met(total: str, baseline: str) -> str:
    """SQL: whether a score meets the definition ``d``; null where that can't be told.

    ``baseline`` is null where it is on another scale. A definition over several visits can't be told from one. The small
    term lets a score of exactly half the baseline count, whatever the last bit of a decimal number.
    """
    reduction = f"100 * ({baseline} - {total}) - d.percent_reduction * {baseline}"
    score = f"""CASE d.comparator
        WHEN '<=' THEN {total} <= d.threshold WHEN '<' THEN {total} < d.threshold WHEN '=' THEN {total} = d.threshold
        WHEN '>=' THEN {total} >= d.threshold WHEN '>' THEN {total} > d.threshold END"""
    percent = f"""CASE WHEN {baseline} > 0 THEN CASE d.percent_comparator
        WHEN '>=' THEN {reduction} >= -1e-9 * {baseline} WHEN '>' THEN {reduction} > 1e-9 * {baseline} END END"""
    return f"""CASE WHEN d.ascertainment = 'point' THEN CASE d.combine
        WHEN 'and' THEN ({score}) AND ({percent}) WHEN 'or' THEN ({score}) OR ({percent})
        ELSE coalesce({score}, {percent}) END END"""


_STUDIES = (
    View(
        "studies_in_context",
        place="studies",
        needs=("studies",),
        whole=True,
        query="""
            SELECT
              s.*, s.study_id AS _study,
              p.prior_failures_min AS label_failures_min,
              p.prior_failures_window AS label_failures_window,
              p.age_min AS label_age_min,
              p.age_max AS label_age_max,
              i.minimum AS entry_minimum,
              i.maximum AS entry_maximum,
              r.studies AS studies_registered,
              CASE WHEN s.study_id = r.first_study THEN r.last_study ELSE r.first_study END AS other_study
            FROM studies s
            LEFT JOIN vocabulary.populations p USING (population_id)
            LEFT JOIN vocabulary.instruments i ON i.instrument_id = s.entry_instrument_id
            LEFT JOIN (
              SELECT upper(trim(registration_id)) AS registration, count(DISTINCT study_id) AS studies,
                min(study_id) AS first_study, max(study_id) AS last_study
              FROM studies WHERE registration_id IS NOT NULL GROUP BY ALL
            ) r ON r.registration = upper(trim(s.registration_id))
        """,
    ),
    View(
        "studies_beside_arms",
        place="studies",
        needs=("studies", "arms"),
        query=f"""
            SELECT s.*, s.study_id AS _study, a.arms, a.arms_of_known_size, a.arms_n_randomised
            FROM studies s
            LEFT JOIN (
              SELECT study_id, count(*) AS arms, count(n_randomised) AS arms_of_known_size,
                TRY_CAST(sum(n_randomised) AS BIGINT) AS arms_n_randomised
              FROM {_ARM_SIZES} GROUP BY study_id
            ) a USING (study_id)
        """,
    ),
    View(
        "studies_side_by_side",
        place="studies",
        needs=("studies", "arms"),
        # The vector is compared as text. Two arms without a dose are alike in too many pairs of trials to say anything.
        query=f"""
            WITH vectors AS (
              SELECT a.study_id, CAST(list_sort(list((coalesce(a.n_randomised, o.n_analysed), a.dose))) AS VARCHAR) AS vector
              FROM {_agreed("arms", _ARM, "n_randomised", "dose")} a
              LEFT JOIN (
                SELECT study_id, arm_id, max(n_analysed) AS n_analysed
                FROM outcomes SEMI JOIN (SELECT study_id, arm_id FROM arms WHERE n_randomised IS NULL) u USING (study_id, arm_id)
                GROUP BY ALL
              ) o USING (study_id, arm_id)
              GROUP BY a.study_id
              HAVING count(*) >= 2 AND count(coalesce(a.n_randomised, o.n_analysed)) = count(*)
                AND (count(a.dose) > 0 OR count(*) > 2)
            )
            SELECT s.*, s.study_id AS _study, v.vector AS arm_sizes_and_doses, t.trials AS trials_alike,
              CASE WHEN s.study_id = t.first_study THEN t.last_study ELSE t.first_study END AS other_study
            FROM studies s
            JOIN vectors v USING (study_id)
            JOIN (
              SELECT vector, count(*) AS trials, min(study_id) AS first_study, max(study_id) AS last_study
              FROM vectors GROUP BY vector
            ) t USING (vector)
        """,
    ),
    View(
        "extractions_in_study",
        place="studies",
        needs=("studies",),
        query="""
            WITH figures AS (
              SELECT study_id, count(extractions) AS figures, count(*) FILTER (extractions = 1) AS single
              FROM outcomes GROUP BY study_id
              UNION ALL
              SELECT study_id, count(extractions), count(*) FILTER (extractions = 1) FROM scores GROUP BY study_id
              UNION ALL
              SELECT study_id, count(extractions), count(*) FILTER (extractions = 1) FROM harms GROUP BY study_id
            )
            SELECT s.*, s.study_id AS _study, f.figures_counted, f.figures_read_once
            FROM studies s
            JOIN (
              SELECT study_id, CAST(sum(figures) AS BIGINT) AS figures_counted,
                CAST(sum(single) AS BIGINT) AS figures_read_once
              FROM figures GROUP BY study_id
            ) f USING (study_id)
        """,
    ),
)

_ARMS = (
    View(
        "arms_in_study",
        place="arms",
        needs=("arms",),
        whole=True,
        query=f"""
            SELECT a.*, a.study_id AS _study, s.n_randomised AS study_n_randomised, t.routes AS treatment_routes
            FROM arms a
            LEFT JOIN {_agreed("studies", ("study_id",), "n_randomised")} s USING (study_id)
            LEFT JOIN vocabulary.treatments t USING (treatment_id)
        """,
    ),
)

_DEFINITIONS = (
    View(
        "outcomes_beside_instruments",
        place="outcomes",
        needs=("outcomes",),
        needs_one_of=("scores", "visits"),
        # Outcomes of the studies that have scores or visits; the scale of the entry score was measured too.
        query=f"""
            WITH measured AS (
              SELECT study_id, instrument_id, true AS figures FROM scores GROUP BY ALL
              UNION ALL
              SELECT p.study_id, v.instrument_id, true FROM visits v JOIN {_PARTICIPANTS} p USING (participant_id) GROUP BY ALL
              UNION ALL
              SELECT study_id, entry_instrument_id, false FROM studies WHERE entry_instrument_id IS NOT NULL
            )
            SELECT o.*, o.study_id AS _study, d.instrument_id AS instrument_id,
              d.instrument_id LIKE '%unstated' OR m.version_open AS version_open,
              list_contains(m.instruments, d.instrument_id) AS measured,
              array_to_string(m.instruments, ', ') AS instruments_measured
            FROM outcomes o
            JOIN (
              SELECT study_id, list_sort(list(DISTINCT instrument_id)) AS instruments,
                bool_or(instrument_id LIKE '%unstated') AS version_open
              FROM measured GROUP BY study_id HAVING bool_or(figures)
            ) m USING (study_id)
            JOIN vocabulary.definitions d USING (definition_id)
        """,
    ),
    View(
        "cumulative_beside_point",
        place="outcomes",
        needs=("outcomes",),
        # Only the results over several visits, each with the point result of its arm, day and rule, if there is one.
        query=f"""
            WITH defined AS NOT MATERIALIZED (
              SELECT o.*, {_day("o")} AS day, d.ascertainment,
                (d.outcome, d.instrument_id, d.threshold, d.percent_reduction) AS rule
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome <> 'dropout' AND d.instrument_id IS NOT NULL
            )
            SELECT c.* EXCLUDE (day, rule), c.study_id AS _study, p.definition_id AS point_definition_id
            FROM defined c
            LEFT JOIN (
              SELECT study_id, arm_id, day, rule, min(definition_id) AS definition_id
              FROM defined WHERE ascertainment = 'point'
                AND study_id IN (SELECT study_id FROM defined WHERE ascertainment IN ('any-visit', 'sustained'))
              GROUP BY ALL
            ) p ON p.study_id = c.study_id AND p.arm_id = c.arm_id AND p.day = c.day AND p.rule IS NOT DISTINCT FROM c.rule
            WHERE c.ascertainment IN ('any-visit', 'sustained')
        """,
    ),
    View(
        "definitions_side_by_side",
        place="outcomes",
        needs=("outcomes",),
        # One row for each definition that a study uses, at the place where it is first used.
        query="""
            WITH used AS (
              SELECT study_id, definition_id, min(_line) AS _line, arg_min_null(arm_id, _line) AS arm_id,
                arg_min_null(timepoint_days, _line) AS timepoint_days, arg_min_null(analysis_set, _line) AS analysis_set
              FROM outcomes GROUP BY study_id, definition_id
            ), defined AS (
              SELECT u.*, d.outcome, d.instrument_id, d.comparator, d.threshold
              FROM used u JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.threshold IS NOT NULL
            )
            SELECT u.study_id, u.arm_id, u.definition_id, u.timepoint_days, u.analysis_set, u._line, u.study_id AS _study,
              u.outcome, u.instrument_id, u.comparator, u.threshold, c.comparators,
              CASE WHEN u.comparator = c.first_comparator THEN c.last_comparator ELSE c.first_comparator
                END AS other_comparator
            FROM defined u
            JOIN (
              SELECT study_id, outcome, instrument_id, threshold, count(DISTINCT comparator) AS comparators,
                min(comparator) AS first_comparator, max(comparator) AS last_comparator
              FROM defined GROUP BY ALL
            ) c USING (study_id, outcome, instrument_id, threshold)
        """,
    ),
)

_OUTCOMES = (
    View(
        "outcomes_in_context",
        place="outcomes",
        needs=("outcomes",),
        whole=True,
        query=f"""
            SELECT
              o.*, o.study_id AS _study,
              a.n_randomised AS arm_n_randomised,
              a.n_treated AS arm_n_treated,
              s.population_id AS population_id,
              d.outcome AS outcome,
              d.instrument_id AS instrument_id,
              d.comparator AS comparator,
              d.threshold AS threshold,
              d.percent_reduction AS percent_reduction,
              d.ascertainment AS ascertainment,
              i.minimum AS instrument_minimum,
              i.maximum AS instrument_maximum,
              i.percent_reduction AS instrument_has_percentages
            FROM outcomes o
            LEFT JOIN {_ARM_SIZES} a USING (study_id, arm_id)
            LEFT JOIN {_agreed("studies", ("study_id",), "population_id")} s USING (study_id)
            LEFT JOIN vocabulary.definitions d USING (definition_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
        """,
    ),
    View(
        "remitters_beside_responders",
        place="outcomes",
        needs=("outcomes",),
        # Only the counts of remission. `responders_implied` is the count of responders in the very same people, where the
        # definitions and the entry score make every remitter a responder; `responders` the highest count of the same arm,
        # day, set and n by any definition on that scale that looks at visits in the same way.
        query=f"""
            WITH defined AS NOT MATERIALIZED (
              SELECT o.*, {_day("o")} AS day, d.outcome, d.instrument_id, d.comparator, d.threshold, d.percent_comparator,
                d.percent_reduction, d.combine, d.ascertainment,
                CASE d.ascertainment WHEN 'unstated' THEN 'point' ELSE d.ascertainment END AS visits
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome IN ('response', 'remission') AND o.value_origin IS DISTINCT FROM 'imputed-from-mean'
            ), remission AS (
              SELECT r.*,
                i.percent_reduction AND r.ascertainment = 'point' AND (
                  (r.percent_reduction >= 50 AND r.combine IS DISTINCT FROM 'or')
                  OR (r.comparator IN ('<=', '<', '=') AND r.combine IS DISTINCT FROM 'or'
                    AND i.direction = 'higher-is-worse' AND 2 * r.threshold <= least(s.entry_score_min, p.baseline_total))
                ) AS implied,
                least(s.entry_score_min, p.baseline_total) AS lowest_baseline
              FROM defined r
              JOIN vocabulary.instruments i USING (instrument_id)
              LEFT JOIN {_agreed("studies", ("study_id",), "entry_instrument_id", "entry_score_min")} s
                ON s.study_id = r.study_id AND s.entry_instrument_id = r.instrument_id
              LEFT JOIN (
                SELECT study_id, baseline_instrument_id AS instrument_id, min(baseline_total) AS baseline_total
                FROM participants GROUP BY ALL
              ) p ON p.study_id = s.study_id AND p.instrument_id = s.entry_instrument_id
              WHERE r.outcome = 'remission'
            ), responders AS (
              SELECT study_id, arm_id, instrument_id, visits, day, analysis_set, n_analysed, max(events) AS events
              FROM defined WHERE outcome = 'response' GROUP BY ALL
            ), comparable AS (
              SELECT study_id, arm_id, instrument_id, day, analysis_set, n_analysed, timepoint_anchor, missing_data,
                min(events) AS events
              FROM defined
              WHERE outcome = 'response' AND ascertainment = 'point' AND percent_comparator = '>='
                AND percent_reduction <= 50 AND combine IS DISTINCT FROM 'and'
              GROUP BY ALL
            )
            SELECT r.* EXCLUDE (day, visits), r.study_id AS _study, p.events AS responders,
              CASE WHEN r.implied THEN c.events END AS responders_implied
            FROM remission r
            LEFT JOIN responders p USING (study_id, arm_id, instrument_id, visits, day, analysis_set, n_analysed)
            LEFT JOIN comparable c
              USING (study_id, arm_id, instrument_id, day, analysis_set, n_analysed, timepoint_anchor, missing_data)
        """,
    ),
    View(
        "denominators_side_by_side",
        place="outcomes",
        needs=("outcomes",),
        # Rows that share arm, day, anchor, set (an unstated one too), handling of missing data and scale with at least one other. Those
        # who relapse or leave are counted out of other people.
        query=f"""
            WITH defined AS (
              SELECT o.*, {_day("o")} AS day, d.instrument_id
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome IN ('response', 'remission', 'improvement')
            )
            SELECT o.* EXCLUDE (day), o.study_id AS _study, g.largest_n_analysed
            FROM defined o
            JOIN (
              SELECT study_id, arm_id, day, timepoint_anchor, analysis_set, missing_data, instrument_id,
                max(n_analysed) AS largest_n_analysed
              FROM defined GROUP BY ALL HAVING count(n_analysed) > 1
            ) g USING (study_id, arm_id, day, timepoint_anchor, analysis_set, missing_data, instrument_id)
        """,
    ),
    View(
        "dropouts_side_by_side",
        place="outcomes",
        needs=("outcomes",),
        # Dropouts for one reason, beside all dropouts of the same arm, day and set.
        query=f"""
            WITH dropouts AS (
              SELECT o.*, {_day("o")} AS day
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome = 'dropout' AND o.value_origin IS DISTINCT FROM 'imputed-from-mean'
            )
            SELECT o.* EXCLUDE (day), o.study_id AS _study, a.events AS dropouts
            FROM dropouts o
            JOIN (
              SELECT study_id, arm_id, day, analysis_set, max(events) AS events
              FROM dropouts WHERE definition_id = 'dropout.any' GROUP BY ALL
            ) a USING (study_id, arm_id, day, analysis_set)
            WHERE o.definition_id <> 'dropout.any'
        """,
    ),
    View(
        "harms_in_context",
        place="harms",
        needs=("harms",),
        whole=True,
        query=f"""
            SELECT h.*, h.study_id AS _study, a.n_randomised AS arm_n_randomised
            FROM harms h LEFT JOIN {_ARM_SIZES} a USING (study_id, arm_id)
        """,
    ),
)

_SCORES = (
    View(
        "scores_in_context",
        place="scores",
        needs=("scores",),
        whole=True,
        query=f"""
            SELECT s.*, s.study_id AS _study, a.n_randomised AS arm_n_randomised,
              i.minimum AS instrument_minimum, i.maximum AS instrument_maximum, i.whole_numbers AS whole_numbers
            FROM scores s
            LEFT JOIN {_ARM_SIZES} a USING (study_id, arm_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
        """,
    ),
    View(
        "changes_beside_means",
        place="scores",
        needs=("scores",),
        # Raw changes with the raw means before and after of as many people, where all three are given.
        query=f"""
            SELECT c.*, c.study_id AS _study,
              b.mean AS baseline_mean, b.mean_reported AS baseline_mean_reported,
              e.mean AS endpoint_mean, e.mean_reported AS endpoint_mean_reported
            FROM scores c
            JOIN {
            _agreed(
                "(SELECT * FROM scores WHERE statistic = 'baseline' AND estimate = 'raw')",
                ("study_id", "arm_id", "instrument_id", "n"),
                "mean",
                "mean_reported",
            )
        } b USING (study_id, arm_id, instrument_id, n)
            JOIN {
            _agreed(
                f"(SELECT e.*, {_day('e')} AS day FROM scores e WHERE statistic = 'endpoint' AND estimate = 'raw')",
                ("study_id", "arm_id", "instrument_id", "n", "day", "timepoint_anchor"),
                "mean",
                "mean_reported",
            )
        } e
              ON e.study_id = c.study_id AND e.arm_id = c.arm_id AND e.instrument_id = c.instrument_id AND e.n = c.n
              AND e.timepoint_anchor = c.timepoint_anchor AND e.day = {_day("c")}
            WHERE c.statistic = 'change' AND c.estimate = 'raw'
        """,
    ),
    View(
        "spreads_side_by_side",
        place="scores",
        needs=("scores",),
        query="""
            SELECT s.*, s.study_id AS _study, g.largest_sd
            FROM scores s
            JOIN (
              SELECT study_id, instrument_id, statistic, max(sd) AS largest_sd
              FROM scores GROUP BY ALL HAVING count(sd) > 1
            ) g USING (study_id, instrument_id, statistic)
        """,
    ),
)

_PARTICIPANT_DATA = (
    View(
        "participants_in_context",
        place="participants",
        needs=("participants",),
        whole=True,
        query="""
            SELECT p.*, p.study_id AS _study, i.minimum AS instrument_minimum, i.maximum AS instrument_maximum,
              g.arms AS arms_of_participant,
              CASE WHEN p.arm_id = g.first_arm THEN g.last_arm ELSE g.first_arm END AS other_arm_id
            FROM participants p
            LEFT JOIN vocabulary.instruments i ON i.instrument_id = p.baseline_instrument_id
            LEFT JOIN (
              SELECT participant_id, count(DISTINCT (study_id, arm_id)) AS arms, min(arm_id) AS first_arm, max(arm_id) AS last_arm
              FROM participants WHERE arm_id IS NOT NULL GROUP BY participant_id
            ) g USING (participant_id)
        """,
    ),
    View(
        "visits_in_context",
        place="visits",
        needs=("visits", "participants"),
        whole=True,
        query=f"""
            SELECT v.*, p.study_id AS _study, p.study_id AS study_id, p.arm_id AS arm_id,
              p.baseline_instrument_id AS baseline_instrument_id, p.baseline_total AS baseline_total,
              i.minimum AS instrument_minimum, i.maximum AS instrument_maximum,
              CASE WHEN i.percent_reduction AND p.baseline_instrument_id = v.instrument_id AND p.baseline_total > 0
                THEN 2 * v.total <= p.baseline_total + 1e-9 END AS response_recomputed,
              CASE WHEN d.instrument_id = v.instrument_id THEN {
            _met("v.total", "CASE WHEN p.baseline_instrument_id = v.instrument_id THEN p.baseline_total END")
        } END AS remission_recomputed
            FROM visits v
            LEFT JOIN {_PARTICIPANTS} p USING (participant_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
            LEFT JOIN vocabulary.definitions d ON d.definition_id = v.remission_definition_id
        """,
    ),
    View(
        "counts_recomputed",
        place="outcomes",
        needs=("outcomes", "participants", "visits"),
        # Counts of arms whose participants are in the package, for definitions that one visit decides, in the two ways of
        # counting that the visits settle: those seen, and everybody with those not seen as not having met the definition.
        query=f"""
            WITH wanted AS (
              SELECT o._line, o.study_id, o.arm_id, o.timepoint_days AS day, d.*
              FROM outcomes o
              JOIN vocabulary.definitions d USING (definition_id)
              SEMI JOIN participants p ON p.study_id = o.study_id AND p.arm_id = o.arm_id
              WHERE d.ascertainment = 'point' AND (d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL)
                AND o.timepoint_anchor IS DISTINCT FROM 'last-dose' AND o.value_origin IS DISTINCT FROM 'imputed-from-mean'
                AND ((o.analysis_set = 'observed-cases' AND o.missing_data = 'observed')
                  OR (o.analysis_set = 'randomised' AND o.missing_data = 'non-responder'))
            ), judged AS (
              SELECT d._line, {
            _met("v.total", "CASE WHEN p.baseline_instrument_id = d.instrument_id THEN p.baseline_total END")
        } AS met
              FROM wanted d
              JOIN {_PARTICIPANTS} p ON p.study_id = d.study_id AND p.arm_id = d.arm_id
              LEFT JOIN {_agreed("visits", ("participant_id", "visit_day", "instrument_id"), "total")} v
                ON v.participant_id = p.participant_id AND v.visit_day = d.day AND v.instrument_id = d.instrument_id
            )
            SELECT o.*, o.study_id AS _study, j.seen AS participants_seen, j.events AS events_recomputed,
              CASE WHEN o.analysis_set = 'randomised' THEN j.participants ELSE j.seen END AS n_recomputed
            FROM outcomes o
            JOIN (
              SELECT _line, count(*) AS participants, count(met) AS seen, count(*) FILTER (met) AS events
              FROM judged GROUP BY _line
            ) j USING (_line)
        """,
    ),
)

_SOURCES = (
    View(
        "sources_in_use",
        place="sources",
        needs=("sources",),
        whole=True,
        query="""
            SELECT s.*, CAST(NULL AS VARCHAR) AS _study, run.today, coalesce(u.figures, 0) AS figures
            FROM sources s
            CROSS JOIN run
            LEFT JOIN (
              SELECT source_id, count(*) AS figures
              FROM (
                SELECT source_id FROM outcomes UNION ALL SELECT source_id FROM scores UNION ALL SELECT source_id FROM harms
                UNION ALL SELECT source_id FROM arms UNION ALL SELECT source_id FROM studies
                UNION ALL SELECT source_id FROM participants
              )
              GROUP BY source_id
            ) u USING (source_id)
        """,
    ),
)

_CLAIMS = (
    View(
        "claims_in_context",
        place="claims",
        needs=("claims",),
        whole=True,
        # `words_missing` are the words without which a rate is a number about nobody; of a claim that is of no rate it is null.
        query="""
            SELECT c.*, CAST(NULL AS VARCHAR) AS _study, d.outcome AS definition_outcome,
              replace(c.attribute, '-rate', '') AS claimed_outcome,
              concat_ws(', ',
                CASE WHEN c.population_id = 'unstated' THEN 'population' END,
                CASE WHEN d.threshold IS NULL AND d.percent_reduction IS NULL THEN 'definition' END,
                CASE WHEN c.timepoint_days IS NULL THEN 'time point' END) AS words_missing,
              r.claim_id IS NOT NULL AS related_is_there
            FROM claims c
            LEFT JOIN vocabulary.definitions d USING (definition_id)
            LEFT JOIN (SELECT DISTINCT claim_id FROM claims) r ON r.claim_id = c.related_claim_id
        """,
    ),
    View(
        "remission_claims_beside_responses",
        place="claims",
        needs=("claims",),
        # Claims of remission with the lowest response that the same source claims of the same subject, where nothing that both state
        # sets them apart: another population, day, number of people, scale or way of looking at visits.
        query="""
            WITH rates AS (
              SELECT c.*, coalesce(c.value_high, c.value_low) AS highest, nullif(c.population_id, 'unstated') AS population,
                CASE WHEN d.instrument_id NOT LIKE '%unstated' THEN d.instrument_id END AS scale,
                nullif(d.ascertainment, 'unstated') AS visits
              FROM claims c LEFT JOIN vocabulary.definitions d USING (definition_id)
              WHERE c.unit = '%'
            )
            SELECT m.* EXCLUDE (population, scale, visits, highest), CAST(NULL AS VARCHAR) AS _study,
              m.highest AS remission_claimed, min(r.highest) AS response_claimed, arg_min(r.claim_id, r.highest) AS response_claim
            FROM rates m
            JOIN rates r ON r.attribute = 'response-rate' AND r.subject = m.subject
              AND r.source_id IS NOT DISTINCT FROM m.source_id
              AND coalesce(r.population = m.population, true) AND coalesce(r.timepoint_days = m.timepoint_days, true)
              AND coalesce(r.n_analysed = m.n_analysed, true) AND coalesce(r.scale = m.scale, true)
              AND coalesce(r.visits = m.visits, true)
            WHERE m.attribute = 'remission-rate' AND m.highest IS NOT NULL AND r.highest IS NOT NULL
            GROUP BY ALL
        """,
    ),
)

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        *_STUDIES,
        *_ARMS,
        *_DEFINITIONS,
        *_OUTCOMES,
        *_SCORES,
        *_PARTICIPANT_DATA,
        *_SOURCES,
        *_CLAIMS,
    )
}
