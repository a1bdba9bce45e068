"""What a notebook shows of the registry's objects: of each kind the lines that say what it is, and a frame of its rows.

A kind is a class with its two functions in :data:`KINDS`. Figures are as they were computed, rates and risk differences as fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry.answers.ladder_words import bottom_line
from registry.errors import OutcomesError
from registry.packages.descriptor import objects, resources
from registry.pooling.measures import LEADING, ODDS_RATIO
from registry.shown import Shown
from schemas.wording import counted, listed
from validation.formats.notebook import as_html
from validation.formats.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from matplotlib.figure import Figure

    from registry.access import Registry
    from registry.auditing.auditing import Audit
    from registry.comparing.comparison import Comparison
    from registry.comparing.rung import Rung
    from registry.diffing import Difference, TableDifference
    from registry.packages.package import Package
    from registry.pooling.contrasts import Indirect
    from registry.pooling.network_effects import Estimate
    from registry.pooling.random_effects import Pooled

__all__ = ["Plot", "frame", "html", "lines", "plot"]

_MOST_LINES = 3
_MOST_NAMES = 6


def lines(shown: Shown) -> list[str]:
    """At most three lines on an object."""
    told, _ = KINDS[_kind(shown)]
    return [visible(line) for line in told(shown)][:_MOST_LINES]


def html(shown: Shown) -> str:
    """The lines and the first rows as HTML."""
    return as_html(lines(shown), frame(shown))


def frame(shown: Shown) -> pl.DataFrame:
    """All rows, with typed columns."""
    _, rows = KINDS[_kind(shown)]
    return rows(shown)


def _kind(shown: Shown) -> str:
    return next(cls.__name__ for cls in type(shown).__mro__ if cls.__name__ in KINDS)


def _frame(rows: list[dict[str, Any]], /, **schema: str) -> pl.DataFrame:
    """A frame with these columns, each of one of polars' types by name."""
    import polars as pl

    return pl.DataFrame(rows, schema={name: getattr(pl, kind) for name, kind in schema.items()})


def _registry_lines(reg: Registry) -> Iterator[str]:
    yield f"registry in {reg.root or reg.store}"
    if (fault := _fault(reg)) is not None:
        yield f"its ledger can't be read: {fault}"
        return
    accepted = [name for name in reg.packages if reg.ledger.accepted(name)]
    names = ", ".join(reg.packages[:_MOST_NAMES]) + (", …" if len(reg.packages) > _MOST_NAMES else "")
    yield f"{counted(len(reg.packages), 'package')}, {len(accepted)} accepted: {names or 'none yet'}"
    if reg.root is None:
        yield "accepted versions only; no database"
    else:
        from registry.packages.finding import DATABASE

        built = (reg.root / DATABASE).exists()
        yield f"{DATABASE}: {'compare, sql, rates and trials ask it' if built else 'not built yet (outcomes build)'}"


def _fault(reg: Registry) -> str | None:
    """Why the ledger can't be read, if it can't: what is shown must not raise."""
    try:
        len(reg.ledger.records)
    except (OutcomesError, OSError) as error:
        return str(error)
    return None


def _registry_frame(reg: Registry) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for name in reg.packages if _fault(reg) is None else ():
        latest = reg.ledger.latest(name)
        versions = reg.ledger.accepted(name)
        standing = "accepted" if latest is not None else "retracted" if versions else "draft"
        version = str(latest.version) if latest is not None else next(reversed(versions), None)
        rows.append({"package": name, "version": version, "standing": standing, "accepted_versions": len(versions)})
    return _frame(rows, package="String", version="String", standing="String", accepted_versions="Int64")


def _package_lines(package: Package) -> Iterator[str]:
    kind = "draft" if package.digest is None else "retracted" if package.retracted is not None else "accepted"
    yield f"package {package.name} {package.version or 'without a version'} ({kind}): {package.descriptor.get('title') or 'untitled'}"
    yield f"tables: {', '.join(package.tables) or 'none'}"
    if package.retracted is not None:
        yield f"retracted: {package.retracted}"
    elif package.digest is not None:
        yield f"release {package.digest}"


