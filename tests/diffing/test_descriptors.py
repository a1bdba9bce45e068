"""What changes in the descriptor, and what that owes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest

import registry
from registry.answers import diff_markdown, diff_text
from registry.diffing import Bump, UnreadableError, difference
from registry.packages.finding import find_entry
from registry.packages.package import draft
from tests import fixed
from tests.diffing.packages import InMemory, small


def described(**members: Any) -> InMemory:
    """A package of one table: what is compared here is the descriptor."""
    return replace(small(), frames={"arms": small().frames["arms"]}, more=members)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({"title": "A"}, {"title": "B"}, "descriptor-changed"),
        ({}, {"description": "B"}, "descriptor-changed"),
        ({"contributors": [{"title": "A"}]}, {"contributors": [{"title": "A"}, {"title": "B"}]}, "descriptor-changed"),
        ({"waivers": [{"rule": "X"}]}, {}, "descriptor-changed"),
        ({"lineage": {"derived-from": "a"}}, {"lineage": {"derived-from": "b"}}, "descriptor-changed"),
        ({"licenses": [{"name": "CC0-1.0"}]}, {"licenses": [{"name": "CC-BY-4.0"}]}, "licence-changed"),
        ({"licenses": [{"name": "CC0-1.0"}]}, {"licenses": []}, "licence-changed"),
        ({"licenses": [{"name": "CC0-1.0"}]}, {"licenses": [{"name": "CC0-1.0", "title": "Zero"}]}, "descriptor-changed"),
        ({"licenses": [{"path": "https://a"}]}, {"licenses": [{"path": "https://b"}]}, "licence-changed"),
        ({"licenses": "free"}, {"licenses": 7}, "licence-changed"),
        ({"id": "a"}, {"id": "b"}, "name-changed"),
        ({"name": "sample"}, {"name": "other"}, "name-changed"),
    ],
)
def test_one_member(old: dict[str, Any], new: dict[str, Any], rule: str) -> None:
    found = difference(described(**old), described(**new))
    assert {r.rule.id for r in found.reasons} == {rule}
    assert found.owed is (Bump.PATCH if rule == "descriptor-changed" else Bump.MAJOR)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"title": "A  title"}, {"title": " A title\n"}),
        ({"keywords": ["a", "b"]}, {"keywords": ["b", "a"]}),
        ({"custom": {"a": 1, "b": 2}}, {"custom": {"b": 2, "a": 1}}),
        ({"custom": None}, {}),
        ({}, {"version": "1.0.1"}),
        ({"report": "objects/a.json"}, {}),
        (
            {"resources": [{"name": "arms", "hash": "a", "path": "x"}]},
            {"resources": [{"name": "arms", "bytes": 3, "parquet": {}}]},
        ),
    ],
)
def test_what_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert difference(described(**old), described(**new)).descriptor == ()


def test_changes_are_told_by_their_path_and_lists_item_by_item() -> None:
    old = described(sources=[{"title": "A"}, {"title": "B"}], custom={"deep": {"er": 1}})
    new = described(sources=[{"title": "B"}, {"title": "C"}], custom={"deep": {"er": True}})
    assert [(c.path, c.old, c.new) for c in difference(old, new).descriptor] == [
        ("sources", '{"title": "A"}', None),
        ("sources", None, '{"title": "C"}'),
        ("custom.deep.er", "1", "true"),
    ]


def test_a_schema_that_says_otherwise_is_a_patch() -> None:
    def package(description: str) -> InMemory:
        schema = {"fields": [{"name": "label", "type": "string", "description": description}]}
        return described(resources=[{"name": "arms", "schema": schema}])

    found = difference(package("A"), package("B"))
    assert found.owed is Bump.PATCH
    assert [c.path for c in found.descriptor] == ["resources.arms.schema.fields"] * 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"README.md": "1", "LICENSE": "1"}, {"README.md": "2", "LICENSE": "1"}, "differs"),
        ({}, {"README.md": "2"}, "is new"),
        ({"README.md": "1"}, {}, "is gone"),
    ],
)
def test_another_file_beside_the_tables_is_a_patch(old: dict[str, str], new: dict[str, str], words: str) -> None:
    found = difference(replace(small(), beside=old), replace(small(), beside=new))
    assert [(c.path, c.rule) for c in found.descriptor] == [("files.README.md", "descriptor-changed")]
    assert found.owed is Bump.PATCH
    assert difference(replace(small(), beside=old), replace(small(), beside=old)).empty
    for answer in (diff_text.render(found), diff_markdown.render(found)):
        assert "a file beside the tables differs: `README.md`" in answer
        assert re.search(rf"Files beside the tables\n+ *(- `)?README\.md`? +{words}\n", answer), answer
        assert "the descriptor" not in answer
        assert "Descriptor" not in answer


def test_what_differs_in_the_descriptor_and_beside_it_is_told_apart() -> None:
    old = replace(small(), beside={"README.md": "1", "LICENSE": "1"})
    new = replace(small(), beside={"README.md": "2", "LICENSE": "2"}, more={"title": "Another"})
    found = difference(old, new)
    assert found.reasons[0].said == "the descriptor differs in `title`; files beside the tables differ: `README.md`, `LICENSE`"
    assert re.search(
        r"Descriptor\n  title .*Files beside the tables\n  README\.md  differs\n", diff_text.render(found), re.DOTALL
    )


def test_a_release_and_its_folder_have_the_same_files_beside_the_tables() -> None:
    """A release lists what was submitted, and a folder may hold anything besides."""
    accepted = registry.open(fixed.registry())
    for name in ("linde-2015", "ketamine-esketamine"):
        here = draft(find_entry(fixed.registry(), name))
        assert here.beside == accepted.load(name).beside
        assert here.beside.keys() == {"README.md", "mapping.yaml"}


def test_packages_of_different_names_are_two_packages() -> None:
    found = difference(small(), replace(small(), name="other"))
    assert (found.old_name, found.new_name, found.owed) == ("sample", "other", Bump.MAJOR)
    assert [r.rule.id for r in found.reasons] == ["name-changed"]


def test_a_descriptor_that_cannot_be_read() -> None:
    class Empty(InMemory):
        @property
        def descriptor(self) -> dict[str, Any]:
            return {}

    with pytest.raises(UnreadableError, match="the descriptor of sample can't be read"):
        difference(Empty({}), small())


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [None], [7], [{"name": 7}]])
def test_odd_members_are_compared_like_any(odd: Any) -> None:
    for member in ("licenses", "sources", "files", "title", "contributors", "name", "id"):
        assert difference(described(**{member: odd}), described(**{member: odd})).empty
        difference(described(), described(**{member: odd}))
    assert difference(described(resources=odd), described(resources=odd)).empty


def test_lists_in_lists_take_no_more_work_than_they_are_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    dumps = mock.Mock(side_effect=json.dumps)
    monkeypatch.setattr(json, "dumps", dumps)
    deep: list[Any] = []
    for _ in range(15):
        deep = [deep]
    difference(described(contributors=[]), described(contributors=deep))
    assert dumps.call_count < 500
