"""From pairs of studies to trials: which pairs are believed, and what each trial is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from registry.lineage.labels import YEARS_APART
from registry.lineage.rows import make_table
from registry.lineage.studies import MOST_BY_CHANCE

if TYPE_CHECKING:
    import duckdb

__all__ = ["THROUGH_ANOTHER", "name_trials", "settle", "united", "write_same_trials"]

THROUGH_ANOTHER = "through-another"
"""The evidence for two studies that were each joined with the same study of a third package."""

Study = tuple[str, str]
"""A package and the name of a study in it."""

# Pairs that are only cited alike, state other identifiers, and have an equal count in no arm.
_AGAINST = """
    CREATE TEMP TABLE _against AS
    SELECT DISTINCT pair
    FROM _pairs p
    JOIN _identifiers a USING (package, study_id)
    JOIN _identifiers b ON b.package = p.other_package AND b.study_id = p.other_study_id AND b.kind = a.kind
    WHERE p.evidence = 'label' AND pair NOT IN (SELECT pair FROM _near WHERE same > 0)
"""

# A pair with the arms that it would share, and what speaks against it. Two numbers in one trial registry are two trials, and a report
# that has both is neither. What a study's number in a label
# tells apart is one trial by a registration, or by the same report with the same counts; what its letter or word does, by an identifier or the counts alone.
_WEIGHED = f"""
    CREATE TEMP TABLE _weighed AS
    WITH clashing AS (
      SELECT DISTINCT pair FROM (
        SELECT pair
        FROM _pairs p
        JOIN _registered a USING (package, study_id)
        JOIN _registered b ON b.package = p.other_package AND b.study_id = p.other_study_id AND b.registry = a.registry
        GROUP BY pair, a.registry HAVING list_sort(list(DISTINCT a.value)) <> list_sort(list(DISTINCT b.value))
      )
    ), matched AS (
      SELECT pair, count(*) FILTER (evidence = 'counts') AS by_counts, count(*) FILTER (evidence IN ('counts', 'size')) AS telling,
        count(*) FILTER (evidence <> 'treatment') AS like_size
      FROM _arm_matches GROUP BY pair
    )
    SELECT p.*, coalesce(m.by_counts, 0) AS by_counts, (l.pair IS NOT NULL OR g.pair IS NOT NULL OR c.pair IS NOT NULL) AS told_apart,
      CASE
        WHEN c.pair IS NOT NULL THEN 'they have different numbers in one trial registry'
        WHEN CASE l.what WHEN 'other' THEN p.evidence = 'label' WHEN 'number' THEN NOT (p.same_arms AND regexp_matches(p.evidence, 'doi|pmid')) ELSE l.pair IS NOT NULL END
          AND p.evidence NOT LIKE '%registration-id%'
          THEN 'their labels tell them apart: ' || s.label || '; ' || o.label
        WHEN p.evidence = 'label' AND CASE WHEN p.tells THEN coalesce(m.like_size, 0) ELSE coalesce(m.telling, 0) END < 2
          THEN 'they are cited alike, but fewer than two arms agree in size'
        WHEN g.pair IS NOT NULL THEN 'they are cited alike, but their identifiers differ and no arm has the same count'
        WHEN NOT p.tells AND coalesce(m.telling, 0) = 0
          THEN 'several studies of a package share the identifier, and no arm identifies the right one'
        WHEN p.pair NOT IN (SELECT pair FROM _possible)
          AND (p.package, p.study_id) IN (SELECT (package, study_id) FROM _arms)
          AND (p.other_package, p.other_study_id) IN (SELECT (package, study_id) FROM _arms)
          THEN 'no treatment is in both'
        WHEN p.evidence NOT LIKE '%registration-id%' AND p.evidence <> 'label' AND NOT p.same_arms AND coalesce(m.telling, 0) = 0
          AND (p.package, p.study_id) IN (SELECT (package, study_id) FROM _arms WHERE len(sizes) > 0)
          AND (p.other_package, p.other_study_id) IN (SELECT (package, study_id) FROM _arms WHERE len(sizes) > 0)
          THEN 'no arm agrees in size or in any count, and an identifier of a report may be of several trials'
        WHEN p.evidence = 'same-arms' AND p.by_chance >= {MOST_BY_CHANCE}
          THEN 'only their arms agree, and about ' || printf('%.2g', p.by_chance) || ' such pairs are expected by chance'
        WHEN p.same_arms AND p.kinds = 1 AND abs(s.year - o.year) > {YEARS_APART}
          THEN 'only their arms agree, and they were published more than {YEARS_APART} years apart'
      END AS doubt
    FROM _pairs p
    LEFT JOIN matched m USING (pair)
    JOIN studies s ON s.package = p.package AND s.study_id = p.study_id
    JOIN studies o ON o.package = p.other_package AND o.study_id = p.other_study_id
    LEFT JOIN _told_apart l USING (pair)
    LEFT JOIN _against g USING (pair)
    LEFT JOIN clashing c USING (pair)
