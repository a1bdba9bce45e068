"""What packages have in common: trials, arms, results, documents, and the names they go by."""

from __future__ import annotations

from schemas.registrations import registration_in_sql
from schemas.windows import in_window
from validation.gate.relation import Relation
from validation.lookalikes import skeleton_in_sql

__all__ = ["SHARING"]

_PAIR = "package, study_id, other_package, other_study_id"

_VISITS = 3
"""Visits at which participants have to have equal scores, to be taken for the same."""

_AGAIN = 5
"""Such participants, at least, that two studies have to share."""

_NOTHING_SHARED = "no trial is in two packages"


def _best(count: str) -> str:
    """SQL: of a study's pairs with one other package, the one in which the fewest of that many differ, for both of its studies."""
    order = f"differing / {count}, {count} DESC"
    return f"""QUALIFY row_number() OVER (PARTITION BY package, study_id, other_package ORDER BY {order}, other_study_id) = 1
      AND row_number() OVER (PARTITION BY other_package, other_study_id, package ORDER BY {order}, study_id) = 1"""


def _figure(of: str) -> str:
    """SQL: a count or a mean as it is written in a sentence."""
    mean = f"printf('%.6g', {of}mean) || coalesce(' (SD ' || printf('%.6g', {of}sd) || ')', '') || ' of ' || {of}n"
    return f"CASE WHEN {of}mean IS NULL THEN {of}events || '/' || {of}n ELSE {mean} END"


# Without a word from either package, trials that an identifier shows to be one are told from those that only agree in their counts.
_SHARED_TRIALS = """
    SELECT package, other_package, count(*) AS trials, sum(arms)::BIGINT AS arms, any_value(declared) AS declared,
      CASE WHEN any_value(declared) IS NULL THEN count(*) FILTER (identified) ELSE 0 END AS undeclared_by_identifier,
      CASE WHEN any_value(declared) IS NULL AND NOT bool_or(identified) THEN count(*) ELSE 0 END AS undeclared_by_results,
      first(study_id ORDER BY identified DESC, study_id, other_study_id) AS study_id,
      first(other_study_id ORDER BY identified DESC, study_id, other_study_id) AS other_study_id
    FROM (SELECT *, regexp_matches(evidence, 'registration-id|doi|pmid') AS identified FROM registry.same_trials WHERE joined)
    GROUP BY package, other_package
    ORDER BY ALL
"""

# Results that nothing stated tells apart. One that stands for several arms added up is named once, with all of them. A trial may be there in parts, such as
# periods: of those of the other package each is held against the one that it agrees with best.
_SAME_RESULTS = f"""
    WITH results AS (
      SELECT {_PAIR}, outcome, n, events, mean, sd, other_n, other_events, other_mean, other_sd, agree,
        string_agg(DISTINCT arm_id, ' + ' ORDER BY arm_id) AS arms,
        coalesce(abs(events / n - other_events / other_n), abs(mean - other_mean) / greatest(sd, other_sd), 0) AS apart
      FROM registry.same_figures
      WHERE told_apart_by IS NULL
      GROUP BY ALL
    ), pairs AS (
      SELECT {_PAIR}, count(*) AS results, count(*) FILTER (NOT agree) AS differing,
        first(said ORDER BY apart DESC, said) FILTER (NOT agree) AS widest, max(apart) FILTER (NOT agree) AS apart
      FROM (
        SELECT *, outcome || ' of ' || arms || ', ' || {_figure("")} || ' and ' || {_figure("other_")} AS said FROM results
      )
      GROUP BY ALL
    )
    SELECT * EXCLUDE (apart)
    FROM pairs
    {_best("results")}
    ORDER BY pairs.apart DESC NULLS LAST, {_PAIR}
"""

_SAME_POPULATIONS = f"""
    WITH RECURSIVE above AS (
      SELECT population_id, population_id AS ancestor FROM registry.vocabulary.populations
      UNION
      SELECT a.population_id, p.parent_id
      FROM above a JOIN registry.vocabulary.populations p ON p.population_id = a.ancestor
      WHERE p.parent_id IS NOT NULL
    )
    SELECT {_PAIR}, s.population_id AS population, o.population_id AS other_population,
      CASE WHEN s.population_id <> 'unstated' AND o.population_id <> 'unstated'
        THEN (s.population_id, o.population_id) IN (FROM above) OR (o.population_id, s.population_id) IN (FROM above)
      END AS compatible
    FROM registry.same_trials
    JOIN registry.studies s USING (package, study_id)
    JOIN registry.studies o ON o.package = other_package AND o.study_id = other_study_id
    WHERE joined
    ORDER BY ALL
"""

