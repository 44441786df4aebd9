"""GOV.UK Notify, the text gateway and SMTP, against stubs on this machine. No database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistedaccess.notices.senders import DeliveryFailed, Message
from assistedaccess.notices.senders_http import call_provider
from assistedaccess.notices.senders_notify import NotifySender, make_token
from assistedaccess.notices.senders_smtp import SmtpSender


class Stub(BaseHTTPRequestHandler):
    """A provider: answers as it is told and keeps what it was asked."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.answer(json.loads(self.rfile.read(length)))

    def do_GET(self) -> None:
        self.answer(None)

    def answer(self, body: Any) -> None:
        server: Any = self.server
        server.asked.append((self.command, self.path, dict(self.headers), body))
        status, reply = server.answers.pop(0) if server.answers else (200, {"id": "theirs"})
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(reply).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stub() -> Iterator[Any]:
    """The provider, on this machine."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.asked, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEXT = Message(reference="N-7K3M-9QTR", channel="text", to="+447700900123", body="Hello")


def make_notify(url: str) -> NotifySender:
    return NotifySender(
        f"demo-{SERVICE}-{SECRET}",
        url,
        text_template="t1",
        email_template="e1",
        letter_template="l1",
    )


def test_notify_is_asked_as_it_documents(stub: Any) -> None:
    sender = make_notify(stub.url)
    assert sender.channels == {"text", "email", "letter"}
    assert sender.send(TEXT) == "theirs"
    method, path, headers, body = stub.asked[0]
    assert (method, path) == ("POST", "/v2/notifications/sms")
    assert body == {
        "template_id": "t1",
        "reference": "N-7K3M-9QTR",
        "phone_number": "+447700900123",
        "personalisation": {"body": "Hello"},
    }
    scheme, token = headers["Authorization"].split()
    assert scheme == "Bearer"
    assert token.count(".") == 2
    lines = "\n".join(f"Line {n}" for n in range(1, 8))
    sender.send(Message(reference="N-2", channel="letter", to=lines, name="Ada", body="Hello"))
    personal = stub.asked[1][3]["personalisation"]
    assert personal["address_line_1"] == "Ada"
    assert personal["address_line_7"] == "Line 7"
    assert "address_line_8" not in personal


def test_notify_is_asked_first_whether_it_has_a_repeat(stub: Any) -> None:
    stub.answers = [(200, {"notifications": [{"id": "first"}]})]
    repeat = Message(**{**vars(TEXT), "may_be_repeat": True})
    assert make_notify(stub.url).send(repeat) == "first"
    assert [asked[0] for asked in stub.asked] == ["GET"]
    stub.answers = [(200, {"notifications": []})]
    assert make_notify(stub.url).send(repeat) == "theirs"
    assert [asked[0] for asked in stub.asked] == ["GET", "GET", "POST"]


def test_the_token_is_a_json_web_token() -> None:
    # RFC 7519 with HS256: the signature checked by hand.
    token = make_token(SERVICE, SECRET, 1_700_000_000)
    signed, _, signature = token.rpartition(".")
    expected = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == expected
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert claims == {"iss": SERVICE, "iat": 1_700_000_000}


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        (400, True),
        (403, False),
        (404, True),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
    ],
)
def test_what_a_provider_answers_says_whether_to_try_again(
    stub: Any, status: int, is_final: bool
) -> None:
    stub.answers = [(status, {})]
    with pytest.raises(DeliveryFailed) as failed:
        make_notify(stub.url).send(TEXT)
    assert failed.value.is_final is is_final
    assert len(stub.asked) == 1  # a redirect is not followed with our key


def test_a_provider_that_is_down_or_slow_is_a_failure_and_no_fault(stub: Any) -> None:
    with pytest.raises(DeliveryFailed) as down:
        make_notify("http://127.0.0.1:1").send(TEXT)
    assert not down.value.is_final
    with pytest.raises(DeliveryFailed):
        call_provider("GET", "file:///etc/passwd")


def test_a_text_goes_through_the_gateway_with_its_key(stub: Any) -> None:
    url = stub.url.replace("http://", "http://s3cret@") + "/sms"
    sender = SmtpSender("smtp://localhost:25", url, "desk@example.org")
    assert sender.send(TEXT) == "theirs"
    _, path, headers, body = stub.asked[0]
    assert path == "/sms"
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == "N-7K3M-9QTR"
    assert body == {"to": "+447700900123", "text": "Hello", "reference": "N-7K3M-9QTR"}


def test_an_email_goes_by_smtp_with_the_same_id_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, **_: Any) -> None:
            assert (host, port) == ("127.0.0.1", 2525)

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def send_message(self, message: Any) -> None:
            sent.append(message)

    monkeypatch.setattr(smtplib, "SMTP", Server)
    sender = SmtpSender("smtp://127.0.0.1:2525", "", "Desk <desk@example.org>")
    assert sender.channels == {"email"}
    message = Message(reference="N-2", channel="email", to="a@example.org", body="Hi", subject="S")
    sender.send(message)
    sender.send(message)
    assert {str(one["Message-ID"]) for one in sent} == {"<N-2@example.org>"}
    assert sent[0]["To"] == "a@example.org"


def test_an_smtp_server_that_is_away_is_tried_again() -> None:
    sender = SmtpSender("smtp://127.0.0.1:1", "", "desk@example.org")
    with pytest.raises(DeliveryFailed) as failed:
        sender.send(Message(reference="N-2", channel="email", to="a@example.org", body="Hi"))
    assert not failed.value.is_final
