"""Strata: the rows of the rates that may be set side by side, and what each lacks to be pooled.

A stratum is a comparability class of definitions × a population × a window of days × what the days are counted from × a strategy (the
phase of treatment and what all were given besides) × a kind of arm. Within one, rates of the same thing in the same sort of people are
pooled; across two, never. A word that isn't stated makes a stratum too, so that what is in it can be shown, and keeps it from being
pooled unless somebody asks for it.

A trial counts once. Of its parts (periods, subsets, extensions) one is in a stratum; a group that contains other groups is left
out; and its arms are taken at one visit, by one definition and from one set, so that two of them can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from registry.strata.views import RegistryView, every_rate, outcomes_in_words
from schemas.outcome_words import IMPUTED
from schemas.sql import literal
from schemas.tables import TABLES
from schemas.windows import AT_EXIT, EXIT, in_window

__all__ = [
    "ARM_COLUMNS",
    "ARM_KIND",
    "ARM_KINDS",
    "BY_NO_CHANCE",
    "CONTROL_CLASSES",
    "FOUND_COLUMNS",
    "INCLUDES",
    "NOT_INDEPENDENT",
    "NOT_RANDOMISED",
    "PLACE_COLUMNS",
    "STANDING",
    "STUDIES",
    "TESTED",
    "caution",
    "control_class",
    "counted",
    "flagged",
    "is_after_response",
    "is_told_elsewhere",
    "part_order",
    "people_once",
    "placed",
    "strata_views",
    "told_elsewhere",
    "unstated",
    "used_first",
]

NOT_RANDOMISED = "not-randomised"
"""The kind of arms whose people came to it otherwise than by chance."""

BY_NO_CHANCE = "nobody was randomised to these arms: differences may come from who was in which arm"
"""What a comparison of such arms is to be read with."""


def caution(arm_kind: str) -> str:
    """A sentence that such a comparison of arms is to be read with; empty where there is none."""
    return f"{BY_NO_CHANCE.capitalize()}." if arm_kind == NOT_RANDOMISED else ""


ARM_KINDS: Mapping[str, str] = {
    "randomised": "an arm of a randomised comparison of groups",
    "crossover": "a period of a crossover: the same people are in the other arm too",
    "cluster": "an arm of clinics or other groups that were randomised whole, whose people resemble each other",
    "withdrawal": "an arm of people who did well on the treatment before, randomised to continue or stop",
    "re-randomised": "an arm of people of the trial who were allocated again, chosen by how they had done before",
    NOT_RANDOMISED: "a single arm, arms without randomisation, or what followed for those who had completed a trial",
    "unstated": "the source doesn't say how participants were allocated to the arm",
}
"""The kinds of arms, each with what it is."""

NOT_INDEPENDENT = ("crossover", "cluster")
"""Kinds of arms whose counts aren't of people independent of one another: chance alone may set two of them further apart, or keep them closer, than their
numbers tell, so they are never compared.
"""

_AFTER_RESPONSE = ("continuation", "relapse-prevention")
"""Phases of people who had done well on the treatment before."""


def is_after_response(phase: str, arm_kind: str) -> bool:
    """Whether people were chosen by how they had done on a treatment before: their rates aren't those of people who begin it."""
    return arm_kind in {"withdrawal", "re-randomised"} or phase in _AFTER_RESPONSE


CONTROL_CLASSES: Mapping[str, str] = {
    "placebo": "placebo",
    "active-placebo": "active-placebo",
    "sham": "sham",
    "usual-care": "usual-care",
    "waitlist": "no-treatment",
    "no-treatment": "no-treatment",
}
"""The class of treatment that an arm counts as by its role, for each role of a control: whatever the arm contains."""

_SETS = ("randomised", "full-analysis", "modified-itt", "observed-cases", "completers", "per-protocol", "safety", "unstated")
"""If a trial has several results in one stratum, the first of these is used: the nearest to all randomised."""

