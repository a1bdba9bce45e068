"""STU: statements about a trial as a whole."""

from __future__ import annotations

from schemas.grammar import DOI, PMID
from schemas.registrations import REGISTRATION
from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule


@rule(
    "STU001",
    table="studies",
    severity=Severity.ERROR,
    fix="Copy the number from the registry's own page; one number per cell, without a link or a registry's name.",
    source="WHO International Clinical Trials Registry Platform, primary registries",
    columns=("registration_id",),
    inspect_sr="conduct, governance and transparency",
    breaks=[
        {"registration_id": wrong}
        for wrong in (
            "NCT0241706",
            "NCT024170644",
            "nct02417064",
            "NCT02417064 ",
            "NCT02417064; NCT02418585",
            "see paper",
        )
    ],
    keeps=[
        {"registration_id": right}
        for right in (
            "NCT02417064",
            "ISRCTN18118645",
            "2014-004586-24",
            "2022-500014-26-00",
            "ACTRN12616000096448",
            "ChiCTR-TRC-10000898",
            "ChiCTR2000029243",
            "UMIN000012345",
            "jRCT2031200001",
            "jRCTs031180001",
            "DRKS00012345",
            "CTRI/2017/05/008544",
            "KCT0001234",
            "IRCT20080831001141N36",
            "NTR5718",
            "TCTR20200101001",
        )
    ],
)
def registration_malformed() -> pl.Expr:
    """A registration number must have the form that a trial registry gives it.

    The number identifies a trial across packages; a lost or added digit hides a trial that is there twice.
    """
    return pl.col("registration_id").str.contains(f"^({REGISTRATION})$")


@rule(
    "STU002",
    table="studies",
    severity=Severity.ERROR,
    fix="Write the identifier alone, from `10.` on, without `doi:` or a resolver's address.",
    source="ISO 26324 (DOI)",
    columns=("doi",),
    breaks=[
        {"doi": "https://doi.org/10.1093/ijnp/pyz039"},
        {"doi": "doi:10.1093/ijnp/pyz039"},
        {"doi": "10.1093"},
        {"doi": "10.1000/<me<meta/x>ta/http-equiv=refresh>"},
        {"doi": "10.1000/1097-0258(1998)17:15<script>3.0.CO;2-2"},
        {"doi": '10.1000/x"onclick=y'},
        {"doi": "10.1000/x\u200by"},
        {"doi": "10.１０００/x"},
    ],
    keeps=[
        {"doi": "10.1093/ijnp/pyz039"},
        {"doi": "10.1016/S0006-3223(02)01866-8"},
        {"doi": "10.1000.10/123"},
        {"doi": "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"},
        {"doi": "10.1175/1520-0477(1998)079<0061:APGTWA>2.0.CO;2"},
    ],
)
def study_doi_malformed() -> pl.Expr:
    """A study's DOI must be a prefix `10.…`, a slash and a suffix, and nothing else.

    It leads to the main report and to its corrections. It may not contain spaces, quotation marks or invisible characters,
    nor angle brackets except in old DOIs made from a SICI: elsewhere they are left over from a web page.
    """
    return pl.col("doi").str.contains(DOI)


@rule(
    "STU003",
    table="studies",
    severity=Severity.ERROR,
    fix="Write the digits alone, of one report; PMC numbers belong in an address.",
    source="National Library of Medicine, PubMed identifiers",
    columns=("pmid",),
    breaks=[
        {"pmid": "PMC7894501"},
        {"pmid": "31109201, 31290965"},
        {"pmid": "0311092"},
        {"pmid": "311092011"},
        {"pmid": "٣١"},
    ],
    keeps=[{"pmid": "31109201"}, {"pmid": "1"}],
)
def study_pmid_malformed() -> pl.Expr:
    """A study's PubMed identifier must be one number of at most eight digits.

    Anything else leads nowhere, or to another report.
    """
    return pl.col("pmid").str.contains(PMID)


@rule(
    "STU004",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Read the entry criteria again: either the number is wrong or the trial belongs under another population.",
    source="10.1038/s41380-021-01381-x",
    columns=("prior_failures_min", "population_id"),
    message="`{population_id}` requires at least {label_failures_min} failed treatments, but entry to the study required"
    " `prior_failures_min` ({prior_failures_min})",
    breaks=[
        {"prior_failures_min": 1, "label_failures_min": 2},
        {"prior_failures_min": 0, "label_failures_min": 1},
    ],
    keeps=[
        {"prior_failures_min": 2, "label_failures_min": 2},
        {"prior_failures_min": 3, "label_failures_min": 2},
    ],
)
def failures_fewer_than_population_takes() -> pl.Expr:
    """A trial must have required at least as many failed treatments as its population states.

    Treatment resistance means at least two failed adequate treatments. With one looser trial under that label, the pooled rate
    is no longer about those people.
    """
    return pl.col("prior_failures_min") >= pl.col("label_failures_min")


