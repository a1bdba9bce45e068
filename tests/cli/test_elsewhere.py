"""The command line without what only POSIX has, as Windows is without it: simulated, so that it is seen on any machine.

CI runs tests/smoke on Windows and macOS themselves.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import sample
from tests.docs.examples import ROOT
from tests.smoke.conftest import fill

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is no simulation")

WITHOUT = textwrap.dedent(
    """
    import filelock, multiprocessing.connection, shutil, subprocess, tempfile, uuid  # what of the library needs it has it by now
    import functools, os, signal, sys

    filelock.FileLock = filelock.SoftFileLock  # in place of the one of Windows
    shutil._use_fd_functions = False
    subprocess.Popen.kill = subprocess.Popen.terminate
    sys.modules.update(dict.fromkeys(["fcntl", "grp", "pwd", "resource", "termios"]))
    for name in ["O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "fchmod", "fork", "killpg", "getuid", "geteuid", "mkfifo", "sched_getaffinity"]:
        delattr(os, name)
    os.process_cpu_count = os.cpu_count  # what Python 3.13 has where there is no affinity
    for name in ["SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGXCPU", "setitimer", "alarm"]:
        delattr(signal, name)
    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        known.clear()

    def without_dir_fd(function):
        @functools.wraps(function)
        def called(*arguments, **named):
            if any(named.get(name) is not None for name in ("dir_fd", "src_dir_fd", "dst_dir_fd")):
                raise NotImplementedError("dir_fd unavailable on this platform")
            return function(*arguments, **named)
        return called

    for name in ["link", "mkdir", "open", "readlink", "remove", "rename", "replace", "rmdir", "stat", "symlink", "unlink"]:
        setattr(os, name, without_dir_fd(getattr(os, name)))
    """
)


def _run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = f"{WITHOUT}\nfrom registry.cli import main\nsys.argv[1:] = {list(words)!r}\nmain()\n"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_a_package_is_validated_accepted_built_and_queried(tmp_path: Path) -> None:
    (tmp_path / "datapackages").mkdir()
    commands: list[list[str]] = [
        ["init", "sample", "--licence", "CC0-1.0", "--table", "participants", "--title", "Sample", "--contributor", "A Person"],
        ["validate", "sample"],
        ["accept", "sample", "--by", "A Person", "--note", "First version"],
        ["verify"],
        ["lock"],
        ["build", "--drafts"],
        ["sql", "SELECT count(*) AS n FROM outcomes", "--format", "csv"],
        ["list"],
        ["retract", "sample@0.1.0", "--by", "A Person", "--reason", "To see that it works"],
    ]
    for words in commands:
        done = _run(tmp_path, *words)
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        if words[0] == "init":
            fill(tmp_path / "datapackages" / "sample", sample.TABLES)
            (tmp_path / "datapackages" / "sample" / "README.md").write_text("# Sample\n\nA trial that was made up.\n")


def test_a_table_is_imported(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "writing-a-mapping.md").read_text(encoding="utf-8")
    for name in ("ward.csv", "mapping.yaml"):
        (tmp_path / name).write_text(page.split(f" {name}\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    done = _run(tmp_path, "import", "ward.csv", "--mapping", "mapping.yaml", "--to", "ward-example")
    assert done.returncode == 0, done.stdout + done.stderr
