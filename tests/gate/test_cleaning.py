"""What is left of a page of Great Expectations': our elements and attributes, whatever stands in it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.gate.cleaning import cleaned, veiled

pytest.importorskip("nh3")

HOSTILE = [
    "<svg/onload=alert(1)>",
    "]]>",
    "</script><script>alert(1)</script>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<a href="jAvAsCrIpT:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    *(
        f'<a href="{to}">x</a>'
        for to in ("//e.org/x.html", "\\\\e.org/x.html", "https://e.org/x.html", "/etc/x.html", "data:text/html,x.html")
    ),
    '<a href="#x" id="x y" class="alert evil" style="position:fixed" onclick=x target=_top>y</a>',
    "<meta http-equiv=refresh content=0><base href=//x><link rel=stylesheet href=x>",
    "<table background=x><td style=x colspan=9999999>",
    "<plaintext><b>x",
    "<xmp><img src=x onerror=1></xmp><textarea><img src=x></textarea><title><img src=x></title>",
    "<template><script>1</script></template><iframe srcdoc=x></iframe><object data=x></object>",
    "<![CDATA[<script>1</script>]]><?xml-stylesheet href=x?><!--[if IE]><script>1</script><![endif]-->",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<\x00script>x</script>",
    "<scr<script></script>ipt>alert(5)</script><me<meta/x>ta/http-equiv=refresh>",
    "\ue03cscript\ue03ealert(1)",
    "<a href='\ue022 onclick=x'>x</a><div id='a\ue022x'><i class='fa-times\ue022 onclick'>",
    "<details open ontoggle=1><video src onerror=1><button formaction=x><input autofocus onfocus=1>",
    "<b " * 2000 + ">",
    "<b><i>" * 2000,
    "&lt;script&gt;&#x3c;script&#x3e;&amp;lt;",
]
ATTRIBUTES = {"id", "class", "href", "data-toggle", "hidden", "colspan"}


class Seen(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def check(page: str) -> None:
    seen = Seen(cleaned(page))
    never = {
        "script",
        "style",
        "img",
        "svg",
        "math",
        "form",
        "input",
        "button",
        "meta",
        "link",
        "base",
        "iframe",
        "object",
        "template",
        "title",
    }
    assert not seen.tags & (never | {"noscript", "video", "details", "textarea", "xmp", "plaintext"})
    for name, value in seen.attributes:
        assert name in ATTRIBUTES
        assert (
            name != "href"
            or not value
            or value.startswith("#")
            or (value.endswith(".html") and ":" not in value and value[0] not in "/\\")
        )


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_trick_gets_through(words: str) -> None:
    for page in (
        words,
        f"<body><table><td><p>{words}</p></td></table>",
        f"<html><head><title>{words}</title></head><body>{words}",
    ):
        check(page)


@given(st.text(st.sampled_from("<>\"'/= abimgsrconloadscripthref:#&;!-[]\ue03c\ue022\x00")))
def test_nor_does_chance(words: str) -> None:
    check(words)


def test_what_the_site_is_made_of_stays() -> None:
    page = '<div id="section-1" class="alert x"><a href="../../index.html">a</a><a href="#section-2" data-toggle="collapse">b</a></div>'
    assert cleaned(page) == page.replace("alert x", "alert")
    assert cleaned('<thead hidden><th colspan="2">x') == "x"
    assert cleaned('<table><thead hidden><th colspan="2">x').startswith('<table><thead hidden=""><tr><th colspan="2">x')


@given(st.text(max_size=40), st.text(max_size=40))
def test_texts_that_differ_still_do_behind_the_veil(one: str, other: str) -> None:
    import pandas as pd

    behind = veiled(pd.DataFrame({"text": [one, other], "number": [1, 2]}))
    first, second = behind["text"]
    assert (first == second) == (one == other)
    assert not set("<>&\"'`${}") & set(first + second)
    assert list(behind["number"]) == [1, 2]
