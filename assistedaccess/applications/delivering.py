"""Sends what waits to be sent as data: after the commit, once, whatever is killed in between.

Each is claimed in one transaction, sent without any, and settled in another, as notices are. The
body is canonical JSON signed with the installation's Ed25519 key; every try carries the same bytes
and the same ``Idempotency-Key``, so that the other side can tell a second try from a second form.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import and_, or_, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption, logs
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.rules import CLAIM, next_try_at
from assistedaccess.notices.senders import DeliveryFailed
from assistedaccess.notices.senders_http import call_provider
from assistedaccess.notices.senders_smtp import SmtpSender
from assistedaccess.services.asking import start_asking
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import get_definition

from .delivery import Standing, WayOut, write_data
from .models import Application, Delivery, Submission
from .queries_changes import told_and_stopped
from .queries_evidence import list_evidence

if TYPE_CHECKING:
    from config import Settings

log = logs.get_logger(__name__)
KEY = "submission signing"


@dataclass(frozen=True)
class Parcel:
    """What is sent: canonical JSON, and its signature with the public key, in base64."""

    reference: str
    key: str
    body: bytes
    signature: str
    public_key: str


class Destination(Protocol):
    """Where submissions go as data."""

    def send(self, parcel: Parcel) -> str:
        """Send it; the other side's reference, if it gives one. Raises DeliveryFailed."""


class FolderDestination:
    """A folder that another system reads: ``A-….json`` beside ``A-….sig.json``.

    Written under another name and moved: whoever reads the folder never sees half a file, and a
    second try writes the same over the same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, parcel: Parcel) -> str:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        signed = {"algorithm": "Ed25519", "public_key": parcel.public_key}
        signature = json.dumps({**signed, "signature": parcel.signature}).encode()
        try:
            self._write(f"{parcel.reference}.sig.json", signature)
            self._write(f"{parcel.reference}.json", parcel.body)
        except OSError as error:
            raise DeliveryFailed("folder") from error
        return ""

    def has(self, reference: str) -> bool:
        """Whether that submission is in it."""
        return (self.folder / f"{reference}.json").exists()

    def _write(self, name: str, content: bytes) -> None:
        place = self.folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        place.replace(self.folder / name)


class HttpDestination:
    """An endpoint of the other side; ``url`` is https, or http on this machine."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, parcel: Parcel) -> str:
        answer = call_provider(
            "POST",
            self.url,
            raw=parcel.body,
            headers={
                "Idempotency-Key": parcel.key,
                "X-Signature": f"ed25519={parcel.signature}",
                "X-Signature-Key": parcel.public_key,
            },
        )
        return str(answer.get("reference", ""))[:60]


class MailDestination:
    """A mailbox of the other side, by the installation's own mail server."""

    def __init__(self, sender: SmtpSender, address: str) -> None:
        self.sender, self.address = sender, address

    def send(self, parcel: Parcel) -> str:
        letter = EmailMessage()
        domain = parseaddr(self.sender.mail_from)[1].rpartition("@")[2] or "localhost"
        letter["From"], letter["To"] = self.sender.mail_from, self.address
        letter["Subject"] = f"Submission {parcel.reference}"
        letter["Date"] = formatdate(clock.now().timestamp())
        letter["Message-ID"] = f"<{parcel.key}@{domain}>"
        letter["X-Signature"] = f"ed25519={parcel.signature}"
        letter["X-Signature-Key"] = parcel.public_key
        letter.set_content("A submission is attached as JSON.\n")
        letter.add_attachment(
            parcel.body, "application", "json", filename=f"{parcel.reference}.json"
        )
        self.sender.send_letter(letter)
        return ""


def make_destination(settings: Settings) -> Destination:
    """The destination that the settings choose: a folder where none is named."""
    if settings.submit_to.startswith("mailto:"):
        sender = SmtpSender(settings.smtp_url, "", settings.mail_from)
        return MailDestination(sender, settings.submit_to.removeprefix("mailto:"))
    if settings.submit_to:
        return HttpDestination(settings.submit_to)
    return FolderDestination(settings.data_dir / "submissions")


@dataclass(frozen=True)
class _Claim:
    application_id: UUID
    token: UUID
    attempts: int
    signing_key: bytes
    until: datetime


def send_due_deliveries(*, destination: Destination, limit: int = 100) -> tuple[int, int]:
    """Send at most ``limit`` submissions that wait to be sent as data: how many went, how many not.

    Run it by a timer, in as many processes as one likes.
    """
    went = failed = 0
    for _ in range(limit):
        claim = run_transaction(_claim_next)
        if claim is None:
            break
        if _send(claim, destination):
            went += 1
        else:
            failed += 1
    return went, failed


