"""Checkpoints leave by themselves: into a folder, to the auditors, to a timestamping service."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.audit import anchors, sealing
from assistedaccess.audit.checkpoints import Checkpoint, find_checkpoint
from assistedaccess.audit.models_tree import AuditAnchor
from assistedaccess.installation import list_anchor_ways, list_checkpoint_addresses
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.senders_timestamp import ask_for_timestamp
from config import Settings, SettingsError, load_settings
from tests.factories import organisations
from tests.support.attacks import verify
from tests.support.sealing import write_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _no_ways() -> Iterator[None]:
    yield
    anchors.use_ways(tuple)


def seal() -> Checkpoint:
    write_events(3)
    made = sealing.seal_all()
    assert made is not None
    return made


def list_anchors() -> list[tuple[str, int]]:
    with reading() as session:
        rows = session.execute(select(AuditAnchor.kind, AuditAnchor.size).order_by(AuditAnchor.id))
        return [(row.kind, row.size) for row in rows]


def use(*ways: anchors.Way) -> None:
    anchors.use_ways(lambda: ways)


def test_a_folder_has_each_checkpoint_and_the_newest(tmp_path: Path) -> None:
    folder = tmp_path / "outside"
    use(anchors.to_folder(folder))
    assert anchors.send_due_anchors() == []  # there is none yet
    first = seal()
    for _ in range(2):  # nothing new goes out once
        assert anchors.send_due_anchors() == []
    second = seal()
    assert anchors.send_due_anchors() == []  # it is not due
    assert list_anchors() == [("folder", first.size)]
    with clock.set_clock(clock.now() + timedelta(minutes=11)):
        assert anchors.send_due_anchors() == []
    assert list_anchors() == [("folder", first.size), ("folder", second.size)]
    kept = sorted(folder.iterdir())
    assert [file.read_text() for file in kept] == [first.note, second.note, second.note]
    assert kept[-1].name == "newest.checkpoint"
    assert verify(*(file.read_text() for file in kept)).ok


def test_what_does_not_leave_is_said_and_tried_again(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    use(anchors.to_folder(blocked), anchors.to_folder(tmp_path / "other"))
    made = seal()
    said = anchors.send_due_anchors()
    assert len(said) == 1
    assert str(made.size) in said[0]
    blocked.unlink()
    with clock.set_clock(clock.now() + timedelta(minutes=11)):
        seal()
        assert anchors.send_due_anchors() == []
    assert (blocked / "newest.checkpoint").exists()


def test_the_auditors_get_one_a_day_by_the_sender_of_all_messages(settings: Settings) -> None:
    office = organisations.make_organisation()
    auditor = organisations.make_member(office, Role.AUDITOR)
    organisations.make_member(office, Role.HELPER)
    addresses = list_checkpoint_addresses(settings)
    assert addresses == [auditor.email]
    given = replace(settings, checkpoint_emails="a@example.org, b@example.org")
    assert list_checkpoint_addresses(given) == ["a@example.org", "b@example.org"]
    anchors.use_ways(lambda: list_anchor_ways(settings))
    made = seal()
    assert anchors.send_due_anchors() == []
    seal()
    with clock.set_clock(clock.now() + timedelta(hours=23)):
        assert anchors.send_due_anchors() == []
    (file,) = (settings.data_dir / "outbox").glob("checkpoint-*.json")
    message = json.loads(file.read_text())
    assert message["to"] == addresses[0]
    assert message["body"].endswith(made.note)
    note = message["body"].partition("----------\n")[2]
    assert verify(note).ok


def test_where_there_is_no_auditor_that_is_said(settings: Settings) -> None:
    anchors.use_ways(lambda: list_anchor_ways(settings))
    seal()
    (said,) = anchors.send_due_anchors()
    assert "nobody to send it to" in said


def test_the_sealer_takes_them_out_by_itself(tmp_path: Path, sandbox) -> None:
    from assistedaccess.kernel.transactions import bind_database

    use(anchors.to_folder(tmp_path / "outside"))
    seal()
    over = threading.Event()

    def follow() -> None:
        bind_database(sandbox.database)
        sealing.follow(
            lambda made: None, also=lambda: anchors.send_due_anchors() or None, is_over=over.is_set
        )

    thread = threading.Thread(target=follow)
    thread.start()
    for _ in range(200):
        if (tmp_path / "outside" / "newest.checkpoint").exists() and list_anchors():
            break
        over.wait(0.1)
    over.set()
    thread.join()
    assert list_anchors()


# -- RFC 3161, with OpenSSL as the service


class Authority:
    """A timestamping service on this machine, which may be told to answer wrongly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answer: Callable[[bytes], bytes] = self._reply
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-sha256"),
            *("-subj", "/CN=A timestamping service/O=Example", "-config", folder / "tsa.cnf"),
            *("-extensions", "usage", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        )

    def _openssl(self, *words: object) -> None:
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)

    def _reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile"),
            *(self.folder / "query", "-out", self.folder / "reply"),
        )
        return (self.folder / "reply").read_bytes()


CONFIGURATION = """
[req]
distinguished_name = name
[name]
[usage]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = service
[service]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[Authority, str]]:
    if shutil.which("openssl") is None:
        pytest.fail("openssl is needed for this test: it is part of every Debian")
    made = Authority(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = made.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_timestamp_is_of_the_checkpoint_and_is_kept(authority: tuple[Authority, str]) -> None:
    from cryptography.x509 import load_pem_x509_certificate

    service, url = authority
    use(anchors.by_timestamp(url, ask_for_timestamp))
    made = seal()
    assert anchors.send_due_anchors() == []
    with reading() as session:
        receipt = session.scalars(select(AuditAnchor.receipt)).one()
        found = find_checkpoint(size=made.size)
    assert receipt is not None
    assert found == made
    certificate = load_pem_x509_certificate((service.folder / "cert.pem").read_bytes())
    verifier = VerifierBuilder().tsa_certificate(certificate).add_root_certificate(certificate)
    response = decode_timestamp_response(receipt)
    assert verifier.build().verify_message(response, made.note.encode())


def test_a_timestamp_of_something_else_is_none(authority: tuple[Authority, str]) -> None:
    service, url = authority
    use(anchors.by_timestamp(url, ask_for_timestamp))
    seal()
    kept: list[bytes] = []

    def replay(query: bytes) -> bytes:
        kept.append(service._reply(query))
        return kept[0]

    service.answer = replay
    assert anchors.send_due_anchors() == []
    with clock.set_clock(clock.now() + timedelta(hours=2)):
        seal()
        for answer in (replay, lambda query: b"", lambda query: b"<html>"):
            service.answer = answer
            (said,) = anchors.send_due_anchors()
            assert "timestamp" in said
    assert len(list_anchors()) == 1


def test_a_service_that_is_not_there_is_said() -> None:
    use(anchors.by_timestamp("http://127.0.0.1:9/", ask_for_timestamp))
    seal()
    (said,) = anchors.send_due_anchors()
    assert "cannot be reached" in said


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_wrong_address_stops_the_boot(tmp_path: Path) -> None:
    environ = {"ASSISTEDACCESS_ENV": "demo", "ASSISTEDACCESS_DATA_DIR": str(tmp_path)}
    with pytest.raises(SettingsError, match="TIMESTAMP_URL"):
        load_settings({**environ, "ASSISTEDACCESS_TIMESTAMP_URL": "ftp://example.org"})
    assert load_settings({**environ, "ASSISTEDACCESS_TIMESTAMP_URL": "https://tsa.example.org/"})
