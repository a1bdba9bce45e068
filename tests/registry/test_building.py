"""The database: what is in it, that it explains itself, and that nothing short of a whole one ever takes its place."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from registry.building import _add, _told, build
from registry.form import make_database, write_small
from registry.packages.atomic import write_whole
from tests import sample
from validation.engine import validate_package

COMMAND = [sys.executable, "-m", "registry", "build", "--drafts"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    return tmp_path


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(query).fetchall()


def test_what_was_validated_is_loaded(root: Path) -> None:
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database == root / "registry.duckdb"
    assert made.rows["outcomes"] == 4
    assert rows(made.database, "SELECT DISTINCT package FROM outcomes") == [("sample",)]
    assert rows(made.database, "SELECT name, verdict, licence FROM packages") == [("sample", "valid", "CC0-1.0")]
    assert rows(made.database, "SELECT built_on::VARCHAR FROM build") == [(str(sample.TODAY),)]
    outcomes = dict(rows(made.database, "SELECT outcome, count(*) FROM rules GROUP BY ALL"))
    assert outcomes["passed"] > 50
    assert "violated" not in outcomes


def test_rates_carry_all_that_makes_them_comparable(root: Path) -> None:
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database is not None
    query = """
        SELECT study, arm, population, treatment, "class", route, definition, day, analysis_set, n, events, rate,
               round(low, 4), round(high, 4), source, locator
        FROM remission_rates ORDER BY events DESC
    """
    # 12 of 40: Wilson's interval as printed by R's prop.test(12, 40, correct = FALSE)
    assert rows(made.database, query)[0] == (
        *("Trial 2020", "Sertraline", "mdd", "sertraline", "ssri", "oral", "remission.madrs.le12", 56.0, "randomised"),
        *(40, 12, 0.3, 0.1807, 0.4543, "doi:10.1000/xyz123", "Table 2"),
    )


@pytest.mark.parametrize(("events", "low", "high"), [("0", 0.0, 0.0876), ("40", 0.9124, 1.0)])
def test_an_interval_stays_between_nothing_and_everybody(tmp_path: Path, events: str, low: float, high: float) -> None:
    tables = sample.cell("outcomes", "events", events)
    tables["outcomes"] = [{**tables["outcomes"][0], "percent_reported": "", "definition_id": "response.madrs.ge50pct"}]
    sample.write(tmp_path / "datapackages" / "sample", tables)
    made = build(tmp_path, today=sample.TODAY, drafts=True)
    assert made.database is not None
    found = rows(made.database, "SELECT round(low, 4), round(high, 4) FROM response_rates")
    assert found == [(low, high)]


def test_everything_in_it_has_a_comment_with_single_spaces(root: Path) -> None:
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database is not None
    for kind in ("tables", "views", "columns"):
        named = "table_name" if kind != "views" else "view_name"
        query = f"SELECT schema_name, {named} FROM duckdb_{kind}() WHERE NOT internal AND (coalesce(comment, '') = '' OR contains(comment, '  '))"
        assert rows(made.database, query) == []


@pytest.mark.skipif(shutil.which("duckdb") is None and not (Path(sys.executable).parent / "duckdb").exists(), reason="no client")
def test_a_plain_client_of_an_older_line_opens_it(root: Path) -> None:
    made = build(root, today=sample.TODAY, drafts=True)
    client = Path(sys.executable).parent / "duckdb"
    query = ["-csv", "-noheader", str(made.database), "SELECT count(*) FROM response_rates"]
    found = subprocess.run([client, *query], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "2"


def test_an_invalid_package_stops_the_build_and_leaves_the_old_database(root: Path) -> None:
    old = build(root, today=sample.TODAY, drafts=True).database
    assert old is not None
    before = old.read_bytes()
    sample.write(root / "datapackages" / "other", sample.cell("outcomes", "events", "41"))
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database is None
    assert old.read_bytes() == before
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


def test_an_invalid_package_can_be_left_out_and_is_told_of(root: Path) -> None:
    sample.write(root / "datapackages" / "other", sample.cell("outcomes", "events", "41"))
    made = build(root, today=sample.TODAY, drafts=True, skip_invalid=True)
    assert made.database is not None
    assert rows(made.database, "SELECT name, verdict FROM packages ORDER BY 1") == [("other", "invalid"), ("sample", "valid")]
    assert rows(made.database, "SELECT DISTINCT package FROM outcomes") == [("sample",)]
    assert ("other", "OUT001") in rows(made.database, "SELECT package, rule FROM findings")


def test_a_reader_with_the_old_database_open_keeps_reading(root: Path) -> None:
    database = build(root, today=sample.TODAY, drafts=True).database
    assert database is not None
    reader = duckdb.connect(str(database), read_only=True)
    shutil.rmtree(root / "datapackages" / "sample")
    sample.write(root / "datapackages" / "renamed")
    # The new database is built by another process: one process shares a database's file among its connections.
    subprocess.run([*COMMAND, "--root", str(root)], check=True, capture_output=True)
    assert reader.execute("SELECT DISTINCT package FROM outcomes").fetchall() == [("sample",)]
    reader.close()
    assert rows(database, "SELECT DISTINCT package FROM outcomes") == [("renamed",)]


@pytest.mark.parametrize("room", [50_000, 200_000, 1_000_000], ids=["first commits", "commits", "last checkpoint"])
def test_a_full_disk_leaves_the_old_database(root: Path, room: int) -> None:
    database = build(root, today=sample.TODAY, drafts=True).database
    assert database is not None
    before = database.read_bytes()

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run([*COMMAND, "--root", str(root)], preexec_fn=small_files, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "the old one is unchanged" in done.stderr
    assert database.read_bytes() == before
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


STOPPED_AT = """
import os, sys
from registry import building, loading
where, number = sys.argv.pop(1), int(sys.argv.pop(1))
def stopping(*_, **__):
    os.kill(os.getpid(), number)
    sum(range(10_000_000))  # the signal comes in here
