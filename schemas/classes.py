"""The tree of the classes of treatments: an arm of a class is an arm of those above it, too."""

from __future__ import annotations

from functools import cache

from schemas.vocabulary import rows

__all__ = ["classes_above", "classes_within", "wider_classes"]


@cache
def _broader() -> dict[str, str]:
    return {row["class_id"]: row["broader"] for row in rows("treatment_classes") if row["broader"]}


@cache
def classes_above(class_: str) -> tuple[str, ...]:
    """The classes of which a class is a part, the nearest first; none of a proposed one."""
    broader = _broader().get(class_)
    return () if broader is None else (broader, *classes_above(broader))


@cache
def classes_within(class_: str) -> tuple[str, ...]:
    """A class, or any other word, and after it the classes that are part of it."""
    return class_, *sorted(one for one in _broader() if class_ in classes_above(one))


def wider_classes() -> tuple[str, ...]:
    """The classes that are above another."""
    return tuple(sorted(set(_broader().values())))