_SET_ORDER = ", ".join(literal(word) for word in _SETS)
"""SQL: the same in a list."""

STANDING = "standing", "Whether the package is accepted or a draft."
"""The column of that name: its SQL and what it is."""

_MISSING = ("non-responder", "bocf", "locf", "multiple-imputation", "mmrm", "observed", "unstated")
"""Of results of one set, the one nearest to missing = no event is used first."""

_MISSING_ORDER = ", ".join(literal(word) for word in _MISSING)
"""SQL: the same in a list."""


_KEY_OF_EFFECTS = frozenset(TABLES["contrasts"].key())


def flagged(table: str, **key: str) -> str:
    """SQL: whether a row ``c``, of that table of a package, has a finding; ``key`` names the columns of ``c`` for those of ``flagged_rows`` that tell its row besides arm, day, anchor, set and missing data.

    What is in doubt of an arm or a study (its size, what it was given, that it is another's copy) is in doubt of its figures, and so is what a printed effect of
    the day that has a finding is an effect on: most of its rules compare it with the two arms' figures. A document's own findings are about the document.
    """
    same = "".join(f" AND f.{flagged} = c.{own}" for flagged, own in key.items())
    effect = "".join(f" AND f.{flagged} = c.{own}" for flagged, own in key.items() if flagged in _KEY_OF_EFFECTS)
    return f"""EXISTS (
      FROM flagged_rows f WHERE f.package = c.package AND f.study_id = c.study_id AND (
        f.in_table = 'studies' OR (f.in_table = 'arms' AND f.arm_id = c.arm_id) OR (f.in_table = {literal(table)}
        AND f.arm_id = c.arm_id{same} AND f.analysis_set IS NOT DISTINCT FROM c.analysis_set
        AND coalesce(f.timepoint_anchor, 'unstated') = c.anchor AND f.missing_data IS NOT DISTINCT FROM c.missing_data
        AND f.timepoint_days IS NOT DISTINCT FROM c.day)
        OR (f.in_table = 'contrasts' AND c.arm_id IN (f.arm_id, f.other_arm_id){effect} AND f.timepoint_days IS NOT DISTINCT FROM c.day)
      )
    )"""


PLACE_COLUMNS: Mapping[str, tuple[str, str]] = {
    "population": ("population", "Who was eligible for the trial (vocabulary.populations)."),
    "window": ('"window"', "The window of days of the visit, by the days in it (vocabulary.windows)."),
    "counted_from": ("counted_from", "What the days count from: start of treatment, last-dose, study-exit or unstated."),
    "strategy": ("strategy", "The phase of treatment, and what everyone in the arm received as well."),
    "arm_kind": (
        "arm_kind",
        f"How participants were allocated to the arm: {'; '.join(f'{kind} – {what}' for kind, what in ARM_KINDS.items())}.",
    ),
}
"""The columns of the dimensions that every stratum has, of rates or of means: each with its SQL and what it is."""

ARM_COLUMNS: Mapping[str, tuple[str, str]] = {
    "trial": ("trial", "The trial's name in all packages."),
    "package": ("package", "The package of the row."),
    "study_id": ("study_id", "The trial's name in its package."),
    "study": ("study", "How the trial is cited."),
    "arm_id": ("arm_id", "The arm's name within its trial."),
    "arm": ("arm", "What the source calls the arm."),
}
"""The columns that name an arm."""

FOUND_COLUMNS: Mapping[str, tuple[str, str]] = {
    "flagged": (
        "flagged",
        "Whether the row, its arm, its study or a printed effect on it has a finding of severity error or warning, waived or not.",
    ),
    "source": ("source", "The document with the figure."),
    "locator": ("locator", "Where in the document."),
}
"""The columns of where a figure was found, and whether it is in doubt."""


def unstated(figure: str) -> tuple[str, str]:
    """The column of that name; ``figure`` is what is lacking of the figure itself."""
    return (
        "unstated",
        f"Which of {figure}, population, day, anchor, phase, background, analysis set and arm kind are not stated; of clusters the design effect too, which no column holds.",
    )


