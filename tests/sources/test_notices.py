"""Files that tell of corrections: what each kind says, what of it holds for a paper, and files that are none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from registry.sources.checking import check_sources
from registry.sources.citation import bare_doi, bare_pmid
from registry.sources.formats import CitationError
from registry.sources.notices import Notice, status_of
from registry.sources.reading import read_notices

HEAD = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n"


def watch(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


def given(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("10.1370/AFM.1687", "10.1370/afm.1687"),
        ("https://doi.org/10.1370/afm.1687", "10.1370/afm.1687"),
        ("http://dx.doi.org/10.1370/afm.1687 ", "10.1370/afm.1687"),
        ("doi: 10.1370/afm.1687.", "10.1370/afm.1687"),
        ("https://doi.org/10.1002%2Fabc", "10.1002/abc"),
        ("unavailable", ""),
        ("", ""),
        (None, ""),
        ("10.1370", ""),
    ],
)
def test_a_doi_is_compared_without_what_stands_around_it(text: str | None, bare: str) -> None:
    assert bare_doi(text) == bare


@pytest.mark.parametrize(
    ("text", "bare"), [("27401359", "pmid:27401359"), ("PMID: 027401359", "pmid:27401359"), ("27401359.0", "pmid:27401359")]
)
def test_a_pubmed_identifier_is_its_digits(text: str, bare: str) -> None:
    assert bare_pmid(text) == bare


@pytest.mark.parametrize("text", ["0", "", None, "unavailable", "123456789", "PMC123"])
def test_no_pubmed_identifier_is_none(text: str | None) -> None:
    assert bare_pmid(text) == ""


def test_retraction_watch_is_read_by_the_original_paper(tmp_path: Path) -> None:
    rows = [
        "1,a,5/21/2019 0:00,10.1000/notice,31,https://doi.org/10.1000/ABC,0,Retraction",
        "2,b,12/1/2020 0:00,unavailable,0,10.1000/eoc,0,Expression of concern",
        "3,c,1/2/2021 0:00,10.1000/back,0,10.1000/abc2,77,Retraction",
        "4,c,3/4/2022 0:00,10.1000/back2,0,10.1000/abc2,77,Reinstatement",
        "5,d,3/4/2022 0:00,10.1000/c,0,,88,Correction",
    ]
    notices = read_notices(given(tmp_path, "watch.csv", watch(*rows)))
    assert notices.complete
    assert notices.rows == 5
    assert notices.about({"10.1000/abc"}) == [Notice("retracted", "2019-05-21", "10.1000/notice")]
    status = {
        key: status_of(notices.about({key}) or [])
        for key in ("10.1000/abc", "10.1000/eoc", "pmid:77", "pmid:88", "10.1000/notice", "10.9999/x")
    }
    assert list(status.values()) == ["retracted", "expression-of-concern", "reinstated", "erratum", "none-found", "none-found"]
    assert notices.about(set()) is None


@pytest.mark.parametrize(
    ("notices", "status"),
    [
        ([], "none-found"),
        ([("retracted", "2020"), ("erratum", "2021")], "retracted"),
        ([("reinstated", "2021"), ("retracted", "2020")], "reinstated"),
        ([("reinstated", "2021"), ("retracted", "2022")], "retracted"),
        ([("erratum", ""), ("expression-of-concern", "")], "expression-of-concern"),
        ([("reinstated", "2021"), ("erratum", "2022")], "reinstated"),
        # A concern after the reinstatement is about the paper as it is now, and one without a day may be.
        ([("retracted", "2016"), ("reinstated", "2017"), ("expression-of-concern", "2019")], "expression-of-concern"),
        ([("retracted", "2016"), ("reinstated", "2017"), ("expression-of-concern", "")], "expression-of-concern"),
        ([("retracted", "2016"), ("reinstated", "2017"), ("expression-of-concern", "2015")], "reinstated"),
        ([("reinstated", ""), ("expression-of-concern", "2015")], "expression-of-concern"),
        ([("reinstated", ""), ("retracted", "")], "retracted"),  # which of them was first isn't known
        ([("reinstated", ""), ("retracted", "2020")], "retracted"),
        ([("reinstated", "2021"), ("retracted", "")], "retracted"),
        ([("reinstated", "2021"), ("retracted", "2021-05-02")], "retracted"),
        ([("reinstated", "2021-05-02"), ("retracted", "2021")], "retracted"),
        ([("reinstated", "2021-05-02"), ("retracted", "2021-05-02")], "retracted"),
        ([("reinstated", "2021-05-02"), ("retracted", "2020")], "reinstated"),
        ([("reinstated", "2021"), ("retracted", "2020"), ("retracted", "2022"), ("reinstated", "2023")], "reinstated"),
        ([("reinstated", "")], "reinstated"),
        ([("", "2021")], None),
        ([("", ""), ("erratum", "2021")], None),
        ([("", ""), ("reinstated", "2021"), ("retracted", "2020")], None),
        ([("", ""), ("retracted", "2021")], "retracted"),  # whatever the other one is
    ],
)
def test_what_is_known_by_several_notices(notices: list[tuple[str, str]], status: str | None) -> None:
    assert status_of([Notice(*notice) for notice in notices]) == status


def test_a_notice_of_an_unstated_kind_is_known_by_its_identifier_in_another_file() -> None:
    erratum = Notice("erratum", "2021", "10.1000/n")
    assert status_of([Notice("", "", "10.1000/n"), erratum]) == "erratum"
    assert status_of([Notice("", "", "10.1000/m"), erratum]) is None
    assert status_of([Notice(""), Notice("erratum")]) is None  # both without an identifier


def test_a_list_of_two_columns_says_who_has_a_notice_and_not_which(tmp_path: Path) -> None:
    text = "OriginalPaperDOI,RetractionDOI\n10.1000/A,10.1000/notice\nunavailable,10.1000/other\n10.1000/b,unavailable\n"
    notices = read_notices(given(tmp_path, "dois.csv", text))
    assert notices.what == "Retraction Watch's list without OriginalPaperPubMedID, RetractionNature and RetractionDate"
    assert (notices.rows, notices.kinds) == (3, {"DOI"})
    assert notices.about({"10.1000/a"}) == [Notice("", "", "10.1000/notice")]
    assert notices.about({"10.1000/b"}) == [Notice("")]
    assert notices.about({"10.1000/c"}) == []
    assert notices.about({"10.1000/c", "pmid:5"}) == []
    assert notices.about({"pmid:5"}) is None  # the list has no PubMed identifier


def test_a_list_of_pubmed_identifiers_says_nothing_of_dois(tmp_path: Path) -> None:
    text = "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n,7,Retraction\nunavailable,8,\n,0,Correction\n"
    notices = read_notices(given(tmp_path, "pmids.csv", text))
    assert notices.what == "Retraction Watch's list without RetractionDate"
    assert [notices.about({i}) for i in ("pmid:7", "pmid:8", "pmid:9", "10.1000/a")] == [
        [Notice("retracted")],
        [Notice("")],
        None,  # the third row may be of any paper
        None,
    ]


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        (("13/01/2021", "05/06/2021"), "retracted"),  # the day is first, so the retraction came after
        (("1/5/2021 0:00", "1/13/2021 0:00"), "retracted"),
        (("1/13/2021 0:00", "1/5/2021 0:00"), "reinstated"),
        (("07.06.2021", "05.06.2021"), "retracted"),  # nothing tells day from month: the year alone is known
        (("05/06/2022", "07/08/2021"), "reinstated"),
        (("2021-06-05", "2021-05-06 00:00"), "reinstated"),
        (("2021/06/05", "2021"), "retracted"),
    ],
)
def test_the_order_of_day_and_month_is_known_by_a_day_over_12(tmp_path: Path, dates: tuple[str, str], status: str) -> None:
    rows = [
        f"{n},a,{day},,,10.1000/a,0,{nature}"
        for n, (day, nature) in enumerate(zip(dates, ("Reinstatement", "Retraction"), strict=True))
    ]
    notices = read_notices(given(tmp_path, "a.csv", watch(*rows)))
    assert status_of(notices.about({"10.1000/a"}) or []) == status
    assert ("years alone" in notices.what) == (max(len(n.day) for n in notices.found["10.1000/a"]) == 4)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("13/01/2021", "1/13/2021", "line 2: the date has the day first, and that in line 3 the month"),
        ("31/02/2021", "", "line 2: the date `31/02/2021` can't be read"),
        ("2021-13-01", "", "line 2: the date `2021-13-01` can't be read"),
        ("", "05-Jan-2021", "line 3: the date `05-Jan-2021` can't be read"),
        ("1/5/21", "", "line 2: the date `1/5/21` can't be read"),
    ],
)
def test_a_date_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, first: str, second: str, said: str) -> None:
    rows = (f"1,a,{first},,,10.1000/a,0,Retraction", f"2,a,{second},,,10.1000/b,0,Retraction")
    with pytest.raises(CitationError, match=said):
        read_notices(given(tmp_path, "a.csv", watch(*rows)))


@pytest.mark.parametrize(
    "cell",
    [
        "10.1000/a; 10.1000/b",
        "10.1000/b, 10.1000/a",
        "10.1000/a\u200b",
        "\u201c10.1000/a\u201d",
        "10.1000//a",
        "https://doi.org/10.1000/A?x=1",
        "DOI: 10.1000/a",
    ],
)
def test_an_identifier_is_found_among_what_stands_around_it(tmp_path: Path, cell: str) -> None:
    notices = read_notices(given(tmp_path, "a.csv", watch(f'1,a,5/21/2019,,,"{cell}",12345678;999,Retraction')))
    assert [notices.about({i}) == [Notice("retracted", "2019-05-21")] for i in ("10.1000/a", "pmid:12345678")] == [True, True]
    assert (notices.about({"10.1000/c"}), notices.doubtful) == ([], {})


@pytest.mark.parametrize("cell", ["\uff11\uff12", "12\u3000", "12\uff0c\uff17", "1234567 12", "7654321 1234567"])
def test_wide_digits_and_commas_are_digits_and_commas(tmp_path: Path, cell: str) -> None:
    doi = "\uff11\uff10.1000/b\uff0c10.1000/a"
    notices = read_notices(given(tmp_path, "a.csv", watch(f"1,a,,,,{doi},{cell},Retraction")))
    read = {"pmid:12", "pmid:7654321"}
    if cell == "1234567 12":  # may be one number
        assert notices.about(read) is None
    else:
        assert notices.about(read) == [Notice("retracted")]
    assert [notices.about({doi}) for doi in ("10.1000/a", "10.1000/b", "10.1000/c")] == [[Notice("retracted")]] * 2 + [[]]


@pytest.mark.parametrize("cell", ["12 3", "12,345", "12 345 678", "12,345,678", "1\u00a02", "\u0661\u0662", "12,0"])
def test_what_may_be_one_pubmed_identifier_is_not_read_as_several(tmp_path: Path, cell: str) -> None:
    notices = read_notices(
        given(tmp_path, "a.csv", watch(f'1,a,,,,10.1000/x,"{cell}",Retraction', "2,a,,,,10.1000/y,7,Retraction"))
    )
    assert [notices.about({i}) for i in ("pmid:123", "pmid:12345", "pmid:345", "pmid:12345678")] == [None] * 4
    assert notices.doubtful["PubMed identifier"].startswith("line 2:")


PUT_BEHIND = ["/", ")", "|", ":", "/full", ".pdf", "/full/", ".full.pdf", "/epdf", "/abstract"]
PUT_BEHIND += ["/epub", ".short", "v2", "v1.full.pdf", "/v1", "?query=toc", "[doi]", "&journalcode=ajp", "/en", ".supplement"]
JOINED = ["\\n", "#sec", "(print)", "/10.1000/b", "+10.1000/b"]


@pytest.mark.parametrize("ending", [*PUT_BEHIND, *JOINED])
def test_a_doi_that_differs_in_its_ending_may_be_the_same(tmp_path: Path, ending: str) -> None:
    long, short = "10.1000/a1" + ending, "10.1000/a1"
    for listed, own in ((long, short), (short, long)) if ending in PUT_BEHIND else ((long, short),):
        notices = read_notices(given(tmp_path, "a.csv", watch(f"1,a,5/21/2019,10.1000/n,,{listed},0,Retraction")))
        found = notices.about({bare_doi(own)})
        assert found is not None
        assert status_of(found) is None
        assert found[0].where == f"10.1000/n about {bare_doi(listed)}, perhaps another paper"
        assert [notices.about({doi}) for doi in ("10.1000/a1b", "10.1000/a12", "10.1000/a", "10.1000/c")] == [[]] * 4
        assert notices.doubtful == {}
    exact = read_notices(
        given(tmp_path, "b.csv", watch(f"1,a,,,,10.1000/a1{ending},0,Correction", "2,a,,,,10.1000/a1,0,Retraction"))
    )
    assert status_of(exact.about({"10.1000/a1"}) or []) == "retracted"


@pytest.mark.parametrize(("listed", "own"), [("v1", "v2"), ("/v1", "/v3"), ("v1.full.pdf", "v2"), (".pdf", "/full")])
def test_two_versions_of_a_preprint_may_be_one_paper(tmp_path: Path, listed: str, own: str) -> None:
    notices = read_notices(given(tmp_path, "a.csv", watch(f"1,a,,,,10.1101/2020.06.22.20137273{listed},0,Retraction")))
    found = notices.about({f"10.1101/2020.06.22.20137273{own}"})
    assert found is not None
    assert status_of(found) is None


def test_signs_of_a_page_in_a_doi_are_the_signs_that_they_stand_for() -> None:
    assert bare_doi("10.1002/1097(1990)1:2&lt;3::AID-X&gt;3.0.CO;2-A") == bare_doi("10.1002/1097(1990)1:2<3::AID-X>3.0.CO;2-A")


def test_a_very_long_doi_takes_no_time(tmp_path: Path) -> None:
    doi = "10.1000/a" + "/" * 100_000 + "a"
    assert read_notices(given(tmp_path, "a.csv", watch(f"1,a,,,,{doi},0,Retraction"))).about({doi}) == [Notice("retracted")]


@pytest.mark.parametrize("cell", ["https://journal.org/10.1000/a", "10.1000", "10.1000/a (see 10.1000/b)", "see PMID 5"])
def test_a_list_with_an_identifier_that_cannot_be_read_clears_no_paper(tmp_path: Path, cell: str) -> None:
    notices = read_notices(given(tmp_path, "a.csv", watch("1,a,,,,10.1000/x,7,Retraction", f"2,a,,,,{cell},1.2345E7,Retraction")))
    assert [notices.about({i}) for i in ("10.1000/a", "pmid:9")] == [None, None]
    assert notices.about({"10.1000/x"}) == [Notice("retracted")]
    assert {kinds: why[:7] for kinds, why in notices.doubtful.items()} == dict.fromkeys(
        ("DOI", "PubMed identifier", "DOI and PubMed identifier"), "line 3:"
    )


def test_a_list_clears_no_paper_by_identifiers_that_many_rows_leave_out(tmp_path: Path) -> None:
    text = "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n10.1000/zzz,,Retraction\n10.1000/yyy,{},Retraction\n"
    notices = read_notices(given(tmp_path, "a.csv", text.format("5")))
    assert [notices.about({i}) for i in ("pmid:9", "10.1000/a")] == [None, []]
    assert notices.doubtful["PubMed identifier"].startswith("1 of 2 rows have no OriginalPaperPubMedID")
    for absent, found in (("0", None), ("unavailable", [])):  # 0 is what a list has where none was recorded
        notices = read_notices(given(tmp_path, "b.csv", text.replace("zzz,,", f"zzz,{absent},").format("5")))
        assert notices.about({"pmid:9"}) == found
        assert notices.about({"pmid:9", "10.1000/a"}) == []


@pytest.mark.parametrize("others", [1, 30])
@pytest.mark.parametrize(
    ("row", "cleared"),
    [
        # What can't be read may be the paper, unless the other identifier is another's.
        ("10.1000/a b,0", []),
        ("10.1000/a b,", []),
        ("10.1000/a b,unavailable", []),
        ("unavailable,12 345 678", []),
        ("10.1000/a b,5", ["both", "pmid"]),
        ("10.1000/q,12 345 678", ["both", "doi"]),
        ("unavailable,5", ["both", "doi", "pmid"]),
        ("10.1000/q,unavailable", ["both", "doi", "pmid"]),
    ],
)
def test_a_row_that_may_be_a_paper_clears_it_of_nothing(tmp_path: Path, row: str, cleared: list[str], others: int) -> None:
    text = "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n" + f"{row},Retraction\n"
    text += "".join(f"10.1000/o{n},{100 + n},Retraction\n" for n in range(others))
    notices = read_notices(given(tmp_path, "a.csv", text))
    papers = {"both": {"10.1000/z", "pmid:77"}, "doi": {"10.1000/z"}, "pmid": {"pmid:77"}}
    assert [name for name, paper in papers.items() if notices.about(paper) == []] == cleared


def test_identifiers_that_most_rows_leave_out_together_clear_no_paper(tmp_path: Path) -> None:
    text = "OriginalPaperDOI,OriginalPaperPubMedID\n,0\n,\n10.1000/q,77\n"
    assert read_notices(given(tmp_path, "a.csv", text)).about({"10.1000/a", "pmid:9"}) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Author,OriginalPaperDOI,RetractionDate\nArab, S; Hak, E,10.1000/a,2020-01-01\n",
            "line 2: the row has 5 cells, and the header 3",
        ),
        ("OriginalPaperDOI,RetractionDate,Notes\n10.1000/a,,\n10.1000/b", "line 3: the row has 1 cells, and the header 3"),
        (
            watch("1,a,5/21/2019,,,10.1000/a,0,Retraction") + "2,b,5/21/2019,,,10.10",
            "line 3: the row has 6 cells, and the header 8",
        ),
    ],
)
def test_a_row_of_another_length_than_the_header_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CitationError, match=said):
        read_notices(given(tmp_path, "a.csv", text))


def test_a_header_is_read_in_small_letters_and_below_an_empty_line(tmp_path: Path) -> None:
    notices = read_notices(
        given(tmp_path, "a.csv", "\n" + watch("1,a,5/21/2019,,,10.1000/a,0,Retraction").replace(HEAD, HEAD.lower()))
    )
    assert notices.about({"10.1000/a"}) == [Notice("retracted", "2019-05-21")]


NBIB = """\
PMID- 1
TI  - A trial that
      goes on
