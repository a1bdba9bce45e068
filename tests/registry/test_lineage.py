"""One trial in two packages is found by what speaks for it, and two trials that look alike stay two."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.form import fill_views
from registry.lineage.trials import united
from tests.registry.small_registry import Arm, Study, arm, doubted, joined, lineage_of, registry_of, study

DRUG = arm("sertraline", response=(61, 120))
PLACEBO = arm("placebo", response=(43, 118))
OTHER_DRUG = arm("sertraline", response=(31, 90))
OTHER_PLACEBO = arm("placebo", response=(20, 91))


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        ({"registration_id": "NCT01234567"}, {"registration_id": "NCT01234567"}, "registration-id"),
        ({"registration_id": "ChiCTR-TRC-10000898"}, {"registration_id": "CHICTRTRC10000898"}, "registration-id"),
        ({"registration_id": "EUCTR2004-001234-56-GB"}, {"registration_id": "EUCTR2004-001234-56-DE"}, "registration-id"),
        ({"registration_id": "2004-001234-56"}, {"registration_id": "EUCTR2004-001234-56-DE"}, "registration-id"),
        ({"registration_id": "2022-500123-12-00"}, {"registration_id": "2022-500123-12"}, "registration-id"),
        ({"registration_id": "UMIN000012345"}, {"registration_id": "JPRN-UMIN000012345"}, "registration-id"),
        ({"registration_id": "ACTRN12605000001606"}, {"label": "Lee 2011 (ANZCTR 12605000001606)"}, "registration-id"),
        ({"label": "NCT01355081 (JapicCTI-111492)"}, {"label": "Inoue 2018 (Japan; JapicCTI 111492)"}, "registration-id"),
        (
            {"registration_id": "NCT00000001", "label": "Extension of NCT00000002 (2004-001234-56)"},
            {"registration_id": "2004-001234-56"},
            "registration-id",
        ),
    ],
)
def test_a_registration_makes_one_trial(tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], evidence: str) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, **one)], b=[study("y", OTHER_DRUG, OTHER_PLACEBO, **other)])
    assert joined(con) == [("x", "y", evidence)]
    assert con.execute("SELECT count(DISTINCT trial_id) FROM trials").fetchall() == [(1,)]


REPORT = {"doi": "10.1000/abc", "pmid": "1234"}


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ({"registration_id": "2018-001234-56"}, {"registration_id": "2022-500123-12-00"}, False),
        ({"registration_id": "NTR5718"}, {"registration_id": "NL5557"}, False),
        ({"registration_id": "JapicCTI-111492"}, {"registration_id": "jRCT1080221492"}, False),
        ({"registration_id": "a number"}, {"registration_id": "another"}, False),
        ({"registration_id": "2018-001234-56"}, {"registration_id": "2018-001234-65"}, True),
        ({"registration_id": "2022-500123-12-00"}, {"registration_id": "2022-500124-12"}, True),
        ({"registration_id": "RBR-fmgxfy"}, {"registration_id": "RBR-qkzhpd"}, True),
        ({"registration_id": "jRCTs031180001"}, {"registration_id": "jRCT2031200001"}, True),
        ({"registration_id": "NCT00624247"}, {"label": "Sheehan 2009 (NCT00775203)"}, True),
        ({"label": "EudraCT 2009-011238-84"}, {"label": "Kennedy 2014 (EUCTR2009-011795-29)"}, True),
        ({"registration_id": "NCT00624247"}, {"label": "Sheehan 2009 (NCT00624247, NCT00775203)"}, True),
    ],
)
def test_two_numbers_in_one_registry_are_two_trials(
    tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], two: bool
) -> None:
    """Whatever else agrees; a trial may well have a number in each of several registries."""
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, **REPORT, **one)], b=[study("y", DRUG, PLACEBO, **REPORT, **other)])
    said = ["they have different numbers in one trial registry"] if two else []
    assert (len(joined(con)), [doubt for *_, doubt in doubted(con)]) == (not two, said)


@pytest.mark.parametrize(
    ("one", "other", "trials"), [("2018-001234-56", "2022-500123-12-00", 1), ("RBR-fmgxfy", "RBR-qkzhpd", 3)]
)
def test_subsets_with_numbers_in_two_registries_are_of_one_trial(tmp_path: Path, one: str, other: str, trials: int) -> None:
    parts = [
        study(name, DRUG, part_of="whole", part_relation="subset", registration_id=number)
        for name, number in (("men", one), ("women", other))
    ]
    con = lineage_of(tmp_path, a=[study("whole", DRUG), *parts])
    counted = "SELECT count(DISTINCT coalesce(trial_id, study_id)) FROM studies LEFT JOIN trials USING (package, study_id)"
    assert con.execute(counted).fetchall() == [(trials,)]


REPORTS = [
    ({"doi": "10.1000/ABC"}, {"doi": "10.1000/abc"}, "doi"),
    ({"pmid": "1234"}, {"pmid": "1234"}, "pmid"),
    ({"doi": "10.1000/abc", "pmid": "1234"}, {"doi": "10.1000/abc", "pmid": "1234"}, "doi, pmid"),
]


@pytest.mark.parametrize(("one", "other", "evidence"), REPORTS)
def test_a_report_makes_one_trial_where_an_arm_agrees(
    tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], evidence: str
) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, **one)], b=[study("y", DRUG, OTHER_PLACEBO, **other)])
    assert joined(con) == [("x", "y", evidence)]


@pytest.mark.parametrize(("one", "other", "evidence"), REPORTS)
def test_a_report_of_two_trials_leaves_them_two(
    tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], evidence: str
) -> None:
    con = registry_of(tmp_path, a=[study("x", DRUG, PLACEBO, **one)], b=[study("y", OTHER_DRUG, OTHER_PLACEBO, **other)])
    assert joined(con) == []
    assert ["no arm agrees in size or in any count" in doubt for *_, doubt in doubted(con)] == [True]
    assert con.execute("SELECT count(DISTINCT trial) FROM response_rates").fetchall() == [(2,)]


def test_the_same_counts_in_two_arms_make_one_trial(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO)], b=[study("y", PLACEBO, DRUG)])
    assert joined(con) == [("x", "y", "same-arms")]
    assert con.execute("SELECT treatment, other_treatment, extent, evidence, counts_agree FROM same_arms").fetchall() == [
        ("placebo", "placebo", "same", "counts", True),
        ("sertraline", "sertraline", "same", "counts", True),
    ]


@pytest.mark.parametrize(
    "read_otherwise",
    [
        arm("sertraline", response=(60, 120)),
        arm("sertraline", response=(61, 121)),
        arm("ssri.unspecified", unstated=(62, 120), timepoint_days=None, analysis_set="unstated"),
        arm("sertraline", response=(61, 120), timepoint_days=57),
    ],
    ids=["one responder", "one participant", "by class", "another anchor"],
)
def test_one_number_may_be_off_by_one(tmp_path: Path, read_otherwise: Arm) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO)], b=[study("y", read_otherwise, PLACEBO)])
    assert joined(con) == [("x", "y", "same-arms")]


@pytest.mark.parametrize(
    "arms",
    [
        [arm("sertraline", response=(61, 120))],
        [arm("sertraline", response=(61, 120)), arm("placebo", response=(43, 140))],
        [arm("sertraline", response=(61, 120)), arm("placebo", response=(45, 118))],
        [arm("sertraline", response=(61, 120)), arm("placebo", response=(44, 119))],
        [arm("sertraline", response=(60, 120)), arm("placebo", response=(44, 118))],
        [arm("escitalopram", response=(61, 120)), arm("placebo", response=(43, 118))],
        [arm("snri.unspecified", response=(61, 120)), arm("placebo", response=(43, 118))],
        [arm("sertraline", remission=(61, 120)), arm("placebo", remission=(43, 118))],
        [arm("sertraline", response=(61, 120), timepoint_days=14), arm("placebo", response=(43, 118), timepoint_days=14)],
    ],
    ids=[
        "one arm",
        "other size",
        "two off",
        "two numbers",
        "both arms off",
        "other drug",
        "other class",
        "other outcome",
        "other day",
    ],
)
def test_arms_that_merely_look_alike_make_none(tmp_path: Path, arms: list[Arm]) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO)], b=[study("y", *arms)])
    assert (joined(con), doubted(con)) == ([], [])


@pytest.mark.parametrize(
    ("drug", "placebo"),
    [((12, 24), (9, 25)), ((3, 120), (2, 118)), ((118, 120), (116, 118))],
    ids=["small arms", "hardly anybody", "nearly everybody"],
)
def test_counts_that_come_about_by_chance_tell_nothing(tmp_path: Path, drug: tuple[int, int], placebo: tuple[int, int]) -> None:
    arms = arm("sertraline", response=drug), arm("placebo", response=placebo)
    con = lineage_of(tmp_path, a=[study("x", *arms)], b=[study("y", *arms)])
    assert joined(con) == []


def _with_visits(number: int, counts: random.Random) -> Study:
    """A trial of about fifty people an arm, with five visits, whose counts are of no other."""
    arms, better = [], counts.uniform(0.8, 1.2)
    size = counts.randint(45, 55)
    for treatment, share in (("sertraline", 0.5), ("placebo", 0.4)):
        n = size + counts.randint(-2, 2)
        people = [counts.random() for _ in range(n)]
        visits = {
            day: {
                word: (sum(one < share * better * of * (day + 28) / 112 for one in people) + counts.randint(0, 3), n)
                for word, of in (("response", 1), ("remission", 0.7))
            }
            for day in (14, 28, 42, 70, 84)
        }
        arms.append(arm(treatment, visits=visits))
    return study(f"s{number:02}", *arms)


@pytest.mark.parametrize("seed", range(2))
def test_of_many_visits_some_agree_by_chance(tmp_path: Path, seed: int) -> None:
    counts = random.Random(seed)  # noqa: S311  no secret
    one, other = ([_with_visits(number, counts) for number in range(20)] for _ in "ab")
    con = lineage_of(tmp_path, a=one, b=[*other, replace(one[0], name="again")])
    assert joined(con) == [("s00", "again", "same-arms")]


def test_one_package_counts_those_analysed_and_another_those_randomised(tmp_path: Path) -> None:
    of_all = arm("sertraline", response=(61, 126)), arm("placebo", response=(43, 124))
    analysed = arm("sertraline", response=(61, 120), n_randomised=126), arm("placebo", response=(43, 118), n_randomised=124)
    con = lineage_of(tmp_path, a=[study("x", *analysed)], b=[study("y", *of_all)])
    assert joined(con) == [("x", "y", "same-arms")]
    assert con.execute("SELECT DISTINCT agree FROM same_figures").fetchall() == [(True,)]


def test_a_third_arm_and_a_second_outcome_speak_for_small_trials(tmp_path: Path) -> None:
    """Arms of 30 agree by chance now and then; three of them, in what dropped out too, do not."""
    two = arm("sertraline", response=(16, 30)), arm("placebo", response=(9, 29))
    more = (
        arm("sertraline", response=(16, 30), dropout=(7, 30)),
        arm("placebo", response=(9, 29), dropout=(11, 29)),
        arm("fluoxetine", response=(14, 31), dropout=(8, 31)),
    )
    (tmp_path / "more").mkdir()
    con = lineage_of(tmp_path, a=[study("x", *two)], b=[study("y", *two)])
    assert joined(con) == []
    assert ["such pairs are expected by chance" in doubt for *_, doubt in doubted(con)] == [True]
    assert joined(lineage_of(tmp_path / "more", a=[study("x", *more)], b=[study("y", *more)])) == [("x", "y", "same-arms")]


@pytest.mark.parametrize(
    ("label", "drug", "placebo", "found"),
    [
        ("Müller-Lang2004 (NCT00000001)", (50, 121), (40, 118), True),
        ("Müller-Lang et al, 2004", (50, 126), (40, 122), True),
        ("Müller-Lang et al, 2004", (50, 140), (40, 118), False),
        ("Müller-Lang et al, 2005", (50, 121), (40, 118), False),
        ("Miller and Lang, 2004", (50, 121), (40, 118), False),
    ],
    ids=["equal sizes", "like sizes", "one size", "another year", "another author"],
)
def test_a_name_and_two_sizes_make_one_trial(
    tmp_path: Path, label: str, drug: tuple[int, int], placebo: tuple[int, int], found: bool
) -> None:
    other = arm("sertraline", response=drug), arm("placebo", response=placebo)
    con = lineage_of(
        tmp_path, a=[study("x", DRUG, PLACEBO, label="Muller-Lang and Ott, 2004")], b=[study("y", *other, label=label)]
    )
    assert joined(con) == ([("x", "y", "label")] if found else [])


def test_two_trials_of_one_author_and_year_are_told_apart_by_their_sizes(tmp_path: Path) -> None:
    both = [study("y1", OTHER_DRUG, OTHER_PLACEBO, label="Meyer2004a"), study("y2", DRUG, PLACEBO, label="Meyer2004b")]
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, label="Meyer 2004")], b=both)
    assert joined(con) == [("x", "y2", "label, same-arms")]
    assert [(one, other) for one, other, _ in doubted(con)] == [("x", "y1")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("low", "high", "packages", "trials", "most"), [(8, 20, 2, 300, 0), (20, 50, 2, 300, 0), (20, 208, 40, 50, 2)]
)
def test_distinct_trials_are_seldom_joined(tmp_path: Path, low: int, high: int, packages: int, trials: int, most: int) -> None:
    """Made-up trials, all distinct, of placebo and six drugs; their rates and effects vary as those of antidepressants do."""
    import numpy as np

    rng = np.random.default_rng(20261127)
    drugs = ("sertraline", "fluoxetine", "paroxetine", "citalopram", "venlafaxine", "mirtazapine")

    def made_up(name: str) -> Study:
        size, rate, effect = int(rng.integers(low, high + 1)), rng.beta(4, 7), rng.normal(0.5, 0.3)
        shares = rate, 1 / (1 + (1 - rate) / rate * np.exp(-effect))
        sizes = [max(4, size + int(rng.integers(-2, 3))) for _ in shares]
        counts = [(int(rng.binomial(n, share)), n) for n, share in zip(sizes, shares, strict=True)]
        return study(name, arm("placebo", response=counts[0]), arm(str(rng.choice(drugs)), response=counts[1]))

    con = lineage_of(tmp_path, **{f"p{i}": [made_up(f"s{j}") for j in range(trials)] for i in range(packages)})
    assert len(joined(con)) <= most


def test_the_arms_of_a_class_are_found_added_up(tmp_path: Path) -> None:
    drugs = arm("citalopram", response=(84, 160)), arm("escitalopram", response=(99, 155))
    pooled = arm("ssri.unspecified", response=(183, 314))
    con = lineage_of(tmp_path, a=[study("x", *drugs, PLACEBO)], b=[study("y", pooled, PLACEBO)])
    assert joined(con) == [("x", "y", "same-arms")]
    assert con.execute("SELECT treatment, extent, counts_agree FROM same_arms").fetchall() == [
        ("citalopram", "part", False),
        ("escitalopram", "part", False),
        ("placebo", "same", True),
    ]
    figures = con.execute("SELECT DISTINCT n, events, other_n, other_events FROM same_figures WHERE NOT agree").fetchall()
    assert figures == [(315, 183, 314, 183)]


def test_the_doses_of_a_drug_are_found_added_up(tmp_path: Path) -> None:
    doses = arm("fluoxetine", dose=20, response=(50, 100)), arm("fluoxetine", dose=40, response=(55, 101))
    con = lineage_of(tmp_path, a=[study("x", arm("fluoxetine", response=(105, 201)), PLACEBO)], b=[study("y", *doses, PLACEBO)])
    extents = con.execute("SELECT extent FROM same_arms WHERE treatment = 'fluoxetine'").fetchall()
    assert extents == [("whole",), ("whole",)]


def test_two_drugs_added_up_are_not_a_third(tmp_path: Path) -> None:
    drugs = arm("citalopram", response=(84, 160)), arm("escitalopram", response=(99, 155))
    con = lineage_of(tmp_path, a=[study("x", *drugs, PLACEBO)], b=[study("y", arm("sertraline", response=(183, 315)), PLACEBO)])
    assert joined(con) == []


def test_doses_that_do_not_meet_are_two_arms(tmp_path: Path) -> None:
    low, high = (arm("escitalopram", dose=dose, response=(59, 119)) for dose in (10, 20))
    con = lineage_of(tmp_path, a=[study("x", low, PLACEBO, pmid="1")], b=[study("y", high, PLACEBO, pmid="1")])
    assert con.execute("SELECT treatment FROM same_arms").fetchall() == [("placebo",)]


def test_two_numbers_of_one_registry_are_two_trials(tmp_path: Path) -> None:
    """Whatever else they share: trials that are reported together have one DOI, and a copied row the same counts."""
    one, other = ({"registration_id": f"NCT0000000{i}", "doi": "10.1000/both"} for i in (1, 2))
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, **one)], b=[study("y", DRUG, PLACEBO, **other)])
    assert joined(con) == []
    assert doubted(con) == [("x", "y", "they have different numbers in one trial registry")]
    assert con.execute("SELECT trial_id FROM trials ORDER BY ALL").fetchall() == [("NCT00000001",), ("NCT00000002",)]


def test_numbers_of_two_registries_may_be_of_one_trial(tmp_path: Path) -> None:
    one, other = ({"registration_id": number, "doi": "10.1000/one"} for number in ("NCT00000001", "2014-004586-24"))
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, **one)], b=[study("y", DRUG, PLACEBO, **other)])
    assert joined(con) == [("x", "y", "doi, same-arms")]


def test_a_review_that_many_studies_name_is_no_evidence(tmp_path: Path) -> None:
    many = [study(f"s{i}", arm("sertraline", response=(20 + i, 60 + 3 * i)), doi="10.1000/review") for i in range(11)]
    con = lineage_of(tmp_path, a=many, b=[study("y", OTHER_DRUG, doi="10.1000/review")])
    assert (joined(con), doubted(con)) == ([], [])


def test_the_studies_of_one_registration_are_one_trial_in_every_package(tmp_path: Path) -> None:
    number = {"registration_id": "NCT01998958"}
    phases = [study("double-blind", DRUG, PLACEBO, **number), study("open-label", arm("sertraline", response=(9, 30)), **number)]
    con = lineage_of(tmp_path, a=phases, b=[study("y", DRUG, PLACEBO, **number)])
    assert joined(con) == [("double-blind", "y", "registration-id, same-arms"), ("open-label", "y", "registration-id")]
    assert con.execute("SELECT DISTINCT trial_id FROM trials").fetchall() == [("NCT01998958",)]


def test_a_declared_part_is_of_the_trial_and_never_beside_the_whole(tmp_path: Path) -> None:
    """Period 1 and the placebo patients randomised again; 97 people and the 77 unipolar ones among them."""
    parts = [
        study("one", DRUG, PLACEBO, n_randomised=238, design="parallel", randomised=True),
        study(
            "again", OTHER_DRUG, OTHER_PLACEBO, part_of="one", part_relation="re-randomised", design="parallel", randomised=True
        ),
        study(
            "some",
            arm("sertraline", response=(20, 50)),
            part_of="one",
            part_relation="subset",
            design="parallel",
            randomised=True,
        ),
    ]
    con = registry_of(tmp_path, a=parts)
    assert con.execute("SELECT count(DISTINCT trial_id) FROM trials").fetchall() == [(1,)]
    # Those who were allocated again have a stratum of their own.
    kinds = con.execute("SELECT DISTINCT study_id, arm_kind FROM comparable_rates ORDER BY ALL").fetchall()
    assert kinds == [("again", "re-randomised"), ("one", "randomised")]


@pytest.mark.parametrize("beside", [True, False], ids=["parts counted too", "parts counted elsewhere"])
def test_a_report_of_two_registered_trials_is_counted_by_them(tmp_path: Path, beside: bool) -> None:
    """Two trials by themselves in one package, reported together in another."""
    numbers = [{"registration_id": f"NCT0000000{i}"} for i in (1, 2)]
    counts = [{"response": (60, 110)}, {"response": (50, 90)}]
    whole = study("whole", arm("sertraline", response=(110, 200)))
    parts = [
        study(f"part-{i}", *([arm("sertraline", **count)] * beside), part_of="whole", part_relation="subset", **number)
        for i, (count, number) in enumerate(zip(counts, numbers, strict=True))
    ]
    alone = [
        study(f"alone-{i}", arm("sertraline", **count), **number)
        for i, (count, number) in enumerate(zip(counts, numbers, strict=True))
    ]
    con = registry_of(tmp_path, pool=[whole, *parts], single=alone)
    assert con.execute("SELECT sum(n), count(DISTINCT trial) FROM comparable_rates").fetchall() == [(200, 2)]
    assert con.execute("SELECT trial_id, holds FROM trials WHERE len(holds) > 0").fetchall() == [
        ("pool/whole", ["NCT00000001", "NCT00000002"])
    ]


def of_two(*, whole: Mapping[str, Any] | None = None, unnumbered: bool = False, without: Sequence[int] = ()) -> list[Study]:
    """A report that pools two registered trials by its subsets, with members of its own, a subset across both, and some of the two without results."""
    counts = {1: (60, 110), 2: (50, 90)}
    parts = [
        study(
            f"part-{i}",
            *([] if i in without else [arm("sertraline", response=count)]),
            part_of="whole",
            part_relation="subset",
            registration_id=f"NCT0000000{i}",
        )
        for i, count in counts.items()
    ]
    across = [study("old", arm("sertraline", response=(70, 150)), part_of="whole", part_relation="subset")] if unnumbered else []
    return [study("whole", arm("sertraline", response=(110, 200)), **(whole or {})), *parts, *across]


@pytest.mark.parametrize(
    ("pool", "counted"),
    [
        (of_two(), [("part-1", 110), ("part-2", 90)]),
        (of_two(unnumbered=True), [("part-1", 110), ("part-2", 90)]),
        (of_two(whole={"registration_id": "NCT00000001"}), [("part-1", 110), ("part-2", 90)]),
        (of_two(without=[2]), [("whole", 200)]),
        (of_two(without=[1, 2]), [("whole", 200)]),
    ],
    ids=["both", "a subset across both", "with a number of its own", "one of them", "neither"],
)
def test_of_a_report_of_two_trials_nobody_is_counted_twice_or_lost(
    tmp_path: Path, pool: list[Study], counted: list[tuple[str, int]]
) -> None:
    con = registry_of(tmp_path, pool=pool)
    assert con.execute("SELECT study_id, n FROM comparable_rates ORDER BY ALL").fetchall() == counted


def test_a_report_in_a_second_package_gives_way_too_and_by_each_scale(tmp_path: Path) -> None:
    again = [study("again", arm("sertraline", response=(110, 200)), doi="10.1000/pool")]
    con = registry_of(tmp_path, pool=of_two(whole={"doi": "10.1000/pool"}), twin=again)
    assert con.execute("SELECT study_id FROM comparable_rates ORDER BY ALL").fetchall() == [("part-1",), ("part-2",)]
    con.execute(
        "INSERT INTO scores BY NAME SELECT package, study_id, arm_id, 'madrs' AS instrument_id, 'change' AS statistic, timepoint_days, timepoint_anchor, analysis_set, "
        "'locf' AS missing_data, 'raw' AS estimate, n_analysed AS n, -12.0 AS mean, 9.0 AS sd FROM outcomes"
    )
    con.execute("INSERT INTO scores BY NAME SELECT * REPLACE ('hamd17' AS instrument_id) FROM scores WHERE study_id <> 'part-2'")
    fill_views(con)
    told = "SELECT instrument, study_id FROM comparable_scores ORDER BY ALL"
    assert con.execute(told).fetchall() == [("hamd17", "whole"), ("madrs", "part-1"), ("madrs", "part-2")]


def test_a_report_of_two_registered_trials_that_have_no_results_counts(tmp_path: Path) -> None:
    numbers = [{"registration_id": f"NCT0000000{i}"} for i in (1, 2)]
    parts = [study(number["registration_id"], part_of="whole", part_relation="subset", **number) for number in numbers]
    con = registry_of(tmp_path, pool=[study("whole", arm("sertraline", response=(110, 200))), *parts])
    assert con.execute("SELECT study_id, n FROM comparable_rates").fetchall() == [("whole", 200)]


def test_a_part_stands_for_the_trial_where_the_whole_has_no_rate(tmp_path: Path) -> None:
    parts = [
        study("one", arm("sertraline", dropout=(3, 90))),
        study("some", arm("sertraline", response=(20, 50)), part_of="one", part_relation="subset"),
    ]
    con = registry_of(tmp_path, a=parts)
    assert con.execute("SELECT study_id, n FROM comparable_rates").fetchall() == [("some", 50)]


def test_an_identifier_of_trials_without_a_treatment_in_common_is_in_doubt(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, pmid="1")], b=[study("y", arm("ect", response=(30, 60)), pmid="1")])
    assert doubted(con) == [("x", "y", "no treatment is in both")]


def test_arms_alone_do_not_join_what_lies_years_apart(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO, year=1998)], b=[study("y", DRUG, PLACEBO, year=2010)])
    assert [doubt for *_, doubt in doubted(con)] == ["only their arms agree, and they were published more than 3 years apart"]


def test_studies_of_one_package_stay_two(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO), study("copy", DRUG, PLACEBO)], b=[study("y", DRUG, PLACEBO)])
    assert joined(con) == [("copy", "y", "same-arms")]
    assert con.execute("SELECT count(DISTINCT trial_id) FROM trials").fetchall() == [(2,)]
    assert [(one, other) for one, other, _ in doubted(con)] == [("x", "y")]


def test_what_is_one_with_a_third_is_one(tmp_path: Path) -> None:
    with_both = study("y", DRUG, PLACEBO, pmid="1")
    con = lineage_of(tmp_path, a=[study("x", OTHER_DRUG, PLACEBO, pmid="1")], b=[with_both], c=[study("z", DRUG, PLACEBO)])
    assert joined(con) == [("x", "y", "pmid"), ("x", "z", "through-another"), ("y", "z", "same-arms")]


def test_a_third_package_does_not_make_one_of_two_registrations() -> None:
    numbers = {("a", "x"): {"NCT": {"NCT1"}}, ("c", "z"): {"NCT": {"NCT2"}}}
    pairs = [(("a", "x"), ("b", "y")), (("b", "y"), ("c", "z"))]
    assert united(pairs, numbers) == {("a", "x"): ("a", "x"), ("b", "y"): ("a", "x"), ("c", "z"): ("c", "z")}


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"registration_id": "NCT01234567", "doi": "10.1000/ABC"}, "NCT01234567"),
        ({"doi": "10.1000/ABC", "pmid": "1"}, "doi:10.1000/abc"),
        ({"pmid": "1"}, "pmid:1"),
        ({}, "a/x"),
    ],
)
def test_a_trial_is_called_what_it_is_known_by(tmp_path: Path, known: Mapping[str, Any], name: str) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, PLACEBO)], b=[study("y", DRUG, PLACEBO, **known)])
    assert con.execute("SELECT DISTINCT trial_id FROM trials").fetchall() == [(name,)]


def test_an_identifier_of_two_trials_names_neither(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=[study("x", DRUG, doi="10.1000/both"), study("y", PLACEBO, doi="10.1000/both")])
    assert con.execute("SELECT trial_id FROM trials ORDER BY ALL").fetchall() == [("a/x",), ("a/y",)]


def test_what_two_packages_count_differently_is_there_with_both_counts(tmp_path: Path) -> None:
    one = study("x", arm("sertraline", response=(99, 155), remission=(50, 155), dropout=(9, 155)), pmid="1")
    other = study("y", arm("sertraline", hamd=(93, 146), remission=(50, 155), analysis_set="full-analysis"), pmid="1")
    con = lineage_of(tmp_path, a=[one], b=[other])
    query = "SELECT outcome, events, n, other_events, other_n, agree, told_apart_by FROM same_figures"
    assert con.execute(query).fetchall() == [
        ("remission", 50, 155, 50, 155, True, "analysis-set"),
        ("response", 99, 155, 93, 146, False, "definition, analysis-set"),
    ]
    assert con.execute("SELECT counts_agree FROM same_arms").fetchall() == [(False,)]


@pytest.mark.parametrize(
    ("events", "change", "told"),
    [
        (58, {}, [("response.hamd17.ge50pct", 53, 58)]),
        (53, {}, []),
        (58, {"missing_data": "locf"}, []),
        (58, {"missing_data": "unstated"}, []),
        (58, {"analysis_set": "full-analysis"}, []),
        (58, {"timepoint_days": 42}, []),
    ],
)
def test_a_result_that_agrees_hides_none_of_one_key_that_does_not(
    tmp_path: Path, events: int, change: dict[str, Any], told: list[tuple[str, int, int]]
) -> None:
    """Of each outcome the two most similar results are there, which says nothing about the others."""
    stated = {"missing_data": "observed"}
    one = arm("sertraline", response=(70, 149), hamd=(53, 149), **stated)
    other = arm("sertraline", response=(70, 149), hamd=(events, 149), **{**stated, **change})
    con = lineage_of(tmp_path, a=[study("x", one, pmid="1")], b=[study("y", other, pmid="1")])
    query = "SELECT definition, events, other_events FROM same_figures WHERE NOT agree"
    assert con.execute(query).fetchall() == told
    assert con.execute("SELECT counts_agree FROM same_arms").fetchall() == [(not told,)]


def test_numbers_that_count_nobody_do_not_stop_the_build(tmp_path: Path) -> None:
    largest = 2**63 - 1
    odd = study("x", arm("sertraline", response=(largest, largest)), arm("sertraline", response=(largest, largest)), pmid="1")
    con = lineage_of(tmp_path, a=[odd], b=[study("y", arm("sertraline", response=(-largest, largest)), pmid="1")])
    assert con.execute("SELECT count(*) FROM same_figures").fetchall() == [(0,)]


def test_trials_that_share_nothing_are_rarely_joined_by_their_arms(tmp_path: Path) -> None:
    """docs/lineage.md has more tries: `python -m tests.registry.lineage_rates`."""
    from tests.registry.lineage_rates import SIZES, made_up

    assert [made_up(tmp_path, size, seed=7, trials=100)[0] for size in SIZES] == [0, 0, 0]


def test_names_and_identifiers_taken_away_are_made_up_for_by_counts(tmp_path: Path) -> None:
    from tests.registry.lineage_rates import recall

    drugs = ("sertraline", "fluoxetine", "paroxetine", "venlafaxine")
    trials = [
        study(
            f"t{n}",
            arm(drugs[n % 4], response=(61 + 7 * n, 131 + 11 * n)),
            arm("placebo", response=(41 + 5 * n, 127 + 11 * n)),
            pmid=f"{n + 1}",
        )
        for n in range(6)
    ]
    other = [study(f"u{n}", *trial.arms, **trial.more) for n, trial in enumerate(trials)]
    lineage_of(tmp_path, one=trials, two=other).close()
    found = recall(tmp_path / "registry.duckdb")
    assert (found.known, found.alike, found.found, found.wrong) == (6, 6, 6, 0)
