"""What a cell that can't be read must be instead, where its own fault can be named more exactly than by the form of its type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.table import Field

__all__ = ["rewritten"]

_PERCENT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?%")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,(?![0-9]{3}$)[0-9]+")
"""Not `1,012`, which may be thousands."""

_SIGNED_ZERO = re.compile(r"-0(\.0{1,15})?")
_LONG = re.compile(r"-?([1-9][0-9]{15,}(\.[0-9]+)?|(0|[1-9][0-9]*)\.[0-9]{16,})")
_COUNT = re.compile(r"-?[1-9][0-9]{18,}")


def rewritten(f: Field, cell: str) -> str | None:
    """What the cell must be, of a number with a percent sign, a decimal comma, a sign before zero or too many digits; None for any other."""
    if f.kind == "count":
        return "a whole number of at most 18 digits" if _COUNT.fullmatch(cell) else None
    if f.kind not in {"number", "verbatim"}:
        return None
    if percent := _PERCENT.fullmatch(cell):
        return f"a number without the % sign, here {percent[1]}"
    if _DECIMAL_COMMA.fullmatch(cell):
        return f"a number with a decimal point, here {cell.replace(',', '.')}"
    if f.kind == "number" and _SIGNED_ZERO.fullmatch(cell):
        return f"a zero without a sign, here {cell[1:]}"
    return "a number of at most 15 digits on either side of its point" if f.kind == "number" and _LONG.fullmatch(cell) else None
