"""What a group's title says that the group was given: the treatment it names with its dose and route, and what was given besides.

A word that is known of no treatment, dose, route, schedule, form or group may be a second treatment, or a part of the participants: it is kept,
so that the group isn't taken for one that had the known treatment alone. A dose is that of the treatment it is beside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from registry.trialregistry.doses import Amount, amounts_in
from registry.trialregistry.texts import clean, listed_words, unknown_words
from schemas.vocabulary import rows

__all__ = ["Given", "given_in", "treatments_in", "with_signs", "words_for", "words_in_titles"]

_MATCHING = re.compile(
    r"\bplacebo\b[\s(,-]*(?:matching|matched|to match|for|corresponding to|equivalent to)\s+(?:to\s+|the\s+)?(?:intranasal\s+|oral\s+)?[\w-]+(?:\s+nasal spray)?\)?"
    r"|\b[\w-]+[\s-]+(?:matching|matched)[\s-]+placebo\b",
    re.IGNORECASE,
)
"""A placebo named by the drug that it looks like."""

_OTHER_SUBSTANCE = re.compile(
    r"(?:(?<![A-Za-z/,])\(?[RSDL]\)?-|(?<![A-Za-z/,])\([RSDL]\)\s?|\([+-]\)[-\s]?"
    r"|(?<![A-Za-z])(?:es|ar|nor|des\w*|lev|levo|dex\w*|hydroxy\w*|\w*methyl|deuter\w+|deu|iso|cis|trans|meta|para|epi|oxo|[NO]|pro)-)$",
    re.IGNORECASE,
)
"""What before a name makes it another substance's: an enantiomer's sign or a chemical prefix. `R,S` and `R/S` are the racemate, which the name means."""

_NEAR = 40
"""Characters beside a name that are looked at."""

_LETTERED = re.compile(r"\b(?:arm|group|panel|cohort|part|sequence|stage|study|stratum)\s*\(?[A-Z]\)?[-\s]*$", re.IGNORECASE)
_OF_SUBSTANCE = re.compile(
    r"^[\s-]+(?:\(?[RSDL]\)?-)?(?:metabolite|enantiomer|isomer|analogue?|derivative|prodrug)s?\b", re.IGNORECASE
)
_NOT_GIVEN = re.compile(r"\b(?:no|not|without|non|never|excluding|former|prior|previous|previously|anti)[\s-]+$", re.IGNORECASE)
_NOT_TAKEN = re.compile(r"^(?:-|\s+)(?:naive|free|resistant|refractory|intolerant|experienced|exposed|like)\b", re.IGNORECASE)
_WORDS = re.compile(r"[a-z0-9]+")
_ROUTES = {
    "intranasal": r"intranasal|nasal spray|nasal",
    "intravenous": r"intravenous(?:ly)?|IV",
    "intramuscular": r"intramuscular(?:ly)?|IM",
    "subcutaneous": r"subcutaneous(?:ly)?|SC",
    "sublingual": r"sublingual(?:ly)?",
    "oral": r"oral(?:ly)?|tablets?|capsules?|PO",
}
_INFUSED = {"intravenous": "infusion"}
"""An infusion is intravenous where nothing else is said."""

_BESIDE = r"[\s,(-]+(?:infusion |injection )?"
_NAME, _AMOUNT, _SHARED = "\x01", "\x02", "\x03"
"""Stand for the characters of a treatment's name, of a dose, and of the treatment that all arms have."""

_JOINED = re.compile(
    r"[+&/;,|]|\s-\s|\b(?:plus|and|or|with|versus|vs|then|to|on|on top of|followed by|after|before|combined|combination|added|add-?on"
    r"|adjunct\w*|augment\w*|in addition|as well as|together|concurrent\w*|concomitant\w*)\b",
    re.IGNORECASE,
)
"""What joins two things that were given, and is between a dose and what isn't its treatment."""

_ADJUNCTIVE = re.compile(rf"\badjunct(?:ive)?\s+(?:\w+\s+)?(?={_NAME})", re.IGNORECASE)
"""Right before a treatment it says that this one is added, and not to what."""

_BACKGROUND = re.compile(
    r"\b(?:(?:newly[- ]initiated|new|ongoing|continued|open[- ]label|oral|standard|background|current|stable|an?|their)\s+)*"
    r"(?:anti-?depressants?(?:\s+(?:treatment|therapy|medication|drug)s?)?(?:\s*\((?:AD|ADT|OAD)s?\))?|ADs?\b|ADT\b|SSRIs?(?:/SNRIs?)?\b|SNRIs?\b|standard[- ]of[- ]care(?:\s*\(SOC\))?|standard care|SOC\b"
    r"|background (?:treatment|therapy|medication)s?)",
    re.IGNORECASE,
)
"""Treatment that a trial's arms have in common, as far as a title says which: no treatment under test."""

