"""After a correction a draft's descriptor is made to fit its files again; an accepted version isn't."""

from __future__ import annotations

import json

from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place


def corrected(place: Place) -> None:
    table = place.folder("sample") / "data" / "outcomes.csv"
    table.write_bytes(table.read_bytes().replace(b",20,", b",19,", 1).replace(b"50.0", b"47.5", 1))


def test_a_correction_is_valid_once_it_is_refreshed(place: Place) -> None:
    corrected(place)
    assert "data/outcomes.csv" in outcomes("validate", "sample", cwd=place.root).stdout
    before = json.loads((place.folder("sample") / "datapackage.json").read_text())
    done = outcomes("refresh", "datapackages/sample/data/outcomes.csv", cwd=place.root)
    assert (done.returncode, done.stdout.startswith("data/outcomes.csv: ")) == (0, True), done
    after = json.loads((place.folder("sample") / "datapackage.json").read_text())
    changed = {r["name"] for r, old in zip(after["resources"], before["resources"], strict=True) if r != old}
    assert (changed, {**after, "resources": 0} == {**before, "resources": 0}) == ({"outcomes"}, True)
    assert outcomes("validate", "sample", cwd=place.root).returncode == 0
    assert "nothing to do" in outcomes("refresh", "sample", cwd=place.root).stdout


def test_an_accepted_version_never_changes(accepted: Place) -> None:
    for said in ("it is as it was accepted", "its files changed since"):
        before = accepted.files()
        done = outcomes("refresh", "sample", cwd=accepted.root)
        assert (done.returncode, said in done.stderr) == (2, True), done
        assert accepted.files() == before
        corrected(accepted)
    accepted.descriptor("sample", version="2.0.0")
    assert outcomes("refresh", "sample", cwd=accepted.root).returncode == 0
    assert outcomes("accept", "sample", "--dry-run", cwd=accepted.root).returncode == 0


def test_what_can_not_be_measured_changes_nothing(place: Place) -> None:
    table = place.folder("sample") / "data" / "outcomes.csv"
    table.unlink()
    corrected_before = place.files()
    done = outcomes("refresh", "sample", cwd=place.root)
    assert (done.returncode, "outcomes.csv: No such file" in done.stderr) == (2, True), done
    table.symlink_to("/etc/hostname")
    done = outcomes("refresh", "sample", cwd=place.root)
    assert (done.returncode, "outcomes.csv" in done.stderr) == (2, True), done
    table.unlink()
    assert place.files() == corrected_before
    (place.folder("sample") / "datapackage.json").write_text("{")
    done = outcomes("refresh", "sample", cwd=place.root)
    assert (done.returncode, "`outcomes validate sample` says why" in done.stderr) == (2, True), done