def _claim_next() -> _Claim | None:
    now = clock.now()
    session = get_session()
    row = session.execute(
        select(Delivery.application_id, Delivery.attempts)
        .where(
            Delivery.way == WayOut.DATA,
            or_(
                and_(
                    Delivery.standing.in_([str(Standing.WAITING), str(Standing.RETRYING)]),
                    Delivery.due_at <= now,
                ),
                and_(Delivery.standing == Standing.SENDING, Delivery.claimed_until <= now),
            ),
            ~told_and_stopped(Delivery.application_id),
        )
        .order_by(Delivery.due_at, Delivery.application_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    key = encryption.get_installation_key(KEY)
    claim = _Claim(row.application_id, new_id(), row.attempts + 1, key, now + CLAIM)
    session.execute(
        update(Delivery)
        .where(Delivery.application_id == row.application_id)
        .values(
            standing=str(Standing.SENDING),
            claim_token=claim.token,
            claimed_until=claim.until,
            attempts=claim.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    return claim


def _send(claim: _Claim, destination: Destination) -> bool:
    try:
        with reading():
            parcel = wrap(claim.application_id, claim.signing_key)
    except encryption.KeyForgotten:  # the person was erased in between
        _settle(claim, Standing.FAILED, "erased")
        return False
    if clock.now() >= claim.until:  # stopped, or slow: another sender may have it by now
        _settle(claim, Standing.RETRYING, "claim_over", next_try_at=clock.now())
        return False
    try:
        reference = destination.send(parcel)
    except DeliveryFailed as failure:
        again = None if failure.is_final else next_try_at(claim.attempts, clock.now())
        standing = Standing.RETRYING if again else Standing.FAILED
        _settle(claim, standing, failure.code, next_try_at=again)
        return False
    except Exception:
        log.exception("a submission cannot be sent")
        again = next_try_at(claim.attempts, clock.now())
        standing = Standing.RETRYING if again else Standing.FAILED
        _settle(claim, standing, "sender_fault", next_try_at=again)
        return False
    _settle(claim, Standing.DONE, "", their_reference=reference)
    return True


def wrap(application_id: UUID, signing_key: bytes) -> Parcel:
    """What is sent of a submission, the same bytes each time. Raises KeyForgotten."""
    row, body, form_hash = (
        get_session()
        .execute(
            select(Application, Submission.body, FormDefinition.hash)
            .join(Submission, Submission.application_id == Application.id)
            .join(FormDefinition, FormDefinition.id == Application.form_definition_id)
            .where(Application.id == application_id)
        )
        .one()
    )
    opened = encryption.unseal(row.person_id, f"submission.body.{row.id}", body)
    sent = json.loads(opened)
    definition = get_definition(form_hash)
    files = list_evidence(row.id, row.person_id, row.changes_id) if definition.takes_files else {}
    asking = start_asking(
        definition,
        row.language,
        sent["answers"],
        clock.local(row.submitted_at or row.changed_at),
        name_file=lambda file_id: files[file_id].name if file_id in files else file_id,
    )
    written = rfc8785.dumps(write_data(definition, sent["answers"], sent, asking))
    key = Ed25519PrivateKey.from_private_bytes(signing_key)
    return Parcel(
        reference=row.reference,
        key=str(row.id),
        body=written,
        signature=base64.b64encode(key.sign(written)).decode(),
        public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
    )


def _settle(
    claim: _Claim,
    standing: Standing,
    code: str,
    *,
    next_try_at: datetime | None = None,
    their_reference: str = "",
) -> None:
    settle_delivery(
        actor=SYSTEM,
        application_id=claim.application_id,
        token=claim.token,
        standing=str(standing),
        code=code,
        next_try_at=next_try_at,
        their_reference=their_reference,
    )


@command("applications.settle_delivery")
def settle_delivery(
    *,
    actor: Actor,
    application_id: UUID,
    token: UUID,
    standing: str,
    code: str,
    next_try_at: datetime | None,
    their_reference: str,
) -> UUID:
    """Note what came of a try. A claim that another sender has taken over settles nothing."""
    row = get_session().get(Delivery, application_id, with_for_update=True)
    application = get_session().get_one(Application, application_id)
    if row is None or row.claim_token != token or row.standing == Standing.DONE:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", application_id))
        return application_id
    row.standing, row.claim_token, row.claimed_until = standing, None, None
    row.last_failure = code[:60] or None
    row.changed_at = clock.now()
    if next_try_at is not None:
        row.due_at = next_try_at
    if standing == Standing.DONE:
        row.done_at = clock.now()
        if their_reference:
            field = f"delivery.their_reference.{application_id}"
            sealed = encryption.seal(application.person_id, field, their_reference)
            row.their_reference = sealed
    get_session().flush()
    is_done = standing == Standing.DONE
    record(
        Action.DELIVERED if is_done else Action.DELIVERY_FAILED,
        actor=actor,
        person_id=application.person_id,
        organisation_id=application.organisation_id,
        subject=("application", application_id),
        service=application.service,
        reason=WayOut.DATA if is_done else code[:60],
    )
    return application_id
