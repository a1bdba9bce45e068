"""ARM, OUT and SCR: a group of arms beside the arms that it includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.wording import listed
from validation.lazily import pl
from validation.printed import TINY, precision
from validation.rule import Severity, rule

_SOURCE = "arithmetic; Cochrane Handbook 6.4, section 23.3.4"
_SIZES = ("n_randomised", "n_treated", "n_completed")


def _arms(row: Mapping[str, Any]) -> str:
    """The arms of the group that have a row like its own, in words."""
    return f"its arm{'s' if ', ' in row['parts'] else ''} {row['parts']}"


def _size_fits(name: str) -> pl.Expr:
    enough = pl.col(name) >= pl.col(f"least_{name}")
    return enough & (pl.col(name) <= pl.col(f"parts_{name}")).fill_null(value=True)


def _wrong_sizes(row: Mapping[str, Any]) -> list[str]:
    def fits(name: str) -> bool:
        own, least, most = row[name], row[f"least_{name}"], row[f"parts_{name}"]
        return own is None or least is None or (own >= least and (most is None or own <= most))

    return [name for name in _SIZES if not fits(name)]


def _nearest_size(row: Mapping[str, Any], name: str) -> str:
    """The size that a group's arms leave it, in words: those are the same of parallel arms, and bounds of others."""
    own, least, most = row[name], row[f"least_{name}"], row[f"parts_{name}"]
    if least == most:
        return f"{least:.0f}"
    return f"at least {least:.0f}" if own < least else f"at most {most:.0f}"


@rule(
    "ARM019",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check the numbers and `includes` against the flow chart. If the package leaves out an arm of the group, say so in a waiver.",
    source="arithmetic; CONSORT 2010 item 13a",
    columns=_SIZES,
    at=lambda row: _wrong_sizes(row)[0],
    inspect_sr="results",
    message="{which}",
    details=lambda row: {
        "which": listed(
            [f"`{n}` of the group is {row[n]}, and {_nearest_size(row, n)} by {_arms(row)}" for n in _wrong_sizes(row)]
        )
    },
    breaks=[
        {"n_randomised": 280, "least_n_randomised": 302.0, "parts_n_randomised": 302.0, "parts": "low, high"},
        {"n_treated": 310, "least_n_treated": 302.0, "parts_n_treated": 302.0, "parts": "low, high"},
        {"n_completed": 100, "least_n_completed": 126.0, "parts": "low, high"},
    ],
    keeps=[
        {"n_randomised": 302, "least_n_randomised": 302.0, "parts_n_randomised": 302.0, "parts": "low, high"},
        {"n_completed": 257, "least_n_completed": 126.0, "parts": "low, high"},
    ],
)
def group_of_another_size_than_its_arms() -> pl.Expr:
    """The participants of a group must be those of its arms together.

    Each is in one of them; in a crossover trial, in which a participant may be in several, the group is as large as the largest at least. Where the size of an arm
    isn't stated, the group may only be larger.
    """
    fits = [_size_fits(name) for name in _SIZES]
    known = pl.any_horizontal(*(one.is_not_null() for one in fits))
    return pl.when(known).then(pl.all_horizontal(*(one.fill_null(value=True) for one in fits)))


@rule(
    "ARM020",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check which arms the group holds, and what it was given.",
    source="Cochrane Handbook 6.4, section 23.3.4",
    columns=("includes", "treatment_id"),
    message="the treatment of the group is `{treatment_id}`, but it includes {given_otherwise}, given another",
    breaks=[{"treatment_id": "escitalopram", "includes": "dose-1; placebo", "given_otherwise": "placebo"}],
    keeps=[{"treatment_id": "escitalopram", "includes": "dose-1; dose-2", "given_otherwise": ""}],
)
def group_with_another_treatment_in_it() -> pl.Expr:
    """A group must not include an arm whose treatment is another than the group's, or is none.

    Its people would be counted as if they had had the group's treatment. A group of several drugs of a class has the class's term, such as `ssri.unspecified`, and
    `antidepressant.unspecified` is any taken by mouth; a group of controls may have several, and a drug's may have one of it with something added.
    """
    return pl.col("given_otherwise") == ""


_ENTIRE = {"n_analysed": 296, "parts_n": 296.0, "parts_events": 98.0, "parts": "low, high"}


