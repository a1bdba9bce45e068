"""Views of studies and arms: with the vocabularies, and compared with each other."""

from __future__ import annotations

from schemas.roles import is_placebo
from schemas.vocabulary import NO_TERM
from validation.views.groups import GIVEN_OTHERWISE, SINGLE, SIZES_OF_PARTS, ids
from validation.views.twice import AGAIN, TWICE
from validation.views.view import ARM, Scope, View, agreed

__all__ = ["ARMS", "STUDIES"]


def _same_report(column: str) -> str:
    """SQL: studies that aren't parts with another of the same main report, unless they have registrations of their own."""
    return f"""
              SELECT a._package, a.study_id, min(b.study_id) AS other
              FROM (FROM studies WHERE {column} IS NOT NULL AND part_of IS NULL) a
              JOIN (FROM studies WHERE {column} IS NOT NULL AND part_of IS NULL) b
                ON b._package = a._package AND lower(trim(b.{column})) = lower(trim(a.{column})) AND b.study_id <> a.study_id
                AND (b.registration_id IS NULL OR a.registration_id IS NULL)
              GROUP BY ALL"""


def _together(beside: str, results: str) -> str:
    """SQL: each arm beside others, with each result that all of these have, added up, and whether it is the arm's own."""
    return f"""
              SELECT b._package, b.study_id, b.arm_id, b.parts, sum(x.n) AS all_n, sum(x.total) AS all_total,
                abs(any_value(r.n) - all_n) <= 1 AND abs(any_value(r.total) - all_total) <= any_value(r.within) AS alike
              FROM {beside} b JOIN {results} r USING (_package, study_id, arm_id)
              JOIN {results} x ON x._package = b._package AND x.study_id = b.study_id AND x.arm_id = b.other AND x.of = r.of
              GROUP BY b._package, b.study_id, b.arm_id, b.parts, r.of HAVING count(*) = len(b.parts)"""


_ONE_RESULT = """(FROM results SEMI JOIN (
                SELECT _package, study_id, max_by(of, (arms, of)) AS of
                FROM (SELECT _package, study_id, of, count(*) AS arms FROM results GROUP BY ALL) GROUP BY ALL
              ) USING (_package, study_id, of))"""
"""SQL: of a study's results the one that most of its arms have."""


