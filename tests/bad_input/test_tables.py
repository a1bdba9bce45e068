"""Files that hold something else than a table, and cells that hold something else than a value."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import sample
from tests.bad_input.packages import HEADER, ROW, checked, of, rules, with_file, with_resource
from validation.report import Validity

HEAD = HEADER.encode()
LINE = ROW.encode()

FILES = {
    "empty": (b"", {"PKG020"}),
    "binary": (bytes(range(256)) * 64, {"PKG022"}),
    "random-binary-without-nul": (bytes(range(1, 256)) * 64, {"PKG022"}),
    "spreadsheet": (b"PK\x03\x04" + os.urandom(64), {"PKG022"}),
    "gzip": (gzip.compress(HEAD), {"PKG022"}),
    "nul": (HEAD + b"\n" + LINE.replace(b"this", b"th\0s") + b"\n", {"PKG022"}),
    "latin-1": (HEAD + b"\n" + LINE.replace(b"this", b"caf\xe9") + b"\n", {"PKG022"}),
    "utf-8-cut-off": (HEAD + b"\n" + LINE + b"\n\xe2\x82", {"PKG022"}),
    "utf-16": (f"{HEADER}\n{ROW}\n".encode("utf-16"), {"PKG022", "PKG023"}),
    "utf-32": (f"{HEADER}\n{ROW}\n".encode("utf-32"), {"PKG022", "PKG023"}),
    "utf-32-the-other-way-round": (b"\0\0\xfe\xff" + f"{HEADER}\n{ROW}\n".encode("utf-32-be"), {"PKG022"}),
    "utf-16-without-mark": (f"{HEADER}\n{ROW}\n".encode("utf-16-le"), {"PKG022"}),
    "byte-order-mark": (b"\xef\xbb\xbf" + HEAD + b"\n" + LINE + b"\n", {"PKG023"}),
    "crlf": (HEAD + b"\r\n" + LINE + b"\r\n", {"PKG025"}),
    "bare-cr": (HEAD + b"\r" + LINE + b"\r", {"PKG025"}),
    "one-crlf": (HEAD + b"\r\n" + LINE + b"\n", {"PKG025"}),
    "no-line-end": (HEAD + b"\n" + LINE, set()),
    "line-of-10-megabytes": (HEAD + b"\n" + b"a" * (10 << 20) + b"\n", {"PKG024"}),
    "header-of-10-megabytes": (b"a" * (10 << 20), {"PKG024"}),
    "empty-first-line": (b"\n" + HEAD + b"\n" + LINE + b"\n", {"PKG026"}),
    "only-line-ends": (b"\n\n\n", {"PKG026"}),
    "only-a-space": (b" ", {"PKG027"}),
    "empty-line-within": (HEAD + b"\n\n" + LINE + b"\n", {"PKG030"}),
    "empty-line-at-the-end": (HEAD + b"\n" + LINE + b"\n\n", {"PKG030"}),
    "spaces-in-a-line": (HEAD + b"\n" + LINE + b"\n   \n", {"PKG030"}),
    "too-short": (HEAD + b"\n" + LINE + b"\nreport,data-set\n", {"PKG030"}),
    "too-long": (HEAD + b"\n" + LINE + b",\n", {"PKG030"}),
    "semicolons": ((HEAD + b"\n" + LINE + b"\n").replace(b",", b";"), {"PKG027"}),
    "tabs": ((HEAD + b"\n" + LINE + b"\n").replace(b",", b"\t"), {"PKG027"}),
    "unclosed-quote": (HEAD + b"\n" + LINE + b'\nother,data-set,"Title\nanother,data-set,Title\n', {"PKG030"}),
    "unclosed-quote-in-the-header": (b'"' + HEAD + b"\n" + LINE + b"\n", {"PKG026"}),
    "text-after-a-quote": (HEAD + b"\n" + LINE.replace(b"journal-article", b'"journal-article"x') + b"\n", {"PKG030"}),
    "formula": (HEAD + b"\n" + LINE.replace(b"A trial", b"=1+1") + b"\n", {"PKG037"}),
    "header-with-sql": (HEAD.replace(b"title", b'"title""); DROP TABLE sources; --"') + b"\n" + LINE + b"\n", {"PKG027"}),
    "header-with-an-apostrophe": (HEAD.replace(b"title", b"t'itle") + b"\n" + LINE + b"\n", {"PKG027"}),
    "header-with-our-own-names": (
        HEAD + b",rowid,_line,_ragged,c0\n" + LINE + b",a,b,c,d\n",
        {"PKG027"},
    ),
    "header-with-our-own-names-and-a-quoted-break": (
        HEAD + b",rowid,_line,_ragged,c0\n" + LINE + b',"a\nb",b,c,d\n',
        {"PKG027"},
    ),
    "header-in-another-case": (HEAD.replace(b"title", b"Title") + b"\n" + LINE + b"\n", {"PKG027"}),
    "header-with-spaces": (HEAD.replace(b",", b", ") + b"\n" + LINE + b"\n", {"PKG027"}),
    "header-with-a-break": (HEAD.replace(b"title", b'"ti\ntle"') + b"\n" + LINE + b"\n", {"PKG027"}),
    "header-of-strangers": (b"foo,bar\n1,2\n", {"PKG027"}),
    "header-without-required-columns": (b"doi,pmid\n10.1000/1,1\n", {"PKG027"}),
    "header-twice": (HEAD + b"," + HEAD + b"\n" + LINE + b"," + LINE + b"\n", {"PKG026"}),
    "header-of-5000-columns": (
        HEAD + b"," + b",".join(b"x%d" % i for i in range(5000)) + b"\n" + LINE + b"," * 5000 + b"\n",
        {"PKG027"},
    ),
    "header-with-long-names": (HEAD + b"," + b"x" * 500_000 + b"," + b"\x1b[31m" + b"\n" + LINE + b",,\n", {"PKG027"}),
    "header-of-too-many-columns": (
        HEAD + b"," + b",".join(b"x%d" % i for i in range(120_000)) + b"\n" + LINE + b"\n",
        {"PKG026"},
    ),
    "only-a-header-of-5000-commas": (b"," * 5000 + b"\n", {"PKG026"}),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_file(content: bytes, expected: set[str], tmp_path: Path) -> None:
    report = checked(with_file(tmp_path / "sample", content))
    found = {f.rule for f in report.findings if f.file == "data/sources.csv"}
    assert expected <= found
    assert found - expected <= {"PKG025", "PKG026", "PKG027", "PKG030", "SRC004"}, "nothing is said that doesn't follow"
    assert report.verdict is (Validity.INVALID if expected - {"PKG025"} else Validity.VALID)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_an_encoding_is_called_by_its_name(encoding: str, tmp_path: Path) -> None:
    (finding,) = of(checked(with_file(tmp_path / "sample", f"{HEADER}\n{ROW}\n".encode(encoding))), "PKG022")
    assert f"is {encoding.upper()};" in finding.message


@pytest.mark.parametrize("content", [HEADER, HEADER + "\n"], ids=["without-line-end", "with-line-end"])
def test_only_a_header(content: str, tmp_path: Path) -> None:
    """A table without rows is a table; what refers to it leads nowhere."""
    assert rules(with_file(tmp_path / "sample", content)) == {"PKG035"}
    only = sample.write(tmp_path / "only", {"sources": []})
    assert not [f for f in checked(only).findings if f.rule.startswith("PKG")]


@pytest.mark.parametrize("quoted", [b'"two\nlines"', b'"two\r\nlines"', b'"\n\n\n"', b'"a ""b\n"" c"', b'"\n" ', b'"a\rb"'])
def test_line_numbers_after_a_line_break_within_a_cell(quoted: bytes, tmp_path: Path) -> None:
    """The line is the one an editor shows, and so is that of the row after it."""
    if quoted == b'"\n" ':
        pytest.skip("a space after the closing mark is a fault of its own")
    first = LINE.replace(b"A trial of this against that", quoted)
    second = b"other,no-such-kind,Title,10.1000/xyz124,,,2026-11-01,,CC-BY-4.0,none-found,2026-11-01,"
    folder = with_file(tmp_path / "sample", HEAD + b"\n" + first + b"\n" + second + b"\n")
    (finding,) = of(checked(folder), "PKG032")
    breaks = quoted.count(b"\n") + quoted.replace(b"\r\n", b"").count(b"\r")
    assert (finding.line, finding.key) == (3 + breaks, {"source_id": "other"})


def test_line_numbers_of_plain_rows(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample", sample.cell("outcomes", "analysis_set", "ITT", 2))
    (finding,) = of(checked(folder), "PKG032")
    text = (folder / "data/outcomes.csv").read_text().splitlines()
    assert finding.line is not None
    assert "ITT" in text[finding.line - 1]


def test_rows_before_a_quote_that_is_never_closed_are_read(tmp_path: Path) -> None:
    content = HEAD + b"\n" + LINE.replace(b"journal-article", b"jurnal-article") + b'\nother,data-set,"Title\n'
    report = checked(with_file(tmp_path / "sample", content))
    assert [(f.line, f.column) for f in of(report, "PKG032")] == [(2, "kind")]
    assert [f.line for f in of(report, "PKG030")] == [3]
    assert not of(report, "PKG035"), "what stands after the mark isn't known to be absent"


CELLS = {
    "1,5": "PKG031",
    "1e3": "PKG031",
    " 7 ": "PKG031",
    "７": "PKG031",
    "NaN": "PKG031",
    "nan": "PKG031",
    "inf": "PKG031",
    "-Infinity": "PKG031",
    "-0": "PKG031",
    "+7": "PKG031",
    "07": "PKG031",
    "7.0": "PKG031",
    "0x7": "PKG031",
    "1_000": "PKG031",
    "1 000": "PKG031",
    "9" * 400: "PKG031",
    "9223372036854775808": "PKG031",
    "-9223372036854775809": "PKG031",
    "7\x07": "PKG031",
    "\x1b[31m7": "PKG031",
    "7\u200b": "PKG031",
    "7\n": "PKG031",
    "true": "PKG031",
    "NULL": "PKG031",
    "#N/A": "PKG031",
    "1" * 500_000: "PKG031",
    "-1": "PKG036",
}


def _said(folder: Path, table: str, column: str, cells: Sequence[str]) -> list[set[tuple[str, str | None]]]:
    """What is said about form (rule and column) of each of a table's rows, of which every one has another of the cells: all in one package."""
    first, key = sample.TABLES[table][0], KEYS[table]
    rows = [{**first, key: str(100 + i), column: cell} for i, cell in enumerate(cells)]
    tables = {**sample.part(table), table: rows} if table != "studies" else {**sample.part("sources"), table: rows}
    report = checked(sample.write(folder, tables), max_findings=1_000)
    assert report.verdict is Validity.INVALID
    said: list[set[tuple[str, str | None]]] = [set() for _ in cells]
    for f in report.findings:
        if f.rule.startswith("PKG") and key in f.key:
            said[int(float(f.key[key])) - 100].add((f.rule, f.column))
    return said


