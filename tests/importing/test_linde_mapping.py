"""The mapping of linde-2015 is sound, and what was made by it holds what its sources say it does."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from registry.importing.reading import read_mapping
from tests import fixed

PACKAGE = fixed.registry() / "datapackages" / "linde-2015"


def rows(table: str) -> list[dict[str, str]]:
    with (PACKAGE / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_mapping_can_be_read() -> None:
    assert read_mapping(PACKAGE / "mapping.yaml").package["name"] == "linde-2015"


def test_the_arms_add_up_to_what_the_data_set_holds() -> None:
    denominators = {(r["study_id"], r["arm_id"]): int(r["n_analysed"]) for r in rows("outcomes")}
    denominators |= {(r["study_id"], r["arm_id"]): int(r["n_at_risk"]) for r in rows("harms")}
    assert (len(rows("studies")), len(rows("arms"))) == (66, 140)
    assert sum(denominators.values()) == 14785
    assert set(denominators) == {(r["study_id"], r["arm_id"]) for r in rows("arms")}


@pytest.mark.parametrize(
    ("definition", "arms"),
    [
        ("response.unstated", 125),
        ("remission.unstated", 112),
        ("dropout.any", 126),
        ("dropout.adverse-event", 123),
    ],
)
def test_every_count_is_there(definition: str, arms: int) -> None:
    assert Counter(r["definition_id"] for r in rows("outcomes"))[definition] == arms


def test_the_known_oddities_are_kept() -> None:
    events = {(r["study_id"], r["arm_id"], r["definition_id"]): int(r["events"]) for r in rows("outcomes")}

    def above(higher: str, lower: str) -> list[tuple[int, int]]:
        pairs = [(n, events.get((s, a, lower))) for (s, a, d), n in events.items() if d == higher]
        return sorted((n, m) for n, m in pairs if m is not None and n > m)

    assert len(above("remission.unstated", "response.unstated")) == 15
    assert above("dropout.adverse-event", "dropout.any") == [(93, 44), (162, 70)]
