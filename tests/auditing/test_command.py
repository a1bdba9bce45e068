"""``outcomes audit``."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import jsonschema
import pytest

import registry.answers
from registry.answers.audit_json import SCHEMA_VERSION
from tests.cli.invoking import outcomes

ARTICLE = "claims-ssri-vs-ketamine"


def test_the_verdict_comes_first_then_the_claim_and_why(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    done = outcomes("audit", ARTICLE, cwd=built)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "28 claims: 5 not comparable, 2 unverifiable, 7 undecided, 1 supported, 13 not judged"
    assert "What an article claims of SSRIs and ketamine" in done.stdout
    place = lines.index("undecided  course-esketamine")
    assert lines[place + 1].startswith("  “Protocols of esketamine")
    assert lines[place + 2].startswith("  Why: The sourced figures in that unit don't settle it")
    claims = done.stdout.split("\n\n")[1:-1]
    assert len(claims) == 28
    assert statistics.median(len(claim.splitlines()) for claim in claims) <= 6
    assert max(len(claim.splitlines()) for claim in claims) <= 10


def test_verbose_has_all_of_the_reasoning_and_the_evidence(built: Path) -> None:
    said = " ".join(outcomes("audit", ARTICLE, "--claim", "remission-ketamine", "--verbose", cwd=built).stdout.split())
    assert "not comparable: it compares groups that differ in something other than the treatment" in said
    assert "missing: definition, time point" in said
    assert "rate, for context: 26% (95% CI 15% to 43%; 1 trial, n = 34)" in said
    assert "treatment-resistant depression, relapsed after earlier benefit) are left aside: a part isn't the whole" in said


def test_a_dispute_is_shown_from_either_side(built: Path) -> None:
    said = " ".join(outcomes("audit", "claims-stard", cwd=built).stdout.split())
    assert "Disputed by pigott-2023-cumulative (35%)" in said
    assert "Disputes rush-2006-cumulative (67%)" in said
    assert "both stay on record: the registry doesn't decide between them." in said


def test_json_counts_what_it_lists(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "audit.json"
    assert outcomes("audit", ARTICLE, "--format", "json", "--output", str(file), cwd=built).returncode == 0
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["schema_version"] == SCHEMA_VERSION
    assert ("claims-stard", "1.1.0") in [(one["name"], one["version"]) for one in data["judged_by"]]
    assert sum(data["summary"].values()) == len(data["verdicts"])
    (esketamine,) = (v for v in data["verdicts"] if v["claim"]["claim_id"] == "course-esketamine")
    assert esketamine["verdict"] == "undecided"
    assert esketamine["evidence"][0]["agrees"] is None
    assert esketamine["evidence"][0]["sources"][0].startswith("https://")
    assert esketamine["evidence"][0]["source_ids"] == ["rxlist-spravato"]
    assert "rxlist-spravato" not in esketamine["reasoning"]


@pytest.mark.parametrize("package", [ARTICLE, "claims-stard"])
def test_json_keeps_its_schema(built: Path, package: str) -> None:
    schema = json.loads((Path(registry.answers.__file__).parent / "audit.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(outcomes("audit", package, "--format", "json", cwd=built).stdout))


def test_what_is_printed_is_what_sql_gives(built: Path) -> None:
    printed = json.loads(outcomes("audit", ARTICLE, "--format", "json", cwd=built).stdout)
    query = f"SELECT claim_id, verdict, reasoning FROM verdicts WHERE package = '{ARTICLE}' ORDER BY rowid"
    stored = json.loads(outcomes("sql", query, "--format", "json", cwd=built).stdout)
    assert [[v["claim"]["claim_id"], v["verdict"], v["reasoning"]] for v in printed["verdicts"]] == [
        list(row.values()) for row in stored
    ]


@pytest.mark.parametrize(("package", "lacks"), [("linde-2015", "has no claims"), ("nothing", "is not in the database")])
def test_a_package_without_claims_is_a_wrong_word(built: Path, package: str, lacks: str) -> None:
    done = outcomes("audit", package, cwd=built)
    assert done.returncode == 2
    assert lacks in done.stderr
    assert f"packages with claims: {ARTICLE}, claims-stard" in done.stderr


def test_one_claim_alone(built: Path) -> None:
    said = outcomes("audit", ARTICLE, "--claim", "course-ssri", cwd=built).stdout
    assert "undecided  course-ssri" in said
    assert "course-esketamine" not in said
    done = outcomes("audit", ARTICLE, "--claim", "course-sri", cwd=built)
    assert done.returncode == 2
    assert "did you mean `course-ssri`" in done.stderr
