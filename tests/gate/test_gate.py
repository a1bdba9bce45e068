"""The gate as a whole, with Great Expectations. Its import takes seconds: few tests here, each with much to say."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import duckdb
import pytest

from registry.ledger.accepting import Answer, accept
from registry.packages.finding import find_entry
from schemas.tables import TABLES
from tests import sample
from tests.formats.test_html import Page
from validation.catalogue import catalogue
from validation.formats.json_report import as_data
from validation.gate.relation import Relation
from validation.gate.relations import RELATIONS
from validation.report import Report, Result

pytest.importorskip("great_expectations")

RULES = [r for r in catalogue().values() if r.relation]

# A child process, in which nothing can go out: were there telemetry, it would end here.
CHILD = """
import json, socket, sys, warnings
from dataclasses import replace
from pathlib import Path
import duckdb

warnings.simplefilter("error")
tried = []
def refuse(*what, **more):
    tried.append(repr(what))
    raise OSError("nothing goes out")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse)

from registry.building import build
from registry.cli.gate import docs
from registry.gating import gate, validate_registry
from validation.formats.json_report import as_data
from validation.rule import Severity
from tests.sample import TODAY

root = Path(sys.argv[1])
report = validate_registry(root, today=TODAY)
one = validate_registry(root, [root / "datapackages" / "gamma"], today=TODAY)
gated = build(root, today=TODAY, drafts=True, gate=lambda draft: gate(root, draft))
built = build(root, today=TODAY, drafts=True)
again = gate(root)
passing = replace(again, findings=again.findings[:1], severities=dict.fromkeys(again.severities, Severity.NOTE))
kept = build(root, root / "kept.duckdb", today=TODAY, drafts=True, gate=lambda draft: passing)
with duckdb.connect(str(kept.database), read_only=True) as con:
    stored = con.execute("SELECT (SELECT count(*) FROM rules WHERE package = 'registry'), rule FROM findings WHERE package = 'registry'").fetchall()
