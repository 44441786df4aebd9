"""The person online, without an account: who they say they are, the proof, and their record.

Whatever is typed, the pages answer alike: nobody learns here who has a record. A wrong hand that
comes in all the same sees nothing sensitive, can only stop things, and the person is told.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from assistedaccess.accounts import attempts
from assistedaccess.accounts.tokens import hash_token, new_token
from assistedaccess.audit import Action, record
from assistedaccess.consent.ways import list_phones
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id, read_reference
from assistedaccess.notices.rules import Channel, NoticeKind, Route
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service import queue_notice
from assistedaccess.notices.service_reading import newest, note_read
from assistedaccess.people import cards, rules_cards
from assistedaccess.people.models import Person
from assistedaccess.people.queries import find_by_reference, get_person
from assistedaccess.people.routes import choose_route, list_letter_routes

from . import rules_online as rules
from . import silent_help
from .models_online import OnlineAsk, RecordCode, RecordSession
from .rules_online import Proof
from .service import registered_at


@dataclass(frozen=True)
class Begun:
    """A session that waits for its proof: its cookie's token, once."""

    session_id: UUID
    token: str


@command("my_record.begin_session")
def begin_session(*, actor: Actor, reference: str, proof: str, address: str) -> Begun:
    """Somebody says whose record they want to see, and how they will prove that it is theirs.

    For a code by text it is sent now, where there is a number that is safe and not new today.
    Raises InvalidInput for what can be no reference, TooManyAttempts.
    """
    by = Proof(proof)
    spelt = _read_reference(reference, by)
    _count(spelt, address)
    person_id = cards.find_person_by_card(spelt) if by is Proof.CARD else find_by_reference(spelt)
    person = get_person(person_id) if person_id is not None else None
    if person is not None and person.died_on is not None:
        person = person_id = None
    now = clock.now()
    token = new_token()
    row = RecordSession(
        id=new_id(),
        token_hash=hash_token(token),
        person_id=person_id,
        proof=str(by),
        tries=0,
        started_at=now,
        seen_at=now,
    )
    get_session().add(row)
    get_session().flush()
    if by is Proof.CARD:
        row.position = _ask_card(actor, row, spelt)
    elif by is Proof.TEXT and person is not None:
        _send_text(actor, person)
    record(
        Action.RECORD_SESSION_BEGUN,
        actor=actor,
        person_id=person_id,
        subject=("record_session", row.id),
        reason=str(by),
    )
    return Begun(row.id, token)


def _read_reference(text: str, by: Proof) -> str:
    if by is Proof.CARD:
        spelt = read_reference(cards.REFERENCE, text)
        words = _("Enter the number at the top of your card. It begins with Y. Look at each letter")
    else:
        spelt = read_reference("P", text)
        words = _("Enter the number on your papers. It begins with P. Look at each letter")
    if spelt is None:
        raise InvalidInput("reference", words)
    return spelt


def _count(spelt: str, address: str) -> None:
    wait = attempts.take_turn("record_address", address, rules.ADDRESS_LIMIT)
    wait = wait or attempts.take_turn("record_pair", f"{spelt}|{address}", rules.PAIR_LIMIT)
    if wait:
        raise TooManyAttempts(
            _("This was tried very often from here."),
            retry_after=wait,
            next_step=_("Wait a while. Or go to any desk, or ring one: they can help at once."),
        )


def _ask_card(actor: Actor, row: RecordSession, spelt: str) -> int:
    if row.person_id is not None:
        asked = cards.ask_number(actor=actor, person_id=row.person_id, asked_for=row.id)
        if asked is not None:
            return asked.position
    secret = encryption.fingerprint("record_decoy", spelt)
    return rules.decoy_position(spelt, secret, rules_cards.CARD_NUMBERS)


def _send_text(actor: Actor, person: Person) -> None:
    """A code to the person's own number. Where there is none, or too many were sent, nothing is
    sent, and the page says the same."""
    phone = next((p for p in list_phones(actor, person) if not p.is_from_today), None)
    if phone is None or _count_sent(person.id, Proof.TEXT, timedelta(hours=1)) >= (
        rules.CODES_AN_HOUR
    ):
        return
    code = _make_code(person.id, Proof.TEXT, rules.CODE_DIGITS)
    queue_notice(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.RECORD_CODE,
        route=Route(
            channel=Channel.TEXT,
            contact_point_id=phone.id,
            address=phone.number,
            language=person.language,
            independent=True,
            brief=phone.is_shared,
        ),
        organisation_id=registered_at(person.id),
        facts={"code": code},
    )


def _make_code(person_id: UUID, by: Proof, digits: int) -> str:
    code = f"{secrets.randbelow(10**digits):0{digits}}"
    code_id = new_id()
    get_session().add(
        RecordCode(
            id=code_id,
            person_id=person_id,
            proof=str(by),
            code=_hash(code_id, code),
            sent_at=clock.now(),
            tries=0,
        )
    )
    get_session().flush()
    return code


def _hash(code_id: UUID, code: str) -> bytes:
    return encryption.fingerprint("record_code", f"{code_id}:{code}")


def _count_sent(person_id: UUID, by: Proof, within: timedelta) -> int:
    return (
        get_session().scalar(
            select(func.count())
            .select_from(RecordCode)
            .where(
                RecordCode.person_id == person_id,
                RecordCode.proof == by,
                RecordCode.sent_at > clock.now() - within,
            )
        )
        or 0
    )


