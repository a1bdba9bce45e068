"""What Frictionless says of a package, and whether the registry's own findings say it too."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from validation.report import Finding

__all__ = ["by_frictionless", "unseen"]


def unseen(folder: Path, findings: Sequence[Finding]) -> tuple[int, list[str]]:
    """How many errors Frictionless reports, and those of them that no finding reports."""
    errors, lines = list(by_frictionless(folder)), _Lines(folder)
    misread = {path for path, error in errors if error.type in ABOUT_THE_HEADER and not _has_another(path, findings)}
    return len(errors), [
        f"{path} {error.type} row {_row(error)} {getattr(error, 'field_name', '')}: {error.note}"
        for path, error in errors
        if path not in misread and not _seen(path, error, findings, lines)
    ]


def by_frictionless(folder: Path) -> Iterator[tuple[str | None, Any]]:
    """Every error that Frictionless reports, with the path of its file where it is about one."""
    import frictionless

    with mock.patch("frictionless.metadata.metadata.Metadata.to_copy", _copied):
        report = frictionless.validate(str(folder / "datapackage.json"), limit_errors=100_000)
    for error in report.errors:
        yield None, error
    for task in report.tasks:
        for error in task.errors:
            yield task.place.removesuffix(" (multipart)"), error


def _copied(metadata: Any, *, datapackage_version: Any = None, **options: Any) -> Any:
    """A copy as Frictionless makes it, which is not validated anew: it copies each field of a table often, and takes half of its time for it."""
    version = datapackage_version or getattr(metadata, "_datapackage_version", None)
    return type(metadata).metadata_import(metadata.to_descriptor(), datapackage_version=version, **options)


class _Lines:
    """The line on which each row of a file begins, by the number that Frictionless gives a row."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.known = folder, dict[str, list[int]]()

    def of(self, path: str, row: int) -> int:
        if path not in self.known:
            begins = [1]
            with (self.folder / path).open(encoding="utf-8", errors="replace", newline="") as file:
                reader = csv.reader(file)
                begins += [reader.line_num + 1 for _ in reader]
            self.known[path] = begins
        return self.known[path][row - 1]


def _row(error: Any) -> int | None:
    number: int | None = getattr(error, "row_number", None)
    return number


ROW_RULES = {
    "type-error": {"PKG031"},
    # A number too large to be read is none within bounds either, and a reference of the wrong form leads nowhere.
    "constraint-error": {"PKG031", "PKG033", "PKG035", "PKG036"},
    "primary-key": {"PKG033", "PKG034"},
    "unique-error": {"PKG034"},
    "foreign-key": {"PKG035", "PKG033"},
    "missing-cell": {"PKG030"},
    "extra-cell": {"PKG030"},
    "blank-row": {"PKG030", "PKG033"},
}
ABOUT_A_FIELD = {"type-error", "constraint-error"}
ABOUT_THE_HEADER = {"missing-label", "incorrect-label", "duplicate-label", "blank-label", "extra-label"}
FILE_RULES = {f"PKG0{n}" for n in range(20, 29)} - {"PKG021", "PKG025", "PKG028"}
DESCRIPTOR_RULES = {f"PKG0{n:02}" for n in range(1, 13)}


def _seen(path: str | None, error: Any, findings: Sequence[Finding], lines: _Lines) -> bool:
    """Whether a finding says what the error says, as narrowly as both say where."""
    here = {f.rule for f in findings if f.file == path}
    about = {f.rule for f in findings if f.file == "datapackage.json"}
    if "PKG001" in about:
        return True
    if error.type in {"row-count", "field-count"} and here & FILE_RULES:
        return True  # Of a file that can't be read nothing is counted.
    if error.type in {"hash-count", "byte-count", "row-count", "field-count"}:
        # Of several files in one, the sizes are of all together; a file outside of the package, or of no table, is never opened.
        return "PKG021" in here or bool({"PKG003", "PKG005", "PKG006"} & about)
    if path is None or _row(error) is None:
        # A file that can't be read is said by Frictionless of every file that refers to it too.
        unread = {f.rule for f in findings if f.file != "datapackage.json"} & {"PKG020", "PKG022", "PKG024"}
        return bool(here & (FILE_RULES | {"PKG030"}) or about & DESCRIPTOR_RULES or unread)
    if here & FILE_RULES or about & DESCRIPTOR_RULES:
        return True  # The table as a whole isn't what it should be: what its rows say isn't known.
    line = lines.of(path, _row(error) or 0)
    if (
        error.type == "primary-key"
        and (twin := _TWIN.search(error.note))
        and _is_ragged(path, lines.of(path, int(twin[1])), findings)
    ):
        return True
    at = [f for f in findings if f.file == path and f.line == line]
    if error.type == "foreign-key" and _parent_is_broken(error, findings):
        return True
    if error.type in ABOUT_A_FIELD:
        at = [f for f in at if f.column == error.field_name or f.rule == "PKG030"]
    return bool({f.rule for f in at} & (ROW_RULES[error.type] | {"PKG030"})) or _after_a_break(path, line, findings)


def _has_another(path: str | None, findings: Sequence[Finding]) -> bool:
    """Whether anything is wrong with the file's header. Where rows have too few cells and it is right, Frictionless may take one of these rows for it:
    the first that is as long as rows are on average.
    """
    here = {f.rule for f in findings if f.file == path}
    return "PKG030" not in here or bool(here & FILE_RULES)


def _parent_is_broken(error: Any, findings: Sequence[Finding]) -> bool:
    """A reference into a file that can't be read to its end isn't said to lead nowhere."""
    parent = f"data/{error.reference_name}.csv"
    return any(f.file == parent and f.rule in FILE_RULES | {"PKG030"} for f in findings)


_TWIN = re.compile(r"the same as in the row at position (\d+)")


def _is_ragged(path: str, line: int, findings: Sequence[Finding]) -> bool:
    """Whether the line has another number of cells than the header: none of them is then said to be another row's too."""
    return any(f.file == path and f.rule == "PKG030" and f.line == line for f in findings)


def _after_a_break(path: str, line: int, findings: Sequence[Finding]) -> bool:
    """Whether the line follows one from which the rest can't be told apart."""
    return any(f.file == path and f.rule == "PKG030" and (f.line or 0) <= line and "the rest" in f.message for f in findings)
