"""What the pages of a site say, read from the database: every trial, rate, definition, treatment, rule, comparison and claim has its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry.answers.cautions import caution
from registry.answers.ladder_words import no_rung
from registry.forest.pictures import Picture
from registry.forest.rules_picture import ByRule, rules_picture, spread_picture
from registry.pooling.measures import LEADING, MEASURES
from registry.pooling.scales import RATIO
from registry.site import places
from registry.site.claims_pages import claims_pages
from registry.site.definition_pages import DefinitionPages
from registry.site.facts import Facts, Row, grouped
from registry.site.gate import findings_by_rule, gate_page
from registry.site.instrument_pages import InstrumentPages
from registry.site.population_pages import PopulationPages
from registry.site.rendering import Page
from registry.site.showing import (
    files_of,
    ladder_pictures,
    link_pages,
    network_pictures,
    rate_pages,
    rule_groups,
    shown,
    tables_of,
    times_pictures,
)
from registry.strata.rows import MAIN
from schemas.classes import classes_above
from schemas.tables import TABLES

if TYPE_CHECKING:
    from registry.depositing.about import About
    from validation.report import PackageReport

__all__ = ["Content"]


@dataclass(frozen=True)
class Content:
    """The pages of a registry."""

    facts: Facts
    releases: Mapping[str, About] = field(default_factory=dict)
    """What is known of accepted packages, by name."""
    gate: PackageReport | None = None
    """What the gate found, if it was run."""

    def pages(self) -> Iterator[Page]:
        """Every page, the first one last: it counts the others."""
        made: list[Page] = []
        for some in (
            self.packages(),
            self.trials(),
            self._definitions.pages(),
            PopulationPages(self.facts).pages(),
            InstrumentPages(self.facts).pages(),
            self.treatments(),
            self.rules(),
            self.comparisons(),
            claims_pages(self.facts.con),
        ):
            for page in some:
                made.append(page)
                yield page
        yield gate_page(self.gate)
        yield from self._lists(made)

    @cached_property
    def _definitions(self) -> DefinitionPages:
        return DefinitionPages(self.facts)

    def packages(self) -> Iterator[Page]:
        """A page a package: what is in it, its findings, its sources, how it is cited."""
        studies = grouped(self.facts.studies, "package")
        rules = grouped(
            self.facts.asked("SELECT * FROM rules WHERE outcome IN ('violated', 'waived', 'errored') ORDER BY package, rule"),
            "package",
        )
        lineage = grouped(self.facts.asked("FROM lineage ORDER BY ALL"), "package")
        waivers = grouped(self.facts.asked("FROM waivers ORDER BY ALL"), "package")
        sources = grouped(self.facts.asked("FROM sources ORDER BY ALL"), "package")
        tables = grouped(
            self.facts.asked(
                " UNION ALL ".join(
                    f"SELECT package, '{name}' AS name, count(*) AS rows FROM {name} GROUP BY package"
                    for name in ("studies", "arms", "outcomes", "scores", "contrasts", "harms", "profiles", "claims", "sources")
                )
                + " ORDER BY ALL"
            ),
            "package",
        )
        for row in self.facts.asked("FROM packages ORDER BY name"):
            name = row["name"]
            given = {
                "of": row,
                "release": self.releases.get(name),
                "tables": tables.get((name,), ()),
                "rules": rules.get((name,), ()),
                "findings": self.facts.findings.get(name, ()),
                "lineage": lineage.get((name,), ()),
                "waivers": waivers.get((name,), ()),
                "sources": sources.get((name,), ()),
                "has_claims": any(one["name"] == "claims" for one in tables.get((name,), ())),
            }
            page = Page(places.package(name), "package", row["title"] or name, "package.html.jinja", given, name)
            yield from link_pages(page, studies=studies.get((name,), ()))

    def trials(self) -> Iterator[Page]:
        """A page a study: arms, every rate with its permalink, scores, sources, where else the trial is, findings."""
        arms = grouped(self.facts.asked("SELECT * FROM arms ORDER BY package, study_id, arm_id"), "package", "study_id")
        scores = grouped(
            self.facts.asked("FROM scores ORDER BY package, study_id, instrument_id, timepoint_days, statistic, arm_id"),
            "package",
            "study_id",
        )
        harms = {
            (package, study): n
            for package, study, n in self.facts.con.execute(
                "SELECT package, study_id, count(*) FROM harms GROUP BY ALL"
            ).fetchall()
        }
        same = grouped(self.facts.studies, "trial_id")
        for row in self.facts.studies:
            key = (row["package"], row["study_id"])
            names = {arm["arm_id"]: arm["label"] or arm["arm_id"] for arm in arms.get(key, ())}
            given = {
                "of": row,
                "population": self.facts.label("populations", row["population_id"]),
                "design": self.facts.design(row),
                "entry": self.facts.label("instruments", row["entry_instrument_id"]),
                "arms": [
                    {
                        **arm,
                        "called": self.facts.label("treatments", arm["treatment_id"]),
                        "role_label": self.facts.label("arm_roles", arm["role"]),
                    }
                    for arm in arms.get(key, ())
                ],
                "arm_names": names,
                "rates": self.facts.rates.get(key, ()),
                "others": self.facts.others.get(key, ()),
                "scores": [
                    {
                        **one,
                        "called": self.facts.label("instruments", one["instrument_id"]),
                        "at": places.anchor("score", (one[name] for name in TABLES["scores"].key())),
                        "of_whom": self.facts.of_whom(one),
                        "source": self.facts.cited(one["package"], one["source_id"] or row["source_id"]),
                    }
                    for one in scores.get(key, ())
                ],
                "harms": harms.get(key, 0),
                "elsewhere": [other for other in same[row["trial_id"],] if other is not row],
                "source": self.facts.sources.get((row["package"], row["source_id"])),
                "findings": self.facts.findings.get(key, ()),
            }
            words = " ".join(str(row[n]) for n in ("registration_id", "doi", "pmid", "study_id") if row[n])
            path, name = places.trial(*key), row["label"] or row["study_id"]
            groups = rule_groups(given["rates"], path)
            pictures = [rules_picture(groups, name)] if groups else []
            given["by_rule"] = shown(pictures, path)
            page = Page(path, "trial", name, "trial.html.jinja", given, words, files_of(pictures, path))
            yield page
            yield from tables_of(pictures, page)

    def treatments(self) -> Iterator[Page]:
        """A page a treatment and a class: every rate there is of it, and what it is compared with."""
        drugs = {row["treatment_id"]: row for row in self.facts.asked("FROM vocabulary.treatments")}
        classes = {row["class_id"]: row for row in self.facts.asked("FROM vocabulary.treatment_classes")}
        rates: dict[str, list[Row]] = defaultdict(list)
        for some in self.facts.rates.values():
            for row in some:
                rates[row["treatment"]].append(row)
                for one in (row["class"], *classes_above(row["class"])):
                    rates[one].append(row)
        against = defaultdict(list)
        for a, b in self.facts.con.execute("SELECT DISTINCT a, b FROM ladder ORDER BY ALL").fetchall():
            against[a].append(b)
            against[b].append(a)
        for term, row in {**classes, **drugs}.items():
            members = [one for one in classes if classes[one]["broader"] == term]
            members += sorted(name for name, drug in drugs.items() if drug["class_id"] == term)
            given = {
                "of": row,
                "term": term,
                "class_": row.get("class_id") if term in drugs else None,
                "class_label": classes[row["class_id"]]["label"] if term in drugs else None,
                "members": [(name, {**classes, **drugs}[name]["label"]) for name in members],
                "against": [(other, self.facts.label("subjects", other)) for other in sorted(against.get(term, ()))],
            }
            path = places.treatment(term)
            pictures = times_pictures(self.facts, term)
            given["times"] = shown(pictures, path)
            own = sorted(rates.get(term, ()), key=lambda r: (r["outcome"], r["study"] or "", r["day"] or -1, r["arm_id"]))
            page = Page(path, "treatment", row["label"], "treatment.html.jinja", given, term, files_of(pictures, path))
            yield from rate_pages(page, own)
            yield from tables_of(pictures, page)

    def rules(self) -> Iterator[Page]:
        """A page a rule: what must hold, why, what it can't see, and where it is broken now."""
        from validation.catalogue import catalogue
        from validation.examples import examples

        broken = defaultdict(list)
        for row in self.facts.asked("SELECT rule, package, outcome, violations FROM rules WHERE violations > 0 ORDER BY ALL"):
            broken[row["rule"]].append(row)
        gated = findings_by_rule(self.gate)
        checked = set() if self.gate is None else {outcome.rule for outcome in self.gate.outcomes}
        for rule in catalogue().values():
            given = {
                "gated": gated.get(rule.id, ()) if rule.id in checked else None,
                "of": rule,
                "broken": broken.get(rule.id, ()),
                "breaks": examples(rule, rule.breaks),
                "keeps": examples(rule, rule.keeps),
            }
            yield Page(places.rule(rule.id), "rule", f"{rule.id} {rule.name}", "rule.html.jinja", given, rule.must)

    def comparisons(self) -> Iterator[Page]:
        """A page a pair with figures on both sides: what has to be assumed, the figures, and the effects within strata."""
        ladder = grouped(self.facts.asked("FROM ladder ORDER BY outcome, a, b, place"), "a", "b")
        effects = grouped(
            self.facts.asked(
                "SELECT * FROM pooled_contrasts WHERE variant = ? AND measure = ? ORDER BY outcome, stratum, via NULLS FIRST",
                MAIN,
                LEADING,
            ),
            "a",
            "b",
        )
        networks = grouped(
            self.facts.asked(
                "SELECT * FROM pooled_networks WHERE kind <> 'none' AND variant = ? ORDER BY outcome, stratum, kind DESC", MAIN
            ),
            "a",
            "b",
        )
        graphs = {pair: network_pictures(self.facts, rows, *pair) for pair, rows in networks.items()}
        for row in (row for some in (*effects.values(), *networks.values()) for row in some):
            row["stratum"] = self.facts.stratum(row["stratum"])
        for row in (rung for rungs in ladder.values() for rung in rungs):
            row["changed"] = self.facts.changed(row["changed"])
        for row in (row for some in (*ladder.values(), *effects.values()) for row in some):
            row["caution"] = _caution(row)
            row["via"] = row["via"] and self.facts.label("subjects", row["via"])
        for rows in networks.values():
            measured = {(row["outcome"], row["stratum"]) for row in rows if row["kind"] == "direct"}
            for row in rows:
                alone = (row["outcome"], row["stratum"]) not in measured
                row["caution"] = caution(row["low"], row["high"]) if alone else ""
        for a, b in sorted(ladder):
            one, other = (self.facts.label("subjects", name) for name in (a, b))
            path = places.comparison(a, b)
            rungs = {outcome: rows for (outcome,), rows in grouped(ladder[a, b], "outcome").items()}
            pictures = ladder_pictures(rungs, (one, other))
            given = {
                "a": a,
                "b": b,
                "names": (one, other),
                "rungs": rungs,
                "pictures": pictures,
                "ladders": {outcome: shown([picture], path, table=False) for outcome, picture in pictures.items()},
                "effects": effects.get((a, b), ()),
                "networks": networks.get((a, b), ()),
                "graphs": shown(graphs.get((a, b), ()), path),
            }
            page = Page(
                path,
                "comparison",
                f"{one} and {other}",
                "comparison.html.jinja",
                given,
                f"{a} {b} versus compare",
                files_of([*pictures.values(), *graphs.get((a, b), ())], path),
            )
            yield page
            yield from tables_of(graphs.get((a, b), ()), page)

    def _explored(self, path: str) -> tuple[list[Picture], list[Row]]:
        """The picture of all trials that count the same people by several rules, and a line of each, the widest spread first."""
        groups = rule_groups((row for rates in self.facts.rates.values() for row in rates), path)
        trials: dict[tuple[str, str | None], list[ByRule]] = defaultdict(list)
        for group in groups:
            trials[group.study, group.link].append(group)
        told = [
            {
                "study": study,
                "link": link,
                "outcomes": sorted({one.outcome for one in some}),
                "arms": len({one.arm for one in some}),
                "rules": len({rate.rule for one in some for rate in one.rates}),
                "spread": some[0].spread,
            }
            for (study, link), some in trials.items()
        ]
        return [spread_picture(groups)] if groups else [], told

    def _lists(self, made: Sequence[Page]) -> Iterator[Page]:
        """A list of each kind, and the first page."""
        kinds = {
            "package": (
                "packages/index.html",
                "Packages",
                "Data sets, each from one kind of source, with its files to download.",
            ),
            "trial": (
                "trials/index.html",
                "Trials",
                "Each with its arms and every rate, score and source. A trial in several packages has a page in each.",
            ),
            "definition": (
                "definitions/index.html",
                "Definitions",
                "Rules by which trials count a patient as better: response, remission and the like, each on one scale with one cut-off. "
                "They are in classes: rates are pooled within a class and never across.",
            ),
            "population": (
                "populations/index.html",
                "Populations",
                "Who was eligible: what was required, which trials required it, and how one population differs from the next.",
            ),
            "instrument": (
                "instruments/index.html",
                "Instruments",
                "Rating scales, each in one version, with the definitions and scores on it.",
            ),
            "treatment": (
                "treatments/index.html",
                "Treatments",
                "Drugs, other treatments and classes of them, each with every rate.",
            ),
            "rule": (
                "rules/index.html",
                "Rules",
                "What is checked of every package and of the registry, with where it is broken now.",
            ),
            "comparison": (
                "comparisons/index.html",
                "Comparisons",
                "Two treatments or classes, with what has to be assumed to set their rates side by side.",
            ),
            "claims": (
                "claims/index.html",
                "Claims",
                "What publications say, each claim with a verdict by the registry’s figures.",
            ),
        }
        for kind, (path, title, says) in kinds.items():
            mine = sorted((page for page in made if page.kind == kind), key=lambda page: page.title.lower())
            pictures, explored = self._explored(path) if kind == "definition" else ([], [])
            listed: Row = {"kind": kind, "total": len(mine), "by_rule": shown(pictures, path), "explored": explored, "says": says}
            template = "list.html.jinja"
            if kind == "comparison":
                listed |= {"subjects": self._subjects(mine), "norung": no_rung("{outcomes}")}
                template = "comparisons.html.jinja"
            if kind == "definition":
                listed |= {"tree": self._definitions.tree()}
                template = "definitions.html.jinja"
            page = Page(path, "list", title, template, listed, files=files_of(pictures, path))
            # The page of comparisons has a choice of two in place of a list.
            yield from link_pages(page, pages=() if kind == "comparison" else mine)
            yield from tables_of(pictures, page)
        counts = {kind: sum(page.kind == kind for page in made) for kind in kinds}
        (figures,) = self.facts.asked(
            "SELECT (SELECT count(DISTINCT trial_id) FROM trials) AS trials, (SELECT count(*) FROM arms) AS arms, "
            "(SELECT count(*) FROM outcomes) AS outcomes, (SELECT count(DISTINCT definition_id) FROM outcomes) AS definitions"
        )
        flagship = [page for page in made if page.path == places.comparison("ketamine", "ssri")]
        ladders = {
            outcome: shown([picture], page.path, "index.html")
            for page in flagship
            for outcome, picture in page.given["pictures"].items()
        }
        given = {
            "counts": counts,
            "figures": figures,
            "flagship": flagship[0] if flagship else None,
            "ladders": ladders,
            "kinds": kinds,
        }
        yield Page("index.html", "home", "Trial outcomes", "home.html.jinja", given)

    def _subjects(self, comparisons: Sequence[Page]) -> list[dict[str, Any]]:
        """Every treatment and class: what it is called, the class it is in, of which outcomes there are rates to compare, and how many pages compare
        it with another.
        """
        pages = Counter(page.given[side] for page in comparisons for side in "ab")
        rated = dict(
            self.facts.con.execute(
                "SELECT subject, list(DISTINCT outcome ORDER BY outcome) FROM (FROM ladder UNPIVOT (subject FOR side IN (a, b))) GROUP BY ALL"
            ).fetchall()
        )
        found = self.facts.asked(
            "SELECT treatment_id::VARCHAR AS term, label, class_id::VARCHAR AS within FROM vocabulary.treatments "
            "UNION ALL SELECT class_id::VARCHAR, label, NULL FROM vocabulary.treatment_classes "
            "WHERE class_id::VARCHAR NOT IN (SELECT treatment_id::VARCHAR FROM vocabulary.treatments) ORDER BY lower(label), term"
        )
        return [{**one, "rates": rated.get(one["term"], []), "pages": pages[one["term"]]} for one in found]


def _caution(row: Row) -> str:
    """The warning beside the ratio with which a row leads, where no trial had both: by a network, or through a third treatment."""
    if "population" in row.get("assumptions", ()):
        return ""
    if row.get("network") is not None:
        return "" if row["network_direct"] else caution(row["network_low"], row["network_high"])
    leads = row["via"] and row["estimate"] is not None
    return caution(row["low"], row["high"]) if leads and MEASURES[row["measure"]].scale is RATIO else ""
