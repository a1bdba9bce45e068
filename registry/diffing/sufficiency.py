"""Whether a version number promises no less than the changes owe."""

from __future__ import annotations

from dataclasses import dataclass

from registry.diffing.result import Difference, Reason
from registry.diffing.versions import Bump, gap, parsed, smallest

__all__ = ["Refusal", "sufficient"]

_MOST_REASONS = 5


@dataclass(frozen=True)
class Refusal:
    """Why a version number is refused. ``str()`` of it is what to tell a person.

    ``made`` is the step that was made, ``None`` where a version can't be read; ``owed`` the one that the changes owe; ``smallest`` the
    smallest version that would do.
    """

    message: str
    made: Bump | None
    owed: Bump | None
    smallest: str | None
    reasons: tuple[Reason, ...] = ()

    def __str__(self) -> str:
        return self.message


def sufficient(difference: Difference, old_version: str | None, new_version: str | None) -> Refusal | None:
    """``None`` where the new version promises no less than the changes owe; else the refusal, with the version that would do.

    A greater step than is owed is never refused. A step backwards always is, and so is none at all where the content changed.
    """
    owed = difference.owed
    for which, version in (("earlier", old_version), ("new", new_version)):
        try:
            parsed(version or "")
        except ValueError:
            said = f"the {which} version is {version!r}, which is" if version else f"there is no {which} version, and none is"
            return Refusal(f"{said} no version by SemVer 2.0.0 (such as 1.2.3)", None, owed, None)
    old, new = str(old_version), str(new_version)
    made = gap(old, new)
    least = smallest(old, owed or Bump.PATCH)
    if made is Bump.BACKWARDS:
        return Refusal(f"{new} comes before {old}: versions go up; the next one is {least}", made, owed, least)
    if owed is None or made.size >= owed.size:
        return None
    reasons = tuple(r for r in difference.reasons if r.bump.size > made.size)
    said = "; ".join(str(r) for r in reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        said += f"; and {len(reasons) - _MOST_REASONS:,} more reasons"
    what = f"the content changed and the version is still {old}" if made is Bump.NONE else f"{old} to {new} is a {made} release"
    message = f"{what}, and a {owed} one is owed: {said}. The smallest version that would do is {least}"
    return Refusal(message, made, owed, least, reasons)
