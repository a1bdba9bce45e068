"""What the arms that a group includes have, put together, beside the group's own figures."""

from __future__ import annotations

from schemas.classes import classes_within, wider_classes
from schemas.outcome_words import WORSE
from schemas.sql import folded, half_of_print, literal
from schemas.vocabulary import rows
from validation.views.view import COUNTED, SIZES, agreed, day, of_groups

__all__ = [
    "COUNTS_OF_PARTS",
    "COUNTS_TOGETHER",
    "GIVEN_OTHERWISE",
    "HARMS_OF_PARTS",
    "IN_FULL",
    "MEANS_OF_PARTS",
    "MEANS_TOGETHER",
    "SINGLE",
    "SIZES_OF_PARTS",
    "ids",
]

IN_FULL = "('per-protocol', 'completers', 'observed-cases')"
"""Sets that the full analysis set holds."""

_WORSE = ", ".join(map(literal, sorted(WORSE)))


def is_control(role: str) -> str:
    """SQL: whether a role is a control's."""
    return f"{role} IN ({', '.join(literal(row['term']) for row in rows('arm_roles') if row['control'] == 'true')})"


def ids(names: str) -> str:
    """SQL: the arms that a cell of ``includes`` names."""
    return f"list_transform(string_split({names}, ';'), lambda y: trim(y))"


_ARMS_OF_GROUPS = f"""(
              SELECT *, count(*) OVER (PARTITION BY _package, study_id, arm_id) AS parts FROM (
                SELECT DISTINCT g._package, g.study_id, g.arm_id, g.part, t.design::VARCHAR IN ('crossover', 'sequential-parallel') IS NOT true AS once
                FROM (SELECT _package, study_id, arm_id, unnest({ids("includes")}) AS part FROM arms WHERE includes IS NOT NULL) g
                JOIN arms p ON p._package = g._package AND p.study_id = g.study_id AND p.arm_id = g.part
                LEFT JOIN {agreed("studies", ("study_id",), "design", table="studies")} t ON t._package = g._package AND t.study_id = g.study_id
                WHERE p.includes IS NULL AND p.arm_id <> g.arm_id
              )
            )"""
"""SQL: the single arms of each group, and whether a person is in one of them only."""


_GROUPS = of_groups(
    f"""(
              SELECT DISTINCT _package, study_id, arm_id
              FROM (SELECT _package, study_id, arm_id, unnest({ids("includes")}) AS part FROM arms WHERE includes IS NOT NULL) g
              SEMI JOIN (SELECT _package, study_id, arm_id AS part FROM arms) USING (_package, study_id, part) WHERE part <> arm_id
            )""",
    _package="BIGINT",
    study_id="VARCHAR",
    arm_id="VARCHAR",
)

SINGLE = f"(FROM arms ANTI JOIN {_GROUPS} USING (_package, study_id, arm_id))"
"""SQL: the arms that include no other; nor does one whose ``includes`` names no arm of its study, which is a finding of its own."""

_STUDY = {"_package": "BIGINT", "study_id": "VARCHAR", "parts": "VARCHAR"}
_ROW = {**_STUDY, "_line": "BIGINT"}


def _together(of: str) -> str:
    """SQL: at least so many people there are in several arms that have so many each."""
    return f"CASE WHEN bool_and(once) THEN sum({of}) ELSE max({of}) END"