setattr(building if hasattr(building, where) else loading, where, stopping)
from registry.cli import main
main()
"""


@pytest.mark.parametrize("where", ["validate", "_sync"])
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow), (signal.SIGKILL, -9)]
)
def test_a_build_stopped_at_any_moment_leaves_the_old_database(root: Path, where: str, how: signal.Signals, code: int) -> None:
    database = root / "registry.duckdb"
    database.write_bytes(b"checksumDUCK, the old one")
    command = [sys.executable, "-c", STOPPED_AT, where, str(int(how)), "build", "--drafts", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == b"checksumDUCK, the old one"
    if how is signal.SIGKILL:  # it can't clear away what it began: the next build does
        assert len(list(root.iterdir())) > 2
        build(root, today=sample.TODAY, drafts=True)
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


def test_what_a_killed_build_began_is_cleared_away(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    for ending in ("", ".wal", ".rows", ".rows.wal"):
        (root / f".registry.duckdb.{gone.pid}.0123abcd.draft{ending}").touch()
    build(root, today=sample.TODAY, drafts=True, pooled=False)
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


def test_two_builds_at_once_both_end_well(root: Path) -> None:
    both = [subprocess.Popen([*COMMAND, "--root", str(root)], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert rows(root / "registry.duckdb", "SELECT count(*) FROM outcomes") == [(4,)]
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


def test_a_link_to_a_package_is_a_package_of_the_links_name(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = sample.write(tmp_path_factory.mktemp("elsewhere") / "linked")
    shutil.rmtree(root / "datapackages" / "sample")
    (root / "datapackages" / "linked").symlink_to(elsewhere)
    (root / "datapackages" / "other").symlink_to(elsewhere)
    made = build(root, today=sample.TODAY, drafts=True, skip_invalid=True)
    assert made.database is not None
    assert {name for (name,) in rows(made.database, "SELECT name FROM packages")} == {"linked", "other"}
    assert ("linked", 4) in rows(made.database, "SELECT package, count(*) FROM outcomes GROUP BY ALL")


def test_where_a_named_database_is_a_link_its_target_is_replaced(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    disk = tmp_path_factory.mktemp("disk")
    (root / "registry.duckdb").symlink_to(disk / "large.duckdb")
    build(root, root / "registry.duckdb", today=sample.TODAY, drafts=True)
    assert (root / "registry.duckdb").is_symlink()
    assert rows(disk / "large.duckdb", "SELECT count(*) FROM outcomes") == [(4,)]


def test_a_read_only_file_is_not_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "registry.duckdb").write_bytes(b"kept")
    # The superuser may write every file; the tests may be run by it.
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(PermissionError, match="read-only"):
        build(root, today=sample.TODAY, drafts=True)
    with pytest.raises(PermissionError, match="read-only"):
        write_whole(root / "registry.duckdb", b"new")
    assert (root / "registry.duckdb").read_bytes() == b"kept"


def test_half_a_character_in_a_descriptor_is_a_finding(root: Path) -> None:
    sample.write(root / "datapackages" / "odd", descriptor={"title": "\ud800", "version": "\ud800"})
    made = build(root, today=sample.TODAY, drafts=True, skip_invalid=True)
    assert made.database is not None
    assert ("odd", "invalid") in rows(made.database, "SELECT name, verdict FROM packages")


def test_a_place_that_cannot_be_written_is_an_error_of_the_command(root: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--root", str(root), "-o", "/proc/registry.duckdb"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in root.iterdir()] == ["datapackages"]


def test_every_view_answers_without_an_extension(root: Path) -> None:
    """In a browser DuckDB has no extension, and none is fetched: no view calls a function of JSON's, of dates with zones or of files, nor
    has a lambda, whose arrow 2.0 no longer reads.
    """
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database is not None
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}) as con:
        con.execute(f"ATTACH '{made.database}' AS registry (READ_ONLY)")
        con.execute("USE registry")
        views = con.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = 'registry'"
        ).fetchall()
        macros = con.execute(
            "SELECT function_name, macro_definition FROM duckdb_functions() WHERE NOT internal AND database_name = 'registry'"
        ).fetchall()
        assert views
        assert macros
        for name, statement in views + macros:
            assert not re.search(
                r"json|->|\blambda\b|read_\w+\(|timestamptz|time zone|strptime|strftime", statement, re.IGNORECASE
            ), name
        for name, _ in views:
            con.execute(f'SELECT * FROM "{name}"').fetchall()
        assert con.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE database_name = 'registry' AND data_type SIMILAR TO '.*(JSON|ZONE).*'"
        ).fetchone() == (0,)


def test_findings_are_joined_to_their_rows_by_columns(root: Path) -> None:
    """A key of each kind: a number and a term that are in the table too, and a number that can't be read, which is in no table."""
    path = root / "datapackages" / "sample" / "data" / "outcomes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    first = dict(zip(header, lines[1].split(","), strict=True))
    spoilt = lines[2].split(",")
    spoilt[header.index("timepoint_days")] = "8 weeks"
    flagged = {**first, "events": str(10 * int(first["n_analysed"]))}
    path.write_text(
        "\n".join([lines[0], ",".join(flagged[name] for name in header), ",".join(spoilt), *lines[3:]]) + "\n", encoding="utf-8"
    )
    found = validate_package(root / "datapackages" / "sample", today=sample.TODAY)
    keys = [dict(f.key) for f in found.findings if f.file == "data/outcomes.csv" and f.key]
    assert any(key.get("timepoint_days") == "8 weeks" for key in keys)
    draft = root / "some.duckdb"
    make_database(draft)
    _add(draft, _told(found))
    told = rows(
        draft, "SELECT study_id, arm_id, definition_id, timepoint_days, analysis_set FROM findings WHERE study_id IS NOT NULL"
    )
    assert (
        first["study_id"],
        first["arm_id"],
        first["definition_id"],
        float(first["timepoint_days"]),
        first["analysis_set"],
    ) in told
    assert any(day is None for *_, day, _ in told)


