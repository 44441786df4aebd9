"""One person of the town for each way to say yes, asked and confirmed as the pages do it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent import service_asking, service_confirming, service_papers, service_ways
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.ways import list_phones
from assistedaccess.delegation.service import confirm_and_grant
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.people import cards, service_cards
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import list_letter_routes

from .people import BRYN, JUNE, PEOPLE, TOM
from .town import Town
from .walking import WalkingClock

PRIYA = "priya@example.org"
STROKES = [[[40, 120], [90, 40], [140, 150], [190, 60]], [[230, 110], [300, 90], [360, 120]]]


def agree(town: Town, people: Mapping[int, UUID], walking: WalkingClock) -> None:
    """From the day before the last but one: ten people, ten ways (C01 to C10)."""
    scene = _Scene(town, people)
    walking.go_to_day(56)
    visited = scene.print_for_a_visit("Bridget O'Hara-Nkemelu", BRYN, by=JUNE)
    walking.go_to_day(58)
    scene.say_yes("John Smith", TOM, by=PRIYA, way="code", given=scene.read_text)
    scene.say_yes("Gareth Hughes", JUNE, by=BRYN, way="signature", given=_sign)
    scene.say_yes("Tariq Mahmood", TOM, by=PRIYA, way="paper", given=scene.sign_on_paper)
    scene.say_yes("Q", TOM, by=PRIYA, way="voucher", given=scene.vouch)
    scene.say_yes("Ada Merriweather", PRIYA, by=TOM, way="card", given=scene.read_card)
    scene.say_yes("Suharto", PRIYA, by=TOM, way="interpreter", given=_interpret)
    scene.say_yes(
        "Winston Clarke", BRYN, by=JUNE, way="telephone", given=scene.ring, channel="telephone"
    )
    scene.write_letter("Joyce Abernathy", PRIYA, by=TOM)
    scene.enter_visit(visited)


Given = Callable[["_Asked"], dict[str, str]]


class _Asked:
    """A person who has heard the words and said them back; ``other`` registered them."""

    def __init__(self, actor: Actor, other: Actor, person_id: UUID, request_id: UUID) -> None:
        self.actor = actor
        self.other = other
        self.person_id = person_id
        self.request_id = request_id

    @property
    def row(self) -> ConsentRequest:
        with reading() as session:
            return session.get_one(ConsentRequest, self.request_id)


def ask(
    actor: Actor,
    person_id: UUID,
    *,
    powers: list[str],
    purpose: str,
    present: str = "",
    limit_pence: int | None = None,
    channel: str = "in_person",
) -> UUID:
    """Begin to ask, read the words aloud and have them said back; the request's id."""
    request_id = begin(actor, person_id, powers, purpose, limit_pence, channel)
    read_and_say_back(actor, request_id, present)
    return request_id


def begin(
    actor: Actor,
    person_id: UUID,
    powers: list[str],
    purpose: str,
    limit_pence: int | None = None,
    channel: str = "in_person",
) -> UUID:
    """Begin to ask about council tax."""
    return service_asking.begin_request(
        actor=actor,
        person_id=person_id,
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=["council-tax-reduction"],
        powers=powers,
        until_on=clock.today() + timedelta(days=300),
        purpose=purpose,
        money_limit_pence=limit_pence,
        money_period="month" if limit_pence else None,
        channel=channel,
    )


def read_and_say_back(
    actor: Actor,
    request_id: UUID,
    present: str = "",
    own_words: str = "Yes, please do that for me",
) -> None:
    """The words are read aloud, and said back."""
    service_asking.show_statement(actor=actor, request_id=request_id)
    terms_hash = hash_of(request_id)
    service_asking.end_reading(actor=actor, request_id=request_id, terms_hash=terms_hash)
    service_asking.keep_said(
        actor=actor,
        request_id=request_id,
        terms_hash=terms_hash,
        what="You deal with the council tax people for me",
        until="Till next summer",
        stop="I come in or ring, and it stops",
        own_words=own_words,
        present=present,
    )


def hash_of(request_id: UUID) -> str:
    """What the pages of a request carry."""
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).terms_hash


def confirm(actor: Actor, request_id: UUID, way: str, given: dict[str, str]) -> None:
    """The person confirms; where a second human has to look, it waits, as it should."""
    if way == "witness":
        given = {**given, "witness_part": "drawn", "strokes": sign_as(request_id)}
    try:
        confirm_and_grant(
            actor=actor,
            request_id=request_id,
            terms_hash=hash_of(request_id),
            way=way,
            given=given,
        )
    except Held:
        pass


def sign_as(request_id: UUID) -> str:
    """The strokes of a witness: of each yes other ones."""
    points = [[20 + 30 * n, 20 + byte % 160] for n, byte in enumerate(request_id.bytes)]
    return json.dumps([points[:9], points[9:]])


