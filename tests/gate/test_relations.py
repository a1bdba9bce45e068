"""The relations, worked out over small registries. Great Expectations isn't needed to see what it will be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from registry.building import build
from schemas.sql import literal
from schemas.tables import TABLES as MODELS
from tests import sample
from tests.registry.small_registry import arm, insert, registry_of, study
from validation.catalogue import rules_over
from validation.gate.relations import RELATIONS
from validation.gate.relations.since import TABLES


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


def attach(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    con.execute(f"ATTACH {literal(str(database))} AS registry (READ_ONLY)")


def rows(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    found = con.execute(RELATIONS[name].query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def shared(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """Two packages with one trial, of which one result differs; and a third with the same results, but for one, and no identifier."""
    trial = study("t", arm("sertraline", response=(50, 100), dropout=(9, 100)), arm("placebo", response=(30, 99)), pmid="1")
    other = study("u", arm("sertraline", response=(52, 100), dropout=(9, 100)), arm("placebo", response=(30, 99)), pmid="1")
    third = study("v", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 99)), population_id="trd")
    with registry_of(tmp_path, one=[trial], two=[other], zoo=[third]) as built:
        for package, status in (("one", "none-found"), ("two", "retracted"), ("zoo", "unchecked")):
            insert(built, "sources", package=package, source_id="s", doi="10.1000/XYZ", correction_status=status)
    attach(con, tmp_path / "registry.duckdb")
    return con


def test_packages_that_share_trials(shared: duckdb.DuckDBPyConnection) -> None:
    found = {
        (r["package"], r["other_package"]): (r["undeclared_by_identifier"], r["undeclared_by_results"])
        for r in rows(shared, "shared-trials")
    }
    assert found == {("one", "two"): (1, 0), ("one", "zoo"): (0, 1), ("two", "zoo"): (0, 1)}


def test_a_declaration_says_what_packages_are_to_each_other(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    trial = study("t", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 99)), pmid="1")
    registry_of(tmp_path, one=[trial], two=[trial], lineage=[("two", "one", "derived-from")]).close()
    attach(con, tmp_path / "registry.duckdb")
    (row,) = rows(con, "shared-trials")
    assert (row["trials"], row["declared"], row["undeclared_by_identifier"]) == (1, "derived-from", 0)


def test_results_of_one_trial(shared: duckdb.DuckDBPyConnection) -> None:
    found = {
        (r["package"], r["other_package"]): (r["results"], r["differing"], r["widest"]) for r in rows(shared, "same-results")
    }
    assert found["one", "zoo"] == (2, 0, None)
    assert found["one", "two"] == (3, 1, "response of sertraline-0, 50/100 and 52/100")


def test_populations_of_one_trial(shared: duckdb.DuckDBPyConnection) -> None:
    found = {(r["package"], r["other_package"]): r["compatible"] for r in rows(shared, "same-populations")}
    assert found == {("one", "two"): True, ("one", "zoo"): True, ("two", "zoo"): True}, "trd is a part of mdd"


def test_documents_are_one_whatever_their_case_and_count_once_looked_up(shared: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(shared, "documents")
    assert row == {"doi": "10.1000/xyz", "statuses": 2, "said": "one says none-found, two says retracted"}


def test_spellings_of_a_registration(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    spelled = ["2014-004586-24", "EUCTR2014-004586-24-GB", "ChiCTR-TRC-10000898", "ChiCTR10000898", "NCT02417064", "NCT02418585"]
    studies = [study(f"s{n}", registration_id=number) for n, number in enumerate(spelled)]
    registry_of(tmp_path, one=studies[:3], two=studies[3:]).close()
    attach(con, tmp_path / "registry.duckdb")
    found = {r["spelling"]: (r["number"], r["otherwise"]) for r in rows(con, "registrations")}
    assert found["2014-004586-24"] == ("201400458624", "EUCTR2014-004586-24-GB")
    assert found["ChiCTR10000898"] == ("CHICTR10000898", "ChiCTR-TRC-10000898")
    assert found["NCT02417064"] == ("NCT02417064", None)


def test_names_that_sound_or_look_alike(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    registry_of(tmp_path, **{"linde-2015": [], "Linde2015": [], "l1nde-2015": [], "linde-2005": []}).close()
    attach(con, tmp_path / "registry.duckdb")
    assert sorted(r["skeleton"] for r in rows(con, "package-names")) == ["llnde2ol5"] * 3 + ["llnde2oo5"]


def test_shares_of_what_is_stated_are_never_rounded_up(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    stated, unstated = (
        study("s", arm("placebo", response=(30, 99))),
        study("u", arm("placebo", unstated=(3, 9), analysis_set="unstated")),
    )
    with registry_of(tmp_path, one=[stated, unstated]) as built:
        insert(built, "sources", package="one", source_id="x", url="https://example.org")
        built.execute("UPDATE outcomes SET source_id = 'x' WHERE study_id = 's'")
        built.execute("INSERT INTO outcomes BY NAME SELECT o.* FROM outcomes o, range(1998) WHERE study_id = 's'")
    attach(con, tmp_path / "registry.duckdb")
    assert rows(con, "coverage") == [
        {"package": "one", "figures": 2000, "definition": 99.9, "population": 100.0, "analysis_set": 99.9, "source": 99.9}
    ]


def test_a_rate_is_beyond_the_fences_by_its_whole_interval(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    usual = [study(f"s{e}", arm("sertraline", response=(e, 100))) for e in range(40, 65)]
    wild = {(400, 400): 1, (0, 400): 1, (3, 3): 0, (0, 8): 0, (390, 400): 1, (250, 400): 0}
    packages = {f"w{n}": [study("w", arm("sertraline", response=rate))] for n, rate in enumerate(wild)}
    registry_of(tmp_path, usual=usual, **packages).close()
    attach(con, tmp_path / "registry.duckdb")
    found = {r["package"]: r for r in rows(con, "rates")}
    assert (found["usual"]["beyond"], found["usual"]["rates"], found["usual"]["others"]) == (0, 25, 31)
    assert [found[f"w{n}"]["beyond"] for n in range(len(wild))] == list(wild.values())
    assert found["w0"]["farthest"] == "400/400 (100.0%) in w, sertraline-0, response.madrs.ge50pct, day 56"


def test_of_few_rates_nothing_is_said(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    registry_of(tmp_path, one=[study(f"s{e}", arm("placebo", response=(e, 100))) for e in range(19)]).close()
    attach(con, tmp_path / "registry.duckdb")
    assert rows(con, "rates") == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of a package of 40 arms."""
    folder = tmp_path_factory.mktemp("built")
    studies = [
        study(f"s{n:02}", arm("sertraline", response=(30 + n, 100)), arm("placebo", response=(20 + n, 100))) for n in range(20)
    ]
    with registry_of(folder, one=studies) as built:
        built.execute("UPDATE packages SET version = '1.1.0', verdict = 'valid'")
    return folder / "registry.duckdb"


