"""Signs in a text of a single person: an e-mail address, a telephone number, a birth date, an age over 89.

Patterns of RE2, which has no looking behind or ahead. They are plain on purpose: an alarm can't be waived, so that what a registry of
trials is full of – identifiers of trials and articles, pages, doses, years – must set off none of them.
"""

from __future__ import annotations

from schemas.sql import literal

__all__ = ["has_a_sign", "tells_of_a_person"]

# Tables copied from documents have spaces and hyphens that don't break.
_GAP = r"[ \x{a0}\x{2010}-\x{2013}-]"
_MARK = r"[ ()\x{a0}\x{2010}-\x{2013}-]"
_DIGIT = rf"{_MARK}{{0,2}}\d"

# No `linde-2015@1.0.0.json`, which is a release: the name before the last point has a letter, or is a number such as that of 163.com.
# The last part is all of small letters or all of capitals: `MADRS@baseline.The mean` is two words run together.
_MAIL = r"[^\s@/]@[^\s@]*([^\s\d.@][^\s.@]*|\d{3})\.(?-i:[a-z]{2,}|[A-Z]{2,})(\W|$)"

# From abroad (+44 20 7946 0958, 0049 30 1234567), with a trunk's zero ((020) 7946-0958, 030/1234567), of North America (555-123-4567).
_TELEPHONE = (
    rf"\+[1-9](\d{{7}}|\d{{0,2}}{_MARK}{{0,2}}(\d{_MARK}{{0,2}}){{0,4}}\d{{3,4}}{_MARK}{{1,2}}\d{{3,4}})|(^|[^\w./-])(00[1-9]\d\d?{_GAP}[ (]?[1-9]({_DIGIT}){{6,11}}"
    rf"|(\(0\d{{1,4}}\){_GAP}?|0[1-9]\d{{1,3}}(/|{_GAP}))(\d{{3,4}}{_GAP}\d{{4}}|\d{{6,8}})"
    r"|(\([2-9]\d\d\) ?|(1-)?[2-9]\d\d[\x{2010}\x{2011}-])\d{3}[\x{2010}\x{2011}-]\d{4})([^\w-]|$)"
)

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NTH = r"\d\d?(st|nd|rd|th)?"
_DATE = rf"(\d{{4}}[-/.]\d\d?[-/.]\d|\d\d?[-/.]\d\d?[-/.]\d\d|({_NTH} (of )?)?{_MONTH} ({_NTH},? )?\d{{4}})"
_BIRTH = rf"\b(born|birth|birthday|birthdate|dob)[:,]? ((on|in|is|was) )?{_DATE}"

_OVER_89 = r"(9\d|1[01]\d)"
_YEARS = r"[ -]?(year|yr)s?[ -](old|of age)\b"
_AGE = rf"\baged {_OVER_89}\b|\b{_OVER_89}{_YEARS}"

_SIGN = rf"(?i){_MAIL}|{_TELEPHONE}|{_BIRTH}|{_AGE}"

# `18 to 95 years old` and `aged 90 or over` are whom a trial takes, `mean age 91 years old` whom it had, and nobody's age; `aged 96 weeks`
# is a mouse's.
_AGES = (
    r"(\b(to|and|or|over|above|under|below|than|least|most|through|until|till|maximum|max|mean|median|average)( age)?( of)?"
    rf"|[<>≤≥]=?|\d ?[–—-]) ?{_OVER_89}{_YEARS}"
    rf"|\b(aged {_OVER_89}( years?)?|{_OVER_89}{_YEARS}) ?(\+|plus|(to|[–—-]) ?\d|(or|and) (over|above|older|more|up|greater))"
    rf"|\baged {_OVER_89} ?(%|(day|week|month|hour|minute)s?\b)"
)

# `women giving birth in May 2010`, `infants born on 2010-05-01`, `born 1921-01-01 to 1930`: whom a trial takes.
_BIRTHS = (
    rf"\b(giving|gave|give|after|before) birth( in| on)? {_DATE}|\b(\w+s|children|people|women|men|those|cohort) born( in| on)? {_DATE}"
    rf"|\bborn( in| on)? {_DATE}\d* ?(to|and|or|through|until|[–—-]) "
)

# Numbers of protocols, grants, books and the like have the forms of telephone numbers; an address on the web may have an `@`.
_PAPERS = (
    r"\b(isbn|issn|protocol|study|trial|grant|award|contract|approval|hrec|lrec|rec|nhmrc|csp|trust)[:#]? ?\(?\d[\d ()/\x{2010}-\x{2013}-]*"
    r"|https?://\S+"
)

_NO_PERSON = rf"(?i){_AGES}|{_BIRTHS}|{_PAPERS}"


def has_a_sign(text: str) -> str:
    """SQL: whether the text that an SQL expression gives has a sign of a person in it; in few texts it is one of a group.

    The patterns take ten times as long as looking for a word. CASE, unlike OR, spares them what is too short for any sign but an
    address or `aged 94`.
    """
    long = f"strlen({text}) > 8 OR contains({text}, '@') OR contains({text}, 'ged ')"
    return f"CASE WHEN {long} THEN regexp_matches({text}, {literal(_SIGN)}) END"


def tells_of_a_person(text: str) -> str:
    """SQL: whether the text has such a sign once what it says about groups and papers is taken out."""
    return has_a_sign(f"regexp_replace({text}, {literal(_NO_PERSON)}, '', 'g')")
