"""More remission than response in the same people can't be, whatever the registry holds."""

from __future__ import annotations

from typing import Any

import pytest

from registry.auditing.grounds import Word
from tests.auditing.arguing import claim, verdicts

RESPONSE = {"low": 55, "bound": "about", "subject": "nmda-antagonist"}
REMISSION = {
    "high": 70, "bound": "up-to", "subject": "nmda-antagonist", "attribute": "remission-rate", "definition": "remission.unstated",
}  # fmt: skip


def both(response: dict[str, Any], remission: dict[str, Any]) -> list[Word]:
    return [v.word for v in verdicts(claim("r", **RESPONSE | response), claim("m", **REMISSION | remission)).values()]


def test_70_percent_remission_beside_55_percent_response_is_incoherent_on_both_sides() -> None:
    found = verdicts(claim("r", **RESPONSE), claim("m", **REMISSION))
    assert [v.word for v in found.values()] == [Word.INCOHERENT, Word.INCOHERENT]
    assert "up to 70% remission and about 55% response" in found["m"].reasoning
    assert "population stated for neither" in found["m"].reasoning
    assert found["m"].evidence[0].text.startswith("r: ")


def test_a_population_stated_for_one_of_them_sets_nothing_apart() -> None:
    assert both({}, {"population": "trd"}) == [Word.INCOHERENT] * 2


@pytest.mark.parametrize(
    ("response", "remission"),
    [
        ({"population": "mdd"}, {"population": "trd"}),
        ({"day": 28.0}, {"day": 56.0}),
        ({"n": 100}, {"n": 50}),
        ({"definition": "response.madrs.ge50pct"}, {"definition": "remission.hamd17.le7"}),
        ({"source": "another article"}, {}),
        ({"subject": "ssri"}, {}),
        ({}, {"high": 40}),
    ],
)
def test_what_both_state_and_state_differently_sets_them_apart(response: dict[str, Any], remission: dict[str, Any]) -> None:
    assert Word.INCOHERENT not in both(response, remission)
