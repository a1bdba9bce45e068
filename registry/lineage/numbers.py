"""The numbers in a study's label: those of the study, those of a part of it, and whether two labels' numbers can be of one study.

A number counts only where it is said to be a study's: behind a word such as "study", in an acronym, in a sponsor's code, or alone in brackets. Others are
doses, weeks, pages, or places in a list of references.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace
from itertools import product
from operator import ne
from typing import TypeVar

__all__ = [
    "LILLY",
    "LOOSE",
    "ROMAN",
    "STUDY",
    "Numbers",
    "by_kind",
    "find_numbers",
    "in_lilly_groups",
    "is_pooled",
    "numbers_differ",
]

ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "X": "10"}

Number = tuple[str, tuple[str, ...]]
"""A kind and its pieces. The kind is one of the three below, or the letters that begin a sponsor's code ("": none)."""

STUDY, LOOSE, LILLY = "study", "loose", "lilly"
"""Kinds: behind the word for a study; alone in brackets, where it may be a size; and Lilly's four letters, as in F1J-MC-HMAQ."""

T = TypeVar("T")

_KNOWN = (
    r"(?:HAM|HDRS|HRSD|MADRS|Q?IDS|HADS|BDI|PHQ|CGI|GDS|GAD|SF|MINI|SCID|YMRS|PANSS|WHOQOL|WHODAS|DSM|ICD|COVID|SARS|TYPE|BIPOLAR|PHASE"
    r"|JAMA|BMJ|LANCET|NEJM|PLOS|LOCF)(?![a-z])"
)
"""Scales, classifications and journals, whose numbers aren't a study's."""
_PART = r"part|teil|panel|group|cohort|sample|arm|period|stage|step|level|wave|visit|site|cent(?:re|er)"
_STUDY = r"(?i:stud(?:y|ies)|trials?)\b"
_NUMBERED = re.compile(
    rf"""
    (?<![^\W_])((?i:studie|study|studies|trials?|étude|estudio|protocols?|(?:exp(?:eriment|t)?|rct|no|nr|number|id)s?(?![a-z])|(?:{_PART})s?))
    (?:[\s:.]*(?i:no|nr|number|code)\b)?[\s:.\#_-]*(?!{_KNOWN})
    ((?:[A-Za-z]{{1,6}}-){{0,3}}(?:[A-Za-z]{{1,6}})?\d\w*(?:[-/._]\w*\d\w*)*(?:\s*(?:&|\+|and\b)\s*\d+[a-z]?\b)* | [IVX]+\b | [A-Z]\b | [a-z]\b(?!\s*\w))
    | (?<![\w-])(?!{_KNOWN})([A-Z]{{3,}})-([A-D])(?![\w-])
    | \b(?!{_KNOWN})([A-Z]{{4,}})(?:[-\s]?([1-9])|[-\s]([IVX]+))(?![\w-]|[.:]\d)
    | \b(?!{_KNOWN}|(?i:{_KNOWN}|and\b|with\b))([^\W\d_]{{3,}}|[A-Z]{{2}})
      (?:[-\s.]*([1-9])|[-\s](I[IVX]|III|VI{{1,3}})|[-\s]([IVX])(?=\s*(?:[)\]]|{_STUDY}|$)))(?=\s*(?:[)\],;/]|{_STUDY}|$))
    | \#\s*(\d+)
    """,
    re.VERBOSE,
)
"""A number behind the word for what it numbers, or as in `MAP-A`, `TRANSFORM-1`, `Aspire II`, `wave 2` and `#4091`."""
_POOLED = re.compile(
    r"\b(?i:pool(?:ed|ing)|combined|integrated|meta-?analysis)\b|\b([A-Z]{4,})[-\s]?(?:[IVX]+|\d)\s*(?:(?:&|\+|/|and\b|to\b)\s*(?:\1[-\s]?|-)?|,\s*(?:\1[-\s]?|-|(?=\d\s*(?:,|&|and\b))))(?:[IVX]+|\d)\b"
    r"|[(\[]\s*\d{3,4}\s*(?:&|\+|\band\b)\s*\d{3,4}\s*[)\]]"
)
_AND = re.compile(r"\s*(?:&|\+|\band\b)\s*")

_LILLY_CODE = re.compile(r"\b[A-Z]\d[A-Z]-[A-Z]{2}-([A-Z]{4})(?:[-\s]?([A-D]|[a-d]))?(?![A-Za-z])")
_LILLY_GROUP = re.compile(r"\b([HL][A-Z]{3})[-\s]?([A-D]|[a-d])\b")
_LILLY_WORD = re.compile(rf"\b(?!{_KNOWN})([HL][A-Z]{{3}})\b")
_ALONE = re.compile(r"(?<=[(\[,;])\s*((?!(?:19|20)\d\d\b)\d{3,4}(?:\s*(?:&|\+|/|\band\b)\s*\d{3,4}\b)*)\s*(?=[)\],;])")


