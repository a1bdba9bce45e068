"""A figure in a sheet is the one that somebody sees: not one with a footnote's mark in it, nor one that its format shows otherwise."""

from __future__ import annotations

import pytest

from registry.importing import ImportProblem
from tests.importing.sheets import workbook
from tests.importing.test_workbooks import HEADER, formatted, given, row

SIGNS, UNSIGNED, UNSHOWN = "shown with other signs than are stored", "may be shown without its sign", "a number not shown as one"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def styled(number: str) -> str:
    return f'<c s="1"><v>{number}</v></c>'


def runs(*parts: tuple[str, str]) -> str:
    """The runs of a text, with the properties of each."""
    return "".join(f"<r><rPr>{properties}</rPr><t>{text}</t></r>" for text, properties in parts)


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        *((number, code, SIGNS)
          for number in ("20", "0.5")
          for code in ("-0.0", '"-"0.0', "\\10", '"1"0', '0"5"', "0\\5", '0"k"', '0" of 50"', '"~"0', '0"*"', '0"†"', '0"."0', "*-0", "[$5]0", "[$~-409]0", '0"a"', '0" thousand"', '0"²"', "0%%")),
        ("20", '[>100]0;"few"', UNSHOWN), ("200", '[>100]0"!";0', SIGNS), ("-5", '[>100]0;0', UNSIGNED),
        ("-5", "0.0;0.0", UNSIGNED), ("-5", "0;[Red]0", UNSIGNED), ("-5", '0;"fall "0', UNSIGNED), ("-5", '0;-0"k"', SIGNS), ("-5", '0;(0"k")', SIGNS),
        ("0", "0;-0;;@", UNSHOWN), ("0", '0;-0;"-"', UNSHOWN), ("0", '0;-0;"5"', UNSHOWN), ("0", '0;-0;0"*"', SIGNS),
        ("20", '"<"0%', "a number shown as a bound"), ("0.5", '"-"0%', SIGNS),
    ],
)  # fmt: skip
def test_a_number_that_its_format_shows_otherwise_is_refused(small, number: str, code: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=rf"`D2 \([a-z ]*{said}\)`"):
        given(small, [HEADER, row(styled(number))], options="percent: fraction", **formatted(code)).run()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("-5", "0.0"), ("-5", "0;-0"), ("-5", "0_);(0)"), ("-5", "0.0_);[Red]\\(0.0\\)"), ("-5", '_-* 0_-;"-"* 0_-;_-* "-"_-'), ("5", "0;[Red]0"),
        ("0", "0;-0;0"), ("0", '0;-0;"0"'), ("0", "0;-0"), ("5", "0;-0;;@"), ("5", "(0.0)"), ("5", '0.0" mg"'), ("5", '0"mg/kg"'), ("5", '0 "weeks"'),
        ("5", "[$€-407]0.00"), ("5", "[$-409]0.0"), ("5", "# ##0"), ("5", "[Red]"), ("5", "0E+0"), ("5", "0\\%"), ("-5", '0;\\-0"%"'),
    ],
)  # fmt: skip
def test_a_format_that_leaves_the_number_what_it_is_is_no_obstacle(small, number: str, code: str) -> None:
    given(small, [HEADER, row(styled(number))], **formatted(code)).run()
    assert small.column("arms", "schedule") == [number]


@pytest.mark.parametrize(("code", "said"), [(";;;", SIGNS), ('0;-0;0;"<"@', SIGNS), ('@"*"', SIGNS), ("0;-0;;@", ""), ("@", "")])
def test_a_text_is_shown_by_its_format_too(small, code: str, said: str) -> None:
    given(small, [HEADER, row('<c s="1" t="inlineStr"><is><t>20</t></is></c>')], **formatted(code))
    if said:
        with pytest.raises(ImportProblem, match=rf"`D2 \({said}\)`"):
            small.run()
    else:
        small.run()
        assert small.column("arms", "schedule") == ["20"]


@pytest.mark.parametrize(
    "parts",
    [
        [("20", ""), ("2", '<vertAlign val="superscript"/>')],
        [("20", "<b/>"), ("1", '<sz val="8"/><vertAlign val="subscript"/>')],
        [("2", "<strike/>"), ("20", "")],
        [("20", '<strike val="1"/>')],
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_a_mark_is_no_digit_of_the_number(small, parts, shared: bool) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        f'<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="texts.xml"/></Relationships>'
    )
    texts = {"xl/texts.xml": f'<sst xmlns="{MAIN}"><si/><si>{runs(*parts)}</si></sst>', "xl/_rels/workbook.xml.rels": rels}
    cell = '<c t="s"><v>1</v></c>' if shared else f'<c t="inlineStr"><is>{runs(*parts)}</is></c>'
    with pytest.raises(ImportProblem, match=r"`D2 \(raised, lowered or struck out, in whole or part\)`\. A footnote's mark"):
        given(small, [HEADER, row(cell)], parts=texts if shared else ()).run()


@pytest.mark.parametrize(
    "parts", [[("2", "<b/>"), ("0", '<strike val="0"/><vertAlign val="baseline"/>')], [("20", ""), (" ", "<strike/>")]]
)
def test_a_run_that_is_no_mark_is_a_part_of_the_text(small, parts) -> None:
    given(small, [HEADER, row(f'<c t="inlineStr"><is>{runs(*parts)}</is></c>'), row("b")]).run()
    assert [text.strip() for text in small.column("arms", "schedule")] == ["20", "b"]


@pytest.mark.parametrize("font", ["<strike/>", '<vertAlign val="superscript"/>'])
def test_a_cell_that_is_struck_out_is_refused(small, font: str) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts><font><sz val="9"/></font><font>{font}</font></fonts>'
        '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
    )
    with pytest.raises(ImportProblem, match=r"`D2 \(raised, lowered or struck out, in whole or part\)`"):
        given(small, [HEADER, row(styled("20"))], parts={"xl/styles.xml": styles}).run()


def test_a_mark_in_a_heading_or_a_column_that_nobody_names_is_no_obstacle(small) -> None:
    marked = f'<c t="inlineStr"><is>{runs(("no", ""), ("te", "<vertAlign val=&quot;superscript&quot;/>"))}</is></c>'.replace(
        "&quot;", '"'
    )
    cells = [[*HEADER[:3], marked, "more"], [*row("a"), marked]]
    given(small, cells).run()
    assert small.column("arms", "schedule") == ["a"]
    assert workbook(small.folder / "again.xlsx", cells)
