"""Many rows that break a rule, and many waivers: the work is of their number, not of its square."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest

from tests import sample
from tests.growth.counting import LINEAR, growth
from tests.growth.packages import KEY, with_rows
from validation import validate
from validation.formats import FORMATS
from validation.report import Report

SIZE = 200

TOO_MANY = {"events": "50", "percent_reported": ""}


Made = Callable[[int], Path]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A package of which so many rows break a rule, and all but one of them are waived."""
    folder = tmp_path_factory.mktemp("broken")

    def made(rows: int) -> Path:
        said = {"rule": "OUT001", "reason": "It is printed so.", "approver": "A. Maintainer", "until": "2027-12-31"}
        outcomes = [sample.TABLES["outcomes"][n % 4] | {"study_id": f"trial-{n // 4}"} for n in range(rows)]
        waivers = [{**said, "where": {name: row[name] for name in KEY}} for row in outcomes[:-1]]
        return with_rows(folder / str(rows), rows, lambda _: TOO_MANY, {"waivers": waivers})

    return cache(made)


@pytest.fixture(scope="module")
def reported(broken: Made) -> Callable[[int], Report]:
    """The report on that package, with every finding."""
    return cache(lambda rows: validate(broken(rows), today=sample.TODAY, max_findings=10**6))


def test_waivers_are_matched_with_broken_rows_at_once(broken: Made) -> None:
    assert growth(lambda rows: partial(validate, broken(rows), today=sample.TODAY), SIZE) < LINEAR
    (package,) = validate(broken(SIZE), today=sample.TODAY).packages
    outcomes = {o.rule: o for o in package.outcomes}
    assert (outcomes["OUT001"].violations, outcomes["OUT001"].waived) == (SIZE, SIZE - 1)


@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_may_be_told(reported: Callable[[int], Report], name: str) -> None:
    assert growth(lambda rows: partial(FORMATS[name], reported(rows)), SIZE) < LINEAR


@pytest.mark.parametrize("change", [lambda _: TOO_MANY, lambda n: {"analysis_set": f"set-{n}"}, lambda n: {"arm_id": f"arm-{n}"}])
def test_every_finding_may_be_listed(tmp_path: Path, change: Callable[[int], dict[str, str]]) -> None:
    made = cache(lambda rows: with_rows(tmp_path / str(rows), rows, change))
    # A row takes so few calls that what isn't of the size is much beside fewer.
    assert growth(lambda rows: partial(validate, made(rows), today=sample.TODAY, max_findings=10**6), 4 * SIZE) < LINEAR