LID - 10.1000/a [doi]
PT  - Journal Article
PT  - Retracted Publication
RIN - Lancet. 2020;1:2. PMID: 9

PMID- 2
EIN - Lancet. 2020;1:3
AID - 10.1000/b [doi]

PMID- 3
ECI - Lancet. 2021

PMID- 4
PRIN- Lancet. 2022
"""


def europe(*links: tuple[str, str], types: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "source": "MED",
        "pmid": "1",
        "doi": "10.1000/A",
        "pubTypeList": {"pubType": list(types)},
        "commentCorrectionList": {"commentCorrection": [{"type": kind, "id": where} for kind, where in links]},
    }


CROSSREF = {
    "source": "Crossref",
    "DOI": "10.1000/a",
    "title": ["T"],
    "prefix": "10.1000",
    "member": "1",
    "indexed": {},
    "deposited": {},
}

XML = """<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "x.dtd"><PubmedArticleSet><PubmedArticle><MedlineCitation>
<PMID Version="1">1</PMID><Article><PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="{}"><PMID>9</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/A</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.nbib", NBIB, "retracted"),
        ("a.txt", NBIB, "retracted"),
        ("a.xml", XML.format("RetractionIn"), "retracted"),
        ("a.xml", XML.format("ErratumIn"), "erratum"),
        ("a.xml", XML.format("ExpressionOfConcernIn"), "expression-of-concern"),
        ("a.xml", XML.format("PartialRetractionIn"), "retracted"),
        ("a.xml", XML.format("CommentIn"), "none-found"),
        ("a.xml", XML.format("RetractionOf"), "none-found"),
        ("a.json", json.dumps({"resultList": {"result": [europe(("Retraction in", "9"))]}}), "retracted"),
        ("a.json", json.dumps([europe(types=("Retracted Publication",))]), "retracted"),
        ("a.json", json.dumps([europe(("Comment in", "9"), ("Erratum in", "8"))]), "erratum"),
        ("a.json", json.dumps([europe()]), "none-found"),
        (
            "a.json",
            json.dumps({"message": {"DOI": "10.1000/a", "updated-by": [{"DOI": "10.1/n", "type": "retraction"}]}}),
            "retracted",
        ),
        (
            "a.json",
            json.dumps([{"DOI": "10.1000/n", "update-to": [{"DOI": "10.1000/A", "type": "expression_of_concern"}]}]),
            "expression-of-concern",
        ),
        ("a.json", json.dumps([CROSSREF]), "none-found"),
        ("a.json", json.dumps([{"DOI": "10.1000/a", "updated-by": []}]), "none-found"),
        ("a.json", json.dumps([{"DOI": "10.1000/a", "updated-by": {"DOI": "10.1/n", "type": "retraction"}}]), "retracted"),
        (
            "a.json",
            json.dumps([{"DOI": "10.1000/a", "updated-by": [{"DOI": "10.1000/a.2", "type": "new_version"}]}]),
            "none-found",
        ),
    ],
)
def test_records_speak_of_their_papers_only(tmp_path: Path, name: str, content: str, status: str) -> None:
    notices = read_notices(given(tmp_path, name, content))
    assert not notices.complete
    found = notices.about({"10.1000/a", "pmid:1"})
    assert found is not None
    assert status_of(found) == status
    assert notices.about({"10.9999/other"}) is None