_COLUMNS: Mapping[str, tuple[str, str]] = {
    "outcome": ("outcome", f"{outcomes_in_words('or')}."),
    "stratum": ("stratum", "The stratum's name: its six dimensions."),
    "comparability_class": ("comparability_class", "Definitions whose rates may be pooled (vocabulary.comparability_classes)."),
    **PLACE_COLUMNS,
    **ARM_COLUMNS,
    "treatment": ("treatment", "What was given in the arm."),
    "node": (
        "node",
        "What the arm counts as in a comparison: its treatment, but the class of its control where it is a control whose treatment is tested elsewhere.",
    ),
    "class": ('"class"', "The treatment's class; of a control, the class of its role."),
    "route": ("route", "How it was given."),
    "role": ("role", "What the arm is for in its trial."),
    "definition": ("definition", "What counts as the outcome."),
    "day": ("day", "The visit; null means unstated."),
    "anchor": ("anchor", "What the day counts from (vocabulary.timepoint_anchors)."),
    "analysis_set": ("analysis_set", "Who is in the denominator."),
    "missing_data": ("missing_data", "How participants not observed were counted."),
    "n": ("n", "Participants analysed."),
    "events": ("events", "Participants who met the definition."),
    "rate": ("rate", "events / n."),
    "low": ("low", "Lower end of its 95% Wilson interval."),
    "high": ("high", "Upper end of its 95% Wilson interval."),
    "n_randomised": ("n_randomised", "Participants randomised to the arm; null means unstated."),
    "unstated": unstated("definition"),
    "value_origin": ("value_origin", "How the count was obtained."),
    "extractions": ("extractions", "How many people extracted it independently; null means unstated."),
    **FOUND_COLUMNS,
    "publication": ("publication", "Whether the trial's results were published (vocabulary.publications)."),
    "rob_overall": ("rob_overall", "Its overall risk of bias, as the source judges it (vocabulary.rob_judgements)."),
    "year": ('"year"', "Year of the trial's main report; null means unstated."),
    "standing": STANDING,
}

_STRATA: Mapping[str, tuple[str, str]] = {
    "outcome": ("outcome", f"{outcomes_in_words('or')}."),
    "stratum": ("stratum", "The stratum's name."),
    "comparability_class": ("comparability_class", "Its definitions."),
    "population": ("population", "Its population."),
    "window": ('"window"', "Its window of days."),
    "counted_from": ("counted_from", "What its days are counted from."),
    "strategy": ("strategy", "Its strategy."),
    "arm_kind": ("arm_kind", "Its kind of arm."),
    "trials": ("count(DISTINCT trial)", "Trials in it."),
    "arms": ("count(*)", "Arms in it."),
    "n": ("sum(n)::BIGINT", "Participants in it."),
    "classes": ('list(DISTINCT "class" ORDER BY "class")', "Classes of treatment in it."),
    "treatments": ("list(DISTINCT treatment ORDER BY treatment)", "Treatments in it."),
    "sets": ("list(DISTINCT analysis_set ORDER BY analysis_set)", "Analysis sets in it."),
    "poolable_arms": (
        f"count(*) FILTER (len(unstated) = 0 AND value_origin <> {literal(IMPUTED)})",
        "Arms with everything stated, whose counts weren't worked out from means.",
    ),
}


