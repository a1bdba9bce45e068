"""From the columns of a statistical program's file, whose values have types and labels, to text.

A number is the shortest one that means what is stored: 0.1 stays 0.1. A day is written as 2015-01-31. What is shown otherwise than it is stored
is refused unless the mapping says how it is read: value labels, codes that the file declares missing, and types that only the program knows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from registry.importing.header import column_names
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, listed, nearest
from registry.importing.records import Records
from validation.hints import shortened

__all__ = ["TypedColumn", "as_texts"]

_Value = float | int | str | bool | None
_MOST_TOLD = 5
_MICROSECONDS = {"days": 86_400_000_000, "seconds": 1_000_000, "milliseconds": 1_000}


@dataclass(frozen=True)
class TypedColumn:
    """A column as it is stored: ``values`` are numbers, texts, truth values or ``None``.

    ``labels`` are the values' labels, ``is_code`` tells values that the file declares missing. ``unit`` and ``epoch`` say that numbers are
    ``days``, ``seconds`` or ``milliseconds`` since then, ``zone`` what follows a time. ``single`` is true of numbers that were stored in four
    bytes. ``why`` says why the column can't be read, ``notes`` what is worth a look.
    """

    values: Sequence[_Value]
    labels: Mapping[float | int | str, str] = field(default_factory=dict)
    is_code: Callable[[float | int | str], bool] | None = None
    unit: str = ""
    epoch: datetime = datetime(1960, 1, 1)
    zone: str = ""
    single: bool = False
    why: str = ""
    notes: tuple[str, ...] = ()


def as_texts(
    path: Path,
    spec: Input,
    written: Sequence[str],
    wanted: Collection[str],
    read: Callable[[list[int]], Mapping[int, TypedColumn]],
    *,
    strict: bool,
) -> Records:
    """The columns that are ``wanted``, by their names in small letters, as text; all of them are ``written`` in the file.

    ``read`` gives columns by their places. Columns that can't be taken are refused, or, if it isn't ``strict``, noted; then labels are read. Raises ``ImportProblem``.
    """
    names, notes = column_names(written, path)
    for name in spec.labels_of:
        if name not in names:
            raise ImportProblem(
                f"{path}: `labels` names the column `{shortened(name)}`, and there is none. {nearest(name, names)}"
            )
    places = [n for n, name in enumerate(names) if name.casefold() in wanted]
    found, odd, advice = Records(names, notes=notes), list[str](), dict[str, None]()
    columns = read(places)
    found.rows = len(next(iter(columns.values())).values) if columns else 0
    for n in places:
        column, name = columns[n], names[n]
        labelled = spec.labels in {"", "text"} if not spec.labels_of else name in spec.labels_of
        texts, why, how = _read(column, spec, labelled=labelled)
        if why:
            odd.append(f"`{name}` {why}")
            advice |= dict.fromkeys(how)
        found.cells[n] = texts
        found.notes += [f"column `{name}` {note}" for note in column.notes]
    if odd:
        said = f"{'; '.join(odd[:_MOST_TOLD])}{f'; and {len(odd) - _MOST_TOLD} more' if len(odd) > _MOST_TOLD else ''}. {' '.join(advice)}"
        if strict:
            raise ImportProblem(f"{path}: columns that the mapping names hold more than plain values: {said}")
        found.notes.append(f"to be stated: {said}")
    return found


def _read(column: TypedColumn, spec: Input, *, labelled: bool) -> tuple[list[str | None], str, list[str]]:
    """The texts; and why the column can't be taken, with advice, where it can't."""
    if column.why:
        return [None] * len(column.values), column.why, ["Convert it to text or numbers in the program that made the file."]
    values, why, how = list(column.values), [], []
    held = {value for value in values if value is not None}
    codes = {v for v in held if not isinstance(v, bool) and column.is_code and column.is_code(v)}
    if codes and not spec.missing_codes:
        why.append(f"holds codes that the file declares missing ({_shown(codes, column)})")
        how.append(
            "Write `missing_codes: empty` in the input, or `missing_codes: read` to read them, by their labels if labels are read."
        )
    if spec.missing_codes == "empty":
        values = [None if v in codes else v for v in values]
        held -= codes
    used = {v: text for v, text in column.labels.items() if v in held}
    if used and not (spec.labels or spec.labels_of):
        why.append(f"has value labels ({_shown(used, column)})")
        how.append(
            "Write `labels: text` in the input to read labels, `labels: codes` to read codes, or list the columns whose labels are read."
        )
    if labelled and (same := _same(used)):
        why.append(f"has one label, `{shortened(same)}`, for several codes")
        how.append("Read its codes: list the columns whose labels are read.")
    try:
        texts: dict[_Value, str | None] = {
            v: text if text is None or column.unit or isinstance(v, str) else spec.as_of_text(text)
            for v in held
            for text in (_text(v, column),)
        }
    except (OverflowError, ValueError):
        return (
            [None] * len(values),
            "has a day with a fraction, or a time beyond the years 1 to 9999",
            ["Convert it to text."],
        )
    if labelled:
        texts.update(used.items())
    return [None if v is None else texts[v] for v in values], " and ".join(why), how


def _same(labels: Mapping[float | int | str, str]) -> str:
    seen: set[str] = set()
    for text in labels.values():
        if text in seen:
            return text
        seen.add(text)
    return ""


def _shown(values: Collection[_Value], column: TypedColumn) -> str:
    told = [
        f"{_text(v, TypedColumn(()))} {column.labels.get(v, '')}".strip()
        for v in sorted(values, key=lambda v: (isinstance(v, str), v))
        if v is not None
    ]
    return listed(map(shortened, told), _MOST_TOLD)


def _text(value: _Value, column: TypedColumn) -> str | None:
    import numpy as np

    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if column.unit:
        return _moment(value, column)
    number = np.float32(value) if column.single else np.float64(value)
    if isinstance(value, int) or not np.isfinite(number):
        return str(value) if isinstance(value, int) else {"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}[str(number)]
    return np.format_float_positional(number + 0, trim="-")  # adding 0 leaves no negative nought


def _moment(value: float, column: TypedColumn) -> str:
    """A day or a time as ISO 8601 writes it."""
    since = value * _MICROSECONDS[column.unit]
    if since != int(since):
        since = round(since)  # what binary left over, below a millionth of a second
    at = column.epoch + timedelta(microseconds=int(since))
    if column.zone or column.unit != "days":
        text = at.isoformat(sep=" ").rstrip("0") if at.microsecond else at.isoformat(sep=" ")
        return f"{text}{column.zone}"
    if (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0):
        raise ValueError(value)
    return at.date().isoformat()
