"""The page of an audit: whole, without anything that loads or runs, and with words of claims as words."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.answers.audit_html import render
from registry.answers.audit_text import render as render_text
from registry.answers.strip import Strip, strip_picture
from registry.auditing.auditing import Audit, judge
from registry.auditing.claims import Claim
from registry.auditing.knowledge import Knowledge
from registry.auditing.spans import Span
from registry.forest.pictures import PHONE, SCREEN
from tests.auditing.arguing import KETAMINE, WHOLE, claim, knowing, trials
from tests.auditing.test_rates import AGREEING, SPREAD
from tests.cli.invoking import outcomes
from tests.comparing.pictured import boxes, overlaps
from tests.comparing.test_html_page import LOADS, Page

ARTICLE = "claims-ssri-vs-ketamine"
HOSTILE = '"><script>alert("x")</script><img src=x onerror=alert(1)>\x1b[2J\u202e'


def page(*claims: Claim, known: Knowledge, title: str = "An article") -> str:
    return render(Audit("claims", title, "1.0.0", tuple(judge(claims, known)), {}, (("trials", "1.0.0", "accepted"),)))


def check(text: str) -> Page:
    read = Page(text)
    for tag, attrs in read.elements:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form", "style" if attrs else "metadata"}
        assert not LOADS & set(attrs)
        assert not any(name.startswith("on") for name in attrs)
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(link.startswith(("https://", "http://", "data:text/csv;")) or link[1:] in ids for link in read.links)
    assert read.count("table") == read.count("caption")
    return read


def test_the_article_s_page_has_every_claim_with_its_verdict_reason_and_what_would_change_it(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    assert outcomes("audit", ARTICLE, "--format", "html", "-o", str(file), cwd=built).returncode == 0
    text = file.read_text(encoding="utf-8")
    read = check(text)
    assert read.count("article") == 28
    assert read.text.count("To change it.") == 28
    assert "28 claims: 5 not comparable, 2 unverifiable, 7 undecided, 1 supported, 13 not judged." in read.text
    assert "it is not medical advice" in read.text
    assert "ketamine-esketamine 2.0.0" in read.text.replace("\xa0", " ")
    assert read.count("svg") == 2 * 4, "the rates, for a window and for a phone"
    assert outcomes("audit", ARTICLE, "--format", "html", cwd=built).stdout == text


def plots_of(text: str) -> list[ET.Element]:
    """The one plot in both its widths."""
    both = [ET.fromstring(svg) for svg in re.findall("<svg.*?</svg>", text, re.DOTALL)]  # noqa: S314  we drew it
    assert [plot.get("viewBox", "").split()[2] for plot in both] == [f"{SCREEN:g}", f"{PHONE:g}"]
    return both


def lines_of(plot: ET.Element, colour: str, points: float | None = None) -> list[list[float]]:
    """Both ends of each line of that colour, x and y each; ``points`` is how thick it is."""
    width = "" if points is None else f"stroke-width:{points * 25.4 / 72:.2f}".rstrip("0")
    styled = [
        path
        for path in plot.iter("path")
        if f"stroke:var(--{colour}" in path.get("style", "") and "fill" not in path.get("style", "")
    ]
    paths = [path.get("d", "") for path in styled if not width or path.get("style", "").endswith(width)]
    return [[float(n) for n in part.replace("L", " ").split()] for path in paths for part in path.split("M")[1:]]


def dots_of(plot: ET.Element, fill: str) -> list[tuple[float, float]]:
    """The middles of the rates' dots of that fill: each is two half circles in a path."""
    paths = [one.get("d", "") for one in plot.iter("path") if one.get("style", "").startswith(f"fill:var(--{fill}")]
    found = [re.match(r"M([\d.]+) ([\d.]+)a([\d.]+) ", f"M{dot}") for path in paths for dot in path.split("M")[1:]]
    return [(float(one[1]) + float(one[3]), float(one[2])) for one in found if one]


