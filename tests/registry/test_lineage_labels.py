"""A name and a year make one trial of two studies, unless the labels or what else is stated tell them apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from registry.lineage.labels import read, told_apart
from registry.lineage.numbers import Numbers
from registry.lineage.referring import own_registrations
from registry.lineage.trials import united
from schemas.registrations import find_registrations
from tests.registry.small_registry import Study, arm, doubted, joined, lineage_of, study

SIZES = (120, 118)


LIKE_SIZES = (119, 121)


def trial(name: str, label: str, responders: tuple[int, int] = (61, 43), sizes: tuple[int, int] = SIZES, **more: Any) -> Study:
    """A study of two arms of the usual sizes; a label without a year is of 2020."""
    (drug, placebo), (of_drug, of_placebo) = responders, sizes
    arms = arm("sertraline", response=(drug, of_drug)), arm("placebo", response=(placebo, of_placebo))
    return study(name, *arms, label=label, **{"year": 2020, **more})


OTHERWISE = (50, 33)
"""Responders that differ in both arms."""

ONE = [
    ("SCT-MD-01 2020", "Burke 2020 (SCT-MD-01)"),
    ("CN138-139 2020", "Berman 2020 (CN138-139)"),
    ("WXL101497 2020", "Jefferson 2020 (WXL101497)"),
    ("D1448C00001 2020", "Weisler 2020 (D1448C00001)"),
    ("LuAA21004_303 2020", "Baldwin 2020 (LuAA21004_303)"),
    ("B2061014 2020", "Liebowitz 2020 (B2061014)"),
    ("Li 2020", "Li et al. 2020"),
    ("Ng2020", "Ng & Wu, 2020"),
    ("Müller 2020", "Mueller 2020"),
    ("Müller 2020", "Muller 2020"),
    ("Ørsted 2020", "Oersted 2020"),
    ("Nguyễn 2020", "Nguyen 2020"),
    ("李 2020", "李 2020"),
    ("Иванов 2020", "Иванов и др., 2020"),
    ("J. Smith, 2020", "Smith J 2020"),
    ("Smith, J.K., 2020", "J Smith et al., 2020"),
    ("STAR-D 2020", "STAR*D"),
    ("TRANSFORM-1", "TRANSFORM I"),
    ("SCT-MD-01", "SCT-MD-1"),
    ("Study 329", "Study 329"),
    ("Smith 2020a", "Smith 2020"),
    ("Smith2020a (Study 99067)", "Smith 2020 (99067)"),
    ("Smith2020 (NCT00807248)", "Smith 2020 (Study 99067)"),
    ("Smith2020a (Study 014 - Lee2002)", "Smith 2020 (Study 014, FDA 1999; n = 381)"),
    ("Smith2020 (29060/448)", "Smith 2020 (PAR 448)"),
    ("Smith 2020a,b", "Smith 2020b"),
    ("ASPIRE\u2011I", "ASPIRE-1"),
    ("SPRING\u2013II 2020", "SPRING-II 2020"),
    ("\u0130nan 2020", "Inan 2020"),
    ("SMITH JK 2020", "Smith JK 2020"),
    ("Smith & M\u00fcller 2020", "Smith & Mueller 2020"),
    ("Smith 2020 (Z\u00fcrich)", "Smith 2020 (Zuerich)"),
    ("Smith et. al. 2020", "Smith et.al 2020"),
    ("Smith u.a. 2020", "Smith Jr, 2020"),
    ("Smith y Lopez 2020", "Smith & Lopez 2020"),
    ("Smith and colleagues 2020", "Smith and Jones 2020"),
    ("Smith & co-workers 2020", "Smith et coll. 2020"),
    ("12. Smith 2020", "(45) Smith 2020"),
    ("Li X 2020", "Li 2020 (Study 12)"),
    ("Smith 2020 (TRANSFORM-1)", "Smith 2020 (ESKETINTRD3001)"),
    ("Smith 2020 (Transform-1)", "Smith 2020 (TRANSFORM I; study 3001)"),
    ("Smith 2020 (301A)", "Smith 2020 (MDD-301)"),
    ("Smith 2020 (Lu AA21004, study 304)", "Smith 2020 (AA21004-304)"),
    ("Smith 2020 (SAGE-217, study 201)", "Smith 2020 (SAGE-217)"),
    ("Smith 2020 (SAGE-217, study 201)", "Smith 2020 (SAGE-217; MDD-201)"),
    ("Smith & Jones V 2020", "Smith & Jones 2020"),
    ("Smith 2020 (120)", "Smith 2020 (118)"),
    ("Smith 2020 (Table 2)", "Smith 2020 (table 3)"),
    ("Smith 2020 (HMATA)", "Smith 2020 (HMAT-A)"),
    ("Study 2 of Smith 2020", "Smith2020 (Study 2)"),
    ("Second study of Smith 2020", "Smith 2020, trial 2"),
    ("#12 - Smith 2020", "Smith 2020"),
    ("1234 Smith 2020", "[7] Smith 2020"),
    ("Page 2020", "Page et al. 2020"),
    ("Smith 2020 (MDD-201B)", "Smith 2020 (217-MDD-201)"),
    ("Smith 2020 (217-MDD-201B)", "Smith 2020 (SAGE-217, MDD-201 part B)"),
    ("Smith 2020 (CN138-139)", "Smith 2020 (CN138139)"),
    ("Smith 2020 (F02695LP202)", "Smith 2020 (F02695 LP 2 02)"),
    ("Smith 2020 (F02695LP202)", "Smith 2020 (F2695 LP202)"),
    ("Smith 2020 (B2061030)", "Smith 2020 (study 1030)"),
    ("Smith 2020 (study 1)", "Smith 2020 (547-PPD-202B)"),
    ("Smith 2020 (study 2)", "Smith 2020 (study 305)"),
    ("Smith 2020 (HMAT - Study Group A, ID#4091)", "Smith 2020 (F1J-MC-HMATa)"),
    ("Smith 2020 (HMAT a)", "F1J-MC-HMAT group A (Smith 2020)"),
    ("Smith 2020 (HMAY - Study Group B)", "Smith 2020 (HMAYB)"),
    ("Smith 2020 (HDAQ)", "Smith 2020 (Lilly F1D-MC-HDAQ)"),
    ("Smith 2020 (SYNAPSE)", "Smith 2020 (ESKETINTRD2003)"),
    ("Smith 2020 (TRANSFORM-3)", "Smith 2020 (ESKETINTRD3005)"),
    ("Smith 2020 (GSK)", "Smith 2020 (SmithKline Beecham)"),
    ("Smith 2020 (Lundbeck 99001)", "Smith 2020 (ESC Study 99001 - FDA)"),
    ("Smith 2020 (ITT)", "Smith 2020 (LOCF)"),
    ("Smith 2020 (adult)", "Smith 2020 (adults)"),
    ("Smith 2020 (USA)", "Smith 2020 (sertraline)"),
    ("Smith 2020, Am J Psychiatry", "Smith 2020, AJP"),
    ("TRANSFORM-2 (Smith 2020)", "Smith 2020"),
    ("TRANSFORM-2 (Smith 2020)", "Smith 2020 (TRANSFORM-2)"),
    ("TRANSFORM-2 (Smith 2020)", "TRANSFORM-2 (Jones 2021)"),
    ("SUSTAIN-3", "SUSTAIN-3, relapsed in SUSTAIN-1"),
    ("SCT-MD-01 (Smith 2020)", "Smith 2020 (SCT-MD-01)"),
    ("SCT-MD-01 (Smith 2020)", "Study SCT-MD-01"),
    ("TADS 2020", "TADS Team 2020"),
    ("TADS 2020", "Smith 2020 (TADS)"),
    ("EMBARC", "the EMBARC study"),
    ("STAR*D", "STARD"),
    ("STAR D", "STAR-D"),
    ("Study 329", "Protocol 329"),
    ("Study 329", "GSK Study 329"),
    ("29060/448", "GSK 29060/448"),
    ("29060/448", "Lundbeck 448"),
    ("GSK 2020 (329)", "Study 329"),
    ("John Smith 2020", "Smith 2020"),
    ("Kim Sung-Wan 2020", "Kim SW 2020"),
    ("Davis JM III 2020", "Davis J 2020"),
    ("O\u00b4Connor 2020", "O'Connor 2020"),
    ("O`Connor 2020", "OConnor 2020"),
    ("Smith 2020 (pooled)", "Smith 2020"),
    ("smith 2020", "Smith 2020"),
    ("van den burg 2020", "Van den Burg 2020"),
    ("Study of fluoxetine by Smith 2020", "Smith 2020"),
    ("Study 1 of 2 (Smith 2020)", "Smith 2020 (study 1)"),
    ("Hypericum Depression Trial Study Group 2020", "Hypericum Depression Trial Study Group (2020)"),
    ("Smith 2020 (studies 1 and 2)", "Smith 2020 (pooled)"),
    ("TRANSFORM-2, Smith 2020", "Smith 2020"),
    ("TRANSFORM-2/Smith 2020", "Smith 2020"),
    ("ASPIRE II, Smith et al. 2020", "Smith 2020"),
    ("STAR*D, Smith 2020", "Smith 2020"),
    ("ESCAPE-TRD/Smith 2020", "Smith 2020"),
    ("EMBARC / Smith 2020", "Smith 2020"),
    ("ELEKT-D 2020", "Smith 2020 (ELEKT-D)"),
    ("STAR*D 2020", "Smith 2020 (STAR*D)"),
    ("CoMED 2020", "Smith 2020 (CO-MED)"),
    ("ESCAPE-TRD", "Smith 2020 [ESCAPE-TRD]"),
    ("KetECT", "Smith 2020: KetECT"),
    ("Al Harbi 2020", "Al-Harbi 2020"),
    ("Alharbi J 2020", "Al Harbi 2020"),
    ("O Connor 2020", "O'Connor 2020"),
    ("D Souza K 2020", "D'Souza 2020"),
    ("van den Broek 2020", "Broek WW van den 2020"),
    ("vanMoffaert2020", "Van Moffaert 2020"),
    ("Major 2020", "Major et al. 2020"),
    ("Study of Smith 2020", "Smith 2020"),
    ("Analysis of Smith 2020", "Smith 2020"),
    ("University of Michigan 2020", "University of Michigan (2020)"),
    ("Extension of SUSTAIN-2, Smith 2020", "Smith 2020"),
    ("Smith 2020 follow-up", "Smith 2020"),
]

UNSURE = [
    ("Wang XiaoYing 2020", "Wang XY 2020"),
    ("Wang XinYi 2020", "Wang 2020"),
    ("ZHANG Xiao-Yan 2020", "Zhang XY 2020"),
    ("KHAN 1, 2020", "KHAN 1, 2021"),
    ("CHEN 2, 2020", "CHEN 2 (2021)"),
    ("PAPER-1, 2020", "PAPER-1 (2021)"),
    ("Garcia Lopez 2020", "Lopez 2020"),
    ("Garcia Lopez 2020", "Lopez G 2020"),
    ("Wang Xiao 2020", "Xiao W 2020"),
    ("John Smith 2020", "Smith 2020"),
    ("De la Gandara 2020", "Gandara 2020"),
    ("van den Broek 2020", "Broek 2020"),
    ("Abbott 2020", "Abbott et al. 2020"),
    ("Abbott J 2020", "J. Abbott 2020"),
    ("Abbott, J. 2020", "Abbott et al. 2020"),
]
"""Labels that may be of one study or of two persons, or of a word that is no acronym."""

TWO = [
    ("Keller 2020 phase A", "Keller 2020 phase B"),
    ("Keller 2020 (PREVENT), phase A", "Keller 2020 (PREVENT), phase B"),
    ("Wang XiaoYing 2020", "Wang ZhiHua 2020"),
    ("TRANSFORM-1", "TRANSFORM-2"),
    ("TRANSFORM I", "TRANSFORM II"),
    ("SCT-MD-01", "SCT-MD-02"),
    ("CL3-043", "CL3-022"),
    ("Smith 2020 (study 1)", "Smith 2020 (study 2)"),
    ("Smith 2020 (Group A)", "Smith 2020 (Group B)"),
    ("Smith 2020 I", "Smith 2020 II"),
    ("Smith2020a", "Smith 2020b"),
    ("Smith 2020 (a)", "Smith 2020-b"),
    ("Smith 2020 (men)", "Smith 2020 (women)"),
    ("Smith 2020 (phase 2)", "Smith 2020 (phase III)"),
    ("Smith & Lee 2020", "Smith and Jones, 2020"),
    ("Li X 2020", "Li Y 2020"),
    ("Smith 2020i", "Smith 2020ii"),
    ("Smith 2020(i)", "Smith 2020(ii)"),
    ("Smith 2020h", "Smith 2020i"),
    ("Smith 2020-1", "Smith 2020-2"),
    ("Smith 2020 (PAR 02-001)", "Smith 2020 (PAR 02-002)"),
    ("Smith 2020 (study 12, part A)", "Smith 2020 (study 12, part B)"),
    ("Smith 2020 (22521)", "Smith 2020 (22522)"),
    ("ESKETINTRD3001", "ESKETINTRD3002"),
    ("Smith 2020 (TRANSFORM-1)", "Smith 2020 (TRANSFORM-2)"),
    ("Smith 2020 [ASPIRE I]", "Smith 2020 (ASPIRE II)"),
    ("Smith 2020 (LuAA21004; Study 304)", "Smith 2020 (LuAA21004; Study 305)"),
    ("Smith 2020 (BRL 29060, study 448)", "Smith 2020 (BRL 29060, study 449)"),
    ("Smith 2020 (JNJ-54135419; TRANSFORM-1)", "Smith 2020 (JNJ-54135419; TRANSFORM-2)"),
    ("Smith 2020 (SB 29060, PAR 448)", "Smith 2020 (SB 29060, PAR 449)"),
    ("Smith 2020 (SB 29060, study 448)", "Smith 2020 (SB 29060, PAR 449)"),
    ("Smith 2020 (Lu AA21004, 11984A)", "Smith 2020 (Lu AA21004, 11492A)"),
    ("Smith 2020 (F1J-MC-HMAQ)", "Smith 2020 (F1J-MC-HMAT)"),
    ("Smith 2020 (F1J-MC-HMAT-A)", "Smith 2020 (F1J-MC-HMAT-B)"),
    ("Smith 2020 (Transform-1)", "Smith 2020 (Transform-2)"),
    ("Smith 2020 (Aspire I)", "Smith 2020 (Aspire II)"),
    ("Smith 2020 (the Aspire I study)", "Smith 2020 (the Aspire II study)"),
    ("Smith 2020 (MAP-1)", "Smith 2020 (MAP-2)"),
    ("Smith 2020 (study ASPIRE-1)", "Smith 2020 (ASPIRE-2)"),
    ("Smith 2020 (331-10-227)", "Smith 2020 (331-10-228)"),
    ("Smith 2020 (331-102)", "Smith 2020 (331-103)"),
    ("Smith 2020 (Study 3)", "Smith 2020 (CL3-022)"),
    ("Smith 2020, A", "Smith 2020, B"),
    ("Smith 2020, 1", "Smith 2020, 2"),
    ("Smith (2020); a", "Smith (2020); b"),
    ("Smith 2020 No. 1", "Smith 2020 No. 2"),
    ("Smith 2020, Exp. 1", "Smith 2020, Exp. 2"),
    ("Smith 2020 (RCT 1)", "Smith 2020 (RCT 2)"),
    ("Smith 2020 (wave 1)", "Smith 2020 (wave 2)"),
    ("Smith 2020_study1", "Smith 2020_study2"),
    ("Study 1 of Smith 2020", "Study 2 of Smith 2020"),
    ("Study 1 of Smith 2020", "Smith2020 (Study 2)"),
    ("Smith 2020 (first study)", "Smith 2020 (2nd study)"),
    ("Smith 2020 (study 448)", "Smith 2020 (449)"),
    ("Smith 2020 (29060/448)", "Smith 2020 (449)"),
    ("Smith 2020 (303)", "Smith 2020 (304)"),
    ("Smith 2020 (OPC-14597, 163)", "Smith 2020 (OPC-14597, 165)"),
    ("Smith 2020 (Pfizer 1001)", "Smith 2020 (Pfizer 1017)"),
    ("Smith 2020 (P059)", "Smith 2020 (P061)"),
    ("Smith 2020 (WN1)", "Smith 2020 (WN2)"),
    ("Smith 2020 (MDD-201B)", "Smith 2020 (217-MDD-201C)"),
    ("Smith 2020 (CN138-139)", "Smith 2020 (CN138140)"),
    ("Smith 2020 (HMBV)", "Smith 2020 (F1J-MC-HMAT)"),
    ("Smith 2020 (Study HMBV)", "Smith 2020 (F1J-MC-HMAT)"),
    ("Smith 2020 (F1J-MC-HMCR)", "Smith 2020 (HMCS)"),
    ("Smith 2020 (HMAT A)", "Smith 2020 (HMAT B)"),
    ("Smith 2020 (HMATa)", "Smith 2020 (HMAT, study group B)"),
    ("Smith 2020 (HMAT-A)", "Smith 2020 (HMAQ-A)"),
    ("Smith 2020 (TRANSFORM-1)", "Smith 2020 (SUSTAIN-1)"),
    ("Smith 2020 (SUSTAIN)", "Smith 2020 (TRANSFORM)"),
    ("Smith 2020 (Clarity 1)", "Smith 2020 (Forward 1)"),
    ("Smith 2020 (301 & 302)", "Smith 2020 (301)"),
    ("SUSTAIN-1 and SUSTAIN-2 (Smith 2020)", "SUSTAIN-1 (Smith 2020)"),
    ("Smith 2020 (fluoxetine)", "Smith 2020 (sertraline)"),
    ("Smith 2020 (pooled)", "Smith 2020 (study 1)"),
    ("Smith 2020 (studies 1 and 2)", "Smith 2020 (study 2)"),
    ("Smith 2020 (TRANSFORM-1 and TRANSFORM-2)", "Smith 2020 (TRANSFORM-1)"),
    ("Smith 2020 (TRANSFORM-1+2)", "TRANSFORM-1"),
    ("TRANSFORM-1 and -2", "TRANSFORM-1"),
    ("TRANSFORM-1, TRANSFORM-2", "TRANSFORM-1"),
    ("TRANSFORM-1, 2 and 3", "TRANSFORM-1 (Smith 2020)"),
    ("TRANSFORM-1 to -3", "TRANSFORM-1"),
    ("Kim Sung-Wan 2020", "Kim Jae-Min 2020"),
    ("Teil 1 (Smith 2020)", "Smith 2020, part 2"),
    ("TRANSFORM-1 (Smith 2020)", "TRANSFORM-2 (Jones 2020)"),
]

OF_NO_STUDY = (
    "[12]; [45]; \u00b9\u00b2; (12); (n=120); (n = 118); (20 mg); (10-20 mg/day); (week 8); (8 weeks); (ages 18-65); (>=60 years); (2 arms); (3 arms); (2:1); "
    "(50 %); (DSM-5); (HAM-D17); (HAMD-21); (COVID-19); (JAMA 323); (BIPOLAR II); v1; [e45]; [PMID 12345678]; doi:10.1000/a123; , J Clin Psych 12:345"
)
"""What stands behind a year, and numbers no study."""

NAMELESS = (
    "Unpublished 2020; Anonymous 2020; Data on file 2020; ClinicalTrials.gov 2020; Poster 2020; N.N. 2020; Clinical study report 2020; Pfizer 2020; "
    "Eli Lilly 2020; Johnson & Johnson 2020; GSK, 2020; Sertraline 2020; Citalopram study 1; Study 1; Trial 2; Protocol 003; Study A; RCT 1; Site 1; Arm 2; "
    "STUDY 1; Second study; Study 12 (unpublished); Fluoxetine vs placebo 2020; Escitalopram in depression 2020; German multicentre study 2020; Not reported 2020; "
    "In preparation 2020; Open-label extension 2020; Phase III study 2020; Phase 2 2020; H. Lundbeck A/S 2020; Merck Sharp & Dohme 2020; "
    "Novartis clinical trial results database 2020; Personal comm. 2020; No authors listed 2020; Row 112; Record 12; US study 1; "
    "Elderly 2020; Adolescents 2020; Women 2020; Adults 2020; Outpatients 2020; Late-life 2020; Japan 2020; China 2020; Pivotal 2020; Double-blind 2020; MADRS 2020; "
    "DOUBLE-BLIND 1; TABLE-2; CHINA-1; Maintenance 2020; Abbott 2020"
)
"""Labels that name no study, even where both are the same."""

APART = [
    ("SCT-MD-01 2020", "Burke 2020 (SCT-MD-02)"),
    ("D1448C00001 2020", "Weisler 2020 (D1448C00003)"),
    *((label, label) for label in NAMELESS.split("; ")),
    ("Study 12 of Smith 2020", "Study 12 of Jones 2020"),
    ("Trial 1 in Smith 2020", "Trial 1 in Jones 2020"),
    ("RCT 1 (Smith 2020)", "RCT 1 (Jones 2020)"),
    ("Row 112 of Smith 2020", "Row 112 of Jones 2020"),
    ("Study 112 - Smith 2020", "Study 112 - Jones 2020"),
    ("112 (Smith 2020)", "112 (Jones 2020)"),
    ("Study 1: Smith 2020", "Study 1: Jones 2020"),
    ("#12 - Smith 2020", "#12 - Jones 2020"),
    ("1234 Smith 2020", "1234 Jones 2020"),
    ("Study SCT-MD-01", "Study 1"),
    ("SMITH, Jones 2020", "Jones 2020"),
    ("Extension of Smith 2020", "Smith 2020"),
    ("Follow-up study of van den Broek et al., 2020", "van den Broek 2020"),
    ("Extension of TRANSFORM-2", "TRANSFORM-2"),
    ("Smith 2021 (roll-over from TRANSFORM-1 and TRANSFORM-2)", "TRANSFORM-2 (Jones 2020)"),
    ("Extension of SUSTAIN-2, Jones 2020", "SUSTAIN-2"),
    ("Smith 2020 (TADS)", "Jones 2020 (TADS)"),
    ("Smith 2020 (SCT-MD-01)", "Jones 2020 (SCT-MD-01)"),
    ("GSK 2020 (329)", "GSK 2020 (377)"),
    ("GSK (810) 2020", "GSK (874) 2020"),
    ("Pfizer 2020 (SUSTAIN-1)", "Pfizer 2020 (TRANSFORM-1)"),
    ("Study 329", "Study 377"),
    ("NCT00807248", "NCT00807249"),
    ("F1J-MC-HMAQ", "F1J-MC-HMAT"),
    ("Study F1J-MC-HMBH", "Study F1J-US-HMBV"),
    ("Centre 025", "Centre 026"),
    ("Bauer 2020", "Baur 2020"),
    ("", ""),
]


def test_a_name_is_read_whatever_its_length_script_and_spelling(tmp_path: Path) -> None:
    con, _ = _of_other_years(tmp_path, ONE)
    assert joined(con) == sorted((f"x{number}", f"y{number}", "label") for number in range(len(ONE)))


def test_a_name_that_may_be_of_two_studies_needs_arms_that_agree(tmp_path: Path) -> None:
    con, _ = _of_other_years(tmp_path, UNSURE)
    pairs = [(f"x{number}", f"y{number}") for number in range(len(UNSURE))]
    assert joined(con) == sorted((*pair, "label") for pair in pairs)
    (tmp_path / "like").mkdir()
    con, _ = _of_other_years(tmp_path / "like", UNSURE, LIKE_SIZES)
    assert joined(con) == []
    assert doubted(con) == sorted((*pair, "they are cited alike, but fewer than two arms agree in size") for pair in pairs)


def test_an_acronym_with_its_number_and_year_is_sure(tmp_path: Path) -> None:
    con = lineage_of(
        tmp_path, a=[trial("x", "Popova 2019 (SPRING-2)")], b=[trial("y", "SPRING-2", OTHERWISE, LIKE_SIZES, year=2019)]
    )
    assert joined(con) == [("x", "y", "label")]


def test_labels_that_tell_two_studies_apart_are_not_one_trial(tmp_path: Path) -> None:
    con, pairs = _of_other_years(tmp_path, TWO)
    assert joined(con) == []
    told = [(f"x{n}", f"y{n}", f"their labels tell them apart: {one}; {other}") for n, (one, other) in enumerate(pairs)]
    assert doubted(con) == sorted(told)


def test_what_names_no_trial_is_no_evidence(tmp_path: Path) -> None:
    con, _ = _of_other_years(tmp_path, APART)
    assert (joined(con), doubted(con)) == ([], [])


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        ({"label": "Smith 2020a"}, {"label": "Smith 2020b"}, "label, same-arms"),
        ({"label": "Smith 2020 (study 1)"}, {"label": "Smith 2020 (study 2)"}, None),
        ({"label": "SPRING-1", "doi": "10.1000/a"}, {"label": "SPRING-2", "doi": "10.1000/a"}, "doi, label, same-arms"),
        ({"label": "Smith 2020 [12]"}, {"label": "Smith 2020 [45]"}, "label, same-arms"),
        (
            {"label": "SPRING-1", "registration_id": "NCT1"},
            {"label": "SPRING-2", "registration_id": "NCT1"},
            "registration-id, label, same-arms",
        ),
    ],
    ids=[
        "a letter is the package's own",
        "a number is the trial's",
        "one report",
        "a number of a list",
        "a registration is stronger",
    ],
)
def test_equal_counts_outweigh_a_letter_and_with_an_identifier_a_number(
    tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], evidence: str | None
) -> None:
    con = lineage_of(tmp_path, a=[trial("x", **one)], b=[trial("y", **other)])
    assert joined(con) == ([("x", "y", evidence)] if evidence else [])


@pytest.mark.parametrize(
    ("one", "other", "responders", "found"),
    [
        ({"doi": "10.1000/a", "pmid": "1"}, {"doi": "10.1000/b", "pmid": "2"}, OTHERWISE, False),
        ({"pmid": "1"}, {"pmid": "2"}, OTHERWISE, False),
        ({"registration_id": "NCT00000001"}, {"registration_id": "2004-001234-56"}, OTHERWISE, False),
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, (61, 33), True),
        ({"doi": "10.1000/a"}, {"pmid": "2"}, OTHERWISE, True),
        ({"population_id": "trd"}, {"population_id": "mdd.late-life"}, OTHERWISE, True),
    ],
    ids=["DOI and PMID", "PMID", "registries", "one count", "nothing to compare", "populations are read in many ways"],
)
def test_a_label_gives_way_to_other_identifiers_and_other_counts(
    tmp_path: Path, one: Mapping[str, Any], other: Mapping[str, Any], responders: tuple[int, int], found: bool
) -> None:
    con = lineage_of(tmp_path, a=[trial("x", "Smith 2020", **one)], b=[trial("y", "Smith 2020", responders, **other)])
    assert joined(con) == ([("x", "y", "label")] if found else [])
    assert ["no arm has the same count" in doubt for *_, doubt in doubted(con)] == ([] if found else [True])


def test_a_third_package_does_not_make_one_of_what_labels_tell_apart(tmp_path: Path) -> None:
    con = lineage_of(
        tmp_path, a=[trial("x", "Smith 2020a")], b=[trial("y", "Smith 2020", OTHERWISE)], c=[trial("z", "Smith 2020b", (70, 30))]
    )
    assert joined(con) == [("x", "y", "label")]
    pairs = [(("a", "x"), ("b", "y")), (("b", "y"), ("c", "z"))]
    assert united(pairs, {}, {frozenset({("a", "x"), ("c", "z")})}) == {
        ("a", "x"): ("a", "x"),
        ("b", "y"): ("a", "x"),
        ("c", "z"): ("c", "z"),
    }


@pytest.mark.parametrize(
    ("one", "other"), [("SPRING-1", "SPRING-2"), ("Study 329", "Study 377"), ("Smith 2020 (group A)", "Smith 2020 (group B)")]
)
def test_a_report_of_two_trials_makes_them_one_by_equal_counts_only(tmp_path: Path, one: str, other: str) -> None:
    report = {"doi": "10.1000/a", "pmid": "1"}
    con = lineage_of(tmp_path, a=[trial("x", one, **report)], b=[trial("y", other, OTHERWISE, **report)])
    assert (joined(con), len(doubted(con))) == ([], 1)


def test_what_numbers_no_study_tells_none_apart() -> None:
    labels = [read(f"Smith 2020 {said}") for said in OF_NO_STUDY.split("; ")]
    assert [label for label in labels if label.numbers != Numbers() or label.marks] == []
    assert {told_apart(one, other) for one, other in combinations(labels, 2)} <= {"", "other"}
    amounts = [read(f"Smith 2020 {said}") for said in OF_NO_STUDY.split("; ")[:16]]
    assert {told_apart(one, other) for one, other in combinations(amounts, 2)} == {""}


def test_a_label_is_read_in_parts() -> None:
    said = read("Learned2012b Study2 (NCT00420641)", 2013)
    assert (dict(said.names), said.year, said.marks, said.numbers.studies) == (
        {"learned": ""},
        "2012",
        {"b"},
        {("study", ("2",))},
    )
    assert read("Behnke2003 (E-1690)").marks == set()
    assert (
        read("Goldstein2004a (HMAT - Study Group A, ID#4091)").numbers.parts
        == read("Goldstein 2004 (HMAT-A)").numbers.parts
        == {("group", "a")}
    )
    assert read("CL3-20098-022", 2001).year == "2001"


@pytest.mark.parametrize("piece", ["A ", "I ", "1,", "study ", "a", "a-", "(", "SUSTAIN-1 and ", "NCT ", "2010 ", " "])
def test_a_cell_full_of_anything_is_read_at_once(piece: str) -> None:
    assert read(f"Smith 2020 (study 3) {piece * 100_000}").year == "2020"
    assert find_registrations(piece * 1000) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Smith 2020 (11492A, NCT00839423)", "Smith 2020 (study 7; NCT 00839423)", True),
        ("Smith 2020 (ANZCTR 12605000001606)", "Jones 2021 (ACTRN12605000001606)", True),
        ("Smith 2020 (NCT00807248)", "Smith 2020 (NCT00807249)", False),
        ("Smith 2020 (ANZCTR 12605000001606)", "Smith 2020 (ANZCTR 12605000002606)", False),
        ("Smith 2020 (RBR-3abcde)", "Smith 2020 (RBR-4bcdef)", False),
        ("Smith 2020 (HKUCTR-12)", "Smith 2020 (HKUCTR-13)", False),
        ("Smith 2020 (NL-OMON20021)", "Smith 2020 (NL-OMON20022)", False),
    ],
)
def test_a_registration_in_a_label_is_one(tmp_path: Path, one: str, other: str, found: bool) -> None:
    con = lineage_of(tmp_path, a=[trial("x", one)], b=[trial("y", other, OTHERWISE)])
    assert [evidence.split(",")[0] for *_, evidence in joined(con)] == ["registration-id"] * found
    assert [doubt for *_, doubt in doubted(con)] == ["they have different numbers in one trial registry"] * (not found)


UNREGISTERED = (
    "Smith NL 2010; Smith NL, 2010; Smith (NL 2010); Smith NL2010; Smith NL-2010; Smith NTR 2010; Smith NTR2010; Smith KCT 2010; Smith RBR 2010; "
    "Smith RBR Lancet 2010; Smith 2010 (NL 100 patients); Smith 2010 (per 100 20); Smith 2010 (NCT no 2); Smith 2010 (NCT0000001); Smith 2010 (NCT000000001)"
)
"""Labels in which initials, a country, a word or a misprinted number is no registration."""

REFERRING = (
    "extension of NCT00000001; follow-up to NCT00000001; follow-up study of the trial NCT00000001; roll-over from NCT00000001; parent trial: NCT00000001; "
    "see NCT00000001; cf. NCT00000001; responders of NCT00000001; relapsed in NCT00000001; NCT00000001 open-label extension; compared with NCT00000001; "
    "extension of NCT00000001 and NCT00000003; patients completing NCT00000001; completers of NCT00000001"
)
"""What makes of a registration another trial's."""


