"""``outcomes audit``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.invoking import outcomes

ARTICLE = "claims-ssri-vs-ketamine"


def test_the_verdict_comes_first_then_the_claim_and_why(built: Path) -> None:
    done = outcomes("audit", ARTICLE, cwd=built)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("What an article claims of SSRIs and ketamine")
    assert "   1 contradicted: the registry's figures disagree" in lines
    place = lines.index("undecided  course-esketamine")
    assert lines[place + 1].startswith("  “Protocols of esketamine")
    assert any(line.startswith("  Because: The claim says at least 14 sessions.") for line in lines[place:])


def test_a_dispute_is_shown_from_either_side(built: Path) -> None:
    said = " ".join(outcomes("audit", "claims-stard", cwd=built).stdout.split())
    assert "Disputed by pigott-2023-cumulative (35%)" in said
    assert "Disputes rush-2006-cumulative (67%)" in said
    assert "Both stay on record: the registry keeps what was published and doesn't decide between them." in said


def test_json_counts_what_it_lists(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "audit.json"
    assert outcomes("audit", ARTICLE, "--format", "json", "--output", str(file), cwd=built).returncode == 0
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["schema_version"] == "1"
    assert sum(data["summary"].values()) == len(data["verdicts"])
    (esketamine,) = (v for v in data["verdicts"] if v["claim"]["claim_id"] == "course-esketamine")
    assert esketamine["verdict"] == "undecided"
    assert esketamine["evidence"][0]["agrees"] is None
    assert esketamine["evidence"][0]["sources"][0].startswith("https://")


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
    assert "supported  course-ssri" in said
    assert "course-esketamine" not in said
    done = outcomes("audit", ARTICLE, "--claim", "course-sri", cwd=built)
    assert done.returncode == 2
    assert "did you mean `course-ssri`" in done.stderr
