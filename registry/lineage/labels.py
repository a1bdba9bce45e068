"""A study's label as people cite it: whose study it is, of which year, and what tells it from another of that name and year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["Label", "list_labels", "read"]

_REGISTRATION = re.compile(
    r"\b(?:NCT|ISRCTN|ACTRN|ChiCTR|jRCT|UMIN|DRKS|NTR|CTRI|EUCTR)[\w/-]*\d|\b\d{4}-\d{6}-\d{2}\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LETTER = re.compile(r"[\s_.-]?([^\W\d_])(?![\w-])|\s*[(\[]([^\W\d_])[)\]]")
_BETWEEN = re.compile(r"\b(?i:et\s+al)\b|\s(?:(?i:and|und|и)|et)\s|[&+;,(\[\d]")
_TOKEN = re.compile(r"(?i:phase)\s*(?:\d\w*|[IV]+\w*)|\d+[^\W\d_]?(?![^\W_])|\d+|[^\W\d_]+")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}

_NO_NAMES = frozenset(
    ["study", "trial", "protocol", "part", "centre", "center", "site", "group", "cohort", "panel", "number", "fda", "ema"]
)
"""Words that name no trial: with a number they do, alone they don't."""

_GENERIC = _NO_NAMES | frozenset(["no", "nr", "id", "the", "of", "and", "in", "et", "al", "phase", "period"])

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    **{letter: (plain, plain + "e") for letter, plain in zip("äöüø", "aouo", strict=True)},
    **{
        "å": ("a", "aa"),
        "æ": ("ae",),
        "œ": ("oe",),
        "ß": ("ss",),
        "ł": ("l",),
        "đ": ("d",),
        "ð": ("d",),
        "þ": ("th",),
        "ı": ("i",),
    },
}
"""Letters that are printed in several ways without their signs."""

_MOST_SPELLINGS = 16


@dataclass(frozen=True)
class Label:
    """A label. ``names`` are the spellings of the first author or acronym; the rest is what may tell it from another, each empty if not said:
    the author's ``initials``, the ``letter`` after the year, the other ``authors``, the ``codes`` (numbers of a study, part or protocol, roman ones too,
    and single letters), the ``words`` after the name, and the ``registrations``.
    """

    names: tuple[str, ...]
    year: str
    initials: str = ""
    letter: str = ""
    authors: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    registrations: tuple[str, ...] = ()


def read(label: str, year: int | None = None) -> Label:
    """The parts of a label; ``year`` is the study's, for a label without one."""
    text = unicodedata.normalize("NFKC", label)
    registrations = tuple(sorted({re.sub(r"[\W_]", "", found).upper() for found in _REGISTRATION.findall(text)}))
    text = _REGISTRATION.sub(" ", text).lstrip(" ([\"'")
    printed = _YEAR.search(text)
    before, after = (text[: printed.start()], text[printed.end() :]) if printed else (text, "")
    found = _LETTER.match(after)
    letter, after = (found[1] or found[2], after[found.end() :]) if found else ("", after)
    if not _bare(before):
        before, after = after.lstrip(" )],"), ""
    cut = _BETWEEN.search(before)
    name, rest = (before[: cut.start()], before[cut.start() :]) if cut else (before, "")
    bracket = re.search(r"[(\[\d]", rest)
    beside, inside = (rest[: bracket.start()], rest[bracket.start() :]) if bracket else (rest, "")
    name, initials, numerals = _named(name)
    if not initials and (found := re.match(r",\s*((?:[A-Z]\.?[\s-]*){1,2})(?![^\W\d_])", beside)):
        initials, beside = _bare(found[1]), beside[found.end() :]
    codes, words = _tokens(inside + " " + after)
    codes |= numerals | ({str(_ROMAN[letter])} if letter in _ROMAN else set())
    others = {word for word in _tokens(beside)[1] if len(word) > 1}
    key = _bare(name)
    if not key or key in _NO_NAMES:  # no name: only the number says which study it is
        key = key + "".join(sorted(codes)) if codes else ""
    return Label(
        _spellings(key) if key else (),
        printed[0] if printed else "" if year is None else str(year),
        initials,
        letter.casefold(),
        tuple(sorted(others)),
        tuple(sorted(codes)),
        tuple(sorted(words)),
        registrations,
    )


