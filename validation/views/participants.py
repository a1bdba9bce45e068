"""Views of participants and their visits, and of the counts that these give."""

from __future__ import annotations

from schemas.nesting import FROM_BASELINE
from validation.views.view import COUNTED, ENTRY, PARTICIPANTS, Scope, View, agreed, by_key, met

__all__ = ["PARTICIPANTS_AND_VISITS"]

_ARMS_OF_EACH = by_key(
    """(
    SELECT _package, participant_id, count(DISTINCT (study_id, arm_id)) AS arms, min(arm_id) AS first_arm, max(arm_id) AS last_arm
    FROM participants WHERE arm_id IS NOT NULL GROUP BY _package, participant_id
)""",
    """(
    SELECT _package, participant_id, 1::BIGINT AS arms, arm_id AS first_arm, arm_id AS last_arm
    FROM participants WHERE arm_id IS NOT NULL
)""",
)

PARTICIPANTS_AND_VISITS = (
    View(
        "participants_in_context",
        place="participants",
        scope=Scope.STUDY,
        needs=("participants",),
        whole=True,
        once=(_ARMS_OF_EACH,),
        query=f"""
            SELECT p.*, p.study_id AS _study, i.minimum AS instrument_minimum, i.maximum AS instrument_maximum,
              g.arms AS arms_of_participant, s.age_min, s.age_max,
              CASE WHEN s.entry_instrument_id = p.baseline_instrument_id THEN s.entry_score_min END AS entry_score_min,
              CASE WHEN p.arm_id = g.first_arm THEN g.last_arm ELSE g.first_arm END AS other_arm_id
            FROM participants p
            LEFT JOIN vocabulary.instruments i ON i.instrument_id = p.baseline_instrument_id
            LEFT JOIN {_ARMS_OF_EACH} g USING (_package, participant_id)
            LEFT JOIN {ENTRY} s USING (_package, study_id)
        """,
    ),
    View(
        "visits_in_context",
        place="visits",
        scope=Scope.STUDY,
        needs=("visits", "participants"),
        whole=True,
        once=(PARTICIPANTS,),
        query=f"""
            SELECT v.*, p.study_id AS _study, p.study_id AS study_id, p.arm_id AS arm_id,
              p.baseline_instrument_id AS baseline_instrument_id, p.baseline_total AS baseline_total,
              i.minimum AS instrument_minimum, i.maximum AS instrument_maximum,
              CASE WHEN i.percent_reduction AND p.baseline_instrument_id = v.instrument_id AND p.baseline_total > 0
                THEN 2 * v.total <= p.baseline_total + 1e-9 END AS response_recomputed,
              CASE WHEN d.instrument_id = v.instrument_id THEN {
            met("v.total", "CASE WHEN p.baseline_instrument_id = v.instrument_id THEN p.baseline_total END")
        } END AS remission_recomputed
            FROM visits v
            LEFT JOIN {PARTICIPANTS} p USING (_package, participant_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
            LEFT JOIN vocabulary.definitions d ON d.definition_id = v.remission_definition_id
        """,
    ),
    View(
        "participants_beside_arms",
        place="arms",
        scope=Scope.STUDY,
        needs=("arms", "participants"),
        query="""
            SELECT a.*, a.study_id AS _study, p.participants
            FROM arms a
            JOIN (SELECT _package, study_id, arm_id, count(*) AS participants FROM participants GROUP BY ALL) p USING (_package, study_id, arm_id)
        """,
    ),
    View(
        "counts_recomputed",
        place="outcomes",
        scope=Scope.STUDY,
        needs=("outcomes", "participants", "visits"),
        once=(PARTICIPANTS,),
        # Counts of arms whose participants are in the package, for definitions that one visit decides, on the day or at any up to it, in the ways of
        # counting that the visits settle: those seen, everybody with those not seen as not having met the definition, and everybody by their last visit where
        # all who were analysed were seen on the day. At any visit at least as many met it as did at those visits that the package has.
        query=f"""
            WITH wanted AS (
              SELECT o._package, o._line, o.study_id, o.arm_id, o.timepoint_days AS day, d.* REPLACE ('point' AS ascertainment),
                d.ascertainment = 'any-visit' AS ever
              FROM outcomes o
              JOIN vocabulary.definitions d USING (definition_id)
              SEMI JOIN participants p ON p._package = o._package AND p.study_id = o.study_id AND p.arm_id = o.arm_id
              WHERE d.ascertainment IN ('point', 'any-visit') AND coalesce(d.visits, 1) = 1 AND {
            FROM_BASELINE
        } AND (d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL)
                AND o.timepoint_anchor IS DISTINCT FROM 'last-dose' AND {COUNTED}
                AND ((o.analysis_set = 'observed-cases' AND o.missing_data = 'observed')
                  OR (o.analysis_set = 'randomised' AND o.missing_data IN ('non-responder', 'locf')))
            ), judged AS (
              SELECT d._package, d._line, p.participant_id, d.ever, bool_or({
            met("v.total", "CASE WHEN p.baseline_instrument_id = d.instrument_id THEN p.baseline_total END")
        }) AS met, coalesce(bool_or(v.visit_day = d.day AND v.total IS NOT NULL), false) AS on_the_day
              FROM wanted d
              JOIN {PARTICIPANTS} p ON p._package = d._package AND p.study_id = d.study_id AND p.arm_id = d.arm_id
              LEFT JOIN {agreed("visits", ("participant_id", "visit_day", "instrument_id"), "total", table="visits")} v
                ON v._package = d._package AND v.participant_id = p.participant_id AND v.instrument_id = d.instrument_id
                AND CASE WHEN d.ever THEN v.visit_day > 0 AND v.visit_day <= d.day ELSE v.visit_day = d.day END
              GROUP BY ALL
            )
            SELECT o.*, o.study_id AS _study, j.seen AS participants_seen, j.ever AS at_least,
              CASE WHEN j.ever AND o.analysis_set <> 'randomised' THEN j.events_on_the_day ELSE j.events END AS events_recomputed,
              CASE WHEN NOT j.ever THEN CASE WHEN o.analysis_set = 'randomised' THEN j.participants ELSE j.seen END END AS n_recomputed
            FROM outcomes o
            JOIN (
              SELECT _package, _line, ever, count(*) AS participants, count(met) AS seen, count(*) FILTER (met) AS events,
                count(*) FILTER (met AND on_the_day) AS events_on_the_day
              FROM judged GROUP BY ALL
            ) j USING (_package, _line)
            WHERE o.missing_data <> 'locf' OR j.ever OR (j.seen = j.participants AND j.participants = o.n_analysed)
        """,
    ),
    View(
        "means_recomputed",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores", "participants"),
        once=(PARTICIPANTS,),
        query=f"""
            WITH scored AS (
              SELECT s._package, s._line, CASE s.statistic WHEN 'baseline' THEN p.baseline_total WHEN 'change' THEN v.total - p.baseline_total ELSE v.total END AS score
              FROM scores s
              JOIN {PARTICIPANTS} p ON p._package = s._package AND p.study_id = s.study_id AND p.arm_id = s.arm_id
              LEFT JOIN {agreed("visits", ("participant_id", "visit_day", "instrument_id"), "total", table="visits")} v
                ON v._package = s._package AND v.participant_id = p.participant_id AND v.visit_day = s.timepoint_days AND v.instrument_id = s.instrument_id
              WHERE s.estimate = 'raw' AND s.analysis_set = 'observed-cases' AND s.missing_data = 'observed'
                AND s.value_origin IS DISTINCT FROM 'digitised' AND (s.statistic = 'baseline' OR s.timepoint_anchor IS DISTINCT FROM 'last-dose')
                AND (s.statistic = 'endpoint' OR p.baseline_instrument_id = s.instrument_id)
            )
            SELECT s.*, s.study_id AS _study, r.seen AS participants_seen, r.mean AS mean_recomputed,
              r.sd AS sd_recomputed, r.sd_of_all AS sd_of_all_recomputed
            FROM scores s
            JOIN (SELECT _package, _line, count(score) AS seen, round(avg(score), 6) AS mean, round(stddev_samp(score), 6) AS sd,
              round(stddev_pop(score), 6) AS sd_of_all FROM scored GROUP BY _package, _line) r USING (_package, _line)
        """,
    ),
)
