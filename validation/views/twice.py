"""Views of what may be there twice: a trial under two names, and the figures of an arm or a visit as those of another."""

from __future__ import annotations

from schemas.sql import folded
from validation.views.view import ARM, COUNTED, FromStudies, Scope, View, agreed

__all__ = ["AGAIN", "TWICE"]

_ARMS = agreed(
    "(FROM (FROM arms WHERE includes IS NULL) ANTI JOIN (FROM studies WHERE part_of IS NOT NULL) p USING (_package, study_id))",
    ARM,
    *("treatment_id", "n_randomised", "dose", "dose_max"),
    table="arms",
)
"""SQL: the single arms of whole trials."""

# Arms are compared as text. Two trials with other results may be as large by plan: where all sizes are multiples of five, or two
# arms without a dose are small, too many pairs are alike to say anything.
_SIZES = FromStudies(
    "sizes_of_arms",
    f"""
        WITH arm AS (
          SELECT _package, study_id, treatment_id, nullif(concat_ws('-', dose, dose_max), '') AS dose, coalesce(a.n_randomised, o.n, m.n) AS n
          FROM {_ARMS} a
          LEFT JOIN (SELECT _package, study_id, arm_id, max(n_analysed) AS n FROM outcomes GROUP BY ALL) o USING (_package, study_id, arm_id)
          LEFT JOIN (SELECT _package, study_id, arm_id, max(n) AS n FROM scores GROUP BY ALL) m USING (_package, study_id, arm_id)
        )
        SELECT _package, study_id, count(dose) > 0 AS dosed, array_to_string(list_sort(list(concat_ws(' ', treatment_id, n))), ', ') AS sizes,
          array_to_string(list_sort(list(concat_ws(' ', treatment_id, n, 'at ' || dose))), ', ') AS vector,
          bool_or(n % 5 <> 0) AND (count(dose) > 0 OR count(*) > 2 OR sum(n) >= 100) AS telling,
          CASE WHEN bool_or(n % 5 <> 0) AND sum(n) >= 100 AND count(DISTINCT treatment_id) > 1
            THEN array_to_string(list_sort(list(DISTINCT concat_ws(' ', treatment_id, treated))), ', ') END AS treated, count(*) > count(DISTINCT treatment_id) AS several
        FROM (SELECT *, sum(n) OVER (PARTITION BY _package, study_id, treatment_id)::BIGINT AS treated FROM arm WHERE n BETWEEN 0 AND 1e9 OR n IS NULL) GROUP BY _package, study_id
        HAVING count(*) >= 2 AND count(n) = count(*)
    """,
    by_study=True,
)


def _bits(n: str) -> str:
    """SQL: how unlikely another arm has the same count by chance, as the logarithm of about how many counts of so many people are usual around it."""
    return f"ln(1 + sqrt(12.6 * events * ({n} - events) / {n}))"


# What was found in an arm, or in the arms of a treatment together, of how many; a count of those analysed may be told of those randomised elsewhere. ``bits`` is how unlikely
# another trial has the same: of means with their standard deviations, one in fifty. ``found`` stands for the result of its
# class: a number is joined and counted in less room than the words are.
_RESULTS = FromStudies(
    "results_of_arms",
    f"""
        WITH arm AS (
          SELECT _package, study_id, arm_id, treatment_id, n_randomised, coalesce(class_id, treatment_id, '') AS class,
            coalesce(treatment_id LIKE '%.unspecified', false) AS vague
          FROM {_ARMS} LEFT JOIN vocabulary.treatments USING (treatment_id)
        ), result AS (
          SELECT _package, study_id, arm_id, CASE outcome WHEN 'dropout' THEN definition_id ELSE outcome END AS of, nullif(regexp_extract(instrument_id, '^[a-z]+'), 'unstated') AS scale, hash(definition_id, timepoint_days, timepoint_anchor, analysis_set, missing_data) AS setting,
            timepoint_days AS day, n_analysed AS n, events, NULL AS means
          FROM outcomes LEFT JOIN vocabulary.definitions USING (definition_id) WHERE events < n_analysed
          UNION ALL
          SELECT _package, study_id, arm_id, concat_ws(' ', 'event', serious, {folded("term")}), NULL, NULL, NULL, n_at_risk, events, NULL FROM harms WHERE events < n_at_risk
          UNION ALL
          SELECT _package, study_id, arm_id, concat_ws(' ', instrument_id, statistic), NULL, NULL, timepoint_days, n, NULL, concat_ws(' ', mean, sd)
          FROM scores WHERE statistic <> 'baseline' AND mean IS NOT NULL AND sd IS NOT NULL
        ), known AS (
          FROM result JOIN arm USING (_package, study_id, arm_id) WHERE n BETWEEN 1 AND 1e9 AND (events > 0 OR means IS NOT NULL)
        ), figure AS (
          SELECT _package, study_id, arm_id, false AS together, treatment_id, class, vague, of, scale, day, events, means,
            unnest(list_distinct([n, CASE WHEN events IS NOT NULL AND n_randomised > n THEN n_randomised ELSE n END])) AS n FROM known
          UNION ALL
          SELECT _package, study_id, treatment_id, true, treatment_id, class, vague, of, scale, day, sum(events)::BIGINT, NULL, sum(n)::BIGINT
          FROM known WHERE events IS NOT NULL GROUP BY _package, study_id, treatment_id, class, vague, of, scale, setting, day HAVING count(*) > 1
        )
        SELECT DISTINCT _package, study_id, arm_id, together, treatment_id, vague, of, scale, day, n, hash(class, of, n, coalesce(events::VARCHAR, means)) AS found,
          events IS NOT NULL AS counted, CASE WHEN events IS NULL THEN ln(50) ELSE {_bits("n")} END AS bits
        FROM figure
    """,
    by_study=True,
)

