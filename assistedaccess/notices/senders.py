"""The port through which messages leave, and its embedded default: an outbox folder.

A sender is called outside any transaction and may be called twice for one message (a process can
die between the provider's yes and our note of it). So each message carries our reference, by which
the provider, or the sender itself, knows it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from .rules import Channel

if TYPE_CHECKING:
    from config import Settings


@dataclass(frozen=True)
class Message:
    """What a sender is given. ``to`` is a number, an e-mail address, or lines of an address."""

    reference: str
    channel: str
    to: str
    body: str
    subject: str = ""
    name: str = ""
    language: str = "en"
    may_be_repeat: bool = False  # an earlier try may have got through


class DeliveryFailed(Exception):
    """It was not sent. ``is_final``: trying again is in vain. ``code`` names why."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code = code[:60]
        self.is_final = is_final


class Sender(Protocol):
    """A way out. ``channels`` are those that it can carry; letters else wait to be printed."""

    channels: frozenset[str]

    def send(self, message: Message) -> str:
        """Hand ``message`` over; the provider's reference. Raises DeliveryFailed."""


class OutboxSender:
    """Writes each message into a folder: the default, and what a demonstration shows.

    One file a reference, so that a repeat overwrites instead of doubling.
    """

    channels = frozenset({Channel.TEXT.value, Channel.EMAIL.value})

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = json.dumps(asdict(message), ensure_ascii=False, indent=2)
            self._write(f"{message.reference}.json", text + "\n")
            if message.channel == Channel.EMAIL:
                self._write(f"{message.reference}.html", _as_page(message))
        except OSError as error:
            raise DeliveryFailed(f"outbox_{error.errno}") from error
        return message.reference

    def has(self, reference: str) -> bool:
        """Whether that message is in it."""
        return (self.folder / f"{reference}.json").exists()

    def forget(self, references: Iterable[str]) -> None:
        """Take messages out again: to whom they went has been erased."""
        for reference in references:
            for ending in ("json", "html"):
                (self.folder / f"{reference}.{ending}").unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        partial = self.folder / f".{name}.{os.getpid()}"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(self.folder / name)


def _as_page(message: Message) -> str:
    body = Markup("\n").join(
        Markup("<p>{}</p>").format(paragraph) for paragraph in message.body.split("\n\n")
    )
    return Markup(
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>\n'
        "<body><p>{}</p><h1>{}</h1>\n{}\n</body></html>\n"
    ).format(message.language, message.subject, message.to, message.subject, body)


def make_sender(settings: Settings) -> Sender:
    """The sender that the settings choose."""
    if settings.sender == "smtp":
        from .senders_smtp import SmtpSender

        return SmtpSender(settings.smtp_url, settings.text_gateway_url, settings.mail_from)
    if settings.sender == "notify":
        from .senders_notify import NotifySender

        return NotifySender(
            settings.notify_api_key,
            settings.notify_base_url,
            text_template=settings.notify_text_template,
            email_template=settings.notify_email_template,
            letter_template=settings.notify_letter_template,
        )
    return find_outbox(settings)


def find_outbox(settings: Settings) -> OutboxSender:
    """The outbox folder, which is there also when messages leave by another way now."""
    return OutboxSender(settings.data_dir / "outbox")
