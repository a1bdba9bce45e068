"""A difference as Markdown: for a pull request."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from registry.answers import render
from registry.diffing import difference
from tests.diffing.packages import small

MINE = {"text", "code_inline", "softbreak", "strong_open", "strong_close"}


def test_each_changed_figure_has_its_before_and_after() -> None:
    text = render("difference", "markdown", difference(small(), small().setting("outcomes", 0, events=21)))
    assert text.startswith("### `sample` `1.0.0` → `1.0.0`\n\nA patch version is needed.")
    assert "- **patch:** `outcomes.events`: 1 cell another value" in text
    assert (
        "| `trial, drug, response.madrs.ge50pct, 56, randomisation, randomised, non-responder` | `events` | `20` | `21` |" in text
    )


def test_added_and_removed_rows_are_named() -> None:
    fewer = small().without("outcomes", 3)
    assert "- removed `trial, placebo, remission.madrs.le12" in render("difference", "markdown", difference(small(), fewer))
    assert "- added `trial, placebo, remission.madrs.le12" in render("difference", "markdown", difference(fewer, small()))


def test_what_is_not_listed_is_counted() -> None:
    found = difference(small(), small().with_columns("outcomes", events=pl.col("events") + 1))
    assert "1 of 4 changed cells shown." in render("difference", "markdown", found, max_changes=1)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_text_or_code(words: str) -> None:
    for old, new in ((small(), small().setting("sources", 0, title=words)), (small(), small().setting("arms", 0, arm_id=words))):
        text = render("difference", "markdown", difference(old, new))
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
        assert {child.type for t in tokens for child in t.children or ()} <= MINE
        widths = [
            sum(c.type in {"th_open", "td_open"} for c in tokens[i : i + 20]) for i, t in enumerate(tokens) if t.type == "tr_open"
        ]
        assert not widths or min(widths) >= 3
