"""What was found in a package earlier on the day is recalled where all is the same, and never where something isn't."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from registry import loading, recalled
from registry import looked_at as looked_at_before
from registry.building import build
from registry.ledger.answering import answering
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.looked_at import LookedAt
from registry.packages.finding import find_entry
from schemas.tables import TABLES
from tests import fixed, sample
from tests.ledger.conftest import Place
from tests.registry import proposals
from tests.registry.spoiling import spoil
from validation.engine import validate
from validation.report import PackageReport, Report, Result, Validity

WAIVER = {
    "rule": "SRC006",
    "where": {"source_id": "report"},
    "reason": "To see.",
    "approver": "A. Maintainer",
    "until": "2027-01-01",
}
Rows = list[tuple[Any, ...]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A registry with a package that is valid, of which a warning is waived."""
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "cache"))
    (tmp_path / "registry").mkdir()
    made = Place(tmp_path / "registry")
    made.write("sample", tables=sample.cell("sources", "correction_status", "unchecked"), waivers=[WAIVER])
    return made


@pytest.fixture
def looked_at() -> Iterator[list[str]]:
    """Grows by the names of the packages that are validated."""
    names: list[str] = []

    def seen(paths: Sequence[Path], **kwargs: Any) -> Report:
        names.extend(path.name for path in paths)
        return validate(paths, **kwargs)

    with patch.object(loading, "validate", seen):
        yield names


def loaded(place: Place, **asked: Any) -> tuple[tuple[PackageReport, ...], dict[str, Rows]]:
    """The reports, and the rows of each table that has some."""
    store, scratch = FolderStore(place.store), place.root.parent / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    ledger = ledger_of(store)
    listed, _ = answering(place.root, store, ledger, scratch, drafts=asked.pop("drafts", True))
    asked = {"today": sample.TODAY, "max_findings": 20, "granted": ledger.granted} | asked
    report = loading.load(scratch / "draft", place.root, listed, store, **asked)
    assert [path.name for path in scratch.iterdir() if path.is_file()] == ["draft"]
    with duckdb.connect(str(scratch / "draft")) as con:
        return report.packages, {name: rows for name in TABLES if (rows := con.execute(f'FROM "{name}"').fetchall())}


def add_others(place: Place) -> None:
    """Packages on either side of the first one: one that is invalid, and one with terms of its own."""
    place.write("invalid", tables=sample.cell("outcomes", "events", "5000"))
    place.write("terms", tables=proposals.tables(1))


def test_what_is_the_same_is_looked_at_once(place: Place, looked_at: list[str]) -> None:
    add_others(place)
    first = loaded(place)
    assert looked_at == ["invalid", "sample", "terms"]
    assert [report.verdict for report in first[0]] == [Validity.INVALID, Validity.VALID, Validity.VALID]
    assert {row[0] for row in first[1]["outcomes"]} == {"sample", "terms"}
    assert first[0][1].waivers
    assert loaded(place) == first
    assert len(looked_at) == 3
    assert loaded(place, full=True) == first
    assert len(looked_at) == 6


def test_only_what_is_new_is_looked_at(place: Place, looked_at: list[str]) -> None:
    loaded(place)
    add_others(place)
    done = loaded(place)
    assert looked_at == ["sample", "invalid", "terms"]
    assert loaded(place) == done
    assert len(looked_at) == 3
    assert loaded(place, full=True) == done


def test_what_is_gone_is_gone(place: Place, looked_at: list[str]) -> None:
    first = loaded(place)
    add_others(place)
    loaded(place)
    for name in ("invalid", "terms"):
        shutil.rmtree(place.folder(name))
    assert loaded(place) == first
    assert len(looked_at) == 3


def a_cell(place: Place) -> dict[str, Any]:
    place.write("sample", tables=sample.cell("outcomes", "source_locator", "Table 3"))
    return {}


def a_word(place: Place) -> dict[str, Any]:
    place.descriptor("sample", title="Another title")
    return {}


def its_name(place: Place) -> dict[str, Any]:
    place.folder("sample").rename(place.folder("another"))
    return {}


