"""Trial registries, and their numbers: in which form each prints them, and which registry a number is of however somebody else prints it.

Everything that knows a registration by its form goes by this one table.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.sql import literal

__all__ = ["REGISTRATION", "find_registrations", "registration_in_sql", "without_registrations"]


class _Register(NamedTuple):
    """``printed`` is the registry's own form ("" where none is accepted); ``letters`` begin its numbers as others print them, and ``number``
    is the rest, with as many digits as the registry's have. What is before the digits tells registries apart, but EudraCT and its successor CTIS print digits
    alone: no EudraCT number has a 5 behind the year. Letters that are also initials, a country or a word are read ``as_printed`` only: directly before their number.
    """

    printed: str
    letters: str
    number: str
    behind: str = ""
    as_printed: bool = False


_S = "[^0-9A-Za-z]?"

# The primary registries of the WHO platform and the two others that trials of antidepressants are found in; then those that are only read.
_REGISTERS = {
    "NCT": _Register(r"NCT[0-9]{8}", "NCT", "[0-9]{8}"),
    "ISRCTN": _Register(r"ISRCTN[0-9]{8}", "ISRCTN", "[0-9]{8}"),
    "EudraCT": _Register(
        r"(EUCTR)?[0-9]{4}-[0-46-9][0-9]{5}-[0-9]{2}(-[A-Z]{2,3})?",
        "(?:EUCTR|EudraCT|EU ?CT|CTIS)?",
        f"(?:19|20)[0-9]{{2}}{_S}[0-46-9][0-9]{{5}}{_S}[0-9]{{2}}",
        "(?:[-/]?[A-Z]{2,3})?",
    ),
    "CTIS": _Register(
        r"(EU CT |CTIS)?20[0-9]{2}-5[0-9]{5}-[0-9]{2}(-[0-9]{2})?",
        "(?:EUCTR|EudraCT|EU ?CT|CTIS)?",
        f"20[0-9]{{2}}{_S}5[0-9]{{5}}{_S}[0-9]{{2}}",
        f"(?:{_S}[0-9]{{2}})?",
    ),
    "ACTRN": _Register(r"ACTRN[0-9]{14}", "(?:ACTRN|ANZCTR)", "[0-9]{14}"),
    "ChiCTR": _Register(r"ChiCTR(-[A-Z]{2,4}-)?[0-9]{8,10}", "ChiCTR(?:[- ]?[A-Z]{2,4})?", "[0-9]{8,10}"),
    "JapicCTI": _Register(r"JapicCTI-[0-9]{6}", "Japic[ -]?CTI", "[0-9]{6}"),
    "UMIN": _Register(r"UMIN[0-9]{9}", "UMIN(?:-?CTR)?", "[0-9]{9}"),
    "JMA-IIA": _Register(r"JMA-IIA[0-9]{5}", "JMA-?IIA", "[0-9]{5}"),
    "jRCT": _Register(r"jRCT([0-9]{10}|[a-z][0-9]{9})", "jRCT", "(?:[0-9]{10}|[a-z][0-9]{9})"),
    "DRKS": _Register(r"DRKS[0-9]{8}", "DRKS", "[0-9]{8}"),
    "CTRI": _Register(r"CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}", "CTRI", f"[0-9]{{4}}{_S}[0-9]{{2,3}}{_S}[0-9]{{6}}"),
    "KCT": _Register(r"KCT[0-9]{7}", "KCT", "[0-9]{7}"),
    "IRCT": _Register(r"IRCT[0-9]{8,17}N[0-9]{1,3}", "IRCT", "[0-9]{8,17}N[0-9]{1,3}"),
    "NTR": _Register(r"NTR[0-9]{1,5}", "NTR", "[0-9]{1,5}", as_printed=True),
    "NL": _Register(r"NL[0-9]{1,5}", "NL", "[0-9]{1,5}", as_printed=True),
    "NL-OMON": _Register(r"NL-OMON[0-9]{5}", "NL-?OMON", "[0-9]{5}"),
    "TCTR": _Register(r"TCTR[0-9]{8,11}", "TCTR", "[0-9]{8,11}"),
    "PACTR": _Register(r"PACTR[0-9]{15,16}", "PACTR", "[0-9]{15,16}"),
    "SLCTR": _Register(r"SLCTR/[0-9]{4}/[0-9]{3}", "SLCTR", f"[0-9]{{4}}{_S}[0-9]{{3}}"),
    "RBR": _Register(r"RBR-[0-9a-z]{6,8}", "RBR-", "(?:[0-9a-z]{6,8}|[0-9A-Z]{6,8})", as_printed=True),
    "RPCEC": _Register(r"RPCEC[0-9]{8}", "RPCEC", "[0-9]{8}"),
    "PER": _Register(r"PER-[0-9]{3}-[0-9]{2}", "PER-", "[0-9]{3}-[0-9]{2}", as_printed=True),
    "LBCTR": _Register(r"LBCTR[0-9]{10}", "LBCTR", "[0-9]{10}"),
    "ITMCTR": _Register(r"ITMCTR[0-9]{10}", "ITMCTR", "[0-9]{10}"),
    "HKUCTR": _Register("", "HKUCTR", "[0-9]{1,5}"),
}

REGISTRATION = "|".join(register.printed for register in _REGISTERS.values() if register.printed)
"""A registration in its registry's own form."""

