"""A study's label as people cite it: whose study it is, of which year, and what tells it from another of that name and year.

What is in a label is of a few kinds: persons and acronyms, which name a study; the year and the letter behind it; numbers (:mod:`registry.lineage.numbers`);
other words; and what names and tells nothing, such as a sponsor, "unpublished" or "poster". Two labels may be of one study where something that names
it is in both; two things of one kind that differ tell them apart. Registrations in a label are read by :mod:`registry.lineage.registered`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import dropwhile, product

from registry.lineage.numbers import (
    LILLY,
    LOOSE,
    ROMAN,
    STUDY,
    Numbers,
    by_kind,
    find_numbers,
    in_lilly_groups,
    is_pooled,
    numbers_differ,
)
from registry.lineage.referring import without_others
from schemas.registrations import without_registrations
from schemas.vocabulary import rows, terms

__all__ = ["YEARS_APART", "Label", "read", "told_apart"]

YEARS_APART = 3
"""Years between two studies that may be one trial when only their results, or an acronym and its number, suggest it."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|[/-]0\d)")
_SUPERSCRIPT = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_APOSTROPHE = re.compile("[\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032\uff07`](?=\\w)")

_BETWEEN = re.compile(
    r"\b(?i:et)\b\.?\s*(?i:al|alii|coll)\b\.?|\b[eu]\.\s?a\.|\bm\.\s?fl\b|等|ら(?=[\s(\d]|$)"
    r"|\s(?:(?i:and|und|и)|et|y|e|i|og|och|en|ve)\s+(?=[^\W\d_]{2})|\sa\s+kol\b|[&+;,(\[]"
)
"""What ends the first author's name."""
_BEFORE_NAME = re.compile(r"\s(?:of|in|by|from)\s|:\s|\s-\s")
"""What is between a study's number and the report it is in: Study 2 of Smith 2010."""

