"""The step between two versions, and the gate."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from registry.diffing import Bump, Difference, difference, gap, smallest, sufficient
from tests.diffing.packages import InMemory, small


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("1.0.0", "1.0.1", Bump.PATCH),
        ("1.0.0", "1.0.7", Bump.PATCH),
        ("1.0.9", "1.1.0", Bump.MINOR),
        ("1.2.3", "1.4.5", Bump.MINOR),
        ("1.2.3", "2.0.0", Bump.MAJOR),
        ("1.2.3", "3.1.4", Bump.MAJOR),
        ("1.2.3", "1.2.3", Bump.NONE),
        ("1.2.3+a", "1.2.3+b", Bump.NONE),
        ("1.2.3", "1.2.2", Bump.BACKWARDS),
        ("2.0.0", "1.9.9", Bump.BACKWARDS),
        ("0.1.0", "0.1.1", Bump.PATCH),
        ("0.1.0", "0.2.0", Bump.MINOR),
        ("0.9.0", "1.0.0", Bump.MAJOR),
        ("1.0.0", "2.0.0-rc.1", Bump.MAJOR),
        ("2.0.0-rc.1", "2.0.0", Bump.MAJOR),
        ("2.0.0-rc.1", "2.0.0-rc.2", Bump.MAJOR),
        ("1.1.0-rc.1", "1.1.0", Bump.MINOR),
        ("1.1.1-rc.1", "1.1.1", Bump.PATCH),
        ("1.1.0-rc.1", "1.1.1", Bump.PATCH),
        ("1.0.0", "1.0.0-rc.1", Bump.BACKWARDS),
    ],
)
def test_the_step_between_two_versions(old: str, new: str, bump: Bump) -> None:
    assert gap(old, new) is bump


@pytest.mark.parametrize("word", ["", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "one", "1.0.0\n"])
def test_what_is_no_version(word: str) -> None:
    with pytest.raises(ValueError, match="not a SemVer version"):
        gap("1.0.0", word)
    refused = sufficient(difference(small(), small()), "1.0.0", word)
    assert refused is not None
    assert "give a SemVer version" in str(refused)


def test_the_smallest_version_that_would_do() -> None:
    found = [smallest("1.2.3", bump) for bump in (Bump.PATCH, Bump.MINOR, Bump.MAJOR)]
    assert found == ["1.2.4", "1.3.0", "2.0.0"]
    assert smallest("2.0.0-rc.1", Bump.MAJOR) == "2.0.0"
    assert smallest("1.1.0-rc.1", Bump.MINOR) == "1.1.0"
    assert smallest("1.1.0-rc.1", Bump.MAJOR) == "2.0.0"
    assert smallest("1.1.1-rc.1", Bump.MINOR) == "1.2.0"
    assert smallest("1.0.0+build", Bump.PATCH) == "1.0.1"


@given(
    st.tuples(*[st.integers(0, 20)] * 3),
    st.sampled_from([None, "rc.1", "0"]),
    st.sampled_from([Bump.PATCH, Bump.MINOR, Bump.MAJOR]),
)
def test_the_smallest_version_is_always_enough_and_comes_after(
    numbers: tuple[int, int, int], pre: str | None, owed: Bump
) -> None:
    old = str(Version(*numbers, prerelease=pre))
    new = smallest(old, owed)
    assert Version.parse(new) > Version.parse(old)
    assert gap(old, new).size >= owed.size


def owing(bump: Bump | None) -> Difference:
    old = small()
    new = {
        None: old,
        Bump.PATCH: old.setting("outcomes", 0, events=21),
        Bump.MINOR: old,
        Bump.MAJOR: old.without("outcomes", 0),
    }[bump]
    return difference(old.without("outcomes", 0), old) if bump is Bump.MINOR else difference(old, new)


STEPS = {"1.0.0": Bump.NONE, "1.0.1": Bump.PATCH, "1.1.0": Bump.MINOR, "2.0.0": Bump.MAJOR}


@pytest.mark.parametrize("owed", [Bump.PATCH, Bump.MINOR, Bump.MAJOR])
def test_a_smaller_step_than_is_owed_is_refused_and_a_greater_one_is_not(owed: Bump) -> None:
    found = owing(owed)
    assert found.owed is owed
    for version, made in STEPS.items():
        refused = sufficient(found, "1.0.0", version)
        assert (refused is None) == (made.size >= owed.size), version
        if refused is not None:
            assert (refused.made, refused.owed) == (made, owed)
            assert refused.smallest == {Bump.PATCH: "1.0.1", Bump.MINOR: "1.1.0", Bump.MAJOR: "2.0.0"}[owed]
            assert all(r.bump.size > made.size for r in refused.reasons)


def test_what_a_refusal_says() -> None:
    refused = sufficient(owing(Bump.MAJOR), "1.0.0", "1.0.1")
    assert str(refused) == (
        "1.0.0 to 1.0.1 is a patch release; a major one is needed: `outcomes`: 1 row removed. The smallest sufficient version is 2.0.0"
    )
    assert re.match("the content changed, but the version is still 1.0.0", str(sufficient(owing(Bump.PATCH), "1.0.0", "1.0.0")))
    assert "the next one is 1.0.1" in str(sufficient(owing(None), "1.0.0", "0.9.0"))
    assert sufficient(owing(None), "1.0.0", "1.0.0") is None
    assert sufficient(owing(None), "1.0.0", "7.0.0") is None
    assert "the new version is missing" in str(sufficient(owing(None), "1.0.0", None))


def test_a_version_below_one_gets_no_licence() -> None:
    assert sufficient(owing(Bump.MAJOR), "0.1.0", "0.2.0") is not None
    assert sufficient(owing(Bump.MAJOR), "0.1.0", "1.0.0") is None


def test_a_long_refusal_names_the_first_reasons() -> None:
    frames = {f"t{i}": small().frames["arms"] for i in range(9)}
    refused = sufficient(difference(InMemory(frames), InMemory({})), "1.0.0", "1.0.1")
    assert "and 4 more reasons" in str(refused)
