"""What the registry says of the article, and of STAR*D: given these packages, the audit says this, because of that."""

from __future__ import annotations

import json

import duckdb
import pytest

from registry.auditing.auditing import audit
from registry.auditing.grounds import Verdict, Word
from registry.auditing.knowledge import read_knowledge
from registry.auditing.stored import VERDICTS
from registry.form import fill_views
from tests.registry.small_registry import insert

ARTICLE, STARD = "claims-ssri-vs-ketamine", "claims-stard"

READ = "to be read next to it"
SAID = {
    # Two labels say once a day; of a session only a least time is sourced, which any longer time overlaps.
    "delivery-ssri": (Word.SUPPORTED, "1 time a day in “How and when to take sertraline…”"),
    "delivery-ketamine": (Word.UNDECIDED, "overlapping it, which decides nothing: at least 1.67 hours a session"),
    # No figure: statements to read beside it.
    "mechanism-ssri": (Word.NOT_JUDGED, READ),
    "mechanism-ketamine": (Word.NOT_JUDGED, READ),
    "mechanism-ketamine-repair": (Word.NOT_JUDGED, READ),
    "experience-ssri": (Word.NOT_JUDGED, READ),
    "experience-ketamine": (Word.NOT_JUDGED, READ),
    "side-effects-ssri": (Word.NOT_JUDGED, READ),
    "side-effects-ketamine": (Word.NOT_JUDGED, READ),
    # Figures of courses: 3 to 6 infusions where the article has 10 to 14; the label's 12 sessions are within a fifth of 14. Each has one
    # source, which settles nothing.
    "course-ssri": (
        Word.UNDECIDED,
        "at least 6 months in “How and when to take…”",
    ),
    "course-ketamine-initial": (
        Word.UNDECIDED,
        "3 to 6 sessions in “Ketamine: summary of the service…”",
    ),
    "course-ketamine-boosters": (Word.NOT_JUDGED, "none with a figure"),
    "course-esketamine": (Word.UNDECIDED, "8 to 12 sessions in “Spravato Side Effects Center…”"),
    # SSRIs separate from placebo in the first week, begin to work in the second, or not before the eighth: it depends on whom one asks.
    "onset-ssri": (Word.UNDECIDED, "don't settle it"),
    # Trials that looked within a week and found nothing leave it open.
    "onset-ketamine": (Word.UNDECIDED, "trials that looked by day 7 every arm separated from placebo or active placebo by then"),
    # The rates, in every reading that the article leaves open.
    "response-ssri": (Word.UNDECIDED, "doesn't state its population, scale and time point"),
    "remission-ssri": (Word.NOT_JUDGED, "no remission rate of SSRI that states enough to be pooled"),
    "response-ketamine": (Word.NOT_COMPARABLE, "definition (MADRS reduced ≥ 50% at any visit versus"),
    "remission-ketamine": (Word.NOT_COMPARABLE, "70% is above all the 36 remission rates"),
    # The inferences: nobody has given SSRIs to the treatment-resistant and ketamine to the others.
    "superiority-doubles-remission": (Word.NOT_COMPARABLE, "8 trials of NMDA antagonist and no trials of SSRI"),
    "superiority-milder-depression": (Word.NOT_COMPARABLE, "they differ in the people, not in the treatment"),
    "superiority-hardest-conditions": (
        Word.NOT_COMPARABLE,
        "11 trials of NMDA antagonist and no trials of SSRI",
    ),
    # What the article says of its evidence.
    "evidence-midpoints": (Word.UNVERIFIABLE, "lists none of them"),
    "evidence-best-kind": (Word.NOT_JUDGED, "there is nothing to count"),
    "evidence-varies-ssri": (Word.NOT_JUDGED, "there is nothing to count"),
    "evidence-varies-ketamine": (Word.NOT_JUDGED, "there is nothing to count"),
    "evidence-ketamine-population": (Word.UNVERIFIABLE, "It is known to be true of some trials and not of others"),
    "evidence-ssri-population": (Word.NOT_JUDGED, "there is nothing to count"),
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
    assert all(item.figures["estimate"] < 0.7 for item in rates)
    assert (
        "70% is above all the 36 remission rates that the registry has for NMDA antagonist in treatment-resistant"
        in found.reasoning
    )


def test_stard_both_sides_stand_with_what_explains_the_difference(registry: duckdb.DuckDBPyConnection) -> None:
    found = of(registry, STARD)
    # The registry holds no rates of STAR*D itself.
    assert {v.word for v in found.values()} == {Word.NOT_JUDGED}
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


def add_trial(con: duckdb.DuckDBPyConnection, name: str, **events: int) -> None:
    """A trial of four weeks in treatment-resistant depression that randomised 100 to each of its treatments."""
    key = {"package": "some-more", "study_id": name}
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
def test_twelve_trials_more_change_what_is_said_of_doubling(
    changing: duckdb.DuckDBPyConnection, events: dict[str, int], word: Word
) -> None:
    """SSRIs tried in treatment-resistant depression, by the rule and on the day of the esketamine trials."""
    before = of(changing, ARTICLE)["superiority-doubles-remission"]
    assert (before.word, "population" in before.differing) == (Word.NOT_COMPARABLE, True)
    insert(changing, "packages", name="some-more", standing="draft")
    for number in range(12):
        add_trial(changing, f"new-trial-{number}", **events)
    fill_views(changing)
    after = of(changing, ARTICLE)["superiority-doubles-remission"]
    assert after.word is word
    assert "population" not in after.differing


def test_two_sources_that_come_to_say_14_change_what_is_said_of_the_course(changing: duckdb.DuckDBPyConnection) -> None:
    assert of(changing, ARTICLE)["course-esketamine"].word is Word.UNDECIDED
    changing.execute(
        "UPDATE profiles SET value_low = 14, value_high = 16, value_bound = NULL, unit = 'sessions' "
        "WHERE source_id IN ('rxlist-spravato', 'spravato-hong-kong') AND attribute = 'course'"
    )
    assert of(changing, ARTICLE)["course-esketamine"].word is Word.SUPPORTED


def test_every_verdict_says_what_would_change_it_and_why_it_is_none(registry: duckdb.DuckDBPyConnection) -> None:
    terms = {term for (term,) in registry.execute("SELECT term FROM vocabulary.not_judged").fetchall()}
    for verdict in [v for package in (ARTICLE, STARD) for v in of(registry, package).values()]:
        for ground in verdict.grounds:
            assert (ground.change[-1], ground.change[0].islower()) == (".", False), verdict.claim.claim_id
            assert (ground.gap in terms) if ground.word is Word.NOT_JUDGED else ground.gap is None, verdict.claim.claim_id


def test_nothing_of_the_article_is_incoherent_by_logic_alone(registry: duckdb.DuckDBPyConnection) -> None:
    """Its rates state neither rule nor day; in published trials more people can be in remission than have responded."""
    assert not [name for name, v in of(registry, ARTICLE).items() if v.word is Word.INCOHERENT]


def test_the_table_holds_what_the_audit_says(registry: duckdb.DuckDBPyConnection) -> None:
    rows = registry.execute(
        "SELECT package, claim_id, verdict, reasoning, missing, differing, disputed_by, evidence, would_change, not_judged FROM verdicts"
    )
    stored = {(package, claim): rest for package, claim, *rest in rows.fetchall()}
    audited = {(package, name): v for package in (ARTICLE, STARD) for name, v in of(registry, package).items()}
    assert stored.keys() == audited.keys()
    for key, (word, reasoning, missing, differing, disputed_by, evidence, would_change, gap) in stored.items():
        v = audited[key]
        assert (word, reasoning, missing, differing) == (v.word, v.reasoning, list(v.missing), list(v.differing))
        assert (would_change, gap) == (v.would_change, v.gap)
        assert disputed_by == [d.other.claim_id for d in v.disputes if d.relation == "disputed by"]
        assert [item["text"] for item in json.loads(evidence)] == [item.text for item in v.evidence]


def test_the_table_says_what_its_columns_are(registry: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'verdicts'"
    assert dict(registry.execute(query).fetchall()) == {name: comment for name, (_, comment) in VERDICTS["verdicts"][1].items()}


def test_the_rule_on_remission_above_response_warns_where_the_audit_need_not_object(registry: duckdb.DuckDBPyConnection) -> None:
    rows = registry.execute("SELECT key->>'claim_id' FROM findings WHERE rule = 'CLM001' AND package = ?", [ARTICLE])
    assert rows.fetchall() == [("remission-ketamine",)]


def test_a_trial_with_adverse_events_or_printed_effects_alone_is_a_trial(changing: duckdb.DuckDBPyConnection) -> None:
    def tried(trial: str) -> set[tuple[str, str]]:
        return {(one.node, one.arm_kind) for one in read_knowledge(changing, ARTICLE).tried if one.trial == trial}

    insert(changing, "packages", name="some-more", standing="draft")
    for name in ("harms-alone", "effects-alone", "nothing"):
        add_trial(changing, name, esketamine=1, sertraline=1)
        changing.execute("DELETE FROM outcomes WHERE study_id = ?", [name])
    insert(
        changing,
        "harms",
        package="some-more",
        study_id="harms-alone",
        arm_id="esketamine",
        term="Nausea",
        n_at_risk=100,
        events=3,
    )
    insert(
        changing, "contrasts", package="some-more", study_id="effects-alone", arm_id="esketamine", other_arm_id="sertraline",
        definition_id="remission.madrs.le12", measure="odds-ratio", value=2,
    )  # fmt: skip
    assert tried("some-more/harms-alone") == {("esketamine", "randomised")}
    assert tried("some-more/effects-alone") == {("esketamine", "randomised"), ("sertraline", "randomised")}
    assert tried("some-more/nothing") == set()


def test_quotes_are_in_one_order_whatever_the_order_of_rows(changing: duckdb.DuckDBPyConnection) -> None:
    before = {name: (v.reasoning, v.evidence) for name, v in of(changing, ARTICLE).items()}
    for (table,) in changing.execute(
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE schema_name = 'main' AND column_name = 'package' "
        "AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main') AND table_name NOT IN ('claims', 'verdicts')"
    ).fetchall():
        changing.execute(f'CREATE TEMP TABLE turned AS SELECT * FROM "{table}" ORDER BY rowid DESC')
        changing.execute(f'DELETE FROM "{table}"')
        changing.execute(f'INSERT INTO "{table}" SELECT * FROM turned')
        changing.execute("DROP TABLE turned")
    assert {name: (v.reasoning, v.evidence) for name, v in of(changing, ARTICLE).items()} == before