@rule(
    "OUT038",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix="Check the three counts and their denominators.",
    source=_SOURCE,
    columns=("events",),
    inspect_sr="results",
    message="{events} of the group's {n_analysed} met `{definition_id}`, but {counted} of the same people in {arms}",
    details=lambda row: {"counted": f"{row['parts_events']:.0f}", "arms": _arms(row)},
    breaks=[{**_ENTIRE, "events": 120, "fewest": 120.0, "most": 120.0}, {**_ENTIRE, "events": 20, "fewest": 20.0, "most": 20.0}],
    keeps=[{**_ENTIRE, "events": 98, "fewest": 98.0, "most": 98.0}],
)
def group_counts_other_than_its_arms() -> pl.Expr:
    """A group's count must be that of its arms together, where it is of the same people.

    Checked where all arms have a count of the same rule, day, set and handling of missing data by which each person counts once, and as many people
    as the group. A count worked out from a percentage is one of several that print so: the rule OUT039 looks at these.
    """
    return pl.when(_settled()).then(pl.col("events") == pl.col("parts_events"))


def _settled() -> pl.Expr:
    """Whether the counts of a group and of its arms are of the same people, and each was counted."""
    same = (pl.col("n_analysed") == pl.col("parts_n")) & pl.col("parts_events").is_not_null() & pl.col("events").is_not_null()
    return (same & (pl.col("fewest") == pl.col("most"))).fill_null(value=False)


_LEFT = {"fewest": 40.0, "most": 40.0, "n_analysed": 296, "least_n": 252.0, "parts": "low, high"}


def _bounds(n: str) -> list[pl.Expr]:
    return [
        pl.col(n) >= pl.col("least_n") - TINY,
        pl.col(n) <= pl.col("parts_n") + TINY,
        pl.col("most") >= pl.col("least_events") - TINY,
        pl.col(n) - pl.col("fewest") >= pl.col("least_others") - TINY,
    ]


def _within(n: str) -> pl.Expr:
    bounds = _bounds(n)
    return pl.when(pl.any_horizontal(*(one.is_not_null() for one in bounds))).then(
        pl.all_horizontal(*(one.fill_null(value=True) for one in bounds))
    )


def _told(n: str, met: str) -> Any:
    """Which of the bounds a row breaks first, in words."""

    def told(row: Mapping[str, Any]) -> dict[str, str]:
        own, parts = row[n], _arms(row)
        count = f"{row['events']} of {own}" if row["events"] is not None else f"{row['percent_reported']}% of {own}"
        if row["least_n"] is not None and own < row["least_n"] - TINY:
            found = f"the group has {own} people, and {parts} have {row['least_n']:.0f} of them"
        elif row["parts_n"] is not None and own > row["parts_n"] + TINY:
            found = f"the group has {own} people, and {parts} only {row['parts_n']:.0f}"
        elif row["least_events"] is not None and row["most"] < row["least_events"] - TINY:
            found = f"{count} in the group {met}, but {row['least_events']:.0f} at least in {parts}"
        else:
            found = f"{count} in the group {met}, but {row['least_others']:.0f} at least in {parts} did not"
        return {"found": found}

    return told


@rule(
    "OUT039",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Check the counts of the group and of its arms, and what each is of. If the source prints them like this, say so in a waiver.",
    source=_SOURCE,
    columns=("events", "n_analysed"),
    inspect_sr="results",
    message="{found}: the arms' people are in the group",
    details=_told("n_analysed", "met the definition"),
    breaks=[
        {**_LEFT, "least_events": 153.0},
        {**_LEFT, "least_others": 270.0},
        {**_LEFT, "n_analysed": 100},
        {**_LEFT, "n_analysed": 500, "parts_n": 296.0},
    ],
    keeps=[{**_LEFT, "least_events": 33.0, "least_others": 99.0}, {**_LEFT, "parts_n": 296.0}],
)
def group_count_that_its_arms_rule_out() -> pl.Expr:
    """A group's count must hold those of its arms, who are its people: no fewer with the outcome, and no fewer without it.

    An arm's row is compared if it is of the same rule and day, and of the same people or of some of them: those observed, or those who kept to the
    protocol, are as they were in whatever set holds them. Percentages without a count are taken at their rounding.
    """
    return pl.when(~_settled()).then(_within("n_analysed"))


_AT_RISK = {
    "term": "Nausea",
    "fewest": 40.0,
    "most": 40.0,
    "n_at_risk": 300,
    "least_n": 300.0,
    "parts": "low, high",
    "parts_n": 300.0,
}