@dataclass(frozen=True)
class Numbers:
    """The study's numbers, the ``parts`` of it (a word or acronym that is numbered, and its number), the first ``acronym`` with its number,
    and whether several trials are ``pooled``.
    """

    studies: frozenset[Number] = frozenset()
    parts: frozenset[tuple[str, str]] = frozenset()
    acronym: str = ""
    pooled: bool = False

    def __or__(self, other: Numbers) -> Numbers:
        return Numbers(
            self.studies | other.studies, self.parts | other.parts, self.acronym or other.acronym, self.pooled or other.pooled
        )


def find_numbers(text: str, *, named: bool = False) -> tuple[Numbers, str]:
    """The numbers in a text, and the rest of it. In a text that a study is ``named`` by, all digits left are one code: GSK 29060/448."""
    found, left = _numbered(text, named=named)
    codes: set[Number] = set()
    if named and re.search(r"\d", left):
        codes, left = {_number(left)}, re.split(r"\d", left)[0]
    elif not named:
        codes, left = _codes(left)
    return replace(found, studies=found.studies | codes), left


def is_pooled(text: str) -> bool:
    """Whether a text says that it is of several trials."""
    return _POOLED.search(text) is not None


def in_lilly_groups(text: str) -> str:
    """A text in which Lilly's codes are short, and the group behind them is called so: F1J-MC-HMATa is HMAT, group A."""
    for form in (_LILLY_CODE, _LILLY_GROUP):
        text = form.sub(lambda found: f"{found[1]}{f' group {found[2].upper()} ' if found[2] else ''}", text)
    return text


def _numbered(text: str, *, named: bool) -> tuple[Numbers, str]:
    """The numbers that a word or an acronym gives as such, and the rest of the text."""
    all_of = Numbers()
    for found in _NUMBERED.finditer(text):
        word, number, *others = found.groups()
        acronym = ""
        if not word:
            *names, number = filter(None, others)
            word = names[0] if names else ""
            if number in "ABCD":
                word, number = "group", number.casefold()
            elif word[:1].isupper() and not re.fullmatch(rf"(?:{_PART})s?|study|trial", word, re.IGNORECASE):
                acronym = f"{word}#{ROMAN.get(number, number)}" if found[5] or not named else ""
        elif one := re.fullmatch(r"([A-Za-z]{3,})-?([1-9])", number):  # study ASPIRE-1
            word, number = one.groups()
        studies = not word or (not re.fullmatch(rf"(?:{_PART})s?", word, re.IGNORECASE) and found[1] == word)
        each = _AND.split(number)
        all_pieces = [(ROMAN[one],) if one in ROMAN else _pieces(one) for one in each]
        if studies:
            numbers = frozenset((STUDY, pieces) for pieces in all_pieces if pieces)
            all_of |= Numbers(numbers, pooled=len(numbers) > 1)
        else:
            kind = word.casefold().rstrip("s").replace("center", "centre").replace("teil", "part")
            all_of |= Numbers(parts=frozenset((kind, "".join(map(_short, pieces))) for pieces in all_pieces), acronym=acronym)
    return all_of, _NUMBERED.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    """What stays of a number and its word: a word in small letters, as in `ketamine 2`. A name says nothing but the number."""
    name = next(filter(None, found.groups()[2:]), "")
    return f" {name} " if name.islower() else " "


def _codes(text: str) -> tuple[set[Number], str]:
    """The sponsors' codes in a text and the numbers alone in its brackets, and the rest of it."""
    numbers: set[Number] = {(LOOSE, (number,)) for alone in _ALONE.findall(text) for number in re.findall(r"\d+", alone)}
    numbers |= {(LILLY, (code.casefold(),)) for code in _LILLY_WORD.findall(text)}
    text = _LILLY_WORD.sub(" ", _ALONE.sub(" ", text))
    text = re.sub(
        r"(?<=[A-Z\d])\s(?=\d{2,6}\b(?![:(]))|(?<=\d)\s(?=[A-Z]{2}\s\d)|(?<=\d[\s-][A-Z]{2})\s(?=\d)", "-", text
    )  # PAR 03 001
    left = ""
    for piece in re.split(r"(\s+|[,;()\[\]]+)", text):
        if _is_code(piece) or (left.endswith("(") and re.fullmatch(r"\d{3}-\d{3}", piece)):
            numbers.add(_number(piece))
        else:
            left += piece
    return numbers, left