_KNOWN = """
    a about active acute all allocated alone am an any approximately are arm arms assigned at average baseline bedtime been
    besylate between bid blind blinded both by caplet caplets capsule capsules citrate cohort combined comparator comparison
    completer completers continuation continue continued continuing control controlled controls core cr d daily day days db
    delayed dosage dose dosed doses dosing double dr drops drug each encapsulated er evening every experienced experimental
    exposed extended extension extract fas fixed flexible follow followup for form formulation four free from fu full g given
    gram grams group groups h had have hbr hcl hour hours hr hrs hydrobromide hydrochloride iii im immediate in inactive ind
    individuals induction inert infused infusion infusions inhaled initially injected injection injections intent
    intention intervention intolerant intramuscular intranasal intranasally intravenous intravenously investigational ir is itt
    iu iv kg la label lead like liquid long low lower ma main maintenance maleate match matched matching max maximum mcg mean
    medication medicine medium mesylate mg microgram micrograms mid milligram milligrams min minimum mins minute minutes mitt ml
    modified monotherapy month months morning mouth multiple naive nasal nasally night nightly no non nonremitters nonresponder nonresponders normal not od of ol on
    once only op open optimisation or oral orally other over overall oxalate panel part participant participants parts patch patient
    patients people per period phase pill pills placebos pm po pooled population powder pp previously prior prolonged
    protocol qd qhs qid racemic randomisation randomised randomly re receive received receives receiving reference refractory
    release remission repeat repeated rerandomised resistant responder responders response run safety saline sample sc screening
    second sequence set short single sl solution spray sprays sr stable stage starting stratum study subanaesthetic
    subanesthetic subcutaneous subcutaneously subject subjects sublingual succinate suspension sustained syrup tablet tablets
    taken taking target tartrate term test the their then therapy third three thrice tid times titrated titration to took total
    treated treatment treatments trial triple twice two ug under up variable via was washout week weekly weeks were who with
    without wk xl xr
"""
"""Words that a group's title may have besides its treatment, dose and route. Whatever else it says may be a second treatment or a part of
the participants.
"""

_SOME_TREATMENT = re.compile(
    r"\b(?:therapy|treatments?|drugs?|medications?|medicine|intervention|active|experimental|investigational|comparator|control|test|reference)\b",
    re.IGNORECASE,
)
"""What stands for a treatment where it is joined with another: `Study Drug + Sertraline`."""

_TREATED = re.compile(r"treatment|therapy", re.IGNORECASE)
"""What stands before `with` and the treatment itself: `Treatment with Sertraline`."""

_AND = re.compile(r"\+|&|/|plus|and|with|then|followed by", re.IGNORECASE)
_ADDING = re.compile(r"on top|add|adjunct|augment|combination|in addition|conc", re.IGNORECASE)
"""Joining words that need something on either side: without it, nothing says what was added to what."""

_EARLIER = re.compile(
    r"\b(?:previous(?:ly)?|former(?:ly)?|prior|earlier|originally)\s+(?:treated|received|on|taking|randomi[sz]ed|assigned|exposed|to)\b|\b(?:in|during|from)\s+(?:the\s+)?(?:previous|prior|parent|earlier|feeder|lead-in|original|core)?\s*(?:study|trial)\b",
    re.IGNORECASE,
)
"""That a group is named by what it had before, or elsewhere."""

