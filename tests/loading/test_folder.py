"""Loading what was accepted from a folder: which version it is, and that it is what was accepted."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

import registry
from registry.access import RetractedWarning
from registry.errors import NotFoundError
from registry.ledger.records import LedgerError
from registry.ledger.store import DamagedError
from tests.loading.registries import responders


def test_the_latest_accepted_version_is_loaded_and_others_by_their_number(shared: Path) -> None:
    reg = registry.open(shared)
    assert reg.packages == ("sample", "unseen", "withdrawn")
    latest = reg.load("sample")
    assert (latest.version, responders(latest)) == ("2.0.0", 19)
    assert latest.digest == reg.ledger.accepted("sample")["2.0.0"].release
    old = reg.load("sample", version="1.0.0")
    assert (old.version, responders(old)) == ("1.0.0", 20)
    assert repr(old).startswith(
        "package sample 1.0.0 (accepted): Sample\ntables: sources, studies, arms, outcomes, participants\nrelease sha256:"
    )


def test_a_draft_is_loaded_where_it_is_asked_for_or_there_is_nothing_else(shared: Path) -> None:
    reg = registry.open(shared)
    draft = reg.load("sample", version="draft")
    assert (draft.version, draft.digest, responders(draft)) == ("3.0.0", None, 18)
    assert reg.load("unseen").digest is None


def test_a_release_has_the_types_that_a_draft_has(shared: Path) -> None:
    reg = registry.open(shared)
    draft, release = reg.load("sample", version="draft"), reg.load("sample")
    assert release.tables == draft.tables
    for table in release.tables:
        assert release.table(table).schema == draft.table(table).schema, table


def test_a_release_comes_as_arrow_and_pandas_too(shared: Path) -> None:
    package = registry.open(shared).load("sample")
    assert isinstance(package.arrow()["arms"], pa.Table)
    assert list(package.pandas()["outcomes"]["events"]) == package.outcomes["events"].to_list()


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("sample", "2.0.1", "sample@2.0.1 was never accepted; did you mean `2.0.0`?"),
        ("sample", "3.0.0", "sample@3.0.0 was never accepted; did you mean `2.0.0`?"),
        ("unseen", "1.0.0", "`unseen` was never accepted; its only version is `draft`"),
        ("sampel", None, "no package `sampel` in .*; did you mean `sample`?"),
        ("SAMPLE", None, "no package `SAMPLE` in .*; did you mean `sample`?"),
        ("sampel", "1.0.0", "no package `sampel` in .*; did you mean `sample`?"),
        ("sampel", "draft", "no package `sampel` in .*datapackages; did you mean `sample`?"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(shared: Path, name: str, version: str | None, said: str) -> None:
    with pytest.raises(NotFoundError, match=said.replace("?", r"\?")):
        registry.open(shared).load(name, version)


def test_a_table_that_is_not_there_is_told_with_those_that_are(shared: Path) -> None:
    with pytest.raises(KeyError, match=r"package 'sample' has no table 'outcome'; it has sources, studies, arms, outcomes"):
        registry.open(shared).load("sample").table("outcome")


def test_a_retracted_version_warns_and_is_not_the_latest(own: Path) -> None:
    from registry.ledger.retracting import retract

    retract(own, "sample", "2.0.0", reason="wrong arm", by="tester", superseded_by="sample@1.0.0")
    reg = registry.open(own)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert reg.load("sample").version == "1.0.0"
    with pytest.warns(RetractedWarning, match=r"sample@2.0.0 was retracted: wrong arm; sample@1.0.0 replaces it") as seen:
        package = reg.load("sample", "2.0.0")
    assert seen[0].filename == __file__, "the warning points at the caller's line"
    assert package.retracted == "wrong arm"
    assert "(retracted)" in repr(package)


def test_where_every_version_is_retracted_the_latest_warns(shared: Path) -> None:
    with pytest.warns(RetractedWarning, match=r"withdrawn@1\.0\.0 was retracted: a mix-up$"):
        assert registry.open(shared).load("withdrawn").version == "1.0.0"


def test_a_store_alone_can_be_opened_wherever_it_was_copied_to(own: Path) -> None:
    (own / "datapackages").rename(own.parent / "elsewhere")
    for place in (own, own / ".registry"):
        reg = registry.open(place)
        assert reg.root is None
        assert reg.packages == ("sample", "withdrawn")
        assert responders(reg.load("sample")) == 19
        with pytest.raises(NotFoundError, match=r"accepted versions only; `sample` has 1\.0\.0, 2\.0\.0"):
            reg.load("sample", "draft")
        with pytest.raises(NotFoundError, match=r"has packages but no registry\.duckdb"):
            reg.sql("SELECT 1")


def test_a_damaged_file_is_never_loaded(own: Path) -> None:
    package = registry.open(own).load("sample")
    (resource,) = (r for r in package.descriptor["resources"] if r["name"] == "outcomes")
    parquet = own / ".registry" / resource["parquet"]["path"]
    content = parquet.read_bytes()
    parquet.write_bytes(content[:-1] + b"!")
    with pytest.raises(
        DamagedError, match=rf"{parquet.name} was changed: it has sha256:.*, but the ledger says {resource['parquet']['hash']}"
    ):
        package.outcomes  # noqa: B018
    parquet.unlink()
    with pytest.raises(DamagedError, match=f"{parquet.name} is missing"):
        package.outcomes  # noqa: B018
    assert package.arms.height == 2
    (own / ".registry" / "sample@1.0.0.json").write_text("{}")
    with pytest.raises(DamagedError, match=r"sample@1\.0\.0\.json was changed"):
        registry.open(own).load("sample", "1.0.0")


def test_a_ledger_that_was_changed_loads_nothing(own: Path) -> None:
    ledger = own / ".registry" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"tester", b"nobody", 1))
    with pytest.raises(LedgerError, match=r"ledger\.jsonl, line 1: .* it was changed"):
        registry.open(own).load("sample")


def test_a_release_is_loaded_beside_a_validation_module_of_ones_own(shared: Path, tmp_path: Path) -> None:
    for name in ("validation", "schemas"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('somebody else’s module')\n", encoding="utf-8")
    script = (
        "import sys, registry\n"
        f"reg = registry.open({str(shared)!r})\n"
        "package = reg.load('sample', '1.0.0')\n"
        "package.outcomes, package.arrow(), package.pandas()\n"
        "reg.lock('outcomes.lock')\n"
        "registry.open(reg.root, lock='outcomes.lock').load('sample')\n"
        "print({m.split('.')[0] for m in sys.modules} & {'schemas', 'validation', 'frictionless', 'pandera', 'duckdb'})\n"
    )
    (tmp_path / "notebook.py").write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, "notebook.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "set()", done.stderr


def test_loading_needs_no_more_than_the_page_says(shared: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    (sentence,) = re.findall(
        r"^Loading needs (.+?), and for a bucket", (root / "docs" / "loading.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    needed = set(re.findall(r"`(\w+)`", sentence))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        project["dependencies"],
        *(words for extra, words in project["optional-dependencies"].items() if extra not in {"all", "test", "dev", "bench"}),
    ]
    names = {re.split(r"[^\w-]", word)[0].replace("-", "_") for words in asked for word in words}
    hidden = sorted({*names, "yaml", "pandas"} - needed - {"pyyaml"})
    assert {"duckdb", "frictionless", "scipy", "typer"} <= set(hidden)
    script = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "found = PathFinder.find_spec\n"
        f"hidden = {hidden!r}\n"
        "PathFinder.find_spec = lambda name, path=None, target=None: None if name.partition('.')[0] in hidden else found(name, path, target)\n"
        "import trial_outcomes as outcomes\n"
        f"reg = outcomes.open({str(shared)!r})\n"
        "print(reg['sample'].outcomes.height, len(reg['sample@1.0.0'].arrow()), reg, reg['sample'], bool(reg._repr_html_()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4 5 registry in ")


def test_every_fixed_package_loads_alike_as_draft_and_release(tmp_path: Path) -> None:
    """What ``accept`` freezes as Parquet says what the CSV says, cell by cell."""
    import shutil

    from registry.ledger.accepting import accept
    from registry.packages.finding import entries, find_entry
    from tests import fixed, sample

    root = fixed.registry()
    for entry in entries(root):
        shutil.copytree(entry.folder, tmp_path / "datapackages" / entry.name)
        done = accept(tmp_path, find_entry(tmp_path, entry.name), by="tester", with_waivers=True, today=sample.TODAY)
        assert done.record is not None, done.reason
    reg = registry.open(tmp_path)
    for name in reg.packages:
        release, draft = reg.load(name), reg.load(name, "draft")
        for table in draft.tables:
            expected: pl.DataFrame = draft.table(table)
            assert release.table(table).equals(expected), f"{name}: {table}"
            assert release.table(table).schema == expected.schema, f"{name}: {table}"
