"""A document is one however it is written, and doesn't bear itself out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.auditing.documents import documents
from registry.auditing.grounds import Word
from tests.auditing.arguing import WHOLE, claim, knowing, trials, verdicts
from tests.auditing.test_changing import AGREEING

OWN = ("doi:10.1000/abc.def", "10.1000/abc.def", "12345", None)


@pytest.mark.parametrize(
    "other",
    [
        ("doi:10.1000/ABC.DEF", "10.1000/ABC.DEF", None, None),
        ("https://doi.org/10.1000/abc.def", None, None, "https://doi.org/10.1000/abc.def"),
        ("http://dx.doi.org/10.1000%2FABC.def", None, None, "http://dx.doi.org/10.1000%2FABC.def"),
        ("A trial", None, "12345", None),
        *(
            (url, None, None, url)
            for url in (
                "https://www.doi.org/10.1000/abc.def",
                "https://doi.org/10.1000/abc.def/",
                "https://doi.org/10.1000/abc.def?ref=x",
                "https://link.springer.com/article/10.1000/abc.def",
                "https://onlinelibrary.wiley.com/doi/full/10.1000/abc.def",
                "https://www.tandfonline.com/doi/pdf/10.1000/abc.def",
                "https://journals.plos.org/article/10.1000/abc.def/full",
            )
        ),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", None, None, "https://pubmed.ncbi.nlm.nih.gov/12345/"),
    ],
)
def test_a_document_written_otherwise_does_not_bear_itself_out(other: tuple[str, str | None, str | None, str | None]) -> None:
    own = trials(AGREEING, source=OWN[0])
    written = documents([OWN, other, ("doi:10.1000/else", "10.1000/else", "99", None)])
    (found,) = verdicts(claim(low=45, source=other[0], **WHOLE), known=knowing(*own, written=written)).values()
    assert (found.word, found.gap) == (Word.NOT_JUDGED, "own-source")
    assert found.brief.startswith("The registry has no other response rate of ssri")
    assert "From the document that makes the claim the registry has" in found.brief
    (found,) = verdicts(claim(low=45, source="doi:10.1000/else", **WHOLE), known=knowing(*own, written=written)).values()
    assert found.word is Word.SUPPORTED


names = st.sampled_from(["a", "b", "c", "d"])


@given(st.lists(st.tuples(st.none() | names, st.none() | names), max_size=8))
def test_sources_that_share_an_identifier_are_one(identifiers: list[tuple[str | None, str | None]]) -> None:
    """Beside groups that grow until nothing joins them."""
    sources = [(f"s{i}", doi, pmid, None) for i, (doi, pmid) in enumerate(identifiers)]
    groups = [
        ({name}, {f"{kind}{one}" for kind, one in (("d", doi), ("p", pmid)) if one} or {name}) for name, doi, pmid, _ in sources
    ]
    while pair := next(((x, y) for i, x in enumerate(groups) for y in groups[i + 1 :] if x[1] & y[1]), None):
        groups = [one for one in groups if one not in pair] + [(pair[0][0] | pair[1][0], pair[0][1] | pair[1][1])]
    found: dict[int, set[str]] = {}
    for name, number in documents(sources).items():
        found.setdefault(number, set()).add(name)
    assert sorted(map(sorted, found.values())) == sorted(sorted(members) for members, _ in groups)


HERE = "https://osf.example/abcde"


def test_an_address_joins_what_has_nothing_else_to_the_one_document_that_has_it() -> None:
    trials, review = ("trials", "10.1000/trials", None, HERE), ("review", "10.1000/review", None, HERE)
    bare, again = ("bare", None, None, HERE), ("again", None, None, HERE)
    found = documents([trials, bare, again])
    assert found["trials"] == found["bare"] == found["again"]
    found = documents([trials, review, bare, again])
    assert len({found["trials"], found["review"], found["bare"]}) == 3
    assert found["bare"] == found["again"]
