"""ARM: the arms of a trial, their sizes and what they were given."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import Severity, rule


@rule(
    "ARM001",
    table="studies_beside_arms",
    severity=Severity.ERROR,
    fix="Add the missing arm, or set `randomised` to false.",
    source="CONSORT 2010 item 3a",
    columns=("randomised", "design"),
    message="the study is `randomised`, but has {arms} arm",
    breaks=[{"randomised": True, "arms": 1}],
    keeps=[{"randomised": True, "arms": 2}, {"randomised": True, "arms": 5}],
)
def one_arm_in_a_randomised_trial() -> pl.Expr:
    """A randomised trial must have at least two arms.

    With one arm there is nothing to be allocated to. Leaving out a control arm turns a trial into a case series without
    anyone noticing.
    """
    return pl.when(pl.col("randomised")).then(pl.col("arms") >= 2)


@rule(
    "ARM002",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the flow chart: the two columns are often swapped, or the number treated is another arm's.",
    source="CONSORT 2010 item 13a",
    columns=("n_treated", "n_randomised"),
    inspect_sr="results",
    breaks=[{"n_treated": 116, "n_randomised": 115}],
    keeps=[{"n_treated": 115, "n_randomised": 115}, {"n_treated": 0, "n_randomised": 115}],
)
def treated_exceed_randomised() -> pl.Expr:
    """The participants treated in an arm must not exceed those randomised to it.

    Nobody is treated in a randomised arm without being allocated to it.
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

    Everyone who completed a treatment started it.
    """
    return pl.col("n_completed") <= pl.col("n_treated")


@rule(
    "ARM004",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check the arm's treatment and its route. If the route is right, add it to the vocabulary with a source.",
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

    A nasal and an intravenous dose of one drug are different treatments. An impossible route suggests that a treatment or a row
    was confused with another.
    """
    routes = pl.concat_str(pl.lit(";"), pl.col("treatment_routes").str.replace_all(" ", "", literal=True), pl.lit(";"))
    given = pl.concat_str(pl.lit(";"), pl.col("route"), pl.lit(";"))
    return pl.when(pl.col("route") != "unstated").then(routes.str.contains(given, literal=True))


@rule(
    "ARM005",
    table="studies_side_by_side",
    severity=Severity.WARNING,
    fix="Compare both trials with their reports. If they are alike by chance, add a waiver that says so.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("study_id",),
    inspect_sr="results",
    message="`{other_study}` has arms of the very same sizes and doses, {arm_sizes_and_doses} ({trials_alike} trials in all)",
    breaks=[{"study_id": "popova-2019", "trials_alike": 2}],
    keeps=[{"study_id": "popova-2019", "trials_alike": 1}],
)
def arms_of_another_trial() -> pl.Expr:
    """Two trials must not have the same arm sizes and doses throughout.

    Checked where the size of every arm is known, and either a dose is known or there are more than two arms. Two trials are rarely
    this alike by chance; a row copied to the wrong trial always makes them so.
    """
    return pl.col("trials_alike") == 1


@rule(
    "ARM007",
    table="arms",
    severity=Severity.ERROR,
    fix="Check the flow chart: the number of completers may be for all arms together.",
    source="CONSORT 2010 item 13b",
    columns=("n_completed", "n_randomised"),
    inspect_sr="results",
    breaks=[{"n_completed": 116, "n_randomised": 115}],
    keeps=[{"n_completed": 115, "n_randomised": 115}, {"n_completed": 100, "n_randomised": 115}],
)
def completed_exceed_randomised() -> pl.Expr:
    """The participants who completed an arm must not exceed those randomised to it.

    Nobody completes a randomised arm without being allocated to it.
    """
    return pl.col("n_completed") <= pl.col("n_randomised")


@rule(
    "ARM008",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check whether the two figures are swapped: the arm's may be the whole trial's, or the reverse.",
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

    The arm's denominator would include people who were never in it.
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

    A flexible dose ranges from the lowest to the highest.
    """
    return pl.col("dose") <= pl.col("dose_max")


@rule(
    "ARM010",
    table="arms",
    severity=Severity.WARNING,
    fix="Copy the unit from the source.",
    source="CONSORT 2010 item 5",
    columns=("dose_unit", "dose"),
    breaks=[{"dose": 0.5}, {"dose": 0.0}],
    keeps=[{"dose": 0.5, "dose_unit": "mg/kg"}, {"dose": 28.0, "dose_unit": "mg"}],
)
def dose_without_unit() -> pl.Expr:
    """A dose must have a unit.

    Ketamine is dosed in milligrams and in milligrams per kilogram; 0.5 mg isn't 0.5 mg/kg.
    """
    return pl.when(pl.col("dose").is_not_null()).then(pl.col("dose_unit").is_not_null())
