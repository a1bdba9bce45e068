"""Citations go out to citation managers and come back the same; files that are none are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.sources.citation import Citation
from registry.sources.formats import FORMATS, CitationError, read_citations, written
from schemas.vocabulary import terms

pytest.importorskip("rispy")
pytest.importorskip("bibtexparser")

CITATIONS = [
    Citation(
        "a-2004",
        "journal-article",
        "A & B {trial}: 50% of _x_ – Müller #1 $2",
        "10.1002/(SICI)1099-1166(200012)15:12<1089::AID-GPS222>3.3.CO;2-P",
        "123",
        "https://example.org/a?b=1&c_d=2",
        "2024-01-02",
        "CC-BY-4.0",
    ),
    *(Citation(f"kind-{n}", kind, f"Of kind {n}") for n, kind in enumerate(terms("source_kinds"))),
]


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_is_read_again(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x{FORMATS[form]}"
    path.write_text(written(CITATIONS, form), encoding="utf-8")
    assert read_citations(path) == CITATIONS


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


@pytest.mark.parametrize("form", FORMATS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.lists(WORDS, min_size=1, max_size=5).map(" ".join))
def test_any_title_comes_back(tmp_path: Path, form: str, title: str) -> None:
    path = tmp_path / f"x{FORMATS[form]}"
    path.write_text(written([Citation("a", "journal-article", title)], form), encoding="utf-8")
    assert [c.title for c in read_citations(path)] == [title]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "x.ris",
            "TY  - JOUR\nAU  - Smith, J.\nPY  - 2004\nT1  - A trial\nDO  - doi:10.1000/x\nUR  - https://example.org\nER  - \n",
        ),
        (
            "x.bib",
            "@article{smith2004, author={Smith, J. and Other, B.}, title={A {T}rial}, year=2004, doi={10.1000/x}, url={https://example.org}}",
        ),
        (
            "x.json",
            '[{"id": 7, "type": "article-journal", "title": "A trial", "DOI": "10.1000/x", "URL": "https://example.org", '
            '"author": [{"family": "Smith", "given": "J."}], "issued": {"date-parts": [["2004", 1]]}}]',
        ),
        (
            "x.nbib",
            "PMID- 5\nTI  - A\n      trial\nFAU - Smith, J\nDP  - 2004 Jan\nPT  - Journal Article\nLID - 10.1000/x [doi]\n",
        ),
    ],
)
def test_what_managers_write_is_understood(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (citation,) = read_citations(tmp_path / name)
    assert citation.title.lower() == "a trial"
    assert citation.kind == "journal-article"
    assert citation.identifiers & {"10.1000/x"}
    assert citation.name in {"smith-2004", "smith2004", "7"}


@pytest.mark.parametrize(
    ("written_as", "title"),
    [
        (r"{\'E}tude of na{\"\i}ve M\"{u}ller, \c{c}, Erd{\H o}s, {\v{Z}}i\v zek", "Étude of naïve Müller, ç, Erdős, Žižek"),
        (r"{\o}rsted, stra\ss e, \AA ngstr{\"o}m {\textendash} {HAMD}", "ørsted, straße, Ångström – HAMD"),
        (r"Caf\'e mot{\'e }or, \{\'e \}, \v s and \c{ c } x, R\'\i o, \'{\i} x", "Café moté or, {é }, š and ç x, Río, í x"),
        (r"p \textless{} 0.05 and 50\% \textit{in vivo}", "p < 0.05 and 50% in vivo"),
        (r"{HAMD}$_{17}$ by $\geq$50\% of 10\textsuperscript{2}", r"HAMD$_{17}$ by ≥50% of 10\textsuperscript{2}"),
        (r"$\beta$-blockers, p$<$0.05, 10 $\pm$ 3 at $p \leq 0.1$", r"β-blockers, p<0.05, 10 ± 3 at $p \leq 0.1$"),
    ],
)
def test_tex_of_a_title_is_read(tmp_path: Path, written_as: str, title: str) -> None:
    (tmp_path / "x.bib").write_text(f"@article{{a, title={{{written_as}}}}}", encoding="utf-8")
    (citation,) = read_citations(tmp_path / "x.bib")
    assert citation.title == title


@pytest.mark.parametrize(
    ("written_as", "title"),
    [
        ('"Treatment " # "of Depression"', "Treatment of Depression"),
        ('"Treatment " # tail', "Treatment of severe Depression"),
        ("Tail", "of severe Depression"),
        ('{A } # {B} # " c" # 10', "A B c10"),
        (r'{A # B "x" # \"{o}x \} # y}', 'A # B "x" # öx } # y'),
        ('"A # {"}B{"} # y"', 'A # "B" # y'),
    ],
)
def test_what_bibtex_joins_is_one_text(tmp_path: Path, written_as: str, title: str) -> None:
    strings = '@string{adjective = "severe"}\n@string{tail = "of " # adjective # { Depression}}\n'
    (tmp_path / "x.bib").write_text(f"{strings}@article{{a, title = {written_as}}}", encoding="utf-8")
    assert [c.title for c in read_citations(tmp_path / "x.bib")] == [title]


def test_a_title_in_csl_is_read_without_its_markup(tmp_path: Path) -> None:
    title = 'Effect of <i>Hypericum</i> on H<sub>2</sub> at p < 0.05 and > 1 in <span class="nocase">MDD</span>'
    (tmp_path / "x.json").write_text(json.dumps([{"id": "a", "title": title}]), encoding="utf-8")
    assert [c.title for c in read_citations(tmp_path / "x.json")] == ["Effect of Hypericum on H2 at p < 0.05 and > 1 in MDD"]


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        ("AN  - 25678901\nDB  - a9h\nDP  - EBSCOhost\n", ""),
        ("AN  - 25678901\nDB  - Embase\n", ""),
        ("AN  - 25678901\nDP  - Ovid Technologies\n", ""),
        ("AN  - 25678901\nDB  - MEDLINE\nDP  - EBSCOhost\n", "25678901"),
        ("AN  - 25678901\nDB  - PubMed\nDP  - NLM\n", "25678901"),
        ("AN  - 25678901\nDP  - NLM\n", "25678901"),
        ("AN  - PMID: 25678901\nDB  - Embase\n", "PMID: 25678901"),
        ("AN  - 25678901\n", "25678901"),
        # Of a record without a database's name, the address names it.
        ("AN  - 25678901\nUR  - https://search.ebscohost.com/login.aspx?direct=true&db=ccm&AN=25678901\n", ""),
        ("AN  - 25678901\nUR  - https://www.proquest.com/docview/9?accountid=1\n", ""),
        ("AN  - 25678901\nUR  - https://example.org/records/25678901\n", ""),
        ("AN  - 25678901\nUR  - https://search.ebscohost.com/login.aspx?direct=true&db=cmedm&AN=25678901\n", "25678901"),
        ("AN  - 25678901\nUR  - https://pubmed.ncbi.nlm.nih.gov/25678901/\n", "25678901"),
        ("AN  - 25678901\nUR  - https://doi.org/10.1000/abc\n", "25678901"),
        # In notes, and in the fields that databases have for it.
        ("N1  - PMID: 25678901\n", "25678901"),
        ("N1  - Publisher: A house\nPMID: 25678901\nPMCID: PMC123\n", "25678901"),
        ("AN  - 99999999\nDB  - Embase\nN1  - <p>PMID: 25678901</p>\n", "25678901"),
        ("N1  - Erratum in: A journal 2020. PMID: 25678901\n", ""),
        ("N1  - PMID: 25678901\nN1  - PMID: 25678902\n", ""),
        ("N1  - PMCID: PMC25678901\n", ""),
        ("C2  - 25678901\nDB  - Scopus\n", "25678901"),
        ("C2  - 25678901\n", ""),
        ("C2  - Cited 25678901 times\nDB  - Scopus\n", ""),
        ("U5  - 25678901\nU2  - L2002178632\nDB  - Embase\n", "25678901"),
        ("U5  - 25678901\n", ""),
        ("AN  - CN-01940001\nXR  - PUBMED 25678901,EMBASE 627864538\n", "25678901"),
        ("AN  - CN-01940001\nXR  - EMBASE 62786453\n", ""),
    ],
)
def test_a_number_in_another_database_is_no_pubmed_identifier(tmp_path: Path, lines: str, pmid: str) -> None:
    (tmp_path / "x.ris").write_text(f"TY  - JOUR\nTI  - A trial\n{lines}ER  - \n", encoding="utf-8")
    (citation,) = read_citations(tmp_path / "x.ris")
    assert citation.pmid == pmid


@pytest.mark.parametrize(
    ("note", "pmid"),
    [
        ("PMID: 25678901", "25678901"),
        ("Publisher: A house\nPMID: 25678901 \nPMCID: PMC123", "25678901"),
        ("pmid 25678901", "25678901"),
        ("Comment on PMID: 25678901", ""),
        ("PMID: 1\nPMID: 2", ""),
        ("PMID: 123456789", ""),
        ("25678901", ""),
    ],
)
def test_a_note_that_is_a_pubmed_number_is_one(tmp_path: Path, note: str, pmid: str) -> None:
    """Zotero keeps it so, and writes it in each of its formats; where there is a field for it, that is it."""
    files = {
        "x.json": json.dumps([{"id": "a", "title": "A trial", "note": note}]),
        "x.bib": f"@article{{a,\n title = {{A trial}},\n note = {{{note}}},\n}}\n",
        "x.ris": f"TY  - JOUR\nTI  - A trial\nN1  - {note}\nER  - \n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        (citation,) = read_citations(tmp_path / name)
        assert citation.pmid == pmid, name
    (tmp_path / "y.json").write_text(json.dumps([{"id": "a", "title": "A", "note": note, "PMID": "77"}]), encoding="utf-8")
    assert [c.pmid for c in read_citations(tmp_path / "y.json")] == ["77"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.doc", b"x", "must end in"),
        ("x.ris", b"", "no citation in it"),
        ("x.ris", b"\xff", "isn't UTF-8"),
        ("x.ris", b"TY  - JOUR\n\0\nER  - \n", "null characters"),
        ("x.ris", b"TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nTI  - B\n", "the last of 2 references has no end"),
        ("x.bib", b"@article{a, title={x}", "can't be read as BibTeX: Unexpectedly reached end of file"),
        ("x.bib", b"@article{a, title={x}, title={y}}", "can't be read as BibTeX: Duplicate field keys on entry: 'title'"),
        ("x.bib", b"hello", "no citation in it"),
        ("x.json", b"{", "isn't JSON"),
        ("x.json", b"3", "each an object"),
        ("x.nbib", b"hello", "no citation in it"),
    ],
)
def test_a_file_without_citations_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CitationError, match=said):
        read_citations(tmp_path / name)


def test_a_library_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.sources.formats.find_spec", lambda name: None)
    (tmp_path / "x.ris").write_text("TY  - JOUR\nER  - \n")
    with pytest.raises(CitationError, match=r"pip install 'trial-outcomes\[citations\]'"):
        read_citations(tmp_path / "x.ris")
