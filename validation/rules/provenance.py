"""SRC: where the figures come from, and what has become of it since."""

from __future__ import annotations

from datetime import date

from schemas.grammar import DOI, PMID, WEB_ADDRESS
from validation.lazily import pl
from validation.rule import Severity, rule

_NAME_IT = "Name the document that the figure was read in, and where in it."


@rule(
    "SRC001",
    table="outcomes",
    severity=Severity.ERROR,
    fix=_NAME_IT,
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
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
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
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
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("source_id",),
    breaks=[{"term": "Vertigo", "events": 24}, {"source_locator": "table 2"}],
    keeps=[{"source_id": "nct02417064"}, {"source_id": "fedgchin-2019", "events": 24}],
)
def harm_without_source() -> pl.Expr:
    """A count of those harmed must have a source.

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
    """A source must have an identifier by which it can be found.

    A title alone leads to several documents or to none.
    """
    return pl.any_horizontal(pl.col(c).is_not_null() for c in ("doi", "pmid", "url", "sha256"))


@rule(
    "SRC005",
    table="sources_in_use",
    severity=Severity.ERROR,
    fix="Take the rows out; the source itself may stay, so that nobody enters it again.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    message="`{source_id}` is retracted, but {figures} rows rest on it",
    breaks=[{"correction_status": "retracted", "figures": 1}],
    keeps=[
        {"correction_status": "retracted", "figures": 0},
        {"correction_status": "none-found", "figures": 12},
    ],
)
def retracted_source_in_use() -> pl.Expr:
    """No figure must rest on a retracted source.

    Retracted trials go on being pooled for years, because nobody looks again.
    """
    status = pl.col("correction_status")
    return pl.when(status == "retracted").then(pl.col("figures") == 0).when(status.is_not_null()).then(pl.lit(True))


@rule(
    "SRC006",
    table="sources",
    severity=Severity.WARNING,
    fix="Search for corrections and retractions of it, and enter what was found with the day.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    breaks=[{"correction_status": "unchecked"}],
    keeps=[{"correction_status": "none-found"}, {"correction_status": "erratum"}],
)
def corrections_unchecked() -> pl.Expr:
    """A source must have been looked up for corrections.

    Reviews and trials of antidepressants have errata that change their figures.
    """
    return pl.col("correction_status") != "unchecked"


@rule(
    "SRC007",
    table="sources_in_use",
    severity=Severity.WARNING,
    fix="Search again, and enter the day.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("checked_on",),
    inspect_sr="post-publication notices",
    message="corrections to `{source_id}` must have been looked up within a year; it was on {checked_on}",
    breaks=[{"correction_status": "none-found", "checked_on": date(2025, 1, 1), "today": date(2026, 1, 2)}],
    keeps=[
        {"correction_status": "none-found", "checked_on": date(2025, 1, 1), "today": date(2026, 1, 1)},
        {"correction_status": "erratum", "checked_on": date(2026, 1, 1), "today": date(2026, 1, 1)},
    ],
)
def corrections_checked_long_ago() -> pl.Expr:
    """A source must have been looked up for corrections within the last year.

    Most retractions come years after the report.
    """
    looked_up = pl.col("correction_status").is_in(["none-found", "erratum"])
    return pl.when(looked_up).then(pl.col("today") <= pl.col("checked_on").dt.offset_by("1y"))


@rule(
    "SRC008",
    table="sources",
    severity=Severity.WARNING,
    fix="Enter the day of the search.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("checked_on", "correction_status"),
    inspect_sr="post-publication notices",
    breaks=[{"correction_status": "none-found"}],
    keeps=[
        {"correction_status": "none-found", "checked_on": date(2026, 1, 1)},
        {"correction_status": "erratum", "checked_on": date(2026, 1, 1)},
    ],
)
def corrections_checked_on_no_day() -> pl.Expr:
    """A source that was looked up for corrections must say on which day.

    "None found" holds for the day of the search and for no later one.
    """
    looked_up = pl.col("correction_status").is_in(["none-found", "erratum"])
    return pl.when(looked_up).then(pl.col("checked_on").is_not_null())


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

    What was published about its corrections is found by it. Spaces, quotation marks and what can't be seen are no part of it, nor are angle
    brackets, but in the old ones that are made of a SICI.
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

    Anything else leads to no report, or to another one.
    """
    return pl.col("pmid").str.contains(PMID)


