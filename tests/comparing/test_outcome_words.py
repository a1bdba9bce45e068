"""Which outcomes are compared stands in the vocabulary, and whatever follows from it follows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.forest.lines import Words, contrast_block
from schemas.outcome_words import CLAIMED, COMPARED, WORSE
from schemas.vocabulary import terms

ROOT = Path(__file__).parents[2]

# The vocabulary with one more outcome to compare, before anything has read it.
ANOTHER = """
import schemas.vocabulary as vocabulary
real = vocabulary.rows
more = {"outcome_words": {"improvement": {"compared": "true"}}, "claim_attributes": {"course": {"outcome": "improvement"}}}
vocabulary.rows = lambda name: tuple({**row, **more.get(name, {}).get(row.get("term"), {})} for row in real(name))
"""


def shown(code: str) -> str:
    """What a process prints that takes the vocabulary with one more outcome."""
    environment = {**os.environ, "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER + code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_word_that_is_compared_has_views_a_choice_of_the_commands_and_an_answer() -> None:
    views = shown(
        "from registry.strata.rate_views import rate_views; print(*(line for one in rate_views() for line in one.making))"
    )
    assert {"improvement_rates", "all_improvement_rates"} <= set(re.findall('CREATE (?:VIEW|TABLE) "([^"]+)"', views))
    views = shown(
        "from registry.strata.comparable import strata_views; from registry.strata.figure_views import figure_views\n"
        "print(*(line for one in (*strata_views(), *figure_views()) for line in one.making))"
    )
    assert views.count('FROM "improvement_rates"') == 4
    assert "Response, remission and improvement rates by stratum" in views
    for command in ("compare", "export"):
        choices = shown(f"from registry.cli.app import app_for; app_for(['{command}'])(['{command}', '--help'])")
        assert "[response|remission|improvement]" in choices
    answers = shown(
        "from registry.comparing.compare import compare_rows; print([o.outcome for o in compare_rows([], 'a', 'b').outcomes])"
    )
    assert answers == "['response', 'remission', 'improvement']\n"


def test_what_may_be_claimed_of_it_is_a_rate() -> None:
    outcome = shown("from registry.auditing.claims import Claim; print(Claim('c', 's', None, None, 'ssri', 'course').outcome)")
    assert outcome == "improvement\n"
    said = shown("from validation.views.claims import CLAIMS; print(CLAIMS[0].query)")
    assert "WHEN 'course' THEN 'improvement'" in said


def test_the_words_are_of_the_vocabularies() -> None:
    assert set(COMPARED) | WORSE <= set(terms("outcome_words"))
    assert set(CLAIMED) <= set(terms("claim_attributes"))
    assert set(CLAIMED.values()) == set(COMPARED), "a rate that is compared may be claimed"


def test_of_an_outcome_of_which_more_is_worse_the_sides_are_the_other_way_round() -> None:
    from registry.comparing.compare import compare_rows
    from tests.comparing.made import head_to_head

    (shared,) = compare_rows(head_to_head(), "up", "down").outcomes[0].shared
    for outcome in terms("outcome_words"):
        block = contrast_block(shared, outcome, Words())
        assert block is not None
        assert block.sides == (("favours up", "favours down") if outcome in WORSE else ("favours down", "favours up"))


@pytest.mark.parametrize("room", ["registry", "schemas", "validation"])
def test_no_code_lists_them(room: str) -> None:
    both = re.compile(r"""(['"])response(-rate)?\1,\s*(['"])remission|(['"])remission(-rate)?\4,\s*(['"])response""")
    assert [str(path) for path in sorted((ROOT / room).rglob("*.py")) if both.search(path.read_text(encoding="utf-8"))] == []
