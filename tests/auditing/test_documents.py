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


names = st.sampled_from(["a", "b", "c", "d", "e"])


@given(st.lists(st.tuples(names, st.none() | names, st.none() | names, st.none() | names), max_size=8))
def test_sources_that_share_an_identifier_are_one(sources: list[tuple[str, str | None, str | None, str | None]]) -> None:
    """Beside groups that grow until nothing joins them."""
    sources = [(f"{name}{i}", *rest) for i, (name, *rest) in enumerate(sources)]
    groups = [({name}, {f"{kind}{one}" for kind, one in enumerate(rest) if one} or {name}) for name, *rest in sources]
    merged = True
    while merged:
        merged = False
        for i, (members, known) in enumerate(groups):
            for j in range(i + 1, len(groups)):
                if known & groups[j][1]:
                    groups[i] = members | groups[j][0], known | groups[j][1]
                    del groups[j]
                    merged = True
                    break
            if merged:
                break
    found = documents(sources)
    apart: dict[int, set[str]] = {}
    for name, number in found.items():
        apart.setdefault(number, set()).add(name)
    assert sorted(map(sorted, apart.values())) == sorted(sorted(members) for members, _ in groups)
