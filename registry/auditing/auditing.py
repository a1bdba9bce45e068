"""The audit of a package of claims: a verdict on each, computed from what the registry holds and never written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.auditing.claims import Claim, packages_with_claims, read_claims
from registry.auditing.coherence import coherence
from registry.auditing.comparisons import judged_comparison
from registry.auditing.disputes import disputes_of
from registry.auditing.evidence_base import judged_evidence_base
from registry.auditing.grounds import Ground, Verdict, Word
from registry.auditing.knowledge import Knowledge, read_knowledge
from registry.auditing.rates import judged_rate
from registry.auditing.statements import judged_statement
from registry.errors import RequestError
from registry.shown import Shown
from registry.strata.drafts import drafts_in

if TYPE_CHECKING:
    import duckdb

__all__ = ["Audit", "audit", "judge"]


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """The verdicts on a package's claims, in the order of its file. ``labels`` gives words for the ids in them."""

    package: str
    title: str | None
    version: str | None
    verdicts: tuple[Verdict, ...]
    labels: Mapping[str, str]
    packages: tuple[tuple[str, str | None, str | None], ...] = ()
    """What it was judged by: each package in the database with its version and standing."""
    drafts: tuple[str, ...] = ()
    """The drafts among them, each with its version: nobody has accepted these."""

    @property
    def counts(self) -> dict[Word, int]:
        """How many claims got each verdict, the gravest first."""
        return {word: sum(v.word is word for v in self.verdicts) for word in Word}


def audit(con: duckdb.DuckDBPyConnection, package: str) -> Audit:
    """Audit a package by the database that the connection is in.

    Raises ``RequestError`` for a package that the database hasn't, or that makes no claims.
    """
    packages = con.execute("SELECT name, version, standing FROM packages ORDER BY name").fetchall()
    found = con.execute("SELECT title, version FROM packages WHERE name = ?", [package]).fetchall()
    having = packages_with_claims(con)
    if package not in having:
        lacks = "has no claims" if found else "is not in the database"
        some = f"packages with claims: {', '.join(having)}" if having else "no package in the database has claims"
        raise RequestError(f"{package!r} {lacks}; {some}")
    title, version = found[0] if found else (None, None)
    known = read_knowledge(con, package)
    return Audit(
        package, title, version, tuple(judge(read_claims(con, package), known)), known.labels, tuple(packages), drafts_in(con)
    )


def judge(claims: Sequence[Claim], known: Knowledge) -> list[Verdict]:
    """A verdict on each of the claims of one package."""
    found = []
    for claim in claims:
        grounds = sorted(_grounds(claim, claims, known.apart_from(claim.source)), key=lambda ground: ground.word.rank)
        found.append(Verdict(claim, tuple(grounds), disputes_of(claim, claims, known)))
    return found


def _grounds(claim: Claim, claims: Sequence[Claim], known: Knowledge) -> list[Ground]:
    if claim.attribute == "superiority":
        return [judged_comparison(claim, claims, known.near(claim, together=True))]
    if claim.attribute == "evidence-base":
        return [judged_evidence_base(claim, known)]
    if claim.outcome is None:
        return [judged_statement(claim, known)]
    grounds = [judged_rate(claim, known.near(claim))]
    if claim.comparator is not None:
        grounds.append(judged_comparison(claim, claims, known.near(claim, together=True)))
    clash = coherence(claim, claims, known)
    return [*grounds, clash] if clash is not None else grounds
