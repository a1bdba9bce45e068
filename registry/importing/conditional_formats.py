"""Conditional formats of a sheet: a reader may see a cell as something other than what its own style shows it as."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from registry.importing.cells import MOST_COLUMNS, MOST_ROWS, SheetCell, column_number
from registry.importing.number_formats import UNSHOWN, Look, Styles, lay_over
from registry.importing.workbook import MOST_IN_SHEET, Workbook, local

__all__ = ["Condition", "read_conditions"]

_CORNER = re.compile(r"\$?([A-Z]{1,3})?\$?([0-9]{1,7})?")
_COMPARED: Mapping[str, Callable[..., bool]] = {
    "lessThan": lambda x, y: x < y,
    "lessThanOrEqual": lambda x, y: x <= y,
    "equal": lambda x, y: x == y,
    "notEqual": lambda x, y: x != y,
    "greaterThanOrEqual": lambda x, y: x >= y,
    "greaterThan": lambda x, y: x > y,
    "between": lambda x, y, z: min(y, z) <= x <= max(y, z),
    "notBetween": lambda x, y, z: not min(y, z) <= x <= max(y, z),
}


@dataclass
class Condition:
    """A rule for the cells of some areas (top, left, bottom, right), and what it shows those as of which it is true. It may show a picture alone."""

    kind: str
    operator: str
    look: Look = field(default_factory=Look)
    shows_no_value: bool = False
    formulas: list[str] = field(default_factory=list)
    areas: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def matters(self) -> bool:
        """Whether it may show anything but colours and lines."""
        return self.shows_no_value or bool(self.look.code) or self.look.apart

    def disguise(self, row: int, cell: SheetCell) -> str:
        """What it may show a cell as; nothing where it shows it as it is stored, or where it is certain not to be true of the cell."""
        if not any(top <= row <= bottom and left <= cell.column <= right for top, left, bottom, right in self.areas):
            return ""
        shown = UNSHOWN if self.shows_no_value and cell.kind == "n" else self.look.disguise(cell)
        return shown if shown and self._may_hold(cell) else ""

    def _may_hold(self, cell: SheetCell) -> bool:
        """A number is compared with numbers that the rule names. What a formula gives is for the program that has it."""
        if self.kind == "containsBlanks":
            return not (cell.text or "").strip()
        if self.kind != "cellIs" or cell.kind != "n" or self.operator not in _COMPARED:
            return True
        try:
            return _COMPARED[self.operator](float(cell.text or "0"), *map(float, self.formulas))
        except (ValueError, TypeError):
            return True


def read_conditions(book: Workbook, part: str, styles: Styles) -> list[Condition]:
    """The conditional formats of a sheet that may show a cell as something else: by a number format, a font that is struck out, or a picture in the
    place of the value. The style is one of the workbook's, or, where a newer program wrote the rule, the rule's own.
    """
    found: list[Condition] = []
    here: list[Condition] = []
    text: list[str] | None = None
    areas = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal areas, text
        called = local(name)
        if called == "conditionalFormatting":
            here.clear()
            areas = attributes.get("sqref", "")
        elif called == "cfRule":
            here.append(Condition(attributes.get("type", ""), attributes.get("operator", "")))
            number = attributes.get("dxfId", "")
            if re.fullmatch("[0-9]{1,6}", number) and int(number) < len(styles.conditional):
                here[-1].look = styles.conditional[int(number)]
        elif called in {"iconSet", "dataBar"} and here:
            here[-1].shows_no_value = attributes.get("showValue", "1") in {"0", "false"}
        elif called == "dxf" and here:
            here[-1].look = Look()
        elif called in {"formula", "f", "sqref"}:
            text = []
        elif here:
            lay_over(here[-1].look, called, attributes)

    def say(said: str) -> None:
        if text is not None:
            text.append(said)

    def end(name: str) -> None:
        nonlocal areas, text
        called = local(name)
        if called in {"formula", "f"} and here and text is not None:
            here[-1].formulas.append("".join(text))
        elif called == "sqref" and text is not None:
            areas = "".join(text)
        elif called == "conditionalFormatting":
            for condition in here:
                condition.areas = [_area(area) for area in areas.split()]
            found.extend(condition for condition in here if condition.matters)
            here.clear()
        if called in {"formula", "f", "sqref"}:
            text = None

    book.parse(part, start, end, say, most=MOST_IN_SHEET)
    return found


def _area(named: str) -> tuple[int, int, int, int]:
    """The rows and columns of ``B7``, ``B7:C9``, ``B:C`` or ``7:9``; of what can't be read, the whole sheet."""
    corners = [_CORNER.fullmatch(corner) for corner in named.split(":")]
    first, last = corners[0], corners[-1]
    if first is None or last is None or len(corners) > 2:
        return 1, 1, MOST_ROWS, MOST_COLUMNS
    return (
        int(first[2] or 1),
        column_number(first[1]) if first[1] else 1,
        int(last[2] or MOST_ROWS),
        column_number(last[1]) if last[1] else MOST_COLUMNS,
    )
