from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.html_report import MOST_BESIDE, render_html
from validation.report import Report, Waiver

VOID = {"meta", "input", "wbr", "br"}
LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}


class Page(HTMLParser):
    """Reads a page, and holds that every element that is opened is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag == name]


@pytest.mark.parametrize("report", [spoilt(), Report(RULESET, ()), Report(RULESET, spoilt().packages[:1]), of_one("m", bug="b")])
def test_html_is_whole_and_loads_nothing(report: Report) -> None:
    text = render_html(report)
    page = Page(text)
    for tag, attrs in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
        assert not LOADS & set(attrs)
        assert not any(name.startswith("on") or name == "style" for name in attrs)
        assert tag == "a" or "href" not in attrs
    style = "".join(page.texts["style"])
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style + "".join(page.texts["script"])


def test_the_policy_names_the_digests_of_the_style_and_the_script() -> None:
    page = Page(render_html(spoilt()))
    (policy,) = [m["content"] for m in page.tags("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256("".join(page.texts[tag]).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_anchors_lead_somewhere_and_ids_are_unique() -> None:
    page = Page(render_html(spoilt()))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for attrs in page.tags("a"):
        href = attrs["href"] or ""
        assert href.startswith("https://") or href[1:] in ids


def test_tables_have_captions_and_headings_go_down_by_one() -> None:
    page = Page(render_html(spoilt()))
    assert len(page.tags("table")) == len(page.tags("caption")) > 0
    levels = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert page.tags("html") == [{"lang": "en"}]


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "`<b>`", "</style>"],
)
def test_whatever_comes_from_a_package_is_text(hostile: str) -> None:
    waiver = Waiver("OUT001", {}, hostile, hostile, hostile)
    for waived in (None, waiver):
        report = of_one(
            hostile,
            file=hostile,
            column=hostile,
            key={hostile: hostile},
            name=hostile,
            version=hostile,
            waived=waived,
            bug=hostile,
        )
        page = Page(render_html(report, title=hostile))
        assert len(page.tags("script")) == 1
        assert len(page.tags("style")) == 1
        assert page.tags("img") == []
        assert page.tags("b") == [{}, {}]  # the key's name and the bug's rule, which are ours
        assert hostile.strip("`") in "".join(page.texts["td"] + page.texts.get("code", []))


def test_every_rule_is_there_with_its_outcome() -> None:
    text = render_html(spoilt())
    for outcome in spoilt().packages[1].outcomes:
        assert f'<span class="id">{outcome.rule}</span>' in text
    assert "2 of 3 shown" in text
    assert "https://opendefinition.org/od/2.1/en/" in text


def test_many_packages_are_not_shown_beside_each_other() -> None:
    packages = spoilt().packages[:1] * (MOST_BESIDE + 1)
    assert 'class="matrix"' in render_html(Report(RULESET, packages[:-1]))
    assert 'class="matrix"' not in render_html(Report(RULESET, packages))
