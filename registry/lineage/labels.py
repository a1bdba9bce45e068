"""A study's label as people cite it: whose study it is, of which year, and what tells it from another of that name and year.

A number counts only where it is said to be a study's: behind a word such as "study", in an acronym, in a sponsor's code. Others are sizes, doses, weeks,
pages, or places in a list of references.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import duckdb

__all__ = ["Label", "list_labels", "read", "tell_apart", "told_apart"]

_REGISTRATION = re.compile(
    r"\b(?:NCT|ISRCTN|ACTRN|ANZCTR|ChiCTR|HKUCTR|jRCT|JapicCTI|UMIN|DRKS|NTR|NL-OMON|CTRI|SLCTR|EUCTR|IRCT|KCT|PACTR|TCTR|RPCEC|LBCTR)"
    r"(?:[\s:.#-]|\bno\b)*[\w/-]*\d|\bRBR-?\d\w*|\b\d{4}-\d{6}-\d{2}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|[/-]0\d)")
_SUPERSCRIPT = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "X": "10"}

_BETWEEN = re.compile(
    r"\b(?i:et)\b\.?\s*(?i:al|alii|coll)\b\.?|\b[eu]\.\s?a\.|\bm\.\s?fl\b|等|ら(?=[\s(\d]|$)"
    r"|\s(?:(?i:and|und|и)|et|y|e|i|og|och|en|ve)\s+(?=[^\W\d_]{2})|\sa\s+kol\b|[&+;,(\[]"
)
"""What ends the first author's name."""

