"""Workbooks written by hand, part by part."""

from __future__ import annotations

import zipfile

__all__ = ["PLAIN", "SHEET", "workbook"]

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'
PLAIN = [["id", "drug", "n", "events", "weeks"], ["1", "SSRI", 60, 30, 6], ["1", "Placebo", 61.5, "", 6]]


RELS = "application/vnd.openxmlformats-package.relationships+xml"


def workbook(path, cells, *, sheets=("Sheet1",), formats="", styles="", before="", after="", extra="", parts=()):
    """A workbook, written by hand: numbers are numbers, texts are inline strings, others are given as XML, and further ``parts``
    replace those of their names.
    """
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
            "xl/worksheets/sheet1.xml": SHEET.format("".join(rows), after).replace("<sheetData>", f"{before}<sheetData>") + extra,
            **dict(parts),
        }.items():
            archive.writestr(name, text)
    return path.read_bytes()
