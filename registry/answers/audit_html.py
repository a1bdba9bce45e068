"""An audit as one HTML page that needs nothing else and that one could send to an editor: each claim, the verdict, why, and what would change it.

Words of claims are escaped by the template engine, only addresses that begin with http and DOIs become links, and the page's own policy
lets a browser load nothing and run nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from registry.answers.audit_text import counts_in_words
from registry.answers.pages import document, style, template
from registry.answers.strip import WIDTH, letter_of, strip_of
from registry.auditing.auditing import Audit
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Placed, Verdict, Word
from registry.auditing.spans import span_of
from schemas.wording import listed
from validation.formats.visible import in_cell, visible, well_formed

__all__ = ["render"]

_COLUMNS = (
    "package", "study_id", "arm_id", "study", "arm", "events", "n", "rate", "definition", "population", "window", "analysis_set",
    "missing_data", "source", "locator",
)  # fmt: skip
"""Of a rate, in the file that a plot is drawn from."""

_BEARS = {True: "supports it", False: "contradicts it", None: "decides nothing"}


def render(audit: Audit, **_: object) -> str:
    """The audit as a self-contained page, the same text for the same audit."""
    verdicts = [_verdict(verdict, number, audit.labels) for number, verdict in enumerate(audit.verdicts, 1)]
    names = {told["id"]: told["of"].claim.claim_id for told in verdicts}
    page = template("audit.html.jinja").render(
        audit=audit,
        title=audit.title or audit.package,
        counts=counts_in_words(audit),
        words=[
            {"word": word, "n": n, "claims": [(told["id"], names[told["id"]]) for told in verdicts if told["of"].word is word]}
            for word, n in audit.counts.items()
            if n
        ],
        claims=verdicts,
        width=WIDTH,
        document=document,
        style=style("page.css", "audit.css"),
    )
    return well_formed(page.rstrip()) + "\n"


def _verdict(verdict: Verdict, number: int, labels: Mapping[str, str]) -> dict[str, Any]:
    first, *others = verdict.grounds
    return {
        "id": f"claim-{number}",
        "of": verdict,
        "mark": verdict.word.name.lower().replace("_", "-"),
        "more": first.because[2:],
        "besides": others,
        "plots": [_plot(verdict, ground, labels) for ground in verdict.grounds if ground.rates],
        "evidence": [
            item for ground in verdict.grounds for item in ground.evidence if not (ground.rates and item.kind == "rate")
        ],
        "disputes": [_dispute(verdict, n) for n in range(len(verdict.disputes))],
        "disputed": any(dispute.relation in {"disputes", "disputed by"} for dispute in verdict.disputes),
    }


def _plot(verdict: Verdict, ground: Ground, labels: Mapping[str, str]) -> dict[str, Any]:
    claim = verdict.claim
    span = span_of(claim.low, claim.high, claim.bound, "%") if claim.unit == "%" else None
    readings = [item for item in ground.evidence if item.kind == "rate"]
    judged = ground.word is not Word.NOT_JUDGED
    rates = sorted(ground.rates, key=lambda one: (one.row.rate, one.row.study, one.row.arm))
    return {
        "file": f"{claim.claim_id}-rates.csv",
        "data": f"data:text/csv;charset=utf-8,{quote(_as_csv(rates))}",
        "strip": strip_of(span, ground.rates, readings),
        "claimed": "" if span is None else f"claimed: {claimed(claim)}",
        "words": _in_words(verdict, ground, readings),
        "readings": [
            {"letter": letter_of(i), "of": item, "bears": _BEARS[item.agrees] if judged else ""}
            for i, item in enumerate(readings)
        ],
        "rates": [_rate(one, labels) for one in rates],
    }


def _as_csv(rates: Sequence[Placed]) -> str:
    """The rates of a plot, under the names of the registry's tables, and whether each is in a reading or of these people."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, "unstated", "place"])
    for one in rates:
        cells = [getattr(one.row, name) for name in _COLUMNS]
        written = ["" if cell is None else in_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        writer.writerow([*written, ", ".join(one.row.unstated), _place(one)])
    return well_formed(text.getvalue())


def _place(one: Placed) -> str:
    return "in a reading" if one.read else "of these people, in no reading" if one.here else "of other people"


def _in_words(verdict: Verdict, ground: Ground, readings: list[Evidence]) -> str:
    """The plot for those who don't see it."""
    rates = [one.row.rate for one in ground.rates]
    spread = f"{min(rates):.0%} to {max(rates):.0%}" if len(rates) > 1 else f"{rates[0]:.0%}"
    pooled = listed([f"{item.figures['estimate']:.0%}" for item in readings]) if readings else "none"
    return visible(
        f"{verdict.claim.claim_id}: {claimed(verdict.claim)} claimed; {len(rates)} rates held, {spread}; pooled: {pooled}."
    )


def _rate(one: Placed, labels: Mapping[str, str]) -> dict[str, Any]:
    row = one.row

    def word(term: str) -> str:
        return visible(labels.get(term, term))

    words = [word(row.definition), word(row.population), row.window if row.window != "unstated" else "time not stated"]
    return {
        "of": row,
        "what": " · ".join(words),
        "kind": _place(one),
        "unstated": listed(list(row.unstated)) if row.unstated else "",
    }


def _dispute(verdict: Verdict, number: int) -> dict[str, Any]:
    dispute = verdict.disputes[number]
    return {
        "of": dispute,
        "figure": claimed(dispute.other),
        "differing": [(name, *sides) for name, sides in dispute.differing.items()],
    }
