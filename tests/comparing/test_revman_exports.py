"""A stratum as RevMan's data rows: the columns that R's meta reads them by, and our own preset gets the same figures back."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pytest

from registry.exporting.exports import written
from registry.exporting.revman import DATA_ROWS, means_as_data_rows
from registry.form import fill_views
from registry.importing import import_package, mapping_by_preset
from registry.importing.drafting import open_questions
from tests.cli.invoking import outcomes
from tests.comparing.test_exports import exported, table, trial
from tests.comparing.test_network_exports import MEANS
from tests.importing.test_presets import COCHRANE, GIVEN, rows
from tests.registry.small_registry import arm, registry_of

READ_BY_META = {
    *(
        "Analysis group",
        "Analysis number",
        "Analysis name",
        "Subgroup",
        "Study",
        "Study year",
        "GIV Mean",
        "GIV SE",
        "CI start",
        "CI end",
    ),
    *("Experimental cases", "Experimental N", "Experimental mean", "Experimental SD"),
    *("Control cases", "Control N", "Control mean", "Control SD", "O-E", "Variance", "Weight", "Footnotes"),
}
"""The names that ``read.cdir`` of R's meta renames: guido-s/meta at e1233ac, R/read.cdir.R."""

BOTH = ("--a", "sertraline", "--b", "placebo")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    (folder / "datapackages").mkdir()
    con = registry_of(
        folder,
        trials=[
            trial("two", arm("sertraline", response=(30, 60)), arm("placebo", response=(20, 61)), label="Same 2001", year=2001),
            trial(
                "three",
                arm("sertraline", response=(12, 40), name="low"),
                arm("sertraline", response=(18, 42), name="high"),
                arm("placebo", response=(0, 39)),
                label="Same 2001",
            ),
            trial("none", arm("sertraline", response=(0, 9)), arm("placebo", response=(0, 8)), label="Nöne, “2005”"),
            trial("alone", arm("sertraline", response=(5, 30)), label="Alone 2007"),
        ],
    )
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental')")
    fill_views(con)
    con.close()
    return folder


def imported(text: str, folder: Path, *sides: str) -> Path:
    """The text as our preset ``revman`` reads it, its questions answered: what each side was given, and what is counted or measured."""
    file = folder / "data-rows.csv"
    file.write_text(text, encoding="utf-8")
    given = iter(sides)
    answers = {"definitions": "response.unstated", "instruments": "madrs", "statistics": "change"}

    def answer(asked: re.Match[str]) -> str:
        term = next(given) if asked["vocabulary"] == "treatments" else answers[asked["vocabulary"]]
        return f"{asked['indent']}map: {{{asked['key']}: {term}}}"

    question = r'^(?P<indent> *)# \? (?P<key>"[^"]*") in .*?`(?P<vocabulary>\w+)`.*\n *map: \{\}$'
    draft = re.sub(question, answer, mapping_by_preset(file, "revman", GIVEN), flags=re.MULTILINE)
    assert open_questions(draft) == []
    mapping = folder / "mapping.yaml"
    mapping.write_text(draft, encoding="utf-8")
    import_package([file], mapping, folder / "small")
    return folder / "small"


def test_the_columns_are_those_of_a_cochrane_data_package() -> None:
    assert list(DATA_ROWS) == COCHRANE.splitlines()[0].split(",")
    assert set(DATA_ROWS) > READ_BY_META


def test_counts_are_a_trial_a_row_with_nothing_computed(root: Path) -> None:
    done = exported(root, "--revman", *BOTH)
    found = table(done)
    assert tuple(found[0])[: len(DATA_ROWS)] == DATA_ROWS
    sides = ("Study", "Study year", "Experimental cases", "Experimental N", "Control cases", "Control N")
    assert sorted(tuple(row[name] for name in sides) for row in found) == [
        ("Nöne, “2005”", "", "0", "9", "0", "8"),
        ("Same 2001 (trials/three)", "", "30", "82", "0", "39"),
        ("Same 2001 (trials/two)", "2001", "30", "60", "20", "61"),
    ]
    computed = ("GIV Mean", "GIV SE", "O-E", "Variance", "Weight", "Mean", "CI start", "CI end")
    assert {row[name] for row in found for name in computed} == {""}
    assert {(row["Analysis group"], row["Analysis number"], row["definition"]) for row in found} == {
        ("1", "1", found[0]["definition"])
    }
    assert "1 trial has no such comparison and is left out" in done.stderr
    swapped = table(exported(root, "--revman", "--a", "placebo", "--b", "sertraline"))
    assert {row["Experimental N"] for row in swapped} == {row["Control N"] for row in found}


def test_what_is_exported_is_what_the_preset_imports(root: Path, tmp_path: Path) -> None:
    package = imported(exported(root, "--revman", *BOTH).stdout, tmp_path, "sertraline", "placebo")
    sides = [(r["study_id"], r["arm_id"], r["events"], r["n_analysed"]) for r in rows(package, "outcomes")]
    assert sides == [
        ("none-2005", "control-1", "0", "8"),
        ("none-2005", "experimental-1", "0", "9"),
        ("same-2001-trials-three", "control-1", "0", "39"),
        ("same-2001-trials-three", "experimental-1", "30", "82"),
        ("same-2001-trials-two", "control-1", "20", "61"),
        ("same-2001-trials-two", "experimental-1", "30", "60"),
    ]
    assert {r["study_id"]: r["year"] for r in rows(package, "studies")}["same-2001-trials-two"] == "2001"


def test_means_come_back_as_means(tmp_path: Path) -> None:
    made = means_as_data_rows(MEANS, "ketamine", "placebo")
    package = imported("".join(written(made)), tmp_path, "ketamine", "placebo")
    assert not (package / "data" / "outcomes.csv").exists()
    found = [(r["arm_id"], float(r["mean"]), float(r["sd"]), int(r["n"])) for r in rows(package, "scores")]
    sides = [("control-1", "Control"), ("experimental-1", "Experimental")]
    assert sorted(found) == sorted(
        (arm_id, row[f"{side} mean"], row[f"{side} SD"], row[f"{side} N"]) for row in made for arm_id, side in sides
    )


def test_means_are_exported_by_the_command(real_registry: Path) -> None:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        name, a, b = con.execute(
            "SELECT x.stratum, x.node, y.node FROM comparable_scores AS x JOIN comparable_scores AS y USING (stratum, trial) "
            "WHERE x.node < y.node AND x.arm_kind = 'randomised' ORDER BY ALL LIMIT 1"
        ).fetchone()  # type: ignore[misc]
    words = ("--stratum", name, "--a", a, "--b", b, "--with-unstated")
    done = outcomes("export", "--revman-means", *words, cwd=real_registry)
    pairs = list(csv.DictReader(outcomes("export", "--means", *words, cwd=real_registry).stdout.splitlines()))
    found = list(csv.DictReader(done.stdout.splitlines()))
    assert [(r["Experimental mean"], r["Control SD"]) for r in found] == [(r["m1i"], r["sd2i"]) for r in pairs] != []


def test_two_groups_are_needed(root: Path) -> None:
    for form in ("--revman", "--revman-means"):
        done = exported(root, form, "--a", "sertraline")
        assert (done.returncode, "give --a (the experimental group) and --b" in done.stderr) == (2, True), done.stderr
