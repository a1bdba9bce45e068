"""A package's name, its folder and any file in it mean the package, in every command that takes one."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

import pytest

from registry.access import open as open_registry
from registry.cli.app import app_for
from registry.cli.making import destination
from registry.errors import RequestError
from tests import sample
from tests.cli.invoking import outcomes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A registry with two packages, and another package outside it."""
    for folder in ("datapackages/one", "datapackages/two", "elsewhere/one"):
        sample.write(tmp_path / folder)
    (tmp_path / "notes.md").write_text("notes\n")
    (tmp_path / "datapackages" / "new" / "data").mkdir(parents=True)
    (tmp_path / "datapackages" / "new" / "data" / "outcomes.csv").write_text("study_id\n")
    return tmp_path


@pytest.mark.parametrize(
    ("where", "word"),
    [
        (".", "one"),
        (".", "datapackages/one"),
        (".", "./datapackages/one/"),
        (".", "datapackages/one/datapackage.json"),
        (".", "datapackages/one/data/outcomes.csv"),
        (".", "datapackages/one/data"),
        ("datapackages/one", "."),
        ("datapackages/one", "datapackage.json"),
        ("datapackages/one", "data/outcomes.csv"),
        ("datapackages/one", "README.md"),
        ("datapackages/one/data", "outcomes.csv"),
        ("datapackages/two", "../one/data/arms.csv"),
    ],
)
def test_each_way_of_naming_a_package(root: Path, where: str, word: str) -> None:
    (root / "datapackages" / "one" / "README.md").write_text("# one\n")
    done = outcomes("validate", word, cwd=root / where)
    assert (done.returncode, done.stdout[:15]) == (0, "valid    one 1."), done
    shown = outcomes("show", word, cwd=root / where)
    assert shown.stdout.startswith("one 1.0.0\n"), shown
    differing = outcomes("diff", word, "one", cwd=root / where)
    assert "Nothing changed" in differing.stdout, differing


def test_many_files_of_a_package_are_one_package(root: Path) -> None:
    files = [str(p.relative_to(root)) for p in sorted((root / "datapackages" / "one").rglob("*")) if p.is_file()]
    done = outcomes("validate", *files, "two", "datapackages/two/data/arms.csv", cwd=root)
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("valid")] == ["one", "two"]


def test_a_package_that_lacks_its_descriptor_is_one(root: Path) -> None:
    done = outcomes("validate", "datapackages/new/data/outcomes.csv", cwd=root)
    assert done.returncode == 1
    assert "PKG001" in done.stdout
    assert "datapackages/new" in done.stdout


@pytest.mark.parametrize("word", ["notes.md", "no/such", "./none.csv", "datapackages/one/data/none.csv"])
def test_a_path_to_no_package_is_a_usage_error(root: Path, word: str) -> None:
    for command in ("validate", "show", "accept", "history"):
        done = outcomes(command, word, cwd=root)
        assert done.returncode == 2, done
        assert word in done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize("word", [".", "./", "datapackages/", "./datapackages"])
def test_a_registry_is_no_package(root: Path, word: str) -> None:
    for command in ("validate", "show", "accept"):
        done = outcomes(command, word, cwd=root)
        assert done.returncode == 2, done
        assert f"{word} is a registry, not a package; name one of its packages" in done.stderr


def test_what_was_accepted_goes_by_a_path_too(root: Path) -> None:
    assert outcomes("accept", "datapackages/one/data/outcomes.csv", "--by", "A. Maintainer", cwd=root).returncode == 0
    for words in (
        ["history", "datapackages/one"],
        ["lock", "datapackages/one/", "-o", "a.lock"],
        ["diff", "one@1.0.0", "one/data"],
    ):
        where = root / "datapackages" if words[0] == "diff" else root
        done = outcomes(*words, cwd=where)
        assert done.returncode == 0, done
        assert "one" in done.stdout
    done = outcomes("retract", "datapackages/one@1.0.0", "--reason", "A test", "--by", "A. Maintainer", cwd=root)
    assert done.stdout.startswith("Retracted one@1.0.0")


@pytest.mark.parametrize("command", ["accept", "history", "show"])
def test_a_folder_of_the_same_name_elsewhere_is_not_the_registrys(root: Path, command: str) -> None:
    done = outcomes(command, "elsewhere/one", cwd=root)
    assert done.returncode == 2
    assert "elsewhere/one is not a package of this registry: its packages are in datapackages" in done.stderr


def test_every_command_that_takes_a_package_says_that_a_path_is_fine() -> None:
    group = __import__("typer").main.get_command(app_for())
    for name, command in group.commands.items():
        for param in command.params:
            if param.param_type_name == "argument" and "PACKAGE" in (param.metavar or ""):
                assert "path" in param.help.casefold(), name


def test_an_import_goes_to_the_package_of_that_name(root: Path) -> None:
    done = outcomes("import", "notes.md", "--mapping", "none.yaml", "--to", "three", cwd=root)
    assert done.returncode == 2
    assert not (root / "three").exists()
    assert _destination_of(root, "three") == Path("datapackages/three")
    (root / "here").mkdir()
    assert _destination_of(root, "here") == Path("here")
    assert _destination_of(root / "elsewhere", "../three") == Path("../three")


def _destination_of(cwd: Path, word: str) -> Path:
    with contextlib.chdir(cwd):
        return destination(Path(word))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_keeps_its_name(root: Path) -> None:
    (root / "datapackages" / "linked").symlink_to(root / "elsewhere" / "one", target_is_directory=True)
    assert "datapackages/linked" in outcomes("validate", "datapackages/linked", "-v", cwd=root).stdout


