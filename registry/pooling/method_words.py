"""How figures were pooled, in the few words that fit at the end of a line, where the reasons are, and what another prior would have made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.score_effects import PooledScore

__all__ = ["CORRECTED", "FOLLOWS", "FROM_ODDS", "ITSELF", "WITHIN", "how", "prior_words", "short_method"]

FROM_ODDS = "from the odds ratio, given both sides' pooled rates; "
"""How the method begins of what follows from an odds ratio, whose own comes after it."""

ITSELF = "not from the odds ratio, which would lead beyond what its trials found; "
"""How it begins of what would have followed from it."""

CORRECTED = "treatment-arm continuity correction"
"""What is added where a cell is empty."""

FOLLOWS = "docs/decisions/0018-ratio-and-difference-follow-from-the-odds-ratio.md"
"""Why it does."""

WITHIN = "docs/decisions/0022-a-pooled-ratio-lies-among-its-trials.md"
"""And where it doesn't."""

_SHORT = (
    (f"{CORRECTED} because a cell", "its own interval, continuity correction"),
    ("one trial", "its own interval"),
    ("summed counts", "summed counts"),
    ("indirect", "indirect, Bucher"),
    ("restricted likelihood", "network, restricted likelihood"),
    ("network", "network, prior on tau"),
    (f"Mantel–Haenszel, {CORRECTED}", "Mantel–Haenszel, continuity correction"),
    (CORRECTED, "prior on tau, continuity correction"),
    ("prior on how much trials differ", "prior on tau"),
    ("Mantel–Haenszel", "Mantel–Haenszel, common effect"),
    ("conditional binomial–normal", "exact conditional likelihood"),
    ("exact likelihood", "exact likelihood"),
    ("Hartung–Knapp", "random effects, Hartung–Knapp"),
)
"""What a method's words hold, and the few words for it; the first that is there counts."""


_SHORTER = {
    "its own interval": "one trial",
    "its own interval, continuity correction": "one trial",
    "prior on tau, continuity correction": "continuity correction",
    "exact conditional likelihood": "exact likelihood",
    "random effects, Hartung–Knapp": "random effects",
}
"""The same beside what it is of."""


def short_method(method: str) -> str:
    """A method in a few words, from the whole of them. ValueError for one that nobody has shortened."""
    if method.startswith(FROM_ODDS):
        own = short_method(method.removeprefix(FROM_ODDS))
        return f"from the odds ratio, {_SHORTER.get(own, own)}"
    for told, short in _SHORT:
        if told in method:
            return short
    raise ValueError(f"no short words for the method {method!r}")


def how(records: Iterable[str]) -> str:
    """The line below figures: ``How: docs/decisions/0009, docs/decisions/0010.``"""
    return f"How: {', '.join(dict.fromkeys(record.partition('-')[0] for record in records))}."


def prior_words(of: Pooled | PooledScore, said: Callable[[Range], str]) -> str | None:
    """What a prior half as wide, or twice, would have made of it; None where no prior makes the estimate. ``said`` gives words for an interval."""
    if of.half is None or of.double is None:
        return None
    return f"with a prior half as wide {said(of.half)}, twice as wide {said(of.double)}"
