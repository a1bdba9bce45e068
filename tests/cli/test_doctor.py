"""What is missing, shadowed or out of date is named, by `doctor` and by the command that needs it; never by a traceback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest

from registry.database import open_database
from registry.extras import EXTRAS
from tests import sample
from tests.smoke.conftest import hostile

_WITHOUT = """
import os
from importlib.machinery import PathFinder
found = PathFinder.find_spec
hidden = set(os.environ.get("WITHOUT", "").split(","))
PathFinder.find_spec = lambda name, path=None, target=None: None if name.partition(".")[0] in hidden else found(name, path, target)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(_WITHOUT, encoding="utf-8")
    return tmp_path


def run(root: Path, *words: str, without: str = "", code: int, path: Path | None = None) -> str:
    """What a command says where the modules ``without`` aren't installed."""
    places = os.pathsep.join(map(str, [root / "without", *([path] if path else [])]))
    command = [Path(sys.executable).parent / "outcomes", *words]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": places, "WITHOUT": without},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert "bug" not in said
    assert done.returncode == code, said
    return said


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        (["export", "sample", "--prov"], "prov", "prov"),
        (["build", "--drafts", "--gate"], "great_expectations", "gate"),
    ],
)
def test_what_an_extra_is_for_names_it(root: Path, words: list[str], module: str, extra: str) -> None:
    assert f"pip install 'trial-outcomes[{extra}]'" in run(root, *words, without=module, code=3)


@pytest.mark.slow
def test_drawing_names_its_extra_and_all_else_needs_none(root: Path) -> None:
    extras = "matplotlib,prov,obstore,great_expectations,statsmodels,pandas"
    run(root, "validate", "sample", without=extras, code=0)
    run(root, "build", "--drafts", without=extras, code=0)
    assert "sertraline" in run(root, "compare", "sertraline", "placebo", without=extras, code=0).lower()
    page = run(root, "compare", "sertraline", "placebo", "--format", "html", without=extras, code=0)
    assert 'aria-label="Forest plot' in page
    said = run(root, "compare", "sertraline", "placebo", "--plot", "forest.svg", without=extras, code=3)
    assert said.strip().endswith(
        "matplotlib isn't installed; it is for pictures as files of SVG, PNG and PDF: pip install 'trial-outcomes[plot]'"
    )
    assert not (root / "forest.svg").exists()


@pytest.mark.parametrize("module", ["polars", "typer", pytest.param("scipy", marks=pytest.mark.slow)])
def test_a_library_that_is_always_needed_is_named(root: Path, module: str) -> None:
    words = ["build", "--drafts", "--full"] if module == "scipy" else ["validate", "sample"]
    assert f"{module} isn't installed, and outcomes needs it" in run(root, *words, without=module, code=3)
    assert not (root / "registry.duckdb").exists()


def test_doctor_names_each_extra_and_all_that_is_installed(root: Path) -> None:
    said = run(root, "doctor", code=0)
    for name in ("duckdb", "polars", "pandera", "scipy", "typer", "trial-outcomes", "registry"):
        assert f"\n{name} " in f"\n{said}"
    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert declared["all"] == [f"trial-outcomes[{','.join(sorted(EXTRAS))}]"]
    assert "mypy" not in said, "what only developers need is nobody's lack"


def test_doctor_is_well_where_others_are_called_as_ours(root: Path) -> None:
    hostile(root / "theirs")
    said = run(root, "doctor", path=root / "theirs", code=0)
    assert "shadowed" not in said


@pytest.mark.parametrize("name", ["validation", "schemas"])
def test_what_shadows_is_named(root: Path, name: str) -> None:
    """`python -m registry` in a checkout takes what the folder has."""
    other = root / f"{name}.py"
    other.write_text("", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "registry", "doctor"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == (3 if name == "validation" else 1), done.stderr
    assert f"shadowed by {other.resolve()}: run outcomes from another folder, or rename that one" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_is_not_well_where_a_database_or_the_ledger_is_not(root: Path) -> None:
    assert "ledger          0 records" in run(root, "doctor", code=0)
    duckdb.connect(str(root / "registry.duckdb")).close()
    assert "the database was built by another version; run `outcomes build`" in run(root, "doctor", code=1)
    (root / "registry.duckdb").unlink()
    (root / ".registry").mkdir()
    (root / ".registry" / "ledger.jsonl").write_bytes(b"{}\r\n")
    said = run(root, "doctor", code=1)
    assert re.search(r"(?m)^ledger          .*line 1: .*; run `outcomes verify`$", said), said


@pytest.mark.slow
def test_doctor_names_a_database_that_is_out_of_date_or_none(root: Path) -> None:
    run(root, "build", "--drafts", "--web", code=0)
    assert "for the web " in run(root, "doctor", code=0)
    with (root / "datapackages" / "sample" / "datapackage.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    said = run(root, "doctor", code=1)
    assert said.count("the draft sample has changed since the database was built") == 2
    content = (root / "registry.duckdb").read_bytes()
    (root / "registry.duckdb").write_bytes(content[:5_000] + bytes(len(content) - 5_000))
    assert "can't be opened as a database" in run(root, "doctor", code=1)
    (root / "registry.duckdb").write_text("not one", encoding="utf-8")
    assert "is not a database; move it away" in run(root, "doctor", code=1)
    shutil.rmtree(root / "datapackages")
    run(root, "doctor", code=1)


def test_a_folder_whose_name_the_locale_cannot_read_is_named(tmp_path: Path) -> None:
    """DuckDB would blame the file, and a new build would not help."""
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    with pytest.raises(OSError, match=r"names in UTF-8, which this isn't in this locale: .*caf.*; set PYTHONUTF8=1") as caught:
        open_database(odd / "registry.duckdb")
    assert "run `outcomes build`" not in str(caught.value)
