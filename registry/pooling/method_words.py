"""Where the reasons are for how figures were pooled, and what another prior would have made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.score_effects import PooledScore

__all__ = ["FOLLOWS", "WITHIN", "how", "prior_words"]

FOLLOWS = "docs/decisions/0018-ratio-and-difference-follow-from-the-odds-ratio.md"
"""Why risk ratio and difference follow from an odds ratio."""

WITHIN = "docs/decisions/0022-a-pooled-ratio-lies-among-its-trials.md"
"""And where they don't."""


def how(records: Iterable[str]) -> str:
    """The line below figures: ``How: docs/decisions/0009, docs/decisions/0010.``"""
    return f"How: {', '.join(dict.fromkeys(record.partition('-')[0] for record in records))}."


def prior_words(of: Pooled | PooledScore, said: Callable[[Range], str]) -> str | None:
    """What a prior half as wide, or twice, would have made of it; None where no prior makes the estimate. ``said`` gives words for an interval."""
    if of.half is None or of.double is None:
        return None
    return f"with a prior half as wide {said(of.half)}, twice as wide {said(of.double)}"
