"""Pages of definitions, their classes, populations and instruments: each term has one, with who uses it and what is near it."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest

from registry.site import places, showing
from registry.site.citing import cited
from registry.site.definition_pages import DefinitionPages
from registry.site.facts import Facts
from registry.site.rendering import rendered
from registry.site.rule_words import between, differences, is_within
from schemas.vocabulary import rows, terms
from tests.site.test_site import BARE, text_of

_SIGNS = {"<=": operator.le, "<": operator.lt, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
_NUMBERS = ("threshold", "threshold_upper", "percent_reduction", "visits", "days")


def definitions() -> list[dict[str, Any]]:
    """The vocabulary as the database has it: empty cells are null, numbers are numbers."""
    return [
        {name: None if cell == "" else float(cell) if name in _NUMBERS else cell for name, cell in row.items()}
        for row in rows("definitions")
    ]


def asked(root: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        return con.execute(sql, list(values)).fetchall()


@pytest.mark.parametrize(
    ("vocabulary", "place"),
    [
        ("definitions", places.definition),
        ("comparability_classes", places.definition_class),
        ("populations", places.population),
        ("instruments", places.instrument),
    ],
)
def test_each_term_has_a_page_with_its_words_and_its_source(site: Path, vocabulary: str, place: Any) -> None:
    for term, row in zip(terms(vocabulary), rows(vocabulary), strict=True):
        page = text_of(site / place(term))
        for name in ("label", "description"):
            assert " ".join(row[name].split()) in page, (term, name)
        assert f"{term}</code>" in (site / place(term)).read_text(encoding="utf-8")
        assert "".join(row["source"].split()) in page.replace(" ", ""), term


def test_who_uses_a_definition_is_counted_in_its_outcomes(site: Path, real_registry: Path) -> None:
    """Of every outcome, those that aren't compared too; a trial in two packages is one."""
    counted = asked(
        real_registry,
        "SELECT o.definition_id, count(DISTINCT t.trial_id), count(*), count(DISTINCT o.package) FROM outcomes o "
        "JOIN trials t USING (package, study_id) GROUP BY ALL",
    )
    assert {"dropout.any", "remission.madrs.le12"} <= {term for term, *_ in counted}
    for term, trials, n, packages in counted:
        page = site / places.definition(term)
        told = re.search(r"Who uses it (\d+) trials? and ([\d,]+) rates?\.", text_of(page))
        assert told is not None, term
        assert (int(told[1]), int(told[2].replace(",", ""))) == (trials, n), term
        part = page.read_text(encoding="utf-8").partition("By package")[2].partition("</table>")[0]
        assert part.count("../packages/") == packages
    unused = set(terms("definitions")) - {term for term, *_ in counted}
    assert unused
    for term in unused:
        assert "Who uses it Nobody yet." in text_of(site / places.definition(term))


def test_a_class_counts_what_is_below_it(site: Path, real_registry: Path) -> None:
    (found,) = asked(
        real_registry,
        "WITH RECURSIVE below AS (SELECT 'remission.clinician.usual-cut-off' AS class_id UNION SELECT c.class_id::VARCHAR FROM "
        "vocabulary.comparability_classes c JOIN below b ON c.broader = b.class_id) "
        "SELECT count(DISTINCT t.trial_id), count(*) FROM outcomes o JOIN trials t USING (package, study_id) "
        "JOIN vocabulary.definitions d USING (definition_id) WHERE d.comparability_class IN (FROM below)",
    )
    page = text_of(site / places.definition_class("remission.clinician.usual-cut-off"))
    assert "{:,} trials and {:,} rates".format(*found) in page
    assert "Pooling them all assumes" in page
    assert "pooled with each other, and with nothing else" in text_of(site / places.definition_class("remission.madrs.lt9"))


