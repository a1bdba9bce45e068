"""The forms of names, versions and identifiers, each in one place: what validation accepts is what the importer, ``init`` and the ledger
accept.
"""

from __future__ import annotations

import re

__all__ = [
    "DOI",
    "IDENTIFIER",
    "LONGEST_NAME",
    "LONGEST_VERSION",
    "NAME_IN_WORDS",
    "PACKAGE_NAME",
    "PMID",
    "PRINTED",
    "PRINTED_AT_FIRST",
    "PRINTED_P",
    "SEMVER",
    "SHA256",
    "URL",
    "WEB_ADDRESS",
    "is_package_name",
    "is_version",
]

LONGEST_NAME = 100
LONGEST_VERSION = 64
"""Characters. Names and versions are parts of file names."""

PACKAGE_NAME = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
NAME_IN_WORDS = (
    f"lower-case letters and digits, in parts separated by a single `.`, `_` or `-`, and at most {LONGEST_NAME} characters"
)

_NUMBER = "(?:0|[1-9][0-9]*)"
_BEFORE = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
SEMVER = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_BEFORE}(?:\.{_BEFORE})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
"""Semantic Versioning 2.0.0, https://semver.org/."""

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
"""A row's own name."""

URL = r"^https?://[^\s]+$"
SHA256 = r"^[0-9a-f]{64}$"

PRINTED = r"^-?([0-9]+(\.[0-9]+)?|\.[0-9]+)$"
"""A number digit for digit as it is printed; some journals print `.5`."""

PRINTED_AT_FIRST = r"^-?[0-9]+(\.[0-9]+)?$"
"""The first form of it, which the schemas of earlier packages still state."""

PRINTED_P = r"^[<>]?(0|1|0?\.[0-9]+|1\.0+)$"
"""A p value digit for digit as it is printed, with its sign."""

_PART = r"""[^\s"'`<>\\\p{C}“”‘’«»]"""
_SICI = r"(\(SICI\))?[0-9]{4}-[0-9]{3}[0-9Xx]\([0-9]{4}[0-9/]*\)[A-Za-z0-9:+./_-]*<[A-Za-z0-9.+_-]*:[A-Za-z0-9:.+_-]*>[0-9]\.[0-9]\.[A-Z]{2};[0-9](-[0-9A-Za-z#])?"
DOI = rf"^10\.[0-9]{{4,9}}(\.[0-9]+)*/({_PART}+|{_SICI})$"
"""For polars. A DOI may contain nearly anything; no current DOI has spaces, quotation marks or invisible characters, and only
old ones made from a SICI (ANSI/NISO Z39.56) have angle brackets, such as ``10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2``.
"""

PMID = "^[1-9][0-9]{0,7}$"

WEB_ADDRESS = r"https?://[A-Za-z0-9.\[\]:_~%-]+([/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?"
"""An address by RFC 3986, without an apostrophe and without a user name before the host; all other characters are percent-encoded."""

_NAME, _VERSION = re.compile(PACKAGE_NAME), re.compile(SEMVER)


def is_package_name(word: object) -> bool:
    """Whether this is a name for a package."""
    return isinstance(word, str) and len(word) <= LONGEST_NAME and _NAME.fullmatch(word) is not None


def is_version(word: object) -> bool:
    """Whether this is a semantic version, such as ``1.0.0``."""
    return isinstance(word, str) and len(word) <= LONGEST_VERSION and _VERSION.fullmatch(word) is not None
