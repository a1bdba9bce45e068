"""More remission than response is incoherent only where logic forbids it: nested rules, the same people, one day, points."""

from __future__ import annotations

from typing import Any

import pytest

from registry.auditing.grounds import Word
from tests.auditing.arguing import claim, verdicts

SAME = {"subject": "nmda-antagonist", "population": "trd", "day": 28.0}
RESPONSE = {**SAME, "low": 55, "definition": "response.madrs.ge50pct"}
REMISSION = {**SAME, "low": 70, "attribute": "remission-rate", "definition": "remission.madrs.le10-and-ge50pct"}


def both(response: dict[str, Any], remission: dict[str, Any]) -> list[Word]:
    return [v.word for v in verdicts(claim("r", **RESPONSE | response), claim("m", **REMISSION | remission)).values()]


def test_more_in_remission_than_responders_by_a_rule_that_contains_the_other() -> None:
    found = verdicts(claim("r", **RESPONSE), claim("m", **REMISSION))
    assert [v.word for v in found.values()] == [Word.INCOHERENT, Word.INCOHERENT]
    assert "70% remission and 55% response" in found["m"].reasoning
    assert found["m"].evidence[0].text.startswith("r: ")


@pytest.mark.parametrize("bounds", [(None, "exact"), ("exact", None), ("exact", "exact")])
def test_a_figure_as_it_is_printed_is_a_point(bounds: tuple[str | None, str | None]) -> None:
    response, remission = bounds
    assert both({"bound": response}, {"bound": remission}) == [Word.INCOHERENT, Word.INCOHERENT]


@pytest.mark.parametrize(
    ("response", "remission"),
    [
        ({"population": "mdd"}, {"population": "trd"}),
        ({"population": None}, {}),
        ({"day": 28.0}, {"day": 56.0}),
        ({"day": None}, {"day": None}),
        ({"n": 100}, {"n": 50}),
        ({"source": "another article"}, {}),
        ({"subject": "ssri"}, {}),
        ({}, {"low": 40}),
        # A cut-off alone is no subset: who begins with a low score can be in remission without having improved by half.
        ({}, {"definition": "remission.madrs.le12"}),
        # Half the baseline and no more is in remission, and no fall by more than half.
        ({"definition": "response.madrs.gt50pct"}, {}),
        # So may be who had a lower score at screening than at baseline.
        ({"definition": "response.madrs.ge50pct-screening"}, {}),
        ({"definition": "response.unstated"}, {"definition": "remission.unstated"}),
        # Bounds, ranges and estimates are no points.
        ({"bound": "about"}, {}),
        ({}, {"low": None, "high": 70, "bound": "up-to"}),
        ({"low": 40, "high": 60}, {}),
    ],
)
def test_what_could_differ_or_is_no_point_is_not_incoherent(response: dict[str, Any], remission: dict[str, Any]) -> None:
    assert Word.INCOHERENT not in both(response, remission)
