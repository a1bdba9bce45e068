"""``docs``, and what ``validate --registry`` and ``build --gate`` have in common with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.exits import fail, fail_for_a_bug
from registry.cli.options import Root
from registry.cli.progress import progress
from registry.cli.streams import folder_for, say

__all__ = ["docs", "see_to_library"]

_MOST_SHOWN = 1000
"""Findings of a rule on the page."""


def docs(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="The folder to write; an earlier page there is replaced.", show_default="gate"
        ),
    ] = None,
    root: Root = None,
) -> None:
    """Check the whole registry and write the result as a page to publish.

    **Examples**

    - `outcomes docs`
    - `outcomes docs --output public/gate`

    The page, `index.html`, loads nothing from elsewhere. Needs the database (`outcomes build`).

    The exit code is 0 whatever was found; `outcomes validate --registry` fails on findings.
    """
    from registry.packages.finding import find_root
    from validation.gate.site import is_site

    folder = folder_for(output, "gate", is_site)
    see_to_library()
    from registry.gating import gate

    with progress() as step:
        report = gate(find_root(root), site=folder, max_findings=_MOST_SHOWN, progress=step)
    violated = sum(bool(o.violations) for o in report.outcomes)
    say(f"Wrote {folder / 'index.html'}: {len(report.outcomes)} rules, {violated} with findings.")
    if report.bugs:
        fail_for_a_bug()


def see_to_library() -> None:
    """Without its library the gate can't be run, which is said before any work is done."""
    from validation.expectations import INSTALL, is_installed

    if not is_installed():
        fail(f"this needs Great Expectations, which isn't installed: {INSTALL}")
