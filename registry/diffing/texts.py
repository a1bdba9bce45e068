"""The kind of change of a text: damage by a wrong encoding, characters that were lost, or other words."""

from __future__ import annotations

import polars as pl

from registry.diffing.kinds import KINDS, Kind
from registry.lineage.labels import read, told_apart
from registry.lineage.referring import own_registrations

__all__ = ["FOREIGN", "LEADING_ZEROS", "code_kind", "identity_kind", "label_kind", "words_kind"]

FOREIGN = r"[^\x00-\x7F]"
"""A character that an encoding can damage."""

LEADING_ZEROS = r"(^|\D)0+(\d)"
"""Zeros that a program drops if it reads an identifier as a number."""

_REPLACEMENT = "\ufffd"
_AS_NUMBER = r"^\d(\.\d+)?[eE]\+?\d+$"


def words_kind(cells: pl.DataFrame) -> pl.Series:
    """The kinds of change between the columns ``old`` and ``new``, of words."""
    cut = _is_cut(pl.col("old"), pl.col("new"))
    kind = _encoding(cells).when(cut).then(_lit(Kind.SHORTENED)).otherwise(_lit(Kind.WORDS))
    return cells.select(kind=kind.cast(KINDS))["kind"]


def code_kind(cells: pl.DataFrame, other: Kind = Kind.VALUE) -> pl.Series:
    """The kinds of change between the columns ``old`` and ``new``, of identifiers; ``other`` is what is none of the known slips."""
    old, new = pl.col("old"), pl.col("new")
    shorter = new.str.len_chars() < old.str.len_chars()
    zeros = shorter & (_without_zeros(old) == _without_zeros(new))
    bare = shorter & (old.str.replace_all(r"[^\pL\pN]", "") == new)
    as_number = old.str.contains(r"^\d+$") & new.str.contains(_AS_NUMBER)
    kind = (
        _encoding(cells)
        .when(zeros)
        .then(_lit(Kind.LOST_ZEROS))
        .when(_is_cut(old, new) | bare | as_number)
        .then(_lit(Kind.LOST_CHARACTERS))
        .otherwise(_lit(other))
    )
    return cells.select(kind=kind.cast(KINDS))["kind"]


def identity_kind(cells: pl.DataFrame, *, has_signs: bool = False) -> pl.Series:
    """The same of identifiers that have several spellings: in capitals, and unless signs are part of them with other signs, it is the same in other words."""
    upper = (pl.col(name).str.to_uppercase() for name in ("old", "new"))
    old, new = (one if has_signs else one.str.replace_all(r"[^\pL\pN]", "") for one in upper)
    kind = code_kind(cells)
    respelled = (kind == Kind.VALUE.value) & cells.select(same=old == new)["same"].fill_null(False)
    return cells.select(kind=pl.when(respelled).then(_lit(Kind.WORDS)).otherwise(kind.cast(pl.String)).cast(KINDS))["kind"]


def label_kind(cells: pl.DataFrame) -> pl.Series:
    """The same of labels, by which studies are cited: in other words where all that lineage reads in them is the same."""
    own = {Kind.WORDS.value, Kind.SHORTENED.value}
    kinds = (
        _label_kind(old, new, kind) if kind in own and old is not None and new is not None else kind
        for kind, (old, new) in zip(words_kind(cells).cast(pl.String), cells.select("old", "new").iter_rows(), strict=True)
    )
    return pl.Series("kind", list(kinds), dtype=KINDS)


def _label_kind(old: str, new: str, kind: str) -> str:
    (before, numbers), (after, others) = ((read(label), set(own_registrations(label))) for label in (old, new))
    if (before, numbers) == (after, others):
        return Kind.WORDS.value
    meets = set(before.keys()) <= set(after.keys()) and numbers <= others and not told_apart(before, after)
    return Kind.STATED.value if meets else kind if kind == Kind.SHORTENED.value else Kind.VALUE.value


def _encoding(cells: pl.DataFrame) -> pl.expr.whenthen.ChainedThen:
    return (
        pl.when(pl.col("old").str.normalize("NFC") == pl.col("new").str.normalize("NFC"))
        .then(_lit(Kind.NORMALISATION))
        .when(_is_damage(cells, "old", "new"))
        .then(_lit(Kind.ENCODING))
        .when(_is_damage(cells, "new", "old"))
        .then(_lit(Kind.ENCODING_REPAIRED))
    )


def _is_damage(cells: pl.DataFrame, before: str, after: str) -> pl.Expr:
    """Whether the text after is what a wrong encoding makes of the one before."""
    a, b = pl.col(before), pl.col(after)
    letters = cells[before].str.extract_all(FOREIGN).explode().drop_nulls().unique().to_list()
    # UTF-8 read as if it were the encoding of old Windows programs, or Latin-1.
    misread = [
        _tidy(a.str.replace_many(letters, [_misread(c, encoding) for c in letters])) == b
        for encoding in ("cp1252", "latin-1")
        if letters
    ]
    # Written in an encoding that hasn't got the letters: each becomes a mark, or goes, or loses its accent.
    marked = _tidy(a.str.replace_all(f"{FOREIGN}+", "?")) == _tidy(b.str.replace_all(r"\?+", "?"))
    dropped = _tidy(a.str.replace_all(FOREIGN, "")) == b
    plain = a.str.normalize("NFD").str.replace_all(r"\p{M}", "").str.normalize("NFC") == b.str.normalize("NFC")
    lost = b.str.count_matches(_REPLACEMENT, literal=True) > a.str.count_matches(_REPLACEMENT, literal=True)
    return lost | (a.str.contains(FOREIGN) & pl.any_horizontal(*misread, marked, dropped, plain))


def _misread(letter: str, encoding: str) -> str:
    """The letter's bytes in UTF-8, each read as a character of the encoding; where that has none for a byte, as Latin-1's."""

    def one(byte: int) -> str:
        try:
            return bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            return chr(byte)

    return "".join(map(one, letter.encode("utf-8", "replace")))


def _tidy(text: pl.Expr) -> pl.Expr:
    """What is compared has been tidied, and some of what misreading makes is a space."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def _is_cut(old: pl.Expr, new: pl.Expr) -> pl.Expr:
    shorter = new.str.len_chars() < old.str.len_chars()
    return shorter & (old.str.starts_with(new) | old.str.ends_with(new))


def _without_zeros(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(LEADING_ZEROS, "${1}${2}")


def _lit(kind: Kind) -> pl.Expr:
    return pl.lit(kind.value)
