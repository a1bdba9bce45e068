"""Two claims that dispute each other both stand, with what explains the difference."""

from __future__ import annotations

from tests.auditing.arguing import claim, verdicts

REPORT = claim(
    "report",
    low=67,
    subject="antidepressant",
    attribute="remission-rate",
    definition="remission.qids-sr16.le5",
    n=3671,
    source="2006",
)
AGAIN = claim(
    "again", low=35, subject="antidepressant", attribute="remission-rate", definition="remission.hamd17.le7", source="2023",
    relation="disputes", related="report",
)  # fmt: skip


def test_each_side_is_shown_beside_the_other_with_what_differs() -> None:
    found = verdicts(REPORT, AGAIN)
    (mine,), (theirs,) = found["report"].disputes, found["again"].disputes
    assert (mine.relation, mine.other) == ("disputed by", AGAIN)
    assert (theirs.relation, theirs.other) == ("disputes", REPORT)
    assert mine.differing == {
        "value": ("67%", "35%"),
        "definition": ("remission.qids-sr16.le5", "remission.hamd17.le7"),
        "number analysed": ("3,671", "not stated"),
    }


def test_a_dispute_decides_nothing() -> None:
    alone, disputed = verdicts(REPORT)["report"], verdicts(REPORT, AGAIN)["report"]
    assert alone.grounds == disputed.grounds
