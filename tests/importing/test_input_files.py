"""What is read is what stands in the file; what can't be read is told without a traceback."""

from __future__ import annotations

import itertools
import re
import zipfile

import pytest

from registry.importing import ImportProblem, MappingError, import_package, suggest_mapping
from tests.importing.sheets import PLAIN, SHEET, workbook


def test_digits_are_carried_over(small) -> None:
    small.data("id,drug,n,events,weeks\n1,SSRI,75.00,60.0,0.10\n")
    small.replace("label: drug", "label: weeks").replace("label: id", "label: events").run()
    assert small.column("arms", "label") == ["0.10"]
    assert small.column("studies", "label") == ["60.0"]
    assert small.column("arms", "n_randomised") == ["75"]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (
            "id;drug;n;dose\r\n1;SSRI;60;7,50\r\n".encode("cp1252"),
            'delimiter: ";"\n    decimal: ","\n    encoding: cp1252',
        ),
        (
            "id\tdrug\tn\tdose\n1\tSSRI\t60\t7,50\n".encode("utf-16"),
            'delimiter: "\\t"\n    decimal: ","\n    encoding: utf-16',
        ),
        (b'\xef\xbb\xbf"id","drug","n","dose"\n"1","SSRI","60","7.50"\n', "encoding: utf-8"),
        (b"id|drug|n|dose\n1|SSRI|60|7.50", 'delimiter: "|"'),
        (b"id,drug,n,dose\n\n1,SSRI,60,7.50\n\n", "missing: [NA]"),
    ],
)
def test_csv_in_every_dress(small, content: bytes, options: str) -> None:
    small.replace("    origin:", f"    {options}\n    origin:").replace("n_randomised: n", "dose: dose").data(content).run()
    assert small.rows("arms")[1] == "s1,SSRI,SSRI,ssri.unspecified,unstated,unstated,7.50,,,,,,,,,,,"


def test_a_text_field_keeps_its_comma_and_a_point_among_commas_is_no_guess(small) -> None:
    small.replace("    origin:", '    decimal: ","\n    delimiter: ";"\n    origin:')
    small.replace("label: drug", "label: dose").replace("n_randomised: n", "dose: dose")
    small.data("id;drug;dose\n1;SSRI;7,50\n").run()
    assert (small.column("arms", "label"), small.column("arms", "dose")) == (["7,50"], ["7.50"])
    old = (small.folder / "mapping.yaml").read_text().split("sha256: ")[1][:64]
    small.replace(old, "SHA256").data("id;drug;dose\n1;SSRI;1.750\n")
    with pytest.raises(MappingError, match=r"`dose` is `1.750` in row 1. .* a point is ambiguous"):
        small.run()


def test_missing_texts_are_empty_and_quoted_line_ends_stay(small) -> None:
    small.replace("    origin:", "    missing: [NA, '-9']\n    origin:").replace(
        "n_randomised: n", "n_randomised: n\n      schedule: note"
    )
    small.data('id,drug,n,note\n1,SSRI,NA,"two\nlines, ""quoted"""\n1,Placebo,-9,""\n').run()
    assert small.column("arms", "n_randomised") == ["", ""]
    assert small.column("arms", "schedule") == ["", 'two\nlines, "quoted"']


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_heading_may_be_of_two_lines(small, end: str) -> None:
    """Excel writes CRLF at the ends of lines and LF within a cell."""
    lines = ('id,drug,"n\nrandomised"', "1,SSRI,60", "1,Placebo,61", "")
    small.replace("n_randomised: n", 'n_randomised: "n\\nrandomised"').data(end.join(lines)).run()
    assert small.column("arms", "n_randomised") == ["61", "60"]


