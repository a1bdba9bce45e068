"""A workbook to fill in: what is in it, and what comes of it, cell by cell."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from schemas.tables import TABLES
from schemas.vocabulary import terms
from tests.cli.invoking import outcomes
from tests.entry.filling import TRIAL, changed, fill

ASKED = ("--licence", "CC-BY-4.0", "--title", "A trial", "--contributor", "A. Reader", "--contributor", "B. Reader")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry without packages, and a workbook for one."""
    root = tmp_path_factory.mktemp("registry")
    done = outcomes("init", "my-trial", "--xlsx", *ASKED, cwd=root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def place(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "registry"))


def taken(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return outcomes("import", "my-trial.xlsx", *words, cwd=place)


def with_cell(table: str, row: int, column: str, value: str) -> dict[str, list[dict[str, str]]]:
    tables = copy.deepcopy(TRIAL)
    tables[table][row][column] = value
    return tables


def data(place: Path, table: str) -> str:
    return (place / "datapackages" / "my-trial" / "data" / f"{table}.csv").read_text(encoding="utf-8")


def parts(book: Path) -> dict[str, str]:
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_each_table_has_a_sheet_with_its_columns_and_notes(place: Path) -> None:
    held = parts(place / "my-trial.xlsx")
    sheets = re.findall(r'<sheet name="([^"]+)"([^/]*)/>', held["xl/workbook.xml"])
    assert [name for name, _ in sheets] == ["package", "sources", "studies", "arms", "outcomes", "words", "vocabulary"]
    assert [name for name, more in sheets if "hidden" in more] == ["vocabulary"]
    texts = held["xl/sharedStrings.xml"]
    notes = "".join(text for name, text in held.items() if "comments" in name)
    for table in ("sources", "studies", "arms", "outcomes"):
        for f in TABLES[table].fields():
            assert f"{f.name}{' *' if f.required else ''}" in texts
            assert f.title in notes
    assert "A trial" in texts
    assert "A. Reader; B. Reader" in texts


def test_words_are_chosen_from_lists(place: Path) -> None:
    held = parts(place / "my-trial.xlsx")
    (lists,) = (text for name, text in held.items() if name.endswith("sheet7.xml"))
    texts = re.findall(r"<si><t[^>]*>([^<]*)</t>", held["xl/sharedStrings.xml"])
    sheet = held["xl/worksheets/sheet5.xml"]
    column = 1 + [f.name for f in TABLES["outcomes"].fields()].index("definition_id")
    letter = chr(ord("A") + column - 1)
    source = re.search(rf'sqref="{letter}2:{letter}1001"[^>]*>(?:(?!</dataValidation>).)*<formula1>([^<]*)', sheet)
    assert source is not None
    first, last = re.fullmatch(r"vocabulary!\$[A-Z]+\$2:\$([A-Z]+)\$([0-9]+)", source[1]).groups()
    listed = [texts[int(n)] for n in re.findall(rf'<c r="{first}[0-9]+" t="s"><v>([0-9]+)</v>', lists)][1:]
    assert listed == list(terms("definitions"))
    assert len(listed) == int(last) - 1
    assert "studies!$A$2:$A$1001" in sheet  # a study is one of those entered
    assert "arms!$B$2:$B$1001" in sheet


def test_a_filled_workbook_is_a_valid_package(place: Path) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    done = taken(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Made datapackages/my-trial: 1 source, 1 study, 2 arms, 2 outcomes\n")
    assert ",60.0," in data(place, "outcomes")
    assert data(place, "studies").splitlines()[1].startswith("007,Smith 2020,NCT01234567,")
    assert outcomes("validate", cwd=place).returncode == 0
    descriptor = (place / "datapackages" / "my-trial" / "datapackage.json").read_text(encoding="utf-8")
    assert '"title": "A. Reader"' in descriptor
    assert '"title": "B. Reader"' in descriptor
    assert '"name": "CC-BY-4.0"' in descriptor


def test_its_package_goes_to_a_folder_of_its_name_in_the_registry_that_is_named(place: Path, tmp_path: Path) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "my-trial").mkdir()
    book = str(place / "my-trial.xlsx")
    done = outcomes("import", book, "--to", "other", "--root", str(place), cwd=elsewhere)
    assert (done.returncode, "the package's name is `my-trial`, and its folder must have the same" in done.stderr) == (2, True)
    assert "nowhere is not a registry" in outcomes("import", book, "--to", "other", "--root", "nowhere", cwd=elsewhere).stderr
    for words in ((), ("--to", "my-trial")):
        done = outcomes("import", book, *words, "--root", str(place), cwd=elsewhere)
        made = place / "datapackages" / "my-trial"
        assert (done.returncode, f"`outcomes validate {made}` says more" in done.stdout) == (0, True), done.stderr
        shutil.rmtree(made)
    assert outcomes("import", book, cwd=elsewhere).returncode == 2, "there is no registry here"


NUMBER = "<c><v>{}</v></c>"
DATE = '<c s="{date}"><v>45293</v></c>'
PERCENT = '<c s="{percent}"><v>0.6</v></c>'


def dated(xml: str) -> str:
    """Styles with two more at the end, of a date and of a percentage."""
    return re.sub(
        r"</cellXfs>", '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs>', xml
    )


@pytest.mark.parametrize(
    ("table", "column", "cell", "said"),
    [
        ("outcomes", "percent_reported", NUMBER.format(60), r"\(J2\): it is stored as the number 60, which has no zeros at the end. Format"),
        ("outcomes", "percent_reported", "60,0", r"\(J2\): `percent_reported` is '60,0'"),
        ("outcomes", "percent_reported", "60%", r"\(J2\): .*without the % sign, here 60"),
        ("outcomes", "percent_reported", PERCENT, r"\(J2\): it is a percentage: the cell holds 0.6"),
        ("outcomes", "events", "<c><f>SUM(1,2)</f><v>24</v></c>", r"\(I2\): it has a formula"),
        ("outcomes", "events", '<c t="e"><v>#REF!</v></c>', r"\(I2\): it has the error #REF!"),
        ("outcomes", "events", DATE, r"\(I2\): the spreadsheet program made a date or a time of what was typed \(the number 45293\)"),
        ("outcomes", "events", '<c t="inlineStr"><is><r><t>24</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></is></c>',
         r"\(I2\): it is raised, lowered or struck out, in whole or part: the cell holds '241'"),
        ("outcomes", "events", NUMBER.format(24.5), r"\(I2\): `events` is '24.5'"),
        ("outcomes", "events", "2 4", r"\(I2\): `events` is '2 4'"),
        ("outcomes", "definition_id", "remission", r"\(C2\): `definition_id` is 'remission', which isn't a term"),
        ("outcomes", "analysis_set", "", r"\(F2\): "),
        ("outcomes", "study_id", "008", r"sheet `outcomes`, row 2"),
        ("outcomes", "study_id", NUMBER.format(7), r"\(A2\): it is stored as the number 7, which has no zeros at the beginning"),
        ("outcomes", "source_locator", DATE, r"\(M2\): the spreadsheet program made a date"),
        ("outcomes", "source_locator", NUMBER.format(1.5), r"\(M2\): it is stored as the number 1.5, and must be words"),
        ("outcomes", "source_locator", '<c t="b"><v>1</v></c>', r"\(M2\): the spreadsheet program made TRUE of what was typed"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_taken_is_named_by_its_place(place: Path, table: str, column: str, cell: str, said: str) -> None:
    styles = parts(place / "my-trial.xlsx")["xl/styles.xml"]
    count = len(re.findall(r"<xf ", re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)[0]))
    fill(
        place / "my-trial.xlsx",
        with_cell(table, 0, column, cell.replace("{date}", str(count)).replace("{percent}", str(count + 1))),
    )
    changed(place / "my-trial.xlsx", {"styles": dated})
    done = taken(place)
    assert done.returncode == 1, done.stdout
    assert re.search(rf"my-trial\.xlsx: .*sheet `{table}`, row 2.*", done.stderr)
    assert re.search(said, done.stderr), done.stderr
    assert "?." not in done.stderr
    assert list((place / "datapackages").iterdir()) == []


def test_a_date_in_a_column_of_dates_is_its_day(place: Path) -> None:
    styles = parts(place / "my-trial.xlsx")["xl/styles.xml"]
    count = len(re.findall(r"<xf ", re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)[0]))
    fill(place / "my-trial.xlsx", with_cell("sources", 0, "checked_on", f'<c s="{count}"><v>43831</v></c>'))
    changed(place / "my-trial.xlsx", {"styles": dated})
    assert taken(place).returncode == 0
    assert ",2020-01-01,\n" in data(place, "sources")
    changed(place / "my-trial.xlsx", {"workbook": lambda xml: xml.replace("<workbookPr ", '<workbookPr date1904="1" ')})
    assert taken(place).returncode == 0
    assert ",2024-01-02,\n" in data(place, "sources")


def test_what_is_typed_in_other_words_for_the_same_is_taken(place: Path) -> None:
    tables = with_cell("studies", 0, "randomised", "TRUE")
    tables["outcomes"][0] |= {"events": NUMBER.format(24), "percent_reported": " 60.0 ", "timepoint_days": NUMBER.format(56)}
    tables["studies"][0]["label"] = NUMBER.format(2020)
    fill(place / "my-trial.xlsx", tables)
    done = taken(place)
    assert done.returncode == 0, done.stderr
    assert data(place, "studies").splitlines()[1].startswith("007,2020,")
    assert "40,24,60.0,reported" in data(place, "outcomes")


def test_findings_about_figures_are_told_by_the_workbooks_rows(place: Path) -> None:
    """The package is written: a draft may be wrong. Its rows are in another order than the workbook's."""
    fill(place / "my-trial.xlsx", with_cell("outcomes", 0, "percent_reported", "62.5"))
    done = taken(place)
    assert done.returncode == 1
    assert "error[OUT003] sheet `outcomes`, row 2, column `percent_reported` (J2): `percent_reported` (62.5)" in done.stdout
    assert "invalid  my-trial" in done.stdout
    assert data(place, "outcomes").splitlines()[2].startswith("007,sertraline")


def head(name: str, to: str):
    return lambda xml: xml.replace(name, to)


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("arms", lambda xml: xml.replace('<row r="2">', '<row r="2" hidden="1">'), r"sheet `arms`, row 2 \(A2\): the row is hidden"),
        ("arms", lambda xml: xml.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="C2:C3"/></mergeCells>'), "cells are merged"),
        ("arms", lambda xml: xml.replace('<cols><col min="3" max="3" ', '<cols><col min="3" max="3" hidden="1" '), "the column is hidden"),
        ("arms", lambda xml: xml.replace("</row></sheetData>", '<c r="Z3"><v>1</v></c></row></sheetData>'), r"\(Z3\): the column has no heading"),
        ("arms", lambda xml: xml.replace('<c r="B1"', '<c r="B1" t="inlineStr"><is><t>aim_id</t></is></c><c r="B1x"', 1), "can't be read|no column `aim_id`"),
    ],
)  # fmt: skip
def test_what_nobody_sees_or_knows_is_refused(place: Path, table: str, change, said: str) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    before = parts(place / "my-trial.xlsx")
    if "hidden" in said and "column" in said:
        change = hidden_column
    changed(place / "my-trial.xlsx", {table: change})
    assert before != parts(place / "my-trial.xlsx")
    done = taken(place)
    assert done.returncode == 1
    assert re.search(said, done.stderr), done.stderr
    assert list((place / "datapackages").iterdir()) == []


def hidden_column(xml: str) -> str:
    return re.sub(r"<cols>", '<cols><col min="3" max="3" hidden="1" width="9"/>', xml, count=1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "arm_id *",
            "arm *",
            r"sheet `arms`, row 1 \(B1\): the table has no column `arm`. Did you mean `arm_id`\? Correct the heading,",
        ),
        ("my-trial", "My Trial", "line `name`"),
    ],
)
def test_a_heading_or_a_name_that_is_not_known_is_refused(place: Path, old: str, new: str, said: str) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    with zipfile.ZipFile(place / "my-trial.xlsx") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["xl/sharedStrings.xml"] = held["xl/sharedStrings.xml"].replace(f">{old}<".encode(), f">{new}<".encode())
    with zipfile.ZipFile(place / "my-trial.xlsx", "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    done = taken(place)
    assert done.returncode == 1
    assert re.search(said, done.stderr), done.stderr
    assert "no heading" not in done.stderr, "the cells below are in a column that has one"
    assert "?." not in done.stderr


@pytest.mark.parametrize(
    "called", ["Outcomes", "outcomes ", "OUTCOMES", "out-comes", "Outcome", "outcomes (2)", "Copy of outcomes"]
)
def test_a_table_is_not_lost_because_its_sheet_is_called_otherwise(place: Path, called: str) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    changed(place / "my-trial.xlsx", {"workbook": lambda xml: xml.replace('name="outcomes"', f'name="{called}"')})
    done = taken(place)
    assert done.returncode == 1, done.stdout
    assert "may be the table `outcomes`" in done.stderr
    assert list((place / "datapackages").iterdir()) == []


@pytest.mark.parametrize(
    ("table", "called"),
    [
        ("studies", "Study"),
        ("outcomes", "Kopie von outcomes"),
        ("outcomes", "week 8"),
        ("arms", "tblArms"),
        ("sources", "literature"),
    ],
)
def test_a_table_is_known_by_its_headings_too(place: Path, table: str, called: str) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    changed(place / "my-trial.xlsx", {"workbook": lambda xml: xml.replace(f'name="{table}"', f'name="{called}"')})
    done = taken(place)
    assert (done.returncode, f"may be the table `{table}`" in done.stderr) == (1, True), done.stderr


def test_a_second_sheet_with_the_headings_of_a_table_that_is_filled_is_left_out_with_a_note(place: Path) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    filled = parts(place / "my-trial.xlsx")["xl/worksheets/sheet5.xml"]
    changed(
        place / "my-trial.xlsx",
        {"words": lambda _: filled, "workbook": lambda xml: xml.replace('name="words"', 'name="backup"')},
    )
    done = taken(place)
    assert done.returncode == 0, done.stderr
    assert "the sheet `backup` isn't a table's, so it isn't read" in done.stdout + done.stderr


def test_a_workbook_without_rows_makes_nothing(place: Path) -> None:
    done = taken(place)
    assert done.returncode == 1
    assert "nothing is filled in" in done.stderr
    assert list((place / "datapackages").iterdir()) == []


def test_another_file_needs_a_mapping(place: Path) -> None:
    (place / "other.csv").write_text("a\n1\n")
    done = outcomes("import", "other.csv", cwd=place)
    assert (done.returncode, "give --mapping" in done.stderr) == (2, True)
    done = outcomes("import", "none.xlsx", cwd=place)
    assert (done.returncode, "no such file" in done.stderr) == (2, True)


def test_taking_it_back_again_keeps_what_it_has_no_lines_for(place: Path) -> None:
    import json

    fill(place / "my-trial.xlsx", TRIAL)
    assert taken(place).returncode == 0
    path = place / "datapackages" / "my-trial" / "datapackage.json"
    waiver = {"rule": "OUT003", "where": {"study_id": "007"}, "reason": "r", "approver": "a", "until": "2027-01-01"}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"waivers": [waiver], "keywords": ["one"]}))
    (path.parent / "README.md").write_text("ours")
    assert taken(place).returncode in {0, 1}
    again = json.loads(path.read_text())
    assert (again["waivers"], again["keywords"], (path.parent / "README.md").read_text()) == ([waiver], ["one"], "ours")


