"""Shipped mappings, each tried with a small file of the kind: what is known is mapped, what isn't is asked, and nothing is guessed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from registry.importing import MappingError, import_package, mapping_by_preset
from registry.importing.drafting import open_questions
from registry.importing.presets import PRESETS
from tests.cli.invoking import outcomes

GIVEN = {"name": "small", "title": "A data set", "licence": "CC-BY-4.0", "url": "https://example.org/data"}

COCHRANE = (
    "Analysis group,Analysis number,Analysis name,Subgroup,Applicability,Study,Study year,GIV Mean,GIV SE,Experimental mean,Experimental SD,"
    "Experimental cases,Experimental N,Control mean,Control SD,Control cases,Control N,O-E,Variance,Weight,Mean,CI start,CI end,Footnotes\n"
    "1,1,Response,,SUBGROUP_AND_OVERALL,Smith 2004,2004,0,0,0,0,12,50,0,0,8,48,0,0,60,1.44,0.6,3.2,\n"
    "1,1,Response,,SUBGROUP_AND_OVERALL,Jönes 2006,2006,0,0,0,0,0,50,0,0,0,48,0,0,40,1,1,1,\n"
    "1,2,MADRS,,SUBGROUP_AND_OVERALL,Smith 2004,2004,0,0,12.5,8.25,0,50,15.0,8,0,48,0,0,100,-2.5,-5,0,\n"
    "1,3,Response,,SUBGROUP_AND_OVERALL,Lee 2010,2010,0.4,0.2,0,0,0,30,0,0,0,30,0,0,100,1.5,1,2,\n"
)

METAPSY = (
    "study,condition_arm1,condition_arm2,multi_arm1,multi_arm2,outcome_type,instrument,time_weeks,n_arm1,mean_arm1,sd_arm1,n_arm2,mean_arm2,sd_arm2,"
    "n_change_arm1,mean_change_arm1,sd_change_arm1,n_change_arm2,mean_change_arm2,sd_change_arm2,event_arm1,totaln_arm1,event_arm2,totaln_arm2,year,doi\n"
    "Smith 2004,cbt,wl,NA,NA,msd,madrs,8,30,12.50,8,31,15.0,9,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,2004,10.1000/abc\n"
    "Smith 2004,cbt,wl,NA,NA,response,madrs,8,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,12,30,8,31,2004,10.1000/abc\n"
)


def made(folder: Path, content: str, preset: str, name: str = "data.csv", **given: str) -> tuple[Path, str]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path, mapping_by_preset(path, preset, GIVEN | given)


def run(file: Path, draft: str) -> Path:
    mapping = file.parent / "mapping.yaml"
    mapping.write_text(draft, encoding="utf-8")
    import_package([file], mapping, file.parent / "small")
    return file.parent / "small"


def rows(package: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((package / "data" / f"{table}.csv").read_text("utf-8"))))


def test_what_a_file_does_not_tell_is_asked(tmp_path: Path) -> None:
    _, draft = made(tmp_path, COCHRANE, "revman")
    asked = open_questions(draft)
    assert [question.split(":")[0] for question in asked] == [
        '"1" in Analysis group',
        "MADRS in Analysis name",
    ]
    assert "`statistics`" in asked[1]
    assert "MADRS: madrs" in draft  # the scale is known, endpoint or change isn't
    assert "Response: response.unstated" in draft
    path = tmp_path / "data.csv"
    assert len(open_questions(mapping_by_preset(path, "revman", {}))) == len(asked) + 3


def answered(draft: str) -> str:
    lines, sides = [], iter(("sertraline", "placebo"))
    for line in draft.splitlines():
        text, indent = line.strip(), line[: len(line) - len(line.lstrip())]
        if text.startswith("# ?"):
            word = next(w for w in ("treatments", "definitions", "statistics") if f"`{w}`" in text)
            key = text.removeprefix("# ? ").partition(" in ")[0]
            answer = {
                "treatments": lambda: next(sides),
                "definitions": lambda: "response.unstated",
                "statistics": lambda: "endpoint",
            }[word]()
            pending = f"{indent}  {key}: {answer}"
        elif text == "map: {}":
            lines += [f"{indent}map:", pending]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_counts_means_and_effects_of_a_cochrane_review_are_told_apart(tmp_path: Path) -> None:
    file, draft = made(tmp_path, COCHRANE, "revman")
    package = run(file, answered(draft))
    counts = [(r["study_id"], r["arm_id"], r["events"], r["n_analysed"]) for r in rows(package, "outcomes")]
    assert counts == [
        ("jones-2006", "control-1", "0", "48"),  # no events are no events
        ("jones-2006", "experimental-1", "0", "50"),
        ("smith-2004", "control-1", "8", "48"),
        ("smith-2004", "experimental-1", "12", "50"),
    ]
    means = [(r["arm_id"], r["mean"], r["sd"], r["n"], r["statistic"]) for r in rows(package, "scores")]
    assert means == [("control-1", "15.0", "8", "48", "endpoint"), ("experimental-1", "12.5", "8.25", "50", "endpoint")]
    dropped = json.loads((package / "datapackage.json").read_text())["import"]["inputs"]["data"]["dropped"]
    assert {(d["reason"], d["rows"]) for d in dropped if d["table"] == "outcomes"} == {
        ("means, not counts", "3"),
        ("an effect by the generic inverse variance, beside which no count stands", "4"),
    }


def test_the_same_people_in_two_subgroups_are_not_two_rows(tmp_path: Path) -> None:
    line = COCHRANE.splitlines()[1]
    twice = COCHRANE + line.replace("Response,,", "Response,Women,") + "\n"
    file, draft = made(tmp_path, twice, "revman")
    with pytest.raises(
        MappingError, match=r"`outcomes` would have 2 rows called smith-2004, control-1, .* made in 2 rows \(1, 5\)"
    ):
        run(file, answered(draft))


def test_a_metapsy_data_set_is_mapped_by_its_standard(tmp_path: Path) -> None:
    file, draft = made(tmp_path, METAPSY, "metapsy")
    assert [q.partition(":")[0] for q in open_questions(draft)] == ["wl in condition_arm1, condition_arm2"]
    package = run(file, draft.replace("          cbt: cbt\n", "          cbt: cbt\n          wl: waitlist\n"))
    (study,) = rows(package, "studies")
    assert (study["doi"], study["year"], study["design"], study["population_id"]) == (
        "10.1000/abc",
        "2004",
        "unstated",
        "unstated",
    )
    counts = [
        (r["arm_id"], r["definition_id"], r["events"], r["n_analysed"], r["timepoint_days"]) for r in rows(package, "outcomes")
    ]
    assert counts == [("cbt", "response.madrs.unstated", "12", "30", "56"), ("wl", "response.madrs.unstated", "8", "31", "56")]
    assert [(r["arm_id"], r["mean"], r["sd"]) for r in rows(package, "scores")] == [("cbt", "12.50", "8"), ("wl", "15.0", "9")]


def test_a_metapsy_data_set_may_have_no_changes(tmp_path: Path) -> None:
    """The standard doesn't require them, and an export of ours has none."""
    cells = [line.split(",") for line in METAPSY.splitlines()]
    kept = [n for n, name in enumerate(cells[0]) if "_change_" not in name]
    file, draft = made(tmp_path, "".join(",".join(row[n] for n in kept) + "\n" for row in cells), "metapsy")
    package = run(file, draft.replace("          cbt: cbt\n", "          cbt: cbt\n          wl: waitlist\n"))
    assert [(r["mean"], r["statistic"]) for r in rows(package, "scores")] == [("12.50", "endpoint"), ("15.0", "endpoint")]


