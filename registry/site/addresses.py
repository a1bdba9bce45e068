"""Where the site is published: its pages for search engines (sitemaps.org 0.9), and its releases for readers of feeds (Atom, RFC 4287).

Both need whole addresses, so neither is made of a site that doesn't know where it will be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from registry.errors import RequestError
from registry.ledger.records import Record
from registry.site import places
from validation.formats.visible import visible, well_formed

__all__ = ["FEED", "SITEMAP", "address_of_base", "feed", "sitemap"]

FEED = "releases.xml"
SITEMAP = "sitemap.xml"

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def address_of_base(text: str) -> str:
    """The address below which the site will be, with a slash at its end.

    Raises :class:`registry.errors.RequestError`, with what must hold, where it isn't one.
    """
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise RequestError(
            f"--base-url {text!r}: give an address that begins with https:// or http://, such as https://example.org/outcomes/"
        )
    if odd := re.search(r'[\s<>"\\^`{|}?#@]|[^\x21-\x7e]', text):
        raise RequestError(f"--base-url {text!r} has {odd[0]!r}: {_why_not(odd[0])}")
    return text.rstrip("/") + "/"


def _why_not(letter: str) -> str:
    if letter == "@":
        return "give the address without a user's name"
    if letter in "?#":
        return "give the address of a folder, without a query or a #"
    if letter.isascii():
        return "no address has this; write it as % and two hexadecimal digits"
    return "write a host's name in its ASCII form, which begins with xn--, and anything else as % and hexadecimal digits, as browsers copy them"


def sitemap(base: str, paths: Iterable[str]) -> bytes:
    """Every page's address."""
    top = Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for path in sorted(paths):
        SubElement(SubElement(top, "url"), "loc").text = base + quote(path)
    return _written(top)


def feed(base: str, records: Sequence[Record], pages: set[str]) -> bytes:
    """Acceptances and retractions, the latest first, each with the page of its package, or that of changes where it has none."""
    top = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _told(top, title="Trial outcomes: releases", id=base, updated=records[-1].data["at"] if records else "1970-01-01T00:00:00Z")
    SubElement(top, "link", rel="self", href=base + FEED)
    SubElement(top, "link", href=base + "changes.html")
    _told(SubElement(top, "author"), name="trial-outcomes")
    for record in reversed(records):
        one = record.data
        page = places.package(one["package"])
        entry = SubElement(top, "entry")
        done = "accepted" if record.kind == "accept" else "retracted"
        _told(
            entry,
            title=f"{one['package']} {one.get('version') or '(every version)'} {done}",
            id=f"{base}changes.html#record-{record.sequence}",
            updated=one["at"],
        )
        SubElement(entry, "link", href=base + quote(page if page in pages else "changes.html"))
        _told(SubElement(entry, "author"), name=one.get("by") or "not stated")
        _told(entry, summary=one.get("note") or one.get("reason") or "No note.")
    return _written(top)


def _told(of: Element, **texts: str) -> None:
    """Add texts, with what XML doesn't allow, or nobody sees, made visible."""
    for tag, text in texts.items():
        SubElement(of, tag).text = _NOT_IN_XML.sub("\ufffd", well_formed(visible(text)))


def _written(top: Element) -> bytes:
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True)) + b"\n"
