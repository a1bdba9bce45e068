"""What is exported is loaded: by R's metafor, which comes to our figures, and by the columns of the Metapsy standard."""

from __future__ import annotations

import csv
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from registry.comparing.terms import labels_of
from registry.errors import RequestError
from registry.exporting.exports import Form, export_stratum, find_stratum, written
from registry.exporting.metapsy import REQUIRED
from registry.form import fill_views
from registry.pooling.by_subject import pairs_of, pooled_rate
from registry.pooling.measures import MEASURES, PROPORTION
from registry.pooling.stored import store
from registry.strata.rows import MAIN, Row, read_rows, variant
from registry.strata.stratum import Stratum
from tests.cli.invoking import Done, outcomes
from tests.comparing.fixtures import has_metafor
from tests.comparing.one_stratum import pooled_effect
from tests.registry.small_registry import Arm, Study, arm, registry_of, study

STRATUM = "response.ge50pct.clinician | mdd | days 42-70 | start | acute, none | randomised"
DOCS = Path(__file__).parents[2] / "docs" / "exporting.md"


def trial(name: str, *arms: Arm, **more: object) -> Study:
    return study(name, *arms, design="parallel", randomised=True, **more)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry whose trials are each an edge: empty and full cells, three arms, one arm, names that a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "datapackages").mkdir()
    con = registry_of(
        folder,
        trials=[
            trial("plain", arm("sertraline", response=(30, 60)), arm("placebo", response=(20, 61)), label="Same 2001"),
            trial("other", arm("fluoxetine", response=(41, 70)), arm("placebo", response=(15, 66)), label="Same 2001"),
            trial(
                "three",
                arm("sertraline", response=(12, 40), name="low"),
                arm("sertraline", response=(18, 42), name="high"),
                arm("placebo", response=(9, 39)),
                label="=Three; of 2003",
            ),
            trial("empty", arm("fluoxetine", response=(4, 20)), arm("placebo", response=(0, 21)), label="@Empty"),
            trial("none", arm("fluoxetine", response=(0, 9)), arm("placebo", response=(0, 8)), label="None, “2005”"),
            trial("full", arm("sertraline", response=(11, 11)), arm("placebo", response=(0, 10)), label='Full "2006"'),
            trial("alone", arm("sertraline", response=(5, 30)), label="Alone 2007"),
            trial(
                "vague",
                arm("sertraline", response=(5, 30), analysis_set="unstated"),
                arm("placebo", response=(5, 30), analysis_set="unstated"),
                label="Vague 2008",
            ),
            trial("else", arm("sertraline", remission=(7, 30)), population_id="trd", label="Else 2009"),
            trial("later", arm("sertraline", remission=(7, 30), timepoint_days=28), population_id="trd.late-life", label="2010"),
        ],
    )
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental')")
    fill_views(con)
    con.close()
    return folder


@pytest.fixture(scope="module")
def rows(root: Path) -> list[Row]:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        return read_rows(con)


def exported(root: Path, *words: str, stratum: str = STRATUM) -> Done:
    return outcomes("export", "--stratum", stratum, *words, cwd=root)


def table(done: Done, **how: str) -> list[dict[str, str]]:
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines(), **how))  # type: ignore[arg-type]