CHANGES: dict[str, Callable[[Place], dict[str, Any]]] = {
    "a cell": a_cell,
    "the descriptor": a_word,
    "the folder's name": its_name,
    "the day": lambda _: {"today": sample.TODAY + datetime.timedelta(days=1)},
    "what is listed": lambda _: {"max_findings": 21},
    "the waivers granted": lambda _: {"granted": lambda *_: [WAIVER]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_is_looked_at(change: str, place: Place, looked_at: list[str]) -> None:
    loaded(place)
    asked = CHANGES[change](place)
    done = loaded(place, **asked)
    assert len(looked_at) == 2
    assert loaded(place, **asked) == done
    assert len(looked_at) == 2
    assert loaded(place, **asked, full=True) == done


def test_other_software_looks_for_itself(place: Place, looked_at: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(place)
    monkeypatch.setattr(recalled, "_software", lambda: "another version")
    loaded(place)
    assert len(looked_at) == 2


def test_with_rules_from_elsewhere_nothing_is_recalled(
    place: Place, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at_before, "is_extended", lambda: True)
    assert loaded(place) == loaded(place)
    assert len(looked_at) == 2


def test_a_file_that_changed_meanwhile_is_looked_at_again(place: Place) -> None:
    def changing(paths: Sequence[Path], **kwargs: Any) -> Report:
        done = validate(paths, **kwargs)
        a_cell(place)
        return done

    with patch.object(loading, "validate", changing):
        _, before = loaded(place)
    _, after = loaded(place)
    assert {n for n, rows in before.items() if rows != after[n]} == {"outcomes", "sources"}


def test_a_rule_that_could_not_be_run_is_run_again(place: Place, looked_at: list[str]) -> None:
    def failing(paths: Sequence[Path], **kwargs: Any) -> Report:
        done = validate(paths, **kwargs)
        (found,) = done.packages
        broken = replace(found.outcomes[0], result=Result.ERRORED, reason="KeyError")
        return replace(done, packages=(replace(found, outcomes=(broken, *found.outcomes[1:])),))

    with patch.object(loading, "validate", failing):
        assert loaded(place)[0][0].bugs == 1
    assert loaded(place)[0][0].bugs == 0
    assert looked_at == ["sample"]


def test_a_table_that_can_not_be_read_is_looked_for_again(place: Place, looked_at: list[str]) -> None:
    file = place.folder("sample") / "data" / "studies.csv"
    content = file.read_bytes()
    file.unlink()
    assert loaded(place)[0][0].verdict is Validity.INVALID
    file.mkdir()
    (irregular,) = loaded(place)[0]
    assert any("is not a regular file" in f.message for f in irregular.findings)
    file.rmdir()
    file.write_bytes(content)
    assert loaded(place)[0][0].verdict is Validity.VALID
    assert len(looked_at) == 3


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "folder", "link", "report"])
def test_what_is_not_as_it_was_kept_is_looked_at_again(damage: str, place: Place, tmp_path: Path, looked_at: list[str]) -> None:
    first = loaded(place)
    (kept,) = (tmp_path / "cache" / "looked-at").iterdir()
    content = kept.read_bytes()
    if damage == "changed":
        kept.write_bytes(content[:-5000] + bytes([content[-5000] ^ 1]) + content[-4999:])
    elif damage == "report":
        kept.write_bytes(content.replace(b"passed", b"failed", 1))
    else:
        spoil(kept, damage, tmp_path / "elsewhere")
    assert loaded(place) == first
    assert len(looked_at) == 2
    if damage == "link":
        assert (tmp_path / "elsewhere").read_bytes() == content


def test_without_a_place_for_it_everything_is_looked_at(
    place: Place, tmp_path: Path, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "a file"))
    assert loaded(place) == loaded(place)
    assert len(looked_at) == 2


def test_what_was_looked_at_as_a_draft_is_known_once_accepted(place: Place, looked_at: list[str]) -> None:
    place.write("sample")
    draft, rows = loaded(place)
    assert place.accept("sample").record is not None
    assert loaded(place, drafts=False) == (draft, rows)
    assert looked_at == ["sample"]


def test_what_was_accepted_has_rows_whatever_was_found_in_the_draft(place: Place, looked_at: list[str]) -> None:
    def stricter(paths: Sequence[Path], **kwargs: Any) -> Report:
        done = validate(paths, **{**kwargs, "sink": None})
        (found,) = done.packages
        broken = tuple(replace(o, result=Result.VIOLATED, violations=1) if o.rule == "OUT001" else o for o in found.outcomes)
        return replace(done, packages=(replace(found, outcomes=broken),))

    place.write("sample")
    with patch.object(loading, "validate", stricter):
        assert loaded(place)[0][0].verdict is Validity.INVALID
    assert place.accept("sample").record is not None
    _, rows = loaded(place, drafts=False)
    assert looked_at == ["sample"]
    assert len(rows["outcomes"]) == 4


def test_a_report_is_kept_whole() -> None:
    ledger = ledger_of(FolderStore(fixed.registry() / STORE))
    (report,) = validate(fixed.registry() / "datapackages" / "linde-2015", today=sample.TODAY, granted=ledger.granted).packages
    assert report.waivers
    assert any(finding.waived is None and finding.key for finding in report.findings)
    kept = json.loads(json.dumps(LookedAt.of(report, None).found))
    assert LookedAt(None, kept).report(find_entry(fixed.registry(), "linde-2015")) == report


def test_a_build_is_the_same_with_and_without(place: Place) -> None:
    def rows(**asked: Any) -> tuple[Report, list[tuple[Any, ...]]]:
        done = build(place.root, today=sample.TODAY, drafts=True, skip_invalid=True, pooled=False, **asked)
        with duckdb.connect(str(done.database), read_only=True) as con:
            names = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY ALL").fetchall()
            return done.report, [(name, *row) for (name,) in names for row in con.execute(f'FROM "{name}"').fetchall()]

    rows()
    add_others(place)
    mixed, recalled, full = rows(), rows(), rows(full=True)
    assert mixed == recalled
    assert mixed == full
    assert {path.name for path in place.root.iterdir()} == {"datapackages", "registry.duckdb"}
