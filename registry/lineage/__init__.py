"""Lineage: which studies of different packages are one trial, which arms are one arm, and which package's figures are kept.

Everything is worked out in DuckDB, over the tables of a database being built, and put into the tables of
:mod:`registry.lineage.tables`. docs/lineage.md has the rules, and how often they are wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.lineage.arms import list_arm_matches, match_arms, match_sums, write_same_arms
from registry.lineage.declared import declared
from registry.lineage.figures import list_figures
from registry.lineage.parts import list_wholes
from registry.lineage.primaries import write_primaries
from registry.lineage.registered import list_registered
from registry.lineage.studies import find_pairs
from registry.lineage.tables import LINEAGE
from registry.lineage.trials import THROUGH_ANOTHER, name_trials, settle, write_same_trials

if TYPE_CHECKING:
    import duckdb

__all__ = ["LINEAGE", "declared", "work_out"]


def work_out(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``trials``, ``same_trials``, ``same_arms``, ``same_figures`` and ``primaries`` from the other tables.

    ``lineage`` must be filled before: what is declared decides what is kept.
    """
    list_registered(con)
    list_wholes(con)
    if _may_be_joined(con):
        list_arm_matches(con)
        match_arms(con)
        settle(con)
        match_arms(con, f"p.evidence = '{THROUGH_ANOTHER}'")
        match_sums(con)
        write_same_trials(con)
        write_same_arms(con)
    else:
        name_trials(con, {})
    write_primaries(con)


def _may_be_joined(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any two studies of different packages may be one trial; they are in ``_pairs`` then. To plan what is asked of pairs takes longer
    than all else of a small registry, so nothing is where there are none.
    """
    if con.execute("SELECT count(DISTINCT package) > 1 FROM studies").fetchall() == [(False,)]:
        return False
    list_figures(con)
    find_pairs(con)
    return con.execute("SELECT count(*) > 0 FROM _pairs").fetchall() == [(True,)]