def _counts(rows: str, n: str, alike: str, held: str, *, certain: str, met: str = "true", unmet: str = "true") -> str:
    """SQL: what the rows of its arms say about a group's row: it has at least ``least_n`` people, of whom at least ``least_events`` met the rule and
    ``least_others`` didn't; the highest number that every arm's row of the same setting gives, and, where each is ``certain`` and counted, their events.

    The people of ``r`` are among those of ``w`` where ``held`` is true; ``met`` says whether who met the rule in ``r`` met it in ``w``, and ``unmet`` the same of the others.
    """
    printed = "TRY_CAST(percent_reported AS DOUBLE)"
    # A count that was worked out is one of those that print so; where the print isn't told, it may have been in whole per cent.
    counted = "CASE WHEN value_origin IS DISTINCT FROM 'derived-from-percent' THEN e END"
    share = f"coalesce({printed}, 100 * e / nullif(n, 0))"
    half = f"CASE WHEN {printed} IS NOT NULL THEN {half_of_print('percent_reported')} ELSE 0.5 + 50 / nullif(n, 0) END"
    query = f"""(
              WITH figure AS (
                SELECT f.*, coalesce({counted} - slack, n * greatest({share} - {half}, 0) / 100) AS fewest, coalesce({counted} + slack, n * least({share} + {half}, 100) / 100) AS most FROM (
                  SELECT *, {n}::DOUBLE AS n, events::DOUBLE AS e FROM {rows}
                  WHERE {n} BETWEEN 0 AND 1e9 AND (events IS NULL OR events BETWEEN 0 AND {n})
                ) f SEMI JOIN (SELECT DISTINCT _package, study_id FROM arms WHERE includes IS NOT NULL) USING (_package, study_id)
              ), beside AS (
                SELECT w._package, w.study_id, w._line, any_value(w.fewest) AS fewest, any_value(w.most) AS most, g.part, any_value(g.parts) AS parts, bool_and(g.once) AS once,
                  max(r.n) FILTER (({held}) AND (({met}) OR ({unmet}))) AS n, max(r.fewest) FILTER (({held}) AND ({met})) AS events,
                  max(r.n - r.most) FILTER (({held}) AND ({unmet})) AS others,
                  max(r.n) FILTER ({alike}) AS alike_n, max(r.e) FILTER (({alike}) AND ({certain}) AND r.fewest = r.most) AS alike_events
                FROM {_ARMS_OF_GROUPS} g JOIN figure w USING (_package, study_id, arm_id)
                JOIN figure r ON r._package = g._package AND r.study_id = g.study_id AND r.arm_id = g.part AND r.of = w.of
                GROUP BY w._package, w.study_id, w._line, g.part
              )
              SELECT _package, study_id, _line, any_value(fewest) AS fewest, any_value(most) AS most, array_to_string(list_sort(list(part)), ', ') AS parts,
                {_together("n")} AS least_n, {_together("events")} AS least_events, {_together("others")} AS least_others,
                CASE WHEN count(alike_n) = any_value(parts) THEN sum(alike_n) END AS parts_n,
                CASE WHEN count(alike_events) = any_value(parts) AND bool_and(once) THEN sum(alike_events) END AS parts_events
              FROM beside GROUP BY ALL
            )"""
    numbers = ("fewest", "most", "least_n", "least_events", "least_others", "parts_n", "parts_events")
    return of_groups(query, **_ROW, **dict.fromkeys(numbers, "DOUBLE"))


_ALIKE = "r.analysis_set = w.analysis_set AND r.missing_data = w.missing_data"

COUNTS_OF_PARTS = _counts(
    f"""(SELECT o.*, (definition_id, {day("o")}, timepoint_anchor) AS of, d.outcome IN ({_WORSE}) AS worse,
                    CASE WHEN missing_data IN ('multiple-imputation', 'mmrm') THEN 0.5 ELSE 0 END AS slack
                    FROM outcomes o LEFT JOIN vocabulary.definitions d USING (definition_id) WHERE {COUNTED} AND value_origin IS DISTINCT FROM 'digitised')""",
    "n_analysed",
    _ALIKE,
    f"""r.analysis_set = w.analysis_set OR w.analysis_set = 'randomised' AND r.analysis_set <> 'unstated'
                    OR w.analysis_set = 'full-analysis' AND r.analysis_set IN {IN_FULL} OR w.analysis_set = 'modified-itt' AND r.analysis_set = 'per-protocol'""",
    certain="r.missing_data IN ('observed', 'locf', 'bocf', 'non-responder') AND r.analysis_set <> 'unstated'",
    # Those observed are as they were however the others are counted; who stopped may be counted as having had what is worse.
    met="""r.missing_data = w.missing_data OR NOT w.worse AND (r.missing_data = 'observed' AND w.missing_data IN ('non-responder', 'locf')
                    OR r.missing_data = 'non-responder' AND w.missing_data = 'locf')""",
    unmet="""r.missing_data = w.missing_data OR NOT w.worse AND (r.missing_data = 'observed' AND w.missing_data IN ('non-responder', 'locf', 'bocf', 'multiple-imputation')
                    OR r.missing_data = 'locf' AND w.missing_data = 'non-responder')""",
)
"""SQL: for counts of groups what those of their arms leave for them: of the same rule and day, of the same people or of some of them."""

