"""A trial that is entered twice is found by what two of its arms have in common, and two trials that look alike stay two."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest

from tests.rules.conftest import Package

Rows = list[dict[str, Any]]
DAY = {"timepoint_days": 56, "timepoint_anchor": "randomisation", "analysis_set": "full-analysis", "missing_data": "locf"}


class Trial:
    """A trial of two doses and placebo, with the sizes of its arms and what was found in them."""

    def __init__(self) -> None:
        self.study: dict[str, Any] = {"registration_id": "NCT00000001"}
        self.arms: Rows = [
            {"arm_id": "low", "treatment_id": "escitalopram", "dose": 10.0, "dose_unit": "mg", "n_randomised": 150},
            {"arm_id": "high", "treatment_id": "escitalopram", "dose": 20.0, "dose_unit": "mg", "n_randomised": 152},
            {"arm_id": "placebo", "treatment_id": "placebo", "n_randomised": 151},
        ]
        self.outcomes: Rows = [
            {"arm_id": arm, "definition_id": definition, **DAY, "n_analysed": n, "events": events}
            for definition, counts in {
                "response.madrs.ge50pct": ((147, 74), (149, 82), (148, 50)),
                "remission.madrs.le10": ((147, 50), (149, 57), (148, 35)),
            }.items()
            for arm, (n, events) in zip(("low", "high", "placebo"), counts, strict=True)
        ]
        self.scores: Rows = []
        self.harms: Rows = []

    def written(self, study_id: str) -> dict[str, Rows]:
        tables = {"arms": self.arms, "outcomes": self.outcomes, "scores": self.scores, "harms": self.harms}
        return {"studies": [{"study_id": study_id, **self.study}]} | {
            name: [{"study_id": study_id, **row} for row in rows] for name, rows in tables.items()
        }


def _second(trial: Trial) -> None:
    trial.study = {}


def _sizes(*sizes: int | None) -> Callable[[Trial], None]:
    def change(trial: Trial) -> None:
        for arm, size in zip(trial.arms, sizes, strict=True):
            arm["n_randomised"] = size

    return change


def _unsized(trial: Trial) -> None:
    _sizes(None, None, None)(trial)


def _without_low(trial: Trial) -> None:
    trial.arms.pop(0)
    trial.outcomes = [row for row in trial.outcomes if row["arm_id"] != "low"]


def _by_class(trial: Trial) -> None:
    for arm in trial.arms[:2]:
        arm["treatment_id"] = "ssri.unspecified"


def _together(trial: Trial) -> None:
    """Both doses as one arm, with as many as were analysed."""
    _unsized(trial)
    trial.arms = [{"arm_id": "drug", "treatment_id": "escitalopram"}, trial.arms[2]]
    both = [("response.madrs.ge50pct", 156), ("remission.madrs.le10", 107)]
    trial.outcomes = [row for row in trial.outcomes if row["arm_id"] == "placebo"] + [
        {"arm_id": "drug", "definition_id": definition, **DAY, "n_analysed": 296, "events": events} for definition, events in both
    ]


def _of_all(trial: Trial) -> None:
    """The same responders, out of all randomised."""
    sizes = {arm["arm_id"]: arm["n_randomised"] for arm in trial.arms}
    for row in trial.outcomes:
        row |= {"analysis_set": "randomised", "missing_data": "non-responder", "n_analysed": sizes[row["arm_id"]]}


def _undated(trial: Trial) -> None:
    for row in trial.outcomes:
        row |= {"timepoint_days": None, "definition_id": row["definition_id"].split(".")[0] + ".unstated"}
    _unsized(trial)


def _other_names(trial: Trial) -> None:
    for row in (*trial.arms, *trial.outcomes):
        row["arm_id"] = {"low": "b", "high": "c", "placebo": "a"}[row["arm_id"]]
    trial.arms.reverse()
    _unsized(trial)


def _one_result_misread(trial: Trial) -> None:
    trial.outcomes[0]["events"] = 47
    _unsized(trial)


ONE = [
    _second,
    _unsized,
    _sizes(151, 152, 151),
    _sizes(105, 125, 115),
    _without_low,
    _by_class,
    _together,
    _of_all,
    _undated,
    _other_names,
    _one_result_misread,
]


@pytest.mark.parametrize("again", ONE)
def test_one_trial_is_found_though_its_entries_differ(package: Package, again: Callable[[Trial], None]) -> None:
    first, second = Trial(), Trial()
    again(second)
    _add(package, first, second)
    looked = package.look("ARM005")
    assert looked.broken == [2, 3]
    assert all("and the same counts (2 trials in all)" in message for message in looked.messages)


def _other_counts(trial: Trial) -> None:
    for row in trial.outcomes:
        row["events"] -= 4


def _sister(trial: Trial) -> None:
    """Another trial of the sponsor: as many by treatment, all arms of both known."""
    _sizes(148, 154, 151)(trial)
    _other_counts(trial)


def _one_arm_shared(trial: Trial) -> None:
    """A control group that two trials share."""
    _sister(trial)
    trial.outcomes[2]["events"], trial.outcomes[5]["events"] = 50, 35


def _another_day(trial: Trial) -> None:
    _sister(trial)
    trial.outcomes = [row | {"timepoint_days": 28} for row in Trial().outcomes]


def _another_drug(trial: Trial) -> None:
    for arm in trial.arms[:2]:
        arm["treatment_id"] = "sertraline"


def _another_scale(trial: Trial) -> None:
    _sister(trial)
    trial.outcomes = [
        row | {"definition_id": row["definition_id"].replace("madrs", "hamd17").replace("le10", "le7")}
        for row in Trial().outcomes
    ]


def _a_part(trial: Trial) -> None:
    trial.study = {"part_of": "first", "part_relation": "subset"}


TWO = [_sister, _one_arm_shared, _another_day, _another_drug, _another_scale, _a_part]


@pytest.mark.parametrize("other", TWO)
def test_two_trials_that_look_alike_stay_two(package: Package, other: Callable[[Trial], None]) -> None:
    first, second = Trial(), Trial()
    second.study = {"registration_id": "NCT00000002"}
    other(second)
    _add(package, first, second)
    assert package.look("ARM005").broken == []


@pytest.mark.parametrize("table", ["scores", "harms"])
def test_means_and_adverse_events_tell_too(package: Package, table: str) -> None:
    rows: Mapping[str, Rows] = {
        "scores": [
            {"arm_id": arm, "instrument_id": "madrs", "statistic": "change", **DAY, "n": n, "mean": mean, "sd": sd}
            for arm, n, mean, sd in (("low", 147, -15.2, 8.7), ("high", 149, -16.4, 9.0))
        ],
        "harms": [
            {"arm_id": arm, "term": term, "serious": False, "n_at_risk": n, "events": events}
            for term, counts in {"Nausea": (22, 29), "Insomnia": (11, 14), "Headache": (31, 38)}.items()
            for (arm, n), events in zip((("low", 149), ("high", 151)), counts, strict=True)
        ],
    }
    first, second = Trial(), Trial()
    for trial in (first, second):
        trial.outcomes = []
        setattr(trial, table, deepcopy(rows[table]))
    _unsized(second)
    _add(package, first, second)
    looked = package.look("ARM005")
    assert looked.broken == [2, 3]
    assert ("the same means" in looked.messages[0]) == (table == "scores")


def test_the_same_sizes_are_one_trial_where_one_entry_states_no_dose(package: Package) -> None:
    dosed, undosed, otherwise = Trial(), Trial(), Trial()
    for trial, doses in ((dosed, (10.0, 20.0)), (undosed, (None, None)), (otherwise, (5.0, 20.0))):
        trial.outcomes = []
        for arm, dose in zip(trial.arms, doses, strict=False):
            arm["dose"] = dose
    _add(package, dosed, otherwise)
    assert package.look("ARM005").broken == []
    package.add("studies", {"study_id": "third"})
    package.add("arms", *undosed.written("third")["arms"])
    assert package.look("ARM005").broken == [2, 3, 4]


@pytest.mark.parametrize(("trials", "broken"), [(2, [2, 3]), (40, [])])
def test_little_that_agrees_tells_nothing_among_many_trials(package: Package, trials: int, broken: Sequence[int]) -> None:
    """Two arms of 60 with one count each."""
    for number in range(trials):
        twin = number < 2
        counts = ((31, 60), (22, 61)) if twin else ((10 + number, 70 + number), (5 + number, 71 + number))
        package.add("studies", {"study_id": f"s{number:02}"})
        for arm, (events, n) in zip(("sertraline", "placebo"), counts, strict=True):
            package.add("arms", {"study_id": f"s{number:02}", "arm_id": arm, "treatment_id": arm, "n_randomised": n + number})
            package.add(
                "outcomes",
                {
                    "study_id": f"s{number:02}",
                    "arm_id": arm,
                    "definition_id": "response.madrs.ge50pct",
                    **DAY,
                    "n_analysed": n,
                    "events": events,
                },
            )
    assert package.look("ARM005").broken == broken


def _by_chance(package: Package, number: int, counts: random.Random) -> None:
    """A trial of about fifty people an arm with many adverse events at two days, as registries print them, whose counts are of no other trial."""
    study = f"s{number:02}"
    package.add("studies", {"study_id": study})
    for arm, role in (("sertraline", "drug"), ("placebo", "placebo")):
        n = counts.randint(49, 51)
        package.add("arms", {"study_id": study, "arm_id": role, "treatment_id": arm, "n_randomised": n})
        terms = (
            "Nausea",
            "Headache",
            "Insomnia",
            "Dizziness",
            "Fatigue",
            "Diarrhoea",
            "Somnolence",
            "Dry mouth",
            "Constipation",
            "Sweating",
        )
        package.add(
            "harms",
            *(
                {
                    "study_id": study,
                    "arm_id": role,
                    "term": term,
                    "serious": False,
                    "n_at_risk": n,
                    "events": sum(counts.random() < 0.15 for _ in range(n)),
                }
                for term in terms
            ),
        )
        package.add(
            "outcomes",
            *(
                {
                    "study_id": study,
                    "arm_id": role,
                    "definition_id": definition,
                    **DAY,
                    "timepoint_days": day,
                    "n_analysed": n,
                    "events": round(n * share) + counts.randint(-4, 4),
                }
                for definition, share in (("response.madrs.ge50pct", 0.45), ("remission.madrs.le10", 0.3))
                for day in (28, 42, 56)
            ),
        )


@pytest.mark.parametrize("seed", range(3))
def test_many_results_agree_by_chance(package: Package, seed: int) -> None:
    """Of 25 trials some have several counts in common, and the others of their arms differ; one entered twice is found among them."""
    counts = random.Random(seed)  # noqa: S311  no secret
    for number in range(25):
        _by_chance(package, number, counts)
    assert not any("the same counts" in message for message in package.look("ARM005").messages)
    for table in ("studies", "arms", "harms", "outcomes"):
        rows = package.connection.sql(f"SELECT * EXCLUDE (_package, _line, study_id) FROM {table} WHERE study_id = 's00'").pl()
        package.add(
            table,
            *({"study_id": "again", **{k: v for k, v in row.items() if v is not None}} for row in rows.iter_rows(named=True)),
        )
    messages = package.look("ARM005").messages
    assert [m.partition(" ")[0] for m in messages if "the same counts" in m] == ["`again`", "`s00`"]


def _add(package: Package, *trials: Trial) -> None:
    for name, trial in zip(("first", "second"), trials, strict=True):
        for table, rows in trial.written(name).items():
            package.add(table, *rows)


def _all_of_low(trial: Trial) -> None:
    """The rows of one dose, copied and not filled in; those of who left were."""
    trial.outcomes[1] |= {"n_analysed": 147, "events": 74}
    trial.outcomes[4] |= {"n_analysed": 147, "events": 50}
    trial.outcomes += [
        row | {"analysis_set": "observed-cases", "missing_data": "observed", "n_analysed": 128} for row in trial.outcomes
    ]
    trial.outcomes += [
        {"arm_id": arm, "definition_id": "dropout.any", **DAY, "n_analysed": 150, "events": n}
        for arm, n in (("low", 19), ("high", 26))
    ]


def _day_again(trial: Trial) -> None:
    trial.outcomes += [row | {"timepoint_days": 42} for row in trial.outcomes]


def _day_differs(trial: Trial) -> None:
    _day_again(trial)
    trial.outcomes[-1]["events"] -= 1


def _one_arm_again(trial: Trial) -> None:
    """Of one arm alone at another day, as where nobody changed."""
    trial.outcomes += [
        row | {"timepoint_days": 42, "events": row["events"] - 5 * (row["arm_id"] != "low")} for row in trial.outcomes
    ]


def _nobody(trial: Trial) -> None:
    trial.outcomes = [
        row | {"events": events, "timepoint_days": day} for row in trial.outcomes for day in (28, 42) for events in [0]
    ]


def _one_count_alike(trial: Trial) -> None:
    trial.outcomes = [row | {"n_analysed": 147, "events": 74} for row in trial.outcomes[:3]]


def _events_again(trial: Trial) -> None:
    counts = {"Nausea": 22, "Insomnia": 11, "Headache": 31, "Dizziness": 17}
    trial.harms = [
        {"arm_id": arm, "term": term, "serious": False, "n_at_risk": 149, "events": n}
        for term, n in counts.items()
        for arm in ("low", "high")
    ]


def _of_a_group(trial: Trial) -> None:
    """A group is its arms; where it has one alone, its figures are that arm's."""
    trial.arms.append({"arm_id": "all", "treatment_id": "escitalopram", "includes": "low"})
    trial.outcomes += [
        row | {"arm_id": "all", "timepoint_days": day} for row in trial.outcomes[:1] for day in (7, 14, 28, 42, 56)
    ]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_all_of_low, ["all 4 counts of `low` are those of `high`"]),
        (_day_again, ["all 6 counts on day 56 are those on day 42"]),
        (_events_again, ["all 4 adverse events of `low` are those of `high`"]),
        (_day_differs, []),
        (_one_arm_again, []),
        (_nobody, []),
        (_one_count_alike, []),
        (_of_a_group, []),
        (_second, []),
    ],
)
def test_figures_that_are_those_of_another_arm_or_day(
    package: Package, change: Callable[[Trial], None], found: list[str]
) -> None:
    trial = Trial()
    change(trial)
    for table, rows in trial.written("first").items():
        package.add(table, *rows)
    assert package.look("STU022").messages == found
