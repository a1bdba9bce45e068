"""A small import that works, for tests to vary."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.importing import ImportReport, import_package
from tests.importing import inline

DATA = "id,drug,n,events,weeks\n1,SSRI,60,30,6\n1,Placebo,61,20,6\n2,SSRI,62,,8\n"

ARM_ID = """arm_id: {sql: "if(drug = 'SSRI' AND _row > 1, drug || _row, drug)"}"""
"""What arms are called: their drugs, those of later rows with the row's number."""

MAPPING = """\
package:
  name: small
  version: 1.0.0
  title: A small package
  licenses: [{name: CC0-1.0}]
inputs:
  arms:
    file: arms.csv
    sha256: SHA256
    origin: {url: "https://example.org/arms", licence: CC0-1.0}
tables:
  studies:
    from: arms
    unique: true
    fields:
      study_id: {template: "s{id}"}
      label: id
      design: {value: parallel}
      masking: {value: unstated}
      population_id: {value: mdd}
      setting: {value: unstated}
  arms:
    from: arms
    fields:
      study_id: {template: "s{id}"}
      arm_id: {sql: "if(drug = 'SSRI' AND _row > 1, drug || _row, drug)"}
      label: drug
      treatment_id: {column: drug, map: {SSRI: ssri.unspecified, Placebo: placebo}}
      role: {column: drug, map: {Placebo: placebo}, otherwise: unstated}
      route: {value: unstated}
      n_randomised: n
"""


@dataclass
class Small:
    """A folder with an input and a mapping; ``replace`` varies the mapping, ``data`` the input."""

    folder: Path
    text: str = MAPPING

    def data(self, content: bytes | str, name: str = "arms.csv") -> Small:
        raw = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(raw)
        self.text = self.text.replace("arms.csv", name).replace("SHA256", hashlib.sha256(raw).hexdigest())
        return self

    def replace(self, old: str, new: str) -> Small:
        assert old in self.text, f"{old!r} isn't in the mapping"
        self.text = self.text.replace(old, new)
        return self

    @property
    def to(self) -> Path:
        return self.folder / "packages" / "small"

    def run(self) -> ImportReport:
        if not any(self.folder.glob("arms.*")):
            self.data(DATA)
        mapping = self.folder / "mapping.yaml"
        mapping.write_text(self.text, encoding="utf-8")
        return import_package([self.folder], mapping, self.to)

    def rows(self, table: str) -> list[str]:
        return (self.to / "data" / f"{table}.csv").read_text("utf-8").splitlines()

    def column(self, table: str, field: str) -> list[str]:
        with (self.to / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return [row[field] for row in csv.DictReader(file)]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Imports by it do their work in the test's own process; ``tests/security`` and ``tests/cli`` hold the one that it is done in."""
    monkeypatch.setattr("registry.importing.package.run", inline.run)
    return Small(tmp_path)


@pytest.fixture
def files() -> Callable[[Path], dict[str, bytes]]:
    """A function that gives every file under a folder with its bytes."""

    def under(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return under
