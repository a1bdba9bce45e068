"""A stratum's rows as a network: an arm a row, as netmeta, gemtc, multinma and MetaInsight take them, or a comparison of two treatments a row.

A trial's arms are those that ``registry.pooling`` compares, those of one treatment as one; a trial with one treatment says nothing about a network and has no row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from registry.exporting.tables import Cell, Table, about, joined, study_names, told_of
from registry.pooling.by_subject import grouped
from registry.pooling.counts import Counts, combined
from registry.pooling.network_rows import network_arms
from registry.strata.rows import Row

__all__ = ["arms_table", "contrasts_table"]


def arms_table(rows: Sequence[Row]) -> Table:
    """``study``, ``treatment``, ``responders`` of ``sampleSize``, and then what a reader must know about the figures.

    ``treatment`` is the registry's id with ``_`` for each character that gemtc takes in no name; ``node`` is the id itself. Names of studies are unique.
    """
    return [
        {
            "study": study,
            "treatment": _name(node),
            "responders": side.events,
            "sampleSize": side.n,
            "node": node,
            "class": joined(row.class_ for row in some),
            **told_of(some, study=False),
            **about(some),
        }
        for study, sides in _trials(rows)
        for node, side, some in sides
    ]


def contrasts_table(rows: Sequence[Row]) -> Table:
    """Netmeta's columns: ``studlab``, ``treat1`` and ``treat2``, ``TE`` (the log odds ratio of the first against the second), its ``seTE``, and the counts.

    Where a cell is empty a half is added to all four, as metafor's ``escalc`` does; a comparison in which none or all of both sides met the definition has no ``TE``.
    """
    table: Table = []
    for study, sides in _trials(rows):
        for (first, one, some), (second, other, more) in combinations(sides, 2):
            both = [*some, *more]
            effect, error = _log_odds_ratio(one, other)
            table.append(
                {
                    "studlab": study,
                    "treat1": _name(first),
                    "treat2": _name(second),
                    "TE": effect,
                    "seTE": error,
                    "event1": one.events,
                    "n1": one.n,
                    "event2": other.events,
                    "n2": other.n,
                    **told_of(both, study=False),
                    **about(both),
                }
            )
    return table


def _trials(rows: Sequence[Row]) -> Iterator[tuple[str, list[tuple[str, Counts, list[Row]]]]]:
    """Each trial of two treatments or more, by its name, with its treatments."""
    names = study_names(rows)
    for trial, some in network_arms(rows, lambda row: row.node):
        nodes = sorted(grouped(some, lambda row: row.node).items())
        if len(nodes) > 1:
            yield names[trial], [(node, combined([Counts(trial, r.events, r.n) for r in arms]), arms) for node, arms in nodes]


def _name(node: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in node)


def _log_odds_ratio(one: Counts, other: Counts) -> tuple[Cell, Cell]:
    cells = [one.events, one.n - one.events, other.events, other.n - other.events]
    if not cells[0] + cells[2] or not cells[1] + cells[3]:
        return None, None
    add = 0.5 if 0 in cells else 0.0
    a, b, c, d = (cell + add for cell in cells)
    return math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
