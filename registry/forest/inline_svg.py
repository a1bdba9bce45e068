"""A drawn figure as SVG for a page: nothing in it but shapes, text and links, in colours that the page may change.

Matplotlib's SVG is a document of its own, with a style sheet, metadata and names that a second figure in the page would have again.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from markupsafe import Markup

from registry.forest.inline_sheet import ROLES

__all__ = ["inline", "page_of"]

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_LEFT_OUT = {"metadata", "style", "title"}

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
body {{ margin: 1rem; background: #fff; }} svg {{ display: block; width: 100%; max-width: 72rem; margin: auto; }} text {{ white-space: pre; }}
@media print {{ body {{ margin: 0; }} svg {{ width: 180mm; }} }}
</style>
</head>
<body>
{svg}
</body>
</html>
""")


def inline(svg: bytes, title: str) -> Markup:
    """The SVG as an element of a page, named by the title for those who don't see it."""
    root = ET.fromstring(svg)  # noqa: S314  we drew it
    _cleaned(root)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"role": "img", "aria-label": title}
    if any(element.tag == "a" for element in root.iter()):
        # An image has no links in it; a group may.
        root.attrib["role"] = "group"
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  a serialised tree


def page_of(svg: bytes, title: str) -> str:
    """A page that holds the figure and nothing else, and loads nothing."""
    return _PAGE.format(title=title, svg=inline(svg, title))


def _cleaned(element: ET.Element) -> None:
    element.tag = element.tag.removeprefix(_SVG)
    element.attrib.pop("id", None)
    for name in [name for name in element.attrib if name.startswith(_XLINK)]:
        value = element.attrib.pop(name)
        if name == f"{_XLINK}href":
            element.set("href", value)
            element.set("rel", "noreferrer")
    if style := element.get("style"):
        for colour, role in ROLES.items():
            style = style.replace(colour, f"var(--{role}, {colour})")
        element.set("style", style)
    for child in list(element):
        local = str(child.tag).removeprefix(_SVG)
        if local in _LEFT_OUT or (local == "defs" and all(str(c.tag).removeprefix(_SVG) in _LEFT_OUT for c in child)):
            element.remove(child)
        else:
            _cleaned(child)
