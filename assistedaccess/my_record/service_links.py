"""A link and a code by which a person reads at home what they are asked (C12): sent, opened."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from assistedaccess.accounts.tokens import hash_token, new_token
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent.service_asking import lock_request
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, TooManyAttempts
from assistedaccess.kernel.ids import ALPHABET, new_id
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service import queue_notice
from assistedaccess.notices.service_reading import newest, note_read
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.rules_routes import CHANNELS, PointKind

from . import rules_online as rules
from .asked import OnlinePoint, check_point_carries, list_points
from .models_online import OnlineAsk, RecordSession
from .rules_online import Proof
from .service_online import as_person, tell_owner

ASKS_AN_HOUR = 5
LINK_CHARACTERS = 12


@command("my_record.send_link")
def send_link(
    *,
    actor: Actor,
    request_id: UUID,
    contact_point_id: UUID,
    address: str,
    request_key: str | None = None,
) -> UUID:
    """Send the person a link and a code to read at home what they are asked; returns the ask's id.

    To a number or an e-mail address of their own that is safe. ``address``: the installation's.
    Earlier links of this request die. Raises ConsentTooWeak before anything is sent where a yes
    by this way could not carry what is asked.
    """
    request = lock_request(actor, request_id)
    once = Once(actor, "my_record.send_link", request_key, request_id, contact_point_id)
    if (repeated := once.find("online_ask")) is not None:
        return repeated
    person = get_person(request.person_id)
    point = next((p for p in list_points(actor, person) if p.id == contact_point_id), None)
    if point is None:
        raise NotFound
    check_point_carries(point, person, request)
    _check_not_too_many(request.person_id)
    for earlier in get_session().scalars(
        select(OnlineAsk).where(OnlineAsk.request_id == request_id).with_for_update()
    ):
        earlier.tries = rules.CODE_TRIES
    link = "".join(secrets.choice(ALPHABET) for _ in range(LINK_CHARACTERS))
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    ask_id = new_id()
    get_session().add(
        OnlineAsk(
            id=ask_id,
            request_id=request_id,
            person_id=request.person_id,
            contact_point_id=point.id,
            by_helper=point.by_helper,
            is_new=point.is_new,
            is_shared=point.is_shared,
            link=_hash_link(link),
            code=_hash_code(ask_id, code),
            sent_at=clock.now(),
            tries=0,
        )
    )
    get_session().flush()
    queue_notice(
        actor=actor,
        person_id=request.person_id,
        kind=NoticeKind.CONSENT_LINK,
        route=_route(point, person),
        organisation_id=request.organisation_id,
        visit_id=request.visit_id,
        facts={"code": code, "link": f"{address}/yes/{link}"},
    )
    record(
        Action.CONSENT_LINK_SENT,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        details={"contact_point": str(point.id)},
    )
    return once.keep(ask_id)


def _route(point: OnlinePoint, person: Person) -> Route:
    return Route(
        channel=CHANNELS[PointKind(point.kind)],
        contact_point_id=point.id,
        address=point.value,
        language=person.language,
        independent=not (point.by_helper or point.is_new),
        name=person.name,
        brief=point.is_shared,
    )


def _check_not_too_many(person_id: UUID) -> None:
    sent = get_session().scalar(
        select(func.count())
        .select_from(OnlineAsk)
        .where(
            OnlineAsk.person_id == person_id,
            OnlineAsk.sent_at > clock.now() - timedelta(hours=1),
        )
    )
    if (sent or 0) >= ASKS_AN_HOUR:
        raise TooManyAttempts(
            _("Five links were sent to this person within an hour."),
            retry_after=3600,
            next_step=_("Wait an hour, or ask the person in another way."),
        )


def _hash_link(link: str) -> bytes:
    return encryption.fingerprint("online_ask_link", link.upper())


def _hash_code(ask_id: UUID, code: str) -> bytes:
    return encryption.fingerprint("online_ask_code", f"{ask_id}:{code}")


@command("my_record.open_link")
def open_link(*, actor: Actor, link: str, typed: str) -> str | None:
    """The code that came with a link: a session's token where it is right, None where not.

    A link that is no link answers like a wrong code. After five wrong codes it is dead. Where it
    went to a number or an address that is new, the session is for what is asked and nothing else:
    whoever put that into the record may be the one who opens it.
    """
    ask = (
        get_session()
        .scalars(
            select(OnlineAsk)
            .where(OnlineAsk.link == _hash_link(link))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    now = clock.now()
    is_live = (
        ask is not None
        and ask.tries < rules.CODE_TRIES
        and clock.local(ask.sent_at).date() == clock.local(now).date()
    )
    digits = rules.read_digits(typed)
    if ask is None or not is_live or not hmac.compare_digest(ask.code, _hash_code(ask.id, digits)):
        if ask is not None and is_live:
            ask.tries += 1
        record(
            Action.RECORD_SESSION_FAILED,
            actor=actor,
            person_id=ask.person_id if ask else None,
            subject=("consent", ask.request_id) if ask else None,
            reason="link",
        )
        return None
    ask.opened_at = ask.opened_at or now
    note_read(
        as_person(actor, ask.person_id),
        ask.person_id,
        ReadHow.OPENED,
        newest(ask.person_id, NoticeKind.CONSENT_LINK, ask.contact_point_id),
    )
    token = new_token()
    session_id = new_id()
    get_session().add(
        RecordSession(
            id=session_id,
            token_hash=hash_token(token),
            person_id=ask.person_id,
            proof=str(Proof.TEXT),
            ask_id=ask.id,
            tries=0,
            started_at=now,
            proven_at=now,
            seen_at=now,
        )
    )
    get_session().flush()
    record(
        Action.RECORD_SESSION_PROVEN,
        actor=as_person(actor, ask.person_id),
        person_id=ask.person_id,
        subject=("record_session", session_id),
        reason="link",
    )
    if not ask.is_new:  # it opens the record too
        person = as_person(actor, ask.person_id)
        tell_owner(person, ask.person_id, NoticeKind.RECORD_SEEN_ONLINE)
    return token
