"""Markup in every text that a stranger may write is text in every page that we write, the library's too.

Each page is parsed and compared with the same page of a registry in which the signs of markup are letters: the same elements with the same
attributes, as often.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import nh3
import pytest

from registry.comparing.respects import link_of
from schemas.sql import identifier
from tests.cli.invoking import outcomes
from tests.conftest import Once
from tests.strangers.registries import broken, pages, written
from validation.catalogue import rules_over
from validation.gate.holding import hold
from validation.gate.relations import RELATIONS
from validation.gate.site import write_site

MARKUP = (
    'x<img src=x onerror=alert(1)>"\' onmouseover="alert(1)" ` </script></style></title></textarea></svg>--><!--><script>alert(1)</script>'
    '<svg/onload=alert(1)><me<meta x>ta http-equiv="refresh" content="0;url=//example.org"><base href=//example.org>'
    '<a href="javascript:alert(1)" style="position:fixed;inset:0" class="fa-check-circle" id="section-1">All rules passed</a>'
    "<form action=//example.org><link rel=stylesheet href=//example.org><style>*{display:none}</style><scr<script></script>ipt>"
    "<![CDATA[ ]]> &lt;b&gt; &#60;b&#62; &amp;lt; $x ${y} {{7*7}} {%raw%} <%=1%> [bold]x[/bold] +ADw-script+AD4- <b\tc\nd> \uff1cb\uff1e"
)
LETTERS = str.maketrans(
    {"<": "(", ">": ")", '"': "q", "'": "q", "&": "n", "=": "e", "{": "k", "}": "k", "$": "d", "[": "b", "]": "b"}
)

HIDDEN = "\x1b[31m\u202e\x9b\u200b\ue03c\U000e0041"

FILE = "<img src=x onerror=alert(1)>"

NEVER = {
    *(
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "input",
        "textarea",
        "audio",
        "video",
        "math",
        "template",
    ),
    *("foreignobject", "animate", "set", "frameset", "applet", "button", "select"),
}


class Census(HTMLParser):
    """How often a page has an element with these attributes; and a browser's view of the attributes, by a parser of HTML5."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[tuple[str, ...]] = Counter()
        self.values: set[tuple[str, str, str]] = set()
        self.feed(page)
        self.close()
        self.attributes: Counter[tuple[str, str]] = Counter()
        nh3.clean(page, attribute_filter=self.see)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[(tag, *sorted(name for name, _ in attrs))] += 1
        self.values |= {(tag, name, value or "") for name, value in attrs}

    def see(self, tag: str, name: str, value: str) -> None:
        self.attributes[tag, name] += 1


