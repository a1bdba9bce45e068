"""What surrounds the commands: the manual page, completion of terms and packages, the page of environment variables, the image."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from registry.cli.app import app_for
from registry.cli.manual import manual
from registry.cli.options import complete_package, complete_release, complete_term, subject_terms
from tests.cli.invoking import outcomes
from tests.loading.registries import make

ROOT = Path(__file__).parents[2]


def test_the_manual_page_is_up_to_date_and_has_every_command() -> None:
    page = (ROOT / "docs" / "outcomes.1").read_text(encoding="utf-8")
    assert page == manual(), "run `python -m registry.cli.manual`"
    listed = {info.name for info in app_for().registered_commands}
    assert set(re.findall(r"^\.SS outcomes (.+)$", page, re.MULTILINE)) == {name.replace("-", "\\-") for name in listed if name}


def test_the_manual_page_has_no_word_that_its_macros_would_take(tmp_path: Path) -> None:
    for line in manual().splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or re.match(r"\.(TH|SH|SS|PP|TP|IP|B|I)\b", line), line
    if shutil.which("groff") is None:
        pytest.skip("groff isn't installed")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-k"], input=manual(), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "outcomes compare" in re.sub(r"\x1b\[[\d;]*m", "", done.stdout)


def test_terms_and_packages_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ("ssri", "Selective serotonin reuptake inhibitors") in [
        (t, label) for t, label in subject_terms("ss")
    ] or "ssri" in dict(subject_terms("ss"))
    assert "sertraline" in dict(subject_terms("SERT"))
    assert {"mdd", "mdd.non-trd"} <= dict(complete_term("populations")("mdd")).keys()
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert complete_package("sam") == ["sample"]
    assert complete_release("sam") == ["sample"]
    assert complete_release("sample@") == ["sample@1.0.0", "sample@2.0.0", "sample@draft"]
    assert complete_release("sample@2") == ["sample@2.0.0"]
    assert complete_release("nobody@") == []
    (tmp_path / ".registry" / "ledger.jsonl").write_bytes(b"spoilt\n")
    assert complete_release("sample@") == [], "completion is silent where something is wrong"
    monkeypatch.chdir("/")
    assert complete_release("sample@") == []


def test_a_shell_gets_completions() -> None:
    environment = {"_OUTCOMES_COMPLETE": "complete_bash", "COMP_WORDS": "outcomes compare sert", "COMP_CWORD": "2"}
    command = shutil.which("outcomes", path=str(Path(__import__("sys").executable).parent))
    assert command
    done = subprocess.run([command], env=environment, capture_output=True, text=True, check=False)
    assert "sertraline" in done.stdout.split()


def test_every_environment_variable_is_on_the_page() -> None:
    page = (ROOT / "docs" / "environment.md").read_text(encoding="utf-8")
    read = set()
    for path in (p for name in ("registry", "validation", "schemas") for p in (ROOT / name).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"""environ(?:\.(?:get|setdefault))?[(\[]["']([A-Z_0-9]+)["']""", text))
        read |= set(re.findall(r"\b(?:AWS|GITHUB)_[A-Z0-9_]+\b", text))
    assert {"OUTCOMES_ROOT", "AWS_ACCESS_KEY_ID"} <= read
    assert sorted(name for name in read if f"`{name}`" not in page) == []
    assert sorted(name for name in re.findall(r"`(OUTCOMES_[A-Z_]+)`", page) if name not in read) == []


def readers(variable: str) -> set[str]:
    """What the page of environment variables says reads one."""
    page = (ROOT / "docs" / "environment.md").read_text(encoding="utf-8")
    (cell,) = re.findall(rf"(?m)^\| `{variable}` \|.*\| ([^|]*) \|$", page)
    return set(re.findall("`([^`]+)`", cell))


def test_who_accepts_is_read_by_the_commands_that_ask_for_it() -> None:
    group = typer.main.get_group(app_for())
    assert readers("OUTCOMES_BY") == {
        name for name, command in group.commands.items() if "by" in {p.name for p in command.params}
    }


def test_the_page_names_the_commands_that_keep_something_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "registry")
    tried = (
        "list",
        "validate",
        "validate --registry",
        "build",
        "verify",
        "compare ssri placebo",
        "accept sample",
        "docs",
        "site",
        "history",
    )
    keep = set()
    for number, words in enumerate(tried):
        monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / str(number)))
        done = outcomes(*words.split(), cwd=tmp_path / "registry")
        assert done.returncode in {0, 1}, done.stderr
        if (tmp_path / str(number)).exists():
            keep.add(words.removesuffix(" sample"))
    assert readers("OUTCOMES_CACHE") - {'outcomes.open("https://…")'} == keep


def test_the_image_is_made_of_what_the_wheel_is_made_with() -> None:
    text, makefile = ((ROOT / path).read_text(encoding="utf-8") for path in (".ci/Dockerfile", "Makefile"))
    assert "COPY build/needed.txt dist/*.whl /tmp/" in text
    assert "-o build/needed.txt" in makefile
    assert "--require-hashes" in text
    assert re.search(r"^USER (?!root|0)", text, re.MULTILINE)
    assert len(text.splitlines()) <= 10
