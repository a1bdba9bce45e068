"""Reading files of Stata, SPSS and SAS (transport) by pyreadstat, which is imported here and nowhere else.

This module says what the columns hold; how that becomes text is in :mod:`registry.importing.typed_columns`.
"""

from __future__ import annotations

import mmap
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from registry.importing.bounds import MOST_CELLS_OF_SHEET, is_of_machine
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, OutOfReachError
from registry.importing.records import Records
from registry.importing.typed_columns import TypedColumn, as_texts
from validation.hints import shortened

__all__ = ["check_installed", "read_statistical"]

_LINE = 80  # of a transport file, which is made of cards
_SPECIAL = {ord(letter): f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"}
_STATA = {"d": ("days", datetime(1960, 1, 1)), "c": ("milliseconds", datetime(1960, 1, 1))}
_SPSS_EPOCH = datetime(1582, 10, 14)
_SPSS = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "SDATE", "JDATE"), "days"),
    **dict.fromkeys(("DATETIME", "YMDHMS"), "seconds"),
}
_SPSS_OTHERS = {"TIME", "DTIME", "MTIME", "WKDAY", "MONTH", "MOYR", "QYR", "WKYR"}
_SAS_DAYS = r"(DATE|DDMMYY[BCDNPS]?|MMDDYY[BCDNPS]?|YYMMDD[BCDNPS]?|[EB]8601DA|IS8601DA|WEEKDATE|WORDDATE|JULIAN|DAY|MONNAME)"
_SAS_SECONDS = r"(DATETIME|[EB]8601DT|IS8601DT|DATEAMPM)"
_SAS_OTHERS = r"(TIME|HHMM|HOUR|MMSS|TOD|[EB]8601TM|IS8601TM|MONYY|YYQ|YEAR|QTR|WEEKDAY|DTDATE|DTMONYY|MMYY|YYMM|YYMON)"


def check_installed(path: Path, module: str) -> None:
    """Raise ``OutOfReachError``, which says what to do, where the library that reads a file isn't installed."""
    if find_spec(module) is None:
        raise OutOfReachError(
            f"{path}: files of this kind are read by {module}, which isn't installed: pip install 'trial-outcomes[files]'."
        )


def read_statistical(path: Path, spec: Input, wanted: Collection[str], *, strict: bool = True) -> Records:
    """The data set in a file as text. Raises ``ImportProblem``, and ``OutOfReachError`` where the library isn't installed."""
    check_installed(path, "pyreadstat")
    if spec.format == "sas":
        _check_alone(path)
    _, about = _parsed(path, spec, metadataonly=True)
    names = list(about.column_names)
    if same := {base for name in names if (base := re.sub(r"_duplicated[0-9]+$", "", name)) != name and base in names}:
        raise ImportProblem(f"{path}: the file has several columns called `{shortened(min(same))}`. Give each a name of its own.")

    def read(places: list[int]) -> Mapping[int, TypedColumn]:
        most = MOST_CELLS_OF_SHEET // max(1, len(places))
        if (about.number_rows or 0) > most:
            raise _too_many(path, about.number_rows)
        if not places:
            return {}
        values, held = _parsed(path, spec, usecols=[names[n] for n in places], row_limit=most + 1)
        special = _special_missings(path, names, about) if spec.format == "sas" else {}
        found = {n: _column(spec.format, names[n], values[names[n]], held) for n in places}
        if any(len(column.values) > most for column in found.values()):
            raise _too_many(path, most + 1)
        return {n: _with_special(column, special.get(n, {})) for n, column in found.items()}

    return as_texts(path, spec, names, wanted, read, strict=strict)


def _too_many(path: Path, rows: int) -> ImportProblem:
    return ImportProblem(
        f"{path}: the file has {rows:,} rows; at most {MOST_CELLS_OF_SHEET:,} cells are allowed in the columns that the mapping names."
    )


def _parsed(path: Path, spec: Input, **options: Any) -> tuple[dict[str, list[Any]], Any]:
    import pyreadstat

    readers: dict[str, Callable[..., Any]] = {
        "stata": pyreadstat.read_dta,
        "spss": pyreadstat.read_sav,
        "sas": pyreadstat.read_xport,
    }
    if spec.format != "sas":
        options["user_missing"] = True
    encoding = spec.encoding if spec.encoding_place != spec.place else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of columns of one name, which are refused
            values, about = readers[spec.format](
                str(path), disable_datetime_conversion=True, output_format="dict", encoding=encoding, **options
            )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError, IndexError, KeyError) as error:
        if is_of_machine(error):
            raise MemoryError(str(error)) from error
        advice = (
            " If it is an old file, state its `encoding` in the input."
            if isinstance(error, UnicodeError) or "convert" in str(error)
            else ""
        )
        raise ImportProblem(
            f"{path}: this can't be read as {_CALLED[spec.format]}: {shortened(str(error), 200).rstrip('.')}.{advice}"
        ) from error
    return values, about


_CALLED = {"stata": "a Stata file", "spss": "an SPSS file", "sas": "a SAS transport file"}


