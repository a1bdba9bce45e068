"""The wheel: built once, installed where the sources can't be reached, and used."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import sample

HOME = Path(__file__).parents[2]
PACKAGES = ("registry", "schemas", "validation")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, to = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(HOME / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy2(HOME / name, sources / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(to), str(sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No matching distribution found for hatchling" in done.stderr:
        pytest.skip("the build backend can't be had here")
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


def test_the_wheel_holds_the_three_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    there = {
        str(path.relative_to(HOME))
        for name in PACKAGES
        for path in (HOME / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there
    assert {Path(name).suffix for name in held} >= {".csv", ".json", ".jinja", ".css", ".js", ".py"}


def test_the_wheel_works_alone(commands: Path, tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=tmp_path, env={"PATH": str(commands), "HOME": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    where = run(
        "python", "-c", "import registry, schemas, validation; print(registry.__file__, schemas.__file__, validation.__file__)"
    )
    assert all(Path(path).is_relative_to(commands.parent) for path in where.split())
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
    run("python", "-m", "registry", "--help")
    run("python", "-c", "import registry; assert registry.open().load('sample').outcomes.height == 4")