_BETWEEN = r"(?:[ :.#/_-]|no\b|nr\b|number){0,8}"


def _form(register: _Register) -> str:
    """A number in any spelling, without its letters as the first group; the WHO platform puts JPRN before Japanese ones."""
    if register.as_printed:
        return f"(?-i:{register.letters}({register.number}))"
    return f"(?:JPRN-?)?{register.letters}{_BETWEEN}({register.number}){register.behind}"


_IN_TEXT = {
    name: re.compile(rf"(?<![^\W_]){_form(register)}(?![0-9])", re.IGNORECASE | re.ASCII) for name, register in _REGISTERS.items()
}
_WORD_BEHIND = re.compile(r"[^\W_]")
_REGISTER_BEFORE = re.compile(r"\bregist\w+\W*$", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def find_registrations(text: str) -> list[tuple[str, str]]:
    """The registrations in a text, each as its registry and the number that any spelling of it gives."""
    return [(name, _number(name, found[1])) for name, found in _found(text)]


def without_registrations(text: str, instead: str = " ") -> str:
    """A text with something else in place of each registration in it."""
    for _, found in sorted(_found(text), key=lambda one: one[1].start(), reverse=True):
        text = text[: found.start()] + instead + text[found.end() :]
    return text


def _found(text: str) -> list[tuple[str, re.Match[str]]]:
    """The registrations in a text; what is part of one is no other. Initials and a year, the only one there, are none."""
    every = [(name, found) for name, form in _IN_TEXT.items() for found in form.finditer(text)]
    found_: list[tuple[str, re.Match[str]]] = []
    end = 0
    for name, found in sorted(every, key=lambda one: (one[1].start(), -one[1].end())):
        alone = found[0] == text.strip() or len(_YEAR.findall(text)) > 1
        alone = alone or _REGISTER_BEFORE.search(text, 0, found.start()) is not None
        is_year = _REGISTERS[name].as_printed and (_YEAR.fullmatch(found[1]) and not alone)
        if found.start() >= end and not is_year and not (_REGISTERS[name].as_printed and _WORD_BEHIND.match(text, found.end())):
            found_.append((name, found))
            end = found.end()
    return found_


def _number(name: str, digits: str) -> str:
    return re.sub("[^0-9A-Z]", "", f"{_first(name)}{digits}".upper())


def _first(name: str) -> str:
    """The letters that a number begins with in every spelling."""
    return "" if name in ("EudraCT", "CTIS") else name


def registration_in_sql(spelling: str) -> str:
    """SQL: the number that any spelling of a registration gives, in capitals, its letters and digits alone."""
    cases = []
    for name, register in _REGISTERS.items():
        form = literal(rf"(?i)^\s*{_form(register)}\s*$")
        digits = f"regexp_extract({spelling}, {form}, 1)"
        cases.append(f"WHEN regexp_matches({spelling}, {form}) THEN concat({literal(_first(name))}, {digits})")
    return f"regexp_replace(upper(CASE {' '.join(cases)} ELSE {spelling} END), '[^0-9A-Z]', '', 'g')"
