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
from tests.loading.pages import BLOCK, CLIENTS, PAGES, ROOT, Command, commands, registry_in, run
from tests.loading.servers import web_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return registry_in(tmp_path_factory.mktemp("plain"))


def there(tool: str) -> None:
    """Skip where a tool isn't installed."""
    beside = Path(sys.executable).parent / tool
    if shutil.which(tool) is None and not beside.exists():
        pytest.skip(f"{tool} isn't installed")


def installed(folder: Path, *packages: str) -> None:
    """Have packages for Node in the folder; skip where they can't be fetched."""
    there("npm")
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", *packages]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm can't install {', '.join(packages)}: {done.stderr[-200:]}")


def r_package(name: str) -> None:
    there("Rscript")
    if subprocess.run(["Rscript", "-e", f"library({name})"], capture_output=True, check=False).returncode:
        pytest.skip(f"R's package {name} isn't installed")


def _slow(command: Command) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if command.theirs or command.tool in {"node", "soffice"} else []


@pytest.mark.parametrize("command", [pytest.param(c, marks=_slow(c), id=c.line[:40]) for c in commands()])
def test_a_command_prints_what_the_page_says(folder: Path, command: Command) -> None:
    """``python -m tests.loading`` writes the outputs anew."""
    if command.theirs and not CLIENTS.exists():
        pytest.skip("`make test-clients` installs this client")
    if not command.theirs:
        there(command.tool)
    if command.tool == "duckdb" and " v1." not in f" {run('duckdb --version', folder)}":
        pytest.skip("this isn't a DuckDB of the 1.x line")
    if command.tool == "node":
        installed(folder, "@duckdb/node-api", "datapackage")
    if command.tool == "Rscript":
        r_package("jsonlite")
    if "jq" in command.line or "check.sh" in command.line:
        there("jq")
    assert run(command.line, folder, CLIENTS if command.theirs else None) == command.printed


@pytest.mark.slow
@pytest.mark.parametrize("command", [pytest.param(c, id=c.line[:40]) for c in commands() if c.tool == "duckdb"])
def test_the_newest_duckdb_prints_the_same(folder: Path, command: Command) -> None:
    if not (CLIENTS / "duckdb").exists():
        pytest.skip("`make test-clients` installs the newest")
    assert run(command.line, folder, CLIENTS) == command.printed


@pytest.mark.slow
def test_croissant_finds_no_issue_and_loads_every_record(folder: Path) -> None:
    if not CLIENTS.exists():
        pytest.skip("`make test-clients` installs mlcroissant")
    script = (
        "import mlcroissant\n"
        "data = mlcroissant.Dataset(jsonld='deposit/croissant.json')\n"
        "issues = data.metadata.ctx.issues\n"
        "print(len(issues.errors), len(issues.warnings), {r.uuid: len(list(data.records(r.uuid))) for r in data.metadata.record_sets})\n"
    )
    (folder / "croissant.py").write_text(script, encoding="utf-8")
    tables = registry.open(folder)["linde-2015"]
    assert (
        run("python croissant.py 2> croissant.log", folder, CLIENTS)
        == f"0 0 { {name: tables.table(name).height for name in tables.tables} }"
    )
    assert "not standard" not in (folder / "croissant.log").read_text(encoding="utf-8"), "the context isn't Croissant's"


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
        ledger.write_bytes(ledger.read_bytes().replace(b"outcomes maintainers", b"outcomes Maintainers", 1))
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
    whole = registry.open(tmp_path / ".registry").ledger
    ledger = tmp_path / ".registry" / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    shorter = registry.open(tmp_path).ledger
    assert (shorter.records, shorter.head) == (whole.records[:-1], whole.records[-2].hash)
    assert shorter.head != whole.head
