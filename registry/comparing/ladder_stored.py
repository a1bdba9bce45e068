"""The ladders that a build stores, so that what ``compare`` leads with can be had by SQL: the table ``ladder``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from registry.comparing.ladder import ladders
from registry.comparing.rung import ALIKE, ASSUMPTIONS, SPREAD, Rung
from registry.pooling.by_subject import grouped
from registry.pooling.measures import LEADING
from registry.pooling.stored import interval
from registry.strata.rows import Row, read_rows
from registry.strata.subjects import overlapping
from registry.strata.views import fill_table, outcomes_in_words

if TYPE_CHECKING:
    import duckdb

__all__ = ["LADDER", "store_ladders"]


def _side(name: str) -> dict[str, tuple[str, str]]:
    of = f"of {name}"
    return {
        f"rate_{name}": ("DOUBLE", f"The pooled rate {of}."),
        **interval(f"low_{name}", f"high_{name}"),
        f"k_{name}": ("BIGINT", f"Trials {of}."),
        f"n_{name}": ("BIGINT", f"Participants {of}."),
        f"lowest_{name}": (
            "DOUBLE",
            "The lowest it can be, whichever of the trials with something unstated belong; null where none is open.",
        ),
        f"highest_{name}": ("DOUBLE", "The highest it can be."),
        f"analysis_sets_{name}": ("VARCHAR[]", f"What the denominators {of} hold."),
    }


LADDER: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "ladder": (
        "What has to be assumed before two treatments or classes can be set side by side: every set of assumptions of which none can be left "
        "out, the fewest first. Of two, the first by name is a.",
        {
            "outcome": ("VARCHAR", f"{outcomes_in_words('or')}."),
            "a": ("VARCHAR", "The one: a treatment, or a class of treatments."),
            "b": ("VARCHAR", "The other."),
            "place": ("BIGINT", "1 for the rung that leads."),
            "assumptions": (
                "VARCHAR[]",
                f"What is let go or admitted; empty: like with like. {'; '.join(f'{name} – {words}' for name, words in ASSUMPTIONS.items())}.",
            ),
            "head_to_head": (
                "BOOLEAN",
                "Whether it comes from a trial that had both, if not from that alone.",
            ),
            "alike": (
                "BOOLEAN",
                f"Whether it rests on trials that didn't have both, in whole or in part: then it is assumed as well that {ALIKE}.",
            ),
            "one_spread": (
                "BOOLEAN",
                f"Whether the network's interval rests on trials of other treatments too: then it is assumed as well that {SPREAD}.",
            ),
            "same_trials": (
                "BOOLEAN",
                "Whether the two rates are of the same trials; else what compares the two need not follow them.",
            ),
            **_side("a"),
            **_side("b"),
            "difference": ("DOUBLE", "The rate of a minus that of b, unadjusted."),
            "measure": ("VARCHAR", f"{LEADING}; null where nothing compares the two."),
            "estimate": ("DOUBLE", "The effect; null where the populations differ, or nothing compares the two within trials."),
            **interval(),
            "via": ("VARCHAR", "The class through which they are compared; null: head to head, or not at all."),
            "network": (
                "DOUBLE",
                "The odds ratio by a network of all trials, which leads before the effect; null where the rates aren't of one stratum, "
                "or no trials join the two with a third.",
            ),
            **interval("network_low", "network_high"),
            "network_k": ("BIGINT", "Trials in the network."),
            "network_direct": (
                "BIGINT",
                "Trials in it that had both of the two, and give a ratio of them: some people of the two but not all met the definition.",
            ),
            "changed": ("VARCHAR[]", "What either side has in each dimension that is let go: `window: days 42-70 | day 1`."),
            "unstated": ("VARCHAR[]", "Which words some of the trials leave unstated."),
        },
    ),
}
"""The table, with what it is and its columns."""


def store_ladders(con: duckdb.DuckDBPyConnection) -> None:
    """Find the ladder of every two treatments and classes of the database that the connection is in, and fill the table."""
    told = []
    for outcome, rows in grouped(read_rows(con), lambda row: row.outcome).items():
        pairs = _pairs(rows)
        for (a, b), rungs in zip(pairs, ladders(rows, pairs), strict=True):
            told += [{"outcome": outcome, "a": a, "b": b, "place": place, **_told(rung)} for place, rung in enumerate(rungs, 1)]
    fill_table(con, "ladder", told)


def _pairs(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Every two subjects of which none contains the other."""
    held = {row.subjects for row in rows}
    apart = overlapping(held)
    return [pair for pair in combinations(sorted(frozenset().union(*held)), 2) if pair not in apart]


def _told(rung: Rung) -> dict[str, Any]:
    found = None if rung.effect is None else rung.effect.effects.get(LEADING)
    by = rung.network
    sides = zip("ab", (rung.a, rung.b), (rung.bounds_a, rung.bounds_b), rung.sets, strict=True)
    return {
        "assumptions": list(rung.assumptions),
        "head_to_head": rung.head_to_head,
        "alike": rung.alike,
        "one_spread": rung.one_spread,
        "same_trials": rung.same_trials,
        **{
            f"{name}_{side}": value
            for side, pooled, bounds, sets in sides
            for name, value in {
                "rate": pooled.estimate, "low": pooled.low, "high": pooled.high, "k": pooled.k, "n": pooled.n,
                "lowest": None if bounds is None else bounds.lowest.estimate,
                "highest": None if bounds is None else bounds.highest.estimate,
                "analysis_sets": list(sets),
            }.items()
        },
        "difference": rung.difference,
        **({} if found is None else {"measure": LEADING, "estimate": found.estimate, "low": found.low, "high": found.high}),
        **({} if by is None else {
            "network": by.network.estimate, "network_low": by.network.low, "network_high": by.network.high,
            "network_k": by.k, "network_direct": by.k_direct,
        }),
        "via": None if rung.effect is None else rung.effect.via,
        "changed": [f"{name}: {', '.join(a)} | {', '.join(b)}" for name, (a, b) in rung.changed().items()],
        "unstated": list(rung.left_open()),
    }  # fmt: skip
