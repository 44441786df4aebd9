"""Asking a person whether somebody may act for them, step by step, until they confirm.

Every step is kept as it is done, so that nothing typed is lost; nothing of it has an effect.
Whoever changes what is asked for empties what was read and said since: a yes is to the very words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused, StaleVersion
from assistedaccess.kernel.foreign_passwords import holds_password, words_for_password
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.people.reach import check_may_begin

from . import queries, rules_paper, rules_terms, silent
from .models import Consent, ConsentRequest, Visit
from .queries_words import is_denied
from .rules import Mode, VisitChannel
from .rules_terms import Terms
from .service import find_or_start_visit, get_person_for_act
from .terms import check_asked, holder_of, kind_of, limits_of, make_terms, terms_of

__all__ = [
    "begin_request",
    "change_request",
    "check_asked",
    "check_same_words",
    "end_reading",
    "holder_of",
    "keep_said",
    "kind_of",
    "limits_of",
    "lock_request",
    "make_terms",
    "show_statement",
    "terms_of",
]

BEGIN = "consent.begin_request"
LONGEST_SAID = 500


class RequestOver(Refused):
    """A yes is asked for and given on one day: what was begun on another has to be begun anew."""

    reason_code = "request_over"


class StepMissing(Refused):
    """A page was opened before the one that comes first."""

    reason_code = "step_missing"


class AlreadyConfirmed(Refused):
    """The person has said yes to this: it can be ended, no longer changed."""

    reason_code = "already_confirmed"


@command(BEGIN)
def begin_request(
    *,
    actor: Actor,
    person_id: UUID,
    request_key: str,
    language: str,
    holder_kind: str,
    services: list[str],
    powers: list[str],
    until_on: date,
    purpose: str,
    money_limit_pence: int | None = None,
    money_period: str | None = None,
    act_limit_pence: int | None = None,
    is_one_task: bool = False,
    telling: str = "",
    replaces_id: UUID | None = None,
    holder_account_id: UUID | None = None,
    channel: str = VisitChannel.IN_PERSON,
) -> UUID:
    """Begin to ask a person; returns the request's id. Two with one ``request_key`` begin one.

    Money in whole pence; ``until_on`` the last day. Raises InvalidInput at a field, or a refusal.
    """
    require(actor, Permission.DELEGATION_GRANT)
    terms = make_terms(
        holder_kind=holder_kind,
        services=services,
        powers=powers,
        until_on=until_on,
        purpose=purpose,
        money_limit_pence=money_limit_pence,
        money_period=money_period,
        act_limit_pence=act_limit_pence,
        is_one_task=is_one_task,
        telling=telling,
        replaces_id=replaces_id,
        holder_account_id=holder_account_id,
    )
    once = Once(actor, BEGIN, request_key, person_id, language, terms)
    made = once.find("consent", person_id)
    if made is not None:
        return made
    check_asked(actor, terms)
    visit_id = find_or_start_visit(actor=actor, person_id=person_id, channel=channel)
    check_may_begin(get_person_for_act(actor, person_id))
    statement = queries.get_statement(Mode.REPRESENTING, language)
    request_id = new_id()
    get_session().add(
        ConsentRequest(
            id=request_id,
            reference=new_reference("K"),
            person_id=person_id,
            visit_id=visit_id,
            account_id=actor.account_id,
            organisation_id=actor.organisation_id,
            started_at=clock.now(),
            **terms_values(actor, person_id, terms, statement),
        )
    )
    get_session().flush()
    once.keep(request_id)
    record(
        Action.CONSENT_STARTED,
        actor=actor,
        person_id=person_id,
        subject=("consent", request_id),
        authority=("visit", visit_id),
    )
    return request_id


def terms_values(
    actor: Actor, person_id: UUID, terms: Terms, statement: queries.StatementView
) -> dict[str, object]:
    """The columns of a request for these terms; ``actor`` is the helper who asks."""
    holder_id = holder_of(actor, terms)
    return {
        "language": statement.language,
        "statement_id": statement.id,
        "holder_kind": str(terms.holder_kind),
        "services": list(terms.services),
        "powers": [str(power) for power in terms.powers],
        "money_limit_pence": terms.money_limit_pence,
        "money_period": str(terms.money_period) if terms.money_period else None,
        "act_limit_pence": terms.act_limit_pence,
        "until_on": terms.until_on,
        "is_one_task": terms.is_one_task,
        "telling": (
            encryption.seal(person_id, "consent_request.telling", terms.telling)
            if terms.telling
            else None
        ),
        "replaces_id": terms.replaces_id,
        "holder_account_id": terms.holder_account_id,
        "purpose": encryption.seal(person_id, "consent_request.purpose", terms.purpose),
        "terms_hash": rules_terms.hash_terms(person_id, holder_id, terms, statement.text_hash),
    }


@command("consent.change_request")
def change_request(
    *,
    actor: Actor,
    request_id: UUID,
    language: str,
    holder_kind: str,
    services: list[str],
    powers: list[str],
    until_on: date,
    purpose: str,
    money_limit_pence: int | None = None,
    money_period: str | None = None,
    act_limit_pence: int | None = None,
    is_one_task: bool = False,
    telling: str = "",
    holder_account_id: UUID | None = None,
) -> UUID:
    """Change what a person is asked, before they confirm. What was read and said is asked anew."""
    request = lock_request(actor, request_id)
    terms = make_terms(
        holder_kind=holder_kind,
        services=services,
        powers=powers,
        until_on=until_on,
        purpose=purpose,
        money_limit_pence=money_limit_pence,
        money_period=money_period,
        act_limit_pence=act_limit_pence,
        is_one_task=is_one_task,
        telling=telling,
        replaces_id=request.replaces_id,
        holder_account_id=holder_account_id,
    )
    check_asked(actor, terms)
    statement = queries.get_statement(Mode.REPRESENTING, language)
    values = terms_values(actor, request.person_id, terms, statement)
    if values["terms_hash"] != request.terms_hash:
        for name, value in values.items():
            setattr(request, name, value)
        request.read_began_at = request.read_ended_at = request.said = None
    record(
        Action.CONSENT_STARTED,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        reason="terms_changed",
    )
    return request_id


def lock_request(actor: Actor, request_id: UUID) -> ConsentRequest:
    """The request, locked, for its own account alone, while it can still be worked on.

    Raises NotFound, RequestOver on another day, AlreadyConfirmed once the person has said yes.
    """
    return lock_to_confirm(actor, request_id).request


@dataclass(frozen=True)
class ToConfirm:
    """A request that is locked. ``is_denied``: somebody who was named says that it was not so."""

    request: ConsentRequest
    channel: VisitChannel
    is_denied: bool


def lock_to_confirm(actor: Actor, request_id: UUID) -> ToConfirm:
    """As lock_request, with what else a yes is confirmed by."""
    require(actor, Permission.DELEGATION_GRANT)
    request = get_session().get(
        ConsentRequest, request_id, with_for_update=True, populate_existing=True
    )
    if (
        request is None
        or request.account_id != actor.account_id
        or request.organisation_id != actor.organisation_id
    ):
        raise NotFound
    concerns(person_id=request.person_id, subject=("consent", request_id))
    visited_on, ended_at, channel, consent_id, denied = (
        get_session()
        .execute(
            select(Visit.visited_on, Visit.ended_at, Visit.channel, Consent.id, is_denied(request))
            .outerjoin(Consent, Consent.id == request_id)
            .where(Visit.id == request.visit_id)
        )
        .one()
    )
    if consent_id is not None:
        raise AlreadyConfirmed(
            _("The person has already said yes to this, so it cannot be changed."),
            next_step=_("End it, and ask the person anew."),
        )
    has_ended = ended_at is not None
    if not rules_paper.is_open_on(clock.today(), visited_on, has_ended, request.waits_until):
        raise RequestOver(
            _("This was begun at a visit that is over. Nothing was agreed."),
            next_step=_("Ask the person anew, from the start."),
        )
    return ToConfirm(request, VisitChannel(channel), denied)


@command("consent.show_statement")
def show_statement(*, actor: Actor, request_id: UUID) -> UUID:
    """Note that the statement is on the screen now: when reading began, by the server's clock."""
    request = lock_request(actor, request_id)
    if request.read_began_at is None:
        request.read_began_at = clock.now()
    record(
        Action.STATEMENT_SHOWN,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        details={"terms_hash": request.terms_hash, "language": request.language},
    )
    return request_id


