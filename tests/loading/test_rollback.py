"""An address that goes back: whoever serves a registry may withhold the newest records, a retraction among them."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry
from registry.ledger.records import read_ledger
from registry.ledger.retracting import retract
from tests.ledger.mutating import chain, records_of
from tests.loading.servers import Server, web_server


@pytest.fixture
def served(own: Path, cache: Path) -> Iterator[Server]:
    with web_server(own) as server:
        yield server


@pytest.fixture
def lines(own: Path) -> list[bytes]:
    """The ledger of four records: two releases of `sample`, one of `withdrawn` and its retraction."""
    found = (own / ".registry" / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    assert len(found) == 4
    return found


def put(own: Path, lines: list[bytes]) -> None:
    (own / ".registry" / "ledger.jsonl").write_bytes(b"".join(lines))


def test_a_withheld_retraction_is_noticed(served: Server, own: Path, lines: list[bytes]) -> None:
    registry.open(served.address)
    put(own, lines[:3])
    said = r"it ends with record 3, but had record 4 when it was last opened from here: records are missing, perhaps a retraction"
    for _ in range(2):
        with pytest.raises(registry.RollbackError, match=said):
            registry.open(served.address)
    put(own, lines)
    assert registry.open(served.address).packages == ("sample", "withdrawn")


def test_a_lock_file_alone_notices_nothing(served: Server, own: Path, lines: list[bytes], tmp_path: Path) -> None:
    """So it is the head that is kept here which gives the server away."""
    put(own, lines[:3])
    registry.open(served.address).lock(tmp_path / "outcomes.lock")
    put(own, lines)
    with pytest.warns(registry.RetractedWarning):
        registry.open(served.address, lock=tmp_path / "outcomes.lock").load("withdrawn")
    put(own, lines[:3])
    with pytest.raises(registry.RollbackError):
        registry.open(served.address, lock=tmp_path / "outcomes.lock")
    opened = registry.open(served.address, lock=tmp_path / "outcomes.lock", allow_rollback=True)
    assert opened.load("withdrawn").retracted is None


def test_another_history_is_noticed_however_long(served: Server, own: Path) -> None:
    records = records_of(own / ".registry")
    registry.open(served.address)
    retract(own, "sample", "1.0.0", reason="an older one", by="tester")
    longer = records_of(own / ".registry")
    longer[3]["reason"] = "another"
    (own / ".registry" / "ledger.jsonl").write_bytes(chain(longer))
    with pytest.raises(registry.RollbackError, match=r"record 4 has changed since .*: this is another history"):
        registry.open(served.address)
    (own / ".registry" / "ledger.jsonl").write_bytes(chain([*records, longer[4]]))
    assert len(registry.open(served.address).ledger.records) == 5


def test_what_was_allowed_once_is_what_is_held_against(served: Server, own: Path, lines: list[bytes]) -> None:
    registry.open(served.address)
    put(own, lines[:2])
    assert len(registry.open(served.address, allow_rollback=True).ledger.records) == 2
    assert len(registry.open(served.address).ledger.records) == 2
    put(own, lines[:1])
    with pytest.raises(registry.RollbackError, match="ends with record 1, but had record 2"):
        registry.open(served.address)


def test_it_is_one_address_however_it_is_written(served: Server, own: Path, lines: list[bytes]) -> None:
    registry.open(served.address)
    put(own, lines[:3])
    for written in ("/", "/.registry", "/.registry/", "/?token=1", "/.registry?token=2#there"):
        with pytest.raises(registry.RollbackError):
            registry.open(served.address + written)
    host = served.address.removeprefix("http://")
    with pytest.raises(registry.RollbackError) as told:
        registry.open(f"http://me:secret@{host.upper()}")
    assert "secret" not in str(told.value)
    # Nor does it help to say that there is nothing at the place where the ledger was, and to serve an older one beside it.
    shutil.move(own / ".registry", own / "moved")
    for path in (own / "moved").iterdir():
        shutil.move(path, own / path.name)
    with pytest.raises(registry.RollbackError):
        registry.open(served.address)


def test_a_mark_that_is_none_is_no_mark(served: Server, own: Path, cache: Path, lines: list[bytes]) -> None:
    registry.open(served.address)
    (mark,) = (cache / "heads").iterdir()
    assert json.loads(mark.read_bytes()) == {
        "address": served.address,
        "sequence": 4,
        "hash": read_ledger(b"".join(lines)).head,
    }
    put(own, lines[:3])
    for content in (b"", b"null", b"[]", b'{"sequence": "4"}', b"\xff", b"[" * 4000, b'{"sequence": 4, "hash": 5}'):
        mark.write_bytes(content)
        registry.open(served.address)
        assert json.loads(mark.read_bytes())["sequence"] == 3


def test_where_nothing_can_be_kept_it_is_said(
    served: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        registry.open(served.address)
    assert "can't be saved" in caplog.text
    assert "an older ledger would not be noticed" in caplog.text