def strata_views() -> list[RegistryView]:
    """``comparable_rates``, ``other_rates`` and ``strata``."""
    groups = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _STRATA.items())
    return [
        RegistryView(
            "comparable_rates",
            f"SELECT * EXCLUDE place FROM {_RANKED[0]} WHERE place = 1",
            f"{outcomes_in_words('and').capitalize()} rates by stratum, one row per arm and stratum. If a trial has several results, those that most "
            "of its arms have are used; of these, the nearest to the window's nominal day, then the nearest to all randomised, then the nearest to missing = no event, "
            "then the first by the names of rule, anchor and set: the others are in other_rates.",
            _COLUMNS,
            kept="outcome, stratum, package, study_id, arm_id",
            share=_RANKED,
        ),
        RegistryView(
            "other_rates",
            f"FROM {_RANKED[0]} WHERE place > 1",
            "Results that comparable_rates doesn't use, since it uses another of the same arm in the same stratum: of another scale or rule of one class, another "
            "day, another set or handling of missing data.",
            {
                **_COLUMNS,
                "place": (
                    "place",
                    "Which of the arm's results in the stratum it is, by the order of comparable_rates: 2 is the next to be used.",
                ),
            },
            kept="outcome, stratum, package, study_id, arm_id, place",
            share=_RANKED,
        ),
        RegistryView(
            "strata",
            f"SELECT {groups}\nFROM comparable_rates\nGROUP BY ALL",
            "The strata with any rate: a comparability class of definitions, a population, a window of days, what they count from, "
            "a strategy and a kind of arm.",
            _STRATA,
            kept="outcome, stratum",
        ),
    ]


STUDIES = """(
    WITH RECURSIVE up AS (
      SELECT package, study_id, part_of, part_relation, 1 AS steps FROM studies WHERE part_of IS NOT NULL
      UNION ALL
      SELECT u.package, u.study_id, w.part_of, w.part_relation, steps + 1
      FROM up u JOIN studies w ON w.package = u.package AND w.study_id = u.part_of WHERE w.part_of IS NOT NULL AND steps < 9
    )
    SELECT s.*, u.allocated FROM studies s LEFT JOIN (
      SELECT package, study_id, arg_min(part_relation, steps) AS allocated
      FROM up WHERE part_relation IN ('extension', 're-randomised') GROUP BY ALL
    ) u USING (package, study_id)
  )"""
"""SQL: the studies, and of those that come after a first allocation whether there was another, ``re-randomised``, or none, ``extension``: of a part of a part
too.
"""

ARM_KIND = f"""CASE
      WHEN s.design = 'single-arm' OR s.randomised = false OR s.allocated = 'extension' THEN {literal(NOT_RANDOMISED)}
      WHEN s.design = 'randomised-withdrawal' THEN 'withdrawal'
      WHEN s.design IN ('crossover', 'cluster') THEN s.design
      WHEN s.allocated = 're-randomised' THEN s.allocated
      WHEN s.randomised THEN 'randomised'
      ELSE 'unstated' END"""
"""SQL: how the participants of an arm were allocated, of one of :data:`STUDIES`, ``s``."""


def control_class(role: str) -> str:
    """SQL: the class that an arm of that role counts as, whatever it contains; null if it is not a control."""
    return f"CASE {role} {' '.join(f'WHEN {literal(word)} THEN {literal(name)}' for word, name in CONTROL_CLASSES.items())} END"


def part_order(study: str) -> str:
    """SQL: the order in which the studies of one trial are preferred: the whole before its parts."""
    return (
        f"{study}.part_of IS NOT NULL, list_position(['period', 're-randomised', 'extension', 'subset'], {study}.part_relation) NULLS FIRST, "
        f"{study}.n_randomised DESC NULLS LAST, {study}.study_id"
    )


def told_elsewhere(had: str) -> str:
    """SQL: of the query ``had``, each ``trial_id`` with an ``outcome`` that it has results of, those that aren't used: reports that pool trials all of which
    have results, and else the trials of a report that has some.
    """
    return f"""WITH had AS ({had}), pools AS (
        SELECT DISTINCT trial_id, holds FROM trials WHERE len(holds) > 0
      ), by_parts AS (
        SELECT p.trial_id, h.outcome FROM pools p JOIN had h ON list_contains(p.holds, h.trial_id) GROUP BY p.trial_id, p.holds, h.outcome HAVING count(*) = len(p.holds)
      )
      FROM by_parts UNION SELECT unnest(holds), outcome FROM pools JOIN had USING (trial_id) ANTI JOIN by_parts USING (trial_id, outcome)"""


