"""What a word is that isn't what a command takes: a rule, a table, a column, a vocabulary or a term has a command of its own."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable

from validation.hints import asked_for, did_you_mean, near

__all__ = ["meant_by"]

_SURE = 0.8
"""How near a word must be to one of the command's own to be taken for a slip, and not for a word of another kind."""


def meant_by(word: str, own: Iterable[str], *, otherwise: str, most: int = 1, cutoff: float = 0.6) -> str:
    """The end of a message about a word that is none of a command's ``own``: the one that was meant, or the command that knows the word."""
    known = list(own)
    if slip := near(word, known, most, max(cutoff, _SURE)) or _having(word, known):
        return asked_for(slip)
    command = next((command for command, has in _COMMANDS.items() if has(word)), None)
    if command is not None:
        return f"`{command.format(shlex.quote(word))}` has it"
    return did_you_mean(word, known, otherwise=otherwise, most=most, cutoff=cutoff)


def _having(word: str, known: Iterable[str]) -> list[str]:
    """The names of which the word is a whole part, as `anchor` is of `timepoint_anchor`; none where they are many."""
    found = [name for name in known if word.casefold() in name.casefold().split("_")]
    return found if len(found) <= 3 else []


def _is_rule(word: str) -> bool:
    from validation.catalogue import find

    return find(word) is not None


def _is_table(word: str) -> bool:
    from schemas.tables import TABLES

    return word in TABLES


def _is_column(word: str) -> bool:
    from schemas.tables import TABLES

    return any(word in {column.name, f"{table.name}.{column.name}"} for table in TABLES.values() for column in table.columns)


def _is_vocabulary(word: str) -> bool:
    from schemas.vocabulary import VOCABULARIES

    return word in VOCABULARIES


def _is_term(word: str) -> bool:
    from schemas.lookup import meant
    from schemas.vocabulary import VOCABULARIES

    return any(meant(word, name) for name, one in VOCABULARIES.items() if not one.union_of)


_COMMANDS: dict[str, Callable[[str], bool]] = {
    "outcomes explain {}": _is_rule,
    "outcomes tables {}": _is_table,
    "outcomes columns {}": _is_column,
    "outcomes vocab {}": _is_vocabulary,
    "outcomes vocab --search {}": _is_term,
}
