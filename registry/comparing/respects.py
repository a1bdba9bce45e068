"""The eight respects in which two treatments are set side by side: six of statements and figures, and the two rates.

Statements come from ``profiles``, each with its source. For side effects and onset the registry's own figures come first: what share had each
adverse event, and the first visit at which an arm did better than the placebo or sham of its own trial. Rates stand stratum by stratum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from registry.comparing.comparison import Comparison
from registry.comparing.sides import Side
from registry.comparing.terms import labels_of, populations_in
from registry.pooling.scales import SHARE, whole_percent
from registry.strata.stratum import Stratum
from schemas.classes import classes_within
from schemas.roles import is_placebo, placebos_in_words
from schemas.vocabulary import rows
from schemas.wording import counted, told_day

if TYPE_CHECKING:
    import duckdb

__all__ = ["Cell", "Respect", "Statement", "link_of", "respects"]

_IN_A_DOI = "/:;()._-~!$&*+,=@"
_IN_AN_ADDRESS = _IN_A_DOI + "%?#[]"
"""Characters besides letters and digits that an address contains unencoded: those that RFC 3986 allows, except the apostrophe."""

_ATTRIBUTES = {
    "delivery": "Delivery",
    "mechanism": "Mechanism",
    "experience": "Experience",
    "course": "Course",
    "side-effects": "Side effects",
    "onset": "Onset",
}

_MOST_EVENTS = 6
_FEWEST_AT_RISK = 50
"""With fewer participants, a percentage of adverse events is too imprecise for the table."""

_MOST_STRATA = 4


@dataclass(frozen=True)
class Statement:
    """A sentence with the document that it rests on; ``link`` opens that."""

    text: str
    source: str | None
    link: str | None
    locator: str | None


@dataclass(frozen=True)
class Cell:
    """The statements on one subject in one respect; empty if the registry has none."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Respect:
    """One row of the table."""

    name: str
    a: Cell
    b: Cell


def respects(con: duckdb.DuckDBPyConnection, comparison: Comparison) -> list[Respect]:
    """The eight rows for the two subjects, from a connection to the database: figures of the population that was asked for alone, where one was."""
    a, b = comparison.a, comparison.b
    found = []
    among = _Among(con, comparison.population)
    profiles = {subject: _profiles(among, subject) for subject in (a, b)}
    for attribute, name in _ATTRIBUTES.items():
        cells = [Cell((*_figures(among, attribute, subject), *profiles[subject][attribute])) for subject in (a, b)]
        found.append(Respect(name, *cells))
    for answer in comparison.outcomes:
        sides = {subject: [] for subject in (a, b)}  # type: ignore[var-annotated]
        for shared in answer.shared:
            sides[a].append((shared.stratum, shared.a))
            sides[b].append((shared.stratum, shared.b))
        for apart in answer.apart:
            sides[apart.side.subject].append((apart.stratum, apart.side))
        left = {s: sum(len(u.rows) for u in answer.unpooled if u.subject == s) for s in (a, b)}
        cells = [Cell(tuple(_rates(among, answer.outcome, sides[subject], left[subject]))) for subject in (a, b)]
        found.append(Respect(f"{answer.outcome.capitalize()} rate", *cells))
    return found


def link_of(source: str | None) -> str | None:
    """The address that opens a source: of a DOI the resolver's, of an address itself, else none.

    It begins with http, and what doesn't belong into an address is percent-encoded: words of data become no other sort of link.
    """
    if source is None:
        return None
    if source.startswith("doi:"):
        return f"https://doi.org/{quote(source.removeprefix('doi:'), safe=_IN_A_DOI, errors='replace')}"
    return quote(source, safe=_IN_AN_ADDRESS, errors="replace") if re.fullmatch(r"https?://\S+", source) else None


