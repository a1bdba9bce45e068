"""What isn't hashed again: only what is as it was when it last was, and whatever the cache holds, nothing where everything is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.ledger import records, verified
from registry.ledger.store import FolderStore
from registry.ledger.verified import Verified, is_settled, keep_verified, stamp_of, verified_before
from registry.ledger.verifying import verify
from tests import sample
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, in which what was just written is kept too."""
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(verified, "_SETTLED", -(10**18))
    return tmp_path / "cache" / "verified"


def files_of(place: Place) -> Iterator[Path]:
    yield from (p for p in sorted(place.store.rglob("*")) if p.is_file() and p.name not in {"lock", "ledger.jsonl"})


def flip(path: Path) -> None:
    """Change a byte, and leave the size and the time of the last writing as they were."""
    status, content = path.stat(), path.read_bytes()
    path.write_bytes(bytes((content[0] ^ 1,)) + content[1:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.usefixtures("cache")
def test_what_is_unchanged_is_not_opened_again(accepted: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = verify(accepted.store)
    read: list[str] = []
    as_it_is = FolderStore.open
    monkeypatch.setattr(FolderStore, "open", lambda self, path: read.append(path) or as_it_is(self, path))
    again = verify(accepted.store, before=first.verified)
    assert read == ["ledger.jsonl"]
    assert (again.whole, again.files, again.bytes, again.head) == (True, first.files, first.bytes, first.head)
    assert set(again.unhashed) == {p.relative_to(accepted.store).as_posix() for p in files_of(accepted)}
    assert (first.unhashed, again.verified) == ({}, first.verified)


@pytest.mark.usefixtures("cache")
def test_a_file_that_changed_is_hashed_and_found_though_its_size_and_time_are_the_same(accepted: Place) -> None:
    before = verify(accepted.store).verified
    for path in files_of(accepted):
        content = path.read_bytes()
        flip(path)
        done = verify(accepted.store, before=before)
        assert not done.whole, path
        assert path.name in done.damages[0].file
        assert path.relative_to(accepted.store).as_posix() not in done.verified.stamps
        path.write_bytes(content)


@pytest.mark.usefixtures("cache")
def test_a_file_that_is_gone_or_another_one_is_found(accepted: Place) -> None:
    before = verify(accepted.store).verified
    for path in files_of(accepted):
        content = path.read_bytes()
        path.unlink()
        assert not verify(accepted.store, before=before).whole, path
        path.write_bytes(content)
        assert path.relative_to(accepted.store).as_posix() not in verify(accepted.store, before=before).unhashed


@pytest.mark.usefixtures("cache")
def test_only_a_release_with_a_file_that_was_touched_is_looked_at_again(accepted: Place) -> None:
    accepted.write("other", tables=sample.cell("outcomes", "source_locator", "Table 9"))
    accepted.accept("other")
    before = verify(accepted.store).verified
    (accepted.store / "other@1.0.0.json").touch()
    looked_at: list[str] = []
    done = verify(accepted.store, looked_at.append, before=before)
    assert (done.whole, looked_at) == (True, ["other@1.0.0"])
    assert "sample@1.0.0.json" in done.unhashed
    assert "other@1.0.0.json" not in done.unhashed
    assert done.verified.releases == before.releases
    assert (
        verify(accepted.store, before=done.verified).unhashed.keys() == done.verified.stamps.keys() == done.verified.hashed.keys()
    )


@pytest.mark.usefixtures("cache")
def test_a_record_is_judged_again_unless_it_is_the_very_same(accepted: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before, judged = verify(accepted.store).verified, list[str]()
    as_it_is = records.fault_of_record
    monkeypatch.setattr(records, "fault_of_record", lambda data: judged.append(data["package"]) or as_it_is(data))
    records.read_ledger.cache_clear()
    assert (verify(accepted.store, before=before).whole, judged) == (True, [])
    assert (verify(accepted.store).whole, judged) == (True, ["sample"])


@pytest.mark.usefixtures("cache")
def test_a_record_in_the_place_of_a_known_one_is_judged(accepted: Place) -> None:
    before, ledger = verify(accepted.store).verified, accepted.store / "ledger.jsonl"
    (record,) = records.read_ledger(ledger.read_bytes()).records
    other = {name: value for name, value in record.data.items() if name != "hash"} | {"by": 1}
    other["hash"] = records.digest_of(records.canonical_json(other))
    ledger.write_bytes(records.Record(other).line())
    assert "the member `by` is 1" in verify(accepted.store, before=before).damages[0].message


def test_what_was_changed_a_moment_ago_is_hashed_again(accepted: Place) -> None:
    for path in files_of(accepted):
        path.touch()
    assert not verify(accepted.store).verified.stamps
    (path, *_) = files_of(accepted)
    stamp = stamp_of(path.stat())
    assert not is_settled(stamp)
    changed = max(path.stat().st_mtime_ns, path.stat().st_ctime_ns)
    assert not is_settled(stamp, changed + 2_000_000_000)
    assert is_settled(stamp, changed + 2_000_000_001)


def test_a_forged_cache_hides_nothing_from_full(accepted: Place, cache: Path) -> None:
    """Somebody who can write to the user's cache can vouch for a file there; `--full` doesn't ask it, and mends it."""
    before = verify(accepted.store).verified
    path = accepted.store / "sample@1.0.0.json"
    flip(path)
    stamps = {**before.stamps, path.name: stamp_of(path.stat())}
    forged = Verified(before.releases, stamps, {**before.hashed, path.name: "2026-01-31T12:00:00Z"})
    keep_verified(accepted.store, forged)
    assert verified_before(accepted.store) == forged
    assert len(list(cache.iterdir())) == 1
    unseen = outcomes("verify", cwd=accepted.root)
    assert (unseen.returncode, "not hashed again: unchanged since 2026-01-31T12:00:00Z" in unseen.stdout) == (0, True)
    full = outcomes("verify", "--full", cwd=accepted.root)
    assert (full.returncode, "sample@1.0.0.json was changed" in full.stdout, "not hashed" in full.stdout) == (1, True, False)
    assert outcomes("verify", cwd=accepted.root).returncode == 1


@pytest.mark.usefixtures("cache")
def test_the_command_says_how_much_it_did_not_hash(accepted: Place) -> None:
    count = len(list(files_of(accepted)))
    first, again = (outcomes("verify", cwd=accepted.root).stdout for _ in range(2))
    assert "not hashed" not in first
    assert f"{count} files not hashed again: unchanged since " in again
    said = json.loads(outcomes("verify", "--format", "json", cwd=accepted.root).stdout)
    assert (said["files_not_hashed"], said["intact"]) == (count, True)
    assert said["not_hashed_since"] in again
    assert "not hashed" not in outcomes("verify", "--full", cwd=accepted.root).stdout
    said = json.loads(outcomes("verify", "--full", "--format", "json", cwd=accepted.root).stdout)
    assert (said["files_not_hashed"], said["not_hashed_since"]) == (0, None)


def test_a_cache_that_is_damaged_foreign_or_of_another_version_is_as_good_as_none(accepted: Place, cache: Path) -> None:
    known = verify(accepted.store).verified
    keep_verified(accepted.store, known)
    (place,) = cache.iterdir()
    said = json.loads(place.read_text(encoding="utf-8"))
    assert verified_before(accepted.store) == known
    ((at, files),) = said["files"].items()
    path = next(iter(files))
    for wrong in (
        "", "null", "[]", "{", "[" * 100_000, json.dumps(said)[:-20],
        json.dumps({**said, "store": "/elsewhere/.registry"}),
        json.dumps({**said, "by": "0 0.0.1"}),
        json.dumps({**said, "releases": ["sha256:1"]}),
        json.dumps({**said, "releases": None}),
        json.dumps({**said, "files": {at: {**files, path: 1}}}),
        json.dumps({**said, "files": {"yesterday": files}}),
        json.dumps({**said, "files": {at: [path]}}),
        json.dumps({n: v for n, v in said.items() if n != "by"}),
    ):  # fmt: skip
        place.write_text(wrong, encoding="utf-8")
        assert verified_before(accepted.store) == Verified(), wrong[:80]
    place.write_bytes(b"\xff\xfe")
    assert verified_before(accepted.store) == Verified()
    kept = place.with_suffix(".kept")
    kept.write_text(json.dumps(said), encoding="utf-8")
    place.unlink()
    place.symlink_to(kept)
    assert verified_before(accepted.store) == Verified()
    keep_verified(accepted.store, known)  # the link is replaced, not followed
    assert (place.is_symlink(), verified_before(accepted.store)) == (False, known)


def test_where_nothing_can_be_kept_everything_is_hashed(accepted: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(verified, "_SETTLED", -(10**18))
    for _ in range(2):
        done = outcomes("verify", cwd=accepted.root)
        assert (done.returncode, "not hashed" in done.stdout) == (0, False)
