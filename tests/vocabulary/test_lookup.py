"""Terms are found by what people call them, and no suggestion changes the meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.lookup import holding, meant, search
from schemas.vocabulary import VOCABULARIES, rows, terms
from schemas.words import words_of
from validation import hints
from validation.hints import term_meant

HELD = [name for name in VOCABULARIES if name != "synonyms"]
_NUMBER = re.compile(r"(?:(?<![a-z])(?:ge|le|gt|lt|eq))?\d+(?:pct)?")
_WITH_OUTCOMES = ("definitions", "comparability_classes")
_LETTERS = re.compile(r"[a-z]{3,}")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("hamilton 50%", ("definitions", "response.hamd17.50pct")),
        ("50 percent Hamilton", ("definitions", "response.hamd17.50pct")),
        ("zoloft", ("treatments", "sertraline")),
        ("ITT", ("analysis_sets", "randomised")),
        ("RCT", ("designs", "parallel")),
        ("HDRS-17", ("instruments", "hamd17")),
        ("17-item HDRS", ("instruments", "hamd17")),
        ("LOCF", ("missing_data", "locf")),
        ("MADRS ≤ 12", ("definitions", "remission.madrs.le12")),
        ("12 or less on the Montgomery–Åsberg", ("definitions", "remission.madrs.le12")),
        ("<=12 madrs", ("definitions", "remission.madrs.le12")),
        ("madrs > 50 per cent", ("definitions", "response.madrs.gt50pct")),
        ("at least 50% qids-sr16", ("definitions", "response.qids-sr16.ge50pct")),
        ("Edinburgh < 10", ("definitions", "remission.epds.lt10")),
        ("beck < 10", ("definitions", "remission.bdi.unstated.lt10")),
        ("geriatric depression scale < 7", ("definitions", "remission.gds.unstated.lt7")),
        ("ssri", ("treatment_classes", "ssri")),
        ("sertralin", ("treatments", "sertraline")),
        ("treatment-resistant depression", ("populations", "trd")),
        ("double-blind", ("maskings", "double")),
    ],
)
def test_a_search_finds_the_term_by_what_people_call_it(query: str, first: tuple[str, str]) -> None:
    found = search(query)
    assert (found[0].vocabulary, found[0].term) == first, found[:5]


def test_an_abbreviation_of_several_things_finds_them_all() -> None:
    assert {(f.vocabulary, f.term) for f in search("NRI")} >= {("treatment_classes", "nri"), ("missing_data", "non-responder")}
    assert meant("ITT", "analysis_sets") == ["randomised", "full-analysis", "modified-itt"]
    assert term_meant("active", "arm_roles") == "did you mean `experimental` or `active-comparator`?"


def test_the_words_of_a_search_stand_in_any_order_and_all_are_found() -> None:
    assert search("hamd17 remission ≤ 7") == search("≤ 7 hamd17 remission")
    assert all("madrs" in f.term for f in search("madrs two visits"))
    assert search("madrs nowhere-to-be-found") == []
    assert search("…") == search("") == []


@pytest.mark.parametrize("name", HELD)
def test_every_term_is_found_and_means_itself_alone(name: str) -> None:
    alike: dict[object, str] = {}
    for row in rows(name):
        term = row[VOCABULARIES[name].key]
        assert term in meant(term.upper(), name)
        assert search(term, [name])[0].term == term
        assert search(row.get("label") or term, [name])
        assert alike.setdefault(words_of(term), term) == term, "two ids with the same words can't be told apart"


def test_every_synonym_leads_to_its_term() -> None:
    for row in rows("synonyms"):
        if row["vocabulary"]:
            assert row["means"] in meant(row["synonym"], row["vocabulary"]), row
            assert row["synonym"] not in terms(row["vocabulary"]), f"{row['synonym']} is a term itself"
            assert (row["vocabulary"], row["means"]) in {(f.vocabulary, f.term) for f in search(row["synonym"])}, row
        else:
            assert words_of(row["synonym"]) == words_of(row["means"]), row
            assert any(set(words_of(row["means"])) <= set(words_of(f"{t} {label}")) for t, label in _names()), row


def _names() -> Iterator[tuple[str, str]]:
    return ((row[VOCABULARIES[name].key], row.get("label") or "") for name in HELD for row in rows(name))


@pytest.mark.parametrize(
    ("written", "vocabulary", "terms_meant"),
    [
        ("trazodone", "treatments", []),
        ("arketamine", "treatments", []),
        ("R-ketamine", "treatments", []),
        ("rketamine", "treatments", []),
        ("S-ketamine", "treatments", ["esketamine"]),
        ("psilocin", "treatments", []),
        ("trimipramine", "treatments", []),
        ("desvenlafaxine", "treatments", []),
        ("Zoloft", "treatments", ["sertraline"]),
        ("Fluoxetin", "treatments", ["fluoxetine"]),
        ("SSRI", "treatments", ["ssri.unspecified"]),
        ("active placebo", "arm_roles", ["active-placebo"]),
        ("remission.hamd17.le9", "definitions", []),
        ("remission.hamd17.lt7", "definitions", []),
        ("remission.hamd.le7", "definitions", ["remission.hamd.unstated.le7"]),
        ("response.hamd17.le7", "definitions", []),
        ("remission.hamd21.le3", "definitions", []),
        ("Remission HAM-D17 ≤ 7", "definitions", ["remission.hamd17.le7"]),
        ("remission.hamd17<=7", "definitions", ["remission.hamd17.le7"]),
        ("response.hdrs17.ge50pct", "definitions", ["response.hamd17.ge50pct"]),
        ("response.hdrs17.50pct", "definitions", ["response.hamd17.50pct"]),
        ("remission.madrs.ge50pct", "definitions", []),
        ("remission.observer-rated.madrs-le7-or-hamd-le12", "definitions", []),
        ("remission", "definitions", ["remission.unstated"]),
        ("HAM-D", "instruments", ["hamd.unstated"]),
        ("HAMD-17", "instruments", ["hamd17"]),
        ("hamd18", "instruments", []),
        ("BDI", "instruments", ["bdi", "bdi.unstated"]),
        ("TRD", "populations", ["trd", "trd.unspecified"]),
        ("non-TRD", "populations", []),
        ("snri", "treatment_classes", ["snri"]),
        ("sri", "treatment_classes", []),
        ("per protocol set", "analysis_sets", ["per-protocol"]),
        ("perprotocol", "analysis_sets", ["per-protocol"]),
        ("CC-BY-NC-4.0", "licences", []),
        ("CC", "licences", []),
        ("CC BY 4.0", "licences", ["CC-BY-4.0"]),
        ("x" * 10_000, "definitions", []),
        ("'; DROP TABLE arms", "definitions", []),
    ],
)
def test_a_suggestion_means_what_was_written(written: str, vocabulary: str, terms_meant: list[str]) -> None:
    assert meant(written, vocabulary) == ([written] if written in terms(vocabulary) else terms_meant)


def _near(term: str, others: tuple[str, ...]) -> Iterator[str]:
    """Ids that look nearly like a term and mean something else."""
    for found in _NUMBER.finditer(term):
        digits = re.search(r"\d+", found.group())
        assert digits is not None
        for changed in (str(int(digits.group()) + 1), f"1{digits.group()}"):
            yield term[: found.start()] + found.group().replace(digits.group(), changed, 1) + term[found.end() :]
    for sign, other in (("ge", "gt"), ("le", "lt"), ("gt", "ge"), ("lt", "le"), ("le", "ge")):
        yield re.sub(rf"(?<![a-z]){sign}(?=\d)", other, term)
    for a, b in (
        ("response", "remission"),
        ("remission", "response"),
        ("madrs", "hamd17"),
        ("hamd17", "madrs"),
        ("any", "every"),
    ):
        yield re.sub(rf"(?<![a-z]){a}(?![a-z])", b, term)
    for prefix in ("es", "ar", "nor", "des", "non-", "not-"):
        yield prefix + term
    for other in others[:3]:
        yield f"{term}-{other}"
    if "-" in term:
        yield term.partition("-")[0]
    if "." in term:
        yield term.partition(".")[2]


def _as_in_an_id(label: str) -> str:
    """A label's words and numbers, written as ids have them."""
    for sign, word in (
        (" %", "%"),
        ("%", "pct"),
        ("≥ ", "ge"),
        ("≤ ", "le"),
        ("> ", "gt"),
        ("< ", "lt"),
        ("= ", "eq"),
        ("Not ", "not-"),
    ):
        label = label.replace(sign, word)
    return label.casefold().replace("ham-d", "hamd")


