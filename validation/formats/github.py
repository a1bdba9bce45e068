"""The report as workflow commands of GitHub Actions: each finding is an annotation at its file and line.

GitHub shows ten errors, ten warnings and ten notices of a step, the first ones; the rest is in the log alone. So the first finding of each
rule and package comes first, and of these what is new. What comes from a package can neither end a command nor begin one.
Source: GitHub Docs, Workflow commands for GitHub Actions, and the escapes of actions/toolkit (core/src/command.ts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.wording import counted
from validation.formats.groups import Gathered, Group, gathered, standing
from validation.formats.placed import Places
from validation.formats.visible import shortened, visible
from validation.report import PackageReport, Report, Result
from validation.rule import Severity

__all__ = ["render_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render_github(report: Report, **_: object) -> str:
    """The report as workflow commands, and a line for each package with its verdict."""
    places = Places(report)
    lines = [_bug(places, p, o.rule, o.reason) for p in report.packages for o in p.outcomes if o.result is Result.ERRORED]
    lines += [_annotation(places, *one) for one in _ordered(report)]
    lines += [_verdict(p) for p in report.packages]
    return "".join(f"{line}\n" for line in lines)


def _ordered(report: Report) -> Iterator[tuple[PackageReport, Group, Gathered]]:
    """What no waiver covers, in the order in which most is seen of it."""
    ranked = [
        (g.rule.severity.rank, min(nth, 1), found.first.new is False, number, package, g, found)
        for number, package in enumerate(report.packages)
        for g in standing(package)
        for nth, found in enumerate(gathered(g))
    ]
    return ((package, g, found) for *_, package, g, found in sorted(ranked, key=lambda r: r[:4]))


def _annotation(places: Places, package: PackageReport, group: Group, found: Gathered) -> str:
    rule, finding = group.rule, found.first
    where = {"file": places.file(package, finding), "line": finding.line, "title": f"{rule.id} {rule.name}"}
    row = [f"Row: {shortened(', '.join(map(str, finding.key.values())))}"] if finding.key and len(found.lines) < 2 else []
    words = [shortened(found.words), *row, rule.must, f"To fix it: {rule.fix}"]
    return _command(_COMMANDS[finding.severity], where, "\n".join(map(visible, words)))


def _bug(places: Places, package: PackageReport, rule: str, reason: str | None) -> str:
    words = "A rule could not be run. This is a bug in outcomes and says nothing about the data; please report it.\n"
    return _command(
        "error", {"file": places.file(package), "title": f"{rule} could not be run"}, words + visible(shortened(reason or ""))
    )


def _command(name: str, properties: Mapping[str, object], data: str) -> str:
    stated = ",".join(f"{key}={visible(value).translate(_PROPERTY)}" for key, value in properties.items() if value is not None)
    return f"::{name} {stated}::{data.translate(_DATA)}"


def _verdict(package: PackageReport) -> str:
    counts = [counted(package.standing(s), str(s)) for s in Severity if package.standing(s)]
    waived = sum(o.waived for o in package.outcomes)
    told = ", ".join([*counts, *([f"{waived:,} waived"] if waived else [])]) or "nothing found"
    # The older form of a command is looked for anywhere in a line.
    return f"{package.verdict}: {visible(package.name)} {visible(package.version or '')}: {told}".replace("##[", "## [")
