"""Which row is which: keys, rows under another key, and identifiers that were renamed."""

from __future__ import annotations

import polars as pl
import pytest

from registry.diffing import Bump, Kind, difference
from registry.diffing.frames import UnreadableError
from schemas.tables import TABLES
from tests.diffing.packages import InMemory, small, typed


def rules(old: InMemory, new: InMemory) -> set[str]:
    return {r.rule.id for r in difference(old, new).reasons}


def test_rows_removed_and_added() -> None:
    old = small()
    less = old.without("outcomes", 1)
    found = difference(old, less)
    assert found.owed == "major"
    assert found.table("outcomes").removed_keys() == [
        {
            "study_id": "trial",
            "arm_id": "drug",
            "definition_id": "remission.madrs.le12",
            "timepoint_days": "56",
            "timepoint_anchor": "randomisation",
            "analysis_set": "randomised",
            "missing_data": "non-responder",
        }
    ]
    back = difference(less, old)
    assert back.owed == "minor"
    assert back.table("outcomes").added_keys() == found.table("outcomes").removed_keys()
    assert back.table("outcomes").removed_keys() == []


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"definition_id": "remission.madrs.le10"}, Kind.DEFINITION),
        ({"timepoint_days": 42.0}, Kind.TIMEPOINT),
        ({"timepoint_days": None}, Kind.EMPTIED),
        ({"analysis_set": "completers"}, Kind.TERM),
        ({"analysis_set": "unstated"}, Kind.EMPTIED),
    ],
)
def test_a_figure_under_another_definition_day_or_set_is_one_change(cells: dict[str, object], kind: Kind) -> None:
    old = small()
    found = difference(old, old.setting("outcomes", 1, **cells))
    assert found.table("outcomes").removed.is_empty()
    assert [(c.column, c.kind) for c in found.changes()] == [(next(iter(cells)), kind)]
    assert [r.rule.id for r in found.reasons] == ["key-changed"]
    assert found.owed is Bump.MAJOR


def test_several_parts_of_the_key_and_figures_that_are_not_told_apart() -> None:
    old = small()
    both = difference(old, old.setting("outcomes", 0, timepoint_days=42.0, analysis_set="completers"))
    assert [c.column for c in both.changes()] == ["timepoint_days", "analysis_set"]
    frame = old.frames["outcomes"].head(1)
    alike = old.having("outcomes", pl.concat([frame, frame.with_columns(timepoint_days=pl.lit(28.0))]))
    later = alike.with_columns("outcomes", timepoint_days=pl.col("timepoint_days") + 1)
    turned = {(c.old, c.new) for c in difference(alike, later).changes()}
    assert turned == {("28", "29"), ("56", "57")}


def test_a_figure_that_changed_too_is_another_row() -> None:
    old = small()
    found = difference(old, old.setting("outcomes", 1, timepoint_days=42.0, events=13)).table("outcomes")
    assert (found.removed.height, found.added.height, found.cells_changed) == (1, 1, 0)


def renamed(package: InMemory, column: str, **names: str) -> InMemory:
    """An identifier under another name in every table that has it."""
    for table, frame in package.frames.items():
        if column in frame.columns:
            package = package.with_columns(table, **{column: pl.col(column).replace(names)})
    return package


@pytest.mark.parametrize(
    ("column", "table", "name", "other", "kind"),
    [
        ("study_id", "studies", "trial", "another-name", Kind.RENAMED),
        ("study_id", "studies", "trial", "tria", Kind.LOST_CHARACTERS),
        ("arm_id", "arms", "placebo", "sugar", Kind.RENAMED),
        ("source_id", "sources", "report", "report-2020", Kind.RENAMED),
        ("participant_id", "participants", "p1", "p001", Kind.RENAMED),
    ],
)
def test_a_renamed_identifier_is_one_change_and_what_refers_to_it_follows(
    column: str, table: str, name: str, other: str, kind: Kind
) -> None:
    old = small()
    found = difference(old, renamed(old, column, **{name: other}))
    assert [(c.table, c.column, c.old, c.new, c.kind) for c in found.changes()] == [(table, column, name, other, kind)]
    assert [r.rule.id for r in found.reasons] == ["id-renamed"]
    assert found.owed is Bump.MAJOR


