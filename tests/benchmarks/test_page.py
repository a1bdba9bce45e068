"""A section of the page on benchmarks is written anew by itself."""

from __future__ import annotations

from tests.benchmarks.measuring import ROOT
from tests.benchmarks.page import SECTIONS, page


def test_the_page_has_its_sections_in_their_order_and_no_other() -> None:
    """What was never measured isn't there; a section of another name would stay for ever."""
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [*(heading for heading, _ in SECTIONS.values() if heading in headings), "Again, on your machine"]


def test_what_was_not_measured_again_stays_as_it_was() -> None:
    first = page(dict.fromkeys(SECTIONS, "| once |"))
    assert first.count("| once |") == len(SECTIONS)
    again = page({"ratios": "| twice |"}, first)
    assert page({"ratios": "| twice |"}, again) == again
    assert again.replace("| twice |", "| once |") == first
    assert again.count("| twice |") == 1


def test_a_section_that_was_never_measured_has_no_heading() -> None:
    told = page({"ratios": "| once |"})
    assert [line for line in told.splitlines() if line.startswith("## ")] == [
        "## Commands beside a yardstick",
        "## Again, on your machine",
    ]