@command("consent.end_reading")
def end_reading(*, actor: Actor, request_id: UUID, terms_hash: str) -> UUID:
    """Note that the words have been read out or read. ``terms_hash``: of the page that says so.

    Raises StaleVersion when another tab has changed the words meanwhile.
    """
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    now = clock.now()
    if request.read_began_at is None:
        raise StepMissing(_("The words have not been shown yet."))
    if request.read_ended_at is None:
        # A clock that was set back while the page was open makes no reading end before it began.
        request.read_ended_at = max(now, request.read_began_at)
    record(
        Action.STATEMENT_READ,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
        details={"terms_hash": terms_hash},
    )
    return request_id


def check_same_words(request: ConsentRequest, terms_hash: str) -> None:
    """Raise StaleVersion when the page was made for other words than the request holds now."""
    if request.terms_hash != terms_hash:
        raise StaleVersion(
            _("What the person is asked was changed in another tab."),
            next_step=_("Go back to the statement, and read the new words to the person."),
        )


@command("consent.keep_said")
def keep_said(
    *,
    actor: Actor,
    request_id: UUID,
    terms_hash: str,
    what: str,
    until: str,
    stop: str,
    own_words: str,
    present: str = "",
    in_private: bool = False,
) -> UUID:
    """Keep what the person said back: what will be done, until when, how to stop; and their yes.

    ``present``: who else was there, and who they are to the person. ``in_private``: the person was
    asked while nobody else could hear.
    """
    said = {"what": what, "until": until, "stop": stop, "own_words": own_words}
    silent.heed_even_if_refused(actor, request_id, said.values())
    request = lock_request(actor, request_id)
    check_same_words(request, terms_hash)
    if request.read_ended_at is None:
        raise StepMissing(_("The words have not been read to the person yet."))
    for name, value in said.items():
        if not value.strip():
            raise InvalidInput(name, _("Enter what the person said"))
    for name, value in {**said, "present": present}.items():
        if len(value) > LONGEST_SAID:
            raise InvalidInput(name, _("This must be %(most)s letters or less", most=LONGEST_SAID))
        if holds_password(value):
            raise InvalidInput(name, words_for_password())
    kept = {**said, "present": present, "in_private": "yes" if in_private else ""}
    request.said = queries.seal_json(request.person_id, "consent_request.said", kept)
    silent.heed(request, said.values())
    record(
        Action.CONSENT_SAID_BACK,
        actor=actor,
        person_id=request.person_id,
        subject=("consent", request_id),
    )
    return request_id
