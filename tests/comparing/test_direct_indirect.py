"""The regression that sets direct beside indirect evidence finds what was put into made-up trials."""

from __future__ import annotations

from math import exp, isclose, log

import pytest

from registry.strata.rows import Row
from tests.comparing.direct_indirect import _loop
from tests.comparing.rows import PLACEBO, row

SNRI = {"treatment": "venlafaxine", "class_": "snri"}
N = 10_000_000


def trial(name: str, effects: dict[str, float]) -> list[Row]:
    """The arms of a huge trial whose log odds ratios against placebo are these."""
    arms = {"ssri": {}, "snri": SNRI, "placebo": PLACEBO}
    shares = {arm: 1 / (1 + exp(1 - effect)) for arm, effect in effects.items()}
    return [row(name, round(N * share), N, **arms[arm]) for arm, share in shares.items()]


@pytest.mark.parametrize("gap", [0.0, 0.3, -0.2])
def test_ratio_of_indirect_to_direct(gap: float) -> None:
    rows = [
        *trial("t1", {"ssri": 0.5 - gap, "placebo": 0.0}),
        *trial("t2", {"snri": 0.8, "placebo": 0.0}),
        *trial("t3", {"ssri": 0.5, "snri": 0.8}),
    ]
    (found, _), _ = _loop(rows, {}, 0.1)
    assert isclose(found, gap, abs_tol=1e-4)


def test_what_modifies_the_effects_takes_the_difference_away() -> None:
    """Direct trials are the later ones, and effects fall with time, of every drug alike."""
    rows = [
        *trial("t1", {"ssri": 0.5 - log(1.2), "placebo": 0.0}),
        *trial("t2", {"snri": 0.8, "placebo": 0.0}),
        *trial("t3", {"ssri": 0.5, "snri": 0.8}),
        *trial("t4", {"snri": 0.8 - log(1.2), "placebo": 0.0}),
    ]
    years = {"t1": 2010.0, "t2": 2000.0, "t3": 2005.0, "t4": 2010.0}
    (without, _), _ = _loop(rows, {}, 0.1)
    (with_it, _), (own, _) = _loop(rows, years, 0.1)
    assert without > 0.05
    assert isclose(with_it, 0.0, abs_tol=1e-4)
    assert isclose(own, -log(1.2) / 10, abs_tol=1e-4)
