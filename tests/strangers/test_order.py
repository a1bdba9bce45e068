"""The same bytes whatever order Python's sets have: it differs from process to process, by the seed of the hashes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

CHILD = """
import json, sys
from pathlib import Path

from tests.strangers.registries import everything

json.dump(everything(Path(sys.argv[1])), sys.stdout)
"""


def test_every_answer_has_one_order(painted: Path) -> None:
    # As long as the other: paths stand in what is said.
    root = painted.parents[1] / "ordered" / painted.name
    assert len(str(root)) == len(str(painted))
    root.mkdir(parents=True)
    # What this process was given is chance, unless somebody chose it.
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", CHILD, str(root)], check=False, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    one = _lines((painted / "told.json").read_text(encoding="utf-8"))
    other = _lines(done.stdout.replace("/ordered/", "/painted/"))
    assert [(a[:400], b[:400]) for a, b in zip(one, other, strict=True) if a != b] == []
    assert sum("unknown" in line for line in one) >= 3


def _lines(told: str) -> list[str]:
    """What was said, each answer on a line, without the moment at which it was accepted, and the hashes into which that goes."""
    clock = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)|sha256:[0-9a-f]+|[0-9a-f]{64}")
    return clock.sub("…", json.dumps(json.loads(told), indent=1)).splitlines()
