"""A disk that is full while something is written: exit 3 with the path, and all that was there as it was."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.conftest import DATA, MAPPING
from tests.security.conftest import state

REPOSITORY = Path(__file__).parents[2]
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[1:] = sys.argv[2:]
from registry.cli import main
main()
"""
FILLED = """
import os, subprocess, sys
place, free = sys.argv[1], int(sys.argv[2])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", place], check=True)
subprocess.run(["cp", "-r", f"{place}/../registry/.", place], check=True)
status = os.statvfs(place)
with open(f"{place}/filler", "wb") as file:
    file.write(bytes(status.f_bavail * status.f_frsize - (free << 10)))
done = subprocess.run([sys.executable, "-m", "registry", *sys.argv[3:]], cwd=place, env={**os.environ, "TMPDIR": place})
found = subprocess.run(["find", place, "-newer", f"{place}/filler", "-type", "f"], capture_output=True, text=True, check=True).stdout
print(done.returncode, "left:", found)
"""


def environment() -> dict[str, str]:
    """Python itself writes no files: it leaves half of one where there is no room."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def original(root: Path) -> Path:
    (root / "arms.csv").write_text(DATA)
    (root / "m.yaml").write_text(MAPPING.replace("SHA256", hashlib.sha256(DATA.encode()).hexdigest()))
    return root


@pytest.mark.parametrize(
    ("most", "words", "path"),
    [
        (500, "accept other --by me", ".registry"),
        (0, "retract sample --reason r --by me", ".registry/ledger.jsonl"),
        (200_000, "build --drafts", "registry.duckdb"),
        (300, "init new --licence CC0-1.0", "datapackages/new"),
        (20, "lock", "outcomes.lock"),
        (20, "lock -o mine.lock", "mine.lock"),
        (20, "export sample --prov -o prov.json", "prov.json"),
        (20, "validate --format html -o report.html", "report.html"),
        (20, "sql FROM|arms --format csv -o arms-again.csv", "arms-again.csv"),
        (20, "sql FROM|range(100000) --format parquet -o range.parquet", "range.parquet"),
        pytest.param(5000, "docs", "gate", marks=pytest.mark.slow),
    ],
)
def test_where_a_file_can_grow_no_further(original: Path, most: int, words: str, path: str) -> None:
    """By the limit of the process on the size of files, which any user may set."""
    before = state(original)
    command = [sys.executable, "-c", LIMITED, str(most), *(word.replace("|", " ") for word in words.split())]
    done = subprocess.run(command, cwd=original, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 3, done
    assert any(line.startswith(f"outcomes: {path}: ") for line in done.stderr.splitlines()), done.stderr
    assert "File too large" in done.stderr
    assert {k: v for k, v in state(original).items() if k != ".registry/ledger.jsonl"} == {
        k: v for k, v in before.items() if k != ".registry/ledger.jsonl"
    }
    assert (original / ".registry" / "ledger.jsonl").read_bytes().startswith(before[".registry/ledger.jsonl"])  # type: ignore[arg-type]


def test_a_device_that_is_full_is_named(root: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    command = [sys.executable, "-m", "registry", "export", "sample", "--prov", "-o", "/dev/full", "--root", str(root)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "outcomes: /dev/full: No space left on device\n")


@pytest.mark.parametrize(
    ("free", "words"),
    [
        (0, "accept other --by me"),
        (60, "accept other --by me"),
        (300, "build --drafts"),
        (8, "import arms.csv --mapping m.yaml --to datapackages/small"),
        pytest.param(16, "accept other --by me", marks=pytest.mark.slow),
        pytest.param(0, "build --drafts", marks=pytest.mark.slow),
        pytest.param(60, "build --drafts", marks=pytest.mark.slow),
        pytest.param(1500, "build --drafts", marks=pytest.mark.slow),
        pytest.param(0, "docs", marks=pytest.mark.slow),
        pytest.param(16, "docs", marks=pytest.mark.slow),
        pytest.param(1500, "build --drafts --gate", marks=pytest.mark.slow),
    ],
)
def test_where_the_disk_has_no_more_room(original: Path, free: int, words: str) -> None:
    """On a file system of its own in memory, that many KiB of it free: where files are named, temporary ones are made, and all else."""
    place = original.parent / "full"
    place.mkdir()
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a file system for a process of its own can't be mounted here")
    command = ["unshare", "-m", sys.executable, "-c", FILLED, str(place), str(free), *words.split()]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.stdout == "3 left: \n", done
    assert re.match(r"outcomes: [^ :]+: .*No space left on device\.?$", done.stderr, re.MULTILINE), done.stderr
