"""Loading from a web server that knows nothing of us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import registry
from registry.access import RetractedWarning
from registry.errors import NotFoundError
from registry.ledger.kept import cache_folder
from registry.ledger.records import LedgerError
from registry.ledger.remote import RemoteStore
from registry.ledger.store import DamagedError
from tests.loading.registries import responders
from tests.loading.servers import Server, web_server


def parquet_of(package: registry.Package, table: str) -> str:
    (resource,) = (r for r in package.descriptor["resources"] if r["name"] == table)
    return str(resource["parquet"]["path"])


def test_a_table_costs_three_requests_and_another_one_more(web: Server) -> None:
    package = registry.open(web.address).load("sample")
    assert responders(package) == 19
    fetched = ["ledger.jsonl", "sample@2.0.0.json", parquet_of(package, "outcomes")]
    assert web.requests == [f"/.registry/{path}" for path in fetched]
    web.requests.clear()
    package.arms  # noqa: B018
    assert web.requests == [f"/.registry/{parquet_of(package, 'arms')}"]


def test_what_was_fetched_once_is_not_fetched_again_save_the_ledger(web: Server, cache: Path) -> None:
    registry.open(web.address).load("sample").outcomes  # noqa: B018
    kept = {path.name for path in cache.iterdir() if path.is_file()}
    assert len(kept) == 2
    assert all(len(name) == 64 for name in kept)
    web.requests.clear()
    registry.open(web.address).load("sample").outcomes  # noqa: B018
    assert web.requests == ["/.registry/ledger.jsonl"]


@pytest.mark.parametrize(
    "below", ["", "/", "/.registry", "/.registry/", "/moved", "/moved/.registry/", "/.registry?token=secret"]
)
def test_the_address_is_that_of_the_registry_or_its_store(web: Server, below: str) -> None:
    reg = registry.open(web.address + below)
    assert reg.root is None
    assert reg.packages == ("sample", "withdrawn")
    assert responders(reg.load("sample", version="1.0.0")) == 20
    assert "secret" not in repr(reg)


def test_a_store_may_lie_under_any_name(shared: Path, tmp_path: Path, cache: Path) -> None:
    """Some web servers hide folders whose names begin with a dot."""
    shutil.copytree(shared / ".registry", tmp_path / "site" / "outcomes")
    with web_server(tmp_path / "site") as server:
        assert registry.open(f"{server.address}/outcomes").load("sample").arms.height == 2


def test_it_gives_arrow_and_pandas_and_a_lock_file(web: Server, tmp_path: Path) -> None:
    reg = registry.open(web.address)
    assert reg.load("sample").arrow()["outcomes"].num_rows == 4
    assert reg.load("sample").pandas()["outcomes"]["events"].sum() == 54
    reg.lock(tmp_path / "outcomes.lock")
    assert registry.open(web.address, lock=tmp_path / "outcomes.lock").load("sample").version == "2.0.0"


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("sampel", None, "no package `sampel` in http.*; did you mean `sample`"),
        ("sample", "2.0.1", "was never accepted; did you mean `2.0.0`"),
        ("sample", "draft", "has accepted versions only; `sample` has 1.0.0, 2.0.0"),
        ("unseen", None, "no package `unseen`"),
    ],
)
def test_what_is_not_there_is_said(web: Server, name: str, version: str | None, said: str) -> None:
    with pytest.raises(NotFoundError, match=said):
        registry.open(web.address).load(name, version)


def test_a_retracted_version_warns(web: Server) -> None:
    with pytest.warns(RetractedWarning, match="a mix-up"):
        registry.open(web.address).load("withdrawn")


@pytest.mark.parametrize(
    ("below", "kind", "said"),
    [
        ("/nowhere", NotFoundError, r"/nowhere is not a registry: there is no ledger\.jsonl there or in `\.registry`"),
        ("/page", NotFoundError, "is not a registry"),
        ("/403", PermissionError, r"the server answers 403 Forbidden: 'http://localhost:\d+/403/\.registry/ledger\.jsonl'"),
        ("/500", OSError, "the server answers 500 Internal Server Error"),
    ],
)
def test_an_address_without_a_registry_is_told(web: Server, below: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        registry.open(web.address + below)


def test_a_host_that_is_down_is_told_and_a_password_is_not(cache: Path, tmp_path: Path) -> None:
    with web_server(tmp_path) as server:
        gone = server.address.removeprefix("http://")
    with pytest.raises(OSError, match=rf"can't be fetched: Connection refused: 'http://{gone}/\.registry/ledger\.jsonl'") as seen:
        registry.open(f"http://me:secret@{gone}/?signature=hidden")
    assert "secret" not in str(seen.value)
    assert "hidden" not in str(seen.value)


@pytest.mark.parametrize("address", ["ftp://example.org/x", "gs://bucket/x", "file:///tmp"])
def test_other_addresses_are_refused(cache: Path, address: str) -> None:
    with pytest.raises(NotFoundError, match="an https:// or s3:// address"):
        registry.open(address)


def test_a_damaged_object_is_never_loaded_nor_kept(own: Path, cache: Path) -> None:
    with web_server(own) as server:
        package = registry.open(server.address).load("sample")
        parquet = own / ".registry" / parquet_of(package, "outcomes")
        whole = parquet.read_bytes()
        parquet.write_bytes(whole[:-5])
        with pytest.raises(DamagedError, match=rf"http://.*/{parquet.name} was changed: it has sha256:"):
            package.outcomes  # noqa: B018
        parquet.unlink()
        with pytest.raises(DamagedError, match="is missing"):
            package.outcomes  # noqa: B018
        parquet.write_bytes(whole)
        assert package.outcomes.height == 4


def test_a_changed_ledger_loads_nothing(own: Path, cache: Path) -> None:
    ledger = own / ".registry" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"tester", b"nobody", 1))
    with web_server(own) as server, pytest.raises(LedgerError, match=r"line 1: .* it was changed"):
        registry.open(server.address)


def test_a_damaged_copy_is_fetched_anew(web: Server, cache: Path) -> None:
    registry.open(web.address).load("sample").outcomes  # noqa: B018
    copies = [path for path in cache.iterdir() if path.is_file()]
    for path in copies:
        path.write_bytes(b"something else")
    web.requests.clear()
    assert registry.open(web.address).load("sample").outcomes.height == 4
    assert len(web.requests) == 3
    assert b"something else" not in [path.read_bytes() for path in copies]


def test_without_room_for_copies_it_loads_all_the_same(web: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setenv("OUTCOMES_CACHE", str(file))
    for _ in range(2):
        assert registry.open(web.address).load("sample").outcomes.height == 4
    assert len(web.requests) == 6
    assert file.read_text() == "no folder"


def test_a_copy_is_kept_whole_or_not_at_all(web: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    assert registry.open(web.address).load("sample").outcomes.height == 4
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_copies_are_kept_in_the_folder_for_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OUTCOMES_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / "trial-outcomes"

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = cache_folder()
    assert folder is not None
    assert (folder.name, folder.stat().st_mode & 0o777) == (f"trial-outcomes-{os.getuid()}", 0o700)
    folder.rmdir()
    folder.symlink_to(tmp_path)  # somebody else made it, to have it written to
    assert cache_folder() is None


def test_two_addresses_share_their_copies(web: Server, shared: Path) -> None:
    """A digest is a digest: what was fetched from one mirror isn't fetched from another."""
    registry.open(web.address).load("sample").outcomes  # noqa: B018
    with web_server(shared) as mirror:
        registry.open(mirror.address).load("sample").outcomes  # noqa: B018
        assert mirror.requests == ["/.registry/ledger.jsonl"]


