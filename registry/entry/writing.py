"""Writing a workbook to fill in: a sheet for each table, with the vocabularies at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.entry.form import ABOUT, LISTS, MARK, METADATA, REQUIRED, WORDS
from schemas.table import Field
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, rows, terms

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["write_form"]

ROWS = 1_000
"""So many rows of a sheet have drop-downs."""

_MOST_IN_NOTE = 14
_STEPS = (
    "Fill in the lines above. Then go through the sheets from left to right: sources, studies, arms, outcomes.",
    "sources: a row for each document that you read, such as the article or the registry's entry. Invent a short source_id.",
    "studies: a row for each trial. Invent a short study_id; the other sheets use it.",
    "arms: a row for each group of the trial. outcomes: a row for each count that the source prints.",
    "Columns with a dark heading and a star must be filled. Point at a heading to read what the column holds.",
    "Cells that take a word have a list: press Alt+Down. The sheet `words` says what each word means; search there.",
    "Where the source doesn't say, choose `unstated`, or leave the cell empty. Never guess. What papers print in other forms is in docs/first-package.md.",
    "Type figures as they are printed: 60.0 stays 60.0. All cells are text, so nothing is turned into a date.",
    "Days are counted: week 6 is day 42. Don't rename sheets or headings; leave out columns that you don't need.",
    "Save it, then run: outcomes import FILE.xlsx",
)


def write_form(to: Path, *, tables: Iterable[str], metadata: Mapping[str, str]) -> None:
    """Write the workbook for some tables, with what is known of the package filled in. Raises ``OSError``."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(to)
    fields = {name: TABLES[name].fields() for name in TABLES if name in tables}
    named = dict.fromkeys(f.vocabulary for columns in fields.values() for f in columns if f.vocabulary)
    lists = {name: n for n, name in enumerate(["licences", "flag", *named])}
    styles = _Styles(book)
    _write_about(book.add_worksheet(ABOUT), metadata, styles, _range(LISTS, lists["licences"], len(terms("licences")) + 1))
    for name, columns in fields.items():
        _write_table(book.add_worksheet(name), columns, styles, _choices(columns, fields, lists))
    _write_words(book.add_worksheet(WORDS), named, styles)
    _write_lists(book.add_worksheet(LISTS), lists)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(*error.args[0].args, str(to)) from error


class _Styles:
    def __init__(self, book: Workbook) -> None:
        def style(**of: Any) -> Format:
            return book.add_format({"valign": "top", "num_format": "@"} | of)

        self.text = style()
        self.wrapped = style(text_wrap=True)
        self.title = style(bold=True, font_size=14)
        self.required = style(bold=True, font_color="white", bg_color="#1F4E79", border=1)
        self.optional = style(bold=True, bg_color="#DDEBF7", border=1)
        self.quiet = style(italic=True, font_color="#595959")

    def heading(self, *, required: bool) -> Format:
        return self.required if required else self.optional


def _write_about(sheet: Worksheet, metadata: Mapping[str, str], styles: _Styles, licences: str) -> None:
    sheet.set_column(0, 0, 18, styles.text)
    sheet.set_column(1, 1, 60, styles.text)
    sheet.set_column(2, 2, 80, styles.text)
    sheet.write_string(0, 0, "A package of trial outcomes to fill in", styles.title)
    for row, (key, what) in enumerate(METADATA.items(), 2):
        required = key != "description"
        sheet.write_string(row, 0, key + (REQUIRED if required else ""), styles.heading(required=required))
        sheet.write_string(row, 1, metadata.get(key, ""), styles.text)
        sheet.write_string(row, 2, what, styles.quiet)
        if key == "licence":
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": licences})
    first = len(METADATA) + 3
    for row, step in enumerate(_STEPS, first):
        sheet.write_string(row, 0, f"{row - first + 1}.", styles.text)
        sheet.write_string(row, 1, step, styles.text)


def _write_table(sheet: Worksheet, columns: tuple[Field, ...], styles: _Styles, choices: Mapping[str, str]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for n, f in enumerate(columns):
        heading = f.name + (REQUIRED if f.required else "")
        sheet.set_column(n, n, min(max(len(heading) + 3, 12), 24), styles.text)
        sheet.write_string(0, n, heading, styles.heading(required=f.required))
        note = _note(f)
        sheet.write_comment(0, n, note, {"width": 420, "height": 18 * (2 + note.count("\n") + len(note) // 60), "author": ""})
        if f.name in choices:
            said = {"error_type": "warning", "error_title": f.name, "error_message": f"Choose {f.written} from the list."}
            sheet.data_validation(1, n, ROWS, n, {"validate": "list", "source": choices[f.name], **said})


def _note(f: Field) -> str:
    lines = [f"{f.title}: {f.description}", f"Write {f.written}{_unit(f)}."]
    if f.vocabulary is not None and len(terms(f.vocabulary)) <= _MOST_IN_NOTE:
        key = VOCABULARIES[f.vocabulary].key
        lines += [f"{row[key]}: {_meaning(row)}" for row in rows(f.vocabulary)]
    elif f.vocabulary is not None:
        lines.append(f"The sheet `{WORDS}` lists them with their meanings.")
    lines.append("It must be filled." if f.required else "Leave it empty if the source doesn't say.")
    return "\n".join(lines)


def _unit(f: Field) -> str:
    if f.unit is None:
        return ""
    return f", in the unit that `{f.unit}` names" if f.unit.endswith("_unit") else f" ({f.unit})"


def _meaning(row: Mapping[str, str]) -> str:
    return row.get("label") or row.get("description") or ""


def _choices(columns: tuple[Field, ...], fields: Mapping[str, tuple[Field, ...]], lists: Mapping[str, int]) -> dict[str, str]:
    """The range in which the values of each column are listed, of those that have such a range."""
    found = {}
    for f in columns:
        if f.kind == "flag":
            found[f.name] = _range(LISTS, lists["flag"], 3)
        elif f.vocabulary is not None:
            found[f.name] = _range(LISTS, lists[f.vocabulary], len(terms(f.vocabulary)) + 1)
        elif f.references is not None and f.references in fields:
            # a row of outcomes names its study by the column that names it in `studies`, of which `arms` has repeats
            home = "studies" if f.name == "study_id" and "studies" in fields else f.references
            place = next(n for n, other in enumerate(fields[home]) if other.name == f.name)
            found[f.name] = _range(home, place, ROWS + 1)
    return found


def _range(sheet: str, column: int, last: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letters = xl_col_to_name(column)
    return f"={sheet}!${letters}$2:${letters}${last}"


def _write_words(sheet: Worksheet, named: Iterable[str], styles: _Styles) -> None:
    headings = {"vocabulary": 24, "term": 40, "label": 50, "meaning": 120}
    for n, (heading, width) in enumerate(headings.items()):
        sheet.set_column(n, n, width, styles.text)
        sheet.write_string(0, n, heading, styles.optional)
    told = [
        (name, row[VOCABULARIES[name].key], row.get("label", ""), row.get("description", ""))
        for name in named
        for row in rows(name)
    ]
    for n, cells in enumerate(told, 1):
        for column, cell in enumerate(cells):
            sheet.write_string(n, column, cell, styles.text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(told), len(headings) - 1)


def _write_lists(sheet: Worksheet, lists: Mapping[str, int]) -> None:
    sheet.hide()
    for name, column in lists.items():
        sheet.write_string(0, column, name if column else MARK)
        for row, term in enumerate(("true", "false") if name == "flag" else terms(name), 1):
            sheet.write_string(row, column, term)
