"""The tables of a data package, in the order in which they depend on one another.

They are declared in :mod:`schemas.models` and read here from what is rendered of the models, ``rendered/tables.json``: importing
pandera takes longer than validating a small package, and most of what asks for a table wants to know its fields, not to check a
frame. A test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path

from schemas.table import Field, Table

__all__ = ["TABLES"]

TABLES: dict[str, Table] = {
    table["name"]: Table(table["name"], table["about"], tuple(Field(**column) for column in table["columns"]))
    for table in json.loads((Path(__file__).parent / "rendered" / "tables.json").read_bytes())
}
