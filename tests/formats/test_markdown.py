"""Markdown, read back with a parser: what comes from a package is text or code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.markdown import LONGEST, render_markdown
from validation.formats.visible import as_code, in_markdown, visible
from validation.report import Report, Waiver

MINE = {"text", "code_inline", "softbreak", "strong_open", "strong_close", "em_open", "em_close"}
BLOCKS = {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "inline"}


def inlines(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    assert {t.type.removesuffix("_open").removesuffix("_close") for t in tokens} <= BLOCKS
    return [child for token in tokens for child in token.children or ()]


def test_it_leads_with_the_verdict() -> None:
    text = render_markdown(spoilt(20))
    assert text.startswith("### ❌ 1 of 2 packages invalid\n\n| package | version | verdict |")
    assert "| `spoilt` | `1.0.0` | invalid | 7 | 1 | 1 | 1 |" in text
    assert "- `datapackages/spoilt/data/outcomes.csv:2:analysis_set`: `analysis_set` is 'ITT', which isn't a term" in text
    assert "(rows 2, 4, 5)" in text
    assert "waived until 2027-12-31 by A. Curator: The report prints it so" in text
    assert render_markdown(Report(RULESET, spoilt().packages[:1])).startswith("### ✅ `sound` is valid\n")


def test_what_is_new_is_marked() -> None:
    package = of_one("m").packages[0]
    known = replace(package, findings=tuple(replace(f, new=True) for f in package.findings))
    assert "- **new** `datapackages/sample" in render_markdown(Report(RULESET, (known,)))


ANY = st.text(st.characters(exclude_categories=[]))
MARKUP = st.sampled_from(
    [
        "<b>x</b>", "![i](https://x.org/a.png)", "[l](javascript:1)", "**b**", "_e_", "~~s~~", "| a | b |", "# h", "`` ` ``", "&amp;",
        "@someone", "see #12", "https://x.org", "www.x.org", "a@x.org", "$x$", ":smile:", "<!-- -->", "\\*", "- [ ] t", "1. x", "> q",
    ]
)  # fmt: skip


@given(st.one_of(ANY, st.lists(MARKUP).map(" ".join), st.builds(lambda a, b: a + b, ANY, MARKUP)))
def test_any_text_is_text_or_code(words: str) -> None:
    waiver = Waiver("OUT001", {}, words, words, words)
    for waived in (None, waiver):
        report = of_one(words, file=words, column=words, key={words: words}, name=words, version=words, waived=waived, bug=words)
        assert {t.type for t in inlines(render_markdown(report))} <= MINE


@given(st.one_of(ANY, st.lists(MARKUP).map(" ".join)))
def test_what_is_shown_is_what_was_said(words: str) -> None:
    shown = visible(words)
    text = "".join(t.content for t in inlines(f"x {in_markdown(words)}") if t.type in {"text", "code_inline"})
    assert text.replace("`", "").split() == f"x {shown}".replace("`", "").split()
    (code,) = [t for t in inlines(as_code(words)) if t.type == "code_inline"]
    assert code.content.strip() == shown.strip()


@pytest.mark.parametrize("said", ["@someone", "ask @a-b/c now", "see #12", "https://x.org/y", "www.x.org", "a@x.org"])
def test_nobody_is_mentioned_and_nothing_linked(said: str) -> None:
    """The service looks for these in text, and not in code."""
    for token in inlines(f"x {in_markdown(said)}"):
        if token.type == "text":
            assert not any(sign in token.content for sign in ("@", "://", "www.", "#1"))


def test_it_fits_into_a_comment_and_says_what_is_left_out() -> None:
    one = of_one("m" * 500).packages[0]
    many = Report(RULESET, tuple(replace(one, name=f"p{n}") for n in range(1000)))
    text = render_markdown(many)
    assert len(text.encode()) < LONGEST + 100
    assert "more parts left out here" in text
    assert "900 more" in text