HARMS_OF_PARTS = _counts(
    f"(SELECT *, ({folded('term')}, serious) AS of, 0 AS slack FROM harms)", "n_at_risk", "true", "true", certain="true"
)
"""SQL: for adverse events of groups what those of their arms leave for them."""

_HALF = half_of_print("coalesce(mean_reported, mean::VARCHAR)")
_SETTING = "instrument_id, statistic, timepoint_anchor, analysis_set, missing_data, estimate"

MEANS_OF_PARTS = of_groups(
    f"""(
              WITH figure AS (
                SELECT s.*, ({day("s")}, {_SETTING}) AS of, {_HALF} AS half
                FROM scores s SEMI JOIN (SELECT DISTINCT _package, study_id FROM arms WHERE includes IS NOT NULL) USING (_package, study_id)
                WHERE isfinite(mean) AND value_origin IS DISTINCT FROM 'digitised' AND (n IS NULL OR n BETWEEN 1 AND 1e9)
              ), beside AS (
                SELECT w._package, w.study_id, w._line, g.part, any_value(g.parts) AS parts, bool_and(g.once) AS once, max(r.n)::DOUBLE AS n,
                  arg_max(r.mean, (r.n, r._line)) AS mean, arg_max(r.sd, (r.n, r._line)) AS sd, max(r.half) AS half
                FROM {_ARMS_OF_GROUPS} g JOIN figure w USING (_package, study_id, arm_id)
                JOIN figure r ON r._package = g._package AND r.study_id = g.study_id AND r.arm_id = g.part AND r.of = w.of
                GROUP BY w._package, w.study_id, w._line, g.part
              ), summed AS (
                SELECT *, sum(n) OVER row AS all_n, sum(n * mean) OVER row / all_n AS all_mean, count(*) OVER row = parts AS entire FROM beside
                WINDOW row AS (PARTITION BY _package, study_id, _line)
              )
              SELECT _package, study_id, _line, array_to_string(list_sort(list(part)), ', ') AS parts, {_together("n")} AS least_n,
                CASE WHEN bool_and(entire) THEN min(mean) END AS least_mean, CASE WHEN bool_and(entire) THEN max(mean) END AS most_mean, max(half) AS parts_half,
                CASE WHEN bool_and(entire) AND count(n) = count(*) THEN any_value(all_n) END AS parts_n,
                CASE WHEN bool_and(entire AND once) AND count(n) = count(*) THEN any_value(all_mean) END AS parts_mean,
                CASE WHEN bool_and(entire AND once AND sd > 0) AND count(n) = count(*) AND any_value(all_n) > 1
                  THEN sqrt(sum((n - 1) * sd * sd + n * (mean - all_mean) * (mean - all_mean)) / (any_value(all_n) - 1)) END AS parts_sd
              FROM summed GROUP BY _package, study_id, _line
            )""",
    **_ROW,
    **dict.fromkeys(("least_n", "least_mean", "most_mean", "parts_half", "parts_n", "parts_mean", "parts_sd"), "DOUBLE"),
)
"""SQL: for means of groups those of their arms, of one setting: the lowest and highest, and what they give together."""


def _all_parts(rows: str, key: str, figures: str, **columns: str) -> str:
    """SQL: for groups without a row like theirs, the ``figures`` of those of their arms, where all have one and each person is in one arm."""
    own = " AND ".join(f"r.{name} IS NOT DISTINCT FROM g.{name}" for name in ("_package", "study_id", "arm_id", *key.split(", ")))
    query = f"""(
              WITH r AS {rows}, g AS (
                SELECT g._package, g.study_id, g.arm_id, {key}, {figures}
                FROM {_ARMS_OF_GROUPS} g JOIN (SELECT * RENAME (arm_id AS part) FROM r) USING (_package, study_id, part)
                WHERE once GROUP BY ALL HAVING count(*) = any_value(parts) AND count(DISTINCT part) = count(*)
              )
              SELECT * FROM g ANTI JOIN r ON {own}
            )"""
    texts = dict.fromkeys(("arm_id", *key.split(", ")), "VARCHAR")
    return of_groups(query, _package="BIGINT", study_id="VARCHAR", **{**texts, "day": "DOUBLE"}, **columns)