@pytest.mark.parametrize(
    ("lines", "rows", "field"),
    [
        (["A title, with a comma", "", "id,drug,n", "1,SSRI,60"], "3", "n"),
        (["", "id,drug,n", "1,SSRI,60"], "2", "n"),
        (["x", "id,drug,Response,Response", ",,n,N", "1,SSRI,60,7"], "[2, 3]", "Response n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_header_of_a_text_file_may_be_in_any_line(small, lines: list[str], rows: str, field: str, end: str) -> None:
    small.replace("    origin:", f"    header_row: {rows}\n    origin:").replace("n_randomised: n", f"n_randomised: {field}")
    small.data(end.join([*lines, ""])).run()
    assert small.column("arms", "n_randomised") == ["60"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("\nid,drug,n\n1,SSRI,60\n", "", r"the first line is blank\. Write `header_row: 2`"),
        ("id,drug,n\n1,SSRI,60\n", "header_row: 9", "the file has no line 9, which is to be the header"),
        ("\n\r\n ,\t,\nid,drug,n\n1,SSRI,60\n", "", r"the first line is blank\. Write `header_row: 4`"),
        (',,"",\nid,drug,n\n1,SSRI,60\n', "", r"the first line is blank\. Write `header_row: 2`"),
        ("  \nid,drug,n\n1,SSRI,60\n", "", r"the first line is blank\. Write `header_row: 2`"),
        ("\n  \n", "", r"the first line is blank\. No line after it holds anything either"),
        (
            "Table 1\n\nid,drug,n\n1,SSRI,60\n",
            "header_row: 2",
            r"line 2, which is to be the header, is blank\. Write `header_row: 3`",
        ),
        (
            "Table 1\n,,\n \nid,drug,n\n1,SSRI,60\n",
            "header_row: [2, 3]",
            r"line 3, which is to be the header, is blank\. Write `header_row: 4`",
        ),
        ("Table 1\n,,\n", "header_row: 2", r"line 2, which is to be the header, is blank\. No line after it holds anything"),
        (
            "Table 1\n\nid,drug,n\n1,SSRI,60\n",
            "",
            r"the first line, `Table 1`, has no column that the mapping names\. Write `header_row: 3`",
        ),
        (
            "Table 1,,\nid,drug,n\n1,SSRI,60\n",
            "",
            r"the first line, `Table 1`, has no column that the mapping names\. Write `header_row: 2`",
        ),
        ("id\nid,drug,n\n1,SSRI,60\n", "", r"The header has 1 column; every row must have as many\. Write `header_row: 2`"),
        (
            "id;drug;n\n1;SSRI;60\n",
            "",
            'the first line, `id;drug;n`, has no column that the mapping names. Write `delimiter: ";"`',
        ),
        ("id\tdrug\tn\n1\tSSRI\t60\n", "", r'Write `delimiter: "\\t"` in the input'),
        ("id;drug,n\n1,SSRI\n", "", "There is no column `id` here"),
    ],
)
def test_what_is_odd_about_a_text_file_is_said(small, content: str, options: str, said: str) -> None:
    if options:
        small.replace("    origin:", f"    {options}\n    origin:")
    with pytest.raises((ImportProblem, MappingError), match=said):
        small.data(content).run()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cell", ["a\rb", "a\r\nb", "a\nb", "\r", "a\r"])
def test_a_cell_may_hold_any_end_of_a_line(small, end: str, cell: str) -> None:
    small.replace("n_randomised: n", "n_randomised: n\n      schedule: note")
    small.data(end.join(["id,drug,n,note", f'1,SSRI,60,"{cell}"', "1,Placebo,61,x", ""])).run()
    assert sorted(small.column("arms", "schedule")) == sorted([cell, "x"])


@pytest.mark.parametrize("ends", list(itertools.product(["\n", "\r\n", "\r"], repeat=3)), ids=ascii)
def test_rows_may_end_in_any_way(small, ends: tuple[str, str, str]) -> None:
    first, second, third = ends
    small.data(f"id,drug,n{first}1,SSRI,60{second}1,Placebo,61{third}").run()
    assert sorted(small.column("arms", "n_randomised")) == ["60", "61"]


def test_the_mark_of_another_encoding_is_said(small) -> None:
    small.replace("    origin:", "    encoding: cp1252\n    origin:")
    with pytest.raises(ImportProblem, match="begins with the byte order mark of utf-8, so it isn't cp1252"):
        small.data("\ufeffid,drug,n\n1,SSRI,60\n".encode()).run()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8", "UTF_8"])
def test_a_mark_of_the_byte_order_is_no_part_of_the_header(small, encoding: str) -> None:
    small.replace("    origin:", f"    encoding: {encoding}\n    origin:")
    small.data("\ufeffid,drug,n\n1,SSRI,60\n".encode(encoding)).run()
    assert small.column("arms", "n_randomised") == ["60"]


def test_a_hash_may_be_in_capitals(small) -> None:
    small.data("id,drug,n\n1,SSRI,60\n")
    digest = small.text.split("sha256: ")[1][:64]
    small.replace(digest, digest.upper()).run()
    assert digest in (small.to / "datapackage.json").read_text()


@pytest.mark.parametrize(("written", "mapped"), [("Ru\u0308ck", "R\u00fcck"), ("no\u00a0n", "no n")])
def test_a_heading_that_only_looks_the_same_is_told(small, written: str, mapped: str) -> None:
    small.replace("n_randomised: n", f'n_randomised: "{mapped}"').data(f"id,drug,{written}\n1,SSRI,60\n")
    with pytest.raises(MappingError, match="One looks the same, but has other characters: write it as") as error:
        small.run()
    told = str(error.value).split("write it as ")[1].splitlines()[0].removesuffix(".")
    small.replace(f'"{mapped}"', told).run()
    assert small.column("arms", "n_randomised") == ["60"]


def test_columns_without_a_name_of_their_own_get_one(small) -> None:
    small.replace("label: drug", "label: n_4").replace("n_randomised: n", "schedule: column_1")
    report = small.data(",id,drug,n,N,_x\n7,1,SSRI,60,b,c\n".replace("n,N", "n,n")).replace("n_4", "n_5").run()
    assert small.rows("arms")[1].startswith("s1,SSRI,b,ssri.unspecified,unstated,unstated,,,,7")
    assert report.notes == [
        "arms.csv: column 1 has no header and is called `column_1`",
        "arms.csv: column 5 has the header `n` and is called `n_5`",
        "arms.csv: column 6 has the header `_x` and is called `column_6`",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,drug,n\n", "a header and no rows"),
        (b"id,drug,n\n1,SSRI\n", "Expected Number of Columns: 3 Found: 2"),
        (b"id,drug,n\n1,SSRI,2,3\n", "Found: 4"),
        (b'id,drug,n\n1,"SSRI,2\n', "can't be read as CSV"),
        (b"id,drug,n\n1,Caf\xe9,2\n", r"isn't utf-8: byte 15 is 0xE9.*cp1252"),
        ("id,drug,n\n1,SSRI,2\n".encode("utf-16-le"), "NUL characters"),
    ],
)
def test_what_is_no_csv_is_refused(small, content: bytes, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        small.data(content).run()
    assert not small.to.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1," + "x" * 10_000, "CSV Error on Line: 2; Original Line: 1,xx.*; Expected Number of Columns: 3 Found: 2"),
        ('1,"' + "x\n" * 5_000, 'CSV Error on Line: 2; Original Line: 1,"x; Value with unterminated quote found'),
    ],
)
def test_a_long_row_is_quoted_in_short(small, row: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said) as error:
        small.data(f"id,drug,n\n{row}\n").run()
    assert len(str(error.value)) < 500