def test_every_row_with_a_finding_is_flagged_listed_or_not_and_whatever_its_file_is_called(root: Path) -> None:
    """More remitters by one scale than responders by another, on thirty days: more than are listed of a rule."""
    folder, first = root / "datapackages" / "sample", sample.TABLES["outcomes"][0]
    counts = {"response.madrs.ge50pct": ("14", "35.0"), "remission.hamd17.le7": ("20", "50.0")}
    told = [
        {**first, "timepoint_days": str(day), "definition_id": definition, "events": events, "percent_reported": percent}
        for day in range(42, 72)
        for definition, (events, percent) in counts.items()
    ]
    sample.write(folder, {**sample.part("outcomes"), "outcomes": told})
    (folder / "tables").mkdir()
    (folder / "data" / "outcomes.csv").rename(folder / "tables" / "counts.csv")
    text = (folder / "datapackage.json").read_text(encoding="utf-8")
    (folder / "datapackage.json").write_text(text.replace("data/outcomes.csv", "tables/counts.csv"), encoding="utf-8")
    for full in (True, False):  # the second build recalls what the first found
        made = build(root, today=sample.TODAY, drafts=True, full=full)
        assert made.database is not None
        assert rows(made.database, "SELECT count(*) FROM findings WHERE rule = 'OUT007'") == [(20,)]
        assert rows(made.database, "SELECT count(*) FROM flagged_rows WHERE in_table = 'outcomes'") == [(30,)]
        query = "SELECT flagged, count(*) FROM (SELECT flagged, outcome FROM comparable_rates UNION ALL SELECT flagged, outcome FROM other_rates) WHERE outcome = 'remission' GROUP BY ALL"
        assert rows(made.database, query) == [(True, 30)]


def test_a_copy_for_the_web_has_all_of_it_in_less_space(root: Path) -> None:
    made = build(root, today=sample.TODAY, drafts=True)
    assert made.database is not None
    small = root / "registry.web.duckdb"
    write_small(made.database, small)
    assert small.stat().st_size * 2 < made.database.stat().st_size
    held = """
        SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
        UNION ALL SELECT function_name, macro_definition, NULL, NULL FROM duckdb_functions() WHERE NOT internal
        UNION ALL SELECT table_name, estimated_size::VARCHAR, NULL, comment FROM duckdb_tables() WHERE table_name <> 'poolings'
        UNION ALL SELECT view_name, sql, NULL, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL
    """
    assert rows(small, held) == rows(made.database, held)
    assert (rows(small, "FROM poolings"), rows(made.database, "FROM poolings") != []) == ([], True)
    assert rows(small, "FROM separations ORDER BY ALL") == rows(made.database, "FROM separations ORDER BY ALL")
    assert [p.name for p in root.iterdir() if p.name.startswith(".")] == []
