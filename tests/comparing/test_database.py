"""What the database holds of the comparison, and that it is what the command prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import registry
from registry.comparing.compare import compare_rows
from registry.comparing.ladder_stored import LADDER
from registry.comparing.score_stored import MEANS
from registry.pooling.network_stored import NETWORKS
from registry.pooling.stored import POOLED
from registry.strata.rows import MAIN, read_rows
from schemas.windows import window_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def con(real_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of the registry's own packages."""
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as found:
        yield found


def test_there_is_one_row_an_arm_and_stratum(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*), count(DISTINCT (package, study_id, arm_id, outcome, stratum)) FROM comparable_rates"
    ((rows, arms),) = con.execute(query).fetchall()
    assert rows == arms > 500


def test_no_arm_is_there_through_two_packages(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT trial, outcome FROM comparable_rates GROUP BY ALL HAVING count(DISTINCT package) > 1"
    assert con.execute(query).fetchall() == []


def test_every_visit_belongs_to_the_window_that_holds_it(con: duckdb.DuckDBPyConnection) -> None:
    found = set(con.execute('SELECT DISTINCT day, "window" FROM comparable_rates WHERE day IS NOT NULL').fetchall())
    assert {(42.0, "days 42-70"), (56.0, "days 42-70"), (70.0, "days 42-70"), (84.0, "days 71-112"), (1.0, "day 1")} <= found
    assert all(window == window_of(day) for day, window in found)
    anchors = {c for (c,) in con.execute("SELECT DISTINCT counted_from FROM comparable_rates").fetchall()}
    assert anchors == {"start", "last-dose", "unstated"}


@pytest.mark.parametrize(
    ("a", "b"), [("antidepressant", "placebo"), ("placebo", "ssri"), ("esketamine", "placebo"), ("esketamine", "quetiapine-xr")]
)
def test_what_is_printed_can_be_had_by_sql(con: duckdb.DuckDBPyConnection, a: str, b: str) -> None:
    stored = {
        (outcome, stratum, name, subject): tuple(figures)
        for outcome, stratum, name, subject, *figures in con.execute(
            "SELECT outcome, stratum, variant, subject, k, n, estimate, low, high, tau2 FROM pooled_rates"
        ).fetchall()
    }
    contrasts = {
        tuple(where): tuple(figures)
        for *where, estimate, low, high in con.execute(
            "SELECT outcome, stratum, variant, a, b, measure, estimate, low, high FROM pooled_contrasts"
        ).fetchall()
        for figures in [(estimate, low, high)]
    }
    seen = 0
    for answer in compare_rows(read_rows(con), a, b).outcomes:
        sides = [(s.stratum, side) for s in answer.shared for side in (s.a, s.b)] + [
            (one.stratum, one.side) for one in answer.apart
        ]
        for stratum, side in sides:
            for name, p in {answer.pooling: side.pooled, **side.variants}.items():
                main = stored.get((answer.outcome, str(stratum), MAIN, side.subject))  # where nothing differs, it is stored once
                figures = (p.k, p.n, p.estimate, p.low, p.high, p.tau2 or 0.0)
                # All at once and one by one, iterations end a rounding error apart.
                found = stored.get((answer.outcome, str(stratum), name, side.subject), main)
                assert found is not None
                assert (found[-1] is None) == (p.tau2 is None)
                assert (*found[:-1], found[-1] or 0.0) == pytest.approx(figures, rel=1e-7, abs=1e-9)
                seen += 1
        for shared in answer.shared:
            if shared.contrast is not None:
                for name, effect in shared.contrast.effects.items():
                    key = (answer.outcome, str(shared.stratum), answer.pooling, a, b, name)
                    assert contrasts[key] == pytest.approx((effect.estimate, effect.low, effect.high), rel=1e-7, abs=1e-9)
    assert seen > 3


def test_the_macro_picks_by_population(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT DISTINCT population, variant FROM pooled('response', 'ssri', the_population := 'mdd', the_variant := 'with-unstated-context')"
    assert con.execute(query).fetchall() == [("mdd", "with-unstated-context")]


def test_everything_is_explained(con: duckdb.DuckDBPyConnection) -> None:
    views = (
        "comparable_rates",
        "strata",
        "separations",
        "adverse_event_rates",
        "comparable_scores",
        *POOLED,
        *NETWORKS,
        *MEANS,
        *LADDER,
    )
    silent = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE list_contains(?, table_name) AND comment IS NULL",
        [list(views)],
    ).fetchall()
    assert silent == []


def test_the_same_is_had_from_python(real_registry: Path) -> None:
    reg = registry.open(real_registry)
    found = reg.compare("esketamine", "Quetiapine, extended release", outcome="remission")
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        assert found == compare_rows(read_rows(con), "esketamine", "quetiapine-xr", outcomes=["remission"])
    assert found.outcomes[0].shared
    with pytest.raises(ValueError, match="'cure' is not an outcome that can be compared"):
        reg.compare("esketamine", "quetiapine-xr", outcome="cure")
    with pytest.raises(ValueError, match="needs a reason"):
        reg.compare("ssri", "ketamine", across=["population"])


def test_the_example_counts_a_trial_and_an_arm_once(con: duckdb.DuckDBPyConnection) -> None:
    """Each in a class of definitions, as the head of docs/rates.sql says, though packages have other visits of one trial."""
    made, _ = (ROOT / "docs" / "rates.sql").read_text(encoding="utf-8").split("SELECT\n  outcome,\n")
    assert (
        con.execute(
            f"{made} SELECT 1 FROM arms GROUP BY outcome, trial, comparability_class HAVING count(DISTINCT (package, study_id)) > 1"
        ).fetchall()
        == []
    )
    arm = "outcome, package, study_id, arm_id, comparability_class"
    assert con.execute(f"{made} SELECT 1 FROM arms GROUP BY {arm} HAVING count(*) > 1").fetchall() == []
    (trials,) = con.execute(f"{made} SELECT count(DISTINCT (outcome, trial, comparability_class)) FROM arms").fetchall()
    both = " UNION ALL ".join(
        f"SELECT '{one}' AS outcome, trial, comparability_class FROM {one}_rates WHERE rate IS NOT NULL AND value_origin IS DISTINCT FROM 'imputed-from-mean'"
        for one in ("response", "remission")
    )
    assert trials == con.execute(f"SELECT count(DISTINCT (outcome, trial, comparability_class)) FROM ({both})").fetchone(), (
        "none is lost"
    )


def test_separations_of_one_arm_are_told_apart(con: duckdb.DuckDBPyConnection) -> None:
    """A visit has several results of an arm, in other sets; who reads one must see which it is."""
    key = "trial, package, study, arm, measure, definition, day, analysis_set, missing_data, control, source"
    assert con.execute("SELECT count(*) FROM separations").fetchall() > [(100,)]
    assert (
        con.execute(f"SELECT {key} FROM separations WHERE measure NOT LIKE 'mean %' GROUP BY ALL HAVING count(*) > 1").fetchall()
        == []
    )