@rule(
    "OUT040",
    table="harms_in_context",
    severity=Severity.WARNING,
    fix="Check the counts of the group and of its arms. If the source prints them like this, say so in a waiver.",
    source=_SOURCE,
    columns=("events", "n_at_risk"),
    inspect_sr="results",
    message="{found}: the arms' people are in the group",
    details=_told("n_at_risk", "had the event"),
    breaks=[{**_AT_RISK, "least_events": 51.0}, {**_AT_RISK, "least_others": 290.0}, {**_AT_RISK, "n_at_risk": 200}],
    keeps=[{**_AT_RISK, "least_events": 40.0, "least_others": 260.0}],
)
def group_harms_that_its_arms_rule_out() -> pl.Expr:
    """A group's count of an adverse event must hold those of its arms, who are its people: no fewer with the event, and no fewer without it.

    The rule OUT039 does the same for outcomes.
    """
    return _within("n_at_risk")


_MEAN = {
    "n": 296,
    "parts_n": 296.0,
    "parts": "low, high",
    "parts_half": 0.05,
    "least_mean": -16.4,
    "most_mean": -15.2,
    "parts_mean": -15.8,
}


def _group_mean(row: Mapping[str, Any]) -> dict[str, str]:
    entire = row["n"] == row["parts_n"] and row["estimate"] == "raw"
    if row["n"] is not None and row["least_n"] is not None and row["n"] < row["least_n"]:
        return {"found": f"the group has {row['n']} people, and {_arms(row)} have {row['least_n']:.0f} of them"}
    if row["n"] is not None and row["parts_n"] is not None and row["n"] > row["parts_n"]:
        return {"found": f"the group has {row['n']} people, and {_arms(row)} only {row['parts_n']:.0f}"}
    means = f"from {row['least_mean']:g} to {row['most_mean']:g}" if row["least_mean"] is not None else "others"
    given = f"{row['parts_mean']:.2f} together" if entire and row["parts_mean"] is not None else means
    spread = f", and the standard deviation {row['sd']:g} ({row['parts_sd']:.2f} together)" if entire and row["parts_sd"] else ""
    return {"found": f"the mean of the group is {row['mean']:g}, and those of {_arms(row)} are {given}{spread}"}


@rule(
    "SCR026",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check the means, the standard deviations and the numbers of participants of the group and of its arms.",
    source=_SOURCE,
    columns=("mean", "sd", "n"),
    inspect_sr="results",
    message="{found}; the group's people are those of its arms",
    details=_group_mean,
    breaks=[
        {**_MEAN, "estimate": "adjusted", "mean": -5.0},
        {**_MEAN, "estimate": "raw", "mean": -15.3},
        {**_MEAN, "estimate": "raw", "mean": -15.8, "sd": 0.7, "parts_sd": 8.9},
        {**_MEAN, "estimate": "raw", "mean": -15.8, "n": 100, "least_n": 296.0},
    ],
    keeps=[
        {**_MEAN, "estimate": "adjusted", "mean": -15.3},
        {**_MEAN, "estimate": "raw", "mean": -15.8, "sd": 8.9, "parts_sd": 8.9},
    ],
)
def group_mean_that_its_arms_rule_out() -> pl.Expr:
    """A group's mean must lie between those of its arms, and the raw mean and standard deviation of the same people must be what theirs give together.

    Checked where all arms have the mean of the same scale, day, set, handling of missing data and kind. Rounding is allowed for, and for a mean from a model a
    twentieth of it.
    """
    slack = precision("mean") + pl.col("parts_half") + TINY
    exact = pl.col("estimate") == "raw"
    room = slack + pl.when(exact).then(0.0).otherwise(pl.col("mean").abs() / 20)
    same = exact & (pl.col("n") == pl.col("parts_n"))
    spread = (pl.col("sd") - pl.col("parts_sd")).abs() <= precision("sd") + 0.03 * pl.col("parts_sd") + slack
    bounds = [
        pl.col("n") >= pl.col("least_n"),
        pl.col("n") <= pl.col("parts_n"),
        pl.col("mean").is_between(pl.col("least_mean") - room, pl.col("most_mean") + room),
        pl.when(same).then((pl.col("mean") - pl.col("parts_mean")).abs() <= slack),
        pl.when(same & (pl.col("sd") > 0)).then(spread),
    ]
    known = pl.any_horizontal(*(one.is_not_null() for one in bounds))
    return pl.when(known).then(pl.all_horizontal(*(one.fill_null(value=True) for one in bounds)))
