"""Reading rows out of JSON, and JSON lines: objects in lists, on a path that the mapping names.

Numbers are text from the beginning, digit for digit: a reader that makes binary floats of them would lose the zero of 60.0.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from registry.importing.bounds import MOST_CELLS
from registry.importing.header import column_names
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, nearest
from schemas.wording import counted
from validation.hints import kind_of, shortened

__all__ = ["Records", "parse_json", "read_records"]

_LINES = {".jsonl", ".ndjson"}
_MOST_TOLD = 8


@dataclass
class Records:
    """Rows of objects: the names of all columns, the texts of those that were asked for, by their places in that list, and notes."""

    names: list[str] = field(default_factory=list)
    cells: dict[int, list[str | None]] = field(default_factory=dict)
    rows: int = 0
    notes: list[str] = field(default_factory=list)


def read_records(path: Path, source: Path, spec: Input, wanted: Collection[str]) -> Records:
    """The rows of an original, whose bytes are in ``source``: the objects of the list at the path ``spec.rows``, in which names
    are joined by points.

    What is within an object of a row is a column by its path (`arm.title`); so are the texts and numbers of the objects that the way to the
    rows leads through, by theirs. ``wanted`` are names of columns in small letters. Raises ``ImportProblem``.
    """
    at, rows = spec.rows, list[dict[str, Any]]()
    keys: dict[str, None] = {}
    empty: list[str] = []
    for document, where in _documents(path, source, lines=Path(spec.member or spec.file).suffix.lower() in _LINES):
        for row in _rows(path, document, at.split(".") if at else [], where, empty):
            keys |= dict.fromkeys(row)
            rows.append(row)
            if len(rows) * max(1, len(wanted)) > MOST_CELLS:
                raise ImportProblem(
                    f"{path}: by row {len(rows):,} the file has over {MOST_CELLS:,} cells, the most that are allowed."
                )
    if not keys:
        raise ImportProblem(f"{path}: there are no rows{f' at `{at}`' if at else ''}. There is nothing to import.")
    names, notes = column_names(keys, path)
    if empty:
        more = f", and {len(empty) - _MOST_TOLD:,} more" if len(empty) > _MOST_TOLD else ""
        notes.append(
            f"{counted(len(empty), 'list')} without anything in it, which makes no row: {'; '.join(empty[:_MOST_TOLD])}{more}"
        )
    found = Records(names, rows=len(rows), notes=notes)
    for n, (key, name) in enumerate(zip(keys, names, strict=True)):
        if name.casefold() in wanted:
            found.cells[n] = [_text(path, spec, key, number, row.get(key)) for number, row in enumerate(rows, 1)]
    return found


def _documents(path: Path, source: Path, *, lines: bool) -> Iterator[tuple[Any, str]]:
    """Each document of the file, with where it is."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportProblem(f"{path}: the file isn't UTF-8 text (byte {error.start}). JSON must be.") from error
    if not lines:
        yield parse_json(path, text, ""), ""
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield parse_json(path, line, f"line {number}: "), f"line {number}: "


def parse_json(path: Path, text: str, where: str = "") -> Any:
    """What a JSON text holds, with its numbers as text. ``where`` says which part of the file it is. Raises ``ImportProblem``."""

    def alone(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
            raise ImportProblem(
                f"{path}: {where}the name `{shortened(twice)}` is twice in an object, so one of its values would be lost."
            )
        return found

    def no_number(word: str) -> NoReturn:
        raise ImportProblem(f"{path}: {where}`{word}` isn't JSON. A value that is missing is `null`.")

    try:
        return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=no_number, object_pairs_hook=alone)
    except json.JSONDecodeError as error:
        place = where or f"line {error.lineno}, column {error.colno}: "
        raise ImportProblem(f"{path}: {place}this isn't JSON: {error.msg}.") from error
    except RecursionError as error:
        raise ImportProblem(f"{path}: {where}the file is nested too deeply.") from error


class _Number(str):
    """The text of a number, digit for digit."""

    __slots__ = ()


def _rows(path: Path, document: Any, steps: list[str], where: str, empty: list[str]) -> Iterator[dict[str, Any]]:
    """The objects at the end of the way, each with what was found on it. ``empty`` gets where a list on the way has nothing in it."""
    ahead: list[tuple[Any, int, dict[str, Any], str]] = [(document, 0, {}, "")]
    while ahead:
        value, taken, told, spot = ahead.pop()
        at = ".".join(steps[:taken])
        within = f" in {spot}" if spot else ""
        if isinstance(value, list):
            of = f" of `{at}`" if at else ""
            ahead += [(item, taken, told, f"object {n}{of}{within}") for n, item in reversed([*enumerate(value, 1)])]
            if not value and (where or spot):
                empty.append(f"{where}{f'`{at}`' if at else 'the document'}{within}")
        elif not isinstance(value, dict):
            raise ImportProblem(
                f"{path}: {where}{f'`{at}`' if at else 'the document'} holds {kind_of(value)}, and must hold objects, a row each{f' ({spot})' if spot else ''}. "
                "Give the path to the rows as `rows`, such as `rows: results.arms`."
            )
        elif taken == len(steps):
            yield _flat(path, value, told)
        else:
            step = steps[taken]
            if step not in value:
                missing = ".".join(steps[: taken + 1])
                raise ImportProblem(f"{path}: {where}there is no `{missing}` for the rows{within}. {nearest(step, value)}")
            around = {f"{at}.{k}" if at else k: v for k, v in value.items() if k != step and not isinstance(v, dict | list)}
            ahead.append((value[step], taken + 1, told | around, spot))


def _flat(path: Path, row: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """An object without objects in it: what they hold is named by its path. Beside it is what was ``told``."""
    found = dict(told)
    ahead = [("", row)]
    while ahead:
        prefix, inner = ahead.pop()
        for key, value in inner.items():
            name = f"{prefix}{key}"
            if isinstance(value, dict):
                ahead.append((f"{name}.", value))
            elif name in found:
                raise ImportProblem(
                    f"{path}: two values of a row would be called `{shortened(name)}`, so one of them would be lost."
                )
            else:
                found[name] = value
    return found


def _text(path: Path, spec: Input, key: str, row: int, value: Any) -> str | None:
    if isinstance(value, list):
        raise ImportProblem(
            f"{path}: `{shortened(key)}` is a list in row {row}, not one value. Give `rows` the path to it, or leave it out."
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else spec.as_of_text(value) if isinstance(value, _Number) else str(value)
