"""The wheel: built once, installed where the sources can't be reached, and used beside files that are called as our packages are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import sample
from tests.smoke.conftest import hostile
from validation.catalogue import ruleset

HOME = Path(__file__).parents[2]
PACKAGES = ("registry", "schemas", "validation")

pytestmark = pytest.mark.slow

Run = Callable[..., str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, to = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in (*PACKAGES, "tests", ".ci"):
        shutil.copytree(HOME / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy2(HOME / name, sources / name)
    (sources / "docs").mkdir()
    shutil.copy2(HOME / "docs" / "outcomes.1", sources / "docs" / "outcomes.1")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(to),
        str(sources),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = to.glob("*.whl")
    shutil.rmtree(sources)
    return built


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a new environment, with the wheel in it and what it depends on from this one."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)], check=True
    )
    (site,) = environment.glob("lib/python*/site-packages")
    # Our sources aren't reached by it: of a folder that is named so, the `.pth` files don't count, nor the editable install.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


@pytest.fixture
def run(commands: Path, tmp_path: Path) -> Run:
    """Runs a command of that environment in an empty folder, or another one."""

    def done(*words: str, cwd: Path = tmp_path) -> str:
        environment = {"PATH": f"{commands}:/usr/bin:/bin", "HOME": str(tmp_path), "COLUMNS": "200"}
        ran = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout

    return done


def test_the_wheel_holds_the_three_packages_below_one_name_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
        (manual,) = (name for name in archive.namelist() if ".data/" in name)
        lines = {name: archive.read(name).count(b"\n") for name in held if name.endswith(".py")}
    assert manual.endswith(".data/data/share/man/man1/outcomes.1")
    there = {
        f"trial_outcomes/{path.relative_to(HOME)}"
        for name in PACKAGES
        for path in (HOME / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there | {f"trial_outcomes/{name}" for name in ("__init__.py", "__main__.py", "py.typed", "spark.py")}
    assert {Path(name).suffix for name in held} >= {".csv", ".json", ".jinja", ".css", ".js", ".py"}
    for name in there & lines.keys():
        assert lines[name] == (HOME / name.removeprefix("trial_outcomes/")).read_bytes().count(b"\n"), (
            f"{name}: other lines than the source"
        )


def test_the_wheel_works_beside_files_called_as_its_packages(run: Run, tmp_path: Path) -> None:
    hostile(tmp_path)
    sample.write(tmp_path / "datapackages" / "sample")
    assert run("outcomes", "--version").startswith("outcomes ")
    assert json.loads(run("outcomes", "validate", "--format", "json"))["packages"][0]["verdict"] == "valid"
    assert "<!doctype html>" in run("outcomes", "validate", "--format", "html")
    assert "Built registry.duckdb" in run("outcomes", "build", "--drafts")
    assert run("outcomes", "sql", "SELECT count(*) AS n FROM outcomes", "--format", "csv") == "n\n4\n"
    for words in (
        ["list"],
        ["show", "sample"],
        ["explain", "OUT001"],
        ["rules"],
        ["vocab", "definitions"],
        ["doctor"],
        ["init", "new"],
    ):
        assert run("outcomes", *words)
    assert "shadowed" not in run("outcomes", "doctor")
    run("python", "-m", "trial_outcomes", "--help")
    (tmp_path / "ours.py").write_text(
        "import sys\n"
        "import trial_outcomes as outcomes\n"
        "reg = outcomes.open('.')\n"
        "assert reg['sample'].outcomes.height == 4\n"
        "assert not {'registry', 'schemas', 'validation'} & set(sys.modules)\n"
        "assert reg.rates(treatment='ssri').height\n"
        "assert 'valid' in repr(outcomes.validate('datapackages/sample'))\n"
        "from trial_outcomes.validation.catalogue import ruleset\n"
        "print(ruleset().digest)\n",
        encoding="utf-8",
    )
    assert run("python", "ours.py").strip() == ruleset().digest, "one digest, wherever the rules are"


def test_the_smoke_tests_pass_on_the_wheel_beside_such_files(run: Run, tmp_path: Path) -> None:
    hostile(tmp_path)
    for name in ("tests", "docs", ".registry"):
        shutil.copytree(HOME / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    said = run("python", "-m", "pytest", "-q", "-p", "tests.one_name", "-p", "no:cacheprovider", "-m", "not slow", "tests/smoke")
    assert " passed" in said
    assert "skipped" not in said


TOOLS = {
    "uv": ("tool", "install", "--quiet", "--python", sys.executable),
    "pipx": ("install", "--quiet", "--python", sys.executable),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_an_installer_of_commands_makes_one_that_a_newcomer_can_use(wheel: Path, tmp_path: Path, tool: str) -> None:
    """With what it depends on from the index, as a user would have it: an empty folder, a package, and it is valid."""
    program = shutil.which(tool) or shutil.which(tool, path=str(HOME / "build" / "tools" / "bin"))
    if program is None:
        pytest.skip(f"{tool} isn't installed")
    own = {"UV_TOOL_DIR": "tools", "UV_TOOL_BIN_DIR": "bin", "PIPX_HOME": "tools", "PIPX_BIN_DIR": "bin", "PIPX_MAN_DIR": "man"}
    environment = {**os.environ, **{name: str(tmp_path / folder) for name, folder in own.items()}}
    done = subprocess.run([program, *TOOLS[tool], str(wheel)], env=environment, capture_output=True, text=True, check=False)
    if any(word in done.stderr + done.stdout for word in ("dns error", "Failed to establish a new connection")):
        pytest.skip("the package index can't be reached")
    assert done.returncode == 0, done.stderr
    empty = tmp_path / "an empty folder"
    empty.mkdir()
    for words in (["init", "first", "--licence", "CC-BY-4.0"], ["validate"]):
        said = subprocess.run(
            [str(tmp_path / "bin" / "outcomes"), *words], cwd=empty, env=environment, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("valid    first 0.1.0")


def test_whoever_uses_the_wheel_sees_its_types(run: Run, commands: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(
        "import trial_outcomes as outcomes\n"
        "reg: outcomes.Registry = outcomes.open('.')\n"
        "names: tuple[str, ...] = reg.packages\n"
        "report: outcomes.Report = outcomes.validate('datapackages/sample')\n"
        "try:\n    reg.load(1)\nexcept outcomes.NotFoundError:\n    pass\n",
        encoding="utf-8",
    )
    words = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        "--python-executable",
        str(commands / "python"),
        "theirs.py",
    ]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        'theirs.py:6: error: Argument 1 to "load" of "Registry" has incompatible type "int"; expected "str"  [arg-type]',
        "Found 1 error in 1 file (checked 1 source file)",
    ], done.stdout + done.stderr
