"""What the registry says of the article, and of STAR*D: given these packages, the audit says this, because of that."""

from __future__ import annotations

import json

import duckdb
import pytest

from registry.auditing.auditing import audit
from registry.auditing.grounds import Verdict, Word
from registry.auditing.stored import VERDICTS
from tests.registry.small_registry import insert

ARTICLE, STARD = "claims-ssri-vs-ketamine", "claims-stard"

SAID = {
    # One source on SSRIs and one label, both once a day; a session of esketamine takes two hours of watching alone.
    "delivery-ssri": (Word.SUPPORTED, "1 time a day (hse-sertraline)"),
    "delivery-ketamine": (Word.SUPPORTED, "at least 2 hours a session (jnj-how)"),
    # No figure: statements to read beside it.
    "mechanism-ssri": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "mechanism-ketamine": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "mechanism-ketamine-repair": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "experience-ssri": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "experience-ketamine": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "side-effects-ssri": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    "side-effects-ketamine": (Word.UNVERIFIABLE, "can be read next to it but not compared with it"),
    # Figures of courses: 3 to 6 infusions where the article has 10 to 14, 8 to 12 sessions of esketamine where it has 14.
    "course-ssri": (Word.SUPPORTED, "at least 6 months (hse-antidepressants)"),
    "course-ketamine-initial": (Word.CONTRADICTED, "3 to 6 sessions (oxford-service)"),
    "course-ketamine-boosters": (Word.UNVERIFIABLE, "none with a figure"),
    "course-esketamine": (Word.CONTRADICTED, "8 to 12 sessions (rxlist-spravato)"),
    # SSRIs part from placebo in the first week, begin to work in the second, or not before the eighth: it depends on whom one asks.
    "onset-ssri": (Word.UNVERIFIABLE, "The sources disagree"),
    "onset-ketamine": (Word.SUPPORTED, "separate from placebo by hour 2"),
    # The rates: of nobody in particular, and remission above response.
    "response-ssri": (Word.UNVERIFIABLE, "doesn't state its population, scale and time point"),
    "remission-ssri": (Word.UNVERIFIABLE, "doesn't state its population, definition and time point"),
    "response-ketamine": (Word.INCOHERENT, "up to 70% remission and about 55% response"),
    "remission-ketamine": (Word.INCOHERENT, "up to 70% remission and about 55% response"),
    # The inferences: nobody has given SSRIs to the treatment-resistant and ketamine to the others.
    "superiority-doubles-remission": (Word.NOT_COMPARABLE, "The registry has no remission rate of SSRI in treatment-resistant"),
    "superiority-milder-depression": (Word.UNVERIFIABLE, "from one population to another"),
    "superiority-hardest-conditions": (
        Word.NOT_COMPARABLE,
        "The registry has no response or remission rate of SSRI in treatment-",
    ),
    # What the article says of its evidence.
    "evidence-midpoints": (Word.UNVERIFIABLE, "lists none of them"),
    "evidence-best-kind": (Word.UNVERIFIABLE, "there is nothing to count"),
    "evidence-varies-ssri": (Word.UNVERIFIABLE, "there is nothing to count"),
    "evidence-varies-ketamine": (Word.UNVERIFIABLE, "there is nothing to count"),
    "evidence-ketamine-population": (Word.UNVERIFIABLE, "It is true of some trials and not of others"),
    "evidence-ssri-population": (Word.UNVERIFIABLE, "there is nothing to count"),
}


def of(con: duckdb.DuckDBPyConnection, package: str) -> dict[str, Verdict]:
    return {v.claim.claim_id: v for v in audit(con, package).verdicts}


def test_the_article(registry: duckdb.DuckDBPyConnection) -> None:
    found = of(registry, ARTICLE)
    assert {name: v.word for name, v in found.items()} == {name: word for name, (word, _) in SAID.items()}
    for name, (_, because) in SAID.items():
        assert because in found[name].reasoning, name


@pytest.mark.parametrize("claim", ["superiority-doubles-remission", "superiority-hardest-conditions", "response-ketamine"])
def test_what_ketamine_and_ssris_are_compared_by_differs_in_population(registry: duckdb.DuckDBPyConnection, claim: str) -> None:
    assert "population" in of(registry, ARTICLE)[claim].differing


def test_the_remission_of_70_percent_lies_above_every_rate_in_treatment_resistant_depression(
    registry: duckdb.DuckDBPyConnection,
) -> None:
    found = of(registry, ARTICLE)["remission-ketamine"]
    rates = [item for item in found.evidence if item.kind == "rate"]
    assert rates
    assert all(item.figures["estimate"] < 0.7 and item.agrees is not True for item in rates)


