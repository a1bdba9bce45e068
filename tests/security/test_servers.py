"""A registry behind a stranger's address: whatever the server does, it ends soon, in little memory, as an error that says why."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import registry
from registry.errors import NotFoundError
from registry.ledger import connecting, fetching, remote
from registry.ledger.fetching import Client, seconds_for
from registry.ledger.records import LedgerError, digest_of
from registry.ledger.store import DamagedError, LargerError
from tests.ledger.mutating import chain
from tests.loading.registries import make
from tests.loading.servers import web_server, without_settings
from tests.security.servers import A_BIT, BOMB, CHUNKED, OK, Hostile, body, dripping, hostile, redirecting, without_end

Answer = Callable[[Hostile, socket.socket, bytes], None]
MOST = 1 << 20
SOCKETS = 8 << 20
"""What may be on its way between two sockets of this machine."""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As it is, only sooner."""
    without_settings(monkeypatch)
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetching, "FLOOR", 0.5)
    monkeypatch.setattr(fetching, "SLOWEST", 8 << 20)
    monkeypatch.setattr(connecting, "SILENCE", 2)
    monkeypatch.setattr(remote, "LARGEST_LEDGER", MOST)


ANSWERS: dict[str, tuple[Answer, type[Exception], str]] = {
    "huge": (body(OK + b"Content-Length: 999999999999\r\n"), LargerError, "larger than the 1,048,576 bytes allowed"),
    "beyond 64 bits": (body(OK + b"Content-Length: 99999999999999999999999\r\n"), LargerError, "larger than"),
    "endless": (without_end(OK + b"\r\n"), LargerError, "larger than"),
    "endless, negative length": (without_end(OK + b"Content-Length: -1\r\n\r\n"), LargerError, "larger than"),
    "endless chunks": (without_end(CHUNKED, b"10000\r\n" + A_BIT + b"\r\n"), LargerError, "larger than"),
    "a negative chunk": (without_end(CHUNKED + b"-1\r\n"), OSError, "larger than|isn't HTTP|Errno"),
    "a huge chunk": (without_end(CHUNKED + b"ffffffffffff\r\n"), LargerError, "larger than"),
    "endless extension of a chunk": (without_end(CHUNKED + b"1;"), OSError, "isn't valid HTTP"),
    "endless trailers": (without_end(CHUNKED + b"3\r\nabc\r\n0\r\n", b"X: y\r\n"), OSError, "more than . seconds|Errno"),
    "small chunks for ever": (dripping(CHUNKED, b"1\r\na\r\n"), OSError, "it took more than . seconds"),
    "drip": (dripping(OK + b"Content-Length: 1000\r\n\r\n"), OSError, "it took more than . seconds"),
    "drip without length": (dripping(OK + b"\r\n"), OSError, "it took more than . seconds"),
    "drip of headers": (dripping(OK + b"X: "), OSError, "it took more than . seconds"),
    "no answer": (dripping(b"", b""), OSError, "it took more than . seconds|nothing came for 2 seconds"),
    "continue, continue": (without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), OSError, "it took more than . seconds"),
    "flood of headers": (without_end(OK, b"X: " + b"a" * 1000 + b"\r\n"), OSError, "isn't valid HTTP"),
    "endless header": (without_end(OK + b"X: "), OSError, "isn't valid HTTP"),
    "endless status": (without_end(b"HTTP/1.1 200 "), OSError, "isn't valid HTTP"),
    "bomb": (
        body(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(BOMB), BOMB),
        OSError,
        "sends the file as 'gzip', which wasn't requested",
    ),
    "error with a huge body": (body(b"HTTP/1.1 500 No\r\nContent-Length: 999999999999\r\n"), OSError, "answers 500 Internal"),
    "error without end": (without_end(b"HTTP/1.1 500 No\r\n\r\n"), OSError, "answers 500 Internal Server Error"),
    "refusal without end": (without_end(b"HTTP/1.1 403 No\r\n\r\n"), PermissionError, "answers 403 Forbidden"),
    "absence without end": (without_end(b"HTTP/1.1 404 No\r\n\r\n"), NotFoundError, "is not a registry: there is no ledger"),
    "status of its own": (body(b"HTTP/1.1 299 \x1b[31m\r\nContent-Length: 3\r\n"), OSError, "the server answers 299:"),
    "part": (body(b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-2/9\r\nContent-Length: 3\r\n"), OSError, "206 Partial Content"),
    "short": (body(OK + b"Content-Length: 1000\r\n"), OSError, "the connection ended 997 bytes early"),
    "closes": (lambda *_: None, OSError, "the server closed the connection"),
    "no HTTP": (body(b"\x00\xff" * 500), OSError, "isn't valid HTTP"),
    "HTML": (body(OK + b"Content-Length: 12\r\n", b"<html>Hello!"), NotFoundError, "is not a registry: there is no ledger"),
    "JSON of another kind": (body(OK + b"Content-Length: 3\r\n", b"{}\n"), LedgerError, "line 1: it is not a record"),
    "to itself": (redirecting(b"/again"), OSError, "redirects more than 5 times"),
    "nowhere": (redirecting(b""), OSError, "redirects more than 5 times"),
    "to a file": (redirecting(b"file:///etc/passwd"), OSError, "redirects from http:// to file://"),
    "to nonsense": (redirecting(b"http://[::1"), OSError, "can't be fetched"),
    "to a port that is none": (redirecting(b"http://127.0.0.1:99999/"), OSError, "can't be fetched"),
    "redirection without end": (without_end(b"HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n"), OSError, "redirects more than 5 times"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_server_is_an_error_that_says_why(name: str) -> None:
    answer, kind, said = ANSWERS[name]
    with hostile(answer) as server:
        begun = time.monotonic()
        with pytest.raises(kind, match=said) as told:
            registry.open(server.address)
        assert time.monotonic() - begun < 10
        assert server.sent < 6 * (MOST + SOCKETS)
        assert "\x1b" not in str(told.value)


def test_nothing_hostile_ends_the_process_or_takes_its_memory(tmp_path: Path) -> None:
    """In a process with little memory to itself: a library that trusts a length is ended by it."""
    script = """
import resource, sys
from registry.ledger import connecting, fetching
from registry.ledger.fetching import Client
fetching.FLOOR, fetching.SLOWEST, connecting.SILENCE = 0.5, 8 << 20, 2
client = Client()
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() if sys.platform == "linux" else 0
if held:
    resource.setrlimit(resource.RLIMIT_AS, (held + (200 << 20),) * 2)
for address in sys.argv[1:]:
    try:
        client.fetch(address, 1 << 20, address)
    except OSError as error:
        print(type(error).__name__)
"""
    names = [n for n in ANSWERS if ANSWERS[n][1] is not LedgerError and n != "HTML"]
    servers = [Hostile(ANSWERS[name][0]) for name in names]
    try:
        command = [sys.executable, "-c", script, *(f"{s.address}/ledger.jsonl" for s in servers)]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=120)
    finally:
        for server in servers:
            server.stop()
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(names)


def test_a_password_is_not_taken_to_another_server(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def note(server: Hostile, client: socket.socket, request: bytes) -> None:
        seen.append(request)
        server.send(client, OK + b"Content-Length: 1\r\n\r\nx")

    with hostile(note) as other, hostile(redirecting(other.address.encode() + b"/x")) as first:
        host = first.address.removeprefix("http://")
        assert Client().fetch(f"http://me:secret@{host}/a", 10, "a") == b"x"
        assert Client().fetch(f"{other.address.replace('//', '//me:secret@')}/a", 10, "a") == b"x"
    assert b"Authorization" not in seen[0]
    assert b"Authorization: Basic bWU6c2VjcmV0" in seen[1]


def test_a_connection_that_stays_open_is_used_again(tmp_path: Path) -> None:
    def keep(server: Hostile, client: socket.socket, _: bytes) -> None:
        for _ in range(3):
            server.send(client, OK + b"Content-Length: 2\r\n\r\nxy")
            client.recv(65536)
        server.asked += 10

    with hostile(keep) as server:
        client = Client()
        assert [client.fetch(f"{server.address}/a", 2, "a") for _ in range(3)] == [b"xy"] * 3
        del client
    assert server.asked == 11


def test_a_large_file_has_more_time_than_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert seconds_for(0) == 60
    assert seconds_for(64 << 20) == 572


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("which", ["release", "parquet"])
def test_what_is_larger_than_its_record_says_is_not_taken(whole: Path, which: str) -> None:
    store = whole / ".registry"
    ledger = (store / "ledger.jsonl").read_bytes()

    def answer(server: Hostile, client: socket.socket, request: bytes) -> None:
        path = request.split()[1].decode().removeprefix("/.registry/")
        if path == "ledger.jsonl" or (which == "parquet" and path.endswith(".json")):
            content = ledger if path == "ledger.jsonl" else (store / path).read_bytes()
            server.send(client, OK + b"Content-Length: %d\r\n\r\n" % len(content) + content)
        else:
            server.send(client, CHUNKED)
            server.endless(client, b"10000\r\n" + A_BIT + b"\r\n")

    with hostile(answer) as server:
        reg = registry.open(server.address)
        with pytest.raises(DamagedError, match=r"was changed: it is larger than the [\d,]+ bytes in the ledger"):
            reg.load("sample").outcomes  # noqa: B018
        assert server.sent < SOCKETS
    assert json.loads(ledger.splitlines()[0])["release"]["bytes"] < SOCKETS


@pytest.mark.parametrize("which", ["release", "parquet"])
def test_a_size_that_only_the_server_states_is_held_to_what_the_machine_has(whole: Path, which: str) -> None:
    """It writes the ledger, too, and every hash in it is right."""
    store = whole / ".registry"
    record = json.loads((store / "ledger.jsonl").read_bytes().splitlines()[0])
    if which == "release":
        record["release"]["bytes"] = 1 << 50
    else:
        descriptor = json.loads((store / record["release"]["path"]).read_bytes())
        for resource in descriptor["resources"]:
            resource["parquet"]["bytes"] = 1 << 50
            record["tables"][resource["name"]]["parquet"]["bytes"] = 1 << 50
        words = json.dumps(descriptor).encode()
        record["release"] |= {"bytes": len(words), "hash": digest_of(words)}
    ledger = chain([record])

    def answer(server: Hostile, client: socket.socket, request: bytes) -> None:
        path = request.split()[1].decode().removeprefix("/.registry/")
        if path == "ledger.jsonl" or (which == "parquet" and path.endswith(".json")):
            content = ledger if path == "ledger.jsonl" else words
            server.send(client, OK + b"Content-Length: %d\r\n\r\n" % len(content) + content)
        else:
            server.send(client, OK + b"Content-Length: %d\r\n\r\n" % (1 << 50))
            server.endless(client, A_BIT)

    with hostile(answer) as server:
        reg = registry.open(server.address)
        with pytest.raises(MemoryError, match="needs 1,125,899,906,842,624 bytes of memory, but this machine has"):
            reg.load("sample").outcomes  # noqa: B018
        assert server.sent < MOST


def test_what_listens_in_the_cache_is_not_waited_for(whole: Path, tmp_path: Path) -> None:
    """A pipe, a folder, or a link under the name of an object."""
    import os

    with web_server(whole) as server:
        registry.open(server.address).load("sample").outcomes  # noqa: B018
        for number, kept in enumerate(sorted((tmp_path / "cache").glob("[0-9a-f]*"))):
            content = kept.read_bytes()
            kept.unlink()
            if number == 0:
                os.mkfifo(kept)
            else:
                (tmp_path / "elsewhere").write_bytes(content)
                kept.symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere").write_bytes(b"somebody else's")
        assert registry.open(server.address).load("sample").outcomes.height == 4
    assert (tmp_path / "elsewhere").read_bytes() == b"somebody else's"
