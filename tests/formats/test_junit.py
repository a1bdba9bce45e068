"""JUnit's XML, held to the schema that Jenkins' xUnit plug-in publishes (junit-10.xsd), written here as rules."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.junit import render_junit
from validation.report import Report, Waiver

COUNT = re.compile("[0-9]+")
TEXT = re.compile(".*", re.DOTALL)
REQUIRED: dict[str, dict[str, re.Pattern[str]]] = {
    "testsuites": {},
    "testsuite": {"name": TEXT, "tests": COUNT},
    "testcase": {"name": TEXT, "classname": TEXT},
    "skipped": {},
    "failure": {},
    "error": {},
    "system-out": {},
}
OPTIONAL: dict[str, dict[str, re.Pattern[str]]] = {
    "testsuites": {"name": TEXT, "tests": COUNT, "failures": COUNT, "errors": COUNT, "disabled": COUNT},
    "testsuite": {"failures": COUNT, "errors": COUNT, "skipped": COUNT, "disabled": COUNT, "package": TEXT, "id": TEXT},
    "testcase": {"status": TEXT, "assertions": TEXT},
    "skipped": {"message": TEXT, "type": TEXT},
    "failure": {"message": TEXT, "type": TEXT},
    "error": {"message": TEXT, "type": TEXT},
    "system-out": {},
}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["testcase"],
    "testcase": ["skipped", "error", "failure", "system-out"],
}


def read(report: Report) -> ET.Element:
    text = render_junit(report)
    root = ET.fromstring(text.encode("utf-8"))  # noqa: S314  our own
    assert root.tag == "testsuites"
    _hold(root)
    return root


def _hold(element: ET.Element) -> None:
    allowed = REQUIRED[element.tag] | OPTIONAL[element.tag]
    assert REQUIRED[element.tag].keys() <= element.attrib.keys() <= allowed.keys()
    for name, value in element.attrib.items():
        assert allowed[name].fullmatch(value)
    order = [CHILDREN.get(element.tag, []).index(child.tag) for child in element]
    assert order == sorted(order)
    if element.tag == "testsuite":
        cases = list(element)
        assert int(element.attrib["tests"]) == len(cases)
        for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.attrib[count]) == sum(case.find(kind) is not None for case in cases)
    for child in element:
        _hold(child)


def case(root: ET.Element, rule: str, suite: int = -1) -> ET.Element:
    (found,) = [c for c in list(root)[suite] if c.attrib["name"].startswith(rule)]
    return found


@pytest.mark.parametrize("report", [spoilt(), Report(RULESET, ()), of_one("m", bug="b")])
def test_it_keeps_the_schema(report: Report) -> None:
    read(report)


def test_each_package_is_a_suite_and_each_rule_a_case() -> None:
    root = read(spoilt(20))
    assert [s.attrib["name"] for s in root] == ["sound", "spoilt"]
    assert len(root[1]) == len(spoilt().packages[1].outcomes)
    failure = case(root, "PKG032").find("failure")
    assert failure is not None
    assert "data/outcomes.csv:2:analysis_set: `analysis_set` is 'ITT'" in (failure.text or "")
    assert case(root, "PKG042").find("failure") is None  # a warning fails nothing
    assert "waiver 2 (OUT002) covers no finding" in (case(root, "PKG042").findtext("system-out") or "")
    assert list(case(root, "PKG002")) == []


def test_waived_and_skipped_rules_are_skipped_with_the_reason() -> None:
    root = read(of_one("m", waived=Waiver("OUT001", {}, "As printed.", "A. Curator", "2027-12-31")))
    skipped = case(root, "OUT001").find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "waived: until 2027-12-31, by A. Curator: As printed."
    skipped = case(root, "PKG040").find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "nothing in the package for this rule to check"


def test_a_bug_is_an_error() -> None:
    error = case(read(of_one("m", bug="KeyError: 'x'")), "PKG031").find("error")
    assert error is not None
    assert error.attrib == {"type": "bug", "message": "KeyError: 'x'"}


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_well_formed(words: str) -> None:
    waiver = Waiver("OUT001", {}, words, words, words)
    for waived in (None, waiver):
        read(of_one(words, file=words, column=words, key={words: words}, name=words, version=words, waived=waived, bug=words))