def test_stard_both_sides_stand_with_what_explains_the_difference(registry: duckdb.DuckDBPyConnection) -> None:
    found = of(registry, STARD)
    assert {v.word for v in found.values()} == {
        Word.UNVERIFIABLE
    }  # patients left the steps at different times, and none is stated
    report = {d.other.claim_id: d for d in found["rush-2006-cumulative"].disputes}
    assert {d.relation for d in report.values()} == {"disputed by"}
    assert report["pigott-2023-cumulative"].differing["value"] == ("67%", "35%")
    assert report["pigott-2023-cumulative"].differing["definition"] == ("QIDS-SR16 ≤ 5", "HAM-D17 ≤ 7")
    assert report["pigott-2011-kept"].differing["number analysed"] == ("3,671", "4,041")
    again = [(d.relation, d.other.claim_id) for d in found["pigott-2023-cumulative"].disputes]
    assert again == [
        ("disputes", "rush-2006-cumulative"),
        ("disputed by", "rush-2023-cumulative"),
        ("qualified by", "rush-2023-left-out"),
    ]


def add_trial(con: duckdb.DuckDBPyConnection, **events: int) -> None:
    """A trial of four weeks in treatment-resistant depression that randomised 100 to each of its treatments."""
    key = {"package": "one-more", "study_id": "new-trial"}
    insert(con, "packages", name="one-more", standing="draft")
    insert(con, "studies", **key, population_id="trd.episode.prospective", phase="acute", design="parallel", randomised=True)
    for treatment, count in events.items():
        insert(
            con,
            "arms",
            **key,
            arm_id=treatment,
            treatment_id=treatment,
            role="experimental",
            route="oral",
            n_randomised=100,
            background_id="antidepressant-new",
        )
        insert(
            con, "outcomes", **key, arm_id=treatment, definition_id="remission.madrs.le12", timepoint_days=28,
            timepoint_anchor="randomisation", analysis_set="randomised", missing_data="non-responder", n_analysed=100, events=count,
            value_origin="reported",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ({"esketamine": 40, "sertraline": 20}, Word.SUPPORTED),
        ({"esketamine": 20, "sertraline": 40}, Word.CONTRADICTED),
        ({"sertraline": 20}, Word.NOT_COMPARABLE),
    ],
    ids=["twice-as-many", "half-as-many", "ssri-alone"],
)
def test_one_trial_more_changes_what_is_said_of_doubling(
    changing: duckdb.DuckDBPyConnection, events: dict[str, int], word: Word
) -> None:
    """SSRIs tried in treatment-resistant depression, by the rule and on the day of the esketamine trials."""
    before = of(changing, ARTICLE)["superiority-doubles-remission"]
    assert (before.word, "population" in before.differing) == (Word.NOT_COMPARABLE, True)
    add_trial(changing, **events)
    after = of(changing, ARTICLE)["superiority-doubles-remission"]
    assert after.word is word
    assert "population" not in after.differing


def test_a_label_that_comes_to_say_14_changes_what_is_said_of_the_course(changing: duckdb.DuckDBPyConnection) -> None:
    assert of(changing, ARTICLE)["course-esketamine"].word is Word.CONTRADICTED
    changing.execute("UPDATE profiles SET value_high = 16 WHERE source_id = 'rxlist-spravato' AND attribute = 'course'")
    assert of(changing, ARTICLE)["course-esketamine"].word is Word.SUPPORTED


def test_a_response_of_75_percent_would_make_the_article_coherent(changing: duckdb.DuckDBPyConnection) -> None:
    changing.execute("UPDATE claims SET value_low = 75 WHERE claim_id = 'response-ketamine'")
    found = of(changing, ARTICLE)
    assert {found[name].word for name in ("response-ketamine", "remission-ketamine")} == {Word.NOT_COMPARABLE}


def test_the_table_holds_what_the_audit_says(registry: duckdb.DuckDBPyConnection) -> None:
    rows = registry.execute(
        "SELECT package, claim_id, verdict, reasoning, missing, differing, disputed_by, evidence FROM verdicts"
    )
    stored = {(package, claim): rest for package, claim, *rest in rows.fetchall()}
    audited = {(package, name): v for package in (ARTICLE, STARD) for name, v in of(registry, package).items()}
    assert stored.keys() == audited.keys()
    for key, (word, reasoning, missing, differing, disputed_by, evidence) in stored.items():
        v = audited[key]
        assert (word, reasoning, missing, differing) == (v.word, v.reasoning, list(v.missing), list(v.differing))
        assert disputed_by == [d.other.claim_id for d in v.disputes if d.relation == "disputed by"]
        assert [item["text"] for item in json.loads(evidence)] == [item.text for item in v.evidence]


def test_the_table_says_what_its_columns_are(registry: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'verdicts'"
    assert dict(registry.execute(query).fetchall()) == {name: comment for name, (_, comment) in VERDICTS["verdicts"][1].items()}


def test_the_rule_on_remission_above_response_finds_the_claims_that_the_audit_finds(registry: duckdb.DuckDBPyConnection) -> None:
    """The one warns in a report on the package, the other judges: they go by the same words."""
    rows = registry.execute("SELECT package, key->>'claim_id' FROM findings WHERE rule = 'CLM001'").fetchall()
    audited = {
        (package, name)
        for package in (ARTICLE, STARD)
        for name, v in of(registry, package).items()
        if v.word is Word.INCOHERENT and v.claim.outcome == "remission"
    }
    assert set(rows) == audited
