"""What several kinds of page need of the database: its rows, and the words in which readers have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from registry.comparing.terms import labels_of
from registry.forest.lines import Words
from registry.forest.network_picture import StratumGraphs
from registry.site import places
from registry.strata.rate_views import rates_sql
from registry.strata.rows import MAIN, read_rows, variant
from registry.strata.rows import Row as Arm
from registry.strata.stratum import Stratum
from schemas.outcome_words import COMPARED
from schemas.vocabulary import terms

if TYPE_CHECKING:
    import duckdb

__all__ = ["Facts", "Row", "grouped", "upwards"]

Row = dict[str, Any]
Key = tuple[str, str]

_OF_A_RATE = ("arm_id", "definition", "day", "anchor", "analysis_set", "missing_data")


@dataclass(frozen=True)
class Facts:
    """The database that the connection reads."""

    con: duckdb.DuckDBPyConnection

    def asked(self, sql: str, *values: object) -> list[Row]:
        """The rows of a question, by column."""
        found = self.con.execute(sql, list(values))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """The labels of every vocabulary's terms."""
        found = {}
        for name, first in self.con.execute(
            "SELECT table_name, arg_min(column_name, column_index) FROM duckdb_columns() WHERE schema_name = 'vocabulary' "
            "GROUP BY table_name HAVING count_if(column_name = 'label') > 0"
        ).fetchall():
            found[name] = dict(self.con.execute(f'SELECT "{first}"::VARCHAR, label FROM vocabulary."{name}"').fetchall())
        return found

    def label(self, vocabulary: str, term: str | None) -> str:
        """What a term is called."""
        return "not stated" if term is None else self.labels[vocabulary].get(term, term)

    def of_whom(self, row: Row) -> str:
        """The denominator of a figure, and what stands in for those not seen."""
        if row["analysis_set"] == row["missing_data"] == "unstated":
            return "not stated"
        missing = self.label("missing_data", row["missing_data"])
        return f"{self.label('analysis_sets', row['analysis_set'])}; missing: {missing[:1].lower()}{missing[1:]}"

    def design(self, study: Row) -> str:
        """The design of a study, whether it was randomised, who knew the allocation, and the phase of treatment."""
        told = [
            *(["randomised"] if study["randomised"] else []),
            *(f"{name} {self.label(f'{name}s', study[name]).lower()}" for name in ("masking", "phase")),
        ]
        return "; ".join([self.label("designs", study["design"]), *told])

    def cited(self, package: str, source_id: str | None) -> str | None:
        """The address of a source, or its title."""
        source = self.sources.get((package, source_id or ""))
        return None if source is None else (f"doi:{source['doi']}" if source["doi"] else source["url"] or source["title"])

    @cached_property
    def _words(self) -> dict[str, str]:
        return labels_of(self.con)

    @cached_property
    def stratum(self) -> Callable[[str], str]:
        """A stratum as a reader has it."""

        def in_words(stratum: str) -> str:
            return " · ".join(Stratum(*stratum.split(" | ")).in_words(lambda term: self._words.get(term, term)))

        return cache(in_words)

    def changed(self, changed: Sequence[str] | None) -> list[tuple[str, tuple[str, ...]]]:
        """What either side has in each dimension that a rung lets go: one word may be a term of several vocabularies."""
        of_its_own = {"denominator": self.labels["analysis_sets"], "imputed": self.labels["value_origins"]}
        told = []
        for name, _, sides in (one.partition(": ") for one in changed or ()):
            words = of_its_own.get(name, self._words)
            told.append((name.capitalize(), tuple(_side(side, words) for side in sides.split(" | "))))
        return told

    @cached_property
    def rates(self) -> dict[Key, list[Row]]:
        """Every rate of the outcomes that are compared, response and remission, by study, each with the strata that it is in."""
        return self._by_study({word: f"FROM all_{word}_rates" for word in COMPARED})

    @cached_property
    def others(self) -> dict[Key, list[Row]]:
        """Every rate of the other outcomes, such as leaving a trial, by study; none is in a stratum."""
        return self._by_study({word: rates_sql(word) for word in terms("outcome_words") if word not in COMPARED})

    def _by_study(self, queries: Mapping[str, str]) -> dict[Key, list[Row]]:
        """The rates of outcomes, each by its query."""
        by_study: dict[Key, list[Row]] = defaultdict(list)
        if not queries:
            return by_study
        found = self.asked(
            " UNION ALL BY NAME ".join(f"SELECT '{word}' AS outcome, r.* FROM ({query}) r" for word, query in queries.items())
            + " ORDER BY package, study_id, outcome, day NULLS LAST, definition, analysis_set, missing_data, arm_id, n"
        )
        for row in found:
            key = [row[name] for name in _OF_A_RATE]
            used = self._strata_of_rates[row["package"], row["study_id"], row["outcome"], *key]
            row["anchor_id"] = places.anchor("rate", (row["outcome"], *key))
            row["strata"] = [self.stratum(one["stratum"]) for one in used]
            row["unstated"] = sorted({word for one in used for word in one["unstated"] or ()})
            row["of_whom"] = self.of_whom(row)
            row["kept"] = {}
            row["definition_label"] = self.label("definitions", row["definition"])
            row["permalink"] = f"{places.trial(row['package'], row['study_id'])}#{row['anchor_id']}"
            by_study[row["package"], row["study_id"]].append(row)
        return by_study

    @cached_property
    def _strata_of_rates(self) -> dict[tuple[Any, ...], list[Row]]:
        strata: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.asked(
            f"SELECT package, study_id, outcome, {', '.join(_OF_A_RATE)}, stratum, unstated FROM comparable_rates ORDER BY stratum"
        ):
            strata[row["package"], row["study_id"], row["outcome"], *(row[name] for name in _OF_A_RATE)].append(row)
        return strata

    @cached_property
    def comparable(self) -> list[Arm]:
        """Every rate that is in a stratum."""
        return read_rows(self.con)

    @cached_property
    def strata(self) -> dict[Key, list[Arm]]:
        """The rows of every stratum with everything stated, by outcome and stratum, as comparisons pool them."""
        found = defaultdict(list)
        for row in variant(self.comparable, MAIN):
            found[row.outcome, row.stratum].append(row)
        return found

    @cached_property
    def graphs(self) -> Callable[[Key], StratumGraphs]:
        """The networks of a stratum, by outcome and stratum."""
        return cache(lambda key: StratumGraphs(self.strata.get(key, ())))

    @cached_property
    def words(self) -> Words:
        """The words of comparisons."""
        return Words(self._words)

    @cached_property
    def findings(self) -> dict[Key | str, list[Row]]:
        """Findings by study, and by package those of no study."""
        by_study: dict[Key | str, list[Row]] = defaultdict(list)
        for row in self.asked(
            'SELECT package, rule, severity, file, line, "column", message, waived, study_id, arm_id, definition_id FROM findings ORDER BY ALL'
        ):
            by_study[(row["package"], row["study_id"]) if row["study_id"] else row["package"]].append(row)
        return by_study

    @cached_property
    def studies(self) -> list[Row]:
        """Every study, with the trial that it is of."""
        return self.asked(
            "SELECT s.*, t.trial_id FROM studies s JOIN trials t USING (package, study_id) ORDER BY package, label, study_id"
        )

    @cached_property
    def sources(self) -> dict[Key, Row]:
        """Every source, by package and name."""
        return {(row["package"], row["source_id"]): row for row in self.asked("FROM sources ORDER BY ALL")}


def _side(values: str, words: Mapping[str, str]) -> str:
    named = ("not stated" if value == "unstated" else words.get(value, value) for value in values.split(", "))
    return ", ".join(named) if values else "all stated"


def upwards(rows: Mapping[str, Row], name: str, wider: str) -> list[Row]:
    """The row of that name and those above it, each named in the column ``wider`` of the one below. A row that comes again ends it."""
    found: list[Row] = []
    while name in rows and rows[name] not in found:
        found.append(rows[name])
        name = found[-1][wider]
    return found


def grouped(rows: Sequence[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    """Rows grouped by the values of some columns."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found