@pytest.mark.parametrize("label", UNREGISTERED.split("; "))
def test_initials_and_misprints_are_no_registration(label: str) -> None:
    assert own_registrations(label) == []


def test_a_year_is_a_dutch_number_only_beside_another_year() -> None:
    assert [own_registrations(label) for label in ("NL2010", "Smith 2013 (NL2010)")] == [[("NL", "NL2010")]] * 2
    assert own_registrations("Peeters (Dutch Trial Register NTR2010)") == [("NTR", "NTR2010")]
    assert own_registrations("Peeters NTR2010, registered") == []


@pytest.mark.parametrize("words", REFERRING.split("; "))
def test_a_registration_that_a_label_refers_to_is_not_its_own(words: str) -> None:
    assert own_registrations(f"Smith 2012 ({words})") == []
    assert own_registrations(f"Smith 2012 ({words}; NCT00000002)") == [("NCT", "NCT00000002")]


@pytest.mark.parametrize(
    "words",
    [
        "secondary analysis of NCT1",
        "part 2 of NCT1",
        "post hoc of NCT1",
        "registered as NCT1",
        "reported in NCT1",
        "study of NCT1",
        "NCT1",
        "registered at ClinicalTrials.gov as NCT1",
        "synopsis of NCT1",
        "CSR of NCT1",
        "poster of NCT1",
        "registry entry of NCT1",
        "US sites of NCT1",
        "interim of NCT1",
        "figures taken from NCT1",
    ],
)
def test_a_report_of_a_trial_has_its_registration(words: str) -> None:
    assert own_registrations(f"Smith 2012 ({words.replace('NCT1', 'NCT00000001')})") == [("NCT", "NCT00000001")]


