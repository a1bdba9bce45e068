"""What is shown, handed on and looked for of what can't be seen."""

from __future__ import annotations

import json
import math
import re
import unicodedata

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.slopes import slope
from validation.formats.visible import as_json, in_cell, visible
from validation.unseen import IN_SQL, odd

HONEST = {
    "Vietnamese, composed and not": "Nguyễn Thị Ứng, " + unicodedata.normalize("NFD", "Nguyễn Thị Ứng"),
    "pointed Hebrew": "בְּרֵאשִׁ֖ית",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Hindi and Sinhala with joiners": "क्\u200dष ශ්\u200dරී",
    "Thai with a break": "ไทย\u200bคำ",
    "Mongolian with a selector": "ᠠ\u180b",
    "a Japanese name with a variant": "葛\U000e0100城",
    "signs and Greek": "µ ≥ 3 – ’x’, TNFα, Δ9-THC, χ²",
    "emoji": "👩\u200d⚕\ufe0f ❤\ufe0f 🇬🇧 1\ufe0f⃣ 👍🏽",
    "an Arabic number sign": "\u0600١٢",
}

HIDDEN = {
    "escape": "\x1b[31m",
    "C1": "\x85\x9b2J",
    "delete": "\x7f",
    "null": "\x00",
    "zero width": "a\u200bb",
    "a joiner between Latin letters": "a\u200db",
    "soft hyphen": "so\u00adft",
    "word joiner": "a\u2060b",
    "overriding direction": "\u202egnp.exe",
    "isolates": "\u2066x\u2069",
    "a mark of direction among Latin letters": "a\u200fb",
    "tags": "\U0001f3f4\U000e0067\U000e007f",
    "private use": "\ue000",
    "private use beyond": "\U00100000",
    "noncharacter": "\ufffe",
    "a flood of accents": "Z" + "\u0301" * 5,
    "a flood of several accents": "e\u0302\u0303\u0301\u0323\u0328",
    "fillers": "\u3164\u115f\uffa0\u2800",
    "a selector after a letter": "x\ufe0f",
    "grapheme joiner": "a\u034fb",
    "byte-order mark": "a\ufeff",
    "annotation": "\ufff9a\ufffab\ufffb",
    "invisible sum": "a\u2064b",
}


@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST)
def test_honest_text_is_shown_as_it_is(text: str) -> None:
    assert not list(odd(text))
    assert visible(text) == text
    assert in_cell(text) == text


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_cannot_be_seen_is_shown_as_its_escape_and_kept_in_json(text: str) -> None:
    spans = list(odd(text))
    assert spans
    hidden = {text[start:stop] for start, stop in spans}
    for shown in (visible(text), in_cell(text)):
        assert "\\" in shown
        assert not list(odd(shown))
    written = as_json({text: [text]})
    assert not list(odd(written))
    assert not {c for c in hidden if unicodedata.category(c)[0] != "M"} & set(written)
    assert json.loads(written) == {text: [text]}


@pytest.mark.parametrize("text", [*HONEST.values(), *HIDDEN.values(), "plain"])
def test_the_pattern_in_sql_misses_nothing_odd(text: str) -> None:
    (found,) = duckdb.execute("SELECT regexp_matches(?, ?)", [text, IN_SQL]).fetchall()[0]
    assert found or not list(odd(text))


def test_line_ends_belong_to_text_and_break_no_line() -> None:
    text = "a\nb\r\nc\u2028d\u2029e\tf"
    assert not list(odd(text))
    assert visible(text) == "a\\nb\\r\\nc\\u2028d\\u2029e\\tf"
    assert in_cell(text) == "a\nb\\r\nc\\u2028d\\u2029e\tf"
    assert len(as_json([text]).splitlines()) == 1


def test_directions_belong_to_text_that_runs_from_the_right_and_are_never_printed() -> None:
    text = "שלום\u200f (3)"
    assert not list(odd(text))
    assert visible(text) == "שלום\\u200f (3)"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_gives_back_every_text_and_shows_nothing_unseen(text: str) -> None:
    written = as_json([text])
    assert json.loads(written) == [text]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]", written)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('aé€\\"\n ', max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('aé"', max_size=3) | st.integers(), inner, max_size=4),
)


@given(JSON, st.sampled_from([None, 0, 1, 2]))
def test_json_is_laid_out_as_python_does(data: object, indent: int | None) -> None:
    assert as_json(data, indent=indent) == json.dumps(data, indent=indent, ensure_ascii=False)


class _Word(str):
    __slots__ = ()


class _Named(dict[str, object]):
    pass


def test_json_of_values_alike_is_that_of_each() -> None:
    """Objects with the same names are written together; neither names in another order, nor a kind of text or of object, goes with others."""
    alike = [{"a": 1, "b": "x"}, {"a": None, "b": "\u202e"}, {"b": 2.5, "a": True}, {"%s": [], "%": {}}, {}, {}]
    others = [_Word("\u202e"), _Named(a=_Word("%d")), _Named(a=[1, 1.0, True, -0.0, 0.0]), [0.0, -0.0], [True, True], [1, 1]]
    for indent in (None, 2):
        written = as_json([*alike, *others, alike, others], indent=indent)
        assert written.replace("\\u202e", "\u202e") == json.dumps(
            [*alike, *others, alike, others], indent=indent, ensure_ascii=False
        )
        assert "\\u202e" in written
        assert "\u202e" not in written


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_json_has_no_such_number(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json({"a": [number]}, indent=2)


@given(st.text())
def test_what_is_shown_holds_nothing_odd(text: str) -> None:
    assert not list(odd(visible(text)))


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "-", "-x"]
)
def test_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert in_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.5", "+3", "-0", "-1e5", "-12.5%", "-.5", "", "a=b", " = b", "– 3", "−3"])
def test_a_number_is_no_formula(text: str) -> None:
    assert in_cell(text) == text


@pytest.mark.parametrize(("first", "repeated"), [("", "\u200e"), ("a", "\u0301"), ("", "\u200d"), ("א", "\u200f"), ("", "é")])
def test_long_texts_take_no_longer_than_their_length(first: str, repeated: str) -> None:
    def say(size: int) -> None:
        text = first + repeated * size
        list(odd(text))
        visible(text)
        as_json(text)

    assert slope(say, 20_000) < 9