KEYS = {"outcomes": "timepoint_days", "studies": "study_id", "sources": "source_id"}
"""A column of the key of each table, by which its rows are told apart."""


def test_cell_of_a_count(tmp_path: Path) -> None:
    said = _said(tmp_path / "sample", "outcomes", "events", list(CELLS))
    assert said == [{(rule, "events")} for rule in CELLS.values()]


NUMBERS = ["1,5", "1e3", " 7 ", "７", "NaN", "inf", "9" * 400, "1.", ".5", "--1", "1.2.3", "5%", "1" * 500_000]


def test_cell_of_a_number(tmp_path: Path) -> None:
    said = _said(tmp_path / "sample", "studies", "entry_score_min", NUMBERS)
    assert said == [{("PKG031", "entry_score_min")}] * len(NUMBERS)


def test_cell_of_a_printed_number(tmp_path: Path) -> None:
    cells = ["60%", "60,0", "1e1", " 60", "60 ", "６０", "NaN", ".", "-.", "5.", "+5", "6" * 499 + "x", "0x5"]
    assert _said(tmp_path / "sample", "outcomes", "percent_reported", cells) == [{("PKG036", "percent_reported")}] * len(cells)


def test_printed_number_that_nothing_prints(tmp_path: Path) -> None:
    """Of the right form and past all reckoning: whatever is said of it, nothing bursts."""
    cells = ["9" * 400, "0." + "3" * 400, "-0", "-0.0", "0" * 400, "99999999999999999999.5", "1" * 500_000]
    said = _said(tmp_path / "sample", "outcomes", "percent_reported", cells)
    assert said == [{("PKG036", "percent_reported")} if len(cell) > 40 else set() for cell in cells]


