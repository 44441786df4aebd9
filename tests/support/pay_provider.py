"""A payment provider on this machine that answers as GOV.UK Pay's documentation says it does.

docs.payments.service.gov.uk: API reference (payments, refunds, status codes), webhooks. It keeps
every request, can be told to die before or after it has done something, and signs its webhooks.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "api_test_0123456789"
SECRET = "webhook_live_secret"

FINISHED = {"success", "failed", "cancelled", "error"}
MESSAGES = {
    "P0010": "Payment method rejected",
    "P0020": "Payment expired",
    "P0030": "Payment was cancelled by the user",
    "P0040": "Payment was cancelled by the service",
    "P0050": "Payment provider returned an error",
}


@dataclass
class Kept:
    """One payment, as the provider keeps it."""

    id: str
    asked: dict[str, Any]
    key: str
    status: str = "created"
    code: str = ""
    refunds: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0

    @property
    def refunded(self) -> int:
        return sum(r["amount"] for r in self.refunds if r["status"] != "error")


class PayStub:
    """The provider. ``statuses`` are HTTP answers given before it does anything; ``hang_up`` ends
    the connection after it has done what was asked, as a lost answer does."""

    def __init__(self) -> None:
        self.payments: dict[str, Kept] = {}
        self.requests: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        self.hang_up = 0
        self.before_answer: Callable[[Kept], None] | None = None
        self.refund_status = "submitted"
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._handle({})

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._handle(json.loads(raw or b"{}"))

            def _handle(self, body: dict[str, Any]) -> None:
                stub.requests.append((self.command, self.path))
                if self.headers.get("Authorization") != f"Bearer {KEY}":
                    return self._answer(401, {"code": "P0900"})
                if stub.statuses:
                    return self._answer(stub.statuses.pop(0), {"code": "P0198"})
                status, answer = stub.route(
                    self.command, self.path, body, self.headers.get("Idempotency-Key", "")
                )
                if stub.hang_up:
                    stub.hang_up -= 1
                    self.close_connection = True
                    return None
                return self._answer(status, answer)

            def _answer(self, status: int, answer: dict[str, Any]) -> None:
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # -- the API

    def route(
        self, method: str, path: str, body: dict[str, Any], key: str
    ) -> tuple[int, dict[str, Any]]:
        split = urlsplit(path)
        parts = split.path.strip("/").split("/")
        if parts == ["v1", "payments"]:
            return self._create(body, key) if method == "POST" else self._search(split.query)
        kept = self.payments.get(parts[2])
        if kept is None:
            return 404, {"code": "P0200"}
        if len(parts) == 3:
            return 200, self.show(kept)
        if parts[3] == "cancel":
            if kept.status in FINISHED:
                return 400, {"code": "P0501"}
            kept.status, kept.code = "cancelled", "P0040"
            return 204, {}
        if len(parts) == 5:
            found = next((r for r in kept.refunds if r["refund_id"] == parts[4]), None)
            return (200, found) if found else (404, {"code": "P0700"})
        if method == "GET":
            return 200, {"payment_id": kept.id, "_embedded": {"refunds": kept.refunds}}
        return self._refund(kept, body)

    def _create(self, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        for name in ("amount", "reference", "description", "return_url"):
            if not body.get(name):
                return 400, {"field": name, "code": "P0101"}
        if not 0 < body["amount"] <= 10_000_000:
            return 422, {"field": "amount", "code": "P0102"}
        for kept in self.payments.values():
            if key and kept.key == key:
                return (200, self.show(kept)) if kept.asked == body else (409, {"code": "P0191"})
        kept = Kept(f"pay{len(self.payments):023}", body, key)
        self.payments[kept.id] = kept
        if self.before_answer is not None:
            self.before_answer(kept)
        return 201, self.show(kept)

    def _search(self, query: str) -> tuple[int, dict[str, Any]]:
        wanted = parse_qs(query).get("reference", [""])[0]
        found = [self.show(k) for k in self.payments.values() if wanted in k.asked["reference"]]
        return 200, {"total": len(found), "count": len(found), "results": found[::-1]}

    def _refund(self, kept: Kept, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        available = kept.asked["amount"] - kept.refunded
        if "amount" not in body or "refund_amount_available" not in body:
            return 400, {"code": "P0601"}
        if kept.status != "success" or body["amount"] > available:
            return 400, {"code": "P0603"}
        if body["refund_amount_available"] != available:
            return 412, {"code": "P0604"}
        refund = {
            "refund_id": f"ref{len(kept.refunds):023}",
            "created_date": "2026-11-29T12:00:00.000Z",
            "amount": body["amount"],
            "status": self.refund_status,
        }
        kept.refunds.append(refund)
        return 202, refund

    def show(self, kept: Kept) -> dict[str, Any]:
        """A payment, as it is answered."""
        state: dict[str, Any] = {"status": kept.status, "finished": kept.status in FINISHED}
        if kept.code:
            state |= {"code": kept.code, "message": MESSAGES[kept.code]}
        links: dict[str, Any] = {"self": {"href": f"{self.url}/v1/payments/{kept.id}"}}
        if kept.status in ("created", "started"):
            kept.tokens += 1
            links["next_url"] = {"href": f"{self.url}/secure/{kept.id}-{kept.tokens}"}
        available = kept.asked["amount"] - kept.refunded
        return {
            "payment_id": kept.id,
            "amount": kept.asked["amount"],
            "reference": kept.asked["reference"],
            "description": kept.asked["description"],
            "state": state,
            "refund_summary": {
                "status": "available" if kept.status == "success" else "pending",
                "amount_available": available,
                "amount_submitted": kept.refunded,
            },
            "_links": links,
        }

    # -- what the person does there

    def only(self) -> Kept:
        """The one payment there is."""
        (kept,) = self.payments.values()
        return kept

    def become(self, status: str, code: str = "") -> Kept:
        """Let the one payment be in this state."""
        kept = self.only()
        kept.status, kept.code = status, code
        return kept

    def write_webhook(self, kept: Kept, event: str = "card_payment_succeeded") -> bytes:
        """The body of a webhook about a payment as it stands."""
        return json.dumps(
            {
                "webhook_message_id": "123abc",
                "api_version": 1,
                "created_date": "2026-11-29T12:00:00.000Z",
                "resource_id": kept.id,
                "resource_type": "payment",
                "event_type": event,
                "resource": self.show(kept),
            }
        ).encode()


def sign(raw: bytes, secret: str = SECRET) -> str:
    """The header ``Pay-Signature`` of a webhook's body."""
    return hmac.new(secret.encode(), raw, "sha256").hexdigest()
