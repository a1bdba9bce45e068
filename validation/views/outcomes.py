"""Views of outcomes and harms: with arm, study and definition, and responders with remitters."""

from __future__ import annotations

from schemas.nesting import FROM_BASELINE, inside
from schemas.outcome_words import WORSE
from schemas.sql import folded, literal
from validation.views.groups import COUNTS_OF_PARTS, HARMS_OF_PARTS, SIZES_OF_PARTS
from validation.views.view import ARM_SIZES, COUNTED, DROPOUTS, Scope, View, agreed, day

__all__ = ["OUTCOMES"]

_WORSE = ", ".join(map(literal, sorted(WORSE)))
_WHOEVER = "((number of )?(patients|participants|subjects|people|persons)( experiencing| having| reporting| who had| with)? )?"
_TOTAL = "((all|overall|total)( number)?( of| with)?[:,]? )?"
_ANY = "((any|at least (one|1)|one or more|(≥|>=|⩾) ?(1|one)|all) )?"


def _any(kind: str, short: str) -> str:
    """A pattern of the names under which sources print how many had any event of a kind, such as `Total, any adverse event`."""
    events = f"{kind}(adverse (drug )?(events?|reactions?|effects?)|side[- ]effects?|{short}s?)"
    return f"{_TOTAL}{_WHOEVER}{_ANY}{events}( ?\\({short}s?\\))?([,:]? ?\\(?(any|total|overall|all)\\)?)?"


_ANY_EVENT = _any("(treatment[- ]emergent )?", "(te)?ae")
_ANY_SERIOUS = (
    _any("(serious (treatment[- ]emergent )?|treatment[- ]emergent serious )", "(te)?sae") + "|" + _any("serious ", "(te)?ae")
)
_ANY_SERIOUS += f"|{_TOTAL}{_WHOEVER}{_ANY}(te)?saes?"
# How a definition looks at visits. Where it doesn't say, at one.
_SETTING = f"({day('o')}, o.timepoint_anchor, o.missing_data)"
_VISITS = "coalesce(nullif(d.ascertainment, 'unstated'), 'point')"
_BASELINES = agreed(
    "(SELECT * FROM scores WHERE statistic = 'baseline' AND estimate = 'raw' AND mean IS NOT NULL)",
    ("study_id", "arm_id", "instrument_id", "analysis_set", "n"),
    "mean",
    "mean_reported",
    "sd",
)
_PARTS = "g.parts, g.fewest, g.most, g.least_n, g.least_events, g.least_others, g.parts_n, g.parts_events"

