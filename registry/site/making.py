"""The site of a registry: its pages out of the database, with a style sheet and a search that need nothing from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from registry.depositing.about import About, about
from registry.depositing.linked import croissant
from registry.ledger.records import Record
from registry.ledger.releases import released
from registry.ledger.store import checked
from registry.site import places
from registry.site.content import Content
from registry.site.rendering import Page, rendered, stylesheet
from registry.site.writing import Written, write

if TYPE_CHECKING:
    import duckdb

    from registry.access import Registry

__all__ = ["make_site"]

_NAV = (
    ("comparisons/index.html", "Comparisons"),
    ("trials/index.html", "Trials"),
    ("treatments/index.html", "Treatments"),
    ("definitions/index.html", "Definitions"),
    ("claims/index.html", "Claims"),
    ("packages/index.html", "Packages"),
    ("rules/index.html", "Rules"),
    ("changes.html", "Changes"),
)


def make_site(registry: Registry, con: duckdb.DuckDBPyConnection, folder: Path) -> Written:
    """Write the site of a registry, and of the database of it that the connection reads, into a folder, of which only what changed is
    written. Each accepted version that answers can be downloaded there, every file compared with the ledger.

    Raises ``LedgerError`` or ``DamagedError`` if the store was changed, and what :func:`registry.site.writing.write` raises.
    """
    return write(folder, _files(registry, con))


def _files(registry: Registry, con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, bytes]]:
    names = {name for (name,) in con.execute("SELECT name FROM packages WHERE standing = 'accepted'").fetchall()}
    latest = {name: registry.ledger.latest(name) for name in sorted(names)}
    releases: dict[str, About] = {}
    for name, record in latest.items():
        if record is not None:
            descriptor = released(registry.store, record).descriptor
            releases[name] = about(record, descriptor)
            for one in descriptor["files"]:
                yield places.file(name, one["path"]), checked(registry.store, one["object"], one["hash"], one["bytes"])
    pages = list(Content(con, releases).pages())
    pages.append(_changes(registry.ledger.records))
    version, ledger = con.execute("SELECT version, ledger FROM build").fetchone() or ("", None)
    drafts = con.execute("SELECT name FROM packages WHERE standing <> 'accepted' ORDER BY name").fetchall()
    site = {
        "nav": _NAV,
        "paths": {page.path for page in pages},
        "version": version,
        "ledger": ledger,
        "drafts": [name for (name,) in drafts],
        "linked": _linked,
    }
    yield "site.css", stylesheet()
    yield "search.js", files(__package__).joinpath("templates", "search.js").read_bytes()
    yield "search-index.js", _index(pages)
    for page in pages:
        yield page.path, rendered(page, site)


def _changes(records: tuple[Record, ...]) -> Page:
    """What was accepted and retracted, the latest first."""
    return Page(
        "changes.html", "list", "Changes", "changes.html.jinja", {"records": [record.data for record in reversed(records)]}
    )


def _index(pages: list[Page]) -> bytes:
    found = [[page.kind, page.title, page.path, page.words] for page in pages if page.kind not in {"list", "home", "part"}]
    return f"window.PAGES = {_for_script(found)};\n".encode()


def _linked(release: About) -> Markup:
    """A release for search engines for data."""
    return Markup(_for_script(croissant(release)))  # noqa: S704  escaped below


def _for_script(value: Any) -> str:
    """JSON within a page: nothing in it ends the script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
