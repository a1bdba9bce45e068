"""What a message shows of a value somebody wrote, and what was probably meant by it.

Whatever is in a package may be of any length and hold any character; a message is a line that people read in a terminal.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

from schemas.lookup import meant

__all__ = [
    "Suggestions",
    "asked_for",
    "did_you_mean",
    "kind_of",
    "named",
    "near",
    "printable",
    "shortened",
    "shown",
    "term_meant",
]

LONGEST_SHOWN = 60
_LONGEST_COMPARED = 100
_MOST_ASKED = 100


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 3]}…"


def shown(value: object) -> str:
    """A value as a message quotes it: in Python's notation, so that spaces and control characters are seen, and not too long."""
    return repr(shortened(value)) if isinstance(value, str) else shortened(repr(value))


def named(name: str) -> str:
    """A name in the backticks of a message, with what can't be printed escaped."""
    return f"`{printable(shortened(name))}`"


def printable(text: str) -> str:
    """The text, with what can't be printed escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def near(word: object, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known words that were probably meant, the nearest first, in capitals or not; none where none is near. The one of which it is the first part,
    as `percent` is of `percent_reported`, is nearer than any that has its letters.

    A long text is nobody's slip of the pen, and would take minutes to compare.
    """
    if not isinstance(word, str) or len(word) > _LONGEST_COMPARED:
        return []
    folded: dict[str, str] = {}
    for term in known:
        folded.setdefault(term.casefold(), term)
    said = word.casefold()
    begun = [term for term in folded if term.startswith(f"{said}_")] if said not in folded else []
    found = begun if len(begun) == 1 else difflib.get_close_matches(said, folded, most, cutoff)
    return [folded[term] for term in found]


def did_you_mean(
    word: object, known: Iterable[str], *, lead: str = "", otherwise: str = "", most: int = 1, cutoff: float = 0.6
) -> str:
    """The question that ends a message about a word that isn't known, after ``lead``; ``otherwise`` where no known word is near."""
    return asked_for(near(word, known, most, cutoff), lead=lead, otherwise=otherwise)


def kind_of(data: object) -> str:
    """What a value from JSON is, in words."""
    words = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", int: "a number", float: "a number"}
    return next((word for kind, word in words.items() if isinstance(data, kind)), "null")


def term_meant(word: object, vocabulary: str, *, lead: str = "", otherwise: str = "") -> str:
    """The same question about a word that isn't a term. It names only terms that mean what the word says: how near two words are in
    their letters tells nothing of two drugs, scales or cut-offs.
    """
    return asked_for(meant(word, vocabulary), lead=lead, otherwise=otherwise)


class Suggestions:
    """A question asked about many words, one after the other, of the first hundred: to look for what is meant takes longer than
    everything else, and nobody reads that many.
    """

    def __init__(self, ask: Callable[[object], str]) -> None:
        self.ask = ask
        self.asked: dict[object, str] = {}

    def __call__(self, word: object) -> str:
        if word not in self.asked and len(self.asked) < _MOST_ASKED:
            self.asked[word] = self.ask(word)
        return self.asked.get(word, "")


def asked_for(meant: Sequence[str], *, lead: str = "", otherwise: str = "") -> str:
    """The same question where it is known already which words may be meant."""
    return f"{lead}did you mean {' or '.join(f'`{term}`' for term in meant)}?" if meant else otherwise
