"""ARM: the arms of a trial, their sizes and what they were given."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule


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
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check the flow chart: the two columns are often swapped, or the number treated is another arm's.",
    source="CONSORT 2010 item 13a",
    columns=("n_treated", "n_randomised"),
    inspect_sr="results",
    breaks=[
        {"n_treated": 116, "n_randomised": 115},
        {"n_treated": 116, "n_randomised": 115, "all_treated": 231.0, "all_randomised": 230.0},
    ],
    keeps=[
        {"n_treated": 115, "n_randomised": 115},
        {"n_treated": 0, "n_randomised": 115},
        {"n_treated": 116, "n_randomised": 115, "all_treated": 229.0, "all_randomised": 230.0},
    ],
)
def treated_exceed_randomised() -> pl.Expr:
    """The participants treated in an arm must not exceed those randomised to it, unless the others of the study make room for them.

    Nobody is treated in a trial without being randomised. Who took another arm's treatment may be counted under it; then no more
    are treated in all arms together than were randomised, and another rule warns.
    """
    return (
        pl.when(pl.col("n_treated") > pl.col("n_randomised"))
        .then(_room_for_others())
        .otherwise(pl.col("n_treated") <= pl.col("n_randomised"))
    )


def _room_for_others() -> pl.Expr:
    return (pl.col("all_treated") <= pl.col("all_randomised")).fill_null(value=False)


@rule(
    "ARM018",
    table="arms_in_study",
    severity=Severity.WARNING,
    fix="Check the flow chart. If somebody took another arm's treatment and the source counts them by what they took, say so in a waiver.",
    source="CONSORT 2010 items 13a and 16; ICH E9 section 5.2",
    columns=("n_treated", "n_randomised"),
    inspect_sr="results",
    breaks=[{"n_treated": 101, "n_randomised": 100, "all_treated": 199.0, "all_randomised": 200.0}],
    keeps=[{"n_treated": 100, "n_randomised": 100, "all_treated": 199.0, "all_randomised": 200.0}],
)
def treated_by_what_they_took() -> pl.Expr:
    """The participants treated in an arm should be those randomised to it, even if no more were treated in all arms than were randomised.

    Some were counted under another arm's treatment, which they took; or two arms' numbers are exchanged.
    """
    return pl.when(_room_for_others()).then(pl.col("n_treated") <= pl.col("n_randomised"))


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
    fix="Compare both trials with their reports. If they are one, declare it by `part_of`; if they are alike by chance, add a waiver that says so.",
    source=INSPECT_SR,
    columns=("study_id",),
    inspect_sr="results",
    message="`{other_study}` has the same arms, {arms_alike}{counts_alike} ({trials_alike} trials in all)",
    breaks=[{"study_id": "popova-2019", "trials_alike": 2}],
    keeps=[{"study_id": "popova-2019", "trials_alike": 1}],
)
def arms_of_another_trial() -> pl.Expr:
    """Two trials must not have the same results in two arms, nor the same treatments in arms of the same sizes.

    Checked of studies that aren't declared a part of another; groups that `includes` other arms are left aside. Two arms of each, or the arms of a treatment together, with the same
    counts, adverse events, or means and standard deviations of as many people are one trial under two names, whatever else differs, unless so much may agree by chance
    among the package's trials of these treatments: the more outcomes, days and sets two arms have, the more of them agree, and arms of a size that is usual in the package tell less. Where results differ or are missing,
    the sizes of all arms say something if they aren't all multiples of five, as planned sizes are, and a dose is known, there are more than two arms, or at
    least 100 participants, and no two doses differ: a row copied to the wrong trial makes two trials alike, and so do two reports of one. Of these 100 the arms of one treatment are also
    taken together, as one report may give them and another not, unless both trials are registered.
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


@rule(
    "ARM011",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Write the `arm_id` of other arms of the same study, separated by semicolons.",
    source="docs/dictionary.md, arms",
    columns=("includes",),
    message="`includes` names {included_unknown}, which is not another arm of the study",
    breaks=[{"includes": "dose-1; dose-9", "included_unknown": "dose-9"}],
    keeps=[{"includes": "dose-1; dose-2", "included_unknown": ""}],
)
def included_arm_unknown() -> pl.Expr:
    """What a group includes must be other arms of its study.

    A group of several arms is left out beside them; which ones it contains has to be known.
    """
    return pl.col("included_unknown") == ""


@rule(
    "ARM012",
    table="groups_beside_arms",
    severity=Severity.WARNING,
    fix="If the group contains the others, say so in `includes`. If it is an arm of its own, waive this and say how you know.",
    source="Cochrane Handbook 6.4, section 23.3.4",
    columns=("includes",),
    message="this arm has the results of {others} together ({others_n} participants), wherever all are given; if it contains them, `includes` must name them",
    breaks=[{"sum_of_the_others": True, "others": "dose-1, dose-2", "others_n": 100}],
    keeps=[{"sum_of_the_others": False}],
)
def group_contains_its_siblings() -> pl.Expr:
    """A group that contains other arms must say so.

    "All doses" beside its doses counts everybody twice, and so does a group of some of them, "low doses". The arms have one treatment, or the group a word for
    its class.
    """
    return ~pl.col("sum_of_the_others")


