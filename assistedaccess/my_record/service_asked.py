"""Saying yes at home (C12): a link and a code, the words, the person's own limits, yes or no.

The helper asks; the person reads, makes it less where they want, says back what it is, and says
yes. The journal has both: the person's yes as their own act, and what came of it as what the
helper had asked for. Nothing that was asked can be made more, only less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access.policy import require_person
from assistedaccess.accounts.hats import wear
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.consent import queries as consents
from assistedaccess.consent import silent
from assistedaccess.consent.models import Consent, ConsentRequest, Visit
from assistedaccess.consent.queries import StatementView
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.consent.service_asking import (
    LONGEST_SAID,
    AlreadyConfirmed,
    RequestOver,
    check_asked,
    terms_of,
    terms_values,
)
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.foreign_passwords import holds_password, words_for_password
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.queries import list_hats

from . import rules_online as rules
from .models_online import OnlineAsk, RecordSession
from .rules_asked import narrow


@dataclass(frozen=True)
class Asked:
    """What the person is asked, and how far they have come with it."""

    ask_id: UUID
    request_id: UUID
    terms_hash: str
    terms: Terms
    services: str
    holder: str
    statement: StatementView
    is_accepted: bool
    is_declined: bool
    has_begun: bool


@command("my_record.open_asked")
def open_asked(*, actor: Actor, session_id: UUID, language: str = "en") -> Asked:
    """Show the person what they are asked: by the link of today that opened this session.

    Raises NotFound where none did.
    """
    person_id = require_person(actor)
    ask = _find_ask(person_id, session_id)
    request = get_session().get_one(ConsentRequest, ask.request_id)
    if request.read_began_at is None:
        request.read_began_at = clock.now()
    record(
        Action.STATEMENT_SHOWN,
        actor=actor,
        person_id=person_id,
        subject=("consent", request.id),
        details={"terms_hash": request.terms_hash, "language": request.language},
    )
    terms = terms_of(request)
    return Asked(
        ask_id=ask.id,
        request_id=request.id,
        terms_hash=request.terms_hash,
        terms=terms,
        services=consents.name_services(terms.services, language),
        holder=_name_holder(request),
        statement=consents.get_statement_text(request.statement_id),
        is_accepted=ask.accepted_at is not None,
        is_declined=ask.declined_at is not None,
        has_begun=ask.used_at is not None,
    )


def _find_ask(person_id: UUID, session_id: UUID, *, lock: bool = False) -> OnlineAsk:
    # Whoever came in by another way has not shown that the link came to them: the helper who
    # gave the card knows its numbers, and may know that the person has opened the link.
    query = (
        select(OnlineAsk)
        .join(RecordSession, RecordSession.ask_id == OnlineAsk.id)
        .where(
            RecordSession.id == session_id,
            OnlineAsk.person_id == person_id,
            OnlineAsk.sent_at >= clock.start_of_day(clock.today()),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.with_for_update(of=OnlineAsk)
    found = get_session().scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _name_holder(request: ConsentRequest) -> str:
    account, organisation = (
        get_session()
        .execute(
            select(Account.name, Organisation.name)
            .join(Organisation, Organisation.id == request.organisation_id)
            .where(Account.id == (request.holder_account_id or request.account_id))
        )
        .one()
    )
    if request.holder_kind == "organisation":
        return str(organisation)
    return f"{account}, {organisation}"


@command("my_record.accept_asked")
def accept_asked(
    *,
    actor: Actor,
    session_id: UUID,
    terms_hash: str,
    powers: list[str],
    until_on: date,
    money_limit_pence: int | None,
    said: dict[str, str],
) -> UUID:
    """The person says yes, to what was asked or to less; returns the request's id.

    ``said``: what, until, stop and own_words, as for anybody who says it back, the agreed word
    among them. What rests on the yes begins with confirm_and_grant, or waits for a second human.
    Said twice: said once.
    """
    person_id = require_person(actor)
    ask = _find_ask(person_id, session_id, lock=True)
    silent.heed_even_if_refused(actor, ask.request_id, said.values())
    request = get_session().get(
        ConsentRequest, ask.request_id, with_for_update=True, populate_existing=True
    )
    assert request is not None  # noqa: S101  (a foreign key)
    concerns(person_id=person_id, subject=("consent", request.id))
    if ask.accepted_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, person_id=person_id)
        return request.id
    _check_open(request, ask)
    if request.terms_hash != terms_hash:
        raise RequestOver(
            _("What you are asked has changed."), next_step=_("Read it again, and then say yes.")
        )
    helper = rebuild_helper(request, actor)
    terms = narrow(
        terms_of(request), powers=powers, until_on=until_on, money_limit_pence=money_limit_pence
    )
    check_asked(helper, terms)
    for name, value in said.items():
        if not value.strip():
            raise InvalidInput(name, _("Say it in your own words"))
        if len(value) > LONGEST_SAID:
            raise InvalidInput(name, _("This must be %(most)s letters or less", most=LONGEST_SAID))
        if holds_password(value):
            raise InvalidInput(name, words_for_password())
    statement = consents.get_statement_text(request.statement_id)
    for column, kept in terms_values(helper, person_id, terms, statement).items():
        setattr(request, column, kept)
    now = clock.now()
    request.read_began_at = request.read_began_at or ask.opened_at
    request.read_ended_at = max(now, request.read_began_at or now)
    request.said = consents.seal_json(person_id, "consent_request.said", {**said, "present": ""})
    ask.accepted_at = now
    silent.heed(request, said.values())
    get_session().flush()
    record(
        Action.CONSENT_GIVEN_ONLINE,
        actor=actor,
        person_id=person_id,
        organisation_id=request.organisation_id,
        subject=("consent", request.id),
        details={"powers": [str(power) for power in terms.powers], "until": str(terms.until_on)},
    )
    return request.id


@command("my_record.decline_asked")
def decline_asked(*, actor: Actor, session_id: UUID) -> UUID:
    """The person says no: the link is over, and nothing begins."""
    person_id = require_person(actor)
    ask = _find_ask(person_id, session_id, lock=True)
    if ask.accepted_at is not None:
        raise AlreadyConfirmed(
            _("You have said yes to this."), next_step=_("You can stop it at any time.")
        )
    ask.declined_at = ask.declined_at or clock.now()
    record(
        Action.CONSENT_DECLINED_ONLINE,
        actor=actor,
        person_id=person_id,
        subject=("consent", ask.request_id),
    )
    return ask.request_id


def _check_open(request: ConsentRequest, ask: OnlineAsk) -> None:
    visited_on, ended_at, consent_id = (
        get_session()
        .execute(
            select(Visit.visited_on, Visit.ended_at, Consent.id)
            .outerjoin(Consent, Consent.id == request.id)
            .where(Visit.id == request.visit_id)
        )
        .one()
    )
    over = visited_on != clock.today() or ended_at is not None or consent_id is not None
    if over or ask.declined_at is not None or ask.tries >= rules.CODE_TRIES:
        raise RequestOver(
            _("This link is over. Nothing was agreed."),
            next_step=_("Ask for a new one, if you want it."),
        )


def rebuild_helper(request: ConsentRequest, actor: Actor) -> Actor:
    """Who asked, as they are now. Raises RequestOver where they may not ask any more."""
    for hat in list_hats(request.account_id):
        if hat.organisation_id == request.organisation_id and hat.role == "helper":
            human_id = get_session().scalar(
                select(Account.human_id).where(Account.id == request.account_id)
            )
            return wear(hat, request.account_id, human_id, request_id=actor.request_id)
    raise RequestOver(
        _("Whoever asked you may not help any more. Nothing was agreed."),
        next_step=_("Ask at any desk."),
    )


@dataclass(frozen=True)
class Sent:
    """How far the newest link of a request has come, for the helper who sent it."""

    sent_at: datetime
    opened_at: datetime | None
    accepted_at: datetime | None
    declined_at: datetime | None


def find_sent(request_id: UUID) -> Sent | None:
    """The newest link of a request; one statement."""
    row = (
        get_session()
        .execute(
            select(
                OnlineAsk.sent_at,
                OnlineAsk.opened_at,
                OnlineAsk.accepted_at,
                OnlineAsk.declined_at,
            )
            .where(OnlineAsk.request_id == request_id)
            .order_by(OnlineAsk.sent_at.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return Sent(*row) if row is not None else None


def find_helper(request_id: UUID, actor: Actor) -> tuple[Actor, str]:
    """Who asked, and the hash of what the person said yes to; for what comes of the yes."""
    request = get_session().get(ConsentRequest, request_id)
    if request is None:
        raise NotFound
    return rebuild_helper(request, actor), request.terms_hash