def test_a_rate_is_shown_among_all_rates_held_with_its_margin_and_readings() -> None:
    rows = [*trials(AGREEING), *trials(SPREAD, population="trd"), *trials([(9, 10)], unstated=("analysis set",))]
    text = page(claim(low=45, population="mdd"), known=knowing(*rows))
    read = check(text)
    for plot in plots_of(text):
        assert len(dots_of(plot, "series-a")) == 5, "in a reading"
        assert len(dots_of(plot, "paper")) == 1, "of these people and in none"
        assert len(list(plot.iter("circle"))) == 1, "the mean of the reading"
        assert len(lines_of(plot, "soft", 0.7)) == 6, "of others"
        (band,), (own,) = lines_of(plot, "rule"), lines_of(plot, "series-b")
        (style,) = (path.get("style", "") for path in plot.iter("path") if "--rule" in path.get("style", ""))
        half = float(style.rpartition(":")[2]) / 2
        assert band[0] - half < own[0] < band[0] + half
        (mean,), (new,) = lines_of(plot, "series-a", 2.8), lines_of(plot, "series-a", 0.7)
        assert new[0] < mean[0] < mean[2] < new[2]
        said = "Rates beside the claim c1. 45% claimed; 12 rates held, 20% to 90%; pooled: 46%."
        assert plot.get("aria-label") == said
    assert "All 12 rates held" in read.text


def test_the_plotted_rates_can_be_had_as_a_file() -> None:
    rows = [*trials(AGREEING), *trials(SPREAD, population="trd", arm='A "quoted", arm')]
    read = check(page(claim(low=45, population="mdd"), known=knowing(*rows)))
    (link,) = (attrs for tag, attrs in read.elements if tag == "a" and "download" in attrs)
    assert link["download"] == "c1-rates.csv"
    held = list(csv.DictReader(io.StringIO(unquote(str(link["href"]).partition(",")[2]))))
    told = [(row.study, row.arm, str(row.events), str(row.n), str(row.rate)) for row in rows]
    assert sorted((one["study"], one["arm"], one["events"], one["n"], one["rate"]) for one in held) == sorted(told)
    assert {one["place"] for one in held} == {"in a reading", "of other people"}


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_a_plot_of_none_few_or_many_rates_keeps_its_dots_on_the_sheet(count: int) -> None:
    text = page(claim(low=45, **WHOLE), known=knowing(*trials([(45, 100)] * count)))
    check(text)
    if not count:
        assert "<svg" not in text
        return
    for plot in plots_of(text):
        dots = dots_of(plot, "series-a")
        assert len(dots) == count
        assert len({(round(x, 2), y) for x, y in dots}) == count
        assert all(y > 3.4 for _, y in dots), "below the words of the claim"
        assert all(0 < x < float(plot.get("viewBox", "").split()[2]) for x, _ in dots)


@pytest.mark.parametrize("low", [0, 45, 100])
def test_a_long_claim_is_written_in_lines_that_fit_above_its_dots(low: float) -> None:
    strip = Strip(
        Span(low, low, "%"),
        f"claimed: {low:g}% of all who were given it in hospitals, clinics and practices of the country",
        (),
        (),
    )
    picture = strip_picture(strip, "c1", "Rates", "None.", [{"rate": 0.5}])
    for width in (PHONE, SCREEN):
        found = boxes(picture, width)
        assert overlaps(found) == []
        assert all(0 <= box.left < box.right <= width for box in found)
        assert " ".join(box.words for box in found).startswith(strip.said.split(" of ")[0])


def test_a_quotation_in_a_claim_has_single_marks() -> None:
    text = page(claim(statement="“45% remit” – the authors’ word"), known=knowing())
    assert "“‘45% remit’ – the authors’ word”" in text
    said = render_text(
        Audit("claims", "An article", "1.0.0", tuple(judge([claim(statement="So “many” respond.")], knowing())), {}, ())
    )
    assert "“So ‘many’ respond.”" in said


def test_words_of_claims_are_words_and_never_markup() -> None:
    hostile = {"statement": HOSTILE, "locator": HOSTILE, "source": "javascript:alert(1)", "unit": "%"}
    mine = claim(HOSTILE, low=45, **hostile, **WHOLE)
    other = claim("other", low=20, relation="disputes", related=HOSTILE, **hostile, **WHOLE)
    rows = trials(AGREEING, study=HOSTILE, arm=HOSTILE, source=HOSTILE, locator=HOSTILE)
    text = page(mine, other, known=knowing(*rows, *trials(SPREAD, **KETAMINE)), title=HOSTILE)
    read = check(text)
    assert "<script" not in text
    assert "<script>alert" in read.text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not {link for link in read.links if link.startswith("javascript")}


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_any_words_make_a_whole_page(statement: str, locator: str, source: str) -> None:
    known = knowing(*trials(AGREEING))
    read = check(page(claim(low=45, statement=statement, locator=locator, source=source, **WHOLE), known=known))
    assert re.search("supported|not judged", read.text)
