"""The command line, as its user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import inspect
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from registry.cli.export import export
from tests import sample
from tests.cli.invoking import outcomes

COMMANDS = (
    *("validate", "build", "sql", "list", "show", "explain", "rules", "vocab", "init", "import", "doctor"),
    *("accept", "diff", "history", "verify", "retract", "lock", "export", "docs", "compare", "audit"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = outcomes(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"outcomes {command}" in " ".join(done.stdout.split())
    assert "Example" in done.stdout


def test_a_sound_package_is_exit_0_and_a_broken_one_exit_1(root: Path, tmp_path: Path) -> None:
    assert outcomes("validate", cwd=root).returncode == 0
    broken = sample.write(tmp_path / "broken", sample.cell("outcomes", "events", "41"))
    done = outcomes("validate", "./broken", cwd=tmp_path)
    assert done.returncode == 1
    assert "OUT001" in done.stdout
    assert "data/outcomes.csv" in done.stdout.replace("\n      ", "")  # a long path is folded
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
        (["sql", "FROM outcomes", "--format", "parquet"], "give --output FILE"),
        (["sql", ""], "the query is empty"),
        (["sql", "SELECT 1; SELECT 2"], "one query at a time"),
        (["sql", "DROP TABLE outcomes"], "read-only"),
        (["init", "Bad Name"], "be the name of a package"),
        (["init", "sample"], "already exists"),
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
    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("registry.cli.listing.find_root", bug)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = outcomes("list", cwd=root)
    assert done.returncode == 4
    (log,) = tmp_path.glob("outcomes-bug-*.log")
    assert str(log) in done.stderr
    assert "ZeroDivisionError" in log.read_text()


def test_light_commands_stay_light(root: Path) -> None:
    """The modules that a command may load: what takes long to import is imported where it is used. `explain` asks a rule's expression which
    cells of its examples it reads.
    """
    heavy = {"duckdb", "frictionless", "great_expectations", "jinja2", "numpy", "pandas", "pandera", "polars"}
    heavy |= {"pyarrow", "pydantic", "scipy"}
    light = ["--help", "list", "list --root .", "show sample", "rules", "vocab definitions", "vocab --format json"]
    script = (
        "import sys\nfrom registry.cli.edge import run\n"
        "for words in [*sys.argv[1].split(','), 'sql FROM&arms', 'doctor', 'explain OUT001']:\n"
        "    sys.argv = ['outcomes', *(w.replace('&', ' ') for w in words.split())]\n"
        f"    print(run(), *sorted({heavy!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, ",".join(light)], cwd=root, capture_output=True, text=True, check=False)
    drafts = "With drafts that nobody has accepted: sample 1.0.0."
    assert done.stderr.splitlines() == [*(["0"] * len(light)), drafts, "0 duckdb", "0 duckdb", "0 duckdb polars"]


def test_what_init_is_given_never_becomes_a_path(tmp_path: Path) -> None:
    (tmp_path / "datapackages").mkdir()
    for name in ("../evil", "a/b", ".", "..", "", ".hid", "a..", "a\nb", "UPPER", "ünï", "a" * 300, str(tmp_path / "x")):
        done = outcomes("init", "--", name, cwd=tmp_path)
        assert (done.returncode, "can't be the name of a package" in done.stderr) == (2, True), name
    assert list(tmp_path.rglob("*")) == [tmp_path / "datapackages"]
    (tmp_path / "datapackages" / "link").symlink_to("nowhere")
    assert "already exists" in outcomes("init", "link", cwd=tmp_path).stderr


def test_a_package_named_twice_is_looked_at_once_and_a_folder_here_needs_no_slash(root: Path) -> None:
    done = outcomes(
        "validate", "sample", "./datapackages/sample", "datapackages/sample/datapackage.json", "--format", "json", cwd=root
    )
    assert len(json.loads(done.stdout)["packages"]) == 1
    assert outcomes("validate", "sample", cwd=root / "datapackages" / "sample" / "..").returncode == 0
    elsewhere = sample.write(root / "elsewhere" / "other")
    assert outcomes("validate", "other", cwd=elsewhere.parent).returncode == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [("datapackages", "is a folder"), ("nowhere/report.txt", "there is no folder nowhere"), ("", "(it is empty|is a folder)")],
)
@pytest.mark.parametrize("command", ["validate", "build", "sql"])
def test_where_the_output_goes_is_seen_to_first(root: Path, command: str, place: str, said: str) -> None:
    words = [command, "SELECT 1"] if command == "sql" else [command]
    done = outcomes(*words, "-o", place, cwd=root)
    assert done.returncode == 2, done.stderr
    # Old versions of typer take an empty word for the folder here.
    assert re.search(said, done.stderr)


@pytest.mark.parametrize(
    ("words", "name", "begins"),
    [
        (["validate", "linde-2015"], "report.html", "<!doctype html>"),
        (["validate", "linde-2015"], "report.SARIF", "{"),
        (["validate", "linde-2015", "--format", "json"], "report.html", "{"),
        (["validate", "linde-2015"], "report", "linde-2015 "),
        (["compare", "esketamine", "quetiapine", "--outcome", "remission"], "answer.html", "<!doctype html>"),
        (["compare", "esketamine", "quetiapine", "--outcome", "remission"], "answer.txt", "Esketamine and Quetiapine"),
        (["audit", "claims-stard"], "audit.json", "{"),
        (["sql", "SELECT 1 a"], "rows.csv", "a\n1\n"),
        (["sql", "SELECT 1 a"], "rows.parquet", "PAR1"),
        (["sources", "export", "linde-2015"], "sources.bib", "@"),
        (["sources", "export", "linde-2015"], "sources.txt", "1.\nTY  - "),
        (["sql", "SELECT 1 a"], "rows.LOG", "┌"),
        (["sql", "SELECT 1 a", "--format", "csv"], "rows.xlsx", "a\n1\n"),
    ],
)
def test_a_files_ending_means_the_format_unless_one_is_given(
    real_registry: Path, tmp_path: Path, words: list[str], name: str, begins: str
) -> None:
    done = outcomes(*words, "-o", str(tmp_path / name), cwd=real_registry)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_bytes().lower().startswith(begins.lower().encode())


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        (["compare", "esketamine", "quetiapine"], "x.svg", ".html, .json or .txt, or give --format (text, json, html)"),
        (["compare", "esketamine", "quetiapine"], "x.md", ".html, .json or .txt"),
        (["audit", "claims-stard"], "x.csv", ".html, .json or .txt"),
        (["sql", "SELECT 1"], "x.xlsx", ".csv, .json, .parquet or .txt, or give --format (table, csv, json, parquet)"),
        (["validate", "linde-2015"], "x.PDF", ".html, .json, .md, .sarif, .xml or .txt"),
        (["sources", "export", "linde-2015"], "x.csv", ".ris, .bib, .json, .nbib or .txt"),
    ],
)
def test_an_ending_that_means_no_format_is_refused(
    real_registry: Path, tmp_path: Path, words: list[str], name: str, said: str
) -> None:
    done = outcomes(*words, "-o", str(tmp_path / name), cwd=real_registry)
    assert done.returncode == 2, done
    assert f"{name}: this command has no format for the ending {Path(name).suffix}; " in done.stderr
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_examples_of_export_name_strata_that_there_are(real_registry: Path, tmp_path: Path) -> None:
    examples = re.findall(r"^- `outcomes (export .*--stratum .*)`$", inspect.getdoc(export) or "", re.MULTILINE)
    assert len(examples) > 5
    for example in (one for one in examples if "--means" not in one):  # the first releases have no such means
        done = outcomes(*shlex.split(example), "--root", str(real_registry), cwd=tmp_path)
        assert done.returncode == 0, (example, done.stderr)


def test_a_dash_is_stdout_and_a_database_cannot_go_there(root: Path) -> None:
    assert outcomes("sql", "SELECT 1 a", "--format", "csv", "-o", "-", cwd=root).stdout == "a\n1\n"
    sources = outcomes("sources", "export", "sample", "-o", "-", cwd=root)
    assert sources.stdout.startswith("1.\nTY  - "), sources.stderr
    assert outcomes("build", "--drafts", "-o", "-", cwd=root).returncode == 2
    assert not (root / "-").exists()


def test_a_build_replaces_nothing_but_a_database(root: Path) -> None:
    descriptor = root / "datapackages" / "sample" / "datapackage.json"
    before = descriptor.read_bytes()
    done = outcomes("build", "--drafts", "-o", str(descriptor), cwd=root)
    assert (done.returncode, "is not a database" in done.stderr) == (2, True)
    assert descriptor.read_bytes() == before


def test_a_vocabulary_can_be_listed_for_programs(root: Path) -> None:
    assert {"name", "terms", "title"} == set(json.loads(outcomes("vocab", "--format", "json", cwd=root).stdout)[0])


@pytest.mark.parametrize("term", ["response.hamd17.ge50pct", "response.hamd.unstated.ge50pct"])
def test_a_search_of_all_vocabularies_has_a_line_a_term(root: Path, term: str) -> None:
    done = outcomes("vocab", "-s", "hamilton 50%", cwd=root)
    assert [line.split()[0] for line in done.stdout.splitlines() if f" {term} " in line][:1] == ["definitions"]
    found = json.loads(outcomes("vocab", "-s", "hamilton 50%", "--format", "json", cwd=root).stdout)
    assert ("definitions", term) in {(f["vocabulary"], f["term"]) for f in found}
    done = outcomes("vocab", "-s", "hamilton 51%", cwd=root)
    assert (done.returncode, done.stdout, "No term has the words 'hamilton 51%'" in done.stderr) == (0, "", True)


@pytest.mark.parametrize("content", [b"", b"checksumDUCK" * 1000])
def test_what_is_no_database_any_more_is_told_and_built_anew(tmp_path: Path, content: bytes) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    (tmp_path / "registry.duckdb").write_bytes(content)
    done = outcomes("sql", "SELECT 1", cwd=tmp_path)
    assert (done.returncode, "run `outcomes build` again" in done.stderr) == (3, True)
    assert outcomes("build", "--drafts", cwd=tmp_path).returncode == 0
    assert outcomes("doctor", cwd=tmp_path).returncode == 0


def test_what_never_was_a_database_is_told_and_kept(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    (tmp_path / "registry.duckdb").write_bytes(b"no database" * 1000)
    for command in (("sql", "SELECT 1"), ("build", "--drafts")):
        done = outcomes(*command, cwd=tmp_path)
        assert (done.returncode, "move it away" in done.stderr) == (3, True)
    assert outcomes("doctor", cwd=tmp_path).returncode == 1
    (tmp_path / "registry.duckdb").unlink()
    assert outcomes("build", "--drafts", cwd=tmp_path).returncode == 0


def test_a_folder_where_the_database_goes_is_told(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    (tmp_path / "registry.duckdb").mkdir()
    done = outcomes("build", "--drafts", cwd=tmp_path)
    assert (done.returncode, "is a folder; choose another place for the database" in done.stderr) == (3, True)
    assert outcomes("sql", "SELECT 1", cwd=tmp_path).returncode == 2