@command("my_record.ask_for_letter")
def ask_for_letter(*, actor: Actor, reference: str, address: str) -> None:
    """Have a code sent by post to the person's home or chosen desk, where a letter may go."""
    spelt = _read_reference(reference, Proof.LETTER)
    _count(spelt, address)
    person_id = find_by_reference(spelt)
    record(
        Action.RECORD_LETTER_ASKED,
        actor=actor,
        person_id=person_id,
        subject=("person", person_id) if person_id else None,
    )
    if person_id is None:
        return
    routes = list_letter_routes(person_id, actor)
    sent = _count_sent(person_id, Proof.LETTER, timedelta(days=7))
    if not routes or sent >= rules.LETTERS_A_WEEK:
        return
    code = _make_code(person_id, Proof.LETTER, rules.LETTER_DIGITS)
    queue_notice(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.RECORD_LETTER,
        route=routes[0],
        organisation_id=registered_at(person_id),
        facts={"code": f"{code[:4]} {code[4:]}"},
    )


_CARRIED_BY = {Proof.TEXT: NoticeKind.RECORD_CODE, Proof.LETTER: NoticeKind.RECORD_LETTER}
"""The message that carries the code of a proof."""


@command("my_record.prove_session")
def prove_session(*, actor: Actor, session_id: UUID, typed: str) -> str | None:
    """The proof is given: a new token where it was right, None where it was not; counted.

    After five wrong tries the session is over. Raises NotFound for one that is.
    """
    row = get_session().get(RecordSession, session_id, with_for_update=True, populate_existing=True)
    now = clock.now()
    if row is None or row.ended_at is not None or row.proven_at is not None:
        raise NotFound
    if not rules.is_open(row.started_at, row.proven_at, row.seen_at, now):
        raise NotFound
    concerns(person_id=row.person_id, subject=("record_session", row.id))
    is_right = _is_right(actor, row, rules.read_digits(typed))
    silent_help.heed(row, typed)
    if is_right:
        token = new_token()
        row.token_hash = hash_token(token)
        row.proven_at = row.seen_at = now
        get_session().flush()
        assert row.person_id is not None  # noqa: S101  (nobody proves to be nobody)
        record(
            Action.RECORD_SESSION_PROVEN,
            actor=as_person(actor, row.person_id),
            person_id=row.person_id,
            subject=("record_session", row.id),
            reason=row.proof,
        )
        person = as_person(actor, row.person_id)
        if carried := _CARRIED_BY.get(Proof(row.proof)):
            note_read(person, row.person_id, ReadHow.CODE_USED, newest(row.person_id, carried))
        tell_owner(person, row.person_id, NoticeKind.RECORD_SEEN_ONLINE)
        return token
    row.tries += 1
    if row.tries >= rules.CODE_TRIES:
        row.ended_at = now
    get_session().flush()
    record(
        Action.RECORD_SESSION_FAILED,
        actor=actor,
        person_id=row.person_id,
        subject=("record_session", row.id),
        reason=row.proof,
    )
    return None


def _is_right(actor: Actor, row: RecordSession, typed: str) -> bool:
    if row.person_id is None:
        return False
    if row.proof == Proof.CARD:
        number = rules_cards.read_number(typed) or ""
        return cards.check_number(
            actor=actor, person_id=row.person_id, asked_for=row.id, typed=number
        ).is_right
    lifetime = rules.TEXT_LIFETIME if row.proof == Proof.TEXT else rules.LETTER_LIFETIME
    code = (
        get_session()
        .scalars(
            select(RecordCode)
            .where(RecordCode.person_id == row.person_id, RecordCode.proof == row.proof)
            .order_by(RecordCode.sent_at.desc(), RecordCode.id.desc())
            .limit(1)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if code is None or not rules.is_code_live(
        code.sent_at, lifetime, code.tries, code.used_at, clock.now()
    ):
        return False
    if hmac.compare_digest(code.code, _hash(code.id, typed)):
        code.used_at = clock.now()
        return True
    code.tries += 1
    return False


def as_person(actor: Actor, person_id: UUID) -> Actor:
    """The person themself, behind this request."""
    return Actor(ActorKind.PERSON, person_id=person_id, request_id=actor.request_id)


def tell_owner(actor: Actor, person_id: UUID, kind: NoticeKind) -> None:
    """Tell the person of what was done online in their name, by their safest route."""
    queue_notice(
        actor=actor,
        person_id=person_id,
        kind=kind,
        route=choose_route(person_id, actor),
        organisation_id=registered_at(person_id),
    )


@dataclass(frozen=True)
class SessionView:
    """What a page needs of the session behind its cookie. ``actor`` is the person once proven.

    ``is_to_answer_alone``: a link of today opened it, which shows nothing of the record.
    """

    id: UUID
    proof: Proof
    position: int | None
    actor: Actor | None
    is_to_answer_alone: bool


def find_session(token: str, actor: Actor) -> SessionView | None:
    """The session behind a cookie's token, while it goes on; one statement."""
    found = (
        get_session()
        .execute(
            select(RecordSession, OnlineAsk.is_new)
            .outerjoin(OnlineAsk, OnlineAsk.id == RecordSession.ask_id)
            .where(RecordSession.token_hash == hash_token(token))
        )
        .one_or_none()
    )
    now = clock.now()
    if found is None or found.RecordSession.ended_at is not None:
        return None
    row = found.RecordSession
    if not rules.is_open(row.started_at, row.proven_at, row.seen_at, now):
        return None
    person = as_person(actor, row.person_id) if row.proven_at and row.person_id else None
    return SessionView(row.id, Proof(row.proof), row.position, person, bool(found.is_new))


@command("my_record.end_session")
def end_session(*, actor: Actor, session_id: UUID) -> None:
    """Leave: the cookie opens nothing any more."""
    row = get_session().get(RecordSession, session_id, with_for_update=True)
    if row is None:
        raise NotFound
    row.ended_at = row.ended_at or clock.now()
    record(
        Action.RECORD_SESSION_ENDED,
        actor=actor,
        person_id=row.person_id,
        subject=("record_session", row.id),
    )