@pytest.fixture(scope="module")
def made(once: Once) -> dict[str, tuple[str, str]]:
    """Every page of a registry of markup, with its twin of letters."""

    def fill(folder: Path) -> None:
        told = []
        # That a page wrote a text is found of both.
        for name, text in (("markup", MARKUP), ("letters", f"{MARKUP.translate(LETTERS)} &copy;")):
            (folder / name).mkdir()
            told.append(pages(written(folder / name, text), folder / name / "made", text))
        (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")

    told = json.loads((once("strangers", fill) / "told.json").read_text(encoding="utf-8"))
    assert set(told[0]) == set(told[1])
    assert len(told[0]) == 5
    return {name: (told[0][name], told[1][name]) for name in told[0]}


def test_no_word_of_a_stranger_is_markup_in_any_page(made: dict[str, tuple[str, str]]) -> None:
    for name, (page, twin) in made.items():
        _like(name, page, twin, in_lines=name in {"compare.html", "plot.html", "plot.svg"})
    shown = [name for name, (page, _) in made.items() if "All rules passed" in page]
    assert {"validate.html", "compare.html", "plot.svg", "plot.html"} <= set(shown)


def test_what_was_found_in_the_registry_is_there_to_be_read(made: dict[str, tuple[str, str]]) -> None:
    page, _ = made["site/index.html"]
    assert "10.1000/a&amp;lt;b&amp;gt;{{7*7}}${x}%22#[y](z)" in page or "10.1000/a&lt;b&gt;{{7*7}}${x}%22#[y](z)" in page


def test_whatever_is_in_a_relation_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the DOI, the registry's relations hold names alone: here each of their texts is markup, and all that is paired differs."""
    told = []
    for text in (MARKUP + HIDDEN, MARKUP.translate(LETTERS)):
        with duckdb.connect() as con:
            for name, relation in RELATIONS.items():
                (example, *_) = next(r.breaks for r in rules_over(name))
                row = example[0] if isinstance(example, list) else example
                cells = (
                    f"? AS {identifier(c)}" if isinstance(v, str) else f"{v!r}::DOUBLE AS {identifier(c)}" for c, v in row.items()
                )
                stranger = [f"{text} {n} {name}" for n, v in enumerate(row.values()) if isinstance(v, str)]
                con.execute(f"CREATE TABLE {identifier(name)} AS SELECT {', '.join(cells)}", stranger)
                query = f"FROM {identifier(name)}"
                monkeypatch.setitem(RELATIONS, name, replace(relation, query=query, since_release=False))
            report = hold(con, path="registry.duckdb")
        assert report.findings
        write_site(report, tmp_path / f"site{len(told)}")
        told.append((tmp_path / f"site{len(told)}" / "index.html").read_text(encoding="utf-8"))
        monkeypatch.undo()
    _like("site/index.html", *told, exactly=False)
    assert not {c for c in told[0] if not c.isprintable()} - {"\n", "\t", "\r"}
    assert told[0].count("&lt;img src=x onerror=alert(1)&gt;") > 5
    assert "\\x1b[31m\\u202e" in told[0]


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("doi:10.1000/x", "https://doi.org/10.1000/x"),
        (
            "doi:10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            "https://doi.org/10.1002/(SICI)1097-0258(19980815/30)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2",
        ),
        ("doi:10.1000/a#b?c%22d\"'<é\x1b", "https://doi.org/10.1000/a%23b%3Fc%2522d%22%27%3C%C3%A9%1B"),
        ("https://example.org/a%20b?c=d#e", "https://example.org/a%20b?c=d#e"),
        ("https://example.org/\"onclick='x'<b>\\\u202e", "https://example.org/%22onclick=%27x%27%3Cb%3E%5C%E2%80%AE"),
        *(
            (word, None)
            for word in (
                "javascript:alert(1)",
                "data:text/html,x",
                "https:alert(1)",
                "https://a b",
                " https://a",
                "//a.org",
                "Title",
                None,
            )
        ),
        *((word, None) for word in ("https://a\nb", "JAVASCRIPT:x", "ftp://a", "https://")),
    ],
)
def test_a_source_becomes_no_other_link(source: str | None, link: str | None) -> None:
    assert link_of(source) == link
    assert link is None or link_of(link) == link


def test_a_package_of_markup_is_told_of_without_obeying_it(tmp_path: Path) -> None:
    told = []
    for folder, text, file in (
        (FILE, MARKUP, FILE),
        (FILE.translate(LETTERS), MARKUP.translate(LETTERS), FILE.translate(LETTERS)),
    ):
        package = broken(tmp_path / folder, text, file)
        done = outcomes("validate", str(package), "--format", "html", "-o", str(tmp_path / f"{len(told)}.html"), cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        told.append((tmp_path / f"{len(told)}.html").read_text(encoding="utf-8"))
    _like("validate.html", *told, exactly=False)
    assert told[0].count("&lt;img src=x onerror=alert(1)&gt;") > 50


LINES = {"text", "g", "a"}
"""What a line of text in a picture is made of: a name has more lines or fewer by the widths of its letters."""


def _like(name: str, page: str, twin: str, *, exactly: bool = True, in_lines: bool = False) -> None:
    census, other = Census(page), Census(twin)
    if exactly:
        passed = LINES if in_lines else set()
        for counts, twins in ((census.elements, other.elements), (census.attributes, other.attributes)):
            assert set(counts) == set(twins), name
            assert [k for k, n in counts.items() if n != twins[k] and k[0] not in passed] == [], name
    else:  # findings differ by what the text breaks
        assert set(census.elements) == set(other.elements), name
        assert set(census.attributes) == set(other.attributes), name
    ours = {"script", "form", "input"} if name in {"validate.html", "site/index.html"} else set()
    assert sum(n for element, n in census.elements.items() if element[0] == "script") == len(ours) // 3, name
    for element in census.elements:
        assert element[0] not in NEVER - ours, (name, element)
        assert not [a for a in element[1:] if a.startswith("on") or a in {"src", "srcset", "action", "formaction", "srcdoc"}], (
            name
        )
    for tag, attribute, value in census.values:
        if attribute in {"href", "xlink:href"}:
            assert tag == "a" or (tag == "use" and value.startswith("#")), (name, tag, value)
            assert value.startswith(("https://", "http://", "#")), (
                name,
                value,
            )
            assert not set(value) & set("<>\"'` \t\n"), (name, value)
        if attribute == "http-equiv":
            assert value == "Content-Security-Policy", (name, value)
        if attribute == "class":
            assert "<" not in value, (name, value)
        if attribute == "style":
            assert "url(" not in value, (name, value)
            assert "position" not in value, (name, value)
    if name.endswith(".html"):
        assert [v for _, a, v in census.values if a == "http-equiv"] == ["Content-Security-Policy"], name
