"""What an arm may be asked for by: its treatment, the treatment's class, and the classes of which that is a part."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import permutations

from schemas.classes import classes_above

__all__ = ["overlapping", "subjects_of"]


@cache
def subjects_of(node: str, class_: str) -> frozenset[str]:
    """Whatever an arm that counts as a treatment and a class may be asked for by: both, and the classes above."""
    return frozenset({node, class_, *classes_above(class_)})


def overlapping(held: Iterable[frozenset[str]]) -> set[tuple[str, str]]:
    """Of what arms may be asked for by, every two subjects of one arm, either first: one contains the other, so they aren't compared."""
    return {pair for subjects in set(held) for pair in permutations(subjects, 2)}