def test_the_statuses_of_records_of_pubmed(tmp_path: Path) -> None:
    notices = read_notices(given(tmp_path, "a.nbib", NBIB))
    assert [status_of(notices.about({i}) or []) for i in ("pmid:1", "10.1000/b", "pmid:3", "pmid:4")] == [
        "retracted",
        "erratum",
        "expression-of-concern",
        "retracted",
    ]


@pytest.mark.parametrize("day", [[None], ["unknown"], [99999], [2022, None], [2022, 13], [2022, 2, 30], [True], [0], []])
def test_a_reinstatement_whose_day_is_none_does_not_end_a_retraction(tmp_path: Path, day: list[object]) -> None:
    told = {"DOI": "10.1000/a", "type": "retraction", "updated": {"date-parts": [[2021, 5, 6]]}}
    back = {"DOI": "10.1000/a", "type": "reinstatement"}
    for issued, status in ((day, "retracted"), ([2022], "reinstated"), ([2021, 6, 1], "reinstated")):
        items = [{"DOI": "10.1000/r", "update-to": [told]}, {"issued": {"date-parts": [issued]}, "update-to": back}]
        notices = read_notices(given(tmp_path, "a.json", json.dumps(items)))
        assert status_of(notices.about({"10.1000/a"}) or []) == status


