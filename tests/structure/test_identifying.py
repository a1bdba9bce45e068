"""What tells of a person in a text, and what only looks like it: an alarm can't be waived."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.tables import TABLES
from tests import fixed
from validation.identifying import has_a_sign, tells_of_a_person

PACKAGES = sorted(fixed.registry().glob("datapackages/*/datapackage.json"))

ADDRESSES = [
    "jane.doe@example.org",
    "JANE@EXAMPLE.ORG",
    "jané@exämple.org",
    "<a@b.de>",
    "mailto:a@example.co.uk, please",
    "li@163.com",
]
TELEPHONES = [
    *("call +44 20 7946 0958", "call +442079460958", "+44 (0)20 7946 0958", "+1-555-123-4567", "+1 (555) 123-4567"),
    *("0049 30 1234567", "0033 1 23 45 67 89", "020 7946 0958", "(020) 7946-0958", "0207 946 0958", "tel:020 7946 0958."),
    *("Tel. 030/1234567", "07700 900123", "(02) 9999 9999", "555-123-4567", "(555) 123-4567", "1-800-555-1234"),
    *("020\u00a07946\u00a00958", "555\u2011123\u20114567"),
]
BIRTH_DATES = [
    *("born 12 March 1931", "born 1950-01-02", "Born March 12th, 1931", "born on 3rd of May 1940", "born in Sept. 1931"),
    *("date of birth: 12.03.1931", "DOB 1/2/31"),
]
AGES = [
    *("aged 94", "Aged 94", "a woman aged 94 with depression", "a man aged 90.", "aged 101", "93-year-old", "a 93 year old"),
    *("the oldest was 94 years old", "94 years of age", "94-yr-old", "aged 18 to 65, and one aged 91"),
]
PLAIN = [
    *(
        "STAR*D @ 12 weeks",
        "HAMD @ 8 wk.",
        "D@12.5weeks",
        "linde-2015@1.0.0",
        "linde-2015@1.0.0.json",
        "https://example.org/@user.name",
    ),
    *("NCT01234567", "ISRCTN12345678", "ACTRN12619001225101", "CTRI/2018/05/014118", "2012-003882-17", "2023-505512-33-00"),
    *("U1111-1123-4567", "0000-0002-1825-0097", "ISSN 0140-6736", "ISBN 978-0-12-345678-9", "CAS 56296-78-7", "GSK 29060/785"),
    *("10.1000/182", "10.1176/ajp.2006.163.11.1905", "10.1016/S0140-6736(09)60046-5", "10.4103/0253-7176.127258"),
    *("2019;76:893-903", "N Engl J Med 2006;354:1231-1242", "JAMA 285 991-1002", "Table 2, p. 1234", "12345678", "PMC0123456789"),
    *("1995-2005", "2020-07-01", "2020-07-01 to 2021-07-01", "07-01-2020 12:30", "01/2019-12/2020", "2019-2020-2021"),
    *("patients 001 002 003 004", "Site 001-002-003", "visits 01 02 03 04 05", "10 20 30 40 50 mg", "+10 to +20", "200-300-400"),
    *("born between 1950-01-01 and 1960-12-31", "birth cohort 1995-2005", "low birth weight 2500", "born 1931"),
    *(
        "aged 18 to 65",
        "aged 60 or over",
        "aged 60 to 94",
        "aged 90 or over",
        "aged 90+",
        "aged 90 years and older",
        "ages 18-90",
    ),
    *(
        "18 to 95 years old",
        "65–95 years old",
        "≥ 90 years old",
        "over 90 years of age",
        "at least 90 years old",
        "aged 90 to 95",
    ),
    *("<= 90 years old", ">= 90 years old", "ages 18 through 90 years of age", "until 95 years of age", "18 — 90 years of age"),
    *("maximum age 95 years old", "mean age 91 years old", "mice aged 96 weeks", "tissue aged 100 days", "aged 90 minutes"),
    *("women giving birth in January 2001 to March 2003", "infants born in May 2010", "born on 2001-01-01 or later"),
    *("cohort born 1921-01-01 to 1930", "children born 12 March 2010"),
    *("sponsor protocol 020-123456", "Study 030/1234567", "ethics approval 0123/123456", "HREC 012/123456", "LREC (04) 1234567"),
    *("Wellcome Trust 081 1234567", "grant 098 123456", "NHMRC 0123-456789", "VA CSP 0401-123456", "ISBN 0521 123456"),
    *("ISBN 0198 529961", "Contract 201-555-1234", "NIMH contract 278-200-1234"),
    *("change of +2.5 (SE 0.4), +3 (1) 12 24 36 48", "doses +10 20 30 40 50 mg", "+1 12 24 36 48"),
    *("http://user@host.org/x", "https://x.org/path/user@host.org", "LOCF@week8.Scores", "MADRS@baseline.The mean"),
    *("page 94", "n was 94.", "94 weeks", "adjusted for age 95% CI", "100-year follow-up", "an 89-year-old", "aged 89"),
]


def _said(text: str) -> tuple[bool, bool]:
    ((sign, person),) = duckdb.execute(
        f"SELECT coalesce({has_a_sign('t')}, false), coalesce({tells_of_a_person('t')}, false) FROM (SELECT ?::VARCHAR AS t)",
        [text],
    ).fetchall()
    return sign, person


@pytest.mark.parametrize("text", [*ADDRESSES, *TELEPHONES, *BIRTH_DATES, *AGES])
def test_it_tells_of_a_person(text: str) -> None:
    assert _said(text) == (True, True)
    assert _said(f"Table 2\n{text}\n10-mg group") == (True, True), "as one of a row's texts"


@pytest.mark.parametrize("text", PLAIN)
def test_it_does_not(text: str) -> None:
    assert not _said(text)[1]
    assert not _said(f"see {text}, and so on")[1]


def _texts(package: Path) -> Iterator[str]:
    for path in package.parent.glob("data/*.csv"):
        names = [f.name for f in TABLES[path.stem].fields() if f.kind == "text"]
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row[n] for row in csv.DictReader(file) for n in names if row.get(n))


def test_no_text_of_the_registry_does() -> None:
    texts = sorted({t for package in PACKAGES for t in _texts(package)})
    assert texts
    found = duckdb.execute(f"SELECT t FROM (SELECT unnest(?) AS t) WHERE {tells_of_a_person('t')}", [texts]).fetchall()
    assert found == []
