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


MORE = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
LESS = ("cellIs", 'operator="lessThan"', "<formula>50</formula>")
ALWAYS = ("expression", "", "<formula>$C2&gt;10</formula>")


def conditional(
    code: str, rule: tuple[str, str, str], *, font: str = "", area: str = "D2:D9", newer: bool = False
) -> dict[str, object]:
    """A conditional format, as Excel writes it, or, ``newer``, as it writes those that came later."""
    kind, how, inside = rule
    code = code.replace('"', "&quot;").replace("<", "&lt;")
    look = f"<font>{font}</font>" + (f'<numFmt numFmtId="171" formatCode="{code}"/>' if code else "")
    if newer:
        inside = inside.replace("formula>", "xm:f>")
        after = (
            f'<extLst><ext xmlns:x14="{MORE}"><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="xm"><x14:cfRule type="{kind}" {how}>'
            f"{inside}<x14:dxf>{look}</x14:dxf></x14:cfRule><xm:sqref>{area}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
        )
        return {"after": after}
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs><dxfs><dxf/><dxf>{look}</dxf></dxfs></styleSheet>'
    return {
        "parts": {"xl/styles.xml": styles},
        "after": f'<conditionalFormatting sqref="{area}"><cfRule type="{kind}" dxfId="1" priority="1" {how}>{inside}</cfRule></conditionalFormatting>',
    }


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize(
    ("code", "rule", "more"),
    [
        ("0%", LESS, {}),
        ('"<"0', ALWAYS, {}),
        (";;;", LESS, {"area": "A1:B2 D2:E7"}),
        ("0.0,", ALWAYS, {"area": "D1:D1048576"}),
        ("", LESS, {"font": "<strike/>"}),
        ("", ("iconSet", "", '<iconSet showValue="0"><cfvo type="num" val="1"/></iconSet>'), {}),
    ],
)  # fmt: skip
def test_a_conditional_format_may_show_a_number_otherwise(small, code, rule, more, newer: bool) -> None:
    cells = [HEADER, row("<c><v>20</v></c>"), row("<c><v>70</v></c>")]
    with pytest.raises(ImportProblem) as problem:
        given(small, cells, **conditional(code, rule, newer=newer, **more)).run()
    assert "`D2 (may be shown otherwise by a conditional format)`" in str(problem.value)
    assert ("D3" in str(problem.value)) == (rule is not LESS)


@pytest.mark.parametrize(
    ("code", "rule", "more"),
    [
        ("0.0", ALWAYS, {}),
        ("", ALWAYS, {"font": "<b/>"}),
        (";;;", ("cellIs", 'operator="equal"', "<formula>0</formula>"), {}),
        (";;;", ("cellIs", 'operator="between"', "<formula>9</formula><formula>1</formula>"), {}),
        (";;;", ("containsBlanks", "", "<formula>LEN(TRIM(D2))=0</formula>"), {}),
        (";;;", ALWAYS, {"area": "E2:E9"}),
        ("", ("dataBar", "", '<dataBar><cfvo type="min"/></dataBar>'), {}),
    ],
)  # fmt: skip
def test_a_conditional_format_that_leaves_the_number_what_it_is_is_no_obstacle(small, code, rule, more) -> None:
    given(small, [HEADER, row("<c><v>20</v></c>")], **conditional(code, rule, **more)).run()
    assert small.column("arms", "schedule") == ["20"]


def test_a_percentage_that_stays_one_by_a_conditional_format_is_read_as_one(small) -> None:
    cells = [HEADER, row('<c s="1"><v>0.594</v></c>')]
    given(small, cells, options="percent: of-100", **conditional("0.0%", ALWAYS)).run()
    assert small.column("arms", "schedule") == ["59.4"]
