"""What a cell that can't be read must be instead, where its own fault can be named more exactly than by the form of its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.table import Field

__all__ = ["rewritten"]

_AS_TYPED = str.maketrans("−–‒‐‑·∙", "-----..")
"""The signs that journals print for a minus and a point."""

_Fault = tuple[re.Pattern[str], str, Callable[[str], str]]
"""The form of a cell, what it must be, and the same cell so written."""

_OF_FIGURES: Sequence[_Fault] = (
    (re.compile(r"-?[0-9]+(\.[0-9]+)? ?%"), "a number without the % sign, here {}", lambda cell: cell.rstrip(" %")),
    # Not `1,012`, which may be thousands.
    (
        re.compile(r"-?[0-9]+,(?![0-9]{3}$)[0-9]+"),
        "a number with a decimal point, here {}",
        lambda cell: cell.replace(",", "."),
    ),
    (
        re.compile(r"(?=.*[−–‒‐‑·∙])[-−–‒‐‑]?[0-9]+([.·∙][0-9]+)?"),
        "a number with a hyphen for its sign and a full stop for its point, here {}",
        lambda cell: cell.translate(_AS_TYPED),
    ),
)
_OF_NUMBERS: Sequence[_Fault] = (
    (re.compile(r"-0(\.0{1,15})?"), "a zero without a sign, here {}", lambda cell: cell[1:]),
    (
        re.compile(r"-?([1-9][0-9]{15,}(\.[0-9]+)?|(0|[1-9][0-9]*)\.[0-9]{16,})"),
        "a number of at most 15 digits on either side of its point",
        str,
    ),
)
_FAULTS: Mapping[str, Sequence[_Fault]] = {
    "count": ((re.compile(r"-?[1-9][0-9]{18,}"), "a whole number of at most 18 digits", str),),
    "number": (*_OF_FIGURES, *_OF_NUMBERS),
    "verbatim": _OF_FIGURES,
}


def rewritten(f: Field, cell: str) -> str | None:
    """What the cell must be, of a number with a percent sign, a decimal comma, a typeset minus or point, a sign before zero or too many digits;
    None for any other.
    """
    faults = _FAULTS.get(f.kind, ())
    return next((must.format(written(cell)) for form, must, written in faults if form.fullmatch(cell)), None)
