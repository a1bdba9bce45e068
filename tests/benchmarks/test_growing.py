"""What is grown is what the commands take."""

from __future__ import annotations

from pathlib import Path

from registry.ledger.records import read_ledger
from tests.benchmarks.growing import GROWING


def test_a_ledger_of_so_many_records_is_read(tmp_path: Path) -> None:
    GROWING["locked"].make(tmp_path, 3)
    ledger = read_ledger((tmp_path / ".registry" / "ledger.jsonl").read_bytes())
    assert ledger.packages == ("package-1", "package-2", "package-3")