STUDIES = (
    View(
        "studies_in_context",
        place="studies",
        scope=Scope.PACKAGE,
        needs=("studies",),
        whole=True,
        query=f"""
            SELECT
              s.*, s.study_id AS _study, run.today,
              p.prior_failures_min AS label_failures_min,
              p.prior_failures_window AS label_failures_window,
              p.age_min AS label_age_min,
              p.age_max AS label_age_max,
              w.n_randomised AS whole_n_randomised,
              i.minimum AS entry_minimum,
              i.maximum AS entry_maximum,
              CASE WHEN s.part_of IS NULL THEN r.studies END AS studies_registered,
              CASE WHEN s.part_of IS NULL THEN coalesce(b.other, c.other) END AS study_reported_with,
              CASE WHEN s.part_of IS NOT NULL THEN s.part_of <> s.study_id AND (s._package, s.part_of) IN (SELECT (_package, study_id) FROM studies) END AS whole_is_known,
              CASE WHEN s.study_id = r.first_study THEN r.last_study ELSE r.first_study END AS other_study
            FROM studies s
            CROSS JOIN run
            LEFT JOIN vocabulary.populations p USING (population_id)
            LEFT JOIN vocabulary.instruments i ON i.instrument_id = s.entry_instrument_id
            LEFT JOIN {agreed("studies", ("study_id",), "n_randomised", table="studies")} w ON w._package = s._package AND w.study_id = s.part_of
            LEFT JOIN (
              SELECT _package, upper(trim(registration_id)) AS registration, count(DISTINCT study_id) AS studies,
                min(study_id) AS first_study, max(study_id) AS last_study
              FROM studies WHERE registration_id IS NOT NULL AND part_of IS NULL GROUP BY ALL
            ) r ON r._package = s._package AND r.registration = upper(trim(s.registration_id))
            LEFT JOIN ({_same_report("doi")}) b ON b._package = s._package AND b.study_id = s.study_id
            LEFT JOIN ({_same_report("pmid")}) c ON c._package = s._package AND c.study_id = s.study_id
        """,
    ),
    View(
        "studies_beside_arms",
        place="studies",
        scope=Scope.STUDY,
        needs=("studies", "arms"),
        # The size of an arm that states none is that of its set `randomised`. Beside them the most people that any one result has in all arms together.
        query=f"""
            WITH single AS (
              SELECT * FROM {agreed(SINGLE, ARM, "n_randomised", table="arms")}
            ), unsized AS (
              FROM single SEMI JOIN (FROM studies WHERE n_randomised IS NOT NULL) t USING (_package, study_id) WHERE n_randomised IS NULL
            ), results AS (
              SELECT r.* FROM (
                SELECT _package, study_id, arm_id, n_analysed AS n, analysis_set::VARCHAR AS of,
                  concat_ws(' ', definition_id, timepoint_days, timepoint_anchor, analysis_set, missing_data) AS result FROM outcomes
                UNION ALL SELECT _package, study_id, arm_id, n, analysis_set::VARCHAR,
                  concat_ws(' ', instrument_id, statistic, timepoint_days, timepoint_anchor, analysis_set, missing_data) FROM scores
                UNION ALL SELECT _package, study_id, arm_id, n_at_risk, NULL, concat_ws(' ', term, serious) FROM harms
              ) r SEMI JOIN unsized USING (_package, study_id) SEMI JOIN single USING (_package, study_id, arm_id) WHERE n BETWEEN 0 AND 1e9
            )
            SELECT s.*, s.study_id AS _study, a.arms, a.arms_of_known_size, a.arms_n_randomised, b.arms_n_analysed
            FROM studies s
            LEFT JOIN (
              SELECT _package, study_id, count(*) AS arms, count(n) AS arms_of_known_size, TRY_CAST(sum(n) AS BIGINT) AS arms_n_randomised
              FROM (
                SELECT _package, study_id, arm_id, coalesce(n_randomised, r.n) AS n FROM single LEFT JOIN (
                  SELECT _package, study_id, arm_id, CASE WHEN min(n) = max(n) THEN min(n) END AS n FROM results WHERE of = 'randomised' GROUP BY ALL
                ) r USING (_package, study_id, arm_id)
              ) GROUP BY _package, study_id
            ) a USING (_package, study_id)
            LEFT JOIN (
              SELECT _package, study_id, max(n)::BIGINT AS arms_n_analysed
              FROM (SELECT _package, study_id, result, sum(n) AS n FROM (SELECT DISTINCT * FROM results) GROUP BY ALL) GROUP BY ALL
            ) b USING (_package, study_id)
        """,
    ),
    TWICE,
    AGAIN,
    View(
        "figures_in_study",
        place="studies",
        scope=Scope.STUDY,
        needs=("studies",),
        query="""
            WITH figures AS (
              SELECT _package, study_id, extractions, _unread, source_id, source_locator, timepoint_days FROM outcomes
              UNION ALL SELECT _package, study_id, extractions, _unread, source_id, source_locator, timepoint_days FROM scores
              UNION ALL SELECT _package, study_id, extractions, _unread, source_id, source_locator, NULL FROM harms
              UNION ALL SELECT _package, study_id, extractions, _unread, source_id, source_locator, timepoint_days FROM contrasts
            ), days AS (
              SELECT *, lag(day) OVER (PARTITION BY _package, study_id ORDER BY day) AS before, count(*) OVER (PARTITION BY _package, study_id) AS days
              FROM (SELECT DISTINCT _package, study_id, timepoint_days AS day FROM figures WHERE timepoint_days IS NOT NULL)
            )
            SELECT s.*, s.study_id AS _study, f.figures_counted, f.figures_read_once, f.figures_of_unstated_readers, f.figures_with_source,
              f.figures_without_place, d.day_apart, d.day_before_it
            FROM studies s
            LEFT JOIN (
              SELECT _package, study_id, arg_max(day, day / before) AS day_apart, arg_max(before, day / before) AS day_before_it
              FROM days WHERE before >= 7 AND days > 2 GROUP BY _package, study_id
            ) d USING (_package, study_id)
            JOIN (
              SELECT _package, study_id, count(extractions) AS figures_counted, count(*) FILTER (extractions = 1) AS figures_read_once,
                count(*) FILTER (extractions IS NULL AND _unread IS NOT true) AS figures_of_unstated_readers, count(source_id) AS figures_with_source,
                count(*) FILTER (source_id IS NOT NULL AND source_locator IS NULL) AS figures_without_place
              FROM figures GROUP BY _package, study_id
            ) f USING (_package, study_id)
        """,
    ),
)