def _number(code: str) -> Number:
    """A sponsor's code: the letters that begin it, and its pieces."""
    return "".join(re.findall(r"[^\W\d_]", re.split(r"\d", code)[0])).casefold(), _pieces(code)


def _is_code(text: str) -> bool:
    """Whether a text looks like SCT-MD-01, 29060/448, AK130926, 11492A or 22521: not HAM-D17, 20mg, 18-65 or 12:345."""
    numbers = re.findall(r"\d+", text)
    if not re.fullmatch(r"[^\W_]+(?:[-/._][^\W_]+)*", text) or re.match(_KNOWN, text) or not numbers:
        return False
    filled = any(number[0] == "0" and len(number) > 1 for number in numbers)
    if re.search("[A-Z]", text):
        several = re.fullmatch(r"[A-Z]+(?:[-/._][A-Za-z]+)+[-/._]\d+|[A-Z]{5,}\d{4}", text)
        return bool(filled or several or any(len(number) > 2 and not _is_year(number) for number in numbers))
    plain = text.replace(".", "").isdigit() and "." in text and len(text) < 6
    return not (re.search("[a-z]", text) or plain or any(map(_is_year, numbers))) and (
        filled or any(4 < len(number) < 7 for number in numbers) or re.fullmatch(r"\d{2,3}-\d{2,3}-\d{3}", text) is not None
    )


def _is_year(number: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d", number) is not None


def _pieces(code: str) -> tuple[str, ...]:
    """The numbers of a code, and the single letters behind them or alone."""
    found = re.findall(r"\d+|(?<=\d)[^\W\d_](?![^\W\d_])|(?<![^\W_])[^\W\d_](?![^\W_])", code)
    return tuple(piece.casefold() for piece in found)


def _short(piece: str) -> str:
    """A piece of a number without zeros before it."""
    return piece.lstrip("0") or "0"


def _digits(pieces: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_short(piece) for piece in pieces if piece.isdigit())


def numbers_differ(one: Set[Number], other: Set[Number]) -> bool:
    """Whether two labels give different numbers of a kind, or each a number of some kind that the other doesn't have.

    A code that both give may be a drug's, and leaves open whether the study's number is the same.
    """
    for a, b in by_kind(one, other):
        if all(_differ(x, y) for x, y in product(a, b)):
            return True
    left = [number for number in one if not any(_same(number, another) for another in other)]
    right = [number for number in other if not any(_same(number, another) for another in one)]
    return any(x[0] != y[0] and _differ(x, y) for x, y in product(left, right))


def by_kind(one: Set[tuple[str, T]], other: Set[tuple[str, T]]) -> list[tuple[Set[tuple[str, T]], Set[tuple[str, T]]]]:
    """The numbers of each kind that both have."""
    kinds = sorted({kind for kind, _ in one} & {kind for kind, _ in other})
    return [
        ({number for number in one if number[0] == kind}, {number for number in other if number[0] == kind}) for kind in kinds
    ]


def _differ(one: Number, other: Number) -> bool:
    """Whether two numbers can't be of one study. Of other kinds, or only behind the word for a study, a number says nothing about a much longer
    one: the second study of a report may be a sponsor's 547-PPD-202B. Nor does SPD489 about SPD489-322: it says less.
    """
    (kind, x), (other_kind, y) = one, other
    if _same(one, other) or (LILLY in (kind, other_kind) and kind != other_kind):
        return False
    if kind == other_kind and kind != STUDY:
        return kind in ("", LOOSE, LILLY) or any(map(ne, _digits(x), _digits(y)))
    return abs(_length(x) - _length(y)) < 2


def _length(pieces: tuple[str, ...]) -> int:
    return len((_digits(pieces) or ("",))[-1])


def _same(one: Number, other: Number) -> bool:
    """Whether one number may be a longer or shorter form of the other: 448 and 29060/448, 301 and 301A, CN138-139 and CN138139, not 3 and 3-022."""
    (kind, x), (other_kind, y) = one, other
    if LILLY in (kind, other_kind):
        return one == other
    letters = [{piece for piece in pieces if not piece.isdigit()} for pieces in (x, y)]
    if letters[0] and letters[1] and letters[0].isdisjoint(letters[1]):
        return False
    short, long = sorted((_digits(x), _digits(y)), key=len)
    left = iter(long)
    if short and all(piece in left for piece in short) and short[-1] == long[-1]:
        return True
    whole, ending = sorted(("".join(filter(str.isdigit, pieces)).lstrip("0") for pieces in (x, y)), key=len, reverse=True)
    return whole == ending or (len(ending) > 2 and whole.endswith(ending))
