"""The pages of claims: what a publication says, claim by claim, each with its verdict beside every rate that the registry holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.answers.audit_html import claims_shown, plotted
from registry.auditing.auditing import audit
from registry.auditing.claims import packages_with_claims
from registry.exporting.exports import written
from registry.site import places
from registry.site.rendering import Page
from registry.site.showing import table_pages
from validation.formats.visible import well_formed

if TYPE_CHECKING:
    import duckdb

__all__ = ["claims_pages"]


def claims_pages(con: duckdb.DuckDBPyConnection) -> Iterator[Page]:
    """A page a package of claims, as its audit shows them, and the figures of each plot on pages and in a file of their own."""
    for name in packages_with_claims(con):
        found = audit(con, name)
        path, tables = places.claims(name), plotted(found)
        claims = [verdict.claim for verdict in found.verdicts]
        files = {file: places.relative(places.figures(path, file), path) for file in tables}
        given = {
            "package": name,
            "counts": {word.value: n for word, n in found.counts.items() if n},
            "articles": claims_shown(found, [f"claim-{claim.claim_id}" for claim in claims], files),
        }
        page = Page(
            path,
            "claims",
            found.title or name,
            "claims.html.jinja",
            given,
            " ".join(claim.statement for claim in claims),
            {places.figures(path, file): well_formed("".join(written(table))) for file, (_, table) in tables.items()},
        )
        yield page
        for file, (title, table) in tables.items():
            says = "Every rate of the treatment and outcome that the registry has, pooled or not."
            yield from table_pages(page, file, title, says, table)
