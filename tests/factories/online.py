"""A person's way to their own record online: the number, the proof, the session."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service_online
from assistedaccess.my_record.service_online import SessionView
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.people import service_cards
from assistedaccess.people.models import AccessCard

from . import record

ADDRESS = "192.0.2.20"


def give_card(actor: Actor, person_id: UUID) -> tuple[str, tuple[str, ...]]:
    """A card, handed over by ``actor``: its reference and its numbers."""
    service_cards.issue_card(actor=actor, person_id=person_id, request_key=new_request_key())
    printed = service_cards.print_card(actor=actor, person_id=person_id)
    return printed.reference, printed.numbers


def begin(reference: str, proof: str, address: str = ADDRESS) -> service_online.Begun:
    """Somebody says whose record it is."""
    return service_online.begin_session(
        actor=PUBLIC, reference=reference, proof=proof, address=address
    )


def look(token: str) -> SessionView | None:
    """The session behind a token."""
    with reading():
        return service_online.find_session(token, PUBLIC)


def prove(begun: service_online.Begun, typed: str) -> str | None:
    """The proof is typed; the new token where it was right."""
    return service_online.prove_session(actor=PUBLIC, session_id=begun.session_id, typed=typed)


def read_code(person_id: UUID, kind: str = "record_code") -> str:
    """The newest code of that kind, read in the message, as the person does."""
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == kind)
            .order_by(NoticeEntry.id.desc())
        ).first()
        assert sealed is not None, f"no {kind} was sent"
        return str(json.loads(encryption.unseal(person_id, "notice.facts", sealed))["code"])


def enter(person_id: UUID, address: str = ADDRESS) -> tuple[Actor, UUID]:
    """The person online, by a code by text: who they are now, and their session's id."""
    begun = begin(record.reference_of(person_id), "text", address)
    token = prove(begun, read_code(person_id))
    assert token is not None
    session = look(token)
    assert session is not None
    assert session.actor is not None
    return session.actor, session.id


def card_of(person_id: UUID) -> AccessCard:
    """The person's card that works."""
    with reading() as session:
        return session.scalars(
            select(AccessCard).where(
                AccessCard.person_id == person_id, AccessCard.ended_at.is_(None)
            )
        ).one()