class _Scene:
    """Who is where, and what they hold in their hand."""

    def __init__(self, town: Town, people: Mapping[int, UUID]) -> None:
        self.town = town
        self.people = people

    def find(self, name: str, at: str) -> UUID:
        """The person of that name whom that desk registered."""
        places = (n for n, person in enumerate(PEOPLE) if (person.name, person.at) == (name, at))
        return self.people[next(places)]

    def say_yes(
        self, name: str, at: str, *, by: str, way: str, given: Given, channel: str = "in_person"
    ) -> None:
        """Asked by ``by``, whom the desk ``at`` had known before, and confirmed by that way."""
        actor, person_id = self.town.actor(by), self.find(name, at)
        request_id = ask(
            actor,
            person_id,
            powers=["fill_in", "submit"],
            purpose="Send the form for less council tax",
            channel=channel,
        )
        asked = _Asked(actor, self.town.actor(at), person_id, request_id)
        confirm(actor, request_id, way, given(asked))

    def read_text(self, asked: _Asked) -> dict[str, str]:
        """The code in the text message that the person gets."""
        with reading():
            phone = list_phones(asked.actor, get_person(asked.person_id))[0]
        service_confirming.send_code(
            actor=asked.actor,
            request_id=asked.request_id,
            contact_point_id=phone.id,
            terms_hash=hash_of(asked.request_id),
        )
        with reading() as session:
            facts = session.scalars(
                select(NoticeEntry.facts)
                .join(Notice, Notice.id == NoticeEntry.notice_id)
                .where(Notice.person_id == asked.person_id, NoticeEntry.kind == "consent_code")
                .order_by(NoticeEntry.id.desc())
                .limit(1)
            ).one()
            told = json.loads(encryption.unseal(asked.person_id, "notice.facts", facts))
        return {"code": str(told["code"])}

    def sign_on_paper(self, asked: _Asked) -> dict[str, str]:
        """The form is printed and signed; its photograph is still to come."""
        service_papers.print_form(actor=asked.actor, request_id=asked.request_id)
        return {"sign": "signature"}

    def vouch(self, asked: _Asked) -> dict[str, str]:
        """A caseworker vouches, and a colleague sees the person."""
        service_ways.confirm_seen(
            actor=asked.other,
            reference=asked.row.reference,
            terms_hash=asked.row.terms_hash,
        )
        return {
            "who": "both",
            "voucher_name": "Hazel Quinn",
            "voucher_relation": "caseworker",
            "voucher_how": "Her caseworker at the day centre since 2023",
            "voucher_lives": "elsewhere",
            "voucher_paid": "no",
        }

    def read_card(self, asked: _Asked) -> dict[str, str]:
        """A number of the card that the other helper gave."""
        service_cards.issue_card(
            actor=asked.other, person_id=asked.person_id, request_key=new_request_key()
        )
        printed = service_cards.print_card(actor=asked.other, person_id=asked.person_id)
        service_cards.put_card_away(actor=asked.other, person_id=asked.person_id)
        service_ways.ask_for_number(
            actor=asked.actor, request_id=asked.request_id, terms_hash=hash_of(asked.request_id)
        )
        with reading():
            number = cards.find_asked(asked.person_id, asked.request_id)
        assert number is not None  # noqa: S101
        return {"number": printed.numbers[number.position - 1]}

    def ring(self, asked: _Asked) -> dict[str, str]:
        """The landline on record is rung, and a number of the card read out."""
        from assistedaccess.consent.ways.code import list_numbers

        with reading():
            rung = list_numbers(asked.actor, get_person(asked.person_id))[0]
        return {
            "who_rang": "helper",
            "rang": str(rung.id),
            "proof": "card",
            **self.read_card(asked),
        }

    def write_letter(self, name: str, at: str, *, by: str) -> None:
        """A letter with a code waits to be printed."""
        actor, person_id = self.town.actor(by), self.find(name, at)
        request_id = ask(
            actor,
            person_id,
            powers=["fill_in", "submit"],
            purpose="Send the form for less council tax",
        )
        with reading():
            route = list_letter_routes(person_id, actor)[0]
        assert route.contact_point_id is not None  # noqa: S101
        service_ways.send_letter(
            actor=actor,
            request_id=request_id,
            contact_point_id=route.contact_point_id,
            terms_hash=hash_of(request_id),
        )

    def print_for_a_visit(self, name: str, at: str, *, by: str) -> _Asked:
        """The form is printed, to be taken to where the person lives."""
        actor, person_id = self.town.actor(by), self.find(name, at)
        purpose = "Send the form for less council tax"
        request_id = begin(actor, person_id, ["fill_in", "submit"], purpose)
        service_papers.print_form(actor=actor, request_id=request_id)
        return _Asked(actor, self.town.actor(at), person_id, request_id)

    def enter_visit(self, asked: _Asked) -> None:
        """Written up after the visit: it waits for a second human."""
        read_and_say_back(asked.actor, asked.request_id)
        visited_on = clock.today() - timedelta(days=1)
        confirm(
            asked.actor,
            asked.request_id,
            "home_visit",
            {"visited_on": visited_on.isoformat(), "sign": "mark"},
        )


def _sign(_asked: _Asked) -> dict[str, str]:
    return {"how": "drawn", "strokes": json.dumps(STROKES)}


INDONESIAN = {
    "means": "telephone",
    "interpreter_name": "Sari Wulandari",
    "interpreter_relation": "professional",
    "interpreter_language": "other",
    "interpreter_other": "Indonesian",
    "interpreter_lives": "elsewhere",
    "interpreter_paid": "no",
}
"""Who interprets for Suharto."""


def _interpret(_asked: _Asked) -> dict[str, str]:
    return INDONESIAN
