"""Pages out of templates: words of data are escaped, addresses are as seen from the page, and a figure is printed in one way everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from registry.answers.pages import document, style
from registry.comparing.rung import assumed
from registry.site import places
from registry.site.citing import cited
from schemas.wording import in_quotes, told_day
from validation.formats.visible import visible, well_formed

__all__ = ["Page", "rendered", "said_day"]


@dataclass(frozen=True)
class Page:
    """A page: where it is, what it is called, and what its template is given. ``words`` are found by the search besides the title, and
    ``files`` are beside it, by their paths.
    """

    path: str
    kind: str
    title: str
    template: str
    given: dict[str, Any]
    words: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def rendered(page: Page, site: dict[str, Any]) -> bytes:
    """The page's bytes, the same for the same registry."""
    text = _environment().get_template(page.template).render(page=page, site=site, **page.given)
    return (well_formed(text.rstrip()) + "\n").encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        seen=visible,
        in_quotes=in_quotes,
        number="{:,}".format,
        percent=_percent,
        figure=_figure,
        day=said_day,
        assumed=lambda rung: assumed(rung["assumptions"], alike=rung["alike"], one_spread=rung["one_spread"]),
        in_code=_in_code,
    )
    environment.globals.update(places=places, href=_href, link=_link, document=document, cited=cited, once=_once)
    return environment


def _once(kept: dict[Any, Any], name: Any, caller: Callable[[], Markup]) -> Markup:
    """What is within ``{% call once(…) %}``, made when it is first asked for by that name: nothing in it may depend on anything else."""
    if name not in kept:
        kept[name] = caller()
    made: Markup = kept[name]
    return made


@pass_context
def _href(context: Context, path: str) -> str:
    """The address of a path of the site."""
    return places.relative(path, context["page"].path)


@pass_context
def _link(context: Context, path: str, words: object, title: str = "") -> Markup:
    """A link to a page that the site has; the words alone where it hasn't."""
    if path.partition("#")[0] not in context["site"]["paths"]:
        return escape(visible(str(words)))
    about = f' title="{escape(visible(title))}"' if title else ""
    address = escape(places.relative(path, context["page"].path))
    return Markup(f'<a href="{address}"{about}>{escape(visible(str(words)))}</a>')  # noqa: S704  escaped


def _in_code(words: str) -> Markup:
    """Words in which what is between backticks is code."""
    parts = re.split("`([^`]+)`", words)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(visible(part)) if i % 2 else visible(part) for i, part in enumerate(parts))


def _percent(rate: float | None, places_after: int = 1) -> str:
    return "–" if rate is None else f"{100 * rate:.{places_after}f}%"


def _figure(value: float | None) -> str:
    """A ratio or a difference, never with more digits than anybody believes."""
    if value is None:
        return "–"
    if abs(value) < 0.005 and value != 0:
        return "<0.01" if value > 0 else ">−0.01"
    if value > 100:
        return ">100"
    return f"{value:.2f}".replace("-", "−")


def said_day(days: float | None, anchor: str | None) -> str:
    """A visit in words."""
    since = {None: "", "unstated": ", counted from an unstated start"}.get(anchor, f" from {str(anchor).replace('-', ' ')}")
    return "time not stated" if days is None else f"{told_day(days)}{since}"


def stylesheet() -> bytes:
    """The style sheet of the site: that of the other pages, and what a site has besides."""
    from importlib.resources import files

    own = files(__package__).joinpath("templates", "site.css").read_text(encoding="utf-8")
    return f"{style('page.css', 'picture.css', 'audit.css')}{own}".encode()  # to add a text to markup escapes it
