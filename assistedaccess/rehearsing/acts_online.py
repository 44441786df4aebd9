"""What the person does themself, without an account: a link answered, their record, their no."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.delegation import service as delegation_service
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import (
    service_asked,
    service_objections,
    service_online,
    service_online_record,
    service_replies,
)
from assistedaccess.my_record.rules_online import Proof
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.models import AccessCard
from assistedaccess.people.queries import list_contact_points

from . import links
from .acts_consent import CONSENT, OfRequest, keep_delegation
from .acts_reviews import RECORD
from .evidence import (
    LINK_FIELDS,
    NUMBER_SAID,
    RIGHT,
    WRONG,
    NotConfirmed,
    read_card_number,
    read_message,
)
from .kinds import ByAccount, Day, Money, OfPerson, Text, choice
from .register import act
from .stage import Stage
from .world import reference_of

HOW = ("text", "page", "online")
OfNotice = Annotated[str | None, choice(NoticeKind)]


class NothingStopped(Refused):
    """What was answered stopped nothing: it says no *no*, or to nothing that can be stopped."""

    reason_code = "nothing_stopped"


# -- a link that was sent home


@act(CONSENT)
def send_link(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    link_to: Annotated[str, LINK_FIELDS["link_to"]] = "mobile",
    request: OfRequest = None,
) -> None:
    """Send a person a link and a code, to read at home what they are asked, and answer there."""
    request_id = stage.find("request", request, person)
    links.send(stage, stage.actor(by, "helper"), request_id, person, link_to)


@act(CONSENT)
def answer_link(
    stage: Stage,
    person: OfPerson,
    answer: Annotated[str, LINK_FIELDS["answer"]] = "yes",
    code: Annotated[str, RIGHT] = "right",
    powers: Annotated[list[str] | None, LINK_FIELDS["powers"]] = None,
    until: Day | None = None,
    money_limit: Money | None = None,
    own_words: Text = "Yes, go ahead",
) -> None:
    """Whoever has the newest message opens its link at home, types its code, and says yes (to what
    was asked, or to less of it) or no. What rests on the yes begins, or waits."""
    given = {"powers": powers, "until": until, "money_limit": money_limit}
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    said |= {"answer": answer, "code": code, "own_words": own_words}
    asked = links.answer(stage, person, said)
    if answer == "no":
        return
    person_id = stage.person(person)
    with reading():
        helper, terms_hash = service_asked.find_helper(asked.request_id, links.as_person(person_id))
    done = delegation_service.confirm_and_grant(
        actor=helper,
        request_id=asked.request_id,
        terms_hash=terms_hash,
        way=links.WAY,
        given={},
    )
    if done.consent_id is None:
        raise NotConfirmed(done.words, next_step="Ask again, or choose another way.")
    stage.keep("consent", done.consent_id, person)
    keep_delegation(stage, done.consent_id, person)


# -- their own record, online


@act(RECORD)
def read_record_online(
    stage: Stage,
    person: OfPerson,
    proof: Annotated[str, choice(Proof)] = "card",
    code: Annotated[str, NUMBER_SAID] = "right",
    network: Text = "192.0.2.88",
) -> None:
    """Somebody opens a person's record online: by a number of their card, or a code that is sent by
    text or by letter. `code: below` is the number below the one that is asked for."""
    _open_record(stage, person, proof, code, network)


def _open_record(stage: Stage, person: str, proof: str, code: str, network: str) -> None:
    person_id = stage.person(person)
    reference = _find_card(person_id) if proof == Proof.CARD else reference_of(person_id)
    if proof == Proof.LETTER:
        service_online.ask_for_letter(actor=PUBLIC, reference=reference, address=network)
    begun = service_online.begin_session(
        actor=PUBLIC, reference=reference, proof=proof, address=network
    )
    typed = WRONG
    if proof == Proof.CARD:
        typed = read_card_number(stage, person_id, begun.session_id, code)
    elif code == "right":
        kind = "record_code" if proof == Proof.TEXT else "record_letter"
        typed = read_message(person_id, kind)["code"]
    token = service_online.prove_session(actor=PUBLIC, session_id=begun.session_id, typed=typed)
    if token is None:
        raise NotConfirmed("That is not right.", next_step="Try again, or go to any desk.")
    service_online_record.open_online(actor=links.as_person(person_id), session_id=begun.session_id)


def _find_card(person_id: UUID) -> str:
    with reading() as session:
        reference = session.scalar(
            select(AccessCard.reference)
            .where(AccessCard.person_id == person_id, AccessCard.ended_at.is_(None))
            .order_by(AccessCard.id.desc())
        )
    if reference is None:
        raise LookupError("They have no card.")
    return reference


# -- “Was this you?”


@act(RECORD)
def say_no(
    stage: Stage,
    person: OfPerson,
    how: Annotated[str, choice(HOW)] = "text",
    to: OfNotice = None,
    words: Text = "NO",
    telephone: Text = "",
    proof: Annotated[str, choice(Proof)] = "card",
    network: Text = "192.0.2.88",
) -> None:
    """“Was this you?” – no. By a `text` with these `words`, from `telephone` (else from the
    person's own); with the number of their newest notice that asks, of the kind `to` where that is
    named (a text without it names none): in the text, on the `page` that asks for nothing else, or
    `online`, in their own record, which `proof` opens. (In front of a desk it is `object to`.)
    By `text` and on the `page` it holds for 72 hours; then the person is told again, a flag is
    raised (`stop_ran_out`), and until somebody from elsewhere has answered, acts of risk wait
    (`objection_open`)."""
    person_id = stage.person(person)
    notice = _find_notice(person_id, to) if to or how != "text" else None
    if how == "online":
        assert notice is not None  # noqa: S101  (how is not text)
        _open_record(stage, person, proof, "right", network)
        made = service_objections.object_online(
            actor=links.as_person(person_id),
            delegation_ids=[],
            event_ids=_list_told(notice.id),
            words=words,
            request_key=new_request_key(),
        )
        stage.keep("objection", made, person)
        return
    if how == "page":
        assert notice is not None  # noqa: S101  (how is not text)
        heard = service_replies.say_no(actor=PUBLIC, reference=notice.reference, address=network)
    else:
        number = telephone or _find_number(person_id)
        message = f"{words} {notice.reference}" if notice is not None else words
        heard = service_replies.hear_text(actor=PUBLIC, number=number, message=message)
    if not heard:
        raise NothingStopped("Nothing was stopped.", next_step="They can go to any desk, or ring.")


def _find_notice(person_id: UUID, kind: str | None) -> Notice:
    query = (
        select(Notice)
        .join(NoticeEntry, NoticeEntry.notice_id == Notice.id)
        .where(Notice.person_id == person_id, Notice.is_risky)
    )
    if kind is not None:
        query = query.where(NoticeEntry.kind == kind)
    with reading() as session:
        found = session.scalars(query.order_by(NoticeEntry.id.desc()).limit(1)).one_or_none()
        if found is None:
            raise LookupError(
                f"They were sent no {kind or 'notice that asks'}: what is sent goes out as time "
                "passes (`wait`)."
            )
        session.expunge(found)
    return found


def _list_told(notice_id: UUID) -> list[UUID]:
    with reading() as session:
        told = session.scalars(select(NoticeEntry.event_id).filter_by(notice_id=notice_id))
        return [event_id for event_id in told if event_id is not None]


def _find_number(person_id: UUID) -> str:
    with reading():
        points = list_contact_points(person_id)
    for point in points:
        if point.kind == "mobile":
            return point.value
    raise LookupError("They have no mobile telephone: say which `telephone` the text comes from.")