def _package_frame(package: Package) -> pl.DataFrame:
    rows = []
    for resource in resources(package.descriptor):
        schema = resource.get("schema")
        columns = len(objects(schema.get("fields"))) if isinstance(schema, dict) else None
        rows.append({"table": resource.get("name"), "rows": _rows(package, resource), "columns": columns})
    return _frame(rows, table="String", rows="Int64", columns="Int64")


def _rows(package: Package, resource: Mapping[str, Any]) -> int | None:
    """How many rows a table has: a release says so, and a draft's file is read. None where it can't be."""
    from polars.exceptions import PolarsError

    if package.digest is not None:
        return resource.get("rows")
    try:
        return package.table(str(resource.get("name"))).height
    except (OSError, ValueError, KeyError, PolarsError):  # what is shown must not raise: `outcomes validate` says what is wrong
        return None


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    outcomes = [answer.outcome for answer in comparison.outcomes]
    among = f" in {comparison.population}" if comparison.population else ""
    drafts = f"; with drafts: {', '.join(comparison.drafts)}" if comparison.drafts else ""
    yield f"{comparison.a} and {comparison.b}{among}: {listed(outcomes)}{drafts}"
    lead = min(
        comparison.outcomes, key=lambda answer: (not answer.rungs, len(answer.rungs[0].assumptions) if answer.rungs else 0)
    )
    if lead.rungs:
        yield from bottom_line(lead.rungs, comparison.a, comparison.b, lead.outcome, str)
    else:
        yield lead.summary


def _comparison_frame(comparison: Comparison) -> pl.DataFrame:
    rows = []
    for answer in comparison.outcomes:
        for rung in answer.rungs:
            row: dict[str, Any] = {"outcome": answer.outcome, "assumptions": ", ".join(rung.names) or "nothing"}
            for side, pooled in (("a", rung.a), ("b", rung.b)):
                row |= {side: getattr(comparison, side), f"rate_{side}": pooled.estimate}
                row |= {f"low_{side}": pooled.low, f"high_{side}": pooled.high, f"trials_{side}": pooled.k, f"n_{side}": pooled.n}
            rows.append(row | _effect(rung))
    one = {"{}": "String", "rate_{}": "Float64", "low_{}": "Float64", "high_{}": "Float64", "trials_{}": "Int64", "n_{}": "Int64"}
    sides = {name.format(side): kind for side in "ab" for name, kind in one.items()}
    figures = dict.fromkeys(("effect", "effect_low", "effect_high"), "Float64")
    return _frame(rows, outcome="String", assumptions="String", **sides, measure="String", evidence="String", **figures)


def _effect(rung: Rung) -> dict[str, Any]:
    """What compares the two: by a network where there is one, else by trials that had both, else through a third; empty where nothing does."""
    of: Estimate | Pooled | Indirect
    if rung.network is not None:
        measure, evidence, of = ODDS_RATIO.name, "network", rung.network.network
    elif rung.effect is not None and LEADING in rung.effect.effects:
        measure, evidence = LEADING, "direct" if rung.effect.is_direct else "indirect"
        of = rung.effect.effects[LEADING]
    else:
        return {}
    return {"measure": measure, "evidence": evidence, "effect": of.estimate, "effect_low": of.low, "effect_high": of.high}


def _audit_lines(audit: Audit) -> Iterator[str]:
    drafts = f"; with drafts: {', '.join(audit.drafts)}" if audit.drafts else ""
    yield f"audit of {audit.package} {audit.version or ''}: {audit.title or 'untitled'}{drafts}"
    yield f"{counted(len(audit.verdicts), 'claim')}: " + ", ".join(f"{n} {word}" for word, n in audit.counts.items() if n)


