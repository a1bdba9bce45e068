"""What every declaration must have, whatever the rule says."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import pytest

from schemas.tables import TABLES
from validation.catalogue import catalogue, find, rules_over, ruleset
from validation.gate.relations import RELATIONS
from validation.meaning import view_of
from validation.rule import STAGES, Item, Rule
from validation.testing import columns_over as empty
from validation.views import VIEWS

RULES = list(catalogue().values())
FAMILIES = {"PKG", "STU", "ARM", "DEF", "OUT", "SCR", "IPD", "SRC", "CLM", "TRM", "CON", "REG"}


def test_rules_are_listed_by_id() -> None:
    assert list(catalogue()) == sorted(catalogue())
    assert all(id_ == rule.id for id_, rule in catalogue().items())


def test_names_are_unique() -> None:
    assert len({r.name for r in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_declaration_is_whole(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", rule.id)
    assert rule.family in FAMILIES
    assert rule.inspect_sr in {None, *get_args(Item)}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.must.endswith("."), "the first line of the docstring is a sentence"
    assert rule.why.endswith((".", "?", ")"))
    assert rule.fix.strip()
    assert rule.source.strip()
    assert rule.breaks
    assert rule.keeps
    assert rule.over in STAGES or rule.over in TABLES or rule.over in VIEWS or rule.over in RELATIONS


@pytest.mark.parametrize("rule", [r for r in RULES if r.message], ids=lambda r: r.id)
def test_message_reads_with_one_of_what_is_counted(rule: Rule) -> None:
    """What may be one is told as ``rows: {figures}``, never as ``{figures} rows``."""
    assert not re.search(
        r"\{\w+\} (rows|figures|studies|remitters|responders)\b|the \{\w+\} (participants|arms)\b", rule.message or ""
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_is_found_by_id_and_name(rule: Rule) -> None:
    assert find(rule.id.lower()) is rule
    assert find(rule.name) is rule
    assert rule in rules_over(rule.over)


@pytest.mark.parametrize("rule", [r for r in RULES if r.table], ids=lambda r: r.id)
def test_expression_reads_columns_that_are_there(rule: Rule) -> None:
    columns = set(empty(rule.over).columns)
    assert set(rule.expression().meta.root_names()) <= columns
    assert set(rule.columns) <= columns


@pytest.mark.parametrize("over", sorted({r.over for r in RULES if r.table}))
def test_view_has_the_columns_that_every_view_has(over: str) -> None:
    view = view_of(over)
    columns = set(empty(over).columns)
    assert {"_line", "_study"} <= columns
    assert set(TABLES[view.place].key()) <= columns
    assert {*view.needs, *view.needs_one_of} <= set(TABLES)
    assert not view.whole or set(columns) >= {f.name for f in TABLES[view.place].fields()}


def test_unknown_word_finds_nothing() -> None:
    assert find("XYZ999") is None


def test_digest_is_of_the_rules() -> None:
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", ruleset().digest)


LIGHT = """
import sys
from validation.catalogue import catalogue
assert catalogue()
heavy = {"polars", "duckdb", "pandera", "frictionless", "pyarrow", "numpy", "great_expectations", "yaml"} & set(sys.modules)
sys.exit(f"imported {sorted(heavy)}" if heavy else 0)
"""


def test_listing_the_rules_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
