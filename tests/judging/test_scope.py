"""Of every view it is true what its scope says: any split of the studies finds what the whole finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import fixed, sample
from tests.corpus.mutations import MUTATIONS
from tests.corpus.test_corpus import spoilt
from tests.judging.packages import Read, read, told
from validation import meaning
from validation.judging import StudyContext, _loaded, judge_part, judge_studies, judge_whole, merged, needed_whole
from validation.meaning import view_of
from validation.splitting import split_studies
from validation.views import VIEWS, Scope, View
from validation.views.view import agreed

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

FEW = 40
STUDY, PACKAGE, ALL = (Scope.STUDY,), (Scope.PACKAGE,), tuple(Scope)


def _in_parts(package: Read, parts: int, seed: int) -> tuple[object, object]:
    found = [judge_part(part, package.context) for part in split_studies(package.tables, parts, seed=seed)]
    whole = needed_whole(package.tables)
    at_hand = {name: table if name in whole else table.slice(0, 0) for name, table in package.tables.items()}
    return told(judge_whole(at_hand, found, package.context))


@cache
def _fixed() -> Sequence[Read]:
    return read(sorted((fixed.registry() / "datapackages").iterdir()))


@given(number=st.integers(0, 1000), parts=st.integers(2, 9), seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_fixed_packages(number: int, parts: int, seed: int) -> None:
    package = _fixed()[number % len(_fixed())]
    assert _in_parts(package, parts, seed) == (package.findings, package.tallies)


def test_a_real_package_whose_rules_are_asked_scope_by_scope() -> None:
    (package,) = (p for p in _fixed() if p.folder.name == "linde-2015")
    alone = [judge_studies(part, replace(package.context, scopes=STUDY)) for part in split_studies(package.tables, 7)]
    whole = judge_studies(package.tables, replace(package.context, scopes=PACKAGE))
    assert told(merged([*alone, whole])) == (package.findings, package.tallies)


def _check_spoilt(root: Path, numbers: Sequence[int]) -> int:
    packages = read([spoilt(number, root).folder for number in numbers])
    for number, package in enumerate(packages):
        assert _in_parts(package, 2 + number % 3, number) == (package.findings, package.tallies), package.folder
    return sum(len(package.findings) for package in packages)


def test_spoilt_packages(tmp_path: Path) -> None:
    step = max(len(MUTATIONS) // FEW, 1)
    assert _check_spoilt(tmp_path, range(0, FEW * step, step)) > FEW


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_three_hundred_spoilt_packages(chunk: int, tmp_path: Path) -> None:
    _check_spoilt(tmp_path, range(chunk * 30, (chunk + 1) * 30))


# -- a view that is wrongly declared ------------------------------------------------------------------------------------------


def _trials(count: int, **same: str) -> dict[str, pa.Table]:
    """Trials that have no more in common than they are given."""

    def row(cells: dict[str, str], number: int) -> dict[str, str]:
        mine = {name: f"{value}-{number}" if name in {"study_id", "label"} else value for name, value in cells.items()}
        mine |= {name: "41" for name in ("n_randomised", "n_treated") if name in cells and "arm_id" in cells}
        return {**mine, **({"registration_id": f"NCT0000000{number}"} | same if "registration_id" in cells else {})}

    tables = {
        name: [row(cells, number) for number in range(count) for cells in sample.TABLES[name]]
        for name in ("studies", "arms", "outcomes")
    }
    return {name: _typed(name, rows) for name, rows in tables.items()}


def _typed(name: str, rows: list[dict[str, str]]) -> pa.Table:
    from validation.arrow import arrow_schema

    held = {column: [row.get(column) for row in rows] for column in dict.fromkeys(c for row in rows for c in row)}
    types = arrow_schema(name)
    return pa.table({c: pa.array(cells, pa.string()).cast(types.field(c).type) for c, cells in held.items()})


COMPARING = {"studies_in_context": _trials(6, registration_id="NCT01234567"), "studies_side_by_side": _trials(6)}
"""For each view that compares studies, tables in which it finds something."""


def _found(tables: dict[str, pa.Table], scope: tuple[Scope, ...]) -> list[object]:
    context = StudyContext(today=sample.TODAY, scopes=scope)
    parts = split_studies(tables, 6, seed=1) if scope == STUDY else [tables]
    assert scope != STUDY or len(parts) > 1
    return list(told(merged(judge_studies(part, context) for part in parts)))


@pytest.mark.parametrize("without", [(), (0,), (1, 2), (5,), (0, 2, 3, 5)])
def test_studies_are_compared_alike_a_batch_at_a_time(without: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Those too of which the longest table, by which the batches are cut, has no row."""
    trials = _trials(6)
    arms, outcomes = trials["arms"], trials["outcomes"]
    large = pa.array([61] * len(arms), arms.schema.field("n_randomised").type)
    kept = [i for i, study in enumerate(outcomes["study_id"].to_pylist()) if int(study[-1]) not in without]
    place = arms.column_names.index("n_randomised")
    tables = trials | {"outcomes": outcomes.take(kept), "arms": arms.set_column(place, "n_randomised", large)}
    findings, tallies = _found(tables, PACKAGE)
    assert {f["key"][0][1] for f in findings if f["rule"] == "ARM005"} == {f"trial-{n}" for n in range(6)}
    monkeypatch.setattr(meaning, "BATCH_ROWS", 3)
    seen = []
    monkeypatch.setattr(View, "over_gathered", lambda view: seen.append(view.name) or over_gathered(view))
    assert _found(tables, PACKAGE) == [findings, tallies]
    assert seen == [view.name for view in VIEWS.values() if view.gathers and all(one.by_study for one in view.gathers)]


