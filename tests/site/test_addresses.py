"""The sitemap and the feed of releases: whole addresses of pages that are there, and XML that is well formed whatever a note holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

import registry
from registry.ledger.records import Record
from registry.site.addresses import FEED, SITEMAP, address_of_base, feed
from registry.site.making import make_site
from tests.cli.invoking import outcomes
from tests.conftest import Once

BASE = "https://example.org/a/b/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def published(once: Once, real_registry: Path) -> Path:
    def fill(folder: Path) -> None:
        opened = registry.open(real_registry)
        with opened.connect() as con:
            make_site(opened, con, folder, base=BASE)

    return once("published-site", fill)


def test_the_sitemap_has_every_page_once(published: Path) -> None:
    found = [unquote(one.text or "") for one in ElementTree.parse(published / SITEMAP).iter() if one.tag.endswith("}loc")]  # noqa: S314  we wrote it
    assert sorted(found) == sorted(BASE + path.relative_to(published).as_posix() for path in published.rglob("*.html"))


def test_the_feed_has_every_record_and_leads_to_its_page(published: Path, real_registry: Path) -> None:
    top = ElementTree.parse(published / FEED).getroot()  # noqa: S314  we wrote it
    records = registry.open(real_registry).ledger.records
    entries = top.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [one.data["at"] for one in reversed(records)]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(records) > 0
    changes = (published / "changes.html").read_text(encoding="utf-8")
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert (published / unquote(link.attrib["href"].removeprefix(BASE))).is_file()
        assert f'id="{str(entry.findtext(f"{ATOM}id")).partition("#")[2]}"' in changes


@pytest.mark.parametrize("where", ["published", "site"])
def test_a_packages_data_are_where_its_page_says(request: pytest.FixtureRequest, where: str) -> None:
    folder: Path = request.getfixturevalue(where)
    said = [
        (page.parent, file["contentUrl"])
        for page in (folder / "packages").glob("*.html")
        for text in re.findall(r'ld\+json">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
        for file in json.loads(text)["distribution"]
    ]
    assert said
    for beside, url in said:
        assert url.startswith(BASE) == (where == "published")
        assert (folder / url.removeprefix(BASE) if where == "published" else beside / url).is_file(), url


def test_without_an_address_there_is_neither(site: Path) -> None:
    assert not (site / SITEMAP).exists()
    assert not (site / FEED).exists()
    assert "atom+xml" not in (site / "index.html").read_text(encoding="utf-8")


def test_any_note_is_xml() -> None:
    note = "<b>&\x00\x1b\ufffe\ud800\u202e]]>"
    record = Record(
        {"kind": "retract", "package": "one", "version": None, "at": "2026-01-01T00:00:00Z", "sequence": 1, "reason": note}
    )
    entry = ElementTree.fromstring(feed(BASE, [record], set())).find(f"{ATOM}entry")  # noqa: S314  we wrote it
    assert entry is not None
    assert str(entry.findtext(f"{ATOM}summary")).startswith("<b>&")
    assert entry.findtext(f"{ATOM}title") == "one (every version) retracted"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begins with https:// or http://"),
        ("example.org", "begins with https:// or http://"),
        ("ftp://example.org", "begins with https:// or http://"),
        ("https://", "begins with https:// or http://"),
        ("http://a:x", "begins with https:// or http://"),
        ("https://a b", "has ' ': no address has this"),
        ("https://a/?q", "has '\\?': give the address of a folder, without a query"),
        ("https://a/#x", "has '#': give the address of a folder"),
        ("https://u@a/", "has '@': give the address without a user's name"),
        ("https://ex\u00e4mple.org/", "has '\u00e4': write a host's name in its ASCII form, which begins with xn--"),
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_written(
    text: str, said: str, tmp_path: Path, real_registry: Path
) -> None:
    with pytest.raises(ValueError, match=said):
        address_of_base(text)
    if text == "https://a/?q":
        done = outcomes("site", "--output", str(tmp_path / "site"), "--base-url", text, cwd=real_registry)
        assert done.returncode == 2
        assert "--base-url" in done.stderr
        assert not (tmp_path / "site").exists()


def test_a_slash_ends_an_address() -> None:
    assert address_of_base("https://a/b") == address_of_base("https://a/b/") == "https://a/b/"