_AMOUNT = r"\d+(?:[.,]\d+)*(?:\s*(?:-|to|/)\s*\d+(?:[.,]\d+)*)?"
_UNIT = (
    r"(?:[mkuµμ]g|mcg|ml|hz|weeks?|wks?|days?|months?|mos?|years?|yrs?|hours?|hrs?|min|minutes?|sessions?|items?|arms?|groups?|parts?|sites?|(?<=[\s-])[dghwy]"
    r"|cent(?:re|er)s?|patients?|participants?|subjects?|people|countries|hospitals|studies|trials)"
)
_ASIDE = re.compile(
    rf"""
    https?://\S+ | \b(?:doi\W*)?10\.\d{{4,9}}/[^\s)\];,]+ | \bPM(?:ID|C)\W*\d+
    | \[\s*[a-z]?\d+(?:\s*[-,;]\s*\d+)*\s*\]
    | \b(?!(?:19|20)\d\d\b){_AMOUNT}\s*-?\s*(?:{_UNIT}(?:\s*(?:/|per\s)\s*\w+)*\b|%)
    | \b(?:weeks?|wks?|days?|months?|years?|age[sd]?|n|vol|volume|pp?|pages?|issue|refs?|references?|version|v|doses?|scores?|tables?|figures?|figs?|suppl(?:ement)?)[\s.:=]*{_AMOUNT}\b
    | [<>=≤≥]+\s*{_AMOUNT}
    | \b[JS]r\b\.?
    | ^\W*\d{{1,3}}(?:[.)\]]\s*|\s+)(?=[^\W\d_]{{2}})
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What says something else than whose study it is, and which."""

_KNOWN = (
    r"(?:HAM|HDRS|HRSD|MADRS|Q?IDS|HADS|BDI|PHQ|CGI|GDS|GAD|SF|MINI|SCID|YMRS|PANSS|WHOQOL|WHODAS|DSM|ICD|COVID|SARS|TYPE|BIPOLAR|PHASE"
    r"|JAMA|BMJ|LANCET|NEJM|PLOS)(?![a-z])"
)
"""Scales, classifications and journals, whose numbers aren't a study's."""
_LILLY = r"[A-Z]\d[A-Z]-[A-Z]{2}-[A-Z]{4}(?:[a-z]|-?[A-D])?(?![A-Za-z])"
"""A code whose last piece is of letters, as F1J-MC-HMAQ; a letter behind it is a group."""
_PART = r"part|panel|group|cohort|period|stage|level|site|cent(?:re|er)"
_STUDY = r"(?i:stud(?:y|ies)|trials?)\b"
_NUMBERED = re.compile(
    rf"""
    (?<![^\W_])((?i:studie|study|studies|trials?|protocols?|(?:exp(?:eriment|t)?|rct|no|nr|number|id)s?(?![a-z])|(?:{_PART})s?))
    (?:[\s:.]*(?i:no|nr|number|code)\b)?[\s:.\#_-]*(?!{_KNOWN})
    ({_LILLY} | (?:[A-Za-z]{{1,6}}-?)?\d\w*(?:[-/._]\w*\d\w*)*(?:\s*(?:&|\+|and\b)\s*\d+[a-z]?\b)* | [IVX]+\b | [A-Z]\b | [a-z]\b(?!\s*\w))
    | (?<![\w-])(?!{_KNOWN})([A-Z]{{3,}})-([A-D])(?![\w-])
    | \b(?!{_KNOWN})([A-Z]{{4,}})(?:[-\s]?([1-9])|[-\s]([IVX]+))(?![\w-]|[.:]\d)
    | \b(?!{_KNOWN}|(?i:{_KNOWN}|and\b|with\b))([^\W\d_]{{3,}})
      (?:[-\s.]*([1-9])|[-\s](I[IVX]|III|VI{{1,3}})|[-\s]([IVX])(?=\s*(?:[)\]]|{_STUDY}|$)))(?=\s*(?:[)\],;/]|{_STUDY}|$))
    | \#\s*(\d+)
    """,
    re.VERBOSE,
)
"""A number behind the word for what it numbers, or as in `HMAT-A`, `TRANSFORM-1`, `Aspire II`, `wave 2` and `#4091`."""

_MARK = r"(?:(?:i[iv]|iii|vi{1,3}|ix|II|I[VX]|III|VI{1,3}|[^\W\d_])(?!\w))"
_MARKS = rf"{_MARK}(?:\s*[,/&+]\s*{_MARK}(?!\s*\w))*"
_MARKED = re.compile(
    rf"[_.-]?({_MARKS})(?!-)|\s({_MARKS})(?!\s*[\w-])|\s*[(\[]\s*({_MARKS}|\d)\s*[)\]]|\s*(?:[._]\s*(\d{{1,3}})|[-/]\s*(\d|\d{{3}}))(?!\w|[.:]\d)|\s(\d)\s*$"
    rf"|\s*\)?\s*[,;]\s*({_MARKS}|\d)(?=[\s)\]]*$)"
)
"""The letter behind the year, or the number in its place."""
_PHASE = re.compile(r"(?i:phase)\s*([IV]+|\d)(\w*)")
_MARKED_BEFORE = re.compile(rf"[(\[]\s*({_MARK}|\d)\s*[)\]]\s*$")

_NO_NAMES = frozenset(
    ["study", "trial", "protocol", "part", "centre", "center", "site", "group", "cohort", "panel", "number", "fda", "ema"]
)
"""Words that name no trial: with a number they do, alone they don't."""

_GENERIC = _NO_NAMES.union(
    re.findall(
        r"\w+",
        """no nr id the of and in et al phase period studies trials eudract unpublished submitted press poster abstract alii co coll col cols kol wsp fl др
        colleagues others coworkers workers associates""",
    )
)
"""Words that tell neither names nor studies apart."""

_SPONSORS = frozenset(
    re.findall(
        r"\w+",
        """abbott allergan astrazeneca bms elililly glaxo glaxosmithkline gsk janssen lilly lundbeck merck msd novartis organon otsuka pfizer
        servier smithkline takeda wyeth""",
    )
)
"""Names behind which a number is a study's: no such author has a list of references."""

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    **{letter: (plain, plain + "e") for letter, plain in zip("äöüø", "aouo", strict=True)},
    **{
        "å": ("a", "aa"),
        "æ": ("ae",),
        "œ": ("oe",),
        "ß": ("ss",),
        "ł": ("l",),
        "đ": ("d", "dj"),
        "ð": ("d",),
        "þ": ("th",),
        "ı": ("i",),
    },
}
"""Letters that are printed in several ways without their signs."""