OUTCOMES = (
    View(
        "outcomes_in_context",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        whole=True,
        query=f"""
            SELECT
              o.*, o.study_id AS _study,
              coalesce(a.n_randomised, CASE WHEN p.once THEN TRY_CAST(p.parts_n_randomised AS BIGINT) END) AS arm_n_randomised,
              a.n_treated AS arm_n_treated,
              a.n_completed AS arm_n_completed,
              s.n_randomised AS study_n_randomised,
              s.randomised AS study_randomised,
              s.population_id AS population_id,
              d.outcome AS outcome,
              d.instrument_id AS instrument_id,
              d.comparator AS comparator,
              coalesce(d.threshold_upper, d.threshold) AS threshold,
              d.percent_reduction AS percent_reduction,
              d.ascertainment AS ascertainment,
              i.minimum AS instrument_minimum,
              i.maximum AS instrument_maximum,
              i.percent_reduction AS instrument_has_percentages,
              {_PARTS}
            FROM outcomes o
            LEFT JOIN {COUNTS_OF_PARTS} g USING (_package, study_id, _line)
            LEFT JOIN {SIZES_OF_PARTS} p USING (_package, study_id, arm_id)
            LEFT JOIN {ARM_SIZES} a USING (_package, study_id, arm_id)
            LEFT JOIN {agreed("studies", ("study_id",), "population_id", "n_randomised", "randomised", table="studies")} s USING (_package, study_id)
            LEFT JOIN vocabulary.definitions d USING (definition_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
        """,
    ),
    View(
        "remitters_beside_responders",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Only the counts of remission. `responders_implied` is the count of responders in the very same people, where the
        # definitions and the entry score make every remitter a responder; `responders` the highest count, and `response_rate` the
        # highest rate, of the same arm, day and set by any definition, on any scale, that looks at visits in the same way.
        query=f"""
            WITH defined AS NOT MATERIALIZED (
              SELECT o.*, {day("o")} AS day, d.outcome, d.instrument_id, d.comparator, d.threshold, d.threshold_upper, d.percent_comparator,
                d.percent_reduction, d.combine, d.ascertainment,
                {_VISITS} AS visits
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE {COUNTED}
            ), remission AS (
              SELECT r.*,
                i.percent_reduction AND r.ascertainment = 'point' AND (
                  (r.percent_reduction >= 50 AND r.combine IS DISTINCT FROM 'or')
                  OR (r.comparator IN ('<=', '<', '=') AND r.combine IS DISTINCT FROM 'or'
                    AND i.direction = 'higher-is-worse' AND 2 * coalesce(r.threshold_upper, r.threshold) <= least(s.entry_score_min, p.baseline_total))
                ) AS implied,
                least(s.entry_score_min, p.baseline_total) AS lowest_baseline
              FROM defined r
              JOIN vocabulary.instruments i USING (instrument_id)
              LEFT JOIN {agreed("studies", ("study_id",), "entry_instrument_id", "entry_score_min", table="studies")} s
                ON s._package = r._package AND s.study_id = r.study_id AND s.entry_instrument_id = r.instrument_id
              LEFT JOIN (
                SELECT _package, study_id, baseline_instrument_id AS instrument_id, min(baseline_total) AS baseline_total
                FROM participants GROUP BY ALL
              ) p ON p._package = s._package AND p.study_id = s.study_id AND p.instrument_id = s.entry_instrument_id
              WHERE r.outcome = 'remission'
            ), responders AS (
              SELECT _package, study_id, arm_id, visits, day, analysis_set, max(events) AS events, max(events / n_analysed) AS rate
              FROM defined WHERE outcome = 'response' GROUP BY ALL
            ), comparable AS (
              SELECT _package, study_id, arm_id, instrument_id, day, analysis_set, n_analysed, timepoint_anchor, missing_data,
                min(events) AS events
              FROM defined d
              WHERE outcome = 'response' AND ascertainment = 'point' AND percent_comparator = '>='
                AND percent_reduction <= 50 AND combine IS DISTINCT FROM 'and' AND {FROM_BASELINE}
              GROUP BY ALL
            )
            SELECT r.* EXCLUDE (day, visits), r.study_id AS _study, p.events AS responders, p.rate AS response_rate,
              CASE WHEN r.implied THEN c.events END AS responders_implied
            FROM remission r
            LEFT JOIN responders p USING (_package, study_id, arm_id, visits, day, analysis_set)
            LEFT JOIN comparable c
              USING (_package, study_id, arm_id, instrument_id, day, analysis_set, n_analysed, timepoint_anchor, missing_data)
        """,
    ),
    View(
        "denominators_side_by_side",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Rows that share arm, day, anchor, set (an unstated one too) and handling of missing data with at least one other, of which none matters
        # where the set is all randomised; and the scale,
        # and the way of looking at visits, where the set is whoever was seen, or unstated: one scale, or one of several visits, may have been
        # missed of somebody whom another was taken of. Outcomes of which more is worse are left aside: those who relapse or leave are
        # counted out of other people.
        query=f"""
            WITH defined AS (
              SELECT o.*, CASE WHEN o.analysis_set <> 'randomised' THEN {_SETTING} END AS setting,
                CASE WHEN o.analysis_set IN ('observed-cases', 'completers', 'unstated')
                  THEN d.instrument_id || ' ' || {_VISITS} ELSE 'unstated' END AS scale
              FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome NOT IN ({_WORSE})
            )
            SELECT o.* EXCLUDE (setting, scale), o.study_id AS _study, g.largest_n_analysed
            FROM defined o
            JOIN (
              SELECT _package, study_id, arm_id, setting, analysis_set, scale, max(n_analysed) AS largest_n_analysed
              FROM defined GROUP BY ALL HAVING count(n_analysed) > 1
            ) g ON g._package = o._package AND g.study_id = o.study_id AND g.arm_id = o.arm_id AND g.setting IS NOT DISTINCT FROM o.setting
              AND g.analysis_set = o.analysis_set AND g.scale = o.scale
        """,
    ),
    View(
        "dropouts_side_by_side",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Dropouts for one reason, beside all dropouts of the same arm, day and set.
        query=f"""
            WITH {DROPOUTS}
            SELECT o.* EXCLUDE (day), o.study_id AS _study, a.events AS dropouts
            FROM dropouts o
            JOIN (
              SELECT _package, study_id, arm_id, day, analysis_set, max(events) AS events
              FROM dropouts WHERE definition_id = 'dropout.any' GROUP BY ALL
            ) a USING (_package, study_id, arm_id, day, analysis_set)
            WHERE o.definition_id <> 'dropout.any'
        """,
    ),
    View(
        "imputed_beside_means",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes", "scores"),
        # Counts worked out from means, with the mean and standard deviation of the same arm, scale and day, and the lowest and highest cut-off that the rule
        # makes of the mean at baseline: of a band, of one of two conditions, or of both.
        query=f"""
            WITH mean AS (
              SELECT *, {day("s")} AS day FROM scores s WHERE mean IS NOT NULL
            ), baseline AS (
              SELECT _package, study_id, arm_id, instrument_id, min(mean) AS baseline_mean
              FROM mean WHERE statistic = 'baseline' GROUP BY ALL HAVING count(DISTINCT mean) = 1
            )
            SELECT o.*, o.study_id AS _study, e.sd AS end_sd,
              CASE e.statistic WHEN 'change' THEN b.baseline_mean + e.mean ELSE e.mean END AS end_mean,
              CASE d.combine WHEN 'and' THEN -1e9 WHEN 'or' THEN greatest(d.threshold, fallen) ELSE coalesce(d.threshold, fallen) END AS lowest_cut_off,
              CASE d.combine WHEN 'or' THEN CASE WHEN fallen IS NOT NULL THEN greatest(highest, fallen) END
                WHEN 'and' THEN least(highest, fallen) ELSE coalesce(highest, fallen) END AS cut_off
            FROM outcomes o
            JOIN (SELECT *, coalesce(threshold_upper, threshold) AS highest FROM vocabulary.definitions) d USING (definition_id)
            JOIN mean e ON e._package = o._package AND e.study_id = o.study_id AND e.arm_id = o.arm_id AND e.instrument_id = d.instrument_id
              AND e.day = {day("o")} AND e.statistic IN ('change', 'endpoint') AND e.sd > 0
            LEFT JOIN baseline b
              ON b._package = o._package AND b.study_id = o.study_id AND b.arm_id = o.arm_id AND b.instrument_id = d.instrument_id
            CROSS JOIN LATERAL (SELECT b.baseline_mean * (1 - d.percent_reduction / 100) AS fallen)
            WHERE NOT {COUNTED} AND d.ascertainment = 'point' AND coalesce(d.comparator, '<') IN ('<', '<=')
              AND (d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL)
            QUALIFY row_number() OVER (PARTITION BY o._package, o._line ORDER BY e.n IS DISTINCT FROM o.n_analysed, e.statistic DESC, e._line) = 1
        """,
    ),
    View(
        "counts_beside_means",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes", "scores"),
        # Counts with the mean of the very same people, on a scale of which more is worse, and the lowest and highest mean that the count allows. Whoever meets
        # the rule has at most `met`, and whoever doesn't at least `unmet`, or that `share` of the baseline; where the rule has two conditions, each bounds one
        # side. A change is the mean at the visit less the baseline's, and its own spread tells how many have changed by a share of the baseline, which has a spread too. The baselines of those who met it are together at most, and of the others at least, what the mean at baseline leaves for them.
        query=f"""
            WITH mean AS (
              SELECT *, {day("s")} AS day FROM scores s WHERE mean IS NOT NULL AND n BETWEEN 1 AND 1e9
            ), beside AS (
              SELECT o.*, CASE e.statistic WHEN 'change' THEN b.mean + e.mean ELSE e.mean END AS mean, e.mean_reported, e.estimate, e.value_origin AS mean_origin,
                CASE WHEN d.combine IS NULL AND (e.statistic = 'endpoint' OR d.threshold IS NULL) THEN e.sd END AS sd,
                CASE WHEN d.threshold IS NULL THEN b.sd * CASE e.statistic WHEN 'change' THEN d.percent_reduction / 100 ELSE 1 - d.percent_reduction / 100 END END AS cut_off_sd,
                b.mean AS baseline_mean, b.mean_reported AS baseline_mean_reported,
                i.minimum AS lowest, i.maximum AS highest, e.n::DOUBLE AS people, o.events::DOUBLE AS of_them, d.combine,
                coalesce(d.threshold_upper, d.threshold) AS met, d.threshold AS unmet,
                CASE WHEN i.percent_reduction AND {FROM_BASELINE} THEN 1 - d.percent_reduction / 100 END AS share,
                coalesce(d.threshold + CASE WHEN i.whole_numbers THEN CASE d.comparator WHEN '<' THEN -0.5 ELSE 0.5 END ELSE 0 END, b.mean * share) AS cut_off
              FROM outcomes o
              JOIN vocabulary.definitions d USING (definition_id)
              JOIN vocabulary.instruments i USING (instrument_id)
              JOIN mean e ON e._package = o._package AND e.study_id = o.study_id AND e.arm_id = o.arm_id AND e.instrument_id = d.instrument_id
                AND e.day = {day("o")} AND e.timepoint_anchor = o.timepoint_anchor AND e.analysis_set = o.analysis_set AND e.missing_data = o.missing_data
                AND e.n = o.n_analysed AND e.statistic IN ('change', 'endpoint')
              LEFT JOIN {_BASELINES} b ON b._package = o._package AND b.study_id = o.study_id AND b.arm_id = o.arm_id AND b.instrument_id = d.instrument_id
                AND b.analysis_set = o.analysis_set AND b.n = o.n_analysed
              WHERE {COUNTED} AND d.ascertainment = 'point' AND i.direction = 'higher-is-worse'
                AND coalesce(d.comparator, '<') IN ('<', '<=') AND (d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL) AND o.events BETWEEN 0 AND o.n_analysed
              QUALIFY row_number() OVER (PARTITION BY o._package, o.study_id, o._line ORDER BY e.statistic DESC, e._line) = 1
            )
            SELECT * EXCLUDE (people, of_them, others, bases, combine, met, unmet, share, lowest, highest), study_id AS _study,
              (greatest(others * lowest, CASE WHEN combine IS DISTINCT FROM 'and' THEN greatest(others * unmet, share * greatest(bases - of_them * highest, others * lowest)) END)
                + of_them * lowest) / people AS least_mean,
              (least(of_them * highest, CASE WHEN combine IS DISTINCT FROM 'or' THEN least(of_them * met, share * least(bases, of_them * highest)) END)
                + others * highest) / people AS most_mean
            FROM (SELECT *, people - of_them AS others, people * baseline_mean AS bases FROM beside) WHERE mean BETWEEN lowest AND highest
        """,
    ),
    View(
        "outcomes_inside_one_another",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Counts by a rule whose every participant meets another rule too (of one outcome's word, since remission
        # and response have a view of their own), with the lowest count by such a rule among the very same people. Which rules those are is known before
        # any row is looked at, and most packages count by none of them.
        query=f"""
            WITH inside AS (
              SELECT i.* FROM ({inside("FROM vocabulary.definitions WHERE definition_id IN (SELECT definition_id FROM outcomes)")}) i
              JOIN vocabulary.definitions n USING (definition_id) JOIN vocabulary.definitions w ON w.definition_id = wider_definition_id
              WHERE n.outcome = w.outcome OR 'improvement' IN (n.outcome, w.outcome)
            ), told AS NOT MATERIALIZED (
              SELECT *, {day("o")} AS day FROM outcomes o WHERE {COUNTED}
            )
            SELECT n.* EXCLUDE day, n.study_id AS _study, w.events AS wider_events, w.definition_id AS wider_definition_id
            FROM inside JOIN told n USING (definition_id) JOIN told w ON w.definition_id = wider_definition_id AND w._package = n._package
              AND w.study_id = n.study_id AND w.arm_id = n.arm_id AND w.day = n.day AND w.timepoint_anchor = n.timepoint_anchor
              AND w.analysis_set = n.analysis_set AND w.missing_data = n.missing_data AND w.n_analysed = n.n_analysed
            QUALIFY row_number() OVER (PARTITION BY n._package, n.study_id, n._line ORDER BY w.events, w.definition_id) = 1
        """,
    ),
    View(
        "outcomes_that_add_up",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes",),
        # Counts of those who met a rule by a day, such as those who left, with the highest count of an earlier day among as many people. Nobody's leaving
        # is missing, however it is handled.
        query="""
            SELECT o.*, o.study_id AS _study, max(o.events) OVER before AS earlier_events, arg_max(o.timepoint_days, o.events) OVER before AS earlier_day
            FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
            WHERE d.ascertainment = 'any-visit' AND o.timepoint_days IS NOT NULL
            WINDOW before AS (
              PARTITION BY o._package, o.study_id, o.arm_id, o.definition_id, o.timepoint_anchor, o.analysis_set, o.n_analysed,
                CASE WHEN d.outcome <> 'dropout' THEN o.missing_data END
              ORDER BY o.timepoint_days RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP
            )
        """,
    ),
    View(
        "harms_in_context",
        place="harms",
        scope=Scope.STUDY,
        needs=("harms",),
        whole=True,
        query=f"""
            SELECT h.*, h.study_id AS _study, a.n_randomised AS arm_n_randomised, a.n_treated AS arm_n_treated, s.n_randomised AS study_n_randomised, {_PARTS}
            FROM harms h LEFT JOIN {ARM_SIZES} a USING (_package, study_id, arm_id)
            LEFT JOIN {HARMS_OF_PARTS} g USING (_package, study_id, _line)
            LEFT JOIN {agreed("studies", ("study_id",), "n_randomised", table="studies")} s USING (_package, study_id)
        """,
    ),
    View(
        "harms_side_by_side",
        place="harms",
        scope=Scope.STUDY,
        needs=("harms",),
        # Each count with the one above it that answers take for the same event of the same arm, and with that of any event among as many:
        # a serious one is among any, and among any serious ones, whatever the total is called; a total that doesn't say whether it is serious holds both.
        query=f"""
            SELECT h.* EXCLUDE (any_event, any_serious), h.study_id AS _study, lag(_line) OVER same AS above_line, lag(term) OVER same AS above_term,
              CASE WHEN serious THEN least(min(any_event) OVER alike, min(any_serious) OVER alike) ELSE least(min(any_event) OVER as_serious, min(any_event) FILTER (serious IS NULL) OVER alike) END AS any_events
            FROM (
              SELECT *, CASE WHEN regexp_full_match({folded("term")}, {literal(_ANY_EVENT)}) THEN events END AS any_event,
                CASE WHEN regexp_full_match({folded("term")}, {literal(_ANY_SERIOUS)}) THEN events END AS any_serious FROM harms
            ) h WHERE term IS NOT NULL
            WINDOW same AS (PARTITION BY _package, study_id, arm_id, {folded("term")}, serious IS NOT DISTINCT FROM true ORDER BY _line),
              alike AS (PARTITION BY _package, study_id, arm_id, n_at_risk),
              as_serious AS (PARTITION BY _package, study_id, arm_id, n_at_risk, serious)
        """,
    ),
)
