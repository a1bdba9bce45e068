"""What all pages share: templates that escape words of data, their style, and how a source is shown and linked."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from registry.comparing.respects import Statement, link_of
from registry.strata.rows import Row
from schemas.wording import in_quotes
from validation.formats.visible import visible

__all__ = ["document", "style", "template"]

_LONG = 56
"""Letters of an address that are shown."""

_ADDRESS = re.compile(r"(?:https?://|doi:)\S+?(?=;?(?:\s|$))")


@cache
def template(name: str) -> Template:
    """A template of ours, which writes words of data as words."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(seen=visible, in_quotes=in_quotes, number="{:,}".format, sourced=_sourced, stated=_stated)
    return environment.from_string(_beside(name))


def style(*names: str) -> Markup:
    """Style sheets of ours, one after the other."""
    return Markup("".join(_beside(name) for name in names))  # noqa: S704  our own files


def _beside(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _sourced(row: Row) -> Markup:
    """Where a row's figures were read: the source, as a link where it is an address, and the place in it."""
    return document(row.source, row.locator)


def _stated(statement: Statement) -> Markup:
    """Where a statement was read. Its own link holds for the whole of its source; several sources are linked one by one."""
    if statement.link is not None and statement.source and (link := link_of(statement.link)):
        return _linked(visible(statement.source), link) + _place(statement.locator)
    return document(statement.source, statement.locator)


@lru_cache(maxsize=1 << 14)
def document(source: str | None, locator: str | None) -> Markup:
    """A source, linked where it is an address or a DOI, and the place in it."""
    if not source:
        return Markup("no source stated") + _place(locator)
    parts: list[str | Markup] = []
    end = 0
    for match in _ADDRESS.finditer(source):
        link = link_of(match.group())
        if link is not None:
            parts += [visible(source[end : match.start()]), _linked(visible(match.group()), link)]
            end = match.end()
    parts.append(visible(source[end:]))
    return Markup("").join(parts) + _place(locator)


def _linked(words: str, link: str) -> Markup:
    words = words.removeprefix("https://").removeprefix("http://")
    if len(words) > _LONG:
        # A long address is shown by its beginning and its end, where they differ.
        shown = escape(f"{words[: _LONG - 24]}…{words[-23:]}")
        return Markup(f'<a href="{escape(link)}" title="{escape(link)}" rel="noreferrer">{shown}</a>')  # noqa: S704  escaped
    return Markup(f'<a href="{escape(link)}" rel="noreferrer">{escape(words)}</a>')  # noqa: S704  escaped


def _place(locator: str | None) -> Markup:
    return Markup(f' <span class="place">{escape(visible(locator))}</span>') if locator else Markup("")  # noqa: S704  escaped
