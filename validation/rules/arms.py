"""ARM: the arms of a trial, their sizes and what they were given."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import Severity, rule


@rule(
    "ARM001",
    table="studies_beside_arms",
    severity=Severity.ERROR,
    fix="Add the other arm, or say that the trial isn't randomised.",
    source="CONSORT 2010 item 3a",
    columns=("randomised", "design"),
    message="the study is `randomised`, but has {arms} arm",
    breaks=[{"randomised": True, "arms": 1}],
    keeps=[{"randomised": True, "arms": 2}, {"randomised": True, "arms": 5}],
)
def one_arm_in_a_randomised_trial() -> pl.Expr:
    """A randomised trial must have at least two arms.

    Where there is nothing to be allotted to, there was no allocation. A control arm left out makes of a trial a series of
    cases, and nobody can see it.
    """
    return pl.when(pl.col("randomised")).then(pl.col("arms") >= 2)


@rule(
    "ARM002",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the flow chart: the two columns are often swapped, or the treated are those of another arm.",
    source="CONSORT 2010 item 13a",
    columns=("n_treated", "n_randomised"),
    inspect_sr="results",
    breaks=[{"n_treated": 116, "n_randomised": 115}],
    keeps=[{"n_treated": 115, "n_randomised": 115}, {"n_treated": 0, "n_randomised": 115}],
)
def treated_exceed_randomised() -> pl.Expr:
    """The participants treated in an arm must not exceed those randomised to it.

    Nobody is treated in a randomised arm without having been allotted to it.
    """
    return pl.col("n_treated") <= pl.col("n_randomised")


@rule(
    "ARM003",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the flow chart: the two columns are often swapped.",
    source="CONSORT 2010 item 13b",
    columns=("n_completed", "n_treated"),
    inspect_sr="results",
    breaks=[{"n_completed": 41, "n_treated": 40}],
    keeps=[{"n_completed": 40, "n_treated": 40}, {"n_completed": 31, "n_treated": 40}],
)
def completed_exceed_treated() -> pl.Expr:
    """The participants who completed an arm must not exceed those treated in it.

    Who completed a treatment has begun it.
    """
    return pl.col("n_completed") <= pl.col("n_treated")


@rule(
    "ARM004",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check the arm's treatment and its route. A route that it really has belongs in the vocabulary, with a source.",
    source="registry vocabulary `treatments`",
    columns=("route", "treatment_id"),
    message="`{treatment_id}` is given by {treatment_routes}, not by `route` ({route})",
    breaks=[
        {"treatment_id": "psilocybin", "route": "intranasal", "treatment_routes": "oral"},
        {"treatment_id": "esketamine", "route": "oral", "treatment_routes": "intranasal;intravenous"},
        {"treatment_id": "esketamine", "route": "venous", "treatment_routes": "intravenous"},
    ],
    keeps=[
        {"treatment_id": "psilocybin", "route": "oral", "treatment_routes": "oral"},
        {"treatment_id": "esketamine", "route": "intravenous", "treatment_routes": "intranasal; intravenous"},
    ],
)
def route_that_treatment_lacks() -> pl.Expr:
    """An arm's route must be one by which its treatment is given.

    A nasal and an intravenous dose of one drug are different treatments. A route that can't be points at a treatment or a row
    mistaken for another.
    """
    routes = pl.concat_str(pl.lit(";"), pl.col("treatment_routes").str.replace_all(" ", "", literal=True), pl.lit(";"))
    given = pl.concat_str(pl.lit(";"), pl.col("route"), pl.lit(";"))
    return pl.when(pl.col("route") != "unstated").then(routes.str.contains(given, literal=True))


@rule(
    "ARM005",
    table="studies_side_by_side",
    severity=Severity.WARNING,
    fix="Hold both trials against their reports. Two trials that are alike by chance need a waiver that says so.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("study_id",),
    inspect_sr="results",
    message="`{other_study}` has arms of the very same sizes and doses, {arm_sizes_and_doses} ({trials_alike} trials in all)",
    breaks=[{"study_id": "popova-2019", "trials_alike": 2}],
    keeps=[{"study_id": "popova-2019", "trials_alike": 1}],
)
def arms_of_another_trial() -> pl.Expr:
    """Two trials must not have the same arm sizes and doses throughout.

    Looked at where the size of every arm is known, and a dose, or more than two arms. Chance rarely makes two trials so alike;
    a row copied to the wrong trial always does.
    """
    return pl.col("trials_alike") == 1


@rule(
    "ARM007",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the flow chart: the completers may be those of all arms together.",
    source="CONSORT 2010 item 13b",
    columns=("n_completed", "n_randomised"),
    inspect_sr="results",
    breaks=[{"n_completed": 116, "n_randomised": 115}],
    keeps=[{"n_completed": 115, "n_randomised": 115}, {"n_completed": 100, "n_randomised": 115}],
)
def completed_exceed_randomised() -> pl.Expr:
    """The participants who completed an arm must not exceed those randomised to it.

    Nobody completes a randomised arm without having been allotted to it.
    """
    return pl.col("n_completed") <= pl.col("n_randomised")


@rule(
    "ARM008",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check whether the arm's figure is the whole trial's, or the whole trial's an arm's.",
    source="CONSORT 2010 item 13a",
    columns=("n_randomised",),
    inspect_sr="results",
    message="`n_randomised` ({n_randomised}) must not exceed the {study_n_randomised} randomised in the whole study",
    breaks=[{"n_randomised": 224, "study_n_randomised": 223}],
    keeps=[
        {"n_randomised": 114, "study_n_randomised": 223},
        {"n_randomised": 223, "study_n_randomised": 223},
    ],
)
def arm_exceeds_study() -> pl.Expr:
    """An arm must not have more participants than the whole trial.

    The arm's denominator would be made of people who were never in it.
    """
    return pl.col("n_randomised") <= pl.col("study_n_randomised")


@rule(
    "ARM009",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the two columns: they are often swapped.",
    source="arithmetic",
    columns=("dose", "dose_max"),
    breaks=[{"dose": 84.0, "dose_max": 56.0}],
    keeps=[{"dose": 56.0, "dose_max": 84.0}, {"dose": 56.0, "dose_max": 56.0}],
)
def doses_reversed() -> pl.Expr:
    """The lowest dose of an arm must not exceed its highest.

    A flexible dose runs from the one to the other.
    """
    return pl.col("dose") <= pl.col("dose_max")


@rule(
    "ARM010",
    table="arms",
    severity=Severity.WARNING,
    fix="Give the unit that the source gives.",
    source="CONSORT 2010 item 5",
    columns=("dose_unit", "dose"),
    breaks=[{"dose": 0.5}, {"dose": 0.0}],
    keeps=[{"dose": 0.5, "dose_unit": "mg/kg"}, {"dose": 28.0, "dose_unit": "mg"}],
)
def dose_without_unit() -> pl.Expr:
    """A dose must have a unit.

    Ketamine is dosed in milligrams and in milligrams per kilogram; 0.5 of the one isn't 0.5 of the other.
    """
    return pl.when(pl.col("dose").is_not_null()).then(pl.col("dose_unit").is_not_null())
