"""The pages' commands and code are true: tools that know nothing of us read the store as it lies there."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import registry
from tests.loading.pages import BLOCK, PAGES, ROOT, Command, commands, registry_in, run
from tests.loading.servers import web_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return registry_in(tmp_path_factory.mktemp("plain"))


def there(tool: str) -> None:
    """Skip where a tool isn't installed."""
    beside = Path(sys.executable).parent / tool
    if shutil.which(tool) is None and not beside.exists():
        pytest.skip(f"{tool} isn't installed")


def installed(folder: Path) -> None:
    """Have DuckDB for Node in the folder; skip where it can't be fetched."""
    there("npm")
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@duckdb/node-api"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm can't install @duckdb/node-api: {done.stderr[-200:]}")


def r_package(name: str) -> None:
    there("Rscript")
    if subprocess.run(["Rscript", "-e", f"library({name})"], capture_output=True, check=False).returncode:
        pytest.skip(f"R's package {name} isn't installed")


@pytest.mark.parametrize(
    "command", [pytest.param(c, marks=[pytest.mark.slow] if c.tool == "node" else [], id=c.line[:40]) for c in commands()]
)
def test_a_command_prints_what_the_page_says(folder: Path, command: Command) -> None:
    """``python -m tests.loading`` writes the outputs anew."""
    there(command.tool)
    if command.tool == "duckdb" and " v1." not in f" {run('duckdb --version', folder)}":
        pytest.skip("this isn't a DuckDB of the 1.x line")
    if command.tool == "node":
        installed(folder)
    if command.tool == "Rscript":
        r_package("jsonlite")
    if "jq" in command.line or "check.sh" in command.line:
        there("jq")
    assert run(command.line, folder) == command.printed


def test_r_reads_from_an_address_too(folder: Path, cache: Path) -> None:
    r_package("jsonlite")
    r_package("curl")
    with web_server(folder) as server:
        script = (folder / "rates.R").read_text(encoding="utf-8")
        (folder / "remote.R").write_text(script.replace('".registry"', f'"{server.address}/.registry"'), encoding="utf-8")
        assert run("Rscript remote.R", folder) == run("Rscript rates.R", folder)


def test_the_python_on_the_pages_runs(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    registry.open(folder).lock("outcomes.lock", ["linde-2015"])
    printed = io.StringIO()
    with web_server(folder) as server, contextlib.redirect_stdout(printed):
        for page in PAGES:
            names: dict[str, object] = {}
            for kind, _, body in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
                if kind == "python":
                    exec(body.replace("https://example.org/trials", server.address), names)  # noqa: S102  our own page
    assert printed.getvalue().strip() == registry.open(folder).ledger.head


def test_the_lock_file_on_the_page_is_one(folder: Path) -> None:
    (block,) = (body for kind, _, body in BLOCK.findall((ROOT / PAGES[0]).read_text(encoding="utf-8")) if kind == "json")
    registry.open(folder).lock(folder / "page.lock", ["linde-2015"])
    assert re.sub("sha256:[0-9a-f]{64}", "sha256:…", (folder / "page.lock").read_text(encoding="utf-8")) == block


@pytest.mark.parametrize("spoil", ["record", "release", "object", "order"])
def test_the_check_on_the_page_finds_what_was_changed(folder: Path, tmp_path: Path, spoil: str) -> None:
    there("jq")
    shutil.copytree(folder / ".registry", tmp_path / ".registry")
    shutil.copy(folder / "check.sh", tmp_path)
    ledger = tmp_path / ".registry" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    if spoil == "record":
        ledger.write_bytes(ledger.read_bytes().replace(b"A. Maintainer", b"B. Maintainer", 1))
    elif spoil == "order":
        ledger.write_bytes(b"".join(reversed(lines)))
    else:
        pattern = "linde*.json" if spoil == "release" else "objects/*.csv"
        next((tmp_path / ".registry").glob(pattern)).write_bytes(b"{}")
    done = subprocess.run(["bash", "check.sh"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Intact." not in done.stdout


def test_records_cut_off_from_the_end_are_seen_only_by_the_head(folder: Path, tmp_path: Path) -> None:
    """As docs/store.md says: a shorter ledger is a ledger."""
    shutil.copytree(folder / ".registry", tmp_path / ".registry")
    head = registry.open(tmp_path / ".registry").ledger.head
    ledger = tmp_path / ".registry" / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    assert registry.open(tmp_path).packages == ("linde-2015",)
    assert registry.open(tmp_path).ledger.head != head