RETRACTED = [
    "RETRACTED: A trial", "[Retracted] A trial", "RETRACTED ARTICLE: A trial", "WITHDRAWN: A trial", "<b>RETRACTED</b>: A trial",
    "A trial (Retracted)", "A trial [Retracted]", "A trial. (Retracted article. See vol. 1, 2010)", "REMOVED: A trial", "TEMPORARY REMOVAL: A trial",
    "RETRACTED - A trial", "RETRACTED A trial", "\u2018RETRACTED\u2019: A trial", "RETRACTED AND REPUBLISHED: A trial", "RETRACTED STUDY: A trial",
    "Expression of Concern: A trial", "Retraction: A trial", "Article withdrawn: A trial", "This article has been retracted: A trial",
    "Withdrawn by the authors: A trial", "Notice of retraction: A trial", "A trial \u2013 retracted", "A trial. Retraction notice", "\u301cRETRACTED\u301e A trial",
    "WITHDRAWAL: A trial", "Withdrawal \u2013 A trial", "A trial (Withdrawal notice)", "Publisher withdrawal: A trial", "Withdrawal of article: A trial",
    "A withdrawal study (Retracted)", "Withdrawal, rebound and relapse [Withdrawn]",
]  # fmt: skip
PLAIN = [
    "Retracted publications", "Antidepressant withdrawal: a review", "Withdrawal symptoms after an SSRI", "Patients withdrawn from sertraline",
    "Relapse after lithium is withdrawn in older people: a trial", "Removal of the amygdala in rats", "Treatment of trials that were retracted by meta-analysts",
    "Withdrawal-emergent symptoms after abrupt stopping of paroxetine", "Withdrawal, rebound and relapse", "Relapse after sertraline: a withdrawal study",
    "Maintenance escitalopram (a withdrawal study)", "Esketamine for relapse prevention: withdrawal trial.", "Serotonin syndrome, dependence, withdrawal.",
    "Benzodiazepine dependence: withdrawal", "Nicotine (withdrawal): bupropion", "Antidepressants (withdrawal)", "Withdrawal/discontinuation of SSRIs",
    "Citalopram (withdrawn from some markets in 2012 was not studied) in adults",
]  # fmt: skip