COUNTS_TOGETHER = _all_parts(
    f"(SELECT o.*, {day('o')} AS day FROM outcomes o WHERE {COUNTED} AND n_analysed BETWEEN 0 AND 1e9 AND events BETWEEN 0 AND n_analysed)",
    "definition_id, day, timepoint_anchor, analysis_set, missing_data",
    "sum(n_analysed)::BIGINT AS n_analysed, sum(events)::BIGINT AS events",
    n_analysed="BIGINT",
    events="BIGINT",
)
"""SQL: the counts of groups that have none of their own, by those of their arms."""

MEANS_TOGETHER = _all_parts(
    f"(SELECT s.*, {day('s')} AS day FROM scores s WHERE statistic <> 'baseline' AND isfinite(mean) AND n BETWEEN 1 AND 1e9)",
    "instrument_id, day, timepoint_anchor, analysis_set, missing_data, statistic, estimate",
    f"""sum(n)::BIGINT AS n, round(sum(n * mean) / sum(n), 3) AS mean, 0.0005 + max({_HALF}) AS mean_half,
                  CASE WHEN bool_and(sd > 0 AND isfinite(sd)) AND count(sd) = count(*) AND sum(n) > 1 THEN sqrt(greatest(
                    sum((n - 1) * sd * sd) + sum(n * mean * mean) - pow(sum(n * mean), 2) / sum(n), 0) / (sum(n) - 1)) END AS sd, true AS fits""",
    n="BIGINT",
    mean="DOUBLE",
    mean_half="DOUBLE",
    sd="DOUBLE",
    fits="BOOLEAN",
)
"""SQL: the means after treatment began of groups that have none of their own, by those of their arms."""

SIZES_OF_PARTS = of_groups(
    f"""(
              SELECT _package, study_id, arm_id, array_to_string(list_sort(list(part)), ', ') AS parts, bool_and(once) AS once,
                {", ".join(f"{_together(f'p.{n}::DOUBLE')} AS least_{n}, CASE WHEN count(p.{n}) = any_value(parts) THEN sum(p.{n}::DOUBLE) END AS parts_{n}" for n in SIZES)},
                list({{part: part, role: p.role::VARCHAR, class_id: t.class_id, treatment_id: t.treatment_id}}) AS given
              FROM {_ARMS_OF_GROUPS} g JOIN (SELECT * RENAME (arm_id AS part) FROM arms) p USING (_package, study_id, part)
              LEFT JOIN vocabulary.treatments t USING (treatment_id)
              GROUP BY ALL
            )""",
    **_STUDY,
    arm_id="VARCHAR",
    once="BOOLEAN",
    **{f"{of}_{n}": "DOUBLE" for n in SIZES for of in ("least", "parts")},
    given="STRUCT(part VARCHAR, role VARCHAR, class_id VARCHAR, treatment_id VARCHAR)[]",
)
"""SQL: the sizes of each group's arms together, and what was given in them."""


def _is_general(treatment: str) -> str:
    """SQL: whether a treatment is the word for any of its class."""
    return f"ends_with({treatment}.treatment_id, '.unspecified')"


def _stands_for(general: str, other: str) -> str:
    """SQL: whether a treatment is such a word, and the other is of its class or of one within it."""
    within = "".join(
        f" OR {general}.class_id = {literal(wide)} AND {other}.class_id IN ({', '.join(map(literal, classes_within(wide)))})"
        for wide in wider_classes()
    )
    return f"{_is_general(general)} AND ({general}.class_id = {other}.class_id{within})"


# What is given besides a group's treatment is its arm's own affair; a part of what the group had isn't what it had.
GIVEN_OTHERWISE = f"""array_to_string(list_sort(list_filter(p.given, lambda x: NOT (
                  x.treatment_id = t.treatment_id OR 'unstated' IN (x.class_id, t.class_id)
                  OR {_stands_for("t", "x")} OR {_stands_for("x", "t")}
                  OR x.class_id = 'combination' AND (list_contains(string_split(x.treatment_id, '+'), t.treatment_id) OR {_is_general("t")})
                  OR {is_control("x.role")} AND {is_control("a.role::VARCHAR")})
              ).list_transform(lambda x: x.part)), ', ')"""
"""SQL: the arms of the group ``a`` whose treatment isn't the group's, ``t``, nor one that its term stands for; controls may be of several."""