def test_metafor_comes_to_our_figures_by_the_lines_of_the_documentation(root: Path, rows: list[Row], tmp_path: Path) -> None:
    if not has_metafor():
        pytest.skip("R with metafor isn't installed")
    files = {
        "pairs.csv": ["--metafor", "--a", "ssri", "--b", "placebo"],
        "rates.csv": ["--metafor", "--a", "ssri"],
        "metapsy.csv": ["--metapsy"],
    }
    for name, words in files.items():
        assert exported(root, *words, "-o", str(tmp_path / name)).returncode == 0
    lines = re.findall(r"^```r\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    script = "".join(lines) + (
        "for (p in list(ratio, difference, odds, rate)) cat(format(c(p$pred, p$ci.lb, p$ci.ub), digits = 16), '\\n')\n"
        "cat(nrow(d), nrow(p), nrow(m), is.logical(d$flagged), is.numeric(m$time_weeks), sum(m$event_arm1), all(is.na(m$mean_arm1)))\n"
    ).replace("nrow(p)", "nrow(read.csv('rates.csv'))")
    (tmp_path / "lines.R").write_text(script, encoding="utf-8")
    done = subprocess.run(["Rscript", "lines.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *figures, loaded = done.stdout.splitlines()[-5:]

    held = variant([row for row in rows if row.stratum == STRATUM], MAIN)
    pairs = pairs_of(held, "ssri", "placebo")
    ours = [*(pooled_effect(measure, pairs) for measure in MEASURES.values()), pooled_rate(held, "ssri")]
    for line, pooled in zip(figures, ours, strict=True):
        assert pooled is not None
        shown = pooled if pooled.common is None or pooled.measure == PROPORTION.name else pooled.common
        close = 1e-4 if pooled.measure == PROPORTION.name else 1e-9
        assert [float(n) for n in line.split()] == pytest.approx([shown.estimate, shown.low, shown.high], rel=close), line
    assert loaded == "6 7 8 TRUE TRUE 134 TRUE"


@pytest.fixture(scope="module")
def guessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with trials whose counts were worked out from means: beside some of which something is unstated, and elsewhere without."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "datapackages").mkdir()
    of = {"counted": {}, "guessed": {"value_origin": "imputed-from-mean"}, "vague": {"analysis_set": "unstated"}}
    of["both"] = of["guessed"] | of["vague"]
    of |= {"plain": {}, "worked-out": of["guessed"]}
    trials = [
        trial(
            name,
            *(arm(t, response=(9, 30), **how) for t in ("sertraline", "placebo")),
            population_id="mdd" if n < 4 else "trd",
        )
        for n, (name, how) in enumerate(of.items())
    ]
    con = registry_of(folder, trials=trials)
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental')")
    fill_views(con)
    store(con)
    con.close()
    return folder


@pytest.mark.parametrize(
    "form",
    [
        ("--metafor", "--a", "ssri", "--b", "placebo"), ("--metafor", "--a", "ssri"), ("--metafor",), ("--network",), ("--contrasts",),
        ("--revman", "--a", "ssri", "--b", "placebo"), ("--metapsy",), ("--csv",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_counts_worked_out_from_means_are_left_out_unless_they_are_asked_for(guessed: Path, form: tuple[str, ...]) -> None:
    for population, more, trials in (
        ("mdd", (), {"counted"}),
        ("mdd", ("--with-imputed",), {"counted", "guessed"}),
        ("mdd", ("--with-unstated",), {"counted", "vague"}),
        ("mdd", ("--with-imputed", "--with-unstated"), {"counted", "guessed", "vague", "both"}),
        ("trd", (), {"plain"}),
        ("trd", ("--with-unstated",), {"plain"}),
        ("trd", ("--with-imputed",), {"plain", "worked-out"}),
    ):
        done = exported(guessed, *form, *more, stratum=population)
        found = table(done, delimiter=";" if form == ("--metapsy",) else ",")
        assert {row.get("trial", row.get("Study", "")).rpartition("/")[2].split()[0] for row in found} == trials, more
        said = "included, although" if "--with-imputed" in more else "left out because"
        assert f"{said} their counts were worked out from means" in done.stderr


@pytest.mark.parametrize(
    ("population", "variant", "words"),
    [
        ("mdd", "main", {}), ("mdd", "with-imputed", {"with_imputed": True}), ("mdd", "with-unstated", {"with_unstated": True}),
        ("trd", "main", {}), ("trd", "with-imputed", {"with_imputed": True}),
    ],
)  # fmt: skip
def test_what_is_exported_is_what_is_pooled(guessed: Path, population: str, variant: str, words: dict[str, bool]) -> None:
    """The file of two subjects has the trials and the people of that variant in the database."""
    pooled = "FROM pooled_contrasts WHERE a = 'placebo' AND b = 'ssri' AND measure = 'risk difference'"
    with duckdb.connect(str(guessed / "registry.duckdb"), read_only=True) as con:
        found = export_stratum(con, "metafor", population, a="ssri", b="placebo", **words).table
        of_database = con.execute(
            f"SELECT k, n {pooled} AND variant = ? AND stratum = ?", [variant, found[0]["stratum"]]
        ).fetchall()
    assert [(len(found), sum(row["n1i"] + row["n2i"] for row in found))] == of_database


def test_pairs_are_two_by_two_tables(root: Path) -> None:
    done = exported(root, "--metafor", "--a", "ssri", "--b", "placebo")
    found = {row["trial"].partition("/")[2]: row for row in table(done)}
    assert set(found) == {"plain", "other", "three", "empty", "none", "full"}
    cells = ("ai", "bi", "n1i", "ci", "di", "n2i")
    assert [found["three"][c] for c in cells] == ["30", "52", "82", "9", "30", "39"]
    assert (found["three"]["arms_a"], found["three"]["package"]) == ("high; low", "trials")
    for row in found.values():
        ai, bi, n1i, ci, di, n2i = (int(row[c]) for c in cells)
        assert (ai + bi, ci + di) == (n1i, n2i)
    swapped = table(exported(root, "--metafor", "--a", "placebo", "--b", "ssri"))
    assert [(r["ai"], r["n1i"], r["ci"], r["n2i"]) for r in swapped] == [
        (r["ci"], r["n2i"], r["ai"], r["n1i"]) for r in table(done)
    ]


def test_rates_are_of_a_trial_and_subject_once(root: Path) -> None:
    every = table(exported(root, "--metafor"))
    assert [(r["subject"], r["trial"]) for r in every] == sorted({(r["subject"], r["trial"]) for r in every})
    assert {r["subject"]: r["class"] for r in every} == {"sertraline": "ssri", "fluoxetine": "ssri", "placebo": "placebo"}
    (three,) = (r for r in every if r["trial"] == "trials/three" and r["subject"] == "sertraline")
    assert (three["xi"], three["ni"]) == ("30", "82")
    assert len(table(exported(root, "--metafor", "--a", "ssri"))) == 7


@pytest.mark.parametrize("form", ["metafor", "csv"])
def test_a_class_is_exported_at_one_setting_of_a_trial_as_it_is_pooled(tmp_path: Path, form: Form) -> None:
    """Two drugs of it, the second counted a day later; a file of every row has both, each with its day."""
    arms = arm("sertraline", response=(30, 60)), arm("fluoxetine", response=(50, 64), timepoint_days=57)
    with registry_of(tmp_path, trials=[trial("days", *arms)]) as con:
        found = export_stratum(con, form, "response", a="ssri").table
        pooled = pooled_rate(read_rows(con), "ssri")
    assert pooled is not None
    if form == "csv":
        assert sorted((row["day"], row["n"]) for row in found) == [(56, 60), (57, 64)]
    else:
        (row,) = found
        assert (row["xi"], row["ni"], row["day"], row["source"]) == (50, 64, 57, None)
        assert (row["xi"], row["ni"]) == (pooled.events, pooled.n)


def test_metapsy_has_a_row_for_each_comparison_of_two_arms(root: Path) -> None:
    found = table(exported(root, "--metapsy"), delimiter=";")
    assert tuple(found[0])[: len(REQUIRED)] == REQUIRED
    three = [row for row in found if row["trial"] == "trials/three"]
    assert [(r["condition_arm1"], r["condition_arm2"], r["multi_arm1"], r["multi_arm2"]) for r in three] == [
        ("sertraline", "sertraline", "high", "low"),
        ("sertraline", "placebo", "high", "placebo-2"),
        ("sertraline", "placebo", "low", "placebo-2"),
    ]
    (plain,) = (row for row in found if row["trial"] == "trials/plain")
    assert (plain["multi_arm1"], plain["outcome_type"], plain["instrument"], plain["rating"]) == (
        "NA",
        "response",
        "madrs",
        "clinician",
    )
    assert (plain["time"], plain["time_weeks"], plain["mean_arm1"], plain["n_arm1"]) == ("days 42-70", "8", "NA", "NA")
    assert {plain["study"], *(r["study"] for r in found if r["trial"] == "trials/other")} == {
        "Same 2001 (trials/plain)",
        "Same 2001 (trials/other)",
    }
    assert not any(";" in cell for row in found for cell in row.values())
    asked = table(exported(root, "--metapsy", "--a", "placebo", "--b", "sertraline"), delimiter=";")
    assert {(row["condition_arm1"], row["condition_arm2"]) for row in asked} == {("placebo", "sertraline")}
    assert len(asked) == 4


def test_metapsy_columns_are_those_that_its_tools_look_for() -> None:
    assert set(REQUIRED) == {
        "study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2", "outcome_type", "instrument", "time", "time_weeks",
        "rating", "mean_arm1", "mean_arm2", "sd_arm1", "sd_arm2", "n_arm1", "n_arm2", "event_arm1", "event_arm2", "totaln_arm1",
        "totaln_arm2",
    }  # fmt: skip


def test_metapsy_numbers_have_a_decimal_comma() -> None:
    lines = list(written([{"a": 0.25, "b": -3, "c": None, "d": "x;y ", "e": True}], metapsy=True))
    assert lines == ["a;b;c;d;e\n", '0,25;-3;NA;"x,y";TRUE\n']


def test_rows_are_those_of_the_view(root: Path) -> None:
    found = table(exported(root, "--csv", "--with-unstated"))
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        view = con.execute("FROM comparable_rates WHERE stratum = ? ORDER BY trial, arm_id", [STRATUM])
        columns = [column[0] for column in view.description]
        rows = [dict(zip(columns, values, strict=True)) for values in view.fetchall()]
    assert list(found[0]) == columns
    found.sort(key=lambda row: (row["trial"], row["arm_id"]))
    for name in ("events", "n", "rate", "low"):
        assert [float(row[name]) for row in found] == [row[name] for row in rows]
    assert [row["unstated"] for row in found] == ["; ".join(row["unstated"]) for row in rows]
    assert {row["treatment"] for row in table(exported(root, "--csv", "--a", "fluoxetine"))} == {"fluoxetine"}


def test_what_is_not_stated_is_left_out_and_said(root: Path) -> None:
    without = exported(root, "--metafor", "--a", "ssri", "--b", "placebo")
    assert "2 of 16 rates (analysis set in 2); add --with-unstated to include them" in without.stderr
    assert "1 trial has no such comparison" in without.stderr
    taken = exported(root, "--metafor", "--a", "ssri", "--b", "placebo", "--with-unstated")
    assert len(table(taken)) == len(table(without)) + 1
    assert "included" in taken.stderr
    (vague,) = (row for row in table(taken) if row["trial"] == "trials/vague")
    assert vague["unstated"] == "analysis set"


def test_no_cell_is_a_formula_and_no_number_is_text(root: Path) -> None:
    for words in (["--metafor"], ["--metafor", "--a", "ssri", "--b", "placebo"], ["--csv"]):
        done = exported(root, *words)
        assert {"'=Three; of 2003", "'@Empty", "None, “2005”", 'Full "2006"'} <= {row["study"] for row in table(done)}
    assert "'=Three, of 2003" in {row["study"] for row in table(exported(root, "--metapsy"), delimiter=";")}
    (line,) = list(written([{"a": "-1", "a2": "-x", "b": -1, "c": -0.5, "d": "\t=1", "e": 28.0, "f": None, "g": 'say "a, b"'}]))[
        1:
    ]
    assert line == '"-1","\'-x",-1,-0.5,"\'\t=1",28,,"say ""a, b"""\n'


@pytest.mark.parametrize(
    "word",
    [STRATUM, STRATUM.upper().replace(" | ", "|"), "mdd", " DAYS  42-70|mdd ", "ge50pct.clin", "response | mdd"],
)
def test_a_stratum_is_found_by_its_name_or_a_part_that_no_other_has(rows: list[Row], word: str) -> None:
    assert {row.stratum for row in find_stratum(rows, word)} == {STRATUM}


def test_every_stratum_is_found_by_the_words_in_which_answers_show_it(root: Path, rows: list[Row]) -> None:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        labels = labels_of(con)
    for name, outcome in {(row.stratum, row.outcome) for row in rows}:
        shown = " · ".join(Stratum(*name.split(" | ")).in_words(lambda term: labels.get(term, term)))
        assert shown != name.replace(" | ", " · ")
        for word in (shown, shown.upper(), shown.replace(" · ", " | ")):
            assert {row.stratum for row in find_stratum(rows, word, outcome, (), labels)} == {name}
    shown = " · ".join(Stratum(*STRATUM.split(" | ")).in_words(lambda term: labels.get(term, term)))
    done = exported(root, "--metafor", "--a", "ssri", "--b", "placebo", stratum=shown)
    assert {row["stratum"] for row in table(done)} == {STRATUM}


def test_a_part_of_a_name_means_a_stratum_with_the_two_that_are_asked_for(rows: list[Row]) -> None:
    first = rows[0]
    one, other = (
        replace(first, stratum=first.stratum.replace(f"| {first.population} |", f"| {name} |"), population=name)
        for name in ("mdd.late-life", "mdd.suicidal")
    )
    own = [
        *rows,
        replace(one, node="esketamine", class_="esketamine"),
        replace(one, node="placebo", class_="placebo"),
        replace(other, node="esketamine", class_="esketamine"),
    ]
    asked = ("esketamine", "placebo")
    assert {row.stratum for row in find_stratum(own, "days 42-70", None, asked)} == {one.stratum}
    with pytest.raises(RequestError, match="part of 2 strata with esketamine;"):
        find_stratum(own, "days 42-70", None, asked[:1])
    with pytest.raises(RequestError, match=r"part of \d+ strata; give"):
        find_stratum(own, "days 42-70", None, ("mirtazapine",))


def test_a_whole_word_goes_before_a_part(rows: list[Row]) -> None:
    assert {row.population for row in find_stratum(rows, "trd")} == {"trd"}


def test_a_whole_name_goes_before_a_part_of_one_with_both_subjects(rows: list[Row]) -> None:
    first = rows[0]
    band = replace(first, stratum=STRATUM.replace("ge50pct", "ge50pct-or-so"), node="esketamine", class_="esketamine")
    asked = [*rows, band, replace(band, node="placebo", class_="placebo")]
    for word in (STRATUM, "response.ge50pct.clinician | mdd", "response.ge50pct.clinician"):
        assert {row.stratum for row in find_stratum(asked, word, None, ("esketamine", "placebo"))} == {STRATUM}


@pytest.mark.parametrize(
    ("word", "ids", "label"),
    [
        ("trd", "mdd.non-trd", "not treatment-resistant"),
        ("treatment-resistant", "mdd.non-trd", "Major depression, not treatment-resistant"),
        ("Psychosis", "mdd.calm", "Major depression without psychosis"),
        ("days 4", "mdd.non-trd", "not treatment-resistant"),
        ("days 42", "mdd.non-trd", "not treatment-resistant"),
    ],
)
def test_what_a_word_denies_or_goes_on_with_is_not_it(rows: list[Row], word: str, ids: str, label: str) -> None:
    of = replace(rows[0], stratum=STRATUM.replace("| mdd |", f"| {ids} |"), population=ids)
    with pytest.raises(RequestError, match="no stratum is called"):
        find_stratum([of], word, None, (), {ids: label})
    assert find_stratum([of], ids, None, (), {ids: label}) == [of]


def test_which_stratum_was_found_by_a_part_of_its_name_is_said(root: Path) -> None:
    assert f"the stratum is {STRATUM}" in exported(root, "--metafor", "--a", "ssri", "--b", "placebo", stratum="mdd").stderr
    assert "the stratum is" not in exported(root, "--metafor", "--a", "ssri", "--b", "placebo").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--csv", "--stratum", "madrs.le12"], "part of 2 strata"),
        (["--csv", "--stratum", "madrs.le12"], "trd.late-life | days 21-41"),
        (["--csv", "--stratum", "madrs.le12", "--outcome", "response"], "no stratum of response"),
        (["--csv", "--stratum", "respons.ge50pct.clincian | mdd"], STRATUM),
        (["--csv", "--stratum", " | "], "no stratum is called"),
        (["--csv", "--stratum", "\x1b[31mx"], "no stratum is called"),
        (["--csv"], "give --stratum"),
        (["--metafor", "--stratum", "mdd", "--a", "sertralin"], "did you mean `sertraline`"),
        (
            ["--metafor", "--stratum", "mdd", "--a", "ketamine"],
            "has no rate of 'ketamine'; it has antidepressant, fluoxetine, placebo",
        ),
        (["--metafor", "--stratum", "mdd", "--a", "ssri", "--b", "sertraline"], "overlap"),
        (["--metafor", "--stratum", "mdd", "--a", "ssri", "--b", "ssri"], "overlap"),
        (["--metafor", "--stratum", "mdd", "--b", "ssri"], "give --a too"),
        (["--metafor", "--stratum", "mdd", "--a", "fluoxetine", "--b", "sertraline"], "no trial had both"),
        (["--metapsy", "--stratum", "trd"], "nothing to write"),
        (["--metafor", "--csv", "--stratum", "mdd"], "choose one format"),
        (["--metafor", "package", "--stratum", "mdd"], "instead of a package"),
        (["--prov"], "needs a package name"),
        (["--prov", "package", "--stratum", "mdd"], "--stratum is for strata"),
        ([], "choose one format"),
        (["--csv", "--stratum", "mdd", "-o", "nowhere/rows.csv"], "there is no folder"),
    ],
)
def test_usage_is_exit_2_with_what_to_do(root: Path, words: list[str], said: str) -> None:
    done = outcomes("export", *words, cwd=root)
    assert done.returncode == 2, done.stderr
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert "\x1b" not in done.stderr


def test_where_nobody_was_randomised_it_is_said(tmp_path: Path) -> None:
    arms = arm("sertraline", response=(3, 10)), arm("placebo", response=(1, 10))
    with registry_of(tmp_path, trials=[study("open", *arms, design="parallel", randomised=False)]) as con:
        found = export_stratum(con, "metafor", "mdd", a="ssri", b="placebo")
    assert any("nobody was randomised" in note for note in found.notes)


@pytest.mark.parametrize("form", ["network", "contrasts", "metapsy"])
def test_no_export_compares_the_same_people_or_arms_of_different_visits(tmp_path: Path, form: Form) -> None:
    drugs = arm("sertraline", response=(30, 60)), arm("fluoxetine", response=(28, 60))
    arms = *drugs, arm("placebo", response=(20, 61), timepoint_days=57)
    with registry_of(tmp_path, trials=[trial("days", *arms), study("cross", *drugs, design="crossover", randomised=True)]) as con:
        days, cross = ({r.stratum for r in read_rows(con) if r.arm_kind == kind}.pop() for kind in ("randomised", "crossover"))
        compared = {cell for row in export_stratum(con, form, days).table for cell in row.values()}
        assert {"sertraline", "fluoxetine", "placebo"} & compared == {"sertraline", "fluoxetine"}
        with pytest.raises(RequestError, match="the same people are in both arms"):
            export_stratum(con, form, cross)


@pytest.mark.parametrize("form", ["metafor", "network", "contrasts", "revman", "metapsy"])
def test_no_export_compares_groups_that_were_randomised_whole(tmp_path: Path, form: Form) -> None:
    arms = arm("sertraline", response=(30, 60)), arm("placebo", response=(20, 61))
    with registry_of(tmp_path, trials=[study("clinics", *arms, design="cluster", randomised=True)]) as con:
        with pytest.raises(RequestError, match="randomised whole"):
            export_stratum(con, form, "response", a="sertraline", b="placebo", with_unstated=True)
        found = export_stratum(con, "csv", "response", with_unstated=True)
    assert {row["unstated"] for row in found.table} == {"design effect"}


def test_a_database_without_strata_is_to_be_built_anew(tmp_path: Path) -> None:
    (tmp_path / "datapackages").mkdir()
    duckdb.connect(str(tmp_path / "registry.duckdb")).close()
    done = exported(tmp_path, "--csv")
    assert done.returncode == 3
    assert "outcomes build" in done.stderr


def test_an_outcome_that_is_not_compared_is_refused_with_where_its_figures_are(root: Path) -> None:
    for words in (["compare", "ssri", "placebo"], ["export", "--csv", "--stratum", "mdd"]):
        done = outcomes(*words, "--outcome", "dropout", cwd=root)
        assert done.returncode == 2
        (query,) = re.findall(r'outcomes sql "([^"]*)"', re.sub(r"[│\s]+", " ", done.stderr))
        assert outcomes("sql", query, cwd=root).returncode == 0
        assert "outcomes sql" not in outcomes(*words, "--outcome", "dropuot", cwd=root).stderr