ARMS = (
    View(
        "arms_in_study",
        place="arms",
        scope=Scope.STUDY,
        needs=("arms",),
        whole=True,
        query=f"""
            SELECT a.*, a.study_id AS _study, s.n_randomised AS study_n_randomised, t.routes AS treatment_routes, t.class_id AS treatment_class,
              g.has_control AS study_has_control, g.all_treated, g.all_randomised, g.backgrounds AS study_backgrounds,
              array_to_string(list_filter(
                {ids("a.includes")},
                lambda x: x = a.arm_id OR NOT list_contains(g.arms, x)
              ), ', ') AS included_unknown,
              CASE WHEN a.includes IS NOT NULL THEN array_to_string(list_sort(list_distinct(list_filter(
                flatten(list_transform(
                  list_filter(g.groups, lambda x: list_contains({ids("a.includes")}, x.arm_id)),
                  lambda x: {ids("x.includes")}
                )),
                lambda x: x <> a.arm_id AND NOT list_contains({ids("a.includes")}, x)
              ))), ', ') END AS included_within,
              p.parts, {GIVEN_OTHERWISE} AS given_otherwise,
              p.least_n_randomised, p.least_n_treated, p.least_n_completed, p.parts_n_randomised, p.parts_n_treated, p.parts_n_completed
            FROM arms a
            LEFT JOIN {SIZES_OF_PARTS} p USING (_package, study_id, arm_id)
            LEFT JOIN (
              SELECT _package, study_id, list(arm_id) AS arms, list({{arm_id: arm_id, includes: includes}}) FILTER (includes IS NOT NULL) AS groups,
                bool_or({is_placebo("role::VARCHAR")}) AS has_control,
                CASE WHEN bool_and(n_treated IS NOT NULL AND n_randomised IS NOT NULL) FILTER (includes IS NULL) THEN
                  sum(n_treated::DOUBLE) FILTER (includes IS NULL) END AS all_treated, sum(n_randomised::DOUBLE) FILTER (includes IS NULL) AS all_randomised,
                array_to_string(list_sort(list(DISTINCT background_id::VARCHAR) FILTER (background_id NOT IN ('unstated', '{NO_TERM}'))), ', ') AS backgrounds
              FROM arms GROUP BY _package, study_id
            ) g USING (_package, study_id)
            LEFT JOIN {agreed("studies", ("study_id",), "n_randomised", table="studies")} s USING (_package, study_id)
            LEFT JOIN vocabulary.treatments t USING (treatment_id)
        """,
    ),
    View(
        "groups_beside_arms",
        place="arms",
        scope=Scope.STUDY,
        needs=("arms",),
        needs_one_of=("outcomes", "scores", "harms"),
        # Arms with results, and whether these are those of some other arms of the same treatment together, or of its class where the treatment is a word for
        # that, wherever all of them are told alike: nobody with an event, or hardly anybody, tells nothing. A person lost on the way is no other group, so one may be missing, and means may differ by what they are
        # rounded by. A group may stand beside another, so every choice of arms is tried, of more than seven arms of a treatment only all others; by one result
        # first, which rules out nearly all. Few trials have three arms of a treatment, and of the others no two rows are compared.
        query=f"""
            WITH single AS (
              SELECT a._package, a.study_id, a.arm_id, a.treatment_id, t.class_id, coalesce(a.treatment_id LIKE '%.unspecified', false) AS of_any
              FROM arms a LEFT JOIN vocabulary.treatments t USING (treatment_id) WHERE a.includes IS NULL
            ), several AS (
              SELECT _package, study_id FROM single GROUP BY ALL HAVING count(*) > 2
            ), beside AS (
              SELECT _package, study_id, arm_id, parts, unnest(parts) AS other FROM (
                SELECT *, CASE WHEN chosen = 0 THEN kin ELSE list_filter(kin, lambda x, i: (chosen >> (i - 1)) & 1 = 1) END AS parts FROM (
                  SELECT *, unnest(CASE WHEN len(kin) > 6 THEN [0] ELSE range(3, 1 << len(kin)) END) AS chosen FROM (
                    SELECT g._package, g.study_id, g.arm_id, list(DISTINCT s.arm_id ORDER BY s.arm_id) AS kin
                    FROM single g JOIN several USING (_package, study_id) JOIN single s USING (_package, study_id)
                    WHERE s.arm_id <> g.arm_id AND (s.treatment_id = g.treatment_id OR (g.of_any AND s.class_id = g.class_id AND NOT s.of_any))
                    GROUP BY ALL
                  )
                )
              ) WHERE len(parts) > 1
            ), concerned AS (
              SELECT DISTINCT _package, study_id, unnest([arm_id, other]) AS arm_id FROM beside
            ), results AS (
              SELECT _package, study_id, arm_id, concat_ws(' | ', definition_id, timepoint_days, timepoint_anchor, analysis_set, missing_data) AS of,
                n_analysed::DOUBLE AS n, events::DOUBLE AS total, 0.0 AS within
              FROM outcomes SEMI JOIN concerned USING (_package, study_id, arm_id) WHERE n_analysed BETWEEN 0 AND 1e9 AND events BETWEEN 0 AND 1e9
              UNION ALL
              SELECT _package, study_id, arm_id, concat_ws(' | ', term, serious), n_at_risk, events, 0.0
              FROM harms SEMI JOIN concerned USING (_package, study_id, arm_id) WHERE n_at_risk BETWEEN 0 AND 1e9 AND events BETWEEN 0 AND 1e9
              UNION ALL
              SELECT _package, study_id, arm_id,
                concat_ws(' | ', instrument_id, statistic, timepoint_days, timepoint_anchor, analysis_set, missing_data, estimate),
                n, n * mean, n * 0.06 + abs(mean)
              FROM scores SEMI JOIN concerned USING (_package, study_id, arm_id) WHERE n BETWEEN 0 AND 1e9 AND isfinite(mean)
            ), tried AS (
              {_together("beside", _ONE_RESULT)}
            ), together AS (
              {_together("(FROM beside ANTI JOIN (FROM tried WHERE NOT alike) USING (_package, study_id, arm_id, parts))", "results")}
            ), sums AS (
              SELECT _package, study_id, arm_id, array_to_string(arg_max(parts, (len(parts), parts)), ', ') AS others, arg_max(all_n, (len(parts), parts)) AS others_n FROM (
                SELECT _package, study_id, arm_id, parts, max(all_n)::BIGINT AS all_n FROM together GROUP BY ALL
                HAVING bool_and(alike) AND max(abs(all_total)) > 0 AND max(all_n) >= 10
              ) GROUP BY ALL
            )
            SELECT a.*, a.study_id AS _study, s.others IS NOT NULL AS sum_of_the_others, s.others, s.others_n
            FROM arms a
            SEMI JOIN (FROM single SEMI JOIN (
              SELECT _package, study_id, arm_id FROM outcomes UNION ALL SELECT _package, study_id, arm_id FROM scores
              UNION ALL SELECT _package, study_id, arm_id FROM harms
            ) USING (_package, study_id, arm_id)) USING (_package, study_id, arm_id)
            LEFT JOIN sums s USING (_package, study_id, arm_id)
        """,
    ),
)
