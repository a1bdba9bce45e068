"""Whose fault it is: a word that the user typed is exit 2, a computation that fails is a bug and exit 4, with a log."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import registry
import validation
from registry.errors import OutcomesError
from tests.cli.invoking import outcomes

_COMPARE = ("compare", "sertraline", "placebo")
_INJECTED = {
    "registry.pooling.by_subject.counts_of": _COMPARE,
    "registry.pooling.remembered._pooled": _COMPARE,
    "registry.pooling.random_effects._pooled": ("build", "--drafts", "--full"),
    "registry.comparing.compare._answer": _COMPARE,
    "registry.comparing.respects._rates": _COMPARE,
    "registry.auditing.auditing.audit": ("audit", "sample"),
    "registry.exporting.exports.find_stratum": ("export", "--csv", "--stratum", "mdd"),
    "registry.answers.comparison_json.as_data": (*_COMPARE, "--format", "json"),
    "registry.diffing.difference": ("diff", "sample", "sample"),
    "registry.packages.initialising.initialise": ("init", "another"),
}


@pytest.mark.parametrize("where", _INJECTED)
def test_a_valueerror_out_of_a_computation_is_a_bug(
    where: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []

    def bug(*_: object, **__: object) -> None:
        called.append(where)
        raise ValueError("cannot reshape array")

    monkeypatch.setattr("registry.pooling.once._KNOWN", {})  # the database was built by this process, which knows what it pooled
    monkeypatch.setattr(where, bug)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = outcomes(*_INJECTED[where], cwd=root)
    assert called, "the command doesn't come to the place"
    assert (done.returncode, done.stderr.startswith("outcomes: this is a bug in outcomes")) == (4, True), done.stderr
    (log,) = tmp_path.glob("outcomes-bug-*.log")
    assert "cannot reshape array" in log.read_text()


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")], ids=["array", "thread"])
def test_memory_that_ran_out_is_no_bug(error: Exception, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("registry.comparing.compare._answer", full)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = outcomes(*_COMPARE, cwd=root)
    assert (done.returncode, done.stderr) == (3, "outcomes: there is not enough memory\n")
    assert not list(tmp_path.glob("outcomes-bug-*.log"))


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "sertralin", "placebo"),
        ("compare", "sertraline", "sertraline"),
        ("compare", "sertraline", "placebo", "--across", "population"),
        ("compare", "sertraline", "placebo", "--population", "mddd"),
        ("compare", "sertraline", "placebo", "--plot", "plot.jpeg"),
        ("audit", "nowhere"),
        ("compare", "sertraline", "placebo", "--reason", "x"),
        ("compare", "sertraline", "placebo", "--plot", "-"),
        ("vocab", "adopt", "sample", "x.term", "--search", "s"),
        ("vocab", "--as", ""),
        ("sql", "SELECT 1", "--rows", "3", "--format", "csv"),
        ("deposit", "sample@", "--to", "made"),
        ("export", "sample@", "--prov"),
        ("export", "--csv", "--stratum", "nowhere at all"),
        ("init", "sample"),
        ("init", "a--b"),
        ("show", "sampel"),
        ("retract", "sample@1.0.0", "--reason", " "),
    ],
    ids=" ".join,
)
def test_a_word_that_is_wrong_is_usage(words: tuple[str, ...], root: Path) -> None:
    done = outcomes(*words, cwd=root)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("outcomes: ")


def test_a_number_that_is_too_large_means_all(root: Path) -> None:
    for words in (
        ("sql", "SELECT 1", "--rows"),
        ("validate", "sample", "--max-findings"),
        ("diff", "sample", "sample", "--max-changes"),
    ):
        done = outcomes(*words, "9" * 20, cwd=root)
        assert done.returncode in {0, 1}, done.stderr


def test_commands_catch_no_valueerror() -> None:
    """Round a whole computation it would take a bug for the user's mistake."""
    for path in (Path(registry.__file__).parent / "cli").glob("*.py"):
        handlers = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)]
        assert "ValueError" not in " ".join(ast.unparse(h.type) for h in handlers if h.type), path


def test_every_error_raised_on_purpose_has_the_root_and_can_be_had_from_the_package() -> None:
    found = set()
    for module in pkgutil.walk_packages(registry.__path__, "registry."):
        if module.name == "registry.__main__":
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            public = not name.startswith("_") and inspect.isclass(value) and issubclass(value, Exception)
            if public and value.__module__ == module.name and not module.name.startswith("registry.cli."):
                found.add(value)
    # Some are caught within, one is no error, and one is an `OSError` in a module that validation has too.
    inner = {
        "ChildFault",
        "EndedError",
        "IrregularError",
        "NoModeError",
        "NotTakenError",
        "OverTimeError",
        "RefusedCellError",
        "RetractedWarning",
        "UnreadableParquetError",
    }
    assert {e.__name__ for e in found if not issubclass(e, OutcomesError)} <= inner
    direct = {e.__name__ for e in found if issubclass(e, OutcomesError) and e.__module__ != "registry.importing.problems"}
    assert direct - {"UnreadableTableError"} <= set(registry.__all__)


@pytest.mark.parametrize("package", [registry, validation])
def test_what_is_public_is_listed_and_there(package: object) -> None:
    assert set(package.__all__) <= set(dir(package))  # type: ignore[attr-defined]
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name) is not None


def test_types_are_seen_by_those_who_install() -> None:
    for package in ("registry", "schemas", "validation"):
        assert (Path(importlib.import_module(package).__file__ or "").parent / "py.typed").is_file()


def test_a_format_that_is_added_is_at_once_in_the_help_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import typer.testing

    from registry import answers
    from registry.cli.app import app_for

    monkeypatch.setitem(answers.ANSWERS["audit"], "made-up", "audit_json")
    for module in [name for name in sys.modules if name.startswith("registry.cli.audit")]:
        monkeypatch.delitem(sys.modules, module)
    shown = typer.testing.CliRunner().invoke(app_for(["audit"]), ["audit", "--help"], env={"COLUMNS": "200"}).output
    assert "made-up" in shown


def test_a_format_that_is_none_is_told_with_those_there_are(root: Path) -> None:
    done = outcomes("audit", "sample", "--format", "pdf", cwd=root)
    assert (done.returncode, "'pdf' is not one of text, json" in " ".join(done.stderr.split())) == (2, True), done.stderr