def test_identifiers_that_lost_zeros_or_their_ends_are_recognised_though_other_cells_changed() -> None:
    rows = [{"participant_id": f"{i:03}", "study_id": "trial", "arm_id": "drug", "age": str(20 + i)} for i in range(1, 31)]
    old = InMemory({"participants": typed("participants", rows)})
    new = old.with_columns(
        "participants", participant_id=pl.col("participant_id").str.strip_chars_start("0"), age=pl.col("age") + 1
    )
    found = difference(old, new).table("participants")
    assert found.removed.is_empty()
    assert found.changed["participant_id"]["kind"].unique().to_list() == ["lost-zeros"]
    assert found.changed["age"].height == 30
    arms = small().setting("arms", 0, arm_id="sertraline-50-mg").setting("arms", 1, arm_id="placebo-capsule")
    cut = arms.with_columns("arms", arm_id=pl.col("arm_id").str.slice(0, 10), n_treated=pl.col("n_treated") - 1)
    assert [c.kind for c in difference(arms, cut).changes() if c.column == "arm_id"] == [Kind.LOST_CHARACTERS] * 2


def test_a_name_tells_which_study_it_is_though_more_changed() -> None:
    old = small()
    new = renamed(old, "study_id", trial="zzz").setting("studies", 0, n_randomised=81)
    assert {(c.column, c.kind) for c in difference(old, new).changes()} == {
        ("study_id", Kind.RENAMED),
        ("n_randomised", Kind.VALUE),
    }


def test_another_study_is_no_renamed_one() -> None:
    old = small()
    cells = {"study_id": "zzz", "label": "Other 2021", "registration_id": "NCT7", "year": 2021}
    found = difference(old, old.setting("studies", 0, **cells)).table("studies")
    assert (found.removed.height, found.added.height) == (1, 1)


def test_rows_that_share_a_key_are_matched_by_content_wherever_they_stand() -> None:
    old = small()
    twice = old.having("arms", pl.concat([old.frames["arms"], old.frames["arms"].with_columns(n_treated=pl.lit(1, pl.Int64))]))
    assert difference(twice, twice.having("arms", twice.frames["arms"].reverse())).empty
    assert rules(old, twice) == {"rows-added"}
    assert rules(twice, old) == {"rows-removed"}


def test_words_in_a_key_are_the_same_in_any_normal_form_and_damage_is_no_new_row() -> None:
    row = {"study_id": "trial", "arm_id": "drug", "term": "Ménière", "n_at_risk": "40", "events": "3"}
    old = InMemory({"harms": typed("harms", [row])})
    composed = difference(old, old.setting("harms", 0, term="Me\u0301nie\u0300re"))
    assert [c.kind for c in composed.changes()] == [Kind.NORMALISATION]
    assert composed.owed is Bump.MAJOR, "whoever looks the word up doesn't find it"
    damaged = difference(old, old.setting("harms", 0, term="MÃ©niÃ¨re"))
    assert [c.kind for c in damaged.changes()] == [Kind.ENCODING]


def test_columns_and_tables() -> None:
    old = small()
    new = InMemory({n: f for n, f in old.frames.items() if n != "participants"})
    assert rules(old, new) == {"table-removed"}
    assert rules(new, old) == {"table-added"}
    narrow = old.having("arms", old.frames["arms"].drop("background"))
    assert rules(old, narrow) == {"column-removed"}
    assert rules(narrow, old) == {"column-added"}
    assert difference(narrow, old).owed is Bump.MINOR


def test_tables_without_rows_or_shared_columns() -> None:
    empty = InMemory({"arms": typed("arms", [])})
    assert difference(empty, empty).empty
    full = InMemory({"arms": small().frames["arms"]})
    assert rules(empty, full) == {"rows-added"}
    strange = InMemory({"arms": pl.DataFrame({"x": [1]})})
    assert {"column-removed", "column-added"} == rules(full, strange)


def test_cells_as_a_frame_and_at_most_so_many() -> None:
    old = small()
    new = old.with_columns("outcomes", events=pl.col("events") + 1, n_analysed=pl.col("n_analysed") + 1)
    table = difference(old, new).table("outcomes")
    key = list(TABLES["outcomes"].key())
    assert table.cells.columns == [*key, "column", "old", "new", "kind"]
    assert table.cells.height == table.cells_changed == 8
    assert table.rows_changed == 4
    every = list(table.changes())
    assert len(every) == 8
    assert [list(table.changes(n)) for n in (0, 3)] == [[], every[:3]]
    assert list(difference(old, new).changes(5)) == every[:5]
    with pytest.raises(KeyError):
        difference(old, new).table("nothing")


def test_what_cannot_be_read_is_said() -> None:
    class Broken(InMemory):
        def table(self, name: str) -> pl.DataFrame:
            raise OSError("no such file")

    with pytest.raises(UnreadableError, match=r"`arms` of sample 1\.0\.0 can't be read or compared: no such file"):
        difference(Broken({"arms": typed("arms", [])}), small())
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(UnreadableError, match="nested too deeply"):
        difference(small(), InMemory({}, more={"custom": deep}))


