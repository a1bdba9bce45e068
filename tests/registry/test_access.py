"""Loading packages and querying: the side of the registry that needs neither ``schemas`` nor ``validation``."""

from __future__ import annotations

import copy
import datetime
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import registry
from registry.building import build
from registry.errors import NotFoundError, RequestError
from tests import sample


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    return tmp_path


def test_a_table_is_an_attribute_and_a_typed_frame(root: Path) -> None:
    package = registry.open(root).load("sample")
    assert package.version == "1.0.0"
    assert package.outcomes.schema["events"] == pl.Int64
    assert package.outcomes.schema["timepoint_days"] == pl.Float64
    assert package.studies["randomised"].to_list() == [True]
    assert package.sources["accessed"].to_list() == [datetime.date(2026, 11, 1)]
    assert package.outcomes["percent_reported"].to_list().count("50.0") == 1
    assert "outcomes" in dir(package)
    assert isinstance(package.arrow()["arms"], pa.Table)


def test_what_is_not_there_is_said_by_name(root: Path) -> None:
    reg = registry.open(root)
    assert reg.packages == ("sample",)
    with pytest.raises(NotFoundError, match="did you mean `sample`"):
        reg.load("sampel")
    with pytest.raises(AttributeError, match="it has sources, studies, arms, outcomes, participants"):
        reg.load("sample").harms  # noqa: B018  the look-up is what is tested
    with pytest.raises(NotFoundError, match="run `outcomes build`"):
        reg.sql("SELECT 1")
    with pytest.raises(NotFoundError, match="is not a registry"):
        registry.open(root / "datapackages")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda package: pickle.loads(pickle.dumps(package))])  # noqa: S301  of its own bytes
def test_a_copy_of_a_package_is_one_too(root: Path, copied: Callable[[registry.Package], registry.Package]) -> None:
    """Processes hand packages to one another; a copy asks for attributes before it has any."""
    package = registry.open(root).load("sample")
    again = copied(package)
    assert again.outcomes.equals(package.outcomes)
    assert (again.name, again.descriptor, again.tables) == (package.name, package.descriptor, package.tables)
    assert not hasattr(again, "_harms")


def test_a_query_gives_a_frame_and_cannot_write(root: Path) -> None:
    build(root, today=sample.TODAY, drafts=True)
    reg = registry.open(root)
    frame = reg.sql("SELECT arm, events FROM response_rates WHERE events > ? ORDER BY 2", [14])
    assert frame.rows() == [("Sertraline", 20)]
    with pytest.raises(Exception, match="read-only"):
        reg.sql("DELETE FROM outcomes")


def test_a_notebook_beside_a_validation_module_of_its_own_keeps_working(root: Path, tmp_path: Path) -> None:
    build(root, today=sample.TODAY, drafts=True)
    beside = tmp_path / "notebook"
    beside.mkdir()
    for name in ("validation", "schemas"):
        (beside / f"{name}.py").write_text("raise RuntimeError('somebody else’s module')\n", encoding="utf-8")
    script = (
        "import sys, registry\n"
        f"r = registry.open({str(root)!r})\n"
        "r.load('sample').outcomes\n"
        "r.sql('SELECT 1')\n"
        "print({m.split('.')[0] for m in sys.modules} & {'schemas', 'validation'})\n"
    )
    (beside / "notebook.py").write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, "notebook.py"], cwd=beside, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "set()", done.stderr


def test_a_path_out_of_the_package_is_not_followed(root: Path) -> None:
    descriptor = root / "datapackages" / "sample" / "datapackage.json"
    descriptor.write_text(descriptor.read_text().replace("data/arms.csv", "../../secret.csv"), encoding="utf-8")
    (root / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="leads out of the package"):
        registry.open(root).load("sample").arms  # noqa: B018


def test_columns_are_told_by_name(root: Path) -> None:
    path = root / "datapackages" / "sample" / "data" / "arms.csv"
    pl.read_csv(path, infer_schema=False).select("n_randomised", "arm_id", "label").write_csv(path)
    arms = registry.open(root).load("sample").arms
    assert arms.schema == {"n_randomised": pl.Int64, "arm_id": pl.String, "label": pl.String}
    assert arms["arm_id"].to_list() == ["drug", "placebo"]


def test_a_package_is_validated_by_name_or_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    for given in (
        "sample",
        "datapackages/sample",
        Path("datapackages/sample"),
        ["sample"],
        "./datapackages/sample/datapackage.json",
    ):
        (found,) = registry.validate(given, today=sample.TODAY).packages
        assert (found.name, found.version) == ("sample", "1.0.0")
    assert registry.validate("sampel", today=sample.TODAY).packages[0].version is None
    monkeypatch.chdir(root / "datapackages")
    assert registry.validate(Path("sample"), today=sample.TODAY).packages[0].version == "1.0.0"
    assert registry.validate(str(root / "datapackages" / "sample"), today=sample.TODAY).packages[0].version == "1.0.0"


def test_one_name_is_not_read_letter_by_letter(root: Path, tmp_path: Path) -> None:
    build(root, today=sample.TODAY, drafts=True)
    reg = registry.open(root)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.csv").write_text("a\n1\n")
    for files in (tmp_path / "more", str(tmp_path / "more")):
        assert reg.sql("SELECT * FROM read_csv(?)", [str(tmp_path / "more" / "a.csv")], files=files).height == 1
    with pytest.raises(NotFoundError, match="`sample` can't be pinned"):
        reg.lock(tmp_path / "lock", "sample")
    with pytest.raises(RequestError, match="'populations' is not a dimension"):
        reg.compare("sertraline", "placebo", across="populations", reason="to see")
    with pytest.raises(FileNotFoundError, match="nolock"):
        registry.open(root, lock=tmp_path / "nolock")


def test_only_one_query_that_asks_is_run(root: Path, tmp_path: Path) -> None:
    build(root, today=sample.TODAY, drafts=True)
    reg = registry.open(root)
    for query, said in [
        ("", "is empty"),
        ("SELECT 1; SELECT 2", "one query"),
        (f"COPY arms TO '{tmp_path / 'x'}'", "not a query"),
    ]:
        with pytest.raises(ValueError, match=said):
            reg.sql(query)
    with pytest.raises(ValueError, match="UTF-8"):
        reg.sql("SELECT '\udcff'")
    with pytest.raises(duckdb.Error, match="nonsense"):
        reg.sql("FROM nonsense")
    (root / "registry.duckdb").write_bytes(b"checksumDUCK")
    with pytest.raises(OSError, match="run `outcomes build` again"):
        reg.sql("SELECT 1")


def test_without_pandas_it_says_what_to_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="install it, or use"):
        registry.open(root).load("sample").pandas()


def test_what_is_said_of_it_is_short(root: Path) -> None:
    for n in range(30):
        (root / "datapackages" / f"p{n}").mkdir()
    with pytest.raises(NotFoundError) as error:
        registry.open(root).load("x" * 100_000)
    assert str(error.value).endswith("p26, …")
