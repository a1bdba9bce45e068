"""REG: what packages of one registry share, and what must differ between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validation.expectations import expect
from validation.rule import Severity, rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_TRIAL = {"package": "review-a", "study_id": "lepola-2003", "other_package": "review-b", "other_study_id": "study-26"}
_PACKAGES = {"package": "review-a", "other_package": "review-b", "study_id": "lepola-2003", "other_study_id": "study-26"}


@rule(
    "REG001",
    relation="same-results",
    severity=Severity.WARNING,
    message="`{study_id}` of `{package}` and `{other_study_id}` of `{other_package}` are taken for one trial, and {differing} of {results} results "
    "in both differ: {widest}",
    fix="Look up both in their own reports. If they are two trials, correct no figure: state the registration of each, and they are kept apart. If they are "
    "one, correct the wrong package in a new version; if a source prints the wrong number, keep it, and say so in the README. Two results count as different if both state another definition, day or analysis set.",
    source="BMJ 2022: of 10,386 trials re-extracted for 829 meta-analyses, 17% couldn't be reproduced",
    inspect_sr="results",
    breaks=[{**_TRIAL, "results": 4, "differing": 2, "widest": "response of fluoxetine, 58/170 and 98/170"}],
    keeps=[{**_TRIAL, "results": 4, "differing": 0}],
)
def trial_counted_differently() -> Expectation:
    """If two packages report the same result of one trial, their numbers must agree.

    Counts, adverse events and means are compared, and those of several arms together with those of the arms. One of the two was misread, or both are right and differ in something that one of them doesn't state: the analysis set, the definition,
    the day. The views of rates keep only one of them, and a query doesn't show the other, so somebody must check.
    """
    return expect.ExpectColumnValuesToBeBetween(column="differing", max_value=0)


@rule(
    "REG002",
    relation="shared-trials",
    severity=Severity.ERROR,
    message="`{package}` and `{other_package}` share trials by registration, DOI or PubMed number ({undeclared_by_identifier}, such as "
    "`{study_id}` and `{other_study_id}`), and neither declares how they are related",
    fix="Declare it in either `datapackage.json`: `lineage` with the other package and `derived-from` if one was made from the "
    "other, `same-trials` if both read the trials independently.",
    source="Cochrane Handbook, on linking multiple reports of one study: a trial counted twice counts double",
    breaks=[{**_PACKAGES, "trials": 1, "arms": 2, "undeclared_by_identifier": 1, "undeclared_by_results": 0}],
    keeps=[
        {**_PACKAGES, "trials": 1, "arms": 2, "undeclared_by_identifier": 0, "undeclared_by_results": 1},
        {
            **_PACKAGES,
            "trials": 3,
            "arms": 6,
            "declared": "same-trials",
            "undeclared_by_identifier": 0,
            "undeclared_by_results": 0,
        },
    ],
)
def shared_trials_undeclared() -> Expectation:
    """Two packages that report one trial by the same identifier must say what they are to each other.

    The trial's participants are in the tables twice. The views of rates keep one of the two. But an analysis that pools the tables, or treats
    the packages as independent confirmation, is wrong if one was made from the other. The declaration shows which is the case.
    """
    return expect.ExpectColumnValuesToBeBetween(column="undeclared_by_identifier", max_value=0)


@rule(
    "REG003",
    relation="shared-trials",
    severity=Severity.WARNING,
    message="`{package}` and `{other_package}` share trials by the results of their arms ({undeclared_by_results}, such as `{study_id}` and "
    "`{other_study_id}`), and neither declares how they are related",
    fix="If they are the same trials, declare it as `lineage` in either `datapackage.json`. If they are not, give the studies the "
    "registration numbers, DOIs or PubMed numbers that distinguish them.",
    source="Cochrane Handbook, on linking multiple reports of one study: a trial counted twice counts double",
    breaks=[{**_PACKAGES, "trials": 4, "arms": 9, "undeclared_by_identifier": 0, "undeclared_by_results": 4}],
    keeps=[
        {
            **_PACKAGES,
            "trials": 4,
            "arms": 9,
            "declared": "same-trials",
            "undeclared_by_identifier": 0,
            "undeclared_by_results": 0,
        }
    ],
)
def shared_results_undeclared() -> Expectation:
    """Two packages with the same results in the arms of trials must say what they are to each other.

    Two arms of at least 50 participants with the same counts in both packages are hardly two trials by chance. Without an identifier this
    remains an inference, so this rule only warns.
    """
    return expect.ExpectColumnValuesToBeBetween(column="undeclared_by_results", max_value=0)


@rule(
    "REG004",
    relation="same-populations",
    severity=Severity.NOTE,
    message="one trial is filed under `{population}` in `{package}` (`{study_id}`) and under `{other_population}` in `{other_package}` "
    "(`{other_study_id}`), and neither is part of the other",
    fix="Look up who was eligible, and whether the two are one trial. If so, correct the wrong package; if not, state the registration of each. If a source states less, leave its term.",
    source="registry convention: populations are a hierarchy, and rates are compared within a population",
    breaks=[{**_TRIAL, "population": "trd", "other_population": "depression.primary-care", "compatible": False}],
    keeps=[
        {**_TRIAL, "population": "mdd.non-trd", "other_population": "mdd", "compatible": True},
        {**_TRIAL, "population": "mdd", "other_population": "unstated"},
    ],
)
def populations_at_odds() -> Expectation:
    """Two packages must give one trial the same population, or one that is part of the other.

    A trial has one population. Otherwise a comparison would find it in one or the other, depending on which package's results are kept.
    """
    return expect.ExpectColumnValuesToBeInSet(column="compatible", value_set=[True])


@rule(
    "REG005",
    relation="documents",
    severity=Severity.WARNING,
    message="packages disagree on whether {doi} was corrected or retracted: {said}",
    fix="Look up the document again, and enter the status and the day in every package that takes figures from it.",
    source="COPE retraction guidelines; INSPECT-SR, post-publication notices",
    inspect_sr="post-publication notices",
    breaks=[{"doi": "10.1000/xyz123", "statuses": 2, "said": "review-a says none-found, review-b says retracted"}],
    keeps=[{"doi": "10.1000/xyz123", "statuses": 1, "said": "review-a says retracted, review-b says retracted"}],
)
def document_judged_differently() -> Expectation:
    """All packages that looked up a document must agree on its corrections.

    A retraction that one package has found also affects another package's figures from the same document, where nobody is warned.
    """
    return expect.ExpectColumnValuesToBeBetween(column="statuses", max_value=1)


@rule(
    "REG006",
    relation="arm-sizes",
    severity=Severity.WARNING,
    message="`{study_id}` of `{package}` and `{other_study_id}` of `{other_package}` are taken for one trial, and {differing} of {arms} arms differ in how many "
    "were randomised: {widest}",
    fix="Look both up in the flow charts. If they are two trials, correct no figure: state the registration of each. A number of those treated, or analysed, isn't the number randomised.",
    source="CONSORT 2010 item 13a",
    inspect_sr="results",
    breaks=[{**_TRIAL, "arms": 2, "differing": 1, "widest": "escitalopram, 97 and 98"}],
    keeps=[{**_TRIAL, "arms": 2, "differing": 0}],
)
def arm_sizes_differ() -> Expectation:
    """Two packages must give an arm of one trial the same number randomised.

    It is printed once, in the flow chart. Where they differ, one of the two is of another set, or misread; and a rate of all randomised is divided by it.
    """
    return expect.ExpectColumnValuesToBeBetween(column="differing", max_value=0)


@rule(
    "REG007",
    relation="identifiers",
    severity=Severity.WARNING,
    message="`{study_id}` of `{package}` and `{other_study_id}` of `{other_package}` have one identifier ({evidence}) and are kept as two trials: {doubt}",
    fix="Find out whether they are one trial. Correct the wrong identifier in a new version; one of a report on several trials belongs to `sources`.",
    source="Cochrane Handbook 6.4, section 4.6.2 (multiple reports of one study)",
    inspect_sr="results",
    breaks=[{**_TRIAL, "evidence": "doi", "apart": 1, "doubt": "they have different numbers in one trial registry"}],
    keeps=[{**_TRIAL, "evidence": "doi, pmid", "apart": 0, "doubt": ""}],
)
def identifier_leads_to_two_trials() -> Expectation:
    """A registration, DOI or PubMed number must lead to one trial.

    Studies that share one and disagree in their counts, treatments or other numbers are not joined. Either an identifier is wrong, and the
    trial counts twice, or it is of a report on both.
    """
    return expect.ExpectColumnValuesToBeBetween(column="apart", max_value=0)


@rule(
    "REG008",
    relation="definitions-alike",
    severity=Severity.WARNING,
    message="for {figures} equal counts (trials with them: {trials}) `{package}` has `{definition}` and `{other_package}` `{other_definition}`: `{sign}` in the one, "
    "`{other_sign}` in the other",
    fix="Look the cut-off up in the trials' reports. The sign is often lost when rules are copied.",
    source="10.9758/cpn.2021.19.2.341 (its table prints < 12 for trials that defined ≤ 12)",
    inspect_sr="results",
    breaks=[
        {
            "package": "review-a",
            "definition": "remission.madrs.le12",
            "other_package": "review-b",
            "other_definition": "remission.madrs.lt12",
            "figures": 2,
            "trials": 1,
            "drifts": 1,
            "sign": "<=",
            "other_sign": "<",
        }
    ],
    keeps=[
        {
            "package": "review-a",
            "definition": "remission.a",
            "other_package": "review-b",
            "other_definition": "remission.b",
            "figures": 2,
            "trials": 1,
            "drifts": 0,
        }
    ],
)
def definition_drifts() -> Expectation:
    """Equal counts of one trial must have one rule: `< 12` here and `≤ 12` there can't both be what the trial used.

    The counts agree to the last participant, so one of the two rules was copied wrongly, and puts the trial into another class of rules.
    """
    return expect.ExpectColumnValuesToBeBetween(column="drifts", max_value=0)


@rule(
    "REG009",
    relation="participants-again",
    severity=Severity.ERROR,
    message="{participants} participants of `{study_id}` in `{package}` have the same scores at every visit as in `{other_study_id}` of `{other_package}`",
    fix="Declare in either `datapackage.json` that one is `derived-from` the other, or leave the participants out of one.",
    source="Cochrane Handbook 6.4, section 26.2 (participants in more than one data set)",
    inspect_sr="results",
    breaks=[{**_TRIAL, "participants": 172, "undeclared": 172}],
    keeps=[{**_TRIAL, "participants": 172, "undeclared": 0}],
)
def participants_again() -> Expectation:
    """The participants of one package must not be in another that doesn't say so.

    What somebody scored at three visits or more is nearly as good as a name. An analysis of the registry's participants counts them twice.
    """
    return expect.ExpectColumnValuesToBeBetween(column="undeclared", max_value=0)


@rule(
    "REG010",
    relation="registrations",
    severity=Severity.ERROR,
    message="`{spelling}` (in {packages}) is written {otherwise} elsewhere",
    fix="Write the number in one way everywhere: the form that its trial registry prints, without the registry's name or a country.",
    source="WHO International Clinical Trials Registry Platform, primary registries",
    inspect_sr="conduct, governance and transparency",
    breaks=[
        [
            {
                "number": "201400458624",
                "spelling": "2014-004586-24",
                "packages": "review-a",
                "otherwise": "EUCTR2014-004586-24-GB",
            },
            {
                "number": "201400458624",
                "spelling": "EUCTR2014-004586-24-GB",
                "packages": "review-b",
                "otherwise": "2014-004586-24",
            },
        ]
    ],
    keeps=[
        [
            {"number": "NCT02417064", "spelling": "NCT02417064", "packages": "review-a, review-b"},
            {"number": "NCT02418585", "spelling": "NCT02418585", "packages": "review-b"},
        ]
    ],
)
def registration_spelled_twice() -> Expectation:
    """A registration number must be written in one way throughout the registry.

    The number shows that two packages report the same trial. Written in two ways, it makes two trials of one, and its participants are
    counted twice.
    """
    return expect.ExpectColumnValuesToBeUnique(column="number")


@rule(
    "REG011",
    relation="package-names",
    severity=Severity.WARNING,
    message="except for punctuation and look-alike letters, `{package}` has the name of another package",
    fix="Rename the newer one, or make it a new version of the older.",
    source="PEP 503: names that differ in case or punctuation only are one name; UTS #39, section 4: confusable names",
    breaks=[
        [{"package": "linde-2015", "skeleton": "llnde2ol5"}, {"package": "linde2015", "skeleton": "llnde2ol5"}],
        [{"package": "linde-2015", "skeleton": "llnde2ol5"}, {"package": "l1nde-2015", "skeleton": "llnde2ol5"}],
    ],
    keeps=[[{"package": "linde-2015", "skeleton": "llnde2ol5"}, {"package": "linde-2005", "skeleton": "llnde2oo5"}]],
)
def package_named_like_another() -> Expectation:
    """No two packages may have names that differ in punctuation only, or in letters that look alike.

    People confuse them in speech and in citations, and on some file systems they are one folder. `l`, `1` and `i` look alike, `o` and `0`,
    and `rn` and `m`.
    """
    return expect.ExpectColumnValuesToBeUnique(column="skeleton")


_UNUSED = {"package": "review-b", "study_id": "study-26", "other_package": "review-a"}


@rule(
    "REG012",
    relation="visits-unused",
    severity=Severity.NOTE,
    message="no answer has the visits of `{study_id}` that only `{package}` has ({visits}): its results of the trial give way to those of `{other_package}`",
    fix="State the visit's definition, population, day and analysis set in the package, and the day in the other, so that they are certain to be of two visits. If"
    " they are of one, correct the day.",
    source="docs/lineage.md, which results are kept",
    breaks=[{**_UNUSED, "unused": 2, "visits": "remission on days 71-112, response on days 71-112"}],
    keeps=[{**_UNUSED, "unused": 0}],
)
def visit_in_no_answer() -> Expectation:
    """A visit that only one package has must be in the answers.

    Of a trial in two packages the better described results are kept, and the other's only where they are certain to be of another visit and of the same people.
    Elsewhere a visit is lost until somebody states what it lacks.
    """
    return expect.ExpectColumnValuesToBeBetween(column="unused", max_value=0)


_REPORT = {"package": "review-a", "study_id": "pooled-2004"}


@rule(
    "REG013",
    relation="pooled-reports",
    severity=Severity.WARNING,
    message="`{study_id}` of `{package}` has, in arms of {treatments} treatments, the counts of `{one}` and `{two}` together",
    fix="Look the three up. If one report pools the other two, make them its subsets (`part_of`, `part_relation`), each with its own registration number, or leave the"
    " report out.",
    source="Cochrane Handbook, on linking multiple reports of one study: a trial counted twice counts double",
    breaks=[{**_REPORT, "treatments": 2, "one": "NCT00000001", "two": "NCT00000002"}],
    keeps=[{**_REPORT, "treatments": 0}],
)
def report_that_pools_trials_undeclared() -> Expectation:
    """A report that pools trials must say so.

    Its people are counted in the trials too. Counts of two trials that add up to those of a third, in every number and in arms of two treatments or more, are hardly
    chance. Only sums of two are looked for, of what isn't declared.
    """
    return expect.ExpectColumnValuesToBeBetween(column="treatments", max_value=0)
