"""``--changed-since``: the packages that a branch changed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.streams import say

if TYPE_CHECKING:
    from registry.packages.committed import Since

__all__ = ["ChangedSince", "changed_since"]

ChangedSince = Annotated[
    str | None,
    typer.Option("--changed-since", metavar="REF", help="Only the packages that changed since the branch left this git ref."),
]


def changed_since(ref: str, named: Collection[str | None], root: Path | None) -> Since:
    """What changed since a git ref. What is worth knowing about it goes to stderr. Ends the command where packages are ``named`` too."""
    from registry.packages.committed import Since
    from registry.packages.finding import find_root

    if any(named):
        fail("--changed-since chooses the packages; leave out their names", Exit.USAGE)
    since = Since.of(find_root(root), ref)
    if since.removed:
        say(f"outcomes: removed since {ref}: {', '.join(since.removed)}", err=True)
    if not since.changed:
        say(f"outcomes: no package changed since {ref}", err=True)
    return since