@pytest.mark.parametrize("cell", ["9223372036854775807", "1000000000000000000"])
@pytest.mark.parametrize("column", ["events", "n_analysed", "extractions"])
def test_largest_counts(column: str, cell: str, tmp_path: Path) -> None:
    checked(sample.write(tmp_path / "sample", sample.cell("outcomes", column, cell)))


@pytest.mark.parametrize("column", ["n_randomised", "n_treated", "n_completed"])
def test_largest_arms(column: str, tmp_path: Path) -> None:
    tables = sample.cell("arms", column, "9223372036854775807")
    tables["arms"][1][column] = "9223372036854775807"
    checked(sample.write(tmp_path / "sample", tables))


def test_cell_of_a_date(tmp_path: Path) -> None:
    cells = ["2026-02-30", "0000-00-00", "2026-1-1", "20261101", "2026-11-01T00:00", "23.11.2026", "9999-99-99"]
    assert _said(tmp_path / "sample", "sources", "accessed", cells) == [{("PKG031", "accessed")}] * len(cells)


def test_cell_of_a_flag(tmp_path: Path) -> None:
    cells = ["yes", "True", "TRUE", "1", "t", " true"]
    assert _said(tmp_path / "sample", "studies", "randomised", cells) == [{("PKG031", "randomised")}] * len(cells)


