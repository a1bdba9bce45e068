"""Retracting: saying in the ledger that a version is not to be used. Nothing is deleted."""

from __future__ import annotations

import datetime
from pathlib import Path

from registry.errors import NotFoundError, RequestError
from registry.ledger.records import Ledger, Record, moment
from registry.ledger.store import LEDGER, STORE, FolderStore, ledger_of
from registry.ledger.writer import Writer
from registry.packages.finding import near, release_named
from registry.packages.room import Writing

__all__ = ["retract"]


def retract(
    root: Path,
    package: str,
    version: str | None,
    *,
    reason: str,
    by: str,
    superseded_by: str | None = None,
    now: datetime.datetime | None = None,
) -> tuple[Record, bool]:
    """Retract a version, or with ``version`` None every version there is. Returns the record and whether it is new: what is retracted
    already stays so, for the reason given then.

    ``superseded_by`` is ``name@version``, an accepted version that takes its place. Raises ``NotFoundError`` for what was never
    accepted, ``RequestError`` for a reason that is empty or a successor that is retracted itself, ``LedgerError`` where the ledger was
    changed.
    """
    if not reason.strip():
        raise RequestError("a retraction needs a reason; users of the version will read it")
    store = root / STORE
    known = ledger_of(FolderStore(store))
    if not known.records:
        raise NotFoundError(f"nothing is accepted yet: {store / LEDGER} has no record")
    _versions(known, package, version)  # before anything is locked
    with Writing(store), Writer(store) as writer:
        versions = _versions(writer.ledger, package, version)
        standing = [v for v in versions if writer.ledger.retraction(package, v) is None]
        if not standing:
            last = writer.ledger.retraction(package, versions[-1])
            if last is None:
                raise RuntimeError("a version is neither accepted nor retracted")
            return last, False
        if superseded_by is not None:
            _look_at_successor(writer.ledger, superseded_by, {f"{package}@{v}" for v in standing})
        at = moment(now)
        members = {
            "kind": "retract",
            "package": package,
            "version": version,
            "versions": standing,
            "reason": reason.strip(),
            "superseded_by": superseded_by,
            "at": at,
            "by": by,
        }
        return writer.append(members), True


def _versions(ledger: Ledger, package: str, version: str | None) -> list[str]:
    accepted = list(ledger.accepted(package))
    if not accepted:
        raise NotFoundError(f"`{package}` was never accepted; {near(package, ledger.packages, 'accepted package')}")
    if version is not None and version not in accepted:
        raise NotFoundError(f"{package}@{version} was never accepted; {near(version, accepted, 'accepted version')}")
    return accepted if version is None else [version]


def _look_at_successor(ledger: Ledger, successor: str, retracted: set[str]) -> None:
    name, version = release_named(successor)
    _versions(ledger, name, version)
    if version is None:
        raise RequestError(f"`{successor}` has no version; give the one that replaces it, as {name}@…")
    if successor in retracted:
        raise RequestError(f"{successor} would be retracted with it, so it can't replace another version")
    if ledger.retraction(name, version) is not None:
        raise RequestError(f"{successor} is retracted itself, so it can't replace another version")
