"""How far the rung that leads depends on some of its figures: the same with other denominators, or without figures that may be worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.pooling.by_subject import contrast, pooled_rate
from registry.strata.rows import SHORT, VARIANTS, Row, rows_of

if TYPE_CHECKING:
    from registry.comparing.ladder import Rung
    from registry.pooling.by_subject import Contrast
    from registry.pooling.random_effects import Pooled

__all__ = ["Sensitivity", "sensitivity"]


@dataclass(frozen=True)
class Sensitivity:
    """Two rates and what compares them in a variant of the rows; None where nothing is left. ``changed`` is how many arms it changes or leaves out."""

    variant: str
    changed: int
    a: Pooled | None
    b: Pooled | None
    effect: Contrast | None

    @property
    def words(self) -> str:
        """What the variant does."""
        return VARIANTS[self.variant][1]

    @property
    def short(self) -> str:
        """The same for a narrow table."""
        return SHORT[self.variant]


def sensitivity(rung: Rung, a: str, b: str) -> tuple[Sensitivity, ...]:
    """Every variant of a rung's rows. One that changes none of them has the rung's own figures."""
    return tuple(_line(rung, name, a, b) for name in SHORT)


def _line(rung: Rung, name: str, a: str, b: str) -> Sensitivity:
    taken = VARIANTS[name][0]
    rows = [kept for row in rung.rows if (kept := taken(row)) is not None]
    changed = sum(taken(row) != row for row in (*rung.rows_a, *rung.rows_b))
    if rows == list(rung.rows):
        return Sensitivity(name, 0, rung.a, rung.b, rung.effect)
    compared = contrast(rows, a, b) if "population" not in rung.assumptions else None
    return Sensitivity(name, changed, _rate(rows, a), _rate(rows, b), compared)


def _rate(rows: Sequence[Row], subject: str) -> Pooled | None:
    return pooled_rate(rows_of(rows, subject), subject)