_MOST_SPELLINGS = 16


Number = tuple[str, tuple[str, ...]]
T = TypeVar("T")


@dataclass(frozen=True)
class Label:
    """A label. ``names`` are the spellings of the first author or acronym; the rest is what may tell it from another, each empty if not said: the
    author's ``initials``, the ``marks`` behind the year (the letter of 2020a), the other ``authors``, the study's ``numbers`` (each its kind,
    which is `study` or the letters that begin a sponsor's code, and its pieces), the ``parts`` (a word or acronym that is numbered, and its number), the
    ``words`` after the name, and the ``registrations``. ``stems`` are the names without numbers.
    """

    names: tuple[str, ...]
    year: str
    initials: str = ""
    marks: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    numbers: frozenset[Number] = frozenset()
    parts: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[str] = frozenset()
    registrations: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()

    @property
    def codes(self) -> frozenset[tuple[str, ...]]:
        """The study's numbers, of whatever kind."""
        return frozenset(pieces for _, pieces in self.numbers)


def read(label: str, year: int | None = None) -> Label:
    """The parts of a label; ``year`` is the study's, for a label without one."""
    text = _DASH.sub("-", unicodedata.normalize("NFKC", _SUPERSCRIPT.sub("", label)))
    registrations = frozenset(_registration(found[0]) for found in _REGISTRATION.finditer(text))
    text = _ASIDE.sub(" ", _REGISTRATION.sub(" ", text)).lstrip(" ([\"'")
    printed = _YEAR.search(text)
    before, after = (text[: printed.start()], text[printed.end() :]) if printed else (text, "")
    found = _MARKED.match(after)
    marks, after = (_marks(found), after[found.end() :]) if found else (set(), after)
    if not _bare(before):
        before, after = after.lstrip(" )],"), ""
    if found := _MARKED_BEFORE.search(before):
        marks, before = marks | _marks(found), before[: found.start()]
    cut = _BETWEEN.search(before)
    head, rest = (before[: cut.start()], before[cut.start() :]) if cut else (before, "")
    bracket = re.search(r"[(\[]", rest)
    beside, inside = (rest[: bracket.start()], rest[bracket.start() :]) if bracket else (rest, "")
    stems, initials, numeral = _named(re.split(rf"{_LILLY}|\d", head)[0])
    if not initials and (found := re.match(r",\s*((?:[A-Z]\.?[\s-]*){1,2})(?![^\W\d_])", beside)):
        initials, beside = _bare(found[1]), beside[found.end() :]
    numbers, parts, left = _numbered(head)
    if re.search(r"\d", left):
        numbers.add(_number(left))  # the numbers of a name are one: GSK 29060/448
    elif numeral and not numbers and not parts:
        parts.add((stems[-1], numeral))
    own = {pieces for _, pieces in numbers} | {(number,) for _, number in parts}
    more, more_parts, left = _numbered(f"{beside} ; {inside} {after}")
    sponsors, left = _sponsors(left, named=not _SPONSORS.isdisjoint(stems))
    beside, _, left = left.partition(";")
    numbers |= more | sponsors | {("study", (_ROMAN[mark],)) for mark in marks if mark in _ROMAN}
    names = stems
    if stems[0] in ("", *_NO_NAMES):  # no name: only the number says which study it is
        said = sorted("".join(pieces) for pieces in own or (pieces for _, pieces in numbers))
        names = [stems[0] + "".join(said)] if said else []
    return Label(
        tuple(spelling for name in names for spelling in _spellings(name)),
        printed[0] if printed else "" if year is None else str(year),
        initials,
        frozenset(_ROMAN.get(mark, mark).casefold() for mark in marks),
        frozenset(_words(beside)),
        frozenset(numbers),
        frozenset(parts | more_parts),
        frozenset(_words(left)),
        registrations,
        frozenset(stems),
    )