# Arms that both packages give the same treatment and size, or nearly; of a trial one row, with the arms that differ most. Parts are of nobody's flow chart.
_ARM_SIZES = f"""
    FROM (
    SELECT {_PAIR}, count(*) AS arms, count(*) FILTER (size <> other_size) AS differing,
      first(treatment || ', ' || size || ' and ' || other_size ORDER BY abs(size - other_size) DESC, treatment)
        FILTER (size <> other_size) AS widest
    FROM (
      SELECT m.package, m.study_id, m.other_package, m.other_study_id, m.treatment, a.n_randomised AS size, b.n_randomised AS other_size
      FROM registry.same_arms m
      JOIN registry.arms a ON a.package = m.package AND a.study_id = m.study_id AND a.arm_id = m.arm_id
      JOIN registry.arms b ON b.package = m.other_package AND b.study_id = m.other_study_id AND b.arm_id = m.other_arm_id
      ANTI JOIN registry.studies p ON p.package = m.package AND p.study_id = m.study_id AND p.part_of IS NOT NULL
      ANTI JOIN registry.studies q ON q.package = m.other_package AND q.study_id = m.other_study_id AND q.part_of IS NOT NULL
      WHERE m.extent = 'same' AND a.n_randomised IS NOT NULL AND b.n_randomised IS NOT NULL
    )
    GROUP BY ALL
    )
    {_best("arms")}
    ORDER BY ALL
"""

_IDENTIFIERS = f"""
    SELECT {_PAIR}, evidence, coalesce(doubt, '') AS doubt, (NOT joined)::INT AS apart
    FROM registry.same_trials
    WHERE regexp_matches(evidence, 'registration-id|doi|pmid')
    ORDER BY ALL
"""

# Two rules that differ in nothing but whether the cut-off itself counts, for figures that are alike to the last participant.
_DRIFTS = """
    SELECT f.package, f.other_package, f.definition, f.other_definition, count(*) AS figures, count(DISTINCT f.study_id) AS trials,
      (coalesce(d.comparator, '') <> coalesce(e.comparator, '') OR coalesce(d.percent_comparator, '') <> coalesce(e.percent_comparator, ''))::INT
        AS drifts,
      coalesce(d.comparator, d.percent_comparator) AS sign, coalesce(e.comparator, e.percent_comparator) AS other_sign
    FROM registry.same_figures f
    JOIN registry.vocabulary.definitions d ON d.definition_id = f.definition
    JOIN registry.vocabulary.definitions e ON e.definition_id = f.other_definition
    WHERE f.agree AND f.definition <> f.other_definition AND d.ascertainment = e.ascertainment
      AND (d.instrument_id IS NOT DISTINCT FROM e.instrument_id OR d.percent_reduction IS NOT NULL AND 'unstated' IN (d.instrument_id, e.instrument_id))
      AND d.combine IS NOT DISTINCT FROM e.combine
      AND d.threshold IS NOT DISTINCT FROM e.threshold AND d.threshold_upper IS NOT DISTINCT FROM e.threshold_upper
      AND d.percent_reduction IS NOT DISTINCT FROM e.percent_reduction AND coalesce(d.threshold, d.percent_reduction) IS NOT NULL
    GROUP BY ALL
    ORDER BY ALL
"""

# What a participant scored at three visits or more is nearly as good as a name.
_PARTICIPANTS = f"""
    WITH series AS (
      SELECT p.package, p.participant_id, p.study_id, printf('%g', p.baseline_total) || ' ' || v.told AS told
      FROM registry.participants p
      JOIN (
        SELECT package, participant_id,
          string_agg(printf('%g:%s:%g', visit_day, instrument_id, total), ' ' ORDER BY visit_day, instrument_id) AS told
        FROM registry.visits WHERE total IS NOT NULL
        GROUP BY package, participant_id HAVING count(DISTINCT visit_day) >= {_VISITS}
      ) v ON v.package = p.package AND v.participant_id = p.participant_id
    ), shared AS (
      SELECT a.package, a.study_id, b.package AS other_package, b.study_id AS other_study_id, count(DISTINCT a.participant_id) AS participants
      FROM series a JOIN series b ON b.told = a.told AND b.package > a.package
      GROUP BY ALL
    )
    SELECT s.*, participants * (NOT EXISTS (
        FROM registry.lineage l
        WHERE l.relation = 'derived-from' AND (l.package = s.package AND l.other = s.other_package OR l.package = s.other_package AND l.other = s.package)
      ))::INT AS undeclared
    FROM shared s
    WHERE participants >= {_AGAIN}
    ORDER BY ALL
"""

