"""For charities: e-mail by SMTP, text messages by an HTTP gateway; letters are printed here."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from assistedaccess.kernel import clock

from .rules import Channel
from .senders import DeliveryFailed, Message
from .senders_http import call_provider

SECONDS = 20
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SmtpSender:
    """``smtp_url``: ``smtp://user:password@host:587`` (STARTTLS, but on this machine) or
    ``smtps://…:465``. ``text_gateway_url``: ``https://token@host/path``; it gets JSON with ``to``,
    ``text`` and ``reference``, the token as a bearer and the reference as ``Idempotency-Key``.
    """

    def __init__(self, smtp_url: str, text_gateway_url: str, mail_from: str) -> None:
        self.smtp = urlsplit(smtp_url)
        self.gateway = text_gateway_url
        self.mail_from = mail_from
        carried = {Channel.EMAIL.value}
        if text_gateway_url:
            carried.add(Channel.TEXT.value)
        self.channels = frozenset(carried)

    def send(self, message: Message) -> str:
        if message.channel == Channel.TEXT:
            return self._send_text(message)
        return self._send_email(message)

    def _send_text(self, message: Message) -> str:
        parts = urlsplit(self.gateway)
        headers = {"Idempotency-Key": message.reference}
        if parts.username:
            headers["Authorization"] = f"Bearer {unquote(parts.username)}"
        host = parts.netloc.rpartition("@")[2]
        answer = call_provider(
            "POST",
            parts._replace(netloc=host).geturl(),
            body={"to": message.to, "text": message.body, "reference": message.reference},
            headers=headers,
        )
        return str(answer.get("id", message.reference))[:120]

    def _send_email(self, message: Message) -> str:
        letter = EmailMessage()
        letter["From"] = self.mail_from
        letter["To"] = message.to
        letter["Subject"] = message.subject
        letter["Date"] = formatdate(clock.now().timestamp())
        # The same for each try, so that a mailbox that gets it twice can show it once.
        domain = parseaddr(self.mail_from)[1].rpartition("@")[2] or "localhost"
        letter["Message-ID"] = f"<{message.reference}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter["Content-Language"] = message.language
        letter.set_content(message.body)
        self.send_letter(letter)
        return message.reference

    def send_letter(self, letter: EmailMessage) -> None:
        """Hand a letter that is written to the mail server. Raises DeliveryFailed."""
        try:
            with self._connect() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise DeliveryFailed(f"smtp_{code}", is_final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"smtp_{error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed("unreachable") from error

    def _connect(self) -> smtplib.SMTP:
        host = self.smtp.hostname or "localhost"
        context = ssl.create_default_context()
        if self.smtp.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.smtp.port or 465, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, self.smtp.port or 587, timeout=SECONDS)
            asked = parse_qs(self.smtp.query).get("starttls") == ["yes"]
            if host not in LOOPBACK or asked:
                server.starttls(context=context)
        if self.smtp.username:
            server.login(unquote(self.smtp.username), unquote(self.smtp.password or ""))
        return server
