"""Every folder ``<RULE>/<case>`` beside this file is a case: what differs from the sample package, and what must be found.

``case.yaml`` may hold

* ``why``: a sentence on what the case is about,
* ``cells``: by table and number of the row in :mod:`tests.sample`, counted from 1, the cells that are changed,
* ``add``: by table, rows laid over the table's first row (or over ``BASE`` where the sample hasn't the table) and added,
* ``descriptor``, ``resources``: members laid over the descriptor and, by name, over resources; null takes one away,
* ``files``: by path, the whole text of a file (null removes it); its hash and size are stated anew,
* ``append``: by path, a ``text`` that is added so many ``times`` to the file's end,
* ``parquet``: by table, that its file is written as Parquet, ``beside`` the CSV file where that is true, with the cells ``first`` in its first row,
* ``find``: the findings of the rule: file, line and column of each, in the report's order. An empty list means none.

Any other file in the folder is copied over the package, byte by byte, at the place that it has in the folder.
Dropping a folder in is adding a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.vocabulary import fill
from tests import sample
from tests.bad_input.packages import checked, checked_together, sealed
from tests.catalogue.examples import as_parquet, laid_over
from tests.lots import by_lots
from validation import workspace
from validation.catalogue import catalogue
from validation.meaning import view_of
from validation.report import PackageReport

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/case.yaml"))
BASE = {
    "scores": {
        "study_id": "trial",
        "arm_id": "drug",
        "instrument_id": "madrs",
        "timepoint_days": "56",
        "timepoint_anchor": "randomisation",
        "statistic": "endpoint",
        "estimate": "raw",
        "analysis_set": "randomised",
        "missing_data": "locf",
        "n": "40",
        "value_origin": "reported",
        "source_id": "report",
    },
    "contrasts": {
        "study_id": "trial",
        "arm_id": "drug",
        "other_arm_id": "placebo",
        "timepoint_days": "56",
        "timepoint_anchor": "randomisation",
        "analysis_set": "randomised",
        "missing_data": "non-responder",
        "measure": "odds-ratio",
        "definition_id": "response.madrs.ge50pct",
        "adjusted": "true",
        "level": "95",
        "value_origin": "reported",
        "source_id": "report",
    },
    "harms": {
        "study_id": "trial",
        "arm_id": "drug",
        "term": "Nausea",
        "serious": "false",
        "n_at_risk": "40",
        "value_origin": "reported",
        "source_id": "report",
    },
    "visits": {"participant_id": "p1", "visit_day": "56", "instrument_id": "madrs"},
    "claims": {
        "claim_id": "claim",
        "statement": "45% respond.",
        "source_id": "report",
        "subject": "ssri",
        "attribute": "response-rate",
        "value_low": "45",
        "unit": "%",
        "population_id": "unstated",
        "definition_id": "response.unstated",
    },
    "terms": {
        "vocabulary": "definitions",
        "id": "x.remission.madrs.le8",
        "label": "MADRS ≤ 8",
        "outcome": "remission",
        "instrument_id": "madrs",
        "comparator": "<=",
        "threshold": "8",
        "ascertainment": "point",
        "description": "MADRS total of 8 or less at the visit.",
        "source": "10.1000/xyz123",
    },
}
KNOWN = {"why", "cells", "add", "descriptor", "resources", "files", "append", "parquet", "find"}


def _needed(case: Path, said: Mapping[str, Any]) -> Mapping[str, list[dict[str, str]]]:
    """The tables of the sample that a case needs: those it names, and those that its rule looks at."""
    rule = catalogue()[case.parent.name]
    if rule.table is None and rule.family not in {"PKG", "TRM"}:
        return sample.TABLES
    named = {*said.get("cells", ()), *said.get("add", ()), *said.get("resources", ()), *said.get("parquet", ())}
    named |= {Path(path).stem for key in ("files", "append") for path in said.get(key, ())} | {
        p.stem for p in case.rglob("*.csv")
    }
    if rule.table is not None:
        named |= set(re.findall(r"\w+", view_of(rule.table).query))
    return sample.part("studies", *(named & set(sample.TABLES)))


@cache
def stated(case: Path) -> Mapping[str, Any]:
    """What a case says."""
    said: Mapping[str, Any] = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    return said


def built(case: Path, folder: Path) -> Path:
    """The package of a case."""
    said = stated(case)
    assert set(said) <= KNOWN, set(said) - KNOWN
    tables = {name: [dict(r) for r in rows] for name, rows in _needed(case, said).items()}
    for table, rows in said.get("cells", {}).items():
        for number, cells in rows.items():
            tables[table][number - 1] |= cells
    for table, rows in said.get("add", {}).items():
        first = tables[table][0] if table in tables else BASE[table]
        tables[table] = [*tables.get(table, []), *({**first, **row} for row in rows)]
    sample.write(folder, tables)
    for table, how in said.get("parquet", {}).items():
        as_parquet(folder, table, **how)
    files = [path for path in case.rglob("*") if path.is_file() and path.name != "case.yaml"]
    for path in files:
        (folder / path.relative_to(case)).write_bytes(path.read_bytes())
    for name, text in said.get("files", {}).items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, added in said.get("append", {}).items():
        (folder / name).write_text((folder / name).read_text(encoding="utf-8") + added["text"] * added["times"], encoding="utf-8")
    if (files or "files" in said or "append" in said) and "datapackage.json" not in said.get("files", {}):
        sealed(folder)
    if "descriptor" in said or "resources" in said:
        path = folder / "datapackage.json"
        data = laid_over(json.loads(path.read_text(encoding="utf-8")), said.get("descriptor", {}))
        over = said.get("resources", {})
        data["resources"] = [laid_over(r, over.get(r["name"], {})) for r in data.get("resources", [])]
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], PackageReport]:
    """The report on the case of a number."""

    def look(cases: Sequence[Path]) -> Sequence[PackageReport]:
        root = tmp_path_factory.mktemp("cases")
        return checked_together([built(case, root / case.relative_to(HERE) / "sample") for case in cases])

    return by_lots(CASES, look)


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{CASES[n].parent.name}-{CASES[n].name}")
def test_case(number: int, reports: Callable[[int], PackageReport]) -> None:
    """The findings of the case's rule: file, line and column."""
    case = CASES[number]
    mine = [f for f in reports(number).findings if f.rule == case.parent.name]
    found = [{k: v for k, v in (("file", f.file), ("line", f.line), ("column", f.column)) if v is not None} for f in mine]
    assert found == stated(case)["find"]