def _named(name: str) -> tuple[str, str, set[str]]:
    """The name without initials and a roman numeral behind it; these apart."""
    parts = [part for part in re.split(r"[\s_/*-]+", re.sub(r"\.(?=\w\w)", ". ", name)) if _bare(part)]
    initials, numerals = "", set()
    while len(parts) > 1 and re.fullmatch(r"(?:[A-Z]\.)+[A-Z]?|[A-Z]", parts[0]) and len(_bare(parts[-1])) > 1:
        initials += _bare(parts.pop(0))
    last = parts[-1].rstrip(".") if len(parts) > 1 else ""
    if last in _ROMAN:
        numerals.add(str(_ROMAN[last]))
        initials = initials or (_bare(last) if len(last) == 1 else "")
        parts.pop()
    elif last:
        longest = 1 if parts[0].isupper() else 3  # of an acronym in several parts, the last is no initials
        while len(parts) > 1 and re.fullmatch(rf"(?:[A-Z]\.?){{1,{longest}}}", parts[-1]):
            initials = _bare(parts.pop()) + initials
    return "".join(parts), initials, numerals


def _tokens(text: str) -> tuple[set[str], set[str]]:
    """The codes and the words in a text."""
    codes, words = set(), set()
    for token in _TOKEN.findall(text):
        if phase := re.fullmatch(r"(?i:phase)\s*([IV]+|\d)(\w*)", token):
            words.add(f"phase{_ROMAN.get(phase[1], phase[1])}{phase[2].casefold()}")
        elif token in _ROMAN:
            codes.add(str(_ROMAN[token]))
        elif token[0].isdigit():
            codes.add(token.lstrip("0").casefold() or "0")
        elif len(token) == 1 and token.isascii():
            codes.add(token.casefold())
        elif (word := _spellings(_bare(token))[0]) not in _GENERIC:
            words.add(word)
    return codes, words


def _bare(name: str) -> str:
    """The letters and digits of a name alone, in lower case; marks on other letters than Latin ones are part of the letter."""
    return "".join(letter for letter in name.casefold() if unicodedata.category(letter)[0] in "LMN")


def _spellings(name: str) -> tuple[str, ...]:
    """The ways in which a name is spelt without accents: ``müller`` is ``muller`` and ``mueller``."""
    letters = [_SPELLINGS.get(letter) or (_plain(letter),) for letter in unicodedata.normalize("NFC", name)]
    ways: tuple[str, ...] = ()
    for way in product(*letters):
        ways = (*ways, "".join(way))
        if len(ways) == _MOST_SPELLINGS:
            break
    return ways


def _plain(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    first = parts[0]
    return first if len(parts) > 1 and "LATIN" in unicodedata.name(first, "") else letter


_APART = """
    CREATE TEMP MACRO _differ(a, b) AS len(a) > 0 AND len(b) > 0 AND NOT list_has_all(a, b) AND NOT list_has_all(b, a);
    CREATE TEMP MACRO _begins(a, b) AS starts_with(a, b) OR starts_with(b, a);
    CREATE TEMP TABLE _told_apart AS
    SELECT a.package, a.study_id, b.package AS other_package, b.study_id AS other_study_id,
      bool_and(_differ(a.codes, b.codes)
        OR (_differ(a.registrations, b.registrations) AND list_has_any(a.registries, b.registries))) AS by_number
    FROM _labels a JOIN _labels b USING (author, year)
    WHERE a.package < b.package
    GROUP BY ALL
    HAVING by_number OR bool_and((a.letter <> '' AND b.letter <> '' AND a.letter <> b.letter)
      OR NOT _begins(a.initials, b.initials) OR _differ(a.authors, b.authors) OR _differ(a.words, b.words))
"""


def list_labels(con: duckdb.DuckDBPyConnection, most: int) -> None:
    """Make ``_labels``, a row for each study and spelling of its name, without names that more than ``most`` studies of a package have; and
    ``_told_apart``: the pairs of one name and year whose labels say that they are two studies, and whether a number does (``by_number``).
    """
    import polars as pl

    rows = []
    for package, study, label, year in con.execute("SELECT package, study_id, label, year FROM studies").fetchall():
        said = read(label or "", year)
        registries = [re.sub(r"\d.*", "", number) for number in said.registrations]
        several = [list(each) for each in (said.authors, said.codes, said.words, said.registrations)]
        rows += [
            (package, study, name, said.year, said.initials, said.letter, *several, registries)
            for name in said.names
            if said.year
        ]
    text, lists = dict.fromkeys(("package", "study_id", "author", "year", "initials", "letter"), pl.String), pl.List(pl.String)
    schema = text | dict.fromkeys(("authors", "codes", "words", "registrations", "registries"), lists)
    con.register("_rows", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    con.execute(f"""
        CREATE TEMP TABLE _labels AS
        SELECT *, count(*) OVER (PARTITION BY package, author, year) AS studies FROM _rows QUALIFY studies <= {most}
    """)
    con.unregister("_rows")
    con.execute(_APART)