def since(con: duckdb.DuckDBPyConnection, database: Path, *changes: str) -> None:
    """Put a last release beside the registry, with the same content but for the changes."""
    attach(con, database)
    con.execute("CREATE SCHEMA released")
    for table in TABLES:
        con.execute(f'CREATE TABLE released."{table}" AS FROM registry."{table}"')
    con.execute("CREATE TABLE released.packages AS SELECT name, '1.0.0' AS version FROM registry.packages")
    for change in changes:
        con.execute(change)


def test_what_did_not_change_has_not_drifted(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(con, built)
    assert [r["kept"] for r in rows(con, "packages-since")] == [True]
    assert [(r["studies"], r["gone"]) for r in rows(con, "studies-since")] == [(20, 0)]
    assert {r["table_name"]: (r["before"], r["now"]) for r in rows(con, "rows-since")} == {
        "studies": (20, 20),
        "arms": (40, 40),
        "outcomes": (40, 40),
    }
    assert [(r["figures"], r["changed"], r["percent"]) for r in rows(con, "figures-since")] == [(40, 0, 0.0)]
    assert {r["word"]: r["fall"] for r in rows(con, "coverage-since")} == dict.fromkeys(
        ("definition", "population", "analysis set", "source"), 0.0
    )
    ((moved),) = rows(con, "rates-since")
    assert (moved["before"], moved["now"], moved["distance"]) == (40, 40, 0.0)


def test_a_package_that_is_gone_is_told_once(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(
        con,
        built,
        "INSERT INTO released.packages VALUES ('two', '2.0.0')",
        "INSERT INTO released.studies (package, study_id) VALUES ('two', 'x')",
    )
    assert {r["package"]: (r["state"], r["kept"]) for r in rows(con, "packages-since")} == {
        "one": ("valid", True),
        "two": ("gone", False),
    }
    assert {r["package"] for r in rows(con, "studies-since")} == {"one"}
    assert {r["package"] for r in rows(con, "rows-since")} == {"one"}


def test_what_was_lost_is_named(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(con, built, "INSERT INTO released.studies (package, study_id) VALUES ('one', 'zz'), ('one', 'xx')")
    (row,) = rows(con, "studies-since")
    assert (row["gone"], row["which"]) == (2, "xx, zz")
    assert {"package": "one", "version": "1.0.0", "table_name": "studies", "before": 22, "now": 20} in rows(con, "rows-since")


def test_events_turned_into_those_without(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(con, built, "UPDATE released.outcomes SET events = n_analysed - events")
    (changed,) = rows(con, "figures-since")
    assert (changed["changed"], changed["percent"]) == (40, 100.0)
    (moved,) = rows(con, "rates-since")
    assert moved["distance"] > moved["most"]
    assert moved["most"] == pytest.approx(1.628 * (2 / 40) ** 0.5, abs=1e-3)


def test_the_distance_is_smirnovs(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    stats = pytest.importorskip("scipy.stats")
    since(con, built, "UPDATE released.outcomes SET events = events * 1.3 WHERE study_id > 's07'")
    before, now = (
        [r for (r,) in con.execute(f"SELECT events / n_analysed FROM {schema}.outcomes").fetchall()]
        for schema in ("released", "registry")
    )
    (moved,) = rows(con, "rates-since")
    assert moved["distance"] == pytest.approx(stats.ks_2samp(before, now).statistic, abs=1e-3)


def test_words_that_were_lost(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(con, built, "UPDATE released.outcomes SET analysis_set = 'unstated' WHERE study_id < 's05'")
    fall: Mapping[str, float] = {r["word"]: r["fall"] for r in rows(con, "coverage-since")}
    assert fall["analysis set"] == -25.0


@pytest.mark.parametrize("name", RELATIONS)
def test_every_relation_has_rules_that_read_its_columns(name: str, con: duckdb.DuckDBPyConnection, built: Path) -> None:
    since(con, built)
    relation = RELATIONS[name]
    columns = [column[0] for column in con.execute(relation.query).description]
    assert set(relation.key) <= set(columns)
    assert rules_over(name)
    for rule in rules_over(name):
        for example in (*rule.breaks, *rule.keeps):
            for row in example if isinstance(example, list) else [example]:
                assert set(row) <= set(columns), rule.id
        assert rule.message is not None
        rule.message.format_map(dict.fromkeys(columns, ""))


def test_a_registry_without_packages_has_no_rows(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    registry_of(tmp_path).close()
    attach(con, tmp_path / "registry.duckdb")
    assert [name for name, relation in RELATIONS.items() if not relation.since_release and rows(con, name)] == []


def test_tables_are_the_registrys() -> None:
    assert set(TABLES) == set(MODELS)


def test_a_sound_registry(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    assert build(tmp_path, today=sample.TODAY, drafts=True).database
    attach(con, tmp_path / "registry.duckdb")
    assert [r["skeleton"] for r in rows(con, "package-names")] == ["sample"]
    assert [r["source"] for r in rows(con, "coverage")] == [100.0]


def test_means_and_adverse_events_are_figures_too(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with registry_of(tmp_path, one=[study("s", arm("placebo", response=(30, 99)))]) as built:
        insert(built, "sources", package="one", source_id="x", url="https://example.org")
        built.execute("UPDATE outcomes SET source_id = 'x'")
        of_arm = {"package": "one", "study_id": "s", "arm_id": "placebo"}
        insert(built, "scores", **of_arm, instrument_id="madrs", statistic="endpoint", analysis_set="unstated", source_id="x")
        insert(built, "harms", **of_arm, term="headache", source_id="nowhere")
    attach(con, tmp_path / "registry.duckdb")
    # A mean has no definition, and a count of adverse events neither that nor an analysis set.
    assert rows(con, "coverage") == [
        {"package": "one", "figures": 3, "definition": 100.0, "population": 100.0, "analysis_set": 50.0, "source": 66.6}
    ]


def two_of_one_trial(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Two packages with one trial by its PubMed number; of its arm on the drug either says something of its own."""
    placebo = arm("placebo", response=(30, 99), n_randomised=100)
    return {
        name: [study(f"t-{name}", arm("sertraline", **{"n_randomised": 102, **said}), placebo, pmid="1")]
        for name, said in (("one", one), ("two", other))
    }


@pytest.mark.parametrize(
    ("other", "said"),
    [({"n_randomised": 98}, (2, 1, "sertraline, 102 and 98")), ({}, (2, 0, None)), ({"n_randomised": None}, (1, 0, None))],
)
def test_sizes_of_the_arms_of_one_trial(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, other: Mapping[str, Any], said: tuple[int, int, str | None]
) -> None:
    registry_of(tmp_path, **two_of_one_trial({"response": (50, 100)}, {"response": (50, 100), **other})).close()
    attach(con, tmp_path / "registry.duckdb")
    (row,) = rows(con, "arm-sizes")
    assert (row["arms"], row["differing"], row["widest"]) == said


def test_one_identifier_of_two_trials(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The counts of the second have nothing to do with those of the first: its DOI joins nothing, and a finding says so."""
    trial = study("t", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 99)), doi="10.1000/x")
    other = study("u", arm("sertraline", response=(20, 61)), arm("placebo", response=(11, 64)), doi="10.1000/X")
    third = study("v", arm("sertraline", response=(50, 100)), arm("placebo", response=(30, 99)), doi="10.1000/x")
    registry_of(tmp_path, one=[trial], two=[other], zoo=[third]).close()
    attach(con, tmp_path / "registry.duckdb")
    found = {(r["study_id"], r["other_study_id"]): (r["apart"], r["doubt"]) for r in rows(con, "identifiers")}
    assert found["t", "v"] == (0, "")
    assert found["t", "u"][0] == found["u", "v"][0] == 1
    assert "no arm agrees in size or in any count" in found["t", "u"][1]


@pytest.mark.parametrize(
    ("counts", "drifts"), [({"remission": (31, 100)}, [1]), ({"remission": (32, 100)}, []), ({"response": (31, 100)}, [])]
)
def test_a_sign_that_was_lost_on_the_way(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, counts: Mapping[str, Any], drifts: list[int]
) -> None:
    """`< 12` in one package and `≤ 12` in the other, for the same 31 of 100; not where the counts differ, nor for another outcome."""
    registry_of(tmp_path, **two_of_one_trial({"below": (31, 100)}, counts)).close()
    attach(con, tmp_path / "registry.duckdb")
    assert [r["drifts"] for r in rows(con, "definitions-alike")] == drifts


@pytest.mark.parametrize(
    ("shared", "lineage", "undeclared"), [(6, [], [6]), (4, [], []), (6, [("two", "one", "derived-from")], [0])]
)
def test_participants_who_are_in_two_packages(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, shared: int, lineage: list[tuple[str, str, str]], undeclared: list[int]
) -> None:
    """Under other names, and with the visits in another order; those with two visits say nothing."""
    with registry_of(tmp_path, one=[study("t")], two=[study("u")], lineage=lineage) as built:
        for package, study_id, prefix in (("one", "t", "a"), ("two", "u", "b")):
            for who in range(12):
                name = f"{prefix}{who}"
                insert(
                    built,
                    "participants",
                    package=package,
                    participant_id=name,
                    study_id=study_id,
                    arm_id="x",
                    baseline_total=20 + who % 7,
                )
                for day in (14, 7, 28)[: 2 if who > 9 else 3]:
                    total = who + day % 9 + (0 if who < shared or who > 9 or package == "one" else 3)
                    insert(
                        built, "visits", package=package, participant_id=name, visit_day=day, instrument_id="hamd17", total=total
                    )
    attach(con, tmp_path / "registry.duckdb")
    assert [r["undeclared"] for r in rows(con, "participants-again")] == undeclared


@pytest.mark.parametrize(("spread", "errors"), [(0.8, 1), (7.6, 0), (1.7, 1), (2.6, 0)])
def test_standard_errors_in_every_arm(con: duckdb.DuckDBPyConnection, tmp_path: Path, spread: float, errors: int) -> None:
    """0.8 in arms of 100 is 8 divided by √100, and 1.7 about 1.96 times as much, half of a 95% interval; 2.6 would be 13 or 26, which nobody has."""
    with registry_of(tmp_path, one=[]) as built:
        for number in range(21):
            for place in (0, 1):
                sd = spread + place / 10 if number == 20 else 7.5 + number / 20 + place
                own = {"package": "one", "study_id": f"s{number}", "arm_id": str(place), "n": 100, "mean": 14, "sd": sd}
                insert(built, "scores", **own, instrument_id="hamd17", statistic="endpoint", timepoint_days=42)
    attach(con, tmp_path / "registry.duckdb")
    found = {r["study_id"]: r["errors"] for r in rows(con, "spreads")}
    assert found.pop("s20") == errors
    assert not any(found.values())


def test_a_part_of_a_trial_is_held_against_its_own_part(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Two periods in both packages: the first with the first, the second with the second, whatever they are called."""
    first = (arm("esketamine", response=(31, 61), n_randomised=61), arm("placebo", response=(12, 59), n_randomised=59))
    second = (arm("esketamine", response=(11, 22), n_randomised=22), arm("placebo", response=(6, 21), n_randomised=21))
    own = {"registration_id": "NCT00000001"}
    parts = {"part_of": "a", "part_relation": "period", **own}
    registry_of(
        tmp_path,
        one=[study("a", *first, **own), study("b", *second, **parts)],
        two=[study("a", *second, **parts | {"part_of": "z"}), study("z", *first, **own)],
    ).close()
    attach(con, tmp_path / "registry.duckdb")
    told = {
        name: {(r["study_id"], r["other_study_id"]): r["differing"] for r in rows(con, name)}
        for name in ("same-results", "arm-sizes")
    }
    assert told == {"same-results": {("a", "z"): 0, ("b", "a"): 0}, "arm-sizes": {("a", "z"): 0}}


@pytest.mark.parametrize(
    ("day", "more", "visits"),
    [
        (84, {"analysis_set": "unstated"}, "response on days 71-112"),
        (84, {"timepoint_anchor": "last-dose"}, "response on days 71-112"),
        (84, {}, None),
        (60, {"analysis_set": "unstated"}, None),
    ],
)
def test_visits_that_no_view_has(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, day: int, more: dict[str, Any], visits: str | None
) -> None:
    """Beside another package's, a visit is kept that is certain to be another; ``more`` is what it says otherwise."""
    first = [arm(name, response=(n, 100), extractions=2) for name, n in (("sertraline", 50), ("placebo", 30))]
    later = [arm(name, response=(n, 98), timepoint_days=day, **more) for name, n in (("sertraline", 52), ("placebo", 33))]
    known = {"registration_id": "NCT01234567"}
    with registry_of(tmp_path, one=[study("t", *first, **known)], two=[study("u", *later, **known)]) as built:
        shown = built.execute("SELECT DISTINCT day FROM response_rates ORDER BY day").fetchall()
    attach(con, tmp_path / "registry.duckdb")
    found = rows(con, "visits-unused")
    assert [(r["package"], r["unused"], r["visits"]) for r in found] == [("two", int(visits is not None), visits)]
    assert shown == ([(56,), (84,)] if (day, visits) == (84, None) else [(56,)])


@pytest.mark.parametrize(
    ("drug", "placebo", "more", "found"),
    [
        ((110, 200), (71, 198), {}, ["NCT00000001", "NCT00000002"]),
        ((110, 200), (70, 198), {}, []),
        ((110, 200), (71, 197), {}, []),
        ((110, 200), (71, 198), {"timepoint_days": 84}, []),
        ((110, 200), (71, 198), {"declared": True}, []),
    ],
)
def test_a_report_that_pools_two_trials(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    drug: tuple[int, int],
    placebo: tuple[int, int],
    more: dict[str, Any],
    found: list[str],
) -> None:
    """By one package's counts; another has the two trials, unless the report's own says what it holds."""
    declared = more.pop("declared", False)
    part = {"part_of": "both", "part_relation": "subset"} if declared else {}
    report = study("both", arm("sertraline", response=drug, **more), arm("placebo", response=placebo, **more))
    trials = [
        study(
            f"t{n}",
            arm("sertraline", response=of_drug),
            arm("placebo", response=of_none),
            registration_id=f"NCT0000000{n}",
            **part,
        )
        for n, of_drug, of_none in ((1, (50, 100), (30, 99)), (2, (60, 100), (41, 99)))
    ]
    registry_of(tmp_path, **({"one": [report, *trials]} if declared else {"one": [report], "two": trials})).close()
    attach(con, tmp_path / "registry.duckdb")
    told = rows(con, "pooled-reports")
    assert [name for r in told if r["treatments"] for name in (r["one"], r["two"])] == found
    assert len(told) == (1 if declared else 3)
