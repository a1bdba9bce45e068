"""However the work ends, its parent goes on, knows why, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.importing.bounds import Limits
from registry.importing.child import ChildFault, EndedError, run
from tests.importing import works

HOME = Path(__file__).parents[2]
LINUX = sys.platform == "linux"


def test_what_the_work_returns_is_returned(tmp_path) -> None:
    assert run(works.gives, {"a": [1, None, "ü"]}, scratch=tmp_path, limits=Limits()) == {"a": [1, None, "ü"]}


@pytest.mark.parametrize(
    ("work", "limits", "why", "at", "said"),
    [
        (works.aborts, {}, "crash", "aborting", "SIGABRT"),
        (works.reads_address_0, {}, "crash", "reading", "SIGSEGV"),
        (works.panics, {}, "crash", "panicking", "capacity overflow"),
        (works.exits, {}, "crash", "leaving", "exit code 7"),
        (works.loops, {"seconds": 1}, "time", "looping", ""),
        (works.goes_on, {"seconds": 60, "whole": 1}, "time", 1, ""),
        pytest.param(works.takes_memory, {"memory": 500_000_000}, "memory", "taking", "", marks=pytest.mark.skipif(not LINUX, reason="no limit")),
        pytest.param(
            works.takes_memory_as_libraries_do, {"memory": 700_000_000}, "memory", "taking", "",
            marks=pytest.mark.skipif(not LINUX, reason="no limit"),
        ),
    ],
)  # fmt: skip
def test_how_the_work_ended_is_known(tmp_path, work, limits, why, at, said) -> None:
    with pytest.raises(EndedError) as error:
        run(work, {}, scratch=tmp_path, limits=Limits(**limits))
    assert error.value.why == why
    assert error.value.at == at or (work is works.goes_on and error.value.at > 1)
    assert said in error.value.said


def test_a_stage_gives_its_seconds_anew(tmp_path) -> None:
    with pytest.raises(EndedError) as error:
        run(works.goes_on, {}, scratch=tmp_path, limits=Limits(seconds=1.5, whole=4))
    assert error.value.at > 5


def test_an_error_of_the_system_is_raised_here(tmp_path) -> None:
    with pytest.raises(OSError, match="No space left on device: '/full'"):
        run(works.finds_a_full_disk, {}, scratch=tmp_path, limits=Limits())


def test_a_bug_is_a_bug(tmp_path) -> None:
    with pytest.raises(ChildFault, match=r"works\.py.*\n.*\n.*\n.*KeyError: 'missing'"):
        run(works.has_a_bug, {}, scratch=tmp_path, limits=Limits())


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


PARENT = """
import sys
from pathlib import Path
from registry.importing.bounds import Limits
from registry.importing.child import run
from tests.importing import works

run(works.sleeps, {"pid_file": sys.argv[1] + "/pid"}, scratch=Path(sys.argv[1]), limits=Limits())
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_work_ends_with_its_parent(tmp_path, end) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], cwd=HOME, stderr=subprocess.DEVNULL)
    try:
        pid = tmp_path / "pid"
        for _ in range(300):
            if pid.exists() and pid.read_text():
                break
            time.sleep(0.1)
        parent.send_signal(end)
        assert parent.wait(timeout=30) != 0
        assert gone(int(pid.read_text()))
    finally:
        parent.kill()


def test_neither_the_working_folder_nor_the_environment_says_what_is_imported(tmp_path) -> None:
    for name in ("duckdb", "polars", "json", "queue", "registry", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("import os; os.environ['sitecustomize_ran'] = 'x'; raise SystemExit('hostile')")
    code = (
        "import sys; sys.path[:0] = ['', sys.argv[2]]; from pathlib import Path; import os\n"
        "from registry.importing.bounds import Limits; from registry.importing.child import run; from tests.importing import works\n"
        "os.chdir(sys.argv[1]); sys.path.remove(sys.argv[2])\n"
        "print(run(works.tells_its_imports, {}, scratch=Path(sys.argv[1]), limits=Limits()))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(tmp_path), str(HOME)],
        env={**os.environ, "PYTHONSTARTUP": str(tmp_path / "sitecustomize.py")},
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stdout
    assert done.stdout.rstrip().endswith("False]")
