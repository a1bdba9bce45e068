"""The report as text for a person at a terminal: what is wrong, where, with which values, and what to do.

Everything goes to the terminal as styled text, never as markup, and with its unseen characters escaped: data
can neither paint the terminal nor break a line.
"""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.text import Text

from schemas.wording import counted
from validation.formats.groups import Gathered, Group, gathered, place, standing, tally, waived
from validation.formats.verdicts import subjects, verdicts
from validation.formats.visible import shortened, visible
from validation.report import PackageReport, Report, Result, Validity
from validation.rule import Severity

__all__ = ["render_text"]

_NAMED = re.compile("(`[^`]+`)")
_LONGEST = 300
_NARROWEST = 24
_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_RESULTS = {
    Result.PASSED: "green",
    Result.VIOLATED: "red",
    Result.WAIVED: "magenta",
    Result.NOT_APPLICABLE: "dim",
    Result.SKIPPED: "dim",
    Result.ERRORED: "bold white on red",
}
_VERDICTS = {Validity.VALID: "bold green", Validity.INVALID: "bold red"}

Part = str | tuple[str, str]
"""Words, or words and the style they have."""


def render_text(
    report: Report,
    *,
    console: Console | None = None,
    verbose: bool = False,
    width: int = 100,
    colour: bool = False,
    **_: object,
) -> str:
    """The report as text, printed to the console where one is given, in its width and with its colours.

    Without a console the text is ``width`` columns wide and has colours where ``colour`` says so. ``verbose``
    adds why each broken rule is there and the outcome of every rule. Returns the text, which with a console
    has no colours.
    """
    if console is not None:
        kept, console.record = console.record, True
        try:
            _Page(console, verbose).write(report)
            return console.export_text(clear=not kept)
        finally:
            console.record = kept
    buffer = io.StringIO()
    plain = Console(
        file=buffer,
        width=width,
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        legacy_windows=False,
    )
    _Page(plain, verbose).write(report)
    return buffer.getvalue()