@rule(
    "ARM013",
    table="arms_in_study",
    severity=Severity.WARNING,
    fix="Check the report: what all participants were given is the background of every arm; what one arm alone was given is its treatment.",
    source="CONSORT 2010 item 5",
    columns=("background_id",),
    message="the arms of the study have different backgrounds ({study_backgrounds}); all arms must have the same one",
    breaks=[{"background_id": "none", "study_backgrounds": "antidepressant-new, none"}],
    keeps=[{"background_id": "none", "study_backgrounds": "none"}],
)
def backgrounds_contradict() -> pl.Expr:
    """The arms of a trial must share one background.

    What differs between arms is the treatment that is tested. A placebo with a newly started antidepressant is not a placebo alone.
    """
    return pl.when(pl.col("background_id") != "unstated").then(~pl.col("study_backgrounds").str.contains(", "))


@rule(
    "ARM014",
    table="arms_in_study",
    severity=Severity.NOTE,
    fix="Give the arm its role: `experimental` or `active-comparator`.",
    source="ClinicalTrials.gov arm types",
    columns=("role",),
    message="`role` is not stated, though another arm of the study is a placebo or sham",
    breaks=[{"role": "unstated", "study_has_control": True}],
    keeps=[{"role": "experimental", "study_has_control": True}],
)
def role_missing_beside_a_control() -> pl.Expr:
    """Where one arm is a placebo or sham, the roles of the others must be stated.

    A low dose given as a control can't be distinguished from a treatment that is tested.
    """
    return pl.when(pl.col("study_has_control")).then(pl.col("role") != "unstated")


_INERT = ("placebo", "sugar-alcohol", "sham", "usual-care", "no-treatment", "unstated")
"""Classes of which nothing is expected to act, but for being given."""


@rule(
    "ARM015",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Check whether the roles of two arms are exchanged. A low dose, or a drug given for its sensations alone, has the role `active-placebo`.",
    source="ClinicalTrials.gov arm types; ICH E10",
    columns=("role", "treatment_id"),
    message="the role is `{role}`, but `{treatment_id}` is not inert",
    breaks=[
        {"role": "placebo", "treatment_id": "paroxetine", "treatment_class": "ssri"},
        {"role": "no-treatment", "treatment_id": "sertraline", "treatment_class": "ssri"},
    ],
    keeps=[
        {"role": "placebo", "treatment_id": "placebo", "treatment_class": "placebo"},
        {"role": "placebo", "treatment_id": "mannitol", "treatment_class": "sugar-alcohol"},
    ],
)
def drug_in_the_role_of_a_placebo() -> pl.Expr:
    """An arm whose role is a placebo, no treatment or a waiting list must not have been given an active treatment.

    An arm counts as its role says: its people would be counted as if they had had the placebo. Usual care may be a drug, and a sham is named by what
    it imitates.
    """
    nothing = pl.col("role").is_in(["placebo", "no-treatment", "waitlist"])
    return pl.when(nothing).then(pl.col("treatment_class").is_in(_INERT))


@rule(
    "ARM016",
    table="arms_in_study",
    severity=Severity.WARNING,
    fix="Check whether the roles of two arms are exchanged. If the trial tests placebo itself, say so in a waiver.",
    source="ClinicalTrials.gov arm types; ICH E10",
    columns=("role", "treatment_id"),
    message="the role is `{role}`, but `{treatment_id}` is a control",
    breaks=[{"role": "experimental", "treatment_id": "placebo", "treatment_class": "placebo"}],
    keeps=[
        {"role": "experimental", "treatment_id": "paroxetine", "treatment_class": "ssri"},
        {"role": "experimental", "treatment_id": "usual-care", "treatment_class": "usual-care"},
    ],
)
def placebo_in_the_role_of_a_treatment() -> pl.Expr:
    """An arm that was given a placebo, or nothing, should not be the experimental one or an active comparator.

    Its drug is then likely in the role of the control.
    """
    tested = pl.col("role").is_in(["experimental", "active-comparator"])
    return pl.when(tested).then(~pl.col("treatment_class").is_in(["placebo", "sham", "no-treatment"]))


@rule(
    "ARM017",
    table="arms_in_study",
    severity=Severity.ERROR,
    fix="Name in `includes` every arm whose people are in the group, also those that a group named there contains.",
    source="Cochrane Handbook 6.4, section 23.3.4",
    columns=("includes",),
    message="`includes` names a group that contains {included_within}, which `includes` doesn't name",
    breaks=[{"includes": "low-doses; high", "included_within": "low-1, low-2"}],
    keeps=[
        {"includes": "low-doses; low-1; low-2; high", "included_within": ""},
        {"includes": "low-1; low-2; high", "included_within": ""},
    ],
)
def group_names_a_group_without_its_arms() -> pl.Expr:
    """A group that contains another group must name that group's arms too.

    A group is left out beside the arms that it names. Arms that are in it but aren't named would be counted beside it.
    """
    return pl.col("included_within") == ""
