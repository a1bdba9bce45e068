"""Files that are no entries, broken ones and hostile ones: refused with their path, what is there, and what must be."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.importing.problems import ImportProblem
from registry.trialregistry.entries import read_entries
from tests.trialregistry.entries import measure, put, study

MEASURE = "resultsSection.outcomeMeasuresModule.outcomeMeasures[0]"


def test_one_study_and_a_page_of_them(tmp_path: Path) -> None:
    a, b = study(measure("A"), nct="NCT00000002"), study(measure("B"), nct="NCT00000001")
    page = put(tmp_path, {"studies": [a, b], "nextPageToken": "x"})
    assert [(e.registration, len(e.figures)) for e in read_entries([page])] == [("NCT00000001", 2), ("NCT00000002", 2)]
    assert read_entries([put(tmp_path, a, "a.json")])[0].title == ""


def test_what_the_protocol_says_is_read(tmp_path: Path) -> None:
    document = study(
        measure("A"),
        designModule={"designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL", "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT"]}}},
        armsInterventionsModule={"armGroups": [{"label": "Placebo", "type": "PLACEBO_COMPARATOR"}]},
        statusModule={"resultsFirstPostDateStruct": {"date": "2019-04-05"}},
    )  # fmt: skip
    entry = read_entries([put(tmp_path, document)])[0]
    assert (entry.allocation, entry.model, entry.masking, entry.masked) == ("RANDOMIZED", "PARALLEL", "DOUBLE", ("PARTICIPANT",))
    assert (entry.arm_types, entry.year) == ({"Placebo": "PLACEBO_COMPARATOR"}, "2019")


def _group(d: Any) -> Any:
    return d["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]


def _set(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        at = _group(document)
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = to

    return change


BROKEN: list[tuple[Callable[[Any], None], str]] = [
    (_set("groups", 0, "id", to=None), f"`{MEASURE}.groups[0].id`: there is nothing here"),
    (_set("groups", 1, "id", to="OG000"), f"`{MEASURE}.groups[1].id`: the group `OG000` is here twice"),
    (_set("groups", to={}), f"`{MEASURE}.groups`: this is"),
    (_set("classes", 0, "categories", 0, "measurements", 0, "groupId", to="OG009"), "there is no group `OG009`"),
    (_set("classes", 0, "categories", 0, "measurements", 1, "groupId", to="OG000"), "has a value here already"),
    (_set("classes", 0, "categories", to="x"), f"`{MEASURE}.classes[0].categories`: this is"),
    (_set("classes", 0, "categories", to=["x"]), f"`{MEASURE}.classes[0].categories[0]`: this is"),
    (_set("denoms", 0, "counts", 1, to={"groupId": "OG000", "value": "7"}), "has another denominator here: 100"),
    (_set("title", to=["x"]), f"`{MEASURE}.title`: this is"),
    (_set("title", to="\ud800"), "U+D800"),
    (lambda d: d["protocolSection"]["identificationModule"].update(nctId="12"), "It must be a registration such as NCT01234567"),
    (lambda d: d.pop("resultsSection"), "NCT01234567 has no results"),
    (lambda d: d.update(resultsSection=[1]), "`resultsSection`: this is"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN)
def test_broken_shape_is_refused_with_its_path(tmp_path: Path, change: Callable[[Any], None], said: str) -> None:
    document = copy.deepcopy(study(measure("Response on the MADRS")))
    change(document)
    path = put(tmp_path, json.dumps(document))
    with pytest.raises(ImportProblem) as refused:
        read_entries([path])
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this isn't JSON"),
        (b"{", "this isn't JSON"),
        (b"\xff\xfe", "isn't UTF-8"),
        (b"[]", "isn't a study"),
        (b"{}", "isn't a study"),
        (b'{"studies": []}', "no study in this page"),
        (b'{"studies": [3]}', "`studies[0]`"),
        (b'{"protocolSection": 3}', "`protocolSection`"),
        (b'{"protocolSection": {}}', "there is nothing here"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"studies": NaN}', "isn't JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"protocolSection": ' * 100_000, "nested too deeply"),
    ],
)
def test_file_that_is_no_entry_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ImportProblem, match=said.replace("[", r"\[").replace("]", r"\]")):
        read_entries([path])


def test_trial_given_twice_is_refused(tmp_path: Path) -> None:
    paths = [put(tmp_path, study(measure("A")), name) for name in ("a.json", "b.json")]
    with pytest.raises(ImportProblem, match=r"NCT01234567 is in a\.json too"):
        read_entries(paths)


def test_harms_are_participants(tmp_path: Path) -> None:
    document = study(measure("A"))
    document["resultsSection"]["adverseEventsModule"] = {
        "eventGroups": [{"id": "EG000", "title": "Placebo"}],
        "seriousEvents": [{"term": "Suicide attempt", "stats": [{"groupId": "EG000", "numEvents": "2", "numAffected": "1", "numAtRisk": "100"}]}],
        "otherEvents": [{"term": "Nausea", "stats": [{"groupId": "EG000", "numAtRisk": "100"}]}],
    }  # fmt: skip
    found = read_entries([put(tmp_path, document)])[0].harms
    assert [(h.term, h.serious, h.group, h.events, h.n_at_risk) for h in found] == [
        ("Suicide attempt", True, "Placebo", 1, 100),
        ("Nausea", False, "Placebo", None, 100),
    ]
