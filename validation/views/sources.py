"""The view of sources with what rests on them."""

from __future__ import annotations

from validation.views.view import FromStudies, Scope, View

__all__ = ["SOURCES"]

_FIGURES = FromStudies(
    "figures_of_sources",
    """
        SELECT _package, source_id, count(*) AS figures
        FROM (
          SELECT _package, source_id FROM outcomes UNION ALL SELECT _package, source_id FROM scores UNION ALL SELECT _package, source_id FROM harms
          UNION ALL SELECT _package, source_id FROM contrasts
          UNION ALL SELECT _package, source_id FROM arms UNION ALL SELECT _package, source_id FROM studies
          UNION ALL SELECT _package, source_id FROM participants
        )
        GROUP BY _package, source_id
    """,
)

_NOTICE = "(corrections?|errat(um|a)|corrigend(um|a)|retract(ion|ed)|expression of concern|department of error)"
"""The words by which a title is one of a notice about a report."""
_WORDS = "trim(regexp_replace(lower({}), '[^\\pL\\pN]+', ' ', 'g'))"
"""SQL: the words of a title, without case and punctuation."""
_MAIN = r"regexp_extract(title, '^(.*?)\s*([:?!;–—]|\.\s|\s-\s|\.?$)', 1)"
"""SQL: a title without what follows its first colon or the like."""
_UNPUBLISHED = "('registry-record', 'data-set', 'regulatory-document', 'web-page', 'personal-communication', 'conference-poster')"
_CORRECTED = "('erratum', 'expression-of-concern', 'reinstated', 'retracted')"


def _named(words: str) -> str:
    """SQL: whether the notice's title has a report's, as a whole: what precedes it is the notice's own words or ends there, and so does what follows it."""
    before = rf"(^|[^\pL\pN\s-]\s*|\b{_NOTICE}(\s+(to|of|for|in|on|the|article))*\s+)"
    title = f"replace(a.{words}, ' ', '[^\\pL\\pN]+')"
    return rf"""length(a.{words}) >= 20 AND contains(c.names[1], a.{words})
                AND regexp_matches(lower(c.title), '{before}' || {title} || '(\s*$|\s*[^\pL\pN\s''’-]|\s+-\s)')"""


_NOTICES = rf"""titled AS MATERIALIZED (
              SELECT _package, source_id, title, kind::VARCHAR AS kind, correction_status::VARCHAR AS status, lower(trim(doi)) AS id, kind IS NOT DISTINCT FROM 'erratum' AS erratum,
                regexp_matches(lower(title), '\b{_NOTICE}\b') AS told, list_transform([title, {_MAIN}], lambda x: {_WORDS.format("x")}) AS names
              FROM sources
            ), pair AS (
              SELECT *, contains(' ' || words || ' ', ' retract') AND NOT contains(words, 'replacement') AS retraction FROM (
                SELECT a._package, a.source_id, a.status, c.source_id AS correction, c.erratum, c.names[1] AS words, a.names,
                  CASE WHEN c.id = a.id THEN 0 WHEN a.kind IN {_UNPUBLISHED} THEN NULL WHEN {_named("names[1]")} THEN 1 WHEN {_named("names[2]")} THEN 2 END AS tier
                FROM (FROM titled WHERE erratum OR told) c JOIN (FROM titled WHERE NOT erratum) a ON a._package = c._package AND a.source_id <> c.source_id
              ) WHERE tier IS NOT NULL AND (erratum OR regexp_matches(CASE tier WHEN 0 THEN words ELSE replace(words, names[tier], ' ') END, '\b{_NOTICE}\b'))
            ), found AS (
              SELECT *, tier = min(tier) OVER one AND NOT bool_or(CASE WHEN retraction THEN status IN ('reinstated', 'retracted') ELSE status IN {_CORRECTED} END IS true) OVER one AS meant
              FROM pair WINDOW one AS (PARTITION BY _package, correction)
            )"""
"""SQL: notices and the reports that they may be about, by DOI or title. A notice is ``meant`` of those that it fits best, unless it is known of one that it fits."""

SOURCES = (
    View(
        "sources_in_use",
        place="sources",
        scope=Scope.PACKAGE,
        needs=("sources",),
        whole=True,
        gathers=(_FIGURES,),
        # A correction that fits no report is of one whose correction is known, if there is one whose own isn't among the sources.
        query=f"""
            WITH {_NOTICES}
            SELECT s.*, CAST(NULL AS VARCHAR) AS _study, run.today, coalesce(u.figures, 0) AS figures, e.correction, e.retraction,
              s.kind = 'erratum' AND p.correction IS NULL AND k._package IS NULL AS of_nothing
            FROM sources s
            CROSS JOIN run
            LEFT JOIN (
              SELECT _package, source_id, sum(figures)::BIGINT AS figures FROM ({_FIGURES.query}) GROUP BY _package, source_id
            ) u USING (_package, source_id)
            LEFT JOIN (
              SELECT _package, source_id, arg_min(correction, (NOT retraction, tier, correction)) AS correction, bool_or(retraction) AS retraction
              FROM found WHERE meant GROUP BY ALL
            ) e USING (_package, source_id)
            LEFT JOIN (SELECT DISTINCT _package, correction FROM pair) p ON p._package = s._package AND p.correction = s.source_id
            LEFT JOIN (
              SELECT DISTINCT _package FROM (FROM titled WHERE NOT erratum) ANTI JOIN pair USING (_package, source_id) WHERE status IN {_CORRECTED}
            ) k ON k._package = s._package
        """,
    ),
)