@rule(
    "STU005",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Read over which time the trial counted failures, and choose the population for that time.",
    source="NCT02417064 (this episode); NCT03113968 (lifetime)",
    columns=("prior_failures_window", "population_id"),
    message="`{population_id}` counts failures over the {label_failures_window}, but the study counted them over"
    " `prior_failures_window` ({prior_failures_window})",
    breaks=[{"prior_failures_window": "lifetime", "label_failures_window": "episode"}],
    keeps=[
        {"prior_failures_window": "episode", "label_failures_window": "episode"},
        {"prior_failures_window": "lifetime", "label_failures_window": "lifetime"},
    ],
)
def failures_counted_over_another_window() -> pl.Expr:
    """A trial must have counted failed treatments over the time that its population states.

    Two failures in the present episode and two in a lifetime select different people; published trials differ in exactly this.
    """
    stated = (pl.col("prior_failures_window") != "unstated") & (pl.col("label_failures_window") != "unstated")
    return pl.when(stated).then(pl.col("prior_failures_window") == pl.col("label_failures_window"))


@rule(
    "STU006",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Read the age limits again: either the age is wrong or the trial belongs under another population.",
    source="registry vocabulary `populations`",
    columns=("age_min", "population_id"),
    message="`{population_id}` starts at {label_age_min} years, but the study included people from `age_min` ({age_min})",
    breaks=[{"age_min": 18, "label_age_min": 60}, {"age_min": 59, "label_age_min": 60}],
    keeps=[{"age_min": 60, "label_age_min": 60}, {"age_min": 65, "label_age_min": 60}],
)
def age_below_population() -> pl.Expr:
    """A trial must not have included people younger than its population allows.

    A trial of adults of all ages isn't a trial in later life, whatever its title says.
    """
    return pl.col("age_min") >= pl.col("label_age_min")


@rule(
    "STU007",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Read the age limits again: either the age is wrong or the trial belongs under another population.",
    source="registry vocabulary `populations`",
    columns=("age_max", "population_id"),
    message="`{population_id}` ends at {label_age_max} years, but the study included people up to `age_max` ({age_max})",
    breaks=[{"age_max": 65, "label_age_max": 17}, {"age_max": 19, "label_age_max": 17}],
    keeps=[{"age_max": 17, "label_age_max": 17}, {"age_max": 16, "label_age_max": 17}, {"age_max": 18, "label_age_max": 17}],
)
def age_above_population() -> pl.Expr:
    """A trial must not have included people older than its population allows.

    A trial that also included adults isn't a trial in adolescents. A limit may be the birthday that ends it: `12 to 18 years` is printed of trials
    that nobody of 18 entered.
    """
    return pl.col("age_max") <= pl.col("label_age_max") + 1


@rule(
    "STU008",
    table="studies",
    severity=Severity.ERROR,
    fix="Check the two columns: they are often swapped.",
    source="arithmetic",
    columns=("age_min", "age_max"),
    breaks=[{"age_min": 65, "age_max": 18}],
    keeps=[{"age_min": 18, "age_max": 65}, {"age_min": 18, "age_max": 18}],
)
def age_limits_reversed() -> pl.Expr:
    """The lowest eligible age must not exceed the highest.

    Otherwise nobody could take part.
    """
    return pl.col("age_min") <= pl.col("age_max")


@rule(
    "STU009",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Declare by `part_of` which is a part of which, merge the two studies, or correct the copied number.",
    source=INSPECT_SR,
    columns=("registration_id",),
    inspect_sr="conduct, governance and transparency",
    message="`registration_id` ({registration_id}) must belong to one study and its parts; `{other_study}` has it too and is not"
    " declared a part ({studies_registered} such studies in all)",
    breaks=[{"registration_id": "NCT02417064", "studies_registered": 2}],
    keeps=[{"registration_id": "NCT02417064", "studies_registered": 1}],
)
def registration_shared_by_studies() -> pl.Expr:
    """One registration number must not belong to two studies of a package, unless one is declared a part of the other.

    If a trial is entered twice, its participants count twice, and the pooled result looks more certain than it is.
    """
    return pl.col("studies_registered") == 1