def test_a_wrong_byte_far_into_a_file_is_named_by_its_place(small) -> None:
    head = b"id,drug,n\n" + b"1,SSRI,2\n" * 200_000 + "1,é,2\n".encode()
    with pytest.raises(ImportProblem, match=f"byte {len(head)} is 0xFF"):
        small.data(head + b"\xff\n").run()


@pytest.mark.parametrize(("encoding", "lone"), [("utf-7", b"+2AA-"), ("raw_unicode_escape", rb"\ud800")])
def test_half_a_character_is_no_text(small, encoding: str, lone: bytes) -> None:
    small.replace("    origin:", f"    encoding: {encoding}\n    origin:")
    with pytest.raises(MappingError, match=rf":10:15: .*arms\.csv`: the file isn't {encoding}: it contains U\+D800"):
        small.data(b"id,drug,n\n1,SSRI," + lone + b"\n").run()


def test_a_long_number_is_multiplied_exactly_or_not_at_all(small) -> None:
    small.replace("n_randomised: n", "n_randomised: {column: n, times: 7}")
    with pytest.raises(MappingError) as error:
        small.data(f"id,drug,n\n1,SSRI,{'7' * 200}\n").run()
    assert f":31:30: `n` is `{'7' * 57}…` in row 1. Multiplied by `times`, it has more than" in str(error.value)


