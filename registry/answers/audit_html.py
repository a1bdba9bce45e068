"""An audit as one HTML page that needs nothing else and that one could send to an editor: each claim, the verdict, why, and what would change it.

Words of claims are escaped by the template engine, only addresses that begin with http and DOIs become links, and the page's own policy
lets a browser load nothing and run nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from registry.answers.audit_text import counts_in_words
from registry.answers.pages import document, style, template
from registry.answers.pictured import pictured
from registry.answers.strip import Strip, strip_picture
from registry.auditing.auditing import Audit
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Placed, Verdict, Word
from registry.auditing.spans import span_of
from registry.exporting.tables import Table
from registry.forest.drawing import letter_of
from registry.pooling.scales import whole_percent, whole_percents
from schemas.wording import listed
from validation.formats.visible import visible, well_formed

__all__ = ["claims_shown", "plotted", "render"]

_COLUMNS = (
    "package", "study_id", "arm_id", "study", "arm", "events", "n", "rate", "definition", "population", "window", "analysis_set",
    "missing_data", "source", "locator",
)  # fmt: skip
"""Of a rate, in the file that a plot is drawn from."""

_BEARS = {True: "supports it", False: "contradicts it", None: "decides nothing"}


def render(audit: Audit, **_: object) -> str:
    """The audit as a self-contained page, the same text for the same audit."""
    anchors = [f"claim-{number}" for number in range(1, len(audit.verdicts) + 1)]
    page = template("audit.html.jinja").render(
        audit=audit,
        title=audit.title or audit.package,
        counts=counts_in_words(audit),
        words=[
            {
                "word": word,
                "n": n,
                "claims": [(to, v.claim.claim_id) for to, v in zip(anchors, audit.verdicts, strict=True) if v.word is word],
            }
            for word, n in audit.counts.items()
            if n
        ],
        articles=claims_shown(audit, anchors),
        style=style("page.css", "picture.css", "audit.css"),
    )
    return well_formed(page.rstrip()) + "\n"


def claims_shown(audit: Audit, anchors: Sequence[str], files: Mapping[str, str] | None = None) -> Markup:
    """Each claim as an element of a page, at its anchor: the claim, the verdict, what it was compared with, a plot of the figures, then the rest.

    ``files`` are addresses of the tables and pages of :func:`plotted`, by their names, for a site; a page that stands alone has both in itself.
    """
    claims = [_verdict(verdict, anchor, audit.labels, files) for verdict, anchor in zip(audit.verdicts, anchors, strict=True)]
    return Markup(template("claims.html.jinja").render(claims=claims, document=document))  # noqa: S704  a template of ours


def plotted(audit: Audit) -> dict[str, tuple[str, Table]]:
    """What each plot is called, and the rates in it, by the name of its file."""
    return {
        _file(verdict): (_titled(verdict), _table(_ordered(ground)))
        for verdict in audit.verdicts
        for ground in verdict.grounds
        if ground.rates
    }


def _file(verdict: Verdict) -> str:
    return f"{verdict.claim.claim_id}-rates.csv"


def _titled(verdict: Verdict) -> str:
    return f"Rates beside the claim {visible(verdict.claim.claim_id)}"


def _ordered(ground: Ground) -> list[Placed]:
    return sorted(ground.rates, key=lambda one: (one.row.rate, one.row.study, one.row.arm))


def _verdict(verdict: Verdict, anchor: str, labels: Mapping[str, str], files: Mapping[str, str] | None) -> dict[str, Any]:
    first, *others = verdict.grounds
    return {
        "id": anchor,
        "of": verdict,
        "mark": verdict.word.name.lower().replace("_", "-"),
        "more": first.because[2:],
        "besides": others,
        "plots": [_plot(verdict, ground, labels, files) for ground in verdict.grounds if ground.rates],
        "evidence": [
            item for ground in verdict.grounds for item in ground.evidence if not (ground.rates and item.kind == "rate")
        ],
        "disputes": [_dispute(verdict, n) for n in range(len(verdict.disputes))],
        "disputed": any(dispute.relation in {"disputes", "disputed by"} for dispute in verdict.disputes),
    }


def _plot(verdict: Verdict, ground: Ground, labels: Mapping[str, str], files: Mapping[str, str] | None) -> dict[str, Any]:
    claim = verdict.claim
    span = span_of(claim.low, claim.high, claim.bound, "%") if claim.unit == "%" else None
    readings = [item for item in ground.evidence if item.kind == "rate"]
    judged = ground.word is not Word.NOT_JUDGED
    rates = _ordered(ground)
    file = _file(verdict)
    data = None if files is None else files[file]
    tabled = None if data is None else f"{data.removesuffix('.csv')}.html"
    strip = Strip(span, "" if span is None else f"claimed: {claimed(claim)}", tuple(ground.rates), tuple(readings))
    picture = strip_picture(
        strip, file.removesuffix(".csv"), _titled(verdict), _in_words(verdict, ground, readings), _table(rates)
    )
    return {
        "picture": pictured(picture, data, table=False, elsewhere=tabled),
        "tabled": tabled,
        "readings": [
            {"letter": letter_of(i), "of": item, "bears": _BEARS[item.agrees] if judged else ""}
            for i, item in enumerate(readings)
        ],
        "rates": [] if tabled else [_rate(one, labels) for one in rates],
    }


def _table(rates: Sequence[Placed]) -> Table:
    """The rates of a plot, under the names of the registry's tables, and whether each is in a reading or of these people."""
    return [
        {**{name: getattr(one.row, name) for name in _COLUMNS}, "unstated": ", ".join(one.row.unstated), "place": _place(one)}
        for one in rates
    ]


def _place(one: Placed) -> str:
    return "in a reading" if one.read else "of these people, in no reading" if one.here else "of other people"


def _in_words(verdict: Verdict, ground: Ground, readings: list[Evidence]) -> str:
    """The plot for those who don't see it."""
    rates = [one.row.rate for one in ground.rates]
    pooled = listed([whole_percent(item.figures["estimate"]) for item in readings]) if readings else "none"
    return visible(f"{claimed(verdict.claim)} claimed; {len(rates)} rates held, {whole_percents(rates)}; pooled: {pooled}.")


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