def test_participants_and_visits_are_looked_at_alike_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs all participants is worked out before the first batch; some are listed twice, in two arms, and some visits can't be."""
    person = sample.TABLES["participants"][0]
    listed = [
        person | {"study_id": f"trial-{n}", "participant_id": f"p{n}{one}", "arm_id": arm}
        for n in range(6)
        for one, arms in (("a", ["drug"]), ("b", ["drug", "placebo"]))
        for arm in arms
    ]
    visits = [
        {"participant_id": f"p{n}{one}", "visit_day": "56", "instrument_id": "madrs", "total": "99" if n % 2 else "9"}
        | {"remission_definition_id": "remission.madrs.le12", "response_stated": "false", "remission_stated": "false"}
        for n in range(6)
        for one in "ab"
    ]
    tables = _trials(6) | {"participants": _typed("participants", listed), "visits": _typed("visits", visits)}
    findings, tallies = _found(tables, ALL)
    assert {f["rule"] for f in findings} >= {"IPD001", "IPD005", "IPD006"}
    monkeypatch.setattr(meaning, "BATCH_ROWS", 3)
    assert _found(tables, ALL) == [findings, tallies]


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.name)
def test_what_is_worked_out_once_is_a_part_of_the_query(view: View) -> None:
    assert all(part in view.query for part in view.once)


over_gathered = View.over_gathered


def _all_tables(count: int) -> dict[str, pa.Table]:
    """Trials with a row in each table at least: two participants with a visit each, an effect, scores and a harm; and results of some of the participants
    beside those of all.
    """
    of_all = {
        "timepoint_days": "56",
        "timepoint_anchor": "randomisation",
        "analysis_set": "randomised",
        "value_origin": "reported",
    }
    rows: dict[str, list[dict[str, str]]] = {
        name: [] for name in ("outcomes", "participants", "visits", "scores", "harms", "contrasts")
    }
    for n in range(count):
        arm = {"study_id": f"trial-{n}", "arm_id": "drug"}
        for p in (f"p{n}a", f"p{n}b"):
            rows["participants"].append(sample.TABLES["participants"][0] | arm | {"participant_id": p})
            rows["visits"].append({"participant_id": p, "visit_day": "56", "instrument_id": "madrs", "total": "9"})
        seen = {"analysis_set": "observed-cases", "missing_data": "observed", "n": "9", "mean": "9.5"}
        score = arm | of_all | {"instrument_id": "madrs", "statistic": "change", "estimate": "raw"} | seen
        rows["scores"] += [score, score | {"statistic": "baseline", "timepoint_days": "0"}]
        rows["scores"].append(score | {"analysis_set": "full-analysis", "missing_data": "locf"})
        entry = score | {"statistic": "baseline", "timepoint_days": "0", "analysis_set": "randomised", "n": "30", "sd": "5.1"}
        rows["scores"] += [entry | {"arm_id": of} for of in ("drug", "placebo")]
        some = (
            sample.TABLES["outcomes"][0]
            | arm
            | {"analysis_set": "observed-cases", "missing_data": "observed", "n_analysed": "30"}
        )
        rows["outcomes"] += [some, some | {"analysis_set": "full-analysis", "missing_data": "locf"}]
        rows["harms"].append(arm | {"term": "headache", "events": "1", "value_origin": "reported"})
        rows["contrasts"].append(arm | of_all | {"other_arm_id": "placebo", "measure": "risk-ratio", "value": "1.2"})
    trials = _trials(count)
    typed = {name: _typed(name, held) for name, held in rows.items()}
    return trials | typed | {"outcomes": pa.concat_tables([trials["outcomes"], typed["outcomes"]])}


