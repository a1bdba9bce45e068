"""Files of R, Stata, SPSS and SAS: digits as they are stored, labels and missing codes as the mapping says, and damage told as damage."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import re
from pathlib import Path

import polars as pl
import pytest

from registry.importing import ImportProblem, MappingError, OutOfReachError, child, suggest_mapping
from tests.importing import r_files
from tests.importing.r_files import frame, rda, rds, vector

pyreadstat = pytest.importorskip("pyreadstat")
pytest.importorskip("rdata")

FIELD = "schedule"


def given(small, content: bytes, name: str, *options: str, column: str = "note"):
    small.replace("n_randomised: n", f"n_randomised: n\n      {FIELD}: {column}")
    for option in options:
        small.replace("    origin:", f"    {option}\n    origin:")
    return small.data(content, name)


def written(tmp_path: Path, ending: str, note: list[object], schema=None, **options: object) -> bytes:
    """A file with a row for each note, as pyreadstat writes it."""
    rows = len(note)
    table = pl.DataFrame(
        {"id": [str(n) for n in range(rows)], "drug": ["SSRI"] * rows, "n": [60.0] * rows, "note": note},
        schema_overrides=schema or {},
    )
    path = tmp_path / f"made.{ending}"
    writer = {"dta": pyreadstat.write_dta, "sav": pyreadstat.write_sav, "xpt": pyreadstat.write_xport}[ending]
    writer(table, path, **options)
    return path.read_bytes()


def of_r(note: bytes, rows: int) -> bytes:
    return frame(id=vector([str(n) for n in range(rows)]), drug=vector(["SSRI"] * rows), n=vector([60.0] * rows), note=note)


NUMBERS = [0.1, 59.4, 1 / 3, 75.0, -0.0, 1e-7, 123456789012.25, None]
TEXTS = ["0.1", "59.4", "0.3333333333333333", "75", "0", "0.0000001", "123456789012.25", ""]


@pytest.mark.parametrize("ending", ["dta", "sav", "xpt", "rds"])
def test_a_number_is_the_shortest_that_is_stored(small, tmp_path: Path, ending: str) -> None:
    content = rds(of_r(vector(NUMBERS), 8)) if ending == "rds" else written(tmp_path, ending, NUMBERS)
    given(small, content, f"arms.{ending}").run()
    assert small.column("arms", FIELD) == TEXTS
    assert set(small.column("arms", "n_randomised")) == {"60"}


@pytest.mark.parametrize("ending", ["dta", "sav", "xpt", "rds"])
def test_the_decimal_sign_is_that_of_texts(small, tmp_path: Path, ending: str) -> None:
    content = rds(of_r(vector([59.4, 7.0]), 2)) if ending == "rds" else written(tmp_path, ending, [59.4, 7.0])
    small.replace("n_randomised: n", "n_randomised: n\n      dose: note")
    given(small, content, f"arms.{ending}", 'decimal: ","').run()
    assert (small.column("arms", "dose"), small.column("arms", FIELD)) == (["59.4", "7"], ["59,4", "7"])


def test_a_float_of_stata_is_told_and_has_no_digits_of_its_own(small, tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    path = tmp_path / "made.dta"
    pd.DataFrame({"id": ["1", "2"], "drug": "SSRI", "n": 60, "note": pd.Series([59.4, 0.1], dtype="float32")}).to_stata(
        path, write_index=False
    )
    report = given(small, path.read_bytes(), "arms.dta").run()
    assert small.column("arms", FIELD) == ["59.4", "0.1"]
    assert [note for note in report.notes if "about 7 digits (float)" in note]


DAYS = [dt.date(2015, 1, 31), None, dt.date(1959, 12, 31)]


@pytest.mark.parametrize("ending", ["dta", "sav", "xpt"])
def test_days_are_days(small, tmp_path: Path, ending: str) -> None:
    given(small, written(tmp_path, ending, DAYS), f"arms.{ending}").run()
    assert small.column("arms", FIELD) == ["2015-01-31", "", "1959-12-31"]


def test_days_times_and_other_classes_of_r(small) -> None:
    cells = {
        "day": vector([16466.0, -1.0], **{"class": vector(["Date"])}),
        "time": vector([1422707400.0, 0.5], **{"class": vector(["POSIXct", "POSIXt"])}),
        "truth": vector([True, None], r_files.LGL),
        "level": vector([2, None], r_files.INT, levels=vector(["a", "b"]), **{"class": vector(["factor"])}),
        "odd": vector([2015.5, 2016.0], **{"class": vector(["yearmon"])}),
        "nan": vector([float("nan"), float("-inf")]),
    }
    content = rda(d=frame(id=vector(["1", "2"]), drug=vector(["SSRI"] * 2), n=vector([60, 61]), **cells))
    given(small, content, "arms.rda", column="day").run()
    found = {"day": small.column("arms", FIELD)}
    for last, name in zip([*list(cells)[:3], "level"], ["time", "truth", "level", "nan"], strict=True):
        small.replace(f"{FIELD}: {last}", f"{FIELD}: {name}").run()
        found[name] = small.column("arms", FIELD)
    assert found == {
        "day": ["2015-01-31", "1969-12-31"],
        "time": ["2015-01-31 12:30:00Z", "1970-01-01 00:00:00.5Z"],
        "truth": ["true", ""],
        "level": ["b", ""],
        "nan": ["NaN", "-Inf"],
    }
    with pytest.raises(ImportProblem, match="`odd` is of R's class yearmon, shown otherwise than stored"):
        small.replace(f"{FIELD}: nan", f"{FIELD}: odd").run()


LABELS = {"variable_value_labels": {"note": {1: "sertraline", 2: "placebo"}}}


def labelled(tmp_path: Path, ending: str) -> bytes:
    if ending == "rds":
        labels = vector([1.0, 2.0], names=vector(["sertraline", "placebo"]))
        return rds(
            of_r(vector([1.0, 2.0, 3.0], labels=labels, **{"class": vector(["haven_labelled", "vctrs_vctr", "double"])}), 3)
        )
    return written(tmp_path, ending, [1.0, 2.0, 3.0], **LABELS)


@pytest.mark.parametrize("ending", ["dta", "sav", "rds"])
def test_value_labels_are_read_as_the_mapping_says(small, tmp_path: Path, ending: str) -> None:
    given(small, labelled(tmp_path, ending), f"arms.{ending}")
    with pytest.raises(ImportProblem, match=r"`note` has value labels \(`1 sertraline`, `2 placebo`\). Write `labels: text`"):
        small.run()
    assert not small.to.exists()
    text = small.text
    for said, found in (
        ("text", ["sertraline", "placebo", "3"]),
        ("codes", ["1", "2", "3"]),
        ("[note]", ["sertraline", "placebo", "3"]),
        ("[drug]", ["1", "2", "3"]),
    ):
        small.text = text.replace("    origin:", f"    labels: {said}\n    origin:")
        small.run()
        assert small.column("arms", FIELD) == found
    small.text = text.replace("    origin:", "    labels: [nots]\n    origin:")
    with pytest.raises(ImportProblem, match=r"`labels` names the column `nots`, and there is none. Did you mean `note`\?"):
        small.run()


def test_one_label_for_two_codes_loses_no_code(small, tmp_path: Path) -> None:
    content = written(tmp_path, "sav", [1.0, 2.0], variable_value_labels={"note": {1: "yes", 2: "yes"}})
    with pytest.raises(ImportProblem, match="`note` has one label, `yes`, for several codes"):
        given(small, content, "arms.sav", "labels: text").run()


def coded(tmp_path: Path, ending: str) -> bytes:
    if ending == "rds":
        return rds(of_r(vector([1.0, r_files.tagged("a"), None]), 3))
    if ending == "sav":
        return written(tmp_path, ending, [1.0, 99.0, None], missing_ranges={"note": [99]})
    if ending == "dta":
        return written(tmp_path, ending, [1.0, "a", None], schema={"note": pl.Object}, missing_user_values={"note": ["a"]})
    content = bytearray(written(tmp_path, ending, [1.0, None, None]))
    blank = bytes([ord("."), *bytes(7)])
    at = content.rindex(blank, 0, content.rindex(blank))
    content[at] = ord("A")
    return bytes(content)


@pytest.mark.parametrize(("ending", "code"), [("rds", ".a"), ("dta", ".a"), ("sav", "99"), ("xpt", ".A")])
def test_codes_that_are_declared_missing_are_read_as_the_mapping_says(small, tmp_path: Path, ending: str, code: str) -> None:
    given(small, coded(tmp_path, ending), f"arms.{ending}")
    with pytest.raises(
        ImportProblem, match=rf"`note` holds codes that the file declares missing \(`{code}`\). Write `missing_codes: empty`"
    ):
        small.run()
    text = small.text
    for said, found in (("empty", ["1", "", ""]), ("read", ["1", code, ""])):
        small.text = text.replace("    origin:", f"    missing_codes: {said}\n    origin:")
        small.run()
        assert small.column("arms", FIELD) == found


def test_a_data_frame_is_named_where_there_is_more_than_one_object(small) -> None:
    one = of_r(vector(["x"]), 1)
    content = rda(first=one, second=of_r(vector(["y"]), 1), more=vector([one, one], r_files.VEC, names=vector(["a", "b"])))
    given(small, content, "arms.rda")
    with pytest.raises(
        ImportProblem, match=r"4 data frames: `first`, `second`, `more\$a`, `more\$b`. Name one of them as `object`"
    ):
        small.run()
    small.replace("    origin:", "    object: second\n    origin:").run()
    assert small.column("arms", FIELD) == ["y"]
    small.replace("object: second", "object: more$b").run()
    assert small.column("arms", FIELD) == ["x"]
    with pytest.raises(ImportProblem, match=r"the object `second2` isn't there. Did you mean `second`\?"):
        small.replace("object: more$b", "object: second2").run()


def test_what_is_no_data_is_never_run(small) -> None:
    code = r_files.number(r_files.CLO) + r_files.NIL + r_files.NIL
    for thing, what in ((code, "a function"), (vector([1.0, 2.0]), "numbers"), (vector([1, 2], dim=vector([1, 2])), "a matrix")):
        small.text = small.text.replace(f"      {FIELD}: note\n", "")
        small.text = re.sub("sha256: .*", "sha256: SHA256", small.text)
        with pytest.raises(ImportProblem, match=rf"holds no data frame, but .*{what}"):
            given(small, rda(thing=thing), "arms.rda").run()
        assert not small.to.exists()


def test_row_names_are_a_column(small) -> None:
    about = {"names": vector(["id", "drug", "n"]), "class": vector(["data.frame"]), "row.names": vector(["Smith", "Jones"])}
    content = rds(vector([vector(["1", "2"]), vector(["SSRI"] * 2), vector([60, 61])], r_files.VEC, **about))
    given(small, content, "arms.rds", column="row.names").run()
    assert small.column("arms", FIELD) == ["Smith", "Jones"]


def test_text_in_an_encoding_of_its_own(small) -> None:
    latin = of_r(vector(["x"]), 1).replace(
        r_files.text("x"), r_files.number(r_files.CHAR) + r_files.number(6) + "Müller".encode("cp1252")
    )
    given(small, rds(latin), "arms.rds")
    with pytest.raises(ImportProblem, match="State its `encoding` in the input"):
        small.run()
    small.replace("    origin:", "    encoding: cp1252\n    origin:").run()
    assert small.column("arms", FIELD) == ["Müller"]


def test_columns_of_one_name_are_refused_by_it(small, tmp_path: Path) -> None:
    content = written(tmp_path, "xpt", ["x"]).replace(b"note    ", b"drug    ")
    with pytest.raises(ImportProblem, match="the file has several columns called `drug`"):
        given(small, content, "arms.xpt", column="drug").run()


def test_a_transport_file_with_two_data_sets_is_refused(small, tmp_path: Path) -> None:
    one = written(tmp_path, "xpt", ["x"])
    card = next(n for n in range(0, len(one), 80) if one[n:].startswith(b"HEADER RECORD*******MEMB"))
    with pytest.raises(ImportProblem, match="holds 2 data sets, and one is read"):
        given(small, one + one[card:], "arms.xpt").run()


@pytest.mark.parametrize(("ending", "module"), [("dta", "pyreadstat"), ("rda", "rdata")])
def test_a_library_that_is_not_installed_is_named(small, monkeypatch: pytest.MonkeyPatch, ending: str, module: str) -> None:
    monkeypatch.setattr("registry.importing.statistical.find_spec", lambda name: None)
    with pytest.raises(OutOfReachError, match=rf"read by {module}, which isn't installed: pip install 'trial-outcomes\[files\]'"):
        given(small, b"x", f"arms.{ending}").run()


@pytest.mark.parametrize(("ending", "better"), [("sas7bdat", r"\.xpt"), ("por", r"\.sav"), ("xls", r"\.xlsx")])
def test_a_format_that_is_not_read_says_what_to_save(small, ending: str, better: str) -> None:
    with pytest.raises(MappingError, match=rf"Save it as an? .* \({better}\)"):
        given(small, b"x", f"arms.{ending}").run()


def test_keys_belong_to_their_formats(small) -> None:
    with pytest.raises(MappingError, match=r"`object` has no meaning for the file `arms\.csv`"):
        given(small, b"id,drug,n,note\n1,SSRI,60,x\n", "arms.csv", "object: d").run()


@pytest.mark.parametrize("ending", ["dta", "sav", "rds"])
def test_a_draft_reads_labels_and_asks(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"arms.{ending}"
    path.write_bytes(labelled(tmp_path, ending))
    draft = suggest_mapping(path)
    assert "labels: text  # ? If values have labels" in draft
    assert '"sertraline"' in draft


def damaged(whole: bytes, n: int, *, cut: bool) -> bytes:
    """The file cut off, or with some other bytes, in a way that the number tells."""
    content = bytearray(gzip.decompress(whole) if whole.startswith(b"\x1f\x8b") else whole)
    if cut:
        del content[n * 7919 % len(content) :]
    else:
        for k in range(1, n % 7 + 2):
            content[n * k * 7919 % len(content)] = (0, 1, 127, 128, 254, 255, n * 37 % 256)[(n + k) % 7]
    return bytes(content)


def sound(tmp_path: Path, ending: str) -> bytes:
    if ending.startswith("rd"):
        whole = of_r(vector(["x", "y"], labels=vector(["x"], names=vector(["z"]))), 2)
        return rds(whole) if ending == "rds" else rda(d=whole)
    return written(tmp_path, ending, [1.0, 2.0], **(LABELS if ending != "xpt" else {}))


@pytest.mark.parametrize(
    ("ending", "cut"),
    [*((ending, True) for ending in ("dta", "sav", "xpt", "rds", "rda")), *((e, False) for e in ("dta", "xpt", "rds", "rda"))],
)
def test_a_damaged_file_is_called_so(small, tmp_path: Path, ending: str, cut: bool) -> None:
    """What a cut or some other bytes make of a file is read, or told as the file's fault. With other bytes the library for SPSS may end the
    process: see the next test.
    """
    whole, text, refused = sound(tmp_path, ending), small.text, []
    for n in range(1, 21):
        small.text = text
        given(small, damaged(whole, n, cut=cut), f"arms.{ending}")
        try:
            small.run()
        except ImportProblem as problem:
            refused.append(str(problem))
    assert len(refused) > 5
    assert all("arms" in said or "mapping.yaml" in said for said in refused)


@pytest.mark.slow
def test_a_library_that_crashes_ends_its_own_process(small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.importing.package.run", child.run)
    whole, text = sound(tmp_path, "sav"), small.text
    for n in range(1, 21):
        small.text = text
        given(small, damaged(whole, n, cut=False), "arms.sav", "labels: text")
        with contextlib.suppress(ImportProblem):  # nothing else
            small.run()


def test_a_count_without_end_is_judged_before_it_is_read(small, tmp_path: Path) -> None:
    content = written(tmp_path, "dta", [1.0, 2.0])
    at = content.index(b"<N>") + 3
    width = content.index(b"</N>") - at
    with pytest.raises(ImportProblem, match=r"arms\.dta: "):
        given(small, content[:at] + b"\xff" * (width - 1) + b"\x0f" + content[at + width :], "arms.dta").run()
    huge = rds(of_r(r_files.number(r_files.REAL) + r_files.number(2**31 - 1), 1))
    small.text = re.sub("sha256: .*", "sha256: SHA256", small.text.replace(f"      {FIELD}: note\n", ""))
    small.text = small.text.replace("arms.dta", "arms.rds")
    with pytest.raises(ImportProblem, match=r"can't be read as a file of R"):
        given(small, huge, "arms.rds").run()
