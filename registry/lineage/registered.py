"""Under which numbers each study is registered: what its package states, and what its label says beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.lineage.referring import own_registrations
from registry.lineage.rows import make_table
from schemas.registrations import find_registrations

if TYPE_CHECKING:
    import duckdb

__all__ = ["list_registered"]


def list_registered(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``_registered``, a row for each study and number; ``registry`` is null where the number has no registry's form."""
    rows = [
        (package, study, registry, value)
        for package, study, stated, label in con.execute(
            "SELECT package, study_id, registration_id, label FROM studies"
        ).fetchall()
        for registry, value in sorted(_numbers(stated or "", label or ""), key=str)
    ]
    make_table(con, "_registered", dict.fromkeys(("package", "study_id", "registry", "value"), "VARCHAR"), rows)


def _numbers(stated: str, label: str) -> set[tuple[str | None, str]]:
    """The numbers stated, and those in the label of which the statement has none in that registry: a label may mention another trial's."""
    numbers: set[tuple[str | None, str]] = set(find_registrations(stated))
    if not numbers and (bare := re.sub(r"[\W_]", "", stated.upper())):
        numbers.add((None, bare))
    known = {registry for registry, _ in numbers}
    return numbers | {number for number in own_registrations(label) if number[0] not in known}
