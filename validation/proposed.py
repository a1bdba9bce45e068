"""The terms that a package proposes: which there are, known before any cell is read, and what breaks a vocabulary's model."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from schemas.proposing import PROPOSABLE, columns, is_proposed
from schemas.vocabulary import VOCABULARIES
from schemas.vocabulary import terms as terms_of
from validation.files import LONGEST_LINE
from validation.parquet import first_rows
from validation.reading import Form

if TYPE_CHECKING:
    import polars as pl

    from schemas.vocabulary_frames import Broken
    from validation.subjects import DataFile

__all__ = ["MOST_TERMS", "TERMS", "faults_of", "proposed_in"]

TERMS = "terms"
"""The table's name."""

MOST_TERMS = 1_000
"""Terms that a package may propose. Many more are a vocabulary of their own."""


def proposed_in(file: DataFile) -> Iterator[tuple[str, str]]:
    """The vocabulary and the id of each row of a table ``terms`` that has the form of a proposed term."""
    wanted = ("vocabulary", "id")
    for vocabulary, term in _first_rows(file, wanted) if set(wanted) <= set(file.columns) else ():
        if vocabulary in PROPOSABLE and is_proposed(term):
            yield vocabulary, term


def _first_rows(file: DataFile, columns: Sequence[str]) -> Iterator[list[str]]:
    """The cells of some columns in as many rows as may propose a term; none after a row that can't be separated from the next."""
    if file.resource.form is Form.PARQUET:
        yield from first_rows(file.file, columns, MOST_TERMS)
        return
    csv.field_size_limit(LONGEST_LINE)
    at = [file.columns.index(name) for name in columns]
    with file.file.text() as text:
        try:
            for cells in islice(csv.reader(text, strict=True), 1, MOST_TERMS + 1):
                if len(cells) == len(file.columns):
                    yield [cells[i] for i in at]
        except csv.Error:
            return


def faults_of(vocabulary: str, terms: pl.DataFrame) -> Iterator[Broken]:
    """What a vocabulary's model says against proposed terms: rows of the table ``terms``, typed, all of the vocabulary. The columns are
    those of ``terms``.
    """
    import polars as pl

    from schemas.vocabulary_frames import broken, columns_of

    held = columns(vocabulary)
    key, refers = VOCABULARIES[vocabulary].key, VOCABULARIES[vocabulary].refers
    own = [c for c in held if held[c] == "id" and c != key]
    types = {c: declared.dtype.type for c, declared in columns_of(vocabulary).items() if c not in own}
    frame = terms.select(pl.col(held[c]).cast(kind).alias(c) for c, kind in types.items())
    # Whether a cell holds a term, proposed or not, is asked of every cell: here another stands for one that the model doesn't know.
    known = {c: list(terms_of(refers[c])) for c in types if c in refers}
    there = [pl.when(~pl.col(c).is_in(some)).then(pl.lit(some[-1])).otherwise(pl.col(c)).alias(c) for c, some in known.items()]
    for fault in broken(vocabulary, frame.with_columns(there), without=own):
        # The form of the id, and that there is each only once, is asked of every key.
        if fault.row is not None and fault.column != key:
            yield replace(fault, column=held.get(fault.column or "", "id"))
    if vocabulary == "populations":
        yield from _above_themselves(terms)


def _above_themselves(terms: pl.DataFrame) -> Iterator[Broken]:
    """Proposed populations that are wider than themselves, by one step or several."""
    from schemas.vocabulary_frames import Broken

    above = dict(zip(terms["id"], terms["parent_id"], strict=True))
    for number, term in enumerate(terms["id"]):
        seen: set[str] = set()
        at = above[term]
        while at in above and at not in seen and at != term:
            seen.add(at)
            at = above[at]
        if at == term:
            yield Broken(number, "parent_id", above[term], "a population can't be part of itself")