def is_told_elsewhere(table: str, row: str, outcome: Callable[[str], str]) -> str:
    """SQL: whether a row of a table isn't used by that, of the row ``l`` of ``trials``; ``outcome`` gives the SQL of what a row is a result of."""
    had = f"SELECT DISTINCT trial_id, {outcome(table)} AS outcome FROM {table} JOIN trials USING (package, study_id)"
    return f"coalesce((l.trial_id, {outcome(row)}) IN (SELECT (trial_id, outcome) FROM ({told_elsewhere(had)})), false)"


INCLUDES = "list_transform(string_split(coalesce(a.includes, ''), ';'), lambda x: trim(x))"
"""SQL: the arms that an arm ``a`` holds, as a list; of one empty text where it holds none."""


def people_once(rows: str, place: Sequence[str], setting: Sequence[str] = (), treatment: str = "treatment") -> str:
    """SQL: the query ``apart``, the named ``rows`` without those that count somebody again: a group of arms, which ``includes`` them, or its arms.

    The arms take the group's place where all of them are in the same ``place``, at a ``setting`` that the group has too; else they leave it to the group: one
    dose that has a figure isn't all of them. Where an arm had another treatment than its group, the group goes: it isn't all of that treatment. Of groups that
    share an arm the one of more arms is left.
    """
    same = " AND ".join(f"g.{name} = w.{name}" for name in place)
    alike = " AND ".join(["true", *(f"g.{name} IS NOT DISTINCT FROM w.{name}" for name in setting)])
    named = ", ".join(f"g.{name}" for name in (*place, "arm_id", "includes"))
    smaller = "list_has_any(g.includes, w.includes) AND w.includes <> [''] AND (len(w.includes), w.arm_id) < (len(g.includes), g.arm_id)"
    return f"""grouped AS (
  SELECT {named.replace("g.", "")}, bool_or(there = len(includes) OR mixed) AS replaced FROM (
    SELECT {", ".join([named, *(f"g.{name}" for name in setting)])},
      count(DISTINCT w.arm_id) FILTER ({alike}) AS there, coalesce(bool_or(w.{treatment} <> g.{treatment}), false) AS mixed
    FROM {rows} g LEFT JOIN {rows} w ON {same} AND list_contains(g.includes, w.arm_id) WHERE g.includes <> [''] GROUP BY ALL
  ) GROUP BY ALL
), apart AS (
  FROM {rows} w WHERE NOT EXISTS (
    FROM grouped g WHERE {same} AND CASE WHEN replaced THEN g.arm_id = w.arm_id ELSE list_contains(g.includes, w.arm_id) OR {smaller} END
  )
)"""


def placed(figure: str, lacking: str) -> str:
    """SQL: the query ``placed``, the rows of the query ``result`` with their stratum and what they don't state.

    ``figure`` names the columns that are dimensions besides those that every stratum has, ``lacking`` gives the word for what is lacking of them, or null.
    """
    return f"""placed AS (
  SELECT *, CASE WHEN phase = 'unstated' AND background = 'unstated' THEN 'unstated' ELSE phase || ', ' || background END AS strategy,
    concat_ws(' | ', {figure}, population, "window", counted_from, strategy, arm_kind) AS stratum,
    list_filter([
      {lacking}, CASE WHEN population = 'unstated' THEN 'population' END,
      CASE WHEN "window" = 'unstated' THEN 'day' END, CASE WHEN counted_from = 'unstated' THEN 'anchor' END,
      CASE WHEN phase = 'unstated' THEN 'phase' END, CASE WHEN background = 'unstated' THEN 'background' END,
      CASE WHEN analysis_set = 'unstated' THEN 'analysis set' END, CASE WHEN arm_kind = 'unstated' THEN 'arm kind' END,
      CASE WHEN arm_kind = 'cluster' THEN 'design effect' END
    ], lambda word: word IS NOT NULL) AS unstated,
    abs(day - nominal_day) AS off, list_position([{_SET_ORDER}], analysis_set) AS set_place
  FROM result
)"""