def _told(text: str) -> tuple[list[str], set[str]]:
    """The numbers with their signs, and the words, but for those that say that something isn't said."""
    return sorted(_NUMBER.findall(text)), set(_LETTERS.findall(text.casefold())) - {
        "unstated",
        "unspecified",
        "version",
        "not",
        "stated",
    }


@pytest.mark.parametrize("name", HELD)
def test_what_looks_nearly_like_a_term_is_answered_with_its_own_words_and_numbers(name: str) -> None:
    written = {near: term for term in terms(name) for near in _near(term, terms(name)) if near not in terms(name)}
    called = {
        (r["synonym"].casefold(), r["means"]) for r in rows("synonyms") if r["vocabulary"] in {name, *VOCABULARIES[name].union_of}
    }
    labels = {row[VOCABULARIES[name].key]: _as_in_an_id(row.get("label") or "") for row in rows(name)}
    for near, term in written.items():
        for found in meant(near, name):
            if (near.casefold(), found) in called or words_of(near) == ("unstated",):
                continue
            told = _told(near)
            # A label, such as `HAM-D17 ≤ 7`, may leave out the word for the outcome.
            held = (found, labels[found], found.partition(".")[2] if name in _WITH_OUTCOMES else found)
            assert told in map(_told, held), (near, term, found)


@given(st.text(max_size=300), st.sampled_from(HELD))
def test_any_text_may_be_looked_up(text: str, name: str) -> None:
    assert set(meant(text, name)) <= set(terms(name))
    assert {f.term for f in search(text, [name])} <= set(terms(name))
    assert all(words_of(word) == (word,) for word in words_of(text) if word.isascii() and word.isdigit())


def test_where_nothing_fits_the_message_says_so() -> None:
    assert term_meant("remission.hamd17.le9", "definitions", otherwise="none") == "none"
    assert term_meant(None, "definitions") == ""


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Percent", ["percent_reported"]),
        ("evnts", ["events"]),
        ("arm", ["arm_id"]),
        ("n", []),
        ("percent_reported", ["percent_reported"]),
    ],
)
def test_a_column_is_found_by_its_first_part(word: str, found: list[str]) -> None:
    columns = ["arm_id", "n_analysed", "n_randomised", "events", "percent_reported"]
    assert hints.near(word, columns) == found


def test_words_of_several_terms_hold_all_of_them() -> None:
    assert holding("primary-care", "populations") == ["mdd.primary-care", "depression.primary-care"]
    assert holding("Later Life", "populations") == ["mdd.late-life", "trd.late-life"]
    assert holding("", "populations") == holding("nothing such", "populations") == []