_DOCUMENTS = """
    SELECT lower(doi) AS doi, count(DISTINCT correction_status) AS statuses,
      string_agg(DISTINCT package || ' says ' || correction_status, ', ' ORDER BY package || ' says ' || correction_status) AS said
    FROM registry.sources
    WHERE doi IS NOT NULL AND correction_status <> 'unchecked'
    GROUP BY 1
    ORDER BY 1
"""

_REGISTRATIONS = f"""
    WITH spelled AS (
      SELECT {registration_in_sql("registration_id")} AS number, registration_id AS spelling,
        string_agg(DISTINCT package, ', ' ORDER BY package) AS packages
      FROM registry.studies WHERE registration_id IS NOT NULL GROUP BY ALL
    )
    SELECT number, spelling, packages, (
        SELECT string_agg(o.spelling, ', ' ORDER BY o.spelling) FROM spelled o WHERE o.number = s.number AND o.spelling <> s.spelling
      ) AS otherwise
    FROM spelled s
    ORDER BY number, spelling
"""

# Windows of days of which no package's results are in the views of rates: those of a package that gives way, and isn't certain enough to stand beside the primary.
_VISITS_UNUSED = f"""
    WITH had AS (
      SELECT p.trial_id, p.outcome, p.package, p.place, w.label AS "window", w.from_day, min(o.study_id) AS study_id,
        p.place = 1 OR list_contains(p.beside, w.label) AS used
      FROM registry.outcomes o
      JOIN registry.vocabulary.definitions d USING (definition_id)
      JOIN registry.trials t USING (package, study_id)
      JOIN registry.primaries p ON p.trial_id = t.trial_id AND p.outcome = d.outcome AND p.package = o.package
      JOIN registry.vocabulary.windows w ON {in_window("o.timepoint_days")}
      WHERE o.events IS NOT NULL AND o.n_analysed > 0
      GROUP BY ALL
    )
    SELECT h.package, min(h.study_id) AS study_id, k.package AS other_package, count(*) FILTER (h.unused) AS unused,
      string_agg(h.outcome || ' on ' || h."window", ', ' ORDER BY h.outcome, h.from_day) FILTER (h.unused) AS visits
    FROM (SELECT *, NOT bool_or(used) OVER (PARTITION BY trial_id, outcome, "window") AS unused FROM had) h
    JOIN registry.primaries k ON k.trial_id = h.trial_id AND k.outcome = h.outcome AND k.place = 1
    WHERE h.place > 1
    GROUP BY h.trial_id, h.package, k.package
    ORDER BY ALL
"""