@pytest.mark.parametrize("title", RETRACTED)
def test_a_title_that_says_retracted_is_looked_at_in_every_record(tmp_path: Path, title: str) -> None:
    lite = {"source": "MED", "pmid": "1", "doi": "10.1000/a", "title": title}
    xml = XML.format("CommentIn").replace("<PublicationTypeList>", f"<ArticleTitle>{title}</ArticleTitle><PublicationTypeList>")
    for name, content in (
        ("a.json", json.dumps(lite)),
        ("b.json", json.dumps({**europe(), "title": title})),
        ("c.json", json.dumps({"DOI": "10.1000/a", "title": title, "updated-by": [{"type": "erratum", "DOI": "10.1000/e"}]})),
        ("a.nbib", f"PMID- 1\nTI  - {title}\nPT  - Journal Article\n"),
        ("a.xml", xml),
    ):
        found = read_notices(given(tmp_path, name, content)).about({"10.1000/a", "pmid:1"})
        assert Notice("", "", "by its title") in (found or []), name
        assert status_of(found or []) is None


@pytest.mark.parametrize("title", PLAIN)
def test_a_title_about_withdrawal_says_nothing_of_the_paper(tmp_path: Path, title: str) -> None:
    text = json.dumps({"DOI": "10.1000/a", "title": title, "updated-by": []})
    assert read_notices(given(tmp_path, "a.json", text)).about({"10.1000/a"}) == []


