"""Many packages, and many records: what is asked of each is asked once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.errors import NotFoundError
from registry.ledger.pinning import pins_of
from registry.ledger.records import Ledger, Record
from registry.packages import finding
from tests.cli.invoking import outcomes
from tests.growth.counting import LINEAR, growth


def record(number: int, package: str, version: str = "1.0.0", kind: str = "accept") -> Record:
    said = {"version": version, "versions": [version], "release": {"hash": "sha256:0"}}
    return Record({"kind": kind, "package": package, "sequence": number, "hash": "sha256:0", **said})


@pytest.mark.parametrize(
    "ask",
    [
        pins_of,
        lambda ledger: [ledger.latest(name) for name in ledger.packages],
        lambda ledger: [ledger.accepted(name) for name in ledger.packages],
        lambda ledger: [ledger.withdrawn(name) for name in ledger.packages],
        lambda ledger: [ledger.retraction(name, "1.0.0") for name in ledger.packages],
    ],
)
def test_a_ledger_is_asked_of_every_package_in_one_pass(ask: Callable[[Ledger], object]) -> None:
    def asked(size: int) -> Callable[[], object]:
        ledger = Ledger(tuple(record(n, f"package-{n}") for n in range(size)))
        return lambda: ask(ledger)

    assert growth(asked, 100) < LINEAR


def test_the_records_of_a_package_are_its_own() -> None:
    ledger = Ledger((record(1, "a"), record(2, "b"), record(3, "a", "1.1.0"), record(4, "a", kind="retract")))
    assert [r.sequence for r in ledger.of("a")] == [1, 3, 4]
    assert list(ledger.accepted("a")) == ["1.0.0", "1.1.0"]
    assert ledger.of("c") == ()
    assert ledger.packages == ("a", "b")


def test_each_of_many_names_is_looked_up_by_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(50):
        (root / "datapackages" / f"p{n}").mkdir()
    read: list[str] = []
    plain = finding.read_entry
    monkeypatch.setattr(finding, "read_entry", lambda folder: read.append(folder.name) or plain(folder))
    assert finding.find_entry(root, "p7").name == "p7"
    with pytest.raises(NotFoundError, match="did you mean `p7`"):
        finding.find_entry(root, "p7x")
    assert outcomes("validate", "p1", "p2", cwd=root).returncode == 1
    assert read == ["p7"]


@pytest.mark.parametrize("name", ["", ".", "..", "p1/", "p1/..", "../datapackages/p1", ".hidden", "a\0b", "x" * 300, "p1\\"])
def test_what_is_no_name_of_a_package_finds_none(root: Path, name: str) -> None:
    for folder in ("p1", ".hidden"):
        (root / "datapackages" / folder).mkdir()
    assert finding.folder_of(root, name) is None
    with pytest.raises(NotFoundError):
        finding.find_entry(root, name)