def _column(kind: str, name: str, values: list[Any], about: Any) -> TypedColumn:
    shown = str(about.original_variable_types.get(name) or "")
    column = TypedColumn(values, labels=about.variable_value_labels.get(name, {}))
    numeric = about.readstat_variable_types.get(name) != "string"
    match kind:
        case "stata":
            coded = set(about.missing_user_values.get(name, ())) if numeric else set()
            column = _of_stata(replace(column, values=[f".{v}" if v in coded else v for v in values]) if coded else column, shown)
            labels = {f".{v}" if v in coded else v: text for v, text in column.labels.items()}
            column = replace(column, labels=labels, is_code=(lambda v: isinstance(v, str)) if coded else None)
            if about.readstat_variable_types.get(name) == "float":
                column = replace(
                    column,
                    single=True,
                    notes=("is stored with about 7 digits (float): the shortest number that is stored alike is read",),
                )
        case "spss":
            ranges = about.missing_ranges.get(name, ())
            column = _of_spss(replace(column, is_code=(lambda v: _within(v, ranges)) if ranges else None), shown)
        case "sas" if numeric:
            column = _of_sas(column, shown, about.variable_storage_width.get(name, 8))
    return column


def _of_stata(column: TypedColumn, shown: str) -> TypedColumn:
    found = re.match(r"%-?t([a-zA-Z])|%-?(d)", shown)
    if found is None:
        return column
    unit, epoch = _STATA.get(found[1] or found[2], ("", None))
    if epoch is None:
        return replace(column, why=f"is shown in the format {shown}, as no day")
    return replace(column, unit=unit, epoch=epoch)


def _of_spss(column: TypedColumn, shown: str) -> TypedColumn:
    name = re.sub(r"[0-9.]+$", "", shown)
    unit = _SPSS.get(name)
    if unit is None:
        return replace(column, why=f"is shown in the format {shown}, as no day") if name in _SPSS_OTHERS else column
    values = [v / 86_400 if unit == "days" and isinstance(v, float) else v for v in column.values]
    return replace(column, values=values, unit=unit, epoch=_SPSS_EPOCH)


def _of_sas(column: TypedColumn, shown: str, width: int) -> TypedColumn:
    name = re.sub(r"[0-9.]+$", "", shown.upper())
    if re.fullmatch(_SAS_OTHERS, name):
        return replace(column, why=f"is shown in the format {shown}, as no day")
    unit = "days" if re.fullmatch(_SAS_DAYS, name) else "seconds" if re.fullmatch(_SAS_SECONDS, name) else ""
    if width < 8 and any(v is not None and v != int(v) for v in column.values):
        return replace(column, why=f"holds fractions in {width} bytes, which changed their digits")
    return replace(column, unit=unit)


def _within(value: Any, ranges: Collection[Mapping[str, Any]]) -> bool:
    return any(type(r["lo"]) is type(value) and r["lo"] <= value <= r["hi"] for r in ranges)


def _with_special(column: TypedColumn, special: Mapping[int, str]) -> TypedColumn:
    """The column with SAS's special missing values, by the numbers of their rows, in which the reader gives nothing."""
    if not special or any(n >= len(column.values) or column.values[n] is not None for n in special):
        return column
    return replace(column, values=[special.get(n, v) for n, v in enumerate(column.values)], is_code=lambda v: isinstance(v, str))


def _headers(path: Path, name: bytes) -> list[int]:
    """Where the header cards of this name begin."""
    with path.open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # there is nothing in it
            return []
        with content:
            found = re.finditer(rb"HEADER RECORD\*{7}" + name, content)
            return [match.start() for match in found if match.start() % _LINE == 0]


def _check_alone(path: Path) -> None:
    """The library reads the first data set of several."""
    if (number := len(_headers(path, rb"(?:MEMBER  |MEMBV8  )HEADER RECORD"))) > 1:
        raise ImportProblem(
            f"{path}: the file holds {number} data sets, and one is read. Export the one that is wanted to a file of its own."
        )


def _special_missings(path: Path, names: list[str], about: Any) -> dict[int, dict[int, str]]:
    """The cells of numeric columns that are missing with a letter (``.A``), by their columns' places: the library gives nothing for them."""
    import numpy as np

    begins = _headers(path, rb"(?:OBS     |OBSV8   )HEADER RECORD")
    widths = [int(about.variable_storage_width[name]) for name in names]
    if len(begins) != 1 or not sum(widths):
        return {}
    with path.open("rb") as file:
        file.seek(begins[0] + _LINE)
        content = np.frombuffer(file.read(), dtype=np.uint8)
    rows = content[: len(content) // sum(widths) * sum(widths)].reshape(-1, sum(widths))[: about.number_rows or None]
    found: dict[int, dict[int, str]] = {}
    for n, name in enumerate(names):
        if about.readstat_variable_types.get(name) != "string":
            cells = rows[:, sum(widths[:n]) : sum(widths[: n + 1])]
            lettered = np.isin(cells[:, 0], list(_SPECIAL)) & ~cells[:, 1:].any(axis=1)
            found[n] = {int(row): _SPECIAL[int(cells[row, 0])] for row in np.flatnonzero(lettered)}
    return found