TEXTS = {
    "=1+1": {"PKG037"},
    "+1": {"PKG037"},
    "@x": {"PKG037"},
    "\t=1": {"PKG037"},
    "\n=1": {"PKG037"},
    "\r=1": {"PKG037"},
    "a\x07": {"PKG039"},
    "\x1b]0;title\x07": {"PKG039"},
    "a\x7f": {"PKG039"},
    "a\u202eb": {"PKG039"},
    "a\u200bb": {"PKG039"},
    "a\u00adb": {"PKG039"},
    "a\U000e0041b": {"PKG039"},
    "a\ue000b": {"PKG039"},
    "a" + "\u0301" * 100_000: {"PKG039"},
    "\u200e" * 100_000: {"PKG039"},
    "\u0430b": {"PKG047"},
    "a\ufffdb": {"PKG039"},
    "\ufeffa": {"PKG039"},
    "x" * 500_000: set(),
    "y" * 500_000 + "\x07": {"PKG039"},
    "a\u2028b": set(),
    "日本語 – ≥ 3": set(),
    "'; DROP TABLE sources; --": set(),
    '"quoted"': set(),
    "a,b": set(),
    "\\": set(),
    "a\\nb": set(),
    "NULL": set(),
    "%s %d {0} {events}": set(),
    "jane.doe@example.org": {"PKG038"},
}


def test_cell_of_text(tmp_path: Path) -> None:
    said = _said(tmp_path / "sample", "sources", "title", list(TEXTS))
    assert [{rule for rule, _ in rules} for rules in said] == list(TEXTS.values())


