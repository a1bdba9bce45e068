"""What stands in a sheet is read as it is seen; what is seen as something else, or not at all, is refused or declared."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from registry.importing import ImportProblem, MappingError
from tests.importing.sheets import SHEET, workbook

HEADER = ["id", "drug", "n", "note"]


def given(small, cells, *, options: str = "", field: str = "schedule: note", name: str = "arms.xlsx", **kwargs):
    """The import of a workbook, of which `id`, `drug`, `n` and, as the schedule, `note` are read."""
    small.replace("n_randomised: n", f"n_randomised: n\n      {field}")
    if options:
        small.replace("    origin:", f"    {options}\n    origin:")
    return small.data(workbook(small.folder / name, cells, **kwargs), name)


def row(*note, n=60):
    return ["1", "SSRI", n, *note]


FORMATS = {
    "0%": "percentage",
    "0.0%": "percentage",
    "[h]:mm": "date or time",
    '0.0," thousand"': "in thousands",
    "#,##0,,": "in thousands",
    '"<"0': "as a bound",
    "\\>0": "as a bound",
    ";;;": "not shown as one",
    '"yes";"no"': "not shown as one",
}
PLAIN_FORMATS = (
    "0.00",
    "#,##0",
    "[Red]0.0",
    '0.0"%"',
    "_-* #,##0.0_-",
    "0.00E+00",
    "# ?/?",
    "@",
    '0 "mg/day"',
    "[>1]0.0;0",
    "0;__xdc00_",
    "General",
)


def formatted(code: str) -> dict[str, str]:
    code = code.replace('"', "&quot;").replace("<", "&lt;")
    return {"styles": '<xf numFmtId="170"/>', "formats": f'<numFmt numFmtId="170" formatCode="{code}"/>'}


NUMBER = '<c s="1"><v>0.59399999999999997</v></c>'
ODD = (
    '<c t="e"><v>#REF!</v></c>',
    NUMBER,
    "<c><f>1/0</f></c>",
    '<c t="d"><v>2020-01-01</v></c>',
    '<c t="b"><v>7</v></c>',
    "<c><v>no number</v></c>",
    '<c t="s"><v>99</v></c>',
)


@pytest.mark.parametrize("odd", ODD)
def test_a_column_that_nobody_names_is_no_obstacle(small, odd: str) -> None:
    given(
        small,
        [["id", "drug", "n", "note", "n"], [*row("a"), odd]],
        before='<cols><col min="5" max="5" hidden="1"/></cols>',
        **formatted("0%"),
    )
    small.run()
    assert small.column("arms", "schedule") == ["a"]


@pytest.mark.parametrize(
    "value",
    [
        "schedule: {sql: \"coalesce(note, 'none')\"}",
        'schedule: {template: "{NOTE}"}',
        "schedule: {column: note, map: {a: b}}",
    ],
)
def test_a_column_is_named_by_every_form_of_a_field(small, value: str) -> None:
    header = [*HEADER[:3], "NOTE" if "NOTE" in value else "note"]
    with pytest.raises(ImportProblem, match=r"`D2 \(an error, #REF!\)`"):
        given(small, [header, row(ODD[0])], field=value).run()


@pytest.mark.parametrize("place", ["keep: {where: note <> 'x', reason: none}", "split: [{word: note}]"])
def test_a_column_is_named_by_filters_and_splits(small, place: str) -> None:
    small.replace("  arms:\n    from: arms\n", f"  arms:\n    from: arms\n    {place}\n")
    with pytest.raises(ImportProblem, match=r"`D2 \(an error, #REF!\)`"):
        given(small, [HEADER, row(ODD[0])], field="dose_unit: {value: mg/day}").run()


@pytest.mark.parametrize("use", ["n", "more_n"])
def test_a_joined_columns_name_may_have_its_inputs_before_it(small, use: str) -> None:
    content = workbook(small.folder / "arms.xlsx", [["id", "n"], ["1", ODD[0]]])
    import hashlib

    small.replace("  arms:\n    from: arms\n", "  arms:\n    from: arms\n    join: {input: more, on: [id]}\n")
    small.replace("inputs:\n", f"inputs:\n  more:\n    file: more.xlsx\n    sha256: {hashlib.sha256(content).hexdigest()}\n"
                  '    origin: {url: "https://example.org/arms", licence: CC0-1.0}\n')  # fmt: skip
    (small.folder / "arms.xlsx").rename(small.folder / "more.xlsx")
    given(small, [[*HEADER, "other"], [*row("a"), "b"]], field=f"schedule: {use}")
    with pytest.raises(ImportProblem, match=r"more\.xlsx: .*`B2 \(an error, #REF!\)`"):
        small.run()


def test_the_header_may_be_in_any_row(small) -> None:
    report = given(small, [["A title of the sheet"], [], HEADER, row("a"), [], row("b")], options="header_row: 3").run()
    assert small.column("arms", "schedule") == ["a", "b"]
    assert report.notes == ["arms.xlsx: rows without anything in the columns that the mapping names are passed over: 2"]


def test_a_title_above_the_header_is_said(small) -> None:
    said = r"row 1 of the sheet, `Table 1`, has no column that the mapping names\. Write `header_row: 3` in the input if the header is in row 3"
    with pytest.raises(ImportProblem, match=said):
        given(small, [["Table 1"], ["of two"], HEADER, row("a")]).run()


def test_a_sheet_without_the_columns_named_has_rows(small) -> None:
    with pytest.raises(MappingError, match="There is no column `id` here"):
        given(small, [["trial", "group"], ["1", "SSRI"]]).run()


def test_a_row_keeps_its_number(small) -> None:
    given(small, [["title"], HEADER, row("a"), [], row("b")], options="header_row: 2", field="schedule: _row").run()
    assert small.column("arms", "schedule") == ["1", "3"]


def test_a_header_of_two_rows_is_joined_as_it_is_merged(small) -> None:
    cells = [
        ["title"],
        ["id", "drug", "Response", "", "Baseline", ""],
        ["", "", "n", "N", "n", "SD"],
        ["1", "SSRI", 60, 70, 27.5, 8.25],
    ]
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in ("A1:F1", "A2:A3", "C2:D2", "E2:F2"))
    small.replace("n_randomised: n", "n_randomised: Response n")
    small.replace("label: drug", "label: Baseline SD")
    small.replace("      route:", "      schedule: Baseline n\n      route:")
    small.replace("    origin:", "    header_row: [2, 3]\n    origin:")
    small.data(workbook(small.folder / "arms.xlsx", cells, after=f"<mergeCells>{merged}</mergeCells>"), "arms.xlsx").run()
    assert [small.column("arms", f) for f in ("n_randomised", "label", "schedule")] == [["60"], ["8.25"], ["27.5"]]


def test_of_a_header_of_two_rows_one_is_chosen_and_doubles_go_by_their_place(small) -> None:
    cells = [["", "", "Response", "", "Baseline"], ["id", "drug", "n", "IMPUTED?", "n"], ["1", "SSRI", 60, 0, 27.5]]
    report = given(small, cells, options="header_row: 2", field="schedule: n_5").run()
    assert small.column("arms", "schedule") == ["27.5"]
    assert report.notes == ["arms.xlsx: column 5 has the header `n` and is called `n_5`"]


def test_a_column_without_a_header_has_the_number_that_the_sheet_gives_it(small) -> None:
    cells = [["", *HEADER[:3]], ["x", *row(), "a"]]
    given(small, cells, field="schedule: column_5").run()
    assert small.column("arms", "schedule") == ["a"]
    with pytest.raises(MappingError, match="There is no column `column_7` here"):
        small.replace("column_5", "column_7").run()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("0", "must be the number of a row of the sheet"),
        ("[2, 1]", "or a list of them in order"),
        ("[]", "or a list of them in order"),
        ("two", "must be a whole number"),
        ("7", "row 7 of the sheet, which is to be the header, is empty"),
    ],
)
def test_a_header_that_is_nowhere_is_refused(small, rows: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        given(small, [HEADER, row("a")], options=f"header_row: {rows}").run()


def test_a_formula_is_read_by_the_result_it_was_saved_with(small) -> None:
    cells = [HEADER, row('<c t="str"><f>B2</f><v>a</v></c>', n="<c><f>SUM(1)</f><v>61</v></c>"), row("b")]
    report = given(small, cells).run()
    assert (small.column("arms", "n_randomised"), small.column("arms", "schedule")) == (["61", "60"], ["a", "b"])
    assert report.notes == [
        "arms.xlsx: column `n` has formulas (C2): what they gave when the workbook was saved is read",
        "arms.xlsx: column `note` has formulas (D2): what they gave when the workbook was saved is read",
    ]


@pytest.mark.parametrize("result", ["", "<v/>", "<v></v>", "<v>0</v>"])
def test_a_result_that_no_program_worked_out_is_none(small, result: str) -> None:
    cells = [HEADER, row(f"<c><f>SUM(C2)</f>{result}</c>")]
    book = workbook(small.folder / "arms.xlsx", cells)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        main = archive.read("xl/workbook.xml").decode()
    parts = {"xl/workbook.xml": main.replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>')} if "0" in result else {}
    with pytest.raises(ImportProblem, match=r"`D2 \(a formula without a result\)`.*Open the workbook"):
        given(small, cells, parts=parts).run()


@pytest.mark.parametrize("error", ["#NULL!", "#REF!", "#N/A"])
def test_an_error_is_an_empty_cell_where_the_mapping_says_so(small, error: str) -> None:
    cell = f'<c t="e"><f>A1 B1</f><v>{error}</v></c>'
    given(small, [HEADER, row(cell), row("b")], options=f"missing: ['{error}']").run()
    assert small.column("arms", "schedule") == ["", "b"]
    with pytest.raises(ImportProblem, match=re.escape(f"`D2 (an error, {error})`")):
        small.replace(f"'{error}'", "'#VALUE!'").run()


MERGED = {"after": '<mergeCells><mergeCell ref="D2:D3"/></mergeCells>'}


def test_merged_cells_are_one_value_and_told(small) -> None:
    cells = [HEADER, row("a"), ["1", "Placebo", 61]]
    report = given(small, cells, **MERGED).run()
    assert small.column("arms", "schedule") == ["", "a"]
    assert report.notes[0].startswith(
        "arms.xlsx: merged cells (D2:D3): the first of each has the value and the others are empty;"
    )
    report = small.replace("    origin:", "    merged: repeat\n    origin:").run()
    assert small.column("arms", "schedule") == ["a", "a"]
    assert report.notes == ["arms.xlsx: merged cells (D2:D3): each has the value that is shown"]


def test_a_value_under_a_merged_cell_is_refused(small) -> None:
    with pytest.raises(ImportProblem, match=r"`D3 \(under a merged cell\)`"):
        given(small, [HEADER, row("a"), row("b")], options="merged: repeat", **MERGED).run()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('<row r="3">', '<row r="3" hidden="1">', "row 3"),
        ('<row r="3">', '<row r="3" hidden="true">', "row 3"),
        ('<row r="3">', '<row r="3" ht="0" customHeight="1">', "row 3"),
        ("<sheetData>", '<cols><col min="3" max="4" hidden="1" width="9"/></cols><sheetData>', "column D"),
        ("<sheetData>", '<cols><col min="4" max="4" width="0"/></cols><sheetData>', "column D"),
    ],
)
def test_what_is_hidden_is_refused_unless_it_is_to_be_read(small, old: str, new: str, what: str) -> None:
    workbook(small.folder / "arms.xlsx", [HEADER, row("a"), row("b"), row("c")])
    with zipfile.ZipFile(small.folder / "arms.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    given(small, [], parts={"xl/worksheets/sheet1.xml": sheet.replace(old, new)})
    with pytest.raises(ImportProblem, match=rf"`{what} \(hidden\)`.*hidden: read"):
        small.run()
    assert not small.to.exists()
    report = small.replace("    origin:", "    hidden: read\n    origin:").run()
    assert small.column("arms", "schedule") == ["a", "b", "c"]
    assert [note for note in report.notes if "hidden" in note]


def test_a_hidden_sheet_is_named_as_one(small) -> None:
    book = workbook(small.folder / "arms.xlsx", [HEADER, row("a")], sheets=("one", "two"))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        main = archive.read("xl/workbook.xml").decode().replace('name="two"', 'name="two" state="veryHidden"')
    given(small, [HEADER, row("a")], sheets=("one", "two"), parts={"xl/workbook.xml": main})
    with pytest.raises(ImportProblem, match=r"2 sheets: `one`, `two` \(hidden: `two`\)\. Name one of them"):
        small.run()
    report = small.replace("    origin:", "    sheet: two\n    origin:").run()
    assert report.notes == ["arms.xlsx: the sheet `two` is hidden"]


@pytest.mark.parametrize(("code", "said"), FORMATS.items())
def test_a_number_that_is_shown_as_something_else_is_refused(small, code: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=rf"`D2 \([a-z ]*{said}\)`"):
        given(small, [HEADER, row(NUMBER)], **formatted(code)).run()


@pytest.mark.parametrize("code", PLAIN_FORMATS)
def test_a_number_with_a_plain_format_is_the_number_that_is_stored(small, code: str) -> None:
    given(small, [HEADER, row(NUMBER)], **formatted(code)).run()
    assert small.column("arms", "schedule") == ["0.594"]


@pytest.mark.parametrize(("way", "gives"), [("fraction", "0.594"), ("of-100", "59.4")])
def test_a_percentage_is_read_as_declared(small, way: str, gives: str) -> None:
    given(small, [HEADER, row(NUMBER), row("60.0")], options=f"percent: {way}", **formatted("0.0%")).run()
    assert small.column("arms", "schedule") == sorted([gives, "60.0"])


@pytest.mark.parametrize(
    ("stored", "text"),
    [("60", "60"), ("60.0", "60"), ("5.9399999999999999E1", "59.4"), ("1E-3", "0.001"), ("9007199254740993", "9007199254740993"),
     ("-0.50", "-0.5"), ("1e21", "1" + "0" * 21), (" 7 ", "7"), ("0.1", "0.1"), ("125.99999999999999", "126"), ("59.400000000000006", "59.4"), ("26.100000381469727", "26.1000003814697")],
)  # fmt: skip
def test_a_number_has_the_digits_that_a_spreadsheet_shows(small, stored: str, text: str) -> None:
    given(small, [HEADER, row(f"<c><v>{stored}</v></c>")]).run()
    assert small.column("arms", "schedule") == [text]


def test_the_decimal_sign_is_that_of_texts(small) -> None:
    """A cell that holds a number has no sign of its own, whatever stands beside it in its column."""
    cells = [HEADER, row(59.4), row("40,4"), row(7)]
    given(small, cells, options='decimal: ","', field="dose: note\n      schedule: note").run()
    assert small.column("arms", "dose") == ["59.4", "40.4", "7"]
    assert small.column("arms", "schedule") == ["59,4", "40,4", "7"]


@pytest.mark.parametrize(("written", "read"), [("a_x000D_b", "a\rb"), ("a_xD800_b", "a_xD800_b"), ("a&amp;_x0041_", "a&A")])
def test_characters_that_xml_has_no_place_for(small, written: str, read: str) -> None:
    given(small, [HEADER, row(written)]).run()
    assert f"{read}" in (small.to / "data" / "arms.csv").read_bytes().decode()


def test_texts_that_cells_share_are_joined_of_their_runs(small) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    shared = (
        f'<sst xmlns="{main}"><si/><si><r><t>o</t></r><r><t xml:space="preserve">ne </t></r><rPh><t>spoken</t></rPh></si></sst>'
    )
    rels = (
        f'<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="texts.xml"/></Relationships>'
    )
    note = '<c t="s"><v>1</v></c>'
    given(small, [HEADER, row(note)], parts={"xl/texts.xml": shared, "xl/_rels/workbook.xml.rels": rels}).run()
    assert small.column("arms", "schedule") == ["one "]


def test_a_strict_workbook_is_read(small) -> None:
    book = workbook(small.folder / "arms.xlsx", [HEADER, row("a", n="<c><v>60</v></c>")])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {
            name: archive.read(name)
            .decode()
            .replace("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/")
            .replace("http://schemas.openxmlformats.org/spreadsheetml/2006/", "http://purl.oclc.org/ooxml/spreadsheetml/")
            for name in archive.namelist()
        }
    given(small, [], parts=parts).run()
    assert small.column("arms", "schedule") == ["a"]


def test_the_list_of_the_sheets_may_have_any_name(small) -> None:
    """Some programs write `xl/workbook2.xml`."""
    book = workbook(small.folder / "arms.xlsx", [HEADER, row("a")])
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(to, "w") as other:
        for name in archive.namelist():
            other.writestr(
                name.replace("workbook.xml", "workbook2.xml"), archive.read(name).replace(b"xl/workbook.xml", b"xl/workbook2.xml")
            )
    small.data(to.getvalue(), "arms.xlsx").run()
    assert small.column("arms", "n_randomised") == ["60"]


def archive_of(**parts: str) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return to.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_096


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLD, r"an old Excel \(\.xls\); save it as an Excel workbook"),
        (OLD + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99, "encrypted with a password. Open it, remove the password"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "an old Excel"),
        (b"\xef\xbb\xbf <html><table>", "a page of HTML or XML"),
        (b"id,drug,n\n1,SSRI,60\n", r"it is text\. If it is CSV, end its name with \.csv"),
        (b"", "it is empty"),
        (b"\0\1\2\3", "not a zip file"),
        (archive_of(**{"xl/workbook.bin": "", "[Content_Types].xml": ""}), r"a binary Excel workbook \(\.xlsb\)"),
        (archive_of(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": ""}), r"OpenDocument spreadsheet \(\.ods\)"),
        (archive_of(**{"Index/Document.iwa": ""}), "a Numbers document"),
        (archive_of(**{"data.csv": "a"}), "no list of sheets"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_named_for_what_it_is(small, content: bytes, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        small.data(content, "arms.xlsx").run()


@pytest.mark.parametrize("ending", ["xls", "xlsb", "ods", "numbers"])
def test_a_spreadsheet_of_another_kind_is_answered_with_what_to_do(small, ending: str) -> None:
    with pytest.raises(MappingError, match=rf"arms\.{ending}`.*Save it as an Excel workbook \(\.xlsx\)"):
        small.data(b"x", f"arms.{ending}").run()


def test_a_workbook_with_macros_is_a_workbook(small) -> None:
    given(small, [HEADER, row("a")], name="arms.xlsm").run()
    assert small.column("arms", "schedule") == ["a"]


@pytest.mark.parametrize(
    ("option", "said"),
    [("percent: yes", "percent is `yes`"), ("hidden: drop", "hidden is `drop`"), ("merged: fill", "merged is `fill`")],
)
def test_a_way_of_reading_that_there_is_not_is_refused(small, option: str, said: str) -> None:
    with pytest.raises(MappingError, match=f"{said}. It must be one of:"):
        given(small, [HEADER, row("a")], options=option).run()


def test_cells_are_counted_in_the_columns_that_are_read(small, monkeypatch) -> None:
    monkeypatch.setattr("registry.importing.spreadsheet.MOST_CELLS_OF_SHEET", 12)
    given(small, [[*HEADER, "e", "f"], *([*row("a"), "x", "y"] for _ in range(3))]).run()
    with pytest.raises(ImportProblem, match="by row 5 the sheet has 16 cells in the columns that the mapping names; at most 12"):
        small.replace(small.text.split("sha256: ")[1][:64], "SHA256").data(
            workbook(small.folder / "arms.xlsx", [HEADER, *(row("a") for _ in range(4))]), "arms.xlsx"
        ).run()


def test_a_far_cell_in_a_column_that_nobody_names_is_no_obstacle(small) -> None:
    body = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{at}{n}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in zip("ABCD", cells, strict=True))
        + "</row>"
        for n, cells in ((1, HEADER), (2, ["1", "SSRI", "60", "a"]))
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    given(small, [], parts={"xl/worksheets/sheet1.xml": SHEET.format(body + far, "")}).run()
    assert small.column("arms", "schedule") == ["a"]


def test_lists_in_a_column_of_parquet_that_nobody_names_are_no_obstacle(small, tmp_path) -> None:
    import polars as pl

    pl.DataFrame({"id": ["1"], "drug": ["SSRI"], "n": [75.0], "more": [[1]]}).write_parquet(tmp_path / "arms.parquet")
    small.data((tmp_path / "arms.parquet").read_bytes(), "arms.parquet").run()
    assert small.column("arms", "n_randomised") == ["75"]


def test_a_name_in_a_parquet_file_that_is_no_text_is_the_files_fault(small, tmp_path) -> None:
    import polars as pl

    pl.DataFrame({"id": ["1"], "drug": ["SSRI"], "n": [75.0], "zzzz": ["a"]}).write_parquet(tmp_path / "arms.parquet")
    with pytest.raises(ImportProblem, match=r"can't be read as Parquet: .*can't decode byte 0xf9|[Cc]ouldn't|[Ii]nvalid"):
        small.data((tmp_path / "arms.parquet").read_bytes().replace(b"zzzz", b"zz\xf9z"), "arms.parquet").run()
