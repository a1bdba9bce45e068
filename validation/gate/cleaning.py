"""Great Expectations' pages without what anybody's words could have made of them.

Twice over, since the library's own escaping differs from version to version. Before it sees a value, each character that means something in
HTML or in its templates is replaced by a private one that stands for it (:func:`veiled`). What it then writes goes through an allow-list of
elements and attributes, by a parser of HTML5 (:func:`cleaned`); only in the clean page do the private characters become what they stood for.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from validation.unseen import odd, unseen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cleaned", "veiled"]

_VEIL = {character: chr(0xE000 + ord(character)) for character in "<>&\"'`$\\{}"}
_VEILED = str.maketrans({c: v for c, v in _VEIL.items() if c != "\\"})
_UNVEILED = str.maketrans({v: escape(c) for c, v in _VEIL.items()})

_ELEMENTS = {
    *(
        "a",
        "b",
        "br",
        "code",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "small",
    ),
    *("span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_GONE_WITH_WHAT_IS_IN_IT = {"script", "style", "title", "footer", "label", "svg", "math", "template", "noscript", "iframe"}

_CLASSES = {
    *("alert", "badge", "btn", "btn-group", "card", "card-body", "card-header", "collapse", "cooltip", "h6"),
    *("fa-check-circle", "fa-exclamation-triangle", "fa-times"),
}
"""Those that the style sheet knows."""

_ATTRIBUTES = {
    "id": re.compile(r"[A-Za-z][\w-]*", re.ASCII),
    "href": re.compile(r"#[\w-]+|(\.\./)*([\w-][\w.-]*/)*[\w-][\w.-]*\.html", re.ASCII),
    "data-toggle": re.compile("collapse"),
    "hidden": re.compile(""),
    "colspan": re.compile("[1-9][0-9]?"),
}
"""The form that an attribute's value must have, by its name: places on the site, and what the style sheet goes by."""


def _allowed(_element: str, name: str, value: str) -> str | None:
    """An attribute's value as it may stay, or None for no attribute. It is asked of elements that go, too."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES) or None
    return value if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value) else None


def cleaned(page: str) -> str:
    """What is in the body of a page, with nothing in it but the elements and attributes that are allowed, and the veil taken off."""
    import nh3

    clean: str = nh3.clean(
        page,
        tags=_ELEMENTS,
        clean_content_tags=_GONE_WITH_WHAT_IS_IN_IT,
        attributes={"*": {"class", *_ATTRIBUTES}},
        attribute_filter=_allowed,
        url_schemes=set(),
        link_rel=None,
    )
    return clean.translate(_UNVEILED)


def veiled(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with every text veiled: two texts that differ still do, and none holds markup, or what can't be seen."""
    return frame.map(lambda value: _veil(value) if isinstance(value, str) else value)


def _veil(text: str) -> str:
    if text.isalnum():
        return text
    spans = sorted({*odd(text), *unseen(text)})
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], _VEIL["\\"], text[start:stop].encode("unicode_escape").decode("ascii")[1:]]
        end = stop
    return "".join([*parts, text[end:]]).translate(_VEILED)
