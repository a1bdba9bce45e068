"""Filling in a workbook as a spreadsheet program does, part by part: texts as texts, and what is given as XML as it is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from registry.importing.cells import letters
from schemas.tables import TABLES

__all__ = ["TRIAL", "cells_of", "changed", "fill"]

TRIAL = {
    "sources": [
        {"source_id": "report", "kind": "journal-article", "title": "A trial", "doi": "10.1000/xyz123", "correction_status": "none-found",
         "checked_on": "2026-11-01"},
    ],
    "studies": [
        {"study_id": "007", "label": "Smith 2020", "registration_id": "NCT01234567", "year": "2020", "design": "parallel",
         "randomised": "true", "masking": "double", "phase": "acute", "population_id": "mdd", "setting": "outpatient",
         "n_randomised": "80", "publication": "published", "source_id": "report"},
    ],
    "arms": [
        {"study_id": "007", "arm_id": arm, "label": label, "treatment_id": arm, "role": role, "route": "oral", "background_id": "none",
         "n_randomised": "40", "source_id": "report"}
        for arm, label, role in (("sertraline", "Sertraline", "experimental"), ("placebo", "Placebo", "placebo"))
    ],
    "outcomes": [
        {"study_id": "007", "arm_id": arm, "definition_id": "remission.madrs.le10", "timepoint_days": "56",
         "timepoint_anchor": "randomisation", "analysis_set": "randomised", "missing_data": "non-responder", "n_analysed": "40",
         "events": events, "percent_reported": percent, "value_origin": "reported", "source_id": "report", "source_locator": "Table 2",
         "extractions": "2"}
        for arm, events, percent in (("sertraline", "24", "60.0"), ("placebo", "12", "30.0"))
    ],
}  # fmt: skip
"""A trial of two arms, the rows of each table as they are typed."""


def cells_of(table: str, rows: Sequence[Mapping[str, str]], first: int = 2) -> str:
    """The rows as XML, each cell in its column; a value that begins with ``<c`` is taken as it is."""
    names = [f.name for f in TABLES[table].fields()]
    made = []
    for number, row in enumerate(rows, first):
        cells = ""
        for n, name in enumerate(names, 1):
            at, value = f'r="{letters(n)}{number}"', row.get(name, "")
            if value.startswith("<c"):
                cells += value.replace("<c", f"<c {at}", 1)
            elif value:
                cells += f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        made.append(f'<row r="{number}">{cells}</row>')
    return "".join(made)


def fill(book: Path, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Write rows below the headings of the sheets named."""
    made = {table: cells_of(table, rows) for table, rows in tables.items()}
    changed(
        book, {table: lambda xml, more=more: xml.replace("</sheetData>", f"{more}</sheetData>") for table, more in made.items()}
    )


def changed(book: Path, sheets: Mapping[str, object]) -> None:
    """Replace the XML of sheets, each by what its function makes of it; of ``styles`` too."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    listed = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode())
    for name, change in sheets.items():
        part = (
            "xl/styles.xml"
            if name == "styles"
            else "xl/workbook.xml"
            if name == "workbook"
            else f"xl/worksheets/sheet{listed.index(name) + 1}.xml"
        )
        parts[part] = change(parts[part].decode()).encode()  # type: ignore[operator]
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