class _Page:
    """A report on its way to a console, line by line."""

    def __init__(self, console: Console, verbose: bool) -> None:
        self.console, self.verbose = console, verbose

    def put(self, *parts: Part, indent: int = 0, lead: Part = "") -> None:
        """Print the parts after ``lead``, wrapped; further lines begin under the first one's words."""
        head = self.text(lead)
        room = max(self.console.width - indent - head.cell_len, _NARROWEST)
        lines = self.text(*parts).wrap(self.console, room, overflow="fold", tab_size=1)
        for number, line in enumerate(lines):
            line.rstrip()
            margin = Text(" " * (indent + (head.cell_len if number else 0)))
            self.console.print(margin + line if number else margin + head + line, soft_wrap=True)

    def text(self, *parts: Part) -> Text:
        text = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            shown = visible(words, self.console.encoding)
            # What stands between backticks is a name or a value: it stands out where there are colours.
            for i, piece in enumerate(_NAMED.split(shown)):
                text.append(piece, f"{style} bold" if i % 2 else style)
        return text

    def write(self, report: Report) -> None:
        for number, package in enumerate(report.packages):
            if number and self.tells(package):
                self.put()
            self.package(package)
        if len(report.packages) != 1:
            self.put()
            self.total(report)

    def tells(self, package: PackageReport) -> bool:
        """Whether the package has findings to show, not only that it is valid."""
        return self.verbose or package.bugs > 0 or any(o.violations for o in package.outcomes)

    def package(self, package: PackageReport) -> None:
        told = self.tells(package)
        if told:
            self.put((package.name, "bold"), f" {package.version or 'without a version'}  ", (package.path, "dim"))
            self.put()
        for group in standing(package):
            self.group(package, group)
        for group in waived(package):
            self.waived(package, group)
        self.bugs(package)
        if told:
            self.outcomes(package)
        self.verdict(package)

    def group(self, package: PackageReport, group: Group) -> None:
        rule = group.rule
        share = f"  {group.total:,} of {group.checked:,}" if group.checked >= group.total else f"  {group.total:,}"
        self.put(
            (f"{rule.severity}[{rule.id}]", _COLOURS[rule.severity]),
            (f" {rule.name}", "bold"),
            (share, "dim"),
        )
        self.put(rule.must, indent=2)
        if self.verbose:
            self.put((rule.why, "dim"), indent=2)
        for found in gathered(group):
            self.finding(package, found)
        if len(group.findings) < group.total:
            self.put((f"{len(group.findings):,} of {group.total:,} shown", "dim"), indent=2)
        self.put(rule.fix, indent=2, lead=("fix: ", "bold green"))
        if self.verbose:
            self.put((rule.source, "dim"), indent=2, lead=("source: ", "dim"))
        self.put()

    def finding(self, package: PackageReport, found: Gathered) -> None:
        finding = found.first
        where = self.text((place(finding, package.path), "bold"))
        named = (f"{n} {v}" if self.verbose else str(v) for n, v in finding.key.items())
        key = shortened(", ".join(named), _LONGEST) if len(found.lines) < 2 else ""
        beside = where.cell_len + self.text(key).cell_len + 8 <= self.console.width
        beside_it = (f"  {key}" if beside else "", "dim")
        self.put((place(finding, package.path), "bold"), beside_it, indent=2, lead=("--> ", "blue"))
        if key and not beside:
            self.put((key, "dim"), indent=6)
        self.put(shortened(found.words, _LONGEST), indent=6)

    def waived(self, package: PackageReport, group: Group) -> None:
        rule = group.rule
        self.put((f"waived[{rule.id}]", "bold magenta"), (f" {rule.name}", "bold"), (f" ({rule.severity})", "dim"))
        self.put(rule.must, indent=2)
        for found in gathered(group):
            self.finding(package, found)
            if (waiver := found.first.waived) is not None:
                ends = f"until {waiver.until}, by {waiver.approver}: "
                self.put((ends, "magenta"), shortened(waiver.reason, _LONGEST), indent=6)
        if len(group.findings) < group.total:
            self.put((f"{len(group.findings):,} of {group.total:,} shown", "dim"), indent=2)
        self.put()

    def bugs(self, package: PackageReport) -> None:
        wrong = [o for o in package.outcomes if o.result is Result.ERRORED]
        if not wrong:
            return
        self.put((" BUG ", "bold white on red"), (f" {counted(len(wrong), 'rule')} could not be run", "bold"))
        self.put(
            "This is a bug in outcomes and says nothing about the data. Until it is fixed, the package can't be called valid.",
            indent=2,
        )
        for outcome in wrong:
            self.put(shortened(outcome.reason or "", _LONGEST), indent=2, lead=(f"{outcome.rule}  ", "bold"))
        self.put("Report it with this text and the log.", indent=2, lead=("fix: ", "bold green"))
        self.put()

    def outcomes(self, package: PackageReport) -> None:
        if self.verbose:
            for o in package.outcomes:
                counts = f"{o.checked:>9,} checked  {o.violations:>7,} broken"
                why = (f"  {shortened(o.reason or '', _LONGEST)}", "dim")
                self.put((f"{o.result:<15}", _RESULTS[o.result]), counts, why, lead=f"{o.rule}  ")
            self.put()
            return
        self.put((f"{counted(len(package.outcomes), 'rule')}: {tally(package)}", "dim"))

    def verdict(self, package: PackageReport) -> None:
        version = f" {package.version}" if package.version else ""
        what = (f"{package.verdict:<9}", _VERDICTS[package.verdict])
        waivers = sum(o.waived for o in package.outcomes)
        counts = _counts({s: package.standing(s) for s in Severity}, waivers, package.bugs)
        self.put((f"{package.name}{version}", "bold"), f": {counts or tally(package)}", lead=what)

    def total(self, report: Report) -> None:
        summary = report.summary
        numbers = {
            Severity.ERROR: summary.errors,
            Severity.WARNING: summary.warnings,
            Severity.NOTE: summary.notes,
        }
        parts = [verdicts(report)]
        parts.append(_counts(numbers, summary.waived, summary.bugs))
        words = "; ".join(p for p in parts if p)
        self.put((subjects(report), "bold"), f": {words}" if words else "")


def _counts(by_severity: dict[Severity, int], waivers: int, bugs: int) -> str:
    parts = [counted(n, str(s)) for s, n in by_severity.items() if n]
    parts += [f"{waivers:,} waived"] if waivers else []
    parts += [counted(bugs, "bug")] if bugs else []
    return ", ".join(parts)
