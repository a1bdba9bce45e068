"""The examples on a rule's page: every value is there, and what is marked is what makes the difference."""

from __future__ import annotations

import pytest

from validation.catalogue import catalogue
from validation.examples import ExampleTable, examples
from validation.rule import Rule

RULES = list(catalogue().values())


def _table(rule_id: str, which: str = "breaks") -> ExampleTable:
    rule = catalogue()[rule_id]
    return examples(rule, getattr(rule, which)).tables[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_every_example_is_shown_with_its_columns_alone(rule: Rule) -> None:
    for listed in (rule.breaks, rule.keeps):
        shown = examples(rule, listed)
        assert shown.tables or shown.sentences
        for table in shown.tables:
            assert len(set(table.columns)) == len(table.columns)
            for example in table.examples:
                assert all(len(row) == len(table.columns) for row in example.rows)
                assert all(row < len(example.rows) and column < len(table.columns) for row, column in example.marked)
        if rule.table is not None:
            assert sum(len(table.examples) for table in shown.tables) == len(listed)
            named = {name for example in listed for name in example}
            added = {name for table in shown.tables for name in table.columns} - named
            assert added <= (set(rule.read) if listed is rule.breaks else set())
    assert not any(example.marked or example.message for table in examples(rule, rule.keeps).tables for example in table.examples)


def test_what_a_finding_points_at_is_marked() -> None:
    table = _table("OUT005")
    assert table.columns == ("value_origin", "percent_reported", "n_analysed", "events")
    first = table.examples[0]
    assert first.rows == (("derived-from-percent", "41", "200", "82"),)
    assert first.marked == {(0, 1), (0, 2), (0, 3)}
    assert (
        first.message == "`percent_reported` (41) of `n_analysed` (200) may be 81, 82 or 83; `events` (82) was calculated from it"
    )


def test_an_empty_cell_that_breaks_a_rule_is_shown() -> None:
    table = _table("SRC001")
    assert table.columns == ("events", "n_analysed", "source_id")
    assert table.examples[0].rows[0][2] is None
    assert table.examples[0].marked == {(0, 2)}


@pytest.mark.parametrize(("rule", "marked"), [("REG020", {"source"}), ("PKG041", {"until"}), ("REG042", {"now"})])
def test_what_differs_from_an_example_that_keeps_the_rule_is_marked(rule: str, marked: set[str]) -> None:
    table = _table(rule)
    assert {table.columns[column] for _, column in table.examples[0].marked} == marked


def test_of_two_rows_the_second_is_marked_that_repeats_the_key() -> None:
    (example,) = _table("PKG034").examples
    assert example.rows == (("a",), ("a",))
    assert example.marked == {(1, 0)}


def test_a_message_says_what_the_example_does_not_give() -> None:
    assert [one.message for one in _table("SCR001").examples] == [
        "`mean` (61) must be in the range of `…`, 0 to 60",
        "`mean` (-3.5) must be in the range of `…`, 0 to 60",
    ]


def test_a_number_and_a_text_of_a_descriptor_differ() -> None:
    cells = [example.rows[0][0] for example in _table("PKG011").examples]
    assert cells[:2] == [None, '"1.0"']
    assert "1" in cells