def test_what_is_waived_is_not_told_as_an_error(place: Path) -> None:
    import json

    fill(place / "my-trial.xlsx", with_cell("outcomes", 0, "percent_reported", "51.5"))
    assert "error[OUT004] sheet `outcomes`, row 2" in taken(place).stdout
    path = place / "datapackages" / "my-trial" / "datapackage.json"
    columns = ("study_id", "arm_id", "definition_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
    waiver = {
        "rule": "OUT004",
        "where": {column: TRIAL["outcomes"][0].get(column, "") for column in columns},
        "reason": "It is printed so.",
        "approver": "A. Maintainer",
        "until": "2027-01-01",
    }
    path.write_text(json.dumps(json.loads(path.read_text()) | {"waivers": [waiver]}))
    done = taken(place)
    assert "waived[OUT004] sheet `outcomes`, row 2" in done.stdout
    assert "error[" not in done.stdout
    assert "\nvalid " in done.stdout


def test_tables_that_the_workbook_has_no_rows_for_are_not_lost(place: Path) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    assert taken(place).returncode == 0
    table = place / "datapackages" / "my-trial"
    import json

    descriptor = json.loads((table / "datapackage.json").read_text())
    descriptor["resources"].append({**descriptor["resources"][0], "name": "harms", "path": "data/harms.csv"})
    (table / "datapackage.json").write_text(json.dumps(descriptor))
    (table / "data" / "harms.csv").write_text("a\n1\n")
    done = taken(place)
    assert done.returncode == 2
    assert "the package has rows in harms" in done.stderr
    assert (table / "data" / "harms.csv").read_text() == "a\n1\n"


def test_a_workbook_is_written_over_nothing(place: Path) -> None:
    before = (place / "my-trial.xlsx").read_bytes()
    done = outcomes("init", "my-trial", "--xlsx", cwd=place)
    assert (done.returncode, "already exists" in done.stderr) == (2, True)
    assert (place / "my-trial.xlsx").read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice isn't installed")
def test_it_survives_libreoffice(place: Path) -> None:
    fill(place / "my-trial.xlsx", TRIAL)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", "xlsx", "--outdir", "saved", "my-trial.xlsx"],
        cwd=place, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    done = outcomes("import", "saved/my-trial.xlsx", cwd=place)
    assert done.returncode == 0, done.stderr
    assert ",60.0," in data(place, "outcomes")
    held = parts(place / "saved" / "my-trial.xlsx")
    assert "<formula1>" in held["xl/worksheets/sheet5.xml"]
