"""What is read of the tables from their rendered form is what the models say."""

from __future__ import annotations

import subprocess
import sys

from schemas.models import MODELS
from schemas.tables import TABLES


def test_tables_are_those_of_the_models() -> None:
    assert list(TABLES.items()) == [(name, model.table()) for name, model in MODELS.items()]


def test_knowing_the_tables_needs_no_pandera() -> None:
    script = (
        "import sys\nfrom schemas.rendering import ddl, table_schema\nfrom schemas.tables import TABLES\n"
        "assert [(ddl(name), table_schema(name)) for name in TABLES]\n"
        "print(*{'pandera', 'polars', 'duckdb'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
