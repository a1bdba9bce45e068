"""Pinning: a small file of names, versions and digests, so that an analysis always loads the same data.

The file is JSON, ``{"packages": {NAME: {"version": …, "digest": …}}}``; the digest is that of the release's descriptor, which has the hash
of each file.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from registry.errors import NotFoundError, RequestError
from registry.ledger.forms import Each, Form, fault_of
from registry.ledger.model import DIGEST, NAME, VERSION
from registry.ledger.records import FIRST, Ledger, Record
from registry.packages.finding import DATABASE, near, release_named

__all__ = ["PinnedError", "check_built", "is_lock_file", "pinned", "pins_of", "read_pins", "write_pins"]

_PIN: dict[str, Form] = {"version": VERSION, "digest": DIGEST}
_FORM: Form = {"packages": Each(NAME, _PIN)}

_LARGEST = 1 << 26
"""Bytes of a lock file that are read: a million packages' pins."""


class PinnedError(RequestError):
    """What is to be loaded differs from what was pinned, or isn't pinned at all."""


def pins_of(ledger: Ledger, names: Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """The pins of the packages named, each at its latest version, or of a version, ``NAME@VERSION``, retracted or not; of all packages
    that have one, if none is named.

    Raises ``NotFoundError`` for what was never accepted and for a package of which every version is retracted, ``RequestError`` for two
    versions of one package.
    """
    pins: dict[str, dict[str, str]] = {}
    for label in list(names) or [n for n in ledger.packages if ledger.latest(n) is not None]:
        record = _pinnable(ledger, label)
        pin = {"version": str(record.version), "digest": record.release}
        if pins.setdefault(record.package, pin) != pin:
            both = f"{pins[record.package]['version']} and {pin['version']}"
            raise RequestError(f"a lock file has one version of a package, and of `{record.package}` {both} are asked for")
    return pins


def _pinnable(ledger: Ledger, label: str) -> Record:
    name, version = release_named(label)
    accepted = ledger.accepted(name)
    record = ledger.latest(name) if version is None else accepted.get(version)
    if record is not None:
        return record
    there = (
        near(version or "", list(accepted), "accepted version") if accepted else near(name, ledger.packages, "accepted package")
    )
    why = f"it was never accepted; {there}"
    raise NotFoundError(
        f"`{label}` can't be pinned: {'every version of it is retracted' if accepted and version is None else why}"
    )


def write_pins(path: Path, pins: Mapping[str, Mapping[str, str]], *, named: bool = True) -> None:
    """Write the lock file, completely or not at all. It replaces only a lock file; what isn't a regular file is
    written to only if it was ``named``. Raises ``OSError``.
    """
    from registry.packages.atomic import target_of, write_whole

    if (target := target_of(path, named=named)).is_file() and target.stat().st_size and not is_lock_file(target):
        raise FileExistsError(errno.EEXIST, "already exists and is not a lock file; choose another name", str(path))
    content = (json.dumps({"packages": pins}, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
    write_whole(path, content, named=named)


def is_lock_file(path: Path) -> bool:
    """Whether a file holds pins. Raises ``OSError`` if it can't be read."""
    try:
        read_pins(path)
    except PinnedError:
        return False
    return True


def read_pins(path: Path) -> dict[str, dict[str, str]]:
    """The pins in a lock file. Raises ``PinnedError`` if it isn't one, and ``OSError`` if it can't be read."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_LARGEST), object_pairs_hook=_once_each)
        fault = fault_of(said, _FORM)
    except (ValueError, RecursionError) as error:
        fault = f"it isn't read as JSON: {error}"
    if fault is not None:
        raise PinnedError(f"{path} is not a lock file of outcomes ({fault}); `outcomes lock` writes one")
    return {name: {member: str(pin[member]) for member in _PIN} for name, pin in said["packages"].items()}


def _once_each(members: list[tuple[str, object]]) -> dict[str, object]:
    """Of two members of one name a reader would see the first, and a program use the last."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a member is there twice")
    return found


def pinned(ledger: Ledger, pins: Mapping[str, Mapping[str, str]], name: str, version: str | None = None) -> Record:
    """The record of what is pinned under that name. Raises ``PinnedError`` where another ``version`` is asked for, where nothing is
    pinned, and where the ledger has something else.
    """
    pin = pins.get(name)
    if pin is None:
        raise PinnedError(f"`{name}` isn't in the lock file; {near(name, tuple(pins), 'pinned package')}")
    label = f"{name}@{pin['version']}"
    if version not in (None, pin["version"]):
        raise PinnedError(f"the lock file pins {label}, not {version}")
    accepted = ledger.accepted(name)
    record = accepted.get(pin["version"])
    if record is None:
        raise PinnedError(
            f"the lock file pins {label}, which isn't in this registry; {near(pin['version'], tuple(accepted), 'accepted version')}"
        )
    if record.release != pin["digest"]:
        raise PinnedError(f"{label} is {record.release} here, but the lock file pins {pin['digest']}: this is another release")
    return record


def check_built(
    ledger: Ledger, pins: Mapping[str, Mapping[str, str]], head: str, packages: Iterable[tuple[str, str, bool]]
) -> None:
    """Raises ``PinnedError`` unless a database was built of what is pinned and nothing else: its ``packages`` by name and version, and whether each was
    accepted; by this ledger, of which ``head`` was the last record then.
    """
    if head not in {FIRST, *(record.hash for record in ledger.records)}:
        raise PinnedError(f"{DATABASE} was built by another ledger than the one here; build it again (`outcomes build`)")
    built = {name: f"{name}@{version}" if is_accepted else f"a draft of {name}" for name, version, is_accepted in packages}
    wanted = {name: f"{name}@{pinned(ledger, pins, name).version}" for name in pins}
    if other := [label for name, label in sorted(built.items()) if wanted.get(name) != label]:
        more = f" and {len(other) - 1} more" if len(other) > 1 else ""
        raise PinnedError(
            f"{DATABASE} was built of {other[0]}{more}, which the lock file doesn't pin; load the packages that it pins, "
            "or pin all that the database was built of (`outcomes lock`)"
        )
    if lacking := sorted(wanted.keys() - built.keys()):
        gone = ledger.retraction(lacking[0], pins[lacking[0]]["version"]) is not None
        then = "it was retracted since: pin what is left" if gone else "build it again (`outcomes build`)"
        raise PinnedError(f"{DATABASE} was built without {wanted[lacking[0]]}, which the lock file pins; {then}")