@pytest.mark.parametrize(
    "item",
    [
        # What Europe PMC sends by default, a list of identifiers, and what citation tools make of Crossref's records.
        {"source": "MED", "pmid": "1", "doi": "10.1000/a", "pubType": "clinical trial; journal article", "title": "T"},
        {"source": "MED", "id": "1", "pmid": "1"},
        {"source": "MED", "pmid": "1", "doi": "10.1000/a", "pubTypeList": None},
        {"source": "Crossref", "DOI": "10.1000/a", "title": "T", "type": "article-journal"},
        {"source": "Crossref", "DOI": "10.1000/a"},
        {"source": "Crossref", "DOI": "10.1000/a", "prefix": "10.1000", "member": "1"},
        {"source": "PubMed", "DOI": "10.1000/a", "PMID": "1", "title": "T"},
    ],
)
def test_a_record_without_a_place_for_notices_clears_nothing(tmp_path: Path, item: dict[str, object]) -> None:
    notices = read_notices(
        given(
            tmp_path, "a.json", json.dumps([item, {"DOI": "10.1000/b", "updated-by": []}, {**europe(), "pmid": "2", "doi": ""}])
        )
    )
    assert [notices.about({i}) for i in ("10.1000/a", "pmid:1", "10.1000/b", "pmid:2")] == [None, None, [], []]
    with pytest.raises(CitationError, match="resultType=core"):
        read_notices(given(tmp_path, "b.json", json.dumps([item])))


