"""The same bytes whatever order Python's sets have: it differs from process to process, by the seed of the hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHILD = """
import json, sys
from pathlib import Path

import duckdb

from tests import sample
from tests.cli.invoking import outcomes
from tests.strangers.registries import answers, broken, written

root = Path(sys.argv[1])
told = answers(written(root, "x"), "x")
with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
    for schema, table in con.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall():
        rows = con.execute(f'FROM {schema}."{table}"').fetchall()
        told[f"{schema}.{table}"] = repr(rows)

package = broken(root / "datapackages" / "spoilt", "x <y>", "file")
path = package / "datapackage.json"
data = json.loads(path.read_text())
for resource in data["resources"][:3]:
    words = {f"unknown{n}": n for n in range(40)}
    resource |= words
    resource["schema"]["fields"][0] |= words | {"constraints": words}
    resource["dialect"] = words
data["waivers"] = [{**data["waivers"][0], **words}]
data["lineage"] = [words]
path.write_text(json.dumps(data | words))
for form in ("text", "json", "html"):
    told[f"spoilt.{form}"] = outcomes("validate", "spoilt", "--format", form, cwd=root).stdout
told["skipped"] = outcomes("build", "--drafts", "--skip-rejected", cwd=root).stdout

(root / "in.csv").write_text("a,b,b\\n1,2,3\\n")
for number, mapping in enumerate((
    "package: {name: p, version: 1.0.0, " + ", ".join(f"w{n}: 1" for n in range(30)) + "}\\ninputs: {i: {file: in.csv}}\\ntables: {}\\n",
    "package: {name: p, version: 1.0.0, title: T}\\ninputs:\\n  i: {file: in.csv, sha256: x}\\ntables:\\n"
    "  sources:\\n  - {from: i, fields: {" + ", ".join(f"f{n}: {{column: c{n}}}" for n in range(30)) + "}}\\n"
    "  studies:\\n  - {from: j, split: [{a: 1, b: 2, c: 3, d: 4}, {e: 1, f: 2, g: 3, h: 4}], fields: {}}\\n",
)):
    (root / f"m{number}.yaml").write_text(mapping)
    done = outcomes("import", "in.csv", "-m", f"m{number}.yaml", "--to", "out", cwd=root)
    assert done.returncode, done
    told[f"import {number}"] = done.stderr
json.dump(told, sys.stdout, indent=1)
"""


def test_every_answer_has_one_order(tmp_path: Path) -> None:
    said = []
    for seed in ("1", "2"):
        # The same path in both: it stands in what is said.
        root = tmp_path / "registry"
        root.mkdir()
        command = [sys.executable, "-c", CHILD, str(root)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            out, err = child.communicate()
        assert child.returncode == 0, err
        said.append(_without_the_clock(out).splitlines())
        root.rename(tmp_path / f"seed{seed}")
    differing = [(a[:400], b[:400]) for a, b in zip(*said, strict=True) if a != b]
    assert not differing
    assert sum("unknown" in line for line in said[0]) >= 3


def _without_the_clock(told: str) -> str:
    """What was said without the moment at which it was accepted, and the hashes into which that goes."""
    import re

    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)|sha256:[0-9a-f]+|[0-9a-f]{64}", "…", told)
