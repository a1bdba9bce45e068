"""What a notebook shows of the registry's objects, and what is typed there."""

from __future__ import annotations

import html.parser
import pickle
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import registry
from registry.access import Registry, RetractedWarning
from registry.errors import RequestError
from registry.packages.package import Package
from registry.validating import validate
from tests.loading.registries import make
from validation.report import Finding, PackageReport, Report, Ruleset
from validation.rule import Severity


@pytest.fixture(scope="module")
def reg(real_registry: Path) -> Registry:
    return registry.open(real_registry)


class Balanced(html.parser.HTMLParser):
    """The tags of a page, each closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(page: str) -> set[str]:
    found = Balanced()
    found.feed(page)
    assert not found.open
    return found.seen


def test_each_object_shows_itself_in_three_lines_and_a_small_table(reg: Registry) -> None:
    shown = {
        "registry in ": reg,
        "package linde-2015 1.0.1 (accepted): ": reg["linde-2015"],
        "ssri and ketamine: response and remission": reg.compare("ssri", "ketamine"),
        "audit of claims-ssri-vs-ketamine 1.0.0: ": reg.audit("claims-ssri-vs-ketamine"),
        "ketamine-esketamine 1.0.0 → ketamine-esketamine 2.0.0: ": reg.diff("ketamine-esketamine@1.0.0", "ketamine-esketamine"),
        "linde-2015: valid": validate([reg.root / "datapackages" / "linde-2015"]),  # type: ignore[operator]
    }
    for begins, one in shown.items():
        said = repr(one)
        assert said.startswith(begins)
        assert 1 <= said.count("\n") + 1 <= 3
        assert len(said) < 1_000
        page = one._repr_html_()
        assert tags(page) == {"div", "p", "b", "br", "table", "thead", "tbody", "tr", "th", "td"} | (
            {"code"} if "to_polars" in page else set()
        )
        assert len(page) < 12_000
        frame = one.to_polars()
        assert frame.height
        assert one.to_pandas().shape == frame.shape


def test_where_pandas_is_missing_a_report_says_what_else_there_is(reg: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("validation.report.find_spec", lambda _: None)
    for one in (reg, validate([reg.root / "datapackages" / "linde-2015"])):  # type: ignore[operator]
        with pytest.raises(ModuleNotFoundError, match="pandas isn't installed: install it, or use"):
            one.to_pandas()


def test_an_answer_can_be_handed_to_another_process(reg: Registry) -> None:
    comparison = reg.compare("esketamine", "placebo", outcome="remission")
    again = pickle.loads(pickle.dumps(comparison))  # noqa: S301  of its own bytes
    assert again.to_polars().equals(comparison.to_polars())
    for one, other in zip(again.outcomes[0].shared, comparison.outcomes[0].shared, strict=True):
        assert one.contrasts == other.contrasts
    audit = reg.audit("claims-ssri-vs-ketamine")
    assert pickle.loads(pickle.dumps(audit)).to_polars().equals(audit.to_polars())  # noqa: S301  of its own bytes


def test_what_is_shown_is_what_was_found(reg: Registry) -> None:
    shown = 0
    for a, b, outcome in (
        ("esketamine", "placebo", "remission"),
        ("ssri", "placebo", "response"),
        ("ssri", "ketamine", "remission"),
    ):
        comparison = reg.compare(a, b, outcome=outcome)
        rungs = comparison.outcomes[0].rungs
        for row, rung in zip(comparison.to_polars().iter_rows(named=True), rungs, strict=True):
            assert (row["a"], row["rate_a"], row["trials_b"], row["n_a"]) == (a, rung.a.estimate, rung.b.k, rung.a.n)
            assert (row["assumptions"] == "nothing") is not bool(rung.assumed)
            assert len(row["assumptions"].split(", ")) == max(len(rung.assumed), 1)
            if rung.network is None and rung.effect is None:
                assert (row["measure"], row["effect"]) == (None, None), "side by side and no more"
                continue
            told = rung.network.network if rung.network else rung.effect.effects[row["measure"]]
            assert (row["effect"], row["effect_low"]) == (told.estimate, told.low)
            shown += 1
    assert shown
    assert reg.to_polars()["package"].to_list() == list(reg.packages)
    audit = reg.audit("claims-ssri-vs-ketamine")
    assert audit.to_polars()["verdict"].to_list() == [str(v.word) for v in audit.verdicts]
    found = reg.diff("ketamine-esketamine@1.0.0", "ketamine-esketamine")
    assert found.to_polars().filter(pl.col("column").is_not_null()).height == sum(t.cells_changed for t in found.tables)
    assert str(found.owed) in repr(found)


def test_a_word_of_a_stranger_is_text() -> None:
    evil = "<script>alert(1)</script>\x1b[31m\u202e" + "x" * 500
    finding = Finding("OUT001", Severity.ERROR, "p", evil, file=evil)
    report = Report(Ruleset("1", "sha256:0"), (PackageReport(evil, None, evil, (), (finding,)),))
    page = report._repr_html_()
    assert "script" not in tags(page)
    assert not {"\x1b", "\u202e"} & set(page + repr(report))
    package = Package("p", "1.0.0", {"title": evil, "resources": []}, None)  # type: ignore[arg-type]
    assert "script" not in tags(package._repr_html_())
    assert "\x1b" not in repr(package)


def test_what_cannot_be_read_is_shown_all_the_same(tmp_path: Path) -> None:
    make(tmp_path)
    for path in (tmp_path / "datapackages").glob("*/data/arms.csv"):
        path.write_bytes(b"arm_id\n\xff\n")
    for path in (tmp_path / "datapackages").glob("*/data/outcomes.csv"):
        path.unlink()
    reg = registry.open(tmp_path)
    draft = reg.load("sample", "draft")
    assert dict(zip(*(draft.to_polars()[column] for column in ("table", "rows")), strict=True))["outcomes"] is None
    assert "<td>outcomes</td><td></td>" in draft._repr_html_()
    (tmp_path / ".registry" / "ledger.jsonl").write_bytes(b"spoilt\n")
    damaged = registry.open(tmp_path)
    assert "its ledger can't be read: ledger.jsonl, line 1" in repr(damaged)
    assert "line 1" in damaged._repr_html_()


def test_a_release_is_shown_without_reading_its_tables(reg: Registry, tmp_path: Path) -> None:
    package = reg["linde-2015"]
    shown = replace(package, source=None)  # type: ignore[arg-type]
    assert shown.to_polars()["rows"].to_list() == [package.table(name).height for name in package.tables]


def test_packages_are_got_by_name_and_completed(reg: Registry) -> None:
    assert reg["linde-2015"].version == "1.0.1"
    assert reg["linde-2015@1.0.0"].version == "1.0.0"
    assert "linde-2015" in reg
    assert list(reg) == list(reg.packages)
    with pytest.raises(KeyError, match="did you mean `linde-2015`"):
        reg["linde2015"]
    with pytest.raises(KeyError):
        reg[0]  # type: ignore[index]
    assert {"linde-2015", "linde-2015@1.0.0", "ketamine-esketamine@2.0.0"} <= set(reg._ipython_key_completions_())
    assert {"outcomes", "arms", "table"} <= set(dir(reg["linde-2015"]))
    assert {"compare", "rates", "trials", "definitions", "audit", "diff"} <= set(dir(reg))


def test_a_retraction_is_said_where_it_was_asked_for(tmp_path: Path) -> None:
    make(tmp_path)
    reg = registry.open(tmp_path)
    for get in (lambda: reg["withdrawn@1.0.0"], lambda: reg["withdrawn"], lambda: reg.load("withdrawn", "1.0.0")):
        with pytest.warns(RetractedWarning, match="a mix-up") as seen:
            assert "retracted: a mix-up" in repr(get())
        assert [w.filename for w in seen] == [__file__]


def test_rates_trials_and_definitions_come_as_frames(reg: Registry) -> None:
    rates = reg.rates(treatment="ssri", outcome="response", population="mdd")
    whole = "SELECT count(*) FROM comparable_rates WHERE outcome = 'response' AND 'ssri' IN (node, class)"
    assert 0 < rates.height <= reg.sql(whole).item()
    assert set(rates["class"]) == {"ssri"}
    assert reg.rates("ssri", "response").height == reg.sql(whole).item()
    assert reg.rates("Sertraline").equals(reg.rates("sertraline"))
    assert reg.rates().height == reg.sql("SELECT count(*) FROM comparable_rates").item()
    assert set(reg.rates(package="linde-2015", definition="remission.unstated")["package"]) == {"linde-2015"}
    for wrong, nearest in (
        ({"treatment": "sertralin"}, "sertraline"),
        ({"outcome": "remision"}, "remission"),
        ({"population": "trd.episod"}, "trd.episode"),
        ({"definition": "x"}, "the definitions are"),
    ):
        with pytest.raises(RequestError, match=nearest):
            reg.rates(**wrong)
    trials = reg.trials()
    assert trials.height == reg.sql("SELECT count(DISTINCT trial_id) FROM trials").item() == trials["trial"].n_unique()
    assert trials["arms"].sum() == reg.sql("SELECT count(*) FROM arms").item()
    found = reg.definitions("MADRS")
    assert "remission.madrs.le10" in set(found["definition"])
    assert reg.definitions("'; DROP TABLE x").is_empty()
    assert reg.definitions().height == reg.sql("SELECT count(*) FROM vocabulary.definitions").item()


def test_a_comparison_draws_itself(reg: Registry, tmp_path: Path) -> None:
    plot = reg.compare("esketamine", "placebo", outcome="remission", strict=True).plot()
    assert "esketamine" in repr(plot)
    svg = plot._repr_svg_()
    assert "<svg" in svg
    plot.save(tmp_path / "forest.svg")
    assert (tmp_path / "forest.svg").read_text(encoding="utf-8") == svg


@pytest.mark.slow
def test_the_notebook_in_the_docs_runs(real_registry: Path, tmp_path: Path) -> None:
    """Each cell runs, and shows what it is there for."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    page = nbformat.read(Path(__file__).parents[2] / "docs" / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in page.cells), "the notebook is kept without its outputs"
    (tmp_path / "datapackages").symlink_to(real_registry / "datapackages")
    nbclient.NotebookClient(
        page, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(real_registry)}}
    ).execute()
    outputs = [out for cell in page.cells if cell.cell_type == "code" for out in cell.outputs]
    assert not [out for out in outputs if out.output_type == "error"]
    kinds = {kind for out in outputs for kind in out.get("data", {})}
    assert {"text/plain", "text/html", "image/svg+xml"} <= kinds
    sizes = [len(str(text)) for out in outputs for kind, text in out.get("data", {}).items() if kind != "image/svg+xml"]
    assert max(sizes) < 30_000