@pytest.mark.parametrize(
    ("types", "status"),
    [
        ("clinical trial; retracted publication; journal article", "retracted"),
        ("Retracted Publication.", "retracted"),
        ("preprint-withdrawal", None),
        ("preprint removal; preprint", None),
    ],
)
def test_what_a_short_record_says_of_its_paper_is_heard(tmp_path: Path, types: str, status: str | None) -> None:
    short = {"source": "MED", "pmid": "1", "pubType": types}
    core = {**europe(types=tuple(types.split(";"))), "doi": ""}
    for item in (short, core):
        found = read_notices(given(tmp_path, "a.json", json.dumps([item]))).about({"pmid:1"})
        assert found
        assert status_of(found) == status


NOTICE = "PMID- 9\nTI  - Retraction: A trial\nPT  - Retraction of Publication\n{}- Lancet. 2010 Feb 6;375:445. doi: 10.1000/a. PMID: 1\n"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.nbib", NOTICE.format("ROF "), "retracted"),
        ("a.nbib", NBIB.replace("PMID- 1", "PMID- 7") + "\n" + NOTICE.format("PROF"), "retracted"),
        ("a.nbib", NOTICE.format("ECF "), "expression-of-concern"),
        ("a.nbib", NOTICE.format("EFR "), "erratum"),
        ("a.xml", XML.format("RetractionOf").replace("1</PMID><A", "7</PMID><A").replace("<PMID>9", "<PMID>1"), "retracted"),
        (
            "a.xml",
            XML.format("ExpressionOfConcernFor").replace("1</PMID><A", "7</PMID><A").replace("<PMID>9", "<PMID>1"),
            "expression-of-concern",
        ),
        ("a.json", json.dumps([{**europe(("Retraction of", "1")), "pmid": "9", "title": "Retraction: A trial"}]), "retracted"),
    ],
)
def test_the_record_of_a_notice_says_what_it_is_about(tmp_path: Path, name: str, content: str, status: str) -> None:
    notices = read_notices(given(tmp_path, name, content.replace("10.1000/A<", "10.1000/n<")))
    assert status_of(notices.about({"pmid:1"}) or []) == status


def test_an_empty_line_does_not_end_a_record_of_nbib(tmp_path: Path) -> None:
    text = "PMID- 1\nTI  - A\nAB  - One.\n\n      Two.\n\nLID - 10.1000/a [doi]\n\nRIN - Lancet 2010\n\nPMID- 2\nTI  - B\n\nPMID- 3\n\nTI  - C\n"
    notices = read_notices(given(tmp_path, "a.nbib", text))
    assert notices.rows == 3
    assert [status_of(notices.about({i}) or []) for i in ("pmid:1", "10.1000/a", "pmid:2", "pmid:3")] == ["retracted"] * 2 + [
        "none-found"
    ] * 2


def test_a_doi_is_found_in_either_place_of_pubmed_s_xml(tmp_path: Path) -> None:
    place = '<ELocationID EIdType="pii">x</ELocationID><ELocationID EIdType="doi">10.1000/E</ELocationID><PublicationTypeList>'
    xml = XML.format("RetractionIn").replace("<PublicationTypeList>", place)
    notices = read_notices(given(tmp_path, "a.xml", xml))
    assert [status_of(notices.about({doi}) or []) for doi in ("10.1000/e", "10.1000/a")] == ["retracted"] * 2


@pytest.mark.parametrize("title", RETRACTED[:4])
def test_a_title_that_says_retracted_is_looked_at(tmp_path: Path, title: str) -> None:
    for more in ({}, {"source": "Crossref"}, {"updated-by": []}):
        found = read_notices(given(tmp_path, "a.json", json.dumps({"DOI": "10.1000/a", "title": title, **more}))).about(
            {"10.1000/a"}
        )
        assert found == [Notice("", "", "by its title")]
        assert status_of(found) is None


def test_a_citation_manager_knows_of_no_notices(tmp_path: Path) -> None:
    plain = {"DOI": "10.1000/a", "title": "Retracted publications"}
    notices = read_notices(given(tmp_path, "a.json", json.dumps([plain, {"DOI": "10.1000/b", "updated-by": []}])))
    assert [notices.about({i}) for i in ("10.1000/a", "10.1000/b")] == [None, []]
    with pytest.raises(CitationError, match="manager's file doesn't know of them"):
        read_notices(given(tmp_path, "b.json", json.dumps([plain])))


