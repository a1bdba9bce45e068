"""Changes since the last release: in its packages, studies, rows and figures, what they state, and the distribution of their rates.

A package of the last release is its latest accepted version that isn't retracted. A missing package is reported once, not row by row.
"""

from __future__ import annotations

from schemas.tables import TABLES as _TABLES
from validation.gate.relation import Relation
from validation.gate.relations.figures import FEWEST, STATED, coverage

__all__ = ["SINCE", "TABLES"]

TABLES = tuple(_TABLES)
"""The tables of packages that are compared with those of the last release."""

_PACKAGES = """
    SELECT r.name AS package, r.version, CASE WHEN p.standing = 'retracted' THEN 'retracted in the version in its folder' ELSE coalesce(p.verdict, 'gone') END AS state,
      coalesce(p.verdict = 'valid' AND p.standing <> 'retracted', false) AS kept
    FROM released.packages r LEFT JOIN registry.packages p USING (name)
    ORDER BY ALL
"""

_ACCEPTED = """(
      SELECT r.name AS package, r.version FROM released.packages r JOIN registry.packages p USING (name)
      WHERE p.verdict = 'valid' AND p.standing <> 'retracted'
    )"""

_STUDIES = f"""
    SELECT s.package, version, count(*) AS studies, count(*) FILTER (n.study_id IS NULL) AS gone,
      string_agg(s.study_id, ', ' ORDER BY s.study_id) FILTER (n.study_id IS NULL) AS which
    FROM released.studies s
    JOIN {_ACCEPTED} a ON a.package = s.package
    LEFT JOIN registry.studies n ON n.package = s.package AND n.study_id = s.study_id
    GROUP BY ALL
    ORDER BY s.package
"""

_COUNTED = " UNION ALL ".join(
    f"SELECT '{table}' AS table_name, package, count(*) AS rows FROM {{schema}}.{table} GROUP BY package" for table in TABLES
)

_ROWS = f"""
    SELECT package, version, table_name, t.rows AS before, coalesce(n.rows, 0) AS now
    FROM ({_COUNTED.format(schema="released")}) t
    JOIN {_ACCEPTED} USING (package)
    LEFT JOIN ({_COUNTED.format(schema="registry")}) n USING (package, table_name)
    ORDER BY now - before, package, table_name
"""


def _both(table: str, key: tuple[str, ...], values: tuple[str, ...]) -> str:
    """SQL: how many rows of the table are in both, and of how many a value differs."""
    same_key = " AND ".join(f"t.{c} IS NOT DISTINCT FROM n.{c}" for c in ("package", *key))
    differs = " OR ".join(f"t.{c} IS DISTINCT FROM n.{c}" for c in values)
    return f"""
    SELECT t.package, '{table}' AS table_name, count(*) AS figures, count(*) FILTER ({differs}) AS changed
    FROM released.{table} t JOIN registry.{table} n ON {same_key}
    GROUP BY t.package"""


_FIGURES = f"""
    SELECT package, version, table_name, figures, changed, CASE WHEN figures >= {FEWEST} THEN round(100 * changed / figures, 1) END AS percent
    FROM (
      {_both("outcomes", ("study_id", "arm_id", "definition_id", "timepoint_days", "analysis_set"), ("n_analysed", "events"))}
      UNION ALL
      {_both("scores", ("study_id", "arm_id", "instrument_id", "timepoint_days", "statistic"), ("n", "mean", "sd"))}
    )
    JOIN {_ACCEPTED} USING (package)
    ORDER BY ALL
"""

_SHARES = " UNION ALL ".join(
    f"SELECT package, version, '{word.replace('_', ' ')}' AS word, t.{word} AS before, n.{word} AS now, "
    f"round(t.{word} - n.{word}, 1) AS fall FROM before t JOIN now n USING (package) JOIN {_ACCEPTED} USING (package)"
    for word in STATED
)

_COVERAGE = f"""
    WITH before AS ({coverage("released")}), now AS ({coverage("registry")})
    {_SHARES}
    ORDER BY ALL
"""

# The largest distance between the two cumulative distributions (Smirnov's), beside the one that chance exceeds once in a hundred
# times where the two are drawn apart. Most of the rates are the same ones, so that chance alone exceeds it far more rarely.
_RATES = f"""
    WITH rates AS (
      SELECT package, d.outcome, events / n_analysed AS rate, 1 AS before, 0 AS now
      FROM released.outcomes JOIN registry.vocabulary.definitions d USING (definition_id)
      WHERE n_analysed > 0 AND events IS NOT NULL
      UNION ALL
      SELECT package, d.outcome, events / n_analysed, 0, 1
      FROM registry.outcomes JOIN registry.vocabulary.definitions d USING (definition_id)
      WHERE n_analysed > 0 AND events IS NOT NULL
    ), summed AS (
      SELECT package, outcome, sum(before) OVER up AS below_before, sum(now) OVER up AS below_now,
        sum(before) OVER (PARTITION BY package, outcome) AS n_before, sum(now) OVER (PARTITION BY package, outcome) AS n_now
      FROM rates
      WINDOW up AS (PARTITION BY package, outcome ORDER BY rate RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    SELECT package, version, outcome, n_before::BIGINT AS before, n_now::BIGINT AS now,
      round(max(abs(below_before / n_before - below_now / n_now)), 3) AS distance,
      round(1.628 * sqrt((n_before + n_now) / (n_before * n_now)), 3) AS most
    FROM summed JOIN {_ACCEPTED} USING (package)
    WHERE n_before >= {FEWEST} AND n_now >= {FEWEST}
    GROUP BY ALL
    ORDER BY ALL
"""

_NOTHING_LEFT = "no package of the last release is in the registry"


def _since(about: str, key: tuple[str, ...], query: str, empty: str = _NOTHING_LEFT) -> Relation:
    return Relation(about, key, query, empty, since_release=True)


SINCE = {
    "packages-since": _since(
        "each package of the last release, with its state in the registry",
        ("package",),
        _PACKAGES,
        "the last release has no package",
    ),
    "studies-since": _since("each package of the last release, with its studies that are missing now", ("package",), _STUDIES),
    "rows-since": _since(
        "each table of each package of the last release, with its rows then and now", ("package", "table_name"), _ROWS
    ),
    "figures-since": _since(
        "the counts and means of each package that were already in the last release, and how many have changed",
        ("package", "table_name"),
        _FIGURES,
        "no figure of the last release is in the registry",
    ),
    "coverage-since": _since(
        "each package of the last release, with the percentage of counts that stated each property then and now",
        ("package", "word"),
        _COVERAGE,
    ),
    "rates-since": _since(
        f"each outcome with at least {FEWEST} rates in a package, then and now, with how far they shifted",
        ("package", "outcome"),
        _RATES,
        f"no outcome has {FEWEST} rates in a package both then and now",
    ),
}
