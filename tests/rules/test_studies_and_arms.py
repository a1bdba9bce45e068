"""STU, ARM and SRC011 over small packages: what the views set side by side."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.conftest import Package


@pytest.mark.parametrize(
    ("population", "failures", "window", "age", "broken"),
    [
        ("trd", 1, "episode", 18, ["STU004"]),
        ("trd", 2, "lifetime", 18, []),
        ("trd.episode", 2, "lifetime", 18, ["STU005"]),
        ("trd.episode", 2, "unstated", 18, []),
        ("trd.late-life", 1, None, 59, ["STU004", "STU006"]),
        ("trd.late-life", 2, None, 60, []),
        ("mdd", 0, None, 12, []),
        ("unstated", None, None, None, []),
        ("no-such-label", 0, "episode", 1, []),
    ],
)
def test_a_label_asks_for_what_it_stands_for(
    package: Package, population: str, failures: int | None, window: str | None, age: int | None, broken: list[str]
) -> None:
    package.add(
        "studies",
        {
            "study_id": "a",
            "population_id": population,
            "prior_failures_min": failures,
            "prior_failures_window": window,
            "age_min": age,
        },
    )
    assert [r for r in ("STU004", "STU005", "STU006", "STU007") if package.look(r).broken] == broken


def test_an_adolescent_trial_that_takes_adults(package: Package) -> None:
    package.add("studies", {"study_id": "a", "population_id": "mdd.adolescent", "age_max": 65})
    assert package.look("STU007").messages == [
        "`mdd.adolescent` ends at 17 years, but the study included people up to `age_max` (65)"
    ]


def test_two_studies_with_one_registration(package: Package) -> None:
    package.add(
        "studies",
        {"study_id": "a", "registration_id": "NCT02417064"},
        {"study_id": "b", "registration_id": "NCT02418585"},
        {"study_id": "c", "registration_id": " nct02417064"},
        {"study_id": "d"},
        {"study_id": "e"},
    )
    looked = package.look("STU009")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2, 4], [3], [5, 6])
    assert "`c` has it too" in looked.messages[0]
    assert "`a` has it too" in looked.messages[1]


def test_one_study_given_twice_does_not_share_its_registration_with_itself(package: Package) -> None:
    row = {"study_id": "a", "registration_id": "NCT02417064"}
    assert package.add("studies", row, row).look("STU009").kept == [2, 3]


def test_entry_score_against_its_scale(package: Package) -> None:
    package.add(
        "studies",
        {"study_id": "a", "entry_instrument_id": "madrs", "entry_score_min": 61},
        {"study_id": "b", "entry_instrument_id": "madrs", "entry_score_min": 28},
        {"study_id": "c", "entry_instrument_id": "hamd.unstated", "entry_score_min": 99},
        {"study_id": "d", "entry_score_min": 99},
    )
    looked = package.look("STU011")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3], [4, 5])


def test_arms_sum(package: Package) -> None:
    package.add(
        "studies",
        {"study_id": "sums", "n_randomised": 223},
        {"study_id": "misprint", "n_randomised": 223},
        {"study_id": "unknown-arm", "n_randomised": 223},
        {"study_id": "crossover", "n_randomised": 18, "design": "crossover"},
        {"study_id": "no-arms", "n_randomised": 18},
        {"study_id": "huge", "n_randomised": 18},
    )
    package.add(
        "arms",
        *(
            {"study_id": study, "arm_id": arm, "n_randomised": n}
            for study, sizes in {
                "sums": (114, 109),
                "misprint": (114, 114),
                "unknown-arm": (114, None),
                "crossover": (18, 18),
                "huge": (2**63 - 1, 2**63 - 1),
            }.items()
            for arm, n in zip("ab", sizes, strict=True)
        ),
    )
    looked = package.look("STU010")
    assert (looked.broken, looked.kept, looked.passed_over) == ([3], [2], [4, 5, 6, 7])
    assert looked.messages == ["the arms (2) add up to 228 randomised, not `n_randomised` (223)"]


def test_an_arm_given_twice_is_added_once(package: Package) -> None:
    package.add("studies", {"study_id": "a", "n_randomised": 223})
    arms = [{"study_id": "a", "arm_id": arm, "n_randomised": n} for arm, n in (("x", 114), ("y", 109), ("x", 114))]
    assert package.add("arms", *arms).look("STU010").kept == [2]


def test_one_arm_in_a_randomised_trial(package: Package) -> None:
    package.add(
        "studies",
        {"study_id": "one", "randomised": True},
        {"study_id": "two", "randomised": True},
        {"study_id": "series", "randomised": False},
        {"study_id": "unstated"},
    )
    package.add(
        "arms",
        {"study_id": "one", "arm_id": "a"},
        {"study_id": "two", "arm_id": "a"},
        {"study_id": "two", "arm_id": "b"},
        {"study_id": "series", "arm_id": "a"},
        {"study_id": "unstated", "arm_id": "a"},
    )
    looked = package.look("ARM001")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3], [4, 5])


def test_routes(package: Package) -> None:
    package.add("studies", {"study_id": "s"})
    package.add(
        "arms",
        {"study_id": "s", "arm_id": "a", "treatment_id": "psilocybin", "route": "intranasal"},
        {"study_id": "s", "arm_id": "b", "treatment_id": "esketamine", "route": "intravenous"},
        {"study_id": "s", "arm_id": "c", "treatment_id": "esketamine", "route": "unstated"},
        {"study_id": "s", "arm_id": "d", "treatment_id": "placebo", "route": "intranasal"},
        {"study_id": "s", "arm_id": "e", "treatment_id": "no-such", "route": "oral"},
    )
    looked = package.look("ARM004")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3], [4, 5, 6])


def test_two_trials_with_the_same_arms(package: Package) -> None:
    sizes = {
        "popova": ((114, 56.0), (109, None)),
        "copied": ((109, None), (114, 56.0)),
        "other-dose": ((114, 84.0), (109, None)),
        "unknown-size": ((114, 56.0), (None, None)),
        "no-dose": ((21, None), (21, None)),
        "no-dose-either": ((21, None), (21, None)),
        "three": ((20, None), (21, None), (22, None)),
        "three-too": ((22, None), (21, None), (20, None)),
        "one-arm": ((20, 56.0),),
        "one-arm-too": ((20, 56.0),),
        "planned": ((50, 20.0), (50, None), (50, None)),
        "planned-too": ((50, None), (50, 20.0), (50, None)),
        "large": ((122, None), (126, None)),
        "large-too": ((126, None), (122, None)),
    }
    _arms(package, sizes)
    looked = package.look("ARM005")
    assert (looked.broken, looked.kept) == ([2, 3, 8, 9, 14, 15], [4])
    assert looked.messages[0] == "`copied` has the same arms, 109, 114 at 56.0 (2 trials in all)"
    # The size that isn't stated is the most that were analysed.
    package.add("outcomes", {"study_id": "unknown-size", "arm_id": "arm1", "n_analysed": 109})
    assert package.look("ARM005").broken == [2, 3, 5, 8, 9, 14, 15]


def test_two_trials_of_other_drugs_may_be_as_large(package: Package) -> None:
    """What real reviews hold: sizes and doses that two drugs share by plan, and one trial under two names."""
    sizes = {"amitriptyline": ((51, 40.0), (53, None)), "trazodone": ((51, 40.0), (53, None))}
    _arms(package, sizes, drug=True)
    assert package.look("ARM005").broken == []
    twice = dict.fromkeys(("heun", "cl3-070", "third"), ((150, None), (70, None)))
    _arms(package, twice)
    counts = {"heun": (88, 27), "cl3-070": (88, 27), "third": (80, 27)}
    package.add(
        "outcomes",
        *(
            {
                "study_id": study,
                "arm_id": f"arm{i}",
                "definition_id": f"response.hamd17.{rule}",
                "n_analysed": n,
                "events": events,
            }
            for (study, both), rule in zip(counts.items(), ("ge50pct", "gt50pct", "ge50pct"), strict=True)
            for i, (events, (n, _)) in enumerate(zip(both, twice[study], strict=True))
        ),
    )
    looked = package.look("ARM005")
    assert (looked.broken, looked.kept) == ([4, 5], [2, 3, 6])
    assert looked.messages[0] == "`cl3-070` has the same arms, 150, 70, and the same counts (2 trials in all)"


def _arms(package: Package, sizes: dict[str, Any], *, drug: bool = False) -> None:
    package.add("studies", *({"study_id": s} for s in sizes))
    package.add(
        "arms",
        *(
            {
                "study_id": s,
                "arm_id": f"arm{i}",
                "n_randomised": n,
                "dose": dose,
                **({"treatment_id": s if i == 0 else "placebo"} if drug else {}),
            }
            for s, arms in sizes.items()
            for i, (n, dose) in enumerate(arms)
        ),
    )


def test_an_arm_larger_than_its_study(package: Package) -> None:
    package.add("studies", {"study_id": "s", "n_randomised": 18})
    package.add(
        "arms",
        {"study_id": "s", "arm_id": "a", "n_randomised": 19},
        {"study_id": "s", "arm_id": "b", "n_randomised": 18},
        {"study_id": "orphan", "arm_id": "b", "n_randomised": 18},
    )
    looked = package.look("ARM008")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3], [4])


def test_figures_read_once_are_one_finding_a_study(package: Package) -> None:
    package.add("studies", {"study_id": "s"}, {"study_id": "t"}, {"study_id": "u"}, {"study_id": "v"})
    package.add(
        "outcomes",
        *({"study_id": "s", "extractions": n} for n in (1, 1, 2, None)),
        {"study_id": "t", "extractions": 2},
        {"study_id": "u"},
    )
    package.add("harms", {"study_id": "s", "extractions": 1})
    looked = package.look("SRC011")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3], [4])
    assert looked.messages == ["figures of `s` extracted by one person only: 3 of 4"]


DAY = {"timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "randomised", "missing_data": "locf"}
MEANS = {**DAY, "instrument_id": "madrs", "statistic": "endpoint"}


@pytest.mark.parametrize(
    ("table", "low", "high", "all_", "other", "is_found"),
    [
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 100, "events": 50}, "sertraline", True),
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 99, "events": 50}, "sertraline", True),
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 98, "events": 50}, "sertraline", False),
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 100, "events": 49}, "sertraline", False),
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 100, "events": 50}, "ssri.unspecified", True),
        ("outcomes", {"n_analysed": 50, "events": 20}, {"n_analysed": 50, "events": 30}, {"n_analysed": 100, "events": 50}, "venlafaxine", False),
        ("harms", {"n_at_risk": 50, "events": 10}, {"n_at_risk": 50, "events": 12}, {"n_at_risk": 100, "events": 22}, "sertraline", True),
        ("harms", {"n_at_risk": 50, "events": 10}, {"n_at_risk": 50, "events": 12}, {"n_at_risk": 100, "events": 15}, "sertraline", False),
        ("harms", {"n_at_risk": 50, "events": 0}, {"n_at_risk": 50, "events": 0}, {"n_at_risk": 100, "events": 0}, "sertraline", False),
        ("harms", {"n_at_risk": 1, "events": 0}, {"n_at_risk": 1, "events": 1}, {"n_at_risk": 1, "events": 1}, "sertraline", False),
        ("scores", {"n": 50, "mean": 20.0}, {"n": 50, "mean": 18.0}, {"n": 100, "mean": 19.0}, "sertraline", True),
        ("scores", {"n": 50, "mean": 20.0}, {"n": 50, "mean": 18.1}, {"n": 100, "mean": 19.1}, "sertraline", True),
        ("scores", {"n": 50, "mean": 20.0}, {"n": 50, "mean": 18.0}, {"n": 100, "mean": 18.0}, "sertraline", False),
    ],
)  # fmt: skip
def test_a_group_of_all_doses_is_known_by_its_results(
    package: Package, table: str, low: dict[str, Any], high: dict[str, Any], all_: dict[str, Any], other: str, is_found: bool
) -> None:
    """``other`` is what the group was given, be it a word for the class."""
    package.add("studies", {"study_id": "a"})
    package.add(
        "arms",
        *(
            {"study_id": "a", "arm_id": name, "treatment_id": given}
            for name, given in (("low", "sertraline"), ("high", "sertraline"), ("all", other))
        ),
    )
    said = {
        "outcomes": {**DAY, "definition_id": "response.madrs.ge50pct"},
        "harms": {"term": "Nausea", "serious": False},
        "scores": MEANS,
    }[table]
    package.add(
        table, *({"study_id": "a", "arm_id": arm, **said, **told} for arm, told in (("low", low), ("high", high), ("all", all_)))
    )
    assert package.look("ARM012").broken == ([4] if is_found else [])


def test_a_group_that_differs_in_one_result_is_an_arm(package: Package) -> None:
    package.add("studies", {"study_id": "a"})
    package.add("arms", *({"study_id": "a", "arm_id": name, "treatment_id": "sertraline"} for name in ("low", "high", "all")))
    for definition, of_all in (("response.madrs.ge50pct", 50), ("remission.madrs.le10", 21)):
        package.add(
            "outcomes",
            *(
                {"study_id": "a", "arm_id": arm, **DAY, "definition_id": definition, "n_analysed": n, "events": events}
                for arm, n, events in (("low", 50, 20), ("high", 50, 30), ("all", 100, of_all))
            ),
        )
    assert package.look("ARM012").broken == []


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ({"all": (160, 83), "lows": (100, 50)}, {"all": "low, lowest, high", "lows": "low, lowest"}),
        ({"lows": (100, 50)}, {"lows": "low, lowest"}),
        ({"all": (160, 83), "ends": (110, 63)}, {"all": "low, lowest, high", "ends": "lowest, high"}),
        ({"all": (160, 83), "lows": (100, 49)}, {"all": "low, lowest, high"}),
    ],
)
def test_a_group_beside_other_groups_is_known(package: Package, groups: dict[str, Any], found: dict[str, str]) -> None:
    """Side by side, no group is all others: one counts in the other."""
    counts = {"low": (50, 20), "lowest": (50, 30), "high": (60, 33)} | groups
    package.add("studies", {"study_id": "a"})
    package.add("arms", *({"study_id": "a", "arm_id": name, "treatment_id": "sertraline"} for name in counts))
    package.add(
        "outcomes",
        *(
            {"study_id": "a", "arm_id": arm, **DAY, "definition_id": "response.madrs.ge50pct", "n_analysed": n, "events": events}
            for arm, (n, events) in counts.items()
        ),
    )
    looked = package.look("ARM012")
    named = [message.split(" together")[0].removeprefix("this arm has the results of ") for message in looked.messages]
    assert [sorted(names.split(", ")) for names in named] == [sorted(names.split(", ")) for names in found.values()]


def test_a_group_of_a_group_names_its_arms(package: Package) -> None:
    package.add("studies", {"study_id": "a"})
    package.add(
        "arms",
        {"study_id": "a", "arm_id": "low"},
        {"study_id": "a", "arm_id": "lowest"},
        {"study_id": "a", "arm_id": "high"},
        {"study_id": "a", "arm_id": "lows", "includes": "low; lowest"},
        {"study_id": "a", "arm_id": "all", "includes": "high; lows"},
        {"study_id": "a", "arm_id": "each", "includes": "high; lows; low; lowest"},
    )
    looked = package.look("ARM017")
    assert (looked.broken, looked.kept) == ([6], [5, 7])
    assert looked.messages == ["`includes` names a group that contains low, lowest, which `includes` doesn't name"]


def test_a_group_is_told_the_bound_that_it_breaks(package: Package) -> None:
    """In a sequential trial an arm's people may be in the other too, so a group has as many as the larger at least, and as both at most."""
    package.add("studies", {"study_id": "s", "design": "sequential-parallel"}, {"study_id": "p", "design": "parallel"})
    sizes = (("s", "all", 79), ("s", "one", 38), ("p", "all", 79))
    package.add("arms", *({"study_id": s, "arm_id": a, "n_treated": n, "includes": "b; c"} for s, a, n in sizes))
    package.add("arms", *({"study_id": s, "arm_id": a, "n_treated": 39} for s in "sp" for a in "bc"))
    assert package.look("ARM019").messages == [
        "`n_treated` of the group is 79, and at most 78 by its arms b, c",
        "`n_treated` of the group is 38, and at least 39 by its arms b, c",
        "`n_treated` of the group is 79, and 78 by its arms b, c",
    ]
