"""What a change of a cell is."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

__all__ = ["DAMAGE", "KINDS", "Kind"]


class Kind(StrEnum):
    """The kind of change of a cell, or (``rewritten``) of a column."""

    SIGN = "sign"
    TIMES_10 = "times-10"
    TIMES_100 = "times-100"
    DIVIDED_BY_10 = "divided-by-10"
    DIVIDED_BY_100 = "divided-by-100"
    LOST_PRECISION = "lost-precision"
    GAINED_PRECISION = "gained-precision"
    LOST_ZEROS = "lost-zeros"
    LOST_CHARACTERS = "lost-characters"
    ENCODING = "encoding"
    ENCODING_REPAIRED = "encoding-repaired"
    NORMALISATION = "normalisation"
    SWAPPED = "swapped"
    SHIFTED_COLUMN = "shifted-column"
    SHIFTED_ROWS = "shifted-rows"
    EXCHANGED = "exchanged"
    DEFINITION = "definition"
    POPULATION = "population"
    TIMEPOINT = "timepoint"
    TERM = "term"
    RENAMED = "renamed"
    REFERENCE = "reference"
    STATED = "stated"
    EMPTIED = "emptied"
    SHORTENED = "shortened"
    WORDS = "words"
    VALUE = "value"
    REWRITTEN = "rewritten"

    @property
    def said(self) -> str:
        """The change in words that follow the cell's name."""
        return _SAID[self]


_SAID = {
    Kind.SIGN: "changed sign",
    Kind.TIMES_10: "multiplied by 10",
    Kind.TIMES_100: "multiplied by 100",
    Kind.DIVIDED_BY_10: "divided by 10",
    Kind.DIVIDED_BY_100: "divided by 100",
    Kind.LOST_PRECISION: "lost precision",
    Kind.GAINED_PRECISION: "gained precision",
    Kind.LOST_ZEROS: "lost leading zeros",
    Kind.LOST_CHARACTERS: "lost characters",
    Kind.ENCODING: "damaged by a wrong encoding",
    Kind.ENCODING_REPAIRED: "repaired from a wrong encoding",
    Kind.NORMALISATION: "in another Unicode normal form",
    Kind.SWAPPED: "swapped with another column",
    Kind.SHIFTED_COLUMN: "moved into the next column",
    Kind.SHIFTED_ROWS: "moved to the next row",
    Kind.EXCHANGED: "exchanged with another row's",
    Kind.DEFINITION: "another definition",
    Kind.POPULATION: "another population",
    Kind.TIMEPOINT: "another time point",
    Kind.TERM: "another term",
    Kind.RENAMED: "renamed",
    Kind.REFERENCE: "refers to another row",
    Kind.STATED: "stated where nothing was",
    Kind.EMPTIED: "no longer stated",
    Kind.SHORTENED: "shortened",
    Kind.WORDS: "reworded",
    Kind.VALUE: "another value",
    Kind.REWRITTEN: "rewritten",
}

DAMAGE = frozenset(
    {
        Kind.SIGN,
        Kind.TIMES_10,
        Kind.TIMES_100,
        Kind.DIVIDED_BY_10,
        Kind.DIVIDED_BY_100,
        Kind.LOST_PRECISION,
        Kind.LOST_ZEROS,
        Kind.LOST_CHARACTERS,
        Kind.ENCODING,
        Kind.SWAPPED,
        Kind.SHIFTED_COLUMN,
        Kind.SHIFTED_ROWS,
        Kind.EXCHANGED,
        Kind.SHORTENED,
        Kind.EMPTIED,
        Kind.REWRITTEN,
    }
)
"""The kinds that change what a column means where they happen throughout it."""

KINDS = pl.Enum([k.value for k in Kind])
"""The type of a column of kinds."""
