"""Version numbers: which step lies between two of them, and whether it is as great as the changes owe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from semver import Version

if TYPE_CHECKING:
    from registry.diffing.result import Difference, Reason

__all__ = ["Bump", "Refusal", "gap", "smallest", "sufficient"]

_MOST_REASONS = 5


class Bump(StrEnum):
    """A step from one version to another, from the least to the greatest. Compare by ``size``: texts sort by letters."""

    BACKWARDS = "backwards"
    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"

    @property
    def size(self) -> int:
        """-1 for a step backwards, 0 for none, 1 to 3 for patch, minor and major."""
        return list(Bump).index(self) - 1


def gap(old_version: str, new_version: str) -> Bump:
    """The step from one version to another, by the leftmost number that grew.

    A pre-release stands before the release of its numbers, which therefore is still to come: ``2.0.0-rc.1`` to ``2.0.0`` is a major
    step, and so is one to ``2.0.0-rc.2``. Build metadata are no part of the order. Versions below 1.0.0 get no licence: ``0.1.0`` to
    ``0.2.0`` is a minor step. Raises ``ValueError`` for what isn't a version by SemVer 2.0.0.
    """
    old, new = _parsed(old_version), _parsed(new_version)
    if old == new:
        return Bump.NONE
    if new < old:
        return Bump.BACKWARDS
    steps = ((new.major > old.major, Bump.MAJOR), (new.minor > old.minor, Bump.MINOR), (new.patch > old.patch, Bump.PATCH))
    grown = next((bump for grew, bump in steps if grew), None)
    return grown if grown is not None else _of_release(old)


def _of_release(version: Version) -> Bump:
    """The step that the release of a pre-release is, from whatever came before it."""
    return Bump.PATCH if version.patch else Bump.MINOR if version.minor else Bump.MAJOR


def smallest(old_version: str, owed: Bump) -> str:
    """The smallest release after a version whose step is as great as ``owed``. Raises ``ValueError`` as :func:`gap` does."""
    old = _parsed(old_version).replace(build=None)
    if old.prerelease and _of_release(old).size >= owed.size:
        return str(old.finalize_version())
    bumped = {Bump.MAJOR: old.bump_major, Bump.MINOR: old.bump_minor}.get(owed, old.bump_patch)()
    return str(bumped)


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
            _parsed(version or "")
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


def _parsed(version: str) -> Version:
    try:
        return Version.parse(version)
    except (ValueError, TypeError):
        raise ValueError(f"{version!r} is no version by SemVer 2.0.0, such as 1.2.3") from None
