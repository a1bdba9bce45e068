"""Words in SQL for DuckDB: names, texts and paths that stand for themselves."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["folded", "folded_text", "half_of_print", "identifier", "literal", "path_itself"]


def folded(text: str) -> str:
    """SQL: a text without what makes no other word of it: case, the width of spaces and how accents are encoded."""
    return rf"lower(trim(regexp_replace(nfc_normalize({text}), '[\s\p{{Z}}]+', ' ', 'g')))"


def folded_text(text: str) -> str:
    """The same of a text in hand."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def half_of_print(printed: str) -> str:
    """SQL: half a unit of the last printed place of a number, from its text: so far may the number itself be from its print."""
    return f"0.5 * pow(10, -length(split_part({printed}, '.', 2)))"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(words: object) -> str:
    """A text as an SQL literal; ``None`` is NULL."""
    return "NULL" if words is None else "'" + str(words).replace("'", "''") + "'"


def path_itself(path: object) -> str:
    """A path as DuckDB's readers take it, which would else find in it a pattern of many paths."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
