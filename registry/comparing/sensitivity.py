"""How far the rung that leads depends on some of its figures: the same with other denominators, by another scale, or without figures that may be worse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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

__all__ = ["ANOTHER_RULE", "Sensitivity", "sensitivity"]

_OF_DENOMINATORS = {ALL_RANDOMISED, THOSE_ANALYSED}

ANOTHER_RULE = "another-rule"
"""The variant by another rule of the class, such as the MADRS for the HAM-D, of the trials that counted by both. It is there where a trial did."""

_WORDS = {name: (VARIANTS[name][1], short) for name, short in SHORT.items()} | {
    ANOTHER_RULE: ("by another scale or rule of the class, of trials that counted by both", "another scale")
}
"""Of each variant what it does, and the same for a narrow table."""


_MARKS: Mapping[str, tuple[Callable[[Row], bool], str]] = {
    "without-single-extraction": (lambda row: row.extractions is not None, "how many people read the figures"),
    "without-unpublished": (lambda row: row.publication != "unstated", "publication"),
    "without-high-risk": (lambda row: row.rob_overall != "unstated", "risk of bias"),
}
"""Of the variants that leave rows out by what may be unstated of each: whether a row states it, and its name. Nothing left out shows nothing where none does."""


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
    unstated: str = ""
    """What it goes by, where no row states that; else empty."""

    @property
    def words(self) -> str:
        """What the variant does."""
        return _WORDS[self.variant][0]

    @property
    def short(self) -> str:
        """The same for a narrow table."""
        return _WORDS[self.variant][1]


def sensitivity(rung: Rung, a: str, b: str, others: Sequence[Row] = ()) -> tuple[Sensitivity, ...]:
    """Every variant of a rung's rows, of which ``others`` are results that it doesn't use. One that changes none of them has the rung's own figures."""
    own = {a: (list(rung.rows_a), rung.a), b: (list(rung.rows_b), rung.b)}
    taken: dict[str, Callable[[Row], Row | None]] = {name: VARIANTS[name][0] for name in SHORT}
    if by_another := _by_another_rule(rung.rows, others):
        taken[ANOTHER_RULE] = lambda row: by_another.get(row.arm_in_stratum, row)

    def varied(name: str, some: Iterable[Row]) -> list[Row]:
        return [kept for row in some if (kept := taken[name](row)) is not None]

    rows = {name: some for name in taken if (some := varied(name, rung.rows)) != list(rung.rows)}
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
            states, mark = _MARKS.get(name, (None, ""))
            unstated = "" if states is None or any(map(states, rung.rows)) else mark
            return Sensitivity(name, 0, rung.a, rung.b, rung.effect, rung.network, unstated)
        changed = sum(taken[name](row) != row for subject in own for row in rows_of(rung.rows, subject))
        compared = contrast(rows[name], a, b) if "population" not in rung.assumptions else None
        of_a, of_b = (rates.get((name, subject), own[subject][1]) for subject in (a, b))
        return Sensitivity(name, changed, of_a, of_b, compared, networks.get(name))

    return tuple(map(line, taken))


def _by_another_rule(rows: Sequence[Row], others: Sequence[Row]) -> Mapping[tuple[str, ...], Row]:
    """What takes a row's place, by its arm in its stratum: of a trial, results by one other rule, of all of its arms that are here, with nothing unstated or
    worked out that isn't so here. Of several settings, that which has most in common with theirs.
    """
    mine: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = defaultdict(dict)
    for row in rows:
        mine[_in_trial(row)][row.arm_in_stratum] = row
    found: dict[tuple[str, ...], dict[object, dict[tuple[str, ...], Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in others:
        own = mine.get(_in_trial(row), {}).get(row.arm_in_stratum)
        if own is not None and _may_replace(row, own):
            found[_in_trial(row)][row.setting][row.arm_in_stratum] = row
    taken: dict[tuple[str, ...], Row] = {}
    for trial, settings in found.items():
        here = mine[trial]
        whole = [some for some in settings.values() if some.keys() == here.keys()]
        if whole:
            taken |= max(whole, key=partial(_in_common, here))
    return taken


def _in_trial(row: Row) -> tuple[str, ...]:
    return row.package, row.study_id, row.outcome, row.stratum


def _may_replace(row: Row, own: Row) -> bool:
    alike = row.of_all_randomised is own.of_all_randomised and set(row.unstated) <= set(own.unstated)
    return row.definition != own.definition and alike and (own.imputed or not row.imputed)


def _in_common(own: Mapping[tuple[str, ...], Row], some: Mapping[tuple[str, ...], Row]) -> int:
    return sum(x == y for arm, row in some.items() for x, y in zip(row.setting, own[arm].setting, strict=True))
