"""How far the rung that leads depends on some of its figures: the same with other denominators, or without figures that may be worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.pooling.by_subject import contrast, pooled_rates_of
from registry.pooling.network_rows import network_effects
from registry.strata.rows import ALL_RANDOMISED, SHORT, THOSE_ANALYSED, VARIANTS, Row, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.comparing.rung import Rung
    from registry.pooling.by_subject import Contrast
    from registry.pooling.network_effects import NetworkEffect
    from registry.pooling.random_effects import Pooled

__all__ = ["Sensitivity", "sensitivity"]

_OF_DENOMINATORS = {ALL_RANDOMISED, THOSE_ANALYSED}


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

    def varied(name: str, some: Iterable[Row]) -> list[Row]:
        return [kept for row in some if (kept := VARIANTS[name][0](row)) is not None]

    rows = {name: some for name in SHORT if (some := varied(name, rung.rows)) != list(rung.rows)}
    # A rate has denominators of one kind, unless it is the kind that varies.
    sides = {
        (name, subject): rows_of(rows[name], subject) if name in _OF_DENOMINATORS else varied(name, some)
        for name in rows
        for subject, (some, _) in own.items()
    }
    asked = [(name, subject) for (name, subject), some in sides.items() if some != own[subject][0]]
    rates = dict(zip(asked, pooled_rates_of([(sides[one], one[1]) for one in asked]), strict=True))
    networks = dict(zip(rows, network_effects([(some, a, b) for some in rows.values()]), strict=True)) if rung.network else {}

    def line(name: str) -> Sensitivity:
        if name not in rows:
            return Sensitivity(name, 0, rung.a, rung.b, rung.effect, rung.network)
        changed = sum(VARIANTS[name][0](row) != row for subject in own for row in rows_of(rung.rows, subject))
        compared = contrast(rows[name], a, b) if "population" not in rung.assumptions else None
        of_a, of_b = (rates.get((name, subject), own[subject][1]) for subject in (a, b))
        return Sensitivity(name, changed, of_a, of_b, compared, networks.get(name))

    return tuple(map(line, SHORT))
