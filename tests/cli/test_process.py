"""The process: its streams, its signals, and what it does where they aren't as they should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OUTCOMES = Path(sys.executable).parent / "outcomes"


def shell(command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command.replace('outcomes ', f'{OUTCOMES} ', 1)}"],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return done


DRAFTS = "With drafts that nobody has accepted: sample 1.0.0.\n"
"""What `sql` says on stderr of the tests' registry, in which nothing is accepted."""


@pytest.mark.parametrize("command", ["list", "explain OUT001", "sql 'FROM arms' --format csv", "validate --format json"])
def test_a_full_disk_is_exit_3_and_a_closed_stream_is_nothing(root: Path, command: str) -> None:
    full = shell(f"outcomes {command} > /dev/full", root)
    assert (full.returncode, full.stderr.count("No space left on device")) == (3, 1)
    assert shell(f"outcomes {command} <&- >&- 2>&-", root).returncode == 0


@pytest.mark.parametrize("command", ["--help", "rules", "sql 'FROM range(10_000_000)' --format csv", "validate --verbose"])
def test_a_reader_that_has_seen_enough_is_no_failure(root: Path, command: str) -> None:
    told = DRAFTS if command.startswith("sql") else ""
    done = shell(f"outcomes {command} | head -n 1", root)
    assert (done.returncode, done.stderr) == (0, told)
    gone = shell(f"outcomes {command} | (exec <&-)", root)
    assert (gone.returncode, gone.stderr) == (0, told)


def test_nobody_reading_the_report_does_not_turn_findings_into_success(root: Path, tmp_path: Path) -> None:
    assert shell(f"outcomes validate {tmp_path}/ | (exec <&-)", root).returncode == 1


def test_an_encoding_without_the_letters_gets_plainer_ones_and_programs_get_utf_8(root: Path) -> None:
    table = shell("outcomes sql 'SELECT 1 AS é'", root, PYTHONIOENCODING="ascii")
    assert (table.returncode, table.stderr) == (0, DRAFTS)
    assert table.stdout.isascii()
    signs = shell("outcomes sql \"SELECT '≤ 12, ≥ 50, < 12' AS x\"", root, PYTHONIOENCODING="latin-1")
    assert "<= 12, >= 50, < 12" in signs.stdout
    query = "SELECT 'é ≤ –' AS x"
    assert json.loads(shell(f'outcomes sql "{query}" --format json', root, PYTHONIOENCODING="latin-1").stdout) == [{"x": "é ≤ –"}]


@pytest.mark.parametrize("command", ["validate", "explain OUT001", "list"])
def test_python_without_docstrings_is_refused(root: Path, command: str) -> None:
    """Rules say in theirs what must hold. Without assertions alone all goes on."""
    assert shell(f"outcomes {command}", root, PYTHONOPTIMIZE="1").returncode == 0
    done = shell(f"outcomes {command}", root, PYTHONOPTIMIZE="2")
    assert (done.returncode, done.stdout) == (3, "")
    assert "PYTHONOPTIMIZE=2" in done.stderr
    assert "bug" not in done.stderr


def test_a_folder_that_was_removed(tmp_path: Path) -> None:
    done = shell(f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; outcomes list", tmp_path)
    assert (done.returncode, "was removed" in done.stderr) == (2, True)


def test_the_shell_completes_names_of_packages(root: Path) -> None:
    words = {"_OUTCOMES_COMPLETE": "complete_bash", "COMP_WORDS": "outcomes show sa", "COMP_CWORD": "2"}
    assert shell("outcomes ", root, **words).stdout.split() == ["sample"]