def test_a_metapsy_data_set_with_names_of_arms_and_a_crossover(tmp_path: Path) -> None:
    header, *lines = METAPSY.splitlines()
    wide = [f"{header},drug_arm1,drug_arm2,name_arm1,name_arm2,time_days,post_crossover,study_time_point"]
    wide += [f"{lines[0]},psilocybin,placebo,25 mg,pill,57.5,0,Day 57", f"{lines[1]},psilocybin,placebo,25 mg,pill,57.5,0,Day 57"]
    wide += [f"{lines[1].replace(',12,', ',13,')},psilocybin,placebo,25 mg,pill,57.5,0,Day 57 Sustained Response"]
    wide += [f"{lines[1].replace(',12,', ',14,')},psilocybin,placebo,25 mg,pill,99,1,Day 99"]
    file, draft = made(tmp_path, "\n".join(wide) + "\n", "metapsy")
    assert open_questions(draft) == []
    package = run(file, draft)
    assert [(r["arm_id"], r["events"], r["timepoint_days"]) for r in rows(package, "outcomes")] == [
        ("25-mg", "12", "57.5"),
        ("pill", "8", "57.5"),
    ]
    assert {r["treatment_id"] for r in rows(package, "arms")} == {"psilocybin", "placebo"}


def test_a_workbook_in_the_layout_of_griselda(tmp_path: Path) -> None:
    # in the original the repeated headings stand in columns 8, 17 and 18
    order = ["StudyID", "Year_Published", "Drug", "No_randomised", "Weeks", "Remitters", "IMPUTED?", "IMPUTED?", "Responders"]
    order += [
        "Definition of response",
        "Definition of remission",
        "N comp+imputed",
        "Dropouts_total",
        "Dropouts_sideeffects",
        "Scale",
        "Mean",
    ]
    order += ["N comp+imputed", "Mean", "SD"]
    cells = [[], ["GRISELDA"], order]
    cells.append(
        [
            "Smith2004 (NCT01234567)",
            2004,
            "sertraline 50mg",
            60,
            8,
            10,
            0,
            0,
            30,
            ">=50% on HAMD",
            "HAMD=<7or8",
            58,
            5,
            1,
            "HAMD17",
            22.5,
            58,
            9.25,
            5.5,
        ]
    )
    cells.append(
        [
            "Smith2004 (NCT01234567)",
            2004,
            "placebo",
            61,
            8,
            "*",
            0,
            "*",
            20,
            ">=50% on HAMD",
            "*",
            59,
            6,
            2,
            "HAMD17",
            22.0,
            59,
            -9.5,
            5,
        ]
    )
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("DATA")
        for n, row in enumerate(cells):
            sheet.write_row(n, 0, row)
    draft = mapping_by_preset(path, "griselda", GIVEN)
    assert open_questions(draft) == []
    package = run(path, draft)
    (study,) = rows(package, "studies")
    assert (study["study_id"], study["registration_id"], study["masking"]) == ("smith2004-nct01234567", "NCT01234567", "double")
    found = {(r["arm_id"], r["definition_id"]): (r["events"], r["n_analysed"]) for r in rows(package, "outcomes")}
    assert found["sertraline-50mg", "response.hamd17.ge50pct"] == ("30", "58")
    assert found["sertraline-50mg", "remission.hamd17.le7-or-8"] == ("10", "58")
    assert found["placebo", "dropout.any"] == ("6", "61")
    assert {r["statistic"] for r in rows(package, "scores") if r["arm_id"] == "placebo"} == {"baseline", "change"}


