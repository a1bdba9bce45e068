"""Finding a term by what people call it: by its words in any order, its synonyms, signs and numbers.

:func:`search` lists what has all the words of a query, the best first. :func:`meant` is stricter: it gives the terms that mean what a
word says, no more and no less, because messages offer its answer. Neither replaces anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from schemas.vocabulary import VOCABULARIES, rows
from schemas.words import UNSTATED, number_of, words_of

__all__ = ["Found", "holding", "meant", "search"]

_LONGEST = 200
"""Characters of what is looked up. Nothing longer is the name of a term."""

_SHORTEST_SLIP = 5
"""Letters of a word in which one may be wrong: shorter words differ by one letter and mean different things, as SSRI and SNRI."""

_NEGATIONS = frozenset({"no", "non", "not", "without", "never"})


@dataclass(frozen=True)
class Found:
    """A term that a search found."""

    vocabulary: str
    term: str
    label: str


@dataclass(frozen=True)
class _Entry:
    """A term with the words of its names (id, label and synonyms), of the names of the terms it refers to, and of its other cells."""

    found: Found
    names: tuple[tuple[str, ...], ...]
    own: frozenset[str]
    linked: frozenset[str]
    others: frozenset[str]


_Key = tuple[str, ...]


def meant(word: object, vocabulary: str) -> list[str]:
    """The terms of a vocabulary that a word may stand for, in the vocabulary's order; none where none means the same.

    The words of the term's id, label or a synonym are those of the word, with their numbers and signs; what is left open by the word is
    unstated in the term. One letter of a long word may be wrong, but never its first, and no digit. Raises ``KeyError`` for an unknown
    vocabulary.
    """
    if not isinstance(word, str) or len(word) > _LONGEST:
        return []
    words = words_of(word)
    if not words:
        return []
    keys = _keys(vocabulary)
    stated = tuple(w for w in words if w not in UNSTATED)
    same = [*keys.get(_key(words), ()), *(_open(vocabulary).get(_key(stated), ()) if stated else ())]
    if not same and len(words) == 1:
        same = [*_joined(vocabulary).get(words[0], ())]
    return list(dict.fromkeys(same or _slips(words, vocabulary)))


def holding(word: str, vocabulary: str) -> list[str]:
    """The terms of a vocabulary whose names have all words of a text, and others: which of them is meant, it doesn't say. Raises ``KeyError`` for an unknown vocabulary."""
    words = set(words_of(word[:_LONGEST]))
    return [entry.found.term for entry in _entries(vocabulary) if words and words <= entry.own]


def search(query: str, names: Iterable[str] | None = None) -> list[Found]:
    """The terms in which all words of a query are found, in any order, the best first: of the named vocabularies, or of all.

    Raises ``KeyError`` for an unknown vocabulary.
    """
    words = words_of(query[:_LONGEST])
    if not words:
        return []
    key, stated = _key(words), _key(tuple(w for w in words if w not in UNSTATED))
    ranked: list[tuple[float, int, int, Found]] = []
    listed = [v.name for v in VOCABULARIES.values() if not v.union_of and v.name != "synonyms"] if names is None else names
    for entry in (e for name in listed for e in _entries(name)):
        scores = [_score(word, entry) for word in words]
        # The id says more of a term than its label, and both more than what leaves something unstated.
        same = (_key(entry.names[0]) == key) + any(_key(n) == key for n in entry.names)
        if not (all(scores) or same):
            continue
        nearly = any(_key(_stated(n)) == stated for n in entry.names)
        fewest = min(len(n) for n in entry.names)
        ranked.append((-(sum(scores) + 100 * same + 50 * nearly), fewest, len(ranked), entry.found))
    return [found for *_, found in sorted(ranked, key=lambda r: r[:3])]


def _score(word: str, entry: _Entry) -> float:
    """How well a word of a query is found in a term; 0 where it isn't."""
    if word in entry.own:
        return 8
    if any(_begins(word, known) for known in entry.own):
        return 5
    if word in entry.linked:
        return 3
    if any(_begins(word, known) for known in entry.linked):
        return 2
    within = any(_slip(word, known) or (len(word) > 3 and word in known) for known in entry.own)
    return 1 if within or word in entry.others else 0