def test_a_carriage_return_in_a_cell_is_told_of_its_file(tmp_path: Path) -> None:
    tables = sample.cell("sources", "title", "\r=1")
    assert rules(sample.write(tmp_path / "sample", {name: tables[name] for name in ("sources", "studies")})) == {
        "PKG037",
        "PKG025",
    }


def test_a_carriage_return_is_told_of_the_line_that_has_it(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    table = folder / "data" / "arms.csv"
    table.write_bytes(b"\r\n".join(table.read_bytes().rsplit(b"\n", 1)))
    (finding,) = of(checked(folder), "PKG025")
    assert finding.line == table.read_bytes().count(b"\n")
    assert "holds 1 carriage return;" in finding.message


def test_cell_of_a_term(tmp_path: Path) -> None:
    cells = ["z" * 500_000, "ITT'; DROP TABLE outcomes; --", "\x1b[31mITT", "{0}", "Randomised"]
    assert _said(tmp_path / "sample", "outcomes", "analysis_set", cells) == [{("PKG032", "analysis_set")}] * len(cells)


def test_days_written_in_two_ways_are_one_key(tmp_path: Path) -> None:
    rows = [dict(r) for r in sample.TABLES["outcomes"]]
    rows.append({**rows[0], "timepoint_days": "56.0"})
    (finding,) = of(checked(sample.write(tmp_path / "sample", {**sample.TABLES, "outcomes": rows})), "PKG034")
    assert finding.line == 6 or "already" in finding.message


def test_unreadable_days_are_not_one_key(tmp_path: Path) -> None:
    rows = [dict(r) for r in sample.TABLES["outcomes"]]
    rows.append({**rows[0], "timepoint_days": "n/a"})
    rows.append({**rows[0], "timepoint_days": "?"})
    rows.append({**rows[0], "timepoint_days": ""})
    report = checked(sample.write(tmp_path / "sample", {**sample.TABLES, "outcomes": rows}))
    assert not of(report, "PKG034")
    assert len(of(report, "PKG031")) == 2


def test_a_file_that_cannot_be_read_is_no_fault_of_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    folder = with_file(tmp_path / "sample", b"\xef\xbb\xbf" + HEAD + b"\n" + LINE + b"\n")
    assert rules(folder) == {"PKG023"}


def test_a_ragged_row_is_there_all_the_same(tmp_path: Path) -> None:
    folder = with_file(tmp_path / "sample", HEAD + b"\n" + LINE + b",\n")
    assert rules(folder) == {"PKG030"}


@pytest.mark.parametrize(("line", "words"), [("report", "the row has 1 cell; "), ("report,data-set", "the row has 2 cells; ")])
def test_of_a_ragged_row_the_cells_are_counted(line: str, words: str, tmp_path: Path) -> None:
    report = checked(with_file(tmp_path / "sample", f"{HEADER}\n{line}\n"))
    assert [f.message.startswith(words) for f in of(report, "PKG030")] == [True]


def test_a_size_agrees_with_its_unit(tmp_path: Path) -> None:
    report = checked(with_resource(tmp_path / "sample", rows=1234567))
    assert [f.message for f in of(report, "PKG021")] == [
        "data/sources.csv has 1 row; the descriptor says 1234567",
    ]


def test_every_finding_is_counted_and_so_many_listed(tmp_path: Path) -> None:
    rows = [{**sample.TABLES["outcomes"][0], "timepoint_days": str(day), "events": "x"} for day in range(50)]
    report = checked(sample.write(tmp_path / "sample", {**sample.TABLES, "outcomes": rows}), max_findings=7)
    (outcome,) = [o for o in report.outcomes if o.rule == "PKG031"]
    assert (outcome.violations, len(of(report, "PKG031"))) == (50, 7)


@pytest.mark.parametrize("limit", [0, 1])
def test_no_finding_listed_is_still_a_verdict(limit: int, tmp_path: Path) -> None:
    report = checked(sample.write(tmp_path / "sample", sample.cell("outcomes", "events", "x")), max_findings=limit)
    assert report.verdict is Validity.INVALID
    assert len(report.findings) <= limit * 2
