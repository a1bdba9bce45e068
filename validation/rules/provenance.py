"""SRC: where the figures come from, and how the source is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from schemas.grammar import DOI, PMID, WEB_ADDRESS
from schemas.vocabulary import terms
from schemas.wording import listed
from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule

_NAME_IT = "Name the document where the figure is, and the place in it."


@rule(
    "SRC001",
    table="outcomes",
    severity=Severity.ERROR,
    fix=_NAME_IT,
    source=INSPECT_SR,
    columns=("source_id",),
    breaks=[{"events": 70, "n_analysed": 101}, {"source_locator": "table 2"}],
    keeps=[{"source_id": "popova-2019"}, {"source_id": "nct02418585", "events": 70}],
)
def outcome_without_source() -> pl.Expr:
    """A count must have a source.

    A number that can't be traced can't be checked, and can't be corrected when its source is.
    """
    return pl.col("source_id").is_not_null()


@rule(
    "SRC002",
    table="scores",
    severity=Severity.ERROR,
    fix=_NAME_IT,
    source=INSPECT_SR,
    columns=("source_id",),
    breaks=[{"mean": -19.0, "n": 111}, {"source_locator": "table 2"}],
    keeps=[{"source_id": "fedgchin-2019"}, {"source_id": "nct02417064", "mean": -19.0}],
)
def score_without_source() -> pl.Expr:
    """A mean must have a source.

    A number that can't be traced can't be checked, and can't be corrected when its source is.
    """
    return pl.col("source_id").is_not_null()


@rule(
    "SRC003",
    table="harms",
    severity=Severity.ERROR,
    fix=_NAME_IT,
    source=INSPECT_SR,
    columns=("source_id",),
    breaks=[{"term": "Vertigo", "events": 24}, {"source_locator": "table 2"}],
    keeps=[{"source_id": "nct02417064"}, {"source_id": "fedgchin-2019", "events": 24}],
)
def harm_without_source() -> pl.Expr:
    """A count of adverse events must have a source.

    A number that can't be traced can't be checked, and can't be corrected when its source is.
    """
    return pl.col("source_id").is_not_null()


@rule(
    "SRC016",
    table="contrasts",
    severity=Severity.ERROR,
    fix=_NAME_IT,
    source=INSPECT_SR,
    columns=("source_id",),
    breaks=[{"measure": "odds-ratio", "value": 1.41}, {"source_locator": "table 2"}],
    keeps=[{"source_id": "popova-2019"}, {"source_id": "nct02418585", "value": -4.0}],
)
def contrast_without_source() -> pl.Expr:
    """A contrast must have a source.

    A number that can't be traced can't be checked, and can't be corrected when its source is.
    """
    return pl.col("source_id").is_not_null()


@rule(
    "SRC004",
    table="sources",
    severity=Severity.ERROR,
    fix="Give a DOI, a PubMed identifier, an address, or the SHA-256 of the file that was read.",
    source="Data Package v2, `sources`",
    columns=("doi", "pmid", "url", "sha256"),
    message="the source `{source_id}` must have at least one of `doi`, `pmid`, `url` and `sha256`",
    breaks=[{"title": "Some report"}, {"source_id": "a", "licence": "CC-BY-4.0"}],
    keeps=[
        {"doi": "10.1093/ijnp/pyz039"},
        {"pmid": "31109201"},
        {"url": "https://example.org/"},
        {"sha256": "0" * 64},
    ],
)
def source_without_identifier() -> pl.Expr:
    """A source must have an identifier that leads to it.

    A title may lead to several documents or to none.
    """
    return pl.any_horizontal(pl.col(c).is_not_null() for c in ("doi", "pmid", "url", "sha256"))


@rule(
    "SRC009",
    table="sources",
    severity=Severity.ERROR,
    fix="Write the identifier alone, from `10.` on, without `doi:` or a resolver's address.",
    source="ISO 26324 (DOI)",
    columns=("doi",),
    breaks=[
        {"doi": "https://doi.org/10.1093/ijnp/pyz039"},
        {"doi": "10.1093/ijnp/pyz039, 10.1093/ijnp/pyaa068"},
        {"doi": "10.1000/<img/src=x>"},
        {"doi": "10.1000/x'y"},
        {"doi": "10.1000/x\x1by"},
    ],
    keeps=[
        {"doi": "10.1093/ijnp/pyz039"},
        {"doi": "10.5281/zenodo.15714852"},
        {"doi": "10.1002/1099-1166(200012)15:12<1089::AID-GPS222>3.3.CO;2-P"},
    ],
)
def source_doi_malformed() -> pl.Expr:
    """A source's DOI must be a prefix `10.…`, a slash and a suffix, and nothing else.

    Corrections are found by it. It may not contain spaces, quotation marks or invisible characters, nor angle
    brackets except in old DOIs made from a SICI.
    """
    return pl.col("doi").str.contains(DOI)


@rule(
    "SRC010",
    table="sources",
    severity=Severity.ERROR,
    fix="Write the digits alone, of one report; PMC numbers belong in an address.",
    source="National Library of Medicine, PubMed identifiers",
    columns=("pmid",),
    breaks=[{"pmid": "PMC7894501"}, {"pmid": "31109201;31290965"}],
    keeps=[{"pmid": "31109201"}, {"pmid": "9"}],
)
def source_pmid_malformed() -> pl.Expr:
    """A source's PubMed identifier must be one number of at most eight digits.

    Anything else leads nowhere, or to another report.
    """
    return pl.col("pmid").str.contains(PMID)


@rule(
    "SRC011",
    table="figures_in_study",
    severity=Severity.NOTE,
    fix="Ask somebody else to read them from the source, without seeing the first reading.",
    source="BMJ 2022: of 10,386 trials extracted again for 829 meta-analyses, 17% could not be reproduced",
    columns=("study_id",),
    message="figures of `{study_id}` extracted by one person only: {figures_read_once} of {figures_counted}",
    breaks=[{"study_id": "a", "figures_read_once": 1, "figures_counted": 12}],
    keeps=[
        {"study_id": "a", "figures_read_once": 0, "figures_counted": 12},
        {"study_id": "a", "figures_read_once": 0, "figures_counted": 1},
    ],
)
def figures_read_once() -> pl.Expr:
    """Figures should have been read from the source by two people, independently.

    One finding per study, however many figures. Studies that don't state the number of readers aren't checked.
    """
    return pl.when(pl.col("figures_counted") > 0).then(pl.col("figures_read_once") == 0)


@rule(
    "SRC017",
    table="figures_in_study",
    severity=Severity.NOTE,
    fix="Write the table, figure or page into `source_locator`.",
    source=INSPECT_SR,
    columns=("study_id",),
    message="figures of this study have no `source_locator`",
    breaks=[{"figures_with_source": 12, "figures_without_place": 1}],
    keeps=[{"figures_with_source": 12, "figures_without_place": 0}],
)
def place_in_source_unstated() -> pl.Expr:
    """A figure should have its place in the source.

    Without it, anybody who checks a figure has to read the whole report. One finding per study, however many figures.
    """
    return pl.when(pl.col("figures_with_source") > 0).then(pl.col("figures_without_place") == 0)


@rule(
    "SRC018",
    table="figures_in_study",
    severity=Severity.NOTE,
    fix="Write into `extractions` how many people read the figure from the source, independently; leave it empty if nobody knows.",
    source="BMJ 2022: of 10,386 trials extracted again for 829 meta-analyses, 17% could not be reproduced",
    columns=("study_id",),
    message="`extractions` is empty for figures of this study",
    breaks=[{"figures_counted": 0, "figures_of_unstated_readers": 12}, {"figures_counted": 11, "figures_of_unstated_readers": 1}],
    keeps=[{"figures_counted": 12, "figures_of_unstated_readers": 0}],
)
def number_of_readers_unstated() -> pl.Expr:
    """A figure should say how many people read it from the source.

    A figure that two people read is seldom wrong, and readers can't tell it from one that nobody checked. One finding per study.
    """
    stated, unstated = pl.col("figures_counted"), pl.col("figures_of_unstated_readers")
    return pl.when(stated + unstated > 0).then(unstated == 0)


@rule(
    "OUT017",
    table="figures_in_study",
    severity=Severity.NOTE,
    fix="Look the day up; weeks and months are easily written as days, or a digit twice. A long follow-up is fine as it is.",
    source="The registry's time points: docs/dictionary.md",
    columns=("study_id",),
    message="there are figures for day {day_apart}, and the last one before it is day {day_before_it}",
    breaks=[{"day_apart": 560.0, "day_before_it": 42.0}],
    keeps=[{"day_apart": 365.0, "day_before_it": 56.0}, {"day_apart": 70.0, "day_before_it": 7.0}],
)
def day_far_from_the_others() -> pl.Expr:
    """A day should not be more than ten times the study's day before it.

    Day 560 after days 14, 28 and 42 is most likely day 56. Looked at from day 7 on, where a study has three days or more.
    """
    return pl.col("day_apart") <= 10 * pl.col("day_before_it")


def _in_the_future(row: Mapping[str, Any]) -> list[str]:
    limit = row["today"] + timedelta(days=1)
    return [name for name in ("checked_on", "accessed") if row[name] is not None and row[name] > limit]


@rule(
    "SRC013",
    table="sources_in_use",
    severity=Severity.ERROR,
    fix="Check the date; day and month may be swapped.",
    source="arithmetic",
    columns=("checked_on", "accessed"),
    message="`{source_id}` has {dates} in the future; today is {today}",
    details=lambda row: {"dates": listed([f"`{name}` ({row[name]})" for name in _in_the_future(row)])},
    at=lambda row: _in_the_future(row)[0],
    breaks=[
        {"checked_on": date(2026, 1, 3), "today": date(2026, 1, 1)},
        {"accessed": date(2026, 12, 1), "checked_on": date(2026, 1, 1), "today": date(2026, 1, 12)},
    ],
    keeps=[
        {"checked_on": date(2026, 1, 1), "accessed": date(2025, 12, 31), "today": date(2026, 1, 1)},
        {"accessed": date(2026, 1, 2), "today": date(2026, 1, 1)},
    ],
)
def source_read_in_the_future() -> pl.Expr:
    """The day a source was read or checked must not be in the future.

    With a wrong year, the source would never be due for another check.
    """
    # A day's grace: it is tomorrow already east of here.
    limit = pl.col("today").dt.offset_by("1d")
    return pl.max_horizontal("accessed", "checked_on") <= limit


@rule(
    "SRC015",
    table="sources",
    severity=Severity.ERROR,
    fix="Copy the address from the browser's address bar, which encodes special characters: a space is `%20`, an apostrophe `%27`.",
    source="RFC 3986, section 2",
    columns=("url",),
    breaks=[
        {"url": 'https://example.org/"onmouseover=x'},
        {"url": "https://example.org/<script>"},
        {"url": "https://example.org/it's"},
        {"url": "https://example.org\\@example.com"},
        {"url": "https://example.org/\u202etxt"},
        {"url": "https://example.org/ä"},
        {"url": "https://doi.org@example.org/10.1000/xyz"},
    ],
    keeps=[
        {"url": "https://clinicaltrials.gov/study/NCT02417064"},
        {"url": "http://[2001:db8::1]:8080/a%20b;c=d,e?x=(1)&y[]=2#f-3~!$*+"},
    ],
)
def source_address_malformed() -> pl.Expr:
    """A source's address may contain only characters that an address allows.

    It becomes a link. Quotation marks, angle brackets, spaces and letters beyond ASCII must be percent-encoded, and no user name may come
    before the host: `https://doi.org@example.org` leads to example.org.
    """
    return pl.col("url").str.contains(f"^({WEB_ADDRESS})$")


@rule(
    "SRC019",
    table="sources",
    severity=Severity.WARNING,
    fix="Give the original: its DOI, PubMed identifier, or the address at the journal, registry or regulator. Where you read the copy goes into `accessed_at`.",
    source="ICMJE recommendations, IV.A.3.g: cite original sources",
    columns=("url",),
    message="`{source_id}` has the address of a copy, or of a server for tests: {url}",
    breaks=[
        {"url": "https://curamorbus.org/en/2308/ketamine"},
        {"url": "https://dev2.psychiatrist.com/jcp/ketamine"},
        {"url": "https://www.RecallGuide.org:443/drug/escitalopram"},
    ],
    keeps=[
        {"url": "https://www.psychiatrist.com/jcp/ketamine"},
        {"url": "https://notcuramorbus.org/a"},
        {"url": "https://example.org/?from=https://curamorbus.org/"},
        {"url": "https://developer.example.org/"},
    ],
)
def source_is_a_copy() -> pl.Expr:
    """A source's address must be the original's, not that of a copy or of a server for tests.

    Copies change or vanish without notice, and corrections reach the original alone. The vocabulary `copy_hosts` lists known hosts;
    a term that ends with a point is how the names of servers for tests begin.
    """
    host = pl.col("url").str.extract(r"^https?://([^/:?#]+)").str.to_lowercase()
    copies = [term for term in terms("copy_hosts") if not term.endswith(".")]
    tests = [term for term in terms("copy_hosts") if term.endswith(".")]
    is_copy = pl.any_horizontal(
        *((host == name) | host.str.ends_with(f".{name}") for name in copies), *(host.str.starts_with(name) for name in tests)
    )
    return pl.when(host.is_not_null()).then(~is_copy)