@dataclass(frozen=True)
class _Among:
    """What figures are asked of: the database, and those of its trials that had the population asked for or one within it; without one, all of them."""

    con: duckdb.DuckDBPyConnection
    population: str | None

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Words for ids."""
        return labels_of(self.con)

    @cached_property
    def _fitting(self) -> list[str] | None:
        return None if self.population is None else sorted(populations_in(self.con, self.population))

    def word(self, term: str) -> str:
        """The words for an id."""
        return self.labels.get(term, term)

    def figures(self, query: str, view: str, **asked: object) -> list[tuple[Any, ...]]:
        """The answer to a query on the table ``figures``: the rows of a view on trials in this population."""
        own = f"WITH figures AS (FROM {view} WHERE $fitting IS NULL OR list_contains($fitting::VARCHAR[], population::VARCHAR)) {query}"
        return self.con.execute(own, {**asked, "fitting": self._fitting}).fetchall()

    def none_of(self, what: str, more: str = "") -> Iterator[Statement]:
        """That there is nothing of the population asked for, if one was: else an empty cell says it."""
        if self.population is not None:
            yield Statement(f"no {what} in {self.word(self.population)}{more}", None, None, None)


def _profiles(among: _Among, subject: str) -> dict[str, list[Statement]]:
    """By attribute, the statements on a subject; on a treatment without any, those on its class, and on a class besides those on its treatments. They are
    of the treatment in anybody, which the table says where a population was asked for.
    """
    query = """
        SELECT p.attribute, p.treatment_id, p.text, coalesce('doi:' || s.doi, s.url, s.title), p.source_locator
        FROM profiles p
        LEFT JOIN sources s ON s.package = p.package AND s.source_id = p.source_id
        WHERE p.treatment_id IN (SELECT unnest($subjects))
        ORDER BY list_position($subjects, p.treatment_id), p.package, p.source_id"""
    within = classes_within(subject)
    related = "SELECT treatment_id, class_id FROM vocabulary.treatments WHERE list_has_any($within, [treatment_id, class_id]) ORDER BY treatment_id"
    treatments = among.con.execute(related, {"within": within}).fetchall()
    members = [*within[1:], *(treatment for treatment, class_ in treatments if class_ in within)]
    classes = [class_ for treatment, class_ in treatments if treatment == subject]
    told: dict[str, list[Statement]] = {attribute: [] for attribute in _ATTRIBUTES}
    # What is told of the subject itself, and then what of its class where nothing was.
    for subjects in ([subject, *members], classes):
        wanting = {attribute for attribute, statements in told.items() if not statements}
        found = among.con.execute(query, {"subjects": subjects}).fetchall() if subjects and wanting else []
        for attribute, treatment, text, source, locator in found:
            if attribute in wanting:
                of = [
                    *([among.word(treatment)] if treatment != subject else []),
                    *(["not of this population alone"] if among.population else []),
                ]
                told[attribute].append(Statement(f"({'; '.join(of)}) {text}" if of else text, source, link_of(source), locator))
    return told


_VIEWS = {"side-effects": ("adverse_event_rates", "node"), "onset": ("separations", "treatment")}
"""The view with the figures of a respect, and its column of the treatment that an arm counts as."""


def _figures(among: _Among, attribute: str, subject: str) -> Iterator[Statement]:
    """The registry's own figures in a respect; if there are none in the population asked for, how many trials of others have some."""
    if attribute not in _VIEWS:
        return
    told = list((_adverse_events if attribute == "side-effects" else _first_separations)(among, subject))
    yield from told
    if told:
        return
    view, treatment = _VIEWS[attribute]
    query = f'SELECT count(DISTINCT trial) FROM figures WHERE list_has_any($subjects, [{treatment}, "class"])'
    ((others,),) = _Among(among.con, None).figures(query, view, subjects=classes_within(subject))
    if others:
        yield from among.none_of(
            "figure", f"; {counted(others, 'trial')} of other populations {'has' if others == 1 else 'have'} some"
        )


