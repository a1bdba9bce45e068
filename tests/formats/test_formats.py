"""What holds of every format."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.reports import RULESET, of_one, spoilt
from tests.formats.test_html import Page
from validation.formats import FORMATS
from validation.formats.groups import gathered, standing
from validation.formats.visible import shortened, visible
from validation.report import Report, Waiver

HOSTILE = {
    "newlines": "one\ntwo\r\nthree\x0bfour\x85five\u2028six",
    "ansi": "\x1b[31mred\x1b[0m \x1b]8;;https://example.org\x07link\x1b]8;;\x07 \x9b2J",
    "markup": "[bold]x[/bold] [/] [link=https://example.org]y[/link] :smile: \\[z]",
    "direction": "\u202egnp.exe \u2066x\u2069 \u200f \ufeff",
    "nothing": "",
    "nul": "\x00",
    "surrogate": "\ud800",
    "long": "x" * 10_000,
    "long words": "word " * 2_000,
    "backticks": "` `` ``` `a` `",
    "wide": "日本語" * 100,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_only_shown(name: str, words: str) -> None:
    waiver = Waiver("OUT001", {}, words, words, words)
    for waived in (None, waiver):
        text = FORMATS[name](
            of_one(
                words,
                file=words,
                column=words,
                key={words: words},
                name=words,
                version=words,
                waived=waived,
                bug=words,
            )
        )
        assert text.encode("utf-8")
        unseen = {c for c in text if not c.isprintable()} - {"\n"}
        assert not unseen or name == "json"


def test_text_of_hostile_values() -> None:
    text = FORMATS["text"](of_one(HOSTILE["markup"] + HOSTILE["ansi"]), width=200)
    assert HOSTILE["markup"] in text
    assert "\\x1b[31mred\\x1b[0m \\x1b]8;;" in text
    assert "\\x9b2J" in text
    assert len(FORMATS["text"](of_one(HOSTILE["long"]))) < 2_000
    assert "must end" in FORMATS["text"](of_one(HOSTILE["long"] + " must end"))


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_gives_the_same_bytes_whatever_the_order_of_its_findings(name: str) -> None:
    report = spoilt()
    turned = [replace(p, findings=tuple(reversed(p.findings))) for p in report.packages]
    assert FORMATS[name](report) == FORMATS[name](Report(RULESET, tuple(turned)))
    assert FORMATS[name](report).endswith("\n")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(words=st.text(st.characters(exclude_categories=[])), width=st.integers(1, 200))
def test_no_message_breaks_a_format(words: str, width: int) -> None:
    report = of_one(words, file=words, column=words, key={"study_id": words}, name=words, bug=words)
    text = FORMATS["text"](report, width=width)
    text.encode("utf-8")
    assert all(c.isprintable() or c == "\n" for c in text if c not in words)
    assert "\x1b" not in text
    Page(FORMATS["html"](report)).feed("")
    json.loads(FORMATS["json"](report).encode("utf-8"))


@given(st.text(st.characters(exclude_categories=[])))
def test_visible_text_is_one_line_that_can_be_written(words: str) -> None:
    shown = visible(words)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
    assert visible(shown) == shown
    assert visible(words, "ascii").isascii()


@given(st.text(max_size=50), st.integers(1, 20))
def test_shortened_text_keeps_its_beginning_and_end(words: str, longest: int) -> None:
    short = shortened(words, longest)
    if len(words) <= longest:
        assert short == words
    else:
        assert short.startswith(words[: longest * 2 // 3])
        assert short.endswith(words[len(words) - longest // 4 :])


def test_findings_that_say_the_same_are_one_with_their_rows() -> None:
    package = of_one("`a` is 'x'").packages[0]
    (finding,) = package.findings
    alike = [replace(finding, line=line, key={"study_id": f"s{line}"}) for line in (2, 3, 4, 9, 11, 12)]
    other = replace(finding, line=5, message="`a` is 'y'")
    (group,) = standing(replace(package, findings=(*alike, other)))
    assert [g.words for g in gathered(group)] == ["`a` is 'x' (rows 2-4, 9, 11, 12)", "`a` is 'y'"]


def test_knowing_the_formats_loads_none_of_them() -> None:
    program = (
        "import sys, validation.formats, validation.rule_pages\n"
        "heavy = {'polars', 'duckdb', 'pandera', 'jinja2', 'rich', 'pyarrow'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