def counted(place: str, setting: str, treatment: str = "treatment") -> str:
    """SQL: the query ``counted``, the rows of the query ``whole`` but for those that count somebody again in one ``place``, each with the number of the
    study's arms at its ``setting``.
    """
    once = people_once("whole", ("package", "study_id", *place.split(", ")), setting.split(", "), treatment)
    return f"""{once}, counted AS (
  SELECT *, count(DISTINCT arm_id) OVER (PARTITION BY package, study_id, {place}, {setting}) AS arms_there FROM apart
)"""


def used_first(setting: str) -> str:
    """SQL: the order in which an arm's results in one stratum are used, of rows of ``counted``."""
    return f"arms_there DESC, off, set_place, list_position([{_MISSING_ORDER}], missing_data), {setting}"


TESTED = """SELECT DISTINCT a.treatment_id AS treatment FROM arms a JOIN vocabulary.arm_roles w ON w.term = a.role WHERE w.control IS DISTINCT FROM true"""
"""SQL: the treatments that are tested somewhere, and are not controls alone."""

_SETTING = "definition, day, anchor, analysis_set, missing_data"
"""What two arms must share to be compared."""

_PLACED = f"""WITH tested AS (
  {TESTED}
), result AS (
  SELECT r.* REPLACE (coalesce({control_class("r.role")}, r."class") AS "class", coalesce(r.anchor, 'unstated') AS anchor),
    coalesce(CASE WHEN t.treatment IS NOT NULL THEN {control_class("r.role")} END, r.treatment) AS node,
    coalesce(w.label, CASE WHEN r.anchor = {literal(EXIT)} AND coalesce(r.day, 0) = 0 THEN {literal(AT_EXIT)} WHEN r.day IS NULL THEN 'unstated' ELSE 'day ' || printf('%g', r.day) END) AS "window",
    coalesce(w.nominal_day, r.day) AS nominal_day, coalesce(k.counted_from, 'unstated') AS counted_from, {ARM_KIND} AS arm_kind, a.n_randomised,
    coalesce(s.publication, 'unstated') AS publication, coalesce(s.rob_overall, 'unstated') AS rob_overall, s."year",
    d.threshold IS NOT NULL OR d.percent_reduction IS NOT NULL AS rule_stated,
    {INCLUDES} AS includes,
    dense_rank() OVER (PARTITION BY r.trial, r.package ORDER BY {part_order("s")}) AS part
  FROM (
    {every_rate("outcome")}
  ) r
  JOIN {STUDIES} s USING (package, study_id)
  JOIN arms a USING (package, study_id, arm_id)
  JOIN vocabulary.definitions d ON d.definition_id = r.definition
  LEFT JOIN vocabulary.timepoint_anchors k ON k.term = r.anchor
  LEFT JOIN vocabulary.windows w ON {in_window("r.day")}
  LEFT JOIN tested t ON t.treatment = r.treatment
  WHERE r.n > 0 AND r.events BETWEEN 0 AND r.n
), {placed("comparability_class", "CASE WHEN NOT rule_stated THEN 'definition' END")}, whole AS (
  FROM placed QUALIFY part = min(part) OVER (PARTITION BY trial, package, outcome, stratum)
), {counted("outcome, stratum", _SETTING)}"""

_NAMES = ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in _COLUMNS.items())

_RANKED = (
    "ranked_rates",
    f"""{_PLACED}
SELECT {_NAMES}, place FROM (
  SELECT *, {flagged("outcomes", definition_id="definition")} AS flagged
  FROM (SELECT *, row_number() OVER (PARTITION BY package, study_id, arm_id, outcome, stratum ORDER BY {used_first(_SETTING)}) AS place FROM counted) c
)""",
)
"""Every result of an arm in a stratum, with its place in the order in which they are used: the name of the query, and its SQL."""
