"""Whether a version step is large enough for the changes."""

from __future__ import annotations

from dataclasses import dataclass

from registry.diffing.result import Difference, Reason
from registry.diffing.versions import Bump, gap, parsed, smallest

__all__ = ["Refusal", "sufficient"]

_MOST_REASONS = 5


@dataclass(frozen=True)
class Refusal:
    """Why a version number is refused. ``str()`` gives the message.

    ``made`` is the step that was made, ``None`` where a version can't be read; ``owed`` the one that the changes need; ``smallest`` the
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
    """``None`` if the version step is large enough for the changes; otherwise the refusal, with the smallest sufficient version.

    A larger step than needed is never refused. A step backwards always is, and so is the same version with other content.
    """
    owed = difference.owed
    for which, version in (("earlier", old_version), ("new", new_version)):
        try:
            parsed(version or "")
        except ValueError:
            found = f"is {version!r}" if version else "is missing"
            return Refusal(f"the {which} version {found}; give a SemVer version such as 1.2.3", None, owed, None)
    old, new = str(old_version), str(new_version)
    made = gap(old, new)
    least = smallest(old, owed or Bump.PATCH)
    if made is Bump.BACKWARDS:
        return Refusal(f"{new} comes before {old}; a new version must be higher: the next one is {least}", made, owed, least)
    if owed is None or made.size >= owed.size:
        return None
    reasons = tuple(r for r in difference.reasons if r.bump.size > made.size)
    said = "; ".join(str(r) for r in reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        said += f"; and {len(reasons) - _MOST_REASONS:,} more reasons"
    what = f"the content changed, but the version is still {old}" if made is Bump.NONE else f"{old} to {new} is a {made} release"
    message = f"{what}; a {owed} one is needed: {said}. The smallest sufficient version is {least}"
    return Refusal(message, made, owed, least, reasons)