"""

_STRONGEST_FIRST = """
    SELECT package, study_id, other_package, other_study_id FROM _weighed WHERE doubt IS NULL
    ORDER BY kinds DESC, by_counts DESC, pair
"""

_TOLD_APART = """
    SELECT package, study_id, other_package, other_study_id FROM _weighed WHERE doubt IS NOT NULL AND told_apart
"""

_NUMBERS = """
    SELECT package, study_id, registry, value
    FROM _registered
    SEMI JOIN (
      SELECT package, study_id FROM _weighed UNION ALL SELECT other_package, other_study_id FROM _weighed
    ) USING (package, study_id)
    WHERE registry IS NOT NULL
"""

# Named by what it is known by in the world, where that is its alone; else as the first of its packages calls it.
_TRIALS = """
    INSERT INTO trials
    WITH studies_united AS (
      SELECT s.*, coalesce(u.first_package, s.package) AS first_package, coalesce(u.first_study_id, s.study_id) AS first_study_id
      FROM studies s LEFT JOIN _united u USING (package, study_id)
    ), known AS (
      SELECT first_package, first_study_id, min(registration_id) AS registration, 'doi:' || min(lower(doi)) AS doi,
        'pmid:' || min(pmid) AS pmid
      FROM studies_united GROUP BY ALL
    ), named AS (
      SELECT first_package, first_study_id, coalesce(
          CASE WHEN count(*) OVER (PARTITION BY registration) = 1 THEN registration END,
          CASE WHEN count(*) OVER (PARTITION BY doi) = 1 THEN doi END,
          CASE WHEN count(*) OVER (PARTITION BY pmid) = 1 THEN pmid END,
          first_package || '/' || first_study_id
        ) AS trial_id
      FROM known
    ), told AS (
      SELECT package, study_id, part_of, trial_id FROM studies_united JOIN named USING (first_package, first_study_id)
    ), held AS (
      SELECT w.trial_id, list(DISTINCT p.trial_id ORDER BY p.trial_id) AS holds
      FROM told w JOIN told p ON p.package = w.package AND p.part_of = w.study_id AND p.trial_id <> w.trial_id GROUP BY ALL
    )
    SELECT package, study_id, trial_id, coalesce(holds, []) FROM told LEFT JOIN held USING (trial_id) ORDER BY ALL
"""

_THROUGH_OTHERS = f"""
    INSERT INTO _pairs
    SELECT (SELECT coalesce(max(pair), 0) FROM _pairs)
        + row_number() OVER (ORDER BY package, study_id, other_package, other_study_id) AS pair,
      *, '{THROUGH_ANOTHER}', 0, false, false, NULL
    FROM (
      FROM (
        SELECT a.package, a.study_id, b.package AS other_package, b.study_id AS other_study_id
        FROM _united a JOIN _united b USING (first_package, first_study_id)
        WHERE a.package < b.package
      ) ANTI JOIN _pairs USING (package, study_id, other_package, other_study_id)
    )
"""

_JOINED = """
    CREATE TEMP TABLE _joined AS
    SELECT pair, t.trial_id
    FROM _pairs p
    JOIN trials t USING (package, study_id)
    JOIN trials o ON o.package = p.other_package AND o.study_id = p.other_study_id AND o.trial_id = t.trial_id
