"""What the benchmark of pooling measures is what it says."""

from __future__ import annotations

import math
from typing import Any

import pytest

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


def test_a_stratum_s_time_stands_beside_its_peers() -> None:
    told = table({"effects": ({1_000: 0.5, 10_000: 2.0}, 0.004)})
    assert "| 0.50 | 2.00 | 200 | statsmodels `combine_effects`, normal interval, no prediction | 4,000 | 20 |" in told