_OFTEN = 8
"""Arms that have the same result; what more have tells none apart."""

_BY_CHANCE = 0.01
"""Pairs of trials as alike that may be expected by chance among those of the package with these treatments."""

# Two arms of one trial that have what two of another have. Of an arm's results on one outcome one counts, as they go together.
_ALIKE = f"""
            results AS (FROM ({_RESULTS.query})
            ), trials AS (
              SELECT _package, treatment_id, count(DISTINCT study_id) AS trials FROM results GROUP BY ALL
            ), shared AS (
              FROM results SEMI JOIN (
                SELECT _package, found FROM results GROUP BY ALL HAVING count(*) BETWEEN 2 AND {_OFTEN}
              ) USING (_package, found)
            ), one_outcome AS (
              SELECT a._package, a.study_id, a.arm_id, b.study_id AS other, b.arm_id AS other_arm, a.of, any_value(a.treatment_id) AS treatment_id, max(a.n) AS n, max(a.bits) AS bits,
                bool_or(a.counted) AS counted
              FROM shared a JOIN shared b USING (_package, of, n, found)
              WHERE a.study_id <> b.study_id AND NOT (a.together AND b.together) AND (a.day IS NULL OR b.day IS NULL OR abs(a.day - b.day) <= 3)
                AND coalesce(a.scale = b.scale, true)
                AND (a.treatment_id IS NOT DISTINCT FROM b.treatment_id OR a.vague OR b.vague)
              GROUP BY ALL
            ), arm_alike AS (
              SELECT _package, study_id, other, arm_id, other_arm, concat_ws(' ', any_value(treatment_id), max(n)) AS told, bool_or(counted) AS counted,
                sum(bits) + ln(1 + 0.1 * max(n)) AS bits, any_value(trials) AS trials
              FROM one_outcome LEFT JOIN trials USING (_package, treatment_id) GROUP BY ALL
            ), paired AS (
              FROM arm_alike
              QUALIFY row_number() OVER (PARTITION BY _package, study_id, other, arm_id ORDER BY bits DESC, other_arm) = 1
                AND row_number() OVER (PARTITION BY _package, study_id, other, other_arm ORDER BY bits DESC, arm_id) = 1
            ), alike AS (
              SELECT _package, study_id, other, string_agg(told, ', ' ORDER BY told) AS told, bool_or(counted) AS counted
              FROM paired GROUP BY ALL HAVING count(*) > 1 AND exp(-sum(bits)) * min(coalesce(trials, 2)) * (min(coalesce(trials, 2)) - 1) / 2 < {_BY_CHANCE}
            )"""

TWICE = View(
    "studies_side_by_side",
    place="studies",
    scope=Scope.PACKAGE,
    needs=("studies", "arms"),
    gathers=(_SIZES, _RESULTS),
    # Results say most, then the sizes of all arms; last the sizes by treatment, where one of the two has the arms of a treatment together and they aren't both registered.
    query=f"""
            WITH {_ALIKE}, by_results AS (
              SELECT _package, study_id, count(*) AS others, min(other) AS other, arg_min(told, other) AS told, arg_min(counted, other) AS counted
              FROM alike GROUP BY ALL
            ), sized AS (
              SELECT *, CASE WHEN NOT telling THEN 0 WHEN dosed THEN count(*) OVER same - 1 + count(*) FILTER (NOT dosed) OVER undosed ELSE count(*) OVER undosed - 1 END AS others,
                CASE WHEN dosed THEN least(min(study_id) OVER same, min(study_id) FILTER (NOT dosed) OVER undosed) ELSE min(study_id) OVER undosed END AS first_study,
                CASE WHEN dosed THEN greatest(max(study_id) OVER same, max(study_id) FILTER (NOT dosed) OVER undosed) ELSE max(study_id) OVER undosed END AS last_study
              FROM ({_SIZES.query}) LEFT JOIN {agreed("studies", ("study_id",), "registration_id", table="studies")} USING (_package, study_id)
              WINDOW same AS (PARTITION BY _package, vector), undosed AS (PARTITION BY _package, sizes)
            ), by_sums AS (
              SELECT a._package, a.study_id, count(*) AS others, min(b.study_id) AS other
              FROM sized a JOIN sized b ON b._package = a._package AND b.treated = a.treated AND b.several = NOT a.several
              WHERE a.registration_id IS NULL OR b.registration_id IS NULL GROUP BY ALL
            ), looked_at AS (
              SELECT _package, study_id FROM results GROUP BY ALL HAVING count(DISTINCT arm_id) > 1
              UNION SELECT _package, study_id FROM sized WHERE telling OR treated IS NOT NULL
            )
            SELECT s.*, s.study_id AS _study, 1 + coalesce(r.others, nullif(v.others, 0), t.others, 0) AS trials_alike,
              CASE WHEN r.others > 0 THEN r.told WHEN v.others > 0 THEN v.vector ELSE v.treated END AS arms_alike,
              CASE WHEN r.counted THEN ', and the same counts' WHEN r.others > 0 THEN ', and the same means' WHEN v.others > 0 THEN '' ELSE ' by treatment' END AS counts_alike,
              CASE WHEN r.others > 0 THEN r.other WHEN v.others = 0 THEN t.other WHEN s.study_id = v.first_study THEN v.last_study ELSE v.first_study END AS other_study
            FROM studies s
            SEMI JOIN looked_at USING (_package, study_id)
            LEFT JOIN by_results r USING (_package, study_id)
            LEFT JOIN sized v USING (_package, study_id)
            LEFT JOIN by_sums t USING (_package, study_id)
        """,
)

