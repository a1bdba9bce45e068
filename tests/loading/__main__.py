"""``python -m tests.loading``: write the outputs of the pages' commands anew. The folder for Node's packages is made by npm."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.loading.pages import PAGES, ROOT, registry_in, replayed

with tempfile.TemporaryDirectory() as scratch:
    folder = registry_in(Path(scratch))
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "@duckdb/node-api", "datapackage"], cwd=folder, check=True
    )
    for name in PAGES:
        page = ROOT / name
        page.write_text(replayed(page.read_text(encoding="utf-8"), folder), encoding="utf-8")