def test_an_xlsx_workbook(small) -> None:
    content = workbook(small.folder / "arms.xlsx", PLAIN)
    small.replace("label: drug", "label: n").replace("n_randomised: n", "n_randomised: weeks").data(content, "arms.xlsx").run()
    assert small.column("arms", "label") == ["61.5", "60"]
    assert small.column("arms", "n_randomised") == ["6", "6"]


DATE = '<c s="1"><v>43831</v></c>'


@pytest.mark.parametrize(
    ("cell", "kwargs", "said"),
    [
        ("<c><f>1+1</f></c>", {}, r"`C2 \(a formula without a result\)`.*and save it"),
        ('<c t="e"><v>#N/A</v></c>', {}, r"`C2 \(an error, #N/A\)`.*`missing"),
        ('<c t="d"><v>2020-01-01</v></c>', {}, r"`C2 \(a date or time\)`"),
        (DATE, {"styles": '<xf numFmtId="14"/>'}, r"`C2 \(a date or time\)`"),
        (
            DATE,
            {"styles": '<xf numFmtId="165"/>', "formats": '<numFmt numFmtId="165" formatCode="dd/mm/yy"/>'},
            "a date",
        ),
        (60, {"after": '<mergeCells><mergeCell ref="B2:C2"/></mergeCells>'}, r"`C2 \(under a merged cell\)`"),
        (60, {"sheets": ("one", "two")}, "2 sheets: `one`, `two`. Name one"),
        (60, {"extra": "<"}, "can't be read as an XLSX"),
    ],
)
def test_what_a_workbook_does_not_say_plainly_is_refused(small, cell, kwargs, said: str) -> None:
    cells = [PLAIN[0], ["1", "SSRI", cell, 30, 6]]
    small.data(workbook(small.folder / "arms.xlsx", cells, **kwargs), "arms.xlsx")
    with pytest.raises(ImportProblem, match=said):
        small.run()


@pytest.mark.parametrize("code", ["[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss].00", "[Red][h]", "mmm", "yyyy"])
def test_a_span_of_time_is_no_number(small, code: str) -> None:
    content = workbook(
        small.folder / "arms.xlsx",
        [PLAIN[0], ["1", "SSRI", '<c s="1"><v>0.5</v></c>', 30, 6]],
        styles='<xf numFmtId="165"/>',
        formats=f'<numFmt numFmtId="165" formatCode="{code}"/>',
    )
    with pytest.raises(ImportProblem, match=r"`C2 \(a date or time\)`"):
        small.data(content, "arms.xlsx").run()


def rows(*inner: str) -> dict[str, str]:
    """A sheet's part, with its rows given as XML."""
    return {"xl/worksheets/sheet1.xml": SHEET.format("".join(inner), "")}


