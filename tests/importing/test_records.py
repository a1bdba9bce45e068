"""Rows out of JSON, JSON lines and archives: digits as they are written, and what can't be a row is refused."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path

import pytest

from registry.importing import ImportProblem, MappingError
from tests.importing.conftest import ARM_ID


def given(small, content: str | bytes, *options: str, name: str = "arms.json", field: str = "schedule: note"):
    small.replace("n_randomised: n", f"n_randomised: n\n      {field}")
    for option in options:
        small.replace("    origin:", f"    {option}\n    origin:")
    return small.data(content, name)


ROW = '{"id": 1, "drug": "SSRI", "n": 60, "note": %s}'


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("60.0", "60.0"),
        ("1e3", "1e3"),
        ("9007199254740993", "9007199254740993"),
        ('"60.0"', "60.0"),
        ("true", "true"),
        ("null", ""),
    ],
)
def test_digits_are_those_that_are_written(small, written: str, text: str) -> None:
    given(small, f"[{ROW % written}]").run()
    assert small.column("arms", "schedule") == [text]


def test_the_decimal_sign_is_that_of_texts(small) -> None:
    """A number that is stored as one has no sign of its own, whatever texts of the file have."""
    content = "[{}, {}, {}]".format(ROW % "59.40", ROW % '"40,4"', ROW % "7")
    given(small, content, 'decimal: ","', field="dose: note").run()
    assert small.column("arms", "dose") == ["59.40", "40.4", "7"]


@pytest.mark.parametrize("kind", ["double", "float", "decimal128(5, 2)", "dictionary"])
def test_the_decimal_sign_is_that_of_texts_in_parquet_too(small, tmp_path: Path, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    note = pa.array([59.25, 7.5])
    note = note.dictionary_encode() if kind == "dictionary" else note.cast(pa.decimal128(5, 2) if "(" in kind else kind)
    day = pa.array([datetime.datetime(2015, 1, 31, 12, 30, 0, 500_000)] * 2)
    table = {"id": ["1", "1"], "drug": ["SSRI", "Placebo"], "n": ["60", "61"], "note": note, "p": ["59,4", "40,4"], "at": day}
    pq.write_table(pa.table(table), tmp_path / "arms.parquet")
    content = (tmp_path / "arms.parquet").read_bytes()
    given(small, content, 'decimal: ","', name="arms.parquet", field="dose: note\n      schedule: at").run()
    assert list(map(float, small.column("arms", "dose"))) == [7.5, 59.25]
    assert small.column("arms", "schedule") == ["2015-01-31 12:30:00.5"] * 2


@pytest.mark.parametrize("ending", ["jsonl", "ndjson"])
def test_each_line_may_be_a_row(small, ending: str) -> None:
    given(small, f"\ufeff{ROW % 1}\r\n\n{ROW % 2}\n", name=f"arms.{ending}").run()
    assert small.column("arms", "schedule") == ["1", "2"]
    with pytest.raises(ImportProblem, match=rf"arms\.{ending}: line 2: this isn't JSON"):
        small.replace(small.text.split("sha256: ")[1][:64], "SHA256").data(f"{ROW % 1}\n{{\n", f"arms.{ending}").run()


def test_rows_are_at_the_end_of_a_path_and_know_what_was_on_it(small) -> None:
    document = {
        "version": "2",
        "studies": [
            {
                "id": "1",
                "about": {"label": "Smith"},
                "arms": [{"drug": {"name": "SSRI"}, "n": 60}, {"drug": {"name": "Placebo"}, "n": 61}],
            },
            {"id": "2", "arms": [{"drug": {"name": "SSRI"}, "n": 62}]},
        ],
    }
    for old, new in (
        (ARM_ID, "arm_id: drug"),
        (": drug", ": drug.name"),
        ("column: drug,", "column: drug.name,"),
        ("{id}", "{studies.id}"),
        ("label: id", "label: studies.id"),
    ):
        small.text = small.text.replace(old, new)
    given(small, json.dumps(document), "rows: studies.arms", field="schedule: version").run()
    assert small.column("arms", "study_id") == ["s1", "s1", "s2"]
    assert small.column("arms", "n_randomised") == ["61", "60", "62"]
    assert small.column("arms", "schedule") == ["2", "2", "2"]


def study(**members: object) -> dict[str, object]:
    return {"id": "1", "drug": "SSRI", "arms": [{"n": 60}], **members}


def test_a_list_without_rows_is_noted(small) -> None:
    document = {"studies": [study(), study(id="2", arms=[]), study(id="3"), study(id="4", arms=[])]}
    for old in ("{id}", "label: id"):
        small.replace(old, old.replace("id", "studies.id"))
    small.text = (
        small.text.replace(ARM_ID, "arm_id: studies.drug")
        .replace(": drug", ": studies.drug")
        .replace("column: drug,", "column: studies.drug,")
    )
    report = given(small, json.dumps(document), "rows: studies.arms", field="schedule: {value: a}").run()
    assert small.column("arms", "study_id") == ["s1", "s3"]
    assert report.notes == [
        "arms.json: 2 lists without anything in it, which makes no row: `studies.arms` in object 2 of `studies`; `studies.arms` in object 4 of `studies`"
    ]


def test_a_list_in_a_column_that_nobody_names_is_no_obstacle(small) -> None:
    given(small, '[{"id": "1", "drug": "SSRI", "n": 60, "note": "a", "more": [1, 2]}]').run()
    assert small.column("arms", "schedule") == ["a"]
    with pytest.raises(ImportProblem, match=r"`more` is a list in row 1, not one value"):
        small.replace("schedule: note", "schedule: more").run()


def test_a_row_may_lack_what_others_have(small) -> None:
    given(small, '[{"id": "1", "drug": "SSRI", "n": 60}, {"id": "1", "drug": "Placebo", "note": "b"}]').run()
    assert small.column("arms", "schedule") == ["b", ""]


def test_names_that_differ_in_capitals_go_by_their_place(small) -> None:
    report = given(
        small, '[{"id": "1", "drug": "SSRI", "n": 60, "N": "a", "_x": "b"}]', field="schedule: N_4\n      dose_unit: {value: mg}"
    ).run()
    assert small.column("arms", "schedule") == ["a"]
    assert report.notes[0] == "arms.json: column 4 has the header `N` and is called `N_4`"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("[1, 2]", (), "the document holds a text, and must hold objects"),
        ("{}", ("rows: studies",), "there is no `studies` for the rows"),
        ('{"study": []}', ("rows: studies",), "no `studies` for the rows. Did you mean `study`"),
        ('{"studies": 7}', ("rows: studies",), "`studies` holds a text"),
        ('{"studies": []}', ("rows: studies",), "there are no rows at `studies`"),
        ("[]", (), "there are no rows"),
        ('{"studies": [{"arms": [{}]}, {"trial": "B"}]}', ("rows: studies.arms",), r"there is no `studies\.arms` for the rows in object 2 of `studies`\. .*`trial`"),
        ('{"studies": [{"arms": [{}]}, {"arms": null}]}', ("rows: studies.arms",), r"`studies\.arms` holds null, and must hold objects, a row each \(object 2 of `studies`\)"),
        ('{"studies": [{"arms": [{"n": 1}, 7]}]}', ("rows: studies.arms",), r"`studies\.arms` holds a text, and .* \(object 2 of `studies\.arms` in object 1 of `studies`\)"),
        ("", (), "line 1, column 1: this isn't JSON"),
        ("[{]", (), "line 1, column 3: this isn't JSON"),
        ('[{"id": NaN}]', (), "`NaN` isn't JSON. A value that is missing is `null`"),
        ('[{"id": 1, "id": 2}]', (), "the name `id` is twice in an object"),
        ('[{"a.b": 1, "a": {"b": 2}}]', (), "two values of a row would be called `a.b`"),
        ("[" * 100_000, (), "nested too deeply"),
        (b'[{"id": "\xff"}]', (), r"isn't UTF-8 text \(byte 9\)"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_rows_is_refused(small, content, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(ImportProblem, match=said) as error:
        given(small, content, *options).run()
    assert len(str(error.value)) < 400
    assert not small.to.exists()


def packed(files: dict[str, str]) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return to.getvalue()


CSV = "id,drug,n,note\n1,SSRI,60,60.0\n"


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"one.csv": CSV}, ()),
        ({"data/": "", "data/one.csv": CSV}, ()),
        ({"one.csv": CSV, "readme.txt": "x"}, ("member: one.csv",)),
        ({"one.tsv": CSV.replace(",", "\t"), "b": ""}, ("member: one.tsv",)),
        ({"one.json": f"[{ROW % '60.0'}]"}, ("member: one.json",)),
        ({"a/one.jsonl": f"{ROW % '60.0'}"}, ("member: a/one.jsonl",)),
        ({"one.csv": CSV.replace(",", ";")}, ('delimiter: ";"',)),
    ],
)
def test_a_file_in_an_archive(small, files: dict[str, str], options: tuple[str, ...]) -> None:
    given(small, packed(files), *options, name="arms.zip").run()
    assert small.column("arms", "schedule") == ["60.0"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (packed({"a.csv": CSV, "b.csv": CSV}), (), r"arms\.zip: the archive has 2 files: `a.csv`, `b.csv`. Name one of them as `member`"),
        (packed({}), (), "the archive has no file. Name one"),
        (packed({"a.csv": CSV}), ("member: b.csv",), "no file `b.csv`. Did you mean `a.csv`"),
        (packed({"a.csv": CSV}), ("member: a.xlsx",), "It must end in one of: `csv`, .* Unpack any other"),
        (packed({"a.csv": CSV}), ("rows: x",), "`rows` has no meaning"),
        (packed({"a.csv": "id,drug\n1\n"}), (), r"arms\.zip: the file can't be read as CSV"),
        (b"PK\3\4nonsense", (), "can't be read as a ZIP archive"),
    ],
)  # fmt: skip
def test_an_archive_without_the_one_file_is_refused(small, content: bytes, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        given(small, content, *options, name="arms.zip").run()


def test_an_archive_is_no_larger_than_it_says_and_says_no_more_than_may_be(small, monkeypatch) -> None:
    given(small, packed({"a.csv": CSV + "1,SSRI,60,x\n" * 1_000}), name="arms.zip")
    monkeypatch.setattr("registry.importing.archives.MOST_BYTES", 1_000)
    with pytest.raises(ImportProblem, match=r"the file `a\.csv` in it has 12,030 bytes; at most 1,000 are allowed"):
        small.run()


def test_a_member_is_of_an_archive_alone(small) -> None:
    with pytest.raises(MappingError, match=r"`member` has no meaning for the file `arms\.csv`, only for `\.zip`"):
        given(small, CSV, "member: x.csv", name="arms.csv").run()
