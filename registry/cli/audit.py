"""``audit``: published claims, each with a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from registry.answers import ANSWERS
from registry.cli.asking import asking
from registry.cli.naming import package_name
from registry.cli.options import BY_ENDING, Output, PackageName, Root, Verbose, format_of, one_of
from registry.cli.progress import progress
from registry.cli.streams import answer, place
from registry.errors import RequestError
from validation.hints import did_you_mean

if TYPE_CHECKING:
    from registry.auditing.auditing import Audit

__all__ = ["audit"]


def audit(  # noqa: PLR0917  each is an option of the command
    package: PackageName,
    claim: Annotated[list[str] | None, typer.Option("--claim", metavar="ID", help="Only this claim; may be repeated.")] = None,
    format_: Annotated[
        str | None, one_of("--format", ANSWERS["audit"], "How the audit is written.", show_default=f"{BY_ENDING}text")
    ] = None,
    output: Output = None,
    verbose: Verbose = False,
    root: Root = None,
) -> None:
    """Test published claims: a verdict on each, with the reason and the evidence.

    A claim is *supported*, *contradicted*, *undecided*, *unverifiable*, *not comparable*, *incoherent* or
    *not judged*. Verdicts are computed from the database: when the data change, they change.

    **Examples**

    - `outcomes audit claims-ssri-vs-ketamine` – an article's eight comparisons and its conclusions
    - `outcomes audit claims-ssri-vs-ketamine --claim remission-ketamine`
    - `outcomes audit claims-stard --verbose` – a dispute in which both sides are right
    - `outcomes audit claims-ssri-vs-ketamine --format html -o audit.html` – a page that one could send to an editor
    - `outcomes sql "FROM verdicts WHERE verdict = 'contradicted'"` – the same from the database

    The exit code is 0 for every verdict. Needs the database (`outcomes build`). docs/auditing.md explains the verdicts.
    """
    output = place(output)
    format_ = format_of(format_, output, ANSWERS["audit"], "text")
    with asking(root) as con:
        from registry.auditing.auditing import audit as audited
        from registry.pooling.remembered import recalling

        with progress(what=package), recalling(con):
            found = _of(audited(con, package_name(package, root)), claim or [])
    answer("audit", format_, found, output, verbose=verbose)


def _of(found: Audit, claims: Sequence[str]) -> Audit:
    """The audit of these claims alone, or of all where none is given; ``RequestError`` with the nearest for one that isn't there."""
    names = [verdict.claim.claim_id for verdict in found.verdicts]
    for name in claims:
        if name not in names:
            hint = did_you_mean(name, names, otherwise=f"they are {', '.join(names)}", most=3)
            raise RequestError(f"`{found.package}` has no claim {name!r}; {hint}")
    return replace(found, verdicts=tuple(v for v in found.verdicts if not claims or v.claim.claim_id in claims))
