"""One subject in one stratum, and its rates, which are pooled when somebody asks for one: a short answer asks for none of most strata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from registry.pooling.by_subject import pooled_rates_of, rate_rows
from registry.strata.rows import VARIANTS, Row, rows_of

if TYPE_CHECKING:
    from registry.pooling.random_effects import Pooled

__all__ = ["Side", "sides"]


@dataclass(frozen=True)
class Side:
    """One subject in one stratum: the rows that its pooled rate is made of. ``pool`` gives that rate, and ``pool_variants`` those of other rows or
    figures.
    """

    subject: str
    rows: tuple[Row, ...]
    pool: Callable[[], Pooled] = field(repr=False, compare=False)
    pool_variants: Callable[[], Mapping[str, Pooled]] = field(repr=False, compare=False)

    @property
    def pooled(self) -> Pooled:
        """The pooled rate, by the variant that leads."""
        return self.pool()

    @property
    def variants(self) -> Mapping[str, Pooled]:
        """By name, the poolings of which other rows or figures went in."""
        return self.pool_variants()

    @property
    def n(self) -> int:
        """The participants in the pooled rate."""
        return sum(row.n for row in self.rows)

    @property
    def sets(self) -> tuple[str, ...]:
        """The analysis sets that the denominators hold."""
        return tuple(sorted({row.analysis_set for row in self.rows}))

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes by which the subject was given."""
        return tuple(sorted({row.route for row in self.rows}))


def sides(strata: Sequence[Sequence[Row]], a: str, b: str, main: str) -> list[tuple[Side | None, Side | None]]:
    """Both subjects in the rows of each stratum, by the variant that leads; None where that has no rows of one. A trial that had both gives both rates at a
    setting of both, as it does what compares them.
    """
    subjects = [subject for _ in strata for subject in (a, b)]
    own = [rows_of(rows, subject) for rows in strata for subject in (a, b)]
    beside = [own[i ^ 1] for i in range(len(own))]
    leading = [rate_rows(rows, main, beside=others) for rows, others in zip(own, beside, strict=True)]
    together = _Together(subjects, own, beside, leading, main)
    found = [
        Side(subject, tuple(rows), partial(together.rate, i), partial(together.others, i)) if rows else None
        for i, (subject, rows) in enumerate(zip(subjects, leading, strict=True))
    ]
    return list(zip(found[::2], found[1::2], strict=True))


@dataclass
class _Together:
    """Sides that are pooled all at once, once one of them is asked for: of each the subject, its rows, those of the other, and its rows in the variant that leads."""

    subjects: Sequence[str]
    own: Sequence[Sequence[Row]]
    beside: Sequence[Sequence[Row]]
    leading: Sequence[list[Row]]
    main: str

    @cached_property
    def _found(self) -> list[tuple[Pooled | None, dict[str, Pooled]]]:
        """Of each side the rate, and those of the variants that have other rows."""
        taken = [
            {"": leading}
            | {
                name: some
                for name in VARIANTS
                if name != self.main and (some := rate_rows(own, name, self.main, beside)) != leading
            }
            if leading
            else {}
            for own, beside, leading in zip(self.own, self.beside, self.leading, strict=True)
        ]
        asked = [(some, subject) for subject, rows in zip(self.subjects, taken, strict=True) for some in rows.values()]
        rates = iter(pooled_rates_of(asked))
        found = [{name: rate for name in rows if (rate := next(rates)) is not None} for rows in taken]
        return [(of.pop("", None), of) for of in found]

    def rate(self, place: int) -> Pooled:
        (rate, _) = self._found[place]
        if rate is None:
            raise ValueError("a stratum without rows of a subject has no rate of it")
        return rate

    def others(self, place: int) -> Mapping[str, Pooled]:
        return self._found[place][1]
