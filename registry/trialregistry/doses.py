"""The doses that a group's title gives: as they are printed where that is plain, and unread where it can be read in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Amount", "amounts_in"]

_NUMBER = r"(?:0,\d+|[1-9],\d00|\d+(?:\.\d+)?|\.\d+)(?![\d.,]*\d)"
_UNIT = r"(?:mg\s*(?:/|per)\s*70\s*kg|(?:mg|milligrams?)\s*(?:/|per)\s*(?:kg|kilograms?)(?:\s+(?:of\s+)?body[\s-]?weight)?|mg|milligrams?|mcg|µg|μg|ug|micrograms?)(?!\w)"
_DAILY = r"(?:\s*(?:/|per)\s*d(?:ay)?(?!\w))?"
_PER_SOMETHING_ELSE = (
    r"(?!\s*kg)(?!\s*(?:/|\bper)\s*(?:\d+\s*)?(?:kg|kilo\w*|m[lL2²]|dL|L|min\w*|h|hrs?|hours?|wks?|weeks?|months?|lb|body)\b)"
)
_BEGINS = r"(?<![\w.])(?<!\d,)(?<![A-Za-z]-)"
_ONE = re.compile(
    rf"{_BEGINS}(?P<numbers>{_NUMBER})[\s-]*(?P<unit>{_UNIT})(?P<daily>{_DAILY}){_PER_SOMETHING_ELSE}", re.IGNORECASE
)
_LISTED = re.compile(
    rf"{_BEGINS}(?P<numbers>(?:{_NUMBER}\s*(?P<between>mg)?\s*(?:,\s+(?:and\s|or\s)?|/|\+|&|\band\b|\bor\b|\bto\b|-)\s*)+{_NUMBER})"
    rf"\s*(?P<unit>{_UNIT})(?P<daily>{_DAILY}){_PER_SOMETHING_ELSE}",
    re.IGNORECASE,
)
"""Doses that share their unit: `56 or 84 mg`, `56/84 mg`."""

_ANY = re.compile(rf"[\d.,]*\d\s*{_UNIT}", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:\b(?:cohort|group|arm|panel|part|stage|period|phase|weeks?|wk|days?|level|sequence|study|visit|step|cycle|number|no\.?|team|set|site|protocol)|#)\s*$",
    re.IGNORECASE,
)
"""What makes a number before a list of doses none of them: `Cohort 2, 56 mg`."""

_LIMIT_BEFORE = re.compile(
    r"(?:\b(?:not|no|never|without|except|instead of|excluding|than|up to|at least|at most|max(?:imum)?\.?(?: (?:dose )?of)?|minimum(?: of)?|over|under|above|below|exceeding"
    r"|starting(?: at| with| from| dose(?: of)?)?|initial(?:ly)?(?: dose(?: of)?)?|previous(?:ly)?|prior|former(?:ly)?|(?:reduced|lowered|increased|raised) from)|[<>]=?|±|\+/-|\d\s*[x×*])[\s(:,]*$",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(
    r"^\s*(?:[x×*]\s*\d|±|\+/-|(?:or|and) (?:more|less|higher|lower|greater|above|below|up)\b|max(?:imum)?\b)", re.IGNORECASE
)
"""What makes an amount a limit, a part of the dose, or one that wasn't given."""

_FRACTION = re.compile(r"[13]/[24]$")
"""A half or a quarter, rather than two doses."""

_NEAR = 40
"""Characters beside an amount that are looked at."""

_SPELT = {"milligram": "mg", "milligrams": "mg", "mcg": "ug", "µg": "ug", "μg": "ug", "microgram": "ug", "micrograms": "ug"}


@dataclass(frozen=True)
class Amount:
    """Where a text has a dose, or several that share their unit; no numbers where it isn't plain what was given."""

    start: int
    end: int
    numbers: tuple[str, ...] = ()
    unit: str = ""


def amounts_in(text: str) -> list[Amount]:
    """The amounts of a text, in its order. A number that could be two (`1,25 mg`), and one of a unit that isn't known, is unread."""
    found: list[Amount] = []
    for pattern in (_LISTED, _ONE):
        for match in pattern.finditer(text):
            if not _overlaps(match, found) and (amount := _amount(match, text)):
                found.append(amount)
    found += [Amount(*match.span()) for match in _ANY.finditer(text) if not _overlaps(match, found)]
    return sorted(found, key=lambda amount: amount.start)


def _overlaps(match: re.Match[str], found: list[Amount]) -> bool:
    return any(match.start() < amount.end and amount.start < match.end() for amount in found)


def _amount(match: re.Match[str], text: str) -> Amount | None:
    """The amount of a match; none of a list whose doses have units of their own."""
    before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
    unit = _unit(match["unit"], daily=bool(match["daily"]))
    if match.re is _LISTED and match["between"] and unit not in {"mg", "mg/day"}:
        return None
    numbers = [_plain(number) for number in re.findall(_NUMBER, match["numbers"])]
    if len(numbers) > 1 and _LABEL.search(before):
        numbers = numbers[1:]
    unclear = _FRACTION.search(match["numbers"]) or _LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(after)
    if unclear or not all(numbers):
        return Amount(*match.span())
    return Amount(*match.span(), numbers=tuple(numbers), unit=unit)


def _plain(number: str) -> str:
    """A number with a point for its decimals; nothing where it may be thousands or decimals (`1.000`), or begins with zeros."""
    number = number.replace(",", "." if number.startswith("0,") else "")
    number = f"0{number}" if number.startswith(".") else number
    return "" if re.fullmatch(r"0\d.*|[1-9]\d*\.\d00", number) else number


def _unit(words: str, *, daily: bool) -> str:
    parts = [part.strip() for part in re.split(r"/|\bper\b", words.lower())]
    unit = _SPELT.get(parts[0], parts[0])
    if len(parts) > 1:
        unit += "/70kg" if parts[1].startswith("70") else "/kg"
    return f"{unit}/day" if daily else unit