READ = [
    ("verify", "--anchor", "{}"),
    ("verify", "--signers", "{}"),
    ("verify", "--authority", "{}"),
    ("anchor", "--sign", "{}"),
    ("sources", "check", "--retractions", "{}"),
    ("sources", "import", "one", "{}"),
    ("import", "{}"),
    ("import", "{}", "--suggest"),
    ("import", "notes.md", "--mapping", "{}", "--to", "three"),
]
"""Commands that read a file that is named."""


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_a_file_that_is_not_there_is_the_users_mistake_in_every_command(root: Path, words: tuple[str, ...]) -> None:
    (root / "folder.xlsx").mkdir()
    before = sorted(root.rglob("*"))
    for named, said in (
        ("none.xlsx", "can't be read: there is no such file."),
        ("folder.xlsx", "is a folder, not a regular file. Give"),
    ):
        done = outcomes(*(word.format(named) for word in words), cwd=root)
        if words[:2] == ("import", "{}") and named == "folder.xlsx":
            assert done.returncode == 2, done  # a folder of files may be meant
            continue
        assert (done.returncode, done.stderr.startswith(f"outcomes: {named}: the "), said in done.stderr) == (2, True, True), done
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "default", "what"),
    [(("build", "--drafts"), "registry.duckdb", "a database"), (("lock",), "outcomes.lock", "a lock file")],
    ids=["build", "lock"],
)
def test_a_name_that_is_taken_is_the_users_mistake_where_it_was_typed(
    root: Path, words: tuple[str, ...], default: str, what: str
) -> None:
    assert outcomes("accept", "one", "--by", "A Person", cwd=root).returncode == 0
    (root / default).write_text("notes\n")
    for name, more, code in (("notes.md", ("-o", "notes.md"), 2), (default, (), 3)):
        done = outcomes(*words, *more, cwd=root)
        assert (done.returncode, (root / name).read_text()) == (code, "notes\n"), done
        assert f"{name} already exists and is not {what}; choose another name, or move it away" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("corroborate", "one", ""),
        ("import", "", "--suggest"),
        ("verify", "--anchor", ""),
        ("lock", "-o", ""),
        ("list", "--root", ""),
    ],
    ids=lambda words: words[0],
)
def test_an_empty_word_is_no_path(root: Path, words: tuple[str, ...]) -> None:
    """It would be taken for the folder that the command is run in. A script gives one by a variable that isn't set."""
    done = outcomes(*words, cwd=root)
    assert (done.returncode, "it is empty; give a path" in done.stderr) == (2, True), done


def test_where_there_is_no_such_package_is_said_alike(root: Path) -> None:
    for words in (("show", "six"), ("history", "six"), ("deposit", "six", "--to", "new"), ("export", "six", "--prov")):
        done = outcomes(*words, cwd=root)
        assert (done.returncode, done.stderr.startswith("outcomes: no package `six` in datapackages; ")) == (2, True), done


def test_an_at_without_a_version_is_refused_alike(root: Path) -> None:
    no_version = "one@ has no version after the @; give both, such as linde-2015@1.0.0, or a name alone"
    assert outcomes("accept", "one", "--by", "A Person", cwd=root).returncode == 0
    for words in (
        ("retract", "one@", "--reason", "x"),
        ("retract", "one", "--reason", "x", "--superseded-by", "one@"),
        ("lock", "one@"),
        ("diff", "one@", "one"),
        ("export", "one@", "--prov"),
        ("deposit", "one@", "--to", "new"),
    ):
        done = outcomes(*words, cwd=root)
        assert (done.returncode, done.stderr) == (2, f"outcomes: {no_version}\n"), words
    with pytest.raises(RequestError, match=re.escape(no_version)):
        open_registry(root)["one@"]


def test_a_version_may_follow_a_path_in_every_command_that_takes_one(root: Path) -> None:
    assert outcomes("accept", "one", "--by", "A Person", cwd=root).returncode == 0
    for words in (("lock", "./datapackages/one@1.0.0"), ("retract", "./datapackages/one@1.0.0", "--reason", "x")):
        done = outcomes(*words, cwd=root)
        assert done.returncode == 0, done


@pytest.mark.parametrize(
    ("words", "fit", "unfit"),
    [
        (("one", "--prov"), ("a.json", "a.prov.json", "a.txt", "a"), ("a.jsonld", "a.xlsx", "a.csv")),
        (("one", "--prov", "--jsonld"), ("a.json", "a.jsonld"), ("a.csv",)),
        (
            ("--metafor", "--stratum", "response"),
            ("a.csv", "a.CSV", "a.txt", "/dev/null"),
            ("a.xlsx", "a.json", "a.R", "a.parquet"),
        ),
        (
            ("--metafor", "--stratum", "response", "--a", "sertraline", "--b", "placebo", "--code", "R"),
            ("a.R", "a.r"),
            ("a.csv",),
        ),
    ],
    ids=["prov", "json-ld", "csv", "code"],
)
def test_no_export_is_called_what_it_is_not(
    root: Path, words: tuple[str, ...], fit: tuple[str, ...], unfit: tuple[str, ...]
) -> None:
    shutil.rmtree(root / "datapackages" / "two")
    shutil.rmtree(root / "datapackages" / "new")
    if "--prov" not in words:
        assert outcomes("build", "--drafts", cwd=root).returncode == 0
    for name in unfit:
        done = outcomes("export", *words, "-o", name, cwd=root)
        assert (
            done.returncode,
            f"{name}: what is written isn't {Path(name).suffix}; choose a name that ends in ." in done.stderr,
        ) == (2, True)
        assert not (root / name).exists()
    for name in fit:
        done = outcomes("export", *words, "-o", name, cwd=root)
        assert done.returncode == 0, done