WITHOUT = {name: getattr(View, name) for name in ("without_repeats", "without_groups")}
"""What leaves out of a view what it needs only where a key is repeated, or an arm includes others."""


@pytest.mark.parametrize(
    ("without", "view"),
    [(name, view) for name, without in WITHOUT.items() for view in VIEWS.values() if without(view) != view],
    ids=lambda of: of if isinstance(of, str) else of.name,
)
def test_rows_are_the_same_without_what_is_left_out(without: str, view: View) -> None:
    plain = WITHOUT[without](view)
    with _loaded(_all_tables(3), StudyContext(today=sample.TODAY)) as held:
        rows, left = (held.room.rows(f"FROM ({query}) ORDER BY ALL") for query in (view.query, plain.query))
    assert rows == left
    assert rows


def _with_a_group(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    both = sample.TABLES["arms"][0] | {"study_id": "trial-0", "arm_id": "both", "includes": "drug; placebo"}
    return tables | {"arms": pa.concat_tables([tables["arms"], _typed("arms", [both])], promote_options="default")}


def _with_a_repeat(table: str) -> Callable[[dict[str, pa.Table]], dict[str, pa.Table]]:
    return lambda tables: tables | {table: pa.concat_tables([tables[table], tables[table].slice(0, 1)])}


@pytest.mark.parametrize(
    ("without", "needing"),
    [
        ("without_repeats", _with_a_repeat("participants")),
        ("without_repeats", _with_a_repeat("arms")),
        ("without_groups", _with_a_group),
    ],
    ids=["participants", "arms", "groups"],
)
def test_it_is_left_out_only_where_nothing_needs_it(
    without: str, needing: Callable[[dict[str, pa.Table]], dict[str, pa.Table]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(View, without, lambda view: asked.append(view.name) or WITHOUT[without](view))
    tables = _all_tables(3)
    found = _found(tables, ALL)
    assert asked
    monkeypatch.setattr(View, without, lambda view: view)
    assert _found(tables, ALL) == found
    monkeypatch.setattr(View, without, lambda view: asked.append(view.name))
    asked.clear()
    _found(needing(tables), ALL)
    assert asked == []


def test_what_is_said_to_be_of_a_table_has_its_key() -> None:
    with pytest.raises(ValueError, match="study_id is not the key of arms"):
        agreed("arms", ("study_id",), "n_randomised", table="arms")


@pytest.mark.parametrize("view", sorted(v.name for v in VIEWS.values() if v.scope is Scope.PACKAGE))
def test_a_view_of_the_package_is_seen_if_it_is_said_to_be_of_a_study(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = VIEWS[view]
    tables = COMPARING.get(view, COMPARING["studies_in_context"] | _of_no_study())
    rules = {r.id for r in meaning.rules_by_view(PACKAGE)[declared]}
    before = _only(_found(tables, PACKAGE), rules)
    assert any(checked for _, checked, *_ in before[1])
    _declare(monkeypatch, replace(declared, scope=Scope.STUDY))
    try:
        assert _only(_found(tables, STUDY), rules) != before
    finally:
        view_of.cache_clear()


def _of_no_study() -> dict[str, pa.Table]:
    claim = {"claim_id": "c", "subject": "esketamine", "attribute": "remission-rate", "unit": "%", "population_id": "unstated"}
    claims = [claim, {**claim, "claim_id": "d", "attribute": "response-rate"}]
    held = {c: pa.array([row[c] for row in claims]) for c in claim}
    numbers = {"value_low": pa.array([60.0, 50.0])}
    return {"claims": pa.table(held | numbers), "sources": _typed("sources", sample.TABLES["sources"])}


def _declare(monkeypatch: pytest.MonkeyPatch, view: View) -> None:
    monkeypatch.setitem(VIEWS, view.name, view)
    view_of.cache_clear()


def _only(found: list[object], rules: set[str]) -> list[list[Any]]:
    findings, tallies = found
    assert isinstance(findings, list)
    assert isinstance(tallies, list)
    return [[f for f in findings if f["rule"] in rules], [t for t in tallies if t[0] in rules]]


def test_every_rule_over_a_table_of_studies_that_needs_no_other_is_of_a_study() -> None:
    """What must wait for the whole package is little."""
    assert {v.place for v in meaning.rules_by_view(PACKAGE)} == {"studies", "sources", "claims", "terms", "profiles"} & {
        v.place for v in meaning.rules_by_view()
    }
