"""The site of a registry: its pages out of the database, with a style sheet and a search that need nothing from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from registry.depositing.about import About, about
from registry.depositing.linked import croissant
from registry.ledger.records import Record
from registry.ledger.releases import released
from registry.ledger.store import checked
from registry.pooling.remembered import recalling
from registry.site import places
from registry.site.addresses import FEED, SITEMAP, feed, sitemap
from registry.site.content import Content
from registry.site.facts import Facts
from registry.site.query_page import engine_files, query_page
from registry.site.rendering import Page, rendered, stylesheet
from registry.site.writing import Written, write

if TYPE_CHECKING:
    import duckdb

    from registry.access import Registry
    from validation.report import PackageReport

__all__ = ["make_site"]

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
    the files of ``registry.site.query_page.ENGINE``, without which nobody can ask the database on the page. ``base`` is the address below which the site will be,
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
    with recalling(con):
        pages = list(Content(Facts(con), releases, gate).pages())
    pages.append(_changes(registry.ledger.records))
    parts = engine_files(registry.database, engine) if engine is not None else {}
    pages.append(query_page(con, sum(map(len, parts.values()))))
    yield from parts.items()
    version, ledger = con.execute("SELECT version, ledger FROM build").fetchone() or ("", None)
    drafts = con.execute("SELECT name FROM packages WHERE standing <> 'accepted' ORDER BY name").fetchall()
    site = {
        "nav": _NAV,
        "entries": {path for path, _ in _NAV},
        "kept": {},
        "paths": {page.path for page in pages},
        "version": version,
        "ledger": ledger,
        "drafts": [name for (name,) in drafts],
        "linked": partial(_linked, base),
        "feed": FEED if base is not None else None,
    }
    yield "site.css", stylesheet()
    for script in ("pairs.js", "search.js", "choose.js", "copy.js", "sql.js"):
        yield script, files(__package__).joinpath("templates", script).read_bytes()
    yield "search-index.js", _index(pages)
    for page in pages:
        yield page.path, rendered(page, site)
        yield from ((path, text.encode()) for path, text in page.files.items())
    if base is not None:
        paths = {page.path for page in pages}
        yield SITEMAP, sitemap(base, paths)
        yield FEED, feed(base, registry.ledger.records, paths)


def _changes(records: tuple[Record, ...]) -> Page:
    """What was accepted and retracted, the latest first."""
    return Page(
        "changes.html", "log", "Changes", "changes.html.jinja", {"records": [record.data for record in reversed(records)]}
    )


def _index(pages: list[Page]) -> bytes:
    """What the search and the choice of two know. Comparisons, which are by far the most, take a bit each."""
    found = [
        [_what(page), page.title, page.path, page.words]
        for page in pages
        if page.kind not in {"list", "home", "part", "tool", "log", "comparison"}
    ]
    pairs = _pairs([page.given for page in pages if page.kind == "comparison"])
    return f"window.PAGES = {_for_script(found)};\nwindow.PAIRS = {_for_script(pairs)};\n".encode()


def _pairs(compared: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Each subject of a comparison with what it is called and, as letters of four bits, the lowest first, which of those after it it is compared
    with.
    """
    names = dict(sorted(one for given in compared for one in zip((given["a"], given["b"]), given["names"], strict=True)))
    paths = {places.comparison(given["a"], given["b"]) for given in compared}
    told = []
    for number, (term, name) in enumerate(names.items(), 1):
        bits = [places.comparison(term, other) in paths for other in list(names)[number:]]
        letters = (bits[start : start + 4] for start in range(0, len(bits), 4))
        told.append((term, name, "".join(f"{sum(bit << place for place, bit in enumerate(some)):x}" for some in letters)))
    return told


def _what(page: Page) -> str:
    """What a page is of; trials have one in each package that has them."""
    return f"trial in {page.given['of']['package']}" if page.kind == "trial" else page.kind


def _linked(base: str | None, release: About) -> Markup:
    """A release for search engines for data, on its package's page."""
    folder = places.file(release.name, "")
    below = places.relative(folder, places.package(release.name)) if base is None else base + folder
    return Markup(_for_script(croissant(release, below)))  # noqa: S704  escaped below


def _for_script(value: Any) -> str:
    """JSON within a page: nothing in it ends the script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
