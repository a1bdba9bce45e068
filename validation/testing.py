"""For people who write rules outside this project: the examples of a rule, run as tests.

A package of rules declares them with :func:`validation.rule.rule` in a module of its own, names that module under the entry point
``trial_outcomes.rules``, and tests it by three lines::

    @pytest.mark.parametrize(("rule", "example", "holds"), examples(RULES))
    def test_example(rule, example, holds):
        assert verdict(rule, example) is holds

Only rules over tables and views are run; a rule of another stage is tested on packages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from validation.rule import Rule

if TYPE_CHECKING:
    import polars as pl

__all__ = ["columns_over", "examples", "row_of", "verdict"]


def examples(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Mapping[str, Any], bool]]:
    """Every example of rules over tables, with whether the rule must hold for it."""
    for rule in rules:
        if rule.table is not None:
            yield from ((rule, example, False) for example in rule.breaks)
            yield from ((rule, example, True) for example in rule.keeps)


@cache
def columns_over(over: str) -> pl.DataFrame:
    """A table or view of a package without rows: its columns and their types. Raises ``KeyError`` for one that isn't there."""
    import datetime

    from validation.engine import empty_view

    return empty_view(over, datetime.date(2000, 1, 1))


def row_of(over: str, example: Mapping[str, Any]) -> pl.DataFrame:
    """One row of a table or view that holds the example's values, and nulls. Raises ``KeyError`` for a column that isn't there."""
    import polars as pl

    schema = columns_over(over).schema
    if unknown := sorted(example.keys() - schema.keys()):
        raise KeyError(f"{over} has no column {unknown[0]!r}; it has {', '.join(schema)}")
    return pl.DataFrame({name: [example.get(name)] for name in schema}, schema=schema)


def verdict(rule: Rule, example: Mapping[str, Any]) -> bool:
    """Whether a rule over a table holds for a row with the example's values. Where it has nothing to say, it holds."""
    return row_of(rule.over, example).select(rule.expression()).item() is not False
