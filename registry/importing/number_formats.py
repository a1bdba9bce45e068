"""What the styles of a workbook make of a number: a reader of the sheet sees something other than what is stored."""

from __future__ import annotations

import re

from registry.importing.workbook import MOST_IN_OTHERS, Workbook, local

__all__ = ["DATE", "PERCENT", "disguises"]

PERCENT = "a percentage"
DATE, SCALED, BOUND, UNSHOWN = (
    "a date or time",
    "a number shown in thousands",
    "a number shown as a bound",
    "a number not shown as one",
)
# ECMA-376 part 1, 18.8.30
_BUILT_IN = {str(n): DATE for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))} | {
    "9": PERCENT,
    "10": PERCENT,
}


def disguises(book: Workbook) -> dict[str, str]:
    """The numbers of the cell styles that show a number as something else, with what they show it as."""
    formats, found = dict(_BUILT_IN), {}
    within, count = False, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal within, count
        called = local(name)
        number = attributes.get("numFmtId", "0").strip().lstrip("0")
        if called == "numFmt":
            formats[number] = _disguise(attributes.get("formatCode", ""))
        elif called == "cellXfs":
            within = True
        elif called == "xf" and within:
            if formats.get(number):
                found[str(count)] = formats[number]
            count += 1

    def end(name: str) -> None:
        nonlocal within
        within = within and local(name) != "cellXfs"

    if book.styles is not None:
        book.parse(book.styles, start, end, most=MOST_IN_OTHERS)
    return found


def _disguise(code: str) -> str:
    """What a format shows a number as; nothing where it is shown as it is. What is in brackets is a colour or a condition, unless it
    is a span of time: ``[h]``.
    """
    code = re.sub(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]|_x[0-9a-f]{4}_", "", code.lower())
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code).replace("general", "0")
    if re.search("[ymdhs]", plain):
        return DATE
    if "%" in plain:
        return PERCENT
    if re.search(r"[0#?],+(?![0#?,])", plain):
        return SCALED
    if re.search("[<>≤≥]", code):
        return BOUND
    return UNSHOWN if code and not re.search("[0#?@]", plain.partition(";")[0]) else ""
