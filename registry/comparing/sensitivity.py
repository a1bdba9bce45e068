"""How far the rung that leads depends on some of its figures: the same with other denominators, or without figures that may be worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.pooling.by_subject import contrast, pooled_rates_of
from registry.pooling.network_rows import network_effects
from registry.strata.rows import SHORT, VARIANTS, rows_of

if TYPE_CHECKING:
    from registry.comparing.ladder import Rung
    from registry.pooling.by_subject import Contrast
    from registry.pooling.network_effects import NetworkEffect
    from registry.pooling.random_effects import Pooled

__all__ = ["Sensitivity", "sensitivity"]


@dataclass(frozen=True)
class Sensitivity:
    """Two rates and what compares them in a variant of the rows; None where nothing is left. ``changed`` is how many arms of the two it changes or
    leaves out. ``network`` is there where a network leads.
    """

    variant: str
    changed: int
    a: Pooled | None
    b: Pooled | None
    effect: Contrast | None
    network: NetworkEffect | None

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
    own = {a: (list(rung.rows_a), rung.a), b: (list(rung.rows_b), rung.b)}
    every = {name: [kept for row in rung.rows if (kept := VARIANTS[name][0](row)) is not None] for name in SHORT}
    rows = {name: some for name, some in every.items() if some != list(rung.rows)}
    sides = {(name, subject): rows_of(some, subject) for name, some in rows.items() for subject in own}
    asked = [(name, subject) for (name, subject), some in sides.items() if some != own[subject][0]]
    rates = dict(zip(asked, pooled_rates_of([(sides[one], one[1]) for one in asked]), strict=True))
    networks = dict(zip(rows, network_effects([(some, a, b) for some in rows.values()]), strict=True)) if rung.network else {}

    def line(name: str) -> Sensitivity:
        if name not in rows:
            return Sensitivity(name, 0, rung.a, rung.b, rung.effect, rung.network)
        changed = sum(VARIANTS[name][0](row) != row for row in (*rung.rows_a, *rung.rows_b))
        compared = contrast(rows[name], a, b) if "population" not in rung.assumptions else None
        of_a, of_b = (rates.get((name, subject), own[subject][1]) for subject in (a, b))
        return Sensitivity(name, changed, of_a, of_b, compared, networks.get(name))

    return tuple(map(line, SHORT))