def _adverse_events(among: _Among, subject: str) -> Iterator[Statement]:
    """The commonest adverse events: where trials count them against a placebo, in these trials alone, and the phases of treatment apart.

    Of several trials the placebo's share is each trial's own, weighed by the people who had the treatment there: summed over arms of other sizes, the
    trials' own rates would be compared (10.1186/1471-2288-2-3).
    """
    found = among.figures(
        f"""
        , counted AS (
          SELECT *, trial || '\n' || phase AS place FROM figures
          WHERE serious IS DISTINCT FROM true AND n > 0 AND events IS NOT NULL
        ), own AS (
          FROM counted WHERE list_has_any($subjects, [node, "class"]) AND NOT regexp_matches(term, '(?i)\\b(any|serious)\\b')
        ), control AS (
          SELECT place, event, sum(events) AS events, sum(n) AS n, list(DISTINCT role) AS roles FROM counted
          WHERE {is_placebo("role")} AND NOT list_has_any($subjects, [node, "class"]) GROUP BY ALL
        ), paired AS (
          SELECT o.*, o.n * c.events / c.n AS expected, c.n IS NOT NULL AS against, bool_or(c.n IS NOT NULL) OVER (PARTITION BY o.event, o.phase) AS any_against
          FROM own o LEFT JOIN control c USING (place, event)
        ), summed AS (
          SELECT min(term) AS term, event, phase, count(DISTINCT place) AS trials, sum(events)::BIGINT AS events, sum(n)::BIGINT AS n, sum(expected) AS expected,
            coalesce(list(DISTINCT source ORDER BY source) FILTER (source IS NOT NULL), []) AS sources, list(DISTINCT place) AS places
          FROM paired WHERE against OR NOT any_against GROUP BY event, phase
        )
        FROM (
          SELECT s.term, s.phase, s.trials, s.events, s.n, s.expected, sum(c.events)::BIGINT AS placebo, sum(c.n)::BIGINT AS at_risk, s.sources, flatten(list(c.roles)) AS roles
          FROM summed s LEFT JOIN control c ON c.event = s.event AND list_contains(s.places, c.place)
          WHERE s.n >= $fewest GROUP BY ALL
        ) ORDER BY events / n DESC, term, phase LIMIT $most""",
        "adverse_event_rates",
        subjects=classes_within(subject),
        fewest=_FEWEST_AT_RISK,
        most=_MOST_EVENTS,
    )
    for term, phase, trials, events, n, expected, placebo, at_risk, sources, roles in found:
        against = "" if not at_risk else f", {placebos_in_words(roles)} {_share(placebo, at_risk)} of {at_risk:,}"
        if at_risk and trials > 1:
            against = f", {placebos_in_words(roles)} {_weighed(expected / n, placebo)} in these trials, weighed alike"
        during = "" if phase in ("acute", "unstated") else f", {among.word(phase).lower()}"
        text = f"{term}: {_share(events, n)} of {n:,} participants ({counted(trials, 'trial')}{during}){against}"
        yield Statement(text, "; ".join(sources), link_of(sources[0]) if len(sources) == 1 else None, None)
    if not found:
        query = 'SELECT count(*) FROM figures WHERE list_has_any($subjects, [node, "class"])'
        ((held,),) = among.figures(query, "adverse_event_rates", subjects=classes_within(subject))
        if held:
            wanted = f"a count of one adverse event among at least {_FEWEST_AT_RISK} participants"
            yield Statement(f"{counted(held, 'figure')}, none of them {wanted}", None, None, None)


def _weighed(share: float, events: int) -> str:
    """A share that isn't one of so many people; none of nobody with the event, and everybody's is whole."""
    percent = 100 * share
    return f"{percent:.0f}%" if not events or 1 <= percent <= 99 else f"{percent:.1f}%" if percent >= 0.05 else "under 0.1%"


def _share(events: int, n: int) -> str:
    """A share in per cent: 0% is nobody, and 100% everybody."""
    percent = 100 * events / n
    return (
        f"{percent:.0f}%"
        if percent in (0, 100) or 1 <= percent <= 99
        else f"{percent:.1f}%"
        if 0.05 <= percent <= 99.95
        else f"{events:,}/{n:,}"
    )


