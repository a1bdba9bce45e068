"""The worked example of docs/clinicaltrials.md, run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.invoking import outcomes

PAGE = (Path(__file__).parents[2] / "docs" / "clinicaltrials.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found, name
    return found[1]


def test_worked_example_comes_out_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "NCT01234567.json").write_text(block("NCT01234567.json"), encoding="utf-8")
    words = ("NCT01234567.json", "--preset", "clinicaltrials", "--to", "datapackages/example")
    done = outcomes("import", *words, cwd=tmp_path, one_stream=True)
    assert done.returncode == 0
    assert done.stdout == block("report")
    assert (tmp_path / "datapackages" / "example" / "data" / "outcomes.csv").read_text() == block("data/outcomes.csv")