@rule(
    "STU012",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Write the `study_id` of the whole trial, which must be another study of this package.",
    source="docs/dictionary.md, studies",
    columns=("part_of",),
    message="`part_of` is `{part_of}`, which is not another study of the package",
    breaks=[{"part_of": "nowhere", "whole_is_known": False}],
    keeps=[{"part_of": "synapse", "whole_is_known": True}],
)
def whole_unknown() -> pl.Expr:
    """A part must name the study of the package that it is a part of.

    Otherwise its participants are counted beside those of the trial they belong to.
    """
    return pl.col("whole_is_known")


@rule(
    "STU013",
    table="studies",
    severity=Severity.ERROR,
    fix="Fill both, or neither; `outcomes vocab part_relations` lists the relations.",
    source="docs/dictionary.md, studies",
    columns=("part_of", "part_relation"),
    message="`part_of` ({part_of}) and `part_relation` ({part_relation}) must both be filled, or neither",
    breaks=[{"part_of": "synapse"}, {"part_relation": "period"}],
    keeps=[{"part_of": "synapse", "part_relation": "period"}],
)
def part_without_its_relation() -> pl.Expr:
    """A part must say what sort of part it is.

    Of a trial's parts one is counted; the relation decides which.
    """
    either = pl.col("part_of").is_not_null() | pl.col("part_relation").is_not_null()
    return pl.when(either).then(pl.col("part_of").is_not_null() & pl.col("part_relation").is_not_null())


@rule(
    "STU010",
    table="studies_beside_arms",
    severity=Severity.ERROR,
    fix="Check the arms against the flow chart. If the package leaves out an arm, say so in a waiver.",
    source="CONSORT 2010 item 13a; PMC8061126 table 1 prints arms of 114 and 114 with a total of 223",
    columns=("n_randomised",),
    inspect_sr="results",
    message="the arms ({arms}) add up to {added}, not `n_randomised` ({n_randomised})",
    details=lambda row: {
        "added": f"{row['arms_n_randomised']} randomised"
        if row["arms"] == row["arms_of_known_size"]
        else f"{row['arms_n_analysed']} in one result"
    },
    breaks=[
        {
            "n_randomised": 223,
            "arms": 2,
            "arms_of_known_size": 2,
            "arms_n_randomised": 228,
            "design": "parallel",
        },
        {"n_randomised": 224, "arms": 2, "arms_of_known_size": 2, "arms_n_randomised": 223},
        {"n_randomised": 150, "arms": 2, "arms_of_known_size": 0, "arms_n_analysed": 200},
    ],
    keeps=[
        {
            "n_randomised": 223,
            "arms": 2,
            "arms_of_known_size": 2,
            "arms_n_randomised": 223,
            "design": "parallel",
        },
        {"n_randomised": 0, "arms": 1, "arms_of_known_size": 1, "arms_n_randomised": 0},
        {"n_randomised": 150, "arms": 2, "arms_of_known_size": 0, "arms_n_analysed": 140},
    ],
)
def arms_do_not_sum() -> pl.Expr:
    """The participants randomised to the arms must add up to those randomised to the trial.

    Checked where the size of every arm is known, by itself or as that of the set `randomised`, but not in designs where one participant is in several arms.
    If the total doesn't add up, an arm is missing, comes from another trial, or was swapped. Where sizes are unknown, no result may have more people in all
    arms together.
    """
    once = ~pl.col("design").is_in(["crossover", "sequential-parallel"]).fill_null(False)
    known = pl.col("arms") == pl.col("arms_of_known_size")
    together = pl.col("arms_n_analysed") <= pl.col("n_randomised")
    return pl.when(once & known).then(pl.col("arms_n_randomised") == pl.col("n_randomised")).when(once).then(together)


@rule(
    "STU011",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Check the scale: the score often belongs to another version, or to another scale.",
    source="registry vocabulary `instruments`",
    columns=("entry_score_min", "entry_instrument_id"),
    message="`entry_score_min` ({entry_score_min}) must be in the range of `{entry_instrument_id}`,"
    " {entry_minimum} to {entry_maximum}",
    breaks=[
        {"entry_score_min": 61.0, "entry_minimum": 0.0, "entry_maximum": 60.0},
        {"entry_score_min": 0.0, "entry_minimum": 1.0, "entry_maximum": 7.0},
    ],
    keeps=[
        {"entry_score_min": 28.0, "entry_minimum": 0.0, "entry_maximum": 60.0},
        {"entry_score_min": 60.0, "entry_minimum": 0.0, "entry_maximum": 60.0},
    ],
)
def entry_score_outside_range() -> pl.Expr:
    """The entry score must be one that its scale can give.

    It decides whether every remitter must be a responder; a score on another scale would decide that wrongly.
    """
    return pl.col("entry_score_min").is_between(pl.col("entry_minimum"), pl.col("entry_maximum"))
