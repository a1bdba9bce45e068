"""An anchor shows a ledger that was cut or written once more, and what others say about it is checked by their own tools."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from registry.errors import RequestError
from registry.ledger.anchoring import Anchor, anchor_of, read_anchor
from registry.ledger.records import FIRST, Ledger
from registry.ledger.store import FolderStore, ledger_of
from registry.ledger.verifying import verify
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place

needs_keys = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen isn't installed")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl isn't installed")


def grown(place: Place) -> None:
    """One more record."""
    place.write("sample", "1.0.1", title="Sample, corrected")
    assert place.accept("sample").record is not None


def anchored(place: Place, *words: str) -> Path:
    done = outcomes("anchor", "-o", str(place.root / "kept.json"), *words, cwd=place.root)
    assert done.returncode == 0, done.stderr
    return place.root / "kept.json"


def told(place: Place, *words: str) -> tuple[int, str]:
    done = outcomes("verify", *words, cwd=place.root, one_stream=True)
    return done.returncode, " ".join(done.stdout.split())


def test_a_ledger_that_has_grown_is_the_one_that_was_anchored(accepted: Place) -> None:
    kept = anchored(accepted)
    assert json.loads(kept.read_bytes()) == {"records": 1, "head": ledger_of(FolderStore(accepted.store)).head}
    head = read_anchor(kept).head
    grown(accepted)
    assert told(accepted, "--anchor", str(kept), "--head", head)[0] == 0
    assert told(accepted, "--head", head.removeprefix("sha256:").upper())[0] == 0


def test_one_that_was_cut_or_rewritten_is_not(accepted: Place) -> None:
    first = anchored(accepted).rename(accepted.root / "first.json")
    grown(accepted)
    kept = anchored(accepted)
    head = read_anchor(kept).head
    ledger = accepted.store / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole.splitlines(keepends=True)[0])
    assert told(accepted)[0] == 0
    code, words = told(accepted, "--anchor", str(kept))
    assert (code, "the ledger was cut: it had 2 records when it was anchored, and has 1" in words) == (1, True)
    code, words = told(accepted, "--head", head)
    assert (code, f"no record has the head {head}" in words) == (1, True)
    # Written once more from the first record on, with hashes that fit.
    shutil.rmtree(accepted.store)
    accepted.write("sample", title="Another")
    assert accepted.accept("sample", by="somebody else").record is not None
    assert told(accepted)[0] == 0
    code, words = told(accepted, "--anchor", str(first))
    assert (code, "the ledger was rewritten: record 1 had sha256:" in words) == (1, True)


def test_anchors_in_the_store_are_looked_at_always(accepted: Place) -> None:
    assert outcomes("anchor", cwd=accepted.root).returncode == 0
    kept = accepted.store / "anchors" / "1.json"
    done = verify(accepted.store)
    assert (done.whole, done.leftovers, done.anchors) == (True, (), ("anchors/1.json",))
    grown(accepted)
    assert verify(accepted.store).whole
    kept.write_bytes(Anchor(1, FIRST).line())
    (damage,) = verify(accepted.store).damages
    assert damage.message.startswith("by anchors/1.json, the ledger was rewritten")
    kept.write_bytes(b"{}")
    assert "is not an anchor of a ledger" in told(accepted)[1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"head":1,"records":1}',
        b'{"head":"sha256:' + b"0" * 64 + b'","records":0}\n',
        b'{"head":"sha256:' + b"0" * 64 + b'","records":true}\n',
        b'{"head": "sha256:' + b"0" * 64 + b'", "records": 1}\n',
        b'{"head":"sha256:' + b"0" * 64 + b'","records":1}',
        b"[" * 4_000,
    ],
)
def test_what_is_not_an_anchor(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(RequestError, match="is not an anchor of a ledger"):
        read_anchor(tmp_path / "x.json")


def test_nothing_is_anchored_where_nothing_is_accepted(place: Place) -> None:
    with pytest.raises(RequestError, match="nothing is accepted yet"):
        anchor_of(Ledger())
    assert outcomes("anchor", cwd=place.root).returncode == 2
    assert not place.store.exists()


def test_nothing_but_an_anchor_is_replaced(accepted: Place) -> None:
    (accepted.root / "mine.json").write_text('{"mine": true}')
    before = accepted.files()
    for words in (["-o", "mine.json"], ["-o", "mine.txt"], ["-o", ".registry/ledger.json"]):
        assert outcomes("anchor", *words, cwd=accepted.root).returncode == 2, words
    assert accepted.files() == before


@needs_keys
def test_a_signature_says_by_whom(accepted: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    keys = tmp_path_factory.mktemp("keys")
    for name in ("alice", "mallory"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)], check=True)
    signers = keys / "allowed"
    signers.write_text(f"alice@example.org {(keys / 'alice.pub').read_text()}")
    kept = anchored(accepted, "--sign", str(keys / "alice"))
    check = ("--anchor", str(kept), "--signers", str(signers))
    code, words = told(accepted, *check)
    assert (code, f"{kept}: signed by alice@example.org" in words) == (0, True)
    assert "--signers and --authority say whose" in told(accepted, "--anchor", str(kept))[1]
    # A second time it is signed by the one who asks.
    anchored(accepted, "--sign", str(keys / "mallory"))
    code, words = told(accepted, *check)
    assert (code, "was not made by anybody in" in words) == (1, True)
    # And a signature is of this ledger's head, made for this purpose.
    signature = kept.with_name("kept.json.sig")
    for namespace, content in (("file", kept.read_bytes()), ("trial-outcomes-anchor", b"something else")):
        other = keys / "other"
        other.write_bytes(content)
        made = keys / "other.sig"
        made.unlink(missing_ok=True)
        subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-f", str(keys / "alice"), "-n", namespace, str(other)],
            check=True,
            capture_output=True,
        )
        shutil.copy(made, signature)
        code, words = told(accepted, *check)
        assert (code, "is not alice@example.org's signature of kept.json" in words) == (1, True)
    signature.unlink()
    code, words = told(accepted, *check)
    assert (code, "there is nothing to check with" in words) == (1, True)


@needs_keys
def test_each_kind_that_is_asked_for_must_be_there(accepted: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    keys = tmp_path_factory.mktemp("keys")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / "k")], check=True)
    (keys / "allowed").write_text(f"me {(keys / 'k.pub').read_text()}")
    kept = anchored(accepted, "--sign", str(keys / "k"))
    check = ("--anchor", str(kept), "--signers", str(keys / "allowed"), "--authority", str(keys / "k.pub"))
    code, words = told(accepted, *check)
    assert (code, "Ledger intact" in words, f"{kept}: signed by me" in words) == (1, True, True)
    assert words.endswith("no anchor has a time-stamp (FILE.tsr) beside it")
    done = outcomes("verify", *check, "--format", "json", cwd=accepted.root)
    assert [(p["anchor"], p["holds"]) for p in json.loads(done.stdout)["proofs"]] == [(str(kept), True), (None, False)]
    # An anchor that is named has to have one itself, whatever those in the store have.
    other = accepted.root / "other.json"
    other.write_bytes(kept.read_bytes())
    code, words = told(accepted, *check[:4], "--anchor", str(other))
    assert (code, words.endswith(f"{other}: no signature (FILE.sig) is beside it")) == (1, True)
    assert told(accepted, *check[:-1], "nowhere.pem") == (
        2,
        "outcomes: nowhere.pem: the file of certificates can't be read: there is no such file.",
    )


@pytest.mark.parametrize("option", ["--signers", "--authority"])
def test_what_is_damaged_is_said_where_a_proof_is_missing_too(accepted: Place, option: str) -> None:
    trusted = accepted.root / "trusted"
    trusted.touch()
    next((accepted.store / "objects").rglob("*.csv")).write_text("changed")
    code, words = told(accepted, option, str(trusted))
    assert (code, words.startswith("Damaged: objects/"), "there is nothing to check with" in words) == (1, True, True)
    done = outcomes("verify", option, str(trusted), "--format", "json", cwd=accepted.root)
    found = json.loads(done.stdout)
    assert (done.returncode, found["intact"], len(found["damages"]), len(found["proofs"])) == (1, False, 1, 1)


@needs_keys
def test_a_key_that_can_not_sign(accepted: Place) -> None:
    (accepted.root / "key").write_text("not a key")
    for key, code, said in (("nowhere", 2, "nowhere: the key can't be read"), ("key", 3, "could not be signed")):
        done = outcomes("anchor", "-o", "kept.json", "--sign", key, cwd=accepted.root)
        assert (done.returncode, said in done.stderr) == (code, True), done
        assert (accepted.root / "kept.json").exists() is (code == 3), "nothing is written where the key isn't there"


@needs_openssl
def test_a_time_stamp_says_since_when(accepted: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = _Authority(tmp_path_factory.mktemp("authority"))
    kept = anchored(accepted)
    authority.stamp(kept)
    check = ("--anchor", str(kept), "--authority", str(authority.folder / "ca.pem"))
    code, words = told(accepted, *check)
    assert (code, f"{kept}: time-stamped " in words) == (0, True), words
    done = outcomes("verify", *check, "--format", "json", cwd=accepted.root)
    assert [proof["holds"] for proof in json.loads(done.stdout)["proofs"]] == [True]
    other = accepted.root / "other.json"
    other.write_bytes(Anchor(1, FIRST).line())
    authority.stamp(other)
    other.with_name("other.json.tsr").replace(kept.with_name("kept.json.tsr"))
    code, words = told(accepted, *check)
    assert (code, "is not a time-stamp of kept.json by the authority" in words) == (1, True)


class _Authority:
    """A time-stamping authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_cert = ca.pem\nsigner_key = ca.key\nsigner_digest = sha256\n"
            "default_policy = 1.2.3.4\ndigests = sha256\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        )
        self.run(
            *(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-days",
                "2",
                "-subj",
                "/CN=Stamps",
            ),
            *("-addext", "extendedKeyUsage=critical,timeStamping"),
        )

    def run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def stamp(self, file: Path) -> None:
        self.run("ts", "-query", "-data", str(file), "-sha256", "-cert", "-out", "asked.tsq")
        self.run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", f"{file}.tsr")