@pytest.mark.parametrize("called", ["err", "concern", "republication", "Mystery"])
def test_a_notice_of_a_kind_that_isnt_known_leaves_its_paper_open_and_no_other(tmp_path: Path, called: str) -> None:
    """Another file may say what kind it is."""
    links = {"updated-by": [{"type": called, "DOI": "10.1000/n"}]}
    crossref = [{"DOI": "10.1000/a", **links}, {"DOI": "10.1000/b", "updated-by": [{"type": "retraction", "DOI": "10.1000/m"}]}]
    other = [{"DOI": "10.1000/n", "update-to": [{"type": called, "DOI": "10.1000/a"}]}, crossref[1]]
    files = {
        "a.json": json.dumps(crossref),
        "b.json": json.dumps(other),
        "c.csv": watch(f"1,a,5/21/2019 0:00,10.1000/n,,10.1000/a,,{called}", "2,a,,10.1000/m,,10.1000/b,,Retraction"),
    }
    rows = [{"source_id": name, "doi": f"10.1000/{name}"} for name in "ab"]
    known = given(tmp_path, "d.csv", watch("1,a,5/21/2019 0:00,10.1000/n,,10.1000/a,,Correction"))
    for name, content in files.items():
        read = read_notices(given(tmp_path, name, content))
        told, new = check_sources(rows, [read], date(2026, 1, 1))
        assert [(one.now, one.is_open) for one in told] == [("unchecked", True), ("retracted", False)]
        assert [notice.called for notice in told[0].notices] == [called]
        assert "correction_status" not in new[0]
        (said, _), _ = check_sources(rows, [read, read_notices(known)], date(2026, 1, 1))
        assert (said.now, said.is_open) == ("erratum", False)


def test_openalex_tells_of_retractions_alone_and_not_of_which(tmp_path: Path) -> None:
    """So nothing is cleared by it, and nothing is called retracted."""
    works = [
        {"doi": "https://doi.org/10.1000/a", "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/77"}, "is_retracted": True},
        {"doi": "https://doi.org/10.1000/b", "is_retracted": False},
    ]
    for content in ({"meta": {"count": 2}, "results": works}, works, works[0]):
        read = read_notices(given(tmp_path, "a.json", json.dumps(content)))
        rows = [{"source_id": "a", "pmid": "77"}, {"source_id": "b", "doi": "10.1000/b"}]
        told, _ = check_sources(rows, [read], date(2026, 1, 1))
        assert [(one.now, one.is_open, bool(one.consulted)) for one in told] == [
            ("unchecked", True, True),
            ("unchecked", False, False),
        ]


def test_a_new_version_says_nothing_of_the_one_before(tmp_path: Path) -> None:
    item = {"DOI": "10.1000/a.2", "update-to": [{"DOI": "10.1000/a", "type": "new_version"}]}
    assert read_notices(given(tmp_path, "a.json", json.dumps(item))).about({"10.1000/a"}) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "x,y\n1,2\n", "there is no column OriginalPaperDOI"),
        (
            "a.csv",
            "x;OriginalPaperDOI\n1;10.1000/a\n",
            "separated by semicolons, not commas; give a CSV with at least one of them",
        ),
        ("a.csv", "OriginalPaperDOI,RetractionDOI,OriginalPaperDOI\n10.1/a,,10.1/b\n", "names OriginalPaperDOI twice"),
        ("a.csv", "RetractionDOI,RetractionNature\n10.1000/a,Retraction\n", "no column OriginalPaperDOI or"),
        ("a.csv", "OriginalPaperDOI\nA trial of something\n", "no paper in the list has a DOI"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", HEAD, "the list is empty"),
        ("a.csv", watch('1,"a"b,,,,10.1000/a,,Retraction'), "this isn't CSV"),
        ("a.csv", b"\xff\xfe\x00", "isn't UTF-8 text"),
        ("a.txt", "hello", "a file that lists corrections"),
        ("a.json", "{", "this isn't JSON"),
        ("a.json", "[" * 100_000, "this isn't JSON"),
        ("a.json", '[{"DOI": ' + "1" * 5_000 + "}]", "this isn't JSON"),
        ("a.json", "[1, 2]", "a list of items, each an object"),
        ("a.json", '[{"title": "x"}]', "no item in it has a DOI"),
        ("a.json", '[{"DOI": "10.1000/a", "updated-by": ["10.1000/n"]}]', "a notice without its nature"),
        ("a.json", '[{"DOI": "10.1/a", "updated-by": [{"type": {"x": 1}}]}]', "a notice without its nature"),
        ("a.json", '{"meta": {}, "results": [{"doi": "https://doi.org/10.1000/a", "is_retracted": false}]}', "nor does OpenAlex"),
        ("a.xml", "<a>", "can't be read as XML"),
        ("a.xml", "<a/>", "no record of PubMed"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    ],
)
def test_a_file_that_tells_nothing_is_refused(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    with pytest.raises(CitationError, match=said):
        read_notices(given(tmp_path, name, content))