@rule(
    "SRC011",
    table="extractions_in_study",
    severity=Severity.NOTE,
    fix="Have somebody else read them from the source, without seeing what was read before.",
    source="BMJ 2022: of 10,386 trials extracted again for 829 meta-analyses, 17% could not be reproduced",
    columns=("study_id",),
    message="{figures_read_once} of {figures_counted} figures of `{study_id}` were read by one person only",
    breaks=[{"study_id": "a", "figures_read_once": 1, "figures_counted": 12}],
    keeps=[
        {"study_id": "a", "figures_read_once": 0, "figures_counted": 12},
        {"study_id": "a", "figures_read_once": 0, "figures_counted": 1},
    ],
)
def figures_read_once() -> pl.Expr:
    """Figures should have been read from the source by two people, independently.

    One finding a study, however many figures. Studies in which nobody counted the readers aren't looked at.
    """
    return pl.when(pl.col("figures_counted") > 0).then(pl.col("figures_read_once") == 0)


@rule(
    "SRC012",
    table="sources_in_use",
    severity=Severity.NOTE,
    fix="Read the correction. Where it touches a figure, enter the corrected one with the correction as its source.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR); 10.1016/j.jad.2020.11.103 is an erratum to a meta-analysis of ketamine",
    columns=("correction_status",),
    inspect_sr="post-publication notices",
    message="`{source_id}` has an erratum, and {figures} rows rest on it",
    breaks=[{"correction_status": "erratum", "figures": 12}],
    keeps=[
        {"correction_status": "none-found", "figures": 12},
        {"correction_status": "erratum", "figures": 0},
    ],
)
def corrected_source_in_use() -> pl.Expr:
    """Figures should not rest on a report that has been corrected, unless the correction was read.

    The report goes on being read as it was first printed.
    """
    status = pl.col("correction_status")
    return pl.when(status == "erratum").then(pl.col("figures") == 0).when(status.is_not_null()).then(pl.lit(True))


@rule(
    "SRC013",
    table="sources_in_use",
    severity=Severity.ERROR,
    fix="Check the date; day and month may be swapped.",
    source="arithmetic",
    columns=("checked_on", "accessed"),
    message="`{source_id}` has a date that has not come yet: `accessed` ({accessed}), `checked_on` ({checked_on})",
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
    """A source must not have been read or looked up on a day that hasn't come yet.

    A mistaken year would keep a source from ever being looked up again.
    """
    # A day's grace: it is tomorrow already east of here.
    limit = pl.col("today").dt.offset_by("1d")
    return pl.max_horizontal("accessed", "checked_on") <= limit


@rule(
    "SRC015",
    table="sources",
    severity=Severity.ERROR,
    fix="Copy the address from the browser's address bar, which encodes what has to be: a space is `%20`, an apostrophe `%27`.",
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
        {"url": "javascript:alert(1)//https://example.org/"},
    ],
    keeps=[
        {"url": "https://clinicaltrials.gov/study/NCT02417064"},
        {"url": "http://[2001:db8::1]:8080/a%20b;c=d,e?x=(1)&y[]=2#f-3~!$*+"},
    ],
)
def source_address_malformed() -> pl.Expr:
    """A source's address must hold the characters of an address and no others.

    It becomes a link. Quotation marks, angle brackets, spaces and letters beyond ASCII stand percent-encoded in one, and nothing stands
    before the host: `https://doi.org@example.org` leads to example.org.
    """
    return pl.col("url").str.contains(f"^({WEB_ADDRESS})$")
