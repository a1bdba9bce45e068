"""Great Expectations' Data Docs, made fit to be read anywhere: pages that load nothing, send nothing, and name no place of this machine.

As the library writes them, its pages fetch style sheets and scripts from half a dozen servers and a picture from the maker's own. Those
servers would see who opens a page, and offline it has no layout and no list on its first page. Here their bodies are cleaned
(:mod:`validation.gate.cleaning`) and are under a head of ours, with our style sheet and a policy that lets a browser load and run nothing
else; the first page is a plain list.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validation.catalogue import rules_over, ruleset
from validation.formats.html_report import digest, render_html
from validation.gate.cleaning import cleaned
from validation.gate.relations import RELATIONS
from validation.opening import kind_of, opened
from validation.report import Outcome, PackageReport, Report

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

__all__ = ["is_site", "write_site"]

_MARK = '<meta name="generator" content="trial-outcomes: the gate\'s Data Docs">'

_HEAD_ENDS = 1 << 12
"""Bytes of a page within which the mark is."""

_DEEPEST = 8
"""Levels of folders: Great Expectations keeps pages by suite, run and time."""

_REPORT = "report.html"

_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{_MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{{digest}}'; base-uri 'none'; form-action 'none'">
<title>{{title}}</title>
<style>{{style}}</style>
</head>
<body>
{{body}}
</body>
</html>
"""


def is_site(folder: Path) -> bool:
    """Whether the folder holds a site that was written here and nothing besides, or nothing at all: what may be replaced by another."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        with opened(folder, "index.html") as index:
            return _MARK.encode() in index.read(_HEAD_ENDS) and _pages_alone(folder)
    except OSError:
        return False


def _pages_alone(folder: Path) -> bool:
    for here, folders, names in os.walk(folder):
        place = Path(here)
        kinds = {kind_of((place / name).lstat()) for name in (*folders, *names)}
        deep = len(place.relative_to(folder).parts) > _DEEPEST
        if deep or not kinds <= {"a folder", "a file"} or not all(name.endswith(".html") for name in names):
            return False
    return True


def write_site(context: EphemeralDataContext, report: PackageReport, folder: Path) -> None:
    """Write the pages of the suites and validations of the context, and the report, whole, in the place of what was there.

    Raises ``FileExistsError`` where the folder holds something else, and ``OSError`` where it can't be written.
    """
    if not is_site(folder):
        raise FileExistsError(17, "has other files than the gate's Data Docs", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        draft = Path(scratch) / "site"
        _build(context, draft)
        shutil.rmtree(draft / "static", ignore_errors=True)
        for page in draft.rglob("*.html"):
            page.write_text(_page(page.read_text(encoding="utf-8"), _title(page)), encoding="utf-8")
        (draft / "index.html").write_text(_index(report, draft), encoding="utf-8")
        shown = replace(report, path=Path(report.path).name)
        words = render_html(Report(ruleset(), (shown,)), title="The registry as a whole")
        (draft / _REPORT).write_text(words, encoding="utf-8")
        draft.chmod(0o777 & ~_mask())
        old = Path(scratch) / "old"
        if os.path.lexists(folder):
            folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            if os.path.lexists(old):
                old.rename(folder)
            raise


def _build(context: EphemeralDataContext, folder: Path) -> None:
    folder = folder.resolve()  # Great Expectations takes no other
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    index = {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False}
    site: Any = {"class_name": "SiteBuilder", "show_how_to_buttons": False, "store_backend": store, "site_index_builder": index}
    context.add_data_docs_site("gate", site)
    with _nothing_left_out():
        context.build_data_docs(["gate"])


@contextlib.contextmanager
def _nothing_left_out() -> Iterator[None]:
    """Great Expectations logs that a page couldn't be written and goes on without it. Raises ``RuntimeError`` with its words."""
    log, told = logging.getLogger("great_expectations.render.renderer"), list[str]()
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = before
    if told:
        raise RuntimeError(f"a page of the Data Docs couldn't be made: {told[0]}")


def _page(body: str, title: str) -> str:
    """A page with what is allowed of the body, and with a head of ours."""
    style = files("validation.gate").joinpath("site.css").read_text(encoding="utf-8")
    return _PAGE.format(digest=digest(style), title=escape(title), style=style, body=cleaned(body).strip())


def _title(page: Path) -> str:
    return page.stem if page.parent.name == "expectations" else page.stem.removeprefix("registry-")


def _index(report: PackageReport, folder: Path) -> str:
    """The first page: each relation, the meaning of its rows, and the outcome of its rules."""
    results = {_title(path): path.relative_to(folder).as_posix() for path in folder.glob("validations/**/*.html")}
    outcomes = {o.rule: o for o in report.outcomes}
    rows = "\n".join(_row(name, [outcomes[r.id] for r in rules_over(name)], results.get(name)) for name in RELATIONS)
    return _page(
        "<main>\n<h1>The registry as a whole</h1>\n"
        f"<p>How the third gate checked the registry of {escape(report.version or 'an unknown date')}, as documented by Great Expectations. "
        f'<a href="{_REPORT}">The findings in words</a>, with what to do about each.</p>\n'
        "<table><thead><tr><th>Relation</th><th>A row is</th><th>Rules</th></tr></thead><tbody>\n"
        f"{rows}\n</tbody></table>\n</main>",
        "The registry as a whole",
    )


def _row(name: str, outcomes: Sequence[Outcome], page: str | None) -> str:
    told = "<br>".join(
        f"{o.rule} {escape(o.result)}" + (f" ({o.violations} of {o.checked})" if o.checked else f": {escape(o.reason or '')}")
        for o in outcomes
    )
    link = f'<a href="{escape(page)}">{escape(name)}</a>' if page else escape(name)
    return f"<tr><td>{link}</td><td>{escape(RELATIONS[name].about)}</td><td>{told}</td></tr>"


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
