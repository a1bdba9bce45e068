"""Pinning: an analysis loads tomorrow what it loaded today, or nothing."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import duckdb
import pytest

import registry
from registry.building import build
from registry.errors import NotFoundError
from registry.ledger.pinning import PinnedError
from registry.ledger.retracting import retract
from tests import sample
from tests.loading.registries import responders


@pytest.fixture
def lock(shared: Path, tmp_path: Path) -> Path:
    """Pins ``sample`` at its latest version."""
    path = tmp_path / "outcomes.lock"
    registry.open(shared).lock(path)
    return path


def repinned(lock: Path, **members: str) -> Path:
    """The lock file with other members for the sample."""
    pins = json.loads(lock.read_text())
    pins["packages"]["sample"].update(members)
    lock.write_text(json.dumps(pins))
    return lock


def test_a_lock_file_is_small_and_says_what_is_pinned(shared: Path, lock: Path) -> None:
    digest = registry.open(shared).load("sample").digest
    assert json.loads(lock.read_text()) == {"packages": {"sample": {"version": "2.0.0", "digest": digest}}}
    registry.open(shared).lock(lock.with_name("again"), ["sample"])
    assert lock.with_name("again").read_bytes() == lock.read_bytes()


def test_what_is_pinned_is_loaded_even_when_there_is_a_newer_version(shared: Path, lock: Path) -> None:
    old = registry.open(shared).load("sample", "1.0.0")
    reg = registry.open(shared, lock=repinned(lock, version="1.0.0", digest=str(old.digest)))
    assert reg.load("sample").version == "1.0.0"
    assert responders(reg.load("sample", version="1.0.0")) == 20


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("sample", "1.0.0", r"the lock file pins sample@2\.0\.0, not 1\.0\.0"),
        ("sample", "draft", r"the lock file pins sample@2\.0\.0, not draft"),
        ("withdrawn", None, "`withdrawn` isn't in the lock file; the only pinned package is sample"),
        ("unseen", None, "`unseen` isn't in the lock file"),
        ("sampel", None, "`sampel` isn't in the lock file; did you mean `sample`"),
    ],
)
def test_what_is_not_pinned_is_refused(shared: Path, lock: Path, name: str, version: str | None, said: str) -> None:
    with pytest.raises(PinnedError, match=said):
        registry.open(shared, lock=lock).load(name, version)


def test_another_release_under_the_pinned_version_is_refused(shared: Path, lock: Path) -> None:
    reg = registry.open(shared, lock=repinned(lock, digest="sha256:" + "0" * 64))
    with pytest.raises(PinnedError, match=r"sample@2\.0\.0 is sha256:[0-9a-f]{64} here, but the lock file pins sha256:0{64}"):
        reg.load("sample")


def test_a_version_that_this_registry_has_not_is_refused(shared: Path, lock: Path) -> None:
    with pytest.raises(PinnedError, match=r"pins sample@9\.0\.0, which isn't in this registry; did you mean `2\.0\.0`\?"):
        registry.open(shared, lock=repinned(lock, version="9.0.0")).load("sample")


def test_what_was_retracted_since_is_loaded_with_a_warning(own: Path, lock: Path) -> None:
    retract(own, "sample", "2.0.0", reason="wrong arm", by="tester")
    with pytest.warns(registry.access.RetractedWarning, match="wrong arm"):
        assert registry.open(own, lock=lock).load("sample").version == "2.0.0"


def test_a_database_is_asked_only_if_it_was_built_of_what_is_pinned(own: Path, lock: Path) -> None:
    build(own, today=sample.TODAY)
    reg = registry.open(own, lock=lock)
    assert (reg.packages, "withdrawn" in reg) == (("sample",), False)
    assert reg.rates("sertraline", "response")["events"].to_list() == [19]
    digest = registry.open(own).load("sample", "1.0.0").digest
    reg = registry.open(own, lock=repinned(lock, version="1.0.0", digest=str(digest)))
    for ask in (
        partial(reg.sql, "SELECT 1"),
        partial(reg.rates, "sertraline"),
        partial(reg.compare, "sertraline", "placebo"),
        reg.trials,
    ):
        with pytest.raises(PinnedError, match=r"registry\.duckdb was built of sample@2\.0\.0, which the lock file doesn't pin"):
            ask()
    lock.unlink()
    registry.open(own).lock(lock)
    with duckdb.connect(str(own / "registry.duckdb")) as con:
        con.execute("UPDATE build SET ledger = 'sha256:" + "1" * 64 + "'")
    with pytest.raises(PinnedError, match="was built by another ledger than the one here"):
        registry.open(own, lock=lock).sql("SELECT 1")
    build(own, today=sample.TODAY, drafts=True)
    with pytest.raises(PinnedError, match="was built of a draft of sample and 1 more, which"):
        registry.open(own, lock=lock).sql("SELECT 1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it isn't read as JSON"),
        ("{", "it isn't read as JSON"),
        ("[]", "it is a list; it must be an object"),
        ("3", "it is 3; it must be an object"),
        ('{"packages": []}', "`packages` is a list; it must be an object"),
        ('{"packages": {"a": "1.0.0"}}', r"`packages\.a` is \"1\.0\.0\"; it must be an object"),
        ('{"packages": {"a": {"version": "1"}}}', r"`packages\.a\.version` is \"1\"; it must be a semantic version"),
        ('{"packages": {"a": {"version": "1.0.0"}}}', r"`packages\.a\.digest` is missing"),
        ('{"packages": {"a": {"version": "1.0.0", "digest": null}}}', r"`packages\.a\.digest` is null; it must be a digest"),
        ('{"packages": {"../a": {}}}', r"a member of `packages` is called \"\.\./a\""),
        ('{"packages": {}, "packages": {}}', "a member is there twice"),
        ("[" * 100_000, "it isn't read as JSON"),
        ("\xff", "it isn't read as JSON"),
    ],
)
def test_what_is_no_lock_file_is_told(shared: Path, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "lock").write_bytes(content.encode("latin-1"))
    with pytest.raises(PinnedError, match=rf"lock is not a lock file of outcomes \(.*{said}.*\); `outcomes lock` writes one"):
        registry.open(shared, lock=tmp_path / "lock")


def test_a_lock_file_that_is_not_there_is_told(shared: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        registry.open(shared, lock=tmp_path / "nothing")


def test_only_what_stands_can_be_pinned(shared: Path, tmp_path: Path) -> None:
    reg = registry.open(shared)
    for name, said in [("withdrawn", "every version of it is retracted"), ("sampel", "never accepted; did you mean `sample`")]:
        with pytest.raises(NotFoundError, match=said):
            reg.lock(tmp_path / "lock", [name])
    assert not (tmp_path / "lock").exists()
