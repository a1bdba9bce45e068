"""Every rule over a table does what its examples say, looks at nothing in empty rows, and survives the extremes."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.rule import Rule
from validation.views import VIEWS

RULES = [r for r in catalogue().values() if r.table is not None]
WHERE_NULL_IS_THE_MATTER = {"SRC001", "SRC002", "SRC003", "SRC004", "SRC016", "OUT033", "OUT034", "SCR020", "CON014"}
SchemaOf = Callable[[str], pl.Schema]


def _frame(rule: Rule, rows: list[dict[str, Any]], schema_of: SchemaOf) -> pl.DataFrame:
    schema = schema_of(rule.over)
    unknown = {name for row in rows for name in row} - set(schema)
    assert not unknown, f"{rule.id}: no such columns over {rule.over}: {unknown}"
    return pl.DataFrame(rows, schema=schema)


def _held(rule: Rule, rows: list[dict[str, Any]], schema_of: SchemaOf) -> list[bool | None]:
    return _frame(rule, rows, schema_of).select(held=rule.expression())["held"].to_list()


@pytest.fixture(params=RULES, ids=lambda r: r.id)
def rule(request: pytest.FixtureRequest) -> Rule:
    declared: Rule = request.param
    return declared


def test_examples_break_and_keep(rule: Rule, schema_of: SchemaOf) -> None:
    assert _held(rule, list(rule.breaks), schema_of) == [False] * len(rule.breaks)
    assert _held(rule, list(rule.keeps), schema_of) == [True] * len(rule.keeps)


def test_the_rest_of_a_rule_is_sound(rule: Rule, schema_of: SchemaOf) -> None:
    assert rule.over in VIEWS or rule.over in TABLES
    schema = schema_of(rule.over)
    place = TABLES[VIEWS[rule.over].place if rule.over in VIEWS else rule.over]
    assert rule.columns, "a finding needs a cell to point at"
    assert set(rule.columns) <= {f.name for f in place.fields()}
    if rule.message and not rule.details:
        fields = {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}
        assert fields <= set(schema)
    assert rule.must.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    for words in (rule.must, rule.why, rule.fix, rule.source, rule.message or ""):
        assert "CLINICAL" not in words
        assert "DOMAIN" not in words


def test_messages_of_the_examples_can_be_written(rule: Rule, schema_of: SchemaOf) -> None:
    for row in _frame(rule, list(rule.breaks), schema_of).iter_rows(named=True):
        extra = rule.details(row) if rule.details else {}
        assert (rule.message or rule.must).format(**row, **extra)


def test_an_empty_table_is_looked_at_without_a_row(rule: Rule, schema_of: SchemaOf) -> None:
    assert _held(rule, [], schema_of) == []


def test_nulls_are_not_looked_at(rule: Rule, schema_of: SchemaOf) -> None:
    expected = False if rule.id in WHERE_NULL_IS_THE_MATTER else None
    assert _held(rule, [dict.fromkeys(schema_of(rule.over))], schema_of) == [expected]


FAR = [-(2**63), 2**63 - 1, -1, 0, 1, 10**6, 10**6 + 1]
WORDS = ["", "unstated", "0", "-0.0", "9" * 400, "1." + "3" * 400, "1.2.3", "1e9", "raw", "change"]


def test_extremes_do_no_harm(rule: Rule, schema_of: SchemaOf) -> None:
    """Every number with every word, a row each: an answer for every row, and a message for each that breaks the rule."""
    schema = schema_of(rule.over)
    rows = [{name: _extreme(kind, far, words) for name, kind in schema.items()} for far in FAR for words in WORDS]
    frame = _frame(rule, rows, schema_of)
    held = frame.select(held=rule.expression())["held"]
    assert len(held) == len(rows)
    assert set(held) <= {True, False, None}
    for row in frame.filter(~held).iter_rows(named=True) if rule.details else ():
        assert rule.details(row)


def _extreme(kind: pl.DataType, far: int, words: str) -> Any:
    kinds: dict[Any, Any] = {
        pl.Int64: far,
        pl.Float64: float(far),
        pl.String: words,
        pl.Boolean: far > 0,
        pl.Date: date.max if far > 0 else date.min,
    }
    return kinds.get(kind.base_type())


def test_views_have_what_the_engine_needs(schema_of: SchemaOf) -> None:
    for view in VIEWS.values():
        schema = schema_of(view.name)
        assert {"_line", "_study", *TABLES[view.place].key()} <= set(schema), view.name
        assert set(view.needs) <= set(TABLES)
        assert view.place in view.needs
        assert all(not isinstance(kind, pl.Struct | pl.List) for kind in schema.values())
        assert any(r.over == view.name for r in catalogue().values()), f"no rule reads {view.name}"


def test_ids_run_on_within_each_family() -> None:
    assert [r.id for r in RULES] == sorted({r.id for r in RULES})
    assert "ARM006" not in catalogue(), "kept free"
