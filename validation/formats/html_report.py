"""The report as one HTML file that needs nothing else: it can be mailed, kept, printed, and read offline.

What comes from a package is escaped by the template engine, and the page's own policy lets a browser run and
load nothing but the style sheet and the script whose digests it names.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from schemas.wording import counted
from validation.catalogue import catalogue
from validation.formats.groups import Group, gathered, place, standing, waived
from validation.formats.verdicts import has_registry, subjects, verdicts
from validation.formats.visible import shortened, visible
from validation.report import Finding, PackageReport, Report, Result, Validity
from validation.rule import Severity

__all__ = ["digest", "render_html"]

MOST_BESIDE = 24
"""Packages up to which the outcomes are shown in one table; more would be too wide to read."""

_NAMED = re.compile("`([^`]+)`")
_JOINTS = re.compile("(?<=[/:])")
_ADDRESS = re.compile(r"https://[^\s,;)]+")


def render_html(
    report: Report, *, title: str = "Validation report", generator: str = "trial-outcomes", note: str = "", **_: object
) -> str:
    """The report as a self-contained HTML page, the same bytes for the same report; ``note`` is a sentence under its heading."""
    style, script = _beside("report.css"), _beside("report.js")
    return (
        _template()
        .render(
            title=title,
            generator=generator,
            note=note,
            report=report,
            summary=report.summary,
            packages=[_package(p, n) for n, p in enumerate(report.packages, 1)],
            matrix=_matrix(report.packages) if 1 < len(report.packages) <= MOST_BESIDE else [],
            invalid=sum(p.verdict is Validity.INVALID for p in report.packages),
            registry=f"{subjects(report)}: {verdicts(report)}" if has_registry(report) else "",
            severities=list(Severity),
            style=Markup(style),  # noqa: S704  our own file
            script=Markup(script),  # noqa: S704  our own file
            style_digest=digest(style),
            script_digest=digest(script),
        )
        .rstrip()
        + "\n"
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(words=_words, seen=_seen, place=_place, linked=_linked, counted=counted, number="{:,}".format)
    return environment.from_string(_beside("report.html.jinja"))


def _beside(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """How a page's policy names a style sheet or script that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _seen(text: object) -> str:
    return shortened(visible(text))


def _words(text: object) -> Markup:
    """Text in which what is between backticks is a name or a value."""
    parts = _NAMED.split(_seen(text))
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(parts))


def _place(where: str) -> Markup:
    """A place, which may be broken after a folder's name, the file's and the line's."""
    parts = _JOINTS.split(_seen(where or "the package"))
    return Markup("<wbr>").join(parts)


def _linked(source: str) -> Markup:
    """A rule's source, with its addresses as links: nothing is loaded before somebody follows one."""
    parts: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(source):
        address = match.group().rstrip(".")
        link = Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address)
        parts += [source[end : match.start()], link]
        end = match.start() + len(address)
    return Markup("").join([*parts, source[end:]])


def _package(package: PackageReport, number: int) -> dict[str, Any]:
    rules = catalogue()
    return {
        "id": f"package-{number}",
        "of": package,
        "counts": {s: package.standing(s) for s in Severity},
        "waived_count": sum(o.waived for o in package.outcomes),
        "bugs": [o for o in package.outcomes if o.result is Result.ERRORED],
        "checks": sum(o.checked for o in package.outcomes),
        "standing": [(g, _rows(g)) for g in standing(package)],
        "waived": [(g, _rows(g)) for g in waived(package)],
        "results": [(r, sum(o.result is r for o in package.outcomes)) for r in Result],
        "outcomes": [(o, rules[o.rule]) for o in package.outcomes],
    }


def _rows(group: Group) -> list[tuple[Finding, str, str, bool]]:
    """The rows of a group's table: a finding, its place, what was found, and whether it is about one row that its key names."""
    return [(g.first, place(g.first), g.words, len(g.lines) < 2) for g in gathered(group)]


def _matrix(packages: Sequence[PackageReport]) -> list[dict[str, Any]]:
    """A row for each rule: its outcome in each package; empty if it didn't run there."""
    rules = catalogue()
    by_package = [{o.rule: o for o in p.outcomes} for p in packages]
    asked = sorted({rule for outcomes in by_package for rule in outcomes})
    return [{"rule": rules[rule], "cells": [outcomes.get(rule) for outcomes in by_package]} for rule in asked]