def _first_separations(among: _Among, subject: str) -> Iterator[Statement]:
    """Of each measure the first visit at which an arm of the subject did better than placebo, and in how many trials and arms of those that looked it is so: the
    first of many trials says little.
    """
    found = among.figures(
        """
        , looks AS (
          SELECT *, min(day) OVER (PARTITION BY trial, measure) AS looked, min(day) FILTER (separate) OVER (PARTITION BY measure) AS earliest,
            package = min(package) OVER (PARTITION BY trial, measure, day) AS told
          FROM figures WHERE day IS NOT NULL AND separate IS NOT NULL AND list_has_any($subjects, [treatment, "class"])
        )
        SELECT measure, min(day) AS first_looked, count(DISTINCT trial) AS trials, count(DISTINCT trial) FILTER (separate) AS ever, list(DISTINCT control_role) AS roles,
          count(DISTINCT trial) FILTER (looked <= earliest) AS as_early,
          count(DISTINCT trial) FILTER (separate AND day = earliest) AS then_apart,
          count(DISTINCT (trial, arm)) FILTER (day = earliest AND told) AS arms, count(DISTINCT (trial, arm)) FILTER (separate AND day = earliest AND told) AS arms_apart,
          first({study: study, day: day, looked: looked, control: control, source: source, locator: locator, definition: definition}
            ORDER BY day, study, control, definition, source, locator, difference) FILTER (separate) AS first
        FROM looks GROUP BY measure ORDER BY measure DESC""",
        "separations",
        subjects=classes_within(subject),
    )
    for measure, looked, trials, ever, roles, as_early, then_apart, arms, arms_apart, first in found:
        against = f"against {placebos_in_words(roles)}"
        said = f"in {counted(trials, 'trial')} {against}, first measured on {told_day(looked)}"
        of = (
            f"by then {then_apart} of {counted(as_early, 'trial')} that looked as early, {arms_apart} of {counted(arms, 'arm')} at that visit; "
            f"at any visit {ever} of {counted(trials, 'trial')} {against}"
        )
        if first is None:
            yield Statement(f"{measure.capitalize()}: no visit at which arms separate ({said})", None, None, None)
            continue
        # At the first visit of which a trial gives counts, how soon its arms separated can't be seen.
        when = "are already apart at the first visit with counts," if first["day"] == first["looked"] else "first separate on"
        text = f"{measure.capitalize()}: arms {when} {told_day(first['day'])}, in {first['study']} ({among.word(first['definition'])}; {of})"
        yield Statement(text, first["source"], link_of(first["source"]), first["locator"])


def _rates(among: _Among, outcome: str, sides: Sequence[tuple[Stratum, Side]], left: int) -> Iterator[Statement]:
    """The largest strata of a subject; there is no number over all of them."""
    sets = {row["term"]: row["label"].lower() for row in rows("analysis_sets")}
    largest = sorted(sides, key=lambda one: (-one[1].n, one[0]))
    for stratum, side in largest[:_MOST_STRATA]:
        p = side.pooled
        sources = sorted({row.source for row in side.rows if row.source})
        text = (
            f"{whole_percent(p.estimate)} (95% CI {SHARE.interval(p.low, p.high)}; {counted(p.k, 'trial')}, n = {p.n:,}): "
            f"{' · '.join(stratum.in_words(among.word))} · {' / '.join(sets.get(one, one) for one in side.sets)}"
        )
        yield Statement(
            text,
            "; ".join(sources[:3]) + ("; …" if len(sources) > 3 else ""),
            link_of(sources[0]) if len(sources) == 1 else None,
            None,
        )
    if len(largest) > _MOST_STRATA:
        yield Statement(f"and {counted(len(largest) - _MOST_STRATA, 'more stratum', 'more strata')}", None, None, None)
    if left:
        yield Statement(f"{counted(left, f'{outcome} rate')} not pooled because something is unstated", None, None, None)
    if not (sides or left):
        yield from among.none_of(f"{outcome} rate")