def _begins(word: str, known: str) -> bool:
    """Whether a word is the beginning of a known one, its sign, or its number without the sign."""
    other = number_of(known)
    if (number := number_of(word)) is None:
        return known.startswith(word) and (len(word) > 2 or (other is not None and other[1] == word))
    sign, digits, percent = number.groups()
    return (
        other is not None
        and other[2] == digits
        and (sign is None or sign == other[1])
        and (percent is None or percent == other[3])
    )


def _stated(words: _Key) -> _Key:
    return tuple(w for w in words if w not in UNSTATED)


def _key(words: _Key) -> _Key:
    """What two texts have in common that say the same: their words, in any order where that can't change what belongs to what."""
    numbers = [n for w in words if (n := number_of(w)) is not None]
    signed = sum(n[1] is not None or n[3] is not None for n in numbers)
    if signed > 1 or len(numbers) - signed > 1 or not _NEGATIONS.isdisjoint(words):
        return words
    return tuple(sorted(words))


@cache
def _entries(vocabulary: str) -> tuple[_Entry, ...]:
    return tuple(_entries_of(vocabulary))


def _entries_of(name: str) -> Iterator[_Entry]:
    vocabulary = VOCABULARIES[name]
    known = {held: {e.found.term: e.own for e in _entries(held)} for held in vocabulary.refers.values() if held != name}
    called = _called(name)
    for row in rows(name):
        term, label = row[vocabulary.key], row.get("label") or row.get("means") or ""
        names = tuple(dict.fromkeys(n for n in map(words_of, (term, label, *called.get(term, ()))) if n))
        own = frozenset(w for n in names for w in n)
        linked = frozenset(
            w for column, held in vocabulary.refers.items() if held != name for w in known[held].get(row[column], ())
        )
        others = frozenset(
            w
            for column, cell in row.items()
            if column not in {vocabulary.key, "label", *vocabulary.refers}
            for w in words_of(cell)
        )
        yield _Entry(Found(name, term, label), names, own, linked - own, others - own - linked)


def _called(name: str) -> Mapping[str, list[str]]:
    """What people call the terms of a vocabulary, or of those that it unites, by term."""
    called: dict[str, list[str]] = {}
    for row in rows("synonyms"):
        if row["vocabulary"] in {name, *VOCABULARIES[name].union_of}:
            called.setdefault(row["means"], []).append(row["synonym"])
    return called


@cache
def _keys(vocabulary: str) -> dict[_Key, list[str]]:
    return _by(vocabulary, lambda words: words)


@cache
def _open(vocabulary: str) -> dict[_Key, list[str]]:
    """The terms that leave something open, by the words that they do state."""
    return _by(vocabulary, lambda words: _stated(words) if len(words) > 1 and not UNSTATED.isdisjoint(words) else ())


@cache
def _joined(vocabulary: str) -> dict[str, list[str]]:
    """The terms whose names have letters only, by these without a gap."""
    joined: dict[str, list[str]] = {}
    for entry in _entries(vocabulary):
        for words in entry.names:
            if all(number_of(w) is None for w in words):
                joined.setdefault("".join(words), []).append(entry.found.term)
    return joined


def _by(vocabulary: str, of: Callable[[_Key], _Key]) -> dict[_Key, list[str]]:
    found: dict[_Key, list[str]] = {}
    for entry in _entries(vocabulary):
        for words in filter(None, map(of, entry.names)):
            found.setdefault(_key(words), []).append(entry.found.term)
    return found


def _slips(words: _Key, vocabulary: str) -> Iterator[str]:
    """The terms of which a name differs in slips alone."""
    wrong = [w for w in words if w not in _lexicon()]
    for entry in _entries(vocabulary) if wrong else ():
        alike = (zip(words, name, strict=True) for name in entry.names if len(name) == len(words))
        if any(all(a == b or (a in wrong and _slip(a, b)) for a, b in pairs) for pairs in alike):
            yield entry.found.term


@cache
def _lexicon() -> frozenset[str]:
    """The words of all names: none of these is another one with a slip."""
    return frozenset(w for v in VOCABULARIES for entry in _entries(v) for w in entry.own)


def _slip(word: str, known: str) -> bool:
    """Whether one letter is missing, too many or another, or two have changed places; never the first, which makes other names, as that
    of esketamine from ketamine.
    """
    if min(len(word), len(known)) < _SHORTEST_SLIP or abs(len(word) - len(known)) > 1 or word[0] != known[0]:
        return False
    if not (word.isalpha() and known.isalpha()) or word == known:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    a, b = word[at:], known[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