def _marks(found: re.Match[str]) -> set[str]:
    """The letters and numbers found behind a year; `ii` is II, and `i` is the letter."""
    each = re.findall(r"\w+", next(filter(None, found.groups())))
    return {mark.upper() if len(mark) > 1 else mark for mark in each}


def _named(name: str) -> tuple[list[str], str, str]:
    """The name without initials and a roman numeral behind it; these apart. Of SMITH JK nothing says whether JK are initials: there are two names."""
    parts = [part for part in re.split(r"[\s_/*-]+", re.sub(r"\.(?=\w\w)", ". ", name)) if _bare(part)]
    initials = numeral = ""
    while len(parts) > 1 and re.fullmatch(r"(?:[A-Z]\.)+[A-Z]?|[A-Z]", parts[0]) and len(_bare(parts[-1])) > 1:
        initials += _bare(parts.pop(0))
    last = parts[-1].rstrip(".") if len(parts) > 1 else ""
    names = []
    if last in _ROMAN:
        numeral = _ROMAN[last]
        initials = initials or (_bare(last) if len(last) == 1 else "")
        parts.pop()
    elif last:
        longest = 1 if parts[0].isupper() else 3
        if longest == 1 and re.search(r"\s[A-Z]{2,3}\W*$", name):
            names, initials = [_bare("".join(parts))], initials or _bare(last)
            parts.pop()
        while len(parts) > 1 and re.fullmatch(rf"(?:[A-Z]\.?){{1,{longest}}}", parts[-1]):
            initials = _bare(parts.pop()) + initials
    return [*names, _bare("".join(parts))], initials, numeral


def _numbered(text: str) -> tuple[set[Number], set[tuple[str, str]], str]:
    """The numbers of studies and of parts of them that a text gives as such, and the rest of the text."""
    numbers, parts = set(), set()
    for found in _NUMBERED.finditer(text):
        word, number, *others = found.groups()
        if not word:
            *names, number = filter(None, others)
            word = names[0] if names else ""
            if number in "ABCD":
                word, number = "group", number.casefold()
        elif acronym := re.fullmatch(r"([A-Za-z]{3,})-?([1-9])", number):  # study ASPIRE-1
            word, number = acronym.groups()
        studies = not word or (not re.fullmatch(rf"(?:{_PART})s?", word, re.IGNORECASE) and found[1] == word)
        for each in re.split(r"\s*(?:&|\+|\band\b)\s*", number):
            pieces = (_ROMAN[each],) if each in _ROMAN else _pieces(each)
            if studies and pieces:
                numbers.add(("study", pieces))
            elif not studies:
                parts.add((word.casefold().rstrip("s").replace("center", "centre"), "".join(pieces)))
    return numbers, parts, _NUMBERED.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    """What stays of a number and its word: a word in small letters, as in `ketamine 2`. A name says nothing but the number."""
    name = next(filter(None, found.groups()[2:]), "")
    return f" {name} " if name.islower() else " "


def _sponsors(text: str, *, named: bool) -> tuple[set[Number], str]:
    """The sponsors' codes in a text, and the rest of it; three digits in brackets are one where a sponsor is ``named`` as the author."""
    text = re.sub(r"(?<=[A-Z\d])\s(?=\d{2,6}\b(?![:(]))", "-", text)  # PAR 03 001
    bracketed = r"(?:\d{3}-)?\d{3}" if named else r"\d{3}-\d{3}"
    numbers, left = set(), ""
    for piece in re.split(r"(\s+|[,;()\[\]]+)", text):
        if _is_code(piece) or (left.endswith("(") and re.fullmatch(bracketed, piece)):
            numbers.add(_number(piece))
        else:
            left += piece
    return numbers, left


