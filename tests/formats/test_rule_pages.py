from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import validation
from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.examples import code
from validation.rule import Rule
from validation.rule_pages import page, rendered_files, rules_page
from validation.views import VIEWS

RULES = list(catalogue().values())


def test_docs_rules_md_is_fresh() -> None:
    for path, content in rendered_files(Path(validation.__file__).parents[1]).items():
        assert path.read_text(encoding="utf-8") == content, "run `python -m validation`"


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_page_says_all_there_is_to_say(rule: Rule) -> None:
    text = page(rule)
    assert text.startswith(f"# {rule.id} {rule.name}\n")
    for said in (rule.must, rule.why, rule.fix, rule.source, rule.inspect_sr or ""):
        assert said in text.replace("\\<", "<")
    breaks, keeps = text.split("Breaks the rule:")[1].split("Keeps it:")
    assert re.search(r"^(\* |\|)", breaks, re.MULTILINE)
    assert re.search(r"^(\* |\|)", keeps.split("**What to do.**")[0], re.MULTILINE)
    tables = re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE)
    assert all(len({line.count("|") for line in table.splitlines()}) == 1 for table in tables)
    assert not re.search(r"^\* *:?$|^\* :", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) < 5_000
    assert text.isprintable() or {c for c in text if not c.isprintable()} == {"\n"}


@pytest.mark.parametrize("rule", [r for r in RULES if r.waivable], ids=lambda r: r.id)
def test_the_waiver_on_a_page_names_the_whole_key(rule: Rule) -> None:
    (snippet,) = re.findall(r"```json\n(.*?)```", page(rule), re.DOTALL)
    (waiver,) = json.loads(snippet)["waivers"]
    assert waiver["rule"] == rule.id
    table = VIEWS[rule.over].place if rule.over in VIEWS else rule.over
    assert tuple(waiver["where"]) == TABLES[table].key()


def test_a_rule_that_cannot_be_waived_says_so() -> None:
    assert "Not possible" in page(catalogue()["PKG031"])


def test_every_anchor_leads_to_a_page() -> None:
    text = rules_page()
    anchors = re.findall(r"\]\(#([^)]+)\)", text)
    headings = {h.lower().replace(" ", "-") for h in re.findall(r"^### (.+)$", text, re.MULTILINE)}
    assert len(anchors) == len(RULES)
    assert set(anchors) == headings


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "`a`"),
        ("a`b", "`` a`b ``"),
        (" 7 ", "`  7  `"),
        ("a\nb", "`a\\nb`"),
        (b"\xff,", "`\\xff,`"),
        ("x" * 500, f"`{'x' * 40}… (500 characters)`"),
    ],
)
def test_values_as_code(value: object, written: str) -> None:
    assert code(value) == written
