"""A desk, a person with a phone, and the way to a yes: made by the commands themselves."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent import service, service_asking, service_confirming, ways
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.rules import ASSISTING_POWERS
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.kernel.working_days import add_months
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.organisations.service import record_check

from . import people

SERVICE = "blue-badge"
OTHER_SERVICE = "council-tax-reduction"
SAID = {
    "what": "They fill in the badge form for me",
    "until": "Until next autumn",
    "stop": "I ring up, or come here",
    "own_words": "Yes, go ahead",
}
WITNESS = {
    "witness_name": "Walter Witness",
    "witness_role": "a neighbour",
    "witness_family": "no",
    "witness_lives": "elsewhere",
    "witness_paid": "no",
    "witness_where": "room",
    "sign": "word",
    "witness_part": "nothing",
}
_hands = itertools.count()


def sign() -> dict[str, str]:
    """The signature of a witness, each time another one."""
    number = next(_hands)
    points = [[20 + number % 500, 30], [90, 10 + number // 500 % 180], [200, 40], [300, 90]]
    return {"witness_part": "drawn", "strokes": json.dumps([points, [[310, 60], [340, 90]]])}


@dataclass(frozen=True)
class Scene:
    """A desk, a helper there, and a person whom a colleague registered, with a mobile."""

    desk: people.Desk
    helper: Actor
    colleague: Actor
    person_id: UUID


def make_scene(**person: Any) -> Scene:
    """A scene. ``person``: arguments of people.register_person."""
    desk = people.make_desk()
    colleague = people.make_helper(desk)
    person.setdefault("contact_points", [people.mobile(whose="own", is_safe=True)])
    person_id = people.make_person(colleague, **person)
    helper = people.make_helper(desk)
    allow_money(helper)
    return Scene(desk, helper, colleague, person_id)


def allow_money(helper: Actor) -> None:
    """The check that the law asks before somebody handles an adult's money."""
    assert helper.membership_id is not None
    record_check(
        actor=SYSTEM,
        membership_id=helper.membership_id,
        level="enhanced_with_barred_list",
        checked_on=clock.today(),
    )


def assist(helper: Actor, person_id: UUID, service_key: str | None = SERVICE, **more: Any) -> UUID:
    """An assisting consent; its id."""
    return service.record_assisting_consent(
        actor=helper, person_id=person_id, service=service_key, purpose="A new badge", **more
    )


def ask(helper: Actor, person_id: UUID, **terms: Any) -> UUID:
    """A person is asked to let this helper act: the request's id."""
    asked = {
        "language": "en",
        "holder_kind": "account",
        "services": [SERVICE],
        "powers": ["see", "fill_in", "submit"],
        "until_on": add_months(clock.today(), 12),
        "purpose": "Keep my badge going",
        "request_key": new_request_key(),
        **terms,
    }
    if "pay" in asked["powers"]:
        asked.setdefault("money_limit_pence", 10_000)
        asked.setdefault("money_period", "month")
    return service_asking.begin_request(actor=helper, person_id=person_id, **asked)


def hash_of(request_id: UUID) -> str:
    """What the pages of a request carry."""
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).terms_hash


def read_and_say(helper: Actor, request_id: UUID, **said: Any) -> None:
    """The words are read, and said back."""
    service_asking.show_statement(actor=helper, request_id=request_id)
    terms_hash = hash_of(request_id)
    service_asking.end_reading(actor=helper, request_id=request_id, terms_hash=terms_hash)
    service_asking.keep_said(
        actor=helper, request_id=request_id, terms_hash=terms_hash, **{**SAID, **said}
    )


def confirm(
    helper: Actor, request_id: UUID, way: str = "witness", **given: str
) -> service_confirming.Answer:
    """The person confirms, by default before a witness who lives elsewhere, and who signs where
    what is agreed needs that."""
    with reading() as session:
        row = session.get_one(ConsentRequest, request_id)
    if way == "witness" and "witness_email" not in given:
        signed = sign() if set(row.powers) - ASSISTING_POWERS - {"see"} else {}
        given = {**WITNESS, **signed, **given}
    elif way == "witness":
        given = {**WITNESS, "witness_part": "account", **given}
    return service_confirming.confirm_request(
        actor=helper,
        request_id=request_id,
        terms_hash=row.terms_hash,
        way=way,
        given=dict(given),
    )


def represent(
    helper: Actor, person_id: UUID, said: dict[str, Any] | None = None, **terms: Any
) -> UUID:
    """A consent to represent, confirmed before a witness; not granted yet. Its id."""
    request_id = ask(helper, person_id, **terms)
    read_and_say(helper, request_id, **(said or {}))
    answer = confirm(helper, request_id)
    assert answer.consent_id is not None
    return answer.consent_id


def list_phones(helper: Actor, person_id: UUID) -> list[ways.Phone]:
    """The numbers to which a code may go."""
    from assistedaccess.people.queries import get_person

    with reading():
        return ways.list_phones(helper, get_person(person_id))


def send_code(
    helper: Actor, request_id: UUID, person_id: UUID, point_id: UUID | None = None
) -> str:
    """Send a code to that number, else the first, and read it in the notice, as the person does."""
    first = list_phones(helper, person_id)[0]
    before = Counter(read_codes(person_id))
    service_confirming.send_code(
        actor=helper,
        request_id=request_id,
        contact_point_id=point_id or first.id,
        terms_hash=hash_of(request_id),
    )
    (code,) = (Counter(read_codes(person_id)) - before).elements()
    return code


def read_codes(person_id: UUID) -> list[str]:
    """The codes that were sent to this person."""
    return [facts["code"] for kind, facts in list_told(person_id) if kind == "consent_code"]


def list_told(person_id: UUID) -> list[tuple[str, dict[str, str]]]:
    """What the person is told of: kinds and facts, in their order."""
    with reading() as session:
        rows = session.execute(
            select(NoticeEntry)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id)
            .order_by(NoticeEntry.happened_at, NoticeEntry.id)
        ).scalars()
        return [
            (row.kind, json.loads(encryption.unseal(person_id, "notice.facts", row.facts)))
            for row in rows
        ]


def get_consent(consent_id: UUID) -> Consent:
    """A consent's row, to look at."""
    with reading() as session:
        row = session.get_one(Consent, consent_id)
        session.expunge(row)
        return row


def end_day() -> date:
    """The last day that a delegation of today may have."""
    return add_months(clock.today(), 12)


def get_consent_reference(request_id: UUID) -> str:
    """The reference of what a person is asked."""
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).reference
