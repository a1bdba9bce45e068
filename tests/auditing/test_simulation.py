"""Registries drawn from the model: how often a true claim is contradicted, and how often a false one is supported."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from registry.auditing.grounds import Word
from tests.auditing.arguing import WHOLE, claim, knowing, trials, verdicts

DRAWS = 200
SETTINGS = list(product((1, 2, 3, 4, 8, 20), (0.0, 0.2, 0.5, 0.8)))
"""Numbers of trials, and the standard deviation between them of a rate's log odds."""


def share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def judged(rng: np.random.Generator, k: int, tau: float, shift: float) -> Word:
    """The verdict on a claim whose log odds are so far from those of the median trial."""
    mean = rng.uniform(-1.0, 1.0)
    counts = []
    for logit in rng.normal(mean, tau, k):
        n = int(rng.integers(40, 200))
        counts.append((int(rng.binomial(n, share(logit))), n))
    said = claim(low=100 * share(mean + shift), **WHOLE)
    (verdict,) = verdicts(said, known=knowing(*trials(counts))).values()
    return verdict.word


@pytest.mark.slow
@pytest.mark.parametrize(("k", "tau"), SETTINGS)
def test_true_claims_are_rarely_contradicted_and_false_ones_rarely_supported(k: int, tau: float) -> None:
    rng = np.random.default_rng([k, int(10 * tau)])
    true = [judged(rng, k, tau, 0.0) for _ in range(DRAWS)]
    false = [judged(rng, k, tau, rng.choice([-1, 1]) * math.log(1.5) * 1.001) for _ in range(DRAWS)]
    assert true.count(Word.CONTRADICTED) / DRAWS < 0.05
    assert false.count(Word.SUPPORTED) / DRAWS < 0.05