_SHORT = re.compile(
    rf"(?<={_NAME})(?:\s+[A-Za-z-]+){{0,3}}?\s*(?P<open>[(\[])\s*(?P<letters>[A-Za-z]{{1,6}})(?:\s[SEX]R)?\s*[)\]]"
)
_ACTIVE_PLACEBO = re.compile(rf"\b(?:active|psycho-?active)\s+(?={_NAME})", re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """What a group's title says it was given: the terms of the treatments it names; dose, unit and route of the one that it is about; and
    ``besides``, its words that are known of no treatment.
    """

    treatments: tuple[str, ...]
    doses: tuple[str, ...]
    unit: str
    route: str
    besides: str = ""


@dataclass
class _Piece:
    """What is between two joining words: the treatments named there, whether others' words are, and the doses."""

    names: set[str]
    unread: list[str]
    background: bool
    amounts: list[Amount]

    @property
    def owned(self) -> bool:
        return bool(self.names or self.unread or self.background)


def given_in(title: str, treatment: str = "") -> Given:
    """What a group's title says that the group was given; dose and route are those of ``treatment``, or of the only one that it names.

    A name that a prefix makes another substance's, such as `S-citalopram`, leaves open what that was: no treatment is named then.
    """
    text = _MATCHING.sub("placebo", _spelt(clean(title)))
    places, others = _named_in(text)
    found = {term: name for term, name, *_ in places if term}
    # a name within another's, as `quetiapine` in `quetiapine extended release`, is no second treatment
    found = {term: name for term, name in found.items() if not any(set(name) < set(other) for other in found.values())}
    if any(not any(set(name) < set(longer) for longer in found.values()) for name in others):
        found = {}
    about = treatment or (next(iter(found)) if len(found) == 1 else "")
    pieces = _pieces(text, [place for place in places if place[0] in found or not place[0]])
    amounts = [amount for piece in _of(about if about in found else "", pieces) for amount in piece.amounts]
    units, doses = {amount.unit for amount in amounts}, tuple(dict.fromkeys(n for amount in amounts for n in amount.numbers))
    if not all(amount.numbers for amount in amounts):
        units, doses = set(), ()
    unread = [word for piece in pieces for word in piece.unread]
    unread += [earlier[0]] if (earlier := _EARLIER.search(text)) else []
    return Given(
        treatments=tuple(found),
        doses=tuple(sorted(doses, key=float)) if len(units) == 1 else doses,
        unit=units.pop() if len(units) == 1 else "",
        route=_route(text, found[about]) if about in found else "",
        besides=", ".join(dict.fromkeys(unread)) if found else "",
    )


def words_for(title: str) -> frozenset[str]:
    """The words of the names of treatments that a group's title has."""
    places, _ = _named_in(_spelt(clean(title)))
    return frozenset(word for term, name, *_ in places if term for word in name)


def _spelt(text: str) -> str:
    """A text in the vocabulary's spelling."""
    text = re.sub(r"\bwait[\s-]?list(?:ed)?\b", "waitlist", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=behav)ioral\b", "ioural", text.replace("'s ", " "), flags=re.IGNORECASE)


def treatments_in(text: str) -> list[str]:
    """The treatments of the vocabulary that a text names as given."""
    places, _ = _named_in(text)
    return list(dict.fromkeys(term for term, *_ in places if term))


def with_signs(text: str, signs: Mapping[str, str], other: str) -> tuple[str, list[str]]:
    """A text with a sign for each character of the names of treatments: ``signs`` by their terms, but a placebo is left in words, and ``other`` for all
    others; and the names in it that are a part of another substance's.
    """
    text = _spelt(text)
    places, others = _named_in(text)
    masked = list(text)
    for term, _, first, last in sorted(places, key=lambda place: place[2] - place[3], reverse=True):
        if term != "placebo":
            masked[first:last] = signs.get(term, other) * (last - first)
    return "".join(masked), [" ".join(name) for name in others]


def words_in_titles() -> frozenset[str]:
    """The words that a group's title may have besides its treatment, dose and route."""
    return listed_words(_KNOWN)


def _of(named: str, pieces: list[_Piece]) -> list[_Piece]:
    """The pieces of a title that are about a treatment alone; if the title doesn't name it, the only one about something unnamed."""
    if named:
        return [piece for piece in pieces if piece.names == {named} and not piece.unread and not piece.background]
    unnamed = [piece for piece in pieces if piece.owned and not piece.names and not piece.background]
    if not any(piece.owned for piece in pieces):
        return pieces if sum(len(piece.amounts) for piece in pieces) == 1 else []
    return unnamed if len(unnamed) == 1 else []


def _masked(text: str, amounts: list[Amount], places: list[tuple[str, tuple[str, ...], int, int]]) -> str:
    """A title with signs for the characters of names, doses and the treatment of all arms."""
    masked = list(text)
    for amount in amounts:
        masked[amount.start : amount.end] = _AMOUNT * (amount.end - amount.start)
    for *_, first, last in places:
        masked[first:last] = _NAME * (last - first)
    for match in _SHORT.finditer("".join(masked)):
        if _shortens(match["letters"], text[: match.start("open")]):
            masked[match.start("open") : match.end()] = " " * (match.end() - match.start("open"))
    words = "".join(masked)
    words = _ADJUNCTIVE.sub(lambda m: " " * len(m[0]), words)
    return _BACKGROUND.sub(lambda m: _SHARED * len(m[0]), words)


def _pieces(text: str, places: list[tuple[str, tuple[str, ...], int, int]]) -> list[_Piece]:
    """A title in its pieces. One that is only a dose, a route or the like belongs to the one before it, or to the next."""
    amounts = amounts_in(text)
    words = _masked(text, amounts, places)
    joins = list(_JOINED.finditer(words))
    spans = list(zip([0, *(m.end() for m in joins)], [*(m.start() for m in joins), len(words)], strict=True))
    found = [_piece(words, start, end, amounts, places) for start, end in spans]
    for n, join in enumerate(joins):
        if _AND.fullmatch(join[0]):
            for side in (n, n + 1):
                some = None if found[side].owned else _SOME_TREATMENT.search(words, *spans[side])
                if some and not (side == n and join[0].lower() == "with" and _TREATED.match(some[0])):
                    found[side].unread.append(some[0])
        elif _ADDING.match(join[0]) and not all(any(p.owned for p in side) for side in (found[: n + 1], found[n + 1 :])):
            found[n].unread.append(join[0])
    joined: list[_Piece] = []
    for piece in found:
        if joined and not piece.owned:
            joined[-1].amounts += piece.amounts
        elif joined and not joined[-1].owned:
            joined[-1] = _Piece(piece.names, piece.unread, piece.background, joined[-1].amounts + piece.amounts)
        else:
            joined.append(piece)
    return joined


def _piece(
    words: str, start: int, end: int, amounts: list[Amount], places: list[tuple[str, tuple[str, ...], int, int]]
) -> _Piece:
    named = [(term, first) for term, _, first, _ in places if term and start <= first < end]
    placebos = [first for term, first in named if term == "placebo"]
    active = [match[0].strip() for match in _ACTIVE_PLACEBO.finditer(words, start, end + 1) if match.end() in placebos]
    own = [amount for amount in amounts if start <= amount.start < end]
    return _Piece({term for term, _ in named}, [*_unread(words[start:end]), *active], _SHARED in words[start:end], own)


def _unread(words: str) -> list[str]:
    """The words that are known of no treatment, dose, route, schedule, form or group."""
    return unknown_words(words, lambda word: len(word) <= word.isascii() or word[0].isdigit() or word in listed_words(_KNOWN))


def _shortens(letters: str, before: str) -> bool:
    """Whether letters in brackets stand for the name before them: `esketamine (Esk)`."""
    words = re.split(r"[^A-Za-z]+", before.strip().lower())
    names = [(name, iter(name)) for name in (words[-1], *("".join(words[-n:]) for n in (2, 3, 4)))]
    return any(name.startswith(letters[0].lower()) and all(letter in rest for letter in letters.lower()) for name, rest in names)


def _named_in(text: str) -> tuple[list[tuple[str, tuple[str, ...], int, int]], list[tuple[str, ...]]]:
    """The treatments that a text names: the term of each (nothing if it says that it wasn't given), its name, and where that is; and names in it
    that are a part of another substance's.
    """
    places = [(match[0], match.start(), match.end()) for match in _WORDS.finditer(text.lower())]
    words = tuple(word for word, *_ in places)
    found: list[tuple[str, tuple[str, ...], int, int]] = []
    others: list[tuple[str, ...]] = []
    for name, term in _names():
        for at in range(len(words) - len(name) + 1):
            if words[at : at + len(name)] != name:
                continue
            first, last = places[at][1], places[at + len(name) - 1][2]
            before, after = text[max(0, first - _NEAR) : first], text[last : last + _NEAR]
            if (_OTHER_SUBSTANCE.search(before) and not _LETTERED.search(before)) or _OF_SUBSTANCE.match(after):
                others.append(name)
            elif not (_NOT_GIVEN.search(before) or _NOT_TAKEN.match(after)):
                found.append((term, name, first, last))
            else:
                found.append(("", name, first, last))
    return found, others


def _route(text: str, name: tuple[str, ...]) -> str:
    """The route that stands right before or after a treatment's name; another's route is not its own, nor is that of what all arms have."""
    drug = r"\W+(?:\w+\W+)?".join(name)
    text = _BACKGROUND.sub(" ; ", text)
    for routes in (_ROUTES, _INFUSED):
        found = [
            route
            for route, words in routes.items()
            if re.search(rf"\b(?:{words}){_BESIDE}{drug}\b|\b{drug}{_BESIDE}(?:{words})\b", text, re.IGNORECASE)
        ]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


@cache
def _names() -> tuple[tuple[tuple[str, ...], str], ...]:
    """What treatments are called, as words, with their terms: labels, and what people call them."""
    terms = {row["treatment_id"]: row["label"] for row in rows("treatments") if "unstated" not in row["treatment_id"]}
    names = [(term, term) for term in terms if not re.search(r"[.+]", term)]
    names += [
        (label, term) for term, label in terms.items() if not term.endswith((".unspecified", ".low-dose")) and "+" not in term
    ]
    names += [
        (row["synonym"], row["means"]) for row in rows("synonyms") if row["vocabulary"] == "treatments" and row["means"] in terms
    ]
    split = ((tuple(_WORDS.findall(_spelt(name.lower()))), term) for name, term in dict.fromkeys(names))
    return tuple((words, term) for words, term in split if words and max(map(len, words)) > 2)