def _audit_frame(audit: Audit) -> pl.DataFrame:
    rows = [
        {
            "claim": v.claim.claim_id,
            "verdict": str(v.word),
            "statement": v.claim.statement,
            "because": v.brief,
            "missing": ", ".join(v.missing),
        }
        for v in audit.verdicts
    ]
    return _frame(rows, **dict.fromkeys(("claim", "verdict", "statement", "because", "missing"), "String"))


def _difference_lines(found: Difference) -> Iterator[str]:
    old, new = (
        f"{name} {version or '(draft)'}"
        for name, version in ((found.old_name, found.old_version), (found.new_name, found.new_version))
    )
    yield f"{old} → {new}: " + ("nothing changed" if found.owed is None else f"needs a {found.owed} version")
    parts = [f"{t.name}: {', '.join(_changes(t))}" for t in found.tables if not t.empty]
    if parts:
        yield "; ".join(parts)
    if found.reasons:
        yield f"{found.reasons[0]}" + (f" (and {len(found.reasons) - 1} more reasons)" if len(found.reasons) > 1 else "")


def _changes(table: TableDifference) -> Iterator[str]:
    counts = {"removed": table.removed.height, "added": table.added.height}
    yield from (f"{counted(n, 'row')} {what}" for what, n in counts.items() if n)
    if table.cells_changed:
        yield f"{counted(table.cells_changed, 'cell')} changed"
    if table.columns_removed or table.columns_added or table.columns_retyped:
        yield "other columns"


def _difference_frame(found: Difference) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for table in found.tables:
        rows += [{"table": table.name, "change": "removed", "key": _key(key)} for key in table.removed_keys()]
        rows += [{"table": table.name, "change": "added", "key": _key(key)} for key in table.added_keys()]
    for c in found.changes():
        rows.append({"table": c.table, "change": str(c.kind), "key": _key(c.key), "column": c.column, "old": c.old, "new": c.new})
    return _frame(rows, **dict.fromkeys(("table", "change", "key", "column", "old", "new"), "String"))


def _key(key: dict[str, str | None]) -> str:
    return ", ".join(str(value) for value in key.values() if value is not None)


KINDS: dict[str, tuple[Callable[[Any], Iterator[str]], Callable[[Any], pl.DataFrame]]] = {
    "Registry": (_registry_lines, _registry_frame),
    "Package": (_package_lines, _package_frame),
    "Comparison": (_comparison_lines, _comparison_frame),
    "Audit": (_audit_lines, _audit_frame),
    "Difference": (_difference_lines, _difference_frame),
}
"""By the name of the class."""


@dataclass(frozen=True)
class Plot:
    """A forest plot, which a notebook shows. ``figure`` is matplotlib's."""

    comparison: Comparison
    measure: str = LEADING
    sort: str = "trial"

    @cached_property
    def figure(self) -> Figure:
        from registry.forest.plotting import forest

        return forest(self.comparison, measure=self.measure, sort=self.sort)

    def save(self, path: Path | str) -> None:
        """Draw it to a file (.svg, .pdf, .png, .html). Raises ``RequestError`` for another ending, and ``OSError``."""
        from pathlib import Path

        from registry.forest.plotting import save

        save(self.comparison, Path(path), measure=self.measure, sort=self.sort)

    def __repr__(self) -> str:
        return f"forest plot of {visible(self.comparison.a)} and {visible(self.comparison.b)}; .save('forest.svg') keeps it"

    def _repr_svg_(self) -> str:
        from registry.forest.plotting import rendered

        return rendered(self.figure, ".svg", f"{self.comparison.a} and {self.comparison.b}").decode()


def plot(comparison: Comparison, measure: str = LEADING, sort: str = "trial") -> Plot:
    """The forest plot of a comparison. Raises ``RequestError`` for a measure or an order that there isn't."""
    from registry.forest.order import order_named
    from registry.pooling.measures import measure_named

    return Plot(comparison, measure_named(measure).name, order_named(sort))
