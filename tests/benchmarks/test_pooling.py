"""What the benchmark of pooling measures is what it says, and its part of the page alone is written anew."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.benchmarks.measuring import ROOT
from tests.benchmarks.page import with_pooling, with_ratios
from tests.benchmarks.pooling import POOLING, table


@pytest.mark.parametrize("name", POOLING)
def test_each_pools_so_many_strata(name: str) -> None:
    one = POOLING[name]
    found: Any = one.pool(one.make(3))
    if name == "networks":
        assert len(found) == 3
        assert all(effect.network.low < effect.network.high for network in found for effect in network)
        return
    for figures in [of for of, _ in found.values()] if isinstance(found, dict) else [found]:
        assert len(figures.estimate) <= 3
        assert all(math.isfinite(x) for x in figures.prediction.ravel())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name, one in POOLING.items() if one.peer])
def test_a_peer_pools_the_same_strata(name: str) -> None:
    one = POOLING[name]
    assert one.peer is not None
    found: Any = one.peer(one.make(3))
    assert len(found) == 3


def test_only_its_part_of_the_page_is_written_anew() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    told = table({"effects": ({1_000: 0.5, 10_000: 2.0}, 0.004)})
    assert "| 0.50 | 2.00 | 200 | statsmodels `combine_effects`, normal interval, no prediction | 4,000 | 20 |" in told
    new = with_pooling(text, told)
    assert told in new
    assert with_pooling(new, told) == new
    before, after = (one.partition("## Pooling")[0] for one in (text, new))
    assert before == after
    assert new.endswith(text.partition("## Commands of every day")[2])


def test_ratios_stand_before_pooling_and_are_written_anew_alone() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    new = with_ratios(text, "| one |")
    assert with_ratios(with_ratios(text, "| other |"), "| one |") == new
    before, _, after = new.partition("## Commands beside a yardstick")
    assert (
        before
        == text.partition("## Commands beside a yardstick" if "## Commands beside a yardstick" in text else "## Pooling")[0]
    )
    assert "| one |" in after
    assert after.partition("## Pooling")[2] == text.partition("## Pooling")[2]
