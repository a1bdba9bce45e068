"""What looks alike, and what doesn't."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.sql import folded, folded_text
from validation.lookalikes import MIXED_IN_SQL, skeleton, skeleton_in_sql

ALIKE = [
    ("Smith", "smith"),
    ("trial-O", "trial-0"),
    ("arm-I", "arm-l"),
    ("arm-1", "arm-l"),
    ("Kern", "Kem"),
    ("Müller", unicodedata.normalize("NFD", "Müller")),
    ("Smith", "\u0405mith"),
    ("Ketamine", "Ketamin\u0435"),
    ("BDI", "\u0392D\u0399"),
    ("Smith", "Ｓmith"),
    ("Smith", "Smi\u200bth"),
    ("Smith", "Smi\u00adth\ufe0f"),
    ("Smith-2010", "Smith–2010"),
    ("Smith-2010", "Smith\u22122010"),
    ("O'Brien", "O’Brien"),
    ("Smith 2010", "Smith\u00a0 2010 "),
    ("Straße", "STRASSE"),
    ("Işık", "lşık"),
]
APART = [("Muller", "Müller"), ("smith-2010", "smith-2011"), ("a-b", "ab"), ("Ng", "Nq"), ("trial-5", "trial-S"), ("ж", "x")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_looks_alike_has_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_does_not_has_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_of_ascii_the_database_finds_the_same(text: str) -> None:
    assert duckdb.execute(f"SELECT {skeleton_in_sql('?')}", [text]).fetchall() == [(skeleton(text),)]


@given(st.text(st.characters(min_codepoint=9, max_codepoint=0x36F, exclude_characters="İ", exclude_categories=("Cc",))))
@example("Cafe\u0301\u2003 Bar\n")
def test_a_text_is_folded_as_the_database_folds_it(text: str) -> None:
    # But for İ, of which Python makes two characters.
    assert duckdb.execute(f"SELECT {folded('?')}", [text]).fetchall() == [(folded_text(text),)]


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("\u0405mith", True),
        ("M\u00fcll\u0435r", True),
        ("a\u0301\u043e", True),
        ("\u0397R", True),
        ("TNFα hν Δ9 χ² µg µ", False),
        ("Смит Smith", False),
        ("SSRI-терапия", False),
        ("Zoë Müller", False),
        ("日本SSRI", False),
    ],
)
def test_words_of_two_alphabets(text: str, mixed: bool) -> None:
    assert duckdb.execute("SELECT regexp_matches(?, ?)", [text, MIXED_IN_SQL]).fetchall() == [(mixed,)]