def _number(code: str) -> Number:
    """A sponsor's code: the letters that begin it, and its pieces."""
    return _bare(re.split(r"\d", code)[0]), _pieces(code)


def _is_code(text: str) -> bool:
    """Whether a text looks like SCT-MD-01, 29060/448, AK130926, 11492A or 22521: not HAM-D17, 20mg, 18-65 or 12:345."""
    numbers = re.findall(r"\d+", text)
    if re.fullmatch(_LILLY, text):
        return True
    if not re.fullmatch(r"[^\W_]+(?:[-/._][^\W_]+)*", text) or re.match(_KNOWN, text) or not numbers:
        return False
    filled = any(number[0] == "0" and len(number) > 1 for number in numbers)
    if re.search("[A-Z]", text):
        several = re.fullmatch(r"[A-Z]+(?:[-/._][A-Za-z]+)+[-/._]\d+", text)
        return bool(filled or several or any(len(number) > 2 and not _YEAR.fullmatch(number) for number in numbers))
    plain = text.replace(".", "").isdigit() and "." in text and len(text) < 6
    return not (re.search("[a-z]", text) or plain or any(map(_YEAR.fullmatch, numbers))) and (
        filled or any(4 < len(number) < 7 for number in numbers) or re.fullmatch(r"\d{2,3}-\d{2,3}-\d{3}", text) is not None
    )


def _pieces(code: str) -> tuple[str, ...]:
    """The numbers of a code, without zeros before them, the single letters behind them, and a last piece of letters."""
    found = re.findall(r"(?<=-[A-Z]{2}-)[A-Z]{4}[A-Za-z]?|\d+|(?<=\d)[^\W\d_](?![^\W\d_])|(?<![^\W_])[^\W\d_](?![^\W_])", code)
    return tuple(piece.lstrip("0").casefold() or "0" for piece in found)


def _words(text: str) -> set[str]:
    """The words in a text, each in one spelling: Zürich is Zuerich."""
    phases = {f"phase{_ROMAN.get(number, number)}{more.casefold()}" for number, more in _PHASE.findall(text)}
    words = {_spellings(_bare(word))[0] for word in re.findall(r"[^\W\d_]{2,}", _PHASE.sub(" ", text))} - _GENERIC
    return phases | {re.sub("(?<=[aou])e|(?<=a)a", "", word) for word in words}


def _registration(printed: str) -> str:
    """A registration number in capitals, its letters and digits alone, without what only some print of it."""
    bare = re.sub(r"[\W_]|\bno\b", "", printed, flags=re.IGNORECASE).upper()
    return re.sub(r"^CHICTR[A-Z]+", "CHICTR", re.sub(r"^EUCTR", "", bare.replace("ANZCTR", "ACTRN")))


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
    return "" if first == "\u0307" else first if len(parts) > 1 and "LATIN" in unicodedata.name(first, "") else letter


def told_apart(one: Label, other: Label) -> str:
    """What says that two labels are of two studies: their ``registration``, their ``number``, something ``other``, or nothing ("").

    Numbers tell apart where two labels give different ones of a kind, or one gives a study's number and the other another in a code.
    """
    registrations = one.registrations & other.registrations
    if not registrations and {_registry(number) for number in one.registrations} & {
        _registry(number) for number in other.registrations
    }:
        return "registration"
    if one.stems & other.stems:
        if not registrations and _numbers_differ(one.numbers, other.numbers):
            return "number"
        if any(a.isdisjoint(b) for a, b in _by_kind(one.parts, other.parts)):
            return "number"
    if not set(one.names) & set(other.names) or one.year != other.year:
        return ""
    begin = one.initials.startswith(other.initials) or other.initials.startswith(one.initials)
    marks = one.marks and other.marks and one.marks.isdisjoint(other.marks)
    differ = any(a and b and not (a <= b or b <= a) for a, b in ((one.authors, other.authors), (one.words, other.words)))
    return "other" if marks or differ or not begin else ""


