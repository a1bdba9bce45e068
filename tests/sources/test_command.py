"""``outcomes sources``: drafts are written, accepted versions told of, and nothing is written where something is wrong."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from registry.sources.formats import FORMATS
from tests import sample
from tests.cli.invoking import outcomes
from tests.sources.test_notices import watch

pytest.importorskip("rispy")

SOURCES = (
    "source_id,kind,title,doi,pmid,url,accessed,sha256,licence,correction_status,checked_on,accessed_at\n"
    "one,journal-article,One,10.1000/ABC,,,,,unstated,unchecked,,\n"
    "three,web-page,Three,,,https://example.org/three,,,unstated,unchecked,,\n"
    "two,journal-article,Two,,77,,,,unstated,erratum,2020-01-01,\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    done = outcomes("init", "mine", "--licence", "CC0-1.0", "--title", "Mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "datapackages" / "mine" / "data" / "sources.csv").write_text(SOURCES)
    assert outcomes("refresh", "mine", cwd=tmp_path).returncode == 0
    (tmp_path / "watch.csv").write_text(watch("1,a,5/21/2019 0:00,10.1000/notice,0,https://doi.org/10.1000/abc,5,Retraction"))
    return tmp_path


def held(root: Path, name: str = "mine") -> dict[str, tuple[str, str]]:
    with (root / "datapackages" / name / "data" / "sources.csv").open(newline="") as file:
        return {row["source_id"]: (row["correction_status"], row["checked_on"]) for row in csv.DictReader(file)}


def test_a_draft_is_written_and_what_was_consulted_is_named(root: Path) -> None:
    done = outcomes("sources", "check", "mine", "--retractions", "watch.csv", "--on", "2026-11-01", cwd=root, one_stream=True)
    assert done.returncode == 1  # a source is retracted
    assert held(root) == {"one": ("retracted", "2026-11-01"), "three": ("unchecked", ""), "two": ("erratum", "2026-11-01")}
    for said in (
        "watch.csv: Retraction Watch's list, 1 record, as of 2026-11-01",
        "mine: 3 sources, 2 unchecked before, 1 now",
        "one: retracted (retracted 2019-05-21 10.1000/notice), by watch.csv",
        "without a DOI or PubMed identifier, so not looked up: three",
    ):
        assert said in done.stdout
    descriptor = json.loads((root / "datapackages" / "mine" / "datapackage.json").read_text())
    (consulted,) = descriptor["corrections"]
    assert (consulted["file"], consulted["records"], consulted["on"]) == ("watch.csv", 1, "2026-11-01")
    checked = outcomes("validate", "mine", cwd=root, one_stream=True)
    assert "PKG021" not in checked.stdout  # sizes and hashes are those of the new file


def test_records_say_nothing_of_others(root: Path) -> None:
    (root / "some.nbib").write_text("PMID- 5\nTI  - x\n")
    done = outcomes("sources", "check", "mine", "--retractions", "some.nbib", cwd=root, one_stream=True)
    assert done.returncode == 0
    assert held(root)["one"] == ("unchecked", "")
    assert "in none of the files, so not looked up: one, two" in done.stdout


def test_a_list_of_dois_alone_writes_what_it_says_and_guesses_nothing(root: Path) -> None:
    (root / "clean.csv").write_text("OriginalPaperDOI,RetractionDOI\n10.1000/other,10.1000/n\n")
    done = outcomes("sources", "check", "mine", "--retractions", "clean.csv", "--on", "2026-11-01", cwd=root, one_stream=True)
    assert done.returncode == 0
    assert held(root) == {"one": ("none-found", "2026-11-01"), "three": ("unchecked", ""), "two": ("erratum", "2020-01-01")}
    for said in (
        "It has no PubMed identifier, so it says nothing about a source that has nothing else.",
        "mine: 3 sources, 2 unchecked before, 1 now",
        "  none found: one\n",
        "in none of the files, so not looked up: two",
    ):
        assert said in done.stdout
    (root / "dois.csv").write_text("OriginalPaperDOI,RetractionDOI\n10.1000/ABC,10.1000/NOTICE\n")
    done = outcomes("sources", "check", "mine", "--retractions", "dois.csv", "--on", "2026-11-02", cwd=root, one_stream=True)
    assert done.returncode == 1
    assert held(root)["one"] == ("none-found", "2026-11-01")  # as before, since a notice of whatever kind makes nothing known
    assert "one: has a notice whose kind isn't stated (notice 10.1000/notice), by dois.csv" in done.stdout
    assert "It stays none-found: read the notice, or compare with a file that states its kind too." in done.stdout
    assert "none found:" not in done.stdout
    (root / "notice.json").write_text('{"DOI": "10.1000/notice", "update-to": [{"DOI": "10.1000/abc", "type": "correction"}]}')
    both = ("--retractions", "dois.csv", "--retractions", "notice.json", "--on", "2026-11-03")
    assert outcomes("sources", "check", "mine", *both, cwd=root).returncode == 0
    assert held(root)["one"] == ("erratum", "2026-11-03")


def test_an_older_file_does_not_set_the_day_back(root: Path) -> None:
    outcomes("sources", "check", "mine", "--retractions", "watch.csv", "--on", "2019-12-31", cwd=root)
    assert held(root) == {"one": ("retracted", "2019-12-31"), "three": ("unchecked", ""), "two": ("erratum", "2020-01-01")}


def test_a_retraction_is_ended_by_a_dated_reinstatement_only(root: Path) -> None:
    outcomes("sources", "check", "mine", "--retractions", "watch.csv", "--on", "2026-11-01", cwd=root)
    (root / "back.csv").write_text("OriginalPaperDOI,RetractionNature\n10.1000/abc,Reinstatement\n")
    done = outcomes("sources", "check", "mine", "--retractions", "back.csv", "--on", "2026-11-02", cwd=root, one_stream=True)
    assert "one: stays retracted (reinstated), by back.csv" in done.stdout
    assert held(root)["one"] == ("retracted", "2026-11-02")


@pytest.mark.parametrize("notice", ["EIN - Lancet. 2020;1:2\n", ""])
def test_a_file_without_the_retraction_doesnt_undo_it(root: Path, notice: str) -> None:
    outcomes("sources", "check", "mine", "--retractions", "watch.csv", "--on", "2026-11-01", cwd=root)
    (root / "some.nbib").write_text(f"PMID- 5\nAID - 10.1000/abc [doi]\n{notice}")
    done = outcomes("sources", "check", "mine", "--retractions", "some.nbib", "--on", "2026-11-02", cwd=root, one_stream=True)
    assert done.returncode == 1
    assert held(root)["one"] == ("retracted", "2026-11-02")
    assert "one: stays retracted (" in done.stdout
    (root / "back.csv").write_text(watch("1,a,3/4/2022 0:00,10.1000/back,0,10.1000/abc,0,Reinstatement"))
    outcomes("sources", "check", "mine", "--retractions", "back.csv", "--on", "2026-11-03", cwd=root)
    assert held(root)["one"] == ("reinstated", "2026-11-03")


def consulted(root: Path) -> list[str]:
    return [one["file"] for one in json.loads((root / "datapackages" / "mine" / "datapackage.json").read_text())["corrections"]]


def test_what_was_consulted_before_stays_as_long_as_a_row_rests_on_it(root: Path) -> None:
    def check(name: str, content: str) -> list[str]:
        (root / name).write_text(content)
        outcomes("sources", "check", "mine", "--retractions", name, cwd=root)
        return consulted(root)

    clean = "OriginalPaperDOI\n10.1000/{}\n"
    assert check("dois.csv", clean.format("p")) == ["dois.csv"]
    assert check("other.nbib", "PMID- 5\nTI  - x\n") == ["dois.csv", "other.nbib"]
    assert check("dois.csv", clean.format("p")) == ["other.nbib", "dois.csv"]  # two was checked before, by what nobody knows
    both = "OriginalPaperDOI,OriginalPaperPubMedID\n10.1000/q,9\n"
    assert check("both.csv", both) == [
        "other.nbib",
        "dois.csv",
        "both.csv",
    ]  # the erratum that the table has is of an earlier check
    sources = root / "datapackages" / "mine" / "data" / "sources.csv"
    sources.write_text(sources.read_text().replace("erratum", "none-found"))
    assert check("again.csv", both.replace("q", "r")) == ["again.csv"]


def test_a_later_concern_is_not_lifted_by_an_earlier_reinstatement(root: Path) -> None:
    for name, rows in (
        ("concern.csv", ["1,a,5/21/2019,10.1000/n,0,10.1000/abc,5,Expression of concern"]),
        (
            "back.csv",
            ["1,a,5/21/2016,10.1000/n,0,10.1000/abc,5,Retraction", "2,a,5/21/2017,10.1000/m,0,10.1000/abc,5,Reinstatement"],
        ),
    ):
        (root / name).write_text(watch(*rows))
        done = outcomes("sources", "check", "mine", "--retractions", name, cwd=root, one_stream=True)
        assert done.returncode == 1
        assert held(root)["one"][0] == "expression-of-concern"
    both = [
        "1,a,5/21/2019,10.1000/n,0,10.1000/abc,5,Expression of concern",
        "2,a,5/21/2020,10.1000/m,0,10.1000/abc,5,Reinstatement",
    ]
    (root / "both.csv").write_text(watch(*both))
    assert outcomes("sources", "check", "mine", "--retractions", "both.csv", cwd=root).returncode == 0
    assert held(root)["one"][0] == "reinstated"


def test_a_cell_that_is_no_identifier_is_shown(root: Path) -> None:
    sources = root / "datapackages" / "mine" / "data" / "sources.csv"
    page = "https://www.nejm.org/doi/full/10.1056/NEJMoa1603694"
    sources.write_text(sources.read_text().replace("10.1000/ABC", page).replace(",77,", "10.1002/x PMID: 5,77,"))
    outcomes("refresh", "mine", cwd=root)
    done = outcomes("sources", "check", "mine", "--retractions", "watch.csv", cwd=root, one_stream=True)
    assert f"one: `{page}` can't be read as a DOI or PubMed identifier, so it isn't looked up" in done.stdout
    assert "two: `10.1002/x PMID: 5` can't be read as a DOI or PubMed identifier\n" in done.stdout
    assert "without a DOI or PubMed identifier, so not looked up: three\n" in done.stdout
    assert held(root)["one"] == ("unchecked", "")


def test_an_accepted_version_is_left_as_it_is(root: Path) -> None:
    registry = root / "registry"
    shutil.copytree(Path(__file__).parents[2] / ".registry", registry / ".registry")
    shutil.copytree(Path(__file__).parents[2] / "datapackages" / "linde-2015", registry / "datapackages" / "linde-2015")
    before = (registry / "datapackages" / "linde-2015" / "data" / "sources.csv").read_bytes()
    done = outcomes("sources", "check", "--retractions", "../watch.csv", cwd=registry, one_stream=True)
    assert "It is accepted, so nothing was written" in done.stdout
    assert (registry / "datapackages" / "linde-2015" / "data" / "sources.csv").read_bytes() == before


def test_sources_come_from_a_citation_manager_once(root: Path) -> None:
    (root / "library.ris").write_text(
        "TY  - JOUR\nAU  - Müller, A\nPY  - 2004\nTI  - New\nDO  - 10.1000/new\nER  - \n"
        "TY  - JOUR\nTI  - Known\nDO  - doi:10.1000/abc\nER  - \n"
        "TY  - JOUR\nAU  - Müller, B\nPY  - 2004\nTI  - Newer\nER  - \n"
    )
    done = outcomes("sources", "import", "mine", "library.ris", cwd=root, one_stream=True)
    assert done.returncode == 0, done.stdout
    assert "one: there already" in done.stdout
    assert held(root)["muller-2004"] == ("unchecked", "")
    assert set(held(root)) == {"one", "two", "three", "muller-2004", "muller-2004-2"}
    again = outcomes("sources", "import", "mine", "library.ris", cwd=root, one_stream=True)
    assert again.stdout.endswith("mine: 0 added.\n"), again.stdout
    assert "2 added; state the licence of each in `licence`, and check" in done.stdout
    out = outcomes("sources", "export", "mine", "--format", "csl-json", cwd=root)
    assert {item["id"] for item in json.loads(out.stdout)} == set(held(root))


@pytest.mark.parametrize("form", FORMATS)
def test_a_package_s_sources_come_back(root: Path, form: str) -> None:
    sources = root / "datapackages" / "mine" / "data" / "sources.csv"
    sources.write_text(sources.read_text().replace(",unstated,", ",CC-BY-4.0,", 1))
    (root / f"all{FORMATS[form]}").write_text(
        outcomes("sources", "export", "mine", "--format", form, cwd=root).stdout, encoding="utf-8"
    )
    outcomes("init", "other", "--licence", "CC0-1.0", "--title", "Other", cwd=root)
    done = outcomes("sources", "import", "other", f"all{FORMATS[form]}", cwd=root, one_stream=True)
    assert done.returncode == 0, done.stdout
    assert f"other: {len(held(root))} added; state the licence of the 2 that have none in `licence`, and check" in done.stdout

    def rows(name: str) -> list[dict[str, str]]:
        with (root / "datapackages" / name / "data" / "sources.csv").open(newline="") as file:
            return [
                {key: row[key] for key in ("source_id", "kind", "title", "doi", "pmid", "url", "licence")}
                for row in csv.DictReader(file)
            ]

    assert rows("other") == rows("mine")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("burn",), 2, "sources takes check, import, export"),
        (("check",), 2, "--retractions FILE"),
        (("import", "mine"), 2, "name a package and a file"),
        (("export",), 2, "name one package"),
        (("export", "mine", "--on", "2020-01-01"), 2, "--on goes with `outcomes sources check`"),
        (("import", "mine", "broken.bib", "--format", "ris"), 2, "--format goes with `outcomes sources export`"),
        (("check", "--retractions", "watch.csv", "-o", "told.txt"), 2, "--output goes with `outcomes sources export`"),
        (("check", "--retractions", "watch.csv", "--on", "tomorrow"), 2, "not a day such as"),
        (("check", "--retractions", "watch.csv", "--on", "2999-01-01"), 2, "is in the future"),
        (("check", "--retractions", "nothing.csv"), 2, "there is no such file"),
        (("check", "--retractions", "watch.csv", "--retractions", "twice.csv"), 3, "names OriginalPaperDOI twice"),
        (("import", "mine", "watch.csv"), 3, "must end in"),
        (("import", "mine", "broken.bib"), 3, "broken.bib: line 1: this entry can't be read as BibTeX"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(root: Path, words: tuple[str, ...], code: int, said: str) -> None:
    before = held(root)
    (root / "broken.bib").write_text("@article{a, title={x}")
    (root / "twice.csv").write_text("OriginalPaperDOI,OriginalPaperDOI\n10.1000/abc,\n")
    done = outcomes("sources", *words, cwd=root)
    assert "Parsing of" not in done.stderr  # as a library would say it
    assert (done.returncode, said in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert held(root) == before


def test_an_accepted_version_that_has_all_of_a_file_needs_no_new_one(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    assert outcomes("accept", "sample", "--by", "A Person", cwd=tmp_path).returncode == 0
    (tmp_path / "same.ris").write_text(outcomes("sources", "export", "sample", "--format", "ris", cwd=tmp_path).stdout)
    done = outcomes("sources", "import", "sample", "same.ris", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "sample: 0 added.", "")
    (tmp_path / "more.ris").write_text("TY  - JOUR\nTI  - Something else\nER  - \n")
    done = outcomes("sources", "import", "sample", "more.ris", cwd=tmp_path)
    assert done.returncode == 2
    assert "give a correction a new version in datapackage.json first, then refresh it; after that, import again" in done.stderr
