"""The worked example of docs/writing-a-mapping.md runs as it is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from registry.importing import MappingError, import_package
from registry.importing.bounds import LONGEST_LINE, MOST_BYTES, MOST_CELLS, MOST_CELLS_OF_SHEET, MOST_COLUMNS, Limits
from registry.importing.expressions import MOST_DEEP
from registry.importing.functions import CASTS, NAMES, rendered

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-mapping.md"


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    blocks = re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return dict(blocks)


@pytest.fixture
def folder(printed: dict[str, str], tmp_path: Path) -> Path:
    for name in ("ward.csv", "mapping.yaml"):
        (tmp_path / name).write_bytes(printed[name].encode())
    return tmp_path


def test_the_example_gives_what_the_page_shows(folder: Path, printed: dict[str, str]) -> None:
    report = import_package([folder / "ward.csv"], folder / "mapping.yaml", folder / "ward-example")
    package = folder / "ward-example"
    assert (package / "data" / "outcomes.csv").read_text("utf-8") == printed["data/outcomes.csv"]
    assert json.loads((package / "datapackage.json").read_text())["import"] == json.loads(printed["import"])
    assert sorted(p.name for p in (package / "data").iterdir()) == [
        "arms.csv",
        "outcomes.csv",
        "sources.csv",
        "studies.csv",
    ]
    assert report.tables == {"sources": 1, "studies": 2, "arms": 4, "outcomes": 3}


def test_the_package_is_valid(folder: Path) -> None:
    from validation.engine import validate_package

    import_package([folder], folder / "mapping.yaml", folder / "ward-example")
    assert validate_package(folder / "ward-example").verdict == "valid"


def test_the_error_shown_is_the_error_given(folder: Path, printed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    mapping = Path("mapping.yaml")
    mapping.write_text(mapping.read_text().replace("Fluoxetine: fluoxetine, ", ""))
    with pytest.raises(MappingError) as error:
        import_package([Path("ward.csv")], mapping, Path("ward-example"))
    assert str(error.value).split() == printed["error"].split()
    assert not Path("ward-example").exists()


def test_the_page_lists_what_is_allowed() -> None:
    page = PAGE.read_text("utf-8")
    assert rendered(page) == page, "`make refresh` writes it anew"
    assert all(f"`{name}`" in page for name in (*NAMES, *CASTS))


def test_the_page_says_what_the_limits_are() -> None:
    limits, page = Limits(), PAGE.read_text("utf-8")
    assert (limits.seconds, limits.whole) == (120, 600), "the page says two and ten minutes"
    for said in (
        f"| {limits.memory / 1e9:g} GB |",
        *(f"| {most:,}" for most in (MOST_BYTES, MOST_COLUMNS, LONGEST_LINE, MOST_CELLS, MOST_CELLS_OF_SHEET)),
    ):
        assert said in page, said
    assert f"nested {MOST_DEEP} levels deep" in page
