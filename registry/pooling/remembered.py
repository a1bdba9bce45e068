"""What a build pooled, kept in the database's table ``poolings``, so that a comparison recalls what it would otherwise pool again.

A row's digest is of the trials' counts and names, of the measures there are, and of the code that pools: of other counts, or by other code, nothing is
recalled. The figures are written so that reading them gives the same numbers to the last bit.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from registry.pooling.counts import Counts, Effect, Pair
from registry.pooling.extremes import Bounds, Extreme
from registry.pooling.measures import MEASURES, PROPORTION
from registry.pooling.method import Estimator, Method, Route
from registry.pooling.once import BOUNDS, EFFECTS, RATES, Pooling, remembering
from registry.pooling.random_effects import Pooled, Range
from registry.strata.views import fill_table

if TYPE_CHECKING:
    import duckdb

__all__ = ["POOLINGS", "collected", "recalling"]

POOLINGS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "poolings": (
        "What the build pooled, as `compare` recalls it; to read, take pooled_rates and pooled_contrasts.",
        {
            "kind": ("VARCHAR", f"{RATES.name}, {EFFECTS.name} or {BOUNDS.name}: what was pooled of the trials."),
            "digest": ("VARCHAR", "Of the trials' names and counts, the measures, and the code that pools."),
            "figures": ("BLOB", "All figures: JSON, compressed by zlib."),
        },
    )
}
"""The table, with what it is and its columns."""

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


@contextmanager
def collected(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Put whatever is pooled meanwhile into the table ``poolings`` of the database that the connection is in."""
    collecting = _Collecting()
    with remembering(collecting):
        yield
    fill_table(con, "poolings", list(collecting.rows.values()))


@contextmanager
def recalling(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Take whatever would be pooled meanwhile from the database that the connection is in, where it has it."""
    with remembering(_Recalling(con)):
        yield


class _Collecting:
    """Has nothing, and keeps all."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str | bytes]] = {}

    def recalled(self, kind: Pooling[_Asked, _Found], asked: Sequence[_Asked]) -> Mapping[_Asked, _Found]:  # noqa: ARG002
        return {}

    def keep(self, kind: Pooling[_Asked, _Found], found: Mapping[_Asked, _Found]) -> None:
        for asked, one in found.items():
            digest = _digest(kind, asked)
            if digest not in self.rows:
                self.rows[digest] = {"kind": kind.name, "digest": digest, "figures": zlib.compress(_compact(_told(one)))}


class _Recalling:
    """Has what a database has, and keeps nothing."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def recalled(self, kind: Pooling[_Asked, _Found], asked: Sequence[_Asked]) -> Mapping[_Asked, _Found]:
        by_digest = {_digest(kind, one): one for one in asked}
        query = "SELECT digest, figures FROM poolings WHERE digest IN (SELECT unnest(?))"
        rows = self.con.execute(query, [list(by_digest)]).fetchall()
        return {(one := by_digest[digest]): _read(kind, one, json.loads(zlib.decompress(figures))) for digest, figures in rows}

    def keep(self, kind: Pooling[_Asked, _Found], found: Mapping[_Asked, _Found]) -> None:
        pass


def _digest(kind: Pooling[Any, Any], asked: Any) -> str:
    trials, open_ = asked if kind.name == BOUNDS.name else (asked, ())
    told = _compact([_code(), kind.name, list(MEASURES), [_CELLS[type(one)](one) for one in trials], sorted(open_)])
    return hashlib.blake2b(told, digest_size=16).hexdigest()


_CELLS = {one: attrgetter(*one.__slots__) for one in (Counts, Pair)}


@cache
def _code() -> str:
    """A digest of the code that pools."""
    told = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        told.update(path.read_bytes())
    return told.hexdigest()


def _compact(told: Any) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


_OF_TRIALS = ("estimate", "low", "high", "model_estimate", "model_se", "corrected", "weight")
"""What is kept of a trial; its name and counts are in what was asked for."""

_FIRST = (
    "estimate", "low", "high", "mean", "prediction_low", "prediction_high", "i2", "tau2", "q", "q_p", "model_estimate", "model_se", "left_out",
)  # fmt: skip
_RANGES = ("common", "half", "double")
"""With those of the trials, all of ``Pooled`` that doesn't follow from what was asked for."""


def _told(found: object) -> Any:
    """The figures as JSON can have them."""
    if isinstance(found, Pooled):
        ranges = [None if one is None else [one.estimate, one.low, one.high] for one in map(found.__getattribute__, _RANGES)]
        by, route, *told = _METHOD(found.method)
        return [list(_FIGURES(found)), ranges, [by.name, route.name, *told], [list(_OWN(trial)) for trial in found.trials]]
    if isinstance(found, Mapping):
        return {name: _told(one) for name, one in found.items()}
    if isinstance(found, Bounds):
        return [*([one.estimate, one.low, one.high, one.k, one.taken] for one in (found.lowest, found.highest)), found.open_]
    return found


_FIGURES, _OWN = attrgetter(*_FIRST), attrgetter(*_OF_TRIALS)
_METHOD = attrgetter("by", "route", "words", "scale", "corrected", "by_rates")


def _read(kind: Pooling[_Asked, _Found], asked: Any, told: Any) -> Any:
    """The same again, with the trials that were asked for."""
    if kind.name == RATES.name:
        return _pooled(PROPORTION.name, [(one.label, one.events, one.n) for one in asked], told)
    if kind.name == EFFECTS.name:
        trials = [(one.label, one.events_a + one.events_b, one.n_a + one.n_b) for one in asked]
        return {name: _pooled(name, trials, one) for name, one in told.items()}
    if told is None:
        return None
    lowest, highest, open_ = told
    return Bounds(_extreme(*lowest), _extreme(*highest), tuple(open_))


def _extreme(estimate: float, low: float, high: float, k: int, taken: Iterable[str]) -> Extreme:
    return Extreme(estimate, low, high, k, tuple(taken))


def _pooled(measure: str, trials: Iterable[tuple[str, int, int]], told: Any) -> Pooled:
    figures, ranges, (by, route, words, *more), own = told
    named: dict[str, Any] = dict(zip(_FIRST, figures, strict=True))
    named |= {name: None if one is None else Range(*one) for name, one in zip(_RANGES, ranges, strict=True)}
    named["method"] = Method(Estimator[by], words, Route[route], *more)
    named["left_out"] = tuple(named["left_out"])
    kept = [trial for trial in trials if trial[0] not in named["left_out"]]
    effects = tuple(Effect(*trial, *of) for trial, of in zip(kept, own, strict=True))
    n, events = sum(one.n for one in effects), sum(one.events for one in effects)
    return Pooled(measure=measure, k=len(effects), n=n, events=events, trials=effects, **named)
