"""Accepting: what is frozen, what is no news, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock, Timeout

import registry
from registry.ledger import accepting
from registry.ledger.accepting import Answer
from registry.ledger.layout import LOCK
from registry.ledger.records import LedgerError, read_ledger
from registry.ledger.standing import Standing
from registry.ledger.store import FolderStore, ledger_of
from registry.ledger.verifying import verify
from registry.packages.finding import Entry, find_entry
from tests import sample
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place
from validation.engine import validate_package
from validation.opening import Within
from validation.report import PackageReport


def test_what_was_accepted_lies_under_its_hash_and_is_told_in_the_ledger(place: Place) -> None:
    done = place.accept("sample", by="A. Maintainer")
    assert done.answer is Answer.ACCEPTED
    assert done.record is not None
    data = done.record.data
    assert (data["package"], data["version"], data["by"]) == ("sample", "1.0.0", "A. Maintainer")
    assert {f["path"] for f in data["files"]} == {"datapackage.json", "README.md", *(f"data/{t}.csv" for t in sample.TABLES)}
    for file in data["files"]:
        content = (place.folder("sample") / file["path"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert file["hash"] == f"sha256:{digest}"
        assert (place.store / "objects" / f"{digest}{Path(file['path']).suffix}").read_bytes() == content
    assert data["tables"]["outcomes"]["rows"] == 4
    frame = pl.read_parquet(place.store / data["tables"]["outcomes"]["parquet"]["path"])
    assert frame.equals(registry.open(place.root).load("sample", version="draft").outcomes)
    report = json.loads((place.store / data["report"]).read_bytes())
    assert report["packages"][0]["verdict"] == "valid"
    assert str(place.root) not in (place.store / data["report"]).read_text()
    assert not (place.store / "tmp").exists()


def test_each_file_of_the_folder_is_read_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed is what is copied, whatever is written to the folder meanwhile."""
    folder, read = place.folder("sample"), Counter[str]()
    opened = Within.open

    def counted(file: Within) -> io.BufferedReader:
        read.update([file.path] if file.folder == folder else [])
        return opened(file)

    monkeypatch.setattr(Within, "open", counted)
    assert place.accept("sample").answer is Answer.ACCEPTED
    assert read == Counter(["datapackage.json", "README.md", *(f"data/{table}.csv" for table in sample.TABLES)])


def test_the_same_again_is_no_news(accepted: Place) -> None:
    before = accepted.files()
    assert accepted.accept("sample").answer is Answer.ALREADY
    assert accepted.files() == before


@pytest.mark.parametrize("change", ["rows", "spaces", "spaces between words", "line ends", "descriptor", "lists"])
def test_row_order_and_space_are_no_other_content(accepted: Place, change: str) -> None:
    path = accepted.folder("sample") / "data" / "outcomes.csv"
    text = path.read_text()
    header, *rows = text.splitlines(keepends=True)
    if change == "rows":
        path.write_text("".join([header, *reversed(rows)]))
    elif change == "spaces":
        path.write_text(text.replace("Table 2", " Table 2 "))
    elif change == "spaces between words":
        path.write_text(text.replace("Table 2", "Table  2"))
    elif change == "line ends":
        path.write_bytes(text.replace("\n", "\r\n").encode())
    descriptor = json.loads((accepted.folder("sample") / "datapackage.json").read_text())
    for resource in descriptor["resources"]:
        resource.pop("hash", None)
        resource.pop("bytes", None)
    descriptor["resources"].reverse()
    (accepted.folder("sample") / "datapackage.json").write_text(json.dumps(descriptor))
    before = (accepted.store / "ledger.jsonl").read_bytes()
    done = accepted.accept("sample")
    assert done.answer is Answer.ALREADY, (done.reason, done.report)
    assert (accepted.store / "ledger.jsonl").read_bytes() == before
    assert accepted.standing("sample") is Standing.ACCEPTED


@pytest.mark.parametrize("change", ["cell", "README", "title", "unreadable"])
def test_what_is_no_matter_of_form_makes_a_draft(accepted: Place, change: str) -> None:
    if change == "cell":
        accepted.write("sample", tables=sample.cell("outcomes", "source_locator", "Table 3"))
    elif change == "README":
        (accepted.folder("sample") / "README.md").write_text("Other words\n")
    elif change == "title":
        accepted.descriptor("sample", title="Another")
    else:
        (accepted.folder("sample") / "data" / "outcomes.csv").write_bytes(b"\xff\xfe\x00")
    assert accepted.standing("sample") is Standing.DRAFT