def test_a_proxy_of_the_environment_is_used(web: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is asked for the whole address; the handler takes it for a path, and so answers that nothing is there."""
    monkeypatch.setenv("HTTP_PROXY", web.address)
    with pytest.raises(NotFoundError):
        registry.open("http://registry.invalid/folder")
    assert web.requests[0] == "http://registry.invalid/folder/.registry/ledger.jsonl"
    monkeypatch.setenv("NO_PROXY", "registry.invalid")
    with pytest.raises(OSError, match="can't be fetched"):
        registry.open("http://registry.invalid/folder")


def test_https_with_a_certificate_that_the_environment_trusts(shared: Path, tmp_path: Path, cache: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl isn't installed, and a certificate is needed")
    authority, certificate = certificates(tmp_path)
    script = "import sys, registry; print(registry.open(sys.argv[1]).load('sample').version)"
    with web_server(shared, certificate) as server:
        with pytest.raises(OSError, match=r"the server's certificate isn't trusted \("):
            registry.open(server.address)
        done = subprocess.run(
            [sys.executable, "-c", script, server.address],
            env={"SSL_CERT_FILE": str(authority), "OUTCOMES_CACHE": str(cache)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == "2.0.0", done.stderr


def certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and one that it signed for this machine, with its key."""
    commands = (
        # What a certificate must have for Python 3.13: what an authority's key is for, and whose key signed.
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority -addext keyUsage=critical,keyCertSign",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out leaf.csr -subj /CN=localhost",
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.cnf -out leaf.pem",
    )
    (folder / "leaf.cnf").write_text("subjectAltName = DNS:localhost\nauthorityKeyIdentifier = keyid\n", encoding="utf-8")
    for command in commands:
        subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True, check=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "leaf.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return folder / "ca.pem", both


def test_a_store_says_what_it_is_without_its_secrets(cache: Path) -> None:
    assert str(RemoteStore("https://me:secret@example.org/folder/?sig=hidden")) == "https://example.org/folder"
