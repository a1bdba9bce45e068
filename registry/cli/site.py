"""``site``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.gate import see_to_library
from registry.cli.options import Root
from registry.cli.progress import progress
from registry.cli.streams import folder_for, say

__all__ = ["site"]


def site(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="The folder to write; in an earlier site, only changed files are written.",
            show_default="site",
        ),
    ] = None,
    engine: Annotated[
        Path | None,
        typer.Option(
            "--engine", metavar="DIR", help="DuckDB for browsers, as `make site` fetches it: then the page takes queries."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where the site will be: then it has a sitemap and a feed of releases."),
    ] = None,
    gated: Annotated[
        bool,
        typer.Option("--gate", help="Check the registry as a whole too (Great Expectations), and show the outcome of each rule."),
    ] = False,
    root: Root = None,
) -> None:
    """Write the registry as a site of pages that link to each other: every trial, rate, definition, comparison, claim and package.

    **Examples**

    - `outcomes site`
    - `outcomes site --output public`
    - `outcomes site --engine build/engine`
    - `outcomes site --base-url https://example.org/outcomes/`
    - `outcomes site --gate`

    Open `index.html` in a browser. The pages load nothing from elsewhere, need no server and work below any address. They show what the
    database has (`outcomes build`), and offer the accepted files for download.
    """
    from registry.access import open as open_registry
    from registry.cli.asking import say_if_stale
    from registry.packages.finding import find_root
    from registry.site.addresses import address_of_base
    from registry.site.making import make_site
    from registry.site.query_page import ENGINE
    from registry.site.writing import known
    from schemas.wording import counted

    base = None if base_url is None else address_of_base(base_url)
    folder = folder_for(output, "site", lambda folder: known(folder) is not None)
    top = find_root(root)
    if engine is not None and (missing := [name for name in ENGINE if not (engine / name).is_file()]):
        fail(f"{engine} has no {' and no '.join(missing)}; `make site` puts them into build/engine", Exit.USAGE)
    if gated:
        see_to_library()
        from registry.gating import gate
    registry = open_registry(top)
    with progress() as step:
        report = gate(top, registry.database, progress=step) if gated else None
    with registry.connect() as con, progress() as step:
        say_if_stale(con, top)
        step("pages")
        done = make_site(registry, con, folder, engine, base, gate=report)
    say(
        f"Wrote {folder / 'index.html'}: {counted(done.written, 'file')} written, {done.unchanged:,} unchanged, {done.removed:,} removed."
    )
    if base is None:
        say("No sitemap and no feed of releases: both need the site's address (--base-url).")