def test_what_may_not_change_at_once_may_not_change_by_instalments(place: Place) -> None:
    tables = {**sample.TABLES, "scores": [score(-(n + 1.5), n) for n in range(12)]}
    place.write("sample", "1.0.0", tables)
    assert place.accept("sample").record is not None
    for patch in (1, 2):
        tables["scores"] = [score((n + 1.5) if n < 2 * patch else -(n + 1.5), n) for n in range(12)]
        place.write("sample", f"1.0.{patch}", tables)
        done = place.accept("sample")
        assert (done.record is None) is (patch == 2), done.report
    assert "1.0.0 to 1.0.2 is a patch release; a major one is needed" in str(done.reason)
    place.write("sample", "2.0.0", tables)
    assert place.accept("sample").record is not None


def test_a_pre_release_begins_no_line(place: Place) -> None:
    place.write("sample", "1.0.0-rc.1")
    assert place.accept("sample").record is not None
    fewer = {**sample.TABLES, "outcomes": sample.TABLES["outcomes"][1:]}
    place.write("sample", "1.0.0", fewer)
    assert place.accept("sample").record is not None
    place.write("sample", "1.0.1", {**fewer, "sources": [{**row, "title": "Another"} for row in sample.TABLES["sources"]]})
    done = place.accept("sample")
    assert done.record is not None, done.reason


def score(mean: float, number: int) -> dict[str, str]:
    """A row of the change in a score, on a day of its own."""
    given = {"study_id": "trial", "arm_id": "drug", "instrument_id": "madrs", "timepoint_days": str(number + 1)}
    given |= {"timepoint_anchor": "randomisation", "analysis_set": "randomised", "missing_data": "unstated"}
    given |= {"statistic": "change", "estimate": "adjusted", "n": "40", "mean": str(mean), "value_origin": "reported"}
    return {**given, "source_id": "report"}


def test_other_content_under_an_accepted_version_is_refused(accepted: Place) -> None:
    accepted.write("sample", tables=sample.cell("outcomes", "source_locator", "Table 3"))
    before = accepted.files()
    done = accepted.accept("sample")
    assert done.answer is Answer.REFUSED
    assert "other content" in str(done.reason)
    assert "outcomes diff sample@1.0.0 sample" in str(done.reason)
    assert accepted.files() == before


def test_a_rejected_package_leaves_nothing_behind(place: Place) -> None:
    place.write("sample", tables=sample.cell("outcomes", "events", "41"))
    before = place.files()
    done = place.accept("sample")
    assert done.answer is Answer.INVALID
    assert done.report is not None
    assert done.report.summary.errors
    assert place.files() == before
    assert not place.store.exists()


def test_a_version_that_promises_more_than_the_change_allows_is_refused(accepted: Place) -> None:
    tables = {**sample.TABLES, "outcomes": sample.TABLES["outcomes"][:-1]}  # a row is gone: somebody's analysis loses it
    for version in ("1.0.1", "1.1.0"):
        accepted.write("sample", version, tables)
        done = accepted.accept("sample")
        assert done.answer is Answer.REFUSED, version
        assert "2.0.0" in str(done.reason)
    accepted.write("sample", "2.0.0", tables)
    done = accepted.accept("sample")
    assert done.answer is Answer.ACCEPTED, done.reason
    assert done.record is not None
    assert done.record.data["since"] == "1.0.0"
    assert verify(accepted.store).whole


def test_versions_go_up(accepted: Place) -> None:
    accepted.write("sample", "0.9.0", sample.cell("outcomes", "source_locator", "Table 3"))
    done = accepted.accept("sample")
    assert done.answer is Answer.REFUSED
    assert "a new version must be higher" in str(done.reason)


