"""``python -m tests.provenance``: make the fixed registry anew, whose provenance the golden files are.

It lies in the repository as it was accepted once, so that the golden files don't change with every rule: and so it shows that a store
of this form can be read for good.
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from registry.ledger.accepting import accept
from registry.ledger.retracting import retract
from registry.packages.finding import find_entry
from tests import sample

HERE = Path(__file__).parent
MAPPING = """\
package:
  name: sample
  version: {version}
  title: Sample
  licenses: [{{name: CC0-1.0}}]
inputs:
  table:
    file: table.csv
    sha256: {digest}
    origin: {{title: The table of the trial, url: "https://doi.org/10.1000/table", licence: CC0-1.0}}
tables:
  sources:
    rows:
      - {{source_id: report, kind: journal-article, title: A trial of this against that, doi: 10.1000/xyz123, licence: CC-BY-4.0, correction_status: none-found}}
  studies:
    from: table
    fields: {{study_id: study}}
"""


def make(root: Path) -> None:
    """Two versions, the first of them retracted for the second."""
    for number, (version, digest) in enumerate([("1.0.0", "a" * 64), ("2.0.0", "b" * 64)]):
        origin = {
            "title": "The table of the trial",
            "path": "https://doi.org/10.1000/table",
            "sha256": digest,
            "licence": "CC0-1.0",
        }
        members = {
            "version": version,
            "contributors": [
                {"title": "A. Reader", "roles": ["extraction"]},
                {"title": "B. Reader", "roles": ["extraction", "checking"]},
            ],
            "sources": [origin],
            "mapping": "mapping.yaml",
        }
        tables = {name: rows for name, rows in sample.TABLES.items() if name in {"sources", "studies"}}
        tables["studies"] = [{**tables["studies"][0], "setting": ("outpatient", "primary-care")[number]}]
        folder = sample.write(root / "datapackages" / "sample", tables, members)
        (folder / "mapping.yaml").write_text(MAPPING.format(version=version, digest=digest), encoding="utf-8")
        now = datetime.datetime(2026, 11, 20 + number, 12, tzinfo=datetime.UTC)
        done = accept(root, find_entry(root, "sample"), by="A. Maintainer", note="A test", today=sample.TODAY, now=now)
        assert done.record is not None, done.reason
    now = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
    retract(root, "sample", "1.0.0", reason="The setting was wrong", by="B. Maintainer", superseded_by="sample@2.0.0", now=now)
    shutil.rmtree(root / "datapackages")
    (root / ".registry" / "lock").unlink(missing_ok=True)
    for report in (root / ".registry" / "objects").glob("*.json"):
        if report.stat().st_size > 50_000:  # the reports of the validation: large, and nothing here reads them
            report.unlink()
    (root / ".registry").rename(HERE / "store")


if __name__ == "__main__":
    import tempfile

    shutil.rmtree(HERE / "store", ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=HERE) as scratch:
        make(Path(scratch))
