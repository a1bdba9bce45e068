"""Terms that a package proposes to a vocabulary: rows of its table ``terms``.

The table has the columns of every vocabulary that may be proposed to, and a row fills those of its own. The package's
cells may hold the term, such as ``x.hamd5``, as they hold those of the vocabulary. It is the package's: a term of the same id in another package is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemas.sql import identifier, literal
from schemas.vocabulary import VOCABULARIES, rows

__all__ = ["ONE_PROPOSABLE", "PROPOSABLE", "PROPOSED", "columns", "holding", "is_proposed", "may_be_proposed", "rows_sql"]

PROPOSABLE = ("definitions", "instruments", "populations", "treatments")
"""The vocabularies that may be proposed to."""

ONE_PROPOSABLE = f"^({'|'.join(PROPOSABLE)})$"

PROPOSED = r"^x\.[a-z0-9][a-z0-9.+-]*$"
"""The form of a proposed term. No adopted term begins so."""

_RENAMED = {("instruments", "percent_reduction"): "percentages"}
"""Columns that have another name in ``terms``, where another vocabulary has the name for something else."""

_OWN = {("definitions", "comparability_class")}
"""Columns that hold the term itself: nothing else is pooled with what it defines."""

_FORM = re.compile(PROPOSED)


def is_proposed(term: object) -> bool:
    """Whether a cell holds a proposed term, by its form."""
    return isinstance(term, str) and _FORM.match(term) is not None


def columns(vocabulary: str) -> Mapping[str, str]:
    """The columns of a vocabulary, each with the column of ``terms`` that holds it."""
    return dict(_columns(vocabulary))


def _columns(vocabulary: str) -> Iterator[tuple[str, str]]:
    for column in rows(vocabulary)[0]:
        own = column == VOCABULARIES[vocabulary].key or (vocabulary, column) in _OWN
        yield column, "id" if own else _RENAMED.get((vocabulary, column), column)


def holding(vocabulary: str) -> frozenset[str]:
    """The vocabularies among whose terms a term proposed to one is too."""
    united = {v.name for v in VOCABULARIES.values() if vocabulary in v.union_of}
    return frozenset({vocabulary, *united, *({"comparability_classes"} if vocabulary == "definitions" else ())})


def may_be_proposed(vocabulary: str) -> bool:
    """Whether a proposed term may stand among a vocabulary's terms."""
    return any(vocabulary in holding(name) for name in PROPOSABLE)


def rows_sql(vocabulary: str, known: str = "true") -> str:
    """SQL: the terms of a table ``terms`` as rows of the vocabulary, each once. ``known`` is a condition on the column ``id``."""
    cells = ", ".join(f"{identifier(held)} AS {identifier(column)}" for column, held in _columns(vocabulary))
    return f"SELECT {cells} FROM (SELECT DISTINCT ON (id) * FROM terms WHERE vocabulary = {literal(vocabulary)} AND {known}) ORDER BY ALL"