def test_the_command_makes_a_package_or_says_what_to_answer(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(METAPSY.replace(",wl,", ",waitlist,"), encoding="utf-8")
    words = ["--title", "A data set", "--licence", "CC-BY-4.0", "--url", "https://example.org/data"]
    done = outcomes("import", "data.csv", "--preset", "metapsy", "--to", "small", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "small" / "datapackage.json").read_text())["name"] == "small"
    assert (tmp_path / "small" / "mapping.yaml").is_file()
    asked = outcomes("import", "data.csv", "--preset", "metapsy", "--to", "other", cwd=tmp_path)
    assert asked.returncode == 1
    assert "the preset metapsy needs answers" in asked.stderr
    assert "--preset metapsy --suggest > mapping.yaml" in asked.stderr
    assert not (tmp_path / "other").exists()
    shown = outcomes("import", "data.csv", "--preset", "metapsy", "--suggest", cwd=tmp_path)
    assert shown.returncode == 0
    assert "# ? What is it called?" in shown.stdout
    (tmp_path / "data.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    odd = outcomes("import", "data.csv", "--preset", "metapsy", "--to", "other", *words, cwd=tmp_path)
    assert odd.returncode == 1
    assert "there is no column `condition_arm1`" in odd.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "metapsi", "--suggest"], f"'metapsi' is not one of {', '.join(PRESETS)}."),
        (["--preset", "metapsy"], "--preset metapsy takes one file, and --to or --suggest"),
        (["--title", "x", "--to", "y"], "--title goes with --preset metapsy|revman|griselda; leave it out"),
        (["--preset", "clinicaltrials", "--url", "x", "--to", "y"], "--url goes with --preset metapsy|revman|griselda"),
        (["--preset", "clinicaltrials", "--suggest", "--to", "y"], "--suggest takes one file, and no --mapping or --to"),
    ],
)
def test_wrong_usage_is_named(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "data.csv").write_text(METAPSY, encoding="utf-8")
    done = outcomes("import", str(tmp_path / "data.csv"), *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_has_a_row_and_an_example_in_the_docs(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "presets.md").read_text("utf-8")
    assert f"\n| `{name}` | " in page
    assert f"--preset {name}" in page


def test_the_presets_are_known_without_the_rest_of_the_import() -> None:
    """The command's options name them, and `init` and `refresh` are declared beside it."""
    code = "import sys, registry.cli.making as m; sys.exit('registry.importing.package' in sys.modules or not m.PRESETS)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("name", "kind"), [("pairs.csv", "CSV"), ("pairs.json", "JSON")])
def test_a_preset_for_workbooks_says_so_of_another_file(tmp_path: Path, name: str, kind: str) -> None:
    """And not that a line of a mapping, which the user didn't write, doesn't fit."""
    lines = ["StudyID,Drug", *(f"{n},placebo" for n in range(5))]
    text = (
        "\n".join(lines)
        if kind == "CSV"
        else json.dumps([dict(zip(("StudyID", "Drug"), row.split(","), strict=True)) for row in lines])
    )
    (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    given = [word for key in ("title", "licence", "url") for word in (f"--{key}", GIVEN[key])]
    for more in (["--to", "small", *given], ["--suggest"]):
        done = outcomes("import", name, "--preset", "griselda", *more, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"outcomes: {name}: the preset griselda reads a workbook (.xlsx, .xlsm), and this is {kind}.\n"


def test_effects_of_a_cochrane_review_are_no_zero_events(tmp_path: Path) -> None:
    """An effect of exactly 0 has a standard error; O-E has a variance, and may have its counts beside it."""
    row = "1,1,Response,,SUBGROUP_AND_OVERALL,{},2004,{},{},0,0,{},60,0,0,{},60,{},{},10,1.4,0.7,2.5,\n"
    header = COCHRANE.splitlines(keepends=True)[0]
    lines = [
        row.format("Counts 2004", 0, 0, 20, 15, 0, 0),
        row.format("None 2004", 0, 0, 0, 0, 0, 0),
        row.format("Giv 2004", "0.0", 0.25, 0, 0, 0, 0),
        row.format("Oe 2004", 0, 0, 0, 0, -3.2, 8.1),
        row.format("Zero 2004", 0, 0, 0, 0, 0, 8.1),
        row.format("Peto 2004", 0, 0, 12, 9, 1.5, 4.3),
    ]
    lines.append(COCHRANE.splitlines(keepends=True)[3])
    file, draft = made(tmp_path, header + "".join(lines), "revman")
    package = run(file, answered(draft))
    assert [(r["study_id"], r["events"]) for r in rows(package, "outcomes") if r["arm_id"] == "experimental-1"] == [
        ("counts-2004", "20"),
        ("none-2004", "0"),
        ("peto-2004", "12"),
    ]
    dropped = json.loads((package / "datapackage.json").read_text())["import"]["inputs"]["data"]["dropped"]
    assert {(d["reason"], d["rows"]) for d in dropped if d["table"] == "outcomes"} == {
        ("an effect by the generic inverse variance, beside which no count stands", "3"),
        ("an effect by O-E and its variance, beside which no count stands", "4-5"),
        ("means, not counts", "7"),
    }


@pytest.mark.parametrize("preset", ["metapsy", "revman"])
def test_two_names_that_make_one_key_are_not_one_study(tmp_path: Path, preset: str) -> None:
    content = COCHRANE if preset == "revman" else METAPSY.replace(",wl,", ",waitlist,")
    line = content.splitlines(keepends=True)[1]
    two = content.replace(line, line.replace("Smith", "Müller") + line.replace("Smith", "Muller"))
    file, draft = made(tmp_path, two, preset)
    with pytest.raises(MappingError, match="`label` of muller-2004 is `Muller 2004` and `Müller 2004`"):
        run(file, answered(draft))


def test_means_with_decimal_commas_have_a_scale(tmp_path: Path) -> None:
    content = METAPSY.replace(",wl,", ",waitlist,").replace(",", ";").replace("12.50", "12,50").replace("15.0", "15,0")
    file, draft = made(tmp_path, content, "metapsy")
    assert 'decimal: ","' in draft
    package = run(file, draft)
    assert [(r["instrument_id"], r["mean"]) for r in rows(package, "scores")] == [("madrs", "12.50"), ("madrs", "15.0")]


@pytest.mark.parametrize(
    ("weeks", "statistic"), [("0", "baseline"), ("-1.14", "baseline"), ("0.5", "endpoint"), ("8", "endpoint")]
)
def test_a_score_before_treatment_is_a_baseline_and_nothing_says_randomised(tmp_path: Path, weeks: str, statistic: str) -> None:
    content = METAPSY.replace(",wl,", ",waitlist,").replace(",msd,madrs,8,", f",msd,madrs,{weeks},")
    file, draft = made(tmp_path, content, "metapsy")
    package = run(file, draft)
    assert {r["statistic"] for r in rows(package, "scores")} == {statistic}
    assert [r["randomised"] for r in rows(package, "studies")] == [""]
