"""GOV.UK Notify, for public bodies, by its REST API (docs.notifications.service.gov.uk).

Called directly: a token and three calls. Its Python client would bring three packages, one of them
without a release since 2014. Each template has ``((body))``; the e-mail's has ``((subject))`` too.
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any
from urllib.parse import quote, urlencode

from assistedaccess.kernel import clock

from .rules import Channel
from .senders import DeliveryFailed, Message
from .senders_http import call_provider

ADDRESS_LINES = 7
UUID_LENGTH = 36


def make_token(service_id: str, secret: str, issued_at: int) -> str:
    """A JSON Web Token (RFC 7519), HS256, that says which service asks and when (in seconds)."""
    header = _encode(json.dumps({"typ": "JWT", "alg": "HS256"}, separators=(",", ":")).encode())
    claims = _encode(
        json.dumps({"iss": service_id, "iat": issued_at}, separators=(",", ":")).encode()
    )
    signed = f"{header}.{claims}"
    return f"{signed}.{_encode(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class NotifySender:
    """``api_key`` as Notify gives it: a name, the service's id and the secret, joined by dashes."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        text_template: str,
        email_template: str,
        letter_template: str = "",
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.secret = api_key[-UUID_LENGTH:]
        self.service_id = api_key[-2 * UUID_LENGTH - 1 : -UUID_LENGTH - 1]
        self.templates = {
            channel.value: template
            for channel, template in (
                (Channel.TEXT, text_template),
                (Channel.EMAIL, email_template),
                (Channel.LETTER, letter_template),
            )
            if template
        }
        self.channels = frozenset(self.templates)

    def send(self, message: Message) -> str:
        if message.may_be_repeat:
            # Notify sends the same reference twice if asked twice, so ask first.
            known = self._find(message.reference)
            if known is not None:
                return known
        answer = self._call("POST", self._path(message.channel), self._body(message))
        return str(answer.get("id", ""))[:120]

    def _find(self, reference: str) -> str | None:
        answer = self._call("GET", f"/v2/notifications?{urlencode({'reference': reference})}")
        found = answer.get("notifications") or []
        return str(found[0].get("id", ""))[:120] if found else None

    def _path(self, channel: str) -> str:
        name = {Channel.TEXT.value: "sms"}.get(channel, channel)
        return f"/v2/notifications/{quote(name)}"

    def _body(self, message: Message) -> dict[str, Any]:
        personalisation = {"body": message.body}
        body: dict[str, Any] = {
            "template_id": self.templates[message.channel],
            "reference": message.reference,
            "personalisation": personalisation,
        }
        if message.channel == Channel.TEXT:
            body["phone_number"] = message.to
        elif message.channel == Channel.EMAIL:
            body["email_address"] = message.to
            personalisation["subject"] = message.subject
        else:
            lines = [message.name, *message.to.splitlines()]
            if len(lines) > ADDRESS_LINES:  # Notify takes seven; the last ones hold the postcode
                lines = [
                    *lines[: ADDRESS_LINES - 2],
                    ", ".join(lines[ADDRESS_LINES - 2 : -1]),
                    lines[-1],
                ]
            for number, line in enumerate((line for line in lines if line), start=1):
                personalisation[f"address_line_{number}"] = line
        return body

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self.service_id:
            raise DeliveryFailed("wrong_api_key")
        token = make_token(self.service_id, self.secret, int(clock.now().timestamp()))
        return call_provider(
            method, self.base_url + path, body=body, headers={"Authorization": f"Bearer {token}"}
        )
