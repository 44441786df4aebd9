"""A person's way to their own record online: the number, the proof, the session."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent.models import ConsentRequest
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service_links, service_online
from assistedaccess.my_record.asked import list_points
from assistedaccess.my_record.service_online import SessionView
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.people import service_cards
from assistedaccess.people.models import AccessCard
from assistedaccess.people.queries import get_person

from .people import reference_of

ADDRESS = "192.0.2.20"


def give_card(actor: Actor, person_id: UUID) -> tuple[str, tuple[str, ...]]:
    """A card, handed over by ``actor``: its reference and its numbers."""
    service_cards.issue_card(
        actor=actor, person_id=person_id, replaces="used_up", request_key=new_request_key()
    )
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
    return read_facts(person_id, kind)["code"]


def read_facts(person_id: UUID, kind: str) -> dict[str, str]:
    """What the newest message of that kind says."""
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == kind)
            .order_by(NoticeEntry.id.desc())
        ).first()
        assert sealed is not None, f"no {kind} was sent"
        facts: dict[str, str] = json.loads(encryption.unseal(person_id, "notice.facts", sealed))
        return facts


def enter_by_card(helper: Actor, person_id: UUID) -> str:
    """The token of the person online, by a number of a card that ``helper`` hands over."""
    card, numbers = give_card(helper, person_id)
    begun = begin(card, "card")
    session = look(begun.token)
    assert session is not None
    assert session.position is not None
    token = prove(begun, numbers[session.position - 1])
    assert token is not None
    return token


def open_link(helper: Actor, request_id: UUID) -> str:
    """The token of somebody who opened the link by which they are asked, with its code."""
    with reading() as session:
        person_id = session.get_one(ConsentRequest, request_id).person_id
        point = next(
            point for point in list_points(helper, get_person(person_id)) if point.kind == "email"
        )
    service_links.send_link(
        actor=helper,
        request_id=request_id,
        contact_point_id=point.id,
        address="https://example.org",
    )
    facts = read_facts(person_id, "consent_link")
    token = service_links.open_link(
        actor=PUBLIC, link=facts["link"].rpartition("/")[2], typed=facts["code"]
    )
    assert token is not None
    return token


def enter(person_id: UUID, address: str = ADDRESS) -> tuple[Actor, UUID]:
    """The person online, by a code by text: who they are now, and their session's id."""
    begun = begin(reference_of(person_id), "text", address)
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
