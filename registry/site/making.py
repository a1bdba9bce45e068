"""The site of a registry: its pages out of the database, with a style sheet and a search that need nothing from anywhere else."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from registry.depositing.about import About, about
from registry.depositing.linked import croissant
from registry.form import write_small
from registry.ledger.records import Record
from registry.ledger.releases import released
from registry.ledger.store import checked
from registry.packages.opening import opened
from registry.site import places
from registry.site.addresses import FEED, SITEMAP, feed, sitemap
from registry.site.content import Content
from registry.site.facts import Facts
from registry.site.rendering import Page, rendered, stylesheet
from registry.site.writing import Written, write

if TYPE_CHECKING:
    import duckdb

    from registry.access import Registry
    from validation.report import PackageReport

__all__ = ["ENGINE", "make_site"]

_NAV = (
    ("comparisons/index.html", "Comparisons"),
    ("trials/index.html", "Trials"),
    ("treatments/index.html", "Treatments"),
    ("definitions/index.html", "Definitions"),
    ("populations/index.html", "Populations"),
    ("instruments/index.html", "Instruments"),
    ("claims/index.html", "Claims"),
    ("packages/index.html", "Packages"),
    ("rules/index.html", "Rules"),
    ("gate.html", "Gate"),
    ("changes.html", "Changes"),
    ("sql.html", "SQL"),
)


ENGINE = ("duckdb-wasm.mjs", "duckdb-browser-eh.worker.js", "duckdb-eh.wasm")
"""The files of DuckDB for browsers that queries on the page need: the package as one module, its worker and its code."""

_EXAMPLES = (
    (
        "Remission rates of ketamine and esketamine, each with its rule",
        "SELECT study, arm, definition, day, events, n, round(100 * rate, 1) AS percent\n"
        "FROM remission_rates WHERE class = 'nmda-antagonist' ORDER BY study, day",
    ),
    (
        "How many definitions of remission are in use",
        "SELECT definition, count(DISTINCT trial) AS trials FROM remission_rates GROUP BY ALL ORDER BY trials DESC",
    ),
    (
        "What has to be assumed to compare SSRIs with ketamine",
        "SELECT outcome, assumptions, rate_a, k_a, rate_b, k_b FROM ladder WHERE a = 'ketamine' AND b = 'ssri' ORDER BY ALL",
    ),
    ("Claims and their verdicts", "SELECT claim_id, verdict, reasoning FROM verdicts ORDER BY ALL"),
)


def make_site(
    registry: Registry,
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    engine: Path | None = None,
    base: str | None = None,
    *,
    gate: PackageReport | None = None,
) -> Written:
    """Write the site of a registry, and of the database of it that the connection reads, into a folder, of which only what changed is
    written. Each accepted version that answers can be downloaded there, every file compared with the ledger. ``engine`` is a folder with
    the files of ``ENGINE``, without which nobody can ask the database on the page. ``base`` is the address below which the site will be,
    as :func:`registry.site.addresses.address_of_base` has it; without it there is no sitemap and no feed.
    ``gate`` is what the gate found in the database; without it the page of the gate says that it wasn't run.

    Raises ``LedgerError`` or ``DamagedError`` if the store was changed, ``OSError`` where the engine can't be read, and what
    :func:`registry.site.writing.write` raises.
    """
    return write(folder, _files(registry, con, engine, base, gate))


def _files(
    registry: Registry, con: duckdb.DuckDBPyConnection, engine: Path | None, base: str | None, gate: PackageReport | None
) -> Iterator[tuple[str, bytes]]:
    names = {name for (name,) in con.execute("SELECT name FROM packages WHERE standing = 'accepted'").fetchall()}
    latest = {name: registry.ledger.latest(name) for name in sorted(names)}
    releases: dict[str, About] = {}
    for name, record in latest.items():
        if record is not None:
            descriptor = released(registry.store, record).descriptor
            releases[name] = about(record, descriptor)
            for one in descriptor["files"]:
                yield places.file(name, one["path"]), checked(registry.store, one["object"], one["hash"], one["bytes"])
    pages = list(Content(Facts(con), releases, gate).pages())
    pages.append(_changes(registry.ledger.records))
    parts = _engine(registry, engine) if engine is not None else {}
    size = f"{sum(map(len, parts.values())) / 1e6:.0f} MB"
    pages.append(Page("sql.html", "list", "SQL", "sql.html.jinja", {"engine": bool(parts), "size": size, "examples": _EXAMPLES}))
    yield from parts.items()
    version, ledger = con.execute("SELECT version, ledger FROM build").fetchone() or ("", None)
    drafts = con.execute("SELECT name FROM packages WHERE standing <> 'accepted' ORDER BY name").fetchall()
    site = {
        "nav": _NAV,
        "paths": {page.path for page in pages},
        "version": version,
        "ledger": ledger,
        "drafts": [name for (name,) in drafts],
        "linked": _linked,
        "feed": FEED if base is not None else None,
    }
    yield "site.css", stylesheet()
    for script in ("search.js", "choose.js", "copy.js", "sql.js"):
        yield script, files(__package__).joinpath("templates", script).read_bytes()
    yield "search-index.js", _index(pages)
    for page in pages:
        yield page.path, rendered(page, site)
        yield from ((path, text.encode()) for path, text in page.files.items())
    if base is not None:
        paths = {page.path for page in pages}
        yield SITEMAP, sitemap(base, paths)
        yield FEED, feed(base, registry.ledger.records, paths)


def _engine(registry: Registry, folder: Path) -> dict[str, bytes]:
    """The engine's files, and a small copy of the database."""
    found = {}
    for name in ENGINE:
        with opened(folder, name) as file:
            found[f"engine/{name}"] = file.read()
    with tempfile.TemporaryDirectory() as scratch:
        small = Path(scratch) / "registry.duckdb"
        write_small(registry.database, small)
        return {**found, "engine/registry.duckdb": small.read_bytes()}


def _changes(records: tuple[Record, ...]) -> Page:
    """What was accepted and retracted, the latest first."""
    return Page(
        "changes.html", "list", "Changes", "changes.html.jinja", {"records": [record.data for record in reversed(records)]}
    )


def _index(pages: list[Page]) -> bytes:
    found = [[_what(page), page.title, page.path, page.words] for page in pages if page.kind not in {"list", "home", "part"}]
    return f"window.PAGES = {_for_script(found)};\n".encode()


def _what(page: Page) -> str:
    """What a page is of; trials have one in each package that has them."""
    return f"trial in {page.given['of']['package']}" if page.kind == "trial" else page.kind


def _linked(release: About) -> Markup:
    """A release for search engines for data."""
    return Markup(_for_script(croissant(release)))  # noqa: S704  escaped below


def _for_script(value: Any) -> str:
    """JSON within a page: nothing in it ends the script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
