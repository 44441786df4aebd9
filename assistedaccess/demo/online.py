"""Somebody of the town says yes at home (C12): a link, a code, and a shorter list.

What came to them is read in their message, as they read it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent import service_asking
from assistedaccess.delegation.service import confirm_and_grant
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import asked, service_asked, service_links, service_online
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.queries import get_person


def say_yes_online(helper: Actor, person_id: UUID) -> None:
    """The person is asked by a link, takes a power away, and says yes."""
    request_id = service_asking.begin_request(
        actor=helper,
        person_id=person_id,
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=["council-tax-reduction"],
        powers=["see", "fill_in", "submit"],
        until_on=clock.today() + timedelta(days=200),
        purpose="Help me with the council tax form",
    )
    with reading():
        points = asked.list_points(helper, get_person(person_id))
    service_links.send_link(
        actor=helper,
        request_id=request_id,
        contact_point_id=points[0].id,
        address="http://127.0.0.1:8000",
    )
    link, code = _read_message(person_id)
    token = service_links.open_link(actor=PUBLIC, link=link, typed=code)
    with reading():
        session = service_online.find_session(token or "", PUBLIC)
    if session is None or session.actor is None:
        raise RuntimeError("the demonstration's own link does not open")
    person = session.actor
    shown = service_asked.open_asked(actor=person, session_id=session.id)
    service_asked.accept_asked(
        actor=person,
        session_id=session.id,
        terms_hash=shown.terms_hash,
        powers=["see", "fill_in"],
        until_on=clock.today() + timedelta(days=90),
        money_limit_pence=None,
        said={
            "what": "They fill in the form, and I send it",
            "until": "In three months",
            "stop": "I press stop on my phone",
            "own_words": "Yes, that is what I want",
        },
    )
    with reading():
        asker, terms_hash = service_asked.find_helper(request_id, person)
    try:
        confirm_and_grant(
            actor=asker, request_id=request_id, terms_hash=terms_hash, way=asked.WAY, given={}
        )
    except Held:
        pass
    service_online.end_session(actor=person, session_id=session.id)


def _read_message(person_id: UUID) -> tuple[str, str]:
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == NoticeKind.CONSENT_LINK)
        ).one()
        facts = json.loads(encryption.unseal(person_id, "notice.facts", sealed))
    return facts["link"].rpartition("/")[2], facts["code"]
