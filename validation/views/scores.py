"""Views of scores: with the range of the scale, and compared with one another."""

from __future__ import annotations

from validation.views.groups import MEANS_OF_PARTS
from validation.views.spreads import SPREADS
from validation.views.view import ARM, ARM_SIZES, ENTRY, Scope, View, agreed, day

__all__ = ["SCORES"]

_PRINTED = ("mean", "mean_reported", "sd", "sd_reported")

SCORES = (
    View(
        "scores_in_context",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores",),
        whole=True,
        query=f"""
            SELECT s.*, s.study_id AS _study, a.n_randomised AS arm_n_randomised,
              w.n_randomised AS study_n_randomised,
              i.minimum AS instrument_minimum, i.maximum AS instrument_maximum, i.whole_numbers AS whole_numbers, i.direction AS instrument_direction,
              t.study_id IS NOT NULL AS enters_ill,
              CASE WHEN t.entry_instrument_id = s.instrument_id THEN t.entry_score_min END AS entry_score_min,
              g.parts, g.least_n, g.least_mean, g.most_mean, g.parts_half, g.parts_n, g.parts_mean, g.parts_sd
            FROM scores s
            LEFT JOIN {MEANS_OF_PARTS} g USING (_package, study_id, _line)
            LEFT JOIN {ARM_SIZES} a USING (_package, study_id, arm_id)
            LEFT JOIN {agreed("studies", ("study_id",), "n_randomised", table="studies")} w USING (_package, study_id)
            LEFT JOIN {ENTRY} t USING (_package, study_id)
            LEFT JOIN vocabulary.instruments i USING (instrument_id)
        """,
    ),
    View(
        "changes_beside_means",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores",),
        # Raw changes with the raw means before and after of as many people, where all three are given.
        query=f"""
            SELECT c.*, c.study_id AS _study,
              b.mean AS baseline_mean, b.mean_reported AS baseline_mean_reported, b.sd AS baseline_sd, b.sd_reported AS baseline_sd_reported,
              e.mean AS endpoint_mean, e.mean_reported AS endpoint_mean_reported, e.sd AS endpoint_sd, e.sd_reported AS endpoint_sd_reported
            FROM scores c
            JOIN {
            agreed(
                "(SELECT * FROM scores WHERE statistic = 'baseline' AND estimate = 'raw')",
                ("study_id", "arm_id", "instrument_id", "n"),
                *_PRINTED,
            )
        } b USING (_package, study_id, arm_id, instrument_id, n)
            JOIN {
            agreed(
                f"(SELECT e.*, {day('e')} AS day FROM scores e WHERE statistic = 'endpoint' AND estimate = 'raw')",
                ("study_id", "arm_id", "instrument_id", "n", "day", "timepoint_anchor"),
                *_PRINTED,
            )
        } e
              ON e._package = c._package AND e.study_id = c.study_id AND e.arm_id = c.arm_id AND e.instrument_id = c.instrument_id AND e.n = c.n
              AND e.timepoint_anchor = c.timepoint_anchor AND e.day = {day("c")}
            WHERE c.statistic = 'change' AND c.estimate = 'raw'
        """,
    ),
    View(
        "changes_from_baselines",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores",),
        # Changes with the raw mean at baseline: of the very same people where there is one, else of the arm. Where an arm has several, of other people or
        # days, the one from which the change ends least far outside the scale.
        query=f"""
            WITH baseline AS (
              FROM scores WHERE statistic = 'baseline' AND estimate IS DISTINCT FROM 'adjusted' AND mean IS NOT NULL
            )
            SELECT c.*, c.study_id AS _study, coalesce(b.mean, a.mean) AS baseline_mean,
              CASE WHEN b.mean IS NULL THEN a.mean_reported ELSE b.mean_reported END AS baseline_mean_reported,
              b.mean IS NOT NULL AND c.estimate = 'raw' AND b.estimate = 'raw' AS same_people, i.minimum AS instrument_minimum, i.maximum AS instrument_maximum
            FROM scores c JOIN vocabulary.instruments i USING (instrument_id)
            LEFT JOIN {agreed("baseline", ("study_id", "arm_id", "instrument_id", "n", "analysis_set"), "mean", "mean_reported", "estimate")} b
              USING (_package, study_id, arm_id, instrument_id, n, analysis_set)
            LEFT JOIN baseline a USING (_package, study_id, arm_id, instrument_id)
            WHERE c.statistic = 'change'
            QUALIFY row_number() OVER (
              PARTITION BY _package, study_id, c._line ORDER BY greatest(i.minimum - c.mean - a.mean, c.mean + a.mean - i.maximum, 0), a._line
            ) = 1
        """,
    ),
    View(
        "baselines_of_other_arms",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores", "studies"),
        # Raw means at baseline of randomised arms, with the one above of another arm from which it is furthest in standard errors; of that arm's, the one
        # of the same set and day if there is one. The people of a subset are chosen by what happened after; before a later period those of a crossover
        # have been treated; arms of one treatment are strata, and an arm without a number randomised, beside others that have one, nobody randomised.
        query=f"""
            WITH arm AS (
              SELECT *, count(*) OVER (PARTITION BY _package, study_id, treatment_id, route, dose, dose_max, schedule, background_id) > 1 AS stratum,
                n_randomised IS NULL AND count(n_randomised) OVER (PARTITION BY _package, study_id) > 0 AS beside
              FROM {agreed("arms", ARM, "treatment_id", "route", "dose", "dose_max", "schedule", "background_id", "n_randomised", table="arms")}
            ), baseline AS (
              SELECT s.*, {day("s")} AS day FROM scores s LEFT JOIN vocabulary.instruments i USING (instrument_id)
              JOIN {agreed("studies", ("study_id",), "randomised", "design", "part_relation", table="studies")} t USING (_package, study_id)
              LEFT JOIN (SELECT _package, study_id, bool_or(stratum) AS strata FROM arm GROUP BY ALL) USING (_package, study_id)
              LEFT JOIN arm USING (_package, study_id, arm_id)
              WHERE s.statistic = 'baseline' AND s.estimate IS DISTINCT FROM 'adjusted' AND s.mean IS NOT NULL AND s.sd > coalesce((i.maximum - i.minimum) / 50, 0) AND s.n BETWEEN 10 AND 1e9
                AND t.randomised AND t.design NOT IN ('cluster', 'single-arm', 'crossover') AND t.part_relation IS NULL
                AND strata IS NOT true AND beside IS NOT true
            ), other AS (
              SELECT a.* EXCLUDE day, a.study_id AS _study, b.arm_id AS other_arm_id, b.mean AS other_mean, b.mean_reported AS other_mean_reported,
                sqrt(a.sd * a.sd / a.n + b.sd * b.sd / b.n) AS error, b._line AS other_line
              FROM baseline a JOIN baseline b USING (_package, study_id, instrument_id)
              WHERE b.arm_id <> a.arm_id
              QUALIFY row_number() OVER (
                PARTITION BY a._package, a.study_id, a._line, b.arm_id
                ORDER BY a.day <> b.day, a.analysis_set IS DISTINCT FROM b.analysis_set, a.timepoint_anchor IS DISTINCT FROM b.timepoint_anchor, b._line
              ) = 1
            )
            SELECT * EXCLUDE other_line FROM other WHERE other_line < _line
            QUALIFY row_number() OVER (PARTITION BY _package, study_id, _line ORDER BY abs(mean - other_mean) / error DESC, other_line) = 1
        """,
    ),
    View(
        "baselines_side_by_side",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores",),
        # Raw means at baseline, with the lowest of the same arm, scale and day over as many people of the same set, or all of whom were randomised to the arm.
        query=f"""
            WITH baseline AS (
              SELECT s.*, {day("s")} AS day, CASE WHEN s.n IS DISTINCT FROM a.n_randomised THEN s.analysis_set END AS people
              FROM scores s LEFT JOIN {ARM_SIZES} a USING (_package, study_id, arm_id)
              WHERE s.statistic = 'baseline' AND s.estimate IS DISTINCT FROM 'adjusted' AND s.mean IS NOT NULL AND s.n IS NOT NULL
            )
            SELECT * EXCLUDE (day, people), study_id AS _study, arg_min(mean, (mean, _line)) OVER same AS lowest_mean, arg_min(mean_reported, (mean, _line)) OVER same AS lowest_mean_reported
            FROM baseline
            WINDOW same AS (PARTITION BY _package, study_id, arm_id, instrument_id, timepoint_anchor, day, n, people)
        """,
    ),
    View(
        "spreads_side_by_side",
        place="scores",
        scope=Scope.STUDY,
        needs=("scores",),
        # A standard deviation that its own scale and mean rule out says nothing of others.
        query=f"""
            SELECT s.*, s.study_id AS _study, CASE WHEN count(s.sd) OVER kind > 1 THEN max(s.sd) FILTER (s.fits) OVER kind END AS largest_sd,
              max(s.sd) FILTER (s.n >= 10 AND s.fits) OVER visit AS others_sd,
              arg_max(s.n, s.sd) FILTER (s.n >= 10 AND s.fits) OVER visit AS others_n,
              max(s.sd) FILTER (s.n >= 10 AND s.possible) OVER visit AS others_at_most,
              min(s.sd) FILTER (s.statistic = 'baseline' AND s.fits) OVER arm AS baseline_sd, min(s.sd) FILTER (s.statistic <> 'baseline' AND s.fits) OVER arm AS later_sd
            FROM {SPREADS} s
            WINDOW arm AS (PARTITION BY s._package, s.study_id, s.arm_id, s.instrument_id), kind AS (PARTITION BY s._package, s.study_id, s.instrument_id, s.statistic), visit AS (
              PARTITION BY s._package, s.study_id, s.instrument_id, s.statistic, s.estimate, s.timepoint_days, s.timepoint_anchor, s.analysis_set, s.missing_data
              ORDER BY s._line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW
            )
        """,
    ),
)