"""

_SAME_TRIALS = """
    INSERT INTO same_trials
    WITH said AS (
      SELECT least(package, other) AS package, greatest(package, other) AS other_package, min(relation) AS declared
      FROM lineage GROUP BY ALL
    )
    SELECT p.package, p.study_id, p.other_package, p.other_study_id, j.trial_id, p.evidence, coalesce(m.arms, 0), declared,
      j.pair IS NOT NULL,
      CASE WHEN j.pair IS NULL THEN coalesce(
        doubt, 'better evidence joins one of them with another study of the package, with another registration, or with a study that differs'
      ) END
    FROM _pairs p
    LEFT JOIN _joined j USING (pair)
    LEFT JOIN _weighed w USING (pair)
    LEFT JOIN (SELECT pair, count(DISTINCT arm_id) AS arms FROM _arm_matches GROUP BY pair) m USING (pair)
    LEFT JOIN said d ON d.package = p.package AND d.other_package = p.other_package
    ORDER BY ALL
"""


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Decide which of ``_pairs`` are one trial, and fill ``trials``.

    The pairs that follow from two others are appended to ``_pairs``; ``_joined`` holds the numbers of all that are one trial.
    """
    con.execute(_AGAINST)
    con.execute(_WEIGHED)
    wholes = _wholes(con)
    numbers: dict[Study, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for package, study, registry, number in con.execute(_NUMBERS).fetchall():
        numbers[wholes[package, study]][registry].add(number)
    pairs = con.execute(_STRONGEST_FIRST).fetchall()
    believed = [(wholes[a, b], wholes[c, d]) for a, b, c, d in pairs]
    apart = {frozenset({wholes[a, b], wholes[c, d]}) for a, b, c, d in con.execute(_TOLD_APART).fetchall()}
    name_trials(con, united(believed, numbers, apart.difference(map(frozenset, believed))))
    con.execute(_THROUGH_OTHERS)
    con.execute(_JOINED)


def name_trials(con: duckdb.DuckDBPyConnection, first: Mapping[Study, Study]) -> None:
    """Fill ``trials``, where studies of several packages are one trial named by its ``first`` study."""
    wholes = _wholes(con)
    names = ("package", "study_id", "first_package", "first_study_id")
    rows = [(*study, *first.get(whole, whole)) for study, whole in wholes.items() if whole in first or whole != study]
    make_table(con, "_united", dict.fromkeys(names, "VARCHAR"), rows)
    con.execute(_TRIALS)


def _wholes(con: duckdb.DuckDBPyConnection) -> dict[Study, Study]:
    """Of each study of a package, the study that stands for its trial."""
    return {(package, study): (package, whole) for package, study, whole in con.execute("FROM _wholes").fetchall()}


def united(
    pairs: Iterable[tuple[Study, Study]],
    numbers: Mapping[Study, Mapping[str, Set[str]]],
    apart: Set[frozenset[Study]] = frozenset(),
) -> dict[Study, Study]:
    """The first study, by package and name, of the trial that each study of the pairs is; the strongest pair comes first. A part of a trial
    is given as its whole.

    ``numbers`` are the studies' numbers by trial registry. A pair is passed over where it would give a trial two studies of one
    package, which tells its own studies apart, two numbers in one registry, or two studies that are ``apart``, be it by way of third packages.
    """
    trials: dict[Study, _Trial] = {}
    for pair in pairs:
        one, other = (trials.setdefault(study, _Trial({study[0]: study[1]}, dict(numbers.get(study, {})))) for study in pair)
        if one is not other and one.may_be(other, apart):
            one.studies.update(other.studies)
            for registry, known in other.numbers.items():
                one.numbers[registry] = one.numbers.get(registry, known) & known
            trials.update(dict.fromkeys(other.studies.items(), one))
    return {study: min(trial.studies.items()) for study, trial in trials.items()}


@dataclass(frozen=True)
class _Trial:
    """A trial in the making: its study in each package, its number in each registry, or several of which each may be its number."""

    studies: dict[str, str]
    numbers: dict[str, Set[str]]

    def may_be(self, other: _Trial, apart: Set[frozenset[Study]]) -> bool:
        disjoint = self.studies.keys().isdisjoint(other.studies)
        agree = all(known & other.numbers.get(registry, known) for registry, known in self.numbers.items())
        pairs = map(frozenset[Study], product(self.studies.items(), other.studies.items()))
        return disjoint and agree and apart.isdisjoint(pairs)


def write_same_trials(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``same_trials`` with every pair, those that are one trial and those that are in doubt."""
    con.execute(_SAME_TRIALS)