_AMOUNT = r"(?!(?:19|20)\d\d\b)\d+(?:[.,]\d+)*(?:\s*(?:-|to|/)\s*\d+(?:[.,]\d+)*)?"
_UNIT = (
    r"(?:[mkuµμ]g|mcg|ml|hz|weeks?|wks?|days?|months?|mos?|years?|yrs?|hours?|hrs?|min|minutes?|sessions?|items?|arms?|groups|parts|sites|(?<=[\s-])[dghwy]"
    r"|cent(?:re|er)s?|patients?|participants?|subjects?|people|countries|hospitals|studies|trials)"
)
_ASIDE = re.compile(
    rf"""
    https?://\S+ | \b(?:doi\W*)?10\.\d{{4,9}}/[^\s)\];,]+ | \bPM(?:ID|C)\W*\d+
    | \[\s*[a-z]?\d+(?:\s*[-,;]\s*\d+)*\s*\]
    | \b{_AMOUNT}\s*-?\s*(?:{_UNIT}(?:\s*(?:/|per\s)\s*\w+)*\b|%)
    | \b(?:weeks?|wks?|days?|months?|years?|age[sd]?|n|vol|volume|pages?|issue|refs?|references?|version|v|doses?|scores?|tables?|figures?|figs?|suppl(?:ement)?)[\s.:=]*{_AMOUNT}\b
    | \bpp?[\s.:=]+{_AMOUNT}\b
    | \bof\s+\d{{1,3}}\b(?![-/])
    | [<>=≤≥]+\s*{_AMOUNT}
    | \b[JS]r\b\.?
    | ^\W*(?!(?:19|20)\d\d\b)\d{{1,6}}[\s.):\]-]+(?=[^\W\d_]{{2}})
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What says something else than whose study it is, and which; the number of a list before the author is one."""

_MARK = r"(?:(?:i[iv]|iii|vi{1,3}|ix|II|I[VX]|III|VI{1,3}|[^\W\d_])(?!\w))"
_MARKS = rf"{_MARK}(?:\s*[,/&+]\s*{_MARK}(?!\s*\w))*"
_MARKED = re.compile(
    rf"[_.-]?({_MARKS})(?!-)|\s({_MARKS})(?!\s*[\w-])|\s*[(\[]\s*({_MARKS}|\d)\s*[)\]]|\s*(?:[._]\s*(\d{{1,3}})|[-/]\s*(\d|\d{{3}}))(?!\w|[.:]\d)|\s(\d)\s*$"
    rf"|\s*\)?\s*[,;]\s*({_MARKS}|\d)(?=[\s)\]]*$)"
)
"""The letter behind the year, or the number in its place."""
_PHASE = re.compile(r"(?i:phase)\s*([IV]+|\d|[A-D](?!\w))(\w*)")
_MARKED_BEFORE = re.compile(rf"[(\[]\s*({_MARK}|\d)\s*[)\]]\s*$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SAYS_NOTHING = _set(
    """study studies trial trials protocol part teil panel group cohort sample centre center site arm number no nr id phase period rct experiment exp
    the of and in by from on for et al alii co coll col cols kol wsp fl др team teams investigators investigator collaborators collaborative
    collaboration consortium network committee colleagues others coworkers workers associates authors author
    unpublished published submitted press poster abstract anonymous anon nn unknown unstated untitled none na data file internal report reports company
    manufacturer sponsor personal communication thesis dissertation conference congress proceedings supplement csr clinical summary registry register
    database clinicaltrialsgov clinicaltrials gov www http https com org eudract ctgov ctis ctri isrctn fda ema emea mhra bfarm nice iqwig who cochrane
    pubmed medline embase review meta analysis reanalysis pooled pooling combined integrated
    am j jama ajp jcp lancet bmj nejm psychiatry psychiatric psychopharmacology psychopharmacol neuropsychopharmacology clin br eur int arch gen acta scand
    itt mitt fas pp oc locf bocf mmrm observed cases completer completers"""
)
"""Words that tell neither names nor studies apart: what kind of document it is, where it is kept, how it was analysed, and what is in every label."""

_NAMES_NOTHING = _set(
    """vs versus with without not missing tbc tbd record records row entry item line ref reference citation appendix comparison unpubl comm preparation
    meeting anonym listed various editorial results extension pilot pivotal ii iii iv vi vii expt eu us usa uk ctr nda nihr nimh depression depressive
    major disorder randomised randomized controlled blind maintenance table elderly men women woman adult adults children
    japan china korea taiwan india pakistan iran turkey egypt brazil mexico canada australia germany italy spain portugal poland russia romania hungary
    finland sweden denmark norway switzerland austria belgium netherlands greece thailand europe asia america"""
)
"""What names no study either, though in brackets it may tell two apart. A person may be called so (Abbott et al. 2001, Major et al. 2010)."""

_SPONSORS = _set(
    """abbott abbvie alkermes allergan astrazeneca astra zeneca axsome bayer bms boehringer ingelheim bristol squibb bristolmyers bristolmyerssquibb eli elililly lilly forest glaxo wellcome
    glaxosmithkline glaxowellcome gsk smithkline beecham smithklinebeecham janssen jj jnj lundbeck merck sharp dohme msd novartis organon otsuka pfizer
    pharmacia upjohn roche sage sanofi servier shire solvay sunovion takeda wyeth"""
)
"""Sponsors, who have made many trials: alone, they name none. A person of that name has initials, or others behind it."""

_FIRM = re.compile(r"\b(?:Johnson\s*(?:&|and)\s*Johnson|H\.?\s*Lundbeck(?:\s*A/S)?)\b")
"""Sponsors who are called like two people, or like one with initials."""
_SPONSORED = re.compile(rf"\b(?:{'|'.join(sorted(_SPONSORS))})\s+(?=\#?\d{{3}})(?!(?:19|20)\d\d\b)", re.IGNORECASE)
"""A sponsor before a number, which is a study's."""

_ORDER = {
    word: str(number)
    for number, words in enumerate(("one first 1st", "two second 2nd", "three third 3rd", "four fourth 4th"), 1)
    for word in words.split()
}
_ORDERED = re.compile(
    rf"\b({'|'.join(_ORDER)})\s+(study|trial|experiment)\b|\b(study|trial|experiment)\s+({'|'.join(_ORDER)})\b", re.IGNORECASE
)
"""A study's number in words."""

_GROUP = re.compile(r"\b(?:Group|Team|Network|Consortium|Committee)\b")
"""What makes an author of words that name nothing by themselves: Hypericum Depression Trial Study Group."""

_OF_PERSON = re.compile(r"\s*(?i:et)\W*(?i:al|coll)|等|ら|,\s*[A-Z](?:\.|[A-Z]\b)")
"""What is behind a person's name, whatever else the name means: `et al.`, initials."""
_ACRONYM = re.compile(r"(?<![\w*-])(?=[A-Za-z*-]*[A-Z]{2})[A-Z][A-Za-z]*(?:[*-][A-Za-z]+)*(?![\w*-]|\s?[1-9IVX]\b)")
"""An acronym without a number: TADS, ELEKT-D, STAR*D, KetECT."""
_LEADS = re.compile(r"([A-Z]{4,}[-\s]?(?:[1-9]|[IVX]+)|[A-Z]{2,}[*-][A-Z]{1,3}|[A-Z]{4,}(?=\s*/))\s*[,/]\s*(?=[A-Z][a-z])")
"""An acronym before the author: TRANSFORM-2, Popova; STAR*D, Trivedi; EMBARC/Trivedi. EMBARC, Trivedi may be two authors."""

_PARTICLES = _set("van von de der den del della di da do dos das du la le los el al abdel st san mc mac ter ten bin ben")

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

_CODE = re.compile(r"(?=\S*\d)[^\W\d_][^\W_]*(?:[-/_.][^\W_]+)*")
"""A sponsor's code for a study: letters and digits without a space between, such as SCT-MD-01."""

_CODE_LENGTH = 7
"""Characters of several numbers that are a code together, such as D1448C00001."""

_MOST_SPELLINGS = 16
_LONGEST = 400
"""Characters of a label that are read. What is longer is an abstract."""


@cache
def _drugs() -> frozenset[str]:
    """The words for treatments: they name no study, and tell two apart only from each other."""
    named = [name for term in terms("treatments") for name in re.split("[.+]", term)]
    named += [row["synonym"].casefold() for row in rows("synonyms") if row["vocabulary"] == "treatments"]
    return frozenset(name for name in named if re.fullmatch(r"[^\W\d_]{4,}", name))


@dataclass(frozen=True)
class Label:
    """A label. ``names`` are the spellings of the first author, or of an acronym in the author's place, each with the initials. The rest is what may tell
    it from another, each empty if not said: the ``marks`` behind the year (the letter of 2020a), the other ``authors``, the ``numbers``, and the
    other ``words``. ``acronyms`` are those behind the name, or a word in its place that may not be a name. ``halves`` are names without a part of the whole name,
    or that take one of two words for the given name. A ``coded`` one has a sponsor's code in the author's place, whose letters are nobody's name.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    year: str = ""
    marks: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    numbers: Numbers = field(default_factory=Numbers)
    words: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    halves: frozenset[str] = frozenset()
    coded: bool = False

    def keys(self) -> Iterator[tuple[str, str, bool, bool]]:
        """What two labels may meet by: a name and the year (none: whatever the year), whether it names the study by itself, and whether it is sure to. What doesn't
        by itself, such as a word in brackets, only meets what does; what isn't sure to, such as an acronym without a year, needs arms that agree.
        """
        if self.numbers.acronym.isupper():
            yield self.numbers.acronym.casefold(), "", True, False
        if not self.year:
            return
        if self.numbers.acronym.isupper():
            yield self.numbers.acronym.casefold(), self.year, True, True
        numbers = {key for number in self.numbers.studies if (key := _key(*number))}
        unsure = self.halves | _nameless()
        for name in self.names:
            yield name, self.year, True, name not in unsure
            yield from (
                (f"{name}{key}", self.year, True, name not in unsure)
                for kind, pieces in self.numbers.studies
                if kind == STUDY and (key := _key(kind, pieces, 1))
            )
        yield from ((key, self.year, self.coded or not self.names, True) for key in numbers)
        yield from ((acronym, self.year, False, acronym not in unsure) for acronym in self.acronyms - self.names.keys())


def _key(kind: str, pieces: tuple[str, ...], least: int = 3) -> str:
    """What a number names its study by; a short one without a series' letters, such as study 12, names none."""
    if kind == LILLY:
        return pieces[0]
    if kind in _NAMES_NOTHING:
        return ""
    last = next((piece.lstrip("0") for piece in reversed(pieces) if piece.isdigit()), "")
    if len(last) >= least:
        return f"#{last}"
    if sum(piece.isdigit() for piece in pieces) > 1 and sum(map(len, pieces)) > _CODE_LENGTH:
        return f"#{''.join(pieces)}"
    return f"{kind}#{last}" if last and kind not in (STUDY, LOOSE, *_nameless()) and len(kind) > 1 else ""


def read(label: str, year: int | None = None) -> Label:
    """The parts of a label; ``year`` is the study's, for a label without one."""
    text = _DASH.sub("-", unicodedata.normalize("NFKC", _SUPERSCRIPT.sub("", _APOSTROPHE.sub("'", label[:_LONGEST]))))
    text = without_others(text)
    text = _SPONSORED.sub("study ", in_lilly_groups(_ASIDE.sub(" ", _FIRM.sub("Lundbeck", without_registrations(text)))))
    text = _ORDERED.sub(lambda found: f"study {_ORDER[(found[1] or found[4]).casefold()]}", text).lstrip(" ([\"'")
    printed = _YEAR.search(text)
    before, after = (text[: printed.start()], text[printed.end() :]) if printed else (text, "")
    found = _MARKED.match(after)
    marks, after = (_marks(found), after[found.end() :]) if found else (set(), after)
    if not _bare(before):
        before, after = after.lstrip(" )],"), ""
    if found := _MARKED_BEFORE.search(before):
        marks, before = marks | _marks(found), before[: found.start()]
    lead, before = _led(before) if printed else ("", before)
    titles, _, numbers, title = _named(lead)
    more, of_title = _numbers(title)
    numbers |= more
    names, halves, more, beside = _named(before)
    numbers |= more
    bracket = re.search(r"[(\[]", beside)
    beside, inside = (beside[: bracket.start()], beside[bracket.start() :]) if bracket else (beside, "")
    if found := re.match(r",\s*((?:[A-Z]\.?[\s-]*){1,2})(?![^\W\d_])", beside):
        names, beside = {name: initials or _bare(found[1]) for name, initials in names.items()}, beside[found.end() :]
    more, authors = _numbers(beside)
    numbers |= more
    more, left = _numbers(f"{inside} {after}")
    acronyms = {_bare(acronym) for acronym in _ACRONYM.findall(f"{title} {inside} {after}")} - _nameless()
    alone = {_bare(before)} if not names and re.fullmatch(r"\W*[^\W\d_]+\W*", before) else set()
    return Label(
        titles | names,
        printed[0] if printed else "" if year is None else str(year),
        frozenset(ROMAN.get(mark, mark).casefold() for mark in marks),
        frozenset(_words(authors)),
        numbers | more | Numbers(frozenset((STUDY, (ROMAN[mark],)) for mark in marks if mark in ROMAN), pooled=is_pooled(text)),
        frozenset(_words(f"{of_title} {left}") | titles.keys()),
        frozenset({acronym for acronym in acronyms if len(acronym) > 3} | alone),
        frozenset(halves - titles.keys()),
        _CODE.fullmatch(before.strip()) is not None,
    )


def _marks(found: re.Match[str]) -> set[str]:
    """The letters and numbers found behind a year; `ii` is II, and `i` is the letter."""
    each = re.findall(r"\w+", next(filter(None, found.groups())))
    return {mark.upper() if len(mark) > 1 else mark for mark in each}


def _led(before: str) -> tuple[str, str]:
    """What leads to the author in a label, and the author: `TRANSFORM-2 (Popova`, `Study 1 of Smith`. A person's name leads to no other."""
    text = before.rstrip(" ([,;:-")
    if found := _LEADS.match(text):
        return found[1], text[found.end() :]
    opened = [found.start() for found in re.finditer(r"[(\[](?![^)\]]*[)\]])", text)]
    if opened and _bare(text[opened[-1] :]):
        return text[: opened[-1]], text[opened[-1] + 1 :]
    for found in reversed(list(_BEFORE_NAME.finditer(text))):
        lead = text[: found.start()]
        if re.search(r"\d", lead) or not _words(lead) - _nameless():
            return lead, text[found.end() :]
    return "", before


def _named(text: str) -> tuple[dict[str, str], frozenset[str], Numbers, str]:
    """The names that a text begins with, each with initials, those of them that are halves, the numbers that belong to them, and the rest of the text."""
    cut = _BETWEEN.search(text)
    head, rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    names, halves, numeral = _names(re.split(r"\d", head)[0], person=_OF_PERSON.match(rest) is not None)
    numbers, _ = _numbers(head, named=True)
    if numeral and names and not numbers.studies and not numbers.parts:
        numbers = Numbers(parts=frozenset({(min(names), numeral)}))
    spelt = {spelling: initials for name, initials in names.items() for spelling in _spellings(name)}
    return spelt, frozenset(spelling for name in halves for spelling in _spellings(name)), numbers, rest


def _names(text: str, *, person: bool) -> tuple[dict[str, str], set[str], str]:
    """The names in a text, each with initials, those that are halves, and a roman numeral behind them. A phrase, with words in small letters, names only what is in
    capitals. Where nothing says what are initials, or which is the given name, there are several: of SMITH JK, STAR D, Kim Sung-Wan, O Connor. A word that names no
    study is a ``person`` only alone.
    """
    parts = re.split(r"[\s_/]+", re.sub(r"-(?=[IVX]+\W*$)", " ", re.sub(r"\.(?=\w\w)", ". ", text)))
    parts = [part for part in parts if _bare(part)]
    while len(parts) > 1 and parts[-1] in _PARTICLES:  # Broek WW van den
        parts = [parts[-1], *parts[:-1]]
    person = person and sum(len(_bare(part)) > 1 for part in parts) == 1
    small = any(re.match("[a-z]{3}", part) and part not in _PARTICLES for part in parts)
    phrase = small and not all(part.islower() for part in parts)
    parts = [part for part in parts if person or len(_bare(part)) == 1 or _bare(part) not in _SAYS_NOTHING - {"al"}]
    initials = numeral = ""
    while len(parts) > 1 and re.fullmatch(r"(?:[A-Z]\.)+[A-Z]?|[A-Z]", parts[0]) and len(_bare(parts[-1])) > 1:
        initials += _bare(parts.pop(0))
    names: dict[str, str] = {}
    if len(parts) == 1 and initials in ("o", "d", "l"):
        names[_bare(f"{initials}{parts[0]}")] = ""
    if len(parts) > 1 and (last := parts[-1].rstrip(".")) in ROMAN:
        numeral, initials = ROMAN[last], initials or (_bare(last) if len(last) == 1 else "")
        parts.pop()
    longest = 1 if parts and parts[0].isupper() else 3
    if len(parts) > 1 and re.fullmatch(r"[A-Z]{2,3}" if parts[0].isupper() else "(?!)", parts[-1]):
        names[_bare("".join(parts))], initials = "", initials or _bare(parts.pop())
    while len(parts) > 1 and re.fullmatch(rf"(?:[A-Z]\.?-?){{1,{longest}}}", parts[-1]):
        if longest == 1:
            names[_bare("".join(parts))] = ""
        initials = _bare(parts.pop()) + initials
    nothing = _nameless() - {"al"}
    left = [part for part in parts if not all(_bare(piece) in nothing for piece in part.split("-"))]
    if phrase:
        left = [part for part in left if part.isupper()]
    if not left and (person or initials or (len(parts) > 1 and _GROUP.search(text))):
        left = parts
    halves: dict[str, str] = {}
    capital = all(part[:1].isupper() and _bare(part) not in _PARTICLES for part in left) and not all(
        part.isupper() for part in left
    )
    if len(left) == 2 and not initials and capital:
        halves = {_bare(one): _bare("".join(re.findall(r"\b\w|(?<=[a-z])[A-Z]", other))) for one, other in (left, left[::-1])}
    core = list(dropwhile(lambda part: _bare(part) in _PARTICLES, left))
    if 0 < len(core) < len(left):
        halves[_bare("".join(core))] = initials
    named = names | halves | {_bare("".join(left)): initials}
    is_name = {name for name in named if not re.fullmatch("[a-z]?|n+", name)}
    is_name -= set() if person else _nameless() - _SPONSORS if initials else _nameless()
    return {name: named[name] for name in named if name in is_name}, halves.keys() & is_name, numeral


def _numbers(text: str, *, named: bool = False) -> tuple[Numbers, str]:
    """The numbers in a text, and the rest of it. `STUDY 1` and `SERTRALINE 2` aren't acronyms with a number."""
    numbers, left = find_numbers(text, named=named)
    return replace(numbers, acronym="") if numbers.acronym.casefold().partition("#")[0] in _nameless() else numbers, left


def _words(text: str) -> set[str]:
    """The words in a text, each in one spelling: Zürich is Zuerich, and adults are adult."""
    phases = {f"phase{ROMAN.get(number, number)}{more.casefold()}" for number, more in _PHASE.findall(text)}
    words = (
        {_spellings(_bare(word))[0] for word in re.findall(r"[^\W\d_]{2,}", _PHASE.sub(" ", text))} - _SAYS_NOTHING - _SPONSORS
    )
    return phases | {re.sub("(?<=[aou])e|(?<=a)a|(?<=[^s]{3})s$", "", word) for word in words}


@cache
def _nameless() -> frozenset[str]:
    """The words that name no study: also those for populations, phases, designs and instruments."""
    of_trials = "populations", "instruments", "phases", "settings", "designs", "maskings", "sexes", "arm_roles"
    said = {word for vocabulary in of_trials for term in terms(vocabulary) for word in re.findall("[a-z]{3,}", term)}
    return _SAYS_NOTHING | _NAMES_NOTHING | _SPONSORS | _drugs() | said | {f"{word}s" for word in said}


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
    """What says that two labels are of two studies: their ``number``, something ``other``, or nothing ("")."""
    same_name = one.names.keys() & other.names.keys()
    acronyms = {label.numbers.acronym.casefold().partition("#")[0] for label in (one, other)}
    if (same_name or not one.names or not other.names or ("" not in acronyms and len(acronyms) == 1)) and _are_of_two(
        one.numbers, other.numbers
    ):
        return "number"
    if one.year and other.year and abs(int(one.year) - int(other.year)) > YEARS_APART:
        return "other"  # an acronym may be an author in capitals: KHAN 1, 2010
    if not same_name or one.year != other.year:
        return ""
    begin = any(
        one.names[name].startswith(other.names[name]) or other.names[name].startswith(one.names[name]) for name in same_name
    )
    marks = one.marks and other.marks and one.marks.isdisjoint(other.marks)
    drugs = _drugs()
    stated = (one.authors, other.authors), (one.words - drugs, other.words - drugs), (one.words & drugs, other.words & drugs)
    differ = any(a and b and not (a <= b or b <= a) for a, b in stated)
    return "other" if marks or differ or not begin else ""


def _are_of_two(one: Numbers, other: Numbers) -> bool:
    """Whether numbers, of the study or of parts of it, are of two studies, or those of a report of several trials and of one of these."""
    if numbers_differ(one.studies, other.studies) or any(a.isdisjoint(b) for a, b in by_kind(one.parts, other.parts)):
        return True
    acronyms = [numbers.acronym.casefold().partition("#")[0] for numbers in (one, other)]
    single = [bool(numbers.studies or numbers.acronym) and not numbers.pooled for numbers in (one, other)]
    return (all(acronyms) and acronyms[0] != acronyms[1]) or (one.pooled and single[1]) or (other.pooled and single[0])