# Trials whose counts, in arms of two treatments or more, are those of two other trials added up, to the last participant and on the same day: by chance next to none
# are, unless a thousand trials have the treatment. What a report is declared to hold is left aside, as are the parts of a trial.
_POOLED = """
    WITH figures AS (
      SELECT DISTINCT t.trial_id, d.outcome, a.treatment_id, coalesce(o.timepoint_days, -1) AS day, o.n_analysed AS n, o.events
      FROM registry.outcomes o
      JOIN registry.vocabulary.definitions d USING (definition_id)
      JOIN registry.trials t USING (package, study_id)
      JOIN registry.studies s USING (package, study_id)
      JOIN registry.arms a USING (package, study_id, arm_id)
      WHERE o.n_analysed BETWEEN 1 AND 1e9 AND o.events BETWEEN 1 AND 1e9 AND a.includes IS NULL AND s.part_of IS NULL
    ), few AS (
      FROM figures QUALIFY count(*) OVER (PARTITION BY outcome, treatment_id, day) <= 1000
    ), sums AS (
      SELECT one.trial_id AS one, two.trial_id AS two, outcome, treatment_id, day, one.n + two.n AS n, one.events + two.events AS events
      FROM few one JOIN few two USING (outcome, treatment_id, day) WHERE one.trial_id < two.trial_id
    ), pooled AS (
      SELECT trial_id, one, two, count(DISTINCT treatment_id) AS treatments
      FROM few JOIN sums USING (outcome, treatment_id, day, n, events) WHERE trial_id NOT IN (one, two) GROUP BY trial_id, one, two HAVING count(DISTINCT treatment_id) > 1
      QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY treatments DESC, one, two) = 1
    )
    SELECT min(t.package) AS package, arg_min(t.study_id, (t.package, t.study_id)) AS study_id, coalesce(any_value(p.treatments), 0) AS treatments,
      any_value(p.one) AS one, any_value(p.two) AS two
    FROM registry.trials t
    SEMI JOIN (SELECT trial_id FROM figures GROUP BY trial_id HAVING count(DISTINCT treatment_id) > 1) USING (trial_id)
    LEFT JOIN pooled p ON p.trial_id = t.trial_id AND NOT list_has_all(t.holds, [p.one, p.two])
    GROUP BY t.trial_id
    ORDER BY ALL
"""

_LETTERS = "regexp_replace(name, '[^0-9A-Za-z]', '', 'g')"
_PACKAGE_NAMES = f"SELECT name AS package, {skeleton_in_sql(_LETTERS)} AS skeleton FROM registry.packages ORDER BY ALL"


SHARING = {
    "shared-trials": Relation(
        about="each pair of packages that report the same trials, with the declared relation",
        key=("package", "other_package"),
        query=_SHARED_TRIALS,
        empty=_NOTHING_SHARED,
    ),
    "same-results": Relation(
        about="each trial in two packages, with the results for one outcome, arm, day and analysis set in both",
        key=("package", "study_id", "other_package", "other_study_id"),
        query=_SAME_RESULTS,
        empty="no result is in two packages",
    ),
    "arm-sizes": Relation(
        about="each trial in two packages, with the numbers randomised to its arms in both",
        key=("package", "study_id", "other_package", "other_study_id"),
        query=_ARM_SIZES,
        empty="no arm has its size in two packages",
    ),
    "identifiers": Relation(
        about="each pair of studies of two packages with one registration, DOI or PubMed number, and whether they are one trial",
        key=("package", "study_id", "other_package", "other_study_id"),
        query=_IDENTIFIERS,
        empty="no identifier is in two packages",
    ),
    "definitions-alike": Relation(
        about="each pair of rules that two packages give to equal counts of one trial, if the rules have one cut-off",
        key=("package", "definition", "other_package", "other_definition"),
        query=_DRIFTS,
        empty="no equal counts have two rules with one cut-off",
    ),
    "participants-again": Relation(
        about="each pair of studies of two packages in which five participants or more have the same scores, visit by visit",
        key=("package", "study_id", "other_package", "other_study_id"),
        query=_PARTICIPANTS,
        empty="no participants are in two packages",
    ),
    "same-populations": Relation(
        about="each trial in two packages, with its population in each",
        key=("package", "study_id", "other_package", "other_study_id"),
        query=_SAME_POPULATIONS,
        empty=_NOTHING_SHARED,
    ),
    "documents": Relation(
        about="each document with a DOI, with its corrections according to each package",
        key=("doi",),
        query=_DOCUMENTS,
        empty="no document with a DOI was checked for corrections",
    ),
    "registrations": Relation(
        about="each spelling of a trial's registration number",
        key=("spelling",),
        query=_REGISTRATIONS,
        empty="no trial has a registration number",
    ),
    "visits-unused": Relation(
        about="each trial in two packages, with the visits in one whose results give way to the other's, and that no other has",
        key=("package", "study_id", "other_package"),
        query=_VISITS_UNUSED,
        empty=_NOTHING_SHARED,
    ),
    "pooled-reports": Relation(
        about="each trial with counts in two treatments or more, with two others whose counts it has together",
        key=("package", "study_id"),
        query=_POOLED,
        empty="no trial has counts in two treatments",
    ),
    "package-names": Relation(
        about="the name of each package",
        key=("package",),
        query=_PACKAGE_NAMES,
        empty="the registry has no package",
    ),
}
