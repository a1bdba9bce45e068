"""Version numbers: which step lies between two of them."""

from __future__ import annotations

from enum import StrEnum

from semver import Version

__all__ = ["Bump", "gap", "parsed", "smallest"]


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

    A pre-release comes before the release with its numbers, which is still to come: ``2.0.0-rc.1`` to ``2.0.0`` is a major
    step, and so is one to ``2.0.0-rc.2``. Build metadata are ignored. Versions below 1.0.0 follow the same rules: ``0.1.0`` to
    ``0.2.0`` is a minor step. Raises ``ValueError`` for what isn't a version by SemVer 2.0.0.
    """
    old, new = parsed(old_version), parsed(new_version)
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
    old = parsed(old_version).replace(build=None)
    if old.prerelease and _of_release(old).size >= owed.size:
        return str(old.finalize_version())
    bumped = {Bump.MAJOR: old.bump_major, Bump.MINOR: old.bump_minor}.get(owed, old.bump_patch)()
    return str(bumped)


def parsed(version: str) -> Version:
    """The version by SemVer 2.0.0. Raises ``ValueError`` for what isn't one."""
    try:
        return Version.parse(version)
    except (ValueError, TypeError):
        raise ValueError(f"{version!r} is not a SemVer version such as 1.2.3") from None
