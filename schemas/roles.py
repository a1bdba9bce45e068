"""Which roles of arms imitate a treatment."""

from __future__ import annotations

from collections.abc import Collection

from schemas.sql import literal

__all__ = ["PLACEBOS", "is_placebo", "placebos_in_words"]

PLACEBOS = ("placebo", "active-placebo", "sham")
"""Controls that imitate the treatment but for what is held to work: a pill, a drug with sensations of its own, a procedure. Those who wait, get nothing or what
they would have had anyway know it.
"""


def is_placebo(role: str) -> str:
    """SQL: whether a role is one of them."""
    return f"{role} IN ({', '.join(map(literal, PLACEBOS))})"


def placebos_in_words(roles: Collection[str]) -> str:
    """Those of the roles that are in ``roles``, in words: "placebo", "placebo or sham"."""
    return " or ".join(role.replace("-", " ") for role in PLACEBOS if role in roles)