_MOST_BITS = 9
"""What agrees by chance about once in e to the power of this, if nothing else made it agree: four counts of arms of forty, or three means."""

_FEW = 60
"""Arms and days of a study of which each is compared with each."""


def _again(place: str, told: str, joined: str, which: str, least: int) -> str:
    """SQL: of each two arms or days of a study, their figures of a kind, if all are the same, of so many arms, and enough of them tell anything."""
    one, other = (told.format(f"{row}.{place}") for row in "ab")
    return f"""
              SELECT a._package, a.study_id, 'all ' || count(*) || ' ' || a.what || ' {other} || ' are those {one} AS again
              FROM few a JOIN few b USING (_package, study_id, what, of, {joined}) WHERE a.{place} < b.{place} AND {which}
              GROUP BY a._package, a.study_id, a.what, a.{place}, b.{place}
              HAVING bool_and(a.n = b.n AND a.found = b.found) AND sum(a.bits) > {_MOST_BITS} AND count(DISTINCT a.arm_id) >= {least}"""


# What left the trial is the flow chart's, and scores before treatment are of nobody's outcome: they aren't copied with the rest.
AGAIN = View(
    "figures_again",
    place="studies",
    scope=Scope.STUDY,
    needs=("studies", "arms"),
    needs_one_of=("outcomes", "scores", "harms"),
    query=f"""
            WITH figure AS (
              SELECT _package, study_id, arm_id, what, of, day, any_value(n) AS n, any_value(found) AS found, any_value(bits) AS bits FROM (
                SELECT _package, study_id, arm_id, 'counts' AS what, hash(definition_id, timepoint_anchor, analysis_set, missing_data) AS of, coalesce(timepoint_days, -1e9) AS day,
                  n_analysed AS n, hash(events) AS found, CASE WHEN events BETWEEN 5 AND n_analysed - 5 THEN {_bits("n_analysed")} ELSE 0 END AS bits
                FROM outcomes o JOIN vocabulary.definitions USING (definition_id) WHERE outcome <> 'dropout' AND events IS NOT NULL AND {COUNTED}
                UNION ALL
                SELECT _package, study_id, arm_id, 'adverse events', hash(serious, {folded("term")}), -1e9, n_at_risk, hash(events),
                  CASE WHEN events BETWEEN 5 AND n_at_risk - 5 THEN {_bits("n_at_risk")} ELSE 0 END FROM harms WHERE events IS NOT NULL
                UNION ALL
                SELECT _package, study_id, arm_id, 'means', hash(instrument_id, statistic, timepoint_anchor, analysis_set, missing_data, estimate), coalesce(timepoint_days, -1e9),
                  n, hash(mean, sd), ln(50) FROM scores WHERE statistic <> 'baseline' AND mean IS NOT NULL AND sd IS NOT NULL
              ) SEMI JOIN (FROM arms WHERE includes IS NULL) USING (_package, study_id, arm_id)
              WHERE n BETWEEN 1 AND 1e9 GROUP BY ALL HAVING count(*) = 1
            ), few AS (
              FROM figure SEMI JOIN (
                SELECT _package, study_id FROM figure GROUP BY ALL HAVING greatest(count(DISTINCT day), count(DISTINCT arm_id)) <= {_FEW}
              ) USING (_package, study_id)
            ), again AS ({_again("arm_id", "of `' || {} || '`'", "day", "true", 1)}
              UNION ALL {_again("day", "on day ' || printf('%g', {})", "arm_id", "a.day >= 0", 2)}
            )
            SELECT s.*, s.study_id AS _study, coalesce(g.copies, 0) AS copies, g.again
            FROM studies s SEMI JOIN few USING (_package, study_id)
            LEFT JOIN (SELECT _package, study_id, count(*) AS copies, string_agg(again, '; ' ORDER BY again) AS again FROM again GROUP BY ALL) g USING (_package, study_id)
        """,
)
