"""Workbooks whose cells, parts and archives are spoilt, and Parquet files whose bytes are."""

from __future__ import annotations

import io
import random
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from tests.fuzz.imports import imported
from tests.fuzz.spoiling import spoil_bytes
from tests.importing.conftest import MAPPING

COUNT = 1_000
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ("id", "drug", "n", "weeks")


@dataclass(frozen=True)
class Case:
    """The bytes of an original, its name, and whether it must be refused."""

    name: str
    content: bytes
    refused: bool = False


def cases(seed: int, count: int) -> Iterator[Case]:
    """Most have one or two things wrong with their cells, others with their parts or with the archive; one in eight is a Parquet file."""
    for number in range(count):
        rng = random.Random(f"{seed} workbook {number}")
        if rng.random() < 0.125:
            content = parquet()
            for _ in range(rng.choice([1, 1, 3])):
                content = spoil_bytes(rng, content)
            yield Case("arms.parquet", content)
        else:
            yield rng.choice([_cells, _cells, _cells, _parts, _archive])(rng)


def check(case: Case) -> str:
    """The package or a problem; and a problem, where one is due."""
    return imported(MAPPING.replace("arms.csv", case.name).encode(), case.name, case.content, refused=case.refused)


@cache
def parquet() -> bytes:
    """Made by one thread: this process is to be forked."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        path = Path(folder) / "arms.parquet"
        connection.execute(
            "COPY (FROM (VALUES ('1', 'SSRI', 60, 6e0), ('1', 'Placebo', 61, 0.1), ('2', 'SSRI', NULL, -1e300)) AS t (id, drug, n, weeks))"
            f" TO '{path}' (FORMAT parquet)"
        )
        return path.read_bytes()


def _cell(at: str | None, value: str | int | float, attributes: str = "") -> str:
    where = "" if at is None else f' r="{at}"'
    if isinstance(value, str):
        return f'<c{where} t="inlineStr"{attributes}><is><t>{value}</t></is></c>'
    return f"<c{where}{attributes}><v>{value}</v></c>"


def _row(number: int, values: tuple[str | int | float, ...]) -> list[str]:
    return [_cell(f"{letter}{number}", value) for letter, value in zip("ABCD", values, strict=True)]


def _rows() -> list[list[str]]:
    return [_row(1, HEADER), _row(2, ("1", "SSRI", 60, 6)), _row(3, ("1", "Placebo", 61.5, 6)), _row(4, ("2", "SSRI", 1e21, 0.1))]


def _sheet(rows: list[list[str]], *, after: str = "", begin: str = "") -> str:
    inner = "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(rows, 1))
    return f'{begin}<worksheet xmlns="{MAIN}"><sheetData>{inner}</sheetData>{after}</worksheet>'


def _book(sheet: str) -> dict[str, str]:
    """The parts of a workbook."""
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/><Relationship Id="r3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>SSRI</t></si><si><r><t>Pla</t></r><r><t>cebo</t></r></si><si/></sst>',
        "xl/worksheets/sheet1.xml": sheet,
    }


def _packed(parts: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)  # whose time isn't now
    return to.getvalue()


REFERENCES = (
    "",
    "a1",
    "A0",
    "A-1",
    "-A1",
    "1A",
    "A",
    "1",
    "XFE1",
    "A1048577",
    "ZZZZZZZZZ99999999999999",
    "A1:B2",
    "$A$1",
    "A1 ",
    "Ä1",
    "R1C1",
    "A01",
)
REFUSED = (
    '<c r="{at}"><f>1+1</f></c>',
    '<c r="{at}"><f t="shared" si="0"/><v/></c>',
    '<c r="{at}" t="e"><v>#N/A</v></c>',
    '<c r="{at}" t="d"><v>2020-01-01</v></c>',
    '<c r="{at}" s="1"><v>43831</v></c>',
    '<c r="{at}" s="2"><v>0.5</v></c>',
)
ODD = (
    '<c r="{at}"><f>1+1</f><v>2</v></c>',
    '<c r="{at}" t="s"><v>0</v></c>',
    '<c r="{at}" t="s"><v>1</v></c>',
    '<c r="{at}" t="s"><v>2</v></c>',
    '<c r="{at}" t="s"><v>3</v></c>',
    '<c r="{at}" t="s"><v>-1</v></c>',
    '<c r="{at}" t="s"><v>x</v></c>',
    '<c r="{at}" t="s"/>',
    '<c r="{at}" t="b"><v>1</v></c>',
    '<c r="{at}" t="b"><v>x</v></c>',
    '<c r="{at}" t="nonsense"><v>1</v></c>',
    '<c r="{at}" t="str"><v>text</v></c>',
    '<c r="{at}" s="99"><v>1</v></c>',
    '<c r="{at}" s="-1"><v>1</v></c>',
    '<c r="{at}"><v>1e999</v></c>',
    '<c r="{at}"><v>NaN</v></c>',
    '<c r="{at}"><v></v></c>',
    '<c r="{at}"><v>1</v><v>2</v></c>',
    '<c r="{at}" t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>_x000D_&#10;&amp;</t></is></c>',
    '<c r="{at}"><v>&#x31;</v></c>',
    '<c r="{at}"><c r="{at}"><v>1</v></c></c>',
    "<row/>",
    "<!-- {at} -->",
)


def _cells(rng: random.Random) -> Case:
    rows, refused = _rows(), False
    changes = rng.choice([1, 1, 2])
    for _ in range(changes):
        row = rng.randrange(len(rows))
        column = rng.randrange(len(rows[row])) if rows[row] else 0
        at = f"{'ABCD'[column % 4]}{row + 1}"
        way = rng.choice(["refused", "reference", "odd", "odd", "odd", "order", "far", "many", "none"])
        if way == "refused":
            rows[row][column : column + 1] = [rng.choice(REFUSED).format(at=at)]
            refused = row > 0 and column < 3  # the header is taken as it is, and no mapping names the fourth column
        elif way == "reference":
            reference = rng.choice(REFERENCES)
            rows[row][column : column + 1], refused = [_cell(reference, "x")], True
        elif way == "odd":
            rows[row][column : column + 1] = [rng.choice(ODD).format(at=at)]
        elif way == "order" and len(rows[row]) > 1:
            rows[row].reverse()
            refused = True
        elif way == "far":
            rows[row].append(_cell(f"{rng.choice(['E', 'ZZ', 'XFD'])}{row + 1}", "x"))
        elif way == "many":
            rows += [[] for _ in range(rng.choice([10, 100_000]))] + [[_cell(None, "1"), _cell(None, "SSRI")]]
        else:
            rows[row] = [cell.replace(f' r="{letter}{row + 1}"', "") for letter, cell in zip("ABCD", rows[row], strict=False)]
    # of two changes, the second may take back what the first did
    return Case("arms.xlsx", _packed(_book(_sheet(rows))), refused and changes == 1)


def _parts(rng: random.Random) -> Case:
    parts: dict[str, str | bytes] = {**_book(_sheet(_rows()))}
    name = rng.choice(list(parts))
    way = rng.choice(["bytes", "bytes", "gone", "dtd", "twice", "case", "bomb", "merged"])
    refused = way in {"dtd", "twice", "case"} and not name.startswith("_rels")
    if way == "bytes":
        parts[name] = spoil_bytes(rng, str(parts[name]).encode())
    elif way == "gone":
        del parts[name]
    elif way == "dtd":
        parts[name] = '<!DOCTYPE x [<!ENTITY a "SSRI">]>' + str(parts[name])
    elif way == "merged":
        parts["xl/worksheets/sheet1.xml"] = _sheet(_rows(), after='<mergeCells><mergeCell ref="A2:B2"/></mergeCells>')
        refused = True
    elif way == "bomb":
        space = " " * rng.choice([10**6, 3 * 10**7])
        parts[name] = f"{parts[name]}{space}"
    else:
        to = io.BytesIO(_packed(parts))
        with warnings.catch_warnings(), zipfile.ZipFile(to, "a") as archive:
            warnings.simplefilter("ignore")
            archive.writestr(zipfile.ZipInfo(name if way == "twice" else name.upper()), "<x/>")
        return Case("arms.xlsx", to.getvalue(), refused=True)
    return Case("arms.xlsx", _packed(parts), refused)


def _archive(rng: random.Random) -> Case:
    """A field of the archive's directory is changed, or any byte of it, which aren't checked by a hash where nothing is packed."""
    content = bytearray(_packed({**_book(_sheet(_rows()))}, compression=rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
    entries = [at for at in range(len(content)) if content[at : at + 4] == b"PK\x01\x02"]
    for _ in range(rng.choice([1, 1, 2, 4])):
        if rng.random() < 0.6:
            at = rng.choice(entries) + rng.choice([6, 8, 10, 16, 20, 24, 28, 30, 32, 38, 42])
            content[at : at + 2] = rng.choice([b"\0\0", b"\x01\0", b"\xff\xff", b"\x0c\0", rng.randbytes(2)])
        else:
            content[:] = spoil_bytes(rng, bytes(content))
            entries = [at for at in range(len(content)) if content[at : at + 4] == b"PK\x01\x02"] or [0]
    return Case("arms.xlsx", bytes(content))
