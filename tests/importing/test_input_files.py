"""What is read is what stands in the file; what can't be read is told without a traceback."""

from __future__ import annotations

import zipfile

import pytest

from registry.importing import ImportProblem, MappingError, OutOfReachError, import_package

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'
PLAIN = [["id", "drug", "n", "events", "weeks"], ["1", "SSRI", 60, 30, 6], ["1", "Placebo", 61.5, "", 6]]


RELS = "application/vnd.openxmlformats-package.relationships+xml"


def workbook(path, cells, *, sheets=("Sheet1",), formats="", styles="", after="", extra=""):
    """A workbook, written by hand: numbers are numbers, texts are inline strings, others are given as XML."""
    rows = []
    for number, row in enumerate(cells, 1):
        xml = ""
        for letter, value in zip("ABCDEFGH", row, strict=False):
            at = f'r="{letter}{number}"'
            if isinstance(value, str) and value.startswith("<"):
                xml += value.replace("<c", f"<c {at}", 1)
            elif isinstance(value, str):
                xml += f'<c {at} t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
            else:
                xml += f"<c {at}><v>{value}</v></c>"
        rows.append(f'<row r="{number}">{xml}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="{s}" sheetId="{n}" r:id="r{n}"/>' for n, s in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>' for n, _ in enumerate(sheets, 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="' + RELS + '"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'{related}<Relationship Id="r99" Type="{office}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts>{formats}</numFmts>'
            f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": SHEET.format("".join(rows), after) + extra,
        }.items():
            archive.writestr(name, text)
    return path.read_bytes()


def test_digits_are_carried_over(small) -> None:
    small.data("id,drug,n,events,weeks\n1,SSRI,075.00,60.0,0.10\n")
    small.replace("label: drug", "label: weeks").replace("label: id", "label: events").run()
    assert small.column("arms", "label") == ["0.10"]
    assert small.column("studies", "label") == ["60.0"]
    assert small.column("arms", "n_randomised") == ["075"]


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
    assert small.rows("arms")[1] == "s1,SSRI,SSRI,ssri.unspecified,unstated,unstated,7.50,,,,,,,,,"


def test_a_text_field_keeps_its_comma_and_a_point_among_commas_is_no_guess(small) -> None:
    small.replace("    origin:", '    decimal: ","\n    delimiter: ";"\n    origin:')
    small.replace("label: drug", "label: dose").replace("n_randomised: n", "dose: dose")
    small.data("id;drug;dose\n1;SSRI;7,50\n").run()
    assert (small.column("arms", "label"), small.column("arms", "dose")) == (["7,50"], ["7.50"])
    old = (small.folder / "mapping.yaml").read_text().split("sha256: ")[1][:64]
    small.replace(old, "SHA256").data("id;drug;dose\n1;SSRI;1.750\n")
    with pytest.raises(MappingError, match=r"`dose` is `1.750` in row 1. .* a point is a riddle"):
        small.run()


def test_missing_texts_are_empty_and_quoted_line_ends_stay(small) -> None:
    small.replace("    origin:", "    missing: [NA, '-9']\n    origin:").replace(
        "n_randomised: n", "n_randomised: n\n      schedule: note"
    )
    small.data('id,drug,n,note\n1,SSRI,NA,"two\nlines, ""quoted"""\n1,Placebo,-9,""\n').run()
    assert small.column("arms", "n_randomised") == ["", ""]
    assert small.column("arms", "schedule") == ["", 'two\nlines, "quoted"']


def test_columns_without_a_name_of_their_own_get_one(small) -> None:
    small.replace("label: drug", "label: n_4").replace("n_randomised: n", "schedule: column_1")
    report = small.data(",id,drug,n,N,_x\n7,1,SSRI,60,b,c\n".replace("n,N", "n,n")).replace("n_4", "n_5").run()
    assert small.rows("arms")[1].startswith("s1,SSRI,b,ssri.unspecified,unstated,unstated,,,,7")
    assert report.notes == [
        "arms.csv: column 1 is headed by nothing and is called `column_1`",
        "arms.csv: column 5 is headed `n` and is called `n_5`",
        "arms.csv: column 6 is headed `_x` and is called `column_6`",
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
    with pytest.raises(MappingError, match=rf":10:15: .*arms\.csv`: the file isn't {encoding}: it holds U\+D800"):
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
        ("<c><f>1+1</f><v>2</v></c>", {}, r"`C2 \(a formula\)`"),
        ('<c t="e"><v>#N/A</v></c>', {}, r"`C2 \(an error\)`"),
        ('<c t="d"><v>2020-01-01</v></c>', {}, r"`C2 \(a date\)`"),
        (DATE, {"styles": '<xf numFmtId="14"/>'}, r"`C2 \(a date\)`"),
        (
            DATE,
            {"styles": '<xf numFmtId="165"/>', "formats": '<numFmt numFmtId="165" formatCode="dd/mm/yy"/>'},
            "a date",
        ),
        (60, {"after": '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'}, r"`A1:B1 \(merged\)`"),
        (60, {"sheets": ("one", "two")}, "2 sheets: `one`, `two`. Name one"),
        (60, {"extra": "<"}, "can't be read as an XLSX"),
    ],
)
def test_what_a_workbook_does_not_say_plainly_is_refused(small, cell, kwargs, said: str) -> None:
    cells = [PLAIN[0], ["1", "SSRI", cell, 30, 6]]
    small.data(workbook(small.folder / "arms.xlsx", cells, **kwargs), "arms.xlsx")
    with pytest.raises(ImportProblem, match=said):
        small.run()


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
    with pytest.raises(ImportProblem, match="`id` hold lists"):
        small.data((tmp_path / "arms.parquet").read_bytes(), "arms.parquet").run()


def test_files_are_found_and_held_to_their_names(small, tmp_path) -> None:
    small.run()
    mapping = tmp_path / "mapping.yaml"
    renamed = tmp_path / "download (1).csv"
    renamed.write_bytes((tmp_path / "arms.csv").read_bytes())
    import_package([renamed], mapping, small.to)  # one file for one input: its hash says that it is the right one
    with pytest.raises(ImportProblem, match="no such file"):
        import_package([tmp_path / "none.csv"], mapping, small.to)
    with pytest.raises(ImportProblem, match="names no input of this name"):
        import_package([renamed, tmp_path / "arms.csv"], mapping, small.to)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MappingError, match=r"needs the file `arms\.csv`"):
        import_package([tmp_path / "empty"], mapping, small.to)


def test_what_is_over_the_memory_is_said(small, monkeypatch) -> None:
    monkeypatch.setattr("registry.importing.bounds.MOST_MEMORY", "1MB")
    with pytest.raises(OutOfReachError, match="needs more memory"):
        small.data("id,drug,n\n" + "1,SSRI,60\n" * 100_000).run()
