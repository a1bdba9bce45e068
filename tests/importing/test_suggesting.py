"""A draft of a mapping says what the file tells, asks for the rest, and guesses nothing."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from registry.importing import ImportProblem, MappingError, WrongPathError, import_package, suggest_mapping
from registry.importing.nodes import read_nodes
from tests.cli.invoking import outcomes
from tests.importing import inline
from tests.importing.sheets import workbook


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.importing.package.run", inline.run)


def draft(path: Path, content: bytes | str, name: str = "ward.csv") -> str:
    (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return suggest_mapping(path / name)


def read(path: Path, text: str):
    """The draft as YAML, which it must be whatever is in the file."""
    (path / "mapping.yaml").write_text(text, encoding="utf-8")
    return read_nodes(path / "mapping.yaml").plain()


OURS = (
    "study_id,label,arm_id,treatment_id,role,design,masking,population_id,setting,route,n_randomised,note\n"
    "one,Smith 2020,drug,Zoloft,experimental,parallel,double-blind,MDD,outpatient,oral,40,x\n"
    "one,Smith 2020,pla,Placebo,placebo,parallel,double-blind,MDD,outpatient,oral,41,y\n"
)


def test_a_draft_whose_questions_are_answered_imports(tmp_path: Path) -> None:
    text = draft(tmp_path, OURS)
    for question, answer in {
        "title: # ? What is the package called?": "title: A ward",
        "{name: } # ? Under which licence may it be used? Such as CC-BY-4.0": "{name: CC-BY-4.0}",
        "url: # ? Where was the file taken from?": "url: https://example.org/ward",
        "licence: # ? Under which licence was it published?": "licence: CC-BY-4.0",
    }.items():
        assert question in text
        text = text.replace(question, answer)
    assert text.count('# n_randomised: ? "n_randomised", if it is of the rows of `') == 2
    text = text.replace('# n_randomised: ? "n_randomised", if it is of the rows of `arms`.', "n_randomised: n_randomised")
    text = text.replace('# label: ? "label", if it is of the rows of `arms`.', "label: treatment_id")
    text = text.partition("\n  outcomes:\n")[0] + "\n"
    (tmp_path / "mapping.yaml").write_text(text)
    report = import_package([tmp_path / "ward.csv"], tmp_path / "mapping.yaml", tmp_path / "ward")
    assert report.tables == {"studies": 1, "arms": 2}
    arms = (tmp_path / "ward" / "data" / "arms.csv").read_text()
    assert "one,drug,Zoloft,sertraline,experimental,oral" in arms
    assert "one,pla,Placebo,placebo,placebo,oral" in arms


def test_a_draft_with_questions_is_refused_for_them(tmp_path: Path) -> None:
    text = draft(tmp_path, OURS)
    (tmp_path / "mapping.yaml").write_text(text)
    with pytest.raises(MappingError, match=r"The package's title is nothing\. It must be a text") as error:
        import_package([tmp_path / "ward.csv"], tmp_path / "mapping.yaml", tmp_path / "made")
    assert "`definition_id` of `outcomes` must be filled, but is missing" in str(error.value)


def test_values_are_terms_only_if_they_mean_one(tmp_path: Path) -> None:
    rows = "".join(f"{n},{drug},x\n" for n, drug in enumerate(["Zoloft", "sertraline", "Placebo", "drug X", "yes"]))
    text = draft(tmp_path, f"n,medicine,role\n{rows}")
    said = read(tmp_path, text)["tables"]["arms"]["fields"]
    assert said["treatment_id"] == {
        "column": "medicine",
        "map": {"Placebo": "placebo", "Zoloft": "sertraline", "sertraline": "sertraline"},
    }
    assert '# "drug X": ?\n' in text
    assert "label" not in said
    assert said["role"] == {"column": "role", "map": {}}
    assert '          # "x": ?\n' in text
    text = draft(tmp_path, "role\nactive\nplacebo\n")
    assert '          # "active": ? One of experimental, active-comparator?\n          placebo: placebo\n' in text


def test_several_columns_for_one_field_are_a_question(tmp_path: Path) -> None:
    text = draft(tmp_path, "drug A,drug B,weeks\nZoloft,Placebo,6\n")
    assert '"weeks": 1 value, such as "6"' in text
    assert '# treatment_id: ? "drug A" or "drug B". If a row has several arms, `split` it.' in text
    assert '# timepoint_days: ? If "weeks" counts weeks: {column: weeks, times: 7}' in text
    assert (
        "treatment_id" not in read(tmp_path, text)["tables"]["arms"]["fields"]
        if read(tmp_path, text)["tables"]["arms"]["fields"]
        else True
    )


@pytest.mark.parametrize(
    ("content", "name", "input_"),
    [
        ("a;b\nx;59,4\ny;40,1\n", "ward.csv", {"delimiter": ";", "decimal": ","}),
        ("a;b;c\nx;59,4;1.5\n", "ward.csv", {"delimiter": ";", "decimal": "."}),
        ("a\tb\n1\t2\n", "ward.tsv", {}),
        ("a\tb\n1\t2\n", "ward.txt", {"delimiter": "\t"}),
        ("a|b\n1|2\n".encode("utf-16"), "ward.txt", {"delimiter": "|", "encoding": "utf-16"}),
        ("a,b\né,2\n".encode("cp1252"), "ward.csv", {"encoding": "cp1252"}),
        ("\ufeffa,b\n1,2\n", "Ward (1).csv", {}),
        ("a\n1\n", "2020.csv", {"delimiter": ","}),
    ],
)
def test_how_a_text_file_is_read(tmp_path: Path, content: str | bytes, name: str, input_: dict[str, str]) -> None:
    text = draft(tmp_path, content, name)
    ((key, said),) = read(tmp_path, text)["inputs"].items()
    assert key[0].isalpha()
    assert said["file"] == name
    assert {k: v for k, v in said.items() if k in {"delimiter", "decimal", "encoding"}} == input_
    assert ("isn't UTF-8. Is it this?" in text) == ("cp1252" in input_.values())


@pytest.mark.parametrize(
    "heading",
    ["a: b", "# x", "{x}", '"quoted"', "two\nlines", "- x", "yes", "~", "*a", "&a", "!t", "%d", "@x", "`x`", "null", "a # b", "é", "'", "n: ?", "\t"],
)  # fmt: skip
def test_a_draft_is_yaml_whatever_is_in_the_file(tmp_path: Path, heading: str) -> None:
    to = io.StringIO()
    import csv

    csv.writer(to).writerows(
        [[heading, "year", "arm_id", "role"], ["1", "2020", "x", heading], ["2", "2021", heading, "placebo"]]
    )
    said = read(tmp_path, draft(tmp_path, to.getvalue()))
    assert said["tables"]["studies"]["fields"]["year"] == "year"
    assert said["tables"]["arms"]["fields"]["role"]["map"] == {"placebo": "placebo"}


def test_a_workbook_is_drafted_with_what_is_odd_in_it(tmp_path: Path) -> None:
    cells = [["year", "n_treated"], [2020, '<c t="e"><v>#REF!</v></c>'], [2021, 40]]
    text = draft(tmp_path, workbook(tmp_path / "x.xlsx", cells, sheets=("one", "two")), "ward.xlsx")
    said = read(tmp_path, text)
    assert said["inputs"]["ward"]["sheet"] == "one"
    assert "? The first of `one`, `two`. Is it this one?" in text
    assert "`B2 (an error, #REF!)`" in text
    assert said["tables"]["arms"]["fields"]["n_treated"] == "n_treated"
    cells = [["A title"], ["year", "n", "p"], [2020, 40, 1]]
    assert "# header_row: ? Most columns have no heading" in draft(tmp_path, workbook(tmp_path / "x.xlsx", cells), "ward.xlsx")


def test_texts_among_numbers_may_mean_that_there_is_none(tmp_path: Path) -> None:
    rows = "".join(f"{n},a{n}\n" for n in range(20))
    assert '# missing: ["*"] # ? Which texts mean an empty cell?' in draft(tmp_path, f"n,b\n{rows}*,x\n")


def test_json_and_archives_are_drafted_too(tmp_path: Path) -> None:
    rows = json.dumps([{"year": 2020, "arm": {"role": "placebo"}, "more": "x"}])
    assert read(tmp_path, draft(tmp_path, rows, "ward.json"))["tables"]["studies"]["fields"]["year"] == "year"
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("a.csv", "year,b\n2020,1\n")
    assert read(tmp_path, draft(tmp_path, to.getvalue(), "ward.zip"))["tables"]["studies"]["fields"]["year"] == "year"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [("", "ward.csv", "the file is empty"), ("x", "ward.doc", "it must end in one of"), ("{}", "ward.json", "there are no rows|must hold"), ("a", "ward.xlsx", "XLSX")],
)  # fmt: skip
def test_a_file_without_a_table_is_refused(tmp_path: Path, content: str, name: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        draft(tmp_path, content, name)
    with pytest.raises(WrongPathError, match="no such file"):
        suggest_mapping(tmp_path / "none.csv")


def test_the_command_draws_up_and_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "ward.csv").write_text(OURS)
    done = outcomes("import", "ward.csv", "--suggest", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[4]) == (0, "package:")
    assert [p.name for p in tmp_path.iterdir()] == ["ward.csv"]
    done = outcomes("import", "ward.csv", "--suggest", "--to", "x", cwd=tmp_path)
    assert (done.returncode, "--suggest takes one file" in done.stderr) == (2, True)