def test_every_folder_is_a_rule() -> None:
    assert {c.parent.name for c in CASES} <= set(catalogue())


def test_a_word_that_is_no_term_is_told_once_and_not_as_an_empty_cell(tmp_path: Path) -> None:
    arms = [{**row, "dose": "50", "dose_unit": "milligrams"} if row["arm_id"] == "drug" else row for row in sample.TABLES["arms"]]
    found = checked(sample.write(tmp_path / "sample", {**sample.TABLES, "arms": arms})).findings
    assert [(f.rule, f.column, f.key["arm_id"]) for f in found] == [("PKG032", "dose_unit", "drug")]


OF_THE_VOCABULARY = {
    "DEF001": "UPDATE vocabulary.definitions SET threshold = 99 WHERE definition_id = 'response.madrs.ge50pct'",
    "DEF005": "UPDATE vocabulary.instruments SET percent_reduction = false WHERE instrument_id = 'madrs'",
}
"""Rules that a package can't break while the vocabularies are sound, with what makes one unsound."""


@pytest.mark.parametrize("rule", OF_THE_VOCABULARY)
def test_rule_on_a_definition_that_is_unsound(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsound(con: Any, names: Any, **how: Any) -> None:
        fill(con, names, **how)
        con.execute(OF_THE_VOCABULARY[rule])

    assert not [f for f in checked(sample.write(tmp_path / "sample")).findings if f.rule == rule]
    monkeypatch.setattr(workspace, "fill", unsound)
    monkeypatch.setattr(workspace, "_WAITING", {})
    assert [f for f in checked(tmp_path / "sample").findings if f.rule == rule]


@pytest.mark.parametrize("rule", [r.id for r in catalogue().values() if r.id not in OF_THE_VOCABULARY and r.relation is None])
def test_rule_has_a_case_that_breaks_it_and_one_that_keeps_it(rule: str) -> None:
    """Every rule is reachable: there is a package that the engine reports it for."""
    finds = [bool(stated(c)["find"]) for c in CASES if c.parent.name == rule]
    assert True in finds
    assert False in finds
