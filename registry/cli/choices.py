"""Choices of options that follow from a vocabulary: what is added there is at once in the help."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.outcome_words import COMPARED

__all__ = ["Outcome"]

if TYPE_CHECKING:
    Outcome = StrEnum
else:
    Outcome = StrEnum("Outcome", {word: word for word in COMPARED})
"""Which rates."""
