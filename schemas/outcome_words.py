"""What follows from a word for an outcome: whether its rates are compared, which way is better, and which claims are of its rates.

And the word for the origin of a count that nobody made.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.vocabulary import rows

__all__ = ["CLAIMED", "COMPARED", "IMPUTED", "WORSE"]

COMPARED: tuple[str, ...] = tuple(row["term"] for row in rows("outcome_words") if row["compared"] == "true")
"""Outcomes whose rates are pooled and compared, in the order of the vocabulary."""

WORSE: frozenset[str] = frozenset(row["term"] for row in rows("outcome_words") if row["more_is_worse"] == "true")
"""Outcomes of which more is worse."""

CLAIMED: Mapping[str, str] = {row["term"]: row["outcome"] for row in rows("claim_attributes") if row["outcome"]}
"""What may be claimed (vocabulary ``claim_attributes``) and is a rate, each with its outcome."""

IMPUTED = "imputed-from-mean"
"""The origin of a count that was worked out from a mean: nobody counted these people."""
