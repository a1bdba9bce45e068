"""``audit``: published claims, each with a verdict."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import Root, complete_package
from registry.cli.streams import deliver, heard_or_not, place
from registry.errors import RequestError
from validation.hints import did_you_mean

if TYPE_CHECKING:
    from registry.auditing.auditing import Audit

__all__ = ["audit"]


class AuditForm(StrEnum):
    """How the audit is written."""

    TEXT = "text"
    JSON = "json"


def audit(  # noqa: PLR0917  each is an option of the command
    package: Annotated[
        str,
        typer.Argument(
            metavar="PACKAGE", help="A package that holds claims.", autocompletion=complete_package, show_default=False
        ),
    ],
    claim: Annotated[
        list[str] | None, typer.Option("--claim", metavar="ID", help="This claim alone; may be given several times.")
    ] = None,
    format_: Annotated[AuditForm, typer.Option("--format", help="How the audit is written.")] = AuditForm.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there, not to stdout.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Cut no list of evidence short.")] = False,
    root: Root = None,
) -> None:
    """Put published claims to the test: a verdict on each, with why and what it rests on.

    A claim is *supported*, *contradicted*, *not comparable*, *incoherent* or *unverifiable*. Verdicts are computed from what the database
    holds: when the data change, they change.

    **Examples**

    - `outcomes audit claims-ssri-vs-ketamine` – an article's eight comparisons and its conclusions
    - `outcomes audit claims-ssri-vs-ketamine --claim remission-ketamine`
    - `outcomes audit claims-stard --verbose` – a dispute of which both sides stand
    - `outcomes audit claims-ssri-vs-ketamine --format json -o audit.json`
    - `outcomes sql "FROM verdicts WHERE verdict = 'contradicted'"` – the same from the database

    Whatever the verdicts are, the exit code is 0. Needs the database (`outcomes build`). docs/auditing.md tells how a verdict is reached.
    """
    output = place(output)
    from registry.access import open as open_registry
    from registry.packages.finding import find_root

    con = open_registry(find_root(root)).connect()
    try:
        from registry.auditing.auditing import audit as audited

        found = _of(audited(con, package), claim or [])
    finally:
        con.close()
    with heard_or_not():
        if format_ is AuditForm.JSON:
            from registry.answers.audit_json import render_json

            deliver([render_json(found)], output)
            return
        from rich.console import Console

        from registry.answers.audit_text import render_text

        if output is None:
            render_text(found, console=Console(highlight=False), verbose=verbose)
            return
        words = io.StringIO()
        render_text(found, console=Console(width=140, file=words, highlight=False), verbose=verbose)
        deliver([words.getvalue()], output)


def _of(found: Audit, claims: Sequence[str]) -> Audit:
    """The audit of these claims alone, or of all where none is given; ``RequestError`` with the nearest for one that isn't there."""
    names = [verdict.claim.claim_id for verdict in found.verdicts]
    for name in claims:
        if name not in names:
            hint = did_you_mean(name, names, otherwise=f"they are {', '.join(names)}", most=3)
            raise RequestError(f"`{found.package}` has no claim {name!r}; {hint}")
    return replace(found, verdicts=tuple(v for v in found.verdicts if not claims or v.claim.claim_id in claims))
