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

# Two trials with other results may be as large by plan: where all sizes are multiples of five, or two
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
        SELECT _package, study_id, treatment_id, dose, n FROM arm WHERE n BETWEEN 0 AND 1e9 OR n IS NULL
    """,
    by_study=True,
)


def _bits(n: str, events: str = "events") -> str:
    """SQL: how unlikely another arm has the same count by chance, as the logarithm of about how many counts of so many people are usual around it."""
    return f"ln(1 + sqrt(12.6 * {events} * ({n} - {events}) / {n}))"


# What was found in an arm, or in the arms of a treatment together, of how many; a count of those analysed may be told of those
# randomised elsewhere. ``of`` is an outcome, and ``found`` the result in a class of treatments: numbers are joined and counted in
# less time and room than the words are.
_RESULTS = FromStudies(
    "results_of_arms",
    f"""
        WITH arm AS (
          SELECT _package, study_id, arm_id, treatment_id, n_randomised, coalesce(class_id, treatment_id, '') AS class
          FROM {_ARMS} LEFT JOIN vocabulary.treatments USING (treatment_id)
        ), defined AS (
          SELECT definition_id, hash(CASE outcome WHEN 'dropout' THEN definition_id ELSE outcome END) AS of,
            nullif(regexp_extract(instrument_id, '^[a-z]+'), 'unstated') AS scale
          FROM vocabulary.definitions
        ), result AS (
          SELECT _package, study_id, arm_id, coalesce(of, 0) AS of, scale, hash(definition_id, timepoint_days, timepoint_anchor, analysis_set, missing_data) AS setting,
            timepoint_days AS day, n_analysed AS n, events, NULL AS means
          FROM outcomes LEFT JOIN defined USING (definition_id) WHERE events < n_analysed
          UNION ALL
          SELECT _package, study_id, arm_id, hash('event', serious, {folded("term")}), NULL, NULL, NULL, n_at_risk, events, NULL FROM harms WHERE events < n_at_risk
          UNION ALL
          SELECT _package, study_id, arm_id, hash(instrument_id, statistic), NULL, NULL, timepoint_days, n, NULL, concat_ws(' ', mean, sd)
          FROM scores WHERE statistic <> 'baseline' AND mean IS NOT NULL AND sd IS NOT NULL
        ), known AS (
          FROM result JOIN arm USING (_package, study_id, arm_id) WHERE n BETWEEN 1 AND 1e9 AND (events > 0 OR means IS NOT NULL)
        ), figure AS (
          SELECT _package, study_id, arm_id, false AS together, treatment_id, class, of, scale, day, events, means, n FROM known
          UNION ALL
          SELECT _package, study_id, arm_id, false, treatment_id, class, of, scale, day, events, NULL, n_randomised FROM known WHERE events IS NOT NULL AND n_randomised > n
          UNION ALL
          SELECT _package, study_id, treatment_id, true, treatment_id, class, of, scale, day, sum(events)::BIGINT, NULL, sum(n)::BIGINT
          FROM known SEMI JOIN (SELECT _package, study_id, treatment_id FROM arm GROUP BY ALL HAVING count(*) > 1) USING (_package, study_id, treatment_id)
          WHERE events IS NOT NULL GROUP BY _package, study_id, treatment_id, class, of, scale, setting, day HAVING count(*) > 1
        )
        SELECT _package, study_id, arm_id, together, treatment_id, of, scale, day, n, events, hash(class, of, n, coalesce(events::VARCHAR, means)) AS found
        FROM figure
    """,
    by_study=True,
)

_OFTEN = 8
"""Rows of arms with the same result; what more have tells none apart."""

_BY_CHANCE = 0.01
"""Pairs of trials as alike that may be expected by chance among those of the package with these treatments."""

_USUAL = 10
"""Trials of other packages whose sizes count, beside those of the package, for how usual a size is: as if each of about a tenth of so many people were as usual."""

_LIKE_THE_OTHER = 5
"""Sizes that an arm may well have beside another of known size: most trials give about as many each treatment."""

# Two arms of one trial that have what two of another have. ``bits`` is how unlikely another has the same: of means with their
# standard deviations, one in fifty. Of an arm's results on one outcome one counts, as they go together; the more days and sets
# an outcome has, and the more outcomes both have that differ, the likelier some agree.
_ALIKE = f"""
            results AS (FROM ({_RESULTS.query})
            ), treated AS (
              SELECT _package, study_id, treatment_id, min(arm_id) AS first_arm, max(arm_id) AS last_arm FROM results GROUP BY ALL
            ), trials AS (
              SELECT _package, treatment_id, count(*) AS trials FROM treated GROUP BY ALL
            ), shared AS (
              SELECT *, coalesce(treatment_id LIKE '%.unspecified', false) AS vague FROM results SEMI JOIN (
                SELECT _package, found FROM results GROUP BY ALL HAVING count(*) BETWEEN 2 AND {_OFTEN}
              ) USING (_package, found)
            ), one_outcome AS (
              SELECT a._package, a.study_id, a.arm_id, b.study_id AS other, b.arm_id AS other_arm, a.of, any_value(CASE WHEN a.vague THEN b.treatment_id ELSE a.treatment_id END) AS treatment_id,
                max(a.n) AS n, max(CASE WHEN a.events IS NULL THEN ln(50) ELSE {_bits("a.n", "a.events")} END) AS bits, bool_or(a.events IS NOT NULL) AS counted,
                count(DISTINCT found) AS agreeing
              FROM shared a JOIN shared b USING (_package, found)
              WHERE a.study_id < b.study_id AND NOT (a.together AND b.together) AND (a.day IS NULL OR b.day IS NULL OR abs(a.day - b.day) <= 3)
                AND coalesce(a.scale = b.scale, true)
                AND (a.treatment_id IS NOT DISTINCT FROM b.treatment_id OR a.vague OR b.vague)
              GROUP BY ALL
            ), likely AS (
              FROM one_outcome SEMI JOIN (
                SELECT _package, study_id, other FROM one_outcome GROUP BY ALL HAVING min(arm_id) < max(arm_id) AND min(other_arm) < max(other_arm)
              ) USING (_package, study_id, other)
            ), asked AS (
              SELECT _package, study_id, arm_id, of, count(*) AS times FROM results SEMI JOIN (
                SELECT _package, study_id FROM likely UNION SELECT _package, other FROM likely
              ) USING (_package, study_id) GROUP BY ALL
            ), arm_alike AS (
              SELECT p._package, p.study_id, p.other, p.arm_id, p.other_arm, any_value(l.treatment_id) AS treatment_id, max(l.n) AS n, bool_or(l.counted) AS counted,
                sum(greatest(l.bits - ln(greatest(greatest(a.times, b.times) / l.agreeing, 1)), 0)) - lgamma(count(*) + 1) + lgamma(count(l.bits) + 1) + lgamma(count(*) - count(l.bits) + 1) AS bits
              FROM (SELECT DISTINCT _package, study_id, arm_id, other, other_arm FROM likely) p
              JOIN asked a USING (_package, study_id, arm_id)
              JOIN asked b ON b._package = p._package AND b.study_id = p.other AND b.arm_id = p.other_arm AND b.of = a.of
              LEFT JOIN likely l ON l._package = p._package AND l.study_id = p.study_id AND l.arm_id = p.arm_id AND l.other = p.other AND l.other_arm = p.other_arm AND l.of = a.of
              GROUP BY ALL
            ), as_large AS (
              SELECT _package, treatment_id, n, count(DISTINCT study_id) AS as_large FROM results SEMI JOIN (FROM arm_alike) USING (_package, treatment_id, n) GROUP BY ALL
            ), paired AS (
              SELECT *, coalesce(trials, 2) AS trials_of_it, concat_ws(' ', treatment_id, n) AS told,
                -ln((greatest(coalesce(as_large, 0) - 2, 0) + {_USUAL} / (1 + 0.1 * n)) / (greatest(coalesce(trials, 0) - 2, 0) + {_USUAL})) AS size_bits
              FROM arm_alike LEFT JOIN trials USING (_package, treatment_id) LEFT JOIN as_large USING (_package, treatment_id, n)
              QUALIFY row_number() OVER (PARTITION BY _package, study_id, other, arm_id ORDER BY bits DESC, other_arm) = 1
                AND row_number() OVER (PARTITION BY _package, study_id, other, other_arm ORDER BY bits DESC, arm_id) = 1
            ), pair AS (
              SELECT _package, study_id, other, string_agg(told, ', ' ORDER BY told) AS told, bool_or(counted) AS counted
              FROM paired GROUP BY ALL
              HAVING count(*) > 1 AND exp(-sum(bits + least(size_bits, ln({_LIKE_THE_OTHER}))) - max(greatest(size_bits - ln({_LIKE_THE_OTHER}), 0)))
                * min(trials_of_it) * (min(trials_of_it) - 1) / 2 < {_BY_CHANCE}
            ), alike AS (FROM pair UNION ALL SELECT _package, other, study_id, told, counted FROM pair)"""


def _listed(arm: str) -> str:
    """SQL: in words, the arms of a group of rows."""
    return f"array_to_string(list_sort(list({arm})), ', ')"


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
            ), arm AS (FROM ({_SIZES.query})
            ), treatment AS (
              SELECT _package, study_id, treatment_id, count(*) AS arms, count(n) AS sized, count(dose) AS doses, sum(n)::BIGINT AS n, bool_or(n % 5 <> 0) AS odd,
                sum(hash(treatment_id, n)) AS sizes, sum(hash(treatment_id, n, dose)) AS vector
              FROM arm GROUP BY _package, study_id, treatment_id
            ), sizes AS (
              SELECT _package, study_id, sum(doses) > 0 AS dosed, sum(sizes) AS sizes, sum(vector) AS vector,
                bool_or(odd) AND (sum(doses) > 0 OR sum(arms) > 2 OR sum(n) >= 100) AS telling,
                CASE WHEN bool_or(odd) AND sum(n) >= 100 AND count(treatment_id) > 1 THEN sum(hash(treatment_id, n)) END AS treated, sum(arms) > count(treatment_id) AS several
              FROM treatment GROUP BY _package, study_id HAVING sum(arms) >= 2 AND sum(sized) = sum(arms)
            ), by_sizes AS (
              SELECT _package, sizes, count(*) AS entries, min(study_id) AS first_study, max(study_id) AS last_study, count(*) FILTER (NOT dosed) AS undosed,
                min(study_id) FILTER (NOT dosed) AS first_undosed, max(study_id) FILTER (NOT dosed) AS last_undosed
              FROM sizes GROUP BY _package, sizes
            ), by_vector AS (
              SELECT _package, vector, count(*) AS entries, min(study_id) AS first_study, max(study_id) AS last_study FROM sizes GROUP BY _package, vector
            ), sized AS (
              SELECT o.*, registration_id, CASE WHEN NOT telling THEN 0 WHEN dosed THEN v.entries - 1 + z.undosed ELSE z.entries - 1 END AS others,
                CASE WHEN dosed THEN least(v.first_study, z.first_undosed) ELSE z.first_study END AS first_study,
                CASE WHEN dosed THEN greatest(v.last_study, z.last_undosed) ELSE z.last_study END AS last_study
              FROM sizes o JOIN by_sizes z USING (_package, sizes) JOIN by_vector v USING (_package, vector)
              LEFT JOIN {agreed("studies", ("study_id",), "registration_id", table="studies")} USING (_package, study_id)
            ), by_sums AS (
              SELECT a._package, a.study_id, count(*) AS others, min(b.study_id) AS other
              FROM sized a JOIN sized b ON b._package = a._package AND b.treated = a.treated AND b.several = NOT a.several
              WHERE a.registration_id IS NULL OR b.registration_id IS NULL GROUP BY ALL
            ), by_sizes_told AS (
              SELECT _package, study_id, {_listed("concat_ws(' ', treatment_id, n, 'at ' || dose)")} AS told FROM arm SEMI JOIN (FROM sized WHERE others > 0) USING (_package, study_id) GROUP BY ALL
            ), by_sums_told AS (
              SELECT _package, study_id, {_listed("concat_ws(' ', treatment_id, n)")} AS told FROM treatment SEMI JOIN by_sums USING (_package, study_id) GROUP BY ALL
            ), looked_at AS (
              SELECT _package, study_id FROM treated GROUP BY ALL HAVING min(first_arm) < max(last_arm)
              UNION SELECT _package, study_id FROM sized WHERE telling OR treated IS NOT NULL
            )
            SELECT s.*, s.study_id AS _study, 1 + coalesce(r.others, nullif(v.others, 0), t.others, 0) AS trials_alike,
              coalesce(r.told, z.told, y.told) AS arms_alike,
              CASE WHEN r.counted THEN ', and the same counts' WHEN r.others > 0 THEN ', and the same means' WHEN v.others > 0 THEN '' ELSE ' by treatment' END AS counts_alike,
              CASE WHEN r.others > 0 THEN r.other WHEN v.others = 0 THEN t.other WHEN s.study_id = v.first_study THEN v.last_study ELSE v.first_study END AS other_study
            FROM studies s
            SEMI JOIN looked_at USING (_package, study_id)
            LEFT JOIN by_results r USING (_package, study_id)
            LEFT JOIN sized v USING (_package, study_id)
            LEFT JOIN by_sizes_told z USING (_package, study_id)
            LEFT JOIN by_sums t USING (_package, study_id)
            LEFT JOIN by_sums_told y USING (_package, study_id)
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


# Each with each is compared only in studies where enough is the same twice, whatever is the same as what: that is sooner asked.
# What left the trial is the flow chart's, and scores before treatment are of nobody's outcome: they aren't copied with the rest.
AGAIN = View(
    "figures_again",
    place="studies",
    scope=Scope.STUDY,
    needs=("studies", "arms"),
    needs_one_of=("outcomes", "scores", "harms"),
    query=f"""
            WITH figure AS (
              FROM (
                SELECT _package, study_id, arm_id, 'counts' AS what, hash(definition_id, timepoint_anchor, analysis_set, missing_data) AS of, coalesce(timepoint_days, -1e9) AS day,
                  n_analysed AS n, hash(events) AS found, CASE WHEN events BETWEEN 5 AND n_analysed - 5 THEN {_bits("n_analysed")} ELSE 0 END AS bits
                FROM outcomes o JOIN vocabulary.definitions USING (definition_id) WHERE outcome <> 'dropout' AND events IS NOT NULL AND {COUNTED}
                UNION ALL
                SELECT _package, study_id, arm_id, 'adverse events', hash(serious, {folded("term")}), -1e9, n_at_risk, hash(events),
                  CASE WHEN events BETWEEN 5 AND n_at_risk - 5 THEN {_bits("n_at_risk")} ELSE 0 END FROM harms WHERE events IS NOT NULL
                UNION ALL
                SELECT _package, study_id, arm_id, 'means', hash(instrument_id, statistic, timepoint_anchor, analysis_set, missing_data, estimate), coalesce(timepoint_days, -1e9),
                  n, hash(mean, sd), ln(50) FROM scores WHERE statistic <> 'baseline' AND mean IS NOT NULL AND sd IS NOT NULL
              ) WHERE n BETWEEN 1 AND 1e9
            ), with_repeats AS (
              SELECT _package, study_id FROM (
                SELECT _package, study_id, sum(bits) AS bits FROM figure GROUP BY _package, study_id, what, of, n, found HAVING count(*) > 1
              ) GROUP BY ALL HAVING sum(bits) > {2 * _MOST_BITS}
            ), near AS (
              SELECT _package, study_id, arm_id, what, of, day, any_value(n) AS n, any_value(found) AS found, any_value(bits) AS bits
              FROM figure SEMI JOIN with_repeats USING (_package, study_id) SEMI JOIN (FROM arms WHERE includes IS NULL) USING (_package, study_id, arm_id)
              GROUP BY ALL HAVING count(*) = 1
            ), few AS (
              FROM near SEMI JOIN (
                SELECT _package, study_id FROM near GROUP BY ALL HAVING greatest(count(DISTINCT day), count(DISTINCT arm_id)) <= {_FEW}
              ) USING (_package, study_id)
            ), again AS ({_again("arm_id", "of `' || {} || '`'", "day", "true", 1)}
              UNION ALL {_again("day", "on day ' || printf('%g', {})", "arm_id", "a.day >= 0", 2)}
            )
            SELECT s.*, s.study_id AS _study, coalesce(g.copies, 0) AS copies, g.again
            FROM studies s SEMI JOIN figure USING (_package, study_id)
            LEFT JOIN (SELECT _package, study_id, count(*) AS copies, string_agg(again, '; ' ORDER BY again) AS again FROM again GROUP BY ALL) g USING (_package, study_id)
        """,
)