def test_the_trials_of_a_class_are_on_several_pages_where_they_are_many(
    real_registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each study that uses one of its definitions once; only the first page says what the class is. A page is a tenth as long here."""
    monkeypatch.setattr(showing, "_ON_A_PAGE", 15)
    using = asked(
        real_registry,
        "SELECT d.comparability_class, list(DISTINCT o.package || '/' || o.study_id) FROM outcomes o JOIN vocabulary.definitions d "
        "USING (definition_id) WHERE d.comparability_class NOT IN (SELECT broader FROM vocabulary.comparability_classes WHERE broader "
        "IS NOT NULL) GROUP BY ALL",
    )
    assert max(len(studies) for _, studies in using) > 60 > 15 > min(len(studies) for _, studies in using)
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        made = {page.path: page for page in DefinitionPages(Facts(con)).pages()}
    texts = {path: rendered(page, {**BARE, "kept": {}}).decode() for path, page in made.items() if path.startswith("classes/")}
    for name, studies in using:
        first = places.definition_class(name)
        paths = [first, *(f"{first.removesuffix('.html')}/{n}.html" for n in range(2, -(-len(studies) // 15) + 1))]
        linked = [re.findall(r'href="[./]*trials/(.+?)\.html"', texts[path]) for path in paths]
        assert sorted(one for some in linked for one in some) == sorted(studies), name
        assert max(map(len, linked)) <= 15
        assert ["By package" in texts[path] for path in paths] == [True, *[False] * (len(paths) - 1)]
        assert f"{paths[-1].removesuffix('.html')}/{len(paths) + 1}.html" not in texts


def test_the_tree_has_every_definition_once(site: Path) -> None:
    text = (site / "definitions" / "index.html").read_text(encoding="utf-8").partition('id="explored"')[0]
    found = re.findall(r'<li><a href="([^"/]+)\.html"', text)
    assert sorted(found) == sorted(terms("definitions"))
    broad = text.index("../classes/remission.clinician.usual-cut-off.html")
    assert (
        broad < text.index("../classes/remission.hamd.le7-or-8.any-version.html") < text.index('href="remission.hamd17.le7.html"')
    )


def test_who_uses_a_population_or_an_instrument_is_counted(site: Path, real_registry: Path) -> None:
    for term, trials, studies in asked(
        real_registry,
        "SELECT s.population_id, count(DISTINCT t.trial_id), count(*) FROM studies s JOIN trials t USING (package, study_id) GROUP BY ALL",
    ):
        page = text_of(site / places.population(term))
        assert re.search(rf"Who uses it {trials} trials? and {studies} stud(y|ies)\.", page), term
    for term, trials, n in asked(
        real_registry,
        "SELECT d.instrument_id, count(DISTINCT t.trial_id), count(*) FROM outcomes o JOIN trials t USING (package, study_id) "
        "JOIN vocabulary.definitions d USING (definition_id) GROUP BY ALL",
    ):
        assert re.search(rf"Who uses it {trials} trials? and {n} rates?\.", text_of(site / places.instrument(term))), term
    for term, trial_pages in asked(
        real_registry, "SELECT instrument_id, count(DISTINCT package || '/' || study_id) FROM scores GROUP BY ALL"
    ):
        part = (
            (site / places.instrument(term))
            .read_text(encoding="utf-8")
            .partition("Mean scores on it")[2]
            .partition("</table>")[0]
        )
        assert part.count('href="../trials/') == trial_pages, term


def test_a_population_requires_what_the_wider_one_does(site: Path) -> None:
    page = text_of(site / places.population("trd.episode.prospective"))
    assert "Failed treatments 2 or more, counted over: present episode" in page
    assert "A failure seen by the trial itself required" in page
    assert "Psychotic features eligible" in page, "as of treatment-resistant depression"
    assert "Bipolar disorder a reason for exclusion" in page
    near = page.partition("Near it, and not the same")[2]
    assert near.index("wider: it contains this one") < near.index("beside it; the two may overlap")
    assert "narrower: part of this one" in text_of(site / places.population("trd"))


def test_links_of_a_trial_lead_to_its_terms(site: Path, real_registry: Path) -> None:
    for package, study, population, entry in asked(
        real_registry, "SELECT package, study_id, population_id, entry_instrument_id FROM studies"
    ):
        text = (site / places.trial(package, study)).read_text(encoding="utf-8")
        assert f'{places.population(population)}"' in text
        assert entry is None or f'{places.instrument(entry)}"' in text


def _meets(of: Mapping[str, Any], baseline: int, score: int, *, other_baseline: int) -> bool:
    """Whether somebody is counted by a point rule, written without a look at ours. Which baseline a reduction is from is left open."""
    signs = {name: _SIGNS[of[name]] for name in ("comparator", "percent_comparator") if of[name]}
    held = [signs["comparator"](score, of["threshold"])] if of["threshold"] is not None else []
    if of["percent_reduction"] is not None:
        start = other_baseline if of["definition_id"].endswith("-screening") else baseline
        held.append(signs["percent_comparator"](100 * (start - score), of["percent_reduction"] * start))
    return any(held) if of["combine"] == "or" else all(held)


def test_nested_rules_are_those_that_count_some_of_the_same_people() -> None:
    """By everybody that there can be: each score before, at the screening and after, of every pair of point rules on one scale."""
    whole = {row["instrument_id"]: row["whole_numbers"] == "true" for row in rows("instruments")}
    ruled = [
        one
        for one in definitions()
        if one["ascertainment"] == "point"
        and one["instrument_id"] in {"madrs", "hamd17", "cgi-i"}
        and one["threshold_upper"] is None
        and (one["threshold"] is not None or (one["percent_reduction"] is not None and one["percent_comparator"]))
    ]
    people = list(product((20, 24, 40, 52), range(60), (22, 44)))
    met = {one["definition_id"]: {p for p in people if _meets(one, p[0], p[1], other_baseline=p[2])} for one in ruled}
    nested = 0
    for one, other in product(ruled, ruled):
        if one["instrument_id"] != other["instrument_id"] or one is other:
            continue
        said = is_within(one, other, whole=whole[one["instrument_id"]])
        truly = met[one["definition_id"]] <= met[other["definition_id"]]
        assert truly or not said, (one["definition_id"], other["definition_id"])
        scores = one["percent_reduction"] is other["percent_reduction"] is None
        if scores and one["comparator"] != "=" != other["comparator"]:
            assert said == truly, (one["definition_id"], other["definition_id"])
        nested += said
    assert nested > 30
    assert not is_within(ruled[0], ruled[0] | {"ascertainment": "sustained"}, whole=True)


def _between(said: str, baseline: int, score: int) -> bool:
    """Whether somebody falls between two rules by what a sentence says, read again."""
    if said.startswith("Nobody"):
        return False
    if found := re.fullmatch(r"Between them: a total of (?:exactly )?(\d+)\.", said):
        return score == int(found[1])
    if found := re.fullmatch(r"Between them: totals from (\d+) to (\d+)\.", said):
        return int(found[1]) <= score <= int(found[2])
    if "exactly half of it" in said:
        return 2 * score == baseline
    found = re.fullmatch(r"Between them, from the same baseline: reductions (above|from) (\d+)% (up to|and below) (\d+)%\.", said)
    assert found, said
    reduction = Fraction(100 * (baseline - score), baseline)
    above = reduction > int(found[2]) if found[1] == "above" else reduction >= int(found[2])
    return above and (reduction <= int(found[4]) if found[3] == "up to" else reduction < int(found[4]))


def test_who_falls_between_two_rules_are_those_whom_one_alone_counts() -> None:
    """By everybody that there can be, on scales of whole numbers; and somebody on one that may have halves."""
    whole = {row["instrument_id"]: row["whole_numbers"] == "true" for row in rows("instruments")}
    every = [one for one in definitions() if one["ascertainment"] == "point" and whole.get(one["instrument_id"])]
    by_name = {one["definition_id"]: one for one in every}
    reduced = by_name["response.madrs.ge50pct"]
    every.append(reduced | {"definition_id": "over-49", "percent_reduction": 49.0, "percent_comparator": ">"})
    told = Counter[str]()
    for one, other in product(every, every):
        said = between(one, other, whole=True)
        assert said is None or one["instrument_id"] == other["instrument_id"]
        if said is None:
            continue
        told[said.partition(":")[0] + said[-8:]] += 1
        assert said == between(other, one, whole=True)
        for baseline, score in product((20, 25, 40, 51, 52), range(60)):
            counted = [_meets(rule, baseline, score, other_baseline=baseline) for rule in (one, other)]
            assert _between(said, baseline, score) == (counted[0] != counted[1]), (said, baseline, score)
    assert len(told) > 5
    le7, lt8 = (by_name["remission.madrs.le11"] | {"threshold": at, "comparator": sign} for at, sign in ((7.0, "<="), (8.0, "<")))
    assert between(le7, lt8, whole=True) == "Nobody falls between them: totals on this scale are whole numbers."
    assert between(le7, lt8, whole=False) == "Between them: totals above 7 and below 8."
    assert between(lt8, lt8 | {"comparator": "<="}, whole=False) == "Between them: a total of exactly 8."
    assert between(reduced, every[-1], whole=True) == "Between them, from the same baseline: reductions above 49% and below 50%."
    assert between(reduced, reduced | {"percent_comparator": None}, whole=True) is None
    assert between(le7, reduced, whole=True) is None


def test_what_is_otherwise_is_said_of_any_two() -> None:
    every = definitions()
    for one, other in product(every, every):
        told = differences(one, other, str.upper)
        assert told, (one["definition_id"], other["definition_id"])
        scale = "no stated scale" if other["instrument_id"] == "unstated" else other["instrument_id"].upper()
        assert (f"on {scale}" in told) == (one["instrument_id"] != other["instrument_id"])
    by_name = {one["definition_id"]: one for one in every}
    told = differences(by_name["remission.madrs.le12"], by_name["remission.madrs.le10-and-ge50pct"], str)
    assert told == [
        "Score: 10 or less (this one: 12 or less)",
        "Reduction of the baseline score: 50% or more (this one: none)",
        "Of the two: both must hold",
    ]
    back = differences(by_name["remission.madrs.le10-and-ge50pct"], by_name["remission.madrs.le12"], str)
    assert back == ["Score: 12 or less (this one: 10 or less)", "Reduction of the baseline score: none (this one: 50% or more)"]


def test_rules_that_name_the_same_number_say_what_becomes_of_it() -> None:
    """By the signs themselves: somebody exactly at the number, of every two rules on one scale that name it."""
    every, told = definitions(), set()
    for one, other in product(every, every):
        for name, sign, unit in (("threshold", "comparator", ""), ("percent_reduction", "percent_comparator", "%")):
            at = one[name]
            if at is None or at != other[name] or one["threshold_upper"] is not None or other["threshold_upper"] is not None:
                continue
            counts = [_SIGNS[rule[sign]](at, at) if rule[sign] else None for rule in (one, other)]
            said = [words for words in differences(one, other, str) if words.startswith(f"Exactly {at:g}{unit}:")]
            assert bool(said) == (counts[0] != counts[1]), (one["definition_id"], other["definition_id"])
            words = {True: "counts it", False: "doesn’t count it", None: "doesn’t say"}
            if said:
                assert said == [f"Exactly {at:g}{unit}: this one {words[counts[0]]}, the other {words[counts[1]]}"]
                told.add(tuple(counts))
    assert told >= {(True, None), (None, True), (True, False), (False, True)}


def test_a_rule_that_is_not_stated_is_not_said_to_be_none() -> None:
    by_name = {one["definition_id"]: one for one in definitions()}
    stated, unstated = by_name["remission.madrs.le10"], by_name["remission.madrs.unstated"]
    assert differences(stated, unstated, str) == [unstated["description"]]
    assert differences(unstated, stated, str) == ["Score: 10 or less (this one: no rule stated)"]


def test_near_definitions_say_whether_they_are_pooled(site: Path) -> None:
    page = text_of(site / places.definition("remission.madrs.le11"))
    near = page.partition("Near it, and not the same")[2]
    for said in (
        "MADRS < 12 Otherwise Score: less than 12 (this one: 11 or less) Nobody falls between them: totals on this scale are whole numbers. Pooled yes, in one class",
        "MADRS ≤ 12 Otherwise Score: 12 or less (this one: 11 or less) It counts everybody that this one counts. Between them: a total of 12. "
        "Pooled only as MADRS ≤ 10, ≤ 11 or ≤ 12",
        "MADRS ≤ 9 Otherwise Score: 9 or less (this one: 11 or less) This one counts everybody that it counts. "
        "Between them: totals from 10 to 11. Pooled never",
    ):
        assert said in near


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("10.1016/S0140-6736(17)32802-7; PMC6690210 table 3 (10.1176/appi.ajp.2018.18091075).",
         ["https://doi.org/10.1016/S0140-6736(17)32802-7", "https://pmc.ncbi.nlm.nih.gov/articles/PMC6690210/",
          "https://doi.org/10.1176/appi.ajp.2018.18091075"]),
        ("NCT02417064; PMID 12200208, and EMA CHMP/185423/2010 Rev.2",
         ["https://clinicaltrials.gov/study/NCT02417064", "https://pubmed.ncbi.nlm.nih.gov/12200208/"]),
        ("ids-qids.org/interpretation.html (scale); somebody@example.org, CamCOPS hamd.py", ["https://ids-qids.org/interpretation.html"]),
        ("registry convention", []),
        ("<b>https://a.org/\"x", ["https://a.org/%22x"]),
    ],
)  # fmt: skip
def test_what_a_vocabulary_cites_is_linked(source: str, links: list[str]) -> None:
    told = cited(source)
    assert re.findall('href="([^"]+)"', told) == links
    assert "<b>" not in told
