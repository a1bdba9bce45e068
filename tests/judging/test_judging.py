"""``judge_studies``: what it is given, what it refuses, and what it leaves as it was."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from tests import sample
from validation import StudyContext, arrow_schema, judge_studies, merged, split_studies
from validation.report import Waiver
from validation.workspace import workspace

CONTEXT = StudyContext(today=sample.TODAY)


def table(name: str, *rows: dict[str, str]) -> pa.Table:
    held = {c: [row.get(c) for row in rows] for c in dict.fromkeys(c for row in rows for c in row)}
    types = arrow_schema(name)
    return pa.table({c: pa.array(cells, pa.string()).cast(types.field(c).type) for c, cells in held.items()})


def tables(events: str = "41") -> dict[str, pa.Table]:
    """A sound package, but for an arm with so many events of 40 people."""
    rows = {name: [dict(row) for row in some] for name, some in sample.TABLES.items()}
    rows["outcomes"][1]["events"] = events
    return {name: table(name, *some) for name, some in rows.items()}


def test_a_finding_says_where_it_is_and_what_is_wrong() -> None:
    found = judge_studies(tables(), CONTEXT)
    (finding,) = [f for f in found.findings.to_pylist() if f["rule"] == "OUT001"]
    assert (finding["table"], finding["line"], finding["column"], finding["waived"]) == ("outcomes", 2, "events", False)
    assert dict(finding["key"])["study_id"] == "trial"
    assert "41" in finding["message"]
    (tally,) = [t for t in found.tallies.to_pylist() if t["rule"] == "OUT001"]
    assert (tally["violations"], tally["waived"], tally["scope"]) == (1, 0, "study")
    assert tally["checked"] > 1


def test_a_line_is_the_tables_own_and_its_order_is_nothing() -> None:
    given = tables()
    lines = pa.array([(7 * n) % 101 for n in range(5, 5 + len(given["outcomes"]))], pa.int64())
    numbered = given["outcomes"].append_column("_line", lines)
    at = lines[1].as_py()
    for outcomes in (numbered, numbered.take(list(reversed(range(len(numbered)))))):
        found = judge_studies({**given, "outcomes": outcomes}, CONTEXT)
        assert [f["line"] for f in found.findings.to_pylist() if f["rule"] == "OUT001"] == [at]


def test_it_changes_nothing_and_says_the_same_again() -> None:
    given = tables()
    before = {name: some.to_pylist() for name, some in given.items()}
    first, second = (judge_studies(given, CONTEXT) for _ in range(2))
    assert first.findings.equals(second.findings)
    assert first.tallies.equals(second.tallies)
    assert {name: some.to_pylist() for name, some in given.items()} == before


def test_nothing_of_terms_is_left_for_what_is_looked_at_next() -> None:
    def listed() -> list[tuple[int]]:
        with workspace(0, sample.TODAY) as room:
            return room.rows("SELECT count(*) FROM vocabulary.instruments")

    before = listed()
    for term in ("madrs", "x.mood5"):
        judge_studies({"terms": table("terms", {"vocabulary": "instruments", "id": term, "label": "Mood"})}, CONTEXT)
        assert listed() == before


def test_a_waiver_is_counted_and_its_finding_stays() -> None:
    row = sample.TABLES["outcomes"][1]
    key = {
        name: row.get(name)
        for name in ("study_id", "arm_id", "definition_id", "timepoint_anchor", "analysis_set", "missing_data")
    }
    where = {**key, "timepoint_days": "56", "file": "data/o.csv"}
    waiver = Waiver("OUT001", where, "It is printed so.", "A. Maintainer", "2027-12-31")
    for file, waived in (("data/o.csv", 1), ("data/other.csv", 0)):
        context = StudyContext(today=sample.TODAY, waivers=(waiver,), files={"outcomes": file})
        found = judge_studies(tables(), context)
        assert [f["waived"] for f in found.findings.to_pylist() if f["rule"] == "OUT001"] == [bool(waived)]
        assert [t["waived"] for t in found.tallies.to_pylist() if t["rule"] == "OUT001"] == [waived]


def test_the_day_is_the_contexts() -> None:
    soon, later = (
        judge_studies(tables("20"), StudyContext(today=day))
        for day in (sample.TODAY, sample.TODAY + datetime.timedelta(days=4000))
    )
    assert len(later.findings) > len(soon.findings)


@pytest.mark.parametrize("limit", [0, 1, 3, None])
def test_of_each_rule_the_first_findings_are_listed_in_parts_as_in_one(limit: int | None) -> None:
    rows = [{**row, "study_id": f"trial-{n}", "events": "41"} for n in range(5) for row in sample.TABLES["outcomes"]]
    many = {"outcomes": table("outcomes", *rows)}
    context = StudyContext(today=sample.TODAY, max_findings=limit)
    whole = judge_studies(many, context)
    parts = split_studies(many, 4)
    assert len(parts) > 1
    together = merged((judge_studies(part, context) for part in parts), limit)
    assert together.findings.equals(whole.findings)
    counts = ["rule", "scope", "checked", "violations", "waived", "skipped"]
    assert together.tallies.select(counts).to_pylist() == whole.tallies.select(counts).to_pylist()
    assert limit is None or all(
        n <= limit for n in whole.findings.group_by("rule").aggregate([([], "count_all")])["count_all"].to_pylist()
    )


@pytest.mark.parametrize(
    ("name", "columns", "says"),
    [
        ("outcome", {"events": [1]}, "no table `outcome`"),
        ("outcomes", {"events": [1.0]}, "`outcomes.events` is double; it must be int64"),
        ("outcomes", {"events": ["1"]}, "`outcomes.events` is string; it must be int64"),
        ("outcomes", {"percent_reported": [60.0]}, "it must be string"),
        ("outcomes", {"timepoint_days": [float("nan")]}, "isn't finite"),
        ("outcomes", {"timepoint_days": [2**60]}, "it must be double"),
        ("outcomes", {"events": [1, 2], "_line": [3, 3]}, "number each row once"),
        ("outcomes", {"events": [1, 2], "_line": [3, None]}, "number each row once"),
    ],
)
def test_what_is_no_table_of_the_registry_is_refused(name: str, columns: dict[str, list[object]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        judge_studies({name: pa.table(columns)}, CONTEXT)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"scopes": ["stud"]}, r"`scopes` is \['stud'\]; it must be a list of some of 'study', 'package'"),
        ({"scopes": "study"}, "`scopes` is 'study'; it must be a list"),
        ({"scopes": ()}, "it must be a list of some of"),
        ({"max_findings": -1}, "`max_findings` is -1; it must be at least 0"),
    ],
)
def test_a_context_in_which_nothing_could_be_found_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(CONTEXT, **options)


@pytest.mark.parametrize("parts", [0, -1])
def test_no_parts_are_refused(parts: int) -> None:
    with pytest.raises(ValueError, match=f"`parts` is {parts}; there must be at least 1"):
        split_studies(tables(), parts)


def test_a_table_of_another_library_is_named() -> None:
    given: Any = {"outcomes": pl.DataFrame({"events": [1]})}
    for ask in (lambda: judge_studies(given, CONTEXT), lambda: split_studies(given, 2)):
        with pytest.raises(ValueError, match=r"`outcomes` is a polars\.DataFrame; it must be a pyarrow\.Table"):
            ask()


def test_a_column_of_another_form_that_holds_the_same_is_the_same() -> None:
    given = tables()
    outcomes = given["outcomes"]
    at = outcomes.schema.get_field_index
    other = outcomes.set_column(at("study_id"), "study_id", outcomes["study_id"].dictionary_encode())
    other = other.set_column(at("events"), "events", outcomes["events"].cast(pa.int16()))
    other = other.append_column("other_outcome", pa.nulls(len(other)))
    assert judge_studies({**given, "outcomes": other}, CONTEXT).findings.equals(judge_studies(given, CONTEXT).findings)


def test_nothing_to_put_together_is_refused() -> None:
    with pytest.raises(ValueError, match="no parts"):
        merged([])


def test_studies_that_share_a_participant_stay_together() -> None:
    people = [("p", "a"), ("p", "b"), ("q", "b"), ("q", None), ("r", "c"), *((f"s{n}", f"d{n}") for n in range(9))]
    visits = ["p", "q", "r", "nobody", *(f"s{n}" for n in range(9))]
    given = {
        "participants": pa.table({"participant_id": [p for p, _ in people], "study_id": [s for _, s in people]}),
        "visits": pa.table({"participant_id": visits, "total": [1.0] * len(visits)}),
        "claims": pa.table({"claim_id": ["x"]}),
    }
    parts = split_studies(given, 6)
    assert len(parts) > 2
    holding = {s: n for n, part in enumerate(parts) for s in part["participants"]["study_id"].to_pylist()}
    assert holding["a"] == holding["b"] == holding[None]
    for part in parts:
        here = set(part["participants"]["participant_id"].to_pylist())
        assert set(part["visits"]["participant_id"].to_pylist()) - {"nobody"} == here
        assert part["claims"].equals(parts[0]["claims"])
    assert sorted(n for part in parts for n in part["visits"]["_line"].to_pylist()) == list(range(1, len(visits) + 1))