def cell(at: str | None, text: str = "x") -> str:
    where = "" if at is None else f' r="{at}"'
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = '<row r="1">' + cell("A1", "id") + cell("B1", "drug") + cell("C1", "n") + "</row>"
BODY = '<row r="2">' + cell("A2", "1") + cell("B2", "SSRI") + cell("C2", "60") + "</row>"
MANY = 30_000_000
MISSHAPEN = {
    "too many columns": (rows(f'<row r="1">{cell("A1")}{cell("ZZZ1")}</row>'), "its cell 'ZZZ1' is in row 1 after column 1"),
    "long name": (
        rows(f'<row r="1">{cell("A1")}{cell("ZZZZZZZZZ99999999999999")}</row>'),
        "the name of a cell is 'ZZZZZZZZZ99999999999999'",
    ),
    "small letter": (rows(f'<row r="1">{cell("a1")}</row>'), "the name of a cell is 'a1'; it must be a name such as B7"),
    "row 0": (rows(f'<row r="0">{cell("A0")}</row>'), "its row '0' follows row 0"),
    "negative row": (rows(f'<row r="-1">{cell("A1")}</row>'), "its row '-1' follows row 0"),
    "row beyond the last": (rows(f'<row r="1048577">{cell("A1048577")}</row>'), "its row '1048577' follows row 0"),
    "no name": (rows(f'<row r="1">{cell("")}</row>'), "the name of a cell is ''"),
    "negative cell": (rows(f'<row r="1">{cell("A-1")}</row>'), "the name of a cell is 'A-1'"),
    "twice the cell": (rows(f'<row r="1">{cell("A1")}{cell("A1")}</row>'), "its cell 'A1' is in row 1 after column 1"),
    "twice the row": (rows(HEAD, HEAD), "its row '1' follows row 1"),
    "another row's cell": (rows(f'<row r="1">{cell("A2")}</row>'), "its cell 'A2' is in row 1 after column 0"),
    "backwards": (rows(f'<row r="1">{cell("B1")}{cell("A1")}</row>'), "its cell 'A1' is in row 1 after column 2"),
    "entities": (
        {"xl/worksheets/sheet1.xml": '<!DOCTYPE w [<!ENTITY a "b">]>' + SHEET.format(HEAD, "")},
        "sheet1.xml` contains a DTD",
    ),
    "entities elsewhere": ({"xl/styles.xml": "<!DOCTYPE w SYSTEM 'file:///etc/passwd'><w/>"}, "styles.xml` contains a DTD"),
    "styles": (
        {"xl/styles.xml": "<s>" + " " * MANY + "</s>"},
        "part `xl/styles.xml` has 30,000,007 bytes; at most 20,000,000 are allowed",
    ),
    "no relation": ({"xl/_rels/workbook.xml.rels": "<Relationships/>"}, "the sheet `Sheet1` has no part of its own"),
    "no part": (
        {"xl/_rels/workbook.xml.rels": '<R><Relationship Id="r1" Target="../../../etc/passwd"/></R>'},
        "it has no part `etc/passwd`",
    ),
    "text without end": (rows('<row r="1"><c r="A1" t="inlineStr"><is><t>'), "mismatched tag"),
    "no such text": (
        rows('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        "its cell A1 holds '7'; it must be the number of a text that the cells share",
    ),
    "two values": (rows('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'), "its cell A1 has two values"),
    "no number": (rows(HEAD, '<row r="2"><c r="A2"><v>1_0</v></c></row>'), "its cell A2 holds '1_0'; it must be a number"),
    "infinity": (rows(HEAD, '<row r="2"><c r="A2"><v>1e999</v></c></row>'), "its cell A2 holds '1e999'; it must be a number"),
    "no truth": (rows(HEAD, '<row r="2"><c r="A2" t="b"><v>x</v></c></row>'), "it must be 0 or 1"),
    "no type": (rows(HEAD, '<row r="2"><c r="A2" t="q"><v>x</v></c></row>'), "of a type that workbooks have, which `q` is not"),
    "merged somehow": (
        {"xl/worksheets/sheet1.xml": SHEET.format(HEAD, '<mergeCells><mergeCell ref="A:B"/></mergeCells>')},
        "cells are merged as 'A:B'",
    ),
}


@pytest.mark.parametrize(("parts", "said"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_misshapen_workbook_is_refused(small, parts, said: str) -> None:
    content = workbook(small.folder / "arms.xlsx", PLAIN, parts=parts)
    with pytest.raises(ImportProblem, match=said) as error:
        small.data(content, "arms.xlsx").run()
    assert len(str(error.value)) < 600


def test_of_very_many_odd_cells_some_are_named(small) -> None:
    odd = [f'<row r="{n}"><c r="A{n}"><f>1</f></c></row>' for n in range(2, 3002)]
    content = workbook(small.folder / "arms.xlsx", PLAIN, parts=rows(HEAD, *odd))
    with pytest.raises(ImportProblem, match=r"`A9 \(a formula without a result\)` and 2992 more\."):
        small.data(content, "arms.xlsx").run()


def test_cells_and_rows_without_names_follow_those_before_them(small) -> None:
    inner = "".join(
        f"<row>{cell(None, a)}{cell(None, b)}{cell(None, c)}</row>" for a, b, c in [("id", "drug", "n"), ("1", "SSRI", "60")]
    )
    small.data(workbook(small.folder / "arms.xlsx", PLAIN, parts=rows(inner)), "arms.xlsx").run()
    assert small.column("arms", "n_randomised") == ["60"]


def test_cells_that_hold_nothing_may_be_anywhere(small) -> None:
    content = workbook(
        small.folder / "arms.xlsx", PLAIN, parts=rows(HEAD, BODY, '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    )
    small.data(content, "arms.xlsx").run()
    assert small.column("arms", "n_randomised") == ["60"]


def test_an_element_may_have_any_prefix(small) -> None:
    sheet = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>{}</x:sheetData></x:worksheet>'
    named = [
        ("<c ", "<x:c "),
        ("</c>", "</x:c>"),
        ("<row", "<x:row"),
        ("</row", "</x:row"),
        ("<is><t>", "<x:is><x:t>"),
        ("</t></is>", "</x:t></x:is>"),
    ]
    inner = HEAD + BODY
    for old, new in named:
        inner = inner.replace(old, new)
    content = workbook(small.folder / "arms.xlsx", PLAIN, parts={"xl/worksheets/sheet1.xml": sheet.format(inner)})
    small.data(content, "arms.xlsx").run()
    assert small.column("arms", "n_randomised") == ["60"]
    inner = inner.replace(' t="inlineStr"><x:is><x:t>60</x:t></x:is>', "><x:f>1</x:f><x:v/>")
    content = workbook(small.folder / "arms.xlsx", PLAIN, parts={"xl/worksheets/sheet1.xml": sheet.format(inner)})
    with pytest.raises(ImportProblem, match="a formula without a result"):
        small.replace(small.text.split("sha256: ")[1][:64], "SHA256").data(content, "arms.xlsx").run()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_that_means_several_things_is_refused(small) -> None:
    path = small.folder / "arms.xlsx"

    def refused(content: bytes) -> str:
        small.text = small.text.replace(small.text.split("sha256: ")[1].split("\n")[0], "SHA256")
        with pytest.raises(ImportProblem, match="can't be read as an XLSX workbook") as error:
            small.data(content, "arms.xlsx").run()
        return str(error.value).partition("workbook: ")[2]

    plain = workbook(path, PLAIN)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", SHEET.format(HEAD, ""))
    assert refused(path.read_bytes()) == "two of its parts have the same name."
    name = b"xl/worksheets/sheet1.xml"
    entry = plain.rindex(name) - 46
    for at, old, new, said in (
        (8, 0, 1, "it is encrypted."),
        (10, 0, 12, "uses a compression that workbooks don't have."),
        (24, None, 10, "Bad CRC-32|mismatched tag|no element found|unclosed token"),
        (24, None, 0x3FFFFFFF, "has 1,073,741,823 bytes; at most 500,000,000 are allowed."),
        (42, None, 0x7FFFFF, "."),
    ):
        width = 2 if at < 16 else 4
        assert old is None or plain[entry + at] == old
        changed = plain[: entry + at] + new.to_bytes(width, "little") + plain[entry + at + width :]
        assert re.search(said, refused(changed))
    assert refused(plain[:-30])
    assert refused(plain.replace(b"PK\x05\x06", b"PK\x05\x07"))
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(10_001):
            archive.writestr(f"{n}", "")
    assert refused(path.read_bytes()) == "it has 10,001 parts; at most 10,000 are allowed."


def test_a_number_with_a_format_that_is_no_date_is_a_number(small) -> None:
    formats = '<numFmt numFmtId="170" formatCode="0.0 &quot;mg daily&quot;"/>'
    formats += '<numFmt numFmtId="171" formatCode="[Red]General"/>'
    cells = [PLAIN[0], ["1", "SSRI", '<c s="1"><v>60</v></c>', '<c s="2"><v>1</v></c>', 6]]
    content = workbook(small.folder / "arms.xlsx", cells, formats=formats, styles='<xf numFmtId="170"/><xf numFmtId="171"/>')
    small.data(content, "arms.xlsx").run()
    assert small.column("arms", "n_randomised") == ["60"]


def test_a_sheet_is_chosen_by_name(small) -> None:
    content = workbook(small.folder / "arms.xlsx", PLAIN[:2], sheets=("one", "two"))
    small.replace("    origin:", "    sheet: two\n    origin:").data(content, "arms.xlsx").run()
    with pytest.raises(ImportProblem, match=r"no sheet `tow`\. Did you mean `two`"):
        small.replace("sheet: two", "sheet: tow").run()


@pytest.mark.parametrize("name", ["arms.xlsx", "arms.parquet"])
def test_a_file_that_is_not_what_its_ending_says(small, name: str) -> None:
    with pytest.raises(ImportProblem, match="be read as"):
        small.data("id,drug,n\n1,SSRI,2\n", name).run()


def test_parquet(small, tmp_path) -> None:
    import polars as pl

    frame = pl.DataFrame({"id": [1], "drug": ["SSRI"], "n": [75.0], "weeks": [0.1]})
    frame.write_parquet(tmp_path / "arms.parquet")
    small.replace("label: drug", "label: weeks").data((tmp_path / "arms.parquet").read_bytes(), "arms.parquet").run()
    assert small.rows("arms")[1].split(",")[:3] == ["s1", "SSRI", "0.1"]
    assert small.column("arms", "n_randomised") == ["75"]


def test_parquet_with_lists(small, tmp_path) -> None:
    import polars as pl

    pl.DataFrame({"id": [[1]], "drug": ["SSRI"], "n": [75.0]}).write_parquet(tmp_path / "arms.parquet")
    with pytest.raises(ImportProblem, match="`id` contain lists"):
        small.data((tmp_path / "arms.parquet").read_bytes(), "arms.parquet").run()


def test_files_are_found_and_held_to_their_names(small, tmp_path) -> None:
    small.run()
    mapping = tmp_path / "mapping.yaml"
    renamed = tmp_path / "download (1).csv"
    renamed.write_bytes((tmp_path / "arms.csv").read_bytes())
    import_package([renamed], mapping, small.to)  # one file for one input: its hash says that it is the right one
    with pytest.raises(ImportProblem, match="no such file"):
        import_package([tmp_path / "none.csv"], mapping, small.to)
    with pytest.raises(ImportProblem, match="has no input with this name"):
        import_package([renamed, tmp_path / "arms.csv"], mapping, small.to)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MappingError, match=r"needs the file `arms\.csv`"):
        import_package([tmp_path / "empty"], mapping, small.to)


def test_what_a_parquet_file_says_it_holds_is_judged_before_it_is_read(small, tmp_path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    group = pa.table({name: pa.repeat("1", 7_000_000).dictionary_encode() for name in ("id", "drug", "n")})
    with pq.ParquetWriter(tmp_path / "arms.parquet", group.schema) as writer:
        writer.write_table(group)
    content = (tmp_path / "arms.parquet").read_bytes()
    assert len(content) < 60_000
    with pytest.raises(ImportProblem, match=r"has 7,000,000 rows of 3 columns, .*; at most 20,000,000 cells and"):
        small.data(content, "arms.parquet").run()


def test_a_parquet_file_of_many_columns(small, tmp_path) -> None:
    import polars as pl

    pl.DataFrame({f"c{n}": [1] for n in range(2_001)}).write_parquet(tmp_path / "arms.parquet")
    with pytest.raises(ImportProblem, match=r"the header has 2,001 columns; at most 2,000 are allowed"):
        small.data((tmp_path / "arms.parquet").read_bytes(), "arms.parquet").run()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (",".join(f"c{n}" for n in range(2_001)) + "\n1\n", "the header has 2,001 columns; at most 2,000 are allowed"),
        ("," * 1_100_000, "the header doesn't end within 1,000,000 characters"),
        ("a" * 1_100_000, "the header doesn't end within 1,000,000 characters"),
        ('"' + "a\n" * 600_000, "the header doesn't end within 1,000,000 characters"),
        ("id,drug,n\n1,SSRI," + "5" * 3_000_000 + "\n", "Maximum line size of 1000000 bytes exceeded"),
        ('id,drug,n\n1,SSRI,"' + "5\n" * 2_000_000, "can't be read as CSV"),
    ],
    ids=lambda value: value[:12],
)
def test_a_text_file_of_long_lines_is_refused(small, content: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said) as error:
        small.data(content).run()
    assert len(str(error.value)) < 600


def test_a_file_of_too_many_bytes_is_not_read(small, monkeypatch) -> None:
    monkeypatch.setattr("registry.importing.inputs.MOST_BYTES", 10)
    with pytest.raises(ImportProblem, match=r"arms\.csv: the file has 12 bytes; at most 10 are allowed"):
        small.data("id,drug,n\n1\n").run()


def test_a_format_that_nothing_reads_is_taken_for_no_other(tmp_path, monkeypatch) -> None:
    """Whoever adds a format and forgets its reader is told so."""
    import duckdb

    from registry.importing.inputs import load
    from registry.importing.mapping import FORMATS, Input
    from registry.importing.problems import Place, Problems

    monkeypatch.setitem(FORMATS, "ods", "ods")
    path = tmp_path / "arms.ods"
    path.write_text("id\n1\n")
    here = Place(1, 1)
    spec = Input("arms", here, path.name, "", here, {}, ",", ".", "utf-8", here)
    with duckdb.connect() as con, pytest.raises(NotImplementedError, match=r"arms\.ods: nothing reads the format 'ods'"):
        load(con, spec, path, Problems(path), tmp_path, wanted={"id"})


def test_a_kind_of_value_that_nothing_makes_is_taken_for_no_other() -> None:
    from types import SimpleNamespace

    from registry.importing.blocks import BlockRun
    from registry.importing.mapping import Value
    from registry.importing.problems import Place
    from schemas.tables import TABLES

    block = SimpleNamespace(fields={"label": Value("lookup", Place(1, 1), "drug")})
    (label,) = (f for f in TABLES["arms"].fields() if f.name == "label")
    with pytest.raises(NotImplementedError, match="nothing makes `label` from a value of the kind 'lookup'"):
        BlockRun(None, block, {}, {}, None, None)._filled(label)


POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"


@pytest.mark.parametrize("name", ["arms.csv", "arms.xlsx", "arms.json", "arms.parquet"])
def test_a_pointer_is_no_original_whatever_digest_the_mapping_has(small, name: str) -> None:
    """A draft that was made of the pointer has the pointer's own digest."""
    with pytest.raises(MappingError, match=rf"{name}` is a Git LFS pointer in place of the file; `git lfs pull`"):
        small.data(POINTER, name).run()
    with pytest.raises(ImportProblem, match="is a Git LFS pointer"):
        suggest_mapping(small.folder / name)


def test_a_pointer_is_no_mapping(small) -> None:
    small.data("id,drug,n\n1,SSRI,60\n").text = POINTER
    with pytest.raises(
        MappingError, match=r"mapping\.yaml:1:1: The mapping is a Git LFS pointer in place of the file; `git lfs pull`"
    ):
        small.run()