(root / "kept.duckdb").unlink()
docs(root / "site", root)
docs(root / "site", root)  # in the place of the first
print(json.dumps({
    "report": as_data(report),
    "one": as_data(one),
    "gated": gated.database is not None,
    "same": again == report.packages[-1],
    "stored": stored,
    "tried": tried,
    "left": sorted(p.name for p in root.iterdir()),
}))
"""


def changed(**cells: str) -> dict[str, list[dict[str, str]]]:
    """The sample's tables with other cells in their first rows, by ``table__column``."""
    tables = deepcopy(sample.TABLES)
    for name, value in cells.items():
        table, column = name.split("__")
        tables[table][0][column] = value
    return tables


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three packages: two report one trial with other counts, and disagree on its source; the third has lost a study it had."""
    packages = tmp_path / "datapackages"
    sample.write(packages / "alpha")
    sample.write(
        packages / "beta", changed(outcomes__events="21", outcomes__percent_reported="52.5", sources__correction_status="erratum")
    )
    tables = changed(studies__registration_id="NCT00000002", sources__doi="10.1000/other")
    more = deepcopy(tables)
    for table in ("studies", "arms", "outcomes"):
        more[table] += [{**row, "study_id": "second", "registration_id": "NCT00000003"} for row in tables[table]]
    more["arms"][2] |= {"dose": "50", "dose_unit": "mg"}  # the same arms twice would be a row copied to the wrong trial
    sample.write(packages / "gamma", more)
    done = accept(tmp_path, find_entry(tmp_path, "gamma"), by="a test", today=sample.TODAY)
    assert done.answer is Answer.ACCEPTED, done.reason
    for path in sorted((packages / "gamma").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    sample.write(packages / "gamma", tables)
    return tmp_path


def test_gate_on_a_registry(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *said, told_last = done.stdout.splitlines()
    assert said == [f"Wrote {root / 'site' / 'index.html'}: {len(RULES)} rules, 5 with findings."] * 2
    told = json.loads(told_last)
    assert told["tried"] == []
    packages = {p["name"]: p for p in told["report"]["packages"]}
    assert list(packages) == ["alpha", "beta", "gamma", "registry"]
    assert {p["verdict"] for name, p in packages.items() if name != "registry"} == {"valid"}
    registry = packages["registry"]
    outcomes = {o["rule"]: o for o in registry["outcomes"]}
    assert list(outcomes) == [r.id for r in RULES]
    broken = {id_: (o["violations"], o["checked"]) for id_, o in outcomes.items() if o["violations"]}
    assert broken == {"REG001": (1, 1), "REG002": (1, 1), "REG005": (1, 2), "REG041": (1, 1), "REG042": (3, 5)}
    assert {o["reason"] for o in outcomes.values() if o["outcome"] == "not applicable"} == {
        "no equal counts have two rules with one cut-off",
        "no outcome has 20 rates",
        "no outcome has 20 rates in a package both then and now",
        "no participants are in two packages",
        "no row has the values it compares",
        "no scale has standard deviations of 20 studies",
    }
    gamma, about = told["one"]["packages"]
    assert (gamma["name"], about["name"]) == ("gamma", "registry")
    assert {o["rule"]: o["violations"] for o in about["outcomes"] if o["violations"]} == {"REG005": 1, "REG041": 1, "REG042": 3}
    findings = {f["rule"]: f for f in registry["findings"]}
    assert findings["REG002"]["severity"] == "error"
    assert findings["REG002"]["key"] == {"package": "alpha", "other_package": "beta"}
    assert findings["REG041"]["message"] == "`gamma` 1.0.0 had studies that are gone (1 of 2): second"
    assert registry["verdict"] == "invalid"
    assert (registry["version"], Path(registry["path"]).name) == (str(sample.TODAY), "registry.duckdb")
    assert not told["gated"], "an error of the gate's keeps the database from being put in place"
    assert told["stored"] == [[len(RULES), registry["findings"][0]["rule"]]], "a gated build keeps what the gate found"
    assert told["same"], "the gate finds the same in the database as it was built"
    assert told["left"] == [".registry", "datapackages", "registry.duckdb", "site"]
    site_is_whole(root)


def site_is_whole(root: Path) -> None:
    """One page, in the look of the other reports, that needs nothing else and names no folder of this machine."""
    (page,) = [path for path in (root / "site").rglob("*") if path.is_file()]
    text = page.read_text(encoding="utf-8")
    assert page.name == "index.html"
    assert str(root) not in text
    assert "default-src 'none'" in text
    Page(text)
    assert '<details class="rule error" data-severity="error" open>' in text
    assert "REG002" in text
    assert "shared-trials-undeclared" in text
    assert "alpha" in text
    for words in ("DATAFRAME", "Data asset", "fingerprint", "Great Expectations", "None"):
        assert words not in text
    for rule in RULES:
        assert f'<span class="id">{rule.id}</span>' in text


def typed(con: duckdb.DuckDBPyConnection, relation: Relation, rows: list[dict[str, Any]]) -> Relation:
    """The relation with these rows in the place of its query, each column of the type that it has; what isn't given is null."""
    con.execute(f"CREATE OR REPLACE TABLE example AS FROM ({relation.query}) LIMIT 0")
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        con.execute(f"INSERT INTO example ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    return Relation(relation.about, relation.key, "FROM example", relation.empty)


def test_examples_of_every_rule(tmp_path: Path) -> None:
    """What breaks a rule is found, what keeps it isn't, and a row of nulls is not looked at. A rule's bug is no finding."""
    from tests.registry.small_registry import registry_of
    from validation.expectations import expect
    from validation.gate.holding import _Run
    from validation.rule import Rule

    registry_of(tmp_path).close()
    con = duckdb.connect()
    con.execute(f"ATTACH '{tmp_path}/registry.duckdb' AS registry (READ_ONLY)")
    con.execute("CREATE SCHEMA released")
    for table in TABLES:
        con.execute(f'CREATE TABLE released."{table}" AS FROM registry."{table}"')
    con.execute("CREATE TABLE released.packages (name VARCHAR, version VARCHAR)")
    run = _Run(con, limit=20)

    def held(name: str, rule: Rule, example: Any) -> Any:
        relation = typed(con, RELATIONS[str(rule.relation)], example if isinstance(example, list) else [example])
        frame = con.sql(relation.query).df()
        (result,) = run.validate(name, relation, [rule], frame).results
        run.tell(rule, relation, frame, result)
        return run.outcomes[-1]

    for rule in RULES:
        for number, example in enumerate(rule.breaks):
            before = len(run.findings)
            outcome = held(f"{rule.id}-breaks-{number}", rule, example)
            assert outcome.result is Result.VIOLATED, (rule.id, example, outcome)
            assert len(run.findings) - before == outcome.violations
            assert all("unstated" not in f.message and "{" not in f.message for f in run.findings[before:]), run.findings[-1]
        for number, example in enumerate(rule.keeps):
            outcome = held(f"{rule.id}-keeps-{number}", rule, example)
            assert not outcome.violations, (rule.id, example, outcome)
            assert outcome.result is not Result.ERRORED, (rule.id, outcome)
        empty = held(f"{rule.id}-null", rule, {RELATIONS[str(rule.relation)].key[0]: "x"})
        assert (empty.result, empty.checked) == (Result.NOT_APPLICABLE, 0), (rule.id, empty)

    from dataclasses import replace

    wrong = replace(RULES[0], body=lambda: expect.ExpectColumnValuesToBeUnique(column="no_such_column"))
    assert held("wrong", wrong, RULES[0].breaks[0]).result is Result.ERRORED


def test_every_format_takes_the_entry_of_the_gate() -> None:
    """The entry is one like a package's, for every format. A small one stands for it here, so that the library isn't needed."""
    from validation.catalogue import ruleset
    from validation.formats import FORMATS
    from validation.report import Finding, Outcome, PackageReport
    from validation.rule import Severity

    rule = catalogue()["REG001"]
    finding = Finding("REG001", Severity.WARNING, "registry", "`a` and `b`", key={"package": "a"})
    outcome = Outcome("REG001", Result.VIOLATED, 3, 1)
    entry = PackageReport("registry", "2026-11-23", "registry.duckdb", (outcome,), (finding,), {rule.id: rule.severity})
    report = Report(ruleset(), (entry,))
    assert as_data(report)["rules"]["REG001"]["name"] == "trial-counted-differently"
    for render in FORMATS.values():
        assert "REG001" in render(report)
