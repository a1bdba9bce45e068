"""Which studies are cited alike, and which their labels tell apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.lineage.labels import Label, read, told_apart
from registry.lineage.numbers import LOOSE
from registry.lineage.rows import make_table

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_labels", "tell_apart"]

Study = tuple[str, str]

_SIZES = """
    WITH arm AS (SELECT package, study_id, unnest(sizes)::DOUBLE AS size FROM _arms)
    SELECT package, study_id, size FROM arm WHERE size > 0
    UNION SELECT package, study_id, sum(list_max(sizes)::DOUBLE) FROM _arms GROUP BY ALL HAVING sum(list_max(sizes)::DOUBLE) > 0
    UNION SELECT package, study_id, n_randomised::DOUBLE FROM studies WHERE n_randomised > 0
"""


def list_labels(con: duckdb.DuckDBPyConnection, most: int) -> dict[Study, Label]:
    """Read the labels, and make ``_labels``, a row for each study and name that it may be met by, without names that more than ``most`` studies of a
    package have.
    """
    sizes: dict[Study, set[int]] = defaultdict(set)
    for package, study, size in con.execute(_SIZES).fetchall():
        sizes[package, study].add(int(size))
    said = {
        (package, study): _without_sizes(read(label or "", year), sizes[package, study])
        for package, study, label, year in con.execute("SELECT package, study_id, label, year FROM studies").fetchall()
    }
    rows = [(*study, *key) for study, label in said.items() for key in sorted(set(label.keys()))]
    columns = {**dict.fromkeys(("package", "study_id", "author", "year"), "VARCHAR"), "names": "BOOLEAN", "sure": "BOOLEAN"}
    alike = "count(DISTINCT study_id) OVER (PARTITION BY package, author, year) AS studies"
    make_table(con, "_labels", columns, rows, f"SELECT *, {alike} FROM _rows QUALIFY studies <= {most}")
    return said


def _without_sizes(label: Label, sizes: Set[int]) -> Label:
    """A label without the numbers alone in brackets that may be of participants: as many as an arm, or all, have, or one more or less."""
    numbers = frozenset(
        (kind, pieces)
        for kind, pieces in label.numbers.studies
        if kind != LOOSE or (sizes and sizes.isdisjoint(int(pieces[0]) + off for off in (-1, 0, 1)))
    )
    return replace(label, numbers=replace(label.numbers, studies=numbers))


def tell_apart(con: duckdb.DuckDBPyConnection, said: Mapping[Study, Label]) -> None:
    """Make ``_told_apart``: the pairs that a name or an identifier makes and whose labels say that they are two studies, and ``what`` says so."""
    pairs = con.execute(
        "SELECT pair, package, study_id, other_package, other_study_id FROM _pairs WHERE evidence <> 'same-arms'"
    ).fetchall()
    rows = [(pair, what) for pair, a, b, c, d in pairs if (what := told_apart(said[a, b], said[c, d]))]
    make_table(con, "_told_apart", {"pair": "BIGINT", "what": "VARCHAR"}, rows)
