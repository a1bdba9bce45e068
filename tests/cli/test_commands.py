"""The command line, as its user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests import sample

COMMANDS = ("validate", "build", "sql", "list", "show", "explain", "rules", "vocab", "init", "import", "doctor")


def outcomes(*words: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "registry", *words], cwd=cwd, input=stdin, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("registry")
    sample.write(root / "datapackages" / "sample")
    assert outcomes("build", cwd=root).returncode == 0
    return root


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = outcomes(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"outcomes {command}" in " ".join(done.stdout.split())
    assert "Example" in done.stdout


def test_a_sound_package_is_exit_0_and_a_broken_one_exit_1(root: Path, tmp_path: Path) -> None:
    assert outcomes("validate", cwd=root).returncode == 0
    broken = sample.write(tmp_path / "broken", sample.cell("outcomes", "events", "41"))
    done = outcomes("validate", str(broken), cwd=root)
    assert done.returncode == 1
    assert "OUT001" in done.stdout
    assert "data/outcomes.csv:" in done.stdout
    assert outcomes("validate", str(broken), "--fail-on", "never", cwd=root).returncode == 0


def test_fail_on_a_lesser_severity(tmp_path: Path) -> None:
    package = sample.write(tmp_path / "sample", sample.cell("sources", "correction_status", "unchecked"))
    assert outcomes("validate", str(package), cwd=tmp_path).returncode == 0
    assert outcomes("validate", str(package), "--fail-on", "note", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "sampel"], "did you mean `sample`?"),
        (["validate", "./nowhere"], "there is no package at ./nowhere"),
        (["validate", "--format", "pdf"], "pdf"),
        (["show", "nothing"], "no package `nothing`"),
        (["explain", "OUT0001"], "did you mean"),
        (["rules", "XYZ"], "there is no family"),
        (["vocab", "instrument"], "did you mean `instruments`?"),
        (["sql", "SELEC 1"], "syntax error"),
        (["sql", "FROM outcomes", "--format", "parquet"], "say where"),
        (["sql", "DROP TABLE outcomes"], "read-only"),
        (["init", "Bad Name"], "is no name"),
        (["init", "sample"], "is there already"),
        (["nonsense"], "nonsense"),
        (["validate", "--root", "elsewhere"], "is not a registry"),
    ],
)
def test_usage_is_exit_2_with_what_to_do(root: Path, words: list[str], said: str) -> None:
    done = outcomes(*words, cwd=root)
    assert done.returncode == 2, done.stderr
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_outside_a_registry_it_says_so(tmp_path: Path) -> None:
    done = outcomes("list", cwd=tmp_path)
    assert done.returncode == 2
    assert "no registry here" in done.stderr


def test_sql_in_every_form(root: Path, tmp_path: Path) -> None:
    query = "SELECT arm, events, rate FROM response_rates ORDER BY events DESC"
    assert "Sertraline" in outcomes("sql", query, cwd=root).stdout
    read = list(csv.DictReader(io.StringIO(outcomes("sql", query, "--format", "csv", cwd=root).stdout)))
    assert read[0] == {"arm": "Sertraline", "events": "20", "rate": "0.5"}
    assert json.loads(outcomes("sql", "-", "--format", "json", cwd=root, stdin=query).stdout)[1]["events"] == 14
    path = tmp_path / "rates.parquet"
    assert outcomes("sql", query, "--format", "parquet", "-o", str(path), cwd=root).returncode == 0
    assert pl.read_parquet(path).height == 2


def test_init_makes_a_package_that_validates_once_filled(tmp_path: Path) -> None:
    (tmp_path / "datapackages").mkdir()
    assert outcomes("init", "mine", "--table", "harms", cwd=tmp_path).returncode == 0
    folder = tmp_path / "datapackages" / "mine"
    assert sorted(p.stem for p in (folder / "data").iterdir()) == ["arms", "harms", "outcomes", "sources", "studies"]
    unfilled = outcomes("validate", "mine", cwd=tmp_path)
    assert unfilled.returncode == 1
    assert "PKG010" in unfilled.stdout
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["licenses"] = [{"name": "CC-BY-4.0"}]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    for table, rows in sample.TABLES.items():
        path = folder / "data" / f"{table}.csv"
        if path.exists():
            header = path.read_text().strip().split(",")
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    filled = outcomes("validate", "mine", cwd=tmp_path)
    assert filled.returncode == 0, filled.stdout


def test_a_bug_keeps_a_log_and_is_exit_4(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    script = (
        "import registry.root as r\ndef f(*a): raise ZeroDivisionError\nr.find_root = f\nfrom registry.cli import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", script, "list"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    (log,) = tmp_path.glob("outcomes-bug-*.log")
    assert str(log) in done.stderr
    assert "ZeroDivisionError" in log.read_text()


def test_light_commands_stay_light(root: Path) -> None:
    """The modules that a command may load: what takes long to import is imported where it is used."""
    heavy = {"duckdb", "frictionless", "great_expectations", "jinja2", "numpy", "pandas", "pandera", "polars", "pyarrow"}
    allowed = {
        ("--help",): set(),
        ("list",): set(),
        ("show", "sample"): set(),
        ("explain", "OUT001"): set(),
        ("rules",): set(),
        ("vocab", "definitions"): set(),
        ("sql", "SELECT 1"): {"duckdb"},
    }
    for words, wanted in allowed.items():
        script = (
            f"import sys; sys.argv = ['outcomes', *{list(words)!r}]\n"
            "from registry.cli.edge import run\n"
            "code = run()\n"
            "print(code, *sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
        code, *modules = done.stderr.strip().splitlines()[-1].split()
        assert code == "0", done.stderr
        assert heavy & set(modules) == wanted, words