def test_an_acronym_joins_no_labels_of_years_far_apart(tmp_path: Path) -> None:
    con = lineage_of(
        tmp_path,
        a=[trial("x", "KHAN 1, 2010"), trial("z", "SPRING-2", year=2018)],
        b=[trial("y", "KHAN 1, 2015", OTHERWISE), trial("w", "SPRING-2 (Lee 2019)", OTHERWISE, year=2019)],
    )
    assert joined(con) == [("z", "w", "label")]
    assert [(one, other) for one, other, _ in doubted(con)] == [("x", "y")]


def test_a_number_alone_in_brackets_is_a_size_where_the_study_has_it(tmp_path: Path) -> None:
    con = lineage_of(
        tmp_path,
        a=[trial("x", "Smith 2020 (238)"), trial("z", "Jones 2020 (314)")],
        b=[trial("y", "Smith 2020 (study 448)", OTHERWISE), trial("w", "Jones 2020 (study 448)", OTHERWISE)],
    )
    assert joined(con) == [("x", "y", "label")]
    assert [(one, other) for one, other, _ in doubted(con)] == [("z", "w")]


def _of_other_years(
    tmp_path: Path, labels: Sequence[tuple[str, str]], sizes: tuple[int, int] = SIZES
) -> tuple[Any, list[tuple[str, str]]]:
    """A registry in which each pair of labels is of another year, and its acronyms are others, so that no other pair is cited alike; and the labels."""
    pairs = [(_otherwise(one, n), _otherwise(other, n)) for n, (one, other) in enumerate(labels)]
    con = lineage_of(
        tmp_path,
        a=[trial(f"x{n}", one, year=1900 + n) for n, (one, _) in enumerate(pairs)],
        b=[trial(f"y{n}", other, OTHERWISE, sizes, year=1900 + n) for n, (_, other) in enumerate(pairs)],
    )
    return con, pairs


def _otherwise(label: str, number: int) -> str:
    years = label.replace("2020", str(1900 + number)).replace("2021", str(1901 + number))
    letters = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
    return re.sub(
        r"\b(transform|sustain|aspire)\b",
        lambda found: found[1] + (letters if found[1].isupper() else letters.lower()),
        years,
        flags=re.IGNORECASE,
    )
