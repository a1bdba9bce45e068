from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from registry.answers.cautions import WIDE, caution, caution_of_contrast
from registry.answers.comparison_html import render as render_html
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.comparing.respects import Respect
from registry.forest.plotting import save
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING
from tests.comparing.made import compared, head_to_head, hostile, respects, rows

VOID = {"meta", "br", "wbr"}
LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}


class Page(HTMLParser):
    """Reads a page, and holds that every element that is opened is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in {"td", "th"}:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    @property
    def links(self) -> set[str]:
        """Where the page leads; its own tables to download lead nowhere."""
        downloads = [attrs["href"] or "" for tag, attrs in self.elements if tag == "a" and "download" in attrs]
        assert all(link.startswith("data:text/csv;charset=utf-8,") for link in downloads)
        return {attrs["href"] or "" for tag, attrs in self.elements if tag == "a" and "download" not in attrs}

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def page(comparison: Comparison, told: Sequence[Respect] = (), **labels: str) -> Page:
    return Page(render_html(comparison, respects=told, labels=labels))


CASES = {
    "all": compared,
    "crossed": lambda: compared(across=("population",), reason="To see", with_unstated=True),
    "hostile": hostile,
    "nothing": lambda: compare_rows([], "up", "down"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_whole_loads_nothing_and_runs_nothing(case: str) -> None:
    for read in (page(CASES[case](), respects()), page(CASES[case]())):
        for tag, attrs in read.elements:
            assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form", "metadata"}
            assert not LOADS & set(attrs)
            assert not any(name.startswith("on") for name in attrs)
            assert tag == "a" or "href" not in attrs
            assert "url(" not in (attrs.get("style") or "")
        (policy,) = [a["content"] or "" for t, a in read.elements if t == "meta" and a.get("http-equiv")]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy


@pytest.mark.parametrize("case", CASES)
def test_anchors_lead_somewhere_ids_are_unique_and_headings_go_down_by_one(case: str) -> None:
    read = page(CASES[case](), respects())
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(link.startswith(("https://", "http://")) or link[1:] in ids for link in read.links)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert read.count("table") == read.count("caption")


def test_words_of_data_are_words_and_never_markup_or_links_that_run() -> None:
    text = render_html(hostile(), respects=respects())
    read = Page(text)
    assert "<script" not in text
    assert '<script>alert("x")</script>' in read.text
    assert not {link for link in read.links if link.startswith(("javascript", "data"))}
    assert "javascript:alert(1)" in read.text, "the source is still told"
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_source_of_every_trial_is_linked_from_its_row_and_from_the_plot() -> None:
    comparison = compared()
    read = page(comparison)
    for row in rows():
        if row.role == "experimental" and row.treatment != "placebo" and row.source and row.source.startswith(("doi:", "http")):
            link = row.source.replace("doi:", "https://doi.org/")
            assert link in read.links
            assert str(row.locator) in read.text
    in_plots = {attrs.get("href") for tag, attrs in read.elements if tag == "a" and attrs.get("rel") and "title" not in attrs}
    assert "https://doi.org/10.1000/t00" in in_plots
    assert "a table in a drawer" in read.text
    assert "no source stated" in read.text, "of the row without one"


def test_each_stratum_has_a_plot_and_the_unpooled_are_folded_away() -> None:
    comparison = compared()
    read = page(comparison)
    (answer, _) = comparison.outcomes
    assert read.count("article") == len(answer.shared) + len(answer.apart) == 5
    networks = sum(one.network is not None for one in answer.shared)
    assert read.count("figure") == (2 * 3 + 2) + bool(answer.rungs) + networks
    assert read.count("svg") == 2 * read.count("figure"), "each for a window and for a phone"
    for name in (
        "Risk ratio",
        "Risk difference",
        "an indirect comparison, through placebo-class",
        "No contrast: no trial had both",
    ):
        assert name in read.text
    assert "Shown, not pooled: something is unstated: 1 arm" in read.text
    details = [attrs for tag, attrs in read.elements if tag == "details" and attrs.get("class") == "unpooled"]
    assert details == [{"class": "unpooled"}]


def test_strata_apart_stand_with_the_nearest_and_both_values_of_what_differs() -> None:
    read = page(compared())
    assert re.search(r"window\s+Here, up:\s+days 5-10\s+There, down:\s+days 21-41", read.text)
    assert re.search(r"analysis set\s+Here, down:\s+observed-cases\s+There, up:\s+randomised", read.text)


def test_how_far_it_holds_is_told_variant_by_variant() -> None:
    words = "all randomised, missing = no event"
    assert words in page(compare_rows(head_to_head(analysis_set="full-analysis"), "up", "down")).text
    assert words not in page(compare_rows(head_to_head(), "up", "down")).text, "nothing changes where all were"


def test_a_crossed_dimension_is_warned_of_with_the_reason() -> None:
    read = page(compared(across=("population",), reason="To see what an article did"))
    assert "This is not a comparison of like with like." in read.text
    assert "Crossed: population. Reason: To see what an article did" in read.text
    assert "any population" in read.text


def test_nothing_to_compare_is_a_page_that_says_why() -> None:
    read = page(compare_rows([], "up", "down"))
    assert "Nothing is compared: the registry has no response rate for up or down." in read.text
    assert read.count("svg") == read.count("article") == 0


def test_the_table_of_respects_is_there_where_there_are_any() -> None:
    read = page(compared(), respects())
    assert "A tablet." in read.text
    assert "Nothing in the registry." in read.text
    assert {"https://doi.org/10.1000/up", "https://doi.org/10.1000/x", "https://example.org/y"} <= read.links
    assert "in eight respects" not in page(compared()).text


def test_words_stand_for_ids_and_the_ids_are_kept() -> None:
    read = page(compared(), up="Upward", trd="Treatment-resistant depression")
    assert "Upward and down" in read.text
    assert {"trd", "up"} <= {attrs.get("title") for tag, attrs in read.elements if tag == "span"}


def test_the_same_comparison_gives_the_same_page() -> None:
    assert render_html(compared(), respects=respects()) == render_html(compared(), respects=respects())


def test_a_plot_alone_is_a_page_too(tmp_path: Path) -> None:
    path = tmp_path / "forest.html"
    save(hostile(), path)
    read = Page(path.read_text(encoding="utf-8"))
    assert read.count("svg") == 1
    assert read.count("script") == 0
    assert all(link.startswith("https://") for link in read.links)
    assert not [attrs for tag, attrs in read.elements if "id" in attrs]


def test_the_bottom_line_comes_first_then_the_ladder_the_figures_the_respects_and_the_method() -> None:
    text = render_html(compared(), respects=respects())
    marks = ('class="answers"', 'class="cards ladder"', "<article>", 'id="respects"', 'id="method"')
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "Macro" not in text


def test_each_rung_shows_its_own_trials_with_their_counts_and_sources() -> None:
    comparison = compared()
    text = render_html(comparison)
    (answer, _) = comparison.outcomes
    rows_of_ladder = re.findall(r"<tr>.*?</tr>", text[text.index('class="cards ladder"') :].partition("</table>")[0], re.DOTALL)[
        1:
    ]
    assert len(rows_of_ladder) == len(answer.rungs) > 0
    for rung, shown in zip(answer.rungs, rows_of_ladder, strict=True):
        for row in (*rung.rows_a, *rung.rows_b):
            assert f"{row.events:,}/{row.n:,}" in shown
        assert shown.count("<li>") == rung.a.k + rung.b.k


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.5, 1.9, ""),
        (0.5, 2.0, "the upper end of the interval is 4 times the lower, and it leaves open which of the two does better."),
        (1.1, 11.0, "the upper end of the interval is 10 times the lower."),
        (0.0, 3.0, "the upper end of the interval is over 100 times the lower, and it leaves open which of the two does better."),
    ],
)
def test_a_wide_indirect_ratio_has_its_warning(low: float, high: float, told: str) -> None:
    assert caution(low, high).removeprefix("Wide and indirect: no trial gives it head to head, ") == told


def test_the_warning_stands_beside_indirect_ratios_alone() -> None:
    (answer, _) = compared().outcomes
    for one in answer.shared:
        effect = None if one.contrast is None else one.contrast.effects[LEADING]
        wide = isinstance(effect, Indirect) and effect.high >= WIDE * effect.low
        assert bool(caution_of_contrast(one.contrast)) is wide
    assert any(one.contrast is not None and not one.contrast.is_direct for one in answer.shared)
    assert all(caution_of_contrast(one.contrast, "risk difference") == "" for one in answer.shared)
