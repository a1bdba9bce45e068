from __future__ import annotations

import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.html_report import render_html
from validation.formats.markdown import render_markdown
from validation.formats.text import render_text
from validation.report import THE_REGISTRY, Report, Waiver

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("width", [80, 100])
def test_text_is_as_it_was_looked_at(width: int) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/formats` writes the files anew: look at the difference first."""
    path = GOLDEN / f"spoilt-{width}.txt"
    text = render_text(spoilt(), width=width)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(width: int, verbose: bool) -> None:
    for line in render_text(spoilt(), width=width, verbose=verbose).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_a_package_without_findings_takes_one_line() -> None:
    sound = Report(RULESET, spoilt().packages[:1])
    assert render_text(sound).splitlines() == [
        "valid    sound 1.0.0: 9 passed, 3 had nothing to check; 52 checks of rows and files"
    ]


def test_errors_come_before_warnings_notes_and_waived_findings_and_the_verdict_last() -> None:
    text = render_text(spoilt())
    heads = re.findall(r"^(error|warning|note|waived)\[", text, re.MULTILINE)
    assert heads == sorted(heads, key=["error", "warning", "note", "waived"].index)
    assert set(heads) == {"error", "warning", "note", "waived"}
    assert text.splitlines()[-1].startswith("2 packages: 1 valid, 1 invalid; ")


@pytest.mark.parametrize(
    ("report", "said"), [(spoilt(), "1 valid, 1 invalid"), (Report(RULESET, (spoilt().packages[0],) * 2), "all valid")]
)
def test_the_registry_as_a_whole_is_no_package(report: Report, said: str) -> None:
    package, other = report.packages
    beside = replace(report, packages=(package, replace(other, name=THE_REGISTRY)))
    assert f"\n1 package and the registry: {said}" in render_text(beside)
    assert f"1 package and the registry: {said}" in render_markdown(beside).splitlines()[0]
    assert f'valid">1 package and the registry: {said}</h1>' in render_html(beside)
    assert f"1 package and the registry: {said}" in repr(beside)


def test_what_is_not_listed_is_counted() -> None:
    assert "2 of 3 shown" in render_text(spoilt())
    none_listed = replace(spoilt().packages[1], findings=())
    assert "0 of 3 shown" in render_text(Report(RULESET, (none_listed,)))


def test_a_bug_is_told_as_ours() -> None:
    text = render_text(of_one("m", bug="KeyError: 'events'"))
    assert "BUG" in text
    assert "bug in outcomes" in text
    assert "KeyError: 'events'" in text
    assert "invalid" in text


def test_a_waived_finding_says_why_who_and_until_when() -> None:
    waiver = Waiver("OUT001", {}, "printed so", "A. Curator", "2027-12-31")
    text = render_text(of_one("m", waived=waiver))
    assert "waived[OUT001]" in text
    assert "until 2027-12-31, by A. Curator: printed so" in text
    assert "valid" in text


def test_verbose_says_why_and_what_became_of_each_rule() -> None:
    text = render_text(of_one("m"), verbose=True)
    assert "A count above its denominator" in text
    assert "source: " in text
    assert re.search(r"PKG040 +skipped +0 checked +0 broken  nothing in the package", text)
    assert "study_id trial" in text


def test_a_console_that_is_no_terminal_gets_no_colours() -> None:
    file = io.StringIO()
    text = render_text(spoilt(), console=Console(file=file, width=90, force_terminal=False))
    assert file.getvalue() == text == render_text(spoilt(), width=90)
    assert "\x1b" not in text


def test_a_terminal_gets_colours_and_the_same_words() -> None:
    file = io.StringIO()
    text = render_text(
        spoilt(),
        console=Console(file=file, width=90, force_terminal=True, color_system="standard", no_color=False),
    )
    assert "\x1b[1;31merror" in file.getvalue()
    assert re.sub(r"\x1b\[[0-9;]*m", "", file.getvalue()) == text
    assert "\x1b[" in render_text(spoilt(), colour=True)


def test_a_terminal_that_writes_ascii_gets_escapes() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    render_text(of_one("café ≥ 日本"), console=Console(file=file, width=80))
    file.flush()
    assert b"caf\\xe9 \\u2265 \\u65e5\\u672c" in file.buffer.getvalue()


def test_an_empty_report_says_so() -> None:
    assert render_text(Report(RULESET, ())).strip() == "0 packages"