def _numbers_differ(one: Set[Number], other: Set[Number]) -> bool:
    """Whether two labels give different numbers of a kind, or one gives a study's number, and the other's codes are of another study.

    A code that both give may be a drug's, and leaves open whether the study's number is the same.
    """
    for a, b in _by_kind(one, other):
        if not any(
            _same(x, y) or (kind not in ("", "study") and x[: len(y)] == y[: len(x)]) for (kind, x), (_, y) in product(a, b)
        ):
            return True  # SPD489 says less than SPD489-322, not another number
    rivals = []
    for these, those in ((one, other), (other, one)):
        studies = {pieces for kind, pieces in these if kind == "study"}
        codes = {pieces for kind, pieces in these if kind != "study"}
        if not any(kind == "study" for kind, _ in those):
            left = {code for _, code in those if not studies or not any(_same(code, common) for common in codes)}
            rivals.append((studies or codes, left))
    return any(a and b and not any(_same(*pair) for pair in product(a, b)) for a, b in rivals)


def _by_kind(one: Set[tuple[str, T]], other: Set[tuple[str, T]]) -> list[tuple[Set[tuple[str, T]], Set[tuple[str, T]]]]:
    """The numbers of each kind that both have."""
    kinds = sorted({kind for kind, _ in one} & {kind for kind, _ in other})
    return [
        ({number for number in one if number[0] == kind}, {number for number in other if number[0] == kind}) for kind in kinds
    ]


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the pieces of a number are in the other, in this order, and the last number is the same: 448 and 29060/448, 301 and 301A, not 3 and 3-022."""
    short, long = sorted((one, other), key=len)
    left = iter(long)
    last = ([piece for piece in code if piece.isdigit() or len(piece) > 1][-1:] for code in (one, other))
    return all(piece in left for piece in short) and next(last) == next(last)


def _registry(number: str) -> str:
    return re.sub(r"\d.*", "", number)


def list_labels(con: duckdb.DuckDBPyConnection, most: int) -> dict[tuple[str, str], Label]:
    """Read the labels, and make ``_labels``, a row for each study and spelling of its name, without names that more than ``most`` studies of a
    package have.
    """
    import polars as pl

    said = {
        (package, study): read(label or "", year)
        for package, study, label, year in con.execute("SELECT package, study_id, label, year FROM studies").fetchall()
    }
    rows = [(*study, name, label.year) for study, label in said.items() for name in label.names if label.year]
    schema = dict.fromkeys(("package", "study_id", "author", "year"), pl.String)
    con.register("_rows", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    con.execute(f"""
        CREATE TEMP TABLE _labels AS
        SELECT *, count(*) OVER (PARTITION BY package, author, year) AS studies FROM _rows QUALIFY studies <= {most}
    """)
    con.unregister("_rows")
    return said


def tell_apart(con: duckdb.DuckDBPyConnection, said: Mapping[tuple[str, str], Label]) -> None:
    """Make ``_told_apart``: the pairs that a name or an identifier makes and whose labels say that they are two studies, and ``what`` says so."""
    import polars as pl

    pairs = con.execute(
        "SELECT pair, package, study_id, other_package, other_study_id FROM _pairs WHERE evidence <> 'same-arms'"
    ).fetchall()
    rows = [(pair, what) for pair, a, b, c, d in pairs if (what := told_apart(said[a, b], said[c, d]))]
    con.register("_rows", pl.DataFrame(rows, schema={"pair": pl.Int64, "what": pl.String}, orient="row").to_arrow())
    con.execute("CREATE TEMP TABLE _told_apart AS FROM _rows")
    con.unregister("_rows")