@pytest.mark.parametrize(
    ("table", "column", "before", "after", "rule"),
    [
        ("studies", "registration_id", "NCT01234567", "NCT07654321", "identity-changed"),
        ("studies", "registration_id", "NCT01234567", None, "identity-changed"),
        ("studies", "registration_id", None, "NCT01234567", "term-stated"),
        ("studies", "registration_id", "nct01234567", "NCT01234567", "words-changed"),
        ("studies", "doi", "10.1000/one", "10.1000/two", "identity-changed"),
        ("studies", "doi", "10.1000/1.23", "10.1000/12.3", "identity-changed"),
        ("studies", "doi", "10.1000/One", "10.1000/one", "words-changed"),
        ("studies", "doi", "10.1000/one", None, "identity-changed"),
        ("studies", "doi", None, "10.1000/one", "term-stated"),
        ("studies", "pmid", "31109201", "36766881", "identity-changed"),
        ("studies", "pmid", None, "31109201", "term-stated"),
        ("sources", "doi", "10.1000/one", "10.1000/two", "data-corrected"),
        ("studies", "label", "ASPIRE II (Ionescu 2021)", "SUSTAIN-1", "identity-changed"),
        ("studies", "label", "Smith 2010", "Smith 2011", "identity-changed"),
        ("studies", "label", "Smith 2010", "Jones 2010", "identity-changed"),
        ("studies", "label", "Smith 2010a", "Smith 2010b", "identity-changed"),
        ("studies", "label", "Smith 2010, NCT01234567", "Smith 2010, NCT07654321", "identity-changed"),
        ("studies", "label", "NCT01234567", "Extension of NCT01234567", "identity-changed"),
        ("studies", "label", "Smith 2010 (NCT01234567)", "Smith 2010 (follow-up of NCT01234567)", "identity-changed"),
        ("studies", "label", "Smith 2010 (extension of NCT01234567)", "Smith 2010 (NCT01234567)", "term-stated"),
        ("studies", "label", "Smith 2010 (SUSTAIN)", "Smith 2010", "identity-changed"),
        ("studies", "label", "Smith 2010", None, "identity-changed"),
        ("studies", "label", None, "Smith 2010", "term-stated"),
        ("studies", "label", "Smith 2010", "Smith 2010 (NCT01234567)", "term-stated"),
        ("studies", "label", "Smith 2010", "Smith et al. 2010", "words-changed"),
        ("studies", "label", "Smith et al. (2010)", "Smith 2010", "words-changed"),
        ("arms", "label", "Sertraline", "Zoloft", "words-changed"),
        ("sources", "licence", "unstated", "CC-BY-NC-ND-4.0", "term-stated"),
        ("sources", "licence", None, "CC-BY-4.0", "term-stated"),
        ("sources", "licence", "CC-BY-4.0", "CC-BY-NC-ND-4.0", "licence-changed"),
        ("sources", "licence", "CC-BY-4.0", "unstated", "licence-changed"),
        ("sources", "licence", "CC-BY-4.0", None, "licence-changed"),
        ("sources", "licence", "cc-by-4.0", "CC-BY-4.0", "words-changed"),
        ("sources", "licence", "unstated", None, "words-changed"),
        ("outcomes", "extractions", 1, 2, "readings-changed"),
        ("outcomes", "extractions", None, 1, "readings-changed"),
        ("outcomes", "extractions", 2, None, "readings-changed"),
        ("studies", "part_of", "trial", "other", "identity-changed"),
        ("studies", "part_of", None, "trial", "identity-changed"),
        ("arms", "includes", None, "low;high", "identity-changed"),
        ("arms", "includes", "low;high", "low", "identity-changed"),
        ("arms", "includes", "low;high", "low; high", "words-changed"),
    ],
)
def test_what_a_cell_can_change_decides_the_rule(table: str, column: str, before: object, after: object, rule: str) -> None:
    old = small().setting(table, 0, **{column: before})
    assert rules(old, old.setting(table, 0, **{column: after})) == {rule}


@pytest.mark.parametrize(("table", "column", "cell"), [("studies", "part_of", "trial"), ("arms", "includes", "low;high")])
def test_a_new_column_of_wholes_says_what_its_cells_do(table: str, column: str, cell: str) -> None:
    new = small().setting(table, 0, **{column: cell})
    old = new.having(table, new.frames[table].drop(column))
    assert rules(old, new) == {"column-added", "identity-changed"}
    assert rules(old, new.setting(table, 0, **{column: None})) == {"column-added"}