def test_what_is_validated_is_what_is_frozen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    real = accepting._validated
    path = place.folder("sample") / "data" / "arms.csv"
    before = path.read_text()

    def meddling(*arguments: object) -> object:
        path.write_text(before.replace("Sertraline", "Sertralin"))
        place.descriptor("sample", version="9.0.0")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(accepting, "_validated", meddling)
    done = place.accept("sample")
    assert (done.answer, done.version) == (Answer.ACCEPTED, "1.0.0")
    assert registry.open(place.root).load("sample").arms["label"].to_list() == ["Sertraline", "Placebo"]
    assert verify(place.store).whole


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        (["1.0.0"], "1.0.0+fix", "counts as the same version"),
        (["1.0.0"], "1.0.0-rc.1", "a new version must be higher"),
        (["1.0.0", "1.2.0"], "1.1.0", "1.2.0 is already accepted"),
    ],
)
def test_nothing_gets_round_the_release_gate(place: Place, first: list[str], then: str, said: str) -> None:
    for number, version in enumerate(first):
        place.write("sample", version, sample.cell("sources", "title", f"Title {number}"))
        assert place.accept("sample").answer is Answer.ACCEPTED
    place.write("sample", then, sample.cell("sources", "title", "Another title"))
    done = place.accept("sample")
    assert done.answer is Answer.REFUSED
    assert said in str(done.reason)


def test_of_a_readme_alone_the_refusal_leads_to_where_it_is_named(accepted: Place) -> None:
    (accepted.folder("sample") / "README.md").write_text("Something\n")
    done = accepted.accept("sample")
    assert done.answer is Answer.REFUSED
    assert "`outcomes diff sample@1.0.0 sample` shows which version is needed" in str(done.reason)
    said = outcomes("diff", "sample@1.0.0", "sample", cwd=accepted.root).stdout
    assert "A patch version is needed." in said
    assert "patch a file beside the tables differs: `README.md`" in said


def test_a_lost_ledger_is_not_begun_anew(accepted: Place) -> None:
    (accepted.store / "ledger.jsonl").unlink()
    accepted.write("sample", "1.0.1")
    with pytest.raises(LedgerError, match="is missing"):
        accepted.accept("sample")
    with pytest.raises(LedgerError, match="is missing"):
        registry.open(accepted.root).load("sample")


def test_many_at_once_all_land_once_each_in_one_chain(place: Place) -> None:
    names = [f"p{n}" for n in range(10)]
    for name in names:
        place.write(name)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda n=name: answers.append(place.accept(n).answer)) for name in [*names, *names]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [Answer.ACCEPTED] * 10 + [Answer.ALREADY] * 10
    ledger = read_ledger((place.store / "ledger.jsonl").read_bytes())
    assert sorted(r.package for r in ledger.records) == names
    assert verify(place.store).whole


def test_the_same_files_that_landed_meanwhile_are_the_same_in_form(place: Place) -> None:
    def gate(entry: Entry) -> PackageReport:
        assert place.accept("sample").answer is Answer.ACCEPTED
        return validate_package(entry.folder, today=sample.TODAY)

    done = accepting.accept(place.root, find_entry(place.root, "sample"), by="x", gate=gate, today=sample.TODAY)
    assert (done.answer, done.report) == (Answer.ALREADY, None), "a report is there where the form differs"


def test_the_registry_is_looked_at_again_where_another_landed_meanwhile(place: Place) -> None:
    place.write("other")
    asked = []

    def gate(entry: Entry) -> PackageReport:
        asked.append(ledger_of(FolderStore(place.store)).packages)
        if len(asked) == 1:
            assert place.accept("other").answer is Answer.ACCEPTED
        else:  # nobody else can write now, so this look is the last
            with pytest.raises(Timeout):
                FileLock(place.store / LOCK).acquire(timeout=0)
        return validate_package(entry.folder, today=sample.TODAY)

    done = accepting.accept(place.root, find_entry(place.root, "sample"), by="x", gate=gate, today=sample.TODAY)
    assert done.answer is Answer.ACCEPTED
    assert asked == [(), ("other",)]


def test_a_package_whose_descriptor_lists_its_path_as_a_list_is_accepted(place: Place) -> None:
    path = place.folder("sample") / "datapackage.json"
    data = json.loads(path.read_text())
    for resource in data["resources"]:
        resource["path"] = [resource["path"]]
    path.write_text(json.dumps(data))
    done = place.accept("sample")
    assert done.answer in {Answer.ACCEPTED, Answer.INVALID}
    if done.answer is Answer.ACCEPTED:
        assert verify(place.store).whole
