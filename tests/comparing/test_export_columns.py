"""What every form of an export says of its figures: which trial's they are, what is unstated, whether they have a finding, and their document."""

from __future__ import annotations

import re

import duckdb
import pytest

from registry.errors import RequestError
from registry.exporting.exports import Export, Form, export_stratum
from registry.form import fill_views
from tests.comparing.test_exports import DOCS, trial
from tests.registry.small_registry import arm, insert, registry_of

PAIRS: tuple[Form, ...] = ("metafor", "means", "revman", "revman-means", "contrasts", "metapsy")
ARMS: tuple[Form, ...] = ("metafor", "means", "network", "csv")
MEANS = ("means", "revman-means")

SAID = {
    "stratum",
    "trial",
    "package",
    "day",
    "anchor",
    "analysis_set",
    "missing_data",
    "unstated",
    "flagged",
    "source",
    "standing",
}
OF_MEANS = {"instrument", "statistic", "estimate"}
OF_COUNTS = {"outcome", "definition", "value_origin"}


def documented() -> set[str]:
    """The columns that the documentation says every form has."""
    section = DOCS.read_text(encoding="utf-8").partition("## In all of them")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Trials with counts and means, of which the first has a finding on one arm's count and mean, and the last leaves its set unstated."""
    con = registry_of(
        tmp_path_factory.mktemp("registry"),
        trials=[
            trial("one", arm("sertraline", response=(30, 60)), arm("placebo", response=(20, 61)), label="One 2001", year=2001),
            trial("two", arm("fluoxetine", response=(41, 70)), arm("placebo", response=(15, 66)), label="Two 2002"),
            trial("alone", arm("fluoxetine", response=(41, 70)), label="Alone 2003"),
        ],
    )
    insert(con, "sources", package="trials", source_id="report", title="A report", doi="10.1000/1")
    con.execute("UPDATE outcomes SET source_id = 'report', missing_data = 'locf'")
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental'), label = upper(treatment_id)")
    con.execute(
        "INSERT INTO scores BY NAME SELECT package, study_id, arm_id, 'madrs' AS instrument_id, 'change' AS statistic, timepoint_days, timepoint_anchor, "
        "analysis_set, missing_data, 'unstated' AS estimate, n_analysed AS n, -12.0 AS mean, 9.0 AS sd, source_id FROM outcomes"
    )
    found = {"package": "trials", "study_id": "one", "arm_id": "placebo-1", "analysis_set": "randomised"}
    key = {**found, "timepoint_days": 56, "timepoint_anchor": "randomisation", "missing_data": "locf"}
    insert(con, "flagged_rows", **key, in_table="outcomes", definition_id="response.madrs.ge50pct")
    insert(con, "flagged_rows", **key, in_table="scores", instrument_id="madrs", statistic="change")
    # One of another scale flags no mean of this.
    insert(con, "flagged_rows", **{**key, "study_id": "two"}, in_table="scores", instrument_id="hamd17", statistic="change")
    fill_views(con)
    return con


def exported(con: duckdb.DuckDBPyConnection, form: Form, *subjects: str) -> Export:
    (a, b) = subjects or (None, None)
    return export_stratum(con, form, "change" if form in MEANS else "response", a=a, b=b)


@pytest.mark.parametrize(
    ("form", "subjects"), [*((form, ("ssri", "placebo")) for form in PAIRS), *((form, ()) for form in ARMS)], ids=str
)
def test_every_form_says_of_its_figures_what_a_reader_must_know(
    con: duckdb.DuckDBPyConnection, form: Form, subjects: tuple[str, ...]
) -> None:
    rows = exported(con, form, *subjects).table
    assert rows[0].keys() >= SAID | (OF_MEANS if form in MEANS else OF_COUNTS)
    assert {row["trial"] for row in rows} >= {"trials/one", "trials/two"}
    assert {(row["trial"], row["flagged"]) for row in rows} >= {("trials/one", True), ("trials/two", False)}
    assert {row["source"] for row in rows} == {"doi:10.1000/1"}
    assert {(row["package"], row["analysis_set"], row["day"], row["unstated"]) for row in rows} == {
        ("trials", "randomised", 56, None)
    }


def test_the_documentation_says_which_these_are() -> None:
    assert documented() == SAID | OF_MEANS | OF_COUNTS | {"study"}


@pytest.mark.parametrize("subjects", [("ssri", "placebo"), ()], ids=["pairs", "arms"])
def test_means_and_counts_are_joined_by_study_and_trial(con: duckdb.DuckDBPyConnection, subjects: tuple[str, ...]) -> None:
    rates, means = (exported(con, form, *subjects).table for form in ("metafor", "means"))
    named = ("trial", "study", "package", *(("a", "b", "arms_a", "arms_b") if subjects else ("subject", "class", "arms")))
    assert sorted([row[name] for name in named] for row in means) == sorted([row[name] for name in named] for row in rates)
    assert {row["study"] for row in means} >= {"One 2001", "Two 2002"}


def test_data_rows_of_means_have_names_and_years_as_those_of_counts_do(con: duckdb.DuckDBPyConnection) -> None:
    for form in ("revman", "revman-means"):
        rows = exported(con, form, "ssri", "placebo").table
        assert [(row["Study"], row["Study year"]) for row in rows] == [("One 2001", 2001), ("Two 2002", None)]


def test_what_is_left_out_of_means_is_said_as_it_is_of_counts(con: duckdb.DuckDBPyConnection) -> None:
    (of_means, of_counts) = (exported(con, form, "ssri", "placebo").notes[1:] for form in ("means", "metafor"))
    assert of_means == of_counts == ("1 trial has no such comparison and is left out",)
    for form, what in (("means", "mean"), ("metafor", "rate")):
        with pytest.raises(
            RequestError, match=f"has no {what} of 'ketamine'; it has antidepressant, fluoxetine, placebo, sertraline, ssri"
        ):
            exported(con, form, "ketamine", "placebo")
        with pytest.raises(RequestError, match="ssri and sertraline overlap"):
            exported(con, form, "ssri", "sertraline")


def test_means_whose_context_is_unstated_of_all_are_in_as_counts_are(con: duckdb.DuckDBPyConnection) -> None:
    """What is left open of one row of a stratum is left open of all."""
    con.begin()
    try:
        for table in ("comparable_rates", "comparable_scores"):
            con.execute(f"UPDATE {table} SET unstated = ['background', 'phase']")
        for form, what in (("means", "means"), ("metafor", "rates")):
            made = exported(con, form, "ssri", "placebo")
            assert len(made.table) == 2
            assert made.notes[1] == f"included, although something is unstated: 5 of 5 {what} (background in 5, phase in 5)"
    finally:
        con.rollback()
